//! Blocks as lines.

use magazine::Chart;

use super::{Line, Page, WIDTH, fixed, wrap};
use crate::content::{Block, Figure, Item, Run, Teaser};
use crate::piece::{push_fixed, push_pieces};
use crate::words::say;

/// However deep a quotation of quotations stands, its words keep this width.
const NARROWEST: usize = 24;

impl Page {
    pub(super) fn blocks(&mut self, blocks: &[Block], limit: usize) -> Vec<Line> {
        spaced(blocks.iter().map(|block| self.block(block, limit)))
    }

    fn block(&mut self, block: &Block, limit: usize) -> Vec<Line> {
        match block {
            Block::Paragraph(content) => wrap(&self.runs(content), limit),
            Block::Heading { level, content } => {
                let line = self.runs(content);
                self.underlined(&line, if *level <= 2 { '=' } else { '-' })
            }
            Block::Quote(body) => behind(["> ", "> "], self.blocks(body, narrowed(limit, 2))),
            Block::Callout { title, body, .. } => self.callout(title, body, limit),
            Block::List { start, items } => self.list(*start, items, limit),
            Block::Code(text) => text.lines().map(|line| fixed(&format!("    {line}"))).collect(),
            Block::Table(table) => self.table(table, limit),
            Block::Picture(figure) => self.figure(figure, limit),
            Block::Chart(chart, _) => self.chart(chart, limit),
            Block::Rule => vec![fixed("* * *")],
            Block::Teaser(teaser) => self.teaser(teaser, limit),
        }
    }

    fn callout(&mut self, title: &[Run], body: &[Block], limit: usize) -> Vec<Line> {
        let mut blocks = Vec::new();
        if !title.is_empty() {
            blocks.push(Block::Paragraph(vec![Run::Strong(title.to_vec())]));
        }
        blocks.extend_from_slice(body);
        behind(["| ", "| "], self.blocks(&blocks, narrowed(limit, 2)))
    }

    fn list(&mut self, start: Option<u64>, items: &[Item], limit: usize) -> Vec<Line> {
        let entries: Vec<Vec<Line>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let mark = mark(start.map(|start| start.saturating_add(index as u64)), item.task);
                let lines = self.entry(item, narrowed(limit, mark.len()));
                behind([&mark, &" ".repeat(mark.len())], lines)
            })
            .collect();
        if items.iter().any(is_long) { spaced(entries) } else { entries.concat() }
    }

    /// An entry; a list within it follows its words without an empty line.
    fn entry(&mut self, item: &Item, limit: usize) -> Vec<Line> {
        let blocks: Vec<Vec<Line>> = item.blocks.iter().map(|block| self.block(block, limit)).collect();
        if is_long(item) { spaced(blocks) } else { blocks.concat() }
    }

    fn figure(&mut self, figure: &Figure, limit: usize) -> Vec<Line> {
        let credit = Some(&figure.credit).filter(|it| !it.is_empty()).map(|it| say(self.words.picture_by, it));
        let lines = [self.picture(&figure.picture), figure.caption.clone(), credit.unwrap_or_default()];
        self.lines(&lines, limit)
    }

    fn chart(&mut self, chart: &Chart, limit: usize) -> Vec<Line> {
        let title = Some(&chart.title).filter(|it| !it.is_empty()).map(|it| say(self.words.chart, it));
        let source = Some(&chart.source).filter(|it| !it.is_empty()).map(|it| say(self.words.source, it));
        let title = self.lines(&[title.unwrap_or_default()], limit);
        let below = self.lines(&[chart.alt.clone(), source.unwrap_or_default()], limit);
        spaced([title, self.chart_rows(chart, limit), below])
    }

    fn teaser(&mut self, teaser: &Teaser, limit: usize) -> Vec<Line> {
        let mut lines = self.lines(&[teaser.kicker.to_uppercase()], limit);
        let mut title = fixed(&teaser.title);
        if let Some(target) = &teaser.link {
            push_fixed(&mut title, &format!(" [{}]", self.number(target)));
        }
        lines.extend(self.underlined(&title, '-'));
        lines.extend(self.lines(std::slice::from_ref(&teaser.words), limit));
        if let Some((page, target)) = &teaser.page {
            let read_on = say(self.words.read_on, &page.to_string());
            lines.push(fixed(&format!("{read_on} [{}]", self.number(target))));
        }
        lines
    }

    /// Plain lines, without the empty ones.
    fn lines(&self, lines: &[String], limit: usize) -> Vec<Line> {
        lines.iter().filter(|line| !line.trim().is_empty()).flat_map(|line| wrap(&fixed(line), limit)).collect()
    }

    /// The footnotes, at the end.
    pub(super) fn notes(&mut self, notes: &[Vec<Block>]) -> Option<Vec<Line>> {
        if notes.is_empty() {
            return None;
        }
        let mut lines = self.underlined(&fixed(self.words.notes), '-');
        for (index, note) in notes.iter().enumerate() {
            let mark = format!("({}) ", index + 1);
            let note = self.blocks(note, narrowed(WIDTH, mark.len()));
            lines.extend(behind([&mark, &" ".repeat(mark.len())], note));
        }
        Some(lines)
    }
}

/// Blocks with an empty line between them.
fn spaced(blocks: impl IntoIterator<Item = Vec<Line>>) -> Vec<Line> {
    let mut lines = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.extend(block);
    }
    lines
}

/// Lines behind a mark: one for the first line, one for the others.
fn behind([first, others]: [&str; 2], lines: Vec<Line>) -> Vec<Line> {
    let lines = if lines.is_empty() { vec![Line::new()] } else { lines };
    let marked = |(index, line): (usize, Line)| {
        let mark = if index == 0 { first } else { others };
        let mut marked = fixed(if line.is_empty() { mark.trim_end() } else { mark });
        push_pieces(&mut marked, line);
        marked
    };
    lines.into_iter().enumerate().map(marked).collect()
}

fn narrowed(limit: usize, by: usize) -> usize {
    limit.saturating_sub(by).max(NARROWEST)
}

/// The mark of an entry.
fn mark(number: Option<u64>, task: Option<bool>) -> String {
    match (number, task) {
        (Some(number), _) => format!("{number}. "),
        (None, Some(true)) => "[x] ".to_owned(),
        (None, Some(false)) => "[ ] ".to_owned(),
        (None, None) => "- ".to_owned(),
    }
}

/// Whether an entry is more than a few words and the list below them.
fn is_long(item: &Item) -> bool {
    item.blocks.iter().filter(|block| !matches!(block, Block::List { .. })).count() > 1
}
