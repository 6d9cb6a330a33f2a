//! Where a house ad would find room.

use magazine::AdSize;
use serde::Serialize;
use typesetting::{ArticleFit, Layout};

use super::{OrderEntry, PlannedSlot};
use crate::page_sum::PageSum;

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

/// All the room there is, in the order of the pages; what is missing to a bindable sum comes last.
pub(super) fn openings(layout: &Layout, order: &[OrderEntry], sum: &PageSum) -> Vec<Opening> {
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

#[cfg(test)]
mod tests {
    use typesetting::TextEnd;

    use super::*;

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
}
