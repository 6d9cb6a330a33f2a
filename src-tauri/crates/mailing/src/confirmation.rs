//! Double opt-in: people who are asked by mail whether they want the newsletter.
//!
//! Until they say so they are on the list without consent and get no edition. Their answer, through the unsubscribe box
//! or told to the desk, becomes a consent with its wording and what shows it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::consent::{self, Consent};
use crate::store::stamp;

/// Records that a person said yes at `at`; answers whether they were waited for.
pub(crate) fn settle(
    db: &Connection,
    subscriber: i64,
    at: Timestamp,
    evidence: &str,
    now: Timestamp,
) -> Result<bool, rusqlite::Error> {
    let sql = "UPDATE confirmations SET confirmed_at = ?2 WHERE subscriber_id = ?1 AND confirmed_at IS NULL
               RETURNING wording, source";
    let asked = db
        .query_row(sql, params![subscriber, stamp(at)], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let Some((wording, source)) = asked else { return Ok(false) };
    let consent =
        Consent { given: Some(at), how: "double opt-in".to_owned(), wording, source, evidence: evidence.to_owned() };
    consent::record(db, subscriber, &consent, None, now)?;
    Ok(true)
}
