//! Room on a PDF's first page for what is one reader's own.
//!
//! An issue's PDF is written once. Its cover ends with a stream of blanks, and a copy is made by writing drawing commands
//! over them: their number stays, so no object of the file moves, and thousands of copies cost no layout at all.

use std::ops::Range;

use lopdf::{Document, Object, SaveOptions, Stream, dictionary};

/// A PDF with room on its first page.
#[derive(Debug, Clone, PartialEq)]
pub struct Roomy {
    /// The file.
    pub pdf: Vec<u8>,
    /// Its blanks.
    pub blanks: Range<usize>,
}

/// The PDF with so many blanks at the end of its first page; `None` where it has no page, or cannot be read.
#[must_use]
pub fn with_room(pdf: &[u8], room: usize) -> Option<Roomy> {
    let mut document = Document::load_mem(pdf).ok()?;
    let first = document.page_iter().next()?;
    let plain = |content: Vec<u8>| Object::Stream(Stream::new(dictionary! {}, content).with_compression(false));
    // What was drawn before may have left its own measure behind.
    let [save, restore, blanks] = [b"q\n".to_vec(), b"\nQ\n".to_vec(), vec![b' '; room]]
        .map(|content| Object::Reference(document.add_object(plain(content))));
    let page = document.get_dictionary_mut(first).ok()?;
    let drawn = match page.get(b"Contents").ok()?.clone() {
        Object::Array(parts) => parts,
        one => vec![one],
    };
    page.set("Contents", [vec![save], drawn, vec![restore, blanks]].concat());
    let mut pdf = Vec::with_capacity(pdf.len() + room);
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    document.save_with_options(&mut pdf, options).ok()?;
    let start = run_of_blanks(&pdf, room)?;
    Some(Roomy { pdf, blanks: start..start + room })
}

fn run_of_blanks(pdf: &[u8], room: usize) -> Option<usize> {
    let mut run = 0;
    for (place, byte) in pdf.iter().enumerate() {
        run = if *byte == b' ' { run + 1 } else { 0 };
        if run == room {
            return Some(place + 1 - room);
        }
    }
    None
}
