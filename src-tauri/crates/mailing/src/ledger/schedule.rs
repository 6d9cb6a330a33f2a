//! When a mailing is to start, and until when starting still makes sense.
//!
//! A computer that slept, or was off, at the hour must not send "the fair opens this morning" in the evening by itself.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::{stamp, time};

/// A start at a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When to start.
    pub at: Timestamp,
    /// From then on it is too late, and a person decides.
    pub latest: Timestamp,
}

pub(super) fn set(db: &Connection, mailing: i64, schedule: Schedule) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE mailings SET start_at = ?2, start_by = ?3 WHERE id = ?1";
    db.execute(sql, params![mailing, stamp(schedule.at), stamp(schedule.latest)]).map(drop)
}

pub(super) fn clear(db: &Connection, mailing: i64) -> Result<(), rusqlite::Error> {
    db.execute("UPDATE mailings SET start_at = NULL, start_by = NULL WHERE id = ?1", [mailing]).map(drop)
}

pub(super) fn of(db: &Connection, mailing: i64) -> Result<Option<Schedule>, rusqlite::Error> {
    let sql = "SELECT start_at, start_by FROM mailings WHERE id = ?1";
    let (at, by): (Option<i64>, Option<i64>) = db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(at.map(|at| Schedule { at: time(at), latest: time(by.unwrap_or(at)) }))
}
