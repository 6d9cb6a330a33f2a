//! The publication: the folder with `assets/` and `issues/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::article::Article;
use crate::edition::{Edition, EditionId};
use crate::finding::{Code, Finding, Fix, Place};
use crate::house_style;
use crate::issue::{Issue, IssueSettings, Slot};
use crate::issue_id::IssueId;
use crate::media;
use crate::preflight::{self, Neighbours};
use crate::prose::Prose;
use crate::save::Revision;
use crate::settings::PublicationSettings;

/// An open publication.
#[derive(Debug, Clone)]
pub struct Publication {
    folder: PathBuf,
    settings: PublicationSettings,
    findings: Vec<Finding>,
}

/// Why a publication, issue, article or edition could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No folder with `assets/publication.toml`.
    #[error("`{}` is not a publication: it has no `assets/publication.toml`", folder.display())]
    NoPublication {
        /// The folder that was looked at.
        folder: PathBuf,
    },
    /// No such issue.
    #[error("the publication has no issue `{issue}`")]
    NoIssue {
        /// What was asked for.
        issue: IssueId,
        /// The issues there are.
        known: Vec<IssueId>,
    },
    /// No such article.
    #[error("issue `{issue}` has no article `{slug}`")]
    NoArticle {
        /// The issue.
        issue: IssueId,
        /// What was asked for.
        slug: String,
    },
    /// No such edition.
    #[error("there is no edition `{edition}`")]
    NoEdition {
        /// What was asked for.
        edition: EditionId,
        /// The editions of that issue.
        known: Vec<String>,
    },
    /// A file that is not text.
    #[error("`{}` is not UTF-8 text", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// A link that leads out of the issue.
    #[error("`{}` is no file of the issue's folder", path.display())]
    Outside {
        /// The file.
        path: PathBuf,
    },
    /// The disk refused.
    #[error("could not read `{}`: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

const SETTINGS: &str = "assets/publication.toml";

impl Publication {
    /// The nearest folder from `start` upwards that is a publication.
    #[must_use]
    pub fn find(start: &Path) -> Option<PathBuf> {
        start.ancestors().find(|folder| folder.join(SETTINGS).is_file()).map(Path::to_owned)
    }

    /// Opens a publication.
    ///
    /// # Errors
    /// When the folder has no `assets/publication.toml` or it cannot be read; what is wrong in it is a finding.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(SETTINGS);
        if !path.is_file() {
            return Err(OpenError::NoPublication { folder: folder.to_owned() });
        }
        let text = read_text(&path)?;
        let (settings, findings) = PublicationSettings::read(SETTINGS, &text);
        Ok(Self { folder: folder.to_owned(), settings, findings })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `publication.toml` says.
    #[must_use]
    pub fn settings(&self) -> &PublicationSettings {
        &self.settings
    }

