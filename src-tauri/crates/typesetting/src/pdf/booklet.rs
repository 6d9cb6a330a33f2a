//! The issue as printed sheets: two pages a side, so that the folded and nested sheets read from front to back.
//!
//! Pages are put onto sheets as they were laid out, not as a PDF in a PDF: fonts and pictures are in the file once.
//! Each page shows its bleed on the outer three sides and ends at the fold.

use typst::foundations::Smart;
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point, Sides, Size};
use typst::syntax::Span;
use typst::visualize::{Color, Curve, FixedStroke, Geometry};
use typst_layout::Page;

/// From the trim to the end of the sheet: the bleed, a gap and a mark.
const BORDER: f64 = 28.0;
/// How long a crop mark is.
const MARK: f64 = 12.0;
/// How far a mark stays off the trim: farther than any bleed that offices see.
const OFF: f64 = 12.0;

/// The two pages of each side of each sheet, by their place in the issue from 0, left then right; `None` is a blank
/// page, of which there are as many at the end as fill the last sheet.
///
/// Eight pages are folded from two sheets: 8 and 1 outside with 2 and 7 behind them, then 6 and 3 with 4 and 5.
pub(super) fn sides(pages: usize) -> Vec<[Option<usize>; 2]> {
    let filled = pages.next_multiple_of(4);
    let page = |number: usize| (number < pages).then_some(number);
    let side = |n: usize| {
        let (low, high) = (page(n), page(filled - 1 - n));
        // Outsides begin with the later page, insides with the earlier.
        if n.is_multiple_of(2) { [high, low] } else { [low, high] }
    };
    (0..filled / 2).map(side).collect()
}

/// The sheets' sides as pages of a new document.
pub(super) fn sheets(pages: &[Page]) -> Vec<Page> {
    let Some(first) = pages.first() else { return Vec::new() };
    let trim = first.frame.size();
    let sides = sides(pages.len()).into_iter().zip(1..);
    sides.map(|(side, number)| sheet(side.map(|page| page.and_then(|n| pages.get(n))), trim, number)).collect()
}

fn sheet(side: [Option<&Page>; 2], trim: Size, number: u64) -> Page {
    let border = Abs::pt(BORDER);
    let mut frame = Frame::hard(Size::new(trim.x * 2.0 + border * 2.0, trim.y + border * 2.0));
    for (page, is_right) in side.into_iter().zip([false, true]) {
        if let Some(page) = page {
            let (at, item) = placed(page, trim, is_right);
            frame.push(at, item);
        }
    }
    marks(&mut frame, trim, border);
    Page {
        frame,
        bleed: Sides::splat(Abs::zero()),
        fill: Smart::Custom(Some(Color::WHITE.into())),
        numbering: None,
        supplement: typst::foundations::Content::empty(),
        number,
    }
}

/// A page where it stands on its sheet, cut at the fold and at the end of its bleed.
fn placed(page: &Page, trim: Size, is_right: bool) -> (Point, FrameItem) {
    let bleed = page.bleed;
    let outer = if is_right { bleed.right } else { bleed.left };
    let shown = Size::new(trim.x + outer, bleed.top + trim.y + bleed.bottom);
    let mut cut = Frame::hard(shown);
    if let Some(fill) = page.fill_or_transparent() {
        cut.push(Point::zero(), FrameItem::Shape(Geometry::Rect(shown).filled(fill), Span::detached()));
    }
    let left = if is_right { Abs::zero() } else { outer };
    cut.push(Point::new(left, bleed.top), FrameItem::Group(GroupItem::new(page.frame.clone())));
    let mut group = GroupItem::new(cut);
    group.clip = Some(Curve::rect(shown));
    let border = Abs::pt(BORDER);
    let x = if is_right { border + trim.x } else { border - outer };
    (Point::new(x, border - bleed.top), FrameItem::Group(group))
}

/// Where to cut and where to fold.
fn marks(frame: &mut Frame, trim: Size, border: Abs) {
    let (far, down) = (border + trim.x * 2.0, border + trim.y);
    let (mark, off) = (Abs::pt(MARK), Abs::pt(OFF));
    for x in [border, border + trim.x, far] {
        for y in [border - off - mark, down + off] {
            line(frame, Point::new(x, y), Point::new(Abs::zero(), mark));
        }
    }
    for y in [border, down] {
        for x in [border - off - mark, far + off] {
            line(frame, Point::new(x, y), Point::new(mark, Abs::zero()));
        }
    }
}

fn line(frame: &mut Frame, from: Point, to: Point) {
    let stroke = FixedStroke::from_pair(Color::BLACK, Abs::pt(0.25));
    frame.push(from, FrameItem::Shape(Geometry::Line(to).stroked(stroke), Span::detached()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sides by the pages' numbers, `-` for a blank one.
    fn numbers(pages: usize) -> Vec<String> {
        let name = |page: Option<usize>| page.map_or("-".to_owned(), |page| (page + 1).to_string());
        sides(pages).into_iter().map(|[left, right]| format!("{} {}", name(left), name(right))).collect()
    }

    #[test]
    fn eight_pages_are_folded_from_two_sheets() {
        assert_eq!(numbers(8), ["8 1", "2 7", "6 3", "4 5"]);
    }

    #[test]
    fn pages_that_are_missing_to_a_multiple_of_four_are_blank_at_the_end() {
        assert_eq!(numbers(5), ["- 1", "2 -", "- 3", "4 5"]);
        assert_eq!(numbers(1), ["- 1", "- -"]);
        assert_eq!(numbers(0), [""; 0]);
    }

    #[test]
    fn every_page_stands_once_and_the_right_hand_ones_are_odd() {
        for pages in 1..70 {
            let sides = sides(pages);
            let mut all: Vec<usize> = sides.iter().flatten().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, (0..pages).collect::<Vec<_>>());
            assert!(sides.iter().all(|[left, right]| {
                left.is_none_or(|page| page % 2 == 1) && right.is_none_or(|page| page % 2 == 0)
            }));
        }
    }
}
