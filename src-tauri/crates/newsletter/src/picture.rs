//! The pictures of a mail: which there are, and which are used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::Picture;

/// The width of the column that words and pictures share, in CSS pixels: the frame's 600 less 32 on each side.
pub(crate) const COLUMN: u32 = 536;
/// The width of the whole mail, in CSS pixels.
pub(crate) const WHOLE: u32 = 600;
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
}

/// Picks pictures for a mail, each file once.
pub(crate) struct Album<'a> {
    pictures: &'a Pictures,
    issue: String,
    uses: Vec<PictureUse>,
}

impl<'a> Album<'a> {
    pub(crate) fn new(pictures: &'a Pictures, issue: String) -> Self {
        Self { pictures, issue, uses: Vec::new() }
    }

    /// Takes a picture at no more than this width; a photograph is never enlarged.
    pub(crate) fn take(&mut self, file: &str, alt: &str, width: u32) -> Picture {
        let Some(size) = self.pictures.get(file) else {
            return Picture { cid: None, alt: alt.to_owned(), width };
        };
        let width = if is_drawing(file) { width } else { width.min(size.width.max(1)) };
        Picture { cid: Some(self.cid(file, alt, width)), alt: alt.to_owned(), width }
    }

    /// The first of these files that exists.
    pub(crate) fn first_of(&self, files: &[&'static str]) -> Option<&'static str> {
        files.iter().copied().find(|file| self.pictures.contains_key(*file))
    }

    pub(crate) fn into_uses(self) -> Vec<PictureUse> {
        self.uses
    }

    fn cid(&mut self, file: &str, alt: &str, width: u32) -> String {
        if let Some(known) = self.uses.iter_mut().find(|known| known.file == file) {
            known.width_px = known.width_px.max(width);
            return known.cid.clone();
        }
        let cid = format!("{}-{}@{}.masthead", stem(file), self.uses.len() + 1, self.issue);
        self.uses.push(PictureUse { cid: cid.clone(), file: file.to_owned(), alt: alt.to_owned(), width_px: width });
        cid
    }
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
        let mut album = Album::new(&pictures, "2026-q4".to_owned());
        let small = album.take("media/a b.svg", "A bridge", 168);
        let large = album.take("media/a b.svg", "The bridge", 536);
        assert_eq!(small.cid, large.cid);
        let uses = album.into_uses();
        assert_eq!((uses.len(), uses[0].width_px, uses[0].cid.as_str()), (1, 536, "ab-1@2026-q4.masthead"));
    }

    #[test]
    fn a_photograph_is_not_enlarged_and_a_missing_file_leaves_its_alternative() {
        let pictures = Pictures::from([("media/a.jpg".to_owned(), PictureSize { width: 300, height: 200 })]);
        let mut album = Album::new(&pictures, "2026-q4".to_owned());
        assert_eq!(album.take("media/a.jpg", "", 536).width, 300);
        assert_eq!(album.take("media/b.jpg", "A bridge", 536).cid, None);
    }
}
