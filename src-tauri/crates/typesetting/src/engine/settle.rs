//! The loop that lays out an issue until its page numbers agree with its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use magazine::{Article, Issue};

use super::error::{self, EngineError};
use super::laid::{Laid, StandIn, Told};
use super::worker::{self, Interrupted, Outcome};
use super::{ArticlePages, Engine, Held, Layout, PATIENCE, PageInfo};
use super::{faults, fit};
use crate::chain::{self, Guess, Link, SlotName};
use crate::generate::{self, Generated, Setting};
use crate::media::Media;
use crate::process::parent::Ending;
use crate::process::protocol::{Diagnostic, Document, Haste, LaidOut};

/// Page counts that depend on page numbers that depend on page counts are given up after this many rounds.
const ROUNDS: usize = 8;

impl Engine {
    /// Lays out what is different, round by round.
    pub(super) fn settle(&mut self, since: Instant) -> Result<Layout, EngineError> {
        self.worker.prepare(&self.shared)?;
        let mut held = self.held.take().ok_or(EngineError::NothingLaidOut)?;
        let result = self.rounds(&mut held);
        let layout = result.map(|()| layout_of(&mut held, &self.shared, since));
        self.held = Some(held);
        let layout = layout?;
        self.layout = Some(layout.clone());
        Ok(layout)
    }

    /// Lays out only the documents that come first.
    pub(super) fn step(&mut self, since: Instant) -> Result<Layout, EngineError> {
        self.worker.prepare(&self.shared)?;
        let mut held = self.held.take().ok_or(EngineError::NothingLaidOut)?;
        let links = chain::links(&held.issue);
        let result = self.round(&mut held, &links, processors());
        let layout = result.map(|_| layout_of(&mut held, &self.shared, since));
        self.held = Some(held);
        layout
    }

    /// A child that was started anew lays out again what is asked for, and nothing else.
    pub(super) fn restore<P: AsRef<str>>(&mut self, paths: &[P]) -> Result<(), EngineError> {
        self.worker.prepare(&self.shared)?;
        let Some(mut held) = self.held.take() else { return Ok(()) };
        let laid = paths.iter().filter_map(|path| Some((path.as_ref(), held.laid.get(path.as_ref())?)));
        let documents = laid.map(|(path, laid)| laid.shown.document(path));
        let missing = documents.filter(|document| !self.worker.has(document)).collect();
        let result = self.compile(&mut held, &[], missing);
        self.held = Some(held);
        result.map(drop)
    }

