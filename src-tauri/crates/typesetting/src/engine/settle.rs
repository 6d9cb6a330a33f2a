//! The loop that lays out an issue until its page numbers agree with its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use magazine::Article;

use super::error::{self, EngineError};
use super::fit;
use super::worker::{self, Interrupted, Outcome};
use super::{ArticlePages, Engine, Held, Layout, PageInfo};
use crate::chain::{self, Link, SlotName};
use crate::copyfit::Fit;
use crate::generate::{self, Generated, Setting};
use crate::inspect::Inspection;
use crate::media::Media;
use crate::process::protocol::{Diagnostic, Document, LaidOut, PageFacts};

/// Page counts that depend on page numbers that depend on page counts are given up after this many rounds.
const ROUNDS: usize = 8;

/// A document as it was last laid out.
pub(super) struct Laid {
    /// Its first page.
    pub(super) first: u32,
    /// The article it was generated from, to see whether it has to be generated again.
    article: Option<Article>,
    /// What the issue asked for.
    pub(super) wanted: Generated,
    /// What is on the pages: the same, or a placeholder.
    pub(super) shown: Generated,
    pub(super) pages: Vec<PageFacts>,
    /// What can be seen on the pages.
    pub(super) inspection: Inspection,
    /// Where the article's lines stand.
    pub(super) fit: Option<Fit>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Why the placeholder is there.
    pub(super) given_up: Option<&'static str>,
}

impl Engine {
    /// Lays out what is different, round by round.
    pub(super) fn settle(&mut self, since: Instant) -> Result<Layout, EngineError> {
        self.worker.prepare(&self.shared)?;
        let mut held = self.held.take().ok_or(EngineError::NothingLaidOut)?;
        let result = self.rounds(&mut held);
        let layout = result.map(|()| layout_of(&held, &self.shared, since));
        self.held = Some(held);
        let layout = layout?;
        self.layout = Some(layout.clone());
        Ok(layout)
    }

    /// A child that was started anew learns the pages again.
    pub(super) fn restore(&mut self) -> Result<(), EngineError> {
        if self.worker.process().is_none() {
            self.settle(Instant::now())?;
        }
        Ok(())
    }

