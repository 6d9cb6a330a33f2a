//! Where a field stands in the text, or would stand.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{IssueFieldsError, parsed};

/// A field's name: the table it stands in, its key there, and both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) table: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) whole: &'static str,
}

/// The order in which people write the fields; a new one stands behind the nearest of those before it.
const ORDER: &[&str] = &["title", "season", "date", "language", "pages"];
const COVER_ORDER: &[&str] = &["picture", "alt", "kicker", "headline", "standfirst", "lines"];

impl Key {
    /// Its value, if the file has one.
    pub(super) fn value_in<'t, 'a>(&self, table: &'t DeTable<'a>) -> Option<&'t Spanned<DeValue<'a>>> {
        self.entry_in(table).map(|(_, value)| value)
    }

    fn entry_in<'t, 'a>(&self, table: &'t DeTable<'a>) -> Option<Entry<'t, 'a>> {
        entry(self.fields_in(table)?, self.name)
    }

    /// The fields of its table.
    fn fields_in<'t, 'a>(&self, table: &'t DeTable<'a>) -> Option<&'t DeTable<'a>> {
        let Some(name) = self.table else { return Some(table) };
        match entry(table, name)?.1.get_ref() {
            DeValue::Table(fields) => Some(fields),
            _ => None,
        }
    }

    /// The end of the last field that people write before it.
    fn after_in(&self, table: &DeTable<'_>) -> Option<usize> {
        let fields = self.fields_in(table)?;
        let order = if self.table.is_some() { COVER_ORDER } else { ORDER };
        let before = order.iter().rev().skip_while(|name| **name != self.name).skip(1);
        let mut standing = before.filter_map(|name| entry(fields, name).map(|(_, value)| value));
        standing.find(|value| !matches!(value.get_ref(), DeValue::Table(_))).map(|value| value.span().end)
    }
}

type Entry<'t, 'a> = (&'t Spanned<std::borrow::Cow<'a, str>>, &'t Spanned<DeValue<'a>>);

fn entry<'t, 'a>(table: &'t DeTable<'a>, name: &str) -> Option<Entry<'t, 'a>> {
    table.iter().find(|(key, _)| key.get_ref() == name)
}

/// The text with the value of a field put in, put in the place of another or, where there is none, taken out.
pub(super) fn with_value(text: &str, key: &Key, value: Option<&str>) -> Result<String, IssueFieldsError> {
    let table = parsed(text)?;
    let table = table.get_ref();
    match (key.entry_in(table), value) {
        (Some((_, old)), Some(new)) => Ok(replaced(text, old.span(), new)),
        (Some((name, old)), None) => without(text, name.span().start, old.span().end, key),
        (None, Some(new)) => inserted(text, table, key, new),
        (None, None) => Ok(text.to_owned()),
    }
}

/// The text with other words at these bytes.
pub(super) fn replaced(text: &str, range: Range<usize>, words: &str) -> String {
    format!("{}{words}{}", &text[..range.start], &text[range.end..])
}

/// Takes a field's line out; a comment behind it stays, on that line.
fn without(text: &str, start: usize, end: usize, key: &Key) -> Result<String, IssueFieldsError> {
    let line = line_start(text, start);
    let behind = &text[end..line_end(text, end)];
    if !text[line..start].trim().is_empty() || !(behind.trim().is_empty() || behind.trim_start().starts_with('#')) {
        return Err(IssueFieldsError::Unchangeable(key.whole));
    }
    let comment = behind.trim_start_matches([' ', '\t']);
    let kept = if comment.starts_with('#') { format!("{}{comment}", &text[line..start]) } else { String::new() };
    Ok(replaced(text, line..end + behind.len(), &kept))
}

fn inserted(text: &str, table: &DeTable<'_>, key: &Key, value: &str) -> Result<String, IssueFieldsError> {
    let line = format!("{} = {value}", key.name);
    if let Some(end) = key.after_in(table) {
        return Ok(below(text, end, &line));
    }
    match key.table {
        None => Ok(on_top(text, table, &line)),
        Some(name) => match entry(table, name) {
            Some((_, cover)) if text[cover.span()].starts_with('[') => Ok(below(text, cover.span().end, &line)),
            Some(_) => Err(IssueFieldsError::Unchangeable(key.whole)),
            None => Ok(new_table(text, table, name, &line)),
        },
    }
}

/// A line below the one that this byte stands in.
fn below(text: &str, at: usize, line: &str) -> String {
    let at = line_end(text, at);
    let end = end_of_lines(text);
    let before = if text[..at].ends_with('\n') { "" } else { end };
    replaced(text, at..at, &format!("{before}{line}{end}"))
}

/// A line above the first field; above everything, where there is none.
fn on_top(text: &str, table: &DeTable<'_>, line: &str) -> String {
    let end = end_of_lines(text);
    let fields = table.iter().filter(|(_, value)| !is_headed(text, value));
    match fields.map(|(key, _)| key.span().start).min() {
        Some(first) => {
            let at = line_start(text, first);
            replaced(text, at..at, &format!("{line}{end}"))
        }
        None => {
            let at = text.len() - text.trim_start_matches('\u{feff}').len();
            replaced(text, at..at, &format!("{line}{end}{end}"))
        }
    }
}

/// A table with this line, above the first one there is and the comments that belong to it; else at the end.
fn new_table(text: &str, table: &DeTable<'_>, name: &str, line: &str) -> String {
    let end = end_of_lines(text);
    let headed = table.iter().filter(|(_, value)| is_headed(text, value));
    match headed.map(|(_, value)| value.span().start).min() {
        Some(first) => {
            let at = above_comments(text, line_start(text, first));
            replaced(text, at..at, &format!("[{name}]{end}{line}{end}{end}"))
        }
        None => format!("{}{end}{end}[{name}]{end}{line}{end}", text.trim_end()),
    }
}

/// Whether a value is a table or a list of tables below a header of its own.
fn is_headed(text: &str, value: &Spanned<DeValue<'_>>) -> bool {
    let header = |text: &str| text.starts_with('[');
    match value.get_ref() {
        DeValue::Table(_) => header(&text[value.span()]),
        DeValue::Array(entries) => {
            entries.iter().any(|entry| matches!(entry.get_ref(), DeValue::Table(_)) && header(&text[entry.span()]))
        }
        _ => false,
    }
}

fn above_comments(text: &str, mut at: usize) -> usize {
    while at > 0 {
        let line = line_start(text, at - 1);
        if !text[line..at].starts_with('#') {
            break;
        }
        at = line;
    }
    at
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The byte behind the end of the line.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How the lines of this text end.
pub(super) fn end_of_lines(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
