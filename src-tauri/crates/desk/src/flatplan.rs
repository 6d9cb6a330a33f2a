//! The flatplan: the running order as the spreads a reader will open, with what is still free in them.
//!
//! It is made from an issue and its layout and knows nothing of a screen; the window and the command line draw it.
//! The cover lies alone on the right, then two pages a spread, and the back cover alone on the left.

use std::collections::BTreeMap;

use magazine::{AdSize, ArticleKind, FixedPage, Issue, IssueId, ReorderError, SaveError, Slot, running_order_length};
use serde::Serialize;
use typesetting::{ArticleFit, Layout, PageInfo, SlotName};

use crate::budget;
use crate::pages::OpenPages;
use crate::{Desk, Failure};

/// An issue's pages as spreads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flatplan {
    /// The issue.
    pub issue: IssueId,
    /// Names the bytes of `issue.toml` that the running order was read from; goes back with a move.
    pub revision: String,
    /// The number of pages, as a printer counts them.
    pub sum: PageSum,
    /// The running order, each entry with the pages it takes.
    pub order: Vec<OrderEntry>,
    /// The spreads, the cover first.
    pub spreads: Vec<Spread>,
    /// Where a house ad would find room.
    pub openings: Vec<Opening>,
    /// How each article fits its pages and its budget.
    pub fits: Vec<ArticleFit>,
    /// Articles that have a file but no place in the running order.
    pub unplaced: Vec<String>,
}

/// The number of pages, as a printer counts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageSum {
    /// Pages of the issue.
    pub pages: u32,
    /// What it may take.
    pub budget: Option<u32>,
    /// Whether sheets can be folded to it: a multiple of 4.
    pub is_bindable: bool,
    /// The sum in sheets, `32 = 2 × 16`; where it cannot be bound, the sums below and above it that can.
    pub sheets: Vec<String>,
    /// Pages missing to the next multiple of 4.
    pub blank_pages: u32,
}

/// One entry of the running order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderEntry {
    /// What it is.
    pub slot: PlannedSlot,
    /// Its first page; `None` when it takes none, as an entry that stands there twice does.
    pub first: Option<u32>,
    /// The pages it takes.
    pub pages: u32,
}

/// Two pages that lie open together. The cover has no left page, the back cover no right one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// The page with the even number.
    pub left: Option<PlannedPage>,
    /// The page with the odd number.
    pub right: Option<PlannedPage>,
}

/// A page of the flatplan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedPage {
    /// Counted from 1.
    pub number: u32,
    /// The page's picture: `Layout::pages` has the same.
    pub hash: String,
    /// Its entry in [`Flatplan::order`], counted from 0.
    pub entry: usize,
    /// What it belongs to.
    pub slot: PlannedSlot,
    /// Which page of its entry it is, counted from 1.
    pub part: u32,
    /// The pages of its entry.
    pub parts: u32,
    /// The first page of an article.
    pub is_opener: bool,
    /// The first page of an article on a right-hand page, where a reader who leafs sees it first.
    pub opens_right: bool,
}

/// What stands in an entry of the running order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "slot", rename_all = "kebab-case")]
pub enum PlannedSlot {
    /// The front cover.
    Cover,
    /// The contents page.
    Contents,
    /// The colophon.
    Colophon,
    /// The back cover.
    BackCover,
    /// An advertisement.
    Ad {
        /// Who pays for it.
        advertiser: String,
        /// How much of the page it takes.
        size: AdSize,
    },
    /// An article.
    Article {
        /// Its file name.
        slug: String,
        /// Its headline; the file name where it has none.
        title: String,
        /// Its section; may be empty.
        section: String,
        /// How it is laid out.
        kind: ArticleKind,
    },
}

/// Room for a house ad.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "where", rename_all = "kebab-case")]
pub enum Opening {
    /// The foot of an article's last page.
    EndOfArticle {
        /// The page.
        page: u32,
        /// The article.
        slug: String,
        /// The largest ad that finds room there.
        size: AdSize,
        /// The lines of one column that are free.
        free_lines: u32,
        /// The part of the page's text area that is free, from 0 to 1.
        free: f64,
    },
    /// The part of an advertisement's page that the advertisement does not take.
    BesideAd {
        /// The page.
        page: u32,
        /// Who pays for the ad that is there.
        advertiser: String,
        /// The largest ad that finds room there.
        size: AdSize,
    },
    /// Pages that are missing to the next sum that can be bound.
    BlankPages {
        /// How many.
        count: u32,
    },
}

