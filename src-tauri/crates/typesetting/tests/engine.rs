//! The engine with its real child: pages, positions, PDFs, and what happens when something breaks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use magazine::{Article, Code, Issue, IssueSettings, PublicationSettings};
use typesetting::{
    Engine, EngineCommand, EngineError, Files, IssueSources, Layout, Limits, PdfTarget, PictureFormat, SlotName,
    with_lines,
};

const DRAWING: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 6\"><path d=\"M0 0h9v6z\"/></svg>";

const ISSUE: &str = r#"
title = "Lights"
date = 2026-12-01
running-order = [
  { page = "cover" },
  { page = "contents" },
  { article = "first" },
  { ad = "media/x.svg", alt = "An ad", advertiser = "A" },
  { article = "second" },
  { page = "colophon" },
  { page = "back-cover" },
]
[cover]
headline = "One line"
lines = [{ title = "Go to the second", article = "second" }]
[colophon]
text = "Made by *hand*."
[back-cover]
text = "Until spring"
"#;

/// An issue and everything its pages are made from.
struct Desk {
    issue: Issue,
    texts: BTreeMap<String, String>,
    template: Files,
    fonts: Vec<Vec<u8>>,
    media: Files,
}

impl Desk {
    fn new(articles: &[(&str, &str)]) -> Self {
        let (publication, _) = PublicationSettings::read("assets/publication.toml", "name = \"Test\"");
        let id = "2026-q4".parse().unwrap();
        let (settings, findings) = IssueSettings::read(id, "issues/2026-q4/issue.toml", ISSUE, &publication);
        assert_eq!(findings, []);
        let mut desk = Self {
            issue: Issue { id, number: 41, settings, articles: Vec::new(), publication },
            texts: BTreeMap::from([("issues/2026-q4/issue.toml".to_owned(), ISSUE.to_owned())]),
            template: Files::from([("vocabulary.typ".to_owned(), read("tests/template/vocabulary.typ"))]),
            fonts: vec![read("../../../assets/fonts/source-serif/SourceSerif4Variable-Roman.ttf")],
            media: Files::from([("media/x.svg".to_owned(), DRAWING.to_vec())]),
        };
        for (slug, body) in articles {
            let article = desk.article(slug, body);
            desk.issue.articles.push(article);
        }
        desk
    }

    fn article(&mut self, slug: &str, body: &str) -> Article {
        let file = format!("issues/2026-q4/articles/{slug}.md");
        let text = format!("---\ntitle: The {slug} title\n---\n{body}");
        let (article, _) = Article::read(slug, &file, &text, "en");
        self.texts.insert(file, text);
        article
    }

    /// Lets the template end in these words as well; the last one of two functions of a name counts.
    fn add_to_template(&mut self, words: &str) {
        let mut template = read("tests/template/vocabulary.typ");
        template.extend(words.bytes());
        self.template.insert("vocabulary.typ".to_owned(), template);
    }

    fn sources(&self) -> IssueSources<'_> {
        IssueSources { issue: &self.issue, template: &self.template, fonts: &self.fonts, media: &self.media }
    }

    fn findings(&self, layout: &Layout) -> Vec<String> {
        let lined = with_lines(layout.findings.clone(), |file| self.texts.get(file).cloned());
        lined.iter().map(ToString::to_string).collect()
    }

    fn text(&self, slug: &str) -> &str {
        &self.texts[&format!("issues/2026-q4/articles/{slug}.md")]
    }
}

