//! The documents of the chain as the pages of one.
//!
//! Typst numbers the elements of a document by what they are and how often they came before. Two articles with the
//! same footnote, caption or ornament therefore hold elements of one number, and in the joined PDF the second would
//! be read aloud as part of the first (PDF/UA: "ambiguous logical parent"). So each document's numbers are moved to
//! a range of its own first.

use typst::introspection::{Location, Tag};
use typst::layout::{Frame, FrameItem};
use typst::model::Destination;
use typst_layout::{Page, PagedDocument};

/// A document's pages, with element numbers that no other document has.
pub(super) fn pages_of_its_own(path: &str, document: &PagedDocument) -> Vec<Page> {
    let mut range = [0; 16];
    range.copy_from_slice(&blake3::hash(path.as_bytes()).as_bytes()[..16]);
    let range = u128::from_le_bytes(range);
    let mut pages = document.pages().to_vec();
    pages.iter_mut().for_each(|page| renumber(&mut page.frame, range));
    pages
}

fn renumber(frame: &mut Frame, range: u128) {
    let moved = |location: Location| Location::new(location.hash() ^ range);
    // The one way into a frame's items that changes them.
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => {
                if let Some(parent) = &mut group.parent {
                    parent.location = moved(parent.location);
                }
                renumber(&mut group.frame, range);
            }
            FrameItem::Tag(Tag::Start(element, _)) => {
                if let Some(location) = element.location() {
                    element.set_location(moved(location));
                }
            }
            FrameItem::Tag(Tag::End(location, ..)) | FrameItem::Link(Destination::Location(location), _) => {
                *location = moved(*location);
            }
            FrameItem::Link(..) | FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Image(..) => {}
        }
        true
    });
}

/// Takes out what paper cannot use: links, and the tags that headings and readers' tools are found by.
pub(super) fn for_paper(frame: &mut Frame) {
    frame.retain(|item| {
        if let FrameItem::Group(group) = item {
            group.parent = None;
            for_paper(&mut group.frame);
        }
        !matches!(item, FrameItem::Link(..) | FrameItem::Tag(_))
    });
}
