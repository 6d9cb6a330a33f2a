//! The specimen issue: every word of the vocabulary, every width of a picture, every kind of chart and every size of
//! advertisement, laid out with the real template.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

use magazine::{Finding, Issue, Publication};
use typesetting::{Engine, EngineCommand, Files, IssueSources, Layout, Limits, generate, virtual_files};

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
fn the_specimen_is_laid_out_without_a_finding() {
    let specimen = Specimen::read();
    assert_eq!(specimen.findings, []);
    let (_, layout) = specimen.laid_out();
    assert_eq!(layout.findings, []);
    assert_eq!(layout.pages.len() % 4, 0, "{} pages", layout.pages.len());
}
