//! What a frame can show, by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::palette::Palette;
use crate::piece::{Piece, html};

/// The words of the mail by the names of their slots.
#[derive(Default)]
pub(crate) struct Slots(BTreeMap<&'static str, Vec<Piece>>);

/// The slots that hold words; beside them a frame knows the colours by name.
const WORDS: [&str; 24] = [
    "language",
    "direction",
    "start",
    "end",
    "title",
    "preheader",
    "name",
    "masthead",
    "tagline",
    "issue-line",
    "head-picture",
    "body",
    "browser",
    "browser-label",
    "pdf",
    "pdf-label",
    "attached",
    "published-by",
    "address",
    "reason",
    "unsubscribe",
    "unsubscribe-label",
    "preferences",
    "preferences-label",
];

/// The sections: they stand when the mail has something for the slot of the same name.
pub(crate) const SECTIONS: [&str; 7] =
    ["preheader", "tagline", "head-picture", "browser", "pdf", "attached", "published-by"];

impl Slots {
    /// Words made by the program or typed by an editor.
    pub(crate) fn say(&mut self, name: &'static str, words: &str) {
        self.put(name, vec![Piece::Fixed(html(words).into_owned())]);
    }

    /// Pieces that are HTML already.
    pub(crate) fn put(&mut self, name: &'static str, pieces: Vec<Piece>) {
        self.0.insert(name, pieces);
    }

    /// The sections that the mail has something for.
    pub(crate) fn sections(&self) -> BTreeSet<&'static str> {
        SECTIONS.into_iter().filter(|name| self.0.get(name).is_some_and(|pieces| says_something(pieces))).collect()
    }

    /// What fills a slot.
    pub(crate) fn filling(&self, name: &str, palette: &Palette) -> Vec<Piece> {
        match palette.named(name) {
            Some(colour) => vec![Piece::Fixed(colour.to_string())],
            None => self.0.get(name).cloned().unwrap_or_default(),
        }
    }
}

fn says_something(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| !matches!(piece, Piece::Fixed(text) if text.trim().is_empty()))
}

/// Whether a frame may ask for this.
pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

/// Everything a frame may ask for.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    WORDS.into_iter().chain(Palette::NAMES)
}
