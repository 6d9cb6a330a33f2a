//! From manuscript to web edition: a site of plain files that needs no script and asks nobody else for anything.
//!
//! One folder an issue with its cover and contents, one page an article, and above them the archive, the feed and the
//! site map. The same input makes the same bytes. The crate writes no file: it answers with texts and with the
//! pictures that somebody has to scale.

mod body;
pub(crate) mod chart;
mod edition;
mod feed;
mod markup;
mod page;
mod shelf;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use magazine::{Article, Edition, Issue, IssueId, Picture, Slot};

pub use shelf::SitePicture;

use crate::link::Target;
use crate::palette::Palette;
use crate::picture::Pictures;
use crate::piece::plain;
use crate::web::path_of;
use crate::words::Words;
use shelf::Shelf;
use words::SiteWords;

/// What a site is made from.
pub struct SiteSources<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// The natural sizes of its pictures.
    pub pictures: &'a Pictures,
    /// The PDFs that lie beside the pages: file name, what it is for, bytes.
    pub pdfs: &'a [(String, String, u64)],
    /// The issue's editions: each has a page that its mail leads to and nothing else does.
    pub editions: &'a [Edition],
    /// The other issues that are on the site already.
    pub others: &'a [ArchivedIssue],
}

/// An issue in the archive.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedIssue {
    /// Its name.
    pub id: IssueId,
    /// Its number since the first.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Its season, `Winter 2026`.
    pub season: String,
    /// The day it appeared, `2026-12-01`.
    pub date: String,
    /// The same as RSS has it, `Tue, 01 Dec 2026 00:00:00 +0000` (RFC 822).
    pub mail_date: String,
    /// Its language.
    pub language: String,
    /// The cover's picture.
    pub cover: Option<Picture>,
    /// Its articles, in the running order.
    pub articles: Vec<ArchivedArticle>,
}

/// An article of an issue in the archive.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedArticle {
    /// Its file name without `.md`, which is its place on the site.
    pub slug: String,
    /// The headline.
    pub title: String,
    /// What it is about.
    pub about: String,
}

impl ArchivedIssue {
    /// What the archive shows of an issue.
    #[must_use]
    pub fn of(issue: &Issue) -> Self {
        let settings = &issue.settings;
        Self {
            id: issue.id,
            number: issue.number,
            title: settings.title.clone(),
            season: settings.season.clone(),
            date: settings.date.to_string(),
            mail_date: settings.date.strftime("%a, %d %b %Y 00:00:00 +0000").to_string(),
            language: settings.language.clone(),
            cover: settings.cover.picture.clone(),
            articles: in_order(issue).into_iter().map(ArchivedArticle::of).collect(),
        }
    }
}

impl ArchivedArticle {
    fn of(article: &Article) -> Self {
        let front = &article.front_matter;
        let about = if front.summary.text.is_empty() { &front.standfirst.text } else { &front.summary.text };
        Self { slug: article.slug.clone(), title: front.title.text.clone(), about: about.clone() }
    }
}

/// A site, to be written below one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Texts by their path.
    pub files: BTreeMap<String, String>,
    /// Pictures to scale.
    pub pictures: Vec<SitePicture>,
}

/// What the site says in one language.
struct Voice {
    site: &'static SiteWords,
    mail: &'static Words,
}

impl Voice {
    fn of(language: &str) -> Voice {
        Voice { site: SiteWords::of(language), mail: Words::of(language) }
    }
}

/// Makes the site of an issue, with the archive over this and the other issues.
#[must_use]
pub fn site(sources: &SiteSources<'_>) -> Site {
    let issue = sources.issue;
    let mut shelf = Shelf::new(sources.pictures, issue.id.to_string());
    let articles = in_order(issue);
    let mut files = BTreeMap::from([("style.css".to_owned(), style(issue))]);
    shelf.prefix = "../";
    for place in 0..articles.len() {
        let path = format!("{}/{}/index.html", issue.id, articles[place].slug);
        files.insert(path, page::article(sources, &articles, place, &mut shelf));
    }
    shelf.prefix = "../../";
    for one in sources.editions {
        files.insert(format!("{}index.html", path_of(&one.id)), edition::page(sources, one, &mut shelf));
    }
    shelf.prefix = "";
    files.insert(format!("{}/index.html", issue.id), page::issue(sources, &articles, &mut shelf));
    files.insert("index.html".to_owned(), page::archive(sources, &mut shelf));
    let web = web(issue);
    if !web.is_empty() {
        files.insert("feed.xml".to_owned(), feed::rss(sources));
        files.insert("sitemap.xml".to_owned(), feed::sitemap(sources));
        files.insert("robots.txt".to_owned(), format!("User-agent: *\nSitemap: {}/sitemap.xml\n", plain(web)));
    }
    Site { files, pictures: shelf.needed() }
}

/// The publication's address on the web; empty where it has none that a link could lead to.
fn web(issue: &Issue) -> &str {
    let web = issue.publication.web.trim_end_matches('/');
    let leads = web.starts_with("http") && Target::fixed(web).is_some();
    if leads { web } else { "" }
}

/// The articles in the running order; one that stands in it twice is shown once.
pub(crate) fn in_order(issue: &Issue) -> Vec<&Article> {
    let mut articles: Vec<&Article> = Vec::new();
    for slot in &issue.settings.running_order {
        if let Slot::Article(slug) = slot
            && let Some(article) = issue.article(slug)
            && !articles.iter().any(|known| known.slug == article.slug)
        {
            articles.push(article);
        }
    }
    articles
}

fn style(issue: &Issue) -> String {
    let palette = Palette::of(&issue.publication.colour);
    let park = &issue.publication.colour.park;
    let park = if park.len() == 7 && park[1..].chars().all(|c| c.is_ascii_hexdigit()) { park } else { "#3B8C5A" };
    let tokens = [
        ("@INK@", palette.ink.to_string()),
        ("@SAND@", palette.sand.to_string()),
        ("@FOG@", palette.fog.to_string()),
        ("@LINE@", palette.line.to_string()),
        ("@VERMILION@", palette.vermilion.to_string()),
        ("@KICKER@", palette.kicker.to_string()),
        ("@LINK@", palette.link.to_string()),
        ("@SOFT@", palette.soft.to_string()),
        ("@PARK@", park.to_owned()),
        ("@NIGHT@", palette.night.to_string()),
        ("@NIGHT_PANEL@", palette.night_panel.to_string()),
        ("@NIGHT_TEXT@", palette.night_text.to_string()),
        ("@NIGHT_SOFT@", palette.night_soft.to_string()),
        ("@NIGHT_KICKER@", palette.night_kicker.to_string()),
        ("@NIGHT_LINK@", palette.night_link.to_string()),
        ("@NIGHT_LINE@", palette.night_line.to_string()),
    ];
    tokens.iter().fold(include_str!("style.css").to_owned(), |style, (name, colour)| style.replace(name, colour))
}
