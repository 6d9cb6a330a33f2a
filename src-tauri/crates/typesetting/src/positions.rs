//! From a point on a page to the bytes of the generated file that made what stands there, and back.
//!
//! Both walk the letters of the page and read the place that each carries. Typst's own `jump_from_click` answers with
//! a link's address when there is one, and `jump_from_cursor` with the first letter of a run; an editor wants the
//! letter. What the template writes by itself (list numbers, a chart's figures, folios) carries no place in this file:
//! it answers with the nearest letter of the innermost element that it shares with one, and a folio says that it is
//! one.

mod elements;
mod nodes;

use std::cmp::Ordering;
use std::ops::Range;

use typst::introspection::Tag;
use typst::layout::{Abs, Dir, Frame, FrameItem, Point, Transform};
use typst::syntax::Source;
use typst::text::{Glyph, TextItem};
use typst_layout::Page;

use crate::process::protocol::{Hit, LetterBox};
use elements::Elements;
use nodes::{Made, Nodes};

/// What stands at a point, or nearest to it; `None` on a page that has no letter of this file.
pub(crate) fn at(page: &Page, source: &Source, x: f64, y: f64) -> Option<Hit> {
    let mut sight = Sight { x, y, own: Vec::new(), foreign: None };
    let nodes = Nodes::new(source);
    let mut elements = Elements::default();
    walk(&page.frame, Transform::identity(), &mut |item| match item {
        Item::Tag(tag) => elements.pass(tag),
        Item::Letter(text, glyph, area) => sight.see(nodes.made(text, glyph), text, area(), elements.inner()),
    });
    let nearest = sight.nearest(|_| true);
    let Some((distance, element)) = sight.foreign else { return nearest.map(|own| own.hit.clone()) };
    if nearest.is_some_and(|own| own.distance.cmp(distance).is_le()) {
        return nearest.map(|own| own.hit.clone());
    }
    let sharing = |around: usize| sight.nearest(|inner| elements.is_within(inner, around));
    match elements.around(element).find_map(sharing) {
        Some(own) => Some(own.hit.clone()),
        None if elements.is_furniture(element) => Some(Hit::Furniture),
        None => nearest.map(|own| own.hit.clone()),
    }
}

/// The letters of a page as they are seen from a point.
struct Sight {
    x: f64,
    y: f64,
    own: Vec<Own>,
    /// The nearest letter that the template wrote by itself, with the element it stands in.
    foreign: Option<(Distance, usize)>,
}

/// A letter of the document's own file.
struct Own {
    distance: Distance,
    hit: Hit,
    element: usize,
}

impl Sight {
    fn see(&mut self, made: Option<Made>, text: &TextItem, area: Area, element: usize) {
        let (x, y) = (self.x, self.y);
        match made {
            Some(Made::Letters(parts)) => {
                let width = area.width / parts.len() as f64;
                let backwards = text.lang.dir() == Dir::RTL;
                for (index, bytes) in parts.into_iter().enumerate() {
                    let part = area.part(index, width, backwards);
                    let after = (x > part.x + part.width / 2.0) != backwards;
                    let hit = Hit::Letter { bytes, after };
                    self.own.push(Own { distance: part.distance(x, y), hit, element });
                }
            }
            Some(Made::Hyphen(next)) => {
                let hit = Hit::Letter { bytes: next..next, after: false };
                self.own.push(Own { distance: area.distance(x, y), hit, element });
            }
            Some(Made::Call(bytes)) => {
                self.own.push(Own { distance: area.distance(x, y), hit: Hit::Call(bytes), element });
            }
            None => {
                let distance = area.distance(x, y);
                if self.foreign.is_none_or(|(least, _)| distance.cmp(least).is_le()) {
                    self.foreign = Some((distance, element));
                }
            }
        }
    }

    /// The nearest of the letters in some elements. What is drawn later lies on top.
    fn nearest(&self, within: impl Fn(usize) -> bool) -> Option<&Own> {
        let candidates = self.own.iter().rev().filter(|own| within(own.element));
        candidates.min_by(|one, other| one.distance.cmp(other.distance))
    }
}

