//! Drawing strips of a page: what reaches into them is taken out of the page, moved up and drawn by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::thread;

use typst::foundations::Smart;
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point, Sides, Size, Transform};
use typst::visualize::Paint;
use typst_layout::Page;

use super::ink::{self, Ink};
use super::jpeg::{self, Head, LINES};
use crate::process::child::STACK;

/// Fewer strips than these are drawn sooner than a second thread begins.
const WORTH_A_THREAD: usize = 12;

/// The pixels of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Canvas {
    /// Pixels a point.
    pub(super) scale: f64,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Strips that were drawn, by their number.
pub(super) struct Drawn {
    pub(super) head: Head,
    pub(super) strips: BTreeMap<usize, Vec<u8>>,
}

impl Canvas {
    pub(super) fn of(page: &Page, scale: f64) -> Self {
        // As Typst counts them, in the same precision.
        let pixels = |length: Abs| (scale as f32 * length.to_pt() as f32).round().max(1.0) as u32;
        Self { scale, width: pixels(page.frame.width()), height: pixels(page.frame.height()) }
    }

    pub(super) fn strips(&self) -> usize {
        self.height.div_ceil(LINES) as usize
    }

    pub(super) fn all(&self) -> BTreeSet<usize> {
        (0..self.strips()).collect()
    }

    /// The strips that heights in points reach into.
    pub(super) fn strips_of(&self, reaches: &[Range<f64>]) -> BTreeSet<usize> {
        let strip = |height: f64| (height * self.scale / f64::from(LINES)).floor();
        let last = self.strips() as f64 - 1.0;
        let within = reaches.iter().filter(|reach| strip(reach.end) >= 0.0 && strip(reach.start) <= last);
        within.flat_map(|reach| strip(reach.start).max(0.0) as usize..=strip(reach.end).min(last) as usize).collect()
    }
}

/// Draws strips of a page, on two threads where that is worth it.
pub(super) fn draw(page: &Page, canvas: &Canvas, ink: &[Ink], wanted: &BTreeSet<usize>) -> Option<Drawn> {
    if !matches!(&page.fill, Smart::Auto | Smart::Custom(None | Some(Paint::Solid(_)))) {
        // A ground that is not the same all over would not be where it belongs.
        return whole(page, canvas);
    }
    let runs = runs(wanted);
    let (one, other) = shared_out(runs, canvas, ink);
    let (one, other) = thread::scope(|scope| {
        let second = (!other.is_empty())
            .then(|| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || drawn(page, canvas, &other)))
            .transpose()
            .ok()?;
        let first = drawn(page, canvas, &one)?;
        Some((first, second.map(|second| second.join().ok().flatten())))
    })?;
    let mut drawn = one;
    if let Some(other) = other {
        drawn.strips.extend(other?.strips);
    }
    Some(drawn)
}

fn whole(page: &Page, canvas: &Canvas) -> Option<Drawn> {
    let drawn = typst_render::render(page, &super::options(canvas.scale));
    let (head, strips) = jpeg::encode(drawn.data(), drawn.width(), drawn.height())?;
    Some(Drawn { head, strips: strips.into_iter().enumerate().collect() })
}

/// Strips that follow each other, as ranges. Nothing wanted is one strip: its head is needed all the same.
fn runs(wanted: &BTreeSet<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for strip in wanted {
        match runs.last_mut() {
            // A strip in between costs less than to begin again.
            Some(run) if run.end + 1 >= *strip => run.end = strip + 1,
            _ => runs.push(*strip..strip + 1),
        }
    }
    if runs.is_empty() {
        runs.push(0..1);
    }
    runs
}

/// The runs for two threads. No picture is cut in two, because both halves would unfold it.
fn shared_out(mut runs: Vec<Range<usize>>, canvas: &Canvas, ink: &[Ink]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let count: usize = runs.iter().map(ExactSizeIterator::len).sum();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    if count < WORTH_A_THREAD || processors < 2 {
        return (runs, Vec::new());
    }
    let height = |strip: usize| strip as f64 * f64::from(LINES) / canvas.scale;
    let is_free = |strip: usize| {
        let at = height(strip);
        !ink.iter().any(|ink| ink.is_picture && ink.reach.start < at && at < ink.reach.end)
    };
    let strips: Vec<usize> = runs.iter().cloned().flatten().collect();
    let middle = count / 2;
    let near = (0..count / 4).flat_map(|off| [middle - off, middle + off]);
    let Some(cut) = near.map(|at| strips[at]).find(|strip| is_free(*strip)) else { return (runs, Vec::new()) };
    let mut second: Vec<Range<usize>> = runs.iter().map(|run| run.start.max(cut)..run.end).collect();
    runs.iter_mut().for_each(|run| run.end = run.end.min(cut));
    runs.retain(|run| !run.is_empty());
    second.retain(|run| !run.is_empty());
    (runs, second)
}

