//! Spelling: each article and edition in its language, with the magazine's own words and those that it accepts itself.
//!
//! A doubtful word is a note and never keeps an issue from its release: no dictionary has a magazine's names. A language
//! without a dictionary is told and not an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ::spelling::{Doubt, Found, OwnWords, Shelf, Speller, words};
use magazine::{Article, Code, Edition, EditionId, Finding, IssueId, Place, Prose, Publication, write_durably};
use serde::Serialize;

use crate::{Class, Desk, Failure, find_house};

/// Where the magazine's own words stand, from the publication's folder.
pub(crate) const OWN_WORDS: &str = "assets/words.txt";
/// Where dictionaries lie in a publication, and in the house.
const DICTIONARIES: &str = "assets/dictionaries";
/// Where systems keep Hunspell's dictionaries.
const SYSTEM: [&str; 4] =
    ["/usr/share/hunspell", "/usr/share/myspell/dicts", "/Library/Spelling", "/opt/homebrew/share/hunspell"];
/// So long a list of words is no list of words.
const LARGEST_LIST: u64 = 2 * 1024 * 1024;
/// A person reads no more than these before choosing.
const SUGGESTIONS: usize = 5;
/// On the terminal the first doubtful words come with what they may have been meant for; it costs milliseconds a word.
const HINTED: usize = 100;

/// The doubtful words of an issue.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Spelling {
    /// Each doubtful word once, the most frequent first.
    pub words: Vec<DoubtfulWord>,
    /// What kept words from being looked at: a language without a dictionary, a dictionary that cannot be read.
    pub unread: Vec<String>,
    /// The same as findings, each at the first text it is about.
    #[serde(skip)]
    missing: Vec<Finding>,
}

/// A doubtful word and where it stands.
#[derive(Debug, Clone, Serialize)]
pub struct DoubtfulWord {
    /// As it is written.
    pub word: String,
    /// The language it was taken for.
    pub language: String,
    /// Words it may have been meant for, the nearest first.
    pub suggestions: Vec<String>,
    /// Its places, in the order of the articles, and then of the editions.
    pub places: Vec<WordPlace>,
}

/// One place of a doubtful word.
#[derive(Debug, Clone, Serialize)]
pub struct WordPlace {
    /// The article, if it is in one.
    pub slug: Option<String>,
    /// The edition, if it is in one.
    pub edition: Option<EditionId>,
    /// The file with bytes, line and column.
    pub place: Place,
}

/// What a text was checked with, and what was doubtful.
pub(crate) struct CheckedText {
    pub(crate) language: String,
    /// The dictionary's name; nothing where there is none.
    pub(crate) dictionary: Option<String>,
    /// Why the dictionary that is there cannot be used.
    pub(crate) problem: Option<String>,
    pub(crate) doubts: Vec<Doubt>,
    pub(crate) milliseconds: u32,
}

/// The dictionaries that there are: the publication's own, those that come with the program, the system's.
pub(crate) fn shelf(publication: &Path, program: &Path) -> Shelf {
    let house = find_house(program).map(|house| house.join(DICTIONARIES));
    let system = SYSTEM.iter().map(PathBuf::from);
    Shelf::new([publication.join(DICTIONARIES)].into_iter().chain(house).chain(system).collect())
}

impl Spelling {
    /// The doubtful words as findings, in the order of their places, and the languages that were not looked at.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let told = self.words.iter().flat_map(|word| {
            let meant = word.suggestions.iter().map(|meant| format!("`{meant}`")).collect::<Vec<_>>().join(", ");
            word.places.iter().map(move |at| {
                let finding = Finding::note(Code::DoubtfulWord, format!("no dictionary has `{}`", word.word));
                let finding = finding.at(at.place.clone());
                if meant.is_empty() { finding } else { finding.hint(format!("did you mean {meant}?")) }
            })
        });
        let mut findings: Vec<Finding> = told.collect();
        findings.sort_by_key(|finding| {
            finding.place.as_ref().map(|place| (place.file.clone(), place.range.as_ref().map(|range| range.start)))
        });
        self.missing.iter().cloned().chain(findings).collect()
    }
}

impl Desk {
    /// The doubtful words of an issue, as its articles and editions are on disk.
    ///
    /// # Errors
    /// When there is no such issue, or the list of the magazine's own words cannot be read.
    pub fn spelling(&self, id: IssueId) -> Result<Spelling, Failure> {
        let (publication, issue, _) = self.issue(id)?;
        let own = self.own_words()?;
        let mut round = Round::default();
        for article in &issue.articles {
            let (text, _) = publication.article_text(id, &article.slug)?;
            let prose = article.prose(&text);
            round.take(&prose, self.checked(&publication, &own, &prose), (Some(article.slug.as_str()), None));
        }
        for edition in publication.read_editions(id)?.0 {
            let (text, _) = publication.edition_text(&edition.id)?;
            let prose = edition.prose(&text);
            round.take(&prose, self.checked(&publication, &own, &prose), (None, Some(&edition.id)));
        }
        let mut spelling = round.end();
        for word in spelling.words.iter_mut().take(HINTED) {
            word.suggestions = self.suggestions(&word.language, &word.word);
        }
        Ok(spelling)
    }

    /// The doubtful words of an article as it stands in the editor.
    pub(crate) fn check_spelling(&self, id: IssueId, slug: &str, text: &str) -> Result<CheckedText, Failure> {
        let publication = self.publication()?;
        let file = format!("issues/{id}/articles/{slug}.md");
        let (article, _) = Article::read(slug, &file, text, &publication.issue_language(id)?);
        Ok(self.checked(&publication, &self.own_words()?, &article.prose(text)))
    }

