//! The pages of one issue, kept warm in the page engine's process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use magazine::{Article, Finding, Issue, IssueId, Publication, Revision};
use typesetting::{Engine, EngineError, IssueSources, Layout, Limits, PdfTarget, PictureFormat};

use crate::seen::Sources;
use crate::stamps::Stamps;
use crate::{Desk, Failure, budget, findings};

/// An issue whose pages are laid out.
pub(crate) struct OpenPages {
    engine: Engine,
    pub(crate) issue: Issue,
    /// What was found in the issue's files when they were read.
    pub(crate) reading: Vec<Finding>,
    pub(crate) layout: Layout,
    /// Whether there are only the first pages as yet.
    is_begun: bool,
    /// The article in the editor, newer than on disk: its file and its text.
    edited: Option<(String, String)>,
    /// The publication's folder.
    folder: PathBuf,
    /// The template, fonts and pictures that it was laid out with.
    stamps: Stamps,
    /// All that it was laid out from.
    pub(crate) sources: Sources,
    /// The `issue.toml` that the running order was read from.
    pub(crate) revision: Revision,
}

impl OpenPages {
    /// Lays out an issue as it stands on disk.
    pub(crate) fn open(desk: &Desk, id: IssueId) -> Result<Self, Failure> {
        let engine = Engine::new(desk.engine.clone(), Limits::default());
        Self::with(engine, desk, id, Engine::layout)
    }

    /// Lays out an issue for its PDFs, until `stopped` is no longer 0.
    pub(crate) fn for_export(desk: &Desk, id: IssueId, stopped: &Arc<AtomicU32>) -> Result<Self, Failure> {
        let mut engine = Engine::new(desk.engine.clone(), Limits::default());
        engine.follow(stopped, 0);
        Self::with(engine, desk, id, Engine::layout)
    }

    /// Lays out the first pages of an issue for an editor who is about to type; [`OpenPages::settle`] does the rest.
    pub(crate) fn for_typing(desk: &Desk, id: IssueId) -> Result<Self, Failure> {
        let engine = Engine::new(desk.engine.clone(), Limits::default()).with_proxies();
        Ok(Self { is_begun: true, ..Self::with(engine, desk, id, Engine::begin)? })
    }

    /// Lays the issue out anew from disk, in the process that is warm already.
    pub(crate) fn reopen(self, desk: &Desk, id: IssueId) -> Result<Self, Failure> {
        if self.issue.id == id {
            return Self::with(self.engine, desk, id, Engine::layout);
        }
        Ok(Self { is_begun: true, ..Self::with(self.engine, desk, id, Engine::begin)? })
    }

    fn with(mut engine: Engine, desk: &Desk, id: IssueId, lay_out: LayOut) -> Result<Self, Failure> {
        // Before the issue is read: a change in between makes a later move refuse, and never a wrong one.
        let (_, revision) = desk.publication()?.issue_text(id)?;
        let (publication, issue, mut reading) = desk.issue(id)?;
        let stamps = Stamps::of(&publication, &issue);
        let sources = Sources::of(&publication, &issue);
        let (media, missing) = publication.media(&issue);
        reading.extend(missing);
        let layout = with_lines(laid_out(&mut engine, &publication, &issue, &media, lay_out)??, &publication, None);
        let folder = publication.folder().to_owned();
        Ok(Self { engine, issue, reading, layout, is_begun: false, edited: None, stamps, sources, folder, revision })
    }

    /// Lays out the issue with one article as it stands in the editor; `false` when a newer edit came before it was done.
    pub(crate) fn preview(&mut self, publication: &Publication, article: Article, text: &str) -> Result<bool, Failure> {
        match self.issue.articles.iter_mut().find(|known| known.slug == article.slug) {
            Some(known) => *known = article.clone(),
            None => return Ok(true),
        }
        let stamps = Stamps::of(publication, &self.issue);
        let laid_out = if stamps == self.stamps {
            self.engine.update(&article)
        } else {
            // The articles that were edited stay so.
            self.sources.look_again(publication, &self.issue);
            let (media, _) = publication.media(&self.issue);
            laid_out(&mut self.engine, publication, &self.issue, &media, Engine::layout)?
        };
        let layout = match laid_out {
            Err(EngineError::Superseded) => return Ok(false),
            laid_out => laid_out?,
        };
        self.stamps = stamps;
        self.is_begun = false;
        self.layout = with_lines(layout, publication, Some((&article.file, text)));
        self.sources.edit(&article.slug, text);
        self.edited = Some((article.file, text.to_owned()));
        Ok(true)
    }

