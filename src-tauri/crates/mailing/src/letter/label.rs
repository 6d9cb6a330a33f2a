//! A name on an attached PDF, for each copy its own.
//!
//! The file keeps blanks where its first page may be drawn on. A copy writes over them, letter by letter as whoever made
//! the file drew them, so no object of the file moves and nothing of it is made anew: all but these blanks is encoded
//! once for everybody. This is all that is known here of PDF (ISO 32000-1, 8.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Where a file says whose copy it is, and how that is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Where the file's blanks begin.
    pub at: usize,
    /// How many there are.
    pub room: usize,
    /// What is drawn before the letters. It ends with the letters' own measure and where they begin.
    pub before: String,
    /// How wide a name may be in that measure; a wider one is drawn closer.
    pub width: u32,
    /// Each letter, drawn, and how far it is to the next.
    pub letters: BTreeMap<char, (String, u32)>,
    /// What is drawn after the letters.
    pub after: String,
}

/// Names closer than this are hard to read: such a copy has no name on it.
const CLOSEST: f64 = 0.6;

impl Label {
    /// What stands in the blanks of one copy: nothing where no name is known, or one of its letters cannot be drawn.
    pub(super) fn over(&self, name: &str) -> Vec<u8> {
        let drawn = self.drawn(name).filter(|drawn| drawn.len() <= self.room);
        let mut over = drawn.unwrap_or_default().into_bytes();
        over.resize(self.room, b' ');
        over
    }

    fn drawn(&self, name: &str) -> Option<String> {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        if name.is_empty() {
            return None;
        }
        let letters: Vec<&(String, u32)> =
            name.chars().map(|letter| self.letters.get(&letter)).collect::<Option<_>>()?;
        let wide: u64 = letters.iter().map(|(_, advance)| u64::from(*advance)).sum();
        let closer = (f64::from(self.width) / wide.max(1) as f64).min(1.0);
        if closer < CLOSEST {
            return None;
        }
        let mut drawn = self.before.clone();
        if closer < 1.0 {
            drawn.push_str(&format!("{closer:.4} 0 0 1 0 0 cm\n"));
        }
        for (strokes, advance) in letters {
            drawn.push_str(strokes);
            drawn.push_str(&format!("1 0 0 1 {advance} 0 cm\n"));
        }
        drawn.push_str(&self.after);
        Some(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(room: usize) -> Label {
        let letters = ["A", "n", "ă", " "].map(|it| (it.chars().next().unwrap(), (format!("({it})\n"), 10)));
        Label { at: 0, room, before: "q\n".into(), width: 30, letters: letters.into(), after: "Q".into() }
    }

    fn over(label: &Label, name: &str) -> String {
        let over = String::from_utf8(label.over(name)).unwrap();
        assert_eq!(over.len(), label.room);
        over.trim_end().to_owned()
    }

    #[test]
    fn a_name_is_drawn_letter_by_letter_in_the_room_there_is() {
        let step = "1 0 0 1 10 0 cm\n";
        assert_eq!(over(&label(200), "An"), format!("q\n(A)\n{step}(n)\n{step}Q"));
        assert_eq!(over(&label(200), " Ana "), "", "a letter that no face has");
        assert_eq!(over(&label(200), "na\u{306}"), format!("q\n(n)\n{step}(ă)\n{step}Q"), "composed");
        assert!(over(&label(200), "Annn").contains("q\n0.7500 0 0 1 0 0 cm\n"));
        for none in ["", " \u{a0}", "Annnnn", "李", "An)\nQ"] {
            assert_eq!(over(&label(200), none), "", "{none}");
        }
        assert_eq!(over(&label(20), "An"), "", "what does not fit is not drawn by half");
    }
}