    fn rounds(&mut self, held: &mut Held) -> Result<(), EngineError> {
        let links = chain::links(&held.issue);
        held.laid.retain(|path, _| links.iter().any(|link| link.path == *path));
        for _ in 0..links.len() + ROUNDS {
            if !self.round(held, &links, usize::MAX)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One round of at most so many documents; whether anything was laid out.
    fn round(&mut self, held: &mut Held, links: &[Link], most: usize) -> Result<bool, EngineError> {
        let guess = held.guess(links);
        let count = |link: &Link| match held.laid.get(&link.path) {
            Some(laid) => u32::try_from(laid.pages.len()).unwrap_or(1),
            None => guess.pages(&held.issue, link),
        };
        let firsts = chain::firsts(links.iter().map(count));
        if held.firsts != firsts {
            held.firsts.clear();
        }
        let chain: Vec<(&Link, u32)> = links.iter().zip(firsts.iter().copied()).collect();
        let mut work = held.stale(&chain, self.shared.version(), self.haste);
        work.truncate(most);
        if work.is_empty() {
            held.firsts = firsts;
            return Ok(false);
        }
        self.lay_out(held, &chain, work)?;
        Ok(true)
    }

    fn lay_out(
        &mut self,
        held: &mut Held,
        chain: &[(&Link, u32)],
        work: Vec<(&Link, u32, Generated)>,
    ) -> Result<(), EngineError> {
        let mut ready = Vec::new();
        for (link, first, wanted) in work {
            let reason = held.reason_to_give_up(&wanted);
            let shown = match reason {
                Some(reason) => held.placeholder(link, first, reason),
                None => wanted.clone(),
            };
            ready.push((link, first, wanted, shown, reason.map(StandIn::Placeholder)));
        }
        let documents = ready.iter().map(|(link, _, _, shown, _)| shown.document(&link.path)).collect();
        let mut outcomes = self.compile(held, chain, documents)?;
        for (link, first, wanted, shown, stand_in) in ready {
            let Some(outcome) = outcomes.remove(&link.path) else { continue };
            let LaidOut { pages, inspection, fit } = outcome.laid_out.unwrap_or_default();
            let mut laid = Laid {
                first,
                version: held.version(link),
                shared: self.shared.version(),
                wanted,
                shown,
                pages,
                inspection,
                fit,
                diagnostics: outcome.diagnostics,
                stand_in,
                settled: outcome.settled,
                told: None,
            };
            if laid.pages.is_empty() {
                self.rescue(held, chain, link, &mut laid)?;
            }
            held.laid.insert(link.path.clone(), laid);
        }
        Ok(())
    }

    /// A document that cannot be laid out: without its broken picture; as it was, if it is the template that fails now;
    /// else as a placeholder, else as a bare page.
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
        // Words that a whole template refuses are the words' fault, wherever the engine met it.
        let has_changed = |before: &Laid| match before.stand_in {
            Some(stand_in) => stand_in == StandIn::LastGood,
            None => before.shared != laid.shared,
        };
        if held.laid.get(&link.path).is_some_and(has_changed) && faults::is_of_template(laid, &self.shared) {
            held.laid.remove(&link.path).into_iter().for_each(|before| laid.keep(before));
            return Ok(());
        }
        let reason = "it could not be laid out; the findings say why";
        laid.stand_in = Some(StandIn::Placeholder(reason));
        let placeholder = held.placeholder(link, laid.first, reason);
        let bare = generate::bare_page(&held.title(link), reason, laid.first, &held.issue);
        for page in [placeholder, bare] {
            let outcome = self.compile_one(held, chain, link, &page)?;
            if let Some(laid_out) = outcome.laid_out {
                laid.take(page, laid_out);
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
        // Another document may name the same picture.
        held.laid.values_mut().for_each(|laid| laid.told = None);
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
        Ok(outcomes.remove(&link.path).unwrap_or(Outcome { laid_out: None, diagnostics: Vec::new(), settled: true }))
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
        let (newest, current) = (Arc::clone(&self.newest), self.current);
        let superseded = move |took| took > PATIENCE && newest.load(Ordering::SeqCst) > current;
        self.worker.compile((documents, self.haste), &self.shared, self.limits.preview, &superseded).map_err(
            |Interrupted { ending, at }| {
                if ending == Ending::Superseded {
                    return EngineError::Superseded;
                }
                let feared = texts.iter().filter(|(path, _)| at.contains(path)).map(|(_, hash)| *hash.as_bytes());
                held.feared.extend(feared);
                let links = chain.iter().filter(|(link, _)| at.contains(&link.path));
                EngineError::Killed { ending, slots: links.map(|(link, _)| link.name.clone()).collect() }
            },
        )
    }
}

impl Held {
    fn setting(&self) -> Setting<'_> {
        Setting { media: &self.media, language: &self.issue.settings.language, issue_file: &self.issue_file }
    }

    /// Takes an article as it stands in the editor.
    pub(super) fn take(&mut self, article: &Article) {
        match self.issue.articles.iter_mut().find(|known| known.slug == article.slug) {
            Some(known) if known == article => return,
            Some(known) => {
                self.outline += u64::from(known.front_matter != article.front_matter);
                known.clone_from(article);
            }
            None => {
                self.outline += 1;
                self.issue.articles.push(article.clone());
            }
        }
        *self.versions.entry(article.slug.clone()).or_default() += 1;
    }

    /// The states of the articles and of all else, when the issue is given anew.
    pub(super) fn counted_on(&self, issue: &Issue) -> (BTreeMap<String, u64>, u64) {
        let mut versions = self.versions.clone();
        let all = self.issue.settings != issue.settings || self.issue.publication != issue.publication;
        let slugs: BTreeSet<&str> =
            self.issue.articles.iter().chain(&issue.articles).map(|article| article.slug.as_str()).collect();
        for slug in slugs.into_iter().filter(|slug| all || self.issue.article(slug) != issue.article(slug)) {
            *versions.entry(slug.to_owned()).or_default() += 1;
        }
        (versions, self.outline + 1)
    }

    fn version(&self, link: &Link) -> u64 {
        link.slug().map_or(self.outline, |slug| self.versions.get(slug).copied().unwrap_or_default())
    }

    /// The documents that do not stand as they should, in the running order. While page counts are guessed, only as many
    /// as there are processors: what comes after them would most likely be laid out for the wrong page. And a page that
    /// names the pages of others waits until these stand.
    fn stale<'a>(&mut self, chain: &[(&'a Link, u32)], shared: u64, haste: Haste) -> Vec<(&'a Link, u32, Generated)> {
        let mut work = Vec::new();
        let mut guesses = processors();
        for (link, first) in chain {
            if guesses == 0 {
                break;
            }
            if self.stands(link, *first, shared) && self.will_do(link, haste) {
                continue;
            }
            let generated = self.generated_anew(chain, link, *first);
            if let Some(generated) = self.unless_it_stands(link, *first, (shared, haste), generated) {
                guesses -= usize::from(link.slug().is_some() && !self.laid.contains_key(&link.path));
                work.push((*link, *first, generated));
            }
        }
        let waits = |link: &Link| link.names_others() && self.laid.contains_key(&link.path);
        if work.iter().any(|(link, ..)| !waits(link)) {
            work.retain(|(link, ..)| !waits(link));
        }
        work
    }

    /// What the articles that are laid out say of those that are not.
    fn guess(&self, links: &[Link]) -> Guess {
        if links.iter().all(|link| self.laid.contains_key(&link.path)) {
            return Guess::default();
        }
        let laid = links.iter().filter_map(|link| {
            let article = self.issue.article(link.slug()?)?;
            Some((article.manuscript.words(), self.laid.get(&link.path)?.pages.len()))
        });
        Guess::from(laid)
    }

    /// Whether nothing in a document can be different.
    fn stands(&self, link: &Link, first: u32, shared: u64) -> bool {
        self.laid.get(&link.path).is_some_and(|laid| {
            laid.first == first
                && laid.shared == shared
                && laid.version == self.version(link)
                && (link.slug().is_some() || !self.firsts.is_empty())
                && laid.wanted.pictures_agree(&self.media)
        })
    }

    /// Whether pages that were laid out in a hurry are good enough.
    fn will_do(&self, link: &Link, haste: Haste) -> bool {
        haste == Haste::Yes || self.laid.get(&link.path).is_some_and(|laid| laid.settled)
    }

    /// Generated anew and yet the same: the words are, but their places in the manuscript may not be.
    fn unless_it_stands(
        &mut self,
        link: &Link,
        first: u32,
        (shared, haste): (u64, Haste),
        anew: Generated,
    ) -> Option<Generated> {
        let version = self.version(link);
        let will_do = self.will_do(link, haste);
        match self.laid.get_mut(&link.path) {
            Some(laid) if will_do && laid.wanted.text == anew.text && laid.shared == shared => {
                if laid.stand_in.is_none() {
                    laid.shown.map.clone_from(&anew.map);
                }
                (laid.first, laid.version, laid.wanted, laid.told) = (first, version, anew, None);
                None
            }
            _ => Some(anew),
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
        generate::placeholder(&self.setting(), file, &self.title(link), reason, first)
    }

    /// What an editor calls a document.
    fn title(&self, link: &Link) -> String {
        let article = link.slug().and_then(|slug| self.issue.article(slug));
        let title = article.map(|article| article.front_matter.title.text.trim());
        title.filter(|title| !title.is_empty()).map_or_else(|| error::name(&link.name), ToOwned::to_owned)
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

/// How many documents are laid out at once.
fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn layout_of(held: &mut Held, shared: &worker::Shared, since: Instant) -> Layout {
    let links = chain::links(&held.issue);
    links.iter().for_each(|link| held.tell(link, shared));
    let mut layout = Layout::default();
    for link in &links {
        let Some(laid) = held.laid.get(&link.path) else { continue };
        let count = u32::try_from(laid.pages.len()).unwrap_or_default();
        match laid.stand_in {
            Some(StandIn::Placeholder(_)) => layout.placeholders.push(link.name.clone()),
            Some(StandIn::LastGood) => layout.is_outdated = true,
            None => {}
        }
        if let SlotName::Article(slug) = &link.name {
            layout.fits.extend(laid.told.iter().filter_map(|told| told.fit.clone()));
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
    layout.is_settled = links.iter().all(|link| held.laid.get(&link.path).is_some_and(|laid| laid.settled));
    layout.findings = faults::findings(held, &links);
    layout.milliseconds = since.elapsed().as_secs_f64() * 1000.0;
    layout
}

impl Held {
    /// Works out what is to be said of a document, unless it is known.
    fn tell(&mut self, link: &Link, shared: &worker::Shared) {
        let Some(laid) = self.laid.get(&link.path).filter(|laid| laid.told.is_none()) else { return };
        let fit = link.slug().and_then(|slug| fit::of(self.issue.article(slug)?, laid));
        let told = Told { fit, findings: faults::of_document(self, shared, link, laid) };
        if let Some(laid) = self.laid.get_mut(&link.path) {
            laid.told = Some(told);
        }
    }
}
