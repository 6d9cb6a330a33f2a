//! A list of a TOML file as it is written: what stays in its place when entries move, come or go, and what moves.

use std::ops::Range;

/// The list, taken apart.
pub(crate) struct WrittenList<'a> {
    /// The bracket and what stands behind it on its line.
    pub(crate) head: &'a str,
    /// The blank lines and the indent before each entry; they belong to the place.
    pub(crate) whites: Vec<(&'a str, &'a str)>,
    /// The entries with their comments.
    pub(crate) entries: Vec<WrittenEntry<'a>>,
    /// Whether the last one has a comma.
    pub(crate) last_comma: bool,
    /// What follows the last entry, with the bracket.
    pub(crate) tail: &'a str,
}

/// What moves.
pub(crate) struct WrittenEntry<'a> {
    /// Comments on lines of their own above it, with their line ends.
    pub(crate) above: &'a str,
    /// The entry, up to its comma.
    pub(crate) value: &'a str,
    /// A comment behind it on its line.
    pub(crate) behind: &'a str,
}

impl<'a> WrittenList<'a> {
    /// The list at these bytes, with its entries at those.
    pub(crate) fn of(text: &'a str, list: &Range<usize>, spans: &[Range<usize>]) -> Self {
        let mut at = list.start + 1;
        at += rest_of_line(&text[at..]);
        let mut parts =
            Self { head: &text[list.start..at], whites: Vec::new(), entries: Vec::new(), last_comma: false, tail: "" };
        for span in spans {
            let (blank, above, indent) = before_value(&text[at..span.start]);
            let comma = comma_in(&text[span.end..list.end]).map(|comma| span.end + comma);
            let end = comma.unwrap_or(span.end);
            let behind = comma.map_or(end, |comma| comma + 1);
            at = behind + rest_of_line(&text[behind..list.end]);
            parts.whites.push((blank, indent));
            parts.last_comma = comma.is_some();
            parts.entries.push(WrittenEntry { above, value: &text[span.start..end], behind: &text[behind..at] });
        }
        parts.tail = &text[at..list.end];
        parts
    }

    /// The text with the list as it is now.
    pub(crate) fn within(&self, text: &str, list: &Range<usize>) -> String {
        format!("{}{}{}", &text[..list.start], self.joined(), &text[list.end..])
    }

    pub(crate) fn joined(&self) -> String {
        let mut text = self.head.to_owned();
        for (index, (entry, (blank, indent))) in self.entries.iter().zip(&self.whites).enumerate() {
            let comma = if self.last_comma || index + 1 < self.entries.len() { "," } else { "" };
            for part in [blank, entry.above, indent, entry.value, comma, entry.behind] {
                text.push_str(part);
            }
            // A comment hides everything behind it on its line, and a comment above wants a line of its own.
            let next = self.entries.get(index + 1).map_or("", |next| next.above);
            if !entry.behind.contains('\n') && (entry.behind.contains('#') || !next.is_empty()) {
                text.push('\n');
            }
        }
        text + self.tail
    }
}

/// The length of the white and the comment up to the line's end, with it; 0 when something else stands on the line.
fn rest_of_line(text: &str) -> usize {
    let white = text.len() - text.trim_start_matches([' ', '\t']).len();
    match text[white..].chars().next() {
        Some('#' | '\n' | '\r') => text.find('\n').map_or(text.len(), |end| end + 1),
        _ => 0,
    }
}

/// Splits what stands before an entry into blank lines, comment lines, which move with it, and its indent.
fn before_value(text: &str) -> (&str, &str, &str) {
    let indent = text.rfind('\n').map_or(0, |end| end + 1);
    let comment =
        text[..indent].find('#').map_or(indent, |comment| text[..comment].rfind('\n').map_or(0, |end| end + 1));
    (&text[..comment], &text[comment..indent], &text[indent..])
}

/// The comma after an entry. Comments may stand before it.
fn comma_in(text: &str) -> Option<usize> {
    let mut in_comment = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '\n' => in_comment = false,
            '#' => in_comment = true,
            ',' if !in_comment => return Some(at),
            _ if in_comment || letter.is_whitespace() => {}
            _ => return None,
        }
    }
    None
}
