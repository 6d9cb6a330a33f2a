//! Every line of running text stands on the baseline grid.

use magazine::ArticleKind;

use crate::book::{self, Book};
use crate::print::{Print, Run};

/// What a PDF's decimals leave of a place that was exact.
const EXACT: f64 = 0.02;

/// How far a baseline is from the nearest line of the grid.
fn off_grid(book: &Book, run: &Run) -> f64 {
    let (page, face) = (&book.issue.publication.page, &book.issue.publication.type_scale);
    let first = page.top * 72.0 / 25.4 + 0.8 * face.size;
    let lines = (run.y - first) / face.pitch;
    (lines - lines.round()) * face.pitch
}

/// Letters of the body's face at the body's size, in text that is read.
pub(crate) fn body_runs<'a>(book: &Book, print: &'a Print) -> Vec<&'a Run> {
    let size = book.issue.publication.type_scale.size;
    let is_body = |run: &&Run| run.face.contains("Serif") && (run.size - size).abs() < 0.01 && run.block.is_some();
    print.runs.iter().filter(is_body).collect()
}

fn check_grid(book: &mut Book, at_least: usize) {
    let print = book.print();
    let mut lines: Vec<(usize, i64, i32)> = Vec::new();
    let mut astray = Vec::new();
    for run in body_runs(book, &print) {
        let tag = run.block.as_ref().unwrap();
        lines.push((run.page, (run.y * 50.0).round() as i64, tag.number));
        let off = off_grid(book, run);
        if off.abs() > EXACT {
            astray.push(format!(
                "page {}, x {:.1}, y {:.2}, {}: off by {off:.2} pt",
                run.page + 1,
                run.x,
                run.y,
                tag.kind
            ));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    println!("{}: {} body lines, {} runs of letters off the grid", book.name, lines.len(), astray.len());
    assert!(lines.len() >= at_least, "only {} body lines were found", lines.len());
    assert!(astray.is_empty(), "{astray:#?}");
}

#[test]
fn every_body_line_of_the_sample_issue_is_on_the_grid() {
    check_grid(&mut book::sample(), 1500);
}

#[test]
fn every_body_line_of_the_specimen_is_on_the_grid() {
    check_grid(&mut book::specimen(), 200);
}

#[test]
fn the_letter_keeps_a_grid_of_its_own_that_meets_the_other_every_five_lines() {
    let mut book = book::sample();
    let print = book.print();
    let pitch = 1.25 * book.issue.publication.type_scale.pitch;
    let (_, first, count) = book.articles().find(|(it, ..)| it.front_matter.kind == ArticleKind::Letter).unwrap();
    let is_letter = |run: &&Run| {
        (first..first + count).contains(&run.page) && (run.size - 11.0).abs() < 0.01 && run.face.contains("Serif")
    };
    let baselines: Vec<f64> = print.runs.iter().filter(is_letter).map(|run| run.y).collect();
    assert!(baselines.len() > 20, "{baselines:?}");
    for baseline in &baselines {
        let lines = (baseline - baselines[0]) / pitch;
        assert!((lines - lines.round()).abs() * pitch <= EXACT, "{baseline} is {lines} lines below the first");
    }
}

#[test]
fn a_letter_without_a_picture_stands_below_its_headline_or_beside_its_standfirst() {
    let lefts = |standfirst: &str| {
        let text = format!("---\ntitle: A light\nkind: letter\n{standfirst}---\nFirst words.\n");
        let print = Book::of_one(&text).print();
        let of = |is_one: fn(&&Run) -> bool| print.runs.iter().find(is_one).map(|run| run.x);
        let headline = of(|run| run.block.as_ref().is_some_and(|block| block.kind == "H1")).unwrap();
        let body = of(|run| (run.size - 11.0).abs() < 0.01 && run.face.contains("Serif")).unwrap();
        let lowest = print.runs.iter().max_by(|one, other| one.y.total_cmp(&other.y)).unwrap();
        (headline, of(|run| run.face.contains("It")), body, lowest.x)
    };
    let (headline, standfirst, body, folio) = lefts("");
    assert!(standfirst.is_none() && (headline - body).abs() <= EXACT, "{headline} {standfirst:?} {body}");
    let (headline, standfirst, body, other_folio) = lefts("standfirst: Proofs at night\n");
    assert!((headline - standfirst.unwrap()).abs() <= EXACT && body > headline + 100.0, "{standfirst:?} {body}");
    assert!((folio - other_folio).abs() <= EXACT, "the folio stands at {folio} and at {other_folio}");
}

#[test]
fn a_letter_begins_with_its_headline_whatever_floats_in_it() {
    let text = "---\ntitle: A light in one window\nkind: letter\n---\nFirst words.\n\n\
                | City | Lamps |\n| --- | --- |\n| Cluj | 120 |\n\nLast words.\n";
    let print = Book::of_one(text).print();
    let heights = |kinds: &[&str]| {
        let is_one = |run: &&Run| run.block.as_ref().is_some_and(|block| kinds.contains(&block.kind.as_str()));
        print.runs.iter().filter(is_one).map(|run| run.y).collect::<Vec<_>>()
    };
    let (headline, cells) = (heights(&["H1"]), heights(&["TH", "TD"]));
    let below = |cell: &f64| headline.iter().all(|line| cell > line);
    assert!(!headline.is_empty() && !cells.is_empty() && cells.iter().all(below), "{headline:?} {cells:?}");
}
