//! The ledger in SQLite, as the sender drives it.
//!
//! `due_at` says it all: a delivery may be claimed exactly when it is set and past. Everything a turn writes is one
//! transaction, so the outcome of one message and the claim of the next are durable together or not at all.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::summary::{self, MailingState, PauseReason};
use super::{Claim, Ledger, Outcome, Settlement, Stage, Turn, UncertainPolicy, Waiting};
use crate::letter::mime::Form;
use crate::store::{Store, StoreError, stamp, time};
use crate::suppression;

// 15 min … 24 h between attempts (RFC 5321 4.5.4.1 asks for at least 30 after the first), 72 h in all.
const RETRY_MINUTES: [i64; 8] = [15, 30, 60, 120, 240, 480, 960, 1440];
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);
const MOST_RESENDS: i64 = 2;
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

/// One mailing of the list in the data folder.
pub(crate) struct SqliteLedger {
    db: Connection,
    mailing: i64,
    rehearsal: bool,
}

impl SqliteLedger {
    /// The ledger of a mailing, on a connection of its own.
    pub(crate) fn open(store: &Store, mailing: i64) -> Result<Option<SqliteLedger>, StoreError> {
        let db = store.second_connection()?;
        // Short, so that a sender who waits for another program still hears the desk; it asks again by itself.
        db.busy_timeout(PATIENCE)?;
        let sql = "SELECT rehearsal FROM mailings WHERE id = ?1";
        let rehearsal = db.query_row(sql, [mailing], |row| row.get(0)).optional()?;
        Ok(rehearsal.map(|rehearsal| SqliteLedger { db, mailing, rehearsal }))
    }

    /// The frozen letter.
    pub(crate) fn form(&self) -> Result<Form, StoreError> {
        summary::form(&self.db, self.mailing)
    }
}

impl Ledger for SqliteLedger {
    fn recover(&mut self, policy: UncertainPolicy, now: Timestamp) -> Result<u64, StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let lost = name_uncertain(&transaction, self.mailing, policy, now)?;
        transaction.commit()?;
        Ok(lost)
    }

    fn turn(
        &mut self,
        turns: &[Turn],
        policy: UncertainPolicy,
        now: Timestamp,
        hand_out: &mut dyn FnMut(usize, Option<Claim>),
    ) -> Result<(), StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for turn in turns {
            if let Some(settled) = &turn.settled {
                settle(&transaction, self.rehearsal, Some(turn.connection), settled, policy, now)?;
            }
        }
        let running = summary::state(&transaction, self.mailing)? == MailingState::Running;
        for turn in turns.iter().filter(|turn| turn.wants) {
            let claim = if running { claim(&transaction, self.mailing, turn.connection, now)? } else { None };
            hand_out(turn.connection, claim);
        }
        Ok(transaction.commit()?)
    }

    fn waiting(&self, now: Timestamp) -> Result<Waiting, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE due_at <= ?2), min(due_at) FILTER (WHERE due_at > ?2)
                   FROM deliveries WHERE mailing_id = ?1 AND due_at IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let (due, next) = statement
            .query_row(params![self.mailing, stamp(now)], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)))?;
        Ok(Waiting { due, next: next.map(time) })
    }

    fn state(&self) -> Result<MailingState, StoreError> {
        Ok(summary::state(&self.db, self.mailing)?)
    }

    fn pause(&mut self, reason: &PauseReason, now: Timestamp) -> Result<(), StoreError> {
        summary::set_state(&self.db, self.mailing, "running", "paused", Some(reason), now)?;
        Ok(())
    }

    fn finish(&mut self, now: Timestamp) -> Result<(), StoreError> {
        summary::set_state(&self.db, self.mailing, "running", "finished", None, now)?;
        Ok(())
    }
}

