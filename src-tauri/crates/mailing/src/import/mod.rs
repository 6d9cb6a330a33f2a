//! Importing a list from CSV or XLSX: any common encoding and separator, in one transaction, with a word on every row.
//!
//! The file is read row by row and never held, and what was seen in it is kept in a temporary table, so a list of ten
//! million rows takes no more memory than one of ten thousand. The transaction is one, so that a list is imported or
//! not; a sender waits for it as long as it lasts.
//!
//! A row that cannot be read is reported with its line and its reason, and the others are taken. An empty cell never
//! erases what is known. Whoever is suppressed stays away, whatever the file says. Every person taken gets a consent
//! that names the file and the line. An import can be tried without writing, and taken back.

mod columns;
mod decode;
mod rows;
mod sheet;
mod undo;

use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;

pub use columns::Field;
pub use rows::RowFault;
pub use undo::Undone;

use crate::consent::{self, Consent};
use crate::people::{self, Entries, Person};
use crate::store::{Store, StoreError, stamp};
use crate::suppression;

/// Where a file comes from and why its people may be mailed.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    /// The file's name, for the evidence.
    pub file_name: String,
    /// Who gathered the list and where.
    pub source: String,
    /// What the people agreed to, or the other basis on which they are mailed.
    pub basis: String,
    /// Columns whose meaning is not to be guessed: heading and field.
    pub columns: Vec<(String, Field)>,
    /// Report only, write nothing.
    pub dry_run: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes of the decoded file read.
    pub bytes: u64,
    /// All its bytes.
    pub of: u64,
}

/// What an import came to. `new + changed + unchanged + suppressed + duplicates + unreadable = rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Its number, to take it back by; absent when nothing was written.
    pub id: Option<i64>,
    /// Rows of the file, the header not counted.
    pub rows: u64,
    /// People who are new on the list.
    pub new: u64,
    /// People of whom something more is known now.
    pub changed: u64,
    /// People of whom nothing new was said.
    pub unchanged: u64,
    /// Rows of people who must not be mailed, as the list here or the file itself says.
    pub suppressed: u64,
    /// Rows whose address an earlier row had.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub unreadable: u64,
    /// Of the people taken, those whose mailbox belongs to a function.
    pub roles: u64,
    /// Of the people taken, those about whose row something is odd.
    pub suspicious: u64,
    /// The encoding the file was read in.
    pub encoding: String,
    /// The separator of its columns.
    pub separator: char,
    /// Each heading and what it was taken for.
    pub columns: Vec<(String, Field)>,
    /// Every row that was not simply taken, with its line; of a hopeless file the first hundred thousand.
    pub findings: Vec<RowFinding>,
    /// Findings beyond those; they are counted above.
    pub more_findings: u64,
}

