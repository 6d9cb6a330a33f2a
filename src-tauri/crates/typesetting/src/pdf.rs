//! The chain of documents joined into one PDF.
//!
//! Joined pages equal the issue compiled whole, outline included. The same issue gives the same bytes: the date is
//! the issue's, the identifier its name.

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::model::DocumentInfo;
use typst::text::{Lang, Locale};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::process::protocol::PdfOrder;

/// The PDF of these documents in this order.
pub(crate) fn write<'a>(
    documents: impl Iterator<Item = &'a PagedDocument>,
    order: &PdfOrder,
    today: Option<Datetime>,
) -> Result<Vec<u8>, Vec<SourceDiagnostic>> {
    let pages = documents.flat_map(|document| document.pages().iter().cloned()).collect();
    let info = DocumentInfo {
        title: Some(order.title.as_str().into()),
        author: order.authors.iter().map(|author| author.as_str().into()).collect(),
        keywords: order.keywords.iter().map(|keyword| keyword.as_str().into()).collect(),
        date: Smart::Custom(today),
        locale: language(&order.language),
        ..DocumentInfo::default()
    };
    let options = PdfOptions {
        ident: Smart::Custom(order.identity.clone()),
        timestamp: today.map(Timestamp::new_utc),
        standards: standards(order.accessible),
        tagged: true,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&PagedDocument::new(pages, info), &options).map_err(|errors| errors.into_iter().collect())
}

/// Noon of a day: a PDF's date has a time, and midnight is the day before in half of the world.
pub(crate) fn date(year: i16, month: i8, day: i8) -> Option<Datetime> {
    Datetime::from_ymd_hms(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?, 12, 0, 0)
}

fn standards(accessible: bool) -> PdfStandards {
    let asked: &[PdfStandard] = if accessible { &[PdfStandard::Ua_1] } else { &[] };
    // One standard alone cannot contradict itself.
    PdfStandards::new(asked).unwrap_or_default()
}

fn language(code: &str) -> Smart<Locale> {
    let language: Result<Lang, _> = code.parse();
    language.map_or(Smart::Auto, |lang| Smart::Custom(Locale::new(lang, None)))
}
