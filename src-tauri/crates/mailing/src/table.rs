//! Tables as CSV that a spreadsheet may open: no cell is ever taken for a formula.

use std::io::Write;

use crate::store::StoreError;

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error("the table could not be written")]
    Write(#[source] csv::Error),
    /// The list could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ExportError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            ExportError::Write(_) => "export-write",
            ExportError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            ExportError::Write(_) => "check the free space and the rights of the folder it goes to",
            ExportError::Store(error) => error.hint(),
        }
    }
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> ExportError {
        ExportError::Write(error)
    }
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> ExportError {
        ExportError::Store(error.into())
    }
}

/// What a spreadsheet takes for the beginning of something to calculate.
pub(crate) const FORMULA_SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet takes for a formula: one that would begin like it gets a `'` before it.
pub(crate) fn cell(text: &str) -> String {
    if text.starts_with(FORMULA_SIGNS) { format!("'{text}") } else { text.to_owned() }
}

/// Writes a row of such cells.
pub(crate) fn write_row<'a>(
    to: &mut csv::Writer<impl Write>,
    cells: impl IntoIterator<Item = &'a str>,
) -> Result<(), csv::Error> {
    to.write_record(cells.into_iter().map(cell))
}
