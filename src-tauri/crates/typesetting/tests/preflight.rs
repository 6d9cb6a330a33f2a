//! What is seen on the pages: a rule a row, each with pages that break it and pages that just do not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use image::{DynamicImage, ImageFormat};
use lopdf::{Dictionary, Document, Stream, dictionary};
use magazine::{Article, Issue, IssueSettings, PublicationSettings};
use typesetting::{Engine, EngineCommand, EngineError, Files, IssueSources, Limits, PdfTarget, with_lines};

const ISSUE: &str = "title = \"One\"\ndate = 2026-12-01\nrunning-order = [{ article = \"a\" }, { page = \"colophon\" }]\n\
                     [colophon]\ntext = \"\"\"\nMade by hand.\n\"\"\"\n";
const ARTICLE: &str = "issues/2026-q4/articles/a.md";
const SETTINGS: &str = "issues/2026-q4/issue.toml";

/// The pages are 120 × 160 mm, the pictures on them 40 mm wide.
struct Pages {
    template: String,
    article: String,
    issue: String,
}

impl Pages {
    fn of(body: &str) -> Self {
        let template = fs::read_to_string(here("tests/template/vocabulary.typ")).unwrap();
        Self { template, article: format!("---\ntitle: A title\n---\n{body}\n"), issue: ISSUE.to_owned() }
    }

    /// With another definition of a word of the template.
    fn with(mut self, word: &str, other: &str) -> Self {
        assert!(self.template.contains(word), "the template has no `{word}`");
        self.template = self.template.replace(word, other);
        self
    }

    fn with_engine<T>(&self, use_it: impl FnOnce(&mut Engine, &IssueSources<'_>) -> T) -> T {
        let (publication, _) = PublicationSettings::read("assets/publication.toml", "name = \"Test\"");
        let id = "2026-q4".parse().unwrap();
        let (settings, _) = IssueSettings::read(id, SETTINGS, &self.issue, &publication);
        let (article, _) = Article::read("a", ARTICLE, &self.article, "en");
        let issue = Issue { id, number: 41, settings, articles: vec![article], publication };
        let template = Files::from([("vocabulary.typ".to_owned(), self.template.clone().into_bytes())]);
        let fonts = [fs::read(here("../../../assets/fonts/source-serif/SourceSerif4Variable-Roman.ttf")).unwrap()];
        let sources = IssueSources { issue: &issue, template: &template, fonts: &fonts, media: &media() };
        let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
        let mut engine = Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default());
        use_it(&mut engine, &sources)
    }

    fn lined(&self, findings: Vec<magazine::Finding>) -> String {
        let text = |file: &str| match file {
            ARTICLE => Some(self.article.clone()),
            SETTINGS => Some(self.issue.clone()),
            _ => None,
        };
        let told: Vec<String> = with_lines(findings, text).iter().map(ToString::to_string).collect();
        told.join("\n")
    }

    fn check(&self, expected: Expect) {
        let layout = self.with_engine(|engine, sources| engine.layout(sources).unwrap());
        expected.assert_eq(&self.lined(layout.findings));
    }

    fn check_refusal(&self, expected: Expect) {
        let refused = self.with_engine(|engine, sources| {
            engine.layout(sources).unwrap();
            engine.pdf(PdfTarget::Accessible).unwrap_err()
        });
        let EngineError::Refused(findings) = refused else { panic!("{refused}") };
        expected.assert_eq(&self.lined(findings));
    }
}

/// 40 mm at 250 ppi are 394 pixels, at 249 only 392.
fn media() -> Files {
    let png = |picture: DynamicImage| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    Files::from([
        ("media/grey.png".to_owned(), png(DynamicImage::new_luma8(394, 200))),
        ("media/wide.png".to_owned(), png(DynamicImage::new_luma8(400, 200))),
        ("media/small.png".to_owned(), png(DynamicImage::new_luma8(392, 200))),
        ("media/colour.png".to_owned(), png(DynamicImage::new_rgb8(400, 200))),
        ("media/ad.pdf".to_owned(), one_page()),
    ])
}

