//! The one typed seam between the window and the desk: every request, and what answers it.
//!
//! A request and its answer carry the same variant name, so that the window's `call` gives the right type without a
//! table of its own. The types are exported to `ui/src/platform/bindings/` by ts-rs; a test fails when they are stale.
//! Bytes count from the start of the article's file; points from a page's top left corner, inside the trim.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Class;

/// What the window may ask for.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Request {
    /// The publication and its issues.
    Publication {},
    /// One issue: its articles, its running order and what was found in its files.
    Issue {
        /// `2026-q4`
        issue: String,
    },
    /// The text of an article's file.
    ReadArticle {
        /// The issue.
        issue: String,
        /// The file name without `.md`.
        slug: String,
    },
    /// Saves an article's file, unless somebody else changed it since `revision`.
    SaveArticle {
        /// The issue.
        issue: String,
        /// The file name without `.md`.
        slug: String,
        /// The whole text of the file.
        text: String,
        /// The revision the text was made from.
        revision: String,
    },
    /// Lays out the issue as it stands on disk.
    Layout {
        /// The issue.
        issue: String,
    },
    /// Lays out the issue with an article as it stands in the editor. A newer request makes an older one give way.
    Preview {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// The text in the editor.
        text: String,
        /// Counts up with each request.
        version: u32,
    },
    /// What was written at a point of a page.
    Click {
        /// The issue.
        issue: String,
        /// The page's place in the issue, from 1.
        page: u32,
        /// Points from the left.
        x: f64,
        /// Points from the top.
        y: f64,
    },
    /// Where a byte of an article stands on the pages.
    Locate {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// The byte.
        byte: u32,
    },
    /// Writes the issue's PDF.
    Build {
        /// The issue.
        issue: String,
    },
}

/// What answers a [`Request`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum Answer {
    /// The publication and its issues.
    Publication(PublicationView),
    /// One issue.
    Issue(IssueView),
    /// An article's file.
    ReadArticle(ArticleText),
    /// The new revision of the saved file.
    SaveArticle(SavedArticle),
    /// The pages.
    Layout(PagesView),
    /// The pages, or nothing when a newer request came in.
    Preview(Option<PagesView>),
    /// A place in a manuscript, or nothing when nothing was written there.
    Click(Option<ManuscriptPlace>),
    /// A place on a page, or nothing when the byte shows nowhere.
    Locate(Option<PagePlace>),
    /// The PDF.
    Build(BuiltPdf),
}

/// The publication and its issues, the newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublicationView {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// The issues, the newest first.
    pub issues: Vec<IssueLine>,
}

/// An issue in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssueLine {
    /// `2026-q4`
    pub id: String,
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// `Winter 2026`
    pub season: String,
}

/// An issue and its articles.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssueView {
    /// The issue.
    pub line: IssueLine,
    /// The page budget.
    pub page_budget: Option<u32>,
    /// The articles in running order, then those without a place in it.
    pub articles: Vec<ArticleLine>,
    /// What was found in its files.
    pub findings: Vec<FindingView>,
}

/// An article in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArticleLine {
    /// The file name without `.md`.
    pub slug: String,
    /// The headline.
    pub title: String,
    /// The kicker.
    pub section: String,
    /// `en`, `ro`
    pub language: String,
    /// Words of the text.
    pub words: u32,
    /// The pages it may take.
    pub budget: Option<u32>,
    /// Whether the running order names it.
    pub placed: bool,
}

/// A finding, as the window shows it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// `missing-media`
    pub code: String,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// `issues/2026-q4/articles/audit.md:14:3`, or the like.
    pub place: Option<String>,
    /// The article it is in, if it is in one.
    pub slug: Option<String>,
    /// The first byte of it in that article's file.
    pub byte: Option<u32>,
}

/// The text of an article's file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArticleText {
    /// The whole text, front matter included.
    pub text: String,
    /// Names these very bytes; goes back with a save.
    pub revision: String,
}

/// A saved file.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedArticle {
    /// Names the bytes now on disk.
    pub revision: String,
}

/// The pages of an issue as laid out now.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PagesView {
    /// Every page in order.
    pub pages: Vec<PageView>,
    /// What layout found.
    pub findings: Vec<FindingView>,
    /// Milliseconds from the request to the layout.
    pub milliseconds: u32,
}

/// A page. Its picture is at `page:` + `/ISSUE/HASH/PPI.jpg`.
#[derive(Debug, Clone, Serialize, TS)]
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

/// A PDF that was written.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BuiltPdf {
    /// Where it is.
    pub path: String,
    /// Its pages.
    pub pages: u32,
    /// Its size in bytes.
    pub bytes: u32,
    /// What stands between the issue and its release.
    pub findings: Vec<FindingView>,
}

/// Why a request could not be answered.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// `changed-outside`, `disk-full`, …
    pub code: String,
    /// One sentence in plain words.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Where, if it is somewhere.
    pub place: Option<String>,
    /// Whose matter it is; for the command line.
    #[serde(skip)]
    #[ts(skip)]
    pub class: Class,
}
