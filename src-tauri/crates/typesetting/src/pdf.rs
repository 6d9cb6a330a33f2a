//! The chain of documents joined into one PDF.
//!
//! Joined pages equal the issue compiled whole, outline included. The same issue gives the same bytes: the date is
//! the issue's, the identifier its name.
//!
//! Typst numbers the elements of a document by what they are and how often they came before. Two articles with the
//! same footnote, caption or ornament therefore hold elements of one number, and in the joined PDF the second would
//! be read aloud as part of the first (PDF/UA: "ambiguous logical parent"). So each document's numbers are moved to
//! a range of its own first.

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::introspection::{Location, Tag};
use typst::layout::{Frame, FrameItem};
use typst::model::{Destination, DocumentInfo};
use typst::text::{Lang, Locale};
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::process::protocol::PdfOrder;

/// The PDF of these documents in this order.
pub(crate) fn write<'a>(
    documents: impl Iterator<Item = (&'a str, &'a PagedDocument)>,
    order: &PdfOrder,
    today: Option<Datetime>,
) -> Result<Vec<u8>, Vec<SourceDiagnostic>> {
    let pages = documents.flat_map(|(path, document)| pages_of_its_own(path, document)).collect();
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

/// A document's pages, with element numbers that no other document has.
fn pages_of_its_own(path: &str, document: &PagedDocument) -> Vec<Page> {
    let mut range = [0; 16];
    range.copy_from_slice(&blake3::hash(path.as_bytes()).as_bytes()[..16]);
    let range = u128::from_le_bytes(range);
    let mut pages = document.pages().to_vec();
    pages.iter_mut().for_each(|page| renumber(&mut page.frame, range));
    pages
}

fn renumber(frame: &mut Frame, range: u128) {
    let moved = |location: Location| Location::new(location.hash() ^ range);
    // The one way into a frame's items that changes them.
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => {
                if let Some(parent) = &mut group.parent {
                    parent.location = moved(parent.location);
                }
                renumber(&mut group.frame, range);
            }
            FrameItem::Tag(Tag::Start(element, _)) => {
                if let Some(location) = element.location() {
                    element.set_location(moved(location));
                }
            }
            FrameItem::Tag(Tag::End(location, ..)) | FrameItem::Link(Destination::Location(location), _) => {
                *location = moved(*location);
            }
            FrameItem::Link(..) | FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Image(..) => {}
        }
        true
    });
}

/// Noon of a day: a PDF's date has a time, and midnight is the day before in half of the world.
pub(crate) fn date(year: i16, month: i8, day: i8) -> Option<Datetime> {
    Datetime::from_ymd_hms(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?, 12, 0, 0)
}

/// PDF/UA-1 to be read aloud, PDF/A-2a to be read in thirty years: both ask for tags and embedded fonts.
fn standards(accessible: bool) -> PdfStandards {
    let asked: &[PdfStandard] = if accessible { &[PdfStandard::Ua_1, PdfStandard::A_2a] } else { &[] };
    PdfStandards::new(asked).expect("PDF/UA-1 and PDF/A-2a share PDF 1.7")
}

fn language(code: &str) -> Smart<Locale> {
    let language: Result<Lang, _> = code.parse();
    language.map_or(Smart::Auto, |lang| Smart::Custom(Locale::new(lang, None)))
}
