//! Where a fault was written that the PDF's writer met on the joined pages.
//!
//! The writer names the call that made an element, and for most elements that is a call of the template, the same for
//! every picture and every heading. So everything that call has made is looked for, kept to what can be at fault
//! where that is known, and told by the words of the article that stand nearest after it.

use typst::foundations::{Content, StyleChain};
use typst::introspection::Tag;
use typst::layout::{Frame, FrameItem};
use typst::model::HeadingElem;
use typst::syntax::{DiagSpan, Source};
use typst::visualize::{Image, ImageKind};
use typst_layout::PagedDocument;

/// A document of the joined PDF.
pub(crate) struct Member<'a> {
    pub(crate) path: &'a str,
    pub(crate) document: &'a PagedDocument,
    pub(crate) source: &'a Source,
}

/// What is wrong with the element that the writer names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is a page of a PDF, which this PDF cannot hold.
    EmbeddedPdf,
    /// Anything else: most often it has no words for who cannot see it.
    Other,
}

/// Something that the call has made.
struct Sighting {
    document: usize,
    /// The byte of the generated file nearest to it, once it is met.
    byte: Option<usize>,
    /// Whether it looks like the one at fault.
    suspect: bool,
}

/// What a fault is, by the words that the writer has for it.
pub(crate) fn kind(message: &str) -> Fault {
    if message.starts_with("embedding PDFs is currently not supported") { Fault::EmbeddedPdf } else { Fault::Other }
}

/// The documents and bytes where an element with this span stands: the suspects among them, else all.
pub(crate) fn places(
    (span, fault): (DiagSpan, Fault),
    members: &[Member<'_>],
    path_of: &dyn Fn(&[u8]) -> String,
) -> Vec<(String, usize)> {
    let mut walk = Walk { span, fault, path_of, sightings: Vec::new(), level: 0 };
    for (number, member) in members.iter().enumerate() {
        for page in member.document.pages() {
            walk.frame(&page.frame, number, member.source);
        }
        walk.sightings.retain(|sighting| sighting.byte.is_some());
    }
    let any = walk.sightings.iter().any(|sighting| sighting.suspect);
    let kept = walk.sightings.iter().filter(|sighting| sighting.suspect || !any);
    kept.filter_map(|sighting| Some((members[sighting.document].path.to_owned(), sighting.byte?))).collect()
}

struct Walk<'a> {
    span: DiagSpan,
    fault: Fault,
    path_of: &'a dyn Fn(&[u8]) -> String,
    sightings: Vec<Sighting>,
    /// The level of the last heading, over all documents.
    level: usize,
}

impl Walk<'_> {
    fn frame(&mut self, frame: &Frame, document: usize, source: &Source) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.frame(&group.frame, document, source),
                FrameItem::Tag(Tag::Start(element, _)) => {
                    let suspect = self.is_skipped_heading(element);
                    self.meet(element.span().into(), document, suspect);
                }
                FrameItem::Image(image, _, span) => {
                    let path = (self.path_of)(crate::inspect::bytes_of(image));
                    let named = source.text().find(&format!("\"{path}\"")).filter(|_| !path.is_empty());
                    if DiagSpan::from(*span) == self.span
                        && let Some(byte) = named
                    {
                        self.sightings.push(Sighting { document, byte: Some(byte), suspect: self.is_at_fault(image) });
                    }
                }
                FrameItem::Text(text) => {
                    for glyph in &text.glyphs {
                        self.meet(glyph.span.0.into(), document, false);
                        self.close(glyph.span.0, source);
                    }
                }
                _ => {}
            }
        }
    }

    fn is_at_fault(&self, image: &Image) -> bool {
        match self.fault {
            Fault::EmbeddedPdf => matches!(image.kind(), ImageKind::Pdf(_)),
            Fault::Other => image.alt().is_none_or(|alt| alt.trim().is_empty()),
        }
    }

    fn meet(&mut self, span: DiagSpan, document: usize, suspect: bool) {
        if span == self.span {
            self.sightings.push(Sighting { document, byte: None, suspect });
        }
    }

    /// Words of the article itself tell where the sightings before them are.
    fn close(&mut self, span: typst::syntax::Span, source: &Source) {
        let is_waiting = self.sightings.iter().any(|sighting| sighting.byte.is_none());
        if !is_waiting || span.id() != Some(source.id()) {
            return;
        }
        let Some(byte) = source.find(span).map(|node| node.range().start) else { return };
        let waiting = self.sightings.iter_mut().filter(|sighting| sighting.byte.is_none());
        waiting.for_each(|sighting| sighting.byte = Some(byte));
    }

    fn is_skipped_heading(&mut self, element: &Content) -> bool {
        let Some(heading) = element.to_packed::<HeadingElem>() else { return false };
        let level = heading.resolve_level(StyleChain::default()).get();
        let is_skipped = level > self.level + 1;
        self.level = level;
        is_skipped
    }
}