impl Flatplan {
    /// The flatplan of an issue that is laid out; `revision` names the bytes of its `issue.toml`.
    #[must_use]
    pub fn of(issue: &Issue, layout: &Layout, revision: &str) -> Self {
        let order = order(issue, layout);
        let sum = budget::page_sum(issue, layout);
        Self {
            issue: issue.id,
            revision: revision.to_owned(),
            spreads: spreads(planned(issue, layout, &order)),
            openings: openings(layout, &order, &sum),
            fits: layout.fits.clone(),
            unplaced: unplaced(issue),
            order,
            sum,
        }
    }
}

impl Desk {
    /// Lays an issue out and gives its flatplan.
    ///
    /// # Errors
    /// When there is no such issue, or the page engine cannot be run.
    pub fn flatplan(&self, issue: IssueId) -> Result<Flatplan, Failure> {
        Ok(OpenPages::open(self, issue)?.flatplan())
    }

    /// Moves an entry of the running order from one place to another; both count from 0, `to` among the entries that
    /// are left. Only `issue.toml` is changed, and in it only what moves. The reverse call undoes it.
    ///
    /// `revision` names the file's bytes that the places were read from, as [`Flatplan::revision`] has it.
    ///
    /// # Errors
    /// When the file was changed by another program since, when it has no such entry or cannot be understood, or when
    /// the disk refuses. The file then is as it was.
    pub fn reorder(&self, issue: IssueId, revision: &str, from: usize, to: usize) -> Result<Reordered, Failure> {
        let publication = self.publication()?;
        let (text, current) = publication.issue_text(issue)?;
        let path = publication.issue_folder(issue).join("issue.toml");
        if current.name() != revision {
            return Err(SaveError::ChangedOutside { path }.into());
        }
        let entries = publication.read_issue(issue)?.0.settings.running_order.len();
        let moved = move_entry(&text, entries, from, to)?;
        let revision = magazine::save(&path, &moved, &current)?;
        Ok(Reordered { revision: revision.name().to_owned() })
    }
}

/// The text with an entry moved. Entries that cannot be understood are in no flatplan, so the places would count
/// differently.
fn move_entry(text: &str, entries: usize, from: usize, to: usize) -> Result<String, ReorderError> {
    if running_order_length(text)? != entries {
        return Err(ReorderError::Unreadable("an entry of its running order is wrong".to_owned()));
    }
    magazine::reordered(text, from, to)
}

/// A running order that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reordered {
    /// Names the bytes of `issue.toml` now; goes back with the next move.
    pub revision: String,
}

/// The running order with the pages of each entry.
fn order(issue: &Issue, layout: &Layout) -> Vec<OrderEntry> {
    let names = names(issue);
    let entries = issue.settings.running_order.iter().enumerate().map(|(index, slot)| {
        let own = |page: &&PageInfo| names.get(name_key(&page.slot).as_str()) == Some(&index);
        OrderEntry {
            slot: planned_slot(issue, slot),
            first: layout.pages.iter().find(own).map(|page| page.number),
            pages: count(layout.pages.iter().filter(own).count()),
        }
    });
    let mut entries: Vec<OrderEntry> = entries.collect();
    // Small advertisements share the page of the one before them.
    for index in 1..entries.len() {
        if matches!(entries[index].slot, PlannedSlot::Ad { .. }) && entries[index].first.is_none() {
            entries[index].first = entries[index - 1].first;
        }
    }
    entries
}

/// The entry of each slot of the layout; of entries that are the same, the first is laid out.
fn names(issue: &Issue) -> BTreeMap<String, usize> {
    let mut ads = 0;
    let mut names = BTreeMap::new();
    for (index, slot) in issue.settings.running_order.iter().enumerate() {
        let name = match slot {
            Slot::Page(page) => SlotName::Page(*page),
            Slot::Article(slug) => SlotName::Article(slug.clone()),
            Slot::Ad(_) => {
                ads += 1;
                SlotName::Ad(ads)
            }
        };
        names.entry(name_key(&name)).or_insert(index);
    }
    names
}

fn name_key(name: &SlotName) -> String {
    match name {
        SlotName::Page(page) => format!("page {page:?}"),
        SlotName::Article(slug) => format!("article {slug}"),
        SlotName::Ad(number) => format!("ad {number}"),
    }
}

