//! Taking in many people at once.
//!
//! Row by row, a million people are written all over a dozen indexes, and most of the time goes into finding places.
//! When a file is big beside the list, its rows are only appended; the indexes are laid aside before and made anew, each
//! in its order, when everybody is in. What the indexes would have been asked meanwhile, whether somebody is on the list
//! or in the file already, a filter answers: it never misses one it was told of, and takes a stranger for one now and
//! then. Rows of those it takes for known are put off until the indexes are there again.

use csv::StringRecord;
use rusqlite::{Connection, OptionalExtension, params};

use super::ImportError;
use crate::store::Aside;

/// Fewer people than this are written row by row in a moment.
const MANY: u64 = 5_000;
/// Bytes of an ordinary row: an address, a name, a city.
const ROW: u64 = 60;
const PACKED_ROW: u64 = 15;

/// 2^27 bits: of ten million people, three in a thousand strangers are taken for known.
const WORDS: usize = 1 << 21;

/// Which people are on the list or in the file already, as far as can be said without asking the list.
pub(super) struct Known(Vec<u64>);

impl Known {
    fn new() -> Known {
        Known(vec![0; WORDS])
    }

    /// Remembers somebody; answers whether they may have been known before.
    pub(super) fn meet(&mut self, hash: &[u8]) -> bool {
        let mut known = true;
        // The hash is as good as random, so that four parts of it are four hashes.
        for part in hash.chunks_exact(4).take(4) {
            let number = part.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
            let (word, bit) = (number / 64 % WORDS, 1 << (number % 64));
            known &= self.0[word] & bit != 0;
            self.0[word] |= bit;
        }
        known
    }
}

/// What was laid aside, to be made again as it was.
pub(super) struct Bulk {
    pub(super) known: Known,
    /// Beginnings of the hashes that are suppressed, in their order. Nobody comes to them while an import is under way.
    gone: Vec<u64>,
    aside: Aside,
    /// The last person who was on the list before.
    last: i64,
}

impl Bulk {
    /// Whether a file of this size is big beside the list.
    pub(super) fn pays(db: &Connection, bytes: u64, packed: bool) -> Result<bool, rusqlite::Error> {
        let rows = bytes / if packed { PACKED_ROW } else { ROW };
        if rows < MANY {
            return Ok(false);
        }
        let people: u64 = db.query_row("SELECT count(*) FROM subscribers", [], |row| row.get(0))?;
        Ok(people < rows / 2)
    }

    /// Lays the indexes aside.
    pub(super) fn begin(db: &Connection) -> Result<Bulk, rusqlite::Error> {
        let mut known = Known::new();
        let mut statement = db.prepare("SELECT hash FROM subscribers")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            known.meet(&row.get::<_, [u8; 32]>(0)?);
        }
        let last = db.query_row("SELECT coalesce(max(id), 0) FROM subscribers", [], |row| row.get(0))?;
        let aside = Aside::lay(db, &["subscribers", "tags", "attributes"], "words_added")?;
        db.execute_batch(
            "CREATE TEMP TABLE later (line INTEGER PRIMARY KEY, lines INTEGER NOT NULL, record TEXT NOT NULL)",
        )?;
        let mut statement = db.prepare("SELECT hash FROM suppressions ORDER BY hash")?;
        let gone = statement.query_map([], |row| row.get::<_, [u8; 32]>(0))?.map(|hash| hash.map(|hash| half(&hash)));
        Ok(Bulk { known, gone: gone.collect::<Result<_, _>>()?, aside, last })
    }

    /// Whether somebody may be suppressed; who may not certainly is not.
    pub(super) fn may_be_gone(&self, hash: &[u8; 32]) -> bool {
        self.gone.binary_search(&half(hash)).is_ok()
    }

    /// Puts a row off until the list can be asked again.
    pub(super) fn put_off(db: &Connection, record: &StringRecord, line: u64, lines: u64) -> Result<(), ImportError> {
        let cells: Vec<&str> = record.iter().collect();
        let sql = "INSERT INTO temp.later (line, lines, record) VALUES (?1, ?2, ?3)";
        db.prepare_cached(sql)?.execute(params![line, lines, serde_json::json!(cells).to_string()])?;
        Ok(())
    }

    /// Makes the indexes anew, one at a time; `between` may stop it. Answers the last person of before.
    pub(super) fn end(
        self,
        db: &Connection,
        between: &mut dyn FnMut() -> Result<(), ImportError>,
    ) -> Result<i64, ImportError> {
        let Bulk { known, aside, last, .. } = self;
        // Its memory is wanted for what follows.
        drop(known);
        let sql = "INSERT INTO words (rowid, name, address) SELECT id, name, address FROM subscribers WHERE id > ?1";
        db.execute(sql, [last])?;
        aside.make(db, between)?;
        Ok(last)
    }
}

/// The beginning of a hash, whose order is that of the hashes.
fn half(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |half| u64::from_be_bytes(*half))
}

/// A row that was put off: line, lines, cells.
pub(super) type Later = (u64, u64, StringRecord);

/// The first row that was put off behind a line.
pub(super) fn next_after(db: &Connection, line: u64) -> Result<Option<Later>, ImportError> {
    let sql = "SELECT line, lines, record FROM temp.later WHERE line > ?1 ORDER BY line LIMIT 1";
    let mut statement = db.prepare_cached(sql)?;
    let found: Option<(u64, u64, String)> =
        statement.query_row([line], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    Ok(found.map(|(line, lines, json)| {
        let cells: Vec<String> = serde_json::from_str(&json).unwrap_or_default();
        (line, lines, StringRecord::from(cells))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_who_was_met_is_taken_for_a_stranger() {
        let mut known = Known::new();
        let hash = |n: u64| *blake3::hash(&n.to_le_bytes()).as_bytes();
        let strangers = (0..100_000).filter(|n| !known.meet(&hash(*n))).count();
        assert!(strangers > 99_900, "{strangers}");
        assert!((0..100_000).all(|n| known.meet(&hash(n))));
    }
}
