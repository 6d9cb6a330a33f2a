//! An issue with every fault at once, and what `masthead check` has to say about it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::io::Cursor;

use expect_test::expect_file;
use image::{DynamicImage, ImageFormat};
use support::Publication;

const ARTICLE: &str = "issues/2026-q2/articles/faults.md";
const SETTINGS: &str = "issues/2026-q2/issue.toml";

/// Everything that an editor can get wrong in one issue.
fn every_fault() -> Publication {
    let publication = Publication::new();
    let fixture = |file: &str| fs::read_to_string(support::fixture("faults").join(file)).unwrap();
    let colophon = "The colophon goes on and on, and no page is long enough for all of it. ".repeat(260);
    publication.write(SETTINGS, &fixture("issue.toml").replace("COLOPHON", &colophon));
    publication.write(ARTICLE, &fixture("faults.md"));
    publication.write("issues/2026-q2/articles/standards.md", &fixture("standards.md"));
    fs::remove_file(publication.path("issues/2026-q2/articles/a.md")).unwrap();
    publication
        .write("issues/2026-q2/media/cover.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 6\"/>");
    let mut photo = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(600, 400).write_to(&mut photo, ImageFormat::Png).unwrap();
    fs::write(publication.path("issues/2026-q2/media/photo.png"), photo.into_inner()).unwrap();
    publication
}

#[test]
fn every_fault_is_told_with_its_code_its_line_and_what_to_do() {
    let checked = every_fault().run(&["check", "2026-q2"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (1, ""));
    expect_file!["faults/report.txt"].assert_eq(&checked.stdout);
}

#[test]
fn every_finding_has_a_line_a_column_and_a_hint() {
    let checked = every_fault().json(&["check", "2026-q2"]);
    let findings = checked["findings"].as_array().unwrap();
    assert!(findings.len() > 30, "{checked}");
    for finding in findings {
        let place = &finding["place"];
        assert!(place["line"].is_u64() && place["column"].is_u64() && finding["hint"].is_string(), "{finding}");
    }
    let fix = findings.iter().find(|finding| finding["code"] == "skipped-heading").unwrap();
    assert_eq!(fix["fix"]["replacement"], "##", "{fix}");
}

#[test]
fn what_needs_no_judgement_is_put_right_and_told() {
    let publication = every_fault();
    let before = publication.json(&["check", "2026-q2"]);
    let fixable = before["findings"].as_array().unwrap().iter().filter(|finding| finding["fix"].is_object()).count();
    let fixed = publication.json(&["check", "2026-q2", "--fix"]);
    assert_eq!(fixed["fixed"].as_array().unwrap().len(), fixable, "{}", fixed["fixed"]);
    assert!(fixed["findings"].as_array().unwrap().iter().all(|finding| finding["fix"].is_null()), "{fixed}");
    let article = fs::read_to_string(publication.path(ARTICLE)).unwrap();
    for right in ["\n## Skipped\n", "{.wide}", "> [!note] Mind", "](https://www.example.org)", "](standards.md)"] {
        assert!(article.contains(right), "{right}\n\n{article}");
    }
    let settings = fs::read_to_string(publication.path(SETTINGS)).unwrap();
    for right in ["season = \"Spring\"", "article = \"standards\"", "picture = \"media/cover.svg\""] {
        assert!(settings.contains(right), "{right}\n\n{settings}");
    }
    assert_eq!(publication.json(&["check", "2026-q2", "--fix"])["fixed"], serde_json::json!([]));
}

#[test]
fn a_note_alone_does_not_fail_a_check() {
    let publication = Publication::new();
    publication.write("issues/2026-q2/articles/later.md", support::ARTICLE);
    let checked = publication.run(&["check", "2026-q2"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(checked.stdout.ends_with("4 pages, 1 finding: 1 note\n"), "{}", checked.stdout);
}

#[test]
fn a_refused_pdf_names_the_line() {
    let publication = Publication::new();
    publication.write("issues/2026-q2/articles/a.md", "---\ntitle: A\n---\nText.\n\n## One\n\n#### Two\n");
    let built = publication.run(&["build", "2026-q2", "--target", "accessible"]);
    assert_eq!(built.code, 1);
    assert!(built.stderr.contains("at issues/2026-q2/articles/a.md:8:6"), "{}", built.stderr);
}
