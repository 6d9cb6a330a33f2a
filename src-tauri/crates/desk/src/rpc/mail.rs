//! What the window asks of editions and their mailings, and what it gets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ArticleText, FindingView, SavedArticle};

/// What the window may ask of editions and what became of them.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MailRequest {
    /// The editions of an issue.
    Editions {
        /// The issue.
        issue: String,
    },
    /// The text of an edition's file.
    ReadEdition {
        /// `2026-q4/launch`
        edition: String,
    },
    /// Saves an edition's file, unless somebody else changed it since `revision`.
    SaveEdition {
        /// The edition.
        edition: String,
        /// The whole text of the file.
        text: String,
        /// The revision the text was made from.
        revision: String,
    },
    /// Begins an edition with a first draft.
    NewEdition {
        /// The edition.
        edition: String,
    },
    /// Deletes an edition that no mailing was made of, unless somebody else changed it since `revision`.
    DeleteEdition {
        /// The edition.
        edition: String,
        /// The revision of its file that somebody saw.
        revision: String,
    },
    /// Writes an edition again that was deleted.
    PutEditionBack {
        /// The edition.
        edition: String,
        /// Its whole text.
        text: String,
    },
    /// One person's copy of an edition as it stands in the editor.
    PreviewEdition {
        /// The edition.
        edition: String,
        /// The text in the editor.
        text: String,
        /// A subscriber's address; nothing for somebody of whom nothing is known.
        to: Option<String>,
    },
    /// Who an edition would go to now, or went to.
    Audience {
        /// The edition.
        edition: String,
        /// The part of the list.
        segment: String,
    },
    /// Everything that was ever sent or rehearsed, the newest first.
    Mailings {},
    /// Where the pages of a mailing's deliveries begin.
    DeliveryMarks {
        /// The mailing.
        mailing: u32,
        /// Only this state.
        state: Option<String>,
        /// Deliveries on a page.
        every: u32,
    },
    /// A page of a mailing's deliveries.
    Deliveries {
        /// The mailing.
        mailing: u32,
        /// Only this state.
        state: Option<String>,
        /// The mark before the page; nothing for the first.
        after: Option<u32>,
        /// Deliveries on the page.
        limit: u32,
    },
    /// The attempts of a delivery, oldest first.
    Attempts {
        /// The delivery.
        delivery: u32,
    },
    /// Stops a mailing until it is resumed.
    PauseMailing {
        /// The edition.
        edition: String,
        /// Whether its rehearsal is meant.
        rehearsal: bool,
    },
    /// Gives up everybody a mailing was not sent to yet.
    CancelMailing {
        /// The edition.
        edition: String,
        /// Whether its rehearsal is meant.
        rehearsal: bool,
    },
    /// Takes the people whose copy is uncertain out of what waits, so that nobody gets a second one.
    HoldUncertain {
        /// The edition.
        edition: String,
        /// Whether its rehearsal is meant.
        rehearsal: bool,
    },
    /// What came of a mailing, over time.
    Course {
        /// The mailing.
        mailing: u32,
    },
    /// Who the newsletter comes from, as the publication has it.
    Sender {},
    /// Changes who the newsletter comes from.
    SaveSender {
        /// The fields as they are to be.
        sender: SenderView,
    },
    /// Where the relay's password is.
    RelayPassword {},
    /// Keeps the relay's password.
    KeepPassword {
        /// The password.
        #[ts(type = "string")]
        password: TypedPassword,
    },
    /// Forgets the relay's password.
    ForgetPassword {},
    /// Connects to the relay and signs in; nothing is sent.
    TryRelay {},
    /// Looks the sender's domain over in DNS; nothing is sent.
    CheckDomain {},
    /// The keys that sign for the sender's domain.
    SigningKeys {},
    /// Makes the keys that sign for the sender's domain.
    MakeSigningKey {},
    /// Sends one copy of an edition, marked as a test.
    SendTest {
        /// The edition, as it is on disk.
        edition: String,
        /// Where the copy goes.
        to: String,
    },
    /// Ends a long work that the window began.
    StopWork {
        /// The number the window gave it.
        work: u32,
    },
}

