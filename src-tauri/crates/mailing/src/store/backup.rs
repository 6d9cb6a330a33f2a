//! Copies of the list: made, verified, kept for a while.
//!
//! A copy gets its name only when it was read back whole and counts what the list counts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{FILE, Store, StoreError, connect, private_file, private_folder, version};

const FOLDER: &str = "backups";
const UNFINISHED: [&str; 4] = [".part", ".part-journal", ".part-wal", ".part-shm"];
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Why a copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody asked for it.
    Asked,
    /// A day has gone by.
    Daily,
    /// An import follows.
    Import,
    /// Somebody is erased next.
    Erasure,
    /// Another copy is put back.
    Restore,
}

impl Why {
    const ALL: [Why; 5] = [Why::Asked, Why::Daily, Why::Import, Why::Erasure, Why::Restore];

    fn word(self) -> &'static str {
        match self {
            Why::Asked => "asked",
            Why::Daily => "daily",
            Why::Import => "before-import",
            Why::Erasure => "before-erasure",
            Why::Restore => "before-restore",
        }
    }

    /// How many of its kind are kept; what somebody asked for is theirs to remove.
    fn kept(self) -> usize {
        match self {
            Why::Asked => usize::MAX,
            Why::Daily => 7,
            Why::Import => 3,
            Why::Erasure | Why::Restore => 2,
        }
    }
}

/// A copy that was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// People in it.
    pub people: u64,
    /// Its size.
    pub bytes: u64,
}

/// A copy that lies in the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBackup {
    /// The name to restore it by.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// `asked`, `daily`, `before-import`, `before-erasure`, `before-restore` or `before-migration`.
    pub why: String,
    /// When it was made.
    pub made: Timestamp,
    /// People in it; nothing when it cannot be read.
    pub people: Option<u64>,
    /// Its size.
    pub bytes: u64,
}

impl Store {
    /// Makes a copy of the list and reads it back; older copies of its kind beyond those kept are removed.
    pub fn back_up(&self, why: Why, now: Timestamp) -> Result<Backup, StoreError> {
        let folder = self.folder().join(FOLDER);
        let backup = self.back_up_into(&folder, why, now)?;
        prune(&folder, why)?;
        Ok(backup)
    }

    /// Makes a copy in another folder: a stick, a disk elsewhere. None is ever removed there.
    pub fn back_up_to(&self, folder: &Path, now: Timestamp) -> Result<Backup, StoreError> {
        self.back_up_into(folder, Why::Asked, now)
    }

    fn back_up_into(&self, folder: &Path, why: Why, now: Timestamp) -> Result<Backup, StoreError> {
        private_folder(folder).map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        let path = folder.join(format!("subscribers.{}.{}.sqlite", why.word(), now.as_millisecond()));
        copy(&self.second_connection()?, &path)
    }

    /// The copies in a data folder, the newest first. The list itself need not be readable.
    pub fn backups(folder: &Path) -> Result<Vec<KeptBackup>, StoreError> {
        let mut all: Vec<KeptBackup> = copies(folder)?.iter().filter_map(|path| kept(path)).collect();
        all.sort_by(|a, b| (b.made, &b.name).cmp(&(a.made, &a.name)));
        Ok(all)
    }

    /// The day's copy, unless one younger than a day is there.
    pub fn back_up_daily(&self, now: Timestamp) -> Result<Option<Backup>, StoreError> {
        let newest = of_kind(&self.folder().join(FOLDER), Why::Daily)?.into_iter().next_back();
        let fresh = newest.is_some_and(|(made, _)| made > (now - DAY).as_millisecond());
        if fresh { Ok(None) } else { self.back_up(Why::Daily, now).map(Some) }
    }
}

/// What a copy and its name tell; nothing of a file that is none.
fn kept(path: &Path) -> Option<KeptBackup> {
    let name = path.file_name()?.to_str()?.to_owned();
    let (why, made) = name.strip_prefix("subscribers.")?.strip_suffix(".sqlite")?.split_once('.')?;
    let number = made.parse::<i64>().ok()?;
    let (why, made) = match Why::ALL.into_iter().find(|known| known.word() == why) {
        Some(why) => (why.word(), Timestamp::from_millisecond(number).ok()?),
        // Made before the list took the form of that number.
        None if why.starts_with("before-") => ("before-migration", Timestamp::from_second(number).ok()?),
        None => return None,
    };
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    Some(KeptBackup { name, path: path.to_owned(), why: why.to_owned(), made, people: people_in(path).ok(), bytes })
}

