//! What came back about a person: bounces, complaints, unsubscriptions made elsewhere.
//!
//! Everything from outside that changes who may be mailed goes through [`Store::record_return`]. It finds the person,
//! changes their suppression and their copy's state, and keeps what it was seen by and what it wrote over, so that
//! [`Store::undo_return`] can take it back. Without a match nobody is touched, and the same event counts once however
//! often it is read. Who a mail is *about* is decided here; what it *says* is decided by those who read it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::confirmation;
use crate::store::{Store, StoreError, stamp, time};
use crate::suppression::{self, Reason};

/// A raw report longer than this is cut: its head tells the story, its tail is our own letter.
const LONGEST_REPORT: usize = 256 * 1024;

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// The mailbox is not there: this copy bounced, and nobody is mailed there again.
    HardBounce,
    /// This copy failed for a reason that may pass: a full mailbox, a server that was down for days.
    SoftBounce,
    /// A server still tries.
    Delay,
    /// Refused because of the sender or the message: an alert for the desk, and no fault of the reader.
    Policy,
    /// Reported as unwanted.
    Complaint,
    /// Asked not to be mailed.
    Unsubscribe,
}

impl ReturnKind {
    /// All of them.
    pub const ALL: [ReturnKind; 6] = [
        ReturnKind::HardBounce,
        ReturnKind::SoftBounce,
        ReturnKind::Delay,
        ReturnKind::Policy,
        ReturnKind::Complaint,
        ReturnKind::Unsubscribe,
    ];

    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            ReturnKind::HardBounce => "hard_bounce",
            ReturnKind::SoftBounce => "soft_bounce",
            ReturnKind::Delay => "delay",
            ReturnKind::Policy => "policy",
            ReturnKind::Complaint => "complaint",
            ReturnKind::Unsubscribe => "unsubscribe",
        }
    }

    /// The kind that a word names.
    pub fn named(word: &str) -> Option<ReturnKind> {
        ReturnKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Why it suppresses the person, if it does.
    fn reason(self) -> Option<Reason> {
        match self {
            ReturnKind::HardBounce => Some(Reason::Bounced),
            ReturnKind::Complaint => Some(Reason::Complained),
            ReturnKind::Unsubscribe => Some(Reason::Unsubscribed),
            ReturnKind::SoftBounce | ReturnKind::Delay | ReturnKind::Policy => None,
        }
    }

    /// What becomes of a copy that a server had accepted.
    fn delivery_state(self) -> Option<&'static str> {
        match self {
            ReturnKind::HardBounce => Some("bounced"),
            ReturnKind::SoftBounce | ReturnKind::Policy => Some("failed"),
            ReturnKind::Delay | ReturnKind::Complaint | ReturnKind::Unsubscribe => None,
        }
    }

    fn is_about_a_copy(self) -> bool {
        !matches!(self, ReturnKind::Complaint | ReturnKind::Unsubscribe)
    }
}

/// Where it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnSource {
    /// A mailbox, over IMAP.
    Inbox,
    /// The log of the unsubscribe box.
    UnsubscribeBox,
}

impl ReturnSource {
    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            ReturnSource::Inbox => "inbox",
            ReturnSource::UnsubscribeBox => "unsubscribe_box",
        }
    }
}

/// What may tell whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// The Message-ID of the copy, without angle brackets.
    MessageId(String),
    /// What the return path carried for this copy: the part of its Message-ID before the `@`.
    ReturnPath(String),
    /// What an unsubscribe link names the person by.
    Token(String),
    /// The address that a report names in a field of its own, or that an unsubscribe mail comes from.
    Address(Address),
    /// An address found in running text. It is shown to the desk and changes nobody.
    Guess(Address),
}

impl Trace {
    /// The word for it in the file, in `--json` and on the screen.
    pub fn word(&self) -> &'static str {
        match self {
            Trace::MessageId(_) => "message_id",
            Trace::ReturnPath(_) => "return_path",
            Trace::Token(_) => "token",
            Trace::Address(_) => "address",
            Trace::Guess(_) => "guess",
        }
    }
}

