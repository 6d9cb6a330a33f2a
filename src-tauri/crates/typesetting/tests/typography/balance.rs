//! An article's last columns are equally long, as far as what cannot be parted lets them.

use magazine::ArticleKind;

use crate::book::{self, Book};
use crate::columns::{Columns, column_count};
use crate::print::Print;

impl Columns {
    /// The lowest place of a column that anything stands on: a line's foot, or a box as broad as the column. What is
    /// much smaller is drawn on something else.
    fn end(&self, print: &Print, page: usize, column: usize) -> f64 {
        let (left, right) = (self.left_of(column) - 1.0, self.left_of(column) + self.width + 1.0);
        let inside = |y: f64| y > self.top && y < self.foot + 3.0;
        let letters = print.runs.iter().filter(|run| run.page == page && run.block.is_some() && inside(run.y));
        let lines = letters.filter(|run| run.x >= left && run.x < right).map(|run| run.y + 0.2 * run.size);
        let boxes = print.boxes.iter().filter(|it| it.page == page && it.left >= left && it.right <= right);
        let broad = boxes.filter(|it| it.right - it.left > self.width / 2.0);
        let planes = broad.filter(|it| inside(it.bottom)).map(|it| it.bottom);
        lines.chain(planes).fold(self.top, f64::max)
    }
}

/// Boxes, pictures and tables cannot be parted, so a page that has some may not come out even.
const MOST_APART: f64 = 2.0;

fn check_balance(book: &mut Book, at_least_even: usize) {
    let print = book.print();
    let pitch = book.issue.publication.type_scale.pitch;
    let mut apart = Vec::new();
    for (article, first, count) in book.articles() {
        // A picture that takes its pages whole may come after the last words.
        let fit = book.layout.fits.iter().find(|fit| fit.slug == article.slug);
        let last = fit.and_then(|fit| fit.end).map_or(first + count - 1, |end| end.page as usize - 1);
        let columns = Columns::of(book, column_count(article), last);
        let is_wide = matches!(article.front_matter.kind, ArticleKind::Letter | ArticleKind::Numbers);
        if columns.count < 2 || is_wide {
            continue;
        }
        let ends: Vec<f64> = (0..columns.count).map(|column| columns.end(&print, last, column)).collect();
        let spread = ends.iter().copied().fold(f64::MIN, f64::max) - ends.iter().copied().fold(f64::MAX, f64::min);
        println!("{} ends on page {} at {ends:.1?}: {:.2} lines apart", article.slug, last + 1, spread / pitch);
        apart.push((spread / pitch, format!("{}, page {}", article.slug, last + 1)));
    }
    let even = apart.iter().filter(|(lines, _)| *lines < 1.05).count();
    assert!(even >= at_least_even, "only {even} of {} end within a line: {apart:#?}", apart.len());
    let uneven: Vec<_> = apart.iter().filter(|(lines, _)| *lines > MOST_APART + 0.05).collect();
    assert!(uneven.is_empty(), "{uneven:#?}");
}

#[test]
fn the_last_columns_of_the_sample_issues_articles_are_nearly_equally_long() {
    check_balance(&mut book::sample(), 5);
}
