//! From a point on a page to a byte of the generated file, and back.
//!
//! Both walk the letters of the page and read the place that each carries. Typst's own `jump_from_click` answers with
//! a link's address when there is one, and `jump_from_cursor` with the first letter of a run; an editor wants the
//! letter.

use std::collections::HashMap;
use std::ops::Range;

use typst::layout::{Abs, Dir, Frame, FrameItem, Point, Transform};
use typst::syntax::{Source, Span, SyntaxKind};
use typst::text::{Glyph, TextItem};
use typst_layout::Page;

use crate::process::protocol::LetterBox;

/// The byte at a point, or that of the nearest letter of this file; in the second half of a letter, the byte after it.
pub(crate) fn byte_at(page: &Page, source: &Source, x: f64, y: f64) -> Option<usize> {
    let mut nearest: Option<(f64, usize)> = None;
    let mut nodes = Nodes::new(source);
    letters(&page.frame, Transform::identity(), &mut |text, glyph, area| {
        let Some(range) = nodes.letter(glyph) else { return };
        let distance = area.distance(x, y);
        // What is drawn later lies on top.
        if nearest.is_none_or(|(least, _)| distance <= least) {
            let second_half = (x > area.x + area.width / 2.0) != (text.lang.dir() == Dir::RTL);
            nearest = Some((distance, if second_half { range.end } else { range.start }));
        }
    });
    nearest.map(|(_, byte)| byte)
}

/// The box of the letter that a byte made, or of the letter nearest to it in the file. A title that stands in running
/// heads as well is found where it is largest.
pub(crate) fn box_of(pages: &[Page], source: &Source, byte: usize) -> Option<LetterBox> {
    let mut best: Option<((usize, bool), f64, LetterBox)> = None;
    let mut nodes = Nodes::new(source);
    for (page, content) in pages.iter().enumerate() {
        letters(&content.frame, Transform::identity(), &mut |_, glyph, area| {
            let Some(range) = nodes.letter(glyph) else { return };
            let inside = usize::from(!range.contains(&byte));
            let away = if range.contains(&byte) { 0 } else { range.start.abs_diff(byte) + inside };
            let rank = (away, range.start > byte);
            let nearer = best
                .as_ref()
                .is_none_or(|(least, size, _)| rank < *least || (rank == *least && area.height > *size + f64::EPSILON));
            if nearer {
                let Area { x, y, width, height } = area;
                best = Some((rank, height, LetterBox { page, x, y, width, height }));
            }
        });
    }
    best.map(|(_, _, area)| area)
}

/// A box on the page, in points.
#[derive(Clone, Copy)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Area {
    /// The square of the distance, which orders as the distance does.
    fn distance(self, x: f64, y: f64) -> f64 {
        let outside = |at: f64, from: f64, size: f64| (from - at).max(at - from - size).max(0.0);
        outside(x, self.x, self.width).powi(2) + outside(y, self.y, self.height).powi(2)
    }
}

/// Visits every letter of a frame with its box on the page.
fn letters(frame: &Frame, transform: Transform, visit: &mut impl FnMut(&TextItem, &Glyph, Area)) {
    for (place, item) in frame.items() {
        let placed = transform.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => letters(&group.frame, placed.pre_concat(group.transform), visit),
            FrameItem::Text(text) => {
                let mut x = Abs::zero();
                for glyph in &text.glyphs {
                    let width = glyph.x_advance.at(text.size);
                    visit(text, glyph, area(placed, x, width, text));
                    x += width;
                }
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// The box around a letter: from its font's ascender to its descender, upright even when the text is turned.
fn area(transform: Transform, x: Abs, width: Abs, text: &TextItem) -> Area {
    let metrics = text.font.metrics();
    let (top, bottom) = (-metrics.ascender.at(text.size), -metrics.descender.at(text.size));
    let corners = [(x, top), (x + width, top), (x, bottom), (x + width, bottom)];
    let corners = corners.map(|(x, y)| Point::new(x, y).transform(transform));
    let least = |of: fn(&Point) -> Abs| corners.iter().map(of).fold(Abs::inf(), Abs::min).to_pt();
    let most = |of: fn(&Point) -> Abs| corners.iter().map(of).fold(-Abs::inf(), Abs::max).to_pt();
    let (left, upper) = (least(|point| point.x), least(|point| point.y));
    Area { x: left, y: upper, width: most(|point| point.x) - left, height: most(|point| point.y) - upper }
}

/// Where the nodes of a file stand; neighbouring letters share theirs.
struct Nodes<'a> {
    source: &'a Source,
    known: HashMap<Span, Option<(bool, Range<usize>)>>,
}

impl<'a> Nodes<'a> {
    fn new(source: &'a Source) -> Self {
        Self { source, known: HashMap::new() }
    }

    /// The bytes that made a letter; `None` for a letter of another file.
    fn letter(&mut self, glyph: &Glyph) -> Option<Range<usize>> {
        let (span, offset) = glyph.span;
        if span.id() != Some(self.source.id()) {
            return None;
        }
        let source = self.source;
        let node = self
            .known
            .entry(span)
            .or_insert_with(|| source.find(span).map(|node| (node.kind() == SyntaxKind::Text, node.range())));
        let (is_words, range) = node.clone()?;
        if !is_words {
            return Some(range);
        }
        let start = (range.start + usize::from(offset)).min(range.end);
        Some(start..(start + glyph.range().len()).min(range.end))
    }
}
