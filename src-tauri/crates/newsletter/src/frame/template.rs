//! Slots and sections in a frame's text.

use std::ops::Range;

use crate::piece::{Piece, push_fixed, push_pieces};

/// A stretch of a rendered frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// HTML.
    Html(String),
    /// A slot, by its name.
    Slot(String),
}

/// The rendered frame with every slot filled. What goes in is not looked at again, so it cannot hold a slot.
pub(crate) fn fill(parts: &[Part], words: impl Fn(&str) -> Vec<Piece>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in parts {
        match part {
            Part::Html(html) => push_fixed(&mut pieces, html),
            Part::Slot(name) => push_pieces(&mut pieces, words(name)),
        }
    }
    pieces
}

/// Cuts a rendered frame at its slots.
pub(crate) fn parts(html: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut done = 0;
    for (name, range) in names(html) {
        parts.push(Part::Html(html[done..range.start].to_owned()));
        parts.push(Part::Slot(name));
        done = range.end;
    }
    parts.push(Part::Html(html[done..].to_owned()));
    parts
}

/// Every slot's name and its bytes; a section's name once for its start.
pub(crate) fn names(text: &str) -> Vec<(String, Range<usize>)> {
    let marks = marks(text).into_iter().filter(|mark| mark.kind != Kind::End);
    marks.map(|mark| (mark.name, mark.range)).collect()
}

/// Takes out the sections that do not stand, and the marks of those that do; what stays keeps its place where nothing
/// was taken out.
pub(crate) fn cut(text: &str, stands: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    let mut out: Option<String> = None;
    for mark in marks(text) {
        if out.is_none() {
            kept.push_str(&text[done..mark.range.start]);
        }
        match (mark.kind, &out) {
            (Kind::Slot, None) => kept.push_str(&text[mark.range.clone()]),
            (Kind::Start, None) if !stands(&mark.name) => out = Some(mark.name),
            (Kind::Start | Kind::End, None) => kept.push_str(&blank(mark.range.len())),
            (Kind::End, Some(name)) if *name == mark.name => out = None,
            (_, Some(_)) => {}
        }
        done = mark.range.end;
    }
    if out.is_none() {
        kept.push_str(&text[done..]);
    }
    kept
}

/// As many bytes of nothing; mrml passes over white space between elements only where it begins with a line end.
fn blank(bytes: usize) -> String {
    format!("\n{}", " ".repeat(bytes - 1))
}

struct Mark {
    kind: Kind,
    name: String,
    range: Range<usize>,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Slot,
    Start,
    End,
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut done = 0;
    while let Some(start) = text[done..].find("{{").map(|at| done + at) {
        let Some(end) = text[start..].find("}}").map(|at| start + at + 2) else { break };
        let inner = text[start + 2..end - 2].trim();
        let (kind, name) = match inner.split_at_checked(1) {
            Some(("#", name)) => (Kind::Start, name),
            Some(("/", name)) => (Kind::End, name),
            _ => (Kind::Slot, inner),
        };
        marks.push(Mark { kind, name: name.trim().to_owned(), range: start..end });
        done = end;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_stands_or_falls_as_a_whole() {
        let text = "a{{#pdf}}b{{#x}}{{slot}}{{/x}}{{/pdf}}c";
        assert_eq!(cut(text, |name| name != "pdf"), "ac");
        assert_eq!(cut(text, |name| name != "x").replace([' ', '\n'], ""), "abc");
        assert_eq!(cut(text, |_| true).len(), text.len());
    }

    #[test]
    fn what_fills_a_slot_cannot_hold_one() {
        let parts = parts("<p>{{one}}</p>{{ two }}");
        let filled = fill(&parts, |name| vec![Piece::Fixed(format!("[{name} {{{{two}}}}]"))]);
        assert_eq!(filled, [Piece::Fixed("<p>[one {{two}}]</p>[two {{two}}]".to_owned())]);
    }
}
