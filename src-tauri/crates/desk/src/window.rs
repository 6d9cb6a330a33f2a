//! Answers to the window's requests.

mod mail;
mod people;
mod returns;
mod spelling;
mod work;

pub(crate) use work::Stop;

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Instant;

use magazine::{
    Article, Issue, IssueId, PageFormat, Publication, PublicationSettings, Revision, Slot, save, season_of,
};
use typesetting::{PageInfo, SlotName};

use crate::build::Target;
use crate::findings::views;
use crate::pages::OpenPages;
use crate::plan;
use crate::rpc::{
    Answer, ArticleLine, ArticleText, FlatplanView, IssueAnswer, IssueLine, IssueRequest, IssueView, ManuscriptPlace,
    PagePlace, PageView, PagesView, PublicationView, Request, SavedArticle, SavedOrder, SheetView, whole,
};
use crate::{Class, Desk, Failure};

impl Desk {
    /// Answers a request of the window. Blocks; call it on a thread of its own.
    ///
    /// # Errors
    /// Says what could not be done, in the words that the window shows.
    pub fn answer(&self, request: Request) -> Result<Answer, Failure> {
        Ok(match request {
            Request::Issue(request) => Answer::Issue(self.answer_issue(request)?),
            Request::People(request) => Answer::People(self.answer_people(request)?),
            Request::Mail(request) => Answer::Mail(self.answer_mail(request)?),
            Request::Spelling(request) => Answer::Spelling(self.answer_spelling(request)?),
        })
    }

    fn answer_issue(&self, request: IssueRequest) -> Result<IssueAnswer, Failure> {
        use {IssueAnswer as Answer, IssueRequest as Request};
        Ok(match request {
            Request::Publication {} => Answer::Publication(self.publication_view()?),
            Request::Issue { issue } => Answer::Issue(self.issue_view(issue.parse()?)?),
            Request::ReadArticle { issue, slug } => Answer::ReadArticle(self.read_article(issue.parse()?, &slug)?),
            Request::SaveArticle { issue, slug, text, revision } => {
                Answer::SaveArticle(self.save_article(issue.parse()?, &slug, &text, &revision)?)
            }
            Request::Layout { issue } => Answer::Layout(self.layout(issue.parse()?)?),
            Request::Preview { issue, slug, text, version } => {
                Answer::Preview(self.preview(issue.parse()?, &slug, &text, version)?)
            }
            Request::LastSeen { issue } => Answer::LastSeen(self.last_seen(issue.parse()?)?),
            Request::KeepSeen { issue, pictures } => {
                let view = |pages: &OpenPages| view(pages, Instant::now());
                Answer::KeepSeen(self.keep_seen(issue.parse()?, &pictures, view)?)
            }
            Request::Settle { issue, version } => Answer::Settle(self.settle(issue.parse()?, version)?),
            Request::Click { issue, page, x, y } => Answer::Click(self.click(issue.parse()?, page, x, y)?),
            Request::Locate { issue, slug, byte } => Answer::Locate(self.locate(issue.parse()?, &slug, byte)?),
            Request::ApplyFix { issue, fix } => Answer::ApplyFix(self.apply_fix(issue.parse()?, fix)?),
            Request::Flatplan { issue } => Answer::Flatplan(self.flatplan_view(issue.parse()?)?),
            Request::Reorder { issue, from, to, revision } => {
                let saved = self.reorder(issue.parse()?, &revision, from as usize, to as usize)?;
                Answer::Reorder(SavedOrder { revision: saved.revision })
            }
            Request::BeginArticle { issue, slug, title, kind, beside } => {
                let issue = issue.parse()?;
                self.begin_article_in_place(issue, &slug, &title, &kind, beside.as_deref())?;
                Answer::BeginArticle(self.issue_view(issue)?)
            }
            Request::PlaceArticle { issue, slug, at } => {
                let issue = issue.parse()?;
                self.place_article(issue, &slug, at.map(|at| at as usize), None)?;
                Answer::PlaceArticle(self.issue_view(issue)?)
            }
            Request::TakeOutArticle { issue, slug } => {
                let at = self.take_out_article(issue.parse()?, &slug)?;
                Answer::TakeOutArticle(whole(at as u64))
            }
            Request::DeleteArticle { issue, slug, revision } => {
                Answer::DeleteArticle(self.delete_article(issue.parse()?, &slug, &revision).map(|()| true)?)
            }
            Request::PutArticleBack { issue, slug, text } => {
                Answer::PutArticleBack(self.put_article_back(issue.parse()?, &slug, &text).map(|()| true)?)
            }
            Request::PlaceAdvertisement { issue, ad, place } => {
                Answer::PlaceAdvertisement(self.place_advertisement(issue.parse()?, ad, place.as_ref())?)
            }
            Request::TakeOutAdvertisement { issue, place } => {
                Answer::TakeOutAdvertisement(self.take_out_advertisement(issue.parse()?, &place)?)
            }
            Request::PutAdvertisementBack { issue, at, before } => {
                Answer::PutAdvertisementBack(self.put_advertisement_back(issue.parse()?, at as usize, &before)?)
            }
            Request::BeginIssue { issue } => {
                self.begin_issue(issue.parse()?)?;
                Answer::BeginIssue(self.publication_view()?)
            }
            Request::IssueSettings { issue } => Answer::IssueSettings(self.issue_settings(issue.parse()?)?),
            Request::SaveIssueSettings { issue, fields, revision } => {
                Answer::SaveIssueSettings(self.save_issue_settings(issue.parse()?, &fields, &revision)?)
            }
            Request::Rest {} => Answer::Rest(self.rest()),
            Request::Wake { issue, slug } => Answer::Wake(self.wake(issue.parse()?, &slug)?),
            Request::StopExport {} => Answer::StopExport(self.stop_export()),
            Request::MediaFolder { issue } => Answer::MediaFolder(self.media_folder(issue.parse()?)?),
            Request::AddPicture { issue, file } => Answer::AddPicture(self.add_picture(issue.parse()?, &file)?),
            Request::Versions { issue, slug } => Answer::Versions(self.versions(issue.parse()?, &slug)?),
            Request::ReadVersion { issue, slug, version } => {
                Answer::ReadVersion(self.version(issue.parse()?, &slug, &version)?)
            }
            Request::SearchIssue { issue, sought, replacement, unsaved } => {
                Answer::SearchIssue(self.search_issue(issue.parse()?, &sought, replacement.as_deref(), &unsaved)?)
            }
            Request::ReplaceInIssue { issue, sought, replacement, files } => {
                Answer::ReplaceInIssue(self.replace_in_issue(issue.parse()?, &sought, &replacement, &files)?)
            }
            Request::TakeBackReplacement { number } => Answer::TakeBackReplacement(self.take_back_replacement(number)?),
            Request::Interrupted {} => Answer::Interrupted(self.interrupted()),
            Request::SetDown {} => {
                self.set_down();
                Answer::SetDown(true)
            }
        })
    }

