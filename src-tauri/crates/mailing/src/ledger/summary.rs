//! What the ledger tells the desk: mailings, deliveries, attempts; and the desk's word on a mailing.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::{Deserialize, Serialize};

use super::recover::recover_cancelled;
use super::schedule::{self, Schedule};
use super::{DeliveryState, Occasion};
use crate::address::Address;
use crate::dkim::DkimKeys;
use crate::letter::mime::Form;
use crate::letter::{Letter, Recipient};
use crate::lock::SenderLock;
use crate::people::Person;
use crate::store::{Store, StoreError, stamp, time};
use crate::unsubscribe::LinkKey;

/// Where a mailing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MailingState {
    /// Deliveries may be claimed.
    Running,
    /// None may, until the desk resumes it.
    Paused {
        /// Why.
        reason: PauseReason,
    },
    /// Nothing waits any more.
    Finished,
    /// The desk gave up what waited.
    Cancelled,
}

/// Why a mailing is paused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum PauseReason {
    /// The desk asked for it.
    #[error("paused by hand")]
    Asked,
    /// The list was put back from a copy, which cannot know what was sent after it was made.
    #[error("the list was restored from a copy")]
    Restored,
    /// Its time had passed when the computer was there to start it.
    #[error("it was to start at {planned}, at {latest} at the latest, and that has passed")]
    TooLate {
        /// When it was to start.
        planned: Timestamp,
        /// Until when that made sense.
        latest: Timestamp,
    },
    /// The relay could not be reached for ten minutes.
    #[error("the mail server could not be reached: {text}")]
    Unreachable {
        /// The last fault.
        text: String,
    },
    /// The relay refused user and password.
    #[error("the mail server refused the sign-in: {text}")]
    SignIn {
        /// Its words.
        text: String,
    },
    /// The relay cannot be used the way it is set up; waiting would not change that.
    #[error("the mail server cannot be used as it is set up: {text}")]
    Unfit {
        /// What it lacks.
        text: String,
    },
    /// The relay did not prove that it is the one it is named.
    #[error("the mail server cannot be trusted: {text}")]
    Untrusted {
        /// What is wrong with its certificate.
        text: String,
    },
    /// The relay refuses mail from this sender.
    #[error("the mail server refuses mail from this sender: {text}")]
    SenderRefused {
        /// Its words.
        text: String,
    },
    /// The message is larger than the relay takes.
    #[error("the message has {size} bytes, the mail server takes {limit}")]
    TooLarge {
        /// Bytes of the message.
        size: u64,
        /// Bytes the relay takes.
        limit: u64,
    },
    /// Too many people in a row, or of the last 500, were refused or put off.
    #[error("{refused} of the last {of} people were refused or put off, the last with: {text}")]
    ManyRefused {
        /// Refusals counted.
        refused: u64,
        /// People they are counted among.
        of: u64,
        /// The server's last words.
        text: String,
    },
    /// The message was refused as such, five times in a row.
    #[error("the mail server refuses the message itself: {text}")]
    PolicyRefused {
        /// The server's last words.
        text: String,
    },
    /// Three messages in a row were left without an answer.
    #[error("three messages in a row were left without an answer: {text}")]
    ManyUncertain {
        /// What was seen last.
        text: String,
    },
}

