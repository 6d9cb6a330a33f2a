//! HTML as text that cannot be forged: whatever is not a literal of ours is escaped on its way in.

use std::fmt::Write;

use crate::piece::{html, plain};

/// A page in the making.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Words of anybody's.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&html(&plain(text)));
        self
    }

    /// Words whose line ends mean something, as in code.
    pub(super) fn lines(&mut self, text: &str) -> &mut Self {
        let kept: String = text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
        self.0.push_str(&html(&kept));
        self
    }

    /// An attribute with anybody's value.
    pub(super) fn attribute(&mut self, name: &'static str, value: &str) -> &mut Self {
        let _ = write!(self.0, " {name}=\"{}\"", html(&plain(value)));
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: f64) -> &mut Self {
        let rounded = (number * 100.0).round() / 100.0;
        let _ = write!(self.0, "{}", if rounded.is_finite() { rounded } else { 0.0 });
        self
    }

    /// Markup that was made here before.
    pub(super) fn markup(&mut self, other: Markup) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// The text of it.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