fn drawn(page: &Page, canvas: &Canvas, runs: &[Range<usize>]) -> Option<Drawn> {
    let mut strips = BTreeMap::new();
    let mut head = None;
    for run in runs {
        let lines = run.start as u32 * LINES..(run.end as u32 * LINES).min(canvas.height);
        let height = lines.end - lines.start;
        let band = band(page, canvas, lines);
        let pixels = typst_render::render(&band, &super::options(canvas.scale));
        if (pixels.width(), pixels.height()) != (canvas.width, height) {
            return None;
        }
        let (own, encoded) = jpeg::encode(pixels.data(), canvas.width, height)?;
        head = Some(own);
        strips.extend(run.clone().zip(encoded));
    }
    Some(Drawn { head: head?, strips })
}

/// The page between two lines of pixels, as a page of its own.
fn band(page: &Page, canvas: &Canvas, lines: Range<u32>) -> Page {
    let points = |line: u32| f64::from(line) / canvas.scale;
    let (top, bottom) = (points(lines.start), points(lines.end));
    let part = part(&page.frame, Transform::identity(), &(top..bottom));
    let mut frame = Frame::hard(Size::new(page.frame.width(), Abs::pt(bottom - top)));
    frame.push(Point::with_y(Abs::pt(-top)), FrameItem::Group(GroupItem::new(part)));
    let mut band = page.clone();
    (band.frame, band.bleed) = (frame, Sides::default());
    band
}

/// The items of a frame that reach into a part of the page's height.
fn part(frame: &Frame, placed: Transform, shown: &Range<f64>) -> Frame {
    let mut part = Frame::new(frame.size(), frame.kind());
    for (place, item) in frame.items() {
        let here = placed.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => {
                let inside = self::part(&group.frame, here.pre_concat(group.transform), shown);
                if !inside.is_empty() {
                    let mut group = group.clone();
                    group.frame = inside;
                    part.push(*place, FrameItem::Group(group));
                }
            }
            FrameItem::Link(..) | FrameItem::Tag(_) => {}
            item => {
                let reach = ink::reach(item, here);
                if reach.start < shown.end && reach.end > shown.start {
                    part.push(*place, item.clone());
                }
            }
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Canvas = Canvas { scale: 1.5, width: 100, height: 300 };

    #[test]
    fn heights_reach_into_strips() {
        let strips = |start: f64, end: f64| CANVAS.strips_of(&[start..end]).into_iter().collect::<Vec<_>>();
        assert_eq!(CANVAS.strips(), 19);
        assert_eq!(strips(0.0, 10.0), [0]);
        assert_eq!(strips(10.0, 11.0), [0, 1]);
        assert_eq!(strips(-50.0, -20.0), [] as [usize; 0]);
        assert_eq!(strips(190.0, 900.0), [17, 18]);
    }

    #[test]
    fn strips_near_each_other_are_drawn_together() {
        assert_eq!(runs(&BTreeSet::from([1, 2, 4, 9])), [1..5, 9..10]);
        let head = runs(&BTreeSet::new());
        assert_eq!((head.len(), &head[0]), (1, &(0..1)));
    }

    #[test]
    fn a_page_is_shared_out_where_no_picture_is_cut() {
        let picture = |reach: Range<f64>| Ink::picture(reach);
        let cut = |ink: &[Ink]| shared_out(std::iter::once(0..19).collect(), &CANVAS, ink);
        let end = |parts: (Vec<Range<usize>>, Vec<Range<usize>>)| parts.0.last().map(|run| run.end);
        if thread::available_parallelism().map_or(1, usize::from) > 1 {
            assert_eq!(end(cut(&[])), Some(9));
            assert_eq!(end(cut(&[picture(90.0..120.0)])), Some(8));
            assert!(cut(&[picture(0.0..200.0)]).1.is_empty());
        }
    }
}