    /// The picture of a page that is laid out, as JPEG.
    ///
    /// # Errors
    /// When no such page is laid out any more, or the page engine cannot be run.
    pub fn page_picture(&self, issue: &str, hash: &str, ppi: u32) -> Result<Vec<u8>, Failure> {
        if let Some(jpeg) = self.seen_picture(hash, ppi) {
            return Ok(jpeg);
        }
        // The first pages are drawn before the rest is laid out; a page that was last seen may be one of the rest.
        self.with_first_pages(issue.parse()?, |pages| {
            if pages.is_begun() && !pages.has(hash) {
                pages.settle(&self.publication()?)?;
            }
            pages.picture(hash, ppi)
        })
    }

    fn publication_view(&self) -> Result<PublicationView, Failure> {
        let publication = self.publication()?;
        let known = publication.issues()?;
        let coming = self.coming_issues(known.last().copied());
        let mut issues = Vec::new();
        for id in known.into_iter().rev() {
            let (issue, _) = publication.read_issue(id)?;
            issues.push(line(&issue));
        }
        Ok(PublicationView {
            name: publication.settings().name.clone(),
            folder: self.publication.display().to_string(),
            targets: Target::ALL.iter().map(|target| target.name().to_owned()).collect(),
            sheet: sheet(publication.settings()),
            issues,
            coming: coming.map(|id| coming_line(&publication, id)).collect(),
        })
    }

