//! Which bytes of the generated file made a letter.

use std::collections::HashMap;
use std::ops::Range;

use typst::syntax::{LinkedNode, Source, Span, SyntaxKind};
use typst::text::{Glyph, TextItem};

/// What made a letter.
pub(super) enum Made {
    /// These bytes, letter for letter; a ligature has several.
    Letters(Vec<Range<usize>>),
    /// A word was divided before this byte.
    Hyphen(usize),
    /// A call, in its own words: a footnote's number.
    Call(Range<usize>),
}

/// Where the nodes of a file stand. All are looked up at once: asking Typst for each would walk over all its
/// neighbours, and a paragraph has thousands.
pub(super) struct Nodes<'a> {
    source: &'a Source,
    known: HashMap<Span, Node>,
}

#[derive(Clone)]
struct Node {
    kind: Kind,
    range: Range<usize>,
    /// Where the next words begin.
    next: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its letters are its bytes.
    Words,
    /// It is one letter, however it is written.
    Letter,
    /// It is no words.
    Call,
}

impl<'a> Nodes<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let mut nodes = Self { source, known: HashMap::new() };
        let mut next = source.text().len();
        nodes.learn(&LinkedNode::new(source.root()), &mut next);
        nodes
    }

    /// Goes backwards, so that each node learns where the words after it begin.
    fn learn(&mut self, node: &LinkedNode<'_>, next: &mut usize) {
        let mut range = node.range();
        let kind = match node.kind() {
            SyntaxKind::Text => Kind::Words,
            SyntaxKind::Str if !node.leaf_text().contains('\\') => {
                range = range.start + 1..range.end - 1;
                Kind::Words
            }
            SyntaxKind::Escape | SyntaxKind::SmartQuote | SyntaxKind::Space | SyntaxKind::Shorthand => Kind::Letter,
            _ => Kind::Call,
        };
        let children: Vec<_> = node.children().collect();
        children.iter().rev().for_each(|child| self.learn(child, next));
        self.known.insert(node.span(), Node { kind, range: range.clone(), next: *next });
        if kind == Kind::Words {
            *next = range.start;
        }
    }

    /// What made a letter; `None` for one that the template made.
    pub(super) fn made(&self, text: &TextItem, glyph: &Glyph) -> Option<Made> {
        let (span, offset) = glyph.span;
        if span.id() != Some(self.source.id()) {
            return None;
        }
        let node = self.known.get(&span)?;
        let printed = text.text.get(glyph.range()).unwrap_or_default();
        let offset = if node.kind == Kind::Words { usize::from(offset) } else { 0 };
        let start = self.source.text().floor_char_boundary((node.range.start + offset).min(node.range.end));
        match node.kind {
            Kind::Call => Some(Made::Call(node.range.clone())),
            _ if is_hyphen(printed, &self.source.text()[start..node.range.end]) => Some(Made::Hyphen(start)),
            Kind::Letter => Some(Made::Letters(vec![node.range.clone()])),
            Kind::Words => Some(Made::Letters(parts(printed, start, node))),
        }
    }
}

/// Where a word is divided, Typst sets a hyphen that carries the place of the letter after it.
fn is_hyphen(printed: &str, written: &str) -> bool {
    printed == "\u{ad}" || (printed == "\u{2010}" && !written.starts_with(printed))
}

/// The letters of a ligature, each with the marks that go with it. It may reach into the words after its own.
fn parts(printed: &str, start: usize, node: &Node) -> Vec<Range<usize>> {
    let begins = |(at, character): &(usize, char)| *at == 0 || character.is_alphanumeric() || character.is_ascii();
    let starts: Vec<usize> = printed.char_indices().filter(begins).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([printed.len()]);
    let end = node.range.end;
    let part = |(from, to): (&usize, usize)| match start + from {
        from if from < end => from..(start + to).min(end),
        from => node.next + from - end..node.next + start + to - end,
    };
    let parts: Vec<_> = starts.iter().zip(ends).map(part).collect();
    if parts.is_empty() { std::iter::once(start..start).collect() } else { parts }
}
