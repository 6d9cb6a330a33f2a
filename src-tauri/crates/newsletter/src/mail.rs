//! A mail, ready to be sent to anybody.

use magazine::PdfDelivery;
use serde::{Deserialize, Serialize};

use crate::picture::PictureUse;
use crate::piece::Piece;

/// An edition rendered once for all its readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The subject: one line, not yet encoded for a header.
    pub subject: Vec<Piece>,
    /// What mail programs show after the subject: one line of plain words; the HTML part holds it too.
    pub preheader: Vec<Piece>,
    /// The HTML part, a whole document.
    pub html: Vec<Piece>,
    /// The text part; lines end with `\n`.
    pub text: Vec<Piece>,
    /// The pictures the HTML part shows, each by its Content-ID.
    pub pictures: Vec<PictureUse>,
    /// Whether the PDF is to be attached.
    pub pdf: PdfDelivery,
}