/// Something that came back, as it was read.
#[derive(Debug, Clone)]
pub struct Return {
    /// What it is.
    pub kind: ReturnKind,
    /// Where it was read.
    pub source: ReturnSource,
    /// What may tell whom it is about, the surest first; the first that leads to somebody counts.
    pub traces: Vec<Trace>,
    /// Whether its meaning was guessed from running text and not read from fields made for it.
    pub guessed: bool,
    /// When it happened, as far as it says.
    pub happened: Timestamp,
    /// One line that shows it: a server's words.
    pub words: String,
    /// The raw report; for a log, its line.
    pub report: Vec<u8>,
    /// What makes it this event and no other; two with the same mark are one.
    pub mark: Vec<u8>,
}

/// What recording something came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "recorded", rename_all = "snake_case")]
pub enum Recorded {
    /// It is recorded now, under this number.
    New {
        /// The number it is shown and undone by.
        id: i64,
    },
    /// It was recorded before, and nothing was changed.
    Again {
        /// The number it has.
        id: i64,
    },
    /// It leads to nobody on the list; nothing was written.
    Nobody,
}

/// A return as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnRecord {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: ReturnKind,
    /// Where it was read.
    pub source: String,
    /// How the person was found: `message_id`, `return_path`, `token`, `address`, `guess`.
    pub known_by: String,
    /// Whether its meaning was guessed from running text.
    pub guessed: bool,
    /// Who it is about; absent once they were erased.
    pub address: Option<String>,
    /// The edition whose copy it is about.
    pub edition: Option<String>,
    /// When it happened.
    pub happened: Timestamp,
    /// When it was recorded here.
    pub recorded: Timestamp,
    /// One line that shows it.
    pub words: String,
    /// Whether it suppressed the person.
    pub suppressed: bool,
    /// When it was taken back.
    pub undone: Option<Timestamp>,
}

/// Which returns to show, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturnFilter {
    /// Only these kinds; all when empty.
    pub kinds: Vec<ReturnKind>,
    /// Only those about this address.
    pub address: Option<Address>,
    /// Only those before this number.
    pub before: Option<i64>,
    /// At most so many; 0 means 100.
    pub limit: usize,
}

/// What taking something back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "undone", rename_all = "snake_case")]
pub enum ReturnUndone {
    /// It is taken back.
    Done {
        /// Whether the person may be mailed now; another reason may still stand.
        active: bool,
    },
    /// It was taken back before.
    Before,
    /// There is no return with this number.
    Unknown,
}

/// What a return wrote over.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Before {
    status: Option<String>,
    suppression: Option<Kept>,
    delivery: Option<CopyBefore>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    reason: String,
    at: i64,
    note: String,
    return_id: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct CopyBefore {
    state: String,
    code: Option<u16>,
    text: String,
    due_at: Option<i64>,
}

/// Whom a trace led to.
struct Found {
    hash: Vec<u8>,
    delivery: Option<i64>,
    known_by: &'static str,
}

impl Store {
    /// Records something that came back and changes whom it is about: their suppression and status, and the state of
    /// the copy it came back for. One transaction; the same mark is recorded once.
    pub fn record_return(&self, returned: &Return, now: Timestamp) -> Result<Recorded, StoreError> {
        let mark = self.mark(&returned.mark);
        self.write(|db| {
            let known = "SELECT id FROM returns WHERE mark = ?1";
            if let Some(id) = db.query_row(known, [mark], |row| row.get(0)).optional()? {
                return Ok(Recorded::Again { id });
            }
            let Some(found) = self.trace(db, returned)? else { return Ok(Recorded::Nobody) };
            let id = insert(db, &mark, returned, &found, now)?;
            if found.known_by != "guess" {
                change(db, id, returned, &found, now)?;
            }
            Ok(Recorded::New { id })
        })
    }

    /// Takes a return back: whatever it changed and nothing newer changed again is as it was before. An erased person
    /// stays erased.
    pub fn undo_return(&self, id: i64, now: Timestamp) -> Result<ReturnUndone, StoreError> {
        self.write(|db| {
            let sql = "SELECT hash, delivery_id, kind, before, undone_at IS NOT NULL FROM returns WHERE id = ?1";
            type Row = (Vec<u8>, Option<i64>, String, String, bool);
            let read = |row: &rusqlite::Row<'_>| Row::try_from(row);
            let found: Option<Row> = db.query_row(sql, [id], read).optional()?;
            let Some((hash, delivery, kind, before, undone)) = found else { return Ok(ReturnUndone::Unknown) };
            if undone {
                return Ok(ReturnUndone::Before);
            }
            db.execute("UPDATE returns SET undone_at = ?2 WHERE id = ?1", params![id, stamp(now)])?;
            // Emptied by an erasure, it has nothing to restore.
            let before: Before = serde_json::from_str(&before).unwrap_or_default();
            restore_copy(db, delivery, &kind, before.delivery.as_ref(), now)?;
            restore_person(db, id, &hash, before, now)?;
            Ok(ReturnUndone::Done { active: is_active(db, &hash)? })
        })
    }

