//! An issue laid out, as the desk sees it.

use magazine::Finding;
use serde::{Deserialize, Serialize};

use super::ArticleFit;
use crate::SlotName;

/// The pages of an issue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Every page, in order.
    pub pages: Vec<PageInfo>,
    /// The pages each article takes, in the running order.
    pub articles: Vec<ArticlePages>,
    /// How each article fits its pages, in the running order. One that is replaced by a placeholder has none.
    pub fits: Vec<ArticleFit>,
    /// What stands between these pages and their release. Places name bytes; [`crate::with_lines`] adds lines.
    pub findings: Vec<Finding>,
    /// What a placeholder stands in for.
    pub placeholders: Vec<SlotName>,
    /// Whether some pages are those from before the template failed.
    pub is_outdated: bool,
    /// Whether these are all the pages, as a layout from nothing gives them. Else [`crate::Engine::go_on`] has
    /// something to do.
    pub is_settled: bool,
    /// How long it took.
    pub milliseconds: f64,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageInfo {
    /// Counted from 1.
    pub number: u32,
    /// What it belongs to.
    pub slot: SlotName,
    /// 16 hexadecimal digits; the same for pages that look the same.
    pub hash: String,
    /// Width in points.
    pub width_pt: f64,
    /// Height in points.
    pub height_pt: f64,
}

/// The pages of one article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePages {
    /// The article's file name.
    pub slug: String,
    /// Its first page.
    pub first: u32,
    /// How many it takes.
    pub count: u32,
}

/// Where a letter was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManuscriptPlace {
    /// The file's path from the publication's folder: an article's, or `issue.toml`.
    pub file: String,
    /// The article, when it is one of an article's words.
    pub slug: Option<String>,
    /// The byte of the file.
    pub byte: usize,
}

/// Where a letter stands, in points from its page's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PagePlace {
    /// The page, counted from 1.
    pub page: u32,
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// The letter's width.
    pub width: f64,
    /// The letter's height.
    pub height: f64,
}
