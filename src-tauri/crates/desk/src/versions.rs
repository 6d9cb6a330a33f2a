//! Earlier versions of a text, and what tells that a window ended without a word.
//!
//! Both lie in the publication's `.masthead/`, which is no part of it: a file in there keeps it out of Git. A version is
//! the text as it was before somebody went on writing: before the first save of a window, and then every few minutes. The
//! mark is a file that the window holds locked while something was written in it; a system gives a lock back when its
//! program ends, however it ends, so a mark that lies there free is one of a window that did not say goodbye.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use magazine::{Article, IssueId, write_durably};

use crate::rpc::{InterruptedView, VersionLine};
use crate::{Class, Desk, Failure};

/// Versions of one text are at least so far apart.
const EVERY: SignedDuration = SignedDuration::from_mins(5);
/// So many are kept of one text; the oldest go.
const MOST: usize = 60;
const NAMES: &str = "%Y%m%dT%H%M%SZ";

/// What this window wrote so far.
#[derive(Debug, Default)]
pub(crate) struct Session(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    texts: BTreeSet<String>,
    last: String,
    mark: Option<File>,
}

impl Session {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Keeps a text as it is on disk, if it is time, before it is saved over. What cannot be kept keeps nobody from saving.
    pub(crate) fn keep_version(&self, id: IssueId, slug: &str, file: &Path) {
        let text = format!("{id}/{slug}");
        let _ = self.mark(&text);
        let first = self.session.written().texts.insert(text);
        let folder = self.versions_of(id, slug);
        let now = self.now();
        let newest = names(&folder).pop();
        let due = newest.as_deref().and_then(read_name).is_none_or(|last| now.duration_since(last) >= EVERY);
        if first || due {
            self.keep(&folder, file).ok();
        }
    }

    /// Keeps a text as it is on disk before something is done to it that nobody typed.
    pub(crate) fn keep_version_now(&self, id: IssueId, slug: &str, file: &Path) -> std::io::Result<()> {
        self.session.written().texts.insert(format!("{id}/{slug}"));
        self.keep(&self.versions_of(id, slug), file)
    }

    fn keep(&self, folder: &Path, file: &Path) -> std::io::Result<()> {
        let text = fs::read(file)?;
        let newest = names(folder).pop();
        if newest.as_ref().is_some_and(|name| fs::read(folder.join(name)).is_ok_and(|kept| kept == text)) {
            return Ok(());
        }
        // Versions are named by the second: one that was kept in this very second is not written over.
        let after = newest.as_deref().and_then(read_name).map(|last| last + SignedDuration::from_secs(1));
        let at = after.map_or(self.now(), |after| self.now().max(after));
        self.private(folder)?;
        write_durably(&folder.join(name(at)), &text)?;
        let all = names(folder);
        let old = all.len().saturating_sub(MOST);
        all[..old].iter().for_each(|name| drop(fs::remove_file(folder.join(name))));
        Ok(())
    }

    /// The earlier versions of a text, the newest first.
    pub(crate) fn versions(&self, id: IssueId, slug: &str) -> Result<Vec<VersionLine>, Failure> {
        self.publication()?.article_path(id, slug)?;
        let folder = self.versions_of(id, slug);
        let line = |name: String| {
            let at = read_name(&name)?;
            // Counted as the article is counted beside it: the two figures are there to be compared.
            let (article, _) = Article::read(slug, &name, &fs::read_to_string(folder.join(&name)).ok()?, "en");
            let words = u32::try_from(article.manuscript.words()).unwrap_or(u32::MAX);
            Some(VersionLine { name, at: at.to_string(), words })
        };
        Ok(names(&folder).into_iter().rev().filter_map(line).collect())
    }

    /// The text of an earlier version.
    pub(crate) fn version(&self, id: IssueId, slug: &str, name: &str) -> Result<String, Failure> {
        self.publication()?.article_path(id, slug)?;
        let gone = || Failure::new(Class::Work, "no-version", "this version is not there any more");
        // The name is read as a time and written anew, so that it leads nowhere else.
        let at = read_name(name).ok_or_else(gone)?;
        fs::read_to_string(self.versions_of(id, slug).join(self::name(at))).map_err(|_| gone())
    }

    /// What a window was writing in this publication when it ended without a word; nothing while one still writes.
    pub(crate) fn interrupted(&self) -> Option<InterruptedView> {
        if self.session.written().mark.is_some() {
            return None;
        }
        let path = self.hidden().join("writing");
        let mut mark = File::open(&path).ok()?;
        mark.try_lock().ok()?;
        let mut text = String::new();
        mark.read_to_string(&mut text).ok()?;
        let (issue, slug) = text.trim().split_once('/')?;
        let file = self.publication().ok()?.article_path(issue.parse().ok()?, slug).ok()?;
        let at = fs::metadata(file).ok()?.modified().ok()?;
        let at = Timestamp::try_from(at).ok()?.to_string();
        Some(InterruptedView { issue: issue.to_owned(), slug: slug.to_owned(), at })
    }

