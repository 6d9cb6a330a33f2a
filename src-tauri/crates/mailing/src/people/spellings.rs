//! Every spelling of a city, a country and so on that the list has or had, by its folded form.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use rusqlite::{Connection, params};

use crate::fold::fold;

// A list has a few thousand spellings; one with more only asks SQLite again.
const MOST_REMEMBERED: usize = 100_000;

/// Spellings written down already, so that a million people of one country cost one row.
pub(super) struct Spellings {
    written: HashSet<u64>,
    hasher: RandomState,
}

impl Spellings {
    pub(super) fn new() -> Spellings {
        Spellings { written: HashSet::new(), hasher: RandomState::new() }
    }

    /// Makes a value known to segments.
    pub(super) fn write(&mut self, db: &Connection, field: &str, value: &str) -> Result<(), rusqlite::Error> {
        if value.is_empty() || !self.written.insert(self.hasher.hash_one((field, value))) {
            return Ok(());
        }
        if self.written.len() > MOST_REMEMBERED {
            self.written.clear();
        }
        db.prepare_cached("INSERT OR IGNORE INTO spellings (field, folded, value) VALUES (?1, ?2, ?3)")?
            .execute(params![field, fold(value), value])
            .map(drop)
    }
}

/// The spellings whose folded form is `folded`; nothing is spelled as nothing.
pub(crate) fn of(db: &Connection, field: &str, folded: &str) -> Result<Vec<String>, rusqlite::Error> {
    if folded.is_empty() {
        return Ok(vec![String::new()]);
    }
    let mut statement = db.prepare_cached("SELECT value FROM spellings WHERE field = ?1 AND folded = ?2")?;
    statement.query_map([field, folded], |row| row.get(0))?.collect()
}

/// The spellings whose folded form contains `folded`.
pub(crate) fn containing(db: &Connection, field: &str, folded: &str) -> Result<Vec<String>, rusqlite::Error> {
    let sql = "SELECT value FROM spellings WHERE field = ?1 AND instr(folded, ?2) > 0";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_map([field, folded], |row| row.get(0))?.collect()
}
