//! The desk's hand on the page engine.
//!
//! The parent keeps the issue, the generated files and the last layout; the child keeps fonts, pictures and pages.
//! A layout is a short loop: generate what the current page numbers ask for, lay out what is different, and again
//! until no document begins on another page than it was laid out for. An edit that keeps its article's page count
//! lays out that article alone.

mod error;
mod faults;
mod fit;
mod laid;
mod layout;
mod seen;
mod settle;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use magazine::{Article, Issue};

pub use error::EngineError;
pub use faults::with_lines;
pub use fit::{ArticleFit, BudgetFit, TextEnd};
pub use layout::{ArticlePages, Layout, ManuscriptPlace, PageInfo, PagePlace};

use crate::chain;
use crate::media::Media;
use crate::process::parent::{Ending, EngineCommand};
use crate::process::protocol::{Blob, Haste, Hit, PdfOrder, PdfTarget, PictureFormat, PressSheet, Reply, Request};
use crate::sources::{self, IssueSources};
use laid::Laid;
use worker::{Shared, Worker};

/// How long the child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a layout, a picture or a position.
    pub preview: Duration,
    /// For a PDF.
    pub export: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { preview: Duration::from_secs(60), export: Duration::from_secs(300) }
    }
}

/// A layout that takes no longer than this is finished although a newer edit waits: ending it means that pages are
/// laid out anew in a child that knows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// The page engine. Its child starts at the first call.
pub struct Engine {
    limits: Limits,
    worker: Worker,
    shared: Shared,
    held: Option<Held>,
    layout: Option<Layout>,
    profile: Option<Vec<u8>>,
    /// The number of the newest edit, and of the one that is being laid out.
    newest: Arc<AtomicU32>,
    current: u32,
    /// Whether what is laid out now may be laid out anew later.
    haste: Haste,
    /// Texts over whose pictures the child ended by itself once.
    shaken: BTreeSet<[u8; 32]>,
}

/// The issue as it was last given.
struct Held {
    issue: Issue,
    issue_file: String,
    media: Media,
    /// Which state each article is in, counted; those that never changed are not here.
    versions: BTreeMap<String, u64>,
    /// Which state everything but the articles' texts is in: settings, order, titles.
    outline: u64,
    /// The pages on which documents began when all was settled last.
    firsts: Vec<u32>,
    /// What was generated and laid out, by path.
    laid: BTreeMap<String, Laid>,
    /// Texts over which the child was ended; they get a placeholder until they change.
    feared: BTreeSet<[u8; 32]>,
}

impl Engine {
    /// An engine; nothing is started yet.
    #[must_use]
    pub fn new(command: EngineCommand, limits: Limits) -> Self {
        let (shared, newest) = (Shared::default(), Arc::default());
        Self {
            limits,
            worker: Worker::new(command),
            shared,
            held: None,
            layout: None,
            profile: None,
            newest,
            current: 0,
            haste: Haste::No,
            shaken: BTreeSet::new(),
        }
    }

    /// The engine with small stand-ins for photographs on its pages, for an editor who types. They take exactly the
    /// room of the photographs, and a PDF gets the photographs themselves.
    #[must_use]
    pub fn with_proxies(mut self) -> Self {
        self.worker.use_proxies();
        self
    }

    /// Edits are numbered upwards, and whoever has a newer one says so in `newest` at once. What is laid out from here on
    /// belongs to edit `current`: a long layout of it is ended when there is a newer one.
    pub fn follow(&mut self, newest: &Arc<AtomicU32>, current: u32) {
        (self.newest, self.current) = (Arc::clone(newest), current);
    }

    /// Lays an issue out. Only what changed since the last call is sent and laid out again.
    ///
    /// # Errors
    /// When the child does not start or had to be ended; [`Engine::last`] still has the pages before.
    pub fn layout(&mut self, sources: &IssueSources<'_>) -> Result<Layout, EngineError> {
        let since = Instant::now();
        self.take(sources);
        self.haste = Haste::No;
        self.settle(since)
    }

    /// Begins an issue: lays out as many documents as there are processors, the first ones, so that their pages can
    /// be shown. [`Engine::go_on`] lays out the rest.
    ///
    /// # Errors
    /// As [`Engine::layout`].
    pub fn begin(&mut self, sources: &IssueSources<'_>) -> Result<Layout, EngineError> {
        let since = Instant::now();
        self.take(sources);
        self.haste = Haste::No;
        self.step(since)
    }

    /// Lays out the rest of an issue that was begun, and from nothing what [`Engine::update`] laid out in a hurry.
    ///
    /// # Errors
    /// As [`Engine::layout`], and when no issue was begun.
    pub fn go_on(&mut self) -> Result<Layout, EngineError> {
        self.haste = Haste::No;
        self.settle(Instant::now())
    }

