//! An issue: `issue.toml` and the articles it puts in order.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding, Place};
use crate::issue_id::IssueId;
use crate::manuscript::{Manuscript, Picture, TextSegment};
use crate::markdown;
use crate::record::{Fields, Record};
use crate::{Article, PublicationSettings};

/// An issue with every article that could be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Its name.
    pub id: IssueId,
    /// Its number, counted from the publication's first issue.
    pub number: u32,
    /// What its `issue.toml` says.
    pub settings: IssueSettings,
    /// The articles of the running order, in that order, then those that have no place in it, by name.
    pub articles: Vec<Article>,
    /// The publication's settings, as they were when the issue was read.
    pub publication: PublicationSettings,
}

impl Issue {
    /// The article with this file name.
    #[must_use]
    pub fn article(&self, slug: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.slug == slug)
    }
}

/// What `issue.toml` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssueSettings {
    /// The issue's own title.
    pub title: String,
    /// The season on the cover: `Winter 2026`.
    pub season: String,
    /// The date of publication.
    pub date: jiff::civil::Date,
    /// The main language.
    pub language: String,
    /// The page budget.
    pub pages: Option<u32>,
    /// The pages in order.
    pub running_order: Vec<Slot>,
    /// The cover.
    pub cover: Cover,
    /// The contents page's picture.
    pub contents: Contents,
    /// Who made it: the staff box on the contents page.
    pub staff: Vec<StaffRole>,
    /// The small print.
    pub colophon: Colophon,
    /// The back cover.
    pub back_cover: BackCover,
}

/// One entry of the running order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// A page that the template makes.
    Page(FixedPage),
    /// An article, by its file name.
    Article(String),
    /// An advertisement.
    Ad(Ad),
}

/// The pages that the template makes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixedPage {
    /// The front cover.
    Cover,
    /// The contents page.
    Contents,
    /// The colophon.
    Colophon,
    /// The back cover.
    BackCover,
}

/// An advertisement; always labelled as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ad {
    /// The picture or one-page PDF and its text alternative.
    pub picture: Picture,
    /// Who pays for it.
    pub advertiser: String,
    /// How much of the page it takes.
    pub size: AdSize,
    /// Words set over the picture; may be empty.
    pub headline: TextSegment,
    /// Smaller words below them; may be empty.
    pub text: TextSegment,
    /// The bytes of its entry in issue.toml.
    pub range: Range<usize>,
}

/// The sizes that advertisements are sold in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdSize {
    /// The whole page, to the bleed.
    #[default]
    Full,
    /// Half a page.
    Half,
    /// A third.
    Third,
    /// A quarter.
    Quarter,
}

impl AdSize {
    /// The size of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        AD_SIZES.iter().find(|(known, _)| *known == name).map(|(_, size)| *size)
    }

    /// As the running order writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Half => "half",
            Self::Third => "third",
            Self::Quarter => "quarter",
        }
    }

    /// How many twelfths of a page it takes.
    #[must_use]
    pub fn twelfths(self) -> u32 {
        match self {
            Self::Full => 12,
            Self::Half => 6,
            Self::Third => 4,
            Self::Quarter => 3,
        }
    }
}

/// The front cover.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// The art, to the bleed.
    pub picture: Option<Picture>,
    /// The small words above the headline.
    pub kicker: TextSegment,
    /// The headline.
    pub headline: TextSegment,
    /// The sentence below it.
    pub standfirst: TextSegment,
    /// The cover lines.
    pub lines: Vec<CoverLine>,
    /// Its bytes in issue.toml.
    pub range: Range<usize>,
}

/// A line on the cover that sends the reader to an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverLine {
    /// The words.
    pub title: TextSegment,
    /// The article whose page number stands beside them.
    pub article: String,
}

/// The contents page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// A picture at its foot.
    pub picture: Option<Picture>,
    /// Its bytes in issue.toml.
    pub range: Range<usize>,
}

/// One line of the staff box.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StaffRole {
    /// What they do: `Editor`.
    pub role: TextSegment,
    /// Who does it.
    pub names: Vec<TextSegment>,
}

/// The colophon's words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Colophon {
    /// Written in the dialect. Its ranges are bytes of issue.toml; where the text holds escapes, each is the whole
    /// text's.
    pub text: Manuscript,
    /// Its bytes in issue.toml.
    pub range: Range<usize>,
}

/// The back cover.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BackCover {
    /// The art, to the bleed.
    pub picture: Option<Picture>,
    /// A sentence or two.
    pub text: TextSegment,
    /// Its bytes in issue.toml.
    pub range: Range<usize>,
}