    fn issue_view(&self, id: IssueId) -> Result<IssueView, Failure> {
        let (publication, issue, mut findings) = self.issue(id)?;
        findings.extend(publication.media(&issue).1);
        let articles = issue.articles.iter().map(|article| article_line(&issue, article)).collect();
        Ok(IssueView {
            line: line(&issue),
            page_budget: issue.settings.pages,
            articles,
            findings: views(&findings, id),
        })
    }

    fn read_article(&self, id: IssueId, slug: &str) -> Result<ArticleText, Failure> {
        let (text, revision) = self.publication()?.article_text(id, slug)?;
        Ok(ArticleText { text, revision: revision.name().to_owned() })
    }

    fn save_article(&self, id: IssueId, slug: &str, text: &str, revision: &str) -> Result<SavedArticle, Failure> {
        let path = self.publication()?.article_path(id, slug)?;
        self.keep_version(id, slug, &path);
        let revision = save(&path, text, &Revision::named(revision))?;
        Ok(SavedArticle { revision: revision.name().to_owned() })
    }

    pub(crate) fn layout(&self, id: IssueId) -> Result<PagesView, Failure> {
        let started = Instant::now();
        let mut open = self.open_pages();
        let pages = match open.take() {
            Some(pages) => pages.reopen(self, id)?,
            None => OpenPages::for_typing(self, id)?,
        };
        let view = view(&pages, started);
        *open = Some(pages);
        Ok(view)
    }

    fn preview(&self, id: IssueId, slug: &str, text: &str, version: u32) -> Result<Option<PagesView>, Failure> {
        let started = Instant::now();
        self.newest_preview.fetch_max(version, Ordering::SeqCst);
        self.with_first_pages(id, |pages| {
            // While this one waited for the engine, the editor wrote on.
            if self.newest_preview.load(Ordering::SeqCst) > version {
                return Ok(None);
            }
            let publication = self.publication()?;
            let file = format!("issues/{id}/articles/{slug}.md");
            let (article, found) = Article::read(slug, &file, text, &pages.issue.settings.language);
            pages.reading.retain(|finding| finding.place.as_ref().is_none_or(|place| place.file != file));
            pages.reading.extend(found);
            pages.reading.extend(publication.house_style(&article.prose(text)));
            pages.reading.extend(publication.dead_links(&pages.issue.articles, &article, text));
            pages.follow(&self.newest_preview, version);
            Ok(pages.preview(&publication, article, text)?.then(|| view(pages, started)))
        })
    }

    fn settle(&self, id: IssueId, version: u32) -> Result<Option<PagesView>, Failure> {
        let started = Instant::now();
        self.with_first_pages(id, |pages| {
            if self.newest_preview.load(Ordering::SeqCst) > version {
                return Ok(None);
            }
            pages.follow(&self.newest_preview, version);
            Ok(pages.settle(&self.publication()?)?.then(|| view(pages, started)))
        })
    }

    /// Lets the page engine rest, unless it is at work, or has pages that it could not lay out again: somebody mends the
    /// template in another program.
    fn rest(&self) -> bool {
        let Ok(mut open) = self.pages.try_lock() else { return false };
        if let Some(pages) = open.as_mut().filter(|pages| !pages.layout.is_outdated) {
            pages.engine().rest();
        }
        true
    }

    /// Makes the page engine ready for an article, if its issue is the one that is open.
    fn wake(&self, id: IssueId, slug: &str) -> Result<bool, Failure> {
        let mut open = self.open_pages();
        let Some(pages) = open.as_mut().filter(|pages| pages.issue.id == id) else { return Ok(false) };
        pages.engine().wake(slug)?;
        Ok(true)
    }

    fn flatplan_view(&self, id: IssueId) -> Result<FlatplanView, Failure> {
        self.with_pages(id, |pages| Ok(plan::view(&pages.flatplan(), &pages.issue)))
    }

    fn click(&self, id: IssueId, page: u32, x: f64, y: f64) -> Result<Option<ManuscriptPlace>, Failure> {
        self.with_pages(id, |pages| {
            let place = pages.engine().click(page, x, y)?;
            let byte = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
            Ok(place.and_then(|place| Some(ManuscriptPlace { slug: place.slug?, byte: byte(place.byte) })))
        })
    }

