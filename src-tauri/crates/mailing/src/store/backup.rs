//! Copies of the list: made, verified, kept for a while, and put back.
//!
//! A copy gets its name only when it was read back whole and counts what the list counts. Putting one back never makes
//! the desk forget that somebody left, nor send again what was sent meanwhile: what the present list knows about
//! suppressions and mailings is carried over, and every mailing that was under way waits for a person's word.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{FILE, Store, StoreError, connect, migrate, private_file, private_folder, version};
use crate::lock::SenderLock;

const FOLDER: &str = "backups";
const UNFINISHED: [&str; 4] = [".part", ".part-journal", ".part-wal", ".part-shm"];
// A list that is about to be put back.
const READY: &str = "subscribers.ready.part";
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
    /// Its size.
    pub bytes: u64,
}

/// What putting a copy back came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// People on the list now.
    pub people: u64,
    /// Where the list that was replaced lies; absent when there was none that could be read.
    pub before: Option<PathBuf>,
    /// People who left since the copy was made, and whom the list still knows to have left.
    pub suppressions: u64,
    /// Mailings that wait for a person's word.
    pub paused: u64,
    /// Mailings frozen since the copy was made, carried over.
    pub mailings: u64,
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

    /// Puts a copy back in place of the list in `folder`.
    ///
    /// # Errors
    /// When the copy is not whole, a sender is at work, or the disk refuses; the list is then as it was.
    pub fn restore(folder: &Path, from: &Path, now: Timestamp) -> Result<Restored, StoreError> {
        let fault = |source| StoreError::Folder { path: folder.to_owned(), source };
        verify(from)?;
        private_folder(folder).map_err(fault)?;
        let _alone = SenderLock::take(folder).map_err(fault)?.ok_or(StoreError::Sending)?;
        let before = set_aside(folder, now)?;
        remove_unfinished(folder)?;
        // Made ready beside the list, so that at no moment, not even when this is killed, it stands there without what
        // is carried over: somebody's mail would be sent again.
        let ready = folder.join(READY);
        private_file(&ready)?;
        let mut made = connect(&ready)?;
        made.restore("main", from, None::<fn(rusqlite::backup::Progress)>)?;
        migrate(&mut made, folder, super::MIGRATIONS, now)?;
        let restored = carry_over(&mut made, before.as_deref(), now)?;
        drop(made);
        let path = folder.join(FILE);
        private_file(&path)?;
        let mut connection = connect(&path)?;
        // Into the open database and not over its file: whoever else has it open sees the change, or keeps waiting.
        connection.restore("main", &ready, None::<fn(rusqlite::backup::Progress)>)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        remove_unfinished(folder)?;
        Ok(Restored { before, ..restored })
    }
}

