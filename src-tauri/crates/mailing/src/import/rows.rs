//! From a record of the file to a person, or the reason why not.

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::columns::Field;
use crate::address::{Address, AddressError};
use crate::people::{Person, clean};

/// A row as read.
pub(super) struct Row {
    pub(super) person: Person,
    pub(super) consented: Option<Timestamp>,
    /// What is odd about it, though it can be used.
    pub(super) note: Option<RowFault>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum RowFault {
    /// More or fewer fields than the header has.
    #[error("the row has {found} fields, the header {expected}")]
    Ragged {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quote that opens and does not close swallowed the following lines.
    #[error("a quote opened here runs over {lines} lines, which were not read")]
    OpenQuote {
        /// How many lines it swallowed.
        lines: u64,
    },
    /// The address cannot be read.
    #[error("{reason}: `{text}`")]
    Address {
        /// What stands there.
        text: String,
        /// Why it is no address.
        #[source]
        reason: AddressError,
    },
    /// The address stood on an earlier line already; what that line said was kept.
    #[error("the address stands on line {first} already")]
    Duplicate {
        /// That line.
        first: u64,
    },
    /// The address must not be mailed.
    #[error("the person must not be mailed ({reason})")]
    Suppressed {
        /// `unsubscribed`, `bounced`, `erased` or `complained`.
        reason: String,
    },
    /// The day of consent cannot be read; the person was imported without it.
    #[error("`{text}` is no date; imported without a day of consent")]
    ConsentDate {
        /// What stands there.
        text: String,
    },
    /// Bytes that mean nothing in the file's encoding.
    #[error("the row has characters that the file's encoding does not know")]
    Damaged,
}

impl RowFault {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            RowFault::Ragged { .. } => "row-ragged",
            RowFault::OpenQuote { .. } => "row-open-quote",
            RowFault::Address { reason, .. } => reason.code(),
            RowFault::Duplicate { .. } => "row-duplicate",
            RowFault::Suppressed { .. } => "row-suppressed",
            RowFault::ConsentDate { .. } => "row-consent-date",
            RowFault::Damaged => "row-damaged",
        }
    }
}

/// Reads one record by the fields of its columns; `lines` is how many lines of the file it takes.
pub(super) fn read(record: &StringRecord, fields: &[Field], lines: u64) -> Result<Row, RowFault> {
    if swallowed(record, fields, lines) {
        return Err(RowFault::OpenQuote { lines });
    }
    if record.len() != fields.len() {
        return Err(RowFault::Ragged { expected: fields.len(), found: record.len() });
    }
    let text = |field: Field| {
        fields.iter().position(|known| *known == field).and_then(|place| record.get(place)).unwrap_or("")
    };
    let written = text(Field::Email);
    if written.contains('\u{fffd}') {
        return Err(RowFault::Damaged);
    }
    let address = Address::parse(written).map_err(|reason| RowFault::Address { text: clean(written), reason })?;
    let person = Person {
        address,
        name: name(text(Field::Name), text(Field::FirstName), text(Field::LastName)),
        first_name: text(Field::FirstName).to_owned(),
        city: text(Field::City).to_owned(),
        country: text(Field::Country).to_owned(),
        language: text(Field::Language).to_lowercase(),
        organisation: text(Field::Organisation).to_owned(),
        tags: text(Field::Tags).split([',', ';', '|']).map(str::to_owned).collect(),
    };
    let day = text(Field::ConsentDate).trim();
    let consented = moment(day);
    let note = match record.iter().any(|field| field.contains('\u{fffd}')) {
        true => Some(RowFault::Damaged),
        false if consented.is_none() && !day.is_empty() => Some(RowFault::ConsentDate { text: clean(day) }),
        false => None,
    };
    Ok(Row { person: person.cleaned(), consented, note })
}

// A quoted newline is legal in a name or an organisation. Another person's address after one is not: the quote was
// left open, and the rows after it would vanish into this field without a word.
fn swallowed(record: &StringRecord, fields: &[Field], lines: u64) -> bool {
    let hides = |(place, field): (usize, &str)| {
        fields.get(place) != Some(&Field::Ignore) && field.lines().skip(1).any(|line| line.contains('@'))
    };
    lines > 1 && (lines > 50 || record.iter().enumerate().any(hides))
}

fn name(full: &str, first: &str, last: &str) -> String {
    if full.trim().is_empty() { format!("{} {}", first.trim(), last.trim()).trim().to_owned() } else { full.to_owned() }
}

/// A moment as lists write it: RFC 3339, or a day `2024-05-31`, `31.05.2024`, `31/05/2024` (midnight UTC).
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day = text.split([' ', 'T']).next().unwrap_or("");
    let day =
        ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d"].iter().find_map(|form| Date::strptime(form, day).ok())?;
    day.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
}
