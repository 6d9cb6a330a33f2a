//! One person's full record: everything the list, the suppressions and the ledger hold about an address.
//!
//! What GDPR article 15 lets a person ask for, in one answer.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{Subscriber, find};
use crate::address::Address;
use crate::confirmation::{self, Confirmation};
use crate::consent::{self, Consent};
use crate::store::{Store, StoreError, time};
use crate::suppression::{self, Suppression, SuppressionEntry};

/// Everything known about one address.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// The person; absent when only a suppression is kept.
    pub subscriber: Option<Subscriber>,
    /// Why they may be mailed, oldest first.
    pub consents: Vec<Consent>,
    /// Where they stand when they are asked to confirm by mail.
    pub confirmation: Option<Confirmation>,
    /// Why they must not be mailed.
    pub suppression: Option<Suppression>,
    /// Every suppression there was, and every one taken back, oldest first.
    pub suppressions: Vec<SuppressionEntry>,
    /// What the desk noted, oldest first.
    pub notes: Vec<Note>,
    /// What changed about them, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Their copies of editions, oldest first.
    pub deliveries: Vec<PersonDelivery>,
}

/// A note about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub text: String,
}

/// A line of a person's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// From where: `desk`, `import 3`, `list`.
    pub source: String,
    /// What changed: `city`, `tags`, `status`, the name of an attribute.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// A person's copy of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDelivery {
    /// The edition.
    pub edition: String,
    /// Whether it was only a rehearsal.
    pub rehearsal: bool,
    /// Where it stands.
    pub state: String,
    /// When that last changed.
    pub changed: Timestamp,
}

impl Store {
    /// Everything known about one address.
    pub fn show(&self, address: &Address) -> Result<Record, StoreError> {
        let hash = self.hash(&address.key());
        let db = self.db();
        let subscriber = find(&db, &address.key())?;
        let id = subscriber.as_ref().map_or(0, |found| found.id);
        Ok(Record {
            consents: consent::of(&db, id)?,
            confirmation: confirmation::of(&db, id)?,
            suppression: suppression::find(&db, &hash)?,
            suppressions: suppression::entries(&db, &hash)?,
            notes: notes(&db, id)?,
            history: history(&db, id)?,
            deliveries: deliveries(&db, &hash)?,
            subscriber,
        })
    }
}

fn notes(db: &Connection, id: i64) -> Result<Vec<Note>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT at, text FROM notes WHERE subscriber_id = ?1 ORDER BY id")?;
    statement.query_map([id], |row| Ok(Note { at: time(row.get(0)?), text: row.get(1)? }))?.collect()
}

fn history(db: &Connection, id: i64) -> Result<Vec<HistoryEntry>, rusqlite::Error> {
    let sql = "SELECT at, source, field, before, after FROM history WHERE subscriber_id = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let entries = statement.query_map([id], |row| {
        Ok(HistoryEntry {
            at: time(row.get(0)?),
            source: row.get(1)?,
            field: row.get(2)?,
            before: row.get(3)?,
            after: row.get(4)?,
        })
    })?;
    entries.collect()
}

fn deliveries(db: &Connection, hash: &[u8; 32]) -> Result<Vec<PersonDelivery>, rusqlite::Error> {
    let sql =
        "SELECT m.edition, m.rehearsal, d.state, d.changed_at FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
               WHERE d.hash = ?1 ORDER BY d.id";
    let mut statement = db.prepare_cached(sql)?;
    let copies = statement.query_map([hash], |row| {
        Ok(PersonDelivery {
            edition: row.get(0)?,
            rehearsal: row.get(1)?,
            state: row.get(2)?,
            changed: time(row.get(3)?),
        })
    })?;
    copies.collect()
}

impl Record {
    /// The record as a table: `part`, `at`, `what`, `before`, `value`; safe to open in a spreadsheet.
    pub fn to_csv(&self, out: impl std::io::Write) -> Result<(), csv::Error> {
        let mut to = csv::Writer::from_writer(out);
        crate::table::write_row(&mut to, ["part", "at", "what", "before", "value"])?;
        for row in self.rows() {
            crate::table::write_row(&mut to, row.each_ref().map(String::as_str))?;
        }
        to.flush()?;
        Ok(())
    }

    fn rows(&self) -> Vec<[String; 5]> {
        let row = |part: &str, at: Option<Timestamp>, what: &str, before: &str, value: &str| {
            let at = at.map_or_else(String::new, |at| at.to_string());
            [part, &at, what, before, value].map(str::to_owned)
        };
        let mut rows = Vec::new();
        if let Some(known) = &self.subscriber {
            rows.extend(facts(known).into_iter().map(|(what, value)| row("person", None, &what, "", &value)));
        }
        for consent in &self.consents {
            rows.push(row("consent", consent.given, &consent.how, "", &consent.wording));
            rows.push(row("consent", consent.given, "source", "", &consent.source));
            rows.push(row("consent", consent.given, "evidence", "", &consent.evidence));
        }
        if let Some(asked) = &self.confirmation {
            rows.push(row("confirmation", Some(asked.since), "waited for", "", ""));
            let times = if asked.asks == 1 { "once".to_owned() } else { format!("{} times", asked.asks) };
            rows.extend(asked.asked.map(|at| row("confirmation", Some(at), "asked", "", &times)));
            rows.extend(asked.confirmed.map(|at| row("confirmation", Some(at), "confirmed", "", "")));
            rows.extend(asked.refused.as_ref().map(|text| row("confirmation", asked.asked, "refused", "", text)));
        }
        rows.extend(
            self.suppressions.iter().map(|one| {
                row("suppression", Some(one.at), one.reason.as_deref().unwrap_or("taken back"), "", &one.note)
            }),
        );
        rows.extend(self.notes.iter().map(|note| row("note", Some(note.at), "", "", &note.text)));
        let entry = |one: &HistoryEntry| {
            row(&format!("history: {}", one.source), Some(one.at), &one.field, &one.before, &one.after)
        };
        rows.extend(self.history.iter().map(entry));
        let copy = |one: &PersonDelivery| row("edition", Some(one.changed), &one.edition, "", &one.state);
        rows.extend(self.deliveries.iter().map(copy));
        rows
    }
}

fn facts(known: &Subscriber) -> Vec<(String, String)> {
    let person = &known.person;
    let fixed = [
        ("email", person.address.to_string()),
        ("name", person.name.clone()),
        ("first name", person.first_name.clone()),
        ("city", person.city.clone()),
        ("country", person.country.clone()),
        ("language", person.language.clone()),
        ("organisation", person.organisation.clone()),
        ("tags", person.tags.join(", ")),
        ("status", known.status.word().to_owned()),
        ("since", known.since.to_string()),
        ("changed", known.changed.to_string()),
    ];
    let free = person.attributes.iter().map(|(name, value)| (name.clone(), value.clone()));
    fixed.into_iter().map(|(what, value)| (what.to_owned(), value)).chain(free).collect()
}