    /// What was found in `publication.toml`.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Its issues, the oldest first.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn issues(&self) -> Result<Vec<IssueId>, OpenError> {
        let folder = self.folder.join("issues");
        let mut issues: Vec<IssueId> = names(&folder)?.iter().filter_map(|name| name.parse().ok()).collect();
        issues.retain(|issue| self.issue_folder(*issue).join("issue.toml").is_file());
        issues.sort();
        Ok(issues)
    }

    /// The folder of an issue.
    #[must_use]
    pub fn issue_folder(&self, issue: IssueId) -> PathBuf {
        self.folder.join("issues").join(issue.to_string())
    }

    /// The articles of an issue by their file names without `.md`, sorted.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn articles(&self, issue: IssueId) -> Result<Vec<String>, OpenError> {
        let files = names(&self.issue_folder(issue).join("articles"))?;
        let slugs = files.iter().filter_map(|name| name.strip_suffix(".md")).filter(|slug| is_slug(slug));
        Ok(slugs.map(str::to_owned).collect())
    }

    /// The file of an article; there need not be one.
    ///
    /// # Errors
    /// When the slug is no plain file name.
    pub fn article_path(&self, issue: IssueId, slug: &str) -> Result<PathBuf, OpenError> {
        if !is_slug(slug) {
            return Err(OpenError::NoArticle { issue, slug: slug.to_owned() });
        }
        Ok(self.issue_folder(issue).join("articles").join(format!("{slug}.md")))
    }

    /// The whole text of an article's file, and its revision.
    ///
    /// # Errors
    /// When there is no such article, it is not text, or the disk refuses.
    pub fn article_text(&self, issue: IssueId, slug: &str) -> Result<(String, Revision), OpenError> {
        let path = self.article_path(issue, slug)?;
        if !path.is_file() {
            return Err(OpenError::NoArticle { issue, slug: slug.to_owned() });
        }
        let text = read_inside(&self.issue_folder(issue), &path)?;
        let revision = Revision::of(text.as_bytes());
        Ok((text, revision))
    }

    /// The file of an edition; there need not be one.
    #[must_use]
    pub fn edition_path(&self, id: &EditionId) -> PathBuf {
        self.issue_folder(id.issue).join("editions").join(format!("{}.md", id.name))
    }

    /// The whole text of an edition's file, and its revision.
    ///
    /// # Errors
    /// When there is no such edition, it is not text, or the disk refuses.
    pub fn edition_text(&self, id: &EditionId) -> Result<(String, Revision), OpenError> {
        let path = self.edition_path(id);
        if !path.is_file() {
            let known = self.editions(id.issue).unwrap_or_default().iter().map(ToString::to_string).collect();
            return Err(OpenError::NoEdition { edition: id.clone(), known });
        }
        let text = read_inside(&self.issue_folder(id.issue), &path)?;
        let revision = Revision::of(text.as_bytes());
        Ok((text, revision))
    }

    /// The whole text of an issue's `issue.toml`, and its revision.
    ///
    /// # Errors
    /// When there is no such issue, it is not text, or the disk refuses.
    pub fn issue_text(&self, id: IssueId) -> Result<(String, Revision), OpenError> {
        let path = self.issue_folder(id).join("issue.toml");
        if !path.is_file() {
            return Err(OpenError::NoIssue { issue: id, known: self.issues().unwrap_or_default() });
        }
        let text = read_text(&path)?;
        let revision = Revision::of(text.as_bytes());
        Ok((text, revision))
    }

    /// Reads an issue with all its articles. What is wrong in a file is a finding; the rest is read.
    ///
    /// # Errors
    /// When there is no such issue, or its folder cannot be read.
    pub fn read_issue(&self, id: IssueId) -> Result<(Issue, Vec<Finding>), OpenError> {
        let settings_path = self.issue_folder(id).join("issue.toml");
        if !settings_path.is_file() {
            return Err(OpenError::NoIssue { issue: id, known: self.issues().unwrap_or_default() });
        }
        let settings_file = format!("issues/{id}/issue.toml");
        let text = read_text(&settings_path)?;
        let (settings, mut findings) = IssueSettings::read(id, &settings_file, &text, &self.settings);
        let articles = self.read_articles(id, &settings, &mut findings)?;
        findings.extend(unknown_articles(&settings, &articles, &settings_file, &text));
        let number = id.number_since(self.settings.first_issue);
        Ok((Issue { id, number, settings, articles, publication: self.settings.clone() }, findings))
    }

    /// The language of an issue's articles that name none of their own.
    ///
    /// # Errors
    /// When there is no such issue, or its settings cannot be read.
    pub fn issue_language(&self, id: IssueId) -> Result<String, OpenError> {
        let (text, _) = self.issue_text(id)?;
        Ok(IssueSettings::read(id, "issue.toml", &text, &self.settings).0.language)
    }

    fn read_articles(
        &self,
        id: IssueId,
        settings: &IssueSettings,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Article>, OpenError> {
        let folder = self.issue_folder(id).join("articles");
        let found = self.articles(id)?;
        let mut slugs: Vec<&str> = found.iter().map(String::as_str).collect();
        let order: Vec<&str> = placed(settings).collect();
        slugs.sort_by_key(|slug| (order.iter().position(|placed| placed == slug).unwrap_or(usize::MAX), *slug));
        let (mut articles, mut texts) = (Vec::new(), Vec::new());
        for slug in slugs {
            let file = format!("issues/{id}/articles/{slug}.md");
            match read_inside(&self.issue_folder(id), &folder.join(format!("{slug}.md"))) {
                Ok(text) => {
                    let (article, found) = Article::read(slug, &file, &text, &settings.language);
                    findings.extend(found);
                    findings.extend(self.house_style(&article.prose(&text)));
                    articles.push(article);
                    texts.push(text);
                }
                Err(error) => findings.push(Finding::error(Code::NotUtf8, error.to_string()).at(Place::file(file))),
            }
        }
        let dead = articles.iter().zip(&texts).flat_map(|(article, text)| self.dead_links(&articles, article, text));
        findings.extend(dead);
        Ok(articles)
    }

    /// The links of an article that lead to an article, a heading or a file that is not there; `articles` are those
    /// of its issue, and `text` is its file's, as it stands in the editor.
    #[must_use]
    pub fn dead_links(&self, articles: &[Article], article: &Article, text: &str) -> Vec<Finding> {
        let is_file = |path: &str| self.folder.join(path).is_file();
        preflight::dead_links(article, text, &Neighbours { articles, is_file: &is_file })
    }

    /// What words have against the house style.
    #[must_use]
    pub fn house_style(&self, prose: &Prose<'_>) -> Vec<Finding> {
        house_style::hints(&self.settings.style, prose)
    }

    /// The names of an issue's editions.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn editions(&self, issue: IssueId) -> Result<Vec<EditionId>, OpenError> {
        let files = names(&self.issue_folder(issue).join("editions"))?;
        let stems = files.iter().filter_map(|name| name.strip_suffix(".md")).filter(|name| is_slug(name));
        Ok(stems.map(|name| EditionId { issue, name: name.to_owned() }).collect())
    }

    /// Reads an edition.
    ///
    /// # Errors
    /// When there is no such edition, it is not text, or the disk refuses.
    pub fn read_edition(&self, id: &EditionId) -> Result<(Edition, Vec<Finding>), OpenError> {
        let (text, _) = self.edition_text(id)?;
        let file = format!("issues/{}/editions/{}.md", id.issue, id.name);
        let (edition, mut findings) = Edition::read(id, &file, &text, self.settings.main_language());
        findings.extend(self.house_style(&edition.prose(&text)));
        Ok((edition, findings))
    }

    /// Reads every edition of an issue; one that cannot be read is a finding.
    ///
    /// # Errors
    /// When the disk refuses to list them.
    pub fn read_editions(&self, issue: IssueId) -> Result<(Vec<Edition>, Vec<Finding>), OpenError> {
        let (mut editions, mut findings) = (Vec::new(), Vec::new());
        for id in self.editions(issue)? {
            match self.read_edition(&id) {
                Ok((edition, found)) => {
                    editions.push(edition);
                    findings.extend(found);
                }
                Err(error) => {
                    let place = Place::file(format!("issues/{issue}/editions/{}.md", id.name));
                    findings.push(Finding::error(Code::NotUtf8, error.to_string()).at(place));
                }
            }
        }
        Ok((editions, findings))
    }

    /// The pictures that an issue names, as it names them: paths from the issue's folder, each once, by name.
    #[must_use]
    pub fn pictures(&self, issue: &Issue) -> Vec<String> {
        media::names(issue)
    }

    /// Every picture that an issue shows, by its path from the issue's folder. A file that cannot be used is a
    /// finding; the others are read.
    #[must_use]
    pub fn media(&self, issue: &Issue) -> (BTreeMap<String, Vec<u8>>, Vec<Finding>) {
        let settings_file = format!("issues/{}/issue.toml", issue.id);
        let text = |file: &str| fs::read_to_string(self.folder.join(file)).ok();
        media::read_all(&self.issue_folder(issue.id), &settings_file, issue, &text)
    }

    /// The pictures that an edition shows by itself, and not by the articles it tells of. A file that cannot be used is a
    /// finding, with its line in the edition's text.
    #[must_use]
    pub fn media_of_edition(&self, edition: &Edition, text: &str) -> (BTreeMap<String, Vec<u8>>, Vec<Finding>) {
        media::read_of_edition(&self.issue_folder(edition.id.issue), edition, text)
    }

    /// The names of those pictures: paths from the issue's folder.
    #[must_use]
    pub fn pictures_of_edition(&self, edition: &Edition) -> Vec<String> {
        media::names_in_edition(edition)
    }

    /// The files of a folder below `assets/`, by their path from that folder: the templates, the fonts.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn assets(&self, folder: &str) -> Result<BTreeMap<String, Vec<u8>>, OpenError> {
        let root = self.folder.join("assets").join(folder);
        let read = |relative: String| {
            let path = root.join(&relative);
            let bytes = fs::read(&path).map_err(|source| OpenError::Disk { path, source })?;
            Ok((relative, bytes))
        };
        files_below(&root, Path::is_dir)?.into_iter().map(read).collect()
    }

    /// What lies in an issue's `media/`, named or not: paths from the issue's folder, by name.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn media_folder(&self, id: IssueId) -> Result<Vec<String>, OpenError> {
        // A link can lead to all of a disk, and no picture behind one is read.
        let is_own = |path: &Path| path.is_dir() && !path.is_symlink();
        let mut files = files_below(&self.issue_folder(id).join("media"), is_own)?;
        files.sort();
        Ok(files.into_iter().map(|file| format!("media/{file}")).collect())
    }
}

