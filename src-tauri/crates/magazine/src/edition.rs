//! An edition: one newsletter mailing of an issue, `editions/*.md`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding, Place};
use crate::front_matter;
use crate::issue_id::IssueId;
use crate::manuscript::{Manuscript, TextSegment};
use crate::markdown;
use crate::preflight;
use crate::prose::{self, Prose};
use crate::record::Record;

/// `2026-q4/launch`: the issue and the file name of `editions/launch.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EditionId {
    /// The issue.
    pub issue: IssueId,
    /// The file name without `.md`.
    pub name: String,
}

/// What was given does not name an edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an edition: expected an issue and a file name, as in `2026-q4/launch`")]
pub struct EditionIdError(String);

/// An edition as read from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// Its name.
    pub id: EditionId,
    /// Path from the publication's folder, with `/`.
    pub file: String,
    /// The fields on top of the file.
    pub front_matter: EditionFrontMatter,
    /// The greeting and the teasers.
    pub manuscript: Manuscript,
}

/// The fields on top of an edition's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditionFrontMatter {
    /// The subject line.
    pub subject: TextSegment,
    /// What mail programs show after the subject.
    pub preheader: TextSegment,
    /// Who it comes from, as `Ana Pop <ana@example.org>`, the address or the name alone; empty for the publication's
    /// sender.
    pub from: TextSegment,
    /// Where answers go; empty for where the publication's sender has them.
    pub reply_to: TextSegment,
    /// `all`, or the name of a segment.
    pub audience: String,
    /// The language of the mail.
    pub language: String,
    /// Whether the issue's PDF goes along.
    pub pdf: PdfDelivery,
    /// Whether its pictures go along.
    pub pictures: PictureDelivery,
    /// Words that are spelled right in this edition, whatever a dictionary says.
    pub accepted_words: Vec<String>,
}

/// How readers get the pictures of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureDelivery {
    /// With every copy: they show without asking anybody, and each copy is as much larger.
    #[default]
    Embed,
    /// From the web edition: a copy stays small, and its pictures show once the reader allows it.
    Link,
}

/// How readers get the issue's PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfDelivery {
    /// A link to the web address of the issue.
    #[default]
    Link,
    /// As an attachment.
    Attach,
    /// As an attachment with the reader's name on the cover.
    Personal,
    /// Not at all.
    None,
}

impl PdfDelivery {
    /// Whether each copy holds the PDF.
    #[must_use]
    pub fn is_attached(self) -> bool {
        matches!(self, Self::Attach | Self::Personal)
    }
}

impl Edition {
    /// Reads an edition from the text of its file; never fails.
    #[must_use]
    pub fn read(id: &EditionId, file: &str, text: &str, default_language: &str) -> (Self, Vec<Finding>) {
        let parts = front_matter::split(text);
        let yaml = parts.front_matter.clone().unwrap_or_default();
        let head = yaml.range.clone();
        let mut fields = Record::yaml(file, text, yaml.range).fields();
        let front_matter = EditionFrontMatter {
            subject: fields.required_segment("subject", ""),
            preheader: fields.segment("preheader"),
            from: fields.segment("from"),
            reply_to: fields.segment("reply-to"),
            audience: fields.text_or("audience", "all"),
            language: fields.text_or("language", default_language),
            pdf: fields.choice("pdf", PDF).unwrap_or_default(),
            pictures: fields.choice("pictures", PICTURES).unwrap_or_default(),
            accepted_words: fields.texts("accepted-words"),
        };
        let mut findings = fields.finish();
        if parts.front_matter.is_none() {
            findings = vec![
                Finding::error(Code::MissingFrontMatter, "the edition has no front matter")
                    .at(Place::of(file, text, 0..0))
                    .hint("start the file with a line `---`, `subject: …`, and a line `---`"),
            ];
        }
        let (manuscript, more) = markdown::parse(file, text, parts.body_start);
        findings.extend(more);
        findings.extend(preflight::edition(file, text, head, &manuscript));
        (Self { id: id.clone(), file: file.to_owned(), front_matter, manuscript }, findings)
    }

    /// Its words as a reader reads them, but for what is each reader's own; `text` is the whole file.
    #[must_use]
    pub fn prose<'m>(&'m self, text: &'m str) -> Prose<'m> {
        let head = &self.front_matter;
        let passages = prose::passages(text, &[&head.subject, &head.preheader], &self.manuscript);
        Prose {
            file: &self.file,
            text,
            language: &head.language,
            accepted_words: &head.accepted_words,
            passages: prose::around_personal_fields(passages),
        }
    }
}

const PDF: &[(&str, PdfDelivery)] = &[
    ("link", PdfDelivery::Link),
    ("attach", PdfDelivery::Attach),
    ("personal", PdfDelivery::Personal),
    ("none", PdfDelivery::None),
];
const PICTURES: &[(&str, PictureDelivery)] = &[("embed", PictureDelivery::Embed), ("link", PictureDelivery::Link)];

impl FromStr for EditionId {
    type Err = EditionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || EditionIdError(text.to_owned());
        let (issue, name) = text.split_once('/').ok_or_else(wrong)?;
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let issue = issue.parse().map_err(|_| wrong())?;
        if plain { Ok(Self { issue, name: name.to_owned() }) } else { Err(wrong()) }
    }
}

impl fmt::Display for EditionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.issue, self.name)
    }
}

impl TryFrom<String> for EditionId {
    type Error = EditionIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EditionId> for String {
    fn from(id: EditionId) -> Self {
        id.to_string()
    }
}
