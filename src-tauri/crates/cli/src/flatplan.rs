//! The flatplan as text: a row a spread, 80 columns wide.

use std::process::ExitCode;

use desk::{
    AdSize, ArticleFit, Desk, Failure, Flatplan, Opening, OrderEntry, PageSum, PlannedPage, PlannedSlot, Spread,
};
use serde_json::json;

use crate::arguments;
use crate::output::{Output, count};

/// A terminal that nobody widened.
const WIDTH: usize = 80;
/// Two pages, and `│` with a blank on both sides between them.
const PAGE: usize = (WIDTH - 3) / 2;

/// `masthead flatplan ISSUE`
pub(crate) fn flatplan(desk: &Desk, asked: &arguments::Flatplan, output: Output) -> Result<ExitCode, Failure> {
    let issue = asked.issue.parse()?;
    let mut plan = desk.flatplan(issue)?;
    if let (Some(from), Some(to)) = (asked.entry, asked.to) {
        // People count from 1; the argument's range begins there.
        desk.reorder(issue, &plan.revision, from as usize - 1, to as usize - 1)?;
        plan = desk.flatplan(issue)?;
    }
    output.result(&json!(plan), || drawn(&plan));
    Ok(ExitCode::SUCCESS)
}

fn drawn(plan: &Flatplan) -> String {
    let mut parts = vec![format!("{}: {}", plan.issue, sum(&plan.sum))];
    if !plan.spreads.is_empty() {
        parts.push(plan.spreads.iter().map(spread).collect::<Vec<_>>().join("\n"));
        parts.push("» opens on the right, › on the left".to_owned());
    }
    parts.extend(section("Running order", plan.order.iter().zip(1..).map(entry)));
    parts.extend(section("Articles", plan.fits.iter().map(fit)));
    parts.extend(section("Room for house ads", plan.openings.iter().map(opening)));
    parts.extend(section("Not placed", plan.unplaced.iter().map(|slug| format!("  {slug}"))));
    parts.join("\n\n")
}

fn section(title: &str, lines: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = lines.map(|line| cut(&line, WIDTH)).collect();
    (!lines.is_empty()).then(|| format!("{title}\n{}", lines.join("\n")))
}

/// `32 pages, as budgeted; 32 = 2 × 16`
fn sum(sum: &PageSum) -> String {
    let budget = match sum.budget {
        Some(budget) if budget == sum.pages => ", as budgeted".to_owned(),
        Some(budget) => format!(", and its budget is {budget}"),
        None => String::new(),
    };
    let sheets = match sum.sheets.as_slice() {
        [] => String::new(),
        sheets if sum.is_bindable => format!("; {}", sheets.join(" or ")),
        sheets => format!("; cannot be bound: {}", sheets.join(" or ")),
    };
    format!("{}{budget}{sheets}", count(sum.pages, "page"))
}

fn spread(spread: &Spread) -> String {
    let side = |page: &Option<PlannedPage>| padded(&page.as_ref().map(page_line).unwrap_or_default(), PAGE);
    let row = format!("{} │ {}", side(&spread.left), side(&spread.right));
    row.trim_end().to_owned()
}

/// ` 7 » The title of an article         2/6`
fn page_line(page: &PlannedPage) -> String {
    let mark = match (page.opens_right, page.is_opener) {
        (true, _) => '»',
        (false, true) => '›',
        (false, false) => ' ',
    };
    let part = if page.parts > 1 { format!(" {}/{}", page.part, page.parts) } else { String::new() };
    let name = padded(&name(&page.slot), PAGE - 6 - part.chars().count());
    format!("{:>3} {mark} {name}{part}", page.number)
}

fn name(slot: &PlannedSlot) -> String {
    match slot {
        PlannedSlot::Cover => "Cover".to_owned(),
        PlannedSlot::Contents => "Contents".to_owned(),
        PlannedSlot::Colophon => "Colophon".to_owned(),
        PlannedSlot::BackCover => "Back cover".to_owned(),
        PlannedSlot::Ad { advertiser, size } => format!("Ad, {}: {advertiser}", ad_size(*size)),
        PlannedSlot::Article { title, .. } => title.clone(),
    }
}

fn ad_size(size: AdSize) -> &'static str {
    match size {
        AdSize::Full => "full page",
        AdSize::Half => "half",
        AdSize::Third => "third",
        AdSize::Quarter => "quarter",
    }
}

/// `  6  audit                 6 pages from 6`
fn entry((entry, number): (&OrderEntry, u32)) -> String {
    let name = match &entry.slot {
        PlannedSlot::Article { slug, .. } => slug.clone(),
        other => name(other),
    };
    let pages = match entry.first {
        Some(first) => format!("{} from {first}", count(entry.pages, "page")),
        None => "no page: it stands here twice".to_owned(),
    };
    format!("{number:>3}  {} {pages}", padded(&name, 44))
}

/// `  audit       6 of 6 pages, ends on 11, column 3, line 12; 7 lines over: …`
fn fit(fit: &ArticleFit) -> String {
    let pages = match &fit.budget {
        Some(budget) => format!("{} of {}", fit.pages, count(budget.pages, "page")),
        None => count(fit.pages, "page"),
    };
    let end = fit.end.map(|end| format!("ends {}/{}/{}", end.page, end.column, end.line)).unwrap_or_default();
    let advice = fit.budget.as_ref().and_then(desk::BudgetFit::advice).unwrap_or_default();
    format!("  {} {} {} {advice}", padded(&fit.slug, 18), padded(&pages, 12), padded(&end, 13)).trim_end().to_owned()
}

fn opening(opening: &Opening) -> String {
    match opening {
        Opening::EndOfArticle { page, slug, size, free_lines, .. } => {
            format!("  page {page}: a {} at the end of {slug} ({})", ad_size(*size), count(*free_lines, "free line"))
        }
        Opening::BesideAd { page, advertiser, size } => {
            format!("  page {page}: a {} beside the ad of {advertiser}", ad_size(*size))
        }
        Opening::BlankPages { count: pages } => {
            format!("  {} to the next sum that can be bound", count(*pages, "page"))
        }
    }
}

/// Cut to a width, with `…` for what is cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn padded(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let missing = width.saturating_sub(text.chars().count());
    text + &" ".repeat(missing)
}
