//! Which words are doubtful: in no dictionary of the language, not the magazine's own, and no abbreviation.

use std::collections::HashMap;
use std::ops::Range;

use crate::dictionary::{Dictionary, plain};
use crate::own::OwnWords;
use crate::text::Word;
use crate::tokens::{NO_TEXT, is_apostrophe};

/// An abbreviation is taken for right up to so many capitals.
const LONGEST_ABBREVIATION: usize = 6;

/// What tells doubtful words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Speller<'a> {
    /// The dictionary.
    pub dictionary: &'a Dictionary,
    /// Words that are right besides.
    pub own: &'a OwnWords,
    /// The language, as the article names it.
    pub language: &'a str,
}

/// A word that nothing knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// As it reads.
    pub word: String,
    /// Bytes of the file.
    pub range: Range<usize>,
}

impl Speller<'_> {
    /// The doubtful words among some, each as often as it stands there. Of words that hyphens join only the doubtful
    /// parts are told.
    #[must_use]
    pub fn doubtful(&self, words: &[Word]) -> Vec<Doubt> {
        let mut known: HashMap<&str, bool> = HashMap::new();
        let mut doubts = Vec::new();
        for word in words {
            if *known.entry(&word.text).or_insert_with(|| self.knows(&word.text)) {
                continue;
            }
            for (part, range) in &word.parts {
                if !*known.entry(part).or_insert_with(|| self.knows(part)) {
                    doubts.push(Doubt { word: part.clone(), range: range.clone() });
                }
            }
        }
        doubts
    }

    /// At most `most` words that a doubtful one may have been meant for, with its own kind of apostrophe.
    #[must_use]
    pub fn suggest(&self, word: &str, most: usize) -> Vec<String> {
        let sign = word.chars().find(|sign| is_apostrophe(*sign)).unwrap_or('’');
        let suggested = self.dictionary.suggest(&plain(word), most);
        suggested.into_iter().map(|word| word.replace('\'', &sign.to_string())).collect()
    }

    fn knows(&self, word: &str) -> bool {
        if word.chars().any(|sign| sign.is_numeric() || sign == NO_TEXT) {
            return true;
        }
        let word = plain(word);
        let word = word.trim_matches('\'');
        word.chars().count() < 2 || is_abbreviation(word) || self.is_listed(word) || self.is_possessive(word)
    }

    fn is_listed(&self, word: &str) -> bool {
        self.own.knows(word, self.language) || self.dictionary.knows(word)
    }

    /// English alone: `Bega's`.
    fn is_possessive(&self, word: &str) -> bool {
        let owner = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S"));
        self.language.starts_with("en") && owner.is_some_and(|owner| is_abbreviation(owner) || self.is_listed(owner))
    }
}

/// `WSCO`, `LEDs`: capitals, and nobody's dictionary has them all.
fn is_abbreviation(word: &str) -> bool {
    let capitals = word.strip_suffix('s').unwrap_or(word);
    let count = capitals.chars().count();
    (2..=LONGEST_ABBREVIATION).contains(&count) && capitals.chars().all(char::is_uppercase)
}
