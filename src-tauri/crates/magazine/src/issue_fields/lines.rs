//! The list of cover lines: a line that stays keeps its bytes and its comments, wherever it goes.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{end_of_lines, replaced, with_value};
use super::{CoverLineFields, IssueFieldsError, LINES, parsed, quoted, words};
use crate::written_list::{WrittenEntry, WrittenList};

/// The lines; an entry that is none reads as an empty one.
pub(super) fn lines(text: &str, table: &DeTable<'_>) -> Vec<CoverLineFields> {
    let Some(DeValue::Array(entries)) = LINES.value_in(table).map(Spanned::get_ref) else { return Vec::new() };
    let line = |entry: &Spanned<DeValue<'_>>| CoverLineFields {
        title: field(entry, "title").map(|value| words(text, value)).unwrap_or_default(),
        article: field(entry, "article").map(|value| words(text, value)).unwrap_or_default(),
    };
    entries.iter().map(line).collect()
}

fn field<'t, 'a>(entry: &'t Spanned<DeValue<'a>>, name: &str) -> Option<&'t Spanned<DeValue<'a>>> {
    let DeValue::Table(fields) = entry.get_ref() else { return None };
    fields.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

/// The text with other cover lines.
pub(super) fn with_lines(
    text: &str,
    before: &[CoverLineFields],
    after: &[CoverLineFields],
) -> Result<String, IssueFieldsError> {
    let table = parsed(text)?;
    let Some(value) = LINES.value_in(table.get_ref()) else {
        return with_value(text, &LINES, Some(&list(after, end_of_lines(text))));
    };
    let span = value.span();
    let DeValue::Array(entries) = value.get_ref() else { return Err(IssueFieldsError::Unchangeable(LINES.whole)) };
    // `[[cover.lines]]` is an array as well, but its bytes are a header's.
    if !text[span.clone()].starts_with('[') || text[span.clone()].starts_with("[[") {
        return Err(IssueFieldsError::Unchangeable(LINES.whole));
    }
    let spans: Vec<_> = entries.iter().map(Spanned::span).collect();
    let mut written = WrittenList::of(text, &span, &spans);
    if after.is_empty() && !written.head.contains('#') && !written.tail.contains('#') {
        return with_value(text, &LINES, None);
    }
    if before.is_empty() && !text[span.clone()].contains('#') {
        return Ok(replaced(text, span, &list(after, end_of_lines(text))));
    }
    let from = origins(before, after);
    let values: Vec<Option<String>> = from
        .iter()
        .zip(after)
        .map(|(from, line)| match from {
            Some(from) if before[*from] == *line => None,
            Some(from) => Some(changed(text, &entries[*from], line)),
            None => Some(inline(line)),
        })
        .collect();
    put(&mut written, &from, &values, end_of_lines(text));
    Ok(replaced(text, span, &written.joined()))
}

/// For each line the one it was: the same, else one with the same words or article, else, while no line came or went,
/// the one that is left over.
fn origins(before: &[CoverLineFields], after: &[CoverLineFields]) -> Vec<Option<usize>> {
    type Alike = fn(&CoverLineFields, &CoverLineFields) -> bool;
    let alike: [Alike; 3] = [
        |one, other| one == other,
        |one, other| one.title == other.title || (one.article == other.article && !one.article.is_empty()),
        |_, _| true,
    ];
    let passes = if before.len() == after.len() { 3 } else { 2 };
    let mut free = vec![true; before.len()];
    let mut from = vec![None; after.len()];
    for is_alike in &alike[..passes] {
        for (line, from) in after.iter().zip(&mut from).filter(|(_, from)| from.is_none()) {
            *from = (0..before.len()).find(|index| free[*index] && is_alike(&before[*index], line));
            if let Some(index) = *from {
                free[index] = false;
            }
        }
    }
    from
}

/// An entry with another line's words, in place where it has both fields or needs no second one.
fn changed(text: &str, entry: &Spanned<DeValue<'_>>, line: &CoverLineFields) -> String {
    let span = entry.span();
    let mut fields = vec![(field(entry, "title"), &line.title), (field(entry, "article"), &line.article)];
    fields.retain(|(value, words)| value.is_some() || !words.is_empty());
    let values: Option<Vec<_>> = fields.into_iter().map(|(value, words)| Some((value?.span(), words))).collect();
    let Some(mut values) = values.filter(|values| values.iter().all(|(at, _)| at.end <= span.end)) else {
        return inline(line);
    };
    values.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    values.iter().fold(text[span.clone()].to_owned(), |entry, (at, words)| {
        replaced(&entry, at.start - span.start..at.end - span.start, &quoted(words))
    })
}

/// Puts the entries in their new order into the list; new ones get the indent of those that are there.
fn put<'a>(list: &mut WrittenList<'a>, from: &[Option<usize>], values: &'a [Option<String>], end: &'static str) {
    let many = list.head.contains('\n') || list.entries.iter().any(|entry| entry.behind.contains('\n'));
    let mut known: Vec<Option<WrittenEntry<'a>>> = list.entries.drain(..).map(Some).collect();
    for (from, value) in from.iter().zip(values) {
        let new = || WrittenEntry { above: "", value: "", behind: if many { end } else { "" } };
        let mut entry = from.and_then(|from| known[from].take()).unwrap_or_else(new);
        entry.value = value.as_deref().unwrap_or(entry.value);
        list.entries.push(entry);
    }
    let indent = list.whites.last().map_or("  ", |(_, indent)| *indent);
    let indent = if many || list.whites.len() > 1 { indent } else { " " };
    list.whites.resize(from.len().max(list.whites.len()), ("", indent));
}

/// A list of its own, a line for each.
fn list(lines: &[CoverLineFields], end: &str) -> String {
    let entries: String = lines.iter().map(|line| format!("  {},{end}", inline(line))).collect();
    format!("[{end}{entries}]")
}

fn inline(line: &CoverLineFields) -> String {
    let title = quoted(&line.title);
    if line.article.is_empty() {
        return format!("{{ title = {title} }}");
    }
    format!("{{ title = {title}, article = {} }}", quoted(&line.article))
}