fn planned_slot(issue: &Issue, slot: &Slot) -> PlannedSlot {
    match slot {
        Slot::Page(FixedPage::Cover) => PlannedSlot::Cover,
        Slot::Page(FixedPage::Contents) => PlannedSlot::Contents,
        Slot::Page(FixedPage::Colophon) => PlannedSlot::Colophon,
        Slot::Page(FixedPage::BackCover) => PlannedSlot::BackCover,
        Slot::Ad(ad) => PlannedSlot::Ad { advertiser: ad.advertiser.clone(), size: ad.size },
        Slot::Article(slug) => article_slot(issue, slug),
    }
}

/// An article that has no file is planned by its name alone.
fn article_slot(issue: &Issue, slug: &str) -> PlannedSlot {
    let front = issue.article(slug).map(|article| &article.front_matter);
    let title = front.map(|front| front.title.text.trim()).filter(|title| !title.is_empty());
    PlannedSlot::Article {
        slug: slug.to_owned(),
        title: title.unwrap_or(slug).to_owned(),
        section: front.map(|front| front.section.text.clone()).unwrap_or_default(),
        kind: front.map(|front| front.kind).unwrap_or_default(),
    }
}

fn planned(issue: &Issue, layout: &Layout, order: &[OrderEntry]) -> Vec<PlannedPage> {
    let names = names(issue);
    let pages = layout.pages.iter().filter_map(|page| {
        let index = *names.get(&name_key(&page.slot))?;
        let entry = order.get(index)?;
        let part = page.number.saturating_sub(entry.first?) + 1;
        let is_opener = part == 1 && matches!(entry.slot, PlannedSlot::Article { .. });
        Some(PlannedPage {
            number: page.number,
            hash: page.hash.clone(),
            entry: index,
            slot: entry.slot.clone(),
            part,
            parts: entry.pages,
            is_opener,
            opens_right: is_opener && is_right(page.number),
        })
    });
    pages.collect()
}

/// Right-hand pages have the odd numbers, in every publication that reads from left to right.
fn is_right(number: u32) -> bool {
    !number.is_multiple_of(2)
}

fn spreads(pages: Vec<PlannedPage>) -> Vec<Spread> {
    let mut spreads: Vec<Spread> = Vec::new();
    for page in pages {
        match spreads.last_mut() {
            Some(last) if is_right(page.number) && last.right.is_none() => last.right = Some(page),
            _ if is_right(page.number) => spreads.push(Spread { left: None, right: Some(page) }),
            _ => spreads.push(Spread { left: Some(page), right: None }),
        }
    }
    spreads
}

fn openings(layout: &Layout, order: &[OrderEntry], sum: &PageSum) -> Vec<Opening> {
    let ads = order.iter().filter_map(beside_ad);
    let mut openings: Vec<Opening> = layout.fits.iter().filter_map(end_of_article).chain(ads).collect();
    openings.sort_by_key(|opening| match opening {
        Opening::EndOfArticle { page, .. } | Opening::BesideAd { page, .. } => *page,
        Opening::BlankPages { .. } => u32::MAX,
    });
    openings.extend((sum.blank_pages > 0).then_some(Opening::BlankPages { count: sum.blank_pages }));
    openings
}

fn end_of_article(fit: &ArticleFit) -> Option<Opening> {
    let end = fit.end?;
    let room = fit.rows * fit.columns;
    let free = if room == 0 { 0.0 } else { f64::from(end.free_lines) / f64::from(room) };
    let size = largest_ad(free)?;
    Some(Opening::EndOfArticle { page: end.page, slug: fit.slug.clone(), size, free_lines: end.free_lines, free })
}

fn beside_ad(entry: &OrderEntry) -> Option<Opening> {
    let PlannedSlot::Ad { advertiser, size } = &entry.slot else { return None };
    let left = match size {
        AdSize::Full => return None,
        AdSize::Quarter | AdSize::Third | AdSize::Half => AdSize::Half,
    };
    Some(Opening::BesideAd { page: entry.first?, advertiser: advertiser.clone(), size: left })
}

/// The largest ad size that finds room in this part of a page.
fn largest_ad(free: f64) -> Option<AdSize> {
    match free {
        _ if free >= 1.0 / 2.0 => Some(AdSize::Half),
        _ if free >= 1.0 / 3.0 => Some(AdSize::Third),
        _ if free >= 1.0 / 4.0 => Some(AdSize::Quarter),
        _ => None,
    }
}