    fn take(&mut self, sources: &IssueSources<'_>) {
        let media = Media::probed(sources.media);
        let files = sources::shared_files(sources, &media);
        let is_new = self.shared.take(files, sources.fonts, sources.issue.settings.date);
        let before = self.held.take().filter(|held| held.issue.id == sources.issue.id);
        let issue = sources.issue.clone();
        let (versions, outline) = before.as_ref().map_or_else(Default::default, |held| held.counted_on(&issue));
        let (mut laid, feared, broken) = match before {
            Some(held) if !is_new => (held.laid, held.feared, Some(held.media)),
            Some(held) => (held.laid, BTreeSet::new(), None),
            None => (BTreeMap::new(), BTreeSet::new(), None),
        };
        laid.values_mut().for_each(|laid| laid.told = None);
        self.held = Some(Held {
            issue,
            versions,
            outline,
            firsts: Vec::new(),
            issue_file: sources::issue_file(sources.issue),
            media: broken.unwrap_or(media),
            laid,
            feared,
        });
    }

    /// Lays out one article that changed in the editor, and the articles after it when its page count changed. An
    /// article that the issue does not have yet, or that has no place in the running order, changes no page.
    ///
    /// Where a key moves nothing that the template asks for, one layout is enough that begins with where things stood.
    /// Its pages may differ from those that a layout from nothing gives; [`Layout::is_settled`] says that they may, and
    /// [`Engine::go_on`] makes sure.
    ///
    /// # Errors
    /// As [`Engine::layout`], and when no issue was laid out before.
    pub fn update(&mut self, article: &Article) -> Result<Layout, EngineError> {
        let since = Instant::now();
        let held = self.held.as_mut().ok_or(EngineError::NothingLaidOut)?;
        held.take(article);
        self.haste = Haste::Yes;
        self.settle(since)
    }

    /// The last layout that was finished.
    #[must_use]
    pub fn last(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// The generated documents of the last layout, in the running order: path and Typst.
    #[must_use]
    pub fn documents(&self) -> Vec<(String, String)> {
        let Some(held) = &self.held else { return Vec::new() };
        let laid = chain::links(&held.issue).into_iter().filter_map(|link| Some((held.laid.get(&link.path)?, link)));
        laid.map(|(laid, link)| (link.path, laid.shown.text.clone())).collect()
    }

    /// The number of the child's process, while there is one: what it uses can be shown beside it.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.worker.process()
    }

    /// Ends the child, whose memory is most of what an issue takes, while nobody works on the pages. They stay known;
    /// the next call starts a child again, which lays out no more than that call asks for.
    pub fn rest(&mut self) {
        self.worker.forget();
    }

    /// Starts a child again after a rest, with one article as it was laid out last: whoever writes on in it waits no
    /// longer than before.
    ///
    /// # Errors
    /// When the child does not start or had to be ended.
    pub fn wake(&mut self, slug: &str) -> Result<(), EngineError> {
        self.restore(&[chain::article_path(slug)])
    }

    /// The picture of a page at `ppi` pixels an inch.
    ///
    /// # Errors
    /// When no page of the last layout has this hash, or the child had to be ended.
    pub fn picture(&mut self, hash: &str, ppi: f64, format: PictureFormat) -> Result<Vec<u8>, EngineError> {
        let found = self
            .held
            .iter()
            .flat_map(|held| &held.laid)
            .find_map(|(path, laid)| Some((path.clone(), laid.pages.iter().position(|page| page.hash == hash)?)));
        let (path, page) = found.ok_or_else(|| EngineError::NoSuchPage(hash.to_owned()))?;
        self.restore(&[&path])?;
        let request = Request::Picture { path: path.clone(), page, ppi, format };
        match self.worker.ask(&request, self.limits.preview) {
            Ok(Reply::Bytes(Some(Blob(bytes)))) => Ok(bytes),
            Ok(_) => Err(EngineError::NoSuchPage(hash.to_owned())),
            Err(error) => {
                self.fear(&path, &error);
                Err(error)
            }
        }
    }

    /// A page that cannot be drawn would end every child that is asked for it. After one that took too long, or the
    /// second that died, its document gets a placeholder until it changes.
    fn fear(&mut self, path: &str, error: &EngineError) {
        let Some(held) = &mut self.held else { return };
        let Some(laid) = held.laid.get(path) else { return };
        let text = *blake3::hash(laid.wanted.text.as_bytes()).as_bytes();
        let is_slow = matches!(error, EngineError::Killed { ending: Ending::TimeLimit(_), .. });
        if is_slow || !self.shaken.insert(text) {
            held.feared.insert(text);
            // So that the next layout takes it up again.
            held.laid.remove(path);
            held.firsts.clear();
        }
    }

    /// Gives the engine the printer's ICC profile, or takes it away.
    pub fn print_with(&mut self, profile: Option<Vec<u8>>) {
        self.profile = profile;
    }