    /// Everything is saved and the window goes: nothing will have to be told the next time.
    pub(crate) fn set_down(&self) {
        let mut written = self.session.written();
        written.mark = None;
        written.last.clear();
        let _ = fs::remove_file(self.hidden().join("writing"));
    }

    fn mark(&self, text: &str) -> std::io::Result<()> {
        let mut written = self.session.written();
        if written.last == text {
            return Ok(());
        }
        text.clone_into(&mut written.last);
        if written.mark.is_none() {
            self.private(&self.hidden())?;
            let path = self.hidden().join("writing");
            let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
            // Another window that writes here keeps its mark.
            if file.try_lock().is_err() {
                return Ok(());
            }
            written.mark = Some(file);
        }
        if let Some(file) = written.mark.as_mut() {
            file.rewind()?;
            file.set_len(0)?;
            file.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    /// The publication's folder for what is no part of it.
    pub(crate) fn hidden(&self) -> PathBuf {
        self.publication.join(".masthead")
    }

    fn versions_of(&self, id: IssueId, slug: &str) -> PathBuf {
        self.hidden().join("versions").join(id.to_string()).join(slug)
    }

    /// Makes the folder, and keeps what is hidden out of Git.
    pub(crate) fn private(&self, folder: &Path) -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let ignore = self.hidden().join(".gitignore");
        if ignore.is_file() { Ok(()) } else { write_durably(&ignore, b"*\n") }
    }
}

fn name(at: Timestamp) -> String {
    format!("{}.md", at.strftime(NAMES))
}

fn read_name(name: &str) -> Option<Timestamp> {
    let parsed = jiff::civil::DateTime::strptime(NAMES, name.strip_suffix(".md")?).ok()?;
    Some(parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// The names of the versions in a folder, the oldest first.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| read_name(name).is_some());
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineCommand;

    const FIRST: &str = "2026-11-22T08:30:00Z";

    fn desk(folder: &Path, clock: fn() -> Timestamp) -> Desk {
        let articles = folder.join("issues/2026-q4/articles");
        fs::create_dir_all(&articles).unwrap();
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/publication.toml"), "name = \"City\"\n").unwrap();
        fs::write(folder.join("issues/2026-q4/issue.toml"), "title = \"One\"\n").unwrap();
        if !articles.join("audit.md").is_file() {
            fs::write(articles.join("audit.md"), "one").unwrap();
        }
        let engine = EngineCommand { program: PathBuf::from("none"), arguments: Vec::new() };
        Desk { clock, ..Desk::open(folder, &folder.join("data"), engine).unwrap() }
    }

    fn at(minutes: i64) -> Timestamp {
        FIRST.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    fn write(desk: &Desk, text: &str) {
        let file = desk.publication.join("issues/2026-q4/articles/audit.md");
        desk.keep_version("2026-q4".parse().unwrap(), "audit", &file);
        fs::write(file, text).unwrap();
    }

    fn kept(desk: &Desk) -> Vec<String> {
        let id: IssueId = "2026-q4".parse().unwrap();
        let lines = desk.versions(id, "audit").unwrap();
        lines.into_iter().map(|line| desk.version(id, "audit", &line.name).unwrap()).collect()
    }

    #[test]
    fn a_version_counts_its_words_as_an_article_does_and_not_its_front_matter() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path(), || at(0));
        let file = desk.publication.join("issues/2026-q4/articles/audit.md");
        fs::write(&file, "---\ntitle: Know the city\nbudget: 6\n---\n\nThree words here.\n").unwrap();
        write(&desk, "more");
        let lines = desk.versions("2026-q4".parse().unwrap(), "audit").unwrap();
        assert_eq!(lines.iter().map(|line| line.words).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_text_is_kept_as_it_was_before_a_window_wrote_and_then_every_few_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let first = desk(folder.path(), || at(0));
        write(&first, "two");
        write(&first, "three");
        assert_eq!(kept(&first), ["one"], "not at each save");
        let later = Desk { clock: || at(6), ..first };
        write(&later, "four");
        assert_eq!(kept(&later), ["three", "one"]);
        assert!(later.version("2026-q4".parse().unwrap(), "audit", "../../../../issue.toml").is_err());
        drop(later);
        let next_day = desk(folder.path(), || at(8));
        write(&next_day, "five");
        assert_eq!(kept(&next_day), ["four", "three", "one"], "a new window keeps what it found");
        assert_eq!(fs::read_to_string(folder.path().join(".masthead/.gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn only_a_window_that_said_nothing_was_interrupted() {
        let folder = tempfile::tempdir().unwrap();
        let writing = desk(folder.path(), || at(0));
        assert!(writing.interrupted().is_none());
        write(&writing, "two");
        assert!(writing.interrupted().is_none(), "its own writing is no interruption");
        let beside = desk(folder.path(), || at(0));
        assert!(beside.interrupted().is_none(), "the other one still writes");
        // What the system does for a program that was killed: its lock is gone, its mark stays.
        drop(writing);
        let told = beside.interrupted().unwrap();
        assert_eq!((told.issue.as_str(), told.slug.as_str()), ("2026-q4", "audit"));
        beside.set_down();
        assert!(beside.interrupted().is_none());
    }
}
