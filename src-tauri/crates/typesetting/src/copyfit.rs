//! Where the lines of an article's running text stand, read from its frames once it is laid out.
//!
//! The template says how its columns lie, by a `<measure>` at the article's end; what has the size and the face of
//! running text and stands in them is a line, everything else takes room from lines. The white with which the template
//! balances the last page's columns is no fault of the text and counts as free. What this means for a budget, the
//! parent knows.

use serde::{Deserialize, Serialize};
use typst::foundations::{Dict, Label, Selector, Str, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::syntax::{Source, Span, SyntaxKind};
use typst::text::TextItem;
use typst::visualize::Geometry;
use typst_layout::PagedDocument;

/// Half a point either way is rounding, in places and in sizes.
const NEAR: f64 = 0.5;
/// What stands no further than this many lines below the text follows it; what stands lower is held by the foot.
const FOLLOWS: f64 = 1.5;

/// The lines of an article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fit {
    /// Columns of a page.
    pub(crate) columns: u32,
    /// Lines that a column holds when nothing else is in it.
    pub(crate) rows: u32,
    /// The columns of each page, page by page.
    pub(crate) pages: Vec<Vec<FitColumn>>,
    /// Where the text ended before its last columns were balanced.
    pub(crate) unbalanced: Option<Unbalanced>,
}

/// One column of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FitColumn {
    /// The lines in it, from the top.
    pub(crate) lines: Vec<FitLine>,
    /// Lines that it holds from the first one down; more than there are when some stay free.
    pub(crate) holds: u32,
    /// Lines that stay free after the last.
    pub(crate) free: u32,
    /// Whether nothing else stands below the text.
    pub(crate) is_plain: bool,
}

/// One line of running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FitLine {
    /// Its place in the column, counted from 1 at the page's top.
    pub(crate) row: u32,
    /// Its first byte in the generated file; `None` for a line that the template made anew.
    pub(crate) byte: Option<usize>,
}

/// Where text ended while it still filled one column after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unbalanced {
    /// Counted from 0.
    pub(crate) page: usize,
    /// Counted from 0.
    pub(crate) column: usize,
    /// Lines that were free below it in that column.
    pub(crate) free: u32,
}

/// Reads the lines of a document; `None` when it is no article.
pub(crate) fn measure(document: &PagedDocument, source: &Source) -> Option<Fit> {
    let measure = Measure::of(&last(document, "measure")?)?;
    let push = last(document, "push");
    let pushed = push.as_ref().and_then(|push| points(push, "height")).unwrap_or(0.0);
    let last_page = document.pages().len().saturating_sub(1);
    let pages = document.pages().iter().enumerate().map(|(number, page)| {
        let foot = if number == last_page { measure.bottom - pushed } else { measure.bottom };
        let mut walk = Walk::new(&measure, measure.left[number % 2], foot, source);
        walk.frame(&page.frame, Transform::identity());
        walk.columns.into_iter().map(|column| column.fitted(&measure, source)).collect()
    });
    Some(Fit {
        columns: u32::try_from(measure.columns).ok()?,
        rows: measure.lines_in(measure.bottom - measure.top + measure.pitch - measure.size),
        pages: pages.collect(),
        unbalanced: push.and_then(|push| unbalanced(&measure, &push)),
    })
}

fn unbalanced(measure: &Measure, push: &Dict) -> Option<Unbalanced> {
    let Ok(Value::Dict(end)) = push.get("end") else { return None };
    let page = usize::try_from(whole(end, "page")?).ok()?.checked_sub(1)?;
    let (x, y) = (points(end, "x")?, points(end, "y")?);
    let column = measure.column_at(x - measure.left[page % 2] + 1.0);
    Some(Unbalanced { page, column, free: measure.lines_in(measure.bottom - y) })
}

/// The value of the last metadata with this label.
fn last(document: &PagedDocument, label: &str) -> Option<Dict> {
    let label = Label::construct(Str::from(label)).ok()?;
    let found = document.introspector().query(&Selector::Label(label));
    match &found.last()?.to_packed::<MetadataElem>()?.value {
        Value::Dict(values) => Some(values.clone()),
        _ => None,
    }
}

