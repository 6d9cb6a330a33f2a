//! Taking an import back: the people it brought go, what it changed becomes what it was.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::ImportError;
use crate::people::{self, Person};
use crate::store::{Store, StoreError, stamp, time};

/// What taking an import back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// People who are no longer on the list.
    pub removed: u64,
    /// People of whom the list says again what it said before.
    pub restored: u64,
    /// People who stay, because they unsubscribed or bounced since, or another reason to mail them was recorded.
    pub kept: u64,
}

/// An import that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastImport {
    /// Its number.
    pub id: i64,
    /// When it was taken.
    pub at: Timestamp,
    /// The file it came from.
    pub file_name: String,
    /// Where the list came from, as it was said then.
    pub source: String,
    /// People it brought.
    pub new: u64,
    /// People of whom more is known since.
    pub changed: u64,
}

impl Store {
    /// Takes an import back, once. Who unsubscribed or bounced since then stays on record as such.
    pub fn undo_import(&self, id: i64, now: Timestamp) -> Result<Undone, ImportError> {
        self.write(|db| {
            let sql = "UPDATE imports SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
            if db.execute(sql, params![id, stamp(now)])? == 0 {
                return Err(ImportError::NoSuchImport { id });
            }
            let restored = restore(db, id, now)?;
            db.execute("DELETE FROM consents WHERE import_id = ?1", [id])?;
            let removed = db.execute(
                "DELETE FROM subscribers WHERE import_id = ?1 AND status = 'active'
                 AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.subscriber_id = subscribers.id)",
                [id],
            )?;
            let kept = db.execute("UPDATE subscribers SET import_id = NULL WHERE import_id = ?1", [id])?;
            Ok(Undone { removed: removed as u64, restored, kept: kept as u64 })
        })
    }

    /// The imports that can be taken back, newest first.
    pub fn imports(&self) -> Result<Vec<PastImport>, StoreError> {
        let db = self.db();
        let mut statement = db.prepare(
            "SELECT id, at, file_name, source,
                    coalesce(json_extract(report, '$.new'), 0), coalesce(json_extract(report, '$.changed'), 0)
             FROM imports WHERE undone_at IS NULL ORDER BY id DESC",
        )?;
        let imports = statement.query_map([], |row| {
            Ok(PastImport {
                id: row.get(0)?,
                at: time(row.get(1)?),
                file_name: row.get(2)?,
                source: row.get(3)?,
                new: row.get(4)?,
                changed: row.get(5)?,
            })
        })?;
        Ok(imports.collect::<Result<_, _>>()?)
    }
}

fn restore(db: &Connection, import: i64, now: Timestamp) -> Result<u64, ImportError> {
    let mut statement = db.prepare("SELECT subscriber_id, before FROM import_changes WHERE import_id = ?1")?;
    let changes: Vec<(i64, String)> =
        statement.query_map([import], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut restored = 0;
    for (id, before) in changes {
        // What somebody wrote by hand or by a later import since then is newer than what this import overwrote.
        if later_change(db, import, id)? {
            continue;
        }
        if let Ok(person) = serde_json::from_str::<Person>(&before) {
            let Some(known) = people::by_id(db, id)? else { continue };
            people::Entries::new(db, format!("undo of import {import}"), now).update(&known, &person)?;
            restored += 1;
        }
    }
    Ok(restored)
}

fn later_change(db: &Connection, import: i64, subscriber: i64) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT 1 FROM subscribers s JOIN imports i ON i.id = ?1 WHERE s.id = ?2 AND s.changed_at > i.at";
    db.query_row(sql, params![import, subscriber], |_| Ok(())).optional().map(|found| found.is_some())
}