/// A PDF as an advertiser sends it.
fn one_page() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(Dictionary::new(), b"0 0 50 50 re f".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 100.into(), 100.into()],
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, tree.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn pages_with_nothing_wrong_have_no_findings() {
    Pages::of("Text, ș and ț too.\n\n![A picture](media/grey.png)").check(expect![[r#""#]]);
}

#[test]
fn a_picture_below_250_ppi_is_a_finding() {
    Pages::of("![A picture](media/small.png)").check(expect![[r#"
        warning: the picture `media/small.png` is printed at 249 ppi: 392 × 200 pixels on 40 × 20 mm
          at issues/2026-q4/articles/a.md:4:1
          hint: 394 × 201 pixels would be enough (250 ppi); a larger file, or less room for it"#]]);
}

#[test]
fn a_picture_is_measured_at_the_size_it_is_placed_in() {
    Pages::of("![A picture](media/grey.png)").with("width: 40mm), caption", "width: 60mm), caption").check(expect![[
        r#"
            warning: the picture `media/grey.png` is printed at 167 ppi: 394 × 200 pixels on 60 × 30 mm
              at issues/2026-q4/articles/a.md:4:1
              hint: 591 × 300 pixels would be enough (250 ppi); a larger file, or less room for it"#
    ]]);
}

#[test]
fn an_rgb_picture_is_noted_once() {
    Pages::of("![A picture](media/colour.png)\n\n![Again](media/colour.png)").check(expect![[r#"
        note: the picture `media/colour.png` is RGB: in print the press converts its colours
          at issues/2026-q4/articles/a.md:4:1
          hint: convert it to CMYK with the printer's profile where its colours have to be exact"#]]);
}

#[test]
fn a_letter_that_no_font_has_is_a_finding_where_it_was_written() {
    Pages::of("Text with 中 and 中.\n\nAnd `文` in code.").check(expect![[r#"
        error: no bundled font has the letter `中` (U+4E2D), 2 times
          at issues/2026-q4/articles/a.md:4:11
          hint: readers see its number in a frame; write it another way, or add a font to `assets/fonts`
        error: no bundled font has the letter `文` (U+6587)
          at issues/2026-q4/articles/a.md:6:6
          hint: readers see its number in a frame; write it another way, or add a font to `assets/fonts`"#]]);
}

#[test]
fn words_within_3_mm_of_the_trim_are_a_finding() {
    Pages::of("Words at the edge.").with("margin: 12mm", "margin: 2.4mm").check(expect![[r#"
        warning: `A title` stands 2.0 mm from the top edge of page 1
          at issues/2026-q4/articles/a.md:2:8
          hint: knives wander: a printer asks for 3 mm; shorten the words, or move them in the template
        warning: `Words at the edge.` stands 2.4 mm from the left edge of page 1
          at issues/2026-q4/articles/a.md:4:1
          hint: knives wander: a printer asks for 3 mm; shorten the words, or move them in the template
        warning: `Made by hand.` stands 2.2 mm from the top edge of page 2
          at issues/2026-q4/issue.toml:6:1
          hint: knives wander: a printer asks for 3 mm; shorten the words, or move them in the template"#]]);
    Pages::of("Words at the edge.").with("margin: 12mm", "margin: (x: 3.2mm, y: 12mm)").check(expect![[r#""#]]);
}

#[test]
fn words_that_run_off_the_page_are_a_finding() {
    Pages::of("Text.\n\n> [!note]\n> These words begin beyond the edge.")
        .with("#let note = box-of", "#let note(title: none, body) = place(left, dx: -30mm, body)")
        .check(expect![[r#"
            error: `These words begin beyond the edge.` runs off page 1 at the left
              at issues/2026-q4/articles/a.md:7:3
              hint: shorten the words, or give them more room"#]]);
}

#[test]
fn a_box_that_the_template_finds_too_small_is_told_by_its_words() {
    let small = "#let note(title: none, body) = { [#metadata((what: \"the note\", over: 28.35))<overset>]; body }";
    Pages::of("Text.\n\n> [!note]\n> Too many words.").with("#let note = box-of", small).check(expect![[r#"
        error: the note on page 1 has 10.0 mm more than fits its room
          at issues/2026-q4/articles/a.md:7:3
          hint: shorten its words"#]]);
}

#[test]
fn words_that_their_box_cuts_off_are_a_finding() {
    let cut = |height: &str| {
        let small = format!("#let note(title: none, body) = block(height: {height}, width: 40mm, clip: true, body)");
        Pages::of("Text.\n\n> [!note]\n> Words enough that they fill three lines of a small box by far.")
            .with("#let note = box-of", &small)
    };
    cut("16pt").check(expect![[r#"
        error: the box with `a small box by far.` on page 1 has 6.9 mm more than fits its room
          at issues/2026-q4/articles/a.md:7:46
          hint: shorten its words"#]]);
    cut("30mm").check(expect![[r#""#]]);
}

#[test]
fn a_fixed_page_that_becomes_two_is_a_finding() {
    let mut pages = Pages::of("Text.");
    pages.issue = pages.issue.replace("Made by hand.", &"The colophon goes on and on. ".repeat(200));
    pages.check(expect![[r#"
        error: the colophon takes 4 pages instead of one
          at issues/2026-q4/issue.toml:5:1 (`colophon.text`)
          hint: shorten its words until they fit the page"#]]);
}

#[test]
fn what_the_pdf_writer_refuses_is_told_where_it_was_written() {
    Pages::of("Text.\n\n## One\n\nMore.\n\n#### Two\n\n## Three\n\n##### Four").check_refusal(expect![[r#"
        error: PDF/UA-1 error: skipped from heading level 2 to 4
          at issues/2026-q4/articles/a.md:10:6
          hint: heading levels must be consecutive
        error: PDF/UA-1 error: skipped from heading level 2 to 5
          at issues/2026-q4/articles/a.md:14:7
          hint: heading levels must be consecutive"#]]);
    Pages::of("![A picture](media/grey.png)\n\n![](media/wide.png)")
        .with(
            "figure(image(file, alt: alt, width: 40mm), caption: caption)",
            "image(file, alt: if alt != \"\" { alt }, width: 40mm)",
        )
        .check_refusal(expect![[r#"
            error: PDF/A-2a, PDF/UA-1 error: missing alt text
              at issues/2026-q4/articles/a.md:6:1
              hint: make sure your images and equations have alt text"#]]);
}

#[test]
fn an_advertisement_that_is_a_pdf_is_named_when_the_accessible_pdf_cannot_hold_it() {
    let mut pages = Pages::of("Text.");
    let half =
        |file: &str| format!("{{ ad = \"media/{file}\", alt = \"An ad\", advertiser = \"A\", size = \"half\" }},\n  ");
    let ads = half("wide.png") + &half("ad.pdf");
    pages.issue = pages.issue.replace("{ page = \"colophon\" }", &format!("\n  {ads}{{ page = \"colophon\" }}"));
    pages.check_refusal(expect![[r#"
        error: `media/ad.pdf` is a PDF, which the accessible edition cannot hold
          at issues/2026-q4/issue.toml:5:5
          hint: supply it as SVG or PNG"#]]);
}

#[test]
fn pages_that_never_come_to_rest_are_a_finding() {
    let restless = "#let note(title: none, body) = context { if query(<seen>).len() == 0 [#metadata(1)<seen>]; body }";
    let pages = Pages::of("Text.\n\n> [!note]\n> Words.").with("#let note = box-of", restless);
    pages.check(expect![[r#"
        warning: the pages of `a` still moved after five layouts: a box or picture may stand wrongly
          at issues/2026-q4/articles/a.md:1:1
          hint: look at its pages; moving or taking out one of its boxes, tables or large pictures lets them rest"#]]);
    // The hint is true.
    Pages::of("Text.").with("#let note = box-of", restless).check(expect![[r#""#]]);
}