    /// What came back, newest first.
    pub fn returns(&self, filter: &ReturnFilter) -> Result<Vec<ReturnRecord>, StoreError> {
        let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.word()).collect();
        let hash = filter.address.as_ref().map(|address| self.hash(&address.key()));
        let limit = if filter.limit == 0 { 100 } else { filter.limit };
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT r.*, s.address AS address, m.edition AS edition FROM returns r
             LEFT JOIN subscribers s ON s.hash = r.hash LEFT JOIN deliveries d ON d.id = r.delivery_id
             LEFT JOIN mailings m ON m.id = d.mailing_id
             WHERE (?1 = '[]' OR r.kind IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR r.hash = ?2)
                   AND (?3 IS NULL OR r.id < ?3)
             ORDER BY r.id DESC LIMIT ?4",
        )?;
        let rows =
            statement.query_map(params![serde_json::json!(kinds).to_string(), hash, filter.before, limit], record)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The raw report of a return, as it was read.
    pub fn return_report(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT report FROM returns WHERE id = ?1";
        Ok(self.db().query_row(sql, [id], |row| row.get(0)).optional()?)
    }

    // Keyed, so that nothing can be tried against it once the report itself was emptied.
    fn mark(&self, mark: &[u8]) -> [u8; 32] {
        self.hash(&format!("return {}", blake3::hash(mark).to_hex()))
    }

    fn trace(&self, db: &Connection, returned: &Return) -> Result<Option<Found>, StoreError> {
        for trace in &returned.traces {
            let found = match trace {
                Trace::MessageId(id) => match copy_named(db, "d.message_id = ?1", id)? {
                    // No copy of an edition, but perhaps the question whether they want one.
                    None => confirmation::asked_by(db, id)?.map(|hash| (hash, None)),
                    copy => copy,
                },
                // The identifiers are hexadecimal, so this range of the index holds those that begin so.
                Trace::ReturnPath(tag) => copy_named(db, "d.message_id > ?1 || '@' AND d.message_id < ?1 || 'A'", tag)?,
                Trace::Token(token) => holder(db, token)?,
                Trace::Address(address) | Trace::Guess(address) => {
                    known(db, &self.hash(&address.key()), returned.kind.is_about_a_copy())?
                }
            };
            if let Some((hash, delivery)) = found {
                return Ok(Some(Found { hash, delivery, known_by: trace.word() }));
            }
        }
        Ok(None)
    }
}

type Match = Option<(Vec<u8>, Option<i64>)>;

/// The copy that an identifier names. A rehearsal's goes nowhere, so nothing can come back for it.
fn copy_named(db: &Connection, condition: &str, value: &str) -> Result<Match, rusqlite::Error> {
    if value.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT d.hash, d.id FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
         WHERE {condition} AND m.rehearsal = 0 LIMIT 1"
    );
    db.prepare_cached(&sql)?.query_row([value], |row| Ok((row.get(0)?, Some(row.get(1)?)))).optional()
}

/// Whoever an unsubscribe link names; also when an import has been taken back since.
fn holder(db: &Connection, token: &str) -> Result<Match, rusqlite::Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let person = "SELECT hash FROM subscribers WHERE token = ?1";
    let copy = "SELECT hash FROM deliveries WHERE token = ?1 LIMIT 1";
    for sql in [person, copy] {
        if let Some(hash) = db.prepare_cached(sql)?.query_row([token], |row| row.get(0)).optional()? {
            return Ok(Some((hash, None)));
        }
    }
    Ok(None)
}

