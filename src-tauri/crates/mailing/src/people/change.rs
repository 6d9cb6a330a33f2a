//! Changing single things about a person already on the list.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Entries, find, id_of};
use crate::address::Address;
use crate::store::{Store, StoreError, stamp};
use crate::suppression;

/// What is to change; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// The new address of the same person.
    pub address: Option<Address>,
    /// The full name.
    pub name: Option<String>,
    /// The name a letter greets them by.
    pub first_name: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// Where they work.
    pub organisation: Option<String>,
    /// Tags to add.
    pub tag: Vec<String>,
    /// Tags to take away.
    pub untag: Vec<String>,
    /// Free attributes; an empty value takes one away.
    pub attributes: BTreeMap<String, String>,
}

/// What a change came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It is written.
    Done,
    /// Nobody of that address is on the list.
    Unknown,
    /// The new address belongs to somebody else on the list; nothing was changed.
    Taken,
    /// The new address must not be mailed; nothing was changed.
    Suppressed,
}

impl Store {
    /// Changes what is known about the person with this address.
    pub fn change(&self, address: &Address, change: &Change, now: Timestamp) -> Result<Changed, StoreError> {
        self.write(|db| {
            let Some(known) = find(db, &address.key())? else { return Ok(Changed::Unknown) };
            let mut person = known.person.clone();
            if let Some(new) = change.address.as_ref().filter(|new| **new != person.address) {
                let (key, hash) = (new.key(), self.hash(&new.key()));
                if key != address.key() && id_of(db, &key)?.is_some() {
                    return Ok(Changed::Taken);
                }
                // A new address must not be a way around a suppression, of the new one or of the old.
                let suppressed = suppression::reason(db, &hash)?.is_some();
                if suppressed || suppression::reason(db, &self.hash(&address.key()))?.is_some() {
                    return Ok(Changed::Suppressed);
                }
                let sql = "UPDATE subscribers SET key = ?2, hash = ?3, role = ?4 WHERE id = ?1";
                db.execute(sql, params![known.id, key, hash, new.is_role()])?;
                person.address = new.clone();
            }
            change.apply(&mut person);
            Entries::new(db, "desk", now).update(&known, &person.cleaned())?;
            Ok(Changed::Done)
        })
    }

    /// Writes a note about a person; answers whether they are on the list.
    pub fn note(&self, address: &Address, text: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|db| {
            let Some(id) = id_of(db, &address.key())? else { return Ok(false) };
            let sql = "INSERT INTO notes (subscriber_id, at, text) VALUES (?1, ?2, ?3)";
            db.execute(sql, params![id, stamp(now), text.trim()])?;
            Ok(true)
        })
    }
}

impl Change {
    fn apply(&self, person: &mut super::Person) {
        let texts = [
            (&self.name, &mut person.name),
            (&self.first_name, &mut person.first_name),
            (&self.city, &mut person.city),
            (&self.country, &mut person.country),
            (&self.language, &mut person.language),
            (&self.organisation, &mut person.organisation),
        ];
        for (new, field) in texts {
            if let Some(new) = new {
                field.clone_from(new);
            }
        }
        let gone: Vec<String> = self.untag.iter().map(|tag| super::clean(tag).to_lowercase()).collect();
        person.tags.retain(|tag| !gone.contains(tag));
        person.tags.extend(self.tag.iter().cloned());
        // An empty value is dropped when the person is cleaned.
        person.attributes.extend(self.attributes.clone());
    }
}
