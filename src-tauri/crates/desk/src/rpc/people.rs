//! What the window asks of the list, and what the list answers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the window may ask of the list.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PeopleRequest {
    /// How many people a filter finds, and the marks to page through them from anywhere.
    PeopleMarks {
        /// The filter.
        filter: PeopleFilter,
        /// People on a page.
        every: u32,
    },
    /// A page of the people a filter finds, in the order of their addresses.
    People {
        /// The filter.
        filter: PeopleFilter,
        /// The mark before the page; nothing for the first.
        after: Option<String>,
        /// People on the page.
        limit: u32,
    },
    /// How many people a filter finds.
    CountPeople {
        /// The filter.
        filter: PeopleFilter,
    },
    /// Everything known about one address.
    Person {
        /// The address.
        address: String,
    },
    /// Puts a person on the list.
    AddPerson {
        /// What is known about them.
        person: PersonFields,
        /// Who gathered the address and where.
        source: String,
        /// What they agreed to.
        basis: String,
    },
    /// Replaces what is known about a person.
    EditPerson {
        /// What is known about them; the address says who.
        person: PersonFields,
    },
    /// Records that a person asked not to be mailed.
    UnsubscribePerson {
        /// The address.
        address: String,
    },
    /// Erases a person; only a keyed hash stays.
    ErasePerson {
        /// The address.
        address: String,
    },
    /// Writes a note about a person.
    NotePerson {
        /// The address.
        address: String,
        /// What it says.
        text: String,
    },
    /// The segments that are kept under a name, each with how many people are in it now.
    Segments {},
    /// Keeps a segment under a name; one of that name before is replaced.
    SaveSegment {
        /// Its name.
        name: String,
        /// What it says: `country = "RO" and tag = "press"`.
        expression: String,
    },
    /// Forgets a segment.
    RemoveSegment {
        /// Its name.
        name: String,
    },
    /// What came back, the newest first.
    Returns {
        /// Only this kind: `hard_bounce`, `unsubscribe`, …; nothing for all.
        kind: Option<String>,
        /// Only those before this number; nothing for the newest.
        before: Option<u32>,
    },
    /// The raw report that a decision was made from.
    ReturnReport {
        /// Its number.
        id: u32,
    },
    /// Takes a decision back.
    UndoReturn {
        /// Its number.
        id: u32,
    },
    /// The imports that can be taken back, the newest first.
    Imports {},
    /// Takes an import back.
    UndoImport {
        /// Its number.
        id: u32,
    },
    /// The people who were asked to confirm by mail, or are to be, whoever came first before.
    AwaitedPeople {
        /// Only those after this number; nothing for the first.
        after: Option<u32>,
    },
    /// Records that a person told the desk that they want the newsletter.
    ConfirmPerson {
        /// The address.
        address: String,
        /// What shows it.
        evidence: String,
    },
    /// The copies of the list, the newest first.
    Backups {},
    /// Makes a copy of the list now.
    BackUp {},
    /// Puts a copy back in place of the list.
    Restore {
        /// The copy's name.
        name: String,
    },
}

/// What answers a [`PeopleRequest`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum PeopleAnswer {
    /// How many there are, and where the pages begin.
    PeopleMarks(PeopleMarks),
    /// A page of people.
    People(PeopleRows),
    /// How many there are.
    CountPeople(u32),
    /// Everything known about one address.
    Person(Box<DossierView>),
    /// `new`, `changed` or `suppressed`.
    AddPerson(String),
    /// Whether they were on the list.
    EditPerson(bool),
    /// Whether they were on the list.
    UnsubscribePerson(bool),
    /// Whether anything was known about them.
    ErasePerson(bool),
    /// It is written down.
    NotePerson(bool),
    /// The segments, by their names.
    Segments(Vec<SegmentView>),
    /// It is kept.
    SaveSegment(bool),
    /// Whether there was one of this name.
    RemoveSegment(bool),
    /// What came back.
    Returns(ReturnRows),
    /// The report, as far as it is text.
    ReturnReport(String),
    /// `mailable`, `still-suppressed`, …: what taking it back came to.
    UndoReturn(String),
    /// The imports.
    Imports(Vec<ImportLine>),
    /// What taking it back came to.
    UndoImport(UndoneView),
    /// Who is waited for.
    AwaitedPeople(AwaitedView),
    /// It is written down.
    ConfirmPerson(bool),
    /// The copies.
    Backups(Vec<BackupLine>),
    /// The copies, with the new one.
    BackUp(Vec<BackupLine>),
    /// What putting it back came to.
    Restore(RestoredView),
}

/// Which people to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleFilter {
    /// Only people whose address, name or organisation contains this.
    pub text: String,
    /// `active`, `unsubscribed` or `bounced`; nothing for all of them.
    pub status: Option<String>,
    /// Only people in this segment: `country = "RO" and tag = "press"`.
    pub segment: String,
}

/// How many people a filter finds, and where the pages begin.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleMarks {
    /// How many there are.
    pub people: u32,
    /// The mark before each page but the first.
    pub marks: Vec<String>,
}

/// A page of people.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleRows {
    /// The people on it.
    pub people: Vec<PersonLine>,
}

/// A person in the table.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonLine {
    /// The number logs name them by.
    pub id: u32,
    /// `active`, `unsubscribed` or `bounced`.
    pub status: String,
    /// Whether the mailbox belongs to a function and not to a person.
    pub role: bool,
    /// When they came onto the list.
    pub since: String,
    /// What is known about them.
    #[serde(flatten)]
    pub person: PersonFields,
}

