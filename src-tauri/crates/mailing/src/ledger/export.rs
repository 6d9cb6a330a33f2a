//! The list and the ledger as CSV, safe to open in a spreadsheet.

use std::io::Write;

use rusqlite::params;

use super::{DeliveryState, summary};
use crate::people::{Filter, Subscriber};
use crate::store::{Store, StoreError};

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

/// A cell that no spreadsheet takes for a formula: one that would begin like it gets a `'` before it.
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn write_row<'a>(to: &mut csv::Writer<impl Write>, cells: impl IntoIterator<Item = &'a str>) -> Result<(), csv::Error> {
    to.write_record(cells.into_iter().map(cell))
}

impl Store {
    /// Writes everybody a filter finds as CSV, whatever its page; answers how many.
    pub fn export_csv(&self, filter: &Filter, out: impl Write) -> Result<u64, ExportError> {
        let mut to = csv::Writer::from_writer(out);
        write_row(
            &mut to,
            ["email", "name", "first name", "city", "country", "language", "organisation", "tags", "status"],
        )?;
        let mut page = Filter { limit: 1_000, after: None, ..filter.clone() };
        let mut count = 0;
        loop {
            let found = self.subscribers(&page)?;
            count += found.subscribers.len() as u64;
            found.subscribers.iter().try_for_each(|subscriber| row(&mut to, subscriber))?;
            match found.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        to.flush().map_err(csv::Error::from)?;
        Ok(count)
    }

    /// Writes a mailing's deliveries as CSV, only those in `state` if given; answers how many.
    pub fn export_ledger(
        &self,
        mailing: i64,
        state: Option<DeliveryState>,
        out: impl Write,
    ) -> Result<u64, ExportError> {
        let mut to = csv::Writer::from_writer(out);
        write_row(
            &mut to,
            ["id", "address", "state", "reason", "attempts", "code", "server", "message id", "changed"],
        )?;
        let db = self.db();
        let mut statement =
            db.prepare("SELECT * FROM deliveries WHERE mailing_id = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY id")?;
        let mut count = 0;
        for delivery in statement.query_map(params![mailing, state.map(DeliveryState::word)], summary::delivery)? {
            let delivery = delivery?;
            let (id, attempts) = (delivery.id.to_string(), delivery.attempts.to_string());
            let code = delivery.code.map_or_else(String::new, |code| code.to_string());
            let changed = delivery.changed.to_string();
            let reason = delivery.reason.as_deref().unwrap_or("");
            let state = delivery.state.word();
            write_row(
                &mut to,
                [
                    &id,
                    &delivery.address,
                    state,
                    reason,
                    &attempts,
                    &code,
                    &delivery.text,
                    &delivery.message_id,
                    &changed,
                ],
            )?;
            count += 1;
        }
        to.flush().map_err(csv::Error::from)?;
        Ok(count)
    }
}

fn row(to: &mut csv::Writer<impl Write>, subscriber: &Subscriber) -> Result<(), csv::Error> {
    let person = &subscriber.person;
    let (address, tags) = (person.address.to_string(), person.tags.join(", "));
    let fields = [
        &address,
        &person.name,
        &person.first_name,
        &person.city,
        &person.country,
        &person.language,
        &person.organisation,
        &tags,
    ];
    write_row(to, fields.into_iter().map(String::as_str).chain([subscriber.status.word()]))
}