impl PauseReason {
    /// A stable name for this reason.
    pub fn code(&self) -> &'static str {
        match self {
            PauseReason::Asked => "pause-asked",
            PauseReason::Restored => "pause-restored",
            PauseReason::TooLate { .. } => "pause-too-late",
            PauseReason::Unreachable { .. } => "pause-unreachable",
            PauseReason::SignIn { .. } => "pause-sign-in",
            PauseReason::Unfit { .. } => "pause-unfit",
            PauseReason::Untrusted { .. } => "pause-untrusted",
            PauseReason::SenderRefused { .. } => "pause-sender-refused",
            PauseReason::TooLarge { .. } => "pause-too-large",
            PauseReason::ManyRefused { .. } => "pause-many-refused",
            PauseReason::PolicyRefused { .. } => "pause-policy-refused",
            PauseReason::ManyUncertain { .. } => "pause-many-uncertain",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            PauseReason::Asked => "nothing leaves until you resume",
            PauseReason::Restored => {
                "look at the deliveries first: who got it after the copy was made would get it again"
            }
            PauseReason::TooLate { .. } => "read the letter again; if it still holds, resume, and it starts at once",
            PauseReason::Unreachable { .. } => "check the network and the mail server's name and port, then resume",
            PauseReason::SignIn { .. } => "check user and password; many providers want an app password here",
            PauseReason::Unfit { .. } => {
                "check the port and the security of the mail server: TLS from the start for 465, STARTTLS for 587"
            }
            PauseReason::Untrusted { .. } => {
                "check the mail server's name; neither password nor mail was sent, and none should be until this is right"
            }
            PauseReason::SenderRefused { .. } => "ask the mail provider to allow the sender's address, then resume",
            PauseReason::TooLarge { .. } => "make the pictures smaller or link the PDF instead of attaching it",
            PauseReason::ManyRefused { .. } => {
                "read the server's words in the deliveries before you resume; the list or the quota may be the cause"
            }
            PauseReason::PolicyRefused { .. } => {
                "read its words; the letter, the sign-in, or SPF, DKIM and DMARC of the sender's domain may be the cause"
            }
            PauseReason::ManyUncertain { .. } => {
                "check the mail server before you resume; those people may get the mail twice"
            }
        }
    }
}

/// A mailing at a glance. The counts of all states add up to `candidates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailingSummary {
    /// The mailing's number.
    pub id: i64,
    /// The edition and whether it is only rehearsed.
    #[serde(flatten)]
    pub occasion: Occasion,
    /// Where it stands.
    #[serde(flatten)]
    pub state: MailingState,
    /// When the audience was frozen.
    pub frozen_at: Timestamp,
    /// When it is to start, while that is still to come.
    pub schedule: Option<Schedule>,
    /// Everybody in the segment at that moment.
    pub candidates: u64,
    /// Those of them who were to get it then; whoever leaves later still counts.
    pub audience: u64,
    /// Deliveries by state; a state without any is absent.
    pub counts: BTreeMap<DeliveryState, u64>,
    /// Excluded people by reason.
    pub excluded: BTreeMap<String, u64>,
    /// When the next delivery that was put off is due.
    pub next_due: Option<Timestamp>,
    /// Of the uncertain ones, those who get another copy when it goes on.
    pub second_copies: u64,
}

impl MailingSummary {
    /// How many deliveries are in a state.
    pub fn count(&self, state: DeliveryState) -> u64 {
        self.counts.get(&state).copied().unwrap_or(0)
    }

    /// How many deliveries may still be sent.
    pub fn waiting(&self) -> u64 {
        [DeliveryState::Queued, DeliveryState::Sending, DeliveryState::Retry]
            .into_iter()
            .map(|state| self.count(state))
            .sum()
    }
}

/// One person's copy as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Where it goes; empty once the person was erased.
    pub address: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why the person is excluded.
    pub reason: Option<String>,
    /// How many attempts were made.
    pub attempts: u64,
    /// How many copies may have gone out without an answer.
    pub doubts: u64,
    /// The server's last reply code.
    pub code: Option<u16>,
    /// The server's last words.
    pub text: String,
    /// The Message-ID without its angle brackets.
    pub message_id: String,
    /// When it may next be attempted.
    pub due: Option<Timestamp>,
    /// When anything about it last changed.
    pub changed: Timestamp,
}

/// One attempt to hand a copy over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// Over which connection.
    pub connection: Option<u64>,
    /// How far it got: `mail`, `recipient`, `data`, `after_dot`, `recovery`.
    pub stage: String,
    /// The server's reply code.
    pub code: Option<u16>,
    /// The server's words, or ours about the connection.
    pub text: String,
    /// What it came to: `accepted`, `postponed`, `refused`, `hard_bounce`, `uncertain`, `not_sent`.
    pub outcome: String,
}

/// A page of deliveries, in the order of their numbers.
#[derive(Debug, Clone, Serialize)]
pub struct DeliveryPage {
    /// The deliveries on it.
    pub deliveries: Vec<Delivery>,
    /// Where the following page begins; absent on the last.
    pub next: Option<i64>,
}

