//! The desk's word on people whom the sender gave up: try again, send once more, or hold.
//!
//! Nothing here sends. It says who may be claimed, and a mailing that was over runs again for them.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::summary::set_state;
use crate::store::{Store, StoreError, stamp};

/// Whom the desk wants sent to once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// People refused for good, or put off until their time was over. Bounced mailboxes are not there and stay.
    Failed,
    /// People who may have it already, and whom nobody will send to by itself any more.
    Uncertain,
}

impl Again {
    /// Which rows those are.
    fn chosen(self) -> &'static str {
        match self {
            Again::Failed => "state IN ('failed', 'expired')",
            Again::Uncertain => "state = 'uncertain' AND due_at IS NULL",
        }
    }

    /// What happens to them. Someone refused begins anew, with three days of patience.
    fn change(self) -> &'static str {
        match self {
            Again::Failed => "state = 'retry', due_at = ?2, first_at = NULL, postponed = 0",
            Again::Uncertain => "due_at = ?2",
        }
    }
}

// What is cancelled is over, and an erased person has no address any more.
const OPEN: &str = "mailing_id = ?1 AND address <> ''
                    AND (SELECT state FROM mailings WHERE id = ?1) IN ('running', 'paused', 'finished')";

impl Store {
    /// How many people [`Store::send_again`] would let be sent to.
    pub fn count_again(&self, mailing: i64, whom: Again) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM deliveries WHERE {OPEN} AND {}", whom.chosen());
        Ok(self.db().query_row(&sql, [mailing], |row| row.get(0))?)
    }

    /// Lets people be sent to once more, the same bytes with the same Message-ID; answers how many. A finished mailing
    /// runs again for them, a paused one stays paused, a cancelled one is over.
    pub fn send_again(&self, mailing: i64, whom: Again, now: Timestamp) -> Result<u64, StoreError> {
        self.write(|db| {
            let sql =
                format!("UPDATE deliveries SET {}, changed_at = ?2 WHERE {OPEN} AND {}", whom.change(), whom.chosen());
            let count = db.execute(&sql, params![mailing, stamp(now)])?;
            if count > 0 {
                set_state(db, mailing, "finished", "running", None, now)?;
            }
            Ok(count as u64)
        })
    }

    /// Takes people who may have it already out of what waits, so that they get no second copy; answers how many.
    pub fn hold_uncertain(&self, mailing: i64, now: Timestamp) -> Result<u64, StoreError> {
        self.write(|db| {
            let sql = "UPDATE deliveries SET due_at = NULL, changed_at = ?2
                       WHERE mailing_id = ?1 AND state = 'uncertain' AND due_at IS NOT NULL";
            let count = db.execute(sql, params![mailing, stamp(now)])?;
            finish_when_empty(db, mailing, now)?;
            Ok(count as u64)
        })
    }
}

fn finish_when_empty(db: &Connection, mailing: i64, now: Timestamp) -> Result<(), rusqlite::Error> {
    let sql = "SELECT 1 FROM deliveries WHERE mailing_id = ?1 AND (due_at IS NOT NULL OR state = 'sending') LIMIT 1";
    if !db.prepare_cached(sql)?.exists([mailing])? {
        set_state(db, mailing, "running", "finished", None, now)?;
    }
    Ok(())
}
