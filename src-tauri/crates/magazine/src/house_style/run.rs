//! A run of plain words that stands in its file letter for letter: what a rule of the house style is held against.

use std::ops::Range;

use crate::prose::{Piece, Prose};

/// The run, with the whole file around it.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    /// The whole file.
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'a> Run<'a> {
    pub(super) fn words(self) -> &'a str {
        &self.text[self.start..self.end]
    }

    /// What stands before a byte of the run, from the start of the file.
    pub(super) fn before(self, at: usize) -> &'a str {
        &self.text[..self.start + at]
    }

    /// What stands after a byte of the run, to the end of the file.
    pub(super) fn after(self, at: usize) -> &'a str {
        &self.text[self.start + at..]
    }

    pub(super) fn bytes(self, range: Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

/// Every run of the publication's own words. Words with an escape or an entity in them are left out: their bytes are
/// not theirs alone.
pub(super) fn runs<'a>(prose: &Prose<'a>) -> Vec<Run<'a>> {
    let text = prose.text;
    let own = prose.passages.iter().filter(|passage| !passage.quoted).flat_map(|passage| &passage.pieces);
    let run = |piece: &Piece<'_>| match piece {
        Piece::Words(words, range) if !words.is_empty() && text.get(range.clone()) == Some(*words) => {
            Some(Run { text, start: range.start, end: range.end })
        }
        _ => None,
    };
    own.filter_map(run).collect()
}
