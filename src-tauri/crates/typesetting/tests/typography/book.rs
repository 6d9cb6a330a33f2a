//! An issue of the repository, laid out once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use magazine::{Article, Issue, Publication, Slot};
use typesetting::{Engine, EngineCommand, EngineError, Files, IssueSources, Layout, Limits, PdfTarget};

use crate::print::Print;

/// An issue with its pages.
pub(crate) struct Book {
    /// How its golden pictures are named.
    pub(crate) name: &'static str,
    pub(crate) issue: Issue,
    pub(crate) layout: Layout,
    engine: Engine,
}

impl Book {
    fn open(name: &'static str, folder: &Path, issue: &str) -> Self {
        Self::laid_out(name, folder, issue, |_| {})
    }

    /// The sample publication with an issue of one article.
    pub(crate) fn of_one(text: &str) -> Self {
        Self::laid_out("one", &repository(), "2026-q4", |issue| {
            let (article, _) = Article::read("one", "issues/2026-q4/articles/one.md", text, "en");
            issue.articles = vec![article];
            issue.settings.running_order = vec![Slot::Article("one".to_owned())];
        })
    }

    fn laid_out(name: &'static str, folder: &Path, issue: &str, change: impl FnOnce(&mut Issue)) -> Self {
        let publication = Publication::open(folder).unwrap();
        let (mut issue, _) = publication.read_issue(issue.parse().unwrap()).unwrap();
        change(&mut issue);
        let house = Publication::open(&repository()).unwrap();
        let template = house.assets("magazine").unwrap();
        let fonts = font_files(house.assets("fonts").unwrap());
        let (media, _) = publication.media(&issue);
        let command =
            EngineCommand { program: PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine")), arguments: Vec::new() };
        let mut engine = Engine::new(command, Limits::default());
        let sources = IssueSources { issue: &issue, template: &template, fonts: &fonts, media: &media };
        let layout = engine.layout(&sources).unwrap();
        Self { name, issue, layout, engine }
    }

    /// The PDF for screens, read back.
    pub(crate) fn print(&mut self) -> Print {
        Print::read(self.engine.pdf(PdfTarget::Screen).unwrap())
    }

    /// Takes another text for the one article of an issue made by [`Book::of_one`].
    pub(crate) fn take(&mut self, text: &str) {
        let (article, _) = Article::read("one", "issues/2026-q4/articles/one.md", text, "en");
        self.layout = self.engine.update(&article).unwrap();
        self.issue.articles = vec![article];
        self.settle();
    }

    /// Takes another text for an article between two keys.
    pub(crate) fn take_in_a_hurry(&mut self, slug: &str, text: &str) {
        let known = self.issue.articles.iter_mut().find(|article| article.slug == slug).unwrap();
        let (article, _) = Article::read(slug, &known.file, text, "en");
        self.layout = self.engine.update(&article).unwrap();
        *known = article;
    }

    /// Lays out from nothing what was laid out in a hurry.
    pub(crate) fn settle(&mut self) {
        self.layout = self.engine.go_on().unwrap();
    }

    /// The hash of each page.
    pub(crate) fn pages(&self) -> Vec<String> {
        self.layout.pages.iter().map(|page| page.hash.clone()).collect()
    }

    /// The PDF for a target, or why there is none.
    pub(crate) fn pdf(&mut self, target: PdfTarget) -> Result<Vec<u8>, EngineError> {
        self.engine.pdf(target)
    }

    /// The PNG of a page, counted from 0.
    pub(crate) fn picture(&mut self, page: usize, ppi: f64) -> Vec<u8> {
        let hash = self.layout.pages[page].hash.clone();
        self.engine.picture(&hash, ppi, typesetting::PictureFormat::Png).unwrap()
    }

    /// The articles with their first page (counted from 0) and their number of pages.
    pub(crate) fn articles(&self) -> impl Iterator<Item = (&Article, usize, usize)> {
        let placed = self.layout.articles.iter();
        placed.filter_map(|it| Some((self.issue.article(&it.slug)?, it.first as usize - 1, it.count as usize)))
    }
}

/// The sample issue. One engine serves all tests, one after the other.
pub(crate) fn sample() -> MutexGuard<'static, Book> {
    static BOOK: OnceLock<Mutex<Book>> = OnceLock::new();
    let book = BOOK.get_or_init(|| Mutex::new(Book::open("sample", &repository(), "2026-q4")));
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The specimen issue, which has every kind of block and page.
pub(crate) fn specimen() -> MutexGuard<'static, Book> {
    static BOOK: OnceLock<Mutex<Book>> = OnceLock::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specimen");
    let book = BOOK.get_or_init(|| Mutex::new(Book::open("specimen", &folder, "2026-q4")));
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")).unwrap()
}

fn font_files(assets: Files) -> Vec<Vec<u8>> {
    assets.into_iter().filter(|(name, _)| name.ends_with(".ttf")).map(|(_, bytes)| bytes).collect()
}
