//! The one typed seam between the window and the desk: every request, and what answers it.
//!
//! A request and its answer carry the same variant name, so that the window's `call` gives the right type without a
//! table of its own. The types are exported to `ui/src/platform/bindings/` by ts-rs; a test fails when they are stale.
//! Bytes count from the start of the article's file; points from a page's top left corner, inside the trim.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Class;

mod mail;
mod people;
mod welcome;
mod work;

pub use mail::{
    AttemptLine, AudienceCount, DeliveryLine, DeliveryMarks, DeliveryRows, EditionLine, EditionPreview, MailAnswer,
    MailPicture, MailRequest, MailingView, Named, SenderView, StateCount, TypedPassword,
};
pub use people::{
    BackupLine, ConsentView, CopyView, DossierView, HistoryView, ImportLine, NoteView, PeopleAnswer, PeopleFilter,
    PeopleMarks, PeopleRequest, PeopleRows, PersonFields, PersonLine, RestoredView, ReturnLine, ReturnRows,
    SegmentView, SuppressionView, UndoneView,
};
pub use welcome::{FolderLine, FoldersView, KnownPublication, WelcomeAnswer, WelcomeRequest, WelcomeView};
pub use work::{ImportFinding, ImportView, MappedColumn, SendingView, Work, WorkDone, WorkStep, WrittenFile};

/// Everything the window may ask: before a publication is open, and of the desk once one is.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(untagged)]
pub enum WindowRequest {
    /// Before a publication is open.
    Welcome(WelcomeRequest),
    /// Of the desk.
    Desk(Request),
}

/// What answers a [`WindowRequest`].
#[derive(Debug, Clone, Serialize, TS)]
#[serde(untagged)]
pub enum WindowAnswer {
    /// Before a publication is open.
    Welcome(WelcomeAnswer),
    /// Of the desk.
    Desk(Answer),
}

/// What the window may ask for: of an issue, of the people on the list, of mail. Each part answers in a module of its
/// own, and no two have a method of the same name.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(untagged)]
pub enum Request {
    /// Of an issue and its pages.
    Issue(IssueRequest),
    /// Of the list.
    People(PeopleRequest),
    /// Of editions and what became of them.
    Mail(MailRequest),
}

/// What answers a [`Request`].
#[derive(Debug, Clone, Serialize, TS)]
#[serde(untagged)]
pub enum Answer {
    /// Of an issue and its pages.
    Issue(IssueAnswer),
    /// Of the list.
    People(PeopleAnswer),
    /// Of editions and what became of them.
    Mail(MailAnswer),
}

/// A count as the window takes it.
pub(crate) fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What the window may ask of an issue.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum IssueRequest {
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
    /// Applies a fix to a file on disk, if the issue as it is on disk still has a finding with this very fix.
    ApplyFix {
        /// The issue.
        issue: String,
        /// The fix, as its finding gave it.
        fix: FixView,
    },
    /// The issue's running order with its pages, as it was last laid out.
    Flatplan {
        /// The issue.
        issue: String,
    },
    /// Moves an entry of the running order, unless somebody else changed `issue.toml` since `revision`.
    Reorder {
        /// The issue.
        issue: String,
        /// The entry, counted from 0.
        from: u32,
        /// Its place afterwards, counted from 0.
        to: u32,
        /// The revision the running order was read from.
        revision: String,
    },
    /// Ends the export that is under way; files that are finished stay.
    StopExport {},
}

/// What answers an [`IssueRequest`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum IssueAnswer {
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
    /// The fix is in the file.
    ApplyFix(FixView),
    /// The running order with its pages.
    Flatplan(FlatplanView),
    /// The running order is in the file; the pages follow with the next layout.
    Reorder(SavedOrder),
    /// Whether there was an export to end.
    StopExport(bool),
}

/// The publication and its issues, the newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublicationView {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// What PDFs can be written for, in the order in which they are: `screen`, `accessible`, …
    pub targets: Vec<String>,
    /// The lines a designer keeps to, in points.
    pub sheet: SheetView,
    /// The issues, the newest first.
    pub issues: Vec<IssueLine>,
}

/// The lines of a page that a designer keeps to, in points.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SheetView {
    /// What is printed beyond the trim and cut away.
    pub bleed: f64,
    /// From baseline to baseline.
    pub pitch: f64,
    /// From the top of the page to its first baseline.
    pub first_baseline: f64,
    /// The margin at the top.
    pub top: f64,
    /// The margin at the bottom.
    pub bottom: f64,
    /// The margin at the spine.
    pub inside: f64,
    /// The margin at the fore edge.
    pub outside: f64,
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
    /// The byte after it.
    pub end: Option<u32>,
    /// A change that puts it right.
    pub fix: Option<FixView>,
}

/// A change of one file that puts a finding right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FixView {
    /// What it does, as a button says it.
    pub label: String,
    /// The file, from the publication's folder.
    pub file: String,
    /// The article whose file it is, if it is one's.
    pub slug: Option<String>,
    /// The first byte that is replaced.
    pub start: u32,
    /// The byte after the last one that is replaced.
    pub end: u32,
    /// What stands there afterwards.
    pub replacement: String,
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
    /// How each article fits its budget.
    pub fits: Vec<FitView>,
    /// Milliseconds from the request to the layout.
    pub milliseconds: u32,
}

/// How an article with a page budget fits it, in lines of one column.
#[derive(Debug, Clone, Serialize, TS)]
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
