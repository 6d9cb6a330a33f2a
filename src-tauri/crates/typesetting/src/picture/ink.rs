//! What stands on a page, item by item, with the part of the page's height that it may touch.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use typst::layout::{Abs, Frame, FrameItem, FrameKind, Point, Transform};
use typst::text::TextItem;
use typst::utils::hash128;
use typst::visualize::{Geometry, Shape};

use crate::fingerprint;

/// Letters lean out of the box that their font names.
const LEANING: f64 = 0.35;
/// The soft edge of what is drawn, in points: more than a pixel at any resolution that is drawn.
const SOFT: f64 = 2.0;

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ink {
    /// What it looks like and where.
    look: u128,
    /// The points of the page's height that it may touch.
    pub(super) reach: Range<f64>,
    pub(super) is_picture: bool,
}

/// The items of a frame in the order they are drawn.
pub(super) fn of(frame: &Frame) -> Vec<Ink> {
    let mut found = Vec::new();
    collect(frame, Transform::identity(), 0, &mut found);
    found
}

fn collect(frame: &Frame, placed: Transform, around: u128, found: &mut Vec<Ink>) {
    for (place, item) in frame.items() {
        let here = placed.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => {
                let inside = here.pre_concat(group.transform);
                // A clip shows a part; what has a size of its own is what a gradient may be measured by.
                let is_plain = group.clip.is_none() && group.frame.kind() == FrameKind::Soft;
                let around =
                    if is_plain { around } else { hash128(&(around, inside, group.frame.size(), &group.clip)) };
                collect(&group.frame, inside, around, found);
            }
            FrameItem::Link(..) | FrameItem::Tag(_) => {}
            item => found.push(Ink {
                look: hash128(&Look { item, here, around }),
                reach: reach(item, here),
                is_picture: matches!(item, FrameItem::Image(..)),
            }),
        }
    }
}

struct Look<'a> {
    item: &'a FrameItem,
    here: Transform,
    around: u128,
}

impl Hash for Look<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.around.hash(state);
        self.here.hash(state);
        fingerprint::item(self.item, state);
    }
}

/// The points of the page's height that an item may touch.
pub(super) fn reach(item: &FrameItem, here: Transform) -> Range<f64> {
    match item {
        FrameItem::Text(text) => of_text(text, here),
        FrameItem::Shape(shape, _) => of_shape(shape, here),
        FrameItem::Image(_, size, _) => between(here, Point::zero(), size.to_point(), Abs::zero()),
        FrameItem::Group(_) | FrameItem::Link(..) | FrameItem::Tag(_) => 0.0..0.0,
    }
}

fn of_text(text: &TextItem, here: Transform) -> Range<f64> {
    let bounds = text.font.ttf().global_bounding_box();
    let em = |units: i16| text.size * (f64::from(units) / text.font.units_per_em());
    let raised: Abs = text.glyphs.iter().map(|glyph| glyph.y_offset.at(text.size).abs()).fold(Abs::zero(), Abs::max);
    let climbed: Abs = text.glyphs.iter().map(|glyph| glyph.y_advance.at(text.size).abs()).sum();
    let stroke = text.stroke.as_ref().map_or(Abs::zero(), |stroke| stroke.thickness * stroke.miter_limit.get());
    let margin = LEANING * text.size + raised + climbed + stroke;
    between(here, Point::with_y(-em(bounds.y_max)), Point::new(text.width(), -em(bounds.y_min)), margin)
}

fn of_shape(shape: &Shape, here: Transform) -> Range<f64> {
    let stroke = shape.stroke.as_ref();
    let margin = stroke.map_or(Abs::zero(), |stroke| stroke.thickness * stroke.miter_limit.get().max(1.0));
    match &shape.geometry {
        Geometry::Line(end) => between(here, Point::zero(), *end, margin),
        Geometry::Rect(size) => between(here, Point::zero(), size.to_point(), margin),
        Geometry::Curve(curve) => {
            let area = curve.bbox(None);
            between(here, area.min, area.max, margin)
        }
    }
}

/// The heights between two corners of a box with a margin around it, however the box is turned.
fn between(here: Transform, one: Point, other: Point, margin: Abs) -> Range<f64> {
    let (left, right) = (one.x.min(other.x) - margin, one.x.max(other.x) + margin);
    let (upper, lower) = (one.y.min(other.y) - margin, one.y.max(other.y) + margin);
    let corners = [(left, upper), (right, upper), (left, lower), (right, lower)];
    let heights = corners.map(|(x, y)| Point::new(x, y).transform(here).y.to_pt());
    let (least, most) = (f64::min, f64::max);
    heights.into_iter().fold(f64::INFINITY, least) - SOFT..heights.into_iter().fold(f64::NEG_INFINITY, most) + SOFT
}

/// The heights in which two pages look different; `None` when that can be everywhere. What both have must lie on each
/// other in the same order, or it may look different although it is the same.
pub(super) fn changed(before: &[Ink], now: &[Ink]) -> Option<Vec<Range<f64>>> {
    let (stayed_before, gone) = sifted(before, now);
    let (stayed_now, come) = sifted(now, before);
    (stayed_before == stayed_now).then(|| gone.into_iter().chain(come).collect())
}

/// Of these items those that the others have as well, and the reach of those that they do not have.
fn sifted(these: &[Ink], others: &[Ink]) -> (Vec<u128>, Vec<Range<f64>>) {
    let mut left: HashMap<u128, u32> = HashMap::with_capacity(others.len());
    others.iter().for_each(|ink| *left.entry(ink.look).or_default() += 1);
    let (mut same, mut different) = (Vec::with_capacity(these.len()), Vec::new());
    for ink in these {
        match left.get_mut(&ink.look).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                same.push(ink.look);
            }
            None => different.push(ink.reach.clone()),
        }
    }
    (same, different)
}

#[cfg(test)]
impl Ink {
    pub(super) fn picture(reach: Range<f64>) -> Self {
        Self { look: 0, reach, is_picture: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[(u128, Range<f64>)]) -> Vec<Ink> {
        items.iter().map(|(look, reach)| Ink { look: *look, reach: reach.clone(), is_picture: false }).collect()
    }

    #[test]
    fn what_went_and_what_came_is_what_changed() {
        let before = page(&[(1, 0.0..9.0), (2, 10.0..19.0), (3, 20.0..29.0)]);
        let now = page(&[(1, 0.0..9.0), (4, 10.0..22.0), (3, 20.0..29.0)]);
        assert_eq!(changed(&before, &now), Some(vec![10.0..19.0, 10.0..22.0]));
        assert_eq!(changed(&before, &before), Some(Vec::new()));
    }

    #[test]
    fn the_same_things_in_another_order_may_look_different_anywhere() {
        let before = page(&[(1, 0.0..9.0), (2, 0.0..19.0)]);
        let now = page(&[(2, 0.0..19.0), (1, 0.0..9.0)]);
        assert_eq!(changed(&before, &now), None);
    }
}
