//! A segment: which part of the list an audience is chosen from.
//!
//! Written as `country=RO,MD tag=press language!=en`: every term must hold, a term holds if any of its values does.
//! Case does not count. Becomes a piece of SQL whose values are quoted here and nowhere else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of the list; the default is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Segment {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    column: &'static str,
    equal: bool,
    values: Vec<String>,
}

/// Why a text is no segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// A word that is no `field=value`.
    #[error("`{0}` is not of the form field=value")]
    Form(String),
    /// A field that people on the list do not have.
    #[error("there is no field `{0}` to choose people by")]
    Field(String),
}

impl SegmentError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            SegmentError::Form(_) => "segment-form",
            SegmentError::Field(_) => "segment-field",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "write terms like `country=RO,MD tag=press language!=en`; the fields are city, country, language, organisation and tag"
    }
}

const COLUMNS: &[&str] = &["city", "country", "language", "organisation", "tag"];

impl FromStr for Segment {
    type Err = SegmentError;

    /// Values with spaces stand in double quotes: `city="Cluj Napoca"`.
    fn from_str(text: &str) -> Result<Segment, SegmentError> {
        let terms = words(text).iter().map(|word| term(word)).collect::<Result<_, _>>()?;
        Ok(Segment { terms })
    }
}

fn words(text: &str) -> Vec<String> {
    let mut quoted = false;
    let mut words = vec![String::new()];
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.extend_last(c),
        }
    }
    words.retain(|word| !word.is_empty() && word != "&" && !word.eq_ignore_ascii_case("and"));
    words
}

trait ExtendLast {
    fn extend_last(&mut self, c: char);
}

impl ExtendLast for Vec<String> {
    fn extend_last(&mut self, c: char) {
        if let Some(last) = self.last_mut() {
            last.push(c);
        }
    }
}

fn term(word: &str) -> Result<Term, SegmentError> {
    let (left, values) = word.split_once('=').ok_or_else(|| SegmentError::Form(word.to_owned()))?;
    let (field, equal) = left.strip_suffix('!').map_or((left, true), |field| (field, false));
    let column = COLUMNS.iter().find(|column| column.eq_ignore_ascii_case(field));
    let column = column.ok_or_else(|| SegmentError::Field(field.to_owned()))?;
    let values: Vec<String> =
        values.split(',').map(|value| value.trim().to_owned()).filter(|v| !v.is_empty()).collect();
    if values.is_empty() { Err(SegmentError::Form(word.to_owned())) } else { Ok(Term { column, equal, values }) }
}

impl Segment {
    /// A condition on the row `s` of `subscribers`.
    pub(crate) fn sql(&self) -> String {
        let all: Vec<String> = self.terms.iter().map(Term::sql).collect();
        if all.is_empty() { "1".to_owned() } else { all.join(" AND ") }
    }
}

impl Term {
    fn sql(&self) -> String {
        let not = if self.equal { "" } else { "NOT " };
        let quoted = |value: &String| format!("'{}'", value.replace('\'', "''").replace('\0', ""));
        if self.column == "tag" {
            let values: Vec<String> = self.values.iter().map(|value| quoted(&value.to_lowercase())).collect();
            let values = values.join(", ");
            return format!("{not}EXISTS (SELECT 1 FROM tags t WHERE t.subscriber_id = s.id AND t.tag IN ({values}))");
        }
        let values = self.values.iter().map(quoted).collect::<Vec<_>>().join(", ");
        format!("s.{} COLLATE NOCASE {not}IN ({values})", self.column)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            let space = if place > 0 { " " } else { "" };
            let sign = if term.equal { "=" } else { "!=" };
            let values = term.values.join(",");
            let quote = if values.contains(char::is_whitespace) { "\"" } else { "" };
            write!(f, "{space}{}{sign}{quote}{values}{quote}", term.column)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Segment {
    type Error = SegmentError;
    fn try_from(text: String) -> Result<Segment, SegmentError> {
        text.parse()
    }
}

impl From<Segment> for String {
    fn from(segment: Segment) -> String {
        segment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_reads_back_as_it_was_written() {
        for text in ["", "country=RO,MD tag=press", "language!=en city=\"Cluj Napoca\""] {
            assert_eq!(text.parse::<Segment>().unwrap().to_string(), text);
        }
        assert_eq!("colour=red".parse::<Segment>(), Err(SegmentError::Field("colour".into())));
        assert_eq!("press".parse::<Segment>(), Err(SegmentError::Form("press".into())));
    }

    #[test]
    fn a_value_cannot_become_sql() {
        let sql = "city=x')OR(1=1".parse::<Segment>().unwrap().sql();
        assert_eq!(sql, "s.city COLLATE NOCASE IN ('x'')OR(1=1')");
    }
}
