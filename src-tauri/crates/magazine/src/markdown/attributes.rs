//! Attributes in braces, as in Pandoc: `{.full credit="Name"}`.

use std::ops::Range;

/// One attribute and its bytes, counted from the start of the braces.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attribute<'a> {
    /// `.name`
    Class(&'a str, Range<usize>),
    /// `key="value"`
    Pair(&'a str, String, Range<usize>),
    /// Anything else.
    Unknown(&'a str, Range<usize>),
}

/// The attributes of a text that is one pair of braces and nothing else.
pub(super) fn parse(text: &str) -> Option<Vec<Attribute<'_>>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut attributes = Vec::new();
    let mut at = 1;
    let mut rest = inner;
    loop {
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return Some(attributes);
        }
        let length = length(trimmed);
        attributes.push(attribute(&trimmed[..length], at..at + length));
        (at, rest) = (at + length, &trimmed[length..]);
    }
}

/// Up to the next space outside quotation marks.
fn length(text: &str) -> usize {
    let mut quoted = false;
    text.find(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })
    .unwrap_or(text.len())
}

fn attribute(word: &str, range: Range<usize>) -> Attribute<'_> {
    if let Some(class) = word.strip_prefix('.') {
        return Attribute::Class(class, range);
    }
    match word.split_once('=') {
        Some((key, value)) => Attribute::Pair(key, value.trim_matches('"').to_owned(), range),
        None => Attribute::Unknown(word, range),
    }
}
