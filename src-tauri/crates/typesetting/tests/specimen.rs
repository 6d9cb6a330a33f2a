//! The specimen issue: every word of the vocabulary, every width of a picture, every kind of chart and every size of
//! advertisement, laid out with the real template.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

use magazine::{Article, Code, Finding, Issue, Publication, Severity};
use typesetting::{Engine, EngineCommand, Files, IssueSources, Layout, Limits, SlotName, generate, virtual_files};

/// The specimen's own words and pictures, with the repository's template and fonts.
struct Specimen {
    issue: Issue,
    findings: Vec<Finding>,
    template: Files,
    fonts: Vec<Vec<u8>>,
    media: Files,
}

impl Specimen {
    fn read() -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = Publication::open(&crate_folder.join("../../..")).unwrap();
        let own = Publication::open(&crate_folder.join("tests/specimen")).unwrap();
        assert_eq!(own.findings(), []);
        let (issue, mut findings) = own.read_issue("2026-q4".parse().unwrap()).unwrap();
        let (media, more) = own.media(&issue);
        findings.extend(more);
        let fonts = repository.assets("fonts").unwrap().into_iter().filter(|(name, _)| !name.ends_with(".md"));
        Self {
            issue,
            findings,
            template: repository.assets("magazine").unwrap(),
            fonts: fonts.map(|(_, bytes)| bytes).collect(),
            media,
        }
    }

    fn sources(&self) -> IssueSources<'_> {
        IssueSources { issue: &self.issue, template: &self.template, fonts: &self.fonts, media: &self.media }
    }

    fn laid_out(&self) -> (Engine, Layout) {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
        let mut engine = Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default());
        let layout = engine.layout(&self.sources()).unwrap();
        (engine, layout)
    }

    /// Changes the template.
    fn edit(&mut self, file: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.template[file].clone()).unwrap();
        assert!(text.contains(from), "{from}");
        self.template.insert(file.to_owned(), text.replace(from, to).into_bytes());
    }

    /// What was found, as the terminal shows it.
    fn told(layout: &Layout) -> String {
        layout.findings.iter().map(|finding| format!("{finding}\n")).collect()
    }

    /// Every generated file, one after the other.
    fn generated(&self) -> String {
        let files = virtual_files(&self.sources()).into_iter();
        let generated = files.filter(|(name, _)| name.starts_with("/articles/") || name.starts_with("/pages/"));
        generated.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
    }
}

#[test]
fn the_specimen_uses_every_word_of_the_vocabulary() {
    let text = Specimen::read().generated();
    let missing: Vec<_> = generate::vocabulary()
        .iter()
        // Stands in only for what cannot be laid out.
        .filter(|word| **word != "placeholder")
        .filter(|word| ![format!("#{word}("), format!("#{word}[")].iter().any(|call| text.contains(call)))
        .collect();
    assert_eq!(missing, Vec::<&&str>::new());
}

#[test]
fn the_specimen_uses_every_choice_of_the_vocabulary() {
    let text = Specimen::read().generated();
    let choices = [
        ("width: ", ["column", "wide", "full", "page", "bleed", "spread"].as_slice()),
        ("size: ", &["full", "half", "third", "quarter"]),
        ("chart(kind: ", &["bar", "line", "area", "pie"]),
        ("article.with(kind: ", &["feature", "letter", "department", "numbers", "listing"]),
    ];
    for (name, values) in choices {
        for value in values {
            assert!(text.contains(&format!("{name}\"{value}\"")), "{name}{value}");
        }
    }
    for more in ["columns: 1", "columns: 2", "columns: 3", "signature: (", "(role: ", "language: \"ro\"", "tasks("] {
        assert!(text.contains(more), "{more}");
    }
}

#[test]
fn the_specimen_is_laid_out_without_a_fault() {
    let specimen = Specimen::read();
    assert_eq!(specimen.findings, []);
    let (_, layout) = specimen.laid_out();
    let faults: Vec<_> = layout.findings.iter().filter(|finding| finding.severity > Severity::Note).collect();
    assert_eq!(faults, Vec::<&Finding>::new());
    assert_eq!(layout.pages.len() % 4, 0, "{} pages", layout.pages.len());
}

#[test]
fn small_advertisements_share_pages() {
    let (_, layout) = Specimen::read().laid_out();
    let ads: Vec<_> = layout
        .pages
        .iter()
        .filter_map(|page| match page.slot {
            SlotName::Ad(first) => Some(first),
            SlotName::Page(_) | SlotName::Article(_) => None,
        })
        .collect();
    // A full one; two halves; three thirds; four quarters; a half and two quarters; one quarter.
    assert_eq!(ads, [1, 2, 4, 7, 11, 14]);
}

#[test]
fn a_function_that_the_template_lacks_is_the_templates_fault() {
    let mut specimen = Specimen::read();
    specimen.edit("vocabulary.typ", ", scenebreak", "");
    let (_, layout) = specimen.laid_out();
    let found = Specimen::told(&layout);
    assert!(
        found.contains("error: the template has no function `scenebreak`\n  at assets/magazine/vocabulary.typ"),
        "{found}"
    );
    assert!(found.contains("error: `words` is a placeholder"), "{found}");
}

#[test]
fn arguments_that_the_template_does_not_take_are_the_templates_fault() {
    let mut specimen = Specimen::read();
    specimen.edit("boxes.typ", "#let facts(title: none, body)", "#let facts(body)");
    let (_, layout) = specimen.laid_out();
    let found = Specimen::told(&layout);
    assert!(
        found
            .contains("error: the template's `facts` does not take what the pages give it: unexpected argument: title"),
        "{found}"
    );
}

#[test]
fn an_error_in_the_template_is_shown_there_once_and_an_error_in_the_text_in_the_text() {
    let mut specimen = Specimen::read();
    let lines = String::from_utf8(specimen.template["boxes.typ"].clone()).unwrap().lines().count();
    specimen.template.get_mut("boxes.typ").unwrap().extend(b"#let broken = 1 + \"a\"\n");
    let (_, layout) = specimen.laid_out();
    let expected = format!("assets/magazine/boxes.typ:{}:15", lines + 1);
    assert_eq!(Specimen::told(&layout).matches("error:").count(), 1, "{}", Specimen::told(&layout));
    assert!(Specimen::told(&layout).contains(&expected), "{}", Specimen::told(&layout));
}

#[test]
fn ten_thousand_quotes_inside_each_other_are_set_and_told_in_the_manuscript() {
    for nested in ["> ".repeat(10_000), "> [!note]\n> ".to_owned() + &"> ".repeat(200)] {
        let mut specimen = Specimen::read();
        let file = "issues/2026-q4/articles/scripts.md";
        let text = format!("---\ntitle: Deep\n---\nFirst.\n\n{nested}the last words\n");
        let (article, _) = Article::read("scripts", file, &text, "en");
        *specimen.issue.articles.iter_mut().find(|known| known.slug == "scripts").unwrap() = article;
        let (_, layout) = specimen.laid_out();
        let deep = layout.findings.iter().find(|finding| finding.code == Code::TooDeep).unwrap();
        assert_eq!(deep.place.as_ref().unwrap().file, file);
        assert!(!layout.findings.iter().any(|finding| finding.severity == Severity::Error), "{:#?}", layout.findings);
    }
}
