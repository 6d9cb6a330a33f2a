//! Words against the house style, words that only look so, and where corrections lead.

use super::*;
use crate::settings::PublicationSettings;
use crate::{Article, Edition};

const RULES: &str = r#"name = "City"
[[style]]
write = "e-mail"
not = ["email", "E-Mail"]
because = "as the dictionary has it"
[[style]]
write = "smart city"
not = ["city that is smart", "smart-city"]
[[style]]
write = "internet"
not = ["Internet"]
[[style]]
write = "oraș inteligent"
not = ["smart city"]
language = "ro"
[[style]]
write = "World Smart Cities Organization"
not = ["WSCO"]
"#;

fn rules() -> Vec<StyleRule> {
    let (settings, findings) = PublicationSettings::read("publication.toml", RULES);
    assert_eq!(findings.len(), 1, "the Romanian entry does not want what another one writes: {findings:?}");
    settings.style
}

fn read(language: &str, body: &str) -> (String, Vec<Finding>) {
    let text = format!("---\ntitle: A\nlanguage: {language}\n---\n{body}");
    let (article, _) = Article::read("a", "a.md", &text, "en");
    let found = hints(&rules(), &article.prose(&text));
    (text, found)
}

/// The text after every correction that does not overlap another, as `masthead check --fix` makes them.
fn corrected(language: &str, body: &str) -> String {
    let mut body = body.to_owned();
    for _ in 0..8 {
        let (mut text, mut found) = read(language, &body);
        found.sort_by_key(|finding| finding.fix.as_ref().map(|fix| (fix.range.start, fix.range.end)));
        let mut untouched = text.len();
        for fix in found.into_iter().rev().filter_map(|finding| finding.fix) {
            if fix.range.end <= untouched {
                untouched = fix.range.start;
                text.replace_range(fix.range, &fix.replacement);
            }
        }
        let after = text[text.find("\n---\n").unwrap() + 5..].to_owned();
        if after == body {
            break;
        }
        body = after;
    }
    body
}

#[test]
fn what_the_house_writes_otherwise_is_put_right() {
    for (language, wrong, right) in [
        ("en", "Write an email.", "Write an e-mail."),
        ("en", "Email is E-Mail.", "E-mail is e-mail."),
        ("en", "Emails, EMAIL and email’s end", "Emails, EMAIL and e-mail’s end"),
        (
            "en",
            "A city that is smart; **email**; [email](email.html)",
            "A smart city; **e-mail**; [e-mail](email.html)",
        ),
        ("en", "On the Internet. Internet access", "On the internet. Internet access"),
        (
            "en",
            "| email | b |\n|--|--|\n| c | WSCO |",
            "| e-mail | b |\n|--|--|\n| c | World Smart Cities Organization |",
        ),
        ("en", "> [!pullquote]\n> Send an email", "> [!pullquote]\n> Send an e-mail"),
        ("en", "Past the the river,  and on .", "Past the river, and on."),
        ("en", "The the the city", "The city"),
        ("en", "We said , and asked ?\nSo :", "We said, and asked?\nSo:"),
        ("ro", "şcoala și și ţara", "școala și țara"),
        ("ro", "Ţara lui Şerban , de aici", "Țara lui Şerban, de aici"),
    ] {
        assert_eq!(corrected(language, wrong), right, "{wrong}");
    }
}

#[test]
fn what_only_looks_wrong_is_left_alone() {
    for (language, body) in [
        ("en", "`email` and ```email```"),
        ("en", "```\nthe the  email ,\n```"),
        ("en", "> He wrote email in the the  book ,"),
        ("en", "An “email [sic]” and email [sic]."),
        ("en", "<https://example.org/email> desk@email.org www.email.org email.org on-email email-client #email"),
        ("en", "[a](https://example.org/email \"t\") ![email](media/email.png)"),
        ("en", "A smart city and an e-mail"),
        ("en", "What had had to be, is that that is is in in the"),
        ("en", "Vitamin A a day, and/or or, the-the, New York New York"),
        ("en", "On .NET and well"),
        ("en", "Wait . . . a score of 3 : 2, a smile :-) and :smile: and .5"),
        ("fr", "Vraiment ? Oui !"),
        ("en", "A hard  \nbreak and a\\\nbreak"),
        ("ro", "Beşiktaş joacă; Şahin"),
        ("ro", "de-a de-a, la la-la"),
        ("en", "şcoala is spelt so"),
    ] {
        let (_, found) = read(language, body);
        let found: Vec<_> = found.iter().map(|finding| &finding.message).collect();
        assert!(found.is_empty(), "{body}: {found:?}");
    }
}

#[test]
fn titles_and_standfirsts_are_looked_at_and_a_hint_has_its_place_and_reason() {
    let text = "---\ntitle: \"Email: a start\"\nstandfirst: The email\n---\nx\n";
    let (article, _) = Article::read("a", "a.md", text, "en");
    let found = hints(&rules(), &article.prose(text));
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        note: `Email`: the house writes `E-mail`
          at a.md:2:9
          hint: as the dictionary has it
        note: `email`: the house writes `e-mail`
          at a.md:3:17
          hint: as the dictionary has it"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn an_edition_is_looked_at_but_for_what_is_each_readers_own() {
    let text = "---\nsubject: 'Email for {{ name | default: \"email\" }}'\npreheader: The email\n---\nDear {{ email }}, the \
                email.\n\n> Their email\n";
    let (edition, _) = Edition::read(&"2026-q4/launch".parse().unwrap(), "launch.md", text, "en");
    let found = hints(&rules(), &edition.prose(text));
    let shown: Vec<String> = found.iter().map(|finding| finding.place.as_ref().unwrap().to_string()).collect();
    assert_eq!(shown, ["launch.md:2:11", "launch.md:3:16", "launch.md:5:23"]);
}

#[test]
fn entries_that_would_undo_each_other_are_named_in_the_settings() {
    let check = |entries: &str, expected: &str| {
        let (settings, findings) = PublicationSettings::read("p.toml", &format!("name = \"A\"\n{entries}"));
        let said: Vec<String> = findings.iter().map(|finding| finding.message.clone()).collect();
        assert_eq!(said, [expected], "{entries}");
        settings.style.len()
    };
    let entry = |write: &str, not: &str| format!("[[style]]\nwrite = \"{write}\"\nnot = [{not}]\n");
    let both = format!("{}{}", entry("web site", "\"website\""), entry("website", "\"web site\""));
    assert_eq!(check(&both, "`website` and `web site` would undo each other for ever"), 1);
    assert_eq!(check(&entry("web", "\"web\""), "`web` is among the forms that it is to take the place of"), 0);
    assert_eq!(check(&entry("web", ""), "`web` has no form that it stands for: add `not = [\"…\"]`"), 0);
}

proptest::proptest! {
    #[test]
    fn corrections_come_to_an_end_and_change_nothing_the_second_time(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "email", "Email", "E-Mail", "e-mail", "the", "The", "a", "city", "that", "is", "smart", "smart-city",
                "Internet", "internet", "WSCO", ",", ".", "!", "**email**", "şi", "și", "[sic]", "\n", "`email`", " ",
                "*the*", "„", "”",
            ]),
            0..24,
        ),
        language in proptest::sample::select(vec!["en", "ro"]),
    ) {
        let body = words.join(" ");
        let once = corrected(language, &body);
        proptest::prop_assert_eq!(&corrected(language, &once), &once);
        let (text, found) = read(language, &once);
        proptest::prop_assert!(found.is_empty(), "{text}: {found:?}");
    }
}
