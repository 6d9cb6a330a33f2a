//! Where words may be divided, for languages that Typst has no patterns for.
//!
//! Typst brings patterns for forty languages, among them English, German and French; Romanian is not one of them,
//! because the only patterns there are (Adrian Rezus, 1996) came without a licence. But Romanian divides by rule
//! (DOOM 3, "Despărțirea în silabe"), so the rules stand here in code. They are the ones for consonants alone: two
//! vowels in a row may be one syllable or two, which only the word's sense tells, and so are never parted. Divisions
//! are marked with soft hyphens, which stay in the text that a reader copies; hence only in running text of narrow
//! columns, and only in these languages.

/// Shorter words are not divided.
const SHORTEST_WORD: usize = 5;
/// The fewest letters that stay on a line, and the fewest that go to the next.
const LEAST_BEFORE: usize = 2;
const LEAST_AFTER: usize = 3;

/// The rules for dividing words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Division {
    Romanian,
}

impl Division {
    /// The rules for a language, where Typst has none of its own.
    pub(super) fn of(language: &str) -> Option<Self> {
        match language {
            "ro" | "mo" => Some(Self::Romanian),
            _ => None,
        }
    }

    /// The bytes of a text before which a word may be divided.
    pub(super) fn places(self, text: &str) -> Vec<usize> {
        let mut places = Vec::new();
        let mut word: Vec<(usize, char)> = Vec::new();
        for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
            if character.is_alphabetic() {
                word.push((at, character));
                continue;
            }
            if is_plain_word(&word) {
                let letters: Vec<char> = word.iter().flat_map(|(_, letter)| letter.to_lowercase()).collect();
                places.extend(romanian(&letters).into_iter().map(|letter| word[letter].0));
            }
            word.clear();
        }
        places
    }
}

/// A word of letters that have one small letter each; no initials (WSCO), no names like `iPhone`.
fn is_plain_word(word: &[(usize, char)]) -> bool {
    word.len() >= SHORTEST_WORD
        && word.iter().skip(1).all(|(_, letter)| letter.is_lowercase())
        && word.iter().all(|(_, letter)| letter.to_lowercase().count() == 1)
}

fn is_vowel(letter: char) -> bool {
    "aăâeiîou".contains(letter)
}

/// The letters before which a Romanian word may be divided.
fn romanian(word: &[char]) -> Vec<usize> {
    let syllables_end = whole_syllables(word);
    let mut places = Vec::new();
    let mut vowel = word.iter().position(|letter| is_vowel(*letter));
    while let Some(before) = vowel {
        let next = (before + 1..syllables_end).find(|at| is_vowel(word[*at]));
        if let Some(next) = next
            && next > before + 1
        {
            places.push(before + 1 + kept(&units(&word[before + 1..next])));
        }
        vowel = next;
    }
    places.retain(|place| *place >= LEAST_BEFORE && word.len() - place >= LEAST_AFTER);
    places
}

/// Where the last vowel that surely is a syllable of its own ends: an `i` that closes a word after a consonant is
/// most often only breathed (`oameni` is `oa-meni`).
fn whole_syllables(word: &[char]) -> usize {
    match word {
        [.., before, 'i'] if !is_vowel(*before) => word.len() - 1,
        _ => word.len(),
    }
}

/// Consonants between two vowels as sounds, each with its letters: `ch` and `gh` are one.
fn units(letters: &[char]) -> Vec<&[char]> {
    let mut units = Vec::new();
    let mut rest = letters;
    while !rest.is_empty() {
        let long = match rest {
            ['c' | 'g', 'h', ..] => 2,
            _ => 1,
        };
        let (unit, after) = rest.split_at(long);
        units.push(unit);
        rest = after;
    }
    units
}

/// How many of the letters between two vowels stay with the first.
fn kept(units: &[&[char]]) -> usize {
    let stay = match units {
        [_] => 0,
        [first, second] if flows(first, second) => 0,
        [_, _] => 1,
        // `punc-te`, `sculp-tor`, `func-ție`: three that are parted after the second.
        [first, second, third, ..] if stays_together(first, second, third) => 2,
        _ => 1,
    };
    units[..stay].iter().map(|unit| unit.len()).sum()
}

/// A stop or fricative with `l` or `r` after it begins a syllable: `co-dru`, `a-flu`.
fn flows(first: &[char], second: &[char]) -> bool {
    matches!(second, ['l' | 'r']) && matches!(first, ['b' | 'c' | 'd' | 'f' | 'g' | 'h' | 'p' | 't' | 'v', ..])
}

fn stays_together(first: &[char], second: &[char], third: &[char]) -> bool {
    let [first, second, third] = [first[0], second[0], third[0]];
    matches!(
        (first, second, third),
        ('l', 'p', 't' | 'ț')
            | ('m', 'p', 't' | 'ț')
            | ('n', 'c', 't' | 'ț' | 'ș')
            | ('n', 'd', 'v')
            | ('r', 'c', 't')
            | ('r', 't', 'f')
            | ('s', 't', 'm')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(text: &str) -> String {
        let mut divided = text.to_owned();
        for place in Division::Romanian.places(text).into_iter().rev() {
            divided.insert(place, '-');
        }
        divided
    }

    #[test]
    fn romanian_words_are_divided_by_the_rules_of_its_dictionary() {
        let expected = "du-mi-nică în-treabă mon-stru co-dru func-ție punc-tul sculp-tor ure-che un-ghiul teh-nică \
                        oa-meni căr-țile îm-pă-rat exa-men ac-cent jert-fele po-di-șul tram-vai ora-șul pri-mă-rie \
                        car-tier ma-nus-cris in-te-li-gente lă-sând as-tăzi";
        assert_eq!(divided(&expected.replace('-', "")), expected);
    }

    #[test]
    fn short_words_initials_and_lone_letters_stay_whole() {
        for whole in ["casă", "WSCO", "România2", "iPhonele", "ani", "codri", "idee", "ORAȘUL"] {
            let expected = if whole == "România2" { "Ro-mâ-nia2" } else { whole };
            assert_eq!(divided(whole), expected);
        }
    }

    #[test]
    fn places_are_bytes_of_the_whole_text() {
        assert_eq!(divided("„Orașul” și țările"), "„Ora-șul” și ță-rile");
    }

    #[test]
    fn only_what_typst_cannot_divide_is_divided_here() {
        for language in ["en", "de", "fr", "ru", "el"] {
            assert_eq!(Division::of(language), None, "{language}");
        }
        assert_eq!(Division::of("ro"), Some(Division::Romanian));
    }
}
