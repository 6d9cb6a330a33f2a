//! One import under way: every record of the file to a person, to the reason why not, or to its place in the queue.
//!
//! Where the file is big beside the list, [`super::bulk`] lays the indexes aside meanwhile; whoever is met twice then
//! waits until they are there again.

use std::io::{self, Read, Seek};
use std::ops::ControlFlow;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::bulk::{self, Bulk};
use super::columns::{self, Field};
use super::rows::{self, RowFault};
use super::{ImportError, ImportPlan, ImportReport, Progress, RowFinding, Way, decode, sheet};
use crate::confirmation;
use crate::consent;
use crate::people::{self, Entries};
use crate::store::{Kept, Store, stamp};
use crate::suppression;

// More than so many faults say that the file is the wrong one, not which of its rows are.
const MOST_FINDINGS: usize = 100_000;

/// An import within its transaction.
pub(super) struct Import<'a> {
    store: &'a Store,
    db: &'a Connection,
    plan: &'a ImportPlan,
    remembered: Vec<(String, Field)>,
    entries: Entries<'a>,
    now: Timestamp,
    /// Its number; 0 in a dry run.
    id: i64,
    layout: Option<rows::Layout>,
    bulk: Option<Bulk>,
    /// Whoever is found behind this number came with this very file.
    last: i64,
    consent: Kept<'a>,
    suppression: Kept<'a>,
    report: ImportReport,
}

