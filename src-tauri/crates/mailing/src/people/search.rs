//! Searching as one types: every word typed begins a word of the name or the address.
//!
//! Results are not ranked, and the index must not build the list of everybody whose name begins with `a` before it
//! gives the first fifty: the words that begin so are asked one after the other, until there are enough. An address,
//! once it has its `@`, is a range of the addresses in their order.

use rusqlite::{Connection, params};

use super::{Subscriber, subscriber};
use crate::fold::fold;
use crate::store::{Store, StoreError};

// Words tried one by one before the index is asked for all of them at once; the rare ones have few people each, so
// all at once is quick then.
const MOST_WORDS: usize = 60;

/// What a typed text asks for.
pub(super) enum Asked {
    /// Nothing was typed.
    Everybody,
    /// Nothing that could be in a name or an address.
    Nobody,
    /// A query of the word index.
    Words(String),
    /// Addresses from here to there.
    Address {
        /// The first one.
        from: String,
        /// What no longer belongs to them.
        to: String,
    },
}

/// The words of a text, folded as the index folds them.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What a text asks for.
pub(super) fn asked(text: &str) -> Asked {
    let text = text.trim();
    if let Some((local, domain)) = text.split_once('@').filter(|(local, _)| !local.is_empty() && !local.contains(' ')) {
        let from = format!("{}@{}", local.to_lowercase(), domain.to_lowercase());
        let to = format!("{from}\u{10ffff}");
        return Asked::Address { from, to };
    }
    let words = words(text);
    match words.split_last() {
        None if text.is_empty() => Asked::Everybody,
        None => Asked::Nobody,
        Some(_) => Asked::Words(words.iter().map(|word| format!("\"{word}\" *")).collect::<Vec<_>>().join(" AND ")),
    }
}

fn query(whole: &[String], last: &str) -> String {
    whole.iter().map(|word| format!("\"{word}\" AND ")).collect::<String>() + last
}

impl Store {
    /// The first people whom a typed text finds, at most `limit`, in no particular order. Made for every keystroke.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Subscriber>, StoreError> {
        let db = self.db();
        let ids = match asked(text) {
            Asked::Everybody | Asked::Nobody => Vec::new(),
            Asked::Address { from, to } => {
                let sql = "SELECT id FROM subscribers WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
                let mut statement = db.prepare_cached(sql)?;
                statement.query_map(params![from, to, limit], |row| row.get(0))?.collect::<Result<_, _>>()?
            }
            Asked::Words(all) => match with_words(&db, &words(text), limit)? {
                Some(found) => found,
                None => matching(&db, &all, limit)?,
            },
        };
        let mut statement = db.prepare_cached("SELECT * FROM subscribers WHERE id = ?1")?;
        let found: Result<Vec<Subscriber>, _> =
            ids.iter().map(|id: &i64| statement.query_row([id], |row| subscriber(&db, row))).collect();
        Ok(found?)
    }
}

/// The people found word by word, the words before the last one taken as whole ones: who types on has mostly finished
/// them. Nothing when that does not find enough, or there are too many words to try.
fn with_words(db: &Connection, words: &[String], limit: usize) -> Result<Option<Vec<i64>>, rusqlite::Error> {
    let Some((last, whole)) = words.split_last() else { return Ok(Some(Vec::new())) };
    let mut statement = db.prepare_cached("SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2")?;
    let mut terms = statement.query([last.clone(), format!("{last}\u{10ffff}")])?;
    let (mut found, mut tried) = (Vec::new(), 0);
    while let Some(term) = terms.next()? {
        let term: String = term.get(0)?;
        for id in matching(db, &query(whole, &format!("\"{term}\"")), limit)? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        tried += 1;
        if found.len() >= limit {
            found.truncate(limit);
            return Ok(Some(found));
        }
        if tried == MOST_WORDS {
            return Ok(None);
        }
    }
    Ok(whole.is_empty().then_some(found))
}

fn matching(db: &Connection, query: &str, limit: usize) -> Result<Vec<i64>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 LIMIT ?2")?;
    statement.query_map(params![query, limit], |row| row.get(0))?.collect()
}
