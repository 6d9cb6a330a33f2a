//! Spelling on the command line: words that no dictionary has are told, and keep no issue from its release.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use serde_json::Value;
use support::Publication;

const ARTICLE: &str = "issues/2026-q2/articles/a.md";

/// Somewhere the programs may have been built where no dictionaries lie above them.
fn publication() -> Publication {
    let publication = Publication::new();
    publication.take_over("dictionaries");
    publication
}

fn write(publication: &Publication, language: &str, head: &str, body: &str) {
    let text = format!("---\ntitle: A walk\nkind: department\nlanguage: {language}\n{head}---\n{body}\n");
    publication.write(ARTICLE, &text);
}

/// The findings about words, as `line:column word`, and the exit code.
fn doubts(publication: &Publication) -> (Vec<String>, i32) {
    let asked = ["check", "2026-q2", "--spelling", "--json"];
    let ended = publication.run(&asked);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let of = |finding: &Value| {
        let message = finding["message"].as_str().unwrap().split('`').nth(1).unwrap_or_default().to_owned();
        let place = &finding["place"];
        format!("{}:{} {message}", place["line"], place["column"])
    };
    let findings = told["findings"].as_array().unwrap().iter();
    (findings.filter(|finding| finding["code"] == "doubtful-word").map(of).collect(), ended.code)
}

#[test]
fn doubtful_words_are_told_where_they_stand_and_let_the_issue_pass() {
    let publication = publication();
    write(&publication, "en", "", "The țară wrod comes `wrod` first.\n\nThe *Tram* is recieved.");
    let plain = publication.run(&["check", "2026-q2"]);
    assert!(!plain.stdout.contains("wrod"), "nobody asked: {}", plain.stdout);
    assert_eq!(doubts(&publication), (vec!["6:5 țară".into(), "6:10 wrod".into(), "8:15 recieved".into()], plain.code));
    let told = publication.run(&["check", "2026-q2", "--spelling"]).stdout;
    assert!(told.contains("note: no dictionary has `recieved`\n  at issues/2026-q2/articles/a.md:8:15"), "{told}");
    assert!(told.contains("did you mean `received`"), "{told}");
    assert_eq!(plain.code, 0, "{}", plain.stdout);
}

#[test]
fn the_magazines_own_words_and_those_an_article_accepts_are_right() {
    let publication = publication();
    write(&publication, "en", "accepted-words: [wrod]\n", "The wrod by the Bega and the Bega’s bank; ohm, Ohmu.");
    publication.write("assets/words.txt", "# rivers\nBega\nOhmu/ro\n");
    assert_eq!(doubts(&publication).0, ["7:48 Ohmu"]);
    write(&publication, "ro", "", "Malul Begăi și al lui Bega, Ohmu.");
    // An ending makes another word of it, and the title is in English.
    assert_eq!(doubts(&publication).0, ["2:10 walk", "6:7 Begăi"]);
}

#[test]
fn an_edition_is_read_as_well_but_for_what_is_each_readers_own() {
    let publication = publication();
    let edition = "---\nsubject: A wrod\nlanguage: en\naccepted-words: [blorb]\n---\nDear {{ first_name | default: \"qqqz\" }}, \
                   blorb is recieved.\n\n[[qqqz]]\n";
    publication.write("issues/2026-q2/editions/launch.md", edition);
    assert_eq!(doubts(&publication).0, ["2:12 wrod", "6:51 recieved"]);
    let told = publication.run(&["check", "2026-q2", "--spelling"]).stdout;
    assert!(told.contains("note: no dictionary has `wrod`\n  at issues/2026-q2/editions/launch.md:2:12"), "{told}");
}

#[test]
fn a_publications_own_dictionary_comes_first_and_a_language_without_one_is_told() {
    let publication = publication();
    write(&publication, "qq", "", "Blorb zint.");
    let told = publication.run(&["check", "2026-q2", "--spelling"]);
    assert!(told.stdout.contains("note: there is no dictionary for the language `qq`"), "{}", told.stdout);
    assert_eq!((doubts(&publication).0, told.code), (Vec::new(), 0));
    publication.write("assets/dictionaries/qq.aff", "SET UTF-8\n");
    publication.write("assets/dictionaries/qq.dic", "1\nblorb\n");
    assert_eq!(doubts(&publication).0, ["2:10 walk", "6:7 zint"].map(ToOwned::to_owned));
    publication.write("assets/dictionaries/qq.dic", "no number\n");
    let told = publication.run(&["check", "2026-q2", "--spelling"]);
    assert!(told.stdout.contains("qq.dic"), "{}", told.stdout);
    assert_eq!(told.code, 0);
}

#[test]
fn the_sample_has_no_doubtful_word() {
    let publication = Publication { folder: tempfile::tempdir().unwrap() };
    let asked = ["--publication", support::repository().to_str().unwrap(), "check", "2026-q4", "--spelling", "--json"]
        .map(ToOwned::to_owned);
    let told = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(["--data", publication.path("data").to_str().unwrap()])
        .args(asked)
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let findings = told["findings"].as_array().unwrap().iter();
    let about_words =
        findings.filter(|finding| ["doubtful-word", "no-dictionary"].contains(&finding["code"].as_str().unwrap()));
    let messages: Vec<&str> = about_words.map(|finding| finding["message"].as_str().unwrap()).collect();
    assert_eq!(messages, Vec::<&str>::new());
}
