//! People on the list: adding, changing, finding, unsubscribing, forgetting.
//!
//! A person is `active`, `unsubscribed` or `bounced`; the last two also stand in the suppression list, and neither
//! an import nor a second `add` brings them back. Imports have a module of their own.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::consent::{self, Consent};
use crate::segment::Segment;
use crate::store::{Store, StoreError, stamp, time};
use crate::suppression::{self, Suppression};

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
        };
        person.cleaned()
    }

    /// The same person with control characters gone and spaces made single, fit for a header.
    pub(crate) fn cleaned(mut self) -> Person {
        let Person { name, first_name, city, country, language, organisation, .. } = &mut self;
        for field in [name, first_name, city, country, language, organisation] {
            *field = clean(field);
        }
        self.tags = self.tags.iter().map(|tag| clean(tag).to_lowercase()).filter(|tag| !tag.is_empty()).collect();
        self.tags.sort();
        self.tags.dedup();
        self
    }
}

/// Control characters and invisible direction marks become spaces, runs of spaces become one; at most 200 characters.
pub(crate) fn clean(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || "\u{2028}\u{2029}\u{feff}".contains(c);
    let spaced: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    let single = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    single.chars().take(200).collect()
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

/// Everything the list knows about one address.
#[derive(Debug, Clone, Serialize)]
pub struct Dossier {
    /// The person; absent when only a suppression is kept.
    pub subscriber: Option<Subscriber>,
    /// Why they may be mailed, oldest first.
    pub consents: Vec<Consent>,
    /// Why they must not be mailed.
    pub suppression: Option<Suppression>,
}

/// Which subscribers to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Only this status.
    pub status: Option<Status>,
    /// Only people whose address, name or organisation contains this.
    pub text: String,
    /// Only people in this segment.
    pub segment: Segment,
    /// At most so many; 0 means 100.
    pub limit: usize,
    /// Where the page before ended: its `next`.
    pub after: Option<String>,
}

/// A page of the list, in the order of addresses.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// The people on it.
    pub subscribers: Vec<Subscriber>,
    /// Where the following page begins; absent on the last.
    pub next: Option<String>,
}

/// What adding a person came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
        let person = person.clone().cleaned();
        let key = person.address.key();
        let hash = self.hash(&key);
        self.write(|db| {
            if suppression::reason(db, &hash)?.is_some() {
                return Ok(Added::Suppressed);
            }
            let (id, added) = match find(db, &key)? {
                Some(known) => {
                    update(db, known.id, &known.person.with(&person), now)?;
                    (known.id, Added::Changed)
                }
                None => (insert(db, &person, &hash, None, now)?, Added::New),
            };
            consent::record(db, id, consent, None, now)?;
            Ok(added)
        })
    }

    /// Replaces what is known about a person already on the list; answers whether they are on it.
    pub fn edit(&self, person: &Person, now: Timestamp) -> Result<bool, StoreError> {
        let person = person.clone().cleaned();
        self.write(|db| {
            let id = id_of(db, &person.address.key())?;
            id.map(|id| update(db, id, &person, now)).transpose().map(|done| done.is_some())
        })
    }

    /// Records that a person asked not to be mailed; answers whether they were on the list. They stay suppressed
    /// even if they were not.
    pub fn unsubscribe(&self, address: &Address, note: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.suppress(address, suppression::Reason::Unsubscribed, note, now)
    }

    /// Erases a person: list, consents and the ledger forget them; a keyed hash stays so that no import brings them
    /// back. Answers whether anything was known about them.
    pub fn forget(&self, address: &Address, now: Timestamp) -> Result<bool, StoreError> {
        let hash = self.hash(&address.key());
        let known = self.write(|db| {
            suppression::put(db, &hash, suppression::Reason::Erased, "", now)?;
            let ledger = crate::ledger::forget(db, &hash, now)? + crate::returns::forget(db, &hash)?;
            let list = db.execute("DELETE FROM subscribers WHERE hash = ?1", [hash])?;
            Ok::<_, StoreError>(ledger + list > 0)
        })?;
        // The log beside the database would keep the erased rows until its next checkpoint.
        self.db().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(known)
    }

    /// One page of the people a filter finds.
    pub fn subscribers(&self, filter: &Filter) -> Result<Page, StoreError> {
        let limit = if filter.limit == 0 { 100 } else { filter.limit };
        let db = self.db();
        let mut subscribers = Vec::new();
        let mut last_key = None;
        let sql = format!("SELECT * FROM subscribers s WHERE {} ORDER BY key LIMIT :limit", condition(filter));
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(named_params! {
            ":status": filter.status.map(Status::word),
            ":text": pattern(&filter.text),
            ":after": filter.after.as_deref().unwrap_or(""),
            ":limit": limit + 1,
        })?;
        while let Some(row) = rows.next()? {
            if subscribers.len() == limit {
                return Ok(Page { subscribers, next: last_key });
            }
            last_key = Some(row.get("key")?);
            subscribers.push(subscriber(&db, row)?);
        }
        Ok(Page { subscribers, next: None })
    }

    /// How many people a filter finds, whatever its page.
    pub fn count(&self, filter: &Filter) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM subscribers s WHERE {}", condition(filter));
        let values =
            named_params! { ":status": filter.status.map(Status::word), ":text": pattern(&filter.text), ":after": "" };
        Ok(self.db().query_row(&sql, values, |row| row.get(0))?)
    }

    /// Everything known about one address.
    pub fn show(&self, address: &Address) -> Result<Dossier, StoreError> {
        let key = address.key();
        let db = self.db();
        let subscriber = find(&db, &key)?;
        let consents = subscriber.as_ref().map(|found| consent::of(&db, found.id)).transpose()?;
        let suppression = suppression::find(&db, &self.hash(&key))?;
        Ok(Dossier { subscriber, consents: consents.unwrap_or_default(), suppression })
    }
}