/// A row that was not simply taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowFinding {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    #[serde(flatten)]
    pub fault: RowFault,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has no header or no column of addresses.
    #[error("no column with mail addresses was found among {}", list(columns))]
    NoAddresses {
        /// The headings there are.
        columns: Vec<String>,
    },
    /// A column named in the plan is not in the file.
    #[error("there is no column `{column}`; the file has {}", list(columns))]
    NoSuchColumn {
        /// The one asked for.
        column: String,
        /// The headings there are.
        columns: Vec<String>,
    },
    /// Source or basis is missing.
    #[error("an import needs a source and a basis")]
    NoBasis,
    /// The import was stopped; nothing was written.
    #[error("the import was stopped and nothing was written")]
    Stopped,
    /// The file cannot be read as a table.
    #[error("the file cannot be read as a table")]
    Table(#[source] csv::Error),
    /// The workbook cannot be read.
    #[error("the workbook cannot be read: {why}")]
    Sheet {
        /// What is wrong with it.
        why: String,
    },
    /// The workbook would unpack to more than a list can be.
    #[error("the workbook unpacks to {unpacked} bytes, which no list does")]
    TooLarge {
        /// Bytes, as the file itself says.
        unpacked: u64,
    },
    /// The file cannot be read from the disk.
    #[error("the file cannot be read")]
    Read(#[source] io::Error),
    /// There is no such import, or it was taken back already.
    #[error("there is no import {id} to take back")]
    NoSuchImport {
        /// Its number.
        id: i64,
    },
    /// The list could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn list(columns: &[String]) -> String {
    columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ")
}

impl ImportError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            ImportError::NoAddresses { .. } => "import-no-addresses",
            ImportError::NoSuchColumn { .. } => "import-no-such-column",
            ImportError::NoBasis => "import-no-basis",
            ImportError::Stopped => "import-stopped",
            ImportError::Table(_) => "import-table",
            ImportError::Sheet { .. } => "import-sheet",
            ImportError::TooLarge { .. } => "import-too-large",
            ImportError::Read(_) => "import-read",
            ImportError::NoSuchImport { .. } => "import-no-such-import",
            ImportError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            ImportError::NoAddresses { .. } => "name the column with `--map COLUMN=email`",
            ImportError::NoSuchColumn { .. } => "name a column as the first line of the file has it",
            ImportError::NoBasis => "say who gathered the list and on what basis its people may be mailed",
            ImportError::Stopped => "run it again; it takes whole files only",
            ImportError::Table(_) | ImportError::Sheet { .. } | ImportError::TooLarge { .. } => {
                "save the sheet as CSV (UTF-8) and try again"
            }
            ImportError::Read(_) => "check the disk the file lies on, then try again; nothing was written",
            ImportError::NoSuchImport { .. } => "the report of an import names its number",
            ImportError::Store(error) => error.hint(),
        }
    }
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> ImportError {
        ImportError::Store(error.into())
    }
}

// More than so many faults say that the file is the wrong one, not which of its rows are.
const MOST_FINDINGS: usize = 100_000;
// The indexes of a list are written all over; pages of them that have no room here are written again and again.
const CACHE: &str = "-48000";

impl Store {
    /// Imports a CSV or XLSX file from memory; see [`Store::import`].
    pub fn import_csv(
        &self,
        bytes: &[u8],
        plan: &ImportPlan,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError> {
        self.import(&mut Cursor::new(bytes), plan, now, progress)
    }

    /// Imports a CSV or XLSX file in one transaction; stopping it or failing leaves the list as it was.
    pub fn import(
        &self,
        file: &mut (impl Read + Seek),
        plan: &ImportPlan,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError> {
        if plan.source.trim().is_empty() || plan.basis.trim().is_empty() {
            return Err(ImportError::NoBasis);
        }
        // A connection of its own, so that the desk can look at the list meanwhile.
        let mut connection = self.second_connection()?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.execute_batch("CREATE TEMP TABLE seen (hash INTEGER PRIMARY KEY, line INTEGER NOT NULL)")?;
        let remembered = remembered(&connection, plan)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut import = Import::begin(self, &transaction, plan, remembered, now)?;
        import.read(file, progress)?;
        let mut report = import.report;
        if plan.dry_run {
            report.id = None;
            return Ok(report);
        }
        let summary = serde_json::json!({ "rows": report.rows, "new": report.new, "changed": report.changed });
        transaction.execute("UPDATE imports SET report = ?2 WHERE id = ?1", params![report.id, summary.to_string()])?;
        remember(&transaction, plan, &report.columns)?;
        transaction.commit()?;
        Ok(report)
    }
}

fn mapping_key(plan: &ImportPlan) -> String {
    format!("columns of {}", plan.source.trim())
}

/// What the columns of this source were taken for the last time; what the plan says now comes first.
fn remembered(db: &Connection, plan: &ImportPlan) -> Result<Vec<(String, Field)>, ImportError> {
    let sql = "SELECT value FROM meta WHERE key = ?1";
    let known: Option<Vec<u8>> = db.query_row(sql, [mapping_key(plan)], |row| row.get(0)).optional()?;
    Ok(known.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default())
}

fn remember(db: &Connection, plan: &ImportPlan, columns: &[(String, Field)]) -> Result<(), ImportError> {
    let json = serde_json::to_vec(columns).map_err(|error| ImportError::Read(io::Error::other(error)))?;
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![mapping_key(plan), json])?;
    Ok(())
}

struct Import<'a> {
    store: &'a Store,
    db: &'a Connection,
    plan: &'a ImportPlan,
    remembered: Vec<(String, Field)>,
    entries: Entries<'a>,
    now: Timestamp,
    id: i64,
    layout: Option<rows::Layout>,
    report: ImportReport,
}

