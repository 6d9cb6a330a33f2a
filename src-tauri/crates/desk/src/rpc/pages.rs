//! Pages as the window sees them: laid out, as spreads, as places, and as files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Failure, FindingView};

/// The pages of an issue as laid out now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PagesView {
    /// Every page in order.
    pub pages: Vec<PageView>,
    /// What layout found.
    pub findings: Vec<FindingView>,
    /// How each article fits its budget.
    pub fits: Vec<FitView>,
    /// Whether these are all the pages, as the PDF will have them; else there is something to settle.
    pub settled: bool,
    /// Whether some pages are those from before the template failed.
    pub outdated: bool,
    /// Milliseconds from the request to the layout.
    pub milliseconds: u32,
}

/// How an article with a page budget fits it, in lines of one column.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FitView {
    /// The article.
    pub slug: String,
    /// The pages it may take.
    pub budget: u32,
    /// The lines that its budget holds: those it has, less those over, and those still free.
    pub room: u32,
    /// Lines over its budget.
    pub over_lines: u32,
    /// The same in words.
    pub over_words: u32,
    /// Lines that are still free.
    pub under_lines: u32,
    /// The same in words.
    pub under_words: u32,
    /// The byte of its file where the text over its budget begins.
    pub overset: Option<u32>,
}

/// The running order of an issue with the pages of its entries.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlatplanView {
    /// Names the bytes of `issue.toml`; goes back with a move.
    pub revision: String,
    /// The entries in order.
    pub entries: Vec<EntryView>,
    /// The pages as a printer counts them.
    pub sum: PageSumView,
    /// Where a house ad would find room.
    pub openings: Vec<OpeningView>,
}

/// A running order that was saved.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedOrder {
    /// Names the bytes of `issue.toml` now; goes back with the next move.
    pub revision: String,
}

/// What somebody says of an advertisement that is to get a place.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdFields {
    /// Its picture, from the folder: `media/ad-x.svg`.
    pub picture: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Who pays for it.
    pub advertiser: String,
    /// `full`, `half`, `third` or `quarter`.
    pub size: String,
}

/// A place in the running order, as somebody sees it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceInOrder {
    /// Counted from 0.
    pub at: u32,
    /// The revision the running order was read from.
    pub revision: String,
}

/// An advertisement that has its place in the file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlacedAdvertisement {
    /// Where it stands, counted from 0.
    pub at: u32,
    /// Names the bytes of `issue.toml` now; goes back with the next move.
    pub revision: String,
}

/// An advertisement that is out of the running order, and what it takes to put it back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakenOutAdvertisement {
    /// Where it stood, counted from 0.
    pub at: u32,
    /// The text of `issue.toml` before; goes back with it.
    pub before: String,
    /// Names the bytes of `issue.toml` now; goes back with the next move.
    pub revision: String,
}

/// The number of pages, as a printer counts them.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PageSumView {
    /// Pages of the issue.
    pub pages: u32,
    /// What it may take.
    pub budget: Option<u32>,
    /// Whether sheets can be folded to it.
    pub bindable: bool,
    /// `32 = 2 × 16`; where the sum cannot be bound, those below and above it that can.
    pub sheets: Vec<String>,
}

/// An entry of the running order.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// `cover`, `contents`, `colophon`, `back-cover`, `ad` or `article`.
    pub kind: String,
    /// The article, if it is one.
    pub slug: Option<String>,
    /// The article's headline, or who pays for the ad; empty for the template's own pages.
    pub title: String,
    /// The article's section; for an ad its size.
    pub section: String,
    /// Its first page, if it takes any.
    pub first: Option<u32>,
    /// The pages it takes.
    pub pages: u32,
    /// The pages it may take.
    pub budget: Option<u32>,
}

/// Room for a house ad.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OpeningView {
    /// The foot of an article's last page.
    EndOfArticle {
        /// The page.
        page: u32,
        /// `half`, `third` or `quarter`: the largest ad that finds room.
        size: String,
    },
    /// What an ad leaves free of its page.
    BesideAd {
        /// The page.
        page: u32,
        /// `half`, `third` or `quarter`: the largest ad that finds room.
        size: String,
    },
    /// Pages that are missing to the next sum that can be bound.
    BlankPages {
        /// How many.
        count: u32,
    },
}

/// A page. Its picture is at `page:` + `/ISSUE/HASH/PPI.jpg`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PageView {
    /// Its place in the issue, from 1; also its folio.
    pub number: u32,
    /// The article on it, if it belongs to one.
    pub slug: Option<String>,
    /// Changes when anything on the page changes.
    pub hash: String,
    /// Points.
    pub width: f64,
    /// Points.
    pub height: f64,
}

/// A picture of a page that is in sight.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeenPicture {
    /// The page's hash.
    pub hash: String,
    /// Pixels an inch.
    pub ppi: u32,
}

/// A place in an article's file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ManuscriptPlace {
    /// The article.
    pub slug: String,
    /// The byte.
    pub byte: u32,
}

/// A box on a page, in points.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PagePlace {
    /// The page's place in the issue, from 1.
    pub page: u32,
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What an export tells while it is under way.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ExportStep {
    /// The pages are laid out from disk.
    Layout,
    /// The PDF for a target is being written.
    Writing {
        /// `screen`, `print`, …
        target: String,
    },
    /// A PDF is on disk.
    Written(ExportedFile),
    /// A PDF could not be written; the others still can.
    Failed {
        /// `screen`, `print`, …
        target: String,
        /// Why.
        failure: Failure,
    },
}

/// A PDF that was written.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportedFile {
    /// `screen`, `print`, …
    pub target: String,
    /// Where it is.
    pub path: String,
    /// Its pages.
    pub pages: u32,
    /// Its size in bytes.
    pub bytes: u32,
}

/// What an export came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Whether somebody ended it before it was through.
    pub stopped: bool,
    /// What stands between the issue and its release.
    pub findings: Vec<FindingView>,
}
