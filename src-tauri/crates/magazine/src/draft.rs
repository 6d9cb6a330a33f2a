//! The first draft of a file: what `masthead new` writes for an editor to write over.
//!
//! A draft is complete enough to be laid out at once, and every word that wants replacing is marked `TK`, so that
//! preflight names it until somebody has. Nothing that exists is ever written over.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::article::{Article, ArticleKind};
use crate::edition::EditionId;
use crate::issue::{Issue, Slot};
use crate::issue_id::IssueId;
use crate::publication::{OpenError, Publication, is_slug};

/// Why a draft was not written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is something of that name already.
    #[error("`{0}` exists already")]
    Exists(String),
    /// The name could not be a file name on every system.
    #[error("`{0}` cannot be a file name: letters without accents, digits, `-` and `_` can")]
    BadName(String),
    /// The publication could not be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk refused.
    #[error("could not write `{}`: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Publication {
    /// Begins an issue: its settings with a running order, the editor's letter, the folder for pictures. Answers the
    /// files' paths from the publication's folder.
    ///
    /// # Errors
    /// When the issue exists, or the disk refuses; nothing of an issue that exists is touched.
    pub fn begin_issue(&self, id: IssueId) -> Result<Vec<String>, DraftError> {
        let folder = format!("issues/{id}");
        if self.folder().join(&folder).exists() {
            return Err(DraftError::Exists(folder));
        }
        let pictures = self.folder().join(&folder).join("media");
        fs::create_dir_all(&pictures).map_err(|source| DraftError::Disk { path: pictures, source })?;
        let language = self.settings().languages.first().map_or("en", String::as_str);
        let files = [
            (format!("{folder}/articles/letter.md"), article_text("TK", ArticleKind::Letter, language)),
            // Last, because the folder is an issue from here on.
            (format!("{folder}/issue.toml"), issue_text(language)),
        ];
        files.into_iter().map(|(file, text)| self.write_new(file, &text)).collect()
    }

    /// Begins an article of an issue; it still wants a place in the running order. Answers the file's path from the
    /// publication's folder.
    ///
    /// # Errors
    /// When there is no such issue, the article exists, its name cannot be a file name, or the disk refuses.
    pub fn begin_article(&self, issue: IssueId, slug: &str, kind: ArticleKind) -> Result<String, DraftError> {
        let (known, _) = self.read_issue(issue)?;
        if !is_slug(slug) {
            return Err(DraftError::BadName(slug.to_owned()));
        }
        let text = article_text(&title_of(slug), kind, &known.settings.language);
        self.write_new(format!("issues/{issue}/articles/{slug}.md"), &text)
    }

    /// Begins an edition of an issue: a greeting and a teaser for each of its longer articles, in the running order.
    /// Answers the file's path from the publication's folder.
    ///
    /// # Errors
    /// As [`Publication::begin_article`].
    pub fn begin_edition(&self, id: &EditionId) -> Result<String, DraftError> {
        let (issue, _) = self.read_issue(id.issue)?;
        self.write_new(format!("issues/{}/editions/{}.md", id.issue, id.name), &edition_text(&issue))
    }

    fn write_new(&self, file: String, text: &str) -> Result<String, DraftError> {
        let path = self.folder().join(&file);
        match create(&path, text) {
            Ok(()) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(DraftError::Exists(file)),
            Err(source) => Err(DraftError::Disk { path, source }),
        }
    }
}