/// Somebody on the list; for what is about a mail of ours, only if a copy or a question went out to them.
fn known(db: &Connection, hash: &[u8], needs_copy: bool) -> Result<Match, rusqlite::Error> {
    let copy = "SELECT d.id FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                WHERE d.hash = ?1 AND m.rehearsal = 0 AND d.state IN ('accepted', 'uncertain', 'bounced', 'failed')
                ORDER BY d.id DESC LIMIT 1";
    let delivery: Option<i64> = db.prepare_cached(copy)?.query_row([hash], |row| row.get(0)).optional()?;
    if needs_copy {
        let written_to = delivery.is_some() || confirmation::was_asked(db, hash)?;
        return Ok(written_to.then(|| (hash.to_vec(), delivery)));
    }
    let listed = db.prepare_cached("SELECT 1 FROM subscribers WHERE hash = ?1")?.exists([hash])?;
    Ok((listed || delivery.is_some()).then(|| (hash.to_vec(), delivery)))
}

fn insert(
    db: &Connection,
    mark: &[u8],
    returned: &Return,
    found: &Found,
    now: Timestamp,
) -> Result<i64, rusqlite::Error> {
    let report = &returned.report[..returned.report.len().min(LONGEST_REPORT)];
    db.prepare_cached(
        "INSERT INTO returns (mark, hash, delivery_id, kind, source, known_by, guessed, happened_at, recorded_at, words, report)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        mark,
        found.hash,
        found.delivery,
        returned.kind.word(),
        returned.source.word(),
        found.known_by,
        returned.guessed,
        stamp(returned.happened),
        stamp(now),
        crate::people::clean(&returned.words),
        report,
    ])?;
    Ok(db.last_insert_rowid())
}

/// Changes the person and their copy, and keeps what was written over.
fn change(db: &Connection, id: i64, returned: &Return, found: &Found, now: Timestamp) -> Result<(), StoreError> {
    let mut before = Before::default();
    if let (Some(delivery), Some(state)) = (found.delivery, returned.kind.delivery_state()) {
        before.delivery = write_copy(db, delivery, state, &returned.words, now)?;
    }
    let mut suppressed = false;
    if let Some(reason) = returned.kind.reason() {
        before.status = status(db, &found.hash)?;
        before.suppression = kept(db, &found.hash)?;
        suppressed = suppression::put(db, &found.hash, reason, &returned.words, now)?;
        if suppressed {
            db.execute("UPDATE suppressions SET return_id = ?2 WHERE hash = ?1", params![found.hash, id])?;
            suppression::mark(db, &found.hash, now)?;
        }
    }
    let before = serde_json::json!(before).to_string();
    db.execute("UPDATE returns SET suppressed = ?2, before = ?3 WHERE id = ?1", params![id, suppressed, before])?;
    Ok(())
}

/// Only what a server had accepted, or may have, can come back; anything else is in the sender's hands.
fn write_copy(
    db: &Connection,
    delivery: i64,
    state: &str,
    words: &str,
    now: Timestamp,
) -> Result<Option<CopyBefore>, rusqlite::Error> {
    let sql = "SELECT state, code, text, due_at FROM deliveries WHERE id = ?1 AND state IN ('accepted', 'uncertain')";
    let before = db
        .query_row(sql, [delivery], |row| {
            Ok(CopyBefore { state: row.get(0)?, code: row.get(1)?, text: row.get(2)?, due_at: row.get(3)? })
        })
        .optional()?;
    if before.is_some() {
        db.execute(
            "UPDATE deliveries SET state = ?2, text = iif(address = '', '', ?3), due_at = NULL, changed_at = ?4
             WHERE id = ?1",
            params![delivery, state, crate::people::clean(words), stamp(now)],
        )?;
    }
    Ok(before)
}

fn restore_copy(
    db: &Connection,
    delivery: Option<i64>,
    kind: &str,
    before: Option<&CopyBefore>,
    now: Timestamp,
) -> Result<(), rusqlite::Error> {
    let kind = ReturnKind::ALL.into_iter().find(|known| known.word() == kind);
    let (Some(delivery), Some(before), Some(state)) = (delivery, before, kind.and_then(ReturnKind::delivery_state))
    else {
        return Ok(());
    };
    db.execute(
        "UPDATE deliveries SET state = ?3, code = ?4, text = iif(address = '', '', ?5), due_at = ?6, changed_at = ?7
         WHERE id = ?1 AND state = ?2",
        params![delivery, state, before.state, before.code, before.text, before.due_at, stamp(now)],
    )
    .map(drop)
}