/// What is known about a person, as somebody may write it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonFields {
    /// Where mail goes.
    pub address: String,
    /// The full name.
    pub name: String,
    /// The name a letter greets them by.
    pub first_name: String,
    /// Their city.
    pub city: String,
    /// Their country.
    pub country: String,
    /// The language they read.
    pub language: String,
    /// Where they work.
    pub organisation: String,
    /// Marks by which the desk chooses an audience.
    pub tags: Vec<String>,
}

/// Everything the list knows about one address.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DossierView {
    /// The person; absent when only a suppression is kept.
    pub subscriber: Option<PersonLine>,
    /// Why they may be mailed, oldest first.
    pub consents: Vec<ConsentView>,
    /// Where they stand while they are asked to confirm by mail.
    pub awaited: Option<WaitingView>,
    /// Why they must not be mailed.
    pub suppression: Option<SuppressionView>,
    /// What the desk noted, oldest first.
    pub notes: Vec<NoteView>,
    /// What changed about them, newest first.
    pub history: Vec<HistoryView>,
    /// Their copies of editions, newest first.
    pub copies: Vec<CopyView>,
}

/// A note about a person.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// When it was written.
    pub at: String,
    /// What it says.
    pub text: String,
}

/// A change of what is known about a person.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView {
    /// When.
    pub at: String,
    /// From where: `desk`, `import 3`.
    pub source: String,
    /// What changed: `city`, `status`, …
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// A person's copy of an edition.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyView {
    /// The edition.
    pub edition: String,
    /// Whether it was only a rehearsal.
    pub rehearsal: bool,
    /// Where it stands.
    pub state: String,
    /// When that last changed.
    pub changed: String,
}

/// A segment that is kept under a name.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SegmentView {
    /// Its name.
    pub name: String,
    /// What it says.
    pub expression: String,
    /// How many people are in it now; nothing when it cannot be understood any more.
    pub people: Option<u32>,
}

/// What came back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReturnRows {
    /// The decisions, the newest first.
    pub returns: Vec<ReturnLine>,
    /// Whether there are older ones.
    pub more: bool,
}

/// A decision about something that came back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReturnLine {
    /// Its number.
    pub id: u32,
    /// `hard_bounce`, `soft_bounce`, `delay`, `policy`, `complaint` or `unsubscribe`.
    pub kind: String,
    /// Where it was read.
    pub source: String,
    /// How the person was found: `message_id`, `token`, `address`, `guess`, …
    pub known_by: String,
    /// Whether its meaning was guessed from running text.
    pub guessed: bool,
    /// Who it is about; nothing once they were erased.
    pub address: Option<String>,
    /// The edition whose copy it is about.
    pub edition: Option<String>,
    /// When it happened.
    pub happened: String,
    /// One line that shows it.
    pub words: String,
    /// Whether it keeps the person from being mailed.
    pub suppressed: bool,
    /// When it was taken back.
    pub undone: Option<String>,
}

/// Why a person may be mailed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConsentView {
    /// When they agreed, if the source says.
    pub given: Option<String>,
    /// The way it came here: `import`, `desk`.
    pub how: String,
    /// What they agreed to.
    pub wording: String,
    /// Who gathered it and where.
    pub source: String,
    /// What shows it.
    pub evidence: String,
}

/// Why a person must not be mailed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SuppressionView {
    /// `unsubscribed`, `bounced`, `erased` or `complained`.
    pub reason: String,
    /// Since when.
    pub since: String,
    /// What shows it.
    pub note: String,
}

/// An import that can be taken back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportLine {
    /// Its number.
    pub id: u32,
    /// When it was taken.
    pub at: String,
    /// The file it came from.
    pub file_name: String,
    /// Where the list came from, as it was said then.
    pub source: String,
    /// People it brought.
    pub new: u32,
    /// People of whom more is known since.
    pub changed: u32,
}

/// What taking an import back came to.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UndoneView {
    /// People who are no longer on the list.
    pub removed: u32,
    /// People of whom the list says again what it said before.
    pub restored: u32,
    /// People who stay, because something about them happened since.
    pub kept: u32,
}

/// Who is waited for.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AwaitedView {
    /// People who have not confirmed.
    pub waiting: u32,
    /// Of those, people who are to be asked now, for the first time or once more.
    pub due: u32,
    /// A page of them.
    pub people: Vec<WaiterLine>,
    /// Whether there are more.
    pub more: bool,
}

/// Somebody who is waited for.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaiterLine {
    /// The number logs name them by.
    pub id: u32,
    /// Where the question goes.
    pub address: String,
    /// Their name.
    pub name: String,
    /// Where they stand.
    #[serde(flatten)]
    pub standing: WaitingView,
}

/// Where somebody stands who is waited for.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitingView {
    /// Since when.
    pub since: String,
    /// How often they were asked.
    pub asks: u32,
    /// When they were asked last.
    pub asked: Option<String>,
    /// What their server said when it refused the question for good.
    pub refused: Option<String>,
}

/// A copy of the list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupLine {
    /// The name to restore it by.
    pub name: String,
    /// `asked`, `daily`, `before-import`, `before-erasure`, `before-restore` or `before-migration`.
    pub why: String,
    /// When it was made.
    pub made: String,
    /// People in it; nothing when it cannot be read.
    pub people: Option<u32>,
    /// Its size in megabytes.
    pub megabytes: f64,
}

/// What putting a copy back came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoredView {
    /// People on the list now.
    pub people: u32,
    /// The name of the copy of the list that was replaced; absent when that one could not be read.
    pub before: Option<String>,
    /// People who left since the copy was made, and whom the list still knows to have left.
    pub suppressions: u32,
    /// Editions frozen since the copy was made, which the list still knows.
    pub mailings: u32,
    /// Editions that wait for a person's word.
    pub paused: u32,
}
