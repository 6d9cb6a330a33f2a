//! What goes on in another column is all there: every word once, and tagged as a reader's program asks for.
//!
//! The hard case is a column that a float fills up to a line or two. Each text below is moved down line by line past
//! the foot of a column after which such a one comes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::Document;
use typesetting::PdfTarget;

use crate::book::Book;

/// Lines that a float leaves of the column after the one that the text is parted in.
const ROOMS: [f64; 4] = [1.0, 2.0, 3.0, 5.0];
/// Lines above the box.
const FIRST: usize = 10;
/// Lines by which the text is moved past the foot of its column.
const MOVES: u32 = 12;

/// So many words that occur nowhere else, from a number on.
fn words(from: usize, count: usize) -> String {
    (from..from + count).map(|number| format!("q{number}z")).collect::<Vec<_>>().join(" ")
}

/// An article in two columns: some lines, a box that finds no room below them, so many lines, then the text.
fn article(boxed: usize, lines: u32, text: &str) -> String {
    let written = |count: usize, mark: &str, word: &str| format!("{mark}{word}\\\n").repeat(count - 1) + mark + word;
    let head = "---\ntitle: T\nkind: department\ncolumns: 2\n---\n";
    let first = written(FIRST, "", "Line.");
    let boxed = if boxed > 0 { format!("> [!facts]\n{}\n\n", written(boxed, "> ", "Fact")) } else { String::new() };
    format!("{head}{first}\n\n{boxed}{}\n\n{text}", written(lines as usize, "", "Line."))
}

/// Lines of a box that leaves `room` lines of a column of `rows`.
fn boxed(book: &Book, rows: u32, room: f64) -> usize {
    const INSET: f64 = 4.0 * 72.0 / 25.4;
    const LEADING: f64 = 3.4;
    let face = &book.issue.publication.type_scale;
    // One more line stays white between the box and the text.
    let height = (f64::from(rows) - 1.0 - room) * face.pitch - 2.0 * INSET;
    ((height + LEADING) / (face.sidebar + LEADING)) as usize
}

/// How often each of the words stands on the pages, where that is not once.
fn astray(pdf: &[u8], count: usize) -> BTreeMap<String, usize> {
    let document = Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).unwrap();
    let times = (100..100 + count).map(|number| format!("q{number}z")).map(|word| (text.matches(&word).count(), word));
    times.filter(|(times, _)| *times != 1).map(|(times, word)| (word, times)).collect()
}

/// Moves a text with so many words down the columns.
fn check(name: &str, text: &str, count: usize) {
    let mut book = Book::of_one(&article(0, 1, ""));
    let rows = (book.layout.fits[0].end.unwrap().free_lines + FIRST as u32).div_ceil(2);
    let foot = rows - FIRST as u32;
    let mut faults = Vec::new();
    for room in ROOMS {
        let boxed = boxed(&book, rows, room);
        for lines in foot - MOVES..=foot {
            book.take(&article(boxed, lines, text));
            let case = format!("{name} after {lines} lines, {room} in the next column");
            match book.pdf(PdfTarget::Accessible) {
                Ok(pdf) => {
                    let astray = astray(&pdf, count);
                    faults.extend((!astray.is_empty()).then(|| format!("{case}: {astray:?}")));
                }
                Err(error) => faults.push(format!("{case}: {error}")),
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Items of one to seven lines.
fn items(mark: &str) -> (String, usize) {
    let (mut text, mut next) = (String::new(), 100);
    for count in [7, 14, 21, 4, 30, 45, 13, 20] {
        let _ = writeln!(text, "{mark}{}", words(next, count));
        next += count;
    }
    (text, next - 100)
}

#[test]
fn a_numbered_list_goes_on_in_another_column_with_every_line() {
    let (text, count) = items("1. ");
    check("a numbered list", &text, count);
}

#[test]
fn a_list_goes_on_in_another_column_with_every_line() {
    let (text, count) = items("- ");
    check("a list", &text, count);
    let (text, count) = items("- [x] ");
    check("a list of tasks", &text, count);
}

#[test]
fn a_quote_goes_on_in_another_column_with_every_line() {
    let paragraphs = [(100, 13), (113, 20), (133, 45)].map(|(from, count)| format!("> {}", words(from, count)));
    check("a quote", &paragraphs.join("\n>\n"), 78);
}

#[test]
fn a_heading_goes_on_in_another_column_with_every_line() {
    let text = format!("## {}\n\n{}", words(100, 9), words(109, 40));
    check("a heading", &text, 49);
}

#[test]
fn a_long_table_goes_on_in_another_column_with_every_line() {
    let row = |row: usize| format!("| {} | {} |\n", words(100 + row * 9, 2), words(102 + row * 9, 7));
    let text = format!("| A | B |\n| --- | --- |\n{}", (0..30).map(row).collect::<String>());
    check("a long table", &text, 270);
}
