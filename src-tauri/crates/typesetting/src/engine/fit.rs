//! Copyfitting: how much an article is too long or too short for its pages.
//!
//! The unit is **a line of one column**: "7 lines over" in three columns asks for seven lines of a column, not for
//! seven across the page. Columns are balanced on an article's last page, so lines are counted, never heights.

use magazine::{Article, Block, BlockKind, Output, plain_inlines};
use serde::{Deserialize, Serialize};

use super::laid::Laid;
use crate::copyfit::{Fit, FitColumn, FitLine};

/// How an article fits its pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleFit {
    /// The article's file name.
    pub slug: String,
    /// Its first page.
    pub first: u32,
    /// The pages it takes.
    pub pages: u32,
    /// The columns of its text.
    pub columns: u32,
    /// The lines that one column of a page without pictures holds.
    pub rows: u32,
    /// Lines of running text; captions, boxes, headings and tables are not counted.
    pub lines: u32,
    /// Words of the article, as a reader would count them.
    pub words: u32,
    /// Words of running text in a line, on the average.
    pub words_per_line: f64,
    /// Where its running text ends; `None` when it has none.
    pub end: Option<TextEnd>,
    /// Against its budget, when it has one.
    pub budget: Option<BudgetFit>,
}

/// Where an article's running text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEnd {
    /// The page of the issue, counted from 1.
    pub page: u32,
    /// The column, counted from 1.
    pub column: u32,
    /// The line of that column, counted from 1 at the top of the page's text.
    pub line: u32,
    /// Lines of all that page's columns together that stay free.
    pub free_lines: u32,
}

/// An article against its page budget. Lines are lines of one column; at most one of `over_lines` and `under_lines`
/// is not 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetFit {
    /// The pages it may take.
    pub pages: u32,
    /// Lines after the end of its last budgeted page: with so many less it keeps to its budget. A heading among them
    /// counts as the lines it takes, so where it is cut with its text, less text is enough.
    pub over_lines: u32,
    /// The same in words, by the article's own words in a line.
    pub over_words: u32,
    /// Lines that could be added before it takes more than its budget.
    pub under_lines: u32,
    /// The same in words.
    pub under_words: u32,
    /// The byte of the article's file where the overset text begins, when it is over.
    pub overset: Option<usize>,
}

/// How an article fits; `None` for one whose pages are not those of its text, or that has no columns.
pub(super) fn of(article: &Article, laid: &Laid) -> Option<ArticleFit> {
    let fit = laid.fit.as_ref().filter(|_| laid.stand_in.is_none())?;
    let words = running_words(&article.manuscript.blocks);
    let lines = count(fit.columns().map(|column| column.lines.len()).sum());
    let words_per_line = if lines == 0 { 0.0 } else { words as f64 / f64::from(lines) };
    Some(ArticleFit {
        slug: article.slug.clone(),
        first: laid.first,
        pages: count(laid.pages.len()),
        columns: fit.columns,
        rows: fit.rows,
        lines,
        words: count(article.manuscript.words()),
        words_per_line,
        end: fit.end(laid.first),
        budget: article.front_matter.budget.map(|budget| {
            let written = |byte| Some(laid.shown.map.written_at(byte)?.range.start);
            BudgetFit::of(fit, budget, words_per_line, written)
        }),
    })
}

impl BudgetFit {
    fn of(fit: &Fit, pages: u32, words_per_line: f64, written: impl Fn(usize) -> Option<usize>) -> Self {
        let words = |lines: u32| (f64::from(lines) * words_per_line).round() as u32;
        let takes = count(fit.pages.len());
        let (over, overset) = if takes > pages { fit.over(pages) } else { (0, None) };
        let under = if takes > pages { 0 } else { fit.under(pages) };
        Self {
            pages,
            over_lines: over,
            over_words: words(over),
            under_lines: under,
            under_words: words(under),
            overset: overset.and_then(written),
        }
    }

    /// What an editor has to do: `7 lines over: cut about 42 words`, or `3 lines free: about 18 words`. `None` when it
    /// fits to the line.
    #[must_use]
    pub fn advice(&self) -> Option<String> {
        let lines = |count: u32| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        let words = |count: u32| match count {
            0 => String::new(),
            1 => "about 1 word".to_owned(),
            count => format!("about {count} words"),
        };
        match (self.over_lines, self.under_lines) {
            (0, 0) => None,
            (0, free) if self.under_words == 0 => Some(format!("{} free", lines(free))),
            (0, free) => Some(format!("{} free: {}", lines(free), words(self.under_words))),
            (over, _) if self.over_words == 0 => Some(format!("{} over", lines(over))),
            (over, _) => Some(format!("{} over: cut {}", lines(over), words(self.over_words))),
        }
    }
}

impl Fit {
    fn columns(&self) -> impl Iterator<Item = &FitColumn> {
        self.pages.iter().flatten()
    }

    /// The last line in the order of reading.
    fn end(&self, first: u32) -> Option<TextEnd> {
        let (page, columns) = self.pages.iter().enumerate().rev().find(|(_, columns)| has_lines(columns))?;
        let (column, last) =
            columns.iter().enumerate().rev().find_map(|(column, it)| Some((column, it.lines.last()?)))?;
        Some(TextEnd {
            page: first + count(page),
            column: count(column) + 1,
            line: last.row,
            free_lines: self.free_on(page),
        })
    }