impl<'a> Import<'a> {
    fn begin(
        store: &'a Store,
        db: &'a Connection,
        plan: &'a ImportPlan,
        remembered: Vec<(String, Field)>,
        now: Timestamp,
    ) -> Result<Import<'a>, ImportError> {
        let sql = "INSERT INTO imports (at, file_name, source, basis) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![stamp(now), plan.file_name, plan.source, plan.basis])?;
        let id = db.last_insert_rowid();
        let entries = Entries::new(db, format!("import {id}"), now);
        let report = ImportReport { id: Some(id), ..ImportReport::default() };
        Ok(Import { store, db, plan, remembered, entries, now, id, layout: None, report })
    }

    fn read(
        &mut self,
        file: &mut (impl Read + Seek),
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        if sheet::is_packed(file).map_err(ImportError::Read)? {
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
        let Some(layout) = &self.layout else {
            self.layout = Some(self.columns(record)?);
            return Ok(());
        };
        self.report.rows += 1;
        match rows::read(record, layout, self.report.separator, lines) {
            Ok(row) => self.take(row, line),
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

    fn take(&mut self, row: rows::Row, line: u64) -> Result<(), ImportError> {
        let key = row.person.address.key();
        let hash = self.store.hash(&key);
        if let Some(first) = self.seen_before(&hash, line)? {
            self.report.duplicates += 1;
            self.find(line, RowFault::Duplicate { first });
            return Ok(());
        }
        if let Some(reason) = suppression::reason(self.db, &hash)? {
            self.report.suppressed += 1;
            self.find(line, RowFault::Suppressed { reason });
            return Ok(());
        }
        if let Some(status) = row.left {
            self.report.suppressed += 1;
            self.find(line, RowFault::Left { status: status.to_owned() });
            return Ok(());
        }
        self.report.roles += u64::from(row.person.address.is_role());
        let id = match people::find(self.db, &key)? {
            Some(known) => self.merge(known, &row.person)?,
            None => {
                self.report.new += 1;
                self.entries.insert(&row.person, &key, &hash, Some(self.id))?
            }
        };
        consent::record(self.db, id, &self.consent(row.consented, line), Some(self.id), self.now)?;
        if let Some(note) = row.note {
            self.report.suspicious += 1;
            self.find(line, note);
        }
        Ok(())
    }

    /// The line that had this address before. Half of two hashes agree once in eighteen quintillions.
    fn seen_before(&self, hash: &[u8; 32], line: u64) -> Result<Option<u64>, rusqlite::Error> {
        let half = hash.first_chunk::<8>().map_or(0, |half| i64::from_le_bytes(*half));
        let sql = "INSERT OR IGNORE INTO temp.seen (hash, line) VALUES (?1, ?2)";
        if self.db.prepare_cached(sql)?.execute(params![half, line])? > 0 {
            return Ok(None);
        }
        let sql = "SELECT line FROM temp.seen WHERE hash = ?1";
        self.db.prepare_cached(sql)?.query_row([half], |row| row.get(0)).optional()
    }

    fn merge(&mut self, known: people::Subscriber, said: &Person) -> Result<i64, ImportError> {
        let merged = known.person.with(said);
        if merged == known.person {
            self.report.unchanged += 1;
            return Ok(known.id);
        }
        self.report.changed += 1;
        let before = serde_json::json!(known.person).to_string();
        let sql = "INSERT INTO import_changes (import_id, subscriber_id, before) VALUES (?1, ?2, ?3)";
        self.db.prepare_cached(sql)?.execute(params![self.id, known.id, before])?;
        self.entries.update(&known, &merged)?;
        Ok(known.id)
    }

    fn consent(&self, given: Option<Timestamp>, line: u64) -> Consent {
        Consent {
            given,
            how: "import".to_owned(),
            wording: self.plan.basis.clone(),
            source: self.plan.source.clone(),
            evidence: format!("{} line {line}", self.plan.file_name),
        }
    }
}
