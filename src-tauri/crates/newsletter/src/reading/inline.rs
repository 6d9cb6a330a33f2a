//! Running text: fields are cut out of it, links are checked.
//!
//! The parser may give one run of words in several texts, and a field may stretch over a line end; so neighbouring
//! texts are joined before fields are looked for, and faults are led back to the bytes they were typed in.

use std::ops::Range;

use magazine::{Code, Finding, Inline, InlineKind, TextSegment};

use super::Reader;
use crate::content::Run;
use crate::field::{self, Part};
use crate::link::Target;
use crate::picture::IN_LINE;
use crate::piece::{Escape, Piece, plain, push_fixed};

impl Reader<'_> {
    /// Running text.
    pub(super) fn runs(&mut self, content: &[Inline]) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut words = Words::default();
        for inline in content {
            if words.takes(inline) {
                continue;
            }
            self.words(&mut words, &mut runs);
            runs.extend(self.run(inline));
        }
        self.words(&mut words, &mut runs);
        runs
    }

    /// A subject or preheader: one line with fields.
    pub(crate) fn line(&mut self, segment: &TextSegment) -> Vec<Piece> {
        let mut words = Words::default();
        words.add(&segment.text, segment.range.clone());
        let mut runs = Vec::new();
        self.words(&mut words, &mut runs);
        one_line(&runs)
    }

    fn run(&mut self, inline: &Inline) -> Vec<Run> {
        vec![match &inline.kind {
            InlineKind::Text(_) | InlineKind::SoftBreak => return Vec::new(),
            InlineKind::Emphasis(inner) => Run::Emphasis(self.runs(inner)),
            InlineKind::Strong(inner) => Run::Strong(self.runs(inner)),
            InlineKind::Strikethrough(inner) => Run::Strikethrough(self.runs(inner)),
            InlineKind::Code(code) => Run::Code(plain(code)),
            InlineKind::Link { target, content } => return self.link(target, content, &inline.range),
            InlineKind::Picture(picture) => Run::Picture(self.album.take(&picture.file, &plain(&picture.alt), IN_LINE)),
            InlineKind::Footnote(index) => Run::Note(self.note(*index)),
            InlineKind::LineBreak => Run::LineBreak,
        }]
    }

    /// A link, or its words alone where a mail must not lead there.
    fn link(&mut self, written: &str, content: &[Inline], range: &Range<usize>) -> Vec<Run> {
        let content = self.runs(content);
        let (address, faults) = Target::read(written);
        self.field_faults(faults, |_| range.clone());
        if let Some(target) = address {
            self.unsafe_link(&target, range);
            self.dead_page(written, range);
            return vec![Run::Link { target, content }];
        }
        let finding = Finding::error(Code::BadLink, format!("a mail cannot lead to `{}`", shortened(written)))
            .hint("write the whole address, with https:// or mailto: in front");
        self.find(finding, range.clone());
        content
    }

    /// Spam filters and browsers warn of pages that anybody on the way can read and change.
    fn unsafe_link(&mut self, target: &Target, range: &Range<usize>) {
        if !target.is_unencrypted() {
            return;
        }
        let finding = Finding::warning(Code::BadLink, "the link leads to a page without encryption");
        self.find(finding.hint("write https:// in front; most pages answer there too"), range.clone());
    }

    fn note(&mut self, index: usize) -> usize {
        let known = self.notes.iter().position(|note| *note == index);
        1 + known.unwrap_or_else(|| {
            self.notes.push(index);
            self.notes.len() - 1
        })
    }

    fn words(&mut self, words: &mut Words, runs: &mut Vec<Run>) {
        let words = std::mem::take(words);
        let (parts, faults) = field::parts(&words.text);
        for part in parts {
            runs.push(match part {
                Part::Words(text) => Run::Text(plain(text)),
                Part::Field { field, fallback } => Run::Field { field, fallback: fallback.map(|text| plain(&text)) },
            });
        }
        self.field_faults(faults, |range| words.bytes(range));
    }
}

/// Words and fields of a line, for places where no mark can stand; spaces at its ends and in a row are dropped.
fn one_line(runs: &[Run]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        match run {
            Run::Text(text) => push_fixed(&mut pieces, &squeezed(text, index == 0, index + 1 == runs.len())),
            Run::Field { field, fallback } => {
                pieces.push(Piece::Field { field: *field, fallback: fallback.clone(), escape: Escape::Plain });
            }
            _ => {}
        }
    }
    pieces
}

fn squeezed(text: &str, first: bool, last: bool) -> String {
    let inner = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let space = |wanted: bool| if wanted { " " } else { "" };
    if inner.is_empty() {
        return space(!first && !last).to_owned();
    }
    let before = space(!first && text.starts_with(char::is_whitespace));
    let after = space(!last && text.ends_with(char::is_whitespace));
    format!("{before}{inner}{after}")
}

fn shortened(target: &str) -> String {
    let target = plain(target);
    match target.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &target[..at]),
        None => target,
    }
}

/// Neighbouring words as one text that remembers where each stretch was typed.
#[derive(Default)]
struct Words {
    text: String,
    /// Where a stretch begins in the text, and the bytes of the file it came from.
    stretches: Vec<(usize, Range<usize>)>,
}

impl Words {
    /// Adds a text or a line end; `false` for everything else.
    fn takes(&mut self, inline: &Inline) -> bool {
        match &inline.kind {
            InlineKind::Text(text) => self.add(text, inline.range.clone()),
            InlineKind::SoftBreak => self.add(" ", inline.range.clone()),
            _ => return false,
        }
        true
    }

    fn add(&mut self, text: &str, range: Range<usize>) {
        self.stretches.push((self.text.len(), range));
        self.text.push_str(text);
    }

    /// The bytes of the file that a part of the text was typed in.
    fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        let last = range.end.saturating_sub(1).max(range.start);
        let (first, last) = (self.byte(range.start), self.byte(last));
        first.start..last.end.max(first.end)
    }

    fn byte(&self, at: usize) -> Range<usize> {
        let index = self.stretches.partition_point(|(begin, _)| *begin <= at).saturating_sub(1);
        let Some((begin, range)) = self.stretches.get(index) else { return 0..0 };
        let end = self.stretches.get(index + 1).map_or(self.text.len(), |(next, _)| *next);
        // Only a stretch written byte for byte can be pointed into.
        if end - begin != range.len() {
            return range.clone();
        }
        let byte = range.start + at - begin;
        byte..byte + 1
    }
}