    /// Lines that are free on a page. On the last one the text as it ran before its columns were balanced knows best:
    /// how lines are kept together at a column's end is different there.
    fn free_on(&self, page: usize) -> u32 {
        let Some(columns) = self.pages.get(page) else { return 0 };
        match self.unbalanced.filter(|end| end.page == page && columns.iter().all(|column| column.is_plain)) {
            Some(end) => {
                let after = columns.iter().skip(end.column + 1).map(|column| column.holds);
                end.free + after.sum::<u32>()
            }
            None => columns.iter().map(|column| column.free).sum(),
        }
    }

    /// Lines up to the end of the last budgeted page; none where no running text is that could grow.
    fn under(&self, budget: u32) -> u32 {
        if !self.pages.iter().any(|columns| has_lines(columns)) {
            return 0;
        }
        let left = budget.saturating_sub(count(self.pages.len()));
        self.free_on(self.pages.len().saturating_sub(1)) + left * self.columns * self.rows
    }

    /// Lines after the last budgeted page, and the generated byte of the first of them. Lines that would find room at
    /// its foot, and left it only to stay together with those that do not, are no lines over.
    fn over(&self, budget: u32) -> (u32, Option<usize>) {
        let beyond = || self.pages.iter().skip(budget as usize).flatten();
        let taken: u32 = beyond().map(|column| self.rows.saturating_sub(column.free)).sum();
        let first = beyond().next().and_then(|column| column.lines.first());
        let spare = self.spare(budget).map_or(0, |free| returning(free, first));
        let lines: Vec<&FitLine> = beyond().flat_map(|column| &column.lines).collect();
        let overset = lines.iter().skip(spare as usize).chain(&lines).find_map(|line| line.byte);
        (taken.saturating_sub(spare).max(1), overset)
    }

    /// Lines that stay free at the end of the last budgeted page.
    fn spare(&self, budget: u32) -> Option<u32> {
        let last = self.pages.get((budget as usize).checked_sub(1)?)?.last()?;
        Some(last.free).filter(|_| !last.lines.is_empty())
    }
}

/// How many lines go back when only so many are left that they find room in `free` lines. A heading above the first
/// of them goes back with the white above it, and never without a line below it.
fn returning(free: u32, first: Option<&FitLine>) -> u32 {
    const TALLEST_HEADING: u32 = 3;
    match first.map_or(0, |line| line.row.saturating_sub(1)) {
        0 => free,
        heading if heading <= TALLEST_HEADING && free > heading + 1 => free - 1,
        _ => 0,
    }
}

fn has_lines(columns: &[FitColumn]) -> bool {
    columns.iter().any(|column| !column.lines.is_empty())
}

/// Words of running text: what stands in lines of the columns.
fn running_words(blocks: &[Block]) -> usize {
    let words = |block: &Block| match &block.kind {
        BlockKind::Paragraph(content) => plain_inlines(content).split_whitespace().count(),
        BlockKind::Quote(body) => running_words(body),
        BlockKind::List { items, .. } => items.iter().map(|item| running_words(&item.blocks)).sum(),
        BlockKind::Only { output: Output::Pdf, body } => running_words(body),
        _ => 0,
    };
    blocks.iter().map(words).sum()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(lines: &[u32], free: u32) -> FitColumn {
        let lines = lines.iter().map(|row| FitLine { row: *row, byte: Some(*row as usize) });
        FitColumn { lines: lines.collect(), holds: 0, free, is_plain: true }
    }

    fn fit(pages: Vec<Vec<FitColumn>>) -> Fit {
        Fit { columns: 2, rows: 10, pages, unbalanced: None }
    }

    #[test]
    fn lines_that_were_only_kept_together_find_room_again() {
        // Two lines stayed free at the end of the first page, because three of a paragraph stay together.
        let full = |free| vec![column(&[10], 0), column(&[8], free)];
        assert_eq!(fit(vec![full(0), vec![column(&[1, 2, 3], 7), column(&[], 10)]]).over(1), (3, Some(1)));
        assert_eq!(fit(vec![full(2), vec![column(&[1, 2, 3], 7), column(&[], 10)]]).over(1), (1, Some(3)));
    }

    #[test]
    fn a_heading_finds_room_only_with_a_line_below_it() {
        let with_heading = |free| {
            fit(vec![vec![column(&[10], 0), column(&[5], free)], vec![column(&[2, 3, 4, 5, 6], 4), column(&[], 10)]])
        };
        assert_eq!(with_heading(2).over(1), (6, Some(2)));
        assert_eq!(with_heading(3).over(1).0, 4);
    }

    #[test]
    fn pages_that_are_not_taken_are_free() {
        let short = fit(vec![vec![column(&[1, 2, 3], 7), column(&[1, 2], 8)]]);
        assert_eq!((short.under(1), short.under(3)), (15, 55));
        assert_eq!(fit(vec![vec![column(&[], 10)]]).under(2), 0);
    }

    #[test]
    fn advice_names_lines_and_words() {
        let advice = |over_lines, under_lines| {
            let words = |lines: u32| lines * 6;
            let fit = BudgetFit {
                pages: 1,
                over_lines,
                over_words: words(over_lines),
                under_lines,
                under_words: words(under_lines),
                overset: None,
            };
            fit.advice()
        };
        assert_eq!(advice(7, 0).as_deref(), Some("7 lines over: cut about 42 words"));
        assert_eq!(advice(0, 1).as_deref(), Some("1 line free: about 6 words"));
        assert_eq!(advice(0, 0), None);
    }
}
