//! An issue as a chain of documents: which files it is made of and on which page each begins.
//!
//! What crosses articles (the contents page's numbers, the cover lines' numbers, left and right pages) is handed to
//! each document as data, so that a change in one leaves the others alone.

use std::collections::{BTreeMap, BTreeSet};

use magazine::{Ad, Article, FixedPage, Issue, Slot};
use serde::{Deserialize, Serialize};

use crate::generate::{self, Generated, Setting};

/// Which entry of the running order a page belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotName {
    /// A page that the template makes.
    Page(FixedPage),
    /// An article, by its file name.
    Article(String),
    /// An advertisement, counted from 1, or a page of smaller ones, by the first of them.
    Ad(u32),
}

/// One document of the chain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    pub(crate) name: SlotName,
    /// The path of its generated file.
    pub(crate) path: String,
    ads: Vec<Ad>,
}

impl Link {
    /// The file of the advertisement it is, or of the first on its page.
    pub(crate) fn ad_file(&self) -> Option<&str> {
        self.ads.first().map(|ad| ad.picture.file.as_str())
    }

    /// Whether the page numbers of articles stand on it.
    pub(crate) fn names_others(&self) -> bool {
        matches!(self.name, SlotName::Page(FixedPage::Cover | FixedPage::Contents))
    }

    /// The article it is, when it is one.
    pub(crate) fn slug(&self) -> Option<&str> {
        match &self.name {
            SlotName::Article(slug) => Some(slug),
            SlotName::Page(_) | SlotName::Ad(_) => None,
        }
    }
}

/// The documents of an issue in the running order; an entry that stands there twice counts once. Small
/// advertisements that follow each other share a page as long as there is room on it.
pub(crate) fn links(issue: &Issue) -> Vec<Link> {
    const PAGE: u32 = 12;
    let mut links: Vec<Link> = Vec::new();
    let (mut ads, mut room) = (0, 0);
    for slot in &issue.settings.running_order {
        let (name, path) = match slot {
            Slot::Page(page) => (SlotName::Page(*page), page_path(*page).to_owned()),
            Slot::Article(slug) => (SlotName::Article(slug.clone()), article_path(slug)),
            Slot::Ad(ad) => {
                ads += 1;
                match links.last_mut() {
                    Some(page) if ad.size.twelfths() <= room => {
                        room -= ad.size.twelfths();
                        page.ads.push(ad.clone());
                    }
                    _ => {
                        room = PAGE - ad.size.twelfths();
                        let path = format!("/pages/ad-{ads}.typ");
                        links.push(Link { name: SlotName::Ad(ads), path, ads: vec![ad.clone()] });
                    }
                }
                continue;
            }
        };
        room = 0;
        links.push(Link { name, path, ads: Vec::new() });
    }
    let mut paths = BTreeSet::new();
    links.retain(|link| paths.insert(link.path.clone()));
    links
}

/// How many pages documents will probably take, before they were ever laid out. What follows a document that takes
/// another number of them is laid out twice, so it learns from those that were.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guess {
    words_on_a_page: f64,
}

impl Default for Guess {
    fn default() -> Self {
        Self { words_on_a_page: 450.0 }
    }
}

impl Guess {
    /// An opener, and what stays empty on the last page.
    const BESIDE_THE_WORDS: f64 = 0.65;

    /// From the words of articles and the pages that they take.
    pub(crate) fn from(articles: impl Iterator<Item = (usize, usize)>) -> Self {
        let (words, pages) = articles.fold((0.0, 0.0), |(words, pages), (more_words, more_pages)| {
            (words + more_words as f64, pages + (more_pages as f64 - Self::BESIDE_THE_WORDS).max(0.2))
        });
        if words > 0.0 { Self { words_on_a_page: words / pages } } else { Self::default() }
    }

    pub(crate) fn pages(self, issue: &Issue, link: &Link) -> u32 {
        let SlotName::Article(slug) = &link.name else { return 1 };
        let Some(article) = issue.article(slug) else { return 1 };
        let by_words = || article.manuscript.words() as f64 / self.words_on_a_page + Self::BESIDE_THE_WORDS;
        article.front_matter.budget.unwrap_or_else(|| by_words().round().max(1.0) as u32)
    }
}

/// The first page of each document, from the number of pages of each.
pub(crate) fn firsts(counts: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let next = |page: &mut u32, count| {
        let first = *page;
        *page += count;
        Some(first)
    };
    counts.into_iter().scan(1, next).collect()
}

/// The generated file of one document of the chain, when the documents begin on these pages.
pub(crate) fn generate(
    setting: &Setting<'_>,
    issue: &Issue,
    chain: &[(&Link, u32)],
    link: &Link,
    first: u32,
) -> Generated {
    match &link.name {
        SlotName::Article(slug) => match issue.article(slug) {
            Some(article) => generate::article(setting, article, first),
            None => {
                let message = "the running order names this article, but it has no file";
                generate::placeholder(setting, setting.issue_file, slug, message, first)
            }
        },
        SlotName::Ad(_) => generate::advert(setting, &link.ads, first),
        SlotName::Page(FixedPage::Cover) => {
            let firsts: BTreeMap<&str, u32> =
                placed(issue, chain).into_iter().map(|(first, article)| (article.slug.as_str(), first)).collect();
            generate::cover(setting, issue, &firsts, first)
        }
        SlotName::Page(FixedPage::Contents) => generate::contents(setting, issue, &placed(issue, chain), first),
        SlotName::Page(FixedPage::Colophon) => generate::colophon(setting, issue, first),
        SlotName::Page(FixedPage::BackCover) => generate::back_cover(setting, issue, first),
    }
}

fn placed<'a>(issue: &'a Issue, chain: &[(&Link, u32)]) -> Vec<(u32, &'a Article)> {
    let articles = chain.iter().filter_map(|(link, first)| match &link.name {
        SlotName::Article(slug) => Some((*first, issue.article(slug)?)),
        SlotName::Page(_) | SlotName::Ad(_) => None,
    });
    articles.collect()
}

fn page_path(page: FixedPage) -> &'static str {
    match page {
        FixedPage::Cover => "/pages/cover.typ",
        FixedPage::Contents => "/pages/contents.typ",
        FixedPage::Colophon => "/pages/colophon.typ",
        FixedPage::BackCover => "/pages/back-cover.typ",
    }
}

/// A running order can name anything; what is no plain file name gets one made from its hash.
pub(crate) fn article_path(slug: &str) -> String {
    let plain = !slug.is_empty() && slug.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter));
    if plain {
        format!("/articles/{slug}.typ")
    } else {
        format!("/articles/~{}.typ", blake3::hash(slug.as_bytes()).to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_learns_from_the_pages_that_are_known() {
        let words_on_a_page = |known: &[(usize, usize)]| Guess::from(known.iter().copied()).words_on_a_page.round();
        assert_eq!(words_on_a_page(&[]), 450.0);
        assert_eq!(words_on_a_page(&[(1170, 4), (470, 2)]), 349.0);
        assert_eq!(words_on_a_page(&[(0, 1)]), 450.0);
    }
}
