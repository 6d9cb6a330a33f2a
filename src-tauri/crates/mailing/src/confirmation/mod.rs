//! Double opt-in: people who are asked by mail whether they want the newsletter.
//!
//! Until they say so they are waited for and get no edition, whatever their sign-up says. Their answer comes through
//! the unsubscribe box, by mail, or is told to the desk, and becomes a consent with its wording and what shows it.
//! Nobody is asked more than twice, and each question is counted before it goes out: a crash leaves one person unasked
//! until the reminder, and asks nobody a third time. [`question`] writes the mail.

mod question;

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

pub use question::Invitation;

use crate::address::Address;
use crate::consent::{self, Consent};
use crate::dkim::DkimKeys;
use crate::ledger::{Allowance, Outcome, Quota};
use crate::lock::SenderLock;
use crate::people::Person;
use crate::smtp::{Handed, Postman, RelayError};
use crate::store::{Store, StoreError, stamp, time};
use crate::suppression::Reason;
use crate::unsubscribe::LinkKey;

/// A question and one reminder.
const MOST_ASKS: u32 = 2;
/// So many refusals one after the other are about the sender and not about people.
const MOST_REFUSALS: u32 = 10;

/// Where somebody stands who is, or was, asked to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Since when they are waited for.
    pub since: Timestamp,
    /// How often they were asked.
    pub asks: u32,
    /// When they were asked last.
    pub asked: Option<Timestamp>,
    /// When they said yes; absent while they are waited for.
    pub confirmed: Option<Timestamp>,
    /// What their server said when it refused the question for good.
    pub refused: Option<String>,
}

/// How many people are waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Awaited {
    /// People who have not confirmed.
    pub waiting: u64,
    /// Of those, people who are to be asked now, for the first time or once more.
    pub due: u64,
}

/// Somebody who is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// The number logs name them by.
    pub id: i64,
    /// Where the question goes.
    pub address: String,
    /// Their name.
    pub name: String,
    /// Where they stand.
    #[serde(flatten)]
    pub confirmation: Confirmation,
}

/// What asking came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// People whose question a server took.
    pub asked: u64,
    /// Of those, people who were reminded.
    pub reminded: u64,
    /// People whose server refused it for good; they are not asked again.
    pub refused: u64,
    /// People whose question may have gone out; it counts as asked.
    pub uncertain: u64,
    /// People whose question was put off; their turn comes with the next run.
    pub postponed: u64,
    /// When the relay's quota lets the next question go, if it ended this run.
    pub later: Option<Timestamp>,
}

impl Asked {
    /// People whose turn is over.
    pub fn people(&self) -> u64 {
        self.asked + self.refused + self.uncertain + self.postponed
    }
}

/// Why nobody was asked, or no more people.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Another sender is at work.
    #[error("another sender is at work with this list")]
    Locked,
    /// The relay is of no use now.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The relay refuses one question after the other.
    #[error("the mail server refused {MOST_REFUSALS} questions in a row: {text}")]
    ManyRefused {
        /// Its words about the last of them.
        text: String,
    },
    /// The list could not be read or written, or the mail not be signed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InviteError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            InviteError::Locked => "invite-locked",
            InviteError::Relay(error) => error.code(),
            InviteError::ManyRefused { .. } => "invite-many-refused",
            InviteError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            InviteError::Locked => "wait until it is done, then ask again; nobody is asked twice by that",
            InviteError::Relay(error) => error.hint(),
            InviteError::ManyRefused { .. } => "read the mail server's words, and check the sender's domain",
            InviteError::Store(error) => error.hint(),
        }
    }
}

impl From<rusqlite::Error> for InviteError {
    fn from(error: rusqlite::Error) -> InviteError {
        InviteError::Store(error.into())
    }
}

/// Somebody whose turn it is.
struct Turn {
    id: i64,
    person: Person,
    token: String,
    asked_at: Option<i64>,
}

