//! Segments kept by name, and how many people are in one right now.

use jiff::Timestamp;
use rusqlite::{Connection, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::Segment;
use super::condition::Ids;
use crate::fold::fold;
use crate::people::clean;
use crate::store::{Store, StoreError, stamp, time};

/// A segment with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSegment {
    /// Its name.
    pub name: String,
    /// The expression, as it was saved.
    pub expression: String,
    /// When it was saved last.
    pub saved: Timestamp,
}

/// How many people are in a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentCount {
    /// Everybody in it, whatever their status.
    pub people: u64,
    /// Attributes it asks about that nobody on the list has: a typing error, most likely.
    pub unknown: Vec<String>,
}

impl Store {
    /// Keeps a segment under a name; one of that name before is replaced.
    pub fn save_segment(&self, name: &str, segment: &Segment, now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO segments (name, expression, saved_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (name) DO UPDATE SET expression = excluded.expression, saved_at = excluded.saved_at";
        self.db().execute(sql, params![clean(name), segment.to_string(), stamp(now)])?;
        Ok(())
    }

    /// Forgets a saved segment; answers whether there was one of that name.
    pub fn remove_segment(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.db().execute("DELETE FROM segments WHERE name = ?1", [clean(name)])? > 0)
    }

    /// The saved segments, by name.
    pub fn segments(&self) -> Result<Vec<SavedSegment>, StoreError> {
        let db = self.db();
        let mut statement = db.prepare("SELECT name, expression, saved_at FROM segments ORDER BY name")?;
        let saved = statement.query_map([], |row| {
            Ok(SavedSegment { name: row.get(0)?, expression: row.get(1)?, saved: time(row.get(2)?) })
        })?;
        Ok(saved.collect::<Result<_, _>>()?)
    }

    /// How many people are in a segment.
    pub fn count_segment(&self, segment: &Segment) -> Result<SegmentCount, StoreError> {
        let db = self.db();
        let people = match segment.parted(&db)? {
            Some((rest, tags)) => count_tagged(&db, rest, tags)?,
            None => {
                let mut values = Vec::new();
                let sql = format!("SELECT count(*) FROM subscribers s WHERE {}", segment.condition(&db, &mut values)?);
                db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?
            }
        };
        let mut unknown = Vec::new();
        for name in segment.attributes() {
            let sql = "SELECT 1 FROM attributes WHERE name_folded = ?1 LIMIT 1";
            if !db.prepare_cached(sql)?.exists([fold(name)])? {
                unknown.push(name.to_owned());
            }
        }
        Ok(SegmentCount { people, unknown })
    }
}

/// How many of some people have a tag of each kind. A bit for each person of a kind is set and asked by hand: a common
/// tag and a common country are hundreds of thousands of people each, and SQLite would sort the ones into a tree and
/// look each of the others up in it.
fn count_tagged(db: &Connection, rest: Ids, tags: Vec<Ids>) -> Result<u64, rusqlite::Error> {
    let last: i64 = db.query_row("SELECT coalesce(max(id), 0) FROM subscribers", [], |row| row.get(0))?;
    let words = usize::try_from(last / 64 + 1).unwrap_or(0);
    let mut marks = Vec::new();
    for kind in tags {
        let mut marked = vec![0_u64; words];
        each(db, kind, |word, bit| {
            if let Some(word) = marked.get_mut(word) {
                *word |= bit;
            }
        })?;
        marks.push(marked);
    }
    let mut people = 0;
    each(db, rest, |word, bit| {
        people += u64::from(marks.iter().all(|marked| marked.get(word).is_some_and(|word| word & bit != 0)));
    })?;
    Ok(people)
}

/// Calls `with` with the word and the bit of each person.
fn each(db: &Connection, ids: Ids, mut with: impl FnMut(usize, u64)) -> Result<(), rusqlite::Error> {
    let mut statement = db.prepare_cached(&ids.sql)?;
    let mut rows = statement.query(params_from_iter(ids.values))?;
    while let Some(row) = rows.next()? {
        let id: u64 = row.get(0)?;
        with((id / 64) as usize, 1 << (id % 64));
    }
    Ok(())
}
