//! What is printed: the letters on laid-out pages are those of the manuscript, and joined pages are those of the whole.

use std::path::Path;

use magazine::{Article, ArticleKind, Block, BlockKind, Issue, IssueSettings, Output, PublicationSettings, plain_text};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

use crate::chain::{self, Link};
use crate::fingerprint;
use crate::generate::{self, Generated, Setting};
use crate::media::{Media, STAND_IN, STAND_IN_SVG};
use crate::press::Press;
use crate::process::protocol::{Blob, Document};

/// A template that prints the words it is given and not one of its own.
const BARE: &str = r##"
#let say(..words) = words.pos().filter(it => type(it) == content).map(it => it + parbreak()).join()
#let boxed(title: none, body) = { if title != none { title + parbreak() }; body }
#let article(kind: "", first-page: 1, language: "en", columns: 1, title: none, section: none, standfirst: none, authors: (), picture: none, body) = { set text(font: "Source Serif 4"); body }
#let (opening, para, quoted, pullquote, bullets) = (say, say, say, say, say)
#let subhead(level: 2, id: "", body) = say(body)
#let (sidebar, facts, note) = (boxed, boxed, boxed)
#let numbered(start: 1, ..items) = say(..items)
#let tasks(states, ..items) = say(..items)
#let figures(..entries) = entries.pos().map(((a, b)) => say(a + b)).join()
#let codeblock(language, body) = say(body)
#let datatable(align: (), header: (), rows: ()) = say(..header, ..rows.flatten())
#let picture(file: "", alt: "", caption: none, credit: none, width: "") = if caption != none { say(caption) }
#let chart(..rest) = none
#let scenebreak() = none
#let (stress, struck, code) = (it => it, it => it, it => it)
#let strong(body) = body
#let weblink(url, body) = body
#let footnote(body) = none
#let footnoteagain(number) = none
#let inlinepicture(file: "", alt: "") = none
"##;

fn read(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn press(template: &[u8]) -> Press {
    let mut press = Press::default();
    press.load_fonts(vec![Blob(read("../../../assets/fonts/source-serif/SourceSerif4Variable-Roman.ttf"))]);
    press.put("/magazine/vocabulary.typ", template.to_vec());
    press.put(STAND_IN, STAND_IN_SVG.as_bytes().to_vec());
    press
}

pub(crate) fn lay_out(press: &mut Press, path: &str, text: &str) -> PagedDocument {
    press.put_document(&Document { path: path.to_owned(), text: text.to_owned() });
    let (document, faults) = press.compile(path);
    document.unwrap_or_else(|| panic!("{faults:?}\n{text}"))
}

/// The words of a frame, in the order in which they were set.
fn words(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => words(&group.frame, text),
            FrameItem::Text(item) => text.push_str(&item.text),
            _ => {}
        }
    }
}

fn printed(document: &PagedDocument) -> String {
    let mut text = String::new();
    document.pages().iter().for_each(|page| words(&page.frame, &mut text));
    text
}

/// The blocks that go to the pages.
fn for_pages(blocks: &[Block]) -> Vec<Block> {
    let shown =
        blocks.iter().filter(|block| !matches!(&block.kind, BlockKind::Only { output, .. } if *output != Output::Pdf));
    shown.cloned().collect()
}

/// Letters alone: spaces, quotation marks and hyphens are the typesetter's. Text that runs from right to left is set in
/// its own order, so the letters are compared as a heap there.
fn bare(text: &str) -> String {
    let kept = |letter: &char| {
        !letter.is_whitespace()
            && !letter.is_control()
            && !"\"'“”„«»‘’‚‹›′″-‐\u{ad}\u{FFFD}\u{2028}\u{2029}".contains(*letter)
    };
    text.chars().filter(kept).collect()
}

/// The media and names of an article alone.
fn generated(text: &str) -> (Article, Generated) {
    let (article, _) = Article::read("a", "a.md", text, "en");
    let media = Media::default();
    let setting = Setting { media: &media, language: "en", issue_file: "issue.toml" };
    let generated = generate::article(&setting, &article, 1);
    (article, generated)
}

