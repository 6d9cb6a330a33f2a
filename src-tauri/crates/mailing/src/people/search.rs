//! Searching as one types: every word typed begins a word of the name or the address.
//!
//! Results are not ranked, and the index must not build the list of everybody whose name begins with `a` before it
//! gives the first fifty: the words that begin so are asked one after the other, until there are enough. Of several
//! words typed the finished ones are asked, and whoever has them is looked at. An address, once it has its `@`, is a
//! range of the addresses in their order.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Subscriber, subscriber};
use crate::fold::fold;
use crate::store::{Store, StoreError};

// Words tried one by one before the index is asked for all of them at once; the rare ones have few people each, so
// all at once is quick then.
const MOST_WORDS: usize = 60;
// People looked at one by one before the index is asked for the beginnings of all words at once.
const MOST_CANDIDATES: usize = 1_500;

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

/// Whether the index can be asked for the words of a text. Letters that are newer than its tables part a word in two
/// for it, and it keeps no places by which it could look for both together: nobody is found by such a word.
pub(super) fn is_askable(db: &Connection, text: &str) -> Result<bool, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT 1 FROM words WHERE words MATCH ?1 LIMIT 1")?;
    for word in words(text) {
        match statement.exists([query(&[word])]) {
            // The statement is always the same, so what is wrong is the question.
            Err(rusqlite::Error::SqliteFailure(fault, _)) if fault.extended_code == rusqlite::ffi::SQLITE_ERROR => {
                return Ok(false);
            }
            asked => drop(asked?),
        }
    }
    Ok(true)
}

/// What asks for all of these words as whole ones.
fn query(words: &[String]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" AND ")
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
            Asked::Words(_) if !is_askable(&db, text)? => Vec::new(),
            Asked::Words(all) => match found(&db, &words(text), limit)? {
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

/// The people found without asking the index for the beginnings of every word, which it gathers before it answers;
/// nothing when there is no way around that.
fn found(db: &Connection, words: &[String], limit: usize) -> Result<Option<Vec<i64>>, rusqlite::Error> {
    let Some((last, whole)) = words.split_last() else { return Ok(Some(Vec::new())) };
    if whole.is_empty() {
        return with_terms(db, &[], last, limit);
    }
    // Who types on has mostly finished the words before the last one. Only when that finds nobody may they be
    // beginnings, too.
    let (among, all) = among(db, &query(whole), words, limit)?;
    if among.len() >= limit || all && !among.is_empty() {
        return Ok(Some(among));
    }
    if !all {
        return Ok(with_terms(db, whole, last, limit)?.filter(|found| !found.is_empty()));
    }
    let (among, all) = among_beginnings(db, words, limit)?;
    Ok((all || among.len() >= limit).then_some(among))
}

/// The people who have these whole words and one that begins with `last`, its words taken one after the other; nothing
/// when there are too many of those.
fn with_terms(
    db: &Connection,
    whole: &[String],
    last: &str,
    limit: usize,
) -> Result<Option<Vec<i64>>, rusqlite::Error> {
    let (mut found, mut terms) = (Vec::new(), Terms::beginning(last));
    for _ in 0..MOST_WORDS {
        let Some(term) = terms.next(db)? else { return Ok(Some(found)) };
        let query = query(&[whole, &[term]].concat());
        for id in matching(db, &query, limit)? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        if found.len() >= limit {
            found.truncate(limit);
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Of the people a query finds, those each of whose words begins one of theirs; and whether all were looked at.
fn among(db: &Connection, query: &str, words: &[String], limit: usize) -> Result<(Vec<i64>, bool), rusqlite::Error> {
    let sql = "SELECT rowid, name, address FROM words WHERE words MATCH ?1 LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![query, MOST_CANDIDATES])?;
    let (mut found, mut seen) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        seen += 1;
        let theirs = self::words(&format!("{} {}", row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?));
        if words.iter().all(|word| theirs.iter().any(|one| one.starts_with(word.as_str()))) {
            found.push(row.get(0)?);
            if found.len() == limit {
                return Ok((found, false));
            }
        }
    }
    Ok((found, seen < MOST_CANDIDATES))
}

/// The same by way of the longest word, which the fewest people have, and every word of the list it begins.
fn among_beginnings(db: &Connection, words: &[String], limit: usize) -> Result<(Vec<i64>, bool), rusqlite::Error> {
    let longest = words.iter().max_by_key(|word| word.len()).cloned().unwrap_or_default();
    let (mut found, mut terms) = (Vec::new(), Terms::beginning(&longest));
    for _ in 0..MOST_WORDS {
        let Some(term) = terms.next(db)? else { return Ok((found, true)) };
        let (more, all) = among(db, &query(&[term]), words, limit)?;
        for id in more {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        if !all || found.len() >= limit {
            found.truncate(limit);
            return Ok((found, false));
        }
    }
    Ok((found, false))
}

/// The words of the list that begin so, in their order.
struct Terms {
    from: String,
    to: String,
}

impl Terms {
    fn beginning(with: &str) -> Terms {
        Terms { from: with.to_owned(), to: format!("{with}\u{10ffff}") }
    }

    /// Asked for one at a time: the table has a row for each place a word stands at, and a common one stands everywhere.
    fn next(&mut self, db: &Connection) -> Result<Option<String>, rusqlite::Error> {
        let sql = "SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2 LIMIT 1";
        let term: Option<String> =
            db.prepare_cached(sql)?.query_row([&self.from, &self.to], |row| row.get(0)).optional()?;
        if let Some(term) = &term {
            // No word lies between, since none has a control character.
            self.from = format!("{term}\u{1}");
        }
        Ok(term)
    }
}

fn matching(db: &Connection, query: &str, limit: usize) -> Result<Vec<i64>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 LIMIT ?2")?;
    statement.query_map(params![query, limit], |row| row.get(0))?.collect()
}
