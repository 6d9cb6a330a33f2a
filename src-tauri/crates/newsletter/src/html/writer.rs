//! HTML that cannot be unbalanced or forged: elements close themselves, and all text is escaped on its way in.

use crate::link::Target;
use crate::piece::{Escape, PersonField, Piece, html, plain, push_fixed, push_pieces};

/// HTML being written.
#[derive(Default)]
pub(super) struct Writer {
    pieces: Vec<Piece>,
}

impl Writer {
    pub(super) fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }

    /// Words.
    pub(super) fn text(&mut self, text: &str) {
        self.raw(&html(&plain(text)));
    }

    /// A person's value.
    pub(super) fn field(&mut self, field: PersonField, fallback: Option<String>) {
        self.pieces.push(Piece::Field { field, fallback, escape: Escape::Html });
    }

    /// The start of an element that [`Writer::close`] ends; every caller is a method that does both.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.start(tag, attributes);
        self.raw(">");
    }

    pub(super) fn close(&mut self, tag: &'static str) {
        self.raw("</");
        self.raw(tag);
        self.raw(">");
    }

    /// The start of a link; `</a>` ends it.
    pub(super) fn open_link(&mut self, target: &Target, attributes: &[(&'static str, &str)]) {
        self.start("a", attributes);
        self.raw(" href=\"");
        push_pieces(&mut self.pieces, target.html());
        self.raw("\">");
    }

    /// An element without an end.
    pub(super) fn void(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.start(tag, attributes);
        self.raw(">");
    }

    fn start(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.raw("<");
        self.raw(tag);
        // An empty attribute says nothing, except that a picture is decoration.
        let said = attributes.iter().filter(|(name, value)| !value.is_empty() || *name == "alt");
        for (name, value) in said {
            self.raw(" ");
            self.raw(name);
            self.raw("=\"");
            // Always in double quotes, so that the font names in styles may keep their single ones.
            self.raw(&html(&plain(value)).replace("&#39;", "'"));
            self.raw("\"");
        }
    }

    fn raw(&mut self, markup: &str) {
        push_fixed(&mut self.pieces, markup);
    }
}
