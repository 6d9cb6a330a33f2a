//! What a reader will meet on the pages of a document, read from its frames once it is laid out: the pictures at the
//! size they were placed in, the letters that no font has, the words that stand too near the trim.
//!
//! One walk, in the child, where the frames are. What becomes of it, and where an editor wrote it, the parent knows.

use serde::{Deserialize, Serialize};
use typst::foundations::{Content, Value};
use typst::introspection::{MetadataElem, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point, Size, Transform};
use typst::syntax::{Source, Span, SyntaxKind};
use typst::text::{Glyph, TextItem};
use typst::visualize::{Image, ImageKind};
use typst_layout::Page;

/// Knives and folds wander by up to a millimetre or two; printers ask for three.
const SAFE: f64 = 3.0 * 72.0 / 25.4;

/// An accent or a descender that leans out of its box is seen by nobody.
const CUT: f64 = 1.5;

/// Rounding is no fault.
const TOLERANCE: f64 = 0.05;

/// What was found on a document's pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inspection {
    /// The pictures, in the order they are drawn.
    pub(crate) pictures: Vec<SeenPicture>,
    /// The letters that no font has.
    pub(crate) missing: Vec<MissingLetter>,
    /// The words nearest to each edge that they stand too near to.
    pub(crate) near_trim: Vec<NearTrim>,
    /// Boxes that the template found too small for their words.
    pub(crate) overset: Vec<Overset>,
}

/// A box on a page, in points from the page's corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Area {
    /// The page, counted from 0 within the document.
    pub(crate) page: usize,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// How far another box stands out of this one, on the side where it does so most.
    fn cuts(self, other: Self) -> f64 {
        let sides = [
            self.x - other.x,
            self.y - other.y,
            other.x + other.width - self.x - self.width,
            other.y + other.height - self.y - self.height,
        ];
        sides.into_iter().fold(0.0, f64::max)
    }
}

/// A picture where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeenPicture {
    /// Its virtual path; empty when no file has its bytes.
    pub(crate) path: String,
    pub(crate) area: Area,
}

/// A letter that shows as an empty box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MissingLetter {
    pub(crate) character: char,
    pub(crate) page: usize,
    /// Its byte in the generated file, when it was written there.
    pub(crate) byte: Option<usize>,
}

/// Words that a knife may cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NearTrim {
    pub(crate) page: usize,
    pub(crate) side: Side,
    /// Points between the words and the trim; negative beyond it.
    pub(crate) distance: f64,
    pub(crate) words: String,
    /// Their byte in the generated file, when they were written there.
    pub(crate) byte: Option<usize>,
}

/// A box that has more in it than fits: the template measures, because it alone knows its boxes, and says so by
/// `#metadata((what: "the staff box", over: 12.5))<overset>`, in points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Overset {
    pub(crate) page: usize,
    /// The box as a person would call it.
    pub(crate) what: String,
    /// Points that do not fit.
    pub(crate) over: f64,
    /// The byte of the first words after it in the generated file.
    pub(crate) byte: Option<usize>,
}

/// An edge of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// Walks the pages. `path_of` names the file that a picture's bytes came from; `source` is the generated file.
pub(crate) fn inspect(pages: &[Page], source: &Source, path_of: &dyn Fn(&[u8]) -> String) -> Inspection {
    let mut found = Inspection::default();
    for (number, page) in pages.iter().enumerate() {
        let mut walk =
            Walk { number, size: page.frame.size(), source, path_of, found: &mut found, waiting: false, cut: None };
        walk.frame(&page.frame, Transform::identity(), None);
    }
    found
}

/// The bytes of a picture's file.
pub(crate) fn bytes_of(image: &Image) -> &[u8] {
    match image.kind() {
        ImageKind::Raster(raster) => raster.data(),
        ImageKind::Svg(drawing) => drawing.data(),
        ImageKind::Pdf(page) => page.document().pdf().data().as_ref(),
    }
}

struct Walk<'a> {
    number: usize,
    size: Size,
    source: &'a Source,
    path_of: &'a dyn Fn(&[u8]) -> String,
    found: &'a mut Inspection,
    /// Whether a box that is too small waits for its words.
    waiting: bool,
    /// The finding about words of this page that are cut off.
    cut: Option<usize>,
}

