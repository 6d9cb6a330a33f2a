//! Importing a list from CSV or XLSX: any common encoding and separator, in one transaction, with a word on every row.
//!
//! The file is read row by row and never held, and what was seen in it is kept in a temporary table, so a list of ten
//! million rows takes no more memory than one of ten thousand. The transaction is one, so that a list is imported or
//! not; a sender waits for it as long as it lasts. A dry run only reads, and nobody waits for it.
//!
//! A row that cannot be read is reported with its line and its reason, and the others are taken. An empty cell never
//! erases what is known. Whoever is suppressed stays away, whatever the file says. Every person taken gets a consent
//! that names the file and the line. An import can be tried without writing, and taken back.

mod bulk;
mod columns;
mod decode;
mod rows;
mod sheet;
mod taking;
mod undo;

use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;

use bulk::Bulk;
pub use columns::Field;
pub use rows::RowFault;
use taking::Import;
pub use undo::{PastImport, Undone};

use crate::store::{Store, StoreError};

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
    /// Whether whoever is new gets no edition before they said yes to a mail that asks them.
    pub ask: bool,
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

// The indexes of a list are written all over; pages of them that have no room here are written again and again. Where
// they are made anew, they are sorted in as much memory once more.
const CACHE: &str = "-36000";

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
        self.import_by(Way::Quickest, file, plan, now, progress)
    }

    fn import_by(
        &self,
        way: Way,
        file: &mut (impl Read + Seek),
        plan: &ImportPlan,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError> {
        // A connection of its own, so that the desk can look at the list meanwhile.
        let mut connection = self.second_connection()?;
        prepare(&connection)?;
        let remembered = remembered(&connection, plan)?;
        let lock = if plan.dry_run { TransactionBehavior::Deferred } else { TransactionBehavior::Immediate };
        let transaction = connection.transaction_with_behavior(lock)?;
        self.is_still_the_same(&transaction)?;
        let mut import = Import::begin(self, &transaction, plan, remembered, now)?;
        import.read(way, file, progress)?;
        let report = import.done();
        if plan.dry_run {
            return Ok(report);
        }
        let summary = serde_json::json!({ "rows": report.rows, "new": report.new, "changed": report.changed });
        transaction.execute("UPDATE imports SET report = ?2 WHERE id = ?1", params![report.id, summary.to_string()])?;
        remember(&transaction, plan, &report.columns)?;
        transaction.commit()?;
        Ok(report)
    }
}

/// How the rows go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As suits the size of the file.
    Quickest,
    /// All at once, or one by one, whatever the size.
    #[cfg(test)]
    AllAtOnce(bool),
}

impl Way {
    fn is_bulk(self, db: &Connection, bytes: u64, packed: bool) -> Result<bool, rusqlite::Error> {
        match self {
            Way::Quickest => Bulk::pays(db, bytes, packed),
            #[cfg(test)]
            Way::AllAtOnce(bulk) => Ok(bulk),
        }
    }
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "cache_size", CACHE)?;
    // An import takes nobody off the list, and every number it writes is one it has just been given.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.execute_batch("CREATE TEMP TABLE seen (hash INTEGER PRIMARY KEY, line INTEGER NOT NULL)")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Filter;
    use crate::suppression::Reason;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn plan() -> ImportPlan {
        let (source, basis) = ("a fair".into(), "asked".into());
        ImportPlan { file_name: "list.csv".into(), source, basis, columns: Vec::new(), dry_run: false, ask: false }
    }

    /// A list with one who left, and a file that came before, imported in one of the ways.
    fn imported(way: Way, before: &str, file: &str) -> (ImportReport, String, Vec<u64>) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let run = |text: &str, way, plan: &ImportPlan| {
            let mut text = Cursor::new(text.as_bytes().to_vec());
            store.import_by(way, &mut text, plan, now(), &mut |_| ControlFlow::Continue(())).unwrap()
        };
        store.suppress(&"p1@x.ro".parse().unwrap(), Reason::Unsubscribed, "", now()).unwrap();
        run(before, Way::AllAtOnce(false), &plan());
        let tried = run(file, way, &ImportPlan { dry_run: true, ..plan() });
        let report = run(file, way, &plan());
        assert_eq!(ImportReport { id: report.id, ..tried }, report, "a dry run says what would be");
        let mut list = Vec::new();
        store.export_csv(&Filter::default(), &mut list).unwrap();
        let found = ["pop", "p2", "x"].map(|text| store.search(text, 50).unwrap().len() as u64).to_vec();
        let db = store.db();
        let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        let orphans: u64 = db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
        db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)", []).unwrap();
        let sql = "SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'trigger')";
        let made: u64 = db.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!((sound.as_str(), orphans), ("ok", 0));
        (report, String::from_utf8(list).unwrap(), [found, vec![made]].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn all_at_once_comes_to_the_same_as_row_by_row(
            rows in proptest::collection::vec(
                (0..8, "(Ana|Ion|) (Pop|Stan|)", "[ab]{0,1}", "(active|bounced|unsubscribed|)"), 0..24),
            known in 0..4,
        ) {
            let line = |(n, name, tag, status): &(i32, String, String, String)| format!("p{n}@x.ro,{name},{tag},{status}\n");
            let file: String = rows.iter().map(line).collect();
            let file = format!("email,name,tags,status\n{file}no address,,,\n");
            let before: String = (0..known).map(|n| format!("p{}@x.ro,Maria\n", n * 2)).collect();
            let before = format!("email,name\n{before}");
            prop_assert_eq!(
                imported(Way::AllAtOnce(true), &before, &file),
                imported(Way::AllAtOnce(false), &before, &file)
            );
        }
    }
}