    /// Lays out what was left for later; `false` when a newer edit came before it was done.
    pub(crate) fn settle(&mut self, publication: &Publication) -> Result<bool, Failure> {
        if self.is_settled() {
            return Ok(true);
        }
        let layout = match self.engine.go_on() {
            Err(EngineError::Superseded) => return Ok(false),
            laid_out => laid_out?,
        };
        self.is_begun = false;
        let edited = self.edited.as_ref().map(|(file, text)| (file.as_str(), text.as_str()));
        self.layout = with_lines(layout, publication, edited);
        Ok(true)
    }

    /// Whether these are all the pages, as the PDF will have them. Even when the first ones are all, their numbers are
    /// guesses.
    pub(crate) fn is_settled(&self) -> bool {
        self.layout.is_settled && !self.is_begun
    }

    /// Whether there are only the first pages as yet.
    pub(crate) fn is_begun(&self) -> bool {
        self.is_begun
    }

    /// What is laid out from here on belongs to this edit, and ends for a newer one.
    pub(crate) fn follow(&mut self, newest: &Arc<AtomicU32>, current: u32) {
        self.engine.follow(newest, current);
    }

    /// Whether there is a page with this hash.
    pub(crate) fn has(&self, hash: &str) -> bool {
        self.layout.pages.iter().any(|page| page.hash == hash)
    }

    /// A page's picture, as JPEG.
    pub(crate) fn picture(&mut self, hash: &str, ppi: u32) -> Result<Vec<u8>, Failure> {
        Ok(self.engine.picture(hash, f64::from(ppi), PictureFormat::Jpeg)?)
    }

    /// The issue's PDF.
    pub(crate) fn pdf(&mut self, target: PdfTarget) -> Result<Vec<u8>, Failure> {
        self.engine.pdf(target).map_err(|error| {
            let EngineError::Refused(found) = error else { return Failure::from(error) };
            let text = |file: &str| std::fs::read_to_string(self.folder.join(file)).ok();
            let failure = Failure::from(EngineError::Refused(typesetting::with_lines(found, text)));
            if self.findings().is_empty() {
                return failure;
            }
            failure.hint(format!("`masthead check {}` names all that was found in the issue, by line", self.issue.id))
        })
    }

    pub(crate) fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Everything that was found, in the files, on the pages and in their number.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.reading.clone();
        findings.extend(self.layout.findings.iter().cloned());
        if !self.is_begun {
            findings.extend(budget::findings(&self.issue, &self.layout, &findings));
        }
        let text = |file: &str| std::fs::read_to_string(self.folder.join(file)).ok();
        findings::in_order(typesetting::with_lines(findings, text))
    }

    /// The first page of each article.
    pub(crate) fn first_pages(&self) -> BTreeMap<String, u32> {
        self.layout.articles.iter().map(|article| (article.slug.clone(), article.first)).collect()
    }
}

/// The layout with the lines of its findings; `edited` is a file that is newer in the editor than on disk.
fn with_lines(layout: Layout, publication: &Publication, edited: Option<(&str, &str)>) -> Layout {
    let mut read = BTreeMap::new();
    let from_disk = |file: &str| std::fs::read_to_string(publication.folder().join(file)).ok();
    let text = |file: &str| match edited {
        Some((newer, text)) if newer == file => Some(text.to_owned()),
        // A file has many findings.
        _ => read.entry(file.to_owned()).or_insert_with(|| from_disk(file)).clone(),
    };
    Layout { findings: typesetting::with_lines(layout.findings, text), ..layout }
}

/// All of an issue, or how it begins.
type LayOut = fn(&mut Engine, &IssueSources<'_>) -> Result<Layout, EngineError>;

fn laid_out(
    engine: &mut Engine,
    publication: &Publication,
    issue: &Issue,
    media: &BTreeMap<String, Vec<u8>>,
    lay_out: LayOut,
) -> Result<Result<Layout, EngineError>, Failure> {
    let fonts: Vec<Vec<u8>> = publication
        .assets("fonts")?
        .into_iter()
        .filter(|(name, _)| [".ttf", ".otf"].iter().any(|ending| name.ends_with(ending)))
        .map(|(_, bytes)| bytes)
        .collect();
    let template = publication.assets("magazine")?;
    Ok(lay_out(engine, &IssueSources { issue, template: &template, fonts: &fonts, media }))
}