    /// The PDF of the issue as it was last laid out. The same issue gives the same bytes. A newer edit than the one
    /// followed ends it, and with it the child (see [`Engine::follow`]).
    ///
    /// # Errors
    /// When nothing was laid out, the pages do not pass the target's standard, or the child had to be ended.
    pub fn pdf(&mut self, target: PdfTarget) -> Result<Vec<u8>, EngineError> {
        if self.held.iter().flat_map(|held| held.laid.values()).any(|laid| !laid.settled) {
            self.go_on()?;
        }
        let held = self.held.as_ref().ok_or(EngineError::NothingLaidOut)?;
        let order = pdf_order(&held.issue, target, self.profile.clone());
        self.restore(&order.documents)?;
        let (newest, current) = (Arc::clone(&self.newest), self.current);
        let superseded = move |_| newest.load(Ordering::SeqCst) > current;
        match self.worker.ask_unless(&Request::Pdf(Box::new(order)), self.limits.export, &superseded)? {
            Reply::Bytes(Some(Blob(bytes))) => Ok(bytes),
            Reply::Refused(faults) => Err(EngineError::Refused(self.refused(&faults))),
            _ => Err(EngineError::NothingLaidOut),
        }
    }

    /// The place in a manuscript of what stands at a point of a page (counted from 1), in points from its upper left
    /// corner: the letter there, or the nearest one; in the second half of a letter, the byte after it. An entity or
    /// an escape is one letter, from its `&` or `\` on. The foot of an article's page leads to its title, a page
    /// without words to its entry in `issue.toml`.
    ///
    /// # Errors
    /// When nothing was laid out or the child had to be ended.
    pub fn click(&mut self, page: u32, x: f64, y: f64) -> Result<Option<ManuscriptPlace>, EngineError> {
        let Some((path, page)) = self.page_of(page) else { return Ok(None) };
        self.restore(&[&path])?;
        let request = Request::Click { path: path.clone(), page, x, y };
        let Reply::Hit(hit) = self.worker.ask(&request, self.limits.preview)? else { return Ok(None) };
        let place = self.held.as_ref().and_then(|held| {
            let map = &held.laid.get(&path)?.shown.map;
            let written = match hit {
                Some(Hit::Letter { bytes, after }) => map.written_by(&bytes, after),
                Some(Hit::Call(bytes)) => map.written_for(&bytes),
                Some(Hit::Furniture) | None => map.home(),
            }?;
            let article = held.issue.articles.iter().find(|article| article.file == written.file);
            Some(ManuscriptPlace {
                file: written.file.to_owned(),
                slug: article.map(|article| article.slug.clone()),
                byte: written.range.start,
            })
        });
        Ok(place)
    }

    /// Where a byte of an article stands on its pages: the letter it made, or the nearest one.
    ///
    /// # Errors
    /// When nothing was laid out or the child had to be ended.
    pub fn locate(&mut self, slug: &str, byte: usize) -> Result<Option<PagePlace>, EngineError> {
        let target = self.held.as_ref().and_then(|held| {
            let article = held.issue.article(slug)?;
            let path = chain::article_path(slug);
            let laid = held.laid.get(&path)?;
            Some((laid.first, laid.shown.map.generated_at(&article.file, byte)?, path))
        });
        let Some((first, byte, path)) = target else { return Ok(None) };
        self.restore(&[&path])?;
        let Reply::Box(Some(area)) = self.worker.ask(&Request::Locate { path, byte }, self.limits.preview)? else {
            return Ok(None);
        };
        let page = first + u32::try_from(area.page).unwrap_or_default();
        Ok(Some(PagePlace { page, x: area.x, y: area.y, width: area.width, height: area.height }))
    }

    /// The document and its page for a page of the issue.
    fn page_of(&self, number: u32) -> Option<(String, usize)> {
        let held = self.held.as_ref()?;
        held.laid.iter().find_map(|(path, laid)| {
            let page = number.checked_sub(laid.first)? as usize;
            (page < laid.pages.len()).then(|| (path.clone(), page))
        })
    }
}

fn pdf_order(issue: &Issue, target: PdfTarget, profile: Option<Vec<u8>>) -> PdfOrder {
    let placed = chain::links(issue);
    let articles: Vec<&Article> = placed.iter().filter_map(|link| issue.article(link.slug()?)).collect();
    let unique = |words: Vec<&str>| -> Vec<String> {
        let mut seen = BTreeSet::new();
        words.into_iter().filter(|word| !word.is_empty() && seen.insert(*word)).map(str::to_owned).collect()
    };
    let authors = articles.iter().flat_map(|article| &article.front_matter.authors);
    PdfOrder {
        documents: placed.iter().map(|link| link.path.clone()).collect(),
        title: format!(
            "{} {}, {}: {}",
            issue.publication.name, issue.number, issue.settings.season, issue.settings.title
        ),
        authors: unique(authors.map(|author| author.text.as_str()).collect()),
        keywords: unique(articles.iter().map(|article| article.front_matter.section.text.as_str()).collect()),
        language: issue.settings.language.clone(),
        identity: format!("{} {}", issue.publication.name, issue.id),
        target,
        press: PressSheet {
            colours: issue.publication.colour.clone(),
            settings: issue.publication.print.clone(),
            profile: profile.map(Blob),
        },
    }
}
