//! What parent and child say to each other: a length in four bytes, then the message in postcard.

use std::io::{self, Read, Write};
use std::ops::Range;

use magazine::{Colours, PrintSettings};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use super::bytes::Blob;
use crate::copyfit::Fit;
use crate::inspect::Inspection;

/// What the parent asks. The first five change what the child knows and have no reply.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// These fonts and no others.
    Fonts(Vec<Blob>),
    /// Today, for the template: the date of the issue.
    Date(i16, i8, i8),
    /// A file at a virtual path.
    Put(String, Blob),
    /// No such file any more.
    Remove(String),
    /// Lay out with small stand-ins for photographs; a PDF still gets the photographs.
    Proxies,
    /// Lay these documents out, from nothing or as soon as can be. Replies: `Started` and `Compiled` for each, then
    /// `Done`.
    Compile(Vec<Document>, Haste),
    /// Draw a page. Reply: `Bytes`.
    Picture { path: String, page: usize, ppi: f64, format: PictureFormat },
    /// Join documents into a PDF. Reply: `Bytes` or `Refused`.
    Pdf(Box<PdfOrder>),
    /// Which bytes of the generated file made what stands at a point, in points from the page's corner? Reply: `Hit`.
    Click { path: String, page: usize, x: f64, y: f64 },
    /// Where does a byte of the generated file stand? Reply: `Box`.
    Locate { path: String, byte: usize },
}

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Whether somebody waits for the next letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Haste {
    /// Lay out from nothing: the same text gives the same pages, whatever was laid out before.
    No,
    /// Lay out from how it lay before, where what the template asks for is still where it was.
    Yes,
}

/// What the joined PDF is made of.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PdfOrder {
    pub(crate) documents: Vec<String>,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    pub(crate) keywords: Vec<String>,
    pub(crate) language: String,
    /// The same for every build of the same issue.
    pub(crate) identity: String,
    pub(crate) target: PdfTarget,
    pub(crate) press: PressSheet,
}

/// What the printing press needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PressSheet {
    pub(crate) colours: Colours,
    pub(crate) settings: PrintSettings,
    /// The printer's ICC profile.
    pub(crate) profile: Option<Blob>,
}

/// What a PDF is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfTarget {
    /// To be read on a screen.
    Screen,
    /// To be printed: in inks, with bleed, in the style of PDF/X-4.
    Print,
    /// To be read aloud and to be kept: PDF/UA-1 and PDF/A-2a, or it is not written.
    Accessible,
    /// To be printed in the office, folded and looked through: two pages a side.
    Booklet,
}

/// How a page's picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureFormat {
    /// JPEG at quality 90: half the bytes of a PNG, but five times as long to write.
    Jpeg,
    /// PNG, without loss, compressed lightly: 12 ms a page at 108 ppi.
    Png,
}

/// What the child answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// This document is being laid out now.
    Started(String),
    /// This document is laid out, or cannot be. It is not `settled` while nobody knows whether a layout from nothing
    /// would look the same.
    Compiled { path: String, outcome: Result<LaidOut, ()>, diagnostics: Vec<Diagnostic>, settled: bool },
    /// All that was asked is answered.
    Done,
    /// A picture or PDF; `None` when there is no such page.
    Bytes(Option<Blob>),
    /// The engine would not write the PDF.
    Refused(Vec<(String, Diagnostic)>),
    /// What stands at a point; `None` on a page without a letter of the file.
    Hit(Option<Hit>),
    /// The box of a letter.
    Box(Option<LetterBox>),
}

/// A document that is laid out, as the parent knows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaidOut {
    /// Its pages, in order.
    pub(crate) pages: Vec<PageFacts>,
    /// What can be seen on them.
    pub(crate) inspection: Inspection,
    /// Where its running text stands, when it is an article.
    pub(crate) fit: Option<Fit>,
}

/// A page as the parent knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PageFacts {
    pub(crate) hash: String,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// What stands at a point of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Hit {
    /// The letter that these bytes of the generated file made; `after` where the point is in its second half.
    Letter { bytes: Range<usize>, after: bool },
    /// Something that this call made in its own words.
    Call(Range<usize>),
    /// The head or foot of the page, in the template's words.
    Furniture,
}

/// The box of a letter, in points from the page's corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct LetterBox {
    pub(crate) page: usize,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// What the engine has to say about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Diagnostic {
    pub(crate) is_error: bool,
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    /// The bytes of the document's own generated file: the fault itself or the call that led to it.
    pub(crate) own: Option<Range<usize>>,
    /// The file of the template where the fault is, with its bytes.
    pub(crate) elsewhere: Option<(String, Range<usize>)>,
}

/// Writes one message.
pub(crate) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Reads one message.
pub(crate) fn read<M: DeserializeOwned>(input: &mut impl Read) -> io::Result<M> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}