impl Store {
    /// How many people are waited for, and how many of them are to be asked now.
    pub fn awaited(&self, remind_after: SignedDuration, now: Timestamp) -> Result<Awaited, StoreError> {
        let db = self.db();
        let sql = "SELECT count(*) FROM confirmations c JOIN subscribers s ON s.id = c.subscriber_id
                   WHERE c.confirmed_at IS NULL AND s.status = 'active'";
        let waiting = db.query_row(sql, [], |row| row.get(0))?;
        let sql = format!("SELECT count(*) FROM {DUE}");
        let due = db.query_row(&sql, params![MOST_ASKS, reminders_before(now, remind_after)], |row| row.get(0))?;
        Ok(Awaited { waiting, due })
    }

    /// People who are waited for, whoever came first before, after the one with this number; at most so many.
    pub fn waiters(&self, after: i64, limit: usize) -> Result<Vec<Waiter>, StoreError> {
        let db = self.db();
        let sql = "SELECT s.id, s.address, s.name FROM confirmations c JOIN subscribers s ON s.id = c.subscriber_id
                   WHERE c.confirmed_at IS NULL AND s.status = 'active' AND c.subscriber_id > ?1
                   ORDER BY c.subscriber_id LIMIT ?2";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query(params![after, limit])?;
        let mut waiters = Vec::new();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let Some(confirmation) = of(&db, id)? else { continue };
            waiters.push(Waiter { id, address: row.get(1)?, name: row.get(2)?, confirmation });
        }
        Ok(waiters)
    }

    /// Asks everybody whose turn it is, by one mail each. Blocks; must be called outside of any runtime. `quota` is the
    /// relay's name and what its provider allows. `going_on` is asked before each.
    pub fn invite(
        &self,
        invitation: &Invitation,
        postman: &mut Postman,
        quota: Option<(&str, Allowance)>,
        clock: &dyn Fn() -> Timestamp,
        going_on: &mut dyn FnMut(&Asked) -> ControlFlow<()>,
    ) -> Result<Asked, InviteError> {
        let fault = |source| StoreError::Folder { path: self.folder().to_owned(), source };
        let _lock = SenderLock::take(self.folder()).map_err(fault)?.ok_or(InviteError::Locked)?;
        let turns = self.turns(invitation.remind_after, clock())?;
        if !turns.is_empty() {
            postman.arrive()?;
        }
        let quota = quota.map(|(name, allowance)| Quota::load(&self.db(), name, allowance, clock())).transpose()?;
        let mut round = Round { store: self, invitation, postman, quota, done: Asked::default(), refusals: 0 };
        for turn in turns {
            let now = clock();
            if going_on(&round.done).is_break() || round.must_wait(now) {
                break;
            }
            round.ask(&turn, now)?;
        }
        Ok(round.done)
    }

    fn turns(&self, remind_after: SignedDuration, now: Timestamp) -> Result<Vec<Turn>, StoreError> {
        let db = self.db();
        let sql = format!("SELECT s.id, s.address, s.name, s.language, s.token, c.asked_at FROM {DUE} ORDER BY s.id");
        let mut statement = db.prepare(&sql)?;
        let rows = statement.query_map(params![MOST_ASKS, reminders_before(now, remind_after)], |row| {
            let (address, name, language): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let person = Address::parse(&address).ok().map(|address| Person { name, language, ..Person::new(address) });
            Ok((row.get(0)?, person, row.get(4)?, row.get(5)?))
        })?;
        let mut turns = Vec::new();
        for row in rows {
            // One row that something else wrote must not stop everybody behind it.
            if let (id, Some(person), token, asked_at) = row? {
                turns.push(Turn { id, person, token, asked_at });
            }
        }
        Ok(turns)
    }

    /// Records that a person told the desk that they want the newsletter; `evidence` says how. Answers whether they
    /// were waited for.
    pub fn confirm(&self, address: &Address, evidence: &str, now: Timestamp) -> Result<bool, StoreError> {
        let key = address.key();
        self.write(|db| match crate::people::find(db, &key)? {
            Some(known) => Ok(settle(db, known.id, now, evidence, now)?),
            None => Ok(false),
        })
    }

    /// Records an answer that came by mail, if it has the mark that only the question could have told; answers whether
    /// the person was waited for.
    pub fn record_answer(&self, answer: &Answer, now: Timestamp) -> Result<bool, StoreError> {
        let key = LinkKey::of(&self.db())?;
        let Some(token) = question::holder(&key, &answer.proof) else { return Ok(false) };
        self.write(|db| {
            let sql = "SELECT id FROM subscribers WHERE token = ?1";
            match db.query_row(sql, [token], |row| row.get(0)).optional()? {
                Some(id) => Ok(settle(db, id, answer.happened, &answer.words, now)?),
                None => Ok(false),
            }
        })
    }
}

