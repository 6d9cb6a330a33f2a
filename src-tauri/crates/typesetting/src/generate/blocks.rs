//! The blocks of a manuscript, each as one call.

use std::ops::Range;

use magazine::{
    Alignment, ArticleKind, Block, BlockKind, Callout, Cell, Chart, ChartKind, Code, Inline, InlineKind, ListItem,
    Manuscript, Output, PictureWidth, PlacedPicture, Table, plain_text,
};

use super::writer::{DEEPEST, Writer};

/// CommonMark reads at most nine digits.
const HIGHEST_START: u64 = 999_999_999;

impl<'a> Writer<'a> {
    /// A manuscript's blocks, a line each. `kind` asks for what that kind of article has of its own: a drop cap,
    /// large figures.
    pub(super) fn manuscript(&mut self, manuscript: &'a Manuscript, kind: Option<ArticleKind>) {
        self.footnotes = &manuscript.footnotes;
        let mut opening = matches!(kind, Some(ArticleKind::Letter | ArticleKind::Feature | ArticleKind::Department));
        for block in flattened(&manuscript.blocks) {
            match (&block.kind, kind) {
                (BlockKind::Paragraph(content), _) if opening => {
                    opening = false;
                    self.opening(content, block);
                }
                (BlockKind::List { start: None, items }, Some(ArticleKind::Numbers)) if are_figures(items) => {
                    self.figures(items, block);
                }
                _ => self.block(block),
            }
            self.code("\n");
        }
    }

