//! Importing a list from CSV: any common encoding and separator, in one transaction, with a word on every row.
//!
//! A row that cannot be read is reported with its line and its reason, and the others are taken. An empty cell never
//! erases what is known. Whoever is suppressed stays away, whatever the file says. Every person taken gets a consent
//! that names the file and the line. An import can be tried without writing, and taken back.

mod columns;
mod decode;
mod rows;
mod undo;

use std::collections::HashMap;
use std::ops::ControlFlow;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use serde::Serialize;

pub use columns::Field;
pub use rows::RowFault;
pub use undo::Undone;

use crate::consent::{self, Consent};
use crate::people::{self, Person};
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
    /// The encoding the file was read in.
    pub encoding: String,
    /// The separator of its columns.
    pub separator: char,
    /// Each heading and what it was taken for.
    pub columns: Vec<(String, Field)>,
    /// Every row that was not simply taken, with its line.
    pub findings: Vec<RowFinding>,
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
            ImportError::Table(_) => "save the sheet as CSV (UTF-8) and try again",
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

impl Store {
    /// Imports a CSV file in one transaction; stopping it or failing leaves the list as it was.
    pub fn import_csv(
        &self,
        bytes: &[u8],
        plan: &ImportPlan,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError> {
        if plan.source.trim().is_empty() || plan.basis.trim().is_empty() {
            return Err(ImportError::NoBasis);
        }
        let mut connection = self.db();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut import = Import::begin(self, &transaction, plan, now)?;
        import.read(bytes, progress)?;
        let mut report = import.report;
        if plan.dry_run {
            report.id = None;
            return Ok(report);
        }
        let summary = serde_json::json!({ "rows": report.rows, "new": report.new, "changed": report.changed });
        transaction.execute("UPDATE imports SET report = ?2 WHERE id = ?1", params![report.id, summary.to_string()])?;
        transaction.commit()?;
        Ok(report)
    }
}

struct Import<'a> {
    store: &'a Store,
    db: &'a Connection,
    plan: &'a ImportPlan,
    now: Timestamp,
    id: i64,
    lines: HashMap<[u8; 32], u64>,
    report: ImportReport,
}

impl<'a> Import<'a> {
    fn begin(
        store: &'a Store,
        db: &'a Connection,
        plan: &'a ImportPlan,
        now: Timestamp,
    ) -> Result<Import<'a>, ImportError> {
        let sql = "INSERT INTO imports (at, file_name, source, basis) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![stamp(now), plan.file_name, plan.source, plan.basis])?;
        let id = db.last_insert_rowid();
        let report = ImportReport { id: Some(id), ..ImportReport::default() };
        Ok(Import { store, db, plan, now, id, lines: HashMap::new(), report })
    }

    fn read(&mut self, bytes: &[u8], progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<(), ImportError> {
        let decoded = decode::decode(bytes);
        let text = decoded.text.as_ref();
        self.report.encoding = decoded.encoding.to_owned();
        self.report.separator = decode::separator(text);
        let separator = u8::try_from(self.report.separator).unwrap_or(b',');
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
        let headings = reader.headers().map_err(ImportError::Table)?.clone();
        let fields = self.columns(&headings)?;
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(ImportError::Table)? {
            let line = record.position().map_or(0, csv::Position::line);
            let lines = reader.position().line().saturating_sub(line).max(1);
            self.row(&record, &fields, line, lines)?;
            let bytes = reader.position().byte();
            let step = Progress { rows: self.report.rows, bytes, of: text.len() as u64 };
            if self.report.rows.is_multiple_of(1_000) && progress(step).is_break() {
                return Err(ImportError::Stopped);
            }
        }
        Ok(())
    }

    fn columns(&mut self, headings: &StringRecord) -> Result<Vec<Field>, ImportError> {
        let columns: Vec<String> = headings.iter().map(people::clean).collect();
        let missing = |(column, _): &&(String, Field)| {
            !columns.iter().any(|known| columns::plain(known) == columns::plain(column))
        };
        if let Some((column, _)) = self.plan.columns.iter().find(missing) {
            return Err(ImportError::NoSuchColumn { column: column.clone(), columns });
        }
        let fields = columns::guess(&columns, &self.plan.columns);
        if !fields.contains(&Field::Email) {
            return Err(ImportError::NoAddresses { columns });
        }
        self.report.columns = columns.into_iter().zip(fields.iter().copied()).collect();
        Ok(fields)
    }

    fn row(&mut self, record: &StringRecord, fields: &[Field], line: u64, lines: u64) -> Result<(), ImportError> {
        self.report.rows += 1;
        match rows::read(record, fields, self.report.separator, lines) {
            Ok(row) => self.take(row, line),
            Err(fault) => {
                self.report.unreadable += 1;
                self.find(line, fault);
                Ok(())
            }
        }
    }

    fn find(&mut self, line: u64, fault: RowFault) {
        self.report.findings.push(RowFinding { line, fault });
    }

    fn take(&mut self, row: rows::Row, line: u64) -> Result<(), ImportError> {
        let key = row.person.address.key();
        let hash = self.store.hash(&key);
        if let Some(first) = self.lines.get(&hash).copied() {
            self.report.duplicates += 1;
            self.find(line, RowFault::Duplicate { first });
            return Ok(());
        }
        self.lines.insert(hash, line);
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
        let known = people::find(self.db, &key)?;
        let id = match known {
            Some(known) => self.merge(known, &row.person)?,
            None => {
                self.report.new += 1;
                people::Entries::new(self.db, "import", self.now).insert(&row.person, &key, &hash, Some(self.id))?
            }
        };
        consent::record(self.db, id, &self.consent(row.consented, line), Some(self.id), self.now)?;
        if let Some(note) = row.note {
            self.find(line, note);
        }
        Ok(())
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
        people::Entries::new(self.db, "import", self.now).update(&known, &merged)?;
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
