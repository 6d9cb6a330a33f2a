//! The list, page by page, in several orders, and as many as there are.
//!
//! A page begins where the one before ended, by the keys of its last row and not by a number of rows: the millionth
//! page costs as much as the first.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::{Status, Subscriber, search, subscriber};
use crate::segment::Segment;
use crate::store::{Store, StoreError};

/// Which subscribers to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Only this status.
    pub status: Option<Status>,
    /// Only people in whose name and address every word of this begins a word.
    pub text: String,
    /// Only people in this segment.
    pub segment: Segment,
    /// In which order.
    pub order: Order,
    /// At most so many; 0 means 100.
    pub limit: usize,
    /// Where the page before ended: its `next`.
    pub after: Option<String>,
}

/// The orders of the list; each has its index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By address.
    #[default]
    Address,
    /// By name, case and diacritics aside; people without one come first.
    Name,
    /// Who came last comes first.
    Newest,
    /// Who came first comes first.
    Oldest,
    /// Of whom something changed last comes first.
    Changed,
}

impl Order {
    /// All of them.
    pub const ALL: [Order; 5] = [Order::Address, Order::Name, Order::Newest, Order::Oldest, Order::Changed];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Order::Address => "address",
            Order::Name => "name",
            Order::Newest => "newest",
            Order::Oldest => "oldest",
            Order::Changed => "changed",
        }
    }

    /// The order that a word names.
    pub fn named(word: &str) -> Option<Order> {
        Order::ALL.into_iter().find(|order| order.word() == word)
    }

    fn sql(self) -> &'static str {
        match self {
            Order::Address => "s.key",
            Order::Name => "s.name_order, s.id",
            Order::Newest => "s.id DESC",
            Order::Oldest => "s.id",
            Order::Changed => "s.changed_at DESC, s.id DESC",
        }
    }

    /// The condition on rows that follow a cursor. What is no cursor of this order, a bare address among them, is a
    /// place in the order of its first key.
    fn following(self, cursor: &str, values: &mut Vec<Value>) -> String {
        let (key, id) = cursor.rsplit_once('\u{1f}').unwrap_or((cursor, ""));
        let (key, number, id) = (key.to_owned(), key.parse().unwrap_or(0), id.parse().unwrap_or(0));
        let mut parameter = |value: Value| {
            values.push(value);
            format!("?{}", values.len())
        };
        match self {
            Order::Address => format!("s.key > {}", parameter(Value::Text(key))),
            Order::Name => {
                format!("(s.name_order, s.id) > ({}, {})", parameter(Value::Text(key)), parameter(Value::Integer(id)))
            }
            Order::Newest => format!("s.id < {}", parameter(Value::Integer(number))),
            Order::Oldest => format!("s.id > {}", parameter(Value::Integer(number))),
            Order::Changed => format!(
                "(s.changed_at, s.id) < ({}, {})",
                parameter(Value::Integer(number)),
                parameter(Value::Integer(id))
            ),
        }
    }

    fn cursor(self, last: &Subscriber, name_order: &str) -> String {
        match self {
            Order::Address => last.person.address.key(),
            Order::Name => format!("{name_order}\u{1f}{}", last.id),
            Order::Newest | Order::Oldest => last.id.to_string(),
            Order::Changed => format!("{}\u{1f}{}", last.changed.as_millisecond(), last.id),
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// The people on it.
    pub subscribers: Vec<Subscriber>,
    /// Where the following page begins; absent on the last.
    pub next: Option<String>,
}

impl Store {
    /// One page of the people a filter finds.
    pub fn subscribers(&self, filter: &Filter) -> Result<Page, StoreError> {
        let limit = if filter.limit == 0 { 100 } else { filter.limit };
        let db = self.db();
        let mut values = Vec::new();
        let mut wanted = condition(&db, filter, &mut values)?;
        if let Some(after) = &filter.after {
            wanted = format!("{wanted} AND {}", filter.order.following(after, &mut values));
        }
        let sql = format!(
            "SELECT * FROM subscribers s WHERE {wanted} ORDER BY {} LIMIT {}",
            filter.order.sql(),
            limit.saturating_add(1)
        );
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut subscribers, mut name_order) = (Vec::new(), String::new());
        while let Some(row) = rows.next()? {
            if subscribers.len() == limit {
                let next = subscribers.last().map(|last| filter.order.cursor(last, &name_order));
                return Ok(Page { subscribers, next });
            }
            name_order = row.get("name_order")?;
            subscribers.push(subscriber(&db, row)?);
        }
        Ok(Page { subscribers, next: None })
    }

    /// How many people a filter finds, whatever its page.
    pub fn count(&self, filter: &Filter) -> Result<u64, StoreError> {
        let db = self.db();
        let mut values = Vec::new();
        let sql = format!("SELECT count(*) FROM subscribers s WHERE {}", condition(&db, filter, &mut values)?);
        Ok(db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?)
    }
}

/// The condition of a filter on rows `s`; its values are appended to `values`.
pub(crate) fn condition(db: &Connection, filter: &Filter, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
    let mut wanted = filter.segment.condition(db, values)?;
    if let Some(status) = filter.status {
        values.push(Value::Text(status.word().to_owned()));
        wanted = format!("{wanted} AND s.status = ?{}", values.len());
    }
    match search::asked(&filter.text) {
        search::Asked::Everybody => Ok(wanted),
        search::Asked::Nobody => Ok("0".to_owned()),
        search::Asked::Words(_) if !search::is_askable(db, &filter.text)? => Ok("0".to_owned()),
        search::Asked::Words(words) => {
            values.push(Value::Text(words));
            Ok(format!("{wanted} AND s.id IN (SELECT rowid FROM words WHERE words MATCH ?{})", values.len()))
        }
        search::Asked::Address { from, to } => {
            values.extend([Value::Text(from), Value::Text(to)]);
            Ok(format!("{wanted} AND s.key >= ?{} AND s.key < ?{}", values.len() - 1, values.len()))
        }
    }
}
