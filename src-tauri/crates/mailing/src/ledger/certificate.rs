//! What can be shown of a send when it is over: its numbers, its equation, its times.
//!
//! Everything is counted from the rows at the moment it is asked for, and the fingerprint covers each of them, so that
//! a certificate and the ledger it came from can be held against each other later.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::summary::MailingState;
use super::{DeliveryState, Occasion};
use crate::store::{Store, StoreError, time};

/// A mailing as it can be certified. `candidates` is the sum of all states, or `adds_up` is false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The edition and whether it was only rehearsed.
    #[serde(flatten)]
    pub occasion: Occasion,
    /// Where it stands.
    #[serde(flatten)]
    pub state: MailingState,
    /// When this was counted.
    pub issued_at: Timestamp,
    /// When the audience was frozen.
    pub frozen_at: Timestamp,
    /// When the first attempt ended.
    pub first_attempt: Option<Timestamp>,
    /// When the last attempt ended.
    pub last_attempt: Option<Timestamp>,
    /// Everybody in the segment when the audience was frozen.
    pub candidates: u64,
    /// Deliveries by state; a state without any is absent.
    pub counts: BTreeMap<DeliveryState, u64>,
    /// Excluded people by reason.
    pub excluded: BTreeMap<String, u64>,
    /// Whether the states add up to the candidates.
    pub adds_up: bool,
    /// Attempts in all.
    pub attempts: u64,
    /// Copies that may have gone out without an answer.
    pub doubts: u64,
    /// People of whom at least one copy is such.
    pub in_doubt: u64,
    /// BLAKE3 of the frozen letter with its pictures and attachments.
    pub letter: String,
    /// BLAKE3 of every delivery's number, Message-ID and state, in order.
    pub fingerprint: String,
}

impl Certificate {
    /// The equation in words: `1,000 candidates = 990 accepted + 10 excluded`.
    pub fn equation(&self) -> String {
        let terms: Vec<String> =
            self.counts.iter().map(|(state, count)| format!("{} {}", grouped(*count), state.word())).collect();
        let sign = if self.adds_up { "=" } else { "≠" };
        format!("{} candidates {sign} {}", grouped(self.candidates), terms.join(" + "))
    }
}

/// `12,345`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Store {
    /// What can be certified of a mailing.
    pub fn certificate(&self, occasion: &Occasion, now: Timestamp) -> Result<Option<Certificate>, StoreError> {
        let Some(summary) = self.mailing(occasion)? else { return Ok(None) };
        let db = self.db();
        let mailing = summary.id;
        let sum: u64 = summary.counts.values().sum();
        let (attempts, first, last) = attempts(&db, mailing)?;
        let sql = "SELECT coalesce(sum(doubts), 0), count(*) FILTER (WHERE doubts > 0) FROM deliveries
                   WHERE mailing_id = ?1";
        let (doubts, in_doubt) = db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Some(Certificate {
            occasion: summary.occasion,
            state: summary.state,
            issued_at: now,
            frozen_at: summary.frozen_at,
            first_attempt: first,
            last_attempt: last,
            candidates: summary.candidates,
            adds_up: sum == summary.candidates,
            counts: summary.counts,
            excluded: summary.excluded,
            attempts,
            doubts,
            in_doubt,
            letter: letter(&db, mailing)?,
            fingerprint: fingerprint(&db, mailing)?,
        }))
    }
}

type Times = (u64, Option<Timestamp>, Option<Timestamp>);

fn attempts(db: &Connection, mailing: i64) -> Result<Times, StoreError> {
    let sql = "SELECT count(*), min(a.at), max(a.at) FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
               WHERE d.mailing_id = ?1";
    Ok(db.query_row(sql, [mailing], |row| {
        let when = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(time));
        Ok((row.get(0)?, when(1)?, when(2)?))
    })?)
}

fn letter(db: &Connection, mailing: i64) -> Result<String, StoreError> {
    let mut hash = blake3::Hasher::new();
    let json: String = db.query_row("SELECT letter FROM mailings WHERE id = ?1", [mailing], |row| row.get(0))?;
    hash.update(json.as_bytes());
    let mut statement = db.prepare("SELECT bytes FROM letter_files WHERE mailing_id = ?1 ORDER BY place")?;
    let mut rows = statement.query([mailing])?;
    while let Some(row) = rows.next()? {
        hash.update(row.get_ref(0)?.as_bytes().unwrap_or_default());
    }
    Ok(hash.finalize().to_hex().to_string())
}

fn fingerprint(db: &Connection, mailing: i64) -> Result<String, StoreError> {
    let mut hash = blake3::Hasher::new();
    let mut statement = db.prepare("SELECT id, message_id, state FROM deliveries WHERE mailing_id = ?1 ORDER BY id")?;
    let mut rows = statement.query(params![mailing])?;
    while let Some(row) = rows.next()? {
        let (id, message_id, state): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        hash.update(format!("{id}\t{message_id}\t{state}\n").as_bytes());
    }
    Ok(hash.finalize().to_hex().to_string())
}
