//! Copyfitting: how much an article is too long or too short for its pages.
//!
//! The unit is **a line of one column**: "7 lines over" in three columns asks for seven lines of a column, not for
//! seven across the page. Columns are balanced on an article's last page, so lines are counted, never heights.

use serde::{Deserialize, Serialize};

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
    /// Lines after the end of its last budgeted page: with so many less it keeps to its budget.
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