fn condition(filter: &Filter) -> String {
    format!(
        "(:status IS NULL OR s.status = :status) AND s.key > :after
         AND (:text IS NULL OR s.key LIKE :text ESCAPE '\\' OR s.name LIKE :text ESCAPE '\\'
              OR s.organisation LIKE :text ESCAPE '\\') AND {}",
        filter.segment.sql()
    )
}

fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    (!text.is_empty()).then(|| format!("%{escaped}%"))
}

/// The person with this key.
pub(crate) fn find(db: &Connection, key: &str) -> Result<Option<Subscriber>, StoreError> {
    let mut statement = db.prepare_cached("SELECT * FROM subscribers WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| subscriber(db, row)).transpose()
}

fn subscriber(db: &Connection, row: &Row<'_>) -> Result<Subscriber, StoreError> {
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

/// The number of the person with this key.
pub(crate) fn id_of(db: &Connection, key: &str) -> Result<Option<i64>, rusqlite::Error> {
    db.prepare_cached("SELECT id FROM subscribers WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

/// Writes a new active person and answers their number.
pub(crate) fn insert(
    db: &Connection,
    person: &Person,
    hash: &[u8; 32],
    import: Option<i64>,
    now: Timestamp,
) -> Result<i64, rusqlite::Error> {
    db.prepare_cached(
        "INSERT INTO subscribers (key, hash, address, name, first_name, city, country, language, organisation,
                                  status, role, import_id, created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'active', ?10, ?11, ?12, ?12)",
    )?
    .execute(params![
        person.address.key(),
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
        stamp(now),
    ])?;
    let id = db.last_insert_rowid();
    add_tags(db, id, &person.tags)?;
    Ok(id)
}

/// Writes over what is known about a person; their tags become those given.
pub(crate) fn update(db: &Connection, id: i64, person: &Person, now: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE subscribers SET address = ?2, name = ?3, first_name = ?4, city = ?5, country = ?6, language = ?7,
                                organisation = ?8, changed_at = ?9 WHERE id = ?1",
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
        stamp(now),
    ])?;
    db.prepare_cached("DELETE FROM tags WHERE subscriber_id = ?1")?.execute([id])?;
    Ok(add_tags(db, id, &person.tags)?)
}

fn add_tags(db: &Connection, id: i64, tags: &[String]) -> Result<(), rusqlite::Error> {
    let mut statement = db.prepare_cached("INSERT OR IGNORE INTO tags (subscriber_id, tag) VALUES (?1, ?2)")?;
    tags.iter().try_for_each(|tag| statement.execute(params![id, tag]).map(drop))
}
