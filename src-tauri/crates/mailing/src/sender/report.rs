//! What a sender tells: how far it is, what it came to, and why it could not.

use std::io;

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::{MailingState, Outcome, PauseReason};
use crate::store::StoreError;

/// How far a sender is. The counts are of this run; a person resent to counts twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SendProgress {
    /// Deliveries that could be claimed when the run began.
    pub due: u64,
    /// Taken by a server.
    pub accepted: u64,
    /// Put off by a server.
    pub postponed: u64,
    /// Refused for good, hard bounces among them.
    pub refused: u64,
    /// Of those, mailboxes that are not there.
    pub bounced: u64,
    /// Left without an answer after the final dot.
    pub uncertain: u64,
    /// What is in the way at the moment: the relay cannot be reached.
    pub trouble: Option<String>,
    /// Durable commits of the ledger, each for all that had been reported and asked meanwhile.
    pub commits: u64,
    /// Each relay by itself.
    pub relays: Vec<RelayProgress>,
    /// Until when the sender waits: for its scheduled start, a quota, a server that put people off.
    pub waits_until: Option<Timestamp>,
    /// Whether that is the start that was set for it.
    pub is_scheduled: bool,
}

impl SendProgress {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Postponed => self.postponed += 1,
            Outcome::Refused => self.refused += 1,
            Outcome::HardBounce => {
                self.refused += 1;
                self.bounced += 1;
            }
            Outcome::Uncertain => self.uncertain += 1,
            Outcome::NotSent => {}
        }
    }
}

/// How far one relay is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RelayProgress {
    /// `user@host:port`
    pub name: String,
    /// Taken by it in this run.
    pub accepted: u64,
    /// What is in its way at the moment.
    pub trouble: Option<String>,
    /// Why it is used no more in this run.
    pub closed: Option<String>,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendReport {
    /// Deliveries that a sender which died had left half done; each is recorded as uncertain.
    pub recovered: u64,
    /// The counts of this run.
    #[serde(flatten)]
    pub progress: SendProgress,
    /// Where the mailing stands now.
    #[serde(flatten)]
    pub state: MailingState,
    /// When the next of those put off is due; run again then.
    pub next_due: Option<Timestamp>,
}

/// Why a mailing was not sent, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Another sender is at work on this list, in this program or another.
    #[error("another sender is at work on this list")]
    Locked,
    /// There is no such mailing.
    #[error("there is no mailing {id}")]
    NoSuchMailing {
        /// The number asked for.
        id: i64,
    },
    /// The list was put back from a copy while the mailing waited for its hour.
    #[error("the list was put back from a copy, and the mailing waits there for your word")]
    PutBack,
    /// The mailing is paused and must be resumed first.
    #[error("the mailing is paused: {reason}")]
    Paused {
        /// Why it is.
        reason: PauseReason,
    },
    /// The mailing is over.
    #[error("the mailing is {state} already")]
    Over {
        /// `finished` or `cancelled`.
        state: &'static str,
    },
    /// The system refused threads, timers or the lock file.
    #[error("the sender could not be started")]
    System(#[from] io::Error),
    /// The ledger could not be read or written. Nobody is lost: whoever was under way is found uncertain next time.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SendError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            SendError::Locked => "send-locked",
            SendError::NoSuchMailing { .. } => "send-no-such-mailing",
            SendError::PutBack => "send-put-back",
            SendError::Paused { .. } => "send-paused",
            SendError::Over { .. } => "send-over",
            SendError::System(_) => "send-system",
            SendError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            SendError::Locked => "wait for it to end, or pause it where it runs",
            SendError::NoSuchMailing { .. } => "freeze an audience first, by sending the edition",
            SendError::PutBack => "look at where it stands, and resume it if it still holds",
            SendError::Paused { reason } => reason.hint(),
            SendError::Over { .. } => "look at the ledger for who got it; a new mailing needs a new edition",
            SendError::System(_) => "close other programs and try again; nothing was sent",
            SendError::Store(error) => error.hint(),
        }
    }
}
