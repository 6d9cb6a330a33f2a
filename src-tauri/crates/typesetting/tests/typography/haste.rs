//! Between two keys a document is laid out once, from how it lay before; at rest it is laid out from nothing.

use std::fs;

use crate::book::{Book, repository};

const SLUG: &str = "one";
/// Keys between two rests.
const KEYS: usize = 12;

fn audit() -> String {
    fs::read_to_string(repository().join("issues/2026-q4/articles/audit.md")).unwrap()
}

/// The bytes of letters between letters, far enough down to be running text.
fn places(text: &str) -> Vec<usize> {
    let is_letter = |at: &usize| text.as_bytes()[at - 1..at + 2].iter().all(u8::is_ascii_lowercase);
    let is_plain = |at: &usize| !text[..*at].lines().next_back().unwrap_or_default().contains(['!', '|', '[', '`']);
    (text.len() / 8..text.len() - 1).filter(is_letter).filter(is_plain).collect()
}

#[test]
fn what_was_laid_out_between_two_keys_is_at_rest_what_a_layout_from_nothing_gives() {
    let mut text = audit();
    let mut book = Book::of_one(&text);
    let (mut dice, mut hurried, mut same) = (11_usize, 0, 0);
    for rest in 0..3 {
        for key in 0..KEYS {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let places = places(&text);
            let at = places[(dice >> 33) % places.len()];
            // Now and then more than a letter, so that lines come and the end of the article moves.
            let words =
                if key == KEYS / 2 { "and a few words more, of which there are enough for lines " } else { "i" };
            text.replace_range(at..=at, words);
            book.take_in_a_hurry(SLUG, &text);
            hurried += usize::from(!book.layout.is_settled);
        }
        let before = book.pages();
        book.settle();
        assert!(book.layout.is_settled);
        same += usize::from(before == book.pages());
        assert_eq!(book.pages(), Book::of_one(&text).pages(), "after {} keys", KEYS * (rest + 1));
    }
    println!("{hurried} of {} keys were laid out once; {same} of 3 rests changed nothing", KEYS * 3);
    assert!(hurried >= KEYS, "{hurried} of {} keys", KEYS * 3);
}

#[test]
fn a_pdf_is_of_pages_that_were_laid_out_from_nothing() {
    let text = audit();
    let mut book = Book::of_one(&text);
    let edited = text.replace("know its moods", "know its foods");
    assert_ne!(text, edited);
    book.take_in_a_hurry(SLUG, &edited);
    let pdf = book.pdf(typesetting::PdfTarget::Screen).unwrap();
    assert_eq!(pdf, Book::of_one(&edited).pdf(typesetting::PdfTarget::Screen).unwrap());
}
