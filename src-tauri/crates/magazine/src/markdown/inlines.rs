//! Running text.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use super::Located;
use super::blocks::Builder;
use crate::manuscript::{Inline, InlineKind, Picture};

/// Marks nested deeper than this are plain words.
const DEEPEST: usize = 60;

impl<'e, I: Iterator<Item = Located<'e>>> Builder<'e, '_, I> {
    /// Running text up to the end of the enclosing block or mark, whose end event is consumed.
    pub(super) fn inlines(&mut self) -> Vec<Inline> {
        let mut content = Vec::new();
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, range, &mut content);
        }
        content
    }

    /// One piece of running text, with everything inside it.
    pub(super) fn inline(&mut self, event: Event<'e>, range: Range<usize>, content: &mut Vec<Inline>) {
        let kind = match event {
            Event::Text(words) => return self.words(content, &words, range),
            Event::Code(words) => {
                let range = within_ticks(self.source.written(range.clone()), &words, range);
                return content.push(Inline { kind: InlineKind::Code(words.to_string()), range });
            }
            Event::SoftBreak => InlineKind::SoftBreak,
            Event::HardBreak => InlineKind::LineBreak,
            Event::FootnoteReference(label) => InlineKind::Footnote(self.footnotes.index(&label, &range)),
            Event::Start(_) if self.depth >= DEEPEST => InlineKind::Text(self.raw_text()),
            Event::Start(tag) => {
                self.depth += 1;
                let kind = self.marked(tag);
                self.depth -= 1;
                kind
            }
            Event::Html(html) | Event::InlineHtml(html) => return self.report_html(&html, &range),
            _ => return,
        };
        content.push(Inline { kind, range });
    }

    /// Words. A character behind a backslash is a piece of its own that begins at the backslash, because the parser
    /// leaves the backslash out of every range.
    fn words(&self, content: &mut Vec<Inline>, words: &str, range: Range<usize>) {
        let goes_on = content.last().is_some_and(|before| before.range.end == range.start);
        let is_escaped = !goes_on
            && words.starts_with(|character: char| character.is_ascii_punctuation())
            && words.len() == range.len()
            && self.source.text[..range.start].ends_with('\\');
        if !is_escaped {
            return push_text(content, words, range);
        }
        let (escaped, rest) = words.split_at(1);
        push_text(content, escaped, range.start - 1..range.start + 1);
        if !rest.is_empty() {
            push_text(content, rest, range.start + 1..range.end);
        }
    }

    fn marked(&mut self, tag: Tag<'e>) -> InlineKind {
        match tag {
            Tag::Strong => InlineKind::Strong(self.inlines()),
            Tag::Strikethrough => InlineKind::Strikethrough(self.inlines()),
            // `<desk@example.org>` names the mailbox alone.
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                InlineKind::Link { target: format!("mailto:{dest_url}"), content: self.inlines() }
            }
            Tag::Link { dest_url, .. } => InlineKind::Link { target: dest_url.to_string(), content: self.inlines() },
            Tag::Image { dest_url, .. } => {
                InlineKind::Picture(Picture { file: dest_url.to_string(), alt: self.raw_text() })
            }
            _ => InlineKind::Emphasis(self.inlines()),
        }
    }
}

/// Joins words that were written byte for byte one after the other; an escape or entity stays a piece of its own, so
/// that a piece either stands as it was written or is mapped as a whole.
fn push_text(content: &mut Vec<Inline>, words: &str, range: Range<usize>) {
    let as_written = words.len() == range.len();
    if let Some(Inline { kind: InlineKind::Text(before), range: last }) = content.last_mut()
        && as_written
        && before.len() == last.len()
        && last.end == range.start
    {
        before.push_str(words);
        last.end = range.end;
        return;
    }
    content.push(Inline { kind: InlineKind::Text(words.to_owned()), range });
}

/// The bytes of code between its ticks, where it stands there letter for letter.
fn within_ticks(written: &str, code: &str, range: Range<usize>) -> Range<usize> {
    let inner = written.trim_matches('`');
    let ticks = (written.len() - inner.len()) / 2;
    let (inner, start) = match inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' ')) {
        Some(padded) if padded.len() == code.len() => (padded, range.start + ticks + 1),
        _ => (inner, range.start + ticks),
    };
    if inner == code { start..start + code.len() } else { range }
}
