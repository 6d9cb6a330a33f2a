//! The one typed seam between the window and the desk: every request, and what answers it.
//!
//! A request and its answer carry the same variant name, so that the window's `call` gives the right type without a
//! table of its own. The types are exported to `ui/src/platform/bindings/` by ts-rs; a test fails when they are stale.
//! Bytes count from the start of the article's file; points from a page's top left corner, inside the trim.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Class;

mod issue;
mod issue_settings;
mod mail;
mod pages;
mod people;
mod search;
mod spelling;
mod welcome;
mod work;

pub use issue::{
    AddedPicture, ArticleLine, ArticleText, FindingView, FixView, InterruptedView, IssueAnswer, IssueLine,
    IssueRequest, IssueView, MediaFile, PublicationView, SavedArticle, SheetView, VersionLine,
};
pub use issue_settings::{CoverFields, CoverLineFields, IssueFields, IssueSettingsView};
pub use mail::{
    AttemptLine, AudienceCount, CoursePoint, DeliveryLine, DeliveryMarks, DeliveryRows, DomainLine, EditionLine,
    EditionPreview, KeyLine, MailAnswer, MailPicture, MailRequest, MailingView, Named, PauseView, RecordLine,
    SenderView, SigningKeys, StateCount, TypedPassword,
};
pub use pages::{
    AdFields, EntryView, ExportStep, Exported, ExportedFile, FitView, FlatplanView, ManuscriptPlace, OpeningView,
    PagePlace, PageSumView, PageView, PagesView, PlaceInOrder, PlacedAdvertisement, SavedOrder, SeenPicture,
    TakenOutAdvertisement,
};
pub use people::{
    AwaitedView, BackupLine, ConsentView, CopyView, DossierView, HistoryView, ImportLine, NoteView, PeopleAnswer,
    PeopleFilter, PeopleMarks, PeopleRequest, PeopleRows, PersonFields, PersonLine, RestoredView, ReturnLine,
    ReturnRows, SegmentView, SuppressionView, UndoneView, WaiterLine, WaitingView,
};
pub use search::{FoundFile, FoundView, HitView, ReplaceIn, ReplacedView, SearchFor, TakenBackView, UnsavedText};
pub use spelling::{
    DoubtView, DoubtfulWordLine, SpellingAnswer, SpellingRequest, SpellingView, WordPlaceView, WordsView,
};
pub use welcome::{
    CalledView, FolderLine, FoldersView, KnownPublication, TextPlace, WelcomeAnswer, WelcomeRequest, WelcomeView,
};
pub use work::{
    ImportFinding, ImportView, InvitedView, MappedColumn, SendingView, Work, WorkDone, WorkStep, WrittenFile,
};

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

/// What the window may ask for: of an issue, of the people on the list, of mail, of spelling. Each part answers in a
/// module of its own, and no two have a method of the same name.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(untagged)]
pub enum Request {
    /// Of an issue and its pages.
    Issue(IssueRequest),
    /// Of the list.
    People(PeopleRequest),
    /// Of editions and what became of them.
    Mail(MailRequest),
    /// Of how words are spelled.
    Spelling(SpellingRequest),
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
    /// Of how words are spelled.
    Spelling(SpellingAnswer),
}

/// A count as the window takes it.
pub(crate) fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A row's number as the window takes it.
pub(crate) fn number(id: i64) -> u32 {
    u32::try_from(id).unwrap_or(u32::MAX)
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
    /// What to do next on a terminal, where that is a command; the window has places of its own.
    #[serde(skip)]
    #[ts(skip)]
    pub command: Option<Box<str>>,
    /// Whose matter it is; for the command line.
    #[serde(skip)]
    #[ts(skip)]
    pub class: Class,
}