    fn rounds(&mut self, held: &mut Held) -> Result<(), EngineError> {
        let links = chain::links(&held.issue);
        held.laid.retain(|path, _| links.iter().any(|link| link.path == *path));
        for _ in 0..ROUNDS {
            let count = |link: &Link| match held.laid.get(&link.path) {
                Some(laid) => u32::try_from(laid.pages.len()).unwrap_or(1),
                None => chain::guess(&held.issue, link),
            };
            let firsts = chain::firsts(links.iter().map(count));
            let chain: Vec<(&Link, u32)> = links.iter().zip(firsts).collect();
            if !self.round(held, &chain)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One round; whether anything was laid out.
    fn round(&mut self, held: &mut Held, chain: &[(&Link, u32)]) -> Result<bool, EngineError> {
        let mut work = Vec::new();
        for (link, first) in chain {
            let generated = held.generated(chain, link, *first);
            let kept = held.laid.get(&link.path).is_some_and(|laid| {
                laid.wanted.text == generated.text && self.worker.has(&laid.shown.document(&link.path))
            });
            match held.laid.get_mut(&link.path) {
                // The words are the same, but their places in the manuscript may not be.
                Some(laid) if kept => {
                    if laid.given_up.is_none() {
                        laid.shown.map.clone_from(&generated.map);
                    }
                    laid.first = *first;
                    laid.article = held.issue.article(link.slug().unwrap_or_default()).cloned();
                    laid.wanted = generated;
                }
                _ => work.push((*link, *first, generated)),
            }
        }
        let is_working = !work.is_empty();
        self.lay_out(held, chain, work)?;
        Ok(is_working)
    }

    fn lay_out(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        work: Vec<(&Link, u32, Generated)>,
    ) -> Result<(), EngineError> {
        let mut ready = Vec::new();
        for (link, first, wanted) in work {
            let given_up = held.reason_to_give_up(&wanted);
            let shown = match given_up {
                Some(reason) => held.placeholder(link, first, reason),
                None => wanted.clone(),
            };
            ready.push((link, first, wanted, shown, given_up));
        }
        let documents = ready.iter().map(|(link, _, _, shown, _)| shown.document(&link.path)).collect();
        let mut outcomes = self.compile(held, chain, documents)?;
        for (link, first, wanted, shown, given_up) in ready {
            let Some(outcome) = outcomes.remove(&link.path) else { continue };
            let LaidOut { pages, inspection, fit } = outcome.laid_out.unwrap_or_default();
            let mut laid = Laid {
                first,
                article: held.issue.article(link.slug().unwrap_or_default()).cloned(),
                wanted,
                shown,
                pages,
                inspection,
                fit,
                diagnostics: outcome.diagnostics,
                given_up,
            };
            if laid.pages.is_empty() {
                self.rescue(held, chain, link, &mut laid)?;
            }
            held.laid.insert(link.path.clone(), laid);
        }
        Ok(())
    }

    /// A document that cannot be laid out: without its broken picture, else as a placeholder, else as a bare page.
    fn rescue(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        link: &Link,
        laid: &mut Laid,
    ) -> Result<(), EngineError> {
        if self.without_broken_pictures(held, chain, link, laid)? {
            return Ok(());
        }
        laid.given_up = Some("it could not be laid out; the findings say why");
        let reason = laid.given_up.unwrap_or_default();
        let placeholder = held.placeholder(link, laid.first, reason);
        let bare = generate::bare_page(&error::name(&link.name), reason, laid.first, &held.issue);
        for stand_in in [placeholder, bare] {
            let outcome = self.compile_one(held, chain, link, &stand_in)?;
            if let Some(laid_out) = outcome.laid_out {
                laid.take(stand_in, laid_out);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tries the document without the pictures that may be broken, then puts back each that is not. The engine tells
    /// of a broken picture where the template places it, not where it is named, so trying is the only way to know.
    fn without_broken_pictures(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        link: &Link,
        laid: &mut Laid,
    ) -> Result<bool, EngineError> {
        let suspects = laid.wanted.suspects(&laid.diagnostics, &held.media);
        let before = held.media.clone();
        suspects.iter().for_each(|file| held.media.give_up(file));
        if suspects.is_empty() || !self.attempt(held, chain, link, laid)? {
            held.media = before;
            return Ok(false);
        }
        for file in suspects.iter().filter(|_| suspects.len() > 1) {
            held.media.put_back(file, &before);
            if !self.attempt(held, chain, link, laid)? {
                held.media.give_up(file);
            }
        }
        Ok(true)
    }

    fn attempt(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        link: &Link,
        laid: &mut Laid,
    ) -> Result<bool, EngineError> {
        let attempt = held.generated_anew(chain, link, laid.first);
        let outcome = self.compile_one(held, chain, link, &attempt)?;
        let Some(laid_out) = outcome.laid_out else { return Ok(false) };
        laid.wanted.clone_from(&attempt);
        laid.diagnostics = outcome.diagnostics;
        laid.take(attempt, laid_out);
        Ok(true)
    }

    fn compile_one(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        link: &Link,
        generated: &Generated,
    ) -> Result<Outcome, EngineError> {
        let mut outcomes = self.compile(held, chain, vec![generated.document(&link.path)])?;
        Ok(outcomes.remove(&link.path).unwrap_or(Outcome { laid_out: None, diagnostics: Vec::new() }))
    }

    /// Lays documents out. A text over which the child had to be ended is remembered.
    fn compile(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        documents: Vec<Document>,
    ) -> Result<BTreeMap<String, Outcome>, EngineError> {
        if documents.is_empty() {
            return Ok(BTreeMap::new());
        }
        let texts: Vec<_> = documents.iter().map(|document| (document.path.clone(), worker::hash(document))).collect();
        self.worker.compile(documents, self.limits.preview).map_err(|Interrupted { ending, at }| {
            let feared = texts.iter().filter(|(path, _)| at.contains(path)).map(|(_, hash)| *hash.as_bytes());
            held.feared.extend(feared);
            let links = chain.iter().filter(|(link, _)| at.contains(&link.path));
            EngineError::Killed { ending, slots: links.map(|(link, _)| link.name.clone()).collect() }
        })
    }
}

impl Laid {
    /// Shows these pages.
    fn take(&mut self, shown: Generated, LaidOut { pages, inspection, fit }: LaidOut) {
        (self.shown, self.pages, self.inspection, self.fit) = (shown, pages, inspection, fit);
    }
}

impl Held {
    fn setting(&self) -> Setting<'_> {
        Setting { media: &self.media, language: &self.issue.settings.language, issue_file: &self.issue_file }
    }

    /// The generated file of a document: the one from before when nothing in it can be different.
    fn generated(&self, chain: &[(&Link, u32)], link: &Link, first: u32) -> Generated {
        let article = link.slug().and_then(|slug| self.issue.article(slug));
        match self.laid.get(&link.path) {
            Some(laid)
                if laid.first == first
                    && article.is_some()
                    && laid.article.as_ref() == article
                    && laid.wanted.pictures_agree(&self.media) =>
            {
                laid.wanted.clone()
            }
            _ => self.generated_anew(chain, link, first),
        }
    }

    fn generated_anew(&self, chain: &[(&Link, u32)], link: &Link, first: u32) -> Generated {
        chain::generate(&self.setting(), &self.issue, chain, link, first)
    }

    fn reason_to_give_up(&self, wanted: &Generated) -> Option<&'static str> {
        if generate::is_too_large(wanted) {
            return Some("it is longer than 5 MB");
        }
        if self.feared.contains(blake3::hash(wanted.text.as_bytes()).as_bytes()) {
            return Some("it took too long or too much memory to lay out");
        }
        (!generate::is_sound(wanted)).then_some("it could not be written in the template's words")
    }

    fn placeholder(&self, link: &Link, first: u32, reason: &str) -> Generated {
        let article = link.slug().and_then(|slug| self.issue.article(slug));
        let file = article.map_or(self.issue_file.as_str(), |article| &article.file);
        generate::placeholder(&self.setting(), file, &error::name(&link.name), reason, first)
    }
}

impl Generated {
    pub(super) fn document(&self, path: &str) -> Document {
        Document { path: path.to_owned(), text: self.text.clone() }
    }

    /// Whether each picture still is where this file looks for it.
    fn pictures_agree(&self, media: &Media) -> bool {
        self.pictures.iter().all(|picture| self.text[picture.at + 1..].starts_with(&media.path(&picture.file)))
    }

    /// The pictures that may be broken: those named in the calls that failed, else all.
    fn suspects(&self, diagnostics: &[Diagnostic], media: &Media) -> BTreeSet<String> {
        let faults: Vec<_> = diagnostics.iter().filter(|fault| fault.is_error).collect();
        let named = |at: &usize| faults.iter().any(|fault| fault.own.as_ref().is_some_and(|call| call.contains(at)));
        let usable = || self.pictures.iter().filter(|picture| media.is_usable(&picture.file));
        let in_calls: BTreeSet<_> =
            usable().filter(|picture| named(&picture.at)).map(|picture| picture.file.clone()).collect();
        if in_calls.is_empty() && faults.iter().any(|fault| fault.own.is_none()) {
            return usable().map(|picture| picture.file.clone()).collect();
        }
        in_calls
    }
}

fn layout_of(held: &Held, shared: &worker::Shared, since: Instant) -> Layout {
    let links = chain::links(&held.issue);
    let mut layout = Layout::default();
    for link in &links {
        let Some(laid) = held.laid.get(&link.path) else { continue };
        let count = u32::try_from(laid.pages.len()).unwrap_or_default();
        if let SlotName::Article(slug) = &link.name {
            layout.fits.extend(held.issue.article(slug).and_then(|article| fit::of(article, laid)));
            layout.articles.push(ArticlePages { slug: slug.clone(), first: laid.first, count });
        }
        layout.pages.extend((laid.first..).zip(&laid.pages).map(|(number, page)| PageInfo {
            number,
            slot: link.name.clone(),
            hash: page.hash.clone(),
            width_pt: page.width,
            height_pt: page.height,
        }));
    }
    layout.findings = super::faults::findings(held, shared, &links);
    layout.milliseconds = since.elapsed().as_secs_f64() * 1000.0;
    layout
}
