//! Where dictionaries lie, and those that were asked for: each is read once, when a text of its language is first
//! checked, and again when its files change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::dictionary::{Dictionary, DictionaryError};

/// Folders with Hunspell dictionaries, the first one first.
#[derive(Debug)]
pub struct Shelf {
    folders: Vec<PathBuf>,
    open: Mutex<BTreeMap<PathBuf, Open>>,
}

/// What there is for a language.
#[derive(Debug, Clone)]
pub enum Found {
    /// A dictionary, and its name: `en_GB`.
    Ready(Arc<Dictionary>, String),
    /// No dictionary of the language.
    Nothing,
    /// One that cannot be used.
    Unusable(DictionaryError),
}

#[derive(Debug)]
struct Open {
    stamp: Stamp,
    read: Result<Arc<Dictionary>, DictionaryError>,
}

/// Sizes and times of both files.
type Stamp = [Option<(u64, Option<SystemTime>)>; 2];

impl Shelf {
    /// A shelf of these folders; those that are not there are passed over.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, open: Mutex::default() }
    }

    /// The dictionary for a language as an article names it: `en`, `en-US`, `ro`. A country that is named comes first;
    /// then the first folder with any of the language decides.
    pub fn dictionary(&self, language: &str) -> Found {
        let Some(rules) = self.rules(language) else { return Found::Nothing };
        let words = rules.with_extension("dic");
        let stamp = [stamp(&rules), stamp(&words)];
        // Whoever died while reading left the map whole: what is read is put in as one.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.get(&rules).is_none_or(|open| open.stamp != stamp) {
            let read = Dictionary::read(&rules, &words).map(Arc::new);
            open.insert(rules.clone(), Open { stamp, read });
        }
        match open.get(&rules).map(|open| &open.read) {
            Some(Ok(dictionary)) => {
                let name = rules.file_stem().map(|name| name.to_string_lossy().into_owned());
                Found::Ready(Arc::clone(dictionary), name.unwrap_or_default())
            }
            Some(Err(error)) => Found::Unusable(error.clone()),
            None => Found::Nothing,
        }
    }

    /// The `.aff` file for a language.
    fn rules(&self, language: &str) -> Option<PathBuf> {
        let tag = language.replace('-', "_");
        if tag.is_empty() || !tag.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
            return None;
        }
        let base = tag.split('_').next().unwrap_or_default().to_ascii_lowercase();
        let named =
            |folder: &PathBuf, name: &str| Some(folder.join(format!("{name}.aff"))).filter(|file| is_there(file));
        if tag.contains('_') {
            let exact =
                self.folders.iter().find_map(|folder| in_folder(folder, &base, |name| name.eq_ignore_ascii_case(&tag)));
            if exact.is_some() {
                return exact;
            }
        }
        let country = if base == "en" { "GB".to_owned() } else { base.to_ascii_uppercase() };
        self.folders.iter().find_map(|folder| {
            named(folder, &base)
                .or_else(|| named(folder, &format!("{base}_{country}")))
                .or_else(|| in_folder(folder, &base, |_| true))
        })
    }
}

/// The first dictionary of a language in a folder whose name will do.
fn in_folder(folder: &Path, base: &str, will_do: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".aff").map(ToOwned::to_owned))
        .filter(|name| name.split(['_', '-']).next() == Some(base) && will_do(&name.replace('-', "_")))
        .collect();
    names.sort();
    names.into_iter().map(|name| folder.join(format!("{name}.aff"))).find(|file| is_there(file))
}

fn is_there(rules: &Path) -> bool {
    rules.is_file() && rules.with_extension("dic").is_file()
}

fn stamp(file: &Path) -> Option<(u64, Option<SystemTime>)> {
    let known = fs::metadata(file).ok()?;
    Some((known.len(), known.modified().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str, words: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(format!("{name}.aff")), "SET UTF-8\n").unwrap();
        fs::write(folder.join(format!("{name}.dic")), format!("9\n{words}\n")).unwrap();
    }

    fn name(shelf: &Shelf, language: &str) -> String {
        match shelf.dictionary(language) {
            Found::Ready(_, name) => name,
            Found::Nothing => "nothing".to_owned(),
            Found::Unusable(error) => error.to_string(),
        }
    }

    #[test]
    fn the_nearest_folder_decides_and_a_country_that_is_named_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let (mine, house) = (root.path().join("mine"), root.path().join("house"));
        put(&mine, "ro_MD", "casă");
        for known in ["en_GB", "en_US", "ro_RO", "pt_BR"] {
            put(&house, known, "word");
        }
        let shelf = Shelf::new(vec![root.path().join("nowhere"), mine, house]);
        for (language, expected) in [
            ("en", "en_GB"),
            ("en-US", "en_US"),
            ("en-us", "en_US"),
            ("en-ZA", "en_GB"),
            ("ro", "ro_MD"),
            ("ro-RO", "ro_RO"),
            ("pt", "pt_BR"),
            ("fr", "nothing"),
            ("../en", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(name(&shelf, language), expected, "{language}");
        }
    }

    #[test]
    fn a_dictionary_is_read_once_and_again_when_its_words_change() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "en", "one");
        let shelf = Shelf::new(vec![root.path().to_owned()]);
        let ready = || match shelf.dictionary("en") {
            Found::Ready(dictionary, _) => dictionary,
            other => panic!("{other:?}"),
        };
        let first = ready();
        assert!(Arc::ptr_eq(&first, &ready()));
        put(root.path(), "en", "one\nanother");
        assert!(!first.knows("another") && ready().knows("another"));
    }

    #[test]
    fn a_broken_dictionary_is_named_and_not_taken_for_none() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "en", "word");
        fs::write(root.path().join("en.dic"), "no number of words\n").unwrap();
        assert!(name(&Shelf::new(vec![root.path().to_owned()]), "en").contains("en.dic"));
    }
}
