//! Writing people down: the row, its tags, its attributes, what segments and search need, and the history of it all.
//!
//! Every statement that puts anything about a person into the list stands here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::spellings::Spellings;
use super::{Person, Subscriber};
use crate::fold::fold;
use crate::store::{Kept, StoreError, stamp};

/// Writes people within a transaction, in the name of one source.
pub(crate) struct Entries<'a> {
    db: &'a Connection,
    source: String,
    now: Timestamp,
    spellings: Spellings,
    insert: Kept<'a>,
    tag: Kept<'a>,
    attribute: Kept<'a>,
}

const INSERT: &str = "INSERT INTO subscribers (key, hash, address, name, first_name, city, country, language,
                                               organisation, status, role, import_id, created_at, changed_at, name_order)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'active', ?10, ?11, ?12, ?12, ?13)";
const TAG: &str = "INSERT OR IGNORE INTO tags (subscriber_id, tag) VALUES (?1, ?2)";
const ATTRIBUTE: &str =
    "INSERT INTO attributes (subscriber_id, name, value, name_folded, folded) VALUES (?1, ?2, ?3, ?4, ?5)";

impl<'a> Entries<'a> {
    /// `source` is what the history says the changes come from.
    pub(crate) fn new(db: &'a Connection, source: impl Into<String>, now: Timestamp) -> Entries<'a> {
        let (source, spellings) = (source.into(), Spellings::new());
        let [insert, tag, attribute] = [INSERT, TAG, ATTRIBUTE].map(|sql| Kept::new(db, sql));
        Entries { db, source, now, spellings, insert, tag, attribute }
    }

    /// Writes a new active person and answers their number.
    pub(crate) fn insert(
        &mut self,
        person: &Person,
        key: &str,
        hash: &[u8; 32],
        import: Option<i64>,
    ) -> Result<i64, rusqlite::Error> {
        self.insert.execute(params![
            key,
            hash,
            person.address.to_string(),
            person.name,
            person.first_name,
            person.city,
            person.country,
            person.language,
            person.organisation,
            person.address.is_role(),
            import,
            stamp(self.now),
            fold(&person.name),
        ])?;
        let id = self.db.last_insert_rowid();
        self.write_tags(id, &person.tags)?;
        self.write_attributes(id, &person.attributes)?;
        self.spell(person)?;
        Ok(id)
    }

    /// Writes over what is known about a person, and what it was into their history. The address stays their own.
    pub(crate) fn update(&mut self, known: &Subscriber, person: &Person) -> Result<(), StoreError> {
        let before = fields(&known.person);
        let changed = fields(person).into_iter().zip(before).filter(|((_, after), (_, before))| after != before);
        for ((field, after), (_, before)) in changed {
            self.remember(known.id, field, &before, &after)?;
        }
        self.write_row(known.id, person)?;
        if person.tags != known.person.tags {
            self.db.prepare_cached("DELETE FROM tags WHERE subscriber_id = ?1")?.execute([known.id])?;
            self.write_tags(known.id, &person.tags)?;
        }
        if person.attributes != known.person.attributes {
            self.update_attributes(known.id, &known.person.attributes, &person.attributes)?;
        }
        Ok(self.spell(person)?)
    }

    fn write_row(&self, id: i64, person: &Person) -> Result<(), rusqlite::Error> {
        self.db
            .prepare_cached(
                "UPDATE subscribers SET address = ?2, name = ?3, first_name = ?4, city = ?5, country = ?6,
                                        language = ?7, organisation = ?8, changed_at = ?9, name_order = ?10
                 WHERE id = ?1",
            )?
            .execute(params![
                id,
                person.address.to_string(),
                person.name,
                person.first_name,
                person.city,
                person.country,
                person.language,
                person.organisation,
                stamp(self.now),
                fold(&person.name),
            ])
            .map(drop)
    }

    /// Writes one line of a person's history.
    pub(crate) fn remember(&self, id: i64, field: &str, before: &str, after: &str) -> Result<(), rusqlite::Error> {
        let sql =
            "INSERT INTO history (subscriber_id, at, source, field, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.db.prepare_cached(sql)?.execute(params![id, stamp(self.now), self.source, field, before, after]).map(drop)
    }

    fn write_tags(&mut self, id: i64, tags: &[String]) -> Result<(), rusqlite::Error> {
        tags.iter().try_for_each(|tag| self.tag.execute(params![id, tag]).map(drop))
    }

    fn write_attributes(&mut self, id: i64, all: &BTreeMap<String, String>) -> Result<(), rusqlite::Error> {
        all.iter().try_for_each(|(name, value)| {
            self.attribute.execute(params![id, name, value, fold(name), fold(value)]).map(drop)
        })
    }

    fn update_attributes(
        &mut self,
        id: i64,
        known: &BTreeMap<String, String>,
        said: &BTreeMap<String, String>,
    ) -> Result<(), rusqlite::Error> {
        let empty = String::new();
        for (name, before) in known {
            let after = said.get(name).unwrap_or(&empty);
            if before != after {
                self.remember(id, name, before, after)?;
            }
        }
        let new = said.iter().filter(|(name, _)| !known.contains_key(*name));
        new.clone().try_for_each(|(name, after)| self.remember(id, name, "", after))?;
        self.db.prepare_cached("DELETE FROM attributes WHERE subscriber_id = ?1")?.execute([id])?;
        self.write_attributes(id, said)
    }

    fn spell(&mut self, person: &Person) -> Result<(), rusqlite::Error> {
        let Person { first_name, city, country, language, organisation, tags, .. } = person;
        let fields = [
            ("first_name", first_name),
            ("city", city),
            ("country", country),
            ("language", language),
            ("organisation", organisation),
        ];
        let all = fields.into_iter().chain(tags.iter().map(|tag| ("tag", tag)));
        for (field, value) in all {
            self.spellings.write(self.db, field, value)?;
        }
        Ok(())
    }
}

fn fields(person: &Person) -> [(&'static str, String); 8] {
    [
        ("address", person.address.to_string()),
        ("name", person.name.clone()),
        ("first name", person.first_name.clone()),
        ("city", person.city.clone()),
        ("country", person.country.clone()),
        ("language", person.language.clone()),
        ("organisation", person.organisation.clone()),
        ("tags", person.tags.join(", ")),
    ]
}

/// Makes what SQL cannot fold for people who were on the list before it was kept.
pub(crate) fn migrate(db: &Connection) -> Result<(), rusqlite::Error> {
    let mut statement = db.prepare("SELECT id, name FROM subscribers WHERE name_order = '' AND name <> ''")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        db.prepare_cached("UPDATE subscribers SET name_order = ?2 WHERE id = ?1")?.execute(params![id, fold(&name)])?;
    }
    let mut spellings = Spellings::new();
    for field in ["first_name", "city", "country", "language", "organisation"] {
        spell_all(db, &mut spellings, field, &format!("SELECT DISTINCT {field} FROM subscribers"))?;
    }
    spell_all(db, &mut spellings, "tag", "SELECT DISTINCT tag FROM tags")
}

fn spell_all(db: &Connection, spellings: &mut Spellings, field: &str, sql: &str) -> Result<(), rusqlite::Error> {
    let mut statement = db.prepare(sql)?;
    let values: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    values.iter().try_for_each(|value| spellings.write(db, field, value))
}
