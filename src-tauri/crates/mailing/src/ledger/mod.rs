//! The ledger: every person's copy of an edition, and every attempt to hand it over.
//!
//! [`Ledger`] is all the sender knows of it: [`sqlite`] is the one at the desk, a shared PostgreSQL would be a second
//! implementation. Freezing and reports ask the store directly, because they belong to the desk.

mod again;
mod certificate;
mod claim;
mod clock;
mod course;
mod export;
mod forget;
mod freeze;
mod quota;
mod recover;
mod schedule;
mod settle;
mod summary;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use again::Again;
pub use certificate::Certificate;
pub use course::Moment;
pub use freeze::{Audience, FreezeError, Occasion, Terms};
pub use quota::{Allowance, AllowanceError, DomainPace};
pub use schedule::Schedule;
pub use summary::{Attempt, Delivery, DeliveryPage, MailingState, MailingSummary, PauseReason, Press, render};

pub(crate) use claim::SqliteLedger;
pub(crate) use forget::forget;
pub(crate) use quota::Quota;

use crate::letter::Recipient;
use crate::store::StoreError;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting for its first attempt.
    Queued,
    /// Claimed by a connection.
    Sending,
    /// Put off by the server; waits for its next attempt.
    Retry,
    /// A server answered 250: it took the message. Nothing more is known.
    Accepted,
    /// The message may have gone out, and no answer came.
    Uncertain,
    /// Refused for good.
    Failed,
    /// Refused for good because the mailbox is not there.
    Bounced,
    /// Never to be sent; the reason stands beside it.
    Excluded,
    /// Given up by the desk.
    Cancelled,
    /// Put off until its time was over.
    Expired,
}

impl DeliveryState {
    /// All of them, in the order screens show them.
    pub const ALL: [DeliveryState; 10] = [
        DeliveryState::Queued,
        DeliveryState::Sending,
        DeliveryState::Retry,
        DeliveryState::Accepted,
        DeliveryState::Uncertain,
        DeliveryState::Failed,
        DeliveryState::Bounced,
        DeliveryState::Excluded,
        DeliveryState::Cancelled,
        DeliveryState::Expired,
    ];

    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            DeliveryState::Queued => "queued",
            DeliveryState::Sending => "sending",
            DeliveryState::Retry => "retry",
            DeliveryState::Accepted => "accepted",
            DeliveryState::Uncertain => "uncertain",
            DeliveryState::Failed => "failed",
            DeliveryState::Bounced => "bounced",
            DeliveryState::Excluded => "excluded",
            DeliveryState::Cancelled => "cancelled",
            DeliveryState::Expired => "expired",
        }
    }

    /// The state that a word names.
    pub fn named(word: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How far a conversation with a server got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` and the message, before the final dot.
    Data,
    /// The final dot was handed to the socket.
    AfterDot,
    /// Found half done when the sender started.
    Recovery,
}

impl Stage {
    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Mail => "mail",
            Stage::Recipient => "recipient",
            Stage::Data => "data",
            Stage::AfterDot => "after_dot",
            Stage::Recovery => "recovery",
        }
    }
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A server took the message.
    Accepted,
    /// Not now.
    Postponed,
    /// Never.
    Refused,
    /// Never, because the mailbox is not there.
    HardBounce,
    /// It may have been taken.
    Uncertain,
    /// It certainly was not handed over, and not for the person's sake: they wait as before.
    NotSent,
}

impl Outcome {
    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Postponed => "postponed",
            Outcome::Refused => "refused",
            Outcome::HardBounce => "hard_bounce",
            Outcome::Uncertain => "uncertain",
            Outcome::NotSent => "not_sent",
        }
    }
}

/// What becomes of a delivery that is uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UncertainPolicy {
    /// Sent again with the same bytes and Message-ID, at most twice: nobody is left without.
    #[default]
    Resend,
    /// Left for a person to decide: nobody gets it twice.
    Hold,
}

/// A delivery in the hands of a connection.
#[derive(Debug)]
pub struct Claim {
    /// The delivery's number.
    pub delivery: i64,
    /// Which attempt this is, counted from 1.
    pub attempt: i64,
    /// Who it is for.
    pub to: Recipient,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The delivery's number.
    pub delivery: i64,
    /// How far the conversation got.
    pub stage: Stage,
    /// The server's reply code, if it gave one.
    pub code: Option<u16>,
    /// The server's words, or ours about the connection.
    pub text: String,
    /// What it came to.
    pub outcome: Outcome,
}

impl Settlement {
    /// Whether it says no more than that the relay takes no mail now; connecting again at once would not help.
    pub(crate) fn in_vain(&self) -> bool {
        let unheard = self.code.is_none() || matches!(self.stage, Stage::Mail | Stage::Data);
        self.outcome == Outcome::NotSent || self.outcome == Outcome::Postponed && unheard
    }
}

/// What one connection reports and asks in one go.
#[derive(Debug, Default)]
pub struct Turn {
    /// The connection's number.
    pub connection: usize,
    /// The number of the relay it leads to.
    pub lane: usize,
    /// What became of claims before.
    pub settled: Vec<Settlement>,
    /// Claims that were not begun and will not be.
    pub released: Vec<i64>,
    /// How many it wants; it hands them over in the order in which it gets them.
    pub wants: usize,
}

/// What a connection gets.
#[derive(Debug, Default)]
pub struct Handout {
    /// The claims, at most as many as were wanted.
    pub claims: Vec<Claim>,
    /// When it is worth asking again, if there is nothing for now.
    pub later: Option<Timestamp>,
}

/// What still waits in a mailing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Deliveries that can be claimed now.
    pub due: u64,
    /// When the next of the others can be.
    pub next: Option<Timestamp>,
}

/// All that the sender knows of the ledger. Everything it is told is durable when the call returns.
pub trait Ledger: Send {
    /// Settles every delivery that a dead sender left half done, from its journal where that tells, and names the
    /// others uncertain. Answers how many those were. `boot` tells this start of the computer from others.
    fn recover(&mut self, boot: &str, policy: UncertainPolicy, now: Timestamp) -> Result<u64, StoreError>;

    /// Begins a run under this name, over relays with these names and quotas.
    fn begin(
        &mut self,
        run: &str,
        lanes: &[(String, Option<Allowance>)],
        paces: &[DomainPace],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Settles and claims in one commit. Claims are handed out before the commit, so that a connection can begin its
    /// envelope, and none may send its final dot before this call returned well.
    fn turn(
        &mut self,
        turns: &[Turn],
        policy: UncertainPolicy,
        now: Timestamp,
        hand_out: &mut dyn FnMut(usize, Handout),
    ) -> Result<(), StoreError>;

    /// What still waits.
    fn waiting(&self, now: Timestamp) -> Result<Waiting, StoreError>;

    /// The mailing's state, which the desk may change from outside at any moment.
    fn state(&self) -> Result<MailingState, StoreError>;

    /// Stops claims until the desk resumes.
    fn pause(&mut self, reason: &PauseReason, now: Timestamp) -> Result<(), StoreError>;

    /// Records that nothing waits any more.
    fn finish(&mut self, now: Timestamp) -> Result<(), StoreError>;
}
