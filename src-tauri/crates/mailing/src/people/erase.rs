//! Erasing a person: the list, the consents and the ledger forget them, and a keyed hash stays in suppression.
//!
//! That no byte of the address is left is looked for and not believed: the database, its log, every copy of it and
//! every rehearsal in the data folder are read for it afterwards. SQLite overwrites what it deletes, but a page that
//! was rebuilt can keep a stale copy of a row; where the address is found, the file is written anew.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::traces;
use crate::address::Address;
use crate::store::{self, FILE, Store, StoreError};
use crate::suppression;

const MOMENT: Duration = Duration::from_secs(2);

impl Store {
    /// Erases a person: list, consents and the ledger forget them, and so do backups and rehearsals in the data folder;
    /// a keyed hash stays so that no import brings them back. Answers whether anything was known about them.
    ///
    /// # Errors
    /// [`StoreError::Remains`] when the person is erased, but another program kept a file from being cleaned.
    pub fn forget(&self, address: &Address, now: Timestamp) -> Result<bool, StoreError> {
        let hash = self.hash(&address.key());
        let known = self.write(|db| erase(db, address, &hash, now))?;
        let words = traces::spellings(address);
        wipe(&self.db(), &self.folder().join(FILE), &words)?;
        store::remove_unfinished(self.folder())?;
        for copy in store::copies(self.folder())? {
            if traces::stands_in(&copy, &words)? {
                self.erase_in_copy(&copy, address, &words, now)?;
            }
        }
        traces::erase_rehearsals(self.folder(), address)?;
        Ok(known)
    }

    /// A copy is brought to the present form first, so that there is one way to erase and not one for each version.
    fn erase_in_copy(
        &self,
        copy: &Path,
        address: &Address,
        words: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = store::open_copy(copy)?;
        let transaction = connection.transaction()?;
        erase(&transaction, address, &self.hash(&address.key()), now)?;
        transaction.commit()?;
        wipe(&connection, copy, words)?;
        // One file, without a log beside it.
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    }
}

fn erase(db: &Connection, address: &Address, hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    suppression::put(db, hash, suppression::Reason::Erased, "", now)?;
    suppression::forget(db, hash)?;
    let ledger = crate::ledger::forget(db, hash, now)? + crate::returns::forget(db, hash)?;
    let sql = "SELECT organisation FROM subscribers WHERE hash = ?1";
    let employers: Vec<String> = db.prepare(sql)?.query_map([hash], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let list = db.execute("DELETE FROM subscribers WHERE hash = ?1 OR key = ?2", params![hash, address.key()])?;
    // An organisation may be called like its one person; a city is not.
    for employer in employers {
        db.execute(
            "DELETE FROM spellings WHERE field = 'organisation' AND value = ?1
             AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.organisation = ?1)",
            [employer],
        )?;
    }
    Ok(ledger + list > 0)
}

/// Empties the log, and writes the file anew when the address still stands in it.
fn wipe(db: &Connection, path: &Path, words: &[String]) -> Result<(), StoreError> {
    let log = PathBuf::from(format!("{}-wal", path.display()));
    checkpoint(db, &log)?;
    if traces::stands_in(path, words)? {
        // Afterwards it can stand in what somebody wrote about somebody else only, which is not ours to change.
        db.execute_batch("VACUUM")?;
        checkpoint(db, &log)?;
    }
    Ok(())
}

/// Empties the log. Whoever reads the list for longer than a moment holds it, and somebody waits for the answer here.
fn checkpoint(db: &Connection, log: &Path) -> Result<(), StoreError> {
    db.busy_timeout(MOMENT)?;
    let busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    db.busy_timeout(store::BUSY)?;
    if busy? { Err(StoreError::Remains { path: log.to_owned() }) } else { Ok(()) }
}
