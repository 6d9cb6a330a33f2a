//! The data folder: `subscribers.sqlite`, how it is opened, migrated and guarded.
//!
//! One connection behind a lock serves the desk; the sender opens its own. Everything is committed with WAL and
//! `synchronous=FULL`. Before a migration the file is copied and the copy verified. This module knows no table but
//! `meta`.

mod aside;
mod backup;
mod kept;
mod restore;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::dkim::KeyError;

pub(crate) use aside::Aside;
pub use backup::{Backup, KeptBackup, Why};
pub(crate) use backup::{copies, open_copy, remove_unfinished};
pub(crate) use kept::Kept;
pub use restore::Restored;

pub(crate) const FILE: &str = "subscribers.sqlite";

/// The steps that lead to the present schema; `user_version` counts those taken.
const MIGRATIONS: &[&str] = &[
    include_str!("../schema/001.sql"),
    include_str!("../schema/002.sql"),
    include_str!("../schema/003.sql"),
    PEOPLE,
    BOX,
    include_str!("../schema/006.sql"),
    include_str!("../schema/007.sql"),
    include_str!("../schema/008.sql"),
    include_str!("../schema/009.sql"),
    include_str!("../schema/010.sql"),
];

// After this one Rust fills in what SQL cannot fold.
const PEOPLE: &str = include_str!("../schema/004.sql");
const BOX: &str = include_str!("../schema/005.sql");

// A big import holds the write lock for seconds; the sender waits for it instead of failing.
pub(crate) const BUSY: Duration = Duration::from_secs(60);

const STATEMENTS: usize = 128;

/// The list of subscribers and the ledger, in one data folder.
pub struct Store {
    folder: PathBuf,
    secret: [u8; 32],
    connection: Mutex<Connection>,
}

/// A fault of the database underneath; what it says is for the support, not for a reader.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(#[from] rusqlite::Error);

/// Why the data folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file in it cannot be made or read.
    #[error("the data folder `{}` cannot be used", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file was written by a newer Masthead.
    #[error("the subscriber list was written by a newer Masthead (version {found}, this one knows {known})")]
    Newer {
        /// The version of the file.
        found: usize,
        /// The newest version known here.
        known: usize,
    },
    /// The copy made before a migration is not whole, so nothing was changed.
    #[error("the backup `{}` did not verify, so the subscriber list was left as it is", path.display())]
    Backup {
        /// The copy.
        path: PathBuf,
    },
    /// A person was erased, but a file could not be cleaned of their address.
    #[error("the person is erased, but `{}` may still have their address", path.display())]
    Remains {
        /// The file.
        path: PathBuf,
    },
    /// A sender is at work on the list.
    #[error("an edition is being sent from this list")]
    Sending,
    /// The disk is full; nothing of what was under way was written.
    #[error("the disk is full; the subscriber list is as it was")]
    Full(#[source] DatabaseError),
    /// Another program is writing to the list and does not let go; nothing was changed.
    #[error("another program holds the subscriber list")]
    Held(#[source] DatabaseError),
    /// The list was opened before a copy of another one was put in its place; nothing was written.
    #[error("the subscriber list was replaced by another one since it was opened")]
    Replaced,
    /// The database refused.
    #[error("the subscriber list could not be read or written")]
    Database(#[source] DatabaseError),
    /// What the ledger holds cannot be understood.
    #[error("the stored letter of mailing {mailing} cannot be read")]
    Letter {
        /// The mailing's number.
        mailing: i64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A letter is to be signed with a key that cannot be had; it is not sent unsigned.
    #[error("the letter cannot be signed")]
    Key(#[from] KeyError),
}

impl DatabaseError {
    /// Whether the file itself is damaged, and not the world around it.
    pub(crate) fn is_broken(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        matches!(self.0.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
    }
}

impl StoreError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Folder { .. } => "store-folder",
            StoreError::Newer { .. } => "store-newer",
            StoreError::Backup { .. } => "store-backup",
            StoreError::Remains { .. } => "store-remains",
            StoreError::Sending => "store-sending",
            StoreError::Full(_) => "store-full",
            StoreError::Held(_) => "store-held",
            StoreError::Replaced => "store-replaced",
            StoreError::Database(_) => "store-database",
            StoreError::Letter { .. } => "store-letter",
            StoreError::Key(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::Folder { .. } => "check that the folder exists, is yours, and that the disk is not full",
            StoreError::Newer { .. } => "update Masthead on this computer; the list was left as it is",
            StoreError::Backup { .. } => "check the free space on the disk and open the list again",
            StoreError::Remains { .. } => "close every other Masthead and erase the person once more",
            StoreError::Sending => "pause the edition first, then try again",
            StoreError::Held(_) => {
                "wait until the other Masthead is done with its import, or close it, then try again; nothing was changed"
            }
            StoreError::Replaced => "do it once more; the list that lies there now is another one",
            StoreError::Full(_) => "make room on the disk the list lies on, then try again",
            StoreError::Database(_) => "check the disk; a copy of the list can be put back",
            StoreError::Key(error) => error.hint(),
            StoreError::Letter { .. } => "cancel this mailing and send the edition anew",
        }
    }
}

impl StoreError {
    /// Whether another program holds the list at the moment; waiting helps.
    pub fn is_busy(&self) -> bool {
        matches!(self, StoreError::Held(_))
    }

    /// The same where nobody but the present look tells.
    pub(crate) fn held() -> StoreError {
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        rusqlite::Error::SqliteFailure(busy, None).into()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => StoreError::Full(DatabaseError(error)),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                StoreError::Held(DatabaseError(error))
            }
            _ => StoreError::Database(DatabaseError(error)),
        }
    }
}

impl Store {
    /// Opens the list in `folder`, making or migrating it as needed. The folder and its files are for their owner only.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Store, StoreError> {
        private_folder(folder).map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        let path = folder.join(FILE);
        private_file(&path)?;
        let mut connection = connect(&path)?;
        migrate(&mut connection, folder, MIGRATIONS, now)?;
        let secret =
            connection.query_row("SELECT value FROM meta WHERE key = 'suppression-key'", [], |row| row.get(0))?;
        Ok(Store { folder: folder.to_owned(), secret, connection: Mutex::new(connection) })
    }

    /// The folder the list lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The desk's connection.
    pub(crate) fn db(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere rolled its transaction back; the connection itself is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection of its own for a long-running sender.
    pub(crate) fn second_connection(&self) -> Result<Connection, StoreError> {
        connect(&self.folder.join(FILE))
    }

    /// What suppression and ledger know an address by.
    pub(crate) fn hash(&self, key: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.secret, key.as_bytes()).as_bytes()
    }

    /// A copy of another list may have been put in its place: nobody on it is known by this one's hashes, and whoever
    /// left would be taken for a stranger.
    pub(crate) fn is_still_the_same(&self, db: &Connection) -> Result<(), StoreError> {
        let mut statement = db.prepare_cached("SELECT value FROM meta WHERE key = 'suppression-key'")?;
        let secret: [u8; 32] = statement.query_row([], |row| row.get(0))?;
        if secret == self.secret { Ok(()) } else { Err(StoreError::Replaced) }
    }

    /// Runs `work` in one transaction that takes the write lock at once.
    pub(crate) fn write<T, E: From<rusqlite::Error> + From<StoreError>>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.db();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.is_still_the_same(&transaction)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // An erased person's bytes are overwritten, not merely unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    // More than the sender or an import uses in turn: one too few, and every one is parsed anew each time.
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn version(connection: &Connection) -> Result<usize, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate(connection: &mut Connection, folder: &Path, steps: &[&str], now: Timestamp) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found > steps.len() {
        return Err(StoreError::Newer { found, known: steps.len() });
    }
    if found == steps.len() {
        return Ok(());
    }
    if found > 0 {
        let path = folder.join(format!("subscribers.before-{}.{}.sqlite", found + 1, now.as_second()));
        backup::copy(connection, &path)?;
    }
    take_steps(connection, steps)
}