fn read(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn command() -> EngineCommand {
    EngineCommand { program: PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine")), arguments: Vec::new() }
}

fn engine() -> Engine {
    Engine::new(command(), Limits::default())
}

fn pages_of(layout: &Layout, slug: &str) -> (u32, u32) {
    let article = layout.articles.iter().find(|article| article.slug == slug).unwrap();
    (article.first, article.count)
}

fn hashes(layout: &Layout) -> Vec<&str> {
    layout.pages.iter().map(|page| page.hash.as_str()).collect()
}

const LONG: &str = "A paragraph that is long enough to fill a line or two of this page, and then some more words.\n\n";

#[test]
fn an_issue_is_laid_out_in_its_running_order() {
    let desk = Desk::new(&[("first", &LONG.repeat(40)), ("second", "Short.")]);
    let layout = engine().layout(&desk.sources()).unwrap();
    assert_eq!(desk.findings(&layout), [""; 0]);
    let (first, count) = pages_of(&layout, "first");
    assert_eq!(first, 3);
    assert!(count > 2);
    assert_eq!(pages_of(&layout, "second"), (first + count + 1, 1));
    assert_eq!(layout.pages.len() as u32, count + 6);
    assert!(layout.pages.iter().zip(1..).all(|(page, number)| page.number == number));
    assert_eq!(layout.pages[3].slot, SlotName::Article("first".to_owned()));
}

#[test]
fn an_edit_changes_the_pages_it_touches_and_no_others() {
    let mut desk = Desk::new(&[("first", &LONG.repeat(40)), ("second", "Short.")]);
    let mut engine = engine();
    let before = engine.layout(&desk.sources()).unwrap();
    let article = desk.article("second", "Shorter.");
    let after = engine.update(&article).unwrap();
    let changed = hashes(&before).iter().zip(hashes(&after)).filter(|(before, after)| **before != *after).count();
    assert_eq!(changed, 1);
    assert_eq!(engine.last(), Some(&after));
}

#[test]
fn a_longer_article_moves_those_after_it_and_their_numbers_in_the_contents() {
    let mut desk = Desk::new(&[("first", "Short."), ("second", "Short.")]);
    let mut engine = engine();
    let before = engine.layout(&desk.sources()).unwrap();
    assert_eq!(pages_of(&before, "second"), (5, 1));
    let article = desk.article("first", &LONG.repeat(40));
    let after = engine.update(&article).unwrap();
    let (first, count) = pages_of(&after, "first");
    assert_eq!(pages_of(&after, "second"), (first + count + 1, 1));
    assert_ne!(before.pages[0].hash, after.pages[0].hash, "the cover line's number");
    assert_ne!(before.pages[1].hash, after.pages[1].hash, "the contents' number");
    desk.issue.articles[0] = article;
    let cold = self::engine().layout(&desk.sources()).unwrap();
    assert_eq!(hashes(&cold), hashes(&after), "the same as laid out from nothing");
}

#[test]
fn a_click_finds_the_letter_and_the_letter_its_place() {
    let body = "Die *Straße* nach [Iași](https://a.b), Nr. 5.\n\n- Ein **Punkt**\n\n> [!facts] Zahlen\n> Acht\n";
    let desk = Desk::new(&[("first", body), ("second", "Short.")]);
    let mut engine = engine();
    engine.layout(&desk.sources()).unwrap();
    let text = desk.text("first");
    for word in ["first title", "Die", "Straße", "Iași", "Nr", ". 5", "5", "Punkt", "Zahlen", "Acht"] {
        let byte = text.find(word).unwrap();
        let place = engine.locate("first", byte).unwrap().unwrap();
        assert_eq!(place.page, 3, "{word}");
        let back = engine.click(3, place.x + place.width * 0.3, place.y + place.height / 2.0).unwrap().unwrap();
        assert_eq!((back.slug.as_deref(), back.byte), (Some("first"), byte), "{word}");
    }
    assert_eq!(engine.locate("nowhere", 0).unwrap(), None);
    assert_eq!(engine.click(99, 0.0, 0.0).unwrap(), None);
}

#[test]
fn a_click_on_the_contents_page_leads_to_the_articles_title() {
    let desk = Desk::new(&[("first", "A"), ("second", "B")]);
    let mut engine = engine();
    engine.layout(&desk.sources()).unwrap();
    // The second entry stands below the first.
    let place = engine.click(2, 300.0, 70.0).unwrap().unwrap();
    assert_eq!(place.slug.as_deref(), Some("second"));
    let place = engine.click(1, 10.0, 10.0).unwrap().unwrap();
    assert_eq!(place.file, "issues/2026-q4/issue.toml");
    assert!(ISSUE[place.byte..].starts_with("One line"));
}

#[test]
fn pictures_and_pdfs_are_written_and_the_same_issue_gives_the_same_bytes() {
    let desk = Desk::new(&[("first", &LONG.repeat(40)), ("second", "![A drawing](media/x.svg)")]);
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    let jpeg = engine.picture(&layout.pages[2].hash, 96.0, PictureFormat::Jpeg).unwrap();
    let png = engine.picture(&layout.pages[2].hash, 96.0, PictureFormat::Png).unwrap();
    let size =
        |bytes: &[u8]| image::load_from_memory(bytes).map(|picture| (picture.width(), picture.height())).unwrap();
    assert_eq!(size(&jpeg), (454, 605));
    assert_eq!(size(&png), size(&jpeg));
    assert!(matches!(engine.picture("0", 96.0, PictureFormat::Png), Err(EngineError::NoSuchPage(_))));

    let pdf = engine.pdf(PdfTarget::Screen).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let mut other = self::engine();
    other.layout(&desk.sources()).unwrap();
    assert!(other.pdf(PdfTarget::Screen).unwrap() == pdf, "two desks, one PDF");
    let marks = |mark: &[u8]| pdf.windows(mark.len()).filter(|bytes| *bytes == mark).count();
    assert_eq!(marks(b"/Type /Page\n") + marks(b"/Type/Page/"), layout.pages.len());
}

#[test]
fn the_same_words_in_two_articles_are_two_things_in_an_accessible_pdf() {
    let body =
        "Words.[^1]\n\n## Head\n\n![A drawing](media/x.svg \"Caption\")\n\n- one\n- two\n\n[^1]: The same note.\n";
    let desk = Desk::new(&[("first", body), ("second", body)]);
    let mut engine = engine();
    engine.layout(&desk.sources()).unwrap();
    match engine.pdf(PdfTarget::Accessible) {
        Ok(pdf) => assert!(pdf.starts_with(b"%PDF-")),
        Err(EngineError::Refused(findings)) => panic!("{findings:?}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_missing_or_broken_picture_is_a_box_and_a_finding() {
    let body = "Words.\n\n![One](media/gone.svg)\n\n![Two](media/broken.png)\n\n![Three](media/x.svg)\n";
    let mut desk = Desk::new(&[("first", body), ("second", "Short.")]);
    let mut broken = Vec::new();
    let noise = image::GrayImage::from_fn(64, 64, |x, y| image::Luma([((x * 37) ^ (y * 91)) as u8]));
    noise.write_to(&mut std::io::Cursor::new(&mut broken), image::ImageFormat::Png).unwrap();
    broken.truncate(broken.len() / 2);
    desk.media.insert("media/broken.png".to_owned(), broken);
    let layout = engine().layout(&desk.sources()).unwrap();
    assert_eq!(
        desk.findings(&layout),
        [
            "error: picture not found: `media/gone.svg`\n  at issues/2026-q4/articles/first.md:6:1\n  hint: put the file \
             there, or correct its name",
            "error: picture cannot be used: `media/broken.png`: the picture is broken or incomplete\n  at \
             issues/2026-q4/articles/first.md:8:1",
        ]
    );
    assert_eq!(pages_of(&layout, "first").0, 3);
}

#[test]
fn a_fault_in_one_article_leaves_a_placeholder_and_the_rest_stands() {
    let mut desk = Desk::new(&[("first", "Words.\n\n## Never\n"), ("second", "Short.")]);
    desk.add_to_template("#let subhead(level: 2, id: \"\", body) = panic(\"no heads here\")\n");
    let mut engine = engine();
    let layout = engine.layout(&desk.sources()).unwrap();
    let findings = desk.findings(&layout);
    assert!(findings[0].starts_with("error: `first` is a placeholder"), "{findings:?}");
    assert!(findings[0].contains("first.md:6:1"), "{findings:?}");
    assert!(findings[1].contains("at assets/magazine/vocabulary.typ:"), "{findings:?}");
    assert_eq!(layout.findings[1].code, Code::TemplateError);
    assert_eq!(layout.pages.len(), 7);
    let mended = desk.article("first", "Words.");
    assert_eq!(engine.update(&mended).unwrap().findings, []);
}

#[test]
fn a_broken_template_leaves_bare_pages_and_one_finding_that_names_its_file() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    desk.template.insert("vocabulary.typ".to_owned(), b"#let article = (".to_vec());
    let layout = engine().layout(&desk.sources()).unwrap();
    assert_eq!(layout.pages.len(), 7);
    let of_template = layout.findings.iter().filter(|finding| finding.code == Code::TemplateError).count();
    assert_eq!(of_template, 1, "{:?}", desk.findings(&layout));
}

#[test]
fn while_the_template_is_broken_the_last_good_pages_stay_and_can_be_looked_at() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    let mut engine = engine();
    let good = engine.layout(&desk.sources()).unwrap();
    let whole = desk.template.insert("vocabulary.typ".to_owned(), b"#let article = (".to_vec());
    let broken = engine.layout(&desk.sources()).unwrap();
    assert_eq!(hashes(&broken), hashes(&good));
    assert!(broken.is_outdated && broken.placeholders.is_empty());
    assert!(broken.fits.is_empty(), "they are not the pages of the text any more");
    assert!(engine.picture(&good.pages[4].hash, 72.0, PictureFormat::Jpeg).is_ok());
    let codes = |layout: &Layout| layout.findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(&broken), [Code::TemplateError]);

    // Somebody writes on meanwhile, and sees it once the template is whole again.
    let article = desk.article("second", "C");
    let typed = engine.update(&article).unwrap();
    assert_eq!((hashes(&typed), codes(&typed)), (hashes(&good), vec![Code::TemplateError]));
    desk.template.insert("vocabulary.typ".to_owned(), whole.unwrap());
    engine.layout(&desk.sources()).unwrap();
    let mended = engine.update(&article).unwrap();
    assert!(!mended.is_outdated && mended.findings.is_empty(), "{:?}", desk.findings(&mended));
    assert_ne!(hashes(&mended)[4], hashes(&good)[4]);
}

#[test]
fn words_that_a_whole_template_refuses_are_told_by_their_line_and_keep_no_page() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    desk.add_to_template("#let subhead(level: 2, id: \"\", body) = panic(\"no heads here\")\n");
    let mut engine = engine();
    assert_eq!(engine.layout(&desk.sources()).unwrap().findings, []);
    let article = desk.article("first", "A\n\n## Never\n");
    let typed = engine.update(&article).unwrap();
    assert!(!typed.is_outdated && typed.placeholders == [SlotName::Article("first".to_owned())]);
    assert!(desk.findings(&typed)[0].contains("first.md"), "{:?}", desk.findings(&typed));
}

