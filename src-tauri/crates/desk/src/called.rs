//! What somebody asked to open when they started the program: a publication's folder, or a text in one.

use std::path::{Component, Path, PathBuf};

use magazine::{IssueId, Publication};

use crate::rpc::{CalledView, TextPlace};
use crate::{Class, Failure};

/// Something to open, in its publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The publication's folder.
    pub publication: PathBuf,
    /// The text in it, if one was named.
    pub text: Option<TextPlace>,
}

impl Called {
    /// What a path of the command line means: a folder in a publication means the publication.
    ///
    /// # Errors
    /// When it lies in no publication.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        let whole = path.canonicalize().map_err(|error| {
            Failure::new(Class::Usage, "not-there", format!("`{}` cannot be opened: {error}", path.display()))
        })?;
        let folder = if whole.is_dir() { whole.as_path() } else { whole.parent().unwrap_or(Path::new("/")) };
        let publication = Publication::find(folder).ok_or_else(|| {
            Failure::new(Class::Usage, "no-publication", format!("`{}` lies in no publication", path.display()))
                .hint("a publication is a folder with `assets/publication.toml` in it")
        })?;
        let text = whole.strip_prefix(&publication).ok().and_then(text_at);
        Ok(Self { publication, text })
    }

    /// The same for the window, whose publication lies in `open`: a folder is named only when it is another one.
    #[must_use]
    pub fn view(&self, open: Option<&Path>) -> CalledView {
        let same = open.and_then(|open| open.canonicalize().ok()).is_some_and(|open| open == self.publication);
        let folder = (!same).then(|| self.publication.display().to_string());
        CalledView { folder, text: self.text.clone() }
    }
}

/// The text that a path from the publication's folder leads to.
fn text_at(path: &Path) -> Option<TextPlace> {
    let parts: Vec<&str> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let [issues, issue, kind, file] = parts.as_slice() else { return None };
    let (name, issue) = (file.strip_suffix(".md")?.to_owned(), issue.parse::<IssueId>().ok()?.to_string());
    match (*issues, *kind) {
        ("issues", "articles") => Some(TextPlace { issue, name, edition: false }),
        ("issues", "editions") => Some(TextPlace { issue, name, edition: true }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn publication() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["assets/publication.toml", "issues/2026-q4/articles/audit.md", "issues/2026-q4/editions/launch.md"]
        {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "name = \"City\"\n").unwrap();
        }
        folder
    }

    #[test]
    fn a_path_means_the_publication_and_the_text_it_lies_in() {
        let folder = publication();
        let text = |name: &str, edition| TextPlace { issue: "2026-q4".to_owned(), name: name.to_owned(), edition };
        for (path, expected) in [
            ("", None),
            ("issues", None),
            ("assets/publication.toml", None),
            ("issues/2026-q4/articles/audit.md", Some(text("audit", false))),
            ("issues/2026-q4/articles/../editions/launch.md", Some(text("launch", true))),
        ] {
            let called = Called::of(&folder.path().join(path)).unwrap();
            assert_eq!(called.publication, folder.path().canonicalize().unwrap(), "{path}");
            assert_eq!(called.text, expected, "{path}");
        }
    }

    #[test]
    fn what_lies_in_no_publication_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Called::of(folder.path()).unwrap_err().code, "no-publication");
        assert_eq!(Called::of(&folder.path().join("gone.md")).unwrap_err().code, "not-there");
    }

    #[test]
    fn the_publication_that_is_open_is_not_named_again() {
        let folder = publication();
        let called = Called::of(folder.path()).unwrap();
        assert_eq!(called.view(Some(&folder.path().join("issues/.."))).folder, None);
        assert!(called.view(None).folder.is_some());
    }
}
