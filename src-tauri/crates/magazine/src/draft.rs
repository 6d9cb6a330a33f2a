//! The first draft of a file: what `masthead new` writes for an editor to write over.
//!
//! A draft is complete enough to be laid out at once, and every word that wants replacing is marked `TK`, so that
//! preflight names it until somebody has. Nothing that exists is ever written over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::article::{Article, ArticleKind};
use crate::edition::EditionId;
use crate::issue::{Issue, Slot};
use crate::issue_id::IssueId;
use crate::publication::{OpenError, Publication, is_slug};
use crate::save::{TEMPORARY, sync_folder, write_new_durably};

/// Why a draft was not written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is something of that name already.
    #[error("`{0}` exists already")]
    Exists(String),
    /// The name could not be a file name on every system.
    #[error(
        "`{0}` cannot be a file name: letters without accents, digits, `-` and `_` can, and no name that Windows keeps \
         for a device"
    )]
    BadName(String),
    /// The folder holds something, and a publication wants one of its own.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
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

/// The parts of `assets/` that a new publication takes over from the house, to change as it likes.
const HOUSE: [&str; 3] = ["magazine", "newsletter", "fonts"];

/// What a new publication begins with.
#[derive(Debug, Clone)]
pub struct FirstDraft<'a> {
    /// Its name.
    pub name: &'a str,
    /// The language it is written in.
    pub language: &'a str,
    /// Its first issue.
    pub issue: IssueId,
    /// A publication whose templates and fonts are taken over.
    pub house: &'a Path,
}

impl Publication {
    /// Begins a publication in a folder that is new or empty: the templates and fonts of the house, its settings, a
    /// first issue with the editor's letter, an edition. Answers the files to begin with, by their paths from the
    /// folder.
    ///
    /// # Errors
    /// When the folder holds something, the house has no templates, or the disk refuses.
    pub fn begin(folder: &Path, draft: &FirstDraft<'_>) -> Result<Vec<String>, DraftError> {
        let disk = |path: &Path| {
            let path = path.to_owned();
            |source| DraftError::Disk { path, source }
        };
        fs::create_dir_all(folder).map_err(disk(folder))?;
        if fs::read_dir(folder).map_err(disk(folder))?.next().is_some() {
            return Err(DraftError::NotEmpty(folder.to_owned()));
        }
        for part in HOUSE {
            let from = draft.house.join("assets").join(part);
            copy_folder(&from, &folder.join("assets").join(part)).map_err(disk(&from))?;
        }
        // Last of `assets`, because the folder is a publication from here on.
        let settings = folder.join("assets/publication.toml");
        create(&settings, &settings_text(draft)).map_err(disk(&settings))?;
        let publication = Publication::open(folder)?;
        let mut files = vec!["assets/publication.toml".to_owned()];
        files.extend(publication.begin_issue(draft.issue)?);
        let edition = EditionId { issue: draft.issue, name: "launch".to_owned() };
        files.push(publication.begin_edition(&edition)?);
        Ok(files)
    }

