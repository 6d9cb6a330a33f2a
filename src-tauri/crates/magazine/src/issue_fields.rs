//! The fields of `issue.toml` that an editor fills in, changed within its text: the issue's own and its cover's.
//!
//! A field that is as it was is not written; one that changed is written where it stands, one that is new behind the
//! field that people write before it. Everything else stays byte for byte, comments included. What comes out is read
//! again and compared before anybody gets it. What a field means for the pages is [`IssueSettings`]'s matter: here a
//! field that is wrong reads as an empty one, and stays as it is until somebody fills it in.
//!
//! [`IssueSettings`]: crate::IssueSettings

mod lines;
mod place;

use toml::de::{DeTable, DeValue};

use lines::with_lines;
use place::{Key, with_value};

/// What an editor fills in of an issue. A text may be empty, which is the same as absent, but for the title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueFields {
    /// The issue's own title.
    pub title: String,
    /// The season on the cover: `Winter 2026`.
    pub season: String,
    /// The date of publication.
    pub date: Option<jiff::civil::Date>,
    /// The page budget, from 1 to 1000.
    pub pages: Option<u32>,
    /// The small words above the headline of the cover.
    pub kicker: String,
    /// The headline of the cover.
    pub headline: String,
    /// The sentence below it.
    pub standfirst: String,
    /// What the cover's picture shows.
    pub alt: String,
    /// The lines of the cover.
    pub lines: Vec<CoverLineFields>,
}

/// A line of the cover.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverLineFields {
    /// Its words.
    pub title: String,
    /// The article it leads to; may be empty.
    pub article: String,
}

/// Why the fields were not changed. The text is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueFieldsError {
    /// The file cannot be understood.
    #[error("`issue.toml` cannot be read: {0}")]
    Unreadable(String),
    /// An issue has a title.
    #[error("the issue has no title")]
    NoTitle,
    /// A page budget that no issue has.
    #[error("the page budget is a whole number from 1 to 1000, not {0}")]
    BadPages(u32),
    /// A line of the cover without words.
    #[error("cover line {number} has no words")]
    EmptyLine {
        /// Counted from 1, as people count.
        number: usize,
    },
    /// A field that is written in a way that cannot be changed in place.
    #[error("`{0}` in `issue.toml` is written in a way that cannot be changed from here")]
    Unchangeable(&'static str),
}

impl IssueFieldsError {
    /// The field it is about, by its name in the file, if it is about one.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        match self {
            Self::Unreadable(_) => None,
            Self::NoTitle => Some("title".to_owned()),
            Self::BadPages(_) => Some("pages".to_owned()),
            Self::EmptyLine { number } => Some(format!("cover.lines[{}]", number - 1)),
            Self::Unchangeable(name) => Some((*name).to_owned()),
        }
    }
}

const TITLE: Key = Key { table: None, name: "title", whole: "title" };
const SEASON: Key = Key { table: None, name: "season", whole: "season" };
const DATE: Key = Key { table: None, name: "date", whole: "date" };
const PAGES: Key = Key { table: None, name: "pages", whole: "pages" };
const KICKER: Key = Key { table: Some("cover"), name: "kicker", whole: "cover.kicker" };
const HEADLINE: Key = Key { table: Some("cover"), name: "headline", whole: "cover.headline" };
const STANDFIRST: Key = Key { table: Some("cover"), name: "standfirst", whole: "cover.standfirst" };
const ALT: Key = Key { table: Some("cover"), name: "alt", whole: "cover.alt" };
const LINES: Key = Key { table: Some("cover"), name: "lines", whole: "cover.lines" };

/// The fields as the text of `issue.toml` has them.
///
/// # Errors
/// When the text cannot be understood.
pub fn issue_fields(text: &str) -> Result<IssueFields, IssueFieldsError> {
    let table = parsed(text)?;
    let table = table.get_ref();
    let words = |key: &Key| key.value_in(table).map(|value| words(text, value)).unwrap_or_default();
    Ok(IssueFields {
        title: words(&TITLE),
        season: words(&SEASON),
        date: words(&DATE).parse().ok(),
        pages: words(&PAGES).parse().ok(),
        kicker: words(&KICKER),
        headline: words(&HEADLINE),
        standfirst: words(&STANDFIRST),
        alt: words(&ALT),
        lines: lines::lines(text, table),
    })
}