/// What answers a [`MailRequest`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum MailAnswer {
    /// The editions.
    Editions(Vec<EditionLine>),
    /// An edition's file.
    ReadEdition(ArticleText),
    /// The new revision of the saved file.
    SaveEdition(SavedArticle),
    /// The file that was begun.
    NewEdition(String),
    /// It is gone.
    DeleteEdition(bool),
    /// It is there again.
    PutEditionBack(bool),
    /// A person's copy.
    PreviewEdition(EditionPreview),
    /// Who it goes to.
    Audience(AudienceCount),
    /// The mailings.
    Mailings(Vec<MailingView>),
    /// Where the pages begin.
    DeliveryMarks(DeliveryMarks),
    /// A page of deliveries.
    Deliveries(DeliveryRows),
    /// The attempts.
    Attempts(Vec<AttemptLine>),
    /// The mailing as it stands.
    PauseMailing(MailingView),
    /// The mailing as it stands.
    CancelMailing(MailingView),
    /// The mailing as it stands.
    HoldUncertain(MailingView),
    /// The moments at which something came of it, in order; the last one is now.
    Course(Vec<CoursePoint>),
    /// The sender.
    Sender(SenderView),
    /// The sender as it is in the file now.
    SaveSender(SenderView),
    /// `not-wanted`, `keyring`, `memory`, `missing` or `no-keyring`; nothing when no relay is set up.
    RelayPassword(Option<String>),
    /// Where it is kept: `keyring` or `memory`.
    KeepPassword(String),
    /// It is forgotten.
    ForgetPassword(bool),
    /// The relay took the sign-in.
    TryRelay(bool),
    /// What was found, the gravest first.
    CheckDomain(Vec<DomainLine>),
    /// The keys.
    SigningKeys(SigningKeys),
    /// The keys, with the new ones.
    MakeSigningKey(SigningKeys),
    /// The server's words.
    SendTest(String),
    /// Whether there was such a work.
    StopWork(bool),
}

/// A password as it was typed; it never shows in a log.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct TypedPassword(pub(crate) String);

impl std::fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedPassword(…)")
    }
}

/// An edition in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditionLine {
    /// `2026-q4/launch`
    pub edition: String,
    /// `launch`
    pub name: String,
    /// Its subject line.
    pub subject: String,
    /// Where its mailing stands: `running`, `paused`, `finished` or `cancelled`; nothing when it was never sent.
    pub state: Option<String>,
}

/// One person's copy of an edition.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditionPreview {
    /// The subject line as they read it.
    pub subject: String,
    /// What mail programs show after the subject.
    pub preheader: String,
    /// `Smart City Magazine <newsletter@example.org>`
    pub from: String,
    /// Whose copy it is.
    pub to: String,
    /// The HTML part; its pictures are named `cid:…`.
    pub html: String,
    /// The text part.
    pub text: String,
    /// The pictures of the HTML part.
    pub pictures: Vec<MailPicture>,
    /// What stands between the edition and its release.
    pub findings: Vec<FindingView>,
    /// Bytes of the HTML part.
    pub bytes: u32,
    /// Milliseconds it took.
    pub milliseconds: u32,
}

/// A picture of a mail. It is at `page:` + `/mail/HASH/WIDTH.jpg`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailPicture {
    /// Its name in the HTML part.
    pub cid: String,
    /// Changes when the file changes.
    pub hash: String,
    /// The width it is shown at, in CSS pixels.
    pub width: u32,
}

/// A number by a name, in the order in which it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// The name.
    pub name: String,
    /// How many people.
    pub people: u32,
}

/// Who an edition goes to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceCount {
    /// People who will get it, or were to get it when it was frozen.
    pub people: u32,
    /// People who will not, by reason.
    pub excluded: Vec<Named>,
    /// Whether the audience is frozen already.
    pub frozen: bool,
    /// Where the letter would go: the relay's host and port.
    pub relay: String,
}

