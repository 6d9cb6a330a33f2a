//! Positions both ways, in the real child with the real template: every letter on a page leads to the byte it was
//! written in, and that byte back to the letter.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(clippy::print_stdout, reason = "figures for those who ask with --nocapture")]

mod desk;
mod script;

use std::collections::BTreeMap;
use std::time::Instant;

use desk::{Desk, engine};
use script::{Letter, Script};
use typesetting::{Engine, Layout, ManuscriptPlace};

const KINDS: [&str; 4] = ["feature", "department", "listing", "letter"];
const LANGUAGES: [&str; 3] = ["en", "ro", "de"];

#[test]
fn every_letter_leads_to_its_byte_and_every_byte_to_its_letter() {
    let mut desk = Desk::new("");
    let mut written = Vec::new();
    for number in 0..12 {
        let slug = format!("a{number}");
        let script = Script::new(number as u64 + 1).article(KINDS[number % 4], LANGUAGES[number % 3], 14);
        desk.add(&slug, &script.text);
        written.push((slug, script));
    }
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let since = Instant::now();
    for (slug, script) in &written {
        for letter in &script.letters {
            let (exact, total) = tally.entry(letter.within).or_default();
            *total += 1;
            match there_and_back(&mut engine, &layout, slug, letter) {
                Ok(()) => *exact += 1,
                Err(error) => wrong.push(format!("{slug}: {letter:?}: {error}: {}", around(&script.text, letter.byte))),
            }
        }
    }
    let (exact, total) = tally.values().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    println!("{exact} of {total} letters exact, {:?} for two questions each", since.elapsed() / total as u32);
    println!("{tally:?}");
    assert!(total > 8_000, "{total} letters are too few to say anything");
    assert!(wrong.is_empty(), "{} wrong, the first:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

fn there_and_back(engine: &mut Engine, layout: &Layout, slug: &str, letter: &Letter) -> Result<(), String> {
    let place = engine.locate(slug, letter.byte).unwrap().ok_or("it stands nowhere")?;
    let pages = layout.articles.iter().find(|article| article.slug == slug).unwrap();
    if !(pages.first..pages.first + pages.count).contains(&place.page) {
        return Err(format!("it stands on page {}", place.page));
    }
    let back = engine.click(place.page, place.x + place.width * 0.3, place.y + place.height / 2.0).unwrap();
    match back {
        Some(ManuscriptPlace { slug: Some(other), byte, .. }) if other == slug && byte == letter.byte => Ok(()),
        other => Err(format!("from {place:?} it leads to {other:?}")),
    }
}

fn around(text: &str, byte: usize) -> String {
    let start = text.floor_char_boundary(byte.saturating_sub(20));
    let end = text.ceil_char_boundary((byte + 12).min(text.len()));
    format!("…{}⟦{}…", &text[start..byte], &text[byte..end]).replace('\n', "⏎")
}

#[test]
fn the_foot_of_a_page_leads_to_the_title_and_what_the_template_writes_to_its_block() {
    let chart =
        "```chart\ntype: bar\ntitle: Trips\nalt: More.\nsource: The council\n---\nyear,trips\n2024,5\n2025,9\n```\n";
    let mut desk = Desk::new("");
    let text =
        format!("---\ntitle: Long roads\nsection: News\n---\n{}\n\n{chart}\n", "Words of an article. ".repeat(700));
    desk.add("a", &text);
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    let page = &layout.pages[1];
    let title = text.find("Long roads").unwrap();
    // The folio and the publication's name stand at the outer foot.
    let folio = (0..60).find_map(|step| {
        let y = page.height_pt - 8.0 * 2.83 - f64::from(step) / 2.0;
        let back = engine.click(2, 15.0 * 2.83 + 3.0, y).unwrap()?;
        (back.byte == title).then_some(back)
    });
    assert!(folio.is_some(), "the folio leads nowhere");
    for word in ["2024", "2025", "Trips", "The council"] {
        let byte = text.find(word).unwrap();
        let place = engine.locate("a", byte).unwrap().unwrap();
        let back = engine.click(place.page, place.x + 1.0, place.y + place.height / 2.0).unwrap().unwrap();
        assert!(text[back.byte..].starts_with("```chart"), "{word} leads to {:?}", around(&text, back.byte));
    }
}

const PAGES: &str = r#"
[cover]
headline = "One line"
kicker = "Özil & more"
lines = [{ title = "Go to the first", article = "a" }]
[colophon]
text = """
Made by *hand* in București, with care.

## Who "we" are

- Ana and Flori
"""
[back-cover]
text = "Until spring"
"#;

#[test]
fn cover_colophon_advertisements_and_back_cover_lead_to_the_issues_own_file() {
    let mut desk = Desk::new(PAGES);
    desk.add("a", "---\ntitle: T\n---\nWords.\n");
    let toml = desk.issue_text().to_owned();
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    for word in
        ["One line", "zil", "Go to", "Made by", "hand", "curești", "with care", "Who", "we", "Flori", "Until", "Buy"]
    {
        let byte = toml.find(word).unwrap();
        assert!(found(&mut engine, &layout, byte), "no letter of the pages leads to `{word}`");
    }
    // A full-page picture has no words of its own.
    let plain = layout.pages.iter().rposition(|page| matches!(page.slot, typesetting::SlotName::Ad(2))).unwrap() + 1;
    let place = engine.click(plain as u32, 300.0, 400.0).unwrap().unwrap();
    assert_eq!(&toml[place.byte..][..4], "ad =", "{}", around(&toml, place.byte));
}

/// Whether a click somewhere on the pages leads to this byte of `issue.toml`.
fn found(engine: &mut Engine, layout: &Layout, byte: usize) -> bool {
    layout.pages.iter().any(|page| {
        let rows = (0..(page.height_pt / 7.0) as u32).map(|row| f64::from(row) * 7.0);
        rows.flat_map(|y| (0..(page.width_pt / 3.0) as u32).map(move |step| (f64::from(step) * 3.0, y))).any(
            |(x, y)| {
                let place = engine.click(page.number, x, y).unwrap();
                place.is_some_and(|place| place.file.ends_with("issue.toml") && place.byte == byte)
            },
        )
    })
}

#[test]
fn a_text_with_escapes_leads_to_its_field() {
    let mut desk = Desk::new("[colophon]\ntext = \"Made by \\\"hand\\\".\"\n");
    desk.add("a", "---\ntitle: \"A \\\"b\\\" c\"\n---\nWords.\n");
    let toml = desk.issue_text().to_owned();
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    assert!(found(&mut engine, &layout, toml.find("\"Made").unwrap()));
    let place = engine.locate("a", 12).unwrap().unwrap();
    let back = engine.click(place.page, place.x + 1.0, place.y + place.height / 2.0).unwrap().unwrap();
    assert_eq!(&desk.text("a")[back.byte..][..4], "\"A \\");
}
