//! From a record of the file to a person, or the reason why not.

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::columns::{Field, plain};
use crate::address::{Address, AddressError};
use crate::people::{Person, clean};

/// A row as read.
pub(super) struct Row {
    pub(super) person: Person,
    pub(super) consented: Option<Timestamp>,
    /// Why the file itself says that they must not be mailed.
    pub(super) left: Option<&'static str>,
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
    /// The file itself says that the person must not be mailed, and they were not taken.
    #[error("the file calls the person `{status}`, so they were not taken")]
    Left {
        /// `unsubscribed`, `bounced`, `erased` or `complained`.
        status: String,
    },
    /// The day of consent cannot be read; the person was imported without it.
    #[error("`{text}` is no date; imported without a day of consent")]
    ConsentDate {
        /// What stands there.
        text: String,
    },
    /// The name looks like something else; the person was imported.
    #[error("`{text}` is an odd name for a person")]
    OddName {
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
            RowFault::Left { .. } => "row-left",
            RowFault::ConsentDate { .. } => "row-consent-date",
            RowFault::OddName { .. } => "row-odd-name",
            RowFault::Damaged => "row-damaged",
        }
    }
}

/// What each column holds, and where each field stands.
pub(super) struct Layout {
    fields: Vec<Field>,
    attributes: Vec<(usize, String)>,
}

impl Layout {
    pub(super) fn new(fields: Vec<Field>, headings: &[String]) -> Layout {
        let free = fields.iter().enumerate().filter(|(_, field)| **field == Field::Attribute);
        let name = |heading: &str| {
            heading
                .split_once(':')
                .filter(|(word, _)| plain(word) == "attribute")
                .map_or_else(|| heading.to_owned(), |(_, name)| name.trim().to_owned())
        };
        let attributes = free.filter_map(|(place, _)| Some((place, name(headings.get(place)?)))).collect();
        Layout { fields, attributes }
    }
}

/// A cell as it was meant: the `'` that keeps a spreadsheet from calculating it is not part of it.
fn unguarded(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'').unwrap_or(cell);
    if rest.starts_with(crate::table::FORMULA_SIGNS) { rest } else { cell }
}

/// Reads one record by the fields of its columns; `lines` is how many lines of the file it takes.
pub(super) fn read(record: &StringRecord, layout: &Layout, separator: char, lines: u64) -> Result<Row, RowFault> {
    let fields = layout.fields.as_slice();
    if swallowed(record, fields, separator, lines) {
        return Err(RowFault::OpenQuote { lines });
    }
    if record.len() != fields.len() {
        return Err(RowFault::Ragged { expected: fields.len(), found: record.len() });
    }
    let text = |field: Field| {
        let place = fields.iter().position(|known| *known == field);
        place.and_then(|place| record.get(place)).map_or("", unguarded)
    };
    let written = text(Field::Email);
    if written.contains('\u{fffd}') {
        return Err(RowFault::Damaged);
    }
    let address = Address::parse(written).map_err(|reason| RowFault::Address { text: clean(written), reason })?;
    let free = layout.attributes.iter();
    let person = Person {
        address,
        name: name(text(Field::Name), text(Field::FirstName), text(Field::LastName)),
        first_name: text(Field::FirstName).to_owned(),
        city: text(Field::City).to_owned(),
        country: text(Field::Country).to_owned(),
        language: text(Field::Language).to_lowercase(),
        organisation: text(Field::Organisation).to_owned(),
        tags: text(Field::Tags).split([',', ';', '|']).map(str::to_owned).collect(),
        attributes: free
            .map(|(place, name)| (name.clone(), record.get(*place).map_or("", unguarded).to_owned()))
            .collect(),
    };
    let day = text(Field::ConsentDate).trim();
    let consented = moment(day);
    let note = match record.iter().any(|field| field.contains('\u{fffd}')) {
        true => Some(RowFault::Damaged),
        false if consented.is_none() && !day.is_empty() => Some(RowFault::ConsentDate { text: clean(day) }),
        false => odd_name(&person.name),
    };
    Ok(Row { person: person.cleaned(), consented, left: refusal(text(Field::Status)), note })
}

/// A name that no person has: what robots write into sign-up forms, or a column taken for another.
fn odd_name(name: &str) -> Option<RowFault> {
    let lower = name.to_lowercase();
    let odd = lower.contains("http") || lower.contains("www.") || lower.contains(['@', '<', '>', '{']);
    odd.then(|| RowFault::OddName { text: clean(name) })
}

// A quoted newline is legal in a name or an organisation. Another person's address after one is not: the quote was
// left open, and the rows after it would vanish into this field without a word.
fn swallowed(record: &StringRecord, fields: &[Field], separator: char, lines: u64) -> bool {
    let hides = |(place, field): (usize, &str)| {
        // A note of several lines may name an address, but no line of it looks like a row of this very file.
        let free = fields.get(place) == Some(&Field::Ignore);
        let person = |line: &str| if free { is_row(line, fields, separator) } else { line.contains('@') };
        field.lines().skip(1).any(person)
    };
    lines > 1 && (lines > 50 || record.iter().enumerate().any(hides))
}

fn is_row(line: &str, fields: &[Field], separator: char) -> bool {
    let cells: Vec<&str> = line.split(separator).collect();
    let email = fields.iter().position(|field| *field == Field::Email).and_then(|place| cells.get(place));
    cells.len() == fields.len() && email.is_some_and(|cell| Address::parse(cell.trim_matches('"')).is_ok())
}

/// What a word in a column of states says against mailing somebody; Mailchimp, listmonk and Masthead itself write so.
fn refusal(word: &str) -> Option<&'static str> {
    match word.trim().to_lowercase().replace(['-', '_'], " ").as_str() {
        "unsubscribed" | "opted out" | "opt out" | "blocklisted" | "blacklisted" | "dezabonat" | "dezabonată" => {
            Some("unsubscribed")
        }
        "bounced" | "hard bounced" | "cleaned" => Some("bounced"),
        "complained" | "complaint" => Some("complained"),
        "erased" => Some("erased"),
        _ => None,
    }
}

fn name(full: &str, first: &str, last: &str) -> String {
    if full.trim().is_empty() { format!("{} {}", first.trim(), last.trim()).trim().to_owned() } else { full.to_owned() }
}

/// A moment as lists write it: RFC 3339, or a day `2024-05-31`, `31.05.2024`, `31/05/2024` (midnight UTC).
fn moment(text: &str) -> Option<Timestamp> {
    if text.is_empty() {
        return None;
    }
    if let Some(day) = plain_day(text) {
        return midnight(day);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day = text.split([' ', 'T']).next().unwrap_or("");
    let day =
        ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d"].iter().find_map(|form| Date::strptime(form, day).ok())?;
    midnight(day)
}

fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
}

/// `2024-05-31`, as nearly every list writes it.
fn plain_day(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[&u8]| {
        digits
            .iter()
            .try_fold(0_i16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(**digit - b'0')))
    };
    let (month, day) = (i8::try_from(number(&[m1, m2])?).ok()?, i8::try_from(number(&[d1, d2])?).ok()?);
    Date::new(number(&[y1, y2, y3, y4])?, month, day).ok()
}
