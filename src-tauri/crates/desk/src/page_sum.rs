//! The number of pages as a printer counts them: in sheets, folded to 4 pages at least.

use serde::Serialize;

/// Sheets are folded to 4 pages at least.
pub(crate) const FOLD: u32 = 4;
/// The sheet that costs least a page.
pub(crate) const SIGNATURE: u32 = 16;

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

impl PageSum {
    /// The sum of so many pages, beside what the issue may take.
    pub(crate) fn of(pages: u32, budget: Option<u32>) -> Self {
        Self {
            pages,
            budget,
            is_bindable: pages.is_multiple_of(FOLD),
            sheets: bindable(pages),
            blank_pages: pages.next_multiple_of(FOLD) - pages,
        }
    }
}

/// The sum in sheets, or the sums below and above it that can be bound.
pub(crate) fn bindable(sum: u32) -> Vec<String> {
    let below = sum / FOLD * FOLD;
    let above = sum.next_multiple_of(FOLD);
    let sums = if below == above { vec![below] } else { vec![below, above] };
    sums.into_iter().filter(|sum| *sum > 0).map(in_sheets).collect()
}

/// A sum of pages as a printer folds it: `36 = 2 × 16 + 4`.
fn in_sheets(sum: u32) -> String {
    let whole = match sum / SIGNATURE {
        0 => None,
        1 => Some(SIGNATURE.to_string()),
        sheets => Some(format!("{sheets} × {SIGNATURE}")),
    };
    let rest = sum % SIGNATURE;
    let smaller = [SIGNATURE / 2, FOLD].into_iter().filter(|sheet| rest & sheet != 0).map(|sheet| sheet.to_string());
    let sheets: Vec<String> = whole.into_iter().chain(smaller).collect();
    match sheets.as_slice() {
        [only] if *only == sum.to_string() => only.clone(),
        _ => format!("{sum} = {}", sheets.join(" + ")),
    }
}