impl Store {
    /// The mailing of an occasion, if its audience was frozen.
    pub fn mailing(&self, occasion: &Occasion) -> Result<Option<MailingSummary>, StoreError> {
        let db = self.db();
        let sql = "SELECT id FROM mailings WHERE edition = ?1 AND rehearsal = ?2";
        let id = db.query_row(sql, params![occasion.edition, occasion.rehearsal], |row| row.get(0)).optional()?;
        id.map(|id| of(&db, id)).transpose()
    }

    /// All mailings, newest first.
    pub fn mailings(&self) -> Result<Vec<MailingSummary>, StoreError> {
        let db = self.db();
        let mut statement = db.prepare("SELECT id FROM mailings ORDER BY id DESC")?;
        let ids: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        ids.into_iter().map(|id| of(&db, id)).collect()
    }

    /// A page of a mailing's deliveries: only those in `state` if given, after the delivery `after`, at most `limit`.
    pub fn deliveries(
        &self,
        mailing: i64,
        state: Option<DeliveryState>,
        after: Option<i64>,
        limit: usize,
    ) -> Result<DeliveryPage, StoreError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT * FROM deliveries WHERE mailing_id = :mailing AND (:state IS NULL OR state = :state) AND id > :after
             ORDER BY id LIMIT :limit",
        )?;
        let state = state.map(DeliveryState::word);
        let values =
            named_params! { ":mailing": mailing, ":state": state, ":after": after.unwrap_or(0), ":limit": limit };
        let deliveries: Vec<Delivery> = statement.query_map(values, delivery)?.collect::<Result<_, _>>()?;
        let next = (deliveries.len() == limit).then(|| deliveries.last().map(|last| last.id)).flatten();
        Ok(DeliveryPage { deliveries, next })
    }

    /// The delivery of a mailing to one address.
    pub fn delivery_to(&self, mailing: i64, address: &Address) -> Result<Option<Delivery>, StoreError> {
        let hash = self.hash(&address.key());
        let sql = "SELECT * FROM deliveries WHERE mailing_id = ?1 AND hash = ?2";
        Ok(self.db().query_row(sql, params![mailing, hash], delivery).optional()?)
    }

    /// Every attempt of a delivery, oldest first.
    pub fn attempts(&self, delivery: i64) -> Result<Vec<Attempt>, StoreError> {
        let db = self.db();
        let sql = "SELECT at, connection, stage, code, text, outcome FROM attempts WHERE delivery_id = ?1 ORDER BY id";
        let mut statement = db.prepare_cached(sql)?;
        let attempts = statement.query_map([delivery], |row| {
            Ok(Attempt {
                at: time(row.get(0)?),
                connection: row.get(1)?,
                stage: row.get(2)?,
                code: row.get(3)?,
                text: row.get(4)?,
                outcome: row.get(5)?,
            })
        })?;
        Ok(attempts.collect::<Result<_, _>>()?)
    }

    /// Stops claims; a sender at work in any process stops within two seconds. Answers whether it was running.
    pub fn pause(&self, mailing: i64, now: Timestamp) -> Result<bool, StoreError> {
        Ok(set_state(&self.db(), mailing, "running", "paused", Some(&PauseReason::Asked), now)?)
    }

    /// Lets deliveries be claimed again; answers whether it was paused.
    ///
    /// The time it was paused does not count against anybody's three days.
    pub fn resume(&self, mailing: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|db| {
            let sql = "UPDATE deliveries SET first_at = first_at + max(0, ?2 - m.changed_at) FROM mailings m
                       WHERE m.id = ?1 AND m.state = 'paused' AND mailing_id = ?1 AND due_at IS NOT NULL
                         AND first_at IS NOT NULL";
            db.execute(sql, params![mailing, stamp(now)])?;
            let resumed = set_state(db, mailing, "paused", "running", None, now)?;
            if resumed && schedule::of(db, mailing)?.is_some_and(|schedule| schedule.latest < now) {
                // Whoever resumes what is too late wants it now.
                schedule::clear(db, mailing)?;
            }
            Ok(resumed)
        })
    }

    /// Gives up everything that waits; what went out stays as it is. Answers whether there was anything to cancel.
    pub fn cancel(&self, mailing: i64, now: Timestamp) -> Result<bool, StoreError> {
        let fault = |source| StoreError::Folder { path: self.folder().to_owned(), source };
        // Held meanwhile, so that no sender begins. Without one at work, nobody else would settle what a dead one left:
        // a cancelled mailing is never sent again.
        let alone = SenderLock::take(self.folder()).map_err(fault)?;
        self.write(|db| {
            if alone.is_some() {
                recover_cancelled(db, self, mailing, now)?;
            }
            Ok(cancel(db, mailing, now)?)
        })
    }

    /// The whole message of a delivery, byte for byte as it is sent.
    pub fn render_delivery(&self, delivery: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let db = self.db();
        let sql = "SELECT d.*, d.mailing_id AS mailing FROM deliveries d WHERE id = ?1 AND address <> ''";
        let found =
            db.query_row(sql, [delivery], |row| Ok((row.get::<_, i64>("mailing")?, recipient(row)?))).optional()?;
        let Some((mailing, to)) = found else { return Ok(None) };
        Ok(Some(form(&db, self.folder(), mailing)?.render(&to)))
    }
}

