//! The record of why a person may be mailed: when, how, on what wording, from where, and what shows it.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::{stamp, time};

/// Why a person may be mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When they agreed, if the source says.
    pub given: Option<Timestamp>,
    /// The way it came here: `import`, `desk`.
    pub how: String,
    /// What they agreed to, or the other basis on which they are mailed.
    pub wording: String,
    /// Who gathered it and where.
    pub source: String,
    /// What shows it: a file and its line, a note.
    pub evidence: String,
}

/// Writes a consent of this person.
pub(crate) fn record(
    db: &Connection,
    subscriber: i64,
    consent: &Consent,
    import: Option<i64>,
    now: Timestamp,
) -> Result<(), rusqlite::Error> {
    db.prepare_cached(
        "INSERT INTO consents (subscriber_id, recorded_at, given_at, how, wording, source, evidence, import_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        subscriber,
        stamp(now),
        consent.given.map(stamp),
        consent.how,
        consent.wording,
        consent.source,
        consent.evidence,
        import,
    ])
    .map(drop)
}

/// Writes a consent whose evidence is a line of an import's file: subscriber, when it was recorded and given, import,
/// line. What it says beside stands with the import.
pub(crate) const BY_IMPORT: &str =
    "INSERT INTO consents (subscriber_id, recorded_at, given_at, how, wording, source, evidence, import_id, line)
     VALUES (?1, ?2, ?3, 'import', '', '', '', ?4, ?5)";

/// A person's consents, oldest first.
pub(crate) fn of(db: &Connection, subscriber: i64) -> Result<Vec<Consent>, rusqlite::Error> {
    let sql = "SELECT c.given_at, c.how, coalesce(i.basis, c.wording), coalesce(i.source, c.source),
                      coalesce(i.file_name || ' line ' || c.line, c.evidence)
               FROM consents c LEFT JOIN imports i ON i.id = c.import_id AND c.line IS NOT NULL
               WHERE c.subscriber_id = ?1 ORDER BY c.id";
    let mut statement = db.prepare_cached(sql)?;
    let consents = statement.query_map([subscriber], |row| {
        Ok(Consent {
            given: row.get::<_, Option<i64>>(0)?.map(time),
            how: row.get(1)?,
            wording: row.get(2)?,
            source: row.get(3)?,
            evidence: row.get(4)?,
        })
    })?;
    consents.collect()
}
