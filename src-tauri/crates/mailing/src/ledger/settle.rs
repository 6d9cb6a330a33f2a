//! What becomes of a delivery after an attempt.
//!
//! The rule of every outcome stands here and nowhere else: what it is called, whether it waits, and until when.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Outcome, Settlement, UncertainPolicy};
use crate::store::{StoreError, stamp, time};
use crate::suppression;

// 15 min … 24 h between attempts (RFC 5321 4.5.4.1 asks for at least 30 after the first), 72 h in all.
const RETRY_MINUTES: [i64; 8] = [15, 30, 60, 120, 240, 480, 960, 1440];
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);
const MOST_RESENDS: i64 = 2;

/// What a delivery is after an attempt, and when it may be claimed again.
struct Next {
    state: &'static str,
    due: Option<i64>,
}

pub(super) fn settle(
    db: &Connection,
    rehearsal: bool,
    connection: Option<usize>,
    settled: &Settlement,
    policy: UncertainPolicy,
    now: Timestamp,
) -> Result<(), StoreError> {
    if settled.outcome == Outcome::Accepted {
        return accept(db, connection, settled, now);
    }
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

/// The outcome of nearly everybody, in two statements.
fn accept(db: &Connection, connection: Option<usize>, settled: &Settlement, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE deliveries SET state = 'accepted', due_at = NULL, code = ?2, text = iif(address = '', '', ?3),
                                     changed_at = ?4 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![settled.delivery, settled.code, settled.text, stamp(now)])?;
    let sql = "INSERT INTO attempts (delivery_id, at, connection, stage, code, text, outcome)
               SELECT id, ?2, ?3, ?4, code, text, 'accepted' FROM deliveries WHERE id = ?1";
    let stage = settled.stage.word();
    db.prepare_cached(sql)?.execute(params![settled.delivery, stamp(now), connection, stage])?;
    Ok(())
}

/// Lets a delivery go that was claimed ahead and certainly not begun: it waits as it did before.
pub(super) fn release(db: &Connection, delivery: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT postponed, doubts, address = '' FROM deliveries WHERE id = ?1 AND state = 'sending'";
    let found = db.prepare_cached(sql)?.query_row([delivery], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let Some((postponed, doubts, erased)) = found.optional()? else { return Ok(()) };
    let (postponed, doubts): (i64, i64) = (postponed, doubts);
    let next = match (doubts, postponed) {
        (1.., _) => Next { state: "uncertain", due: Some(stamp(now)) },
        (_, 1..) => Next { state: "retry", due: Some(stamp(now)) },
        _ => Next { state: "queued", due: Some(0) },
    };
    let next = next_when(next, erased || cancelled(db, delivery)?);
    let sql = "UPDATE deliveries SET state = ?2, due_at = ?3, attempts = attempts - 1, changed_at = ?4 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![delivery, next.state, next.due, stamp(now)])?;
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
