//! Which letters the bundled fonts have, told to the template.
//!
//! A letter that no font has would be an empty box on the page, or a cross, as the font's maker liked. The template
//! sets its number in a small frame instead, wherever the letter stands: in words, labels or code. For that it gets
//! the ranges of what can be set, as a class of a regular expression.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;
use std::ops::RangeInclusive;

use serde_json::json;
use typst::foundations::Bytes;
use typst::text::Font;

/// What shows nothing by itself, in every font: controls, soft hyphens, joiners, marks of direction, selectors.
const INVISIBLE: [RangeInclusive<u32>; 8] = [
    0x00..=0x1f,
    0x7f..=0xa0,
    0xad..=0xad,
    0x61c..=0x61c,
    0x2000..=0x200f,
    0x2028..=0x202f,
    0x2060..=0x206f,
    0xfe00..=0xfe0f,
];

/// The same file where there is nothing to look for.
pub(crate) const NOTHING_IS_MISSING: &str = "{\"covered\":null}";

/// The class of what can be set, without its brackets; null when there are no fonts to ask.
pub(crate) fn json(fonts: &[Vec<u8>]) -> Vec<u8> {
    let class = (!fonts.is_empty()).then(|| class(&covered(fonts)));
    json!({ "covered": class }).to_string().into_bytes()
}

fn covered(fonts: &[Vec<u8>]) -> BTreeSet<u32> {
    let fonts: Vec<Font> = fonts.iter().flat_map(|bytes| Font::iter(Bytes::new(bytes.clone()))).collect();
    covered_by(&fonts)
}

fn covered_by(fonts: &[Font]) -> BTreeSet<u32> {
    let letters = fonts.iter().flat_map(|font| font.info().coverage.iter().collect::<Vec<_>>());
    letters.chain(INVISIBLE.into_iter().flatten()).collect()
}

/// What the fonts have, to look up quickly.
#[derive(Default)]
pub(crate) struct Covered(HashSet<u32>);

impl Covered {
    pub(crate) fn by(fonts: &[Font]) -> Self {
        Self(covered_by(fonts).into_iter().collect())
    }

    /// Whether every letter of a text can be set, as it stands and as a capital.
    pub(crate) fn has_all(&self, text: &str) -> bool {
        let has = |letter: char| self.0.contains(&u32::from(letter));
        (0x20..0x7f).all(|letter| self.0.contains(&letter))
            && text
                .chars()
                .filter(|letter| !letter.is_ascii())
                .all(|letter| has(letter) && letter.to_uppercase().all(has))
    }
}

fn class(covered: &BTreeSet<u32>) -> String {
    let mut class = String::new();
    let mut letters = covered.iter().copied().peekable();
    while let Some(first) = letters.next() {
        let mut last = first;
        while let Some(next) = letters.next_if(|next| *next == last + 1) {
            last = next;
        }
        // Writing to a text cannot fail.
        let _ = write!(class, "\\u{{{first:x}}}-\\u{{{last:x}}}");
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_a_row_are_one_range() {
        assert_eq!(class(&BTreeSet::from([0x41, 0x42, 0x43, 0x61])), r"\u{41}-\u{43}\u{61}-\u{61}");
    }

    #[test]
    fn without_fonts_nothing_is_said() {
        assert_eq!(json(&[]), br#"{"covered":null}"#);
    }
}