/// Every file of a folder and of those in it that `enters` takes for one, by its path from there. Each is read once, so
/// that a link which leads back ends.
fn files_below(root: &Path, enters: impl Fn(&Path) -> bool) -> Result<Vec<String>, OpenError> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    let mut read = BTreeSet::new();
    while let Some(inside) = folders.pop() {
        let folder = root.join(&inside);
        if fs::canonicalize(&folder).is_ok_and(|place| !read.insert(place)) {
            continue;
        }
        for name in names(&folder)? {
            let relative = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            if enters(&root.join(&relative)) { folders.push(relative) } else { files.push(relative) }
        }
    }
    Ok(files)
}

fn placed(settings: &IssueSettings) -> impl Iterator<Item = &str> {
    settings
        .running_order
        .iter()
        .filter_map(|slot| if let Slot::Article(slug) = slot { Some(slug.as_str()) } else { None })
}

fn unknown_articles(settings: &IssueSettings, articles: &[Article], file: &str, text: &str) -> Vec<Finding> {
    let known: Vec<&str> = articles.iter().map(|article| article.slug.as_str()).collect();
    let mut findings = Vec::new();
    for slug in placed(settings).filter(|slug| !known.contains(slug)) {
        // The name as it is quoted in the file; its first mention is the nearest that a reader can be led to.
        let at = text.find(&format!("\"{slug}\"")).map_or(0, |at| at + 1);
        let finding =
            Finding::error(Code::UnknownArticle, format!("the running order names an unknown article `{slug}`"));
        let finding = finding.at(Place::of(file, text, at..at + slug.len()).field("running-order"));
        let (hint, meant) = nearest(slug, &known);
        // An article stands in an issue once, so a name that is placed already was not meant.
        let meant = meant.filter(|meant| at > 0 && !placed(settings).any(|slug| slug == *meant));
        findings.push(match meant {
            Some(meant) => finding.hint(hint).fix(Fix {
                label: format!("write `{meant}`"),
                file: file.to_owned(),
                range: at..at + slug.len(),
                replacement: meant.to_owned(),
            }),
            None => finding.hint(hint),
        });
    }
    let order: Vec<&str> = placed(settings).collect();
    for article in articles.iter().filter(|article| !order.contains(&article.slug.as_str())) {
        let finding =
            Finding::note(Code::ArticleNotPlaced, format!("`{}` has no place in the running order", article.slug));
        findings.push(
            finding
                .at(Place::file(&article.file))
                .hint(format!("add `{{ article = \"{}\" }}` to {file}", article.slug)),
        );
    }
    findings
}

