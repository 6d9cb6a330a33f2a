//! What a sender that died left behind: told from its journal, and where that says nothing, named uncertain.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::settle::{release, settle};
use super::{Outcome, Settlement, Stage, UncertainPolicy};
use crate::sender::journal::{self, Found, Line};
use crate::store::{Store, StoreError, time};

/// Settles every delivery of every mailing that a dead sender left half done. Answers how many of `mailing` are
/// uncertain by that. No other sender may be at work; `boot` tells which time the computer was started, and is empty
/// where that is not known.
pub(super) fn recover(
    db: &Connection,
    store: &std::path::Path,
    mailing: i64,
    boot: &str,
    policy: UncertainPolicy,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut named = 0;
    // All of them: the journals begin anew with the next run, whatever it sends.
    for one in mailings(db)? {
        let lost = of_mailing(db, store, one, boot, policy, now)?;
        if one == mailing {
            named = lost;
        }
    }
    Ok(named)
}

fn mailings(db: &Connection) -> Result<Vec<i64>, rusqlite::Error> {
    let sql = "SELECT id FROM mailings m WHERE EXISTS (SELECT 1 FROM deliveries d
               WHERE d.mailing_id = m.id AND d.state = 'sending')";
    db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn of_mailing(
    db: &Connection,
    folder: &std::path::Path,
    mailing: i64,
    boot: &str,
    policy: UncertainPolicy,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(journal, ''), rehearsal FROM mailings WHERE id = ?1";
    let (run, rehearsal): (String, bool) = db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let unread = |source| StoreError::Folder { path: folder.to_owned(), source };
    let Found { lines, complete } = journal::read(folder, &run, boot).map_err(unread)?;
    for line in &lines {
        believe(db, mailing, rehearsal, line, policy)?;
    }
    let mut named = 0;
    let mut before = None;
    for (delivery, connection) in half_done(db, mailing)? {
        // Claims are handed over in their order, and each outcome was written before the next was begun.
        if complete && connection.is_some() && before == Some(connection) {
            release(db, delivery, now)?;
            continue;
        }
        before = Some(connection);
        name_uncertain(db, delivery, policy, now)?;
        named += 1;
    }
    Ok(named)
}

/// Records an outcome that the journal has and the ledger has not.
fn believe(
    db: &Connection,
    mailing: i64,
    rehearsal: bool,
    line: &Line,
    policy: UncertainPolicy,
) -> Result<(), StoreError> {
    let sql = "SELECT connection FROM deliveries WHERE id = ?1 AND mailing_id = ?2 AND state = 'sending'
               AND attempts = ?3";
    let found =
        db.query_row(sql, params![line.settled.delivery, mailing, line.attempt], |row| row.get(0)).optional()?;
    let Some(connection) = found else { return Ok(()) };
    settle(db, rehearsal, connection, &line.settled, policy, time(line.at))
}

fn half_done(db: &Connection, mailing: i64) -> Result<Vec<(i64, Option<i64>)>, rusqlite::Error> {
    let sql = "SELECT id, connection FROM deliveries WHERE mailing_id = ?1 AND state = 'sending'
               ORDER BY connection, claim, id";
    db.prepare(sql)?.query_map([mailing], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn name_uncertain(db: &Connection, delivery: i64, policy: UncertainPolicy, now: Timestamp) -> Result<(), StoreError> {
    let settled = Settlement {
        delivery,
        stage: Stage::Recovery,
        code: None,
        text: "the sender ended before the server's answer was recorded".to_owned(),
        outcome: Outcome::Uncertain,
    };
    // Whether it is a rehearsal matters for bounces only, and nothing bounces here.
    settle(db, true, None, &settled, policy, now)
}

/// The same for one mailing that is being cancelled, from outside any run.
pub(super) fn recover_cancelled(
    db: &Connection,
    store: &Store,
    mailing: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    of_mailing(db, store.folder(), mailing, "", UncertainPolicy::Hold, now)
}