    /// Blocks inside another one.
    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in flattened(blocks) {
            self.block(block);
        }
    }

    /// Blocks whose first paragraph stands without a call of its own.
    pub(super) fn bare_body(&mut self, blocks: &[Block]) {
        match blocks.split_first() {
            Some((Block { kind: BlockKind::Paragraph(content), .. }, rest)) => {
                self.inlines(content);
                self.blocks(rest);
            }
            _ => self.blocks(blocks),
        }
    }

    fn block(&mut self, block: &Block) {
        if self.depth >= DEEPEST {
            self.complain(Code::TooDeep, "blocks are nested too deep to be set", &block.range);
            return self.words(&plain_text(std::slice::from_ref(block)), &block.range);
        }
        self.depth += 1;
        let start = self.here();
        self.block_call(block);
        self.block_since(start, &block.range);
        self.depth -= 1;
    }

    fn block_call(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(content) => self.paragraph("para", content, block),
            BlockKind::Heading { level, id, content } => {
                self.call(&format!("subhead(level: {}, id: ", (*level).clamp(2, 6)));
                self.string(id);
                self.code(")");
                self.undivided(|it| it.bracketed(content));
                self.code(";");
            }
            BlockKind::Quote(body) => self.body("quoted", body),
            BlockKind::Callout { callout, title, body } => self.undivided(|it| it.callout(*callout, title, body)),
            BlockKind::List { start, items } => self.list(*start, items),
            BlockKind::Code { language, text, written } => self.codeblock(language.as_deref(), text, written),
            BlockKind::Table(table) => self.undivided(|it| it.table(table)),
            BlockKind::Picture(placed) => self.undivided(|it| it.placed_picture(placed, block)),
            BlockKind::Chart(chart) => self.chart(chart, &block.range),
            BlockKind::Rule => self.call("scenebreak();"),
            // `flattened` has taken these out already.
            BlockKind::Only { .. } | BlockKind::Teaser { .. } => {}
        }
    }

    fn paragraph(&mut self, name: &str, content: &[Inline], block: &Block) {
        let start = self.here();
        self.call(name);
        self.bracketed(content);
        self.code(";");
        self.block_since(start, &block.range);
    }

    /// A paragraph that may begin with a drop cap. The template ends lines beside it by hand, between two nodes, so
    /// each word is one.
    fn opening(&mut self, content: &[Inline], block: &Block) {
        let start = self.here();
        self.apart = true;
        self.call("opening[");
        match content.split_first() {
            Some((Inline { kind: InlineKind::Text(words), range }, rest)) => {
                self.words_with_initial(words, range);
                self.inlines(rest);
            }
            _ => self.inlines(content),
        }
        self.code("];");
        self.apart = false;
        self.block_since(start, &block.range);
    }

    fn body(&mut self, call: &str, body: &[Block]) {
        self.call(call);
        self.code("[");
        self.blocks(body);
        self.code("];");
    }

    fn callout(&mut self, callout: Callout, title: &[Inline], body: &[Block]) {
        let name = match callout {
            Callout::PullQuote => {
                self.call("pullquote[");
                self.bare_body(body);
                return self.code("];");
            }
            Callout::Sidebar => "sidebar",
            Callout::Facts => "facts",
            Callout::Note => "note",
        };
        self.call(name);
        self.code("(title: ");
        match title {
            [] => self.code("none"),
            _ => self.bracketed(title),
        }
        self.code(")[");
        self.blocks(body);
        self.code("];");
    }

    fn list(&mut self, start: Option<u64>, items: &[ListItem]) {
        if items.is_empty() {
            return;
        }
        match start {
            _ if items.iter().any(|item| item.task.is_some()) => {
                self.call("tasks((");
                for item in items {
                    self.code(if item.task == Some(true) { "true," } else { "false," });
                }
                self.code("))");
            }
            Some(start) => self.call(&format!("numbered(start: {})", start.min(HIGHEST_START))),
            None => self.call("bullets"),
        }
        for item in items {
            self.code("[");
            self.bare_body(&item.blocks);
            self.code("]");
        }
        self.code(";");
    }

    fn figures(&mut self, items: &[ListItem], block: &Block) {
        let start = self.here();
        self.call("figures(");
        for (figure, label, rest) in items.iter().filter_map(figure) {
            self.code("(");
            self.bracketed(figure);
            self.code(", [");
            self.inlines(label);
            self.blocks(rest);
            self.code("],),");
        }
        self.code(");");
        self.block_since(start, &block.range);
    }

    fn codeblock(&mut self, language: Option<&str>, text: &str, written: &Range<usize>) {
        self.call("codeblock(");
        match language {
            Some(language) => self.string(language),
            None => self.code("none"),
        }
        self.code(")[");
        self.verbatim(text, written);
        self.code("];");
    }

    fn table(&mut self, table: &Table) {
        self.call("datatable(align: (");
        for alignment in &table.alignments {
            self.code(match alignment {
                Alignment::Start => "\"start\",",
                Alignment::Center => "\"center\",",
                Alignment::End => "\"end\",",
            });
        }
        self.code("), header: (");
        self.cells(&table.header);
        self.code("), rows: (");
        for row in &table.rows {
            self.code("(");
            self.cells(row);
            self.code("),");
        }
        self.code("));");
    }

    fn cells(&mut self, cells: &[Cell]) {
        for cell in cells {
            self.bracketed(&cell.content);
            self.code(",");
        }
    }

    fn placed_picture(&mut self, placed: &PlacedPicture, block: &Block) {
        self.call("picture(file: ");
        self.picture_file(&placed.picture.file, self.place(&block.range));
        self.code(", alt: ");
        self.string(&placed.picture.alt);
        self.code(", caption: ");
        match &placed.caption {
            Some(caption) => self.segment(caption),
            None => self.code("none"),
        }
        self.code(", credit: ");
        match &placed.credit {
            Some(credit) => self.words_within(credit, &block.range),
            None => self.code("none"),
        }
        self.code(match placed.width {
            PictureWidth::Column => ", width: \"column\");",
            PictureWidth::Wide => ", width: \"wide\");",
            PictureWidth::Full => ", width: \"full\");",
            PictureWidth::Page => ", width: \"page\");",
            PictureWidth::Bleed => ", width: \"bleed\");",
            PictureWidth::Spread => ", width: \"spread\");",
        });
    }

    fn chart(&mut self, chart: &Chart, written: &Range<usize>) {
        self.call(match chart.kind {
            ChartKind::Bar => "chart(kind: \"bar\"",
            ChartKind::Line => "chart(kind: \"line\"",
            ChartKind::Area => "chart(kind: \"area\"",
            ChartKind::Pie => "chart(kind: \"pie\"",
        });
        for (name, text) in [("title", &chart.title), ("source", &chart.source)] {
            self.code(&format!(", {name}: "));
            self.words_within(text, written);
        }
        for (name, text) in [("alt", &chart.alt), ("unit", &chart.unit)] {
            self.code(&format!(", {name}: "));
            self.string(text);
        }
        self.code(", labels: (");
        for label in &chart.labels {
            self.words_within(label, written);
            self.code(",");
        }
        self.code("), series: (");
        for series in &chart.series {
            self.code("(name: ");
            self.words_within(&series.name, written);
            self.code(", values: (");
            for value in &series.values {
                self.code(&format!("{:?},", if value.is_finite() { *value } else { 0.0 }));
            }
            self.code(")),");
        }
        self.code("));");
    }
}

/// The blocks as the page has them: those for the PDFs in the place of their div, those for other outputs gone.
fn flattened(blocks: &[Block]) -> Vec<&Block> {
    let mut flat = Vec::with_capacity(blocks.len());
    for block in blocks {
        match &block.kind {
            BlockKind::Only { output: Output::Pdf, body } => flat.extend(flattened(body)),
            // A teaser belongs to an edition.
            BlockKind::Only { .. } | BlockKind::Teaser { .. } => {}
            _ => flat.push(block),
        }
    }
    flat
}

fn are_figures(items: &[ListItem]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.task.is_none() && figure(item).is_some())
}

/// A list entry that begins with strong words: those, the rest of its line, the blocks after it.
fn figure(item: &ListItem) -> Option<(&[Inline], &[Inline], &[Block])> {
    let (first, rest) = item.blocks.split_first()?;
    let BlockKind::Paragraph(content) = &first.kind else { return None };
    let (strong, label) = content.split_first()?;
    let InlineKind::Strong(figure) = &strong.kind else { return None };
    Some((figure, label, rest))
}
