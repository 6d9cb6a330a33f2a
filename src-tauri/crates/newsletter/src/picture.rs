//! The pictures of a mail: which there are, and which are used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::Picture;

/// The width of the column that words and pictures share, in CSS pixels: the frame's 600 less 32 on each side.
pub(crate) const COLUMN: u32 = 536;
/// The width of the whole mail, in CSS pixels.
pub(crate) const WHOLE: u32 = 600;
/// A drawn chart, in CSS pixels: its words are then as large as those of the text.
pub(crate) const CHART: u32 = 480;
/// A picture that stands in one column on the page, in CSS pixels.
pub(crate) const NARROW: u32 = 320;
/// A picture beside a teaser, in CSS pixels.
pub(crate) const BESIDE: u32 = 200;
/// The same picture where a narrow screen stacks it above the words, in CSS pixels: 479 less 20 on each side.
pub(crate) const STACKED: u32 = 440;
/// A picture within a line, at most, in CSS pixels.
pub(crate) const IN_LINE: u32 = 120;

/// The pictures that can be shown, each by its path from the issue's folder (`media/cover.svg`).
pub type Pictures = BTreeMap<String, PictureSize>;

/// The natural size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// In pixels; for a drawing (`.svg`) in the units of its view box.
    pub width: u32,
    /// In the same units.
    pub height: u32,
}

/// A picture that goes along with the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureUse {
    /// Its name in the HTML part (`src="cid:…"`), to be the part's Content-ID (RFC 2392).
    pub cid: String,
    /// Path from the issue's folder: `media/cover.svg`.
    pub file: String,
    /// The text alternative where it is used first; empty for decoration.
    pub alt: String,
    /// The largest width it is shown at, in CSS pixels; for sharp screens the file should have twice as many.
    pub width_px: u32,
    /// The picture itself, where it is a drawing made from the edition's words (SVG) and no file.
    #[serde(default)]
    pub drawing: Option<String>,
    /// Where the mail looks for it, from the root of the web edition; `None` where it goes along with every copy.
    #[serde(default)]
    pub on_the_web: Option<String>,
}

/// Picks pictures for a mail, each file once.
pub(crate) struct Album<'a> {
    pictures: &'a Pictures,
    issue: String,
    /// The web edition's address, where the mail links to its pictures.
    web: Option<String>,
    uses: Vec<PictureUse>,
}

impl<'a> Album<'a> {
    pub(crate) fn new(pictures: &'a Pictures, issue: String, web: Option<String>) -> Self {
        Self { pictures, issue, web, uses: Vec::new() }
    }

    /// Takes a picture at no more than this width; a photograph is never enlarged.
    pub(crate) fn take(&mut self, file: &str, alt: &str, width: u32) -> Picture {
        let Some(size) = self.pictures.get(file) else {
            return Picture { source: None, alt: alt.to_owned(), width };
        };
        let width = if is_drawing(file) { width } else { width.min(size.width.max(1)) };
        Picture { source: Some(self.source(file, alt, width, None)), alt: alt.to_owned(), width }
    }

    /// Takes a drawing that was made for this mail.
    pub(crate) fn draw(&mut self, svg: String, alt: &str, width: u32) -> Picture {
        let file = format!("chart-{:016x}.svg", sum(svg.as_bytes()));
        Picture { source: Some(self.source(&file, alt, width, Some(svg))), alt: alt.to_owned(), width }
    }

    /// The first of these files that exists.
    pub(crate) fn first_of(&self, files: &[&'static str]) -> Option<&'static str> {
        files.iter().copied().find(|file| self.pictures.contains_key(*file))
    }

    pub(crate) fn into_uses(self) -> Vec<PictureUse> {
        self.uses
    }

    fn source(&mut self, file: &str, alt: &str, width: u32, drawing: Option<String>) -> String {
        let place = self.uses.iter().position(|known| known.file == file);
        let place = place.unwrap_or_else(|| {
            let name = if drawing.is_some() { "chart".to_owned() } else { stem(file) };
            let cid = format!("{name}-{}@{}.masthead", self.uses.len() + 1, self.issue);
            // By the file's name, not by its place: a mail that was sent finds its pictures after the next edition.
            let path = format!("{}/mail/{}-{:08x}.jpg", self.issue, stem(file), sum(file.as_bytes()) as u32);
            let (file, alt) = (file.to_owned(), alt.to_owned());
            let on_the_web = self.web.as_ref().map(|_| path);
            self.uses.push(PictureUse { cid, file, alt, width_px: width, drawing, on_the_web });
            self.uses.len() - 1
        });
        let known = &mut self.uses[place];
        known.width_px = known.width_px.max(width);
        match (&self.web, &known.on_the_web) {
            (Some(web), Some(path)) => format!("{web}/{path}"),
            _ => format!("cid:{}", known.cid),
        }
    }
}

/// FNV-1a: tells one file from another, and protects nothing.
fn sum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

fn is_drawing(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("svg"))
}

/// The file's name reduced to what a Content-ID may hold.
fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain: String = stem.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    if plain.is_empty() { "picture".to_owned() } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_along_once_at_its_largest_width() {
        let pictures = Pictures::from([("media/a b.svg".to_owned(), PictureSize { width: 80, height: 60 })]);
        let mut album = Album::new(&pictures, "2026-q4".to_owned(), None);
        let small = album.take("media/a b.svg", "A bridge", 168);
        let large = album.take("media/a b.svg", "The bridge", 536);
        assert_eq!(small.source, large.source);
        let uses = album.into_uses();
        assert_eq!((uses.len(), uses[0].width_px, uses[0].cid.as_str()), (1, 536, "ab-1@2026-q4.masthead"));
    }

    #[test]
    fn a_photograph_is_not_enlarged_and_a_missing_file_leaves_its_alternative() {
        let pictures = Pictures::from([("media/a.jpg".to_owned(), PictureSize { width: 300, height: 200 })]);
        let mut album = Album::new(&pictures, "2026-q4".to_owned(), None);
        assert_eq!(album.take("media/a.jpg", "", 536).width, 300);
        assert_eq!(album.take("media/b.jpg", "A bridge", 536).source, None);
    }

    #[test]
    fn a_linked_picture_has_the_same_address_in_every_edition() {
        let size = PictureSize { width: 300, height: 200 };
        let pictures = ["media/a.jpg", "media/x/a.jpg"].map(|file| (file.to_owned(), size)).into();
        let album = || Album::new(&pictures, "2026-q4".to_owned(), Some("https://example.org".to_owned()));
        let (mut first, mut second) = (album(), album());
        let other = first.take("media/x/a.jpg", "", 536).source;
        let one = first.take("media/a.jpg", "", 536).source;
        assert_eq!(one, second.take("media/a.jpg", "", 168).source);
        assert_ne!(one, other);
        let path = first.into_uses()[1].on_the_web.clone().unwrap();
        assert_eq!(one, Some(format!("https://example.org/{path}")));
        assert!(path.starts_with("2026-q4/mail/a-") && path.ends_with(".jpg"), "{path}");
    }
}