    fn locate(&self, id: IssueId, slug: &str, byte: u32) -> Result<Option<PagePlace>, Failure> {
        self.with_pages(id, |pages| {
            let place = pages.engine().locate(slug, byte as usize)?;
            Ok(place.map(|place| PagePlace {
                page: place.page,
                x: place.x,
                y: place.y,
                width: place.width,
                height: place.height,
            }))
        })
    }

    /// Does something with all the pages of an issue.
    pub(crate) fn with_pages<T>(
        &self,
        id: IssueId,
        work: impl FnOnce(&mut OpenPages) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_first_pages(id, |pages| {
            if pages.is_begun() {
                pages.settle(&self.publication()?)?;
            }
            work(pages)
        })
    }

    /// Does something with the pages of an issue, of which there may be only the first as yet.
    fn with_first_pages<T>(
        &self,
        id: IssueId,
        work: impl FnOnce(&mut OpenPages) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut open = self.open_pages();
        if open.as_ref().is_none_or(|pages| pages.issue.id != id) {
            let pages = match open.take() {
                Some(pages) => pages.reopen(self, id)?,
                None => OpenPages::for_typing(self, id)?,
            };
            *open = Some(pages);
        }
        match open.as_mut() {
            Some(pages) => work(pages),
            None => Err(Failure::new(Class::Work, "no-pages", "the issue is not laid out")),
        }
    }

    /// A thread that died while it held the pages left them whole: they are replaced, never changed half way.
    pub(crate) fn open_pages(&self) -> MutexGuard<'_, Option<OpenPages>> {
        self.pages.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn sheet(settings: &PublicationSettings) -> SheetView {
    let PageFormat { bleed, top, bottom, inside, outside, .. } = settings.page;
    let points = |millimetres: f64| millimetres * 72.0 / 25.4;
    let pitch = settings.type_scale.pitch;
    // The template sets a line's upper edge 0.8 of its size above the baseline.
    let first_baseline = points(top) + 0.8 * settings.type_scale.size;
    SheetView {
        bleed: points(bleed),
        pitch,
        first_baseline,
        top: points(top),
        bottom: points(bottom),
        inside: points(inside),
        outside: points(outside),
    }
}

fn coming_line(publication: &Publication, id: IssueId) -> IssueLine {
    IssueLine {
        id: id.to_string(),
        number: id.number_since(publication.settings().first_issue),
        title: String::new(),
        season: season_of(id),
    }
}

fn line(issue: &Issue) -> IssueLine {
    IssueLine {
        id: issue.id.to_string(),
        number: issue.number,
        title: issue.settings.title.clone(),
        season: issue.settings.season.clone(),
    }
}

fn article_line(issue: &Issue, article: &Article) -> ArticleLine {
    let placed = |slot: &Slot| matches!(slot, Slot::Article(slug) if *slug == article.slug);
    ArticleLine {
        slug: article.slug.clone(),
        title: article.front_matter.title.text.clone(),
        section: article.front_matter.section.text.clone(),
        language: article.front_matter.language.clone(),
        words: u32::try_from(article.manuscript.words()).unwrap_or(u32::MAX),
        budget: article.front_matter.budget,
        placed: issue.settings.running_order.iter().any(placed),
    }
}

fn view(pages: &OpenPages, started: Instant) -> PagesView {
    let page = |page: &PageInfo| PageView {
        number: page.number,
        slug: if let SlotName::Article(slug) = &page.slot { Some(slug.clone()) } else { None },
        hash: page.hash.clone(),
        width: page.width_pt,
        height: page.height_pt,
    };
    PagesView {
        pages: pages.layout.pages.iter().map(page).collect(),
        findings: views(&pages.findings(), pages.issue.id),
        fits: plan::fits(&pages.layout.fits),
        settled: pages.is_settled(),
        outdated: pages.layout.is_outdated,
        milliseconds: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::EngineCommand;

    fn desk(folder: &std::path::Path) -> Desk {
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/publication.toml"), "name = \"City\"\n").unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        Desk::open(folder, &folder.join("data"), engine).unwrap()
    }

    #[test]
    fn nothing_is_woken_that_was_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let id: IssueId = "2026-q4".parse().unwrap();
        assert!(desk.rest());
        assert!(!desk.wake(id, "audit").unwrap());
    }

    #[test]
    fn an_engine_at_work_does_not_rest() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let at_work = desk.open_pages();
        assert!(!desk.rest());
        drop(at_work);
        assert!(desk.rest());
    }
}