fn take_steps(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    // A table that is written anew is dropped first, and nobody's tags and consents shall go with it.
    connection.pragma_update(None, "foreign_keys", false)?;
    let taken = take_each(connection, steps);
    connection.pragma_update(None, "foreign_keys", true)?;
    taken
}

fn take_each(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another process may have migrated while this one waited for the lock.
    for (step, sql) in steps.iter().enumerate().skip(version(&transaction)?) {
        transaction.execute_batch(sql)?;
        if *sql == PEOPLE {
            crate::people::migrate(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", step + 1)?;
    }
    Ok(transaction.commit()?)
}

/// Makes a folder for its owner alone, unless there is one.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    // A folder that is there already is somebody's own arrangement; the files in it are private in any case.
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes the file with its rights before anything is written to it; SQLite gives its `-wal` and `-shm` the same.
fn private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| StoreError::Folder { path: path.to_owned(), source })
}

/// Milliseconds since 1970, as every table keeps time.
pub(crate) fn stamp(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The reverse of [`stamp`]; a value no calendar knows reads as 1970.
pub(crate) fn time(stamp: i64) -> Timestamp {
    Timestamp::from_millisecond(stamp).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_new_folder_is_for_its_owner_only_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people");
        let first = Store::open(&path, now()).unwrap().secret;
        assert_eq!(Store::open(&path, now()).unwrap().secret, first);
        #[cfg(unix)]
        for (path, rights) in [(path.clone(), 0o700), (path.join(FILE), 0o600)] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, rights);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_rights_of_a_folder_that_was_there_before_stay_as_they_were() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        drop(Store::open(folder.path(), now()).unwrap());
        let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((rights(folder.path()), rights(&folder.path().join(FILE))), (0o755, 0o600));
    }

    #[test]
    fn a_migration_leaves_a_verified_copy_of_what_was_before() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), now()).unwrap());
        let mut connection = connect(&folder.path().join(FILE)).unwrap();
        let steps: Vec<&str> = MIGRATIONS.iter().copied().chain(["CREATE TABLE extra (a INTEGER) STRICT;"]).collect();
        migrate(&mut connection, folder.path(), &steps, now()).unwrap();
        assert_eq!(version(&connection).unwrap(), steps.len());
        let copy = folder.path().join(format!("subscribers.before-{}.{}.sqlite", steps.len(), now().as_second()));
        assert_eq!(version(&Connection::open(copy).unwrap()).unwrap(), MIGRATIONS.len());
        drop(connection);
        assert!(matches!(Store::open(folder.path(), now()), Err(StoreError::Newer { .. })));
    }

    // Older ones can corrupt a WAL with two writers, which the desk and a sender are.
    #[test]
    fn sqlite_is_new_enough_for_two_writers() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    }
}