#[test]
fn a_compile_without_end_is_stopped_and_the_next_call_goes_on_without_it() {
    let mut desk = Desk::new(&[("first", "A\n\n***\n"), ("second", "B")]);
    desk.add_to_template("#let scenebreak() = for a in range(100000) { for b in range(100000) { let c = a * b } }\n");
    let limits = Limits { preview: Duration::from_secs(20), export: Duration::from_secs(20) };
    let mut engine = Engine::new(command(), limits);
    match engine.layout(&desk.sources()) {
        Err(EngineError::Killed { slots, .. }) => assert_eq!(slots, [SlotName::Article("first".to_owned())]),
        other => panic!("{other:?}"),
    }
    let layout = engine.layout(&desk.sources()).unwrap();
    assert_eq!(layout.pages.len(), 7);
    assert!(desk.findings(&layout)[0].starts_with("error: `first` is a placeholder: it took too long"));
    let mended = desk.article("first", "A");
    assert_eq!(engine.update(&mended).unwrap().findings, []);
}

#[test]
fn memory_without_end_ends_the_child_and_not_the_desk() {
    let mut desk = Desk::new(&[("first", "A\n\n***\n"), ("second", "B")]);
    desk.add_to_template("#let scenebreak() = { let a = \"0123456789\"; for b in range(40) { a = a + a }; a }\n");
    let mut engine = engine();
    assert!(matches!(engine.layout(&desk.sources()), Err(EngineError::Killed { .. })));
    assert_eq!(engine.layout(&desk.sources()).unwrap().pages.len(), 7);
}

