//! Tables: in columns where they fit the line, else each row as a short list.

use magazine::{Alignment, Chart};

use super::wrap::width;
use super::{Line, Page, fixed, wrap};
use crate::content::{Run, Table};
use crate::piece::{Piece, push_fixed, push_pieces};

impl Page {
    pub(super) fn table(&mut self, table: &Table, limit: usize) -> Vec<Line> {
        let header = self.cells(&table.header);
        let rows: Vec<Vec<Line>> = table.rows.iter().map(|row| self.cells(row)).collect();
        laid_out(&header, &rows, &table.alignments, limit)
    }

    /// A chart's figures as a table.
    pub(super) fn chart_rows(&self, chart: &Chart, limit: usize) -> Vec<Line> {
        let names = chart.series.iter().map(|series| fixed(&series.name));
        let header: Vec<Line> = [fixed(&chart.unit)].into_iter().chain(names).collect();
        let figure = |value: Option<&f64>| fixed(&value.map(|value| self.words.figure(*value)).unwrap_or_default());
        let row = |(index, label): (usize, &String)| {
            let figures = chart.series.iter().map(|series| figure(series.values.get(index)));
            [fixed(label)].into_iter().chain(figures).collect::<Vec<Line>>()
        };
        let rows: Vec<Vec<Line>> = chart.labels.iter().enumerate().map(row).collect();
        let alignments: Vec<Alignment> =
            std::iter::once(Alignment::Start).chain(chart.series.iter().map(|_| Alignment::End)).collect();
        laid_out(&header, &rows, &alignments, limit)
    }

    fn cells(&mut self, cells: &[Vec<Run>]) -> Vec<Line> {
        cells.iter().map(|cell| one_line(self.runs(cell))).collect()
    }
}

/// A cell has no line ends.
fn one_line(cell: Line) -> Line {
    let flat = |piece: Piece| match piece {
        Piece::Fixed(text) => Piece::Fixed(text.replace('\n', " ")),
        field @ Piece::Field { .. } => field,
    };
    cell.into_iter().map(flat).collect()
}

fn laid_out(header: &[Line], rows: &[Vec<Line>], alignments: &[Alignment], limit: usize) -> Vec<Line> {
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
            cells.filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or_default()
        })
        .collect();
    if widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1) > limit {
        return listed(header, rows, limit);
    }
    let mut lines = Vec::new();
    if header.iter().any(|cell| width(cell) > 0) {
        lines.push(columns(header, &widths, alignments));
        let rules: Vec<Line> = widths.iter().map(|width| fixed(&"-".repeat(*width))).collect();
        lines.push(columns(&rules, &widths, alignments));
    }
    lines.extend(rows.iter().map(|row| columns(row, &widths, alignments)));
    lines
}

fn columns(cells: &[Line], widths: &[usize], alignments: &[Alignment]) -> Line {
    let mut line = Line::new();
    for (column, (cell, full)) in cells.iter().zip(widths).enumerate() {
        let room = full.saturating_sub(width(cell));
        let before = match alignments.get(column) {
            Some(Alignment::End) => room,
            Some(Alignment::Center) => room / 2,
            _ => 0,
        };
        // No spaces at the end of a line.
        let after = if column + 1 < cells.len() { room - before + 2 } else { 0 };
        push_fixed(&mut line, &" ".repeat(before));
        push_pieces(&mut line, cell.iter().cloned());
        push_fixed(&mut line, &" ".repeat(after));
    }
    line
}

fn listed(header: &[Line], rows: &[Vec<Line>], limit: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| width(cell) > 0) {
            let mut line = fixed(if column == 0 { "- " } else { "  " });
            if let Some(name) = header.get(column).filter(|name| column > 0 && width(name) > 0) {
                push_pieces(&mut line, name.iter().cloned());
                push_fixed(&mut line, ": ");
            }
            push_pieces(&mut line, cell.iter().cloned());
            let mut wrapped = wrap(&line, limit.saturating_sub(2)).into_iter();
            let indent = if column == 0 { "" } else { "  " };
            lines.extend(wrapped.next().map(|first| indented(indent, first)));
            lines.extend(wrapped.map(|rest| indented("  ", rest)));
        }
    }
    lines
}

fn indented(by: &str, line: Line) -> Line {
    let mut indented = fixed(by);
    push_pieces(&mut indented, line);
    indented
}
