//! Fetching the box's log: a signed request, good for five minutes, from where the last one ended.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::http::{self, Address, Answer};
use super::key::LinkKey;
use super::token::{hex, mark};
use super::wishes::{self, Pulled};
use crate::base64;
use crate::store::{Store, StoreError, stamp, time};

const DOMAIN: &str = "masthead pull ";
// More segments than a box keeps.
const MOST_REQUESTS: usize = 200;

/// Why the box could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The address is none.
    #[error("`{address}` is no address of an unsubscribe box")]
    Address {
        /// As it is set.
        address: String,
    },
    /// No answer.
    #[error("the unsubscribe box at {host} cannot be reached: {source}")]
    Unreachable {
        /// Where it should be.
        host: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It does not know this desk's key.
    #[error("the unsubscribe box at {host} refused this desk's signature")]
    Refused {
        /// Where it is.
        host: String,
    },
    /// One of the two clocks is wrong.
    #[error("the clocks of this computer and of the unsubscribe box at {host} are {minutes} minutes apart")]
    Clock {
        /// Where it is.
        host: String,
        /// How far apart.
        minutes: u64,
    },
    /// It cannot write.
    #[error("the unsubscribe box at {host} cannot write its log")]
    Unwritable {
        /// Where it is.
        host: String,
    },
    /// Something else answers there.
    #[error("what answers at {host} is no unsubscribe box (status {status})")]
    Foreign {
        /// Where it should be.
        host: String,
        /// The status of the answer.
        status: u16,
    },
    /// The list could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PullError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            PullError::Address { .. } => "box-address",
            PullError::Unreachable { .. } => "box-unreachable",
            PullError::Refused { .. } => "box-refused",
            PullError::Clock { .. } => "box-clock",
            PullError::Unwritable { .. } => "box-unwritable",
            PullError::Foreign { .. } => "box-foreign",
            PullError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            PullError::Address { .. } => {
                "write the whole address of the PHP file, as `https://example.org/unsubscribe.php`"
            }
            PullError::Unreachable { .. } => "check the network and the address in assets/publication.toml",
            PullError::Refused { .. } => {
                "put the file of `masthead unsubscribe-box export` there once more, from the computer with this list"
            }
            PullError::Clock { .. } => "set this computer's clock by the network",
            PullError::Unwritable { .. } => {
                "let PHP write to the folder with the file, or name another in the file's line `FOLDER`"
            }
            PullError::Foreign { .. } => "look at the address in a browser; a box says there that a link does not work",
            PullError::Store(error) => error.hint(),
        }
    }
}

impl From<rusqlite::Error> for PullError {
    fn from(error: rusqlite::Error) -> PullError {
        PullError::Store(error.into())
    }
}

/// When this box was last asked with success.
pub(super) fn last(db: &Connection, address: &str) -> Result<Option<Timestamp>, rusqlite::Error> {
    let sql = "SELECT pulled_at FROM box_pulls WHERE box = ?1";
    Ok(db.query_row(sql, [address], |row| row.get(0)).optional()?.map(time))
}

pub(super) fn pull(store: &Store, address: &str, list: &str, now: Timestamp) -> Result<Pulled, PullError> {
    let target = Address::parse(address).ok_or_else(|| PullError::Address { address: address.to_owned() })?;
    let key = LinkKey::of(&store.db())?;
    let mut pulled = Pulled::default();
    for _ in 0..MOST_REQUESTS {
        let from = position(&store.db(), address)?;
        let page = ask(&target, &key, list, &from, now)?;
        // The place is written last: what a crash left undone in between is read once more, and changes nothing twice.
        pulled += wishes::apply(store, &key, list, &page.lines, now)?;
        remember(&store.db(), address, &page.next, now)?;
        if !page.more || page.next == from {
            break;
        }
    }
    Ok(pulled)
}

fn position(db: &Connection, address: &str) -> Result<String, rusqlite::Error> {
    let sql = "SELECT position FROM box_pulls WHERE box = ?1";
    Ok(db.query_row(sql, [address], |row| row.get(0)).optional()?.unwrap_or_else(|| "1:0".to_owned()))
}

fn remember(db: &Connection, address: &str, position: &str, now: Timestamp) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO box_pulls (box, position, pulled_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (box) DO UPDATE SET position = excluded.position, pulled_at = excluded.pulled_at";
    db.execute(sql, params![address, position, stamp(now)]).map(drop)
}

struct Page {
    lines: String,
    next: String,
    more: bool,
}

fn ask(address: &Address, key: &LinkKey, list: &str, after: &str, now: Timestamp) -> Result<Page, PullError> {
    let host = || address.to_string();
    let time = now.as_second();
    let asked = format!("{}\n{time}\n{after}\n", hex(&mark(list)));
    let signature = base64::encode_web(&key.sign(DOMAIN, asked.as_bytes()));
    let form = format!("time={time}&after={after}&signature={signature}");
    let answer =
        http::post(address, "pull=1", &form).map_err(|source| PullError::Unreachable { host: host(), source })?;
    match answer.status {
        200 => page(&answer).ok_or_else(|| PullError::Foreign { host: host(), status: 200 }),
        403 => Err(match answer.body.strip_prefix("clock ").and_then(|there| there.trim().parse::<i64>().ok()) {
            Some(there) => PullError::Clock { host: host(), minutes: there.abs_diff(time).div_ceil(60) },
            None => PullError::Refused { host: host() },
        }),
        503 => Err(PullError::Unwritable { host: host() }),
        status => Err(PullError::Foreign { host: host(), status }),
    }
}

/// Reads `masthead-box 1 TIME NEXT more|end` and the lines after it.
fn page(answer: &Answer) -> Option<Page> {
    let (head, lines) = answer.body.split_once('\n')?;
    let mut words = head.strip_prefix("masthead-box 1 ")?.split(' ');
    let _time: u64 = words.next()?.parse().ok()?;
    let next = words.next()?;
    let (segment, offset) = next.split_once(':')?;
    let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    if !digits(segment) || !digits(offset) {
        return None;
    }
    Some(Page { lines: lines.to_owned(), next: next.to_owned(), more: words.next()? == "more" })
}
