//! The flatplan: the running order as the spreads a reader will open, with what is still free in them.
//!
//! It is made from an issue and its layout and knows nothing of a screen; the window and the command line draw it.
//! The cover lies alone on the right, then two pages a spread, and the back cover alone on the left.

mod advertisements;
mod openings;
pub(crate) mod reorder;

use std::collections::BTreeMap;

use magazine::{AdSize, ArticleKind, FixedPage, Issue, IssueId, Slot};
use serde::Serialize;
use typesetting::{ArticleFit, Layout, PageInfo, SlotName};

use crate::page_sum::PageSum;
use crate::pages::OpenPages;
use crate::{Desk, Failure};
pub use openings::Opening;
pub use reorder::Reordered;
pub(crate) use reorder::countable;

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

impl Flatplan {
    /// The flatplan of an issue that is laid out; `revision` names the bytes of its `issue.toml`.
    #[must_use]
    pub fn of(issue: &Issue, layout: &Layout, revision: &str) -> Self {
        let order = order(issue, layout);
        let sum = PageSum::of(count(layout.pages.len()), issue.settings.pages);
        Self {
            issue: issue.id,
            revision: revision.to_owned(),
            spreads: spreads(planned(issue, layout, &order)),
            openings: openings::openings(layout, &order, &sum),
            fits: layout.fits.clone(),
            unplaced: unplaced(issue),
            order,
            sum,
        }
    }
}

impl OpenPages {
    /// The pages as spreads.
    pub(crate) fn flatplan(&self) -> Flatplan {
        Flatplan::of(&self.issue, &self.layout, self.revision.name())
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
    use expect_test::{Expect, expect};
    use magazine::{Article, IssueSettings, PublicationSettings};

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
}
