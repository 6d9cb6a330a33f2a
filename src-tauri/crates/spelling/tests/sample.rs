//! The dictionaries that come with the program, and articles as people write them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use magazine::Article;
use proptest::prelude::*;
use spelling::{Dictionary, Found, OwnWords, Shelf, Speller, words};

fn dictionary(language: &str) -> Arc<Dictionary> {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../assets/dictionaries");
    match SHELF.get_or_init(|| Shelf::new(vec![folder])).dictionary(language) {
        Found::Ready(dictionary, _) => dictionary,
        other => panic!("{language}: {other:?}"),
    }
}

/// The doubtful words of a text as they stand in the file, which is checked to be where they are said to be.
fn doubts(language: &str, own: &str, body: &str) -> Vec<String> {
    let text = format!("---\ntitle: A\n---\n{body}");
    let (article, _) = Article::read("a", "a.md", &text, language);
    let dictionary = dictionary(language);
    let own = OwnWords::read(own);
    let speller = Speller { dictionary: &dictionary, own: &own, language };
    speller.doubtful(&words(&article.prose(&text))).into_iter().map(|doubt| text[doubt.range].to_owned()).collect()
}

fn check(language: &str, body: &str, expected: &[&str]) {
    assert_eq!(doubts(language, "Bega\n", body), expected, "{language}: {body}");
}

#[test]
fn english_is_read_as_it_is_printed() {
    check("en", "It doesn’t fit; the cities’ well-known lamps aren't lit.", &[]);
    check("en", "The wel-known lampp isnt’ lit.", &["wel", "lampp", "isnt"]);
    check("en", "The Bega’s banks, BEGA, and the WSCO’s LEDs.", &[]);
    check("en", "A word—another wrod—and co\u{ad}operation.", &["wrod"]);
    check("en", "TK: the 3rd B2B talk, 5km, 1990s.", &[]);
    check("en", "Colour and programme, then color.", &["color"]);
    check("en-US", "Color and program, then colour.", &["colour"]);
}

#[test]
fn romanian_is_read_with_comma_and_cedilla_and_with_its_hyphens() {
    check("ro", "Și s-a oprit într-un oraș; n-a întrebat-o nimeni, dându-i dreptate.", &[]);
    check("ro", "Şi ţara, scrise cu sedilă; şi s\u{326}coala.", &[]);
    check("ro", "Orasul fără semn și casâ.", &["Orasul", "casâ"]);
}

#[test]
fn suggestions_keep_the_kind_of_apostrophe_and_come_with_the_nearest_first() {
    let dictionary = dictionary("en");
    let own = OwnWords::default();
    let speller = Speller { dictionary: &dictionary, own: &own, language: "en" };
    assert_eq!(speller.suggest("recieve", 5).first().map(String::as_str), Some("receive"));
    assert!(speller.suggest("doesnt", 5).contains(&"doesn’t".to_owned()));
    assert!(speller.suggest("does'nt", 5).contains(&"doesn't".to_owned()));
    assert!(speller.suggest("wrod", 5).len() <= 5);
}

/// Pieces of an article in which `wrod` may and may not be marked.
fn piece() -> impl Strategy<Value = (String, bool)> {
    prop_oneof![
        Just(("wrod".to_owned(), true)),
        Just(("*wrod*".to_owned(), true)),
        Just(("țară wrod".to_owned(), true)),
        Just(("[wrod](https://example.org/qqqz)".to_owned(), true)),
        Just(("`qqqz`".to_owned(), false)),
        Just(("https://example.org/qqqz?qqqz=1,qqqz".to_owned(), false)),
        Just(("<qqqz@example.org>".to_owned(), false)),
        Just(("the <!-- qqqz --> day".to_owned(), false)),
        Just(("\n\n<!-- qqqz\nqqqz -->\n\n".to_owned(), false)),
        Just(("&amp;".to_owned(), false)),
        Just(("#qqqz".to_owned(), false)),
        Just(("![the](media/qqqz.jpg)".to_owned(), false)),
        Just(("\n\n> [!note] the\n> day\n\n".to_owned(), false)),
        Just(("\n\n```\nqqqz wrod\n```\n\n".to_owned(), false)),
        Just(("\n\n## the {#qqqz}\n\n".to_owned(), false)),
        Just(("day".to_owned(), false)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mark_covers_code_or_an_address_and_every_mark_covers_its_word(
        pieces in proptest::collection::vec((piece(), prop_oneof![Just(" "), Just(" — "), Just("\n"), Just(", ")]), 1..30),
    ) {
        let body: String = pieces.iter().flat_map(|((text, _), between)| [text.as_str(), between]).collect();
        let found = doubts("en", "țară\n", &body);
        prop_assert!(found.iter().all(|word| word == "wrod"), "{found:?} in {body}");
        let written = pieces.iter().filter(|((_, marked), _)| *marked).count();
        prop_assert_eq!(found.len(), written, "{}", body);
    }

    #[test]
    fn any_text_has_its_marks_inside_it(body in "(\\PC|\n|[*_`\\[\\]()<>#&;:/@’'-]| ){0,200}") {
        let _inside = doubts("en", "", &body);
    }
}
