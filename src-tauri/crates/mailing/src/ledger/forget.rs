//! What erasure does to the ledger: the counts stay true, the person goes.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::store::{StoreError, stamp};

/// Empties a person's rows; what still waited is excluded, but who may have the mail already stays uncertain. Answers how many there were.
pub(crate) fn forget(db: &Connection, hash: &[u8], now: Timestamp) -> Result<usize, StoreError> {
    // A server's words may name the person, so they go too.
    db.execute(
        "UPDATE attempts SET text = '' WHERE delivery_id IN (SELECT id FROM deliveries WHERE hash = ?1)",
        [hash],
    )?;
    let waiting = "UPDATE deliveries SET reason = iif(state = 'uncertain', NULL, 'erased'),
                                          state = iif(state = 'uncertain', state, 'excluded'), due_at = NULL, changed_at = ?2
                   WHERE hash = ?1 AND due_at IS NOT NULL";
    db.execute(waiting, params![hash, stamp(now)])?;
    let emptied = db.execute(
        "UPDATE deliveries SET address = '', name = '', first_name = '', city = '', country = '', language = '',
                               organisation = '', token = '', text = '' WHERE hash = ?1",
        [hash],
    )?;
    Ok(emptied)
}
