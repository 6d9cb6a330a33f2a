//! What editors and version control leave in a text: `TK`, and the marks of an unsolved conflict.

use std::ops::Range;

use super::Source;
use crate::finding::{Code, Finding};
use crate::manuscript::{Block, BlockKind, Inline, InlineKind, Manuscript};

/// The lines that Git leaves where two versions did not agree.
pub(super) fn conflicts(source: Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            let finding = Finding::error(Code::ConflictMark, "two versions of this text were not joined");
            let finding = finding.at(source.place(at..at + line.trim_end().len()));
            findings.push(
                finding.hint("keep the words that are right and delete the lines with `<<<<<<<`, `=======`, `>>>>>>>`"),
            );
        }
        at += line.len();
    }
    findings
}

/// The `TK` marks in running text.
pub(super) fn find(source: Source<'_>, manuscript: &Manuscript) -> Vec<Finding> {
    let mut findings = Vec::new();
    in_blocks(source, &manuscript.blocks, &mut findings);
    for note in &manuscript.footnotes {
        in_blocks(source, &note.blocks, &mut findings);
    }
    findings
}

fn in_blocks(source: Source<'_>, blocks: &[Block], findings: &mut Vec<Finding>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => in_words(source, content, findings),
            BlockKind::Quote(body) | BlockKind::Only { body, .. } => in_blocks(source, body, findings),
            BlockKind::Callout { title, body, .. } => {
                in_words(source, title, findings);
                in_blocks(source, body, findings);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| in_blocks(source, &item.blocks, findings)),
            BlockKind::Table(table) => {
                let cells = table.rows.iter().flatten().chain(&table.header);
                cells.for_each(|cell| in_words(source, &cell.content, findings));
            }
            // Captions, credits and text alternatives are still in the words as they were written.
            BlockKind::Picture(_) | BlockKind::Chart(_) => findings.extend(written(source, block.range.clone())),
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::Teaser { .. } => {}
        }
    }
}

fn in_words(source: Source<'_>, content: &[Inline], findings: &mut Vec<Finding>) {
    for inline in content {
        match &inline.kind {
            InlineKind::Text(words) => findings.extend(in_text(source, words, inline)),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => in_words(source, inner, findings),
            _ => {}
        }
    }
}

/// The marks in a range of the file.
pub(super) fn written(source: Source<'_>, range: Range<usize>) -> Vec<Finding> {
    alone(source.written(range.clone())).map(|at| finding(source, range.start + at)).collect()
}

fn in_text(source: Source<'_>, words: &str, inline: &Inline) -> Vec<Finding> {
    let as_written = words.len() == inline.range.len();
    let start = |at| if as_written { inline.range.start + at } else { inline.range.start };
    alone(words).map(|at| finding(source, start(at))).collect()
}

/// Where the mark stands by itself: `TK`, `TK:`, `(TK)`, and not inside a word.
fn alone(words: &str) -> impl Iterator<Item = usize> {
    words.match_indices("TK").map(|(at, _)| at).filter(|at| {
        let before = words[..*at].chars().next_back();
        let after = words[at + 2..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn finding(source: Source<'_>, start: usize) -> Finding {
    let finding = Finding::warning(Code::EditorsMark, "`TK`: something is still to come here");
    finding.at(source.place(start..start + 2)).hint("write what is missing, then delete the mark")
}
