//! The hash of a page: of what can be seen on it, so that a page that looks the same is not drawn again.
//!
//! Spans, tags and links are left out. They move with every edit although the page does not.

use std::hash::{Hash, Hasher};

use typst::layout::{Frame, FrameItem};
use typst_layout::Page;

/// 16 hexadecimal digits.
pub(crate) fn of(page: &Page) -> String {
    let mut state = Blake::default();
    page.fill.hash(&mut state);
    frame(&page.frame, &mut state);
    state.hash().to_hex()[..16].to_owned()
}

fn frame(frame: &Frame, state: &mut Blake) {
    frame.size().hash(state);
    for (place, item) in frame.items() {
        if matches!(item, FrameItem::Link(..) | FrameItem::Tag(_)) {
            continue;
        }
        place.hash(state);
        if let FrameItem::Group(group) = item {
            std::mem::discriminant(item).hash(state);
            group.transform.hash(state);
            group.clip.hash(state);
            self::frame(&group.frame, state);
        } else {
            self::item(item, state);
        }
    }
}

/// What can be seen of an item that holds no others.
pub(crate) fn item(item: &FrameItem, state: &mut impl Hasher) {
    std::mem::discriminant(item).hash(state);
    match item {
        FrameItem::Text(text) => {
            text.font.hash(state);
            text.size.hash(state);
            text.fill.hash(state);
            text.stroke.hash(state);
            for glyph in &text.glyphs {
                glyph.id.hash(state);
                [glyph.x_advance, glyph.x_offset, glyph.y_advance, glyph.y_offset].hash(state);
            }
        }
        FrameItem::Shape(shape, _) => shape.hash(state),
        FrameItem::Image(image, size, _) => {
            image.hash(state);
            size.hash(state);
        }
        FrameItem::Group(_) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
    }
}

/// A letter is a few numbers of a few bytes each, and there are thousands on a page: they are gathered first, because
/// the hash takes many bytes at once far sooner than a few at a time.
#[derive(Default)]
struct Blake(Vec<u8>);

impl Blake {
    fn hash(&self) -> blake3::Hash {
        blake3::hash(&self.0)
    }
}

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.hash().as_bytes()[..8]);
        u64::from_le_bytes(first)
    }
}