impl Walk<'_> {
    /// `clip` is the part of the page that shows, where that is less than all.
    fn frame(&mut self, frame: &Frame, transform: Transform, clip: Option<Area>) {
        for (place, item) in frame.items() {
            let placed = transform.pre_concat(Transform::translate(place.x, place.y));
            match item {
                FrameItem::Group(group) => {
                    let inside = placed.pre_concat(group.transform);
                    let own = group.clip.as_ref().map(|curve| curve.bbox(None));
                    let own = own.map(|shows| self.area(inside, shows.min, shows.max));
                    // Of boxes inside each other the innermost is the one that words were measured for.
                    self.frame(&group.frame, inside, own.or(clip));
                }
                FrameItem::Text(text) => self.text(text, placed, clip),
                FrameItem::Image(image, size, _) => self.picture(image, *size, placed),
                FrameItem::Tag(Tag::Start(element, _)) => self.overset(element),
                FrameItem::Shape(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn picture(&mut self, image: &Image, size: Size, placed: Transform) {
        let area = self.area(placed, Point::zero(), size.to_point());
        self.found.pictures.push(SeenPicture { path: (self.path_of)(bytes_of(image)), area });
    }

    /// What the template says of a box that is too small.
    fn overset(&mut self, element: &Content) {
        let is_meant = element.label().is_some_and(|label| label.resolve().as_str() == "overset");
        let Some(said) = element.to_packed::<MetadataElem>().filter(|_| is_meant) else { return };
        let Value::Dict(said) = &said.value else { return };
        let (Ok(Value::Str(what)), Ok(Value::Float(over))) = (said.get("what"), said.get("over")) else { return };
        self.found.overset.push(Overset { page: self.number, what: what.to_string(), over: *over, byte: None });
        self.waiting = true;
    }

    /// Boxes are told by the first words of the manuscript in them.
    fn tell_overset_by(&mut self, text: &TextItem) {
        let Some(byte) = text.glyphs.iter().find_map(|glyph| self.byte(glyph)) else { return };
        let waiting = self.found.overset.iter_mut().filter(|overset| overset.byte.is_none());
        waiting.for_each(|overset| overset.byte = Some(byte));
        self.waiting = false;
    }

    fn text(&mut self, text: &TextItem, placed: Transform, clip: Option<Area>) {
        if self.waiting {
            self.tell_overset_by(text);
        }
        for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
            let character = text.text[glyph.range()].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
            let missing = MissingLetter { character, page: self.number, byte: self.byte(glyph) };
            if !self.found.missing.contains(&missing) {
                self.found.missing.push(missing);
            }
        }
        // The font's own box is a cheap answer for nearly all words; the letters' boxes are asked only near an edge.
        let metrics = text.font.metrics();
        let top = Point::with_y(-metrics.ascender.at(text.size));
        let bottom = Point::new(text.width(), -metrics.descender.at(text.size));
        let rough = self.area(placed, top, bottom);
        let may_be_cut = clip.is_some_and(|clip| clip.cuts(rough) > 0.0);
        if text.text.trim().is_empty() || (self.nearest(rough).is_none() && !may_be_cut) {
            return;
        }
        let ink = text.bbox();
        let ink = self.area(placed, ink.min, ink.max);
        match clip.map(|clip| clip.cuts(ink)).filter(|cut| *cut > CUT) {
            Some(cut) => self.cut_off(cut, text),
            None => {
                if let Some((side, distance)) = self.nearest(ink) {
                    self.near_trim(side, distance, text);
                }
            }
        }
    }

    /// Words that their box does not show: one finding a page is enough, of those that stand farthest out.
    fn cut_off(&mut self, over: f64, text: &TextItem) {
        let words: String = text.text.trim().chars().take(40).collect();
        let byte = text.glyphs.first().and_then(|glyph| self.byte(glyph));
        let cut = Overset { page: self.number, what: format!("the box with `{words}`"), over, byte };
        match self.cut {
            Some(at) if self.found.overset[at].over < over => self.found.overset[at] = cut,
            Some(_) => {}
            None => {
                self.cut = Some(self.found.overset.len());
                self.found.overset.push(cut);
            }
        }
    }

    /// The side that a box stands too near to, and how near.
    fn nearest(&self, area: Area) -> Option<(Side, f64)> {
        let (width, height) = (self.size.x.to_pt(), self.size.y.to_pt());
        let distances = [
            (Side::Top, area.y),
            (Side::Right, width - area.x - area.width),
            (Side::Bottom, height - area.y - area.height),
            (Side::Left, area.x),
        ];
        let nearest = distances.into_iter().min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        (nearest.1 < SAFE - TOLERANCE).then_some(nearest)
    }

    /// One finding a side of a page is enough: the words that are nearest.
    fn near_trim(&mut self, side: Side, distance: f64, text: &TextItem) {
        let byte = text.glyphs.first().and_then(|glyph| self.byte(glyph));
        let near = NearTrim { page: self.number, side, distance, words: text.text.to_string(), byte };
        let known = self.found.near_trim.iter_mut().find(|known| known.page == near.page && known.side == side);
        match known {
            Some(known) if near.distance < known.distance => *known = near,
            Some(_) => {}
            None => self.found.near_trim.push(near),
        }
    }

    /// The box of two corners, upright even when what stands there is turned.
    fn area(&self, transform: Transform, one: Point, other: Point) -> Area {
        let corners = [one, Point::new(other.x, one.y), Point::new(one.x, other.y), other];
        let corners = corners.map(|corner| corner.transform(transform));
        let least = |of: fn(&Point) -> Abs| corners.iter().map(of).fold(Abs::inf(), Abs::min).to_pt();
        let most = |of: fn(&Point) -> Abs| corners.iter().map(of).fold(-Abs::inf(), Abs::max).to_pt();
        let (x, y) = (least(|corner| corner.x), least(|corner| corner.y));
        Area { page: self.number, x, y, width: most(|corner| corner.x) - x, height: most(|corner| corner.y) - y }
    }

    fn byte(&self, glyph: &Glyph) -> Option<usize> {
        let (span, offset): (Span, u16) = glyph.span;
        if span.id() != Some(self.source.id()) {
            return None;
        }
        let node = self.source.find(span)?;
        let inside = if node.kind() == SyntaxKind::Text { usize::from(offset) } else { 0 };
        Some((node.range().start + inside).min(node.range().end))
    }
}
