//! What a file's name, length and time of change say, to see whether something was changed beside the editor: the
//! template by a designer, a picture by the art desk. Forty looks cost less than a millisecond; reading them again costs
//! sixty megabytes a key.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use magazine::{Issue, Publication};

/// The state of the files that pages are made from, articles aside.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamps(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl Stamps {
    /// Looks at the template, the fonts and the pictures of an issue.
    pub(crate) fn of(publication: &Publication, issue: &Issue) -> Self {
        Self::with(publication, issue, Vec::new())
    }

    /// The same, and at more pictures of the issue's folder.
    pub(crate) fn with(publication: &Publication, issue: &Issue, more: Vec<String>) -> Self {
        let folder = publication.issue_folder(issue.id);
        let heads = newsletter::HEADS.iter().map(|head| (*head).to_owned());
        let pictures = publication.pictures(issue).into_iter().chain(heads).chain(more);
        let mut stamps: Vec<_> = pictures.map(|name| stamp(folder.join(name))).collect();
        for assets in ["assets/magazine", "assets/fonts"] {
            below(&publication.folder().join(assets), &mut stamps);
        }
        stamps.sort();
        Self(stamps)
    }
}

fn below(folder: &Path, stamps: &mut Vec<(PathBuf, Option<(u64, SystemTime)>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), stamps);
        } else {
            stamps.push(stamp(entry.path()));
        }
    }
}

/// What is seen of one file.
pub(crate) fn stamp(path: PathBuf) -> (PathBuf, Option<(u64, SystemTime)>) {
    let seen = fs::metadata(&path).and_then(|seen| Ok((seen.len(), seen.modified()?)));
    (path, seen.ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_template_and_a_changed_picture_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file("assets/publication.toml", "name = \"Test\"");
        file("assets/magazine/vocabulary.typ", "");
        file(
            "issues/2026-q4/issue.toml",
            "title = \"T\"\ndate = 2026-12-01\n[cover]\npicture = \"media/x.svg\"\nalt = \"x\"",
        );
        file("issues/2026-q4/articles/a.md", "---\ntitle: A\n---\n");
        let publication = Publication::open(folder.path()).unwrap();
        let (issue, _) = publication.read_issue("2026-q4".parse().unwrap()).unwrap();
        let first = Stamps::of(&publication, &issue);
        assert_eq!(Stamps::of(&publication, &issue), first);
        file("assets/magazine/vocabulary.typ", "#let x = 1");
        let second = Stamps::of(&publication, &issue);
        assert_ne!(second, first);
        file("issues/2026-q4/media/x.svg", "<svg/>");
        assert_ne!(Stamps::of(&publication, &issue), second);
    }
}
