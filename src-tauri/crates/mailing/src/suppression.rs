//! The record of why somebody must not be mailed.
//!
//! It knows people by a keyed hash of their address only, so it may outlive their erasure. Imports, freezing and
//! every single claim ask it. What happened is only added to: taking one back is an entry of its own.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::store::{Store, StoreError, stamp, time};

/// Why somebody must not be mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They asked not to be.
    Unsubscribed,
    /// Their server said for good that the mailbox is not there.
    Bounced,
    /// They asked to be erased.
    Erased,
    /// They reported a mail as unwanted.
    Complained,
}

impl Reason {
    const ALL: [Reason; 4] = [Reason::Unsubscribed, Reason::Bounced, Reason::Erased, Reason::Complained];

    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Unsubscribed => "unsubscribed",
            Reason::Bounced => "bounced",
            Reason::Erased => "erased",
            Reason::Complained => "complained",
        }
    }
}

/// Somebody who must not be mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: Timestamp,
    /// What shows it: a server's words, a note of the desk.
    pub note: String,
}

/// A suppression as it was recorded, or that it was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuppressionEntry {
    /// Why; absent when it was taken back.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What shows it.
    pub note: String,
}

impl Store {
    /// Records that this address must not be mailed; answers whether it was on the list.
    pub fn suppress(&self, address: &Address, reason: Reason, note: &str, now: Timestamp) -> Result<bool, StoreError> {
        let hash = self.hash(&address.key());
        self.write(|db| {
            put(db, &hash, reason, note, now)?;
            Ok(mark(db, &hash, now)?)
        })
    }

    /// Takes a suppression back that was made by mistake: a person still on the list may be mailed again. Someone
    /// erased stays erased. Answers whether there was one to take back.
    pub fn unsuppress(&self, address: &Address, now: Timestamp) -> Result<bool, StoreError> {
        let hash = self.hash(&address.key());
        self.write(|db| {
            if matches!(reason(db, &hash)?.as_deref(), None | Some("erased")) {
                return Ok(false);
            }
            take_back(db, &hash, now)?;
            let sql = "UPDATE subscribers SET status = 'active', changed_at = ?2 WHERE hash = ?1";
            db.execute(sql, params![hash, stamp(now)])?;
            Ok(true)
        })
    }
}

/// Writes a suppression, made by the desk or a relay's refusal unless the caller says more; an erasure is never weakened
/// to anything less, nor what a person said to what a server says. Answers whether it was written.
pub(crate) fn put(
    db: &Connection,
    hash: &[u8],
    reason: Reason,
    note: &str,
    now: Timestamp,
) -> Result<bool, rusqlite::Error> {
    db.prepare_cached(
        "INSERT INTO suppressions (hash, reason, at, note) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (hash) DO UPDATE SET reason = excluded.reason, at = excluded.at, note = excluded.note,
                                          return_id = NULL
         WHERE suppressions.reason <> 'erased' AND (excluded.reason <> 'bounced' OR suppressions.reason = 'bounced')",
    )?
    .execute(params![hash, reason.word(), stamp(now), note])
    .map(|rows| rows > 0)
}

/// Takes a suppression back: a further entry says so, and the ones before stay.
pub(crate) fn take_back(db: &Connection, hash: &[u8], now: Timestamp) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO suppression_entries (hash, reason, at, note) VALUES (?1, NULL, ?2, '')";
    db.execute(sql, params![hash, stamp(now)])?;
    db.execute("DELETE FROM suppressions WHERE hash = ?1", [hash]).map(drop)
}

/// Empties what an erased person's entries say; that there were some stays.
pub(crate) fn forget(db: &Connection, hash: &[u8]) -> Result<(), rusqlite::Error> {
    db.execute("UPDATE suppression_entries SET note = '' WHERE hash = ?1", [hash]).map(drop)
}

/// How it came to what holds now, oldest first.
pub(crate) fn entries(db: &Connection, hash: &[u8]) -> Result<Vec<SuppressionEntry>, rusqlite::Error> {
    let sql = "SELECT reason, at, note FROM suppression_entries WHERE hash = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let entries = statement.query_map([hash], |row| {
        Ok(SuppressionEntry { reason: row.get(0)?, at: time(row.get(1)?), note: row.get(2)? })
    })?;
    entries.collect()
}

/// Shows the suppression that was put in the person's status; answers whether they are on the list.
pub(crate) fn mark(db: &Connection, hash: &[u8], now: Timestamp) -> Result<bool, rusqlite::Error> {
    let sql = "UPDATE subscribers SET changed_at = ?2,
                      status = iif((SELECT reason FROM suppressions WHERE hash = ?1) = 'bounced', 'bounced', 'unsubscribed')
               WHERE hash = ?1";
    Ok(db.execute(sql, params![hash, stamp(now)])? > 0)
}

/// Why the address with this hash must not be mailed.
pub(crate) fn reason(db: &Connection, hash: &[u8]) -> Result<Option<String>, rusqlite::Error> {
    db.prepare_cached(REASON)?.query_row([hash], |row| row.get(0)).optional()
}

/// Asks why the address with a hash must not be mailed.
pub(crate) const REASON: &str = "SELECT reason FROM suppressions WHERE hash = ?1";

/// The suppression of the address with this hash.
pub(crate) fn find(db: &Connection, hash: &[u8]) -> Result<Option<Suppression>, rusqlite::Error> {
    db.query_row("SELECT reason, at, note FROM suppressions WHERE hash = ?1", [hash], |row| {
        let word: String = row.get(0)?;
        let reason = Reason::ALL.into_iter().find(|reason| reason.word() == word);
        let reason = reason.ok_or_else(|| rusqlite::Error::InvalidColumnName(word))?;
        Ok(Suppression { reason, since: time(row.get(1)?), note: row.get(2)? })
    })
    .optional()
}