/// A mailing at a glance.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailingView {
    /// Its number.
    pub id: u32,
    /// The edition.
    pub edition: String,
    /// Whether it only went into the mail catcher.
    pub rehearsal: bool,
    /// `running`, `paused`, `finished` or `cancelled`.
    pub state: String,
    /// Why it is paused, if it is.
    pub pause: Option<PauseView>,
    /// When the audience was frozen.
    pub frozen: String,
    /// When it is to start, while that is still to come.
    pub starts_at: Option<String>,
    /// Everybody in the segment at that moment.
    pub candidates: u32,
    /// Those of them who were to get it then.
    pub audience: u32,
    /// Deliveries by state; each state is there, and they add up to `candidates`.
    pub counts: Vec<StateCount>,
    /// Excluded people by reason.
    pub excluded: Vec<Named>,
    /// When the next delivery that was put off is due.
    pub next_due: Option<String>,
    /// Of the uncertain ones, those who get another copy when it goes on.
    pub second_copies: u32,
}

/// Why a mailing is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PauseView {
    /// `pause-asked` when a person paused it; `pause-unreachable`, … when something is in its way.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// Deliveries in a state.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StateCount {
    /// `queued`, `accepted`, …
    pub state: String,
    /// How many.
    pub people: u32,
}

/// What had come of a mailing at a moment. People counted under a state are those who have it still.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoursePoint {
    /// The moment.
    pub at: String,
    /// Deliveries by state, up to then.
    pub counts: Vec<StateCount>,
}

/// What was found about the sender's domain.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DomainLine {
    /// `spf`, `dkim`, `dmarc`, `alignment`, `mx` or `relay`.
    pub subject: String,
    /// `good`, `advice`, `unknown` or `wrong`.
    pub verdict: String,
    /// A sentence.
    pub words: String,
    /// The record to add or to change to.
    pub record: Option<RecordLine>,
}

/// The keys that sign for the sender's domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeys {
    /// `example.org`
    pub domain: String,
    /// Those that were made for it, by name.
    pub keys: Vec<KeyLine>,
}

/// A key that signs letters, or could.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyLine {
    /// Its name, by which `[dkim]` in publication.toml switches it on.
    pub selector: String,
    /// Whether letters are signed with it.
    pub used: bool,
    /// The record that publishes it.
    pub record: RecordLine,
}

/// A DNS record, to be pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordLine {
    /// Its place.
    pub name: String,
    /// `TXT`, say.
    pub kind: String,
    /// Its text.
    pub value: String,
}

/// How many deliveries there are, and where the pages begin.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryMarks {
    /// How many there are.
    pub deliveries: u32,
    /// The mark before each page but the first.
    pub marks: Vec<u32>,
}

/// A page of deliveries.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRows {
    /// The deliveries on it.
    pub deliveries: Vec<DeliveryLine>,
}

/// One person's copy in the table.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryLine {
    /// Its number.
    pub id: u32,
    /// Where it goes; empty once the person was erased.
    pub address: String,
    /// Where it stands.
    pub state: String,
    /// Why the person is excluded.
    pub reason: Option<String>,
    /// How many attempts were made.
    pub attempts: u32,
    /// The server's last reply code.
    pub code: Option<u32>,
    /// The server's last words.
    pub text: String,
    /// When it may next be attempted.
    pub due: Option<String>,
    /// When anything about it last changed.
    pub changed: String,
}

/// One attempt to hand a copy over.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttemptLine {
    /// When it ended.
    pub at: String,
    /// How far it got.
    pub stage: String,
    /// The server's reply code.
    pub code: Option<u32>,
    /// The server's words, or ours about the connection.
    pub text: String,
    /// What it came to.
    pub outcome: String,
}

/// Who the newsletter comes from and the server that takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SenderView {
    /// The name readers see.
    pub name: String,
    /// The address of the From line.
    pub address: String,
    /// Where answers go; empty for the sender's address.
    pub reply_to: String,
    /// The mailbox that takes unsubscribe mails.
    pub unsubscribe: String,
    /// `smtp+starttls://user@host:587`, or the like.
    pub relay: String,
    /// What the relay allows: `500/day`, or a provider's name; empty when it allows everything.
    pub quota: String,
}
