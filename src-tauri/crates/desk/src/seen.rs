//! The pages as they were last seen, so that the next window opens with them while the page engine is still warming up.
//!
//! They lie in the publication's `.masthead/`, which is no part of it, under everything that they were made from: the
//! issue, its articles, its pictures, the template, the fonts and the program. Where any of that is another one now, they
//! are not shown, because they would lie; the articles count by their words, the rest by length and time of change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use magazine::{Issue, IssueId, Publication, Revision};
use serde::{Deserialize, Serialize};

use crate::pages::OpenPages;
use crate::rpc::{PagesView, SeenPicture};
use crate::stamps::{Stamps, stamp};
use crate::{Desk, Failure};

/// No more pictures are kept: a spread, and the small ones below it.
const MOST: usize = 24;

/// Everything that the pages of an issue are made from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sources {
    /// The articles and `issue.toml`, by their names.
    texts: BTreeMap<String, String>,
    stamps: Stamps,
}

/// The note beside the pictures.
#[derive(Serialize, Deserialize)]
struct Note {
    sources: String,
    issue: String,
    view: PagesView,
}

impl Sources {
    /// Looks at them on disk.
    pub(crate) fn of(publication: &Publication, issue: &Issue) -> Self {
        let folder = publication.issue_folder(issue.id);
        let named = |entry: fs::DirEntry| Some((entry.file_name().into_string().ok()?, entry.path()));
        let articles = fs::read_dir(folder.join("articles")).into_iter().flatten().flatten().filter_map(named);
        let others = ["issue.toml", "../../assets/publication.toml"].map(|name| (name.to_owned(), folder.join(name)));
        let read = |(name, path): (String, PathBuf)| Some((name, revision(&fs::read(path).ok()?)));
        Self { texts: articles.chain(others).filter_map(read).collect(), stamps: Stamps::of(publication, issue) }
    }

    /// An article is another one now than on disk.
    pub(crate) fn edit(&mut self, slug: &str, text: &str) {
        self.texts.insert(format!("{slug}.md"), revision(text.as_bytes()));
    }

    /// Template, fonts and pictures were read again; the texts are as they were.
    pub(crate) fn look_again(&mut self, publication: &Publication, issue: &Issue) {
        self.stamps = Stamps::of(publication, issue);
    }

    /// One name for all of them, and for the program that makes pages of them.
    fn name(&self, program: &Path) -> String {
        revision(format!("{:?} {:?} {}", self, stamp(program.to_owned()), env!("CARGO_PKG_VERSION")).as_bytes())
    }
}

fn revision(bytes: &[u8]) -> String {
    Revision::of(bytes).name().to_owned()
}

impl Desk {
    /// The pages of an issue as they were last seen, if what they were made from is still the same.
    pub(crate) fn last_seen(&self, id: IssueId) -> Result<Option<PagesView>, Failure> {
        let Some(note) = self.seen_note().filter(|note| note.issue == id.to_string()) else { return Ok(None) };
        let (publication, issue, _) = self.issue(id)?;
        let same = Sources::of(&publication, &issue).name(&self.engine.program) == note.sources;
        Ok(same.then_some(note.view))
    }

    /// Keeps the pages of an issue with the pictures that are in sight. `false` when they are not those of the files as
    /// they are on disk now, or nothing could be kept: then the next window opens without.
    pub(crate) fn keep_seen(
        &self,
        id: IssueId,
        pictures: &[SeenPicture],
        view: impl FnOnce(&OpenPages) -> PagesView,
    ) -> Result<bool, Failure> {
        let mut open = self.open_pages();
        let is_worth_it =
            |pages: &&mut OpenPages| pages.issue.id == id && pages.is_settled() && !pages.layout.is_outdated;
        let Some(pages) = open.as_mut().filter(is_worth_it) else { return Ok(false) };
        let (publication, issue, _) = self.issue(id)?;
        if Sources::of(&publication, &issue) != pages.sources {
            return Ok(false);
        }
        let mut drawn = BTreeMap::new();
        for SeenPicture { hash, ppi } in pictures.iter().take(MOST) {
            let Some(name) = picture_name(hash, *ppi) else { continue };
            let known = fs::read(self.seen_folder().join(&name)).ok();
            let jpeg = match known {
                Some(jpeg) => jpeg,
                None => pages.picture(hash, *ppi)?,
            };
            drawn.insert(name, jpeg);
        }
        let sources = pages.sources.name(&self.engine.program);
        let note = Note { sources, issue: id.to_string(), view: view(pages) };
        drop(open);
        // A courtesy of the next start: nobody is told when the disk is full.
        Ok(self.write_seen(&note, &drawn).is_ok())
    }