/// A letter made ready for many copies that are not sent: what is the same for everybody is encoded once.
pub struct Press(Form);

impl Press {
    /// Makes it ready; `now` becomes the date of every copy.
    pub fn new(letter: Letter, now: Timestamp) -> Press {
        Press(Form::new(letter, "mh_sample", now))
    }

    /// One person's copy: the whole `.eml`.
    pub fn copy(&self, to: &Recipient) -> Vec<u8> {
        self.0.render(to)
    }
}

/// A letter as one person would get it, for looking at: the whole `.eml`. `now` becomes its date.
pub fn render(letter: &Letter, to: &Recipient, now: Timestamp) -> Vec<u8> {
    Press::new(letter.clone(), now).copy(to)
}

pub(super) fn set_state(
    db: &Connection,
    mailing: i64,
    from: &str,
    to: &str,
    reason: Option<&PauseReason>,
    now: Timestamp,
) -> Result<bool, rusqlite::Error> {
    let reason = reason.map(|reason| serde_json::json!(reason).to_string());
    let sql = "UPDATE mailings SET state = ?3, pause = ?4, changed_at = ?5 WHERE id = ?1 AND state = ?2";
    Ok(db.execute(sql, params![mailing, from, to, reason, stamp(now)])? > 0)
}

pub(super) fn cancel(db: &Connection, mailing: i64, now: Timestamp) -> Result<bool, rusqlite::Error> {
    let sql = "UPDATE mailings SET state = 'cancelled', pause = NULL, changed_at = ?2
               WHERE id = ?1 AND state IN ('running', 'paused')";
    let changed = db.execute(sql, params![mailing, stamp(now)])? > 0;
    if changed {
        // Someone uncertain stays uncertain: cancelling cannot make it known whether the mail went out.
        let sql =
            "UPDATE deliveries SET state = iif(state = 'uncertain', state, 'cancelled'), due_at = NULL, changed_at = ?2
                   WHERE mailing_id = ?1 AND due_at IS NOT NULL";
        db.execute(sql, params![mailing, stamp(now)])?;
    }
    Ok(changed)
}

