//! Segments kept by name, and how many people are in one right now.

use jiff::Timestamp;
use rusqlite::{params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::Segment;
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
        let mut values = Vec::new();
        let sql = format!("SELECT count(*) FROM subscribers s WHERE {}", segment.condition(&db, &mut values)?);
        let people = db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
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
