//! What the window asks about how words are spelled, and what answers it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the window may ask of spelling.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SpellingRequest {
    /// The doubtful words of an article, or of an edition, as it stands in the editor.
    Spelling {
        /// The issue.
        issue: String,
        /// The article, or the edition's name.
        slug: String,
        /// Whether it is an edition.
        edition: bool,
        /// The text in the editor.
        text: String,
    },
    /// What a doubtful word may have been meant for.
    Suggestions {
        /// The language it was taken for.
        language: String,
        /// As it is written.
        word: String,
    },
    /// Puts a word into the magazine's own list, or takes it out again.
    KeepWord {
        /// As it is written.
        word: String,
        /// Whether it goes in.
        keep: bool,
    },
    /// Every doubtful word of an issue, as its articles and editions are on disk.
    DoubtfulWords {
        /// The issue.
        issue: String,
    },
}

/// What answers a [`SpellingRequest`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum SpellingAnswer {
    /// What was looked up, and what is doubtful.
    Spelling(SpellingView),
    /// The words, the nearest first.
    Suggestions(Vec<String>),
    /// Whether the list changed.
    KeepWord(bool),
    /// The words, the most frequent first.
    DoubtfulWords(WordsView),
}

/// What an article's words were looked up in, and which are doubtful.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpellingView {
    /// The article's language: `en`.
    pub language: String,
    /// The dictionary: `en_GB`; nothing where there is none.
    pub dictionary: Option<String>,
    /// Why the dictionary that is there cannot be used.
    pub problem: Option<String>,
    /// The doubtful words in the order of the file.
    pub doubts: Vec<DoubtView>,
    /// How long it took.
    pub milliseconds: u32,
}

/// A doubtful word.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtView {
    /// As it reads.
    pub word: String,
    /// Its first byte in the article's file.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
}

/// The doubtful words of an issue.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WordsView {
    /// Each once, the most frequent first.
    pub words: Vec<DoubtfulWordLine>,
    /// What kept words from being looked at, a sentence each.
    pub unread: Vec<String>,
}

/// A doubtful word and where it stands.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoubtfulWordLine {
    /// As it is written.
    pub word: String,
    /// The language it was taken for.
    pub language: String,
    /// Words it may have been meant for.
    pub suggestions: Vec<String>,
    /// Its places.
    pub places: Vec<WordPlaceView>,
}

/// One place of a doubtful word.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WordPlaceView {
    /// The article, if it is in one.
    pub slug: Option<String>,
    /// The edition, if it is in one: `2026-q4/launch`.
    pub edition: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// Its first byte in the file.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
}