/// The mailing's state as the row has it.
pub(super) fn state(db: &Connection, mailing: i64) -> Result<MailingState, rusqlite::Error> {
    let sql = "SELECT state, pause FROM mailings WHERE id = ?1";
    let (state, pause): (String, Option<String>) =
        db.prepare_cached(sql)?.query_row([mailing], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let reason = pause.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or(PauseReason::Asked);
    Ok(match state.as_str() {
        "running" => MailingState::Running,
        "paused" => MailingState::Paused { reason },
        "finished" => MailingState::Finished,
        _ => MailingState::Cancelled,
    })
}

pub(super) fn of(db: &Connection, mailing: i64) -> Result<MailingSummary, StoreError> {
    let sql = "SELECT edition, rehearsal, frozen_at, candidates FROM mailings WHERE id = ?1";
    let (edition, rehearsal, frozen_at, candidates): (_, _, i64, u64) =
        db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let mut statement =
        db.prepare_cached("SELECT state, reason, count(*) FROM deliveries WHERE mailing_id = ?1 GROUP BY 1, 2")?;
    let mut rows = statement.query([mailing])?;
    let (mut counts, mut excluded) = (BTreeMap::new(), BTreeMap::new());
    while let Some(row) = rows.next()? {
        let (word, reason, count): (String, Option<String>, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        *counts.entry(named(&word)?).or_insert(0) += count;
        if let Some(reason) = reason {
            *excluded.entry(reason).or_insert(0) += count;
        }
    }
    let sql = "SELECT min(due_at) FROM deliveries WHERE mailing_id = ?1 AND due_at > 0";
    let next_due: Option<i64> = db.query_row(sql, [mailing], |row| row.get(0))?;
    let sql = "SELECT count(*) FROM deliveries
               WHERE mailing_id = ?1 AND state = 'uncertain' AND due_at IS NOT NULL";
    let second_copies = db.query_row(sql, [mailing], |row| row.get(0))?;
    let sql = "SELECT count(*) FROM deliveries WHERE mailing_id = ?1 AND state = 'excluded' AND changed_at = ?2";
    let excluded_then: u64 = db.query_row(sql, params![mailing, frozen_at], |row| row.get(0))?;
    Ok(MailingSummary {
        id: mailing,
        occasion: Occasion { edition, rehearsal },
        state: state(db, mailing)?,
        frozen_at: time(frozen_at),
        schedule: schedule::of(db, mailing)?,
        candidates,
        audience: candidates.saturating_sub(excluded_then),
        counts,
        excluded,
        next_due: next_due.map(time),
        second_copies,
    })
}

fn named(word: &str) -> Result<DeliveryState, rusqlite::Error> {
    DeliveryState::named(word).ok_or_else(|| rusqlite::Error::InvalidColumnName(word.to_owned()))
}

pub(super) fn delivery(row: &Row<'_>) -> Result<Delivery, rusqlite::Error> {
    let state: String = row.get("state")?;
    Ok(Delivery {
        id: row.get("id")?,
        address: row.get("address")?,
        state: named(&state)?,
        reason: row.get("reason")?,
        attempts: row.get("attempts")?,
        doubts: row.get("doubts")?,
        code: row.get("code")?,
        text: row.get("text")?,
        message_id: row.get("message_id")?,
        due: row.get::<_, Option<i64>>("due_at")?.filter(|due| *due > 0).map(time),
        changed: time(row.get("changed_at")?),
    })
}

/// Who a row of `deliveries` is for, as frozen.
pub(super) fn recipient(row: &Row<'_>) -> Result<Recipient, rusqlite::Error> {
    let address: String = row.get("address")?;
    let address = Address::parse(&address).map_err(|_| rusqlite::Error::InvalidColumnName("address".to_owned()))?;
    let person = Person {
        address,
        name: row.get("name")?,
        first_name: row.get("first_name")?,
        city: row.get("city")?,
        country: row.get("country")?,
        language: row.get("language")?,
        organisation: row.get("organisation")?,
        tags: Vec::new(),
        attributes: std::collections::BTreeMap::new(),
    };
    Ok(Recipient { person, token: row.get("token")?, message_id: row.get("message_id")? })
}

/// The frozen letter, made ready for its copies; `folder` holds the keys it is signed with.
pub(crate) fn form(db: &Connection, folder: &Path, mailing: i64) -> Result<Form, StoreError> {
    let sql = "SELECT letter, boundary, frozen_at FROM mailings WHERE id = ?1";
    let (json, boundary, frozen_at): (String, String, i64) =
        db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut letter: Letter = serde_json::from_str(&json).map_err(|source| StoreError::Letter { mailing, source })?;
    let mut statement = db.prepare("SELECT bytes FROM letter_files WHERE mailing_id = ?1 ORDER BY place")?;
    let mut files = statement.query_map([mailing], |row| row.get::<_, Vec<u8>>(0))?;
    let places = letter.pictures.iter_mut().map(|picture| &mut picture.bytes);
    for place in places.chain(letter.attachments.iter_mut().map(|file| &mut file.bytes)) {
        *place = files.next().transpose()?.unwrap_or_default();
    }
    let keys = DkimKeys::in_folder(folder);
    let signer = letter.seal.as_ref().map(|seal| keys.signer(seal, time(frozen_at))).transpose()?;
    let boxed = letter.unsubscribe_box.is_some();
    let form = Form::new(letter, &boundary, time(frozen_at)).signed_by(signer);
    Ok(if boxed { form.signing_links(LinkKey::of(db)?) } else { form })
}
