//! The flatplan and the copyfit as the window shows them.

use magazine::Issue;
use typesetting::ArticleFit;

use crate::flatplan::{Flatplan, Opening, OrderEntry, PlannedSlot};
use crate::rpc::{EntryView, FitView, FlatplanView, OpeningView, PageSumView};

/// The running order with its pages.
pub(crate) fn view(plan: &Flatplan, issue: &Issue) -> FlatplanView {
    FlatplanView {
        revision: plan.revision.clone(),
        entries: plan.order.iter().map(|found| entry(found, issue)).collect(),
        sum: PageSumView {
            pages: plan.sum.pages,
            budget: plan.sum.budget,
            bindable: plan.sum.is_bindable,
            sheets: plan.sum.sheets.clone(),
        },
        openings: plan.openings.iter().map(opening).collect(),
    }
}

fn entry(entry: &OrderEntry, issue: &Issue) -> EntryView {
    let plain = |kind: &str| (kind.to_owned(), None, String::new(), String::new());
    let (kind, slug, title, section) = match &entry.slot {
        PlannedSlot::Cover => plain("cover"),
        PlannedSlot::Contents => plain("contents"),
        PlannedSlot::Colophon => plain("colophon"),
        PlannedSlot::BackCover => plain("back-cover"),
        PlannedSlot::Ad { advertiser, size } => ("ad".to_owned(), None, advertiser.clone(), size.name().to_owned()),
        PlannedSlot::Article { slug, title, section, .. } => {
            ("article".to_owned(), Some(slug.clone()), title.clone(), section.clone())
        }
    };
    let budget = slug.as_deref().and_then(|slug| issue.article(slug)?.front_matter.budget);
    EntryView { kind, slug, title, section, first: entry.first, pages: entry.pages, budget }
}

fn opening(opening: &Opening) -> OpeningView {
    match opening {
        Opening::EndOfArticle { page, size, .. } => {
            OpeningView::EndOfArticle { page: *page, size: size.name().to_owned() }
        }
        Opening::BesideAd { page, size, .. } => OpeningView::BesideAd { page: *page, size: size.name().to_owned() },
        Opening::BlankPages { count } => OpeningView::BlankPages { count: *count },
    }
}

/// The articles that have a budget, against it.
pub(crate) fn fits(fits: &[ArticleFit]) -> Vec<FitView> {
    fits.iter().filter_map(fit).collect()
}

fn fit(fit: &ArticleFit) -> Option<FitView> {
    let budget = fit.budget.as_ref()?;
    Some(FitView {
        slug: fit.slug.clone(),
        budget: budget.pages,
        room: (fit.lines + budget.under_lines).saturating_sub(budget.over_lines),
        over_lines: budget.over_lines,
        over_words: budget.over_words,
        under_lines: budget.under_lines,
        under_words: budget.under_words,
        overset: budget.overset.and_then(|byte| u32::try_from(byte).ok()),
    })
}
