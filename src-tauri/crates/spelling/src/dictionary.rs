//! One Hunspell dictionary, read with care: a publication is a folder that others put files into.
//!
//! What no real dictionary is, is refused before it is parsed: files larger than any, lines without an end, tables that
//! make each word a search of its own. What the parser or a look-up trips over all the same is an error or no mark,
//! never the end of the program.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};
use unicode_normalization::UnicodeNormalization;

use crate::tokens::{is_apostrophe, is_hyphen, is_invisible};

/// The largest in use have 9 MB, Korean's.
const LARGEST_WORDS: u64 = 16 * 1024 * 1024;
/// The largest in use has 2 MB, Hungarian's.
const LARGEST_RULES: u64 = 4 * 1024 * 1024;
/// No line of a dictionary in use is a tenth as long.
const LONGEST_LINE: usize = 64 * 1024;
/// Each of these is tried at every place of a word, and what remains again; real dictionaries have a dozen.
const MOST_BREAKS: usize = 32;
/// Compounds by pattern are searched word by word; real dictionaries have a few dozen.
const MOST_COMPOUND_RULES: usize = 500;
/// A longer word is a slip or an attack, and looking one up may cost time with the square of its length.
const LONGEST_WORD: usize = 80;

/// A dictionary of one language.
pub struct Dictionary {
    words: spellbook::Dictionary,
    is_latin: bool,
}

/// Why a dictionary cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// A file larger than any dictionary's.
    #[error("`{}` has {megabytes} MB; a dictionary has at most {most}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        megabytes: u64,
        /// What is read.
        most: u64,
    },
    /// An encoding that is not known here.
    #[error("`{}` is written in `{encoding}`, which cannot be read", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// As the file names it.
        encoding: String,
    },
    /// No dictionary, or one that is broken.
    #[error("`{}` is no dictionary that can be read: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk refused.
    #[error("could not read `{}`: {reason}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dictionary").field("is_latin", &self.is_latin).finish_non_exhaustive()
    }
}

impl Dictionary {
    /// Reads the rules in an `.aff` file and the words in its `.dic` file.
    ///
    /// # Errors
    /// When a file is larger than any dictionary's, is none, or the disk refuses.
    pub fn read(rules: &Path, words: &Path) -> Result<Self, DictionaryError> {
        let rules_text = limited(rules, LARGEST_RULES)?;
        let words_text = limited(words, LARGEST_WORDS)?;
        let encoding = encoding(rules, &rules_text)?;
        let decoded = |bytes: &[u8]| encoding.decode(bytes).0.into_owned();
        let (rules_text, words_text) = (decoded(&rules_text), decoded(&words_text));
        vet(&rules_text).map_err(|reason| DictionaryError::Malformed { path: rules.to_owned(), reason })?;
        short_lines(&words_text).map_err(|reason| DictionaryError::Malformed { path: words.to_owned(), reason })?;
        let malformed = |reason: String| DictionaryError::Malformed { path: words.to_owned(), reason };
        let parsed = catch_unwind(|| spellbook::Dictionary::new(&rules_text, &words_text));
        let parsed = parsed.map_err(|_| malformed("it does not hold together".to_owned()))?;
        let parsed = parsed.map_err(|error| malformed(error.to_string()))?;
        Ok(Self { words: parsed, is_latin: is_latin(&words_text) })
    }

    /// Whether a word is spelled as the dictionary has it. What cannot be judged counts as known: a word of another
    /// script, or one longer than words are.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        if word.len() > LONGEST_WORD || (self.is_latin && !word.chars().all(is_latin_sign)) {
            return true;
        }
        catch_unwind(AssertUnwindSafe(|| self.words.check(word))).unwrap_or(true)
    }

    /// At most `most` words that one may have been meant for, the nearest first.
    #[must_use]
    pub fn suggest(&self, word: &str, most: usize) -> Vec<String> {
        if word.len() > LONGEST_WORD {
            return Vec::new();
        }
        let suggested = catch_unwind(AssertUnwindSafe(|| {
            let mut suggested = Vec::new();
            self.words.suggest(word, &mut suggested);
            suggested
        }));
        let mut suggested = suggested.unwrap_or_default();
        suggested.truncate(most);
        suggested
    }
}

/// A word as dictionaries write it: composed letters, plain apostrophes and hyphens, nothing invisible, and Romanian's ș
/// and ț with the comma, which many keyboards write with a cedilla.
pub(crate) fn plain(word: &str) -> String {
    let sign = |sign: char| match sign {
        sign if is_apostrophe(sign) => '\'',
        sign if is_hyphen(sign) => '-',
        'ş' => 'ș',
        'ţ' => 'ț',
        'Ş' => 'Ș',
        'Ţ' => 'Ț',
        sign => sign,
    };
    word.chars().filter(|sign| !is_invisible(*sign)).nfc().map(sign).collect()
}

fn limited(path: &Path, most: u64) -> Result<Vec<u8>, DictionaryError> {
    let disk = |error: std::io::Error| DictionaryError::Disk { path: path.to_owned(), reason: error.to_string() };
    let size = fs::metadata(path).map_err(disk)?.len();
    if size > most {
        let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
        return Err(DictionaryError::TooLarge {
            path: path.to_owned(),
            megabytes: megabytes(size),
            most: megabytes(most),
        });
    }
    fs::read(path).map_err(disk)
}

/// The encoding that the rules name for both files.
fn encoding(path: &Path, rules: &[u8]) -> Result<&'static Encoding, DictionaryError> {
    let line = rules.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"SET "));
    let Some(line) = line else { return Ok(UTF_8) };
    let name = String::from_utf8_lossy(line).trim().to_owned();
    let label = name.strip_prefix("microsoft-").unwrap_or(&name);
    Encoding::for_label(label.as_bytes())
        .ok_or_else(|| DictionaryError::Encoding { path: path.to_owned(), encoding: name.chars().take(40).collect() })
}

