//! Freezing: the audience, the letter and every identifier fixed in one transaction, or nothing at all.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::schedule::{self, Schedule};
use super::summary::{self, MailingSummary};
use crate::letter::Letter;
use crate::segment::Segment;
use crate::store::{Aside, Store, StoreError, stamp};

/// What a mailing is for: an edition, or its rehearsal into the catcher. Each edition has one of either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Occasion {
    /// The edition, `2026-q4/launch`.
    pub edition: String,
    /// Whether it is only rehearsed. A rehearsal suppresses nobody, and a finished one gives way to the next.
    pub rehearsal: bool,
}

impl Occasion {
    /// The edition itself.
    pub fn edition(edition: impl Into<String>) -> Occasion {
        Occasion { edition: edition.into(), rehearsal: false }
    }

    /// The edition's rehearsal.
    pub fn rehearsal(edition: impl Into<String>) -> Occasion {
        Occasion { edition: edition.into(), rehearsal: true }
    }
}

/// Who a mailing goes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// The part of the list.
    pub segment: Segment,
    /// Whether mailboxes of functions (`info@`, `office@`) get it too.
    pub include_roles: bool,
}

/// What else was agreed on when the audience was frozen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms {
    /// How many people the desk was shown; with another number nothing is written.
    pub confirmed: Option<u64>,
    /// When to start, if not at once.
    pub schedule: Option<Schedule>,
}

/// Why no audience was frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// The edition has a mailing already.
    #[error("the audience of `{edition}` was frozen before")]
    AlreadyFrozen {
        /// The edition.
        edition: String,
    },
    /// Nobody would get it.
    #[error("nobody in this audience may be mailed: {excluded} of {candidates} are excluded")]
    Nobody {
        /// People in the segment.
        candidates: u64,
        /// Those of them who are excluded.
        excluded: u64,
    },
    /// Somebody came or went after the number was confirmed; nothing was written.
    #[error("{confirmed} people were confirmed, but now there are {found}")]
    Changed {
        /// People confirmed.
        confirmed: u64,
        /// People who would get it.
        found: u64,
    },
    /// The rows do not add up; nothing was written.
    #[error("the audience does not add up: {candidates} people, {queued} queued and {excluded} excluded")]
    Unbalanced {
        /// People in the segment.
        candidates: u64,
        /// Deliveries queued.
        queued: u64,
        /// Deliveries excluded.
        excluded: u64,
    },
    /// The ledger could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

// Hashes and Message-IDs come in no order, so their indexes are written all over: 36 MB hold most of them, and are
// given back. SQLite's own measure is the other.
const CACHE: &str = "-36000";
const USUAL_CACHE: &str = "-2000";

impl FreezeError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            FreezeError::AlreadyFrozen { .. } => "freeze-already-frozen",
            FreezeError::Nobody { .. } => "freeze-nobody",
            FreezeError::Changed { .. } => "freeze-changed",
            FreezeError::Unbalanced { .. } => "freeze-unbalanced",
            FreezeError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            FreezeError::AlreadyFrozen { .. } => {
                "go on with the mailing that exists; a new one needs a new edition file"
            }
            FreezeError::Nobody { .. } => {
                "choose another part of the list; whoever left, bounced or never agreed is left out"
            }
            FreezeError::Changed { .. } => "nothing was sent; confirm the new number",
            FreezeError::Unbalanced { .. } => "nothing was sent; restore the latest backup of the list",
            FreezeError::Store(error) => error.hint(),
        }
    }
}

impl From<rusqlite::Error> for FreezeError {
    fn from(error: rusqlite::Error) -> FreezeError {
        FreezeError::Store(error.into())
    }
}

/// Why a row `s` of `subscribers` is excluded, or null; the first reason that holds.
fn exclusion(audience: &Audience) -> String {
    let roles = if audience.include_roles { "" } else { "WHEN s.role = 1 THEN 'role'" };
    format!(
        "CASE WHEN x.reason IS NOT NULL THEN x.reason
              WHEN s.status <> 'active' THEN s.status
              WHEN s.address NOT LIKE '_%@_%._%' THEN 'invalid'
              WHEN EXISTS (SELECT 1 FROM confirmations k WHERE k.subscriber_id = s.id AND k.confirmed_at IS NULL)
                   THEN 'unconfirmed'
              WHEN NOT EXISTS (SELECT 1 FROM consents c WHERE c.subscriber_id = s.id) THEN 'no_consent'
              {roles} END"
    )
}