impl<'a> Import<'a> {
    pub(super) fn begin(
        store: &'a Store,
        db: &'a Connection,
        plan: &'a ImportPlan,
        remembered: Vec<(String, Field)>,
        now: Timestamp,
    ) -> Result<Import<'a>, ImportError> {
        let mut id = 0;
        if !plan.dry_run {
            let sql = "INSERT INTO imports (at, file_name, source, basis) VALUES (?1, ?2, ?3, ?4)";
            db.execute(sql, params![stamp(now), plan.file_name, plan.source, plan.basis])?;
            id = db.last_insert_rowid();
        }
        let entries = Entries::new(db, format!("import {id}"), now);
        let report = ImportReport { id: (!plan.dry_run).then_some(id), ..ImportReport::default() };
        let (layout, bulk, last) = (None, None, i64::MAX);
        let (consent, suppression) = (Kept::new(db, consent::BY_IMPORT), Kept::new(db, suppression::REASON));
        Ok(Import { store, db, plan, remembered, entries, now, id, layout, bulk, last, consent, suppression, report })
    }

    pub(super) fn read(
        &mut self,
        way: Way,
        file: &mut (impl Read + Seek),
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        let packed = sheet::is_packed(file).map_err(ImportError::Read)?;
        let size = file.seek(io::SeekFrom::End(0)).and_then(|size| file.rewind().map(|()| size));
        let size = size.map_err(ImportError::Read)?;
        if !self.plan.dry_run && way.is_bulk(self.db, size, packed)? {
            self.bulk = Some(Bulk::begin(self.db)?);
        }
        self.read_rows(packed, file, progress)?;
        self.settle(size, progress)
    }

    /// What it came to.
    pub(super) fn done(self) -> ImportReport {
        self.report
    }

    fn read_rows(
        &mut self,
        packed: bool,
        file: &mut (impl Read + Seek),
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        if packed {
            (self.report.encoding, self.report.separator) = ("XLSX".to_owned(), '\t');
            sheet::rows(file, |record, line| {
                self.record(record, line, 1)?;
                self.tell(progress, line, 0)
            })
        } else {
            self.read_text(file, progress)
        }?;
        if self.layout.is_none() { Err(ImportError::NoAddresses { columns: Vec::new() }) } else { Ok(()) }
    }

    fn read_text(
        &mut self,
        file: &mut (impl Read + Seek),
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        let form = decode::examine(file).map_err(ImportError::Read)?;
        self.report.encoding = form.encoding.name().to_owned();
        self.report.separator = form.separator;
        let separator = u8::try_from(form.separator).unwrap_or(b',');
        let text = decode::Decoding::new(file, form.encoding);
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text);
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(ImportError::Table)? {
            let line = record.position().map_or(0, csv::Position::line);
            let lines = reader.position().line().saturating_sub(line).max(1);
            self.record(&record, line, lines)?;
            self.tell(progress, reader.position().byte().min(form.size), form.size)?;
        }
        Ok(())
    }

    /// Makes the indexes that were laid aside, and takes the rows that had to wait for them.
    fn settle(&mut self, size: u64, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<(), ImportError> {
        let Some(bulk) = self.bulk.take() else { return Ok(()) };
        let at = Progress { rows: self.report.rows, bytes: size, of: size };
        let mut between = || if progress(at).is_break() { Err(ImportError::Stopped) } else { Ok(()) };
        self.last = bulk.end(self.db, &mut between)?;
        let mut before = 0;
        while let Some((line, lines, record)) = bulk::next_after(self.db, before)? {
            self.row(&record, line, lines)?;
            before = line;
        }
        self.report.findings.sort_by_key(|finding| finding.line);
        Ok(())
    }

    fn tell(
        &self,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
        bytes: u64,
        of: u64,
    ) -> Result<(), ImportError> {
        let due = self.report.rows.is_multiple_of(1_000) && self.report.rows > 0;
        if due && progress(Progress { rows: self.report.rows, bytes, of }).is_break() {
            return Err(ImportError::Stopped);
        }
        Ok(())
    }

    /// Takes the first record for the header and every other for a person.
    fn record(&mut self, record: &StringRecord, line: u64, lines: u64) -> Result<(), ImportError> {
        if self.layout.is_none() {
            self.layout = Some(self.columns(record)?);
            return Ok(());
        }
        self.report.rows += 1;
        self.row(record, line, lines)
    }

    fn row(&mut self, record: &StringRecord, line: u64, lines: u64) -> Result<(), ImportError> {
        let Some(layout) = &self.layout else { return Ok(()) };
        match rows::read(record, layout, self.report.separator, lines) {
            Ok(row) => {
                let key = row.person.address.key();
                let hash = self.store.hash(&key);
                if self.bulk.as_mut().is_some_and(|bulk| bulk.known.meet(&hash)) {
                    return Bulk::put_off(self.db, record, line, lines);
                }
                self.take(row, &key, &hash, line)
            }
            Err(fault) => {
                self.report.unreadable += 1;
                self.find(line, fault);
                Ok(())
            }
        }
    }

    fn columns(&mut self, headings: &StringRecord) -> Result<rows::Layout, ImportError> {
        let columns: Vec<String> = headings.iter().map(people::clean).collect();
        let missing = |(column, _): &&(String, Field)| {
            !columns.iter().any(|known| columns::plain(known) == columns::plain(column))
        };
        if let Some((column, _)) = self.plan.columns.iter().find(missing) {
            return Err(ImportError::NoSuchColumn { column: column.clone(), columns });
        }
        let chosen: Vec<(String, Field)> =
            self.plan.columns.iter().chain(self.remembered.iter().filter(|pair| !missing(pair))).cloned().collect();
        let fields = columns::guess(&columns, &chosen);
        if !fields.contains(&Field::Email) {
            return Err(ImportError::NoAddresses { columns });
        }
        self.report.columns = columns.iter().cloned().zip(fields.iter().copied()).collect();
        Ok(rows::Layout::new(fields, &columns))
    }

    fn find(&mut self, line: u64, fault: RowFault) {
        if self.report.findings.len() < MOST_FINDINGS {
            self.report.findings.push(RowFinding { line, fault });
        } else {
            self.report.more_findings += 1;
        }
    }

    fn take(&mut self, row: rows::Row, key: &str, hash: &[u8; 32], line: u64) -> Result<(), ImportError> {
        // Whom the filter does not know nobody knows, so only those who are not taken need be remembered.
        let first = if self.bulk.is_some() { None } else { self.seen_before(hash, line)? };
        if let Some(first) = first {
            return self.twice(first, line);
        }
        let known = if self.bulk.is_some() { None } else { people::find(self.db, key)? };
        if let Some(known) = known.as_ref().filter(|known| known.id > self.last) {
            let first = self.line_of(known.id)?;
            self.see(hash, first)?;
            return self.twice(first, line);
        }
        if let Some(fault) = self.refusal(&row, hash)? {
            if self.bulk.is_some() {
                self.seen_before(hash, line)?;
            }
            self.report.suppressed += 1;
            self.find(line, fault);
            return Ok(());
        }
        self.report.roles += u64::from(row.person.address.is_role());
        match known {
            Some(known) => self.merge(known, &row, line)?,
            None => self.welcome(&row, key, hash, line)?,
        }
        if let Some(note) = row.note {
            self.report.suspicious += 1;
            self.find(line, note);
        }
        Ok(())
    }

    fn twice(&mut self, first: u64, line: u64) -> Result<(), ImportError> {
        self.report.duplicates += 1;
        self.find(line, RowFault::Duplicate { first });
        Ok(())
    }

    /// Why the list or the file itself says that a person must not be mailed.
    fn refusal(&mut self, row: &rows::Row, hash: &[u8; 32]) -> Result<Option<RowFault>, ImportError> {
        let asked = self.bulk.as_ref().is_none_or(|bulk| bulk.may_be_gone(hash));
        let sql = &mut self.suppression;
        let reason = if asked { sql.get()?.query_row([hash], |row| row.get(0)).optional()? } else { None };
        let told = row.left.map(|status| RowFault::Left { status: status.to_owned() });
        Ok(reason.map(|reason| RowFault::Suppressed { reason }).or(told))
    }

    /// The line that had this address before. Half of two hashes agree once in eighteen quintillions.
    fn seen_before(&self, hash: &[u8; 32], line: u64) -> Result<Option<u64>, rusqlite::Error> {
        let sql = "INSERT OR IGNORE INTO temp.seen (hash, line) VALUES (?1, ?2)";
        if self.db.prepare_cached(sql)?.execute(params![half(hash), line])? > 0 {
            return Ok(None);
        }
        let sql = "SELECT line FROM temp.seen WHERE hash = ?1";
        self.db.prepare_cached(sql)?.query_row([half(hash)], |row| row.get(0)).optional()
    }

    fn see(&self, hash: &[u8; 32], line: u64) -> Result<(), rusqlite::Error> {
        let sql = "INSERT OR REPLACE INTO temp.seen (hash, line) VALUES (?1, ?2)";
        self.db.prepare_cached(sql)?.execute(params![half(hash), line]).map(drop)
    }

    /// The line a person of this very file came from.
    fn line_of(&self, id: i64) -> Result<u64, rusqlite::Error> {
        let sql = "SELECT coalesce(line, 0) FROM consents WHERE subscriber_id = ?1 ORDER BY id DESC LIMIT 1";
        self.db.prepare_cached(sql)?.query_row([id], |row| row.get(0))
    }

    fn welcome(&mut self, row: &rows::Row, key: &str, hash: &[u8; 32], line: u64) -> Result<(), ImportError> {
        self.report.new += 1;
        if self.plan.dry_run {
            return Ok(());
        }
        let id = self.entries.insert(&row.person, key, hash, Some(self.id))?;
        self.sign_up(id, row, line)
    }

    fn merge(&mut self, known: people::Subscriber, row: &rows::Row, line: u64) -> Result<(), ImportError> {
        let merged = known.person.with(&row.person);
        let changed = merged != known.person;
        *if changed { &mut self.report.changed } else { &mut self.report.unchanged } += 1;
        if self.plan.dry_run {
            return Ok(());
        }
        if changed {
            let before = serde_json::json!(known.person).to_string();
            let sql = "INSERT INTO import_changes (import_id, subscriber_id, before) VALUES (?1, ?2, ?3)";
            self.db.prepare_cached(sql)?.execute(params![self.id, known.id, before])?;
            self.entries.update(&known, &merged)?;
        }
        self.sign_up(known.id, row, line)
    }

    /// Records what the file says about why a person may be mailed; whose word is wanted is waited for.
    fn sign_up(&mut self, id: i64, row: &rows::Row, line: u64) -> Result<(), ImportError> {
        if self.plan.ask {
            confirmation::wait_for(self.db, id, &self.plan.basis, &self.plan.source, self.now)?;
        }
        self.consent.execute(params![id, stamp(self.now), row.consented.map(stamp), self.id, line])?;
        Ok(())
    }
}

fn half(hash: &[u8; 32]) -> i64 {
    hash.first_chunk::<8>().map_or(0, |half| i64::from_le_bytes(*half))
}
