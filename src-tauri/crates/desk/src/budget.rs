//! Whether an issue and its articles take the pages that were planned, and whether a printer can bind their sum.
//!
//! Counts are compared only where nothing is left out: what an error replaces by a placeholder takes other pages
//! once it is put right.

use magazine::{Article, Code, Finding, Issue, Place, Severity};
use typesetting::{BudgetFit, Layout, SlotName};

use crate::page_sum::{FOLD, SIGNATURE, bindable};

/// The findings about the pages of a layout; `known` is what was found in it so far.
pub(crate) fn findings(issue: &Issue, layout: &Layout, known: &[Finding]) -> Vec<Finding> {
    let errors: Vec<&Finding> = known.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let is_whole = |article: &Article| {
        let is_placeholder = |slot: &SlotName| matches!(slot, SlotName::Article(slug) if *slug == article.slug);
        !layout.placeholders.iter().any(is_placeholder)
            && !errors.iter().any(|error| error.place.as_ref().is_some_and(|place| place.file == article.file))
    };
    let articles = layout.articles.iter().filter_map(|placed| {
        let article = issue.article(&placed.slug).filter(|article| is_whole(article))?;
        let fit = layout.fits.iter().find(|fit| fit.slug == placed.slug).and_then(|fit| fit.budget.as_ref());
        article_over_or_under(article, placed.count, fit)
    });
    let mut findings: Vec<Finding> = articles.collect();
    if errors.is_empty() {
        let pages = u32::try_from(layout.pages.len()).unwrap_or(u32::MAX);
        let place = || Place::file(format!("issues/{}/issue.toml", issue.id));
        findings.extend(issue_over_or_under(issue, pages).map(|finding| finding.at(place().field("pages"))));
        findings.extend(uneven_sum(pages).map(|finding| finding.at(place().field("running-order"))));
    }
    findings
}

fn article_over_or_under(article: &Article, takes: u32, fit: Option<&BudgetFit>) -> Option<Finding> {
    let budget = article.front_matter.budget.filter(|budget| *budget != takes)?;
    let change = match fit.and_then(BudgetFit::advice) {
        _ if takes < budget => format!("lengthen it by {}", pages(budget - takes)),
        Some(advice) => advice,
        None => format!("shorten it by {}", pages(takes - budget)),
    };
    let finding = Finding::warning(
        Code::PageBudget,
        format!("`{}` takes {}, and its budget is {budget}", article.slug, pages(takes)),
    );
    // The words from there on are those that do not fit.
    let overset = fit.and_then(|fit| fit.overset).map(|byte| byte..byte);
    let place = Place { range: overset, ..Place::file(&article.file).field("budget") };
    Some(finding.at(place).hint(format!("{change}, or set `budget: {takes}`")))
}

fn issue_over_or_under(issue: &Issue, takes: u32) -> Option<Finding> {
    let budget = issue.settings.pages.filter(|budget| *budget != takes)?;
    let change = if takes > budget { "take out" } else { "add" };
    let finding =
        Finding::warning(Code::PageBudget, format!("the issue takes {}, and its budget is {budget}", pages(takes)));
    Some(finding.hint(format!("{change} {}, or set `pages = {takes}`", pages(takes.abs_diff(budget)))))
}

fn uneven_sum(sum: u32) -> Option<Finding> {
    if sum.is_multiple_of(FOLD) {
        return None;
    }
    let sums = bindable(sum);
    let finding = Finding::warning(Code::PageSum, format!("{} cannot be bound: a sheet has {FOLD}", pages(sum)));
    Some(finding.hint(format!("{}; sheets of {SIGNATURE} cost least", sums.join(" or "))))
}

fn pages(count: u32) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_cannot_be_bound_names_the_next_that_can() {
        for (sum, hint) in [
            (1, Some("4")),
            (7, Some("4 or 8")),
            (14, Some("12 = 8 + 4 or 16")),
            (30, Some("28 = 16 + 8 + 4 or 32 = 2 × 16")),
            (33, Some("32 = 2 × 16 or 36 = 2 × 16 + 4")),
            (57, Some("56 = 3 × 16 + 8 or 60 = 3 × 16 + 8 + 4")),
            (4, None),
            (32, None),
        ] {
            let found = uneven_sum(sum).map(|finding| finding.hint.unwrap());
            assert_eq!(found, hint.map(|hint| format!("{hint}; sheets of 16 cost least")), "{sum}");
        }
    }
}
