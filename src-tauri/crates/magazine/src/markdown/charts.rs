//! Charts: a fenced block with a small YAML head and CSV rows.

use crate::chart::{Chart, ChartKind, Series};
use crate::finding::{Code, Finding, Place};
use crate::record::Record;

/// Reads a chart from the words between its fences. `start` is where they stand in `text`; they stand there byte for
/// byte when `contiguous`, otherwise findings point at the fence.
pub(super) fn read(
    file: &str,
    text: &str,
    chart: &str,
    start: usize,
    contiguous: bool,
    findings: &mut Vec<Finding>,
) -> Option<Chart> {
    let source = if contiguous { &text[..start + chart.len()] } else { chart };
    let offset = if contiguous { start } else { 0 };
    let mut found = Vec::new();
    let chart = Reader { file, source, offset, findings: &mut found }.chart(chart);
    if !contiguous {
        found.iter_mut().for_each(|finding| finding.place = Some(Place::of(file, text, start..start)));
    }
    findings.append(&mut found);
    chart
}

const KINDS: &[(&str, ChartKind)] =
    &[("bar", ChartKind::Bar), ("line", ChartKind::Line), ("area", ChartKind::Area), ("pie", ChartKind::Pie)];

struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    offset: usize,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn chart(mut self, words: &str) -> Option<Chart> {
        let Some((head_end, rows_start)) = separator(words) else {
            self.fault(0, "a chart needs a line `---` between its head and its rows");
            return None;
        };
        let mut fields = Record::yaml(self.file, self.source, self.offset..self.offset + head_end).fields();
        let mut chart = Chart {
            kind: fields.choice("type", KINDS).unwrap_or(ChartKind::Bar),
            title: fields.text_or("title", ""),
            alt: fields.text_or("alt", ""),
            unit: fields.text_or("unit", ""),
            source: fields.text_or("source", ""),
            labels: Vec::new(),
            series: Vec::new(),
        };
        self.findings.extend(fields.finish());
        if chart.alt.trim().is_empty() {
            let finding = Finding::warning(Code::MissingAlt, "the chart has no text alternative");
            let place = Place::of(self.file, self.source, self.offset..self.offset);
            self.findings.push(finding.at(place).hint("add `alt: …` to its head: what the figures say in a sentence"));
        }
        self.rows(&words[rows_start..], rows_start, &mut chart);
        (!chart.labels.is_empty()).then_some(chart)
    }

    fn rows(&mut self, rows: &str, rows_start: usize, chart: &mut Chart) {
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(rows.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let names = header.iter().skip(1);
        chart.series = names.map(|name| Series { name: name.to_owned(), values: Vec::new() }).collect();
        if chart.series.is_empty() {
            return self.fault(rows_start, "a chart's first row names the label and at least one column of figures");
        }
        for record in reader.records() {
            match record {
                Ok(record) => self.row(&record, rows_start, chart),
                Err(error) => self.fault(rows_start, &format!("this row cannot be read: {error}")),
            }
        }
        if chart.labels.is_empty() {
            self.fault(rows_start, "the chart has no row of figures");
        }
    }

    fn row(&mut self, record: &csv::StringRecord, rows_start: usize, chart: &mut Chart) {
        let at = rows_start + record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let figures: Vec<Option<f64>> = record.iter().skip(1).map(figure).collect();
        if figures.len() != chart.series.len() || figures.contains(&None) {
            let wanted = chart.series.len();
            return self.fault(
                at,
                &format!("expected a label and {wanted} figure{} here", if wanted == 1 { "" } else { "s" }),
            );
        }
        chart.labels.push(record.get(0).unwrap_or_default().to_owned());
        for (series, value) in chart.series.iter_mut().zip(figures.into_iter().flatten()) {
            series.values.push(value);
        }
    }

    fn fault(&mut self, at: usize, message: &str) {
        let at = self.offset + at;
        self.findings.push(Finding::error(Code::BadChart, message).at(Place::of(self.file, self.source, at..at)));
    }
}

/// Where the head ends and where the rows begin.
fn separator(chart: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    for line in chart.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((at, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// A finite number with a point.
fn figure(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}