#[test]
fn a_child_that_was_ended_is_started_again_with_everything_it_needs() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    let mut engine = engine();
    let before = engine.layout(&desk.sources()).unwrap();
    let kill = |engine: &Engine| {
        let id = engine.process().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-9", &id]).status().unwrap().success());
    };
    kill(&engine);
    let article = desk.article("second", "C");
    assert!(matches!(engine.update(&article), Err(EngineError::Killed { .. })));
    assert_eq!(engine.last(), Some(&before), "the last good pages stay");
    let after = engine.update(&article).unwrap();
    assert_eq!(hashes(&after)[..4], hashes(&before)[..4]);
    assert_ne!(hashes(&after)[4], hashes(&before)[4]);
    kill(&engine);
    drop(engine.picture(&after.pages[0].hash, 72.0, PictureFormat::Jpeg));
    assert!(engine.picture(&after.pages[0].hash, 72.0, PictureFormat::Jpeg).is_ok());
}

#[test]
fn an_engine_at_rest_has_no_child_and_loses_nothing() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    let mut engine = engine();
    let before = engine.layout(&desk.sources()).unwrap();
    let [picture, place] = [&before.pages[0].hash, &before.pages[4].hash]
        .map(|hash| engine.picture(hash, 72.0, PictureFormat::Png).unwrap());
    let clicked = engine.click(5, 80.0, 300.0).unwrap();
    assert!(clicked.is_some());
    engine.rest();
    assert_eq!(engine.process(), None);
    assert_eq!(engine.last(), Some(&before));
    assert_eq!(engine.picture(&before.pages[0].hash, 72.0, PictureFormat::Png).unwrap(), picture);
    engine.rest();
    assert_eq!(engine.click(5, 80.0, 300.0).unwrap(), clicked);
    engine.rest();
    engine.wake("second").unwrap();
    assert!(engine.process().is_some());
    assert_eq!(engine.picture(&before.pages[4].hash, 72.0, PictureFormat::Png).unwrap(), place);
    engine.rest();
    let after = engine.update(&desk.article("second", "C")).unwrap();
    assert_eq!(hashes(&after)[..4], hashes(&before)[..4]);
    assert_ne!(hashes(&after)[4], hashes(&before)[4]);
}

