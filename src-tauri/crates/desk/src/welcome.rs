//! Before a publication is open: which ones this computer knows, how a new one begins, and the sample.
//!
//! The known ones are kept in the data folder, by their folders alone. The house is the publication whose templates and
//! fonts a new one takes over; it is also the sample.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use magazine::{FirstDraft, IssueId, Publication, write_durably};
use serde::{Deserialize, Serialize};

use crate::draft::this_quarter;
use crate::rpc::{FolderLine, FoldersView, KnownPublication, WelcomeAnswer, WelcomeRequest, WelcomeView};
use crate::{Class, Failure};

/// So many publications are remembered.
const MOST: usize = 8;

/// What there is before a publication is open.
#[derive(Debug, Clone)]
pub struct Welcome {
    data: PathBuf,
    place: PathBuf,
    house: Option<PathBuf>,
    clock: fn() -> Timestamp,
}

/// A publication that was begun.
#[derive(Debug, Clone, Serialize)]
pub struct Founded {
    /// Its folder.
    pub folder: PathBuf,
    /// The files to begin with, by their paths from the folder.
    pub files: Vec<String>,
    /// What to do next.
    pub next: String,
}

/// The note in the data folder.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    #[serde(default)]
    publications: Vec<PathBuf>,
}

/// The publication that comes with a program: beside it, above it, or where its package puts what it needs.
#[must_use]
pub fn find_house(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let installed = [folder.join("../lib/Masthead"), folder.join("../Resources")];
    let found = installed.into_iter().find(|place| Publication::find(place).as_deref() == Some(place));
    found.or_else(|| Publication::find(folder))
}

impl Welcome {
    /// What there is, with the notes in `data`, new publications below `place`, and the `house` whose templates they
    /// take over.
    #[must_use]
    pub fn new(data: &Path, place: &Path, house: Option<PathBuf>) -> Self {
        Self { data: data.to_owned(), place: place.to_owned(), house, clock: Timestamp::now }
    }

    /// The folder of the publication that was open last and is still there.
    #[must_use]
    pub fn last(&self) -> Option<PathBuf> {
        self.known().publications.into_iter().find(|folder| Publication::open(folder).is_ok())
    }