impl IssueSettings {
    /// Reads `issue.toml`; what is missing or wrong takes its default and is a finding.
    #[must_use]
    pub fn read(id: IssueId, file: &str, text: &str, publication: &PublicationSettings) -> (Self, Vec<Finding>) {
        let mut fields = Record::toml(file, text).fields();
        let title = fields.required_text("title", &id.to_string());
        let mut colophon_text = (Vec::new(), 0..0);
        let settings = Self {
            season: fields.text_or("season", &season_of(id)),
            date: fields.date("date").unwrap_or_else(|| first_day(id)),
            language: fields.text_or("language", &publication.languages[0]),
            pages: fields.whole("pages", 1..=1000),
            running_order: fields.tables("running-order", slot).into_iter().flatten().collect(),
            cover: fields.table("cover", cover),
            contents: fields.table("contents", |fields| Contents {
                picture: fields.picture("picture", "alt"),
                range: fields.range(),
            }),
            staff: fields.tables("staff", |fields| StaffRole {
                role: fields.required_segment("role", ""),
                names: fields.segments("names"),
            }),
            colophon: fields.table("colophon", |fields| {
                let (read, found, range) = colophon(file, text, fields);
                colophon_text = (found, range);
                read
            }),
            back_cover: fields.table("back-cover", |fields| BackCover {
                picture: fields.picture("picture", "alt"),
                text: fields.segment("text"),
                range: fields.range(),
            }),
            title,
        };
        let mut findings = fields.finish();
        let (found, colophon) = colophon_text;
        findings.extend(found);
        let conflicts = markdown::conflicts(file, text).into_iter();
        findings = conflicts.fold(findings, |mut known, conflict| {
            if !known.contains(&conflict) {
                known.push(conflict);
            }
            known
        });
        findings.extend(marks_outside(file, text, &colophon));
        (settings, findings)
    }
}

/// The colophon's words, with the bytes of the field. A text that stands in the file letter for letter is read there,
/// so that its places are the file's own; of one with escapes only the field is known.
fn colophon(file: &str, toml: &str, fields: &mut Fields) -> (Colophon, Vec<Finding>, Range<usize>) {
    let TextSegment { text: words, range: field } = fields.segment("text");
    let range = fields.range();
    if toml.get(field.clone()) == Some(words.as_str()) {
        let (text, findings) = markdown::parse(file, &toml[..field.end], field.start);
        let named = |finding: Finding| Finding { place: finding.place.map(|it| it.field("colophon.text")), ..finding };
        return (Colophon { text, range }, findings.into_iter().map(named).collect(), field);
    }
    let (mut text, findings) = markdown::parse(file, &words, 0);
    text.stands_as_a_whole_at(&field);
    let place = || Place::of(file, toml, field.clone()).field("colophon.text");
    let findings = findings.into_iter().map(|finding| Finding { fix: None, ..finding.at(place()) }).collect();
    (Colophon { text, range }, findings, field)
}

/// The editors' marks in the fields, but for the colophon, whose Markdown tells its own, and for comments.
fn marks_outside(file: &str, text: &str, colophon: &Range<usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        if !line.trim_start().starts_with('#') && !colophon.contains(&range.start) {
            findings.extend(markdown::left_behind(file, text, range));
        }
    }
    findings
}

/// The season an issue is called by when its settings name none.
#[must_use]
pub fn season_of(id: IssueId) -> String {
    let name = ["Spring", "Summer", "Autumn", "Winter"][usize::from(id.quarter()) - 1];
    format!("{name} {}", id.year())
}

fn first_day(id: IssueId) -> jiff::civil::Date {
    let month = i8::try_from(id.quarter()).expect("a quarter is at most 4") * 3;
    jiff::civil::date(i16::try_from(id.year()).unwrap_or(2000), month, 1)
}

const PAGES: &[(&str, FixedPage)] = &[
    ("cover", FixedPage::Cover),
    ("contents", FixedPage::Contents),
    ("colophon", FixedPage::Colophon),
    ("back-cover", FixedPage::BackCover),
];

const AD_SIZES: &[(&str, AdSize)] = &[
    (AdSize::Full.name(), AdSize::Full),
    (AdSize::Half.name(), AdSize::Half),
    (AdSize::Third.name(), AdSize::Third),
    (AdSize::Quarter.name(), AdSize::Quarter),
];

fn slot(fields: &mut Fields) -> Option<Slot> {
    if fields.has("page") {
        return fields.choice("page", PAGES).map(Slot::Page);
    }
    if fields.has("article") {
        return fields.text("article").map(Slot::Article);
    }
    if fields.has("ad") {
        return ad(fields).map(Slot::Ad);
    }
    fields.complain(Code::BadValue, "an entry of the running order is a `page`, an `article` or an `ad`");
    None
}

fn ad(fields: &mut Fields) -> Option<Ad> {
    Some(Ad {
        picture: fields.picture("ad", "alt")?,
        advertiser: fields.advertiser("advertiser", "ad"),
        size: fields.choice("size", AD_SIZES).unwrap_or_default(),
        headline: fields.segment("headline"),
        text: fields.segment("text"),
        range: fields.range(),
    })
}

fn cover(fields: &mut Fields) -> Cover {
    Cover {
        picture: fields.picture("picture", "alt"),
        kicker: fields.segment("kicker"),
        headline: fields.segment("headline"),
        standfirst: fields.segment("standfirst"),
        lines: fields.tables("lines", |line| CoverLine {
            title: line.required_segment("title", ""),
            article: line.text_or("article", ""),
        }),
        range: fields.range(),
    }
}