/// Settles what a dead sender left half done, and answers how many those were. No other sender may be at work.
pub(super) fn name_uncertain(
    db: &Connection,
    mailing: i64,
    policy: UncertainPolicy,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let lost = in_doubt(db, mailing)?;
    for delivery in &lost {
        let settled = Settlement {
            delivery: *delivery,
            stage: Stage::Recovery,
            code: None,
            text: "the sender ended before the server's answer was recorded".to_owned(),
            outcome: Outcome::Uncertain,
        };
        // Whether it is a rehearsal matters for bounces only, and nothing bounces here.
        settle(db, true, None, &settled, policy, now)?;
    }
    Ok(lost.len() as u64)
}

fn in_doubt(db: &Connection, mailing: i64) -> Result<Vec<i64>, rusqlite::Error> {
    let mut statement =
        db.prepare("SELECT id FROM deliveries WHERE mailing_id = ?1 AND state = 'sending' ORDER BY id")?;
    statement.query_map([mailing], |row| row.get(0))?.collect()
}

fn claim(db: &Connection, mailing: i64, connection: usize, now: Timestamp) -> Result<Option<Claim>, StoreError> {
    while let Some((delivery, hash)) = next_due(db, mailing, now)? {
        // Somebody may have unsubscribed since the audience was frozen, even a second ago, or an import was taken back.
        if let Some(reason) = exclusion(db, &hash)? {
            let sql =
                "UPDATE deliveries SET reason = iif(state = 'uncertain', NULL, ?2), state = iif(state = 'uncertain', state, 'excluded'), due_at = NULL,
                                             changed_at = ?3 WHERE id = ?1";
            db.prepare_cached(sql)?.execute(params![delivery, reason, stamp(now)])?;
            continue;
        }
        db.prepare_cached(
            "UPDATE deliveries SET resends = resends + (state = 'uncertain'), state = 'sending', due_at = NULL,
                                   attempts = attempts + 1, connection = ?2, first_at = coalesce(first_at, ?3),
                                   changed_at = ?3 WHERE id = ?1",
        )?
        .execute(params![delivery, connection, stamp(now)])?;
        let mut statement = db.prepare_cached("SELECT * FROM deliveries WHERE id = ?1")?;
        match statement.query_row([delivery], summary::recipient) {
            Ok(to) => return Ok(Some(Claim { delivery, to })),
            Err(rusqlite::Error::InvalidColumnName(_)) => unreadable(db, delivery, now)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

// One row that something else wrote must not stop everybody behind it.
fn unreadable(db: &Connection, delivery: i64, now: Timestamp) -> Result<(), StoreError> {
    let settled = Settlement {
        delivery,
        stage: Stage::Recipient,
        code: None,
        text: "the address in the ledger is no mail address".to_owned(),
        outcome: Outcome::Refused,
    };
    settle(db, true, None, &settled, UncertainPolicy::Hold, now)
}

fn exclusion(db: &Connection, hash: &[u8]) -> Result<Option<String>, rusqlite::Error> {
    if let Some(reason) = suppression::reason(db, hash)? {
        return Ok(Some(reason));
    }
    let sql = "SELECT 1 FROM subscribers WHERE hash = ?1";
    let listed = db.prepare_cached(sql)?.exists([hash])?;
    Ok((!listed).then(|| "removed".to_owned()))
}

fn next_due(db: &Connection, mailing: i64, now: Timestamp) -> Result<Option<(i64, Vec<u8>)>, rusqlite::Error> {
    let sql = "SELECT id, hash FROM deliveries WHERE mailing_id = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT 1";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_row(params![mailing, stamp(now)], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// What a delivery is after an attempt, and when it may be claimed again.
struct Next {
    state: &'static str,
    due: Option<i64>,
}

fn settle(
    db: &Connection,
    rehearsal: bool,
    connection: Option<usize>,
    settled: &Settlement,
    policy: UncertainPolicy,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "SELECT first_at, postponed, doubts, hash, address = '' FROM deliveries WHERE id = ?1";
    let (first, postponed, doubts, hash, erased): (Option<i64>, i64, i64, Vec<u8>, bool) = db
        .prepare_cached(sql)?
        .query_row([settled.delivery], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let first = first.map_or(now, time);
    let next = match settled.outcome {
        Outcome::Accepted => Next { state: "accepted", due: None },
        Outcome::Refused => Next { state: "failed", due: None },
        Outcome::HardBounce => Next { state: "bounced", due: None },
        Outcome::NotSent => Next { state: "queued", due: Some(0) },
        Outcome::Postponed => postpone(first, postponed, now),
        Outcome::Uncertain => {
            let again = policy == UncertainPolicy::Resend && doubts < MOST_RESENDS;
            Next { state: "uncertain", due: again.then(|| stamp(now)) }
        }
    };
    let next = if doubts > 0 { in_doubt_still(next, now) } else { next };
    let cancelled = erased || cancelled(db, settled.delivery)?;
    write(db, settled, &next_when(next, cancelled), now)?;
    // An erased person's address may stand in the server's words.
    let text = if erased { "" } else { settled.text.as_str() };
    record(db, connection, settled, text, now)?;
    if settled.outcome == Outcome::HardBounce && !rehearsal {
        suppression::put(db, &hash, suppression::Reason::Bounced, text, now)?;
        suppression::mark(db, &hash, now)?;
    }
    Ok(())
}

/// Someone who may have the mail already stays uncertain, whatever became of a later copy, until one is accepted or
/// the mailbox proves not to be there. When they may be claimed is another matter.
fn in_doubt_still(next: Next, now: Timestamp) -> Next {
    match next {
        Next { state: "accepted" | "bounced", .. } => next,
        Next { state: "queued", .. } => Next { state: "uncertain", due: Some(stamp(now)) },
        Next { due, .. } => Next { state: "uncertain", due },
    }
}

fn postpone(first: Timestamp, postponed: i64, now: Timestamp) -> Next {
    let end = first + GIVE_UP;
    if now >= end {
        return Next { state: "expired", due: None };
    }
    let step = usize::try_from(postponed).unwrap_or(0).min(RETRY_MINUTES.len() - 1);
    let due = now + SignedDuration::from_mins(RETRY_MINUTES[step]);
    Next { state: "retry", due: Some(stamp(due.min(end))) }
}

// The desk cancelled, or the person was erased, while the message was under way: nothing waits any more.
fn next_when(next: Next, cancelled: bool) -> Next {
    match next {
        Next { state: "queued" | "retry", due: Some(_) } if cancelled => Next { state: "cancelled", due: None },
        Next { state, .. } if cancelled => Next { state, due: None },
        next => next,
    }
}

fn cancelled(db: &Connection, delivery: i64) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT m.state = 'cancelled' FROM deliveries d JOIN mailings m ON m.id = d.mailing_id WHERE d.id = ?1";
    db.prepare_cached(sql)?.query_row([delivery], |row| row.get(0))
}

fn write(db: &Connection, settled: &Settlement, next: &Next, now: Timestamp) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE deliveries SET state = ?2, due_at = ?3, code = ?4, text = iif(address = '', '', ?5),
                                     postponed = postponed + ?6, doubts = doubts + ?8, changed_at = ?7 WHERE id = ?1";
    db.prepare_cached(sql)?
        .execute(params![
            settled.delivery,
            next.state,
            next.due,
            settled.code,
            settled.text,
            settled.outcome == Outcome::Postponed,
            stamp(now),
            settled.outcome == Outcome::Uncertain,
        ])
        .map(drop)
}

fn record(
    db: &Connection,
    connection: Option<usize>,
    settled: &Settlement,
    text: &str,
    now: Timestamp,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO attempts (delivery_id, at, connection, stage, code, text, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    db.prepare_cached(sql)?
        .execute(params![
            settled.delivery,
            stamp(now),
            connection,
            settled.stage.word(),
            settled.code,
            text,
            settled.outcome.word(),
        ])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Consent;
    use crate::ledger::{Audience, DeliveryState, Occasion};
    use crate::letter::Letter;
    use crate::people::Person;
    use crate::{Address, MailingSummary};

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn frozen(store: &Store, people: usize) -> MailingSummary {
        let consent =
            Consent { given: None, how: "desk".into(), wording: "w".into(), source: "s".into(), evidence: "e".into() };
        for number in 0..people {
            let address = Address::parse(&format!("p{number}@example.org")).unwrap();
            store.add(&Person::new(address), &consent, now()).unwrap();
        }
        let from = Address::parse("desk@example.org").unwrap();
        let letter = Letter {
            from_name: "Desk".into(),
            unsubscribe: from.clone(),
            from,
            reply_to: None,
            list_id: "news.example.org".into(),
            list_name: "News".into(),
            organisation: String::new(),
            subject: "s".into(),
            html: "h".into(),
            text: "t".into(),
            pictures: Vec::new(),
            attachments: Vec::new(),
        };
        store.freeze(&Occasion::edition("e"), &letter, &Audience::default(), now()).unwrap()
    }

    fn turn(settled: Option<(i64, Outcome)>, wants: bool) -> Turn {
        let settled = settled.map(|(delivery, outcome)| Settlement {
            delivery,
            stage: Stage::AfterDot,
            code: Some(250),
            text: "ok".into(),
            outcome,
        });
        Turn { connection: 0, settled, wants }
    }

    #[test]
    fn an_outcome_and_the_next_claim_become_durable_together() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 2).id;
        let states = || {
            let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
            rows.into_iter().map(|row| row.state).collect::<Vec<_>>()
        };
        use DeliveryState::{Accepted, Queued, Sending};
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        let policy = UncertainPolicy::Resend;
        let mut first = None;
        ledger.turn(&[turn(None, true)], policy, now(), &mut |_, claim| first = claim).unwrap();
        assert_eq!(states(), [Sending, Queued]);
        let outcome = (first.unwrap().delivery, Outcome::Accepted);
        // Nobody else can see one of the two without the other, however the moment is chosen.
        ledger
            .turn(&[turn(Some(outcome), true)], policy, now(), &mut |_, _| assert_eq!(states(), [Sending, Queued]))
            .unwrap();
        assert_eq!(states(), [Accepted, Sending]);
    }

    #[test]
    fn cancelling_names_whom_a_dead_sender_left_and_leaves_a_living_one_its_own() {
        for (alive, expected) in [
            (false, [DeliveryState::Uncertain, DeliveryState::Cancelled]),
            (true, [DeliveryState::Sending, DeliveryState::Cancelled]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), now()).unwrap();
            let mailing = frozen(&store, 2).id;
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            ledger.turn(&[turn(None, true)], UncertainPolicy::Resend, now(), &mut |_, _| ()).unwrap();
            let sender = alive.then(|| crate::lock::SenderLock::take(folder.path()).unwrap().unwrap());
            assert!(store.cancel(mailing, now()).unwrap());
            let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
            assert_eq!(rows.into_iter().map(|row| row.state).collect::<Vec<_>>(), expected);
            assert_eq!(ledger.waiting(now()).unwrap(), Waiting { due: 0, next: None });
            drop(sender);
        }
    }

    #[test]
    fn what_a_dead_sender_left_is_uncertain_and_goes_again_or_is_held() {
        for (policy, due) in [(UncertainPolicy::Resend, 2), (UncertainPolicy::Hold, 1)] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), now()).unwrap();
            let mailing = frozen(&store, 2).id;
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            ledger.turn(&[turn(None, true)], policy, now(), &mut |_, _| ()).unwrap();
            drop(ledger);
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            assert_eq!(ledger.recover(policy, now()).unwrap(), 1);
            assert_eq!(ledger.recover(policy, now()).unwrap(), 0);
            assert_eq!(ledger.waiting(now()).unwrap().due, due);
            let row = store.deliveries(mailing, Some(DeliveryState::Uncertain), None, 9).unwrap().deliveries.remove(0);
            assert_eq!(store.attempts(row.id).unwrap()[0].stage, "recovery");
            // Leaving or being erased does not make it known whether the mail went out.
            store.forget(&Address::parse(&row.address).unwrap(), now()).unwrap();
            let summary = store.mailing(&Occasion::edition("e")).unwrap().unwrap();
            assert_eq!((summary.count(DeliveryState::Uncertain), summary.excluded.len()), (1, 0));
        }
    }
}