fn people_in(path: &Path) -> Result<u64, rusqlite::Error> {
    let copy = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    copy.query_row("SELECT count(*) FROM subscribers", [], |row| row.get(0))
}

/// Removes copies that a kill left half made: they are worth nothing, and hold addresses.
pub(crate) fn remove_unfinished(folder: &Path) -> Result<(), StoreError> {
    let mut all = files(folder)?;
    all.extend(files(&folder.join(FOLDER))?);
    let ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        name.starts_with("subscribers.") && UNFINISHED.iter().any(|end| name.ends_with(end))
    };
    for path in all.into_iter().filter(ours) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::Folder { path, source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Copies the list to a new file, which gets its name once it is known to be whole.
pub(super) fn copy(from: &Connection, path: &Path) -> Result<Backup, StoreError> {
    let part = path.with_extension("part");
    private_file(&part)?;
    let made = copy_to(from, &part).and_then(|people| {
        fs::rename(&part, path).map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
        let bytes = fs::metadata(path).map_or(0, |file| file.len());
        Ok(Backup { path: path.to_owned(), people, bytes })
    });
    if made.is_err() {
        // What is not whole must not lie about; the fault itself is what matters.
        let _ = fs::remove_file(&part);
    }
    made
}

fn copy_to(from: &Connection, part: &Path) -> Result<u64, StoreError> {
    // One snapshot for the copy and the counts, whatever others write meanwhile.
    from.execute_batch("BEGIN")?;
    let counted = counts(from);
    let copied = from.backup("main", part, None::<fn(rusqlite::backup::Progress)>);
    from.execute_batch("COMMIT")?;
    copied?;
    let counted = counted?;
    let found = verify(part)?;
    let same = found == counted && version(&Connection::open(part)?)? == version(from)?;
    if same { Ok(found[0]) } else { Err(StoreError::Backup { path: part.to_owned() }) }
}

/// Reads a copy as a whole, and counts what is in it.
pub(super) fn verify(path: &Path) -> Result<[u64; 4], StoreError> {
    let broken = || StoreError::Backup { path: path.to_owned() };
    // Opening would make an empty list of a file that is not there.
    fs::metadata(path).map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let copy = Connection::open_with_flags(path, flags)?;
    let verdict = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    if !verdict.is_ok_and(|verdict| verdict == "ok") {
        return Err(broken());
    }
    let (found, known) = (version(&copy)?, super::MIGRATIONS.len());
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    // A file that stays behind must be one, with no log beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    counts(&copy).map_err(|_| broken())
}

fn counts(db: &Connection) -> Result<[u64; 4], rusqlite::Error> {
    let count = |table: &str| db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    Ok([count("subscribers")?, count("suppressions")?, count("consents")?, count("deliveries")?])
}

/// The copies of a kind, oldest first, with the moment each was made.
fn of_kind(folder: &Path, why: Why) -> Result<Vec<(i64, PathBuf)>, StoreError> {
    let begin = format!("subscribers.{}.", why.word());
    let made = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix(&begin)?.strip_suffix(".sqlite")?;
        name.parse::<i64>().ok()
    };
    let mut found: Vec<(i64, PathBuf)> =
        files(folder)?.into_iter().filter_map(|path| Some((made(&path)?, path))).collect();
    found.sort();
    Ok(found)
}

fn prune(folder: &Path, why: Why) -> Result<(), StoreError> {
    let found = of_kind(folder, why)?;
    for (_, path) in &found[..found.len().saturating_sub(why.kept())] {
        fs::remove_file(path).map_err(|source| StoreError::Folder { path: path.clone(), source })?;
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let fault = |source| StoreError::Folder { path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path()).map_err(fault)).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(fault(source)),
    }
}

/// Every copy of the list in the data folder.
pub(crate) fn copies(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut all = files(folder)?;
    all.extend(files(&folder.join(FOLDER))?);
    all.retain(|path| path.extension().is_some_and(|end| end == "sqlite") && *path != folder.join(FILE));
    all.sort();
    Ok(all)
}

/// Opens a copy for writing, in the present form.
pub(crate) fn open_copy(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(path)?;
    super::take_steps(&mut connection, super::MIGRATIONS)?;
    Ok(connection)
}