/// The box of the letter that a byte made, or of the letter nearest to it in the file. A title that stands in running
/// heads as well is found where it is largest.
pub(crate) fn box_of(pages: &[Page], source: &Source, byte: usize) -> Option<LetterBox> {
    let mut best: Option<(Rank, LetterBox)> = None;
    let nodes = Nodes::new(source);
    for (page, content) in pages.iter().enumerate() {
        walk(&content.frame, Transform::identity(), &mut |item| {
            let Item::Letter(text, glyph, area) = item else { return };
            let (parts, is_call) = match nodes.made(text, glyph) {
                Some(Made::Letters(parts)) => (parts, false),
                Some(Made::Call(bytes)) => (vec![bytes], true),
                Some(Made::Hyphen(_)) | None => return,
            };
            let count = parts.len() as f64;
            for (index, bytes) in parts.into_iter().enumerate() {
                let rank = Rank::of(&bytes, byte, is_call);
                if best.is_some_and(|(least, _)| rank > least) {
                    continue;
                }
                let area = area();
                let width = area.width / count;
                let Area { x, y, width, height } = area.part(index, width, text.lang.dir() == Dir::RTL);
                if best.is_none_or(|(least, known)| rank < least || (rank == least && height > known.height + 0.01)) {
                    best = Some((rank, LetterBox { page, x, y, width, height }));
                }
            }
        });
    }
    best.map(|(_, area)| area)
}

/// How well a letter answers for a byte: it made it, it is part of the call that made it, it stands near it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_call: bool,
    away: usize,
    is_behind: bool,
}

impl Rank {
    fn of(bytes: &Range<usize>, byte: usize, is_call: bool) -> Self {
        let away = if bytes.contains(&byte) { 0 } else { bytes.start.abs_diff(byte) + 1 };
        Self { is_call: is_call || away > 0, away, is_behind: bytes.start > byte }
    }
}

/// A box on the page, in points.
#[derive(Clone, Copy)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// How far a point is from a box.
#[derive(Clone, Copy)]
struct Distance {
    /// The square of the distance, which orders as the distance does.
    outside: f64,
    /// From the middle of the line, in heights of the box: lines that stand close share a strip between them.
    off_centre: f64,
}

impl Distance {
    fn cmp(self, other: Self) -> Ordering {
        self.outside.total_cmp(&other.outside).then(self.off_centre.total_cmp(&other.off_centre))
    }
}

impl Area {
    fn distance(self, x: f64, y: f64) -> Distance {
        let outside = |at: f64, from: f64, size: f64| (from - at).max(at - from - size).max(0.0);
        Distance {
            outside: outside(x, self.x, self.width).powi(2) + outside(y, self.y, self.height).powi(2),
            off_centre: (y - self.y - self.height / 2.0).abs() / self.height.max(0.1),
        }
    }

    /// The box of one of a ligature's letters.
    fn part(self, index: usize, width: f64, backwards: bool) -> Self {
        let before = index as f64 * width;
        Self { x: if backwards { self.x + self.width - before - width } else { self.x + before }, width, ..self }
    }
}

/// What a walk over a page meets.
enum Item<'a> {
    Letter(&'a TextItem, &'a Glyph, &'a dyn Fn() -> Area),
    Tag(&'a Tag),
}

/// Visits every letter of a frame with what tells its box on the page, and the ends of elements between them.
fn walk(frame: &Frame, transform: Transform, visit: &mut impl FnMut(Item<'_>)) {
    for (place, item) in frame.items() {
        let placed = transform.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => walk(&group.frame, placed.pre_concat(group.transform), visit),
            FrameItem::Text(text) => {
                let mut x = Abs::zero();
                for glyph in &text.glyphs {
                    let width = glyph.x_advance.at(text.size);
                    visit(Item::Letter(text, glyph, &|| area(placed, x, width, text)));
                    x += width;
                }
            }
            FrameItem::Tag(tag) => visit(Item::Tag(tag)),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) => {}
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
