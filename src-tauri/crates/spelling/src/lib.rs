//! Which words of an article or an edition no dictionary of its language has, and what they may have been meant for.
//!
//! The words come from the manuscript, each with the bytes it was written in, so code, addresses and marks are never
//! among them. The dictionaries are Hunspell's, read by `spellbook`, which stands in this crate alone. Where they lie,
//! and what else counts as right, is told from outside: the crate opens no publication.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod dictionary;
mod own;
mod pieces;
mod shelf;
mod speller;
mod text;
mod tokens;

pub use dictionary::{Dictionary, DictionaryError};
pub use own::OwnWords;
pub use shelf::{Found, Shelf};
pub use speller::{Doubt, Speller};
pub use text::{Word, words};