impl Store {
    /// Freezes the audience and the letter. Either everything is written and adds up, or nothing is.
    pub fn freeze(
        &self,
        occasion: &Occasion,
        letter: &Letter,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<MailingSummary, FreezeError> {
        self.write(|db| write_mailing(db, occasion, letter, audience, now))
    }

    /// The same, unless the audience is no longer the `confirmed` people whom the desk was shown.
    pub fn freeze_confirmed(
        &self,
        occasion: &Occasion,
        letter: &Letter,
        audience: &Audience,
        confirmed: u64,
        now: Timestamp,
    ) -> Result<MailingSummary, FreezeError> {
        self.freeze_on(occasion, letter, audience, &Terms { confirmed: Some(confirmed), schedule: None }, now)
    }

    /// The same on terms: a number that was confirmed, a time to start.
    pub fn freeze_on(
        &self,
        occasion: &Occasion,
        letter: &Letter,
        audience: &Audience,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<MailingSummary, FreezeError> {
        self.write(|db| {
            let mailing = write_mailing(db, occasion, letter, audience, now)?;
            let found = mailing.audience;
            if let Some(confirmed) = terms.confirmed.filter(|confirmed| *confirmed != found) {
                return Err(FreezeError::Changed { confirmed, found });
            }
            // In the same transaction: frozen without it, the mailing would start at once.
            if let Some(schedule) = terms.schedule {
                schedule::set(db, mailing.id, schedule)?;
            }
            Ok(MailingSummary { schedule: terms.schedule, ..mailing })
        })
    }

    /// How many people would get a mailing and how many not, by reason, without freezing anything.
    pub fn preview_audience(&self, audience: &Audience) -> Result<(u64, Vec<(String, u64)>), StoreError> {
        let db = self.db();
        let mut values = Vec::new();
        let sql = format!(
            "SELECT {} AS reason, count(*) FROM subscribers s LEFT JOIN suppressions x ON x.hash = s.hash
             WHERE {} GROUP BY 1 ORDER BY 1",
            exclusion(audience),
            audience.segment.condition(&db, &mut values)?
        );
        let mut statement = db.prepare(&sql)?;
        let rows = statement
            .query_map(params_from_iter(values), |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, u64>(1)?)))?;
        let (mut queued, mut excluded) = (0, Vec::new());
        for row in rows {
            match row? {
                (None, count) => queued = count,
                (Some(reason), count) => excluded.push((reason, count)),
            }
        }
        Ok((queued, excluded))
    }
}

fn write_mailing(
    db: &Transaction<'_>,
    occasion: &Occasion,
    letter: &Letter,
    audience: &Audience,
    now: Timestamp,
) -> Result<MailingSummary, FreezeError> {
    make_room(db, occasion)?;
    let mailing = insert_mailing(db, occasion, letter, &audience.segment, now)?;
    db.pragma_update(None, "cache_size", CACHE)?;
    let aside = if is_big(db)? { Some(Aside::lay(db, &["deliveries"], "")?) } else { None };
    insert_deliveries(db, mailing, letter, audience, now)?;
    if let Some(aside) = aside {
        aside.make::<rusqlite::Error>(db, || Ok(()))?;
    }
    db.pragma_update(None, "cache_size", USUAL_CACHE)?;
    check_balance(db, mailing, audience)?;
    Ok(summary::of(db, mailing)?)
}

/// Whether this mailing may be most of what the ledger will hold.
fn is_big(db: &Transaction<'_>) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT (SELECT count(*) FROM subscribers) > max(20000, (SELECT count(*) FROM deliveries))";
    db.query_row(sql, [], |row| row.get(0))
}

