//! Where paragraphs break: no line of one stands alone at a column's head or foot.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{self, Book};
use crate::grid::body_runs;
use crate::print::{Print, Run};

const MILLIMETRE: f64 = 72.0 / 25.4;
/// The template's gap between columns.
const GUTTER: f64 = 5.0 * MILLIMETRE;

/// The columns of an article's pages.
pub(crate) struct Columns {
    pub(crate) count: usize,
    left: f64,
    pub(crate) width: f64,
    pub(crate) top: f64,
    pub(crate) foot: f64,
}

impl Columns {
    pub(crate) fn of(book: &Book, count: usize, page: usize) -> Self {
        let format = &book.issue.publication.page;
        let is_right = page.is_multiple_of(2);
        let left = if is_right { format.inside } else { format.outside };
        let text = (format.width - format.inside - format.outside) * MILLIMETRE;
        Self {
            count,
            left: left * MILLIMETRE,
            width: (text + GUTTER) / count as f64 - GUTTER,
            top: format.top * MILLIMETRE,
            foot: (format.height - format.bottom) * MILLIMETRE,
        }
    }

    fn at(&self, x: f64) -> usize {
        let column = ((x - self.left + 1.0) / (self.width + GUTTER)).floor();
        (column.max(0.0) as usize).min(self.count - 1)
    }

    pub(crate) fn left_of(&self, column: usize) -> f64 {
        self.left + column as f64 * (self.width + GUTTER)
    }
}

pub(crate) fn column_count(article: &magazine::Article) -> usize {
    usize::from(article.front_matter.columns)
}

/// The lines of each paragraph: page, column, place of the baseline in fiftieths of a point.
type Paragraphs = BTreeMap<i32, BTreeSet<(usize, usize, i64)>>;

fn paragraphs(book: &Book, print: &Print) -> Paragraphs {
    let mut paragraphs = Paragraphs::new();
    for (article, first, count) in book.articles() {
        let is_own = |run: &&&Run| (first..first + count).contains(&run.page);
        for run in body_runs(book, print).iter().filter(is_own) {
            let column = Columns::of(book, column_count(article), run.page).at(run.x);
            let line = (run.page, column, (run.y * 50.0).round() as i64);
            paragraphs.entry(run.block.as_ref().unwrap().number).or_default().insert(line);
        }
    }
    paragraphs
}

fn check_lonely(book: &mut Book, at_least: usize) {
    let print = book.print();
    let paragraphs = paragraphs(book, &print);
    let mut broken = 0;
    let mut lonely = Vec::new();
    for lines in paragraphs.values() {
        let mut parts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (page, column, _) in lines {
            *parts.entry((*page, *column)).or_default() += 1;
        }
        broken += usize::from(parts.len() > 1);
        let alone = parts.iter().filter(|(_, count)| lines.len() > 1 && **count == 1);
        lonely.extend(alone.map(|((page, column), _)| format!("page {}, column {}", page + 1, column + 1)));
    }
    println!("{}: {broken} of {} paragraphs go on in another column", book.name, paragraphs.len());
    assert!(broken >= at_least, "only {broken} paragraphs break");
    assert!(lonely.is_empty(), "a line of a paragraph stands alone: {lonely:#?}");
}

#[test]
fn no_line_of_a_paragraph_stands_alone_in_the_sample_issue() {
    check_lonely(&mut book::sample(), 30);
}

#[test]
fn no_line_of_a_paragraph_stands_alone_in_the_specimen() {
    check_lonely(&mut book::specimen(), 3);
}