/// A yes that came by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The mark of the question it answers.
    pub proof: String,
    /// When it was written.
    pub happened: Timestamp,
    /// Who wrote what, for the evidence.
    pub words: String,
}

/// People to be asked: ?1 is the most questions, ?2 the moment before which the last one must have been.
const DUE: &str = "confirmations c JOIN subscribers s ON s.id = c.subscriber_id
                                   LEFT JOIN suppressions x ON x.hash = s.hash
     WHERE c.confirmed_at IS NULL AND c.refused IS NULL AND c.asks < ?1 AND (c.asked_at IS NULL OR c.asked_at <= ?2)
       AND s.status = 'active' AND x.hash IS NULL";

fn reminders_before(now: Timestamp, remind_after: SignedDuration) -> i64 {
    stamp(now).saturating_sub(i64::try_from(remind_after.as_millis()).unwrap_or(i64::MAX))
}

/// One run of asking.
struct Round<'a> {
    store: &'a Store,
    invitation: &'a Invitation,
    postman: &'a mut Postman,
    quota: Option<Quota>,
    done: Asked,
    refusals: u32,
}

impl Round<'_> {
    fn must_wait(&mut self, now: Timestamp) -> bool {
        let next = self.quota.as_mut().map_or(0, |quota| quota.next(stamp(now)));
        self.done.later = (next > stamp(now)).then(|| time(next));
        self.done.later.is_some()
    }

    fn ask(&mut self, turn: &Turn, now: Timestamp) -> Result<(), InviteError> {
        let (message, wording) = self.message(turn, now)?;
        if !self.count(turn, &wording, now)? {
            // They said yes or left a moment ago.
            return Ok(());
        }
        let from = self.invitation.envelope_sender();
        let Handed { outcome, text, .. } = match self.postman.carry(&from, &turn.person.address, message) {
            Ok(handed) => handed,
            Err(error) => {
                self.take_back(turn)?;
                return Err(error.into());
            }
        };
        self.settle(turn, outcome, &text, now)?;
        self.refusals = if outcome == Outcome::Refused { self.refusals + 1 } else { 0 };
        if self.refusals == MOST_REFUSALS {
            return Err(InviteError::ManyRefused { text });
        }
        Ok(())
    }

    fn settle(&mut self, turn: &Turn, outcome: Outcome, text: &str, now: Timestamp) -> Result<(), StoreError> {
        match outcome {
            Outcome::Accepted => {
                self.done.asked += 1;
                self.done.reminded += u64::from(turn.asked_at.is_some());
            }
            Outcome::Uncertain => self.done.uncertain += 1,
            Outcome::Postponed | Outcome::NotSent => {
                self.take_back(turn)?;
                self.done.postponed += 1;
            }
            Outcome::Refused | Outcome::HardBounce => {
                self.refused(turn, text)?;
                if outcome == Outcome::HardBounce {
                    self.store.suppress(&turn.person.address, Reason::Bounced, text, now)?;
                }
                self.done.refused += 1;
            }
        }
        Ok(())
    }

    /// Counts the question before it goes out, unless they answered or must no longer be mailed. What they agree to by
    /// saying yes is what this mail says.
    fn count(&mut self, turn: &Turn, wording: &str, now: Timestamp) -> Result<bool, StoreError> {
        let quota = &mut self.quota;
        self.store.write(|db| {
            let sql = "UPDATE confirmations SET asked_at = ?2, asks = asks + 1, wording = ?4
                       WHERE subscriber_id = ?1 AND confirmed_at IS NULL AND asked_at IS ?3
                         AND EXISTS (SELECT 1 FROM subscribers s LEFT JOIN suppressions x ON x.hash = s.hash
                                     WHERE s.id = ?1 AND s.status = 'active' AND x.hash IS NULL)";
            if db.execute(sql, params![turn.id, stamp(now), turn.asked_at, wording])? == 0 {
                return Ok(false);
            }
            if let Some(quota) = quota {
                quota.take(db, stamp(now))?;
            }
            Ok(true)
        })
    }

    /// The question certainly did not go out.
    fn take_back(&mut self, turn: &Turn) -> Result<(), StoreError> {
        let quota = &mut self.quota;
        self.store.write(|db| {
            let sql = "UPDATE confirmations SET asked_at = ?2, asks = asks - 1 WHERE subscriber_id = ?1";
            db.execute(sql, params![turn.id, turn.asked_at])?;
            if let Some(quota) = quota {
                quota.give_back(db)?;
            }
            Ok(())
        })
    }

    fn refused(&self, turn: &Turn, text: &str) -> Result<(), StoreError> {
        let sql = "UPDATE confirmations SET refused = ?2 WHERE subscriber_id = ?1";
        Ok(self.store.db().execute(sql, params![turn.id, crate::people::clean(text)]).map(drop)?)
    }

    fn message(&self, turn: &Turn, now: Timestamp) -> Result<(Vec<u8>, String), StoreError> {
        let key = LinkKey::of(&self.store.db())?;
        let keys = DkimKeys::in_folder(self.store.folder());
        let signer = self.invitation.seal.as_ref().map(|seal| keys.signer(seal, now)).transpose()?;
        Ok(self.invitation.question(&turn.person, &turn.token, key, signer, now))
    }
}

