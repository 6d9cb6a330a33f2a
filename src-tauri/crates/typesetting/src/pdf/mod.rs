//! The chain of documents joined into one PDF, for each of its uses.
//!
//! Joined pages equal the issue compiled whole, outline included. What a use asks for is done to the laid-out pages,
//! so that the pages are the same in all: a screen gets smaller pictures, a booklet sheets; only print is laid out
//! anew, in inks, and its PDF is finished by [`print`]. The same issue gives the same bytes: the date is the issue's,
//! the identifier its name.

mod booklet;
mod join;
pub(crate) mod print;
pub(crate) mod room;
mod screen;

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::layout::Sides;
use typst::model::DocumentInfo;
use typst::syntax::Span;
use typst::text::{Lang, Locale};
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::process::protocol::{PdfOrder, PdfTarget};
use print::Inks;

/// The PDF of these documents in this order. For print they were laid out in these inks.
pub(crate) fn write<'a>(
    documents: impl Iterator<Item = (&'a str, &'a PagedDocument)>,
    order: &PdfOrder,
    today: Option<Datetime>,
    inks: Option<&Inks>,
) -> Result<Vec<u8>, Vec<SourceDiagnostic>> {
    let pages = documents.flat_map(|(path, document)| join::pages_of_its_own(path, document)).collect();
    let pages = prepared(pages, order.target, inks);
    let document = PagedDocument::new(pages.into(), info(order, today));
    let options = PdfOptions {
        ident: Smart::Custom(order.identity.clone()),
        timestamp: today.map(Timestamp::new_utc),
        standards: standards(order.target),
        tagged: !is_for_paper(order.target),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| errors.into_iter().collect::<Vec<_>>())?;
    match inks {
        Some(inks) => print::finished(&pdf, inks, &order.press).map_err(|error| {
            let message = format!("the pages cannot be given in printing inks: {error}");
            vec![SourceDiagnostic::error(Span::detached(), message)]
        }),
        None => Ok(pdf),
    }
}

/// The pages as their use needs them.
fn prepared(mut pages: Vec<Page>, target: PdfTarget, inks: Option<&Inks>) -> Vec<Page> {
    if is_for_paper(target) {
        pages.iter_mut().for_each(|page| join::for_paper(&mut page.frame));
    }
    match target {
        PdfTarget::Screen => {
            screen::reduce_pictures(&mut pages);
            pages.iter_mut().for_each(trimmed);
        }
        PdfTarget::Accessible => pages.iter_mut().for_each(trimmed),
        PdfTarget::Print => {
            if let Some(inks) = inks {
                pages.iter_mut().for_each(|page| print::set_text_in_black(&mut page.frame, inks));
            }
        }
        PdfTarget::Booklet => {
            screen::reduce_pictures(&mut pages);
            pages = booklet::sheets(&pages);
        }
    }
    pages
}

/// What is printed beyond the trim is of no use to who reads on a screen.
fn trimmed(page: &mut Page) {
    page.bleed = Sides::default();
}

fn is_for_paper(target: PdfTarget) -> bool {
    match target {
        PdfTarget::Screen | PdfTarget::Accessible => false,
        PdfTarget::Print | PdfTarget::Booklet => true,
    }
}

fn info(order: &PdfOrder, today: Option<Datetime>) -> DocumentInfo {
    DocumentInfo {
        title: Some(order.title.as_str().into()),
        author: order.authors.iter().map(|author| author.as_str().into()).collect(),
        keywords: order.keywords.iter().map(|keyword| keyword.as_str().into()).collect(),
        date: Smart::Custom(today),
        locale: language(&order.language),
        ..DocumentInfo::default()
    }
}

/// Noon of a day: a PDF's date has a time, and midnight is the day before in half of the world.
pub(crate) fn date(year: i16, month: i8, day: i8) -> Option<Datetime> {
    Datetime::from_ymd_hms(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?, 12, 0, 0)
}

/// PDF/UA-1 to be read aloud, PDF/A-2a to be read in thirty years: both ask for tags and embedded fonts. PDF/X-4 is
/// written in PDF 1.6.
fn standards(target: PdfTarget) -> PdfStandards {
    let asked: &[PdfStandard] = match target {
        PdfTarget::Accessible => &[PdfStandard::Ua_1, PdfStandard::A_2a],
        PdfTarget::Print => &[PdfStandard::V_1_6],
        PdfTarget::Screen | PdfTarget::Booklet => &[],
    };
    PdfStandards::new(asked).expect("PDF/UA-1 and PDF/A-2a share PDF 1.7")
}

fn language(code: &str) -> Smart<Locale> {
    let language: Result<Lang, _> = code.parse();
    language.map_or(Smart::Auto, |lang| Smart::Custom(Locale::new(lang, None)))
}