/// Takes a return out of the chain of reasons: the one that stood on it stands on what was below it.
fn restore_person(db: &Connection, id: i64, hash: &[u8], before: Before, now: Timestamp) -> Result<(), StoreError> {
    let present = kept(db, hash)?;
    if present.and_then(|present| present.return_id) != Some(id) {
        return Ok(relink(db, id, hash, before)?);
    }
    match &before.suppression {
        Some(kept) => {
            let sql = "UPDATE suppressions SET reason = ?2, at = ?3, note = ?4, return_id = ?5 WHERE hash = ?1";
            db.execute(sql, params![hash, kept.reason, kept.at, kept.note, kept.return_id])?;
            suppression::mark(db, hash, now)?;
        }
        None => {
            suppression::take_back(db, hash, now)?;
            let status = before.status.unwrap_or_else(|| "active".to_owned());
            let sql = "UPDATE subscribers SET status = ?2, changed_at = ?3 WHERE hash = ?1";
            db.execute(sql, params![hash, status, stamp(now)])?;
        }
    }
    Ok(())
}

fn relink(db: &Connection, id: i64, hash: &[u8], below: Before) -> Result<(), rusqlite::Error> {
    let mut statement = db.prepare(
        "SELECT id, before FROM returns WHERE hash = ?1 AND id > ?2 AND suppressed = 1 AND undone_at IS NULL",
    )?;
    let rows: Vec<(i64, String)> =
        statement.query_map(params![hash, id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let stands_on = |before: &Before| before.suppression.as_ref().and_then(|kept| kept.return_id) == Some(id);
    let parsed = rows.into_iter().filter_map(|(id, json)| Some((id, serde_json::from_str::<Before>(&json).ok()?)));
    if let Some((above, before)) = parsed.into_iter().find(|(_, before)| stands_on(before)) {
        let before = Before { status: below.status, suppression: below.suppression, delivery: before.delivery };
        let json = serde_json::json!(before).to_string();
        db.execute("UPDATE returns SET before = ?2 WHERE id = ?1", params![above, json])?;
    }
    Ok(())
}

fn kept(db: &Connection, hash: &[u8]) -> Result<Option<Kept>, rusqlite::Error> {
    let sql = "SELECT reason, at, note, return_id FROM suppressions WHERE hash = ?1";
    db.query_row(sql, [hash], |row| {
        Ok(Kept { reason: row.get(0)?, at: row.get(1)?, note: row.get(2)?, return_id: row.get(3)? })
    })
    .optional()
}

fn status(db: &Connection, hash: &[u8]) -> Result<Option<String>, rusqlite::Error> {
    db.query_row("SELECT status FROM subscribers WHERE hash = ?1", [hash], |row| row.get(0)).optional()
}

fn is_active(db: &Connection, hash: &[u8]) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM subscribers WHERE hash = ?1 AND status = 'active')
                      AND NOT EXISTS (SELECT 1 FROM suppressions WHERE hash = ?1)";
    db.query_row(sql, [hash], |row| row.get(0))
}

fn record(row: &Row<'_>) -> Result<ReturnRecord, rusqlite::Error> {
    let word: String = row.get("kind")?;
    let kind = ReturnKind::ALL.into_iter().find(|kind| kind.word() == word);
    Ok(ReturnRecord {
        id: row.get("id")?,
        kind: kind.ok_or(rusqlite::Error::InvalidColumnName(word))?,
        source: row.get("source")?,
        known_by: row.get("known_by")?,
        guessed: row.get("guessed")?,
        address: row.get("address")?,
        edition: row.get("edition")?,
        happened: time(row.get("happened_at")?),
        recorded: time(row.get("recorded_at")?),
        words: row.get("words")?,
        suppressed: row.get("suppressed")?,
        undone: row.get::<_, Option<i64>>("undone_at")?.map(time),
    })
}

/// Empties what is kept about an erased person; the kinds stay, so that counts stay true.
pub(crate) fn forget(db: &Connection, hash: &[u8]) -> Result<usize, rusqlite::Error> {
    db.execute("UPDATE returns SET words = '', report = x'', before = '{}' WHERE hash = ?1", [hash])
}
