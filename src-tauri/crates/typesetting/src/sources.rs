//! What an issue's pages are made from, and the virtual files that the page engine sees instead of a disk.

use std::collections::BTreeMap;

use magazine::Issue;
use serde_json::json;

use crate::chain::{self, Link};
use crate::generate::Setting;
use crate::letters;
use crate::media::{self, Media};

/// Files by name, with `/` between the parts of a path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Everything an issue's pages are made from.
#[derive(Debug, Clone, Copy)]
pub struct IssueSources<'a> {
    /// The issue and its articles.
    pub issue: &'a Issue,
    /// The files of `assets/magazine`, by their path from there; the template begins in `vocabulary.typ`.
    pub template: &'a Files,
    /// The bundled fonts. No others are used, so that two desks get the same pages.
    pub fonts: &'a [Vec<u8>],
    /// The pictures, by the names that manuscripts use: `media/cover.svg`.
    pub media: &'a Files,
}

/// The virtual files of an issue, as the page engine gets them before anything was laid out: the template, the data,
/// the pictures and a generated file for each slot, whose page numbers are guesses. For designers and their tools.
#[must_use]
pub fn virtual_files(sources: &IssueSources<'_>) -> Files {
    let media = Media::probed(sources.media);
    let issue_file = issue_file(sources.issue);
    let setting = Setting { media: &media, language: &sources.issue.settings.language, issue_file: &issue_file };
    let links = chain::links(sources.issue);
    let firsts = chain::firsts(links.iter().map(|link| chain::Guess::default().pages(sources.issue, link)));
    let chain: Vec<(&Link, u32)> = links.iter().zip(firsts).collect();
    let mut files = shared_files(sources, &media);
    for (link, first) in &chain {
        let generated = chain::generate(&setting, sources.issue, &chain, link, *first);
        files.insert(link.path.clone(), generated.text.into_bytes());
    }
    files
}

/// The files that all documents of an issue share.
pub(crate) fn shared_files(sources: &IssueSources<'_>, media: &Media) -> Files {
    let template = sources.template.iter().map(|(name, bytes)| (format!("/magazine/{name}"), bytes.clone()));
    let usable = sources.media.iter().filter(|(name, _)| media.is_usable(name));
    let pictures = usable.map(|(name, bytes)| (media::virtual_path(name), bytes.clone()));
    let own = [
        ("/data/publication.json".to_owned(), publication_json(sources.issue)),
        ("/data/issue.json".to_owned(), issue_json(sources.issue)),
        (TARGET.to_owned(), br#"{"target": "screen"}"#.to_vec()),
        (LETTERS.to_owned(), letters::json(sources.fonts)),
        (media::STAND_IN.to_owned(), media::STAND_IN_SVG.as_bytes().to_vec()),
    ];
    template.chain(pictures).chain(own).collect()
}

/// What the fonts have.
pub(crate) const LETTERS: &str = "/data/letters.json";

/// What the pages are laid out for: the template takes its palette by it.
pub(crate) const TARGET: &str = "/data/target.json";

/// The path of `issue.toml` from the publication's folder.
pub(crate) fn issue_file(issue: &Issue) -> String {
    format!("issues/{}/issue.toml", issue.id)
}

fn publication_json(issue: &Issue) -> Vec<u8> {
    // The only ways to fail are a key that is no string and a number that is no number; there are none.
    serde_json::to_vec_pretty(&issue.publication).unwrap_or_default()
}

fn issue_json(issue: &Issue) -> Vec<u8> {
    let facts = json!({
        "id": issue.id,
        "number": issue.number,
        "title": issue.settings.title,
        "season": issue.settings.season,
        "date": issue.settings.date.to_string(),
        "language": issue.settings.language,
    });
    facts.to_string().into_bytes()
}