#[test]
fn what_is_printed_is_what_was_written() {
    let count = std::env::var("PRINTED_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(600);
    let mut runner = TestRunner::deterministic();
    let scraps = generate::tests::scraps();
    let mut press = press(BARE.as_bytes());
    let mut letters = 0;
    for number in 0..count {
        let text = scraps.new_tree(&mut runner).unwrap().current().replace('\u{202e}', "");
        let (article, generated) = generated(&format!("---\ntitle: T\nkind: department\n---\n{text}"));
        assert_eq!(article.front_matter.kind, ArticleKind::Department);
        let document = lay_out(&mut press, "/articles/a.typ", &generated.text);
        let (seen, written) = (bare(&printed(&document)), bare(&plain_text(&for_pages(&article.manuscript.blocks))));
        assert_eq!(seen, written, "text {number}: {text:?}\n{}", generated.text);
        letters += written.chars().count();
        if number % 50 == 0 {
            press.keep(Vec::new());
        }
    }
    assert!(letters > count as usize, "{letters} letters in {count} texts are too few to say anything");
}

const ISSUE: &str = r#"
title = "Lights"
date = 2026-12-01
running-order = [
  { page = "cover" }, { page = "contents" }, { article = "first" }, { ad = "media/x.svg", alt = "An ad", advertiser = "A" },
  { article = "second" }, { article = "third" }, { page = "colophon" }, { page = "back-cover" },
]
[cover]
headline = "One line"
lines = [{ title = "Go to the second", article = "second" }]
[colophon]
text = "Made by *hand*."
[back-cover]
text = "Until spring"
"#;

fn issue() -> Issue {
    let (publication, _) = PublicationSettings::read("assets/publication.toml", "name = \"Test\"");
    let id = "2026-q4".parse().unwrap();
    let (settings, _) = IssueSettings::read(id, "issue.toml", ISSUE, &publication);
    let long =
        "Words of a paragraph that is long enough for a line or two.[^1] And *more*.\n\n## A head\n\n- one\n- two\n\n";
    let article = |(slug, count): (&str, usize)| {
        let note = if slug == "first" { "[^1]: A note.\n" } else { "" };
        let body = if note.is_empty() { long.replace("[^1]", "") } else { long.to_owned() };
        let text = format!("---\ntitle: The {slug} title\n---\n{}{note}", body.repeat(count));
        Article::read(slug, &format!("{slug}.md"), &text, "en").0
    };
    let articles = [("first", 30), ("second", 1), ("third", 12)].map(article).to_vec();
    Issue { id, number: 41, settings, articles, publication }
}

/// The documents of an issue, each with the pages before it counted.
pub(crate) fn settled(press: &mut Press, issue: &Issue, media: &Media) -> Vec<(Link, String, PagedDocument)> {
    let setting = Setting { media, language: &issue.settings.language, issue_file: "issue.toml" };
    let links = chain::links(issue);
    let mut counts = vec![1; links.len()];
    loop {
        let firsts = chain::firsts(counts.iter().copied());
        let chain: Vec<(&Link, u32)> = links.iter().zip(firsts).collect();
        let documents: Vec<_> = chain
            .iter()
            .map(|(link, first)| {
                let generated = chain::generate(&setting, issue, &chain, link, *first);
                let document = lay_out(press, &link.path, &generated.text);
                ((*link).clone(), generated.text, document)
            })
            .collect();
        let new: Vec<u32> = documents.iter().map(|(_, _, document)| document.pages().len() as u32).collect();
        if new == counts {
            return documents;
        }
        counts = new;
    }
}

/// The whole as one document: the generated files one after the other, each on a new page. A magazine counts its
/// footnotes by article and one document counts them on, so only one article of this issue has any.
fn whole(documents: &[(Link, String, PagedDocument)]) -> String {
    let mut text = String::new();
    for (link, _, _) in documents {
        text.push_str(&format!("#include \"{}\"\n#pagebreak(weak: true)\n", link.path));
    }
    text
}

fn hashes(document: &PagedDocument) -> Vec<String> {
    document.pages().iter().map(fingerprint::of).collect()
}

#[test]
fn joined_pages_are_the_pages_of_the_whole() {
    let mut press = press(&read("tests/template/vocabulary.typ"));
    let documents = settled(&mut press, &issue(), &Media::default());
    let joined: Vec<String> = documents.iter().flat_map(|(_, _, document)| hashes(document)).collect();
    let whole = lay_out(&mut press, "/whole.typ", &whole(&documents));
    assert!(joined.len() > 12, "{} pages say little", joined.len());
    let unlike: Vec<usize> = (0..joined.len()).filter(|page| hashes(&whole).get(*page) != joined.get(*page)).collect();
    assert_eq!(unlike, [0; 0], "of {} joined and {} whole", joined.len(), whole.pages().len());
    assert_eq!(joined.len(), whole.pages().len());
}
