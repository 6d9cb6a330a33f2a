//! Callouts: block quotations that begin with `[!name]`.

use std::ops::Range;

use super::Source;
use crate::finding::{Code, Finding};
use crate::manuscript::{Block, BlockKind, Callout, Inline, InlineKind};
use crate::record::nearest;

/// What a block quotation is: a callout when its first line begins with a mark, a plain quotation otherwise.
pub(super) fn quote_or_callout(
    source: Source<'_>,
    body: Vec<Block>,
    range: &Range<usize>,
    findings: &mut Vec<Finding>,
) -> BlockKind {
    let Some(mark) = body.first().and_then(|block| mark(source, block)) else { return BlockKind::Quote(body) };
    let Some(callout) = Callout::named(&source.text[mark.name.clone()]) else {
        let name = &source.text[mark.name.clone()];
        let finding = Finding::warning(Code::UnknownCallout, format!("unknown callout `{name}`"));
        let finding = finding.at(source.place(mark.name.clone())).hint(KNOWN);
        findings.push(match meant(name) {
            Some(known) => finding.fix(source.fix(mark.name, known, format!("write `{known}`"))),
            None => finding,
        });
        return BlockKind::Quote(without_mark(body, mark.end, range).1);
    };
    let (title, body) = without_mark(body, mark.end, range);
    BlockKind::Callout { callout, title, body }
}

const KNOWN: &str = "known callouts: `pullquote`, `sidebar`, `facts`, `note`";

/// What other programs call the callouts of this dialect.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("quote", "pullquote"),
    ("cite", "pullquote"),
    ("aside", "sidebar"),
    ("box", "sidebar"),
    ("example", "sidebar"),
    ("info", "note"),
    ("tip", "note"),
    ("important", "note"),
    ("warning", "note"),
    ("caution", "note"),
    ("summary", "facts"),
];

/// The callout that an unknown name was meant for.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, known)| *known);
    other.or_else(|| nearest(&name, &["pullquote", "sidebar", "facts", "note"]))
}

/// The bytes of a callout's name and the first byte after its closing bracket.
struct Mark {
    name: Range<usize>,
    end: usize,
}

fn mark(source: Source<'_>, first: &Block) -> Option<Mark> {
    let BlockKind::Paragraph(_) = first.kind else { return None };
    let written = source.written(first.range.clone());
    let rest = written.strip_prefix("[!")?;
    let length = rest.find(']')?;
    let name = &rest[..length];
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let start = first.range.start + 2;
    plain.then_some(Mark { name: start..start + length, end: start + length + 1 })
}

/// The words after the mark on its line, and the blocks without that line.
fn without_mark(mut body: Vec<Block>, end: usize, range: &Range<usize>) -> (Vec<Inline>, Vec<Block>) {
    let Some(Block { kind: BlockKind::Paragraph(content), range: first }) = body.first_mut() else {
        return (Vec::new(), body);
    };
    let mut words = std::mem::take(content);
    words.retain_mut(|inline| keep_after(inline, end));
    let line_end = words.iter().position(|inline| matches!(inline.kind, InlineKind::SoftBreak | InlineKind::LineBreak));
    let rest = line_end.map_or_else(Vec::new, |at| words.split_off(at).split_off(1));
    match rest.first() {
        Some(next) => {
            *first = next.range.start..first.end.min(range.end);
            *content = rest;
        }
        None => {
            body.remove(0);
        }
    }
    (words, body)
}

/// Cuts a piece of text at `end`, keeping what comes after; the space after the mark goes with it.
fn keep_after(inline: &mut Inline, end: usize) -> bool {
    if inline.range.end <= end {
        return false;
    }
    if let InlineKind::Text(words) = &mut inline.kind
        && inline.range.start <= end
        && words.len() == inline.range.len()
    {
        let rest = words[end - inline.range.start..].trim_start().to_owned();
        inline.range.start = inline.range.end - rest.len();
        *words = rest;
        return !words.is_empty();
    }
    true
}