fn points(values: &Dict, name: &str) -> Option<f64> {
    match values.get(name).ok()? {
        Value::Length(length) => Some(length.abs.to_pt()),
        _ => None,
    }
}

fn whole(values: &Dict, name: &str) -> Option<i64> {
    if let Value::Int(number) = values.get(name).ok()? { Some(*number) } else { None }
}

/// How an article's columns lie, in points.
struct Measure {
    columns: usize,
    /// From one column's left edge to the next one's.
    step: f64,
    pitch: f64,
    size: f64,
    /// The face of running text, as Typst finds it.
    face: String,
    top: f64,
    bottom: f64,
    /// The left edge of the first column, on the document's odd and on its even pages.
    left: [f64; 2],
}

impl Measure {
    fn of(values: &Dict) -> Option<Self> {
        let columns = usize::try_from(whole(values, "columns")?).ok().filter(|columns| *columns > 0)?;
        let Ok(Value::Str(face)) = values.get("face") else { return None };
        Some(Self {
            columns,
            step: points(values, "step")?,
            pitch: points(values, "pitch").filter(|pitch| *pitch > 0.0)?,
            size: points(values, "size")?,
            face: face.to_string(),
            top: points(values, "top")?,
            bottom: points(values, "bottom")?,
            left: [points(values, "left-odd")?, points(values, "left-even")?],
        })
    }

    fn lines_in(&self, height: f64) -> u32 {
        // Never negative and never more than a page holds.
        (height / self.pitch + 0.05).floor().max(0.0) as u32
    }

    /// The column at a distance from the first one's left edge.
    fn column_at(&self, x: f64) -> usize {
        ((x / self.step).floor().max(0.0) as usize).min(self.columns - 1)
    }

    fn is_running_text(&self, text: &TextItem) -> bool {
        (text.size.to_pt() - self.size).abs() < 0.01 && text.font.info().family.eq_ignore_ascii_case(&self.face)
    }
}

/// What stands in a column, from one page's frames.
struct Walk<'a> {
    measure: &'a Measure,
    left: f64,
    /// Nothing below it is looked at: the foot of the text, or the upper edge of the white that balances columns.
    foot: f64,
    source: &'a Source,
    columns: Vec<Column>,
}

#[derive(Clone, Default)]
struct Column {
    lines: Vec<Line>,
    /// Upper and lower edge of everything that is no line.
    others: Vec<(f64, f64)>,
}

#[derive(Clone, Copy)]
struct Line {
    baseline: f64,
    x: f64,
    /// Its first letter of the article's own file.
    letter: Option<(Span, u16)>,
}

impl<'a> Walk<'a> {
    fn new(measure: &'a Measure, left: f64, foot: f64, source: &'a Source) -> Self {
        Self { measure, left, foot, source, columns: vec![Column::default(); measure.columns] }
    }

