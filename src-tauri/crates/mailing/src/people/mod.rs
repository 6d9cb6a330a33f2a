//! People on the list: adding, changing, finding, unsubscribing, forgetting.
//!
//! A person is `active`, `unsubscribed` or `bounced`; the last two also stand in the suppression list, and neither
//! an import nor a second `add` brings them back. Imports have a module of their own.

mod change;
mod entries;
mod erase;
mod export;
mod list;
mod record;
mod search;
pub(crate) mod spellings;
mod traces;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::confirmation;
use crate::consent::{self, Consent};
use crate::store::{Store, StoreError, time};
use crate::suppression;

pub use change::{Change, Changed};
pub(crate) use entries::{Entries, migrate};
pub(crate) use list::condition;
pub use list::{Filter, Order, Page};
pub use record::{HistoryEntry, Note, PersonDelivery, Record};

/// What is known about a person, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Where mail goes.
    pub address: Address,
    /// The full name.
    #[serde(default)]
    pub name: String,
    /// The name a letter greets them by.
    #[serde(default)]
    pub first_name: String,
    /// Their city.
    #[serde(default)]
    pub city: String,
    /// Their country, as the list writes it.
    #[serde(default)]
    pub country: String,
    /// The language they read, as the list writes it.
    #[serde(default)]
    pub language: String,
    /// Where they work.
    #[serde(default)]
    pub organisation: String,
    /// Marks by which the desk chooses an audience.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What a publication knows beside, by the names it gave: `job title`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

impl Person {
    /// A person of whom only the address is known.
    pub fn new(address: Address) -> Person {
        let empty = String::new;
        Person {
            address,
            name: empty(),
            first_name: empty(),
            city: empty(),
            country: empty(),
            language: empty(),
            organisation: empty(),
            tags: Vec::new(),
            attributes: BTreeMap::new(),
        }
    }

    /// What is known, with what is newly said over it; nothing said leaves what is known.
    pub(crate) fn with(&self, said: &Person) -> Person {
        let over = |known: &String, said: &String| if said.is_empty() { known.clone() } else { said.clone() };
        let person = Person {
            address: self.address.clone(),
            name: over(&self.name, &said.name),
            first_name: over(&self.first_name, &said.first_name),
            city: over(&self.city, &said.city),
            country: over(&self.country, &said.country),
            language: over(&self.language, &said.language),
            organisation: over(&self.organisation, &said.organisation),
            tags: self.tags.iter().chain(&said.tags).cloned().collect(),
            attributes: self.attributes.clone().into_iter().chain(said.attributes.clone()).collect(),
        };
        person.cleaned()
    }

    /// The same person with control characters gone and spaces made single, fit for a header.
    pub(crate) fn cleaned(mut self) -> Person {
        let Person { name, first_name, city, country, language, organisation, .. } = &mut self;
        for field in [name, first_name, city, country, language, organisation] {
            if !is_clean(field) {
                *field = clean(field);
            }
        }
        for tag in &mut self.tags {
            if !is_clean(tag) || tag.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
                *tag = clean(tag).to_lowercase();
            }
        }
        self.tags.retain(|tag| !tag.is_empty());
        self.tags.sort();
        self.tags.dedup();
        if !self.attributes.is_empty() {
            let cleaned = self.attributes.iter().map(|(name, value)| (clean(name), clean(value)));
            self.attributes = cleaned.filter(|(name, value)| !name.is_empty() && !value.is_empty()).collect();
        }
        self
    }
}

/// Control characters and invisible direction marks become spaces, runs of spaces become one; at most 200 characters.
pub(crate) fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let hidden =
        |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || "\u{2028}\u{2029}\u{feff}".contains(c);
    let spaced: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    let single = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    single.chars().take(200).collect()
}

/// Whether cleaning would change nothing: true of nearly every cell there is.
fn is_clean(text: &str) -> bool {
    let (mut spaced, mut tidy) = (true, text.len() <= 200);
    for c in text.chars() {
        tidy &= if c == ' ' { !spaced } else { c.is_ascii_graphic() || c.is_alphanumeric() };
        spaced = c == ' ';
    }
    tidy && (!spaced || text.is_empty())
}

/// Whether a person may be mailed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// May be mailed.
    Active,
    /// Asked not to be mailed.
    Unsubscribed,
    /// Their server said for good that the mailbox is not there.
    Bounced,
}

impl Status {
    /// All of them, in the order screens show them.
    pub const ALL: [Status; 3] = [Status::Active, Status::Unsubscribed, Status::Bounced];

    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Unsubscribed => "unsubscribed",
            Status::Bounced => "bounced",
        }
    }

    /// The status that a word names.
    pub fn named(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// A person with their place on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// The number logs name them by.
    pub id: i64,
    /// What is known about them.
    #[serde(flatten)]
    pub person: Person,
    /// Whether they may be mailed.
    pub status: Status,
    /// Whether the mailbox belongs to a function and not to a person.
    pub role: bool,
    /// When they came onto the list.
    pub since: Timestamp,
    /// When anything about them last changed.
    pub changed: Timestamp,
}