/// Writes a file that must not be there yet.
fn create(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// `smart-parking` becomes `Smart parking`.
fn title_of(slug: &str) -> String {
    let words = slug.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_else(|| slug.to_owned())
}

fn issue_text(language: &str) -> String {
    format!(
        r#"title = "TK: what this issue is about"
language = "{language}"
# pages = 32          # how many it may take

# The pages in order: a page of the template, an article by its file name, or an advertisement
# ({{ ad = "media/ad.svg", alt = "what it shows", advertiser = "who pays", size = "full" }}).
running-order = [
  {{ page = "cover" }},
  {{ page = "contents" }},
  {{ article = "letter" }},
  {{ page = "colophon" }},
  {{ page = "back-cover" }},
]

[cover]
headline = "TK: the headline"
lines = [
  {{ title = "TK: a line that sends the reader to an article", article = "letter" }},
]

[colophon]
text = """
TK: who made this issue, and how to reach them.
"""
"#
    )
}

fn article_text(title: &str, kind: ArticleKind, language: &str) -> String {
    let (section, columns, budget) = match kind {
        ArticleKind::Letter => ("Letter", 2, 1),
        ArticleKind::Feature => ("Feature", 3, 4),
        ArticleKind::Department => ("Department", 3, 2),
        ArticleKind::Numbers => ("Numbers", 2, 1),
        ArticleKind::Listing => ("Listing", 2, 1),
    };
    format!(
        "---\ntitle: \"{title}\"\nkind: {}\nsection: {section}\nstandfirst: \"TK: the sentence below the title\"\n\
         authors: [\"TK: who wrote it\"]\nlanguage: {language}\ncolumns: {columns}\nbudget: {budget}\n\
         summary: \"TK: a sentence for the newsletter\"\n---\n\nTK: the text.\n",
        kind.name(),
    )
}

fn edition_text(issue: &Issue) -> String {
    let is_placed = |article: &Article| issue.settings.running_order.contains(&Slot::Article(article.slug.clone()));
    let is_long = |article: &Article| {
        matches!(article.front_matter.kind, ArticleKind::Feature | ArticleKind::Department) && is_placed(article)
    };
    let teasers: String = issue
        .articles
        .iter()
        .filter(|article| is_long(article))
        .map(|article| format!("[[{}]]\n\n", article.slug))
        .collect();
    format!(
        "---\nsubject: {:?}\npreheader: \"TK: the line that mail programs show after the subject\"\naudience: all\n\
         language: {}\npdf: link\n---\nDear {{{{ first_name | default: \"reader\" }}}},\n\n\
         TK: why this issue is worth opening.\n\n{teasers}The editors\n",
        format!("Number {}: {}", issue.number, issue.settings.title),
        issue.settings.language,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = "name = \"The Kerb\"\nfirst-issue = \"2027-q1\"\nlanguages = [\"ro\"]\n";

    fn publication(folder: &Path) -> Publication {
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/publication.toml"), SETTINGS).unwrap();
        Publication::open(folder).unwrap()
    }

    #[test]
    fn a_new_issue_can_be_read_and_names_what_is_to_come() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        let files = publication.begin_issue(id).unwrap();
        assert_eq!(files, ["issues/2027-q1/articles/letter.md", "issues/2027-q1/issue.toml"]);
        let (issue, findings) = publication.read_issue(id).unwrap();
        assert_eq!((issue.settings.language.as_str(), issue.settings.running_order.len()), ("ro", 5));
        let faults: Vec<_> = findings.iter().filter(|finding| finding.code != crate::Code::EditorsMark).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn what_exists_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        assert!(matches!(publication.begin_issue(id), Err(DraftError::Exists(_))));
        let letter = folder.path().join("issues/2027-q1/articles/letter.md");
        fs::write(&letter, "mine").unwrap();
        assert!(matches!(publication.begin_article(id, "letter", ArticleKind::Letter), Err(DraftError::Exists(_))));
        assert_eq!(fs::read_to_string(letter).unwrap(), "mine");
    }

    #[test]
    fn an_article_of_every_kind_reads_back_as_that_kind() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        for kind in ArticleKind::ALL {
            publication.begin_article(id, &format!("the-{}", kind.name()), kind).unwrap();
        }
        let (issue, _) = publication.read_issue(id).unwrap();
        for kind in ArticleKind::ALL {
            let article = issue.article(&format!("the-{}", kind.name())).unwrap();
            assert_eq!(article.front_matter.kind, kind);
            assert_eq!(article.front_matter.title.text, format!("The {}", kind.name()));
        }
    }

    #[test]
    fn an_edition_begins_with_the_longer_articles_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        for slug in ["alleys", "bridges", "cranes"] {
            publication.begin_article(id, slug, ArticleKind::Feature).unwrap();
        }
        let settings = folder.path().join("issues/2027-q1/issue.toml");
        let order = "{ article = \"bridges\" },\n  { article = \"alleys\" },\n  { article = \"letter\" }";
        let text = fs::read_to_string(&settings).unwrap().replacen("{ article = \"letter\" }", order, 1);
        fs::write(settings, text).unwrap();
        let edition = "2027-q1/launch".parse().unwrap();
        let file = publication.begin_edition(&edition).unwrap();
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains("\n[[bridges]]\n\n[[alleys]]\n\nThe editors\n"), "{text}");
        let (read, findings) = publication.read_edition(&edition).unwrap();
        assert_eq!(read.front_matter.subject.text, "Number 1: TK: what this issue is about");
        assert!(findings.iter().all(|finding| finding.code == crate::Code::EditorsMark), "{findings:#?}");
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        for name in ["../letter", "a/b", "", "țară", "C:x"] {
            let refused = publication.begin_article(id, name, ArticleKind::Feature);
            assert!(matches!(refused, Err(DraftError::BadName(_))), "{name}");
        }
    }
}