    /// Copies a publication, as it is, into a folder that is new or empty.
    ///
    /// # Errors
    /// When the folder holds something, or the disk refuses.
    pub fn copy_to(&self, folder: &Path) -> Result<(), DraftError> {
        let disk = |source| DraftError::Disk { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(disk)?;
        if fs::read_dir(folder).map_err(disk)?.next().is_some() {
            return Err(DraftError::NotEmpty(folder.to_owned()));
        }
        for part in ["issues", "assets"] {
            copy_folder(&self.folder().join(part), &folder.join(part)).map_err(disk)?;
        }
        Ok(())
    }

    /// Begins an issue: its settings with a running order, the editor's letter, the folder for pictures. Answers the
    /// files' paths from the publication's folder.
    ///
    /// # Errors
    /// When the issue exists, or the disk refuses; nothing of an issue that exists is touched.
    pub fn begin_issue(&self, id: IssueId) -> Result<Vec<String>, DraftError> {
        let folder = format!("issues/{id}");
        let path = self.folder().join(&folder);
        if path.exists() {
            return Err(DraftError::Exists(folder));
        }
        let language = self.settings().main_language();
        let files = [
            ("articles/letter.md", article_text("TK", ArticleKind::Letter, language)),
            ("issue.toml", issue_text(language)),
        ];
        make_whole(&path, &["media"], &files).map_err(|source| DraftError::Disk { path, source })?;
        Ok(files.into_iter().map(|(file, _)| format!("{folder}/{file}")).collect())
    }

    /// Begins an article of an issue; it still wants a place in the running order. Answers the file's path from the
    /// publication's folder.
    ///
    /// # Errors
    /// When there is no such issue, the article exists, its name cannot be a file name, or the disk refuses.
    pub fn begin_article(&self, issue: IssueId, slug: &str, kind: ArticleKind) -> Result<String, DraftError> {
        self.begin_titled_article(issue, slug, &title_of(slug), kind)
    }

    /// The same with a title of its own.
    ///
    /// # Errors
    /// As [`Publication::begin_article`].
    pub fn begin_titled_article(
        &self,
        issue: IssueId,
        slug: &str,
        title: &str,
        kind: ArticleKind,
    ) -> Result<String, DraftError> {
        let (known, _) = self.read_issue(issue)?;
        if !is_slug(slug) || is_reserved(slug) {
            return Err(DraftError::BadName(slug.to_owned()));
        }
        let text = article_text(title, kind, &known.settings.language);
        self.write_new(format!("issues/{issue}/articles/{slug}.md"), &text)
    }

    /// Begins an edition of an issue: a greeting and a teaser for each of its longer articles, in the running order.
    /// Answers the file's path from the publication's folder.
    ///
    /// # Errors
    /// As [`Publication::begin_article`].
    pub fn begin_edition(&self, id: &EditionId) -> Result<String, DraftError> {
        let (issue, _) = self.read_issue(id.issue)?;
        if is_reserved(&id.name) {
            return Err(DraftError::BadName(id.name.clone()));
        }
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

/// Names that Windows keeps for its devices, whatever ending a file has.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered = |device| name.strip_prefix(device).is_some_and(|digit| matches!(digit.as_bytes(), [b'1'..=b'9']));
    ["con", "prn", "aux", "nul"].contains(&name.as_str()) || numbered("com") || numbered("lpt")
}

/// Writes a file that must not be there yet.
fn create(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    write_new_durably(path, text.as_bytes())
}

/// Makes a folder that has all its files from the moment it has its name, or is not there.
fn make_whole(path: &Path, folders: &[&str], files: &[(&str, String)]) -> io::Result<()> {
    let beside = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(beside)?;
    let aside = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(beside)?;
    // A folder in it, because a temporary one is nobody else's to read.
    let made = aside.path().join("made");
    for folder in folders {
        fs::create_dir_all(made.join(folder))?;
    }
    for (file, text) in files {
        create(&made.join(file), text)?;
    }
    fs::rename(made, path)?;
    // It is there from now on, whatever is said of the folder.
    sync_folder(beside).ok();
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            // Read and written rather than copied: a file of an installed program may be read-only, and this one is
            // to be changed.
            fs::write(target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn settings_text(draft: &FirstDraft<'_>) -> String {
    let FirstDraft { name, language, issue, .. } = draft;
    let name = quoted(name);
    format!(
        r#"# What every issue of the publication shares.

name = {name}
masthead = {name}
publisher = ""
first-issue = "{issue}"
languages = ["{language}"]
# Every newsletter ends with the publisher's postal address, and many countries require it; a line each.
postal-address = []

[sender]
name = {name}
address = ""        # who the newsletter comes from
unsubscribe = ""    # the mailbox for unsubscribe mails; empty: the address above
relay = ""          # the server that takes the mail: `smtp+starttls://user@host:587`

[type]
serif = "Source Serif 4 Variable"
sans = "SourceSans3VF"  # the family name inside the bundled file

# How the house writes. `masthead check` names every other form and the editor marks it, each with its correction. Take
# the `#` away before the lines of an entry, and add one for each word that keeps coming back wrong.
# [[style]]
# write = "e-mail"
# not = ["email", "E-Mail"]
# because = "the dictionaries write it with a hyphen"
# language = "en"         # only there; without it, in every language
"#
    )
}

/// A text as a string of TOML, and of YAML.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|sign| match sign {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            sign if sign.is_control() => " ".to_owned(),
            sign => sign.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
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
        "---\ntitle: {}\nkind: {}\nsection: {section}\nstandfirst: \"TK: the sentence below the title\"\n\
         authors: [\"TK: who wrote it\"]\nlanguage: {language}\ncolumns: {columns}\nbudget: {budget}\n\
         summary: \"TK: a sentence for the newsletter\"\n---\n\nTK: the text.\n",
        quoted(title),
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
    use crate::settings::PublicationSettings;

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
    fn what_was_being_made_when_the_program_was_killed_is_no_issue_and_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        let left = folder.path().join("issues/.masthead-x1/made/articles");
        fs::create_dir_all(&left).unwrap();
        fs::write(left.join(".masthead-x2.tmp"), "half").unwrap();
        assert_eq!(publication.issues().unwrap(), []);
        publication.begin_issue(id).unwrap();
        assert_eq!(publication.issues().unwrap(), [id]);
        let issues = fs::read_dir(folder.path().join("issues")).unwrap().count();
        assert_eq!(issues, 2, "the issue, and what was left; nothing aside");
    }

    #[test]
    fn an_issue_that_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("issues/2027-q1");
        let files = [("issue.toml", "x".to_owned()), ("issue.toml/letter.md", "y".to_owned())];
        make_whole(&target, &["media"], &files).unwrap_err();
        assert_eq!(fs::read_dir(folder.path().join("issues")).unwrap().count(), 0);
    }

    #[test]
    fn a_name_that_windows_keeps_for_a_device_is_refused_everywhere() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        let edition = EditionId { issue: id, name: "aux".to_owned() };
        assert!(matches!(publication.begin_edition(&edition), Err(DraftError::BadName(_))));
        for slug in ["con", "NUL", "com1", "lpt9"] {
            let refused = publication.begin_article(id, slug, ArticleKind::Feature);
            assert!(matches!(refused, Err(DraftError::BadName(_))), "{slug}");
        }
        for slug in ["console", "com", "com0", "lpt10", "nul-2"] {
            publication.begin_article(id, slug, ArticleKind::Feature).unwrap();
        }
    }

