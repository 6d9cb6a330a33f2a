//! Charts as tables of their figures; one series of bars is drawn with cells.

use magazine::{Alignment, Chart, ChartKind};

use super::Page;
use crate::words::{say, sides};

impl Page<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) {
        if !chart.title.is_empty() {
            self.out.open("p", &[("class", "m-text"), ("style", &self.styles.box_title)]);
            self.out.text(&chart.title);
            self.out.close("p");
        }
        self.open_data_table("margin:0");
        match chart.series.as_slice() {
            [only] if drawn_as_bars(chart, &only.values) => self.bars(chart, &only.values),
            _ => self.figures(chart),
        }
        self.out.close("table");
        self.below_chart(chart);
    }

    fn bars(&mut self, chart: &Chart, values: &[f64]) {
        let largest = values.iter().copied().fold(0.0, f64::max);
        for (label, value) in chart.labels.iter().zip(values) {
            let share = (value / largest * 100.0).round().clamp(1.0, 100.0);
            self.out.open("tr", &[]);
            self.open_cell("td", Alignment::Start);
            self.out.text(label);
            self.out.close("td");
            self.open_cell("td", Alignment::End);
            self.out.text(&with_unit(&self.words.figure(*value), &chart.unit));
            self.out.close("td");
            self.bar(share as u32);
            self.out.close("tr");
        }
    }

    fn bar(&mut self, percent: u32) {
        let width = format!("{percent}%");
        let cell = format!("{};padding-{}:14px", self.styles.cell, sides(self.language).0);
        self.out.open("td", &[("width", "50%"), ("class", "m-line"), ("style", &cell)]);
        self.open_layout(&width, "margin:4px 0 0");
        self.out.open("tr", &[]);
        self.out.open("td", &[("class", "m-bar"), ("style", &self.styles.bar)]);
        self.out.text("\u{a0}");
        self.out.close("td");
        self.out.close("tr");
        self.out.close("table");
        self.out.close("td");
    }

    fn figures(&mut self, chart: &Chart) {
        self.out.open("tr", &[]);
        self.head_cell(&chart.unit, Alignment::Start);
        for series in &chart.series {
            self.head_cell(&series.name, Alignment::End);
        }
        self.out.close("tr");
        for (row, label) in chart.labels.iter().enumerate() {
            self.out.open("tr", &[]);
            self.open_cell("td", Alignment::Start);
            self.out.text(label);
            self.out.close("td");
            for series in &chart.series {
                self.open_cell("td", Alignment::End);
                let value = series.values.get(row).map(|value| self.words.figure(*value));
                self.out.text(&value.unwrap_or_default());
                self.out.close("td");
            }
            self.out.close("tr");
        }
    }

    fn head_cell(&mut self, text: &str, alignment: Alignment) {
        self.open_cell("th", alignment);
        self.out.text(text);
        self.out.close("th");
    }

    /// What the drawing says, for everybody: without the drawing it is needed by all. Then the source.
    fn below_chart(&mut self, chart: &Chart) {
        let source = Some(&chart.source).filter(|source| !source.is_empty());
        let source = source.map(|source| say(self.words.source, source));
        let below = [Some(chart.alt.clone()).filter(|alt| !alt.is_empty()), source];
        let below: Vec<String> = below.into_iter().flatten().collect();
        self.boxed("", "", |page| page.caption(&below.join(" · ")));
    }
}

fn drawn_as_bars(chart: &Chart, values: &[f64]) -> bool {
    let can = values.iter().all(|value| value.is_finite() && *value >= 0.0) && values.iter().any(|value| *value > 0.0);
    can && matches!(chart.kind, ChartKind::Bar | ChartKind::Pie)
}

/// A figure and its unit, which are never parted by a line end.
fn with_unit(figure: &str, unit: &str) -> String {
    match unit {
        "" => figure.to_owned(),
        unit => format!("{figure}\u{a0}{unit}"),
    }
}
