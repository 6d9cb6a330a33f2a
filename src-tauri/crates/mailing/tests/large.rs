//! A list so large that its indexes are laid aside while very many rows go in: it must come out as any other would.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::path::Path;

use mailing::{Audience, Occasion};
use support::*;

/// More than the number from which it pays.
const MANY: usize = 20_500;

/// The indexes and triggers of a list, each as it was made.
fn made(folder: &Path) -> Vec<(String, String)> {
    let db = rusqlite::Connection::open(folder.join("subscribers.sqlite")).unwrap();
    let sql =
        "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY name";
    let mut statement = db.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_large_list_is_imported_and_frozen_with_every_index_and_row_of_a_small_one() {
    let (small, large) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    people(&store(small.path()), 3);
    let usual = made(small.path());
    assert!(usual.iter().any(|(name, _)| name == "deliveries_by_message_id") && usual.len() > 15, "{usual:?}");
    let store = store(large.path());
    people(&store, MANY);
    assert_eq!(made(large.path()), usual, "after the import");
    store.unsubscribe(&address("p7@example.org"), "by mail", now()).unwrap();
    let frozen = freeze(&store);
    assert_eq!(made(large.path()), usual, "after freezing");
    assert_eq!((frozen.candidates, frozen.audience), (MANY as u64, MANY as u64 - 1));
    // Whatever an index answers, the table answers, too.
    let db = rusqlite::Connection::open(large.path().join("subscribers.sqlite")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    for column in ["hash", "message_id"] {
        let distinct = count(&format!("SELECT count(DISTINCT {column}) FROM deliveries"));
        assert_eq!(distinct, MANY as i64, "{column}");
    }
    // One of a kind stays so: the index that says it is there again.
    let again = db.execute("INSERT INTO subscribers SELECT 99999999, key, hash, address, name, first_name, city, country,
                            language, organisation, status, role, 'another', import_id, created_at, changed_at, name_order
                            FROM subscribers WHERE key = 'p1@example.org'", []);
    assert!(again.is_err(), "{again:?}");
    // The next one, for a list that is no longer most of what the ledger holds, goes the other way to the same end.
    let next = store.freeze(&Occasion::edition("2026-q4/next"), &letter(), &Audience::default(), now()).unwrap();
    assert_eq!((next.candidates, next.audience), (MANY as u64, MANY as u64 - 1));
    assert_eq!(made(large.path()), usual);
}
