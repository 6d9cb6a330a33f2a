//! The HTML part's body: tables, inline styles and classes, and nothing that a mail program would have to guess.
//!
//! Colours stand inline for the day; the classes (`m-text`, `m-soft`, `m-kicker`, `m-link`, `m-line`, `m-box`) are
//! what the frame's style sheet turns dark, and `m-stack` what it stacks on a narrow screen.

mod block;
mod chart;
mod inline;
mod picture;
mod style;
mod table;
mod teaser;
mod writer;

use crate::content::Content;
use crate::palette::Palette;
use crate::piece::Piece;
use crate::words::Words;

use style::Styles;
use writer::Writer;

/// Writes the body.
pub(crate) fn body(content: &Content, palette: &Palette, words: &'static Words, language: &str) -> Vec<Piece> {
    let mut page = Page { out: Writer::default(), styles: Styles::of(palette), words, language };
    page.blocks(&content.blocks);
    page.notes(&content.notes);
    page.out.into_pieces()
}

/// A body being written.
struct Page<'a> {
    out: Writer,
    styles: Styles,
    words: &'static Words,
    /// The edition's language; what is written in another says so.
    language: &'a str,
}
