//! What people asked of the box, applied to the list.

use std::ops::AddAssign;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::key::LinkKey;
use super::token::{Kind, Link};
use crate::confirmation;
use crate::people;
use crate::returns::{Recorded, Return, ReturnKind, ReturnSource, Trace};
use crate::store::{Store, StoreError, stamp};

/// What a pull came to, in people and lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// People who left now.
    pub unsubscribed: u64,
    /// People who confirmed their subscription now.
    pub confirmed: u64,
    /// People who chose another language.
    pub languages: u64,
    /// Wishes that were known already, or come from people who are no longer on the list.
    pub known: u64,
    /// Lines that this desk did not sign or cannot read; they changed nothing.
    pub foreign: u64,
}

impl AddAssign for Pulled {
    fn add_assign(&mut self, more: Pulled) {
        self.unsubscribed += more.unsubscribed;
        self.confirmed += more.confirmed;
        self.languages += more.languages;
        self.known += more.known;
        self.foreign += more.foreign;
    }
}

/// A line of the log: `2026-11-22T10:00:00Z unsubscribe/one-click TOKEN`.
struct Wish<'a> {
    at: Timestamp,
    what: &'a str,
    link: Link,
    line: &'a str,
}

impl<'a> Wish<'a> {
    fn read(line: &'a str, key: &LinkKey, list: &str) -> Option<Wish<'a>> {
        let mut words = line.split(' ');
        let (at, what, token) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
        let link = Link::read(token, key, list)?;
        words.next().is_none().then_some(Wish { at, what, link, line })
    }
}

/// Does what the lines of a log ask for, each in a transaction of its own: a line that is read again changes nothing.
pub(super) fn apply(
    store: &Store,
    key: &LinkKey,
    list: &str,
    lines: &str,
    now: Timestamp,
) -> Result<Pulled, StoreError> {
    let mut pulled = Pulled::default();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        match Wish::read(line, key, list) {
            Some(wish) => grant(store, &wish, now, &mut pulled)?,
            None => pulled.foreign += 1,
        }
    }
    Ok(pulled)
}

fn grant(store: &Store, wish: &Wish<'_>, now: Timestamp, pulled: &mut Pulled) -> Result<(), StoreError> {
    let (granted, count) = match (wish.link.kind, wish.what.split_once('/')) {
        (Kind::Leave, Some(("unsubscribe", _))) => (leave(store, wish, now)?, &mut pulled.unsubscribed),
        (Kind::Leave, Some(("language", code))) => (speak(store, wish, code, now)?, &mut pulled.languages),
        (Kind::Confirm, Some(("confirm", _))) => (confirm(store, wish, now)?, &mut pulled.confirmed),
        _ => (true, &mut pulled.foreign),
    };
    *if granted { count } else { &mut pulled.known } += 1;
    Ok(())
}

fn leave(store: &Store, wish: &Wish<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let returned = Return {
        kind: ReturnKind::Unsubscribe,
        source: ReturnSource::UnsubscribeBox,
        traces: vec![Trace::Token(wish.link.subscriber())],
        guessed: false,
        happened: wish.at,
        words: format!("{} in the mail of {}", wish.what, wish.link.edition),
        report: wish.line.as_bytes().to_vec(),
        mark: wish.line.as_bytes().to_vec(),
    };
    Ok(matches!(store.record_return(&returned, now)?, Recorded::New { .. }))
}

fn speak(store: &Store, wish: &Wish<'_>, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    store.write(|db| {
        if !is_new(db, wish)? {
            return Ok(false);
        }
        people::speak(db, &wish.link.subscriber(), code, "unsubscribe box", now)
    })
}

fn is_new(db: &Connection, wish: &Wish<'_>) -> Result<bool, rusqlite::Error> {
    let digest = blake3::hash(wish.line.as_bytes());
    let sql = "INSERT OR IGNORE INTO box_wishes (digest, at) VALUES (?1, ?2)";
    Ok(db.prepare_cached(sql)?.execute(params![&digest.as_bytes()[..16], stamp(wish.at)])? > 0)
}

fn confirm(store: &Store, wish: &Wish<'_>, now: Timestamp) -> Result<bool, StoreError> {
    store.write(|db| {
        let sql = "SELECT id FROM subscribers WHERE token = ?1";
        let person = db.query_row(sql, [wish.link.subscriber()], |row| row.get(0)).optional()?;
        Ok(match person {
            Some(id) => confirmation::settle(db, id, wish.at, wish.line, now)?,
            None => false,
        })
    })
}