    /// Keeps in mind that a publication was opened.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remember(&self, folder: &Path) -> Result<(), Failure> {
        let mut known = self.known();
        known.publications.retain(|other| other != folder);
        known.publications.insert(0, folder.to_owned());
        known.publications.truncate(MOST);
        let text = serde_json::to_vec_pretty(&known).map_err(|error| disk(&self.note(), &error))?;
        fs::create_dir_all(&self.data).map_err(|error| disk(&self.data, &error))?;
        write_durably(&self.note(), &text).map_err(|error| disk(&self.note(), &error))
    }

    /// Begins a publication in `folder`, with the next quarter's issue as its first.
    ///
    /// # Errors
    /// When the name is empty, the folder holds something, there are no templates to take over, or the disk refuses.
    pub fn begin(&self, folder: &Path, name: &str, language: &str) -> Result<Founded, Failure> {
        if name.trim().is_empty() {
            return Err(Failure::new(Class::Usage, "no-name", "a publication needs a name"));
        }
        let house = self.house()?;
        let issue = self.next_issue();
        let files = Publication::begin(folder, &FirstDraft { name: name.trim(), language, issue, house })?;
        let next = format!("write over every TK; `masthead check {issue}` names those that are left");
        Ok(Founded { folder: folder.to_owned(), files, next })
    }

    /// Answers what the window asks. When a publication is to be opened, `open` does it.
    ///
    /// # Errors
    /// Says what could not be done, in the words that the window shows.
    pub fn answer(
        &self,
        request: WelcomeRequest,
        open: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<WelcomeAnswer, Failure> {
        use {WelcomeAnswer as Answer, WelcomeRequest as Request};
        let open = |folder: PathBuf| {
            open(&folder)?;
            self.remember(&folder)?;
            Ok::<_, Failure>(folder.display().to_string())
        };
        Ok(match request {
            Request::Welcome {} => Answer::Welcome(self.view()),
            Request::Folders { folder } => Answer::Folders(self.folders(folder.map(PathBuf::from))?),
            Request::OpenPublication { folder } => Answer::OpenPublication(open(PathBuf::from(folder))?),
            Request::NewPublication { place, name, language } => {
                let folder = Path::new(&place).join(folder_name(&name));
                Answer::NewPublication(open(self.begin(&folder, &name, &language)?.folder)?)
            }
            Request::OpenSample {} => Answer::OpenSample(open(self.sample()?)?),
        })
    }

    fn view(&self) -> WelcomeView {
        let known = |folder: PathBuf| {
            let name = Publication::open(&folder).ok()?.settings().name.clone();
            Some(KnownPublication { name, folder: folder.display().to_string() })
        };
        WelcomeView {
            known: self.known().publications.into_iter().filter_map(known).collect(),
            place: self.place.display().to_string(),
            sample: self.house.is_some(),
        }
    }

    /// The folders in a folder, or in the nearest one above it that there is.
    fn folders(&self, folder: Option<PathBuf>) -> Result<FoldersView, Failure> {
        let asked = folder.unwrap_or_else(|| self.place.clone());
        let there = asked.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
        let mut folders = Vec::new();
        for entry in fs::read_dir(there).map_err(|error| unreadable(there, &error))?.flatten() {
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            if !name.starts_with('.') && path.is_dir() {
                let publication = is_publication(&path);
                folders.push(FolderLine { name, folder: path.display().to_string(), publication });
            }
        }
        folders.sort_by_key(|line| line.name.to_lowercase());
        Ok(FoldersView {
            folder: there.display().to_string(),
            parent: there.parent().map(|parent| parent.display().to_string()),
            publication: is_publication(there),
            folders,
        })
    }

    /// The sample, copied to where it can be written in; the copy of another day is opened as it was left.
    fn sample(&self) -> Result<PathBuf, Failure> {
        let folder = self.place.join("Masthead sample");
        if !is_publication(&folder) {
            Publication::open(self.house()?)?.copy_to(&folder)?;
        }
        Ok(folder)
    }

    fn house(&self) -> Result<&Path, Failure> {
        self.house.as_deref().ok_or_else(|| {
            Failure::new(Class::Environment, "no-templates", "the templates that belong to this program are missing")
                .hint("install Masthead again, or run it from its own folder")
        })
    }

    fn next_issue(&self) -> IssueId {
        this_quarter((self.clock)()).next()
    }

    fn note(&self) -> PathBuf {
        self.data.join("publications.json")
    }

    /// A note that cannot be read is as good as none: it only saves a few clicks.
    fn known(&self) -> Known {
        fs::read(self.note()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

fn is_publication(folder: &Path) -> bool {
    folder.join("assets/publication.toml").is_file()
}

/// A publication's name as a folder's on every system.
fn folder_name(name: &str) -> String {
    let sign = |sign: char| if sign.is_control() || r#"<>:"/\|?*"#.contains(sign) { '-' } else { sign };
    let plain: String = name.trim().chars().map(sign).collect();
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "Publication".to_owned() } else { plain.to_owned() }
}

fn disk(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Environment, "disk", format!("could not read `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

    fn welcome(folder: &Path) -> Welcome {
        let now = || "2026-11-22T10:00:00Z".parse().unwrap();
        let house = Some(PathBuf::from(WORKSPACE));
        Welcome { clock: now, ..Welcome::new(&folder.join("data"), &folder.join("Documents"), house) }
    }

    #[test]
    fn a_new_publication_is_opened_and_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let welcome = welcome(folder.path());
        assert_eq!(welcome.last(), None);
        let place = folder.path().join("Documents").display().to_string();
        let request =
            WelcomeRequest::NewPublication { place, name: "Kerb / Bordura".to_owned(), language: "en".to_owned() };
        let mut opened = None;
        let answer = welcome.answer(request, |folder| {
            opened = Some(folder.to_owned());
            Ok(())
        });
        assert!(matches!(answer, Ok(WelcomeAnswer::NewPublication(_))), "{answer:?}");
        let expected = folder.path().join("Documents/Kerb - Bordura");
        assert_eq!((opened.as_ref(), welcome.last().as_ref()), (Some(&expected), Some(&expected)));
        let publication = Publication::open(&expected).unwrap();
        assert_eq!(publication.issues().unwrap()[0].to_string(), "2027-q1");
        assert_eq!(welcome.view().known[0].name, "Kerb / Bordura");
    }

    #[test]
    fn the_sample_is_copied_once_and_then_opened_as_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let welcome = welcome(folder.path());
        let copy = welcome.sample().unwrap();
        let letter = copy.join("issues/2026-q4/articles/letter.md");
        fs::write(&letter, "mine").unwrap();
        assert_eq!(welcome.sample().unwrap(), copy);
        assert_eq!(fs::read_to_string(letter).unwrap(), "mine");
    }

    #[test]
    fn a_publication_that_could_not_be_opened_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let welcome = welcome(folder.path());
        let request = WelcomeRequest::OpenPublication { folder: WORKSPACE.to_owned() };
        let refused = welcome.answer(request, |_| Err(Failure::new(Class::Usage, "no", "no")));
        assert!(refused.is_err() && welcome.last().is_none());
    }

    #[test]
    fn folders_are_listed_and_publications_among_them_marked() {
        let folder = tempfile::tempdir().unwrap();
        let welcome = welcome(folder.path());
        fs::create_dir_all(folder.path().join("Documents/.hidden")).unwrap();
        fs::create_dir_all(folder.path().join("Documents/kerb/assets")).unwrap();
        fs::write(folder.path().join("Documents/kerb/assets/publication.toml"), "").unwrap();
        fs::create_dir_all(folder.path().join("Documents/Attic")).unwrap();
        let view = welcome.folders(None).unwrap();
        let lines: Vec<_> = view.folders.iter().map(|line| (line.name.as_str(), line.publication)).collect();
        assert_eq!(lines, [("Attic", false), ("kerb", true)]);
        let gone = folder.path().join("Documents/Attic/no/such").display().to_string();
        assert!(welcome.folders(Some(gone.into())).unwrap().folder.ends_with("Attic"));
    }

    #[test]
    fn a_folders_name_is_one_on_every_system() {
        for (name, expected) in [("A/B: c?", "A-B- c-"), (" .. ", "Publication"), ("Orașul", "Orașul")] {
            assert_eq!(folder_name(name), expected);
        }
    }
}