/// What to do about an unknown article, and the one that was meant where only a letter or two are wrong.
fn nearest<'k>(slug: &str, known: &[&'k str]) -> (String, Option<&'k str>) {
    let distance = |name: &str| strsim::damerau_levenshtein(slug, name);
    let close = known.iter().copied().min_by_key(|name| distance(name));
    match close.filter(|name| distance(name) <= name.len().div_ceil(2)) {
        Some(name) => {
            (format!("did you mean `{name}`?"), Some(name).filter(|name| distance(name) <= (name.len() / 4).min(2)))
        }
        None => (format!("create `articles/{slug}.md`, or take it out of the running order"), None),
    }
}

/// A file name that is safe on every system and cannot lead elsewhere.
pub(crate) fn is_slug(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The names in a folder, sorted, without hidden ones; none when there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>, OpenError> {
    let disk = |source| OpenError::Disk { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(disk(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(disk)?.file_name().into_string();
        names.extend(name.ok().filter(|name| !name.starts_with('.')));
    }
    names.sort();
    Ok(names)
}

/// The text of a plain file that lies in a folder, and is not only linked from there: a desk reads what others put
/// into a shared folder.
fn read_inside(folder: &Path, path: &Path) -> Result<String, OpenError> {
    let disk = |source| OpenError::Disk { path: path.to_owned(), source };
    let real = fs::canonicalize(path).map_err(disk)?;
    if !real.starts_with(fs::canonicalize(folder).map_err(disk)?) || !real.is_file() {
        return Err(OpenError::Outside { path: path.to_owned() });
    }
    read_text(&real)
}

fn read_text(path: &Path) -> Result<String, OpenError> {
    let bytes = fs::read(path).map_err(|source| OpenError::Disk { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|_| OpenError::NotUtf8 { path: path.to_owned() })
}