fn unplaced(issue: &Issue) -> Vec<String> {
    let placed = |slug: &str| {
        issue.settings.running_order.iter().any(|slot| matches!(slot, Slot::Article(name) if name == slug))
    };
    issue.articles.iter().map(|article| article.slug.clone()).filter(|slug| !placed(slug)).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use expect_test::{Expect, expect};
    use magazine::{Article, IssueSettings, PublicationSettings};
    use typesetting::{EngineCommand, TextEnd};

    use super::*;

    /// An issue with this running order and three articles.
    fn issue(order: &str) -> Issue {
        let (publication, _) = PublicationSettings::read("assets/publication.toml", "name = \"Test\"");
        let id = "2026-q4".parse().unwrap();
        let text = format!("title = \"T\"\nrunning-order = [{order}]\n");
        let (settings, _) = IssueSettings::read(id, "issues/2026-q4/issue.toml", &text, &publication);
        let article = |slug: &&str| {
            let file = format!("issues/2026-q4/articles/{slug}.md");
            Article::read(slug, &file, &format!("---\ntitle: On {slug}\n---\nText.\n"), "en").0
        };
        Issue { id, number: 41, settings, articles: ["a", "b", "c"].iter().map(article).collect(), publication }
    }

    /// Its layout, when the articles take these pages; everything else takes one.
    fn layout(issue: &Issue, pages_of: &[(&str, u32)]) -> Layout {
        let mut layout = Layout::default();
        let mut names: Vec<(String, usize)> = names(issue).into_iter().collect();
        names.sort_by_key(|(_, index)| *index);
        let mut ads = 0;
        for (_, index) in names {
            let slot = match &issue.settings.running_order[index] {
                Slot::Page(page) => SlotName::Page(*page),
                Slot::Article(slug) => SlotName::Article(slug.clone()),
                Slot::Ad(_) => {
                    ads += 1;
                    SlotName::Ad(ads)
                }
            };
            let named = |(slug, _): &&(&str, u32)| slot == SlotName::Article((*slug).to_owned());
            for _ in 0..pages_of.iter().find(named).map_or(1, |(_, pages)| *pages) {
                let number = count(layout.pages.len()) + 1;
                let (hash, slot) = (format!("{number:016x}"), slot.clone());
                layout.pages.push(PageInfo { number, slot, hash, width_pt: 595.0, height_pt: 794.0 });
            }
        }
        layout
    }

    fn drawn(plan: &Flatplan) -> String {
        let side = |page: &Option<PlannedPage>| match page {
            Some(page) => {
                let opens = if page.opens_right {
                    "»"
                } else if page.is_opener {
                    "›"
                } else {
                    ""
                };
                format!("{}{opens} entry {} {}/{}", page.number, page.entry, page.part, page.parts)
            }
            None => "-".to_owned(),
        };
        let spreads = plan.spreads.iter().map(|spread| format!("{} | {}\n", side(&spread.left), side(&spread.right)));
        format!("{}{:?}\n{:?}\n", spreads.collect::<String>(), plan.sum, plan.openings)
    }

    fn check(order: &str, pages_of: &[(&str, u32)], expected: &Expect) {
        let issue = issue(order);
        expected.assert_eq(&drawn(&Flatplan::of(&issue, &layout(&issue, pages_of), "r")));
    }

    #[test]
    fn the_cover_and_the_back_cover_lie_alone() {
        check(
            "{ page = \"cover\" }, { article = \"a\" }, { article = \"b\" }, { page = \"back-cover\" }",
            &[("a", 3), ("b", 3)],
            &expect![[r#"
                - | 1 entry 0 1/1
                2› entry 1 1/3 | 3 entry 1 2/3
                4 entry 1 3/3 | 5» entry 2 1/3
                6 entry 2 2/3 | 7 entry 2 3/3
                8 entry 3 1/1 | -
                PageSum { pages: 8, budget: None, is_bindable: true, sheets: ["8"], blank_pages: 0 }
                []
            "#]],
        );
    }

    #[test]
    fn a_sum_that_cannot_be_bound_leaves_blank_pages() {
        check(
            "{ page = \"cover\" }, { ad = \"media/x.svg\", alt = \"A\", advertiser = \"A\", size = \"third\" }, { article = \"a\" }",
            &[("a", 3)],
            &expect![[r#"
                - | 1 entry 0 1/1
                2 entry 1 1/1 | 3» entry 2 1/3
                4 entry 2 2/3 | 5 entry 2 3/3
                PageSum { pages: 5, budget: None, is_bindable: false, sheets: ["4", "8"], blank_pages: 3 }
                [BesideAd { page: 2, advertiser: "A", size: Half }, BlankPages { count: 3 }]
            "#]],
        );
    }

    #[test]
    fn an_empty_running_order_has_no_spread() {
        check(
            "",
            &[],
            &expect![[r#"
            PageSum { pages: 0, budget: None, is_bindable: true, sheets: [], blank_pages: 0 }
            []
        "#]],
        );
        assert_eq!(Flatplan::of(&issue(""), &Layout::default(), "r").unplaced, ["a", "b", "c"]);
    }

    #[test]
    fn an_article_that_is_not_placed_is_named_and_one_that_is_placed_twice_counts_once() {
        let issue = issue("{ article = \"a\" }, { article = \"c\" }, { article = \"a\" }");
        let plan = Flatplan::of(&issue, &layout(&issue, &[]), "r");
        assert_eq!(plan.unplaced, ["b"]);
        let pages: Vec<_> = plan.order.iter().map(|entry| (entry.first, entry.pages)).collect();
        assert_eq!(pages, [(Some(1), 1), (Some(2), 1), (None, 0)]);
    }

    #[test]
    fn the_free_end_of_an_article_takes_the_largest_ad_that_fits() {
        let opening = |free_lines: u32| {
            let end = Some(TextEnd { page: 9, column: 3, line: 1, free_lines });
            let fit = ArticleFit {
                slug: "a".to_owned(),
                first: 8,
                pages: 2,
                columns: 3,
                rows: 40,
                lines: 100,
                words: 600,
                words_per_line: 6.0,
                end,
                budget: None,
            };
            match end_of_article(&fit)? {
                Opening::EndOfArticle { size, .. } => Some(size),
                Opening::BesideAd { .. } | Opening::BlankPages { .. } => None,
            }
        };
        assert_eq!(
            [29, 30, 39, 40, 59, 60].map(opening),
            [
                None,
                Some(AdSize::Quarter),
                Some(AdSize::Quarter),
                Some(AdSize::Third),
                Some(AdSize::Third),
                Some(AdSize::Half)
            ]
        );
    }

    /// A publication whose `issue.toml` is this.
    fn publication(issue: &str) -> (tempfile::TempDir, Desk, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issues/2026-q4/issue.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::create_dir_all(folder.path().join("assets")).unwrap();
        fs::write(folder.path().join("assets/publication.toml"), "name = \"Test\"\n").unwrap();
        fs::write(&file, issue).unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), folder.path(), engine).unwrap();
        (folder, desk, file)
    }

    const ISSUE: &str =
        "title = \"T\" # t\nrunning-order = [\n  { page = \"cover\" }, # c\n  { page = \"contents\" },\n]\n";

    #[test]
    fn a_move_in_the_running_order_is_saved_and_undone_by_its_reverse() {
        let (_folder, desk, file) = publication(ISSUE);
        let id = "2026-q4".parse().unwrap();
        let before = magazine::Revision::of(ISSUE.as_bytes());
        let moved = desk.reorder(id, before.name(), 0, 1).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text,
            "title = \"T\" # t\nrunning-order = [\n  { page = \"contents\" },\n  { page = \"cover\" }, # c\n]\n"
        );
        assert_eq!(desk.reorder(id, &moved.revision, 1, 0).unwrap().revision, before.name());
        assert_eq!(fs::read_to_string(&file).unwrap(), ISSUE);
    }

    #[test]
    fn a_move_in_a_file_that_was_changed_outside_is_refused() {
        let (_folder, desk, file) = publication(ISSUE);
        let seen = magazine::Revision::of(ISSUE.as_bytes());
        let theirs = format!("{ISSUE}pages = 4\n");
        fs::write(&file, &theirs).unwrap();
        let failure = desk.reorder("2026-q4".parse().unwrap(), seen.name(), 0, 1).unwrap_err();
        assert_eq!(failure.code, "changed-outside");
        assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
    }

    #[test]
    fn a_move_among_entries_that_cannot_be_understood_is_refused() {
        let text = ISSUE.replace("contents", "contentz");
        let (_folder, desk, file) = publication(&text);
        let seen = magazine::Revision::of(text.as_bytes());
        let failure = desk.reorder("2026-q4".parse().unwrap(), seen.name(), 0, 1).unwrap_err();
        assert_eq!(failure.code, "bad-toml");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}
