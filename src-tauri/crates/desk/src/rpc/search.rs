//! What the window asks about words in all the texts of an issue, and what answers it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchFor {
    /// The words, or the regular expression.
    pub words: String,
    /// Whether capitals count.
    pub match_case: bool,
    /// Whether a hit may be no part of a longer word.
    pub whole_words: bool,
    /// Whether the words are a regular expression; its groups are `$1` or `${name}` in the replacement.
    pub expression: bool,
}

/// A text as it stands in the editor and not on disk yet.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnsavedText {
    /// Its file, from the publication's folder.
    pub file: String,
    /// The whole text.
    pub text: String,
}

/// Everything that was found in an issue.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundView {
    /// The files with a hit: the articles, the editions, `issue.toml`, each kind by name.
    pub files: Vec<FoundFile>,
    /// All hits, those that are not shown included.
    pub hits: u32,
    /// How long it took.
    pub milliseconds: u32,
}

/// A file with hits.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundFile {
    /// From the publication's folder.
    pub file: String,
    /// The article whose file it is, if it is one's.
    pub slug: Option<String>,
    /// The edition whose file it is, if it is one's: `2026-q4/launch`.
    pub edition: Option<String>,
    /// Names the bytes that were searched; goes back with a replacement.
    pub revision: String,
    /// The hits that are shown.
    pub hits: Vec<HitView>,
}

/// A place where the words stand.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HitView {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// The line, from 1.
    pub line: u32,
    /// What stands before it in its line, cut where it is long.
    pub before: String,
    /// The words that were found.
    pub found: String,
    /// What stands after it in its line, cut where it is long.
    pub after: String,
    /// What would stand in its place.
    pub replaced: Option<String>,
    /// Whether it stands in an address or a file's name, which a replacement would break.
    pub address: bool,
    /// The field of `issue.toml` it stands in, `cover › headline`: that file has no editor to show it in.
    pub field: Option<String>,
}

/// The hits of a file that are replaced.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceIn {
    /// From the publication's folder.
    pub file: String,
    /// The bytes that were searched.
    pub revision: String,
    /// The first byte of each hit.
    pub starts: Vec<u32>,
}

/// A replacement that was made.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplacedView {
    /// To take it back by.
    pub number: u32,
    /// The places that were changed.
    pub places: u32,
    /// The files.
    pub files: Vec<String>,
}

/// A replacement that was taken back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakenBackView {
    /// The files that are as they were before.
    pub files: Vec<String>,
    /// The files that somebody changed since; they were left alone.
    pub changed: Vec<String>,
}
