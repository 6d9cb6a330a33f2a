//! An article: one Markdown file with front matter on top.

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding, Place};
use crate::front_matter::{self, FrontMatterText};
use crate::manuscript::{Manuscript, Picture, TextSegment};
use crate::markdown;
use crate::preflight;
use crate::prose::{self, Prose};
use crate::record::Record;

/// An article as read from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The file name without `.md`.
    pub slug: String,
    /// Path from the publication's folder, with `/`.
    pub file: String,
    /// The fields on top of the file.
    pub front_matter: FrontMatter,
    /// The text.
    pub manuscript: Manuscript,
}

/// The fields on top of an article's file. Words that stand on a page carry the bytes they were written in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// The headline.
    pub title: TextSegment,
    /// How the article is laid out.
    pub kind: ArticleKind,
    /// The kicker above the title and the running head.
    pub section: TextSegment,
    /// The sentence or two below the title; may be empty.
    pub standfirst: TextSegment,
    /// Who wrote it.
    pub authors: Vec<TextSegment>,
    /// The language it is written in (`en`, `ro`).
    pub language: String,
    /// The opener's picture.
    pub picture: Option<Picture>,
    /// Whose work the opener's picture is; may be empty.
    pub picture_credit: TextSegment,
    /// A letter's signature, as a picture.
    pub signature: Option<Picture>,
    /// Columns of text, 1 to 4.
    pub columns: u8,
    /// The pages it may take.
    pub budget: Option<u32>,
    /// The teaser's words for the newsletter; the standfirst where it is empty.
    pub summary: TextSegment,
    /// Words that are spelled right in this article, whatever a dictionary says.
    pub accepted_words: Vec<String>,
}

/// How an article is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// The editor's letter.
    Letter,
    /// A feature that opens with a picture.
    Feature,
    /// A shorter piece with a fixed place.
    #[default]
    Department,
    /// Figures and charts.
    Numbers,
    /// Awards, events, a directory.
    Listing,
}

impl ArticleKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Letter, Self::Feature, Self::Department, Self::Numbers, Self::Listing];

    /// The kind as front matter writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Feature => "feature",
            Self::Department => "department",
            Self::Numbers => "numbers",
            Self::Listing => "listing",
        }
    }
}

impl Article {
    /// Reads an article from the text of its file.
    ///
    /// `default_language` is the issue's. Never fails: what cannot be understood is left out and is a finding.
    #[must_use]
    pub fn read(slug: &str, file: &str, text: &str, default_language: &str) -> (Self, Vec<Finding>) {
        let parts = front_matter::split(text);
        let (front_matter, mut findings) = match &parts.front_matter {
            Some(yaml) => read_front_matter(slug, file, text, yaml, default_language),
            None => {
                let missing = Finding::error(Code::MissingFrontMatter, "the article has no front matter")
                    .at(Place::of(file, text, 0..0))
                    .hint("start the file with a line `---`, `title: …`, and a line `---`");
                let (empty, _) = read_front_matter(slug, file, "", &FrontMatterText::default(), default_language);
                (empty, vec![missing])
            }
        };
        let (manuscript, more) = markdown::parse(file, text, parts.body_start);
        findings.extend(more);
        let article = Self { slug: slug.to_owned(), file: file.to_owned(), front_matter, manuscript };
        let head = parts.front_matter.map(|yaml| yaml.range).unwrap_or_default();
        let has_credit = text[head.clone()].lines().any(|line| line.starts_with("picture-credit:"));
        findings.extend(preflight::article(&article, text, head, has_credit));
        (article, findings)
    }

    /// Its words as a reader reads them; `text` is the whole file.
    #[must_use]
    pub fn prose<'m>(&'m self, text: &'m str) -> Prose<'m> {
        let head = &self.front_matter;
        Prose {
            file: &self.file,
            text,
            language: &head.language,
            accepted_words: &head.accepted_words,
            passages: prose::passages(
                text,
                &[&head.title, &head.section, &head.standfirst, &head.summary],
                &self.manuscript,
            ),
        }
    }
}

fn read_front_matter(
    slug: &str,
    file: &str,
    text: &str,
    yaml: &FrontMatterText,
    default_language: &str,
) -> (FrontMatter, Vec<Finding>) {
    let mut fields = Record::yaml(file, text, yaml.range.clone()).fields();
    let front_matter = FrontMatter {
        title: fields.required_segment("title", slug),
        kind: fields.choice("kind", KINDS).unwrap_or_default(),
        section: fields.segment("section"),
        standfirst: fields.segment("standfirst"),
        authors: fields.segments("authors"),
        language: fields.text_or("language", default_language),
        picture: fields.picture("picture", "picture-alt"),
        picture_credit: fields.segment("picture-credit"),
        signature: fields.picture("signature", "signature-alt"),
        columns: fields.whole("columns", 1..=4).unwrap_or(3) as u8,
        budget: fields.whole("budget", 1..=500),
        summary: fields.segment("summary"),
        accepted_words: fields.texts("accepted-words"),
    };
    (front_matter, fields.finish())
}

const KINDS: &[(&str, ArticleKind)] = &[
    ("letter", ArticleKind::Letter),
    ("feature", ArticleKind::Feature),
    ("department", ArticleKind::Department),
    ("numbers", ArticleKind::Numbers),
    ("listing", ArticleKind::Listing),
];