    fn house(folder: &Path) {
        for file in ["magazine/vocabulary.typ", "newsletter/frame.mjml", "fonts/serif/Serif.ttf", "readme/picture.png"]
        {
            create(&folder.join("assets").join(file), "x").unwrap();
        }
    }

    #[test]
    fn a_new_publication_can_be_opened_and_takes_the_houses_templates_over() {
        let (house_folder, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        house(house_folder.path());
        let folder = new.path().join("The \"Kerb\"");
        let name = "The \"Kerb\" \\ Bordura";
        let draft = FirstDraft { name, language: "ro", issue: "2027-q1".parse().unwrap(), house: house_folder.path() };
        let files = Publication::begin(&folder, &draft).unwrap();
        assert!(files.iter().all(|file| folder.join(file).is_file()), "{files:?}");
        let publication = Publication::open(&folder).unwrap();
        assert_eq!(publication.findings(), []);
        assert_eq!(publication.settings().name, name);
        assert_eq!(publication.issues().unwrap(), [draft.issue]);
        assert_eq!(publication.editions(draft.issue).unwrap().len(), 1);
        assert!(folder.join("assets/fonts/serif/Serif.ttf").is_file() && !folder.join("assets/readme").exists());
    }

    #[test]
    fn the_example_of_a_house_style_is_no_rule_before_somebody_makes_it_one() {
        let draft =
            FirstDraft { name: "X", language: "en", issue: "2027-q1".parse().unwrap(), house: Path::new("none") };
        let text = settings_text(&draft);
        let read = |text: &str| PublicationSettings::read("publication.toml", text);
        assert_eq!(read(&text).0.style, []);
        let (before, example) = text.split_once("# [[style]]").unwrap();
        let (settings, findings) = read(&format!("{before}[[style]]{}", example.replace("\n# ", "\n")));
        assert_eq!(findings, []);
        assert_eq!(settings.style.iter().map(|rule| rule.write.as_str()).collect::<Vec<_>>(), ["e-mail"]);
    }

    #[test]
    fn a_folder_that_holds_something_is_left_alone() {
        let (house_folder, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        house(house_folder.path());
        fs::write(new.path().join("thesis.md"), "mine").unwrap();
        let draft =
            FirstDraft { name: "X", language: "en", issue: "2027-q1".parse().unwrap(), house: house_folder.path() };
        assert!(matches!(Publication::begin(new.path(), &draft), Err(DraftError::NotEmpty(_))));
        assert_eq!(fs::read_dir(new.path()).unwrap().count(), 1);
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
    fn a_title_may_have_any_sign() {
        let folder = tempfile::tempdir().unwrap();
        let publication = publication(folder.path());
        let id = "2027-q1".parse().unwrap();
        publication.begin_issue(id).unwrap();
        for (slug, title) in
            [("a", "The \"smart\" city: a \\ b"), ("b", "- # {x}: 'y'"), ("c", "Orașul, citit din nou")]
        {
            publication.begin_titled_article(id, slug, title, ArticleKind::Feature).unwrap();
            let (issue, _) = publication.read_issue(id).unwrap();
            assert_eq!(issue.article(slug).unwrap().front_matter.title.text, title);
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
