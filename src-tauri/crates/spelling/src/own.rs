//! The magazine's own words: a plain list that people and this program keep together.
//!
//! One word a line; what follows a `#` is a remark; `word/ro` is right in one language alone. A word is put in where the
//! alphabet has it and nothing else is moved, so that the list can be read, merged and kept in order by hand.

use std::collections::BTreeMap;

use crate::dictionary::plain;

/// What a list that is begun says of itself.
const HEAD: &str = "# The magazine's own words, which no dictionary has: names, places, coinages. One a line, in any \
                    order;\n# `word/ro` is right in Romanian alone. A capital letter counts: `Bega` is not `bega`.\n";

/// Words that are right beside those of a dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// Each word with the languages it is right in; none means all.
    words: BTreeMap<String, Vec<Option<String>>>,
}

impl OwnWords {
    /// Reads a list.
    #[must_use]
    pub fn read(list: &str) -> Self {
        let mut own = Self::default();
        for entry in list.lines().filter_map(entry) {
            own.take(entry);
        }
        own
    }

    /// The same with more words, right in every language.
    #[must_use]
    pub fn and<'w>(mut self, more: impl IntoIterator<Item = &'w str>) -> Self {
        more.into_iter().filter_map(entry).for_each(|entry| self.take(entry));
        self
    }

    /// Whether a word, written as dictionaries write it, is right in a language. What is listed in small letters may
    /// begin with a capital, and every word may be all capitals.
    pub(crate) fn knows(&self, word: &str, language: &str) -> bool {
        let lower = word.to_lowercase();
        self.has(word, language)
            || (is_capitalised(word) && self.has(&lower, language))
            || (word == word.to_uppercase()
                && self.words.iter().any(|(own, languages)| own.to_lowercase() == lower && fits(languages, language)))
    }

    fn has(&self, word: &str, language: &str) -> bool {
        self.words.get(word).is_some_and(|languages| fits(languages, language))
    }

    fn take(&mut self, (word, language): (&str, Option<&str>)) {
        for part in word.split_whitespace() {
            self.words.entry(plain(part)).or_default().push(language.map(ToOwned::to_owned));
        }
    }

    /// The list with a word added at its place in the alphabet, or nothing where it stands there already.
    #[must_use]
    pub fn added(list: &str, word: &str) -> Option<String> {
        let word = as_listed(word)?;
        if list.lines().filter_map(entry).any(|known| known == (word.as_str(), None)) {
            return None;
        }
        let mut lines: Vec<&str> = if list.trim().is_empty() { HEAD.lines().collect() } else { list.lines().collect() };
        let key = |word: &str| (word.to_lowercase(), word.to_owned());
        let place = lines.iter().position(|line| entry(line).is_some_and(|(other, _)| key(other) > key(&word)));
        lines.insert(place.unwrap_or(lines.len()), &word);
        Some(lines.join("\n") + "\n")
    }

    /// The list without a word, or nothing where it has none.
    #[must_use]
    pub fn without(list: &str, word: &str) -> Option<String> {
        let word = as_listed(word)?;
        let stays = |line: &&str| entry(line).is_none_or(|(other, _)| other != word);
        let kept: Vec<&str> = list.lines().filter(stays).collect();
        (kept.len() < list.lines().count()).then(|| kept.iter().flat_map(|line| [*line, "\n"]).collect())
    }
}

fn fits(languages: &[Option<String>], language: &str) -> bool {
    let base = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    languages.iter().any(|only| only.as_ref().is_none_or(|only| base(only) == base(language)))
}

fn is_capitalised(word: &str) -> bool {
    let mut signs = word.chars();
    signs.next().is_some_and(char::is_uppercase) && !signs.any(char::is_uppercase)
}

/// The word of a line, and its language.
fn entry(line: &str) -> Option<(&str, Option<&str>)> {
    let said = line.split('#').next().unwrap_or_default().trim();
    let (word, language) = match said.split_once('/') {
        Some((word, language)) => (word.trim(), Some(language.trim()).filter(|language| !language.is_empty())),
        None => (said, None),
    };
    (!word.is_empty()).then_some((word, language))
}

/// A word as it is put into a list; nothing where it cannot be one.
fn as_listed(word: &str) -> Option<String> {
    let word: String = word.trim().chars().filter(|sign| !crate::tokens::is_invisible(*sign)).collect();
    let is_word = !word.is_empty()
        && word.len() <= 200
        && !word.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '#' | '/'));
    is_word.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_remarks_and_words_of_one_language() {
        let own = OwnWords::read("# names\nBega   # a river\nmicrogrid\nUber/ro\nCalea Victoriei\n");
        for (word, language, known) in [
            ("Bega", "en", true),
            ("bega", "en", false),
            ("BEGA", "ro", true),
            ("Microgrid", "en", true),
            ("Uber", "ro-RO", true),
            ("Uber", "en", false),
            ("Victoriei", "en", true),
            ("names", "en", false),
        ] {
            assert_eq!(own.knows(word, language), known, "{word} in {language}");
        }
    }

    #[test]
    fn a_word_goes_where_the_alphabet_has_it_and_comes_out_again() {
        let list = "# names\nBega\n\n# places\nȘag\nZagreb\n";
        let added = OwnWords::added(list, "Lugoj").unwrap();
        assert_eq!(added, "# names\nBega\n\n# places\nLugoj\nȘag\nZagreb\n");
        assert_eq!(OwnWords::without(&added, "Lugoj").unwrap(), list);
        assert_eq!(OwnWords::added(list, "Bega"), None);
        assert_eq!(OwnWords::without(list, "Lugoj"), None);
    }

    #[test]
    fn a_list_that_is_begun_says_what_it_is() {
        let begun = OwnWords::added("", "Bega").unwrap();
        assert!(begun.starts_with("# The magazine's own words") && begun.ends_with("\nBega\n"), "{begun}");
        assert!(OwnWords::read(&begun).knows("Bega", "en") && !OwnWords::read(&begun).knows("names", "en"));
    }

    #[test]
    fn what_is_no_word_is_not_put_in() {
        for no_word in ["", "  ", "two words", "a#b", "a/b", "line\nbreak"] {
            assert_eq!(OwnWords::added("", no_word), None, "{no_word:?}");
        }
    }
}
