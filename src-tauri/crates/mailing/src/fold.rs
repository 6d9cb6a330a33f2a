//! Folding for comparison: case, diacritics and compatibility forms gone, so that `IAȘI`, `Iaşi` and `iasi` are one.
//!
//! For comparing only; what people wrote is kept as they wrote it. Addresses fold by a rule of their own.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text as comparisons see it. Folding twice changes nothing.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Lower case may decompose anew (`İ` is `i` with a dot), so the marks are taken off after it as well.
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    bare.nfkd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_word_written_four_ways_is_one_word() {
        for text in ["Iași", "IAŞI", "iaşi", "iasi", "Ias\u{326}i"] {
            assert_eq!(fold(text), "iasi");
        }
        assert_eq!(fold("ΛΌΓΟΣ"), fold("λόγος"));
        assert_eq!(fold("МОСКВА"), "москва");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,12}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