    fn frame(&mut self, frame: &Frame, transform: Transform) {
        for (place, item) in frame.items() {
            let placed = transform.pre_concat(Transform::translate(place.x, place.y));
            match item {
                // A picture that is cropped is as large as the frame that crops it.
                FrameItem::Group(group) if group.clip.is_some() => {
                    self.other(placed.pre_concat(group.transform), Point::zero(), group.frame.size().to_point());
                }
                FrameItem::Group(group) => self.frame(&group.frame, placed.pre_concat(group.transform)),
                FrameItem::Text(text) => self.text(text, placed),
                FrameItem::Image(_, size, _) => self.other(placed, Point::zero(), size.to_point()),
                FrameItem::Shape(shape, _) => match &shape.geometry {
                    Geometry::Line(end) => self.other(placed, Point::zero(), *end),
                    Geometry::Rect(size) => self.other(placed, Point::zero(), size.to_point()),
                    Geometry::Curve(curve) => {
                        let area = curve.bbox(None);
                        self.other(placed, area.min, area.max);
                    }
                },
                FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn text(&mut self, text: &TextItem, placed: Transform) {
        let origin = Point::zero().transform(placed);
        let (x, baseline) = (origin.x.to_pt() - self.left, origin.y.to_pt());
        if !self.measure.is_running_text(text) {
            let size = text.size;
            return self.other(placed, Point::with_y(-0.7 * size), Point::new(text.width(), 0.2 * size));
        }
        if baseline < self.measure.top || baseline > self.measure.bottom || x < -NEAR {
            return;
        }
        let own = text.glyphs.iter().map(|glyph| glyph.span).find(|(span, _)| span.id() == Some(self.source.id()));
        let column = &mut self.columns[self.measure.column_at(x + 1.0)];
        column.line(Line { baseline, x, letter: own });
    }

    /// Something that is no line, by two of its corners.
    fn other(&mut self, transform: Transform, one: Point, other: Point) {
        let (one, other) = (one.transform(transform), other.transform(transform));
        let (left, right) = (one.x.min(other.x).to_pt() - self.left, one.x.max(other.x).to_pt() - self.left);
        let (upper, lower) = (one.y.min(other.y).to_pt(), one.y.max(other.y).to_pt());
        let width = self.measure.step * self.measure.columns as f64;
        let (upper, lower) = (upper.max(self.measure.top), lower.min(self.foot));
        if lower <= upper || right <= NEAR || left >= width - NEAR {
            return;
        }
        let (first, last) = (self.measure.column_at(left + 1.0), self.measure.column_at(right - 1.0));
        for column in &mut self.columns[first..=last.max(first)] {
            column.others.push((upper, lower));
        }
    }
}

impl Column {
    /// A line may be set in several pieces.
    fn line(&mut self, piece: Line) {
        match self.lines.iter_mut().rev().find(|line| (line.baseline - piece.baseline).abs() < NEAR) {
            Some(line) if piece.letter.is_some() && (line.letter.is_none() || piece.x < line.x) => *line = piece,
            Some(_) => {}
            None => self.lines.push(piece),
        }
    }

    fn fitted(mut self, measure: &Measure, source: &Source) -> FitColumn {
        self.lines.sort_by(|one, other| one.baseline.total_cmp(&other.baseline));
        self.others.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (end, foot, is_plain) = self.room(measure);
        let free = measure.lines_in(foot - end);
        let row = |line: &Line| measure.row(line.baseline);
        let taken = match (self.lines.first(), self.lines.last()) {
            (Some(first), Some(last)) => row(last) + 1 - row(first),
            _ => 0,
        };
        let lines = self
            .lines
            .iter()
            .map(|line| FitLine { row: row(line), byte: line.letter.and_then(|letter| byte(source, letter)) });
        FitColumn { lines: lines.collect(), holds: taken + free, free, is_plain }
    }

    /// Where the room for more lines begins and ends, and whether nothing stands below the text.
    fn room(&self, measure: &Measure) -> (f64, f64, bool) {
        let text = self.lines.last().map(|line| line.baseline + 0.2 * measure.size);
        let mut end = text.unwrap_or(measure.top - (measure.pitch - measure.size));
        let mut is_plain = true;
        for (upper, lower) in &self.others {
            if *lower <= end + 0.3 * measure.size {
                continue;
            }
            if upper - end > FOLLOWS * measure.pitch {
                return (end, upper - measure.pitch, false);
            }
            // Text keeps one line's distance from a float at the head.
            end = end.max(if text.is_none() { lower + measure.size } else { *lower });
            is_plain = false;
        }
        (end, measure.bottom, is_plain)
    }
}

impl Measure {
    /// The line of the page's grid, counted from 1.
    fn row(&self, baseline: f64) -> u32 {
        let above = (baseline - 0.8 * self.size - self.top) / self.pitch;
        above.round().max(0.0) as u32 + 1
    }
}

fn byte(source: &Source, (span, offset): (Span, u16)) -> Option<usize> {
    let node = source.find(span)?;
    let inside = if node.kind() == SyntaxKind::Text { usize::from(offset) } else { 0 };
    Some((node.range().start + inside).min(node.range().end))
}