#[test]
fn an_engine_that_never_worked_can_rest_and_wake() {
    let mut engine = engine();
    engine.rest();
    engine.wake("first").unwrap();
}

#[test]
fn the_template_reads_nothing_but_what_it_was_given() {
    for path in ["/etc/passwd", "../../../etc/passwd", "@preview/cetz:0.3.0"] {
        let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
        desk.add_to_template(&format!("#let para(body) = read(\"{path}\")\n#let opening = para\n"));
        let layout = engine().layout(&desk.sources()).unwrap();
        assert!(layout.findings.iter().any(|finding| finding.code == Code::TemplateError), "{path}");
    }
}

#[test]
fn a_program_that_does_not_exist_is_told_by_its_name() {
    let desk = Desk::new(&[("first", "A"), ("second", "B")]);
    let command = EngineCommand { program: PathBuf::from("/no/such/engine"), arguments: Vec::new() };
    let error = Engine::new(command, Limits::default()).layout(&desk.sources()).unwrap_err();
    assert!(error.to_string().contains("/no/such/engine"), "{error}");
}

/// Numbers that fall the same way each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as usize % end
    }
}

#[test]
fn pages_after_two_hundred_edits_equal_a_fresh_layout() {
    let mut desk = Desk::new(&[("first", &LONG.repeat(9)), ("second", "Short.")]);
    let mut engine = engine();
    engine.layout(&desk.sources()).unwrap();
    let mut bodies = [LONG.repeat(9), "Short.".to_owned()];
    let mut dice = Dice(41);
    let mut counts = std::collections::BTreeSet::new();
    for edit in 0..200 {
        let number = dice.below(2);
        let slug = ["first", "second"][number];
        let body = &mut bodies[number];
        match dice.below(5) {
            0 => body.push_str(&LONG.repeat(1 + dice.below(9))),
            1 => body.truncate(body.len().saturating_sub(LONG.len() * (1 + dice.below(9)))),
            2 => body.insert_str(0, "## A head\n\n"),
            _ => body.insert(dice.below(body.len() + 1), 'x'),
        }
        let title = if edit % 17 == 0 { format!("{body}\n\n![](media/x.svg)") } else { body.clone() };
        let article = desk.article(slug, &title);
        counts.insert(engine.update(&article).unwrap().pages.len());
        desk.issue.articles[number] = article;
    }
    assert!(counts.len() > 3, "the edits moved pages: {counts:?}");
    let fresh = self::engine().layout(&desk.sources()).unwrap();
    let warm = engine.last().unwrap();
    assert_eq!(hashes(warm), hashes(&fresh));
    assert_eq!((&warm.articles, &warm.findings), (&fresh.articles, &fresh.findings));
    assert!(
        engine.pdf(PdfTarget::Screen).unwrap() == {
            let mut other = self::engine();
            other.layout(&desk.sources()).unwrap();
            other.pdf(PdfTarget::Screen).unwrap()
        }
    );
}

