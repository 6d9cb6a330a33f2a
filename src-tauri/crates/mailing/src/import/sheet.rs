//! Rows of an XLSX workbook's first sheet, as the texts that a CSV file would have.
//!
//! The cells are read one after the other. An XLSX is a packed archive, and may be made to unpack to gigabytes, to hold
//! one cell of them, or to have room made for texts it does not have. It is looked through before it is read.

use std::io::{self, Read, Seek, SeekFrom};

use calamine::{DataRef, Reader, Xlsx};
use csv::StringRecord;
use jiff::civil::Date;
use zip::ZipArchive;

use super::ImportError;

const MOST_UNPACKED: u64 = 1024 * 1024 * 1024;
// A sheet of text packs to a tenth; a trap packs to a thousandth.
const MOST_RATIO: u64 = 200;
const SMALL: u64 = 16 * 1024 * 1024;
// A cell holds 32,767 letters, each of at most six bytes, or ten where it is written by its number.
const LONGEST_RUN: usize = 1024 * 1024;
const PROMISE: &[u8] = b"uniqueCount";
const WINDOW: usize = 64 * 1024;
const OVERLAP: usize = 64;

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
    check(file)?;
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

/// Unpacks everything once and keeps nothing: what an archive's directory says of itself is the archive's own word.
fn check(file: &mut (impl Read + Seek)) -> Result<(), ImportError> {
    let unreadable = |error: &dyn std::fmt::Display| ImportError::Sheet { why: error.to_string() };
    let packed = file.seek(SeekFrom::End(0)).map_err(|error| unreadable(&error))?;
    let most = SMALL.max(packed.saturating_mul(MOST_RATIO)).min(MOST_UNPACKED);
    let mut archive = ZipArchive::new(&mut *file).map_err(|error| unreadable(&error))?;
    let mut unpacked = 0_u64;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| unreadable(&error))?;
        let claimed = unpacked.saturating_add(entry.size());
        if claimed > most {
            return Err(ImportError::TooLarge { unpacked: claimed });
        }
        let is_text = !entry.name().is_ok_and(|name| name.contains("/media/"));
        let length = look_through(entry.take(most - unpacked + 1), is_text)?;
        unpacked += length;
        if unpacked > most {
            return Err(ImportError::TooLarge { unpacked });
        }
    }
    drop(archive);
    file.rewind().map_err(|error| unreadable(&error))
}

/// Reads one file of the archive to its end; answers its length. Refuses what would be held as a whole, or have room
/// made for it, by whoever reads the cells.
fn look_through(mut file: impl Read, is_text: bool) -> Result<u64, ImportError> {
    let wrong = |why: &str| Err(ImportError::Sheet { why: why.to_owned() });
    let (mut window, mut kept) = (vec![0; WINDOW], 0);
    let (mut length, mut run, mut promised) = (0_u64, 0, 0);
    loop {
        let read = match file.read(&mut window[kept..]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => return wrong(&error.to_string()),
        };
        let held = kept + read;
        let (fresh, whole) = (&window[kept..held], &window[..held]);
        length += read as u64;
        for (gap, closes) in gaps(fresh) {
            run += gap;
            if is_text && run > LONGEST_RUN {
                return wrong("a cell of it holds more than a megabyte");
            }
            run = if closes { 0 } else { run };
        }
        promised = promised.max(promise(whole));
        // What a word may be cut in is looked at once more.
        kept = held.min(OVERLAP);
        window.copy_within(held - kept..held, 0);
    }
    // The shortest entry is `<si/>`.
    if promised > length / 5 + 1 { wrong("it promises more texts than it has room for") } else { Ok(length) }
}

/// The lengths between the signs that begin something in XML, and whether one follows.
fn gaps(bytes: &[u8]) -> impl Iterator<Item = (usize, bool)> {
    let mut last = 0;
    let starts = memchr::memchr_iter(b'<', bytes).map(Some).chain([None]);
    starts.map(move |start| {
        let end = start.unwrap_or(bytes.len());
        let gap = end.saturating_sub(last);
        last = end + 1;
        (gap, start.is_some())
    })
}

/// The largest number of texts that is promised; room for all of them would be made at once.
fn promise(bytes: &[u8]) -> u64 {
    let number = |at: usize| {
        let rest = bytes[at + PROMISE.len()..].iter();
        let digits = rest.skip_while(|byte| byte.is_ascii_whitespace() || b"='\"".contains(byte));
        let digits: Vec<u8> = digits.take_while(|byte| byte.is_ascii_digit()).copied().collect();
        std::str::from_utf8(&digits)
            .ok()
            .filter(|digits| !digits.is_empty())
            .map(|digits| digits.parse().unwrap_or(u64::MAX))
    };
    memchr::memmem::find_iter(bytes, PROMISE).filter_map(number).max().unwrap_or(0)
}
