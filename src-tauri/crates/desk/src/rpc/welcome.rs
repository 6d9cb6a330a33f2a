//! What the window asks before a publication is open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the window may ask before a publication is open.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "method", content = "params", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WelcomeRequest {
    /// The publications this computer knows, and where a new one would go.
    Welcome {},
    /// The folders in a folder.
    Folders {
        /// The folder; nothing for where new publications go.
        folder: Option<String>,
    },
    /// Opens a publication in place of the one that is open.
    OpenPublication {
        /// Its folder.
        folder: String,
    },
    /// Begins a publication and opens it.
    NewPublication {
        /// The folder it gets a folder of its own in.
        place: String,
        /// Its name.
        name: String,
        /// The language it is written in.
        language: String,
    },
    /// Opens the sample publication, copied to where it can be written in.
    OpenSample {},
}

/// What answers a [`WelcomeRequest`]; the variants bear the same names.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "method", content = "result", rename_all = "camelCase")]
pub enum WelcomeAnswer {
    /// What there is to begin with.
    Welcome(WelcomeView),
    /// The folders.
    Folders(FoldersView),
    /// The folder of the publication that is open now.
    OpenPublication(String),
    /// The folder of the publication that is open now.
    NewPublication(String),
    /// The folder of the publication that is open now.
    OpenSample(String),
}

/// Something that somebody asked to open when they started the program, here or a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CalledView {
    /// The publication's folder, when another one is open.
    pub folder: Option<String>,
    /// The text in it, if one was named.
    pub text: Option<TextPlace>,
}

/// A text of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextPlace {
    /// The issue.
    pub issue: String,
    /// The file's name without its ending.
    pub name: String,
    /// Whether it is an edition of the newsletter, and no article.
    pub edition: bool,
}

/// What there is to begin with.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WelcomeView {
    /// The publications that were open before and are still there, the last one first.
    pub known: Vec<KnownPublication>,
    /// The folder that a new publication would go into.
    pub place: String,
    /// Whether there is a sample to open, and templates to begin with.
    pub sample: bool,
}

/// A publication of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KnownPublication {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
}

/// The folders in a folder.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoldersView {
    /// The folder.
    pub folder: String,
    /// The one it is in.
    pub parent: Option<String>,
    /// Whether it is a publication.
    pub publication: bool,
    /// The folders in it, by name; hidden ones are left out.
    pub folders: Vec<FolderLine>,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderLine {
    /// Its name.
    pub name: String,
    /// The whole way to it.
    pub folder: String,
    /// Whether it is a publication.
    pub publication: bool,
}
