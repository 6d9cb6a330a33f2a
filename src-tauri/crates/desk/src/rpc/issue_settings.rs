//! The settings of an issue as the window shows them in a form.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an issue's own file says of it and of its cover.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssueSettingsView {
    /// The fields.
    pub fields: IssueFields,
    /// Names the bytes of `issue.toml`; goes back with a save.
    pub revision: String,
}

/// The fields of an issue, as somebody types them; an empty one stands for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IssueFields {
    /// The issue's own title.
    pub title: String,
    /// `Winter 2026`
    pub season: String,
    /// The date of publication: `2026-12-01`.
    pub date: String,
    /// The page budget: `32`.
    pub pages: String,
    /// The cover.
    pub cover: CoverFields,
}

/// The words of a cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoverFields {
    /// The small words above the headline.
    pub kicker: String,
    /// The headline.
    pub headline: String,
    /// The sentence below it.
    pub standfirst: String,
    /// What the picture shows.
    pub alt: String,
    /// The lines that lead to articles.
    pub lines: Vec<CoverLineFields>,
}

/// A line of a cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoverLineFields {
    /// Its words.
    pub title: String,
    /// The article it leads to, by its file name without `.md`.
    pub article: String,
}
