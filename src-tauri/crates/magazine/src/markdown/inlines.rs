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
            Event::Text(words) => return push_text(content, &words, range),
            Event::Code(words) => InlineKind::Code(words.to_string()),
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