/// How far two pictures of a page differ in one value of a pixel, at most.
fn difference(one: &[u8], other: &[u8]) -> u8 {
    let read = |bytes| image::load_from_memory(bytes).unwrap().into_rgb8();
    let (one, other) = (read(one), read(other));
    assert_eq!(one.dimensions(), other.dimensions());
    one.as_raw().iter().zip(other.as_raw()).map(|(one, other)| one.abs_diff(*other)).max().unwrap()
}

#[test]
fn a_page_drawn_again_where_it_changed_is_the_page_drawn_anew() {
    let mut desk = Desk::new(&[("first", &LONG.repeat(9)), ("second", "Short.")]);
    let mut engine = engine();
    let picture = |engine: &mut Engine, layout: &Layout| {
        let (first, _) = pages_of(layout, "first");
        engine.picture(&layout.pages[first as usize - 1].hash, 108.0, PictureFormat::Jpeg).unwrap()
    };
    let layout = engine.layout(&desk.sources()).unwrap();
    let before = picture(&mut engine, &layout);
    let (mut dice, mut body) = (Dice(7), LONG.repeat(9));
    for edit in 1..=12 {
        match dice.below(4) {
            0 => body.insert_str(0, "## A head\n\n"),
            1 => body.insert_str(0, "> [!pullquote]\n> Words.\n\n"),
            _ => body.insert(dice.below(LONG.len()), 'x'),
        }
        desk.issue.articles[0] = desk.article("first", &body);
        let layout = engine.update(&desk.issue.articles[0]).unwrap();
        let drawn = picture(&mut engine, &layout);
        if edit % 4 == 0 {
            let mut fresh = self::engine();
            let layout = fresh.layout(&desk.sources()).unwrap();
            let off = difference(&drawn, &picture(&mut fresh, &layout));
            assert!(off < 40, "edit {edit}: {off}");
            assert!(difference(&drawn, &before) > 100, "the measure finds what is different");
        }
    }
}

#[test]
fn the_newest_edit_ends_a_long_layout_of_an_older_one() {
    let mut desk = Desk::new(&[("first", "A"), ("second", "B")]);
    desk.add_to_template("#let scenebreak() = for a in range(100000) { for b in range(100000) { let c = a * b } }\n");
    let mut engine = engine();
    let before = engine.layout(&desk.sources()).unwrap();
    let newest = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(2));
    engine.follow(&newest, 1);
    let endless = desk.article("first", "A\n\n***\n");
    assert!(matches!(engine.update(&endless), Err(EngineError::Superseded)));
    assert_eq!(engine.last(), Some(&before), "the last good pages stay");
    engine.follow(&newest, 2);
    let article = desk.article("first", "A and more");
    let after = engine.update(&article).unwrap();
    assert_eq!(after.findings, [], "what was ended for a newer edit is not feared");
    let same = hashes(&before).iter().zip(hashes(&after)).filter(|(before, after)| **before == *after).count();
    assert_eq!(same, before.pages.len() - 1);
    // The child is a new one and knows one article; the others are laid out when somebody looks.
    for page in &after.pages {
        assert!(engine.picture(&page.hash, 36.0, PictureFormat::Jpeg).is_ok());
    }
    assert!(engine.locate("second", desk.text("second").find('B').unwrap()).unwrap().is_some());
    assert!(engine.pdf(PdfTarget::Screen).is_ok());
}