fn short_lines(text: &str) -> Result<(), String> {
    match text.lines().any(|line| line.len() > LONGEST_LINE) {
        true => Err("a line of it has no end".to_owned()),
        false => Ok(()),
    }
}

fn vet(rules: &str) -> Result<(), String> {
    short_lines(rules)?;
    let count = |name: &str| rules.lines().filter(|line| line.split_whitespace().next() == Some(name)).count();
    for (name, most) in [("BREAK", MOST_BREAKS), ("COMPOUNDRULE", MOST_COMPOUND_RULES)] {
        if count(name) > most + 1 {
            return Err(format!("it has more than {most} lines `{name}`"));
        }
    }
    Ok(())
}

/// Whether most of the first words are in Latin letters.
fn is_latin(words: &str) -> bool {
    let first = words.lines().skip(1).filter_map(|line| line.chars().next()).filter(|sign| sign.is_alphabetic());
    let (latin, other) = first.take(2000).partition::<Vec<char>, _>(|sign| is_latin_sign(*sign));
    latin.len() >= other.len()
}

fn is_latin_sign(sign: char) -> bool {
    !sign.is_alphabetic() || matches!(sign, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{fb00}'..='\u{fb06}')
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn read(rules: &[u8], words: &[u8]) -> Result<Dictionary, DictionaryError> {
        let folder = tempfile::tempdir().unwrap();
        let (aff, dic) = (folder.path().join("x.aff"), folder.path().join("x.dic"));
        fs::write(&aff, rules).unwrap();
        fs::write(&dic, words).unwrap();
        Dictionary::read(&aff, &dic)
    }

    #[test]
    fn a_dictionary_of_another_encoding_is_read() {
        let dictionary = read(b"SET ISO8859-2\n", b"1\n\xe3 \xbafat\n").unwrap();
        assert!(!dictionary.knows("xyz"));
        let dictionary = read(b"SET ISO8859-2\n", b"1\nf\xe3r\n").unwrap();
        assert!(dictionary.knows("făr"));
        let unknown = read(b"SET KLINGON-1\n", b"1\nword\n").unwrap_err();
        assert!(unknown.to_string().contains("is written in `KLINGON-1`"), "{unknown}");
    }

    #[test]
    fn words_of_another_script_are_not_judged() {
        let dictionary = read(b"SET UTF-8\n", "2\nword\ncafé\n".as_bytes()).unwrap();
        assert!(dictionary.knows("مدينة") && dictionary.knows("café") && !dictionary.knows("wrod"));
    }

    #[test]
    fn what_is_no_dictionary_comes_to_an_end() {
        let many = |line: &str, times: usize| line.repeat(times).into_bytes();
        let endless = vec![b'a'; 1_000_000];
        let cases: [(&str, Vec<u8>, Vec<u8>); 8] = [
            ("noise", (0..=255).cycle().take(100_000).collect(), (0..=255).cycle().take(100_000).collect()),
            ("a line without an end", b"SET UTF-8\n".to_vec(), [b"1\n".to_vec(), endless].concat()),
            ("breaks", [b"SET UTF-8\n".to_vec(), many("BREAK a\n", 1000)].concat(), b"1\na\n".to_vec()),
            ("a count of affixes", b"SET UTF-8\nSFX A Y 4000000000\nSFX A 0 s .\n".to_vec(), b"1\na/A\n".to_vec()),
            ("a count of words", b"SET UTF-8\n".to_vec(), b"18446744073709551615\na\n".to_vec()),
            ("a count that is none", b"SET UTF-8\n".to_vec(), b"no number\n".to_vec()),
            ("flags", b"SET UTF-8\nFLAG num\n".to_vec(), format!("1\na/{}\n", "1,".repeat(20_000)).into_bytes()),
            ("a pattern", b"SET UTF-8\nCOMPOUNDRULE 1\nCOMPOUNDRULE a*a*a*a*a*a*a*b\n".to_vec(), b"1\na/a\n".to_vec()),
        ];
        for (name, rules, words) in cases {
            let begun = Instant::now();
            if let Ok(dictionary) = read(&rules, &words) {
                let _known = dictionary.knows(&"a".repeat(LONGEST_WORD));
                let _words = dictionary.suggest(&"a".repeat(40), 5);
            }
            // Milliseconds each on a quiet machine; a busy one is given its time.
            assert!(begun.elapsed() < Duration::from_secs(90), "{name}: {:?}", begun.elapsed());
        }
    }

    #[test]
    fn a_file_larger_than_any_dictionary_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let (aff, dic) = (folder.path().join("x.aff"), folder.path().join("x.dic"));
        fs::write(&aff, "SET UTF-8\n").unwrap();
        // A hundred megabytes of nothing, which take no room on most disks.
        fs::File::create(&dic).unwrap().set_len(100 * 1024 * 1024).unwrap();
        let refused = Dictionary::read(&aff, &dic).unwrap_err();
        assert_eq!(refused, DictionaryError::TooLarge { path: dic, megabytes: 100, most: 16 });
    }

    #[test]
    fn a_word_is_looked_up_as_dictionaries_write_it() {
        for (written, expected) in [
            ("don’t", "don't"),
            ("co\u{ad}operate", "cooperate"),
            ("oraşul", "orașul"),
            ("s\u{326}i", "și"),
            ("well\u{2011}known", "well-known"),
        ] {
            assert_eq!(plain(written), expected);
        }
    }
}
