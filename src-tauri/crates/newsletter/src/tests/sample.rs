//! A small issue to write editions for.

use std::collections::BTreeMap;

use magazine::{Article, Edition, Finding, Issue, IssueSettings, PublicationSettings};

use crate::{Frame, Mail, PersonField, PictureSize, Pictures, Sources, compose, fill};

const PUBLICATION: &str = r#"
name = "Smart City Magazine"
masthead = "Smart City"
tagline = "Magazine"
publisher = "The Organization"
first-issue = "2016-q4"
languages = ["en", "ro"]
web = "https://magazine.example.org"
postal-address = ["1 Long Street", "Sibiu <RO>"]

[sender]
name = "The editors"
address = "desk@example.org"
"#;

const ISSUE: &str = r#"
title = "The audit issue"
season = "Winter 2026"
date = "2026-12-01"
"#;

const ARTICLES: [(&str, &str); 3] = [
    (
        "audit",
        "title: Know the city before you <wire> it\nsection: Feature\nstandfirst: An audit pays for the rest.\n\
         picture: media/audit.svg\npicture-alt: A city at night",
    ),
    (
        "oras",
        "title: Orașul, citit din nou\nsection: Eseu\nsummary: Pe strada mare.\nlanguage: ro\npicture: media/oras.jpg",
    ),
    ("letter", "title: From the editors"),
];

/// What an edition is composed with.
pub(super) struct Desk {
    pub(super) issue: Issue,
    pub(super) frame: Frame,
    pub(super) pictures: Pictures,
    pub(super) pages: BTreeMap<String, u32>,
}

pub(super) fn desk() -> Desk {
    let (publication, _) = PublicationSettings::read("assets/publication.toml", PUBLICATION);
    let id = "2026-q4".parse().unwrap();
    let (settings, _) = IssueSettings::read(id, "issues/2026-q4/issue.toml", ISSUE, &publication);
    let articles = ARTICLES.iter().map(|(slug, front)| {
        let file = format!("issues/2026-q4/articles/{slug}.md");
        Article::read(slug, &file, &format!("---\n{front}\n---\nText.\n"), "en").0
    });
    let issue = Issue { id, number: 41, settings, articles: articles.collect(), publication };
    let size = PictureSize { width: 1600, height: 900 };
    let files = ["media/audit.svg", "media/oras.jpg", "media/mail-head.svg", "media/tram.png"];
    let pictures = files.map(|file| (file.to_owned(), size)).into();
    Desk { issue, frame: Frame::house(), pictures, pages: BTreeMap::new() }
}

impl Desk {
    /// The mail of an edition's whole text.
    pub(super) fn mail(&self, text: &str) -> (Mail, Vec<Finding>) {
        let id = "2026-q4/launch".parse().unwrap();
        let (edition, _) = Edition::read(&id, "issues/2026-q4/editions/launch.md", text, "en");
        let Self { issue, frame, pictures, pages } = self;
        compose(&Sources { edition: &edition, text, issue, frame, pictures, pages })
    }
}

/// An edition with these words below a plain front matter.
pub(super) fn edition(body: &str) -> String {
    format!("---\nsubject: Number 41\npreheader: The audit issue.\n---\n{body}\n")
}

/// The values of one reader, each its own name in brackets.
pub(super) fn reader(field: PersonField) -> String {
    format!("[{}]", field.name())
}

/// The body of the HTML part as Ana reads it, a line an element, without what only says how it looks.
pub(super) fn body(mail: &Mail) -> String {
    let html = fill(&mail.html, reader);
    let (_, from_begin) = html.split_once(BODY_BEGIN).unwrap();
    let (body, _) = from_begin.split_once(BODY_END).unwrap();
    let mut bare = body.to_owned();
    for name in ["style", "role", "width", "cellpadding", "cellspacing", "border", "valign"] {
        bare = without(&bare, name);
    }
    bare.replace("><", ">\n<")
}

const BODY_BEGIN: &str = "line-height:28px;text-align:left;color:#12263A;\">";
const BODY_END: &str = "</div></td></tr></tbody>";

fn without(html: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(&start) {
        kept.push_str(before);
        rest = after.split_once('"').map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The text part between its head and its foot.
pub(super) fn text(mail: &Mail) -> String {
    let text = fill(&mail.text, reader);
    let body = text.split_once("===\n\n").map_or(text.as_str(), |(_, body)| body);
    let end = body.find("The whole issue on the web").unwrap_or(body.len());
    body[..end].trim_end().to_owned()
}

pub(super) fn lines(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