// A rehearsal that is over gives way to the next; an edition is mailed once.
fn make_room(db: &Transaction<'_>, occasion: &Occasion) -> Result<(), FreezeError> {
    db.execute(
        "DELETE FROM mailings WHERE edition = ?1 AND rehearsal = 1 AND ?2 AND state IN ('finished', 'cancelled')",
        params![occasion.edition, occasion.rehearsal],
    )?;
    let sql = "SELECT 1 FROM mailings WHERE edition = ?1 AND rehearsal = ?2";
    let taken = db.query_row(sql, params![occasion.edition, occasion.rehearsal], |_| Ok(())).optional()?;
    match taken {
        None => Ok(()),
        Some(()) => Err(FreezeError::AlreadyFrozen { edition: occasion.edition.clone() }),
    }
}

fn insert_mailing(
    db: &Transaction<'_>,
    occasion: &Occasion,
    letter: &Letter,
    segment: &Segment,
    now: Timestamp,
) -> Result<i64, FreezeError> {
    let json = serde_json::to_string(letter).map_err(|source| StoreError::Letter { mailing: 0, source })?;
    db.execute(
        "INSERT INTO mailings (edition, rehearsal, state, frozen_at, changed_at, candidates, boundary, letter, segment)
         VALUES (?1, ?2, 'running', ?3, ?3, 0, 'mh_' || lower(hex(randomblob(12))), ?4, ?5)",
        params![occasion.edition, occasion.rehearsal, stamp(now), json, segment.to_string()],
    )?;
    let mailing = db.last_insert_rowid();
    let pictures = letter.pictures.iter().map(|picture| &picture.bytes);
    let files = pictures.chain(letter.attachments.iter().map(|file| &file.bytes));
    for (place, bytes) in files.enumerate() {
        db.execute(
            "INSERT INTO letter_files (mailing_id, place, bytes) VALUES (?1, ?2, ?3)",
            params![mailing, place, bytes],
        )?;
    }
    Ok(mailing)
}

fn insert_deliveries(
    db: &Transaction<'_>,
    mailing: i64,
    letter: &Letter,
    audience: &Audience,
    now: Timestamp,
) -> Result<(), FreezeError> {
    // The Message-ID is random, so that nothing about the person or the size of the list can be read from it.
    let mut values: Vec<Value> = vec![mailing.into(), letter.from.domain().to_owned().into(), stamp(now).into()];
    let condition = audience.segment.condition(db, &mut values)?;
    let sql = format!(
        "INSERT INTO deliveries (mailing_id, subscriber_id, hash, address, name, first_name, city, country, language,
                                 organisation, token, message_id, state, reason, due_at, changed_at)
         SELECT ?1, id, hash, address, name, first_name, city, country, language, organisation, token,
                lower(hex(randomblob(16))) || '@' || ?2, iif(reason IS NULL, 'queued', 'excluded'), reason,
                iif(reason IS NULL, 0, NULL), ?3
         FROM (SELECT s.*, {} AS reason FROM subscribers s LEFT JOIN suppressions x ON x.hash = s.hash
               WHERE {condition} ORDER BY s.id)",
        exclusion(audience)
    );
    db.execute(&sql, params_from_iter(values))?;
    Ok(())
}

// Counted from the list again and not from what was just written: the equation is worth nothing otherwise.
fn check_balance(db: &Transaction<'_>, mailing: i64, audience: &Audience) -> Result<(), FreezeError> {
    let mut values = Vec::new();
    let condition = audience.segment.condition(db, &mut values)?;
    let sql = format!("SELECT count(*) FROM subscribers s WHERE {condition}");
    let candidates: u64 = db.query_row(&sql, params_from_iter(values), |row| row.get(0))?;
    let sql = "SELECT count(*) FILTER (WHERE state = 'queued' AND reason IS NULL),
                      count(*) FILTER (WHERE state = 'excluded' AND reason IS NOT NULL) FROM deliveries WHERE mailing_id = ?1";
    let (queued, excluded): (u64, u64) = db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if candidates != queued + excluded {
        return Err(FreezeError::Unbalanced { candidates, queued, excluded });
    }
    if queued == 0 {
        return Err(FreezeError::Nobody { candidates, excluded });
    }
    db.execute("UPDATE mailings SET candidates = ?2 WHERE id = ?1", params![mailing, candidates])?;
    Ok(())
}