#[test]
fn an_issue_that_is_begun_shows_its_first_pages_before_the_rest() {
    let desk = Desk::new(&[("first", &LONG.repeat(40)), ("second", &LONG.repeat(40))]);
    let mut engine = engine();
    let begun = engine.begin(&desk.sources()).unwrap();
    assert!(engine.picture(&begun.pages[0].hash, 72.0, PictureFormat::Jpeg).is_ok());
    let whole = engine.go_on().unwrap();
    assert!((1..whole.pages.len()).contains(&begun.pages.len()), "{} pages", begun.pages.len());
    assert_eq!(hashes(&whole), hashes(&self::engine().layout(&desk.sources()).unwrap()));
}

#[test]
fn photographs_have_stand_ins_while_somebody_types_and_none_in_the_pdf_or_at_rest() {
    let mut desk = Desk::new(&[("first", "Words.\n\n![Grain](media/x.jpg)\n"), ("second", "Short.")]);
    let pixels: Vec<u8> = (0..1800 * 1200 * 3).map(|at: usize| (at * at / 977 % 251) as u8).collect();
    let mut photograph = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut photograph, 90);
    encoder.encode(&pixels, 1800, 1200, jpeg_encoder::ColorType::Rgb).unwrap();
    desk.media.insert("media/x.jpg".to_owned(), photograph);
    let (mut plain, mut typing) = (engine(), engine().with_proxies());
    let (with, without) = (typing.layout(&desk.sources()).unwrap(), plain.layout(&desk.sources()).unwrap());
    assert_eq!(with.findings, without.findings);
    let differ: Vec<usize> =
        (0..with.pages.len()).filter(|at| with.pages[*at].hash != without.pages[*at].hash).collect();
    assert_eq!(differ, [2], "only the page with the photograph");
    let mut pictures = |ppi: f64| {
        let of = |engine: &mut Engine, layout: &Layout| engine.picture(&layout.pages[2].hash, ppi, PictureFormat::Png);
        (of(&mut typing, &with).unwrap(), of(&mut plain, &without).unwrap())
    };
    let (small, exact) = pictures(108.0);
    assert!(small != exact, "a stand-in is drawn while keys fall");
    let (sharp, exact) = pictures(144.0);
    assert!(sharp == exact, "the photograph is drawn at rest");
    assert!(typing.pdf(PdfTarget::Screen).unwrap() == plain.pdf(PdfTarget::Screen).unwrap());
    let again = typing.update(&desk.article("second", "Shorter.")).unwrap();
    assert_eq!(again.pages[2].hash, with.pages[2].hash, "the stand-ins are there again after a PDF");
}

#[test]
fn a_pdf_that_nobody_waits_for_any_more_ends_with_its_child() {
    let desk = Desk::new(&[("first", &LONG.repeat(600)), ("second", "Short.")]);
    let mut engine = engine();
    let newest = std::sync::Arc::default();
    engine.follow(&newest, 0);
    let pages = engine.layout(&desk.sources()).unwrap();
    let child = engine.process().unwrap();
    // It stands still, so that the PDF cannot be there before anybody looks up.
    assert!(std::process::Command::new("kill").args(["-STOP", &child.to_string()]).status().unwrap().success());
    newest.store(1, std::sync::atomic::Ordering::SeqCst);
    assert!(matches!(engine.pdf(PdfTarget::Print), Err(EngineError::Superseded)));
    assert_eq!(engine.process(), None, "{child}");
    engine.follow(&newest, 1);
    assert!(engine.pdf(PdfTarget::Print).unwrap().starts_with(b"%PDF"), "the next one begins anew");
    assert_eq!(hashes(engine.last().unwrap()), hashes(&pages));
}