/// What the name of a copy tells; nothing of a file that is none.
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
    Some(KeptBackup { name, path: path.to_owned(), why: why.to_owned(), made, bytes })
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
fn verify(path: &Path) -> Result<[u64; 4], StoreError> {
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

/// A copy of the list that is about to be replaced. One that cannot be read is moved out of the way.
fn set_aside(folder: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    match Store::open(folder, now).and_then(|store| store.back_up(Why::Restore, now)) {
        Ok(backup) => Ok(Some(backup.path)),
        // A full disk is a reason to stop, a broken list is what one restores for.
        Err(StoreError::Database(error)) if error.is_broken() => move_away(folder, &path, now),
        Err(StoreError::Backup { path: part }) if part.starts_with(folder) => move_away(folder, &path, now),
        Err(error) => Err(error),
    }
}

fn move_away(folder: &Path, path: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    for end in ["", "-wal", "-shm"] {
        let from = PathBuf::from(format!("{}{end}", path.display()));
        let to = folder.join(format!("subscribers.broken.{}.sqlite{end}", now.as_millisecond()));
        if from.exists() {
            fs::rename(&from, &to).map_err(|source| StoreError::Folder { path: from.clone(), source })?;
        }
    }
    Ok(None)
}

/// Brings what happened since the copy was made into the restored list.
fn carry_over(db: &mut Connection, before: Option<&Path>, now: Timestamp) -> Result<Restored, StoreError> {
    if let Some(before) = before {
        drop(open_copy(before)?);
        db.execute("ATTACH ?1 AS before", [before.to_string_lossy()])?;
    }
    let transaction = db.transaction()?;
    let (mut suppressions, mut mailings) = (0, 0);
    if before.is_some() {
        suppressions = carry_suppressions(&transaction, now)?;
        mailings = carry_mailings(&transaction)?;
    }
    let reason = serde_json::json!({ "reason": "restored" }).to_string();
    let sql = "UPDATE mailings SET state = 'paused', pause = ?1, changed_at = ?2 WHERE state IN ('running', 'paused')";
    let paused = transaction.execute(sql, params![reason, now.as_millisecond()])? as u64;
    let people = transaction.query_row("SELECT count(*) FROM subscribers", [], |row| row.get(0))?;
    transaction.commit()?;
    if before.is_some() {
        db.execute_batch("DETACH before")?;
    }
    Ok(Restored { people, before: None, suppressions, paused, mailings })
}

fn carry_suppressions(db: &Connection, now: Timestamp) -> Result<u64, rusqlite::Error> {
    // Only when both know people by the same hashes.
    let sql = "SELECT 1 FROM main.meta a JOIN before.meta b ON b.key = a.key AND b.value = a.value
               WHERE a.key = 'suppression-key'";
    if db.query_row(sql, [], |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    let carried = db.execute(
        "INSERT INTO main.suppressions (hash, reason, at, note)
         SELECT hash, reason, at, note FROM before.suppressions WHERE true
         ON CONFLICT (hash) DO UPDATE SET reason = excluded.reason, at = excluded.at, note = excluded.note
         WHERE excluded.at > suppressions.at AND suppressions.reason <> 'erased'",
        [],
    )?;
    db.execute(
        "DELETE FROM main.subscribers WHERE hash IN (SELECT hash FROM main.suppressions WHERE reason = 'erased')",
        [],
    )?;
    db.execute(
        "UPDATE main.subscribers SET changed_at = ?1,
                status = iif((SELECT reason FROM main.suppressions x WHERE x.hash = subscribers.hash) = 'bounced',
                             'bounced', 'unsubscribed')
         WHERE status = 'active' AND hash IN (SELECT hash FROM main.suppressions)",
        [now.as_millisecond()],
    )?;
    Ok(carried as u64)
}

/// A mailing of the present list replaces what the copy knows of it: the later word of a ledger is the true one.
fn carry_mailings(db: &Connection) -> Result<u64, rusqlite::Error> {
    let known: u64 = db.query_row(
        "SELECT count(*) FROM before.mailings b WHERE NOT EXISTS (SELECT 1 FROM main.mailings m
         WHERE m.edition = b.edition AND m.rehearsal = b.rehearsal AND m.frozen_at = b.frozen_at)",
        [],
        |row| row.get(0),
    )?;
    db.execute_batch(
        "DELETE FROM main.mailings WHERE (edition, rehearsal) IN (SELECT edition, rehearsal FROM before.mailings)",
    )?;
    // Their numbers may be taken by mailings of the copy that the present list does not know.
    let sql = "SELECT max(coalesce((SELECT max(id) FROM main.mailings), 0), coalesce((SELECT max(id) FROM before.mailings), 0)),
                      max(coalesce((SELECT max(id) FROM main.deliveries), 0), coalesce((SELECT max(id) FROM before.deliveries), 0))";
    let (mailing, delivery): (i64, i64) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (table, shifts) in [
        ("mailings", vec![("id", mailing)]),
        ("letter_files", vec![("mailing_id", mailing)]),
        ("deliveries", vec![("id", delivery), ("mailing_id", mailing)]),
        ("attempts", vec![("id", i64::MIN), ("delivery_id", delivery)]),
    ] {
        let columns = columns(db, table)?;
        let value = |column: &String| match shifts.iter().find(|(name, _)| name == column) {
            Some((_, i64::MIN)) => "NULL".to_owned(),
            Some((_, shift)) => format!("{column} + {shift}"),
            // A person of the present list may not be on the restored one, or under another number.
            None if column == "subscriber_id" => {
                "(SELECT s.id FROM main.subscribers s WHERE s.hash = b.hash)".to_owned()
            }
            None => column.clone(),
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let names = columns.join(", ");
        db.execute(
            &format!("INSERT INTO main.{table} ({names}) SELECT {} FROM before.{table} b", values.join(", ")),
            [],
        )?;
    }
    Ok(known)
}

fn columns(db: &Connection, table: &str) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1, 'main')")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}
