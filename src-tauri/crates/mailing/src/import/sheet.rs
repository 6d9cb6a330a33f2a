//! Rows of an XLSX workbook's first sheet, as the texts that a CSV file would have.
//!
//! The cells are read one after the other. An XLSX is a packed archive: one that says it unpacks to more than a list
//! could be is refused before anything is unpacked.

use std::io::{self, Read, Seek, SeekFrom};

use calamine::{DataRef, Reader, Xlsx};
use csv::StringRecord;
use jiff::civil::Date;

use super::ImportError;

const MOST_UNPACKED: u64 = 2 * 1024 * 1024 * 1024;
// A sheet of text packs to a tenth; a trap packs to a thousandth.
const MOST_RATIO: u64 = 200;
const SMALL: u64 = 16 * 1024 * 1024;

/// Whether a file is a packed archive, which of all lists only an XLSX is.
pub(super) fn is_packed(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut mark = Vec::new();
    file.rewind()?;
    file.by_ref().take(4).read_to_end(&mut mark)?;
    file.rewind()?;
    Ok(mark == b"PK\x03\x04")
}

/// Calls `each` with every row that is not empty, and its number in the sheet from 1.
pub(super) fn rows(
    file: &mut (impl Read + Seek),
    mut each: impl FnMut(&StringRecord, u64) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    check_size(file)?;
    let fault = |error: calamine::XlsxError| ImportError::Sheet { why: error.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(file).map_err(fault)?;
    let name = book.sheet_names().first().cloned().ok_or(ImportError::Sheet { why: "it has no sheet".to_owned() })?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(fault)?;
    let (mut row, mut fields): (u32, Vec<String>) = (0, Vec::new());
    let mut width = 0;
    while let Some(cell) = cells.next_cell().map_err(fault)? {
        let (at, column) = cell.get_position();
        if at != row {
            give(&mut fields, &mut width, row, &mut each)?;
            row = at;
        }
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let place = column as usize;
        if place >= fields.len() {
            // A workbook has 16,384 columns at most, so a hostile one cannot ask for more room than that.
            fields.resize(place.min(16_384) + 1, String::new());
        }
        if let Some(field) = fields.get_mut(place) {
            *field = text;
        }
    }
    give(&mut fields, &mut width, row, &mut each)
}

/// Hands a row on, as wide as the header: a sheet does not write its empty cells.
fn give(
    fields: &mut Vec<String>,
    width: &mut usize,
    row: u32,
    each: &mut impl FnMut(&StringRecord, u64) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if fields.is_empty() {
        return Ok(());
    }
    *width = if *width == 0 { fields.len() } else { *width };
    if fields.len() < *width {
        fields.resize(*width, String::new());
    }
    let record = StringRecord::from(std::mem::take(fields));
    each(&record, u64::from(row) + 1)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(day) => date(day.as_f64()),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A sheet counts days from the last one but one of 1899.
fn date(days: f64) -> String {
    let whole = days.floor().clamp(0.0, 2_958_465.0) as i64;
    let day = jiff::Span::new().try_days(whole).and_then(|span| Date::constant(1899, 12, 30).checked_add(span));
    day.map_or_else(|_| String::new(), |day| day.to_string())
}

/// Refuses an archive by what its directory says of it.
fn check_size(file: &mut (impl Read + Seek)) -> Result<(), ImportError> {
    let unreadable = |error: io::Error| ImportError::Sheet { why: error.to_string() };
    let packed = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let unpacked = unpacked(file, packed).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let too_dense = unpacked > SMALL && unpacked / packed.max(1) > MOST_RATIO;
    if unpacked > MOST_UNPACKED || too_dense {
        return Err(ImportError::TooLarge { unpacked });
    }
    Ok(())
}

/// The sizes that the archive's directory names, added up (APPNOTE 4.3.12 and 4.3.16).
fn unpacked(file: &mut (impl Read + Seek), packed: u64) -> io::Result<u64> {
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(packed.saturating_sub(66_000)))?;
    file.read_to_end(&mut tail)?;
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "the archive has no directory");
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(broken)?;
    let number = |bytes: &[u8], at: usize, length: usize| {
        bytes.get(at..at + length).map(|found| found.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let size = number(&tail, end + 12, 4).ok_or_else(broken)?;
    let start = number(&tail, end + 16, 4).ok_or_else(broken)?;
    let mut directory = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(size.min(64 * 1024 * 1024)).read_to_end(&mut directory)?;
    let (mut at, mut sum) = (0, 0_u64);
    while directory.get(at..at + 4) == Some(b"PK\x01\x02".as_slice()) {
        sum = sum.saturating_add(number(&directory, at + 24, 4).ok_or_else(broken)?);
        let lengths: Option<u64> = [28, 30, 32].into_iter().map(|place| number(&directory, at + place, 2)).sum();
        at += 46 + usize::try_from(lengths.ok_or_else(broken)?).unwrap_or(usize::MAX / 2);
    }
    Ok(sum)
}