/// The text of `issue.toml` with these fields; the reverse call gives back what they said before.
///
/// # Errors
/// When the fields are none that an issue may have, or the text cannot be understood or writes one of those that change
/// in a way that cannot be changed in place.
pub fn with_issue_fields(text: &str, fields: &IssueFields) -> Result<String, IssueFieldsError> {
    fields.check()?;
    let before = issue_fields(text)?;
    let mut result = text.to_owned();
    for ((key, old), (_, new)) in before.written().iter().zip(fields.written()) {
        if *old != new {
            result = with_value(&result, key, new.as_deref())?;
            hold(issue_fields(&result)?.written().contains(&(*key, new)), key.whole)?;
        }
    }
    if before.lines != fields.lines {
        result = with_lines(&result, &before.lines, &fields.lines)?;
        hold(issue_fields(&result)?.lines == fields.lines, LINES.whole)?;
    }
    hold(issue_fields(&result)?.written() == fields.written() && rest(text)? == rest(&result)?, "cover")?;
    Ok(result)
}

impl IssueFields {
    fn check(&self) -> Result<(), IssueFieldsError> {
        if self.title.trim().is_empty() {
            return Err(IssueFieldsError::NoTitle);
        }
        if let Some(pages) = self.pages.filter(|pages| !(1..=1000).contains(pages)) {
            return Err(IssueFieldsError::BadPages(pages));
        }
        match self.lines.iter().position(|line| line.title.trim().is_empty()) {
            Some(index) => Err(IssueFieldsError::EmptyLine { number: index + 1 }),
            None => Ok(()),
        }
    }

    /// Each field as TOML has it, but for the lines; nothing for one that is not to be there.
    fn written(&self) -> [(Key, Option<String>); 8] {
        let text = |text: &str| (!text.trim().is_empty()).then(|| quoted(text));
        [
            (TITLE, text(&self.title)),
            (SEASON, text(&self.season)),
            (DATE, self.date.map(|date| date.to_string())),
            (PAGES, self.pages.map(|pages| pages.to_string())),
            (ALT, text(&self.alt)),
            (KICKER, text(&self.kicker)),
            (HEADLINE, text(&self.headline)),
            (STANDFIRST, text(&self.standfirst)),
        ]
    }
}

fn parsed(text: &str) -> Result<toml::Spanned<DeTable<'_>>, IssueFieldsError> {
    DeTable::parse(text).map_err(|error| unreadable(error.message()))
}

fn unreadable(message: &str) -> IssueFieldsError {
    IssueFieldsError::Unreadable(message.to_owned())
}

fn hold(held: bool, field: &'static str) -> Result<(), IssueFieldsError> {
    if held { Ok(()) } else { Err(IssueFieldsError::Unchangeable(field)) }
}

/// A value's words, as the issue's reader takes them: a number or a date is a text as well.
fn words(text: &str, value: &toml::Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::String(words) => words.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => String::new(),
        _ => text[value.span()].trim().to_owned(),
    }
}

/// A text between quotation marks, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_ascii_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// Everything that the text says beside the fields.
fn rest(text: &str) -> Result<toml::Table, IssueFieldsError> {
    let mut table: toml::Table = toml::from_str(text).map_err(|error| unreadable(error.message()))?;
    for key in [TITLE, SEASON, DATE, PAGES] {
        table.remove(key.name);
    }
    if let Some(cover) = table.get_mut("cover").and_then(toml::Value::as_table_mut) {
        for key in [KICKER, HEADLINE, STANDFIRST, ALT, LINES] {
            cover.remove(key.name);
        }
        if cover.is_empty() {
            table.remove("cover");
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests;