    /// The doubtful words of an edition as it stands in the editor.
    pub(crate) fn check_edition(&self, id: &EditionId, text: &str) -> Result<CheckedText, Failure> {
        let publication = self.publication()?;
        let file = format!("issues/{}/editions/{}.md", id.issue, id.name);
        let (edition, _) = Edition::read(id, &file, text, publication.settings().main_language());
        Ok(self.checked(&publication, &self.own_words()?, &edition.prose(text)))
    }

    /// What a doubtful word may have been meant for.
    pub(crate) fn suggestions(&self, language: &str, word: &str) -> Vec<String> {
        let Found::Ready(dictionary, _) = self.dictionaries.dictionary(language) else { return Vec::new() };
        let own = OwnWords::default();
        Speller { dictionary: &dictionary, own: &own, language }.suggest(word, SUGGESTIONS)
    }

    /// Puts a word into the magazine's own list, or takes it out; answers whether that changed the list.
    pub(crate) fn keep_word(&self, word: &str, keep: bool) -> Result<bool, Failure> {
        let path = self.publication.join(OWN_WORDS);
        let list = read_list(&path)?;
        let Some(list) = (if keep { OwnWords::added(&list, word) } else { OwnWords::without(&list, word) }) else {
            return Ok(false);
        };
        write_durably(&path, list.as_bytes()).map(|()| true).map_err(|error| {
            Failure::new(Class::Environment, "disk", format!("could not write `{OWN_WORDS}`: {error}"))
        })
    }

    fn own_words(&self) -> Result<OwnWords, Failure> {
        Ok(OwnWords::read(&read_list(&self.publication.join(OWN_WORDS))?))
    }

    fn checked(&self, publication: &Publication, own: &OwnWords, prose: &Prose<'_>) -> CheckedText {
        let begun = Instant::now();
        let language = spelled(prose.language, &publication.settings().languages);
        let (dictionary, problem, doubts) = match self.dictionaries.dictionary(&language) {
            Found::Ready(dictionary, name) => {
                let own = own.clone().and(prose.accepted_words.iter().map(String::as_str));
                let speller = Speller { dictionary: &dictionary, own: &own, language: &language };
                (Some(name), None, speller.doubtful(&words(prose)))
            }
            Found::Nothing => (None, None, Vec::new()),
            Found::Unusable(error) => (None, Some(error.to_string()), Vec::new()),
        };
        let milliseconds = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        CheckedText { language, dictionary, problem, doubts, milliseconds }
    }
}

/// The texts of an issue, one after the other.
#[derive(Default)]
struct Round {
    /// The places of each word in each language.
    found: BTreeMap<(String, String), Vec<WordPlace>>,
    languages: BTreeSet<String>,
    spelling: Spelling,
}

impl Round {
    fn take(&mut self, prose: &Prose<'_>, checked: CheckedText, (slug, edition): (Option<&str>, Option<&EditionId>)) {
        if self.languages.insert(checked.language.clone()) {
            self.spelling.miss(&checked, prose.file);
        }
        for doubt in checked.doubts {
            let place = Place::of(prose.file, prose.text, doubt.range);
            let places = self.found.entry((doubt.word, checked.language.clone())).or_default();
            places.push(WordPlace { slug: slug.map(ToOwned::to_owned), edition: edition.cloned(), place });
        }
    }

    /// Every word, the most frequent first.
    fn end(self) -> Spelling {
        let doubtful = |((word, language), places)| DoubtfulWord { word, language, suggestions: Vec::new(), places };
        let mut words: Vec<DoubtfulWord> = self.found.into_iter().map(doubtful).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.places.len()));
        Spelling { words, ..self.spelling }
    }
}

impl Spelling {
    /// Notes that a language was not looked at.
    fn miss(&mut self, checked: &CheckedText, file: &str) {
        if checked.dictionary.is_some() {
            return;
        }
        let language = &checked.language;
        let (message, hint) = match &checked.problem {
            Some(problem) => (problem.clone(), "put a sound dictionary in its place".to_owned()),
            None => (
                format!("there is no dictionary for the language `{language}`, so its words were not looked at"),
                format!("put a Hunspell dictionary into {DICTIONARIES}: `{language}.aff` and `{language}.dic`"),
            ),
        };
        self.unread.push(message.clone());
        self.missing.push(Finding::note(Code::NoDictionary, message).at(Place::file(file)).hint(hint));
    }
}

/// The language to look words up in: `en` is the English of the publication's `languages`, if those name one.
fn spelled(language: &str, languages: &[String]) -> String {
    let country = |tag: &&String| tag.split('-').next() == Some(language) && tag.len() > language.len();
    languages.iter().find(country).cloned().unwrap_or_else(|| language.to_owned())
}

fn read_list(path: &Path) -> Result<String, Failure> {
    let unreadable = |what: &str| {
        Failure::new(Class::Work, "bad-words", format!("`{OWN_WORDS}` {what}"))
            .hint("it is a list of words, one a line; put it right in any editor of plain text")
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Ok(known) if known.len() > LARGEST_LIST => return Err(unreadable("is too long to be read")),
        _ => {}
    }
    let bytes = fs::read(path)
        .map_err(|error| Failure::new(Class::Environment, "disk", format!("could not read `{OWN_WORDS}`: {error}")))?;
    String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_that_of_the_country_which_the_publication_names() {
        let languages = ["en-US".to_owned(), "ro".to_owned()];
        for (language, expected) in [("en", "en-US"), ("ro", "ro"), ("en-GB", "en-GB"), ("fr", "fr")] {
            assert_eq!(spelled(language, &languages), expected);
        }
    }
}