/// What adding a person came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Added {
    /// They are on the list now.
    New,
    /// They were there already; what was given now replaced what was known, and what was not given stays.
    Changed,
    /// They must not be mailed, and nothing was changed.
    Suppressed,
}

impl Store {
    /// Puts a person on the list with the reason why they may be mailed, unless they are suppressed.
    pub fn add(&self, person: &Person, consent: &Consent, now: Timestamp) -> Result<Added, StoreError> {
        self.put(person, consent, false, now)
    }

    /// The same for somebody who signed up and is to be asked by mail whether it was they: until they say yes they get
    /// no edition.
    pub fn add_asking(&self, person: &Person, sign_up: &Consent, now: Timestamp) -> Result<Added, StoreError> {
        self.put(person, sign_up, true, now)
    }

    fn put(&self, person: &Person, consent: &Consent, ask: bool, now: Timestamp) -> Result<Added, StoreError> {
        let person = person.clone().cleaned();
        let key = person.address.key();
        let hash = self.hash(&key);
        self.write(|db| {
            if suppression::reason(db, &hash)?.is_some() {
                return Ok(Added::Suppressed);
            }
            let mut entries = Entries::new(db, "desk", now);
            let (id, added) = match find(db, &key)? {
                Some(known) => {
                    entries.update(&known, &known.person.with(&person))?;
                    (known.id, Added::Changed)
                }
                None => (entries.insert(&person, &key, &hash, None)?, Added::New),
            };
            if ask {
                confirmation::wait_for(db, id, &consent.wording, &consent.source, now)?;
            }
            consent::record(db, id, consent, None, now)?;
            Ok(added)
        })
    }

    /// Replaces what is known about a person already on the list; answers whether they are on it.
    pub fn edit(&self, person: &Person, now: Timestamp) -> Result<bool, StoreError> {
        let person = person.clone().cleaned();
        self.write(|db| match find(db, &person.address.key())? {
            Some(known) => Entries::new(db, "desk", now).update(&known, &person).map(|()| true),
            None => Ok(false),
        })
    }

    /// Records that a person asked not to be mailed; answers whether they were on the list. They stay suppressed
    /// even if they were not.
    pub fn unsubscribe(&self, address: &Address, note: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.suppress(address, suppression::Reason::Unsubscribed, note, now)
    }
}

/// Writes down the language that somebody chose, known by what their links carry; answers whether it is another one.
pub(crate) fn speak(
    db: &Connection,
    token: &str,
    language: &str,
    source: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT * FROM subscribers WHERE token = ?1";
    let Some(known) = db.prepare_cached(sql)?.query_row([token], |row| subscriber(db, row)).optional()? else {
        return Ok(false);
    };
    if known.person.language == language {
        return Ok(false);
    }
    let person = Person { language: language.to_owned(), ..known.person.clone() };
    Entries::new(db, source, now).update(&known, &person).map(|()| true)
}

/// The person with this key.
pub(crate) fn find(db: &Connection, key: &str) -> Result<Option<Subscriber>, StoreError> {
    let mut statement = db.prepare_cached("SELECT * FROM subscribers WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    Ok(rows.next()?.map(|row| subscriber(db, row)).transpose()?)
}

/// The person with this number.
pub(crate) fn by_id(db: &Connection, id: i64) -> Result<Option<Subscriber>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT * FROM subscribers WHERE id = ?1")?;
    statement.query_row([id], |row| subscriber(db, row)).optional()
}

fn subscriber(db: &Connection, row: &Row<'_>) -> Result<Subscriber, rusqlite::Error> {
    let id = row.get("id")?;
    let status: String = row.get("status")?;
    let address: String = row.get("address")?;
    let unreadable = |what: &str| rusqlite::Error::InvalidColumnName(what.to_owned());
    Ok(Subscriber {
        id,
        person: Person {
            address: Address::parse(&address).map_err(|_| unreadable("address"))?,
            name: row.get("name")?,
            first_name: row.get("first_name")?,
            city: row.get("city")?,
            country: row.get("country")?,
            language: row.get("language")?,
            organisation: row.get("organisation")?,
            tags: tags(db, id)?,
            attributes: attributes(db, id)?,
        },
        status: Status::named(&status).ok_or_else(|| unreadable("status"))?,
        role: row.get("role")?,
        since: time(row.get("created_at")?),
        changed: time(row.get("changed_at")?),
    })
}

fn tags(db: &Connection, id: i64) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT tag FROM tags WHERE subscriber_id = ?1 ORDER BY tag")?;
    statement.query_map([id], |row| row.get(0))?.collect()
}

fn attributes(db: &Connection, id: i64) -> Result<BTreeMap<String, String>, rusqlite::Error> {
    let mut statement = db.prepare_cached("SELECT name, value FROM attributes WHERE subscriber_id = ?1")?;
    statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The number of the person with this key.
pub(crate) fn id_of(db: &Connection, key: &str) -> Result<Option<i64>, rusqlite::Error> {
    db.prepare_cached("SELECT id FROM subscribers WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}
