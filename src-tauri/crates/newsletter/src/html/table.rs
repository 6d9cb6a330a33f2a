//! Tables of words and figures.

use magazine::Alignment;

use super::Page;
use crate::content::{Run, Table};
use crate::words::sides;

impl Page<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        self.open_data_table("margin:0 0 26px");
        if table.header.iter().any(|cell| !cell.is_empty()) {
            self.row("th", &table.header, &table.alignments);
        }
        for row in &table.rows {
            self.row("td", row, &table.alignments);
        }
        self.out.close("table");
    }

    /// The start of a table that is read as one.
    pub(super) fn open_data_table(&mut self, margin: &str) {
        let style = format!("{margin};border-collapse:collapse");
        let attributes =
            [("width", "100%"), ("cellpadding", "0"), ("cellspacing", "0"), ("border", "0"), ("style", &*style)];
        self.out.open("table", &attributes);
    }

    fn row(&mut self, tag: &'static str, cells: &[Vec<Run>], alignments: &[Alignment]) {
        self.out.open("tr", &[]);
        for (index, cell) in cells.iter().enumerate() {
            self.open_cell(tag, alignments.get(index).copied().unwrap_or(Alignment::Start));
            self.runs(cell);
            self.out.close(tag);
        }
        self.out.close("tr");
    }

    /// The start of a cell.
    pub(super) fn open_cell(&mut self, tag: &'static str, alignment: Alignment) {
        let (start, end) = sides(self.language);
        let (side, padding) = match alignment {
            Alignment::Start => (start, format!("padding-{end}:12px")),
            Alignment::Center => ("center", "padding-left:6px;padding-right:6px".to_owned()),
            Alignment::End => (end, format!("padding-{start}:12px")),
        };
        let head = tag == "th";
        let (class, style) =
            if head { ("m-text m-head", &self.styles.head_cell) } else { ("m-text m-line", &self.styles.cell) };
        let style = format!("{style};{padding};text-align:{side}");
        let scope = if head { "col" } else { "" };
        self.out.open(tag, &[("class", class), ("align", side), ("scope", scope), ("style", &style)]);
    }
}