/// Waits for the word of somebody who came onto the list now, or is there without anything that says they may be
/// mailed. Must be asked before the consent of the sign-up itself is recorded.
pub(crate) fn wait_for(
    db: &Connection,
    subscriber: i64,
    wording: &str,
    source: &str,
    now: Timestamp,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO confirmations (subscriber_id, wording, source, since) SELECT ?1, ?2, ?3, ?4
               WHERE NOT EXISTS (SELECT 1 FROM consents WHERE subscriber_id = ?1)
               ON CONFLICT (subscriber_id) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![subscriber, wording, source, stamp(now)]).map(drop)
}

/// Records that a person said yes at `at`; answers whether they were waited for.
pub(crate) fn settle(
    db: &Connection,
    subscriber: i64,
    at: Timestamp,
    evidence: &str,
    now: Timestamp,
) -> Result<bool, rusqlite::Error> {
    let sql = "UPDATE confirmations SET confirmed_at = ?2 WHERE subscriber_id = ?1 AND confirmed_at IS NULL
               RETURNING wording, source";
    let asked = db
        .query_row(sql, params![subscriber, stamp(at)], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let Some((wording, source)) = asked else { return Ok(false) };
    let consent =
        Consent { given: Some(at), how: "double opt-in".to_owned(), wording, source, evidence: evidence.to_owned() };
    consent::record(db, subscriber, &consent, None, now)?;
    Ok(true)
}

/// Whom a question went to, by its Message-ID: the hash of their address. Nothing where this desk did not write it.
pub(crate) fn asked_by(db: &Connection, message_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(proof) = message_id.strip_prefix("confirm.").and_then(|rest| rest.split(['.', '@']).next()) else {
        return Ok(None);
    };
    let Some(token) = question::holder(&LinkKey::of(db)?, proof) else { return Ok(None) };
    let sql = "SELECT hash FROM subscribers WHERE token = ?1";
    Ok(db.prepare_cached(sql)?.query_row([token], |row| row.get(0)).optional()?)
}

/// Whether a question went out to the address with this hash.
pub(crate) fn was_asked(db: &Connection, hash: &[u8]) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT 1 FROM confirmations c JOIN subscribers s ON s.id = c.subscriber_id
               WHERE s.hash = ?1 AND c.asked_at IS NOT NULL";
    db.prepare_cached(sql)?.exists([hash])
}

/// Where a person stands; nothing when they were never waited for.
pub(crate) fn of(db: &Connection, subscriber: i64) -> Result<Option<Confirmation>, rusqlite::Error> {
    let sql = "SELECT since, asks, asked_at, confirmed_at, refused FROM confirmations WHERE subscriber_id = ?1";
    db.query_row(sql, [subscriber], |row| {
        Ok(Confirmation {
            since: time(row.get(0)?),
            asks: row.get(1)?,
            asked: row.get::<_, Option<i64>>(2)?.map(time),
            confirmed: row.get::<_, Option<i64>>(3)?.map(time),
            refused: row.get(4)?,
        })
    })
    .optional()
}
