//! Putting a copy back in place of the list.
//!
//! It never makes the desk forget that somebody left, nor send again what was sent meanwhile: what the present list knows
//! about suppressions and mailings is carried over, and every mailing that was under way waits for a person's word.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::backup::{Backup as Putting, StepResult};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::backup::{open_copy, remove_unfinished, verify};
use super::{FILE, Store, StoreError, Why, connect, migrate, private_file, private_folder};
use crate::lock::SenderLock;

// A list that is about to be put back.
const READY: &str = "subscribers.ready.part";
// So often somebody else may write to the list while a copy is made ready to replace it.
const MOST_TRIES: usize = 5;
// Somebody waits for it, and an import may hold the list for minutes.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// Puts a copy back in place of the list in `folder`. Other programs may have the list open: what they write until
    /// the moment of the change is carried over, and afterwards they see the restored one.
    ///
    /// # Errors
    /// When the copy is not whole, a sender is at work, another program holds the list, or the disk refuses; the list is
    /// then as it was.
    pub fn restore(folder: &Path, from: &Path, now: Timestamp) -> Result<Restored, StoreError> {
        let fault = |source| StoreError::Folder { path: folder.to_owned(), source };
        verify(from)?;
        private_folder(folder).map_err(fault)?;
        let _alone = SenderLock::take(folder).map_err(fault)?.ok_or(StoreError::Sending)?;
        for _ in 0..MOST_TRIES {
            let watch = Watch::on(&folder.join(FILE));
            let before = set_aside(folder, now)?;
            remove_unfinished(folder)?;
            let restored = make_ready(folder, from, before.as_deref(), now)?;
            if put_in(folder, &watch)? {
                remove_unfinished(folder)?;
                return Ok(Restored { before, ..restored });
            }
        }
        Err(StoreError::held())
    }
}

/// Makes the list that is to be put in. It lies beside the present one, so that at no moment, not even when this is
/// killed, it stands there without what is carried over: somebody's mail would be sent again.
fn make_ready(folder: &Path, from: &Path, before: Option<&Path>, now: Timestamp) -> Result<Restored, StoreError> {
    let ready = folder.join(READY);
    private_file(&ready)?;
    let mut made = connect(&ready)?;
    made.restore("main", from, None::<fn(rusqlite::backup::Progress)>)?;
    migrate(&mut made, folder, super::MIGRATIONS, now)?;
    carry_over(&mut made, before, now)
}

/// Puts the list that was made ready in place of the present one, in one transaction; answers whether it did. When
/// somebody else wrote to the list since it was copied, it does not: that would be lost.
fn put_in(folder: &Path, watch: &Watch) -> Result<bool, StoreError> {
    let path = folder.join(FILE);
    private_file(&path)?;
    let ready = Connection::open(folder.join(READY))?;
    let mut list = connect(&path)?;
    list.busy_timeout(PATIENCE)?;
    // Into the open database and not over its file: whoever else has it open sees the change, or keeps waiting.
    let putting = Putting::new(&ready, &mut list)?;
    // The first page takes the lock: from then on nobody else writes, and what is seen now is the last word.
    step(&putting, 1)?;
    if watch.has_changed()? {
        return Ok(false);
    }
    while step(&putting, -1)? == StepResult::More {}
    drop(putting);
    list.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(true)
}

fn step(putting: &Putting<'_, '_>, pages: i32) -> Result<StepResult, StoreError> {
    match putting.step(pages)? {
        StepResult::Busy | StepResult::Locked => Err(StoreError::held()),
        stepped => Ok(stepped),
    }
}

/// Tells whether anybody wrote to the list.
struct Watch(Option<(Connection, i64)>);

impl Watch {
    fn on(list: &Path) -> Watch {
        // A list that is not there, or is broken, is nobody's to write to.
        let watched = list.exists().then(|| Connection::open(list).ok()).flatten();
        Watch(watched.and_then(|db| changes(&db).ok().map(|seen| (db, seen))))
    }

    fn has_changed(&self) -> Result<bool, StoreError> {
        Ok(self
            .0
            .as_ref()
            .map(|(db, seen)| Ok::<_, rusqlite::Error>(changes(db)? != *seen))
            .transpose()?
            .unwrap_or(false))
    }
}

/// A number that is another one after somebody else's commit.
fn changes(db: &Connection) -> Result<i64, rusqlite::Error> {
    db.query_row("PRAGMA data_version", [], |row| row.get(0))
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
