//! Fenced divs: `::: {.only-pdf}` … `:::` around blocks for one output only.
//!
//! The fences are blanked before the text is parsed, byte for byte, so that every range stays; the blocks between
//! them are put back into one block afterwards.

use std::ops::Range;

use super::Source;
use super::attributes::{self, Attribute};
use crate::finding::{Code, Finding};
use crate::manuscript::{Block, BlockKind, Output};

/// A div: its output and its bytes, fences included.
pub(super) struct Div {
    output: Output,
    range: Range<usize>,
}

/// The text from `start` on with the fences blanked, and the divs that were found.
pub(super) fn take_out(source: Source<'_>, start: usize, findings: &mut Vec<Finding>) -> (String, Vec<Div>) {
    let mut body = String::with_capacity(source.text.len() - start);
    let mut divs = Vec::new();
    let mut open: Option<(Option<Output>, Range<usize>)> = None;
    let mut code_fence: Option<&str> = None;
    let mut at = start;
    for line in source.text[start..].split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        code_fence = fence_after(line, code_fence);
        if code_fence.is_some() || !line.starts_with(":::") {
            body.push_str(line);
            continue;
        }
        blank(line, &mut body);
        let rest = line.trim_start_matches(':').trim();
        match open.take() {
            Some((output, opened)) if rest.is_empty() => {
                divs.extend(output.map(|output| Div { output, range: opened.start..range.end }));
            }
            Some(already) => {
                findings.push(fault(source, &range, "a div begins inside another one", "close the first with `:::`"));
                open = Some(already);
            }
            None if rest.is_empty() => {
                findings.push(fault(source, &range, "a div is closed that was not opened", KNOWN))
            }
            None => {
                let output = output(rest);
                if output.is_none() {
                    findings.push(fault(
                        source,
                        &range,
                        &format!("unknown div `{rest}`: its blocks go to every output"),
                        KNOWN,
                    ));
                }
                open = Some((output, range));
            }
        }
    }
    if let Some((output, opened)) = open {
        findings.push(fault(source, &opened, "a div is not closed", "add a line `:::` where it ends"));
        divs.extend(output.map(|output| Div { output, range: opened.start..source.text.len() }));
    }
    (body, divs)
}

/// Puts the blocks of each div into one block.
pub(super) fn put_back(blocks: Vec<Block>, divs: &[Div]) -> Vec<Block> {
    let mut grouped: Vec<Block> = Vec::new();
    for block in blocks {
        let Some(div) = divs.iter().find(|div| div.range.contains(&block.range.start)) else {
            grouped.push(block);
            continue;
        };
        match grouped.last_mut() {
            Some(Block { kind: BlockKind::Only { body, .. }, range }) if *range == div.range => body.push(block),
            _ => {
                let kind = BlockKind::Only { output: div.output, body: vec![block] };
                grouped.push(Block { kind, range: div.range.clone() });
            }
        }
    }
    grouped
}

const KNOWN: &str = "known divs: `{.only-pdf}`, `{.only-mail}`, `{.only-web}`";

fn fault(source: Source<'_>, range: &Range<usize>, message: &str, hint: &str) -> Finding {
    Finding::warning(Code::BadDiv, message).at(source.place(range.clone())).hint(hint)
}

fn output(written: &str) -> Option<Output> {
    match attributes::parse(written)?.as_slice() {
        [Attribute::Class("only-pdf", _)] => Some(Output::Pdf),
        [Attribute::Class("only-mail", _)] => Some(Output::Mail),
        [Attribute::Class("only-web", _)] => Some(Output::Web),
        _ => None,
    }
}

/// The code fence that is open after a line, if any.
fn fence_after<'l>(line: &'l str, open: Option<&'l str>) -> Option<&'l str> {
    let trimmed = line.trim_start();
    let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
    let length = mark.map_or(0, |mark| trimmed.chars().take_while(|c| *c == mark).count());
    match open {
        None if length >= 3 => Some(&trimmed[..length]),
        None => None,
        Some(fence) if trimmed.starts_with(fence) && trimmed.trim_end().len() == length => None,
        Some(fence) => Some(fence),
    }
}

fn blank(line: &str, body: &mut String) {
    let end = line.len() - line.trim_end_matches(['\r', '\n']).len();
    body.extend(std::iter::repeat_n(' ', line.len() - end));
    body.push_str(&line[line.len() - end..]);
}
