//! Erasing a person: the list, the consents and the ledger forget them, and a keyed hash stays in suppression.

use jiff::Timestamp;

use crate::address::Address;
use crate::store::{Store, StoreError};
use crate::suppression;

impl Store {
    /// Erases a person: list, consents and the ledger forget them; a keyed hash stays so that no import brings them
    /// back. Answers whether anything was known about them.
    pub fn forget(&self, address: &Address, now: Timestamp) -> Result<bool, StoreError> {
        let hash = self.hash(&address.key());
        let known = self.write(|db| {
            suppression::put(db, &hash, suppression::Reason::Erased, "", now)?;
            let ledger = crate::ledger::forget(db, &hash, now)? + crate::returns::forget(db, &hash)?;
            let list = db.execute("DELETE FROM subscribers WHERE hash = ?1", [hash])?;
            Ok::<_, StoreError>(ledger + list > 0)
        })?;
        // The log beside the database would keep the erased rows until its next checkpoint.
        self.db().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(known)
    }
}