    /// A page's picture as it was last seen. A hash names what is on the page, so the picture is never another one.
    pub(crate) fn seen_picture(&self, hash: &str, ppi: u32) -> Option<Vec<u8>> {
        fs::read(self.seen_folder().join(picture_name(hash, ppi)?)).ok()
    }

    fn seen_note(&self) -> Option<Note> {
        serde_json::from_slice(&fs::read(self.seen_folder().join("pages.json")).ok()?).ok()
    }

    fn write_seen(&self, note: &Note, drawn: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
        let folder = self.seen_folder();
        self.private(&folder)?;
        for (name, jpeg) in drawn {
            replace(&folder.join(name), jpeg)?;
        }
        replace(&folder.join("pages.json"), &serde_json::to_vec(note)?)?;
        for entry in fs::read_dir(&folder)?.flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if name != "pages.json" && !drawn.contains_key(&name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn seen_folder(&self) -> PathBuf {
        self.hidden().join("seen")
    }
}

/// Writes a file whole or not at all. Not durably: what a power cut takes is drawn again.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let whole = path.with_extension("part");
    fs::write(&whole, bytes)?;
    fs::rename(whole, path)
}

/// The file of a picture; nothing for what is no hash and might lead elsewhere.
fn picture_name(hash: &str, ppi: u32) -> Option<String> {
    let plain = !hash.is_empty() && hash.bytes().all(|sign| sign.is_ascii_alphanumeric());
    plain.then(|| format!("{hash}-{ppi}.jpg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publication(folder: &Path) -> (Publication, Issue) {
        for (file, text) in [
            ("assets/publication.toml", "name = \"City\"\n"),
            ("assets/magazine/page.typ", "one"),
            ("issues/2026-q4/issue.toml", "title = \"One\"\n"),
            ("issues/2026-q4/articles/audit.md", "---\ntitle: A\n---\none\n"),
        ] {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let publication = Publication::open(folder).unwrap();
        let (issue, _) = publication.read_issue("2026-q4".parse().unwrap()).unwrap();
        (publication, issue)
    }

    #[test]
    fn whatever_the_pages_are_made_from_counts() {
        let folder = tempfile::tempdir().unwrap();
        let (publication, issue) = publication(folder.path());
        let seen = || Sources::of(&publication, &issue).name(Path::new("/bin/sh"));
        for (file, text) in [
            ("assets/publication.toml", "name = \"Town\"\n"),
            ("assets/magazine/page.typ", "two and more"),
            ("issues/2026-q4/issue.toml", "title = \"Two\"\n"),
            ("issues/2026-q4/articles/audit.md", "---\ntitle: A\n---\ntwo\n"),
            ("issues/2026-q4/articles/new.md", "---\ntitle: B\n---\n"),
        ] {
            let before = seen();
            assert_eq!(seen(), before);
            fs::write(folder.path().join(file), text).unwrap();
            assert_ne!(seen(), before, "{file}");
        }
        assert_ne!(seen(), Sources::of(&publication, &issue).name(Path::new("/bin/cat")), "another program");
    }

    #[test]
    fn a_saved_edit_is_the_file_and_one_that_waits_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (publication, issue) = publication(folder.path());
        let mut laid_out = Sources::of(&publication, &issue);
        laid_out.edit("audit", "two");
        assert_ne!(Sources::of(&publication, &issue), laid_out);
        fs::write(folder.path().join("issues/2026-q4/articles/audit.md"), "two").unwrap();
        assert_eq!(Sources::of(&publication, &issue), laid_out);
    }

    #[test]
    fn a_hash_leads_nowhere_else() {
        assert_eq!(picture_name("9f3c", 108).as_deref(), Some("9f3c-108.jpg"));
        for wrong in ["", "..", "../a", "a/b", "a\\b", "a.b"] {
            assert_eq!(picture_name(wrong, 108), None, "{wrong}");
        }
    }
}
