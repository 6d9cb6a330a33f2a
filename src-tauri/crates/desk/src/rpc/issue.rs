//! What the window asks about a publication, its issues and their articles, and what answers it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    AdFields, FlatplanView, FoundView, IssueFields, IssueSettingsView, ManuscriptPlace, PagePlace, PagesView,
    PlaceInOrder, PlacedAdvertisement, ReplaceIn, ReplacedView, SavedOrder, SearchFor, SeenPicture, TakenBackView,
    TakenOutAdvertisement, UnsavedText,
};

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
    /// Lays out what a layout left for later: the pages after the first ones, and from nothing what was laid out between
    /// two keys. Gives way to a preview that is newer than `version`.
    Settle {
        /// The issue.
        issue: String,
        /// The newest preview that was asked for.
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
    /// The pages as they were last seen, if nothing that they are made from was changed since.
    LastSeen {
        /// The issue.
        issue: String,
    },
    /// Keeps the pages for the next window, with the pictures that are in sight.
    KeepSeen {
        /// The issue.
        issue: String,
        /// The pictures.
        pictures: Vec<SeenPicture>,
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
    /// Begins an article: writes its first draft and gives it a place in the running order.
    BeginArticle {
        /// The issue.
        issue: String,
        /// Its file name without `.md`.
        slug: String,
        /// Its title.
        title: String,
        /// `letter`, `feature`, `department`, `numbers` or `listing`.
        kind: String,
        /// The article behind which it gets its place; nothing: behind the last one.
        beside: Option<String>,
    },
    /// Gives an article a place in the running order.
    PlaceArticle {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// The place, counted from 0; nothing: behind the last article.
        at: Option<u32>,
    },
    /// Takes an article out of the running order; its file stays.
    TakeOutArticle {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
    },
    /// Deletes an article that has no place, unless somebody else changed it since `revision`.
    DeleteArticle {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// The revision of its file that somebody saw.
        revision: String,
    },
    /// Writes an article again that was deleted.
    PutArticleBack {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// Its whole text.
        text: String,
    },
    /// Gives an advertisement a place in the running order, unless somebody else changed `issue.toml` since the place was
    /// seen.
    PlaceAdvertisement {
        /// The issue.
        issue: String,
        /// The advertisement.
        ad: AdFields,
        /// The place; nothing: before the pages that end the issue.
        place: Option<PlaceInOrder>,
    },
    /// Takes an advertisement out of the running order, unless somebody else changed `issue.toml` since it was seen; its
    /// picture stays.
    TakeOutAdvertisement {
        /// The issue.
        issue: String,
        /// Its place.
        place: PlaceInOrder,
    },
    /// Puts an advertisement that was taken out back where it stood.
    PutAdvertisementBack {
        /// The issue.
        issue: String,
        /// Where it stood, counted from 0.
        at: u32,
        /// The text of `issue.toml` that it stood in.
        before: String,
    },
    /// Begins an issue.
    BeginIssue {
        /// One of [`PublicationView::coming`].
        issue: String,
    },
    /// What the issue's own file says of it and of its cover.
    IssueSettings {
        /// The issue.
        issue: String,
    },
    /// Changes that, unless somebody else changed `issue.toml` since `revision`.
    SaveIssueSettings {
        /// The issue.
        issue: String,
        /// The fields as they are to be.
        fields: IssueFields,
        /// The revision the fields were read from.
        revision: String,
    },
    /// Nobody works at the window: what the page engine holds is given back until somebody does.
    Rest {},
    /// Somebody is back: the page engine is made ready for an article.
    Wake {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
    },
    /// Ends the export that is under way; files that are finished stay.
    StopExport {},
    /// What lies in the issue's `media/` and can be chosen.
    MediaFolder {
        /// The issue.
        issue: String,
    },
    /// Puts a picture that was handed over into the issue's `media/`.
    AddPicture {
        /// The issue.
        issue: String,
        /// Its name, as it was handed over.
        file: String,
    },
    /// The earlier versions of an article.
    Versions {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
    },
    /// The text of an earlier version.
    ReadVersion {
        /// The issue.
        issue: String,
        /// The article.
        slug: String,
        /// The version's name.
        version: String,
    },
    /// Looks for words in every text of an issue.
    SearchIssue {
        /// The issue.
        issue: String,
        /// What is looked for.
        sought: SearchFor,
        /// What would take its place, where that is asked.
        replacement: Option<String>,
        /// The texts that stand in an editor and not on disk yet.
        unsaved: Vec<UnsavedText>,
    },
    /// Replaces hits of a search, in all the files or in none.
    ReplaceInIssue {
        /// The issue.
        issue: String,
        /// What was looked for.
        sought: SearchFor,
        /// What takes its place.
        replacement: String,
        /// The hits.
        files: Vec<ReplaceIn>,
    },
    /// Takes the last replacement back.
    TakeBackReplacement {
        /// Its number.
        number: u32,
    },
    /// What was being written when a window ended without a word.
    Interrupted {},
    /// Everything is saved, and the window goes or was told.
    SetDown {},
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
    /// All pages, or nothing when a newer request came in.
    Settle(Option<PagesView>),
    /// The pages as they were last seen, or nothing when what they are made from was changed.
    LastSeen(Option<PagesView>),
    /// Whether they are kept for the next window.
    KeepSeen(bool),
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
    /// The issue with its new article.
    BeginArticle(IssueView),
    /// The issue, the article in its place.
    PlaceArticle(IssueView),
    /// Where the article stood, counted from 0.
    TakeOutArticle(u32),
    /// It is gone.
    DeleteArticle(bool),
    /// It is there again.
    PutArticleBack(bool),
    /// The advertisement is in the file; the pages follow with the next layout.
    PlaceAdvertisement(PlacedAdvertisement),
    /// The advertisement is out of the file; the pages follow with the next layout.
    TakeOutAdvertisement(TakenOutAdvertisement),
    /// The advertisement is in the file again; the pages follow with the next layout.
    PutAdvertisementBack(PlacedAdvertisement),
    /// The publication with its new issue.
    BeginIssue(PublicationView),
    /// The fields of the issue.
    IssueSettings(IssueSettingsView),
    /// The fields as they are in the file now; the pages follow with the next layout.
    SaveIssueSettings(IssueSettingsView),
    /// Whether it rests; it does not while it works.
    Rest(bool),
    /// Whether there were pages to be ready for.
    Wake(bool),
    /// Whether there was an export to end.
    StopExport(bool),
    /// The files, by name.
    MediaFolder(Vec<MediaFile>),
    /// The picture in the issue.
    AddPicture(AddedPicture),
    /// The versions, the newest first.
    Versions(Vec<VersionLine>),
    /// Its text.
    ReadVersion(String),
    /// What was found.
    SearchIssue(FoundView),
    /// What was replaced.
    ReplaceInIssue(ReplacedView),
    /// What is as it was before.
    TakeBackReplacement(TakenBackView),
    /// The text it was, if there is one.
    Interrupted(Option<InterruptedView>),
    /// It is noted.
    SetDown(bool),
}

/// A picture or advertisement that lies in an issue's `media/`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    /// As an article names it: `media/tram.jpg`.
    pub file: String,
    /// Whether it is a picture and no advertisement of this issue: what is sold as one is nobody's opener.
    pub for_articles: bool,
}

/// A picture that was put into an issue.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddedPicture {
    /// As an article names it: `media/tram.jpg`.
    pub file: String,
}

/// An earlier version of a text.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionLine {
    /// To ask for it by.
    pub name: String,
    /// When it was kept.
    pub at: String,
    /// Its words, front matter included.
    pub words: u32,
}

/// A text that was being written when a window ended.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InterruptedView {
    /// The issue.
    pub issue: String,
    /// The article.
    pub slug: String,
    /// Up to when it is on disk.
    pub at: String,
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
    /// The next issues that can be begun, in their order.
    pub coming: Vec<IssueLine>,
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
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
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
