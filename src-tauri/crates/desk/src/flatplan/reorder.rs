//! A change of the running order: of `issue.toml` only what changes is written, and never over what another program
//! wrote.

use magazine::{FixedPage, Issue, IssueId, ReorderError, SaveError, Slot, running_order_length};
use serde::Serialize;

use crate::{Class, Desk, Failure};

/// A running order that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reordered {
    /// Names the bytes of `issue.toml` now; goes back with the next move.
    pub revision: String,
}

impl Desk {
    /// Moves an entry of the running order from one place to another; both count from 0, `to` among the entries that
    /// are left. Only `issue.toml` is changed, and in it only what moves. The reverse call undoes it.
    ///
    /// `revision` names the file's bytes that the places were read from, as [`Flatplan::revision`] has it.
    ///
    /// # Errors
    /// When the file was changed by another program since, when it has no such entry or cannot be understood, or when
    /// the disk refuses. The file then is as it was.
    pub fn reorder(&self, issue: IssueId, revision: &str, from: usize, to: usize) -> Result<Reordered, Failure> {
        let publication = self.publication()?;
        let (text, current) = publication.issue_text(issue)?;
        let path = publication.issue_folder(issue).join("issue.toml");
        if current.name() != revision {
            return Err(SaveError::ChangedOutside { path }.into());
        }
        let entries = publication.read_issue(issue)?.0.settings.running_order.len();
        let moved = move_entry(&text, entries, from, to)?;
        let revision = magazine::save(&path, &moved, &current)?;
        Ok(Reordered { revision: revision.name().to_owned() })
    }

    /// Gives an article its place in the running order: `at`, counted from 0, or behind the article `beside`, or behind
    /// the last one. One that has a place keeps it.
    ///
    /// # Errors
    /// When there is no such article or place, when `issue.toml` cannot be understood, or when the disk refuses. The
    /// file then is as it was.
    pub fn place_article(
        &self,
        id: IssueId,
        slug: &str,
        at: Option<usize>,
        beside: Option<&str>,
    ) -> Result<(), Failure> {
        self.publication()?.article_text(id, slug)?;
        self.change_order(id, None, |issue, text| {
            if place_of(issue, slug).is_some() {
                return Ok(text.to_owned());
            }
            Ok(magazine::with_article(text, at.unwrap_or_else(|| place_for(issue, beside)), slug)?)
        })?;
        Ok(())
    }

    /// Takes an article out of the running order and answers where it stood, counted from 0; its file stays.
    ///
    /// # Errors
    /// When it has no place, when `issue.toml` cannot be understood, or when the disk refuses. The file then is as it
    /// was.
    pub fn take_out_article(&self, id: IssueId, slug: &str) -> Result<usize, Failure> {
        let mut stood = None;
        // Looked up in the very text that is changed: another program may have moved it a moment ago.
        self.change_order(id, None, |issue, text| {
            stood = place_of(issue, slug);
            Ok(stood.map_or_else(|| Ok(text.to_owned()), |at| magazine::without_entry(text, at))?)
        })?;
        stood.ok_or_else(|| {
            Failure::new(Class::Usage, "not-placed", format!("`{slug}` has no place in the running order"))
        })
    }

    /// Changes the running order, and answers what names the bytes of `issue.toml` now. `seen` names those that places
    /// were read from, where there are any.
    pub(super) fn change_order(
        &self,
        id: IssueId,
        seen: Option<&str>,
        change: impl FnOnce(&Issue, &str) -> Result<String, Failure>,
    ) -> Result<Reordered, Failure> {
        let publication = self.publication()?;
        let (text, current) = publication.issue_text(id)?;
        let path = publication.issue_folder(id).join("issue.toml");
        if seen.is_some_and(|seen| seen != current.name()) {
            return Err(SaveError::ChangedOutside { path }.into());
        }
        let (issue, _) = publication.read_issue(id)?;
        countable(&text, issue.settings.running_order.len())?;
        let changed = change(&issue, &text)?;
        let now = if changed == text { current } else { magazine::save(&path, &changed, &current)? };
        Ok(Reordered { revision: now.name().to_owned() })
    }
}

fn place_of(issue: &Issue, slug: &str) -> Option<usize> {
    issue.settings.running_order.iter().position(|slot| matches!(slot, Slot::Article(one) if one == slug))
}

/// The text with an entry moved.
fn move_entry(text: &str, entries: usize, from: usize, to: usize) -> Result<String, ReorderError> {
    countable(text, entries)?;
    magazine::reordered(text, from, to)
}

/// Entries that cannot be understood are in no flatplan, so the places would count differently.
pub(crate) fn countable(text: &str, entries: usize) -> Result<(), ReorderError> {
    if running_order_length(text)? == entries {
        return Ok(());
    }
    Err(ReorderError::Unreadable("an entry of its running order is wrong".to_owned()))
}

/// Where a new article belongs: behind the one it was begun beside, or behind the last one; before the pages that end
/// the issue where there is none.
fn place_for(issue: &Issue, beside: Option<&str>) -> usize {
    let order = &issue.settings.running_order;
    let last = || order.iter().rposition(|slot| matches!(slot, Slot::Article(_)));
    let behind = beside.and_then(|slug| place_of(issue, slug)).or_else(last).map(|at| at + 1);
    behind.unwrap_or_else(|| before_the_end(issue))
}

/// Before the pages that end an issue.
pub(super) fn before_the_end(issue: &Issue) -> usize {
    let order = &issue.settings.running_order;
    order.iter().position(ends_an_issue).unwrap_or(order.len())
}

fn ends_an_issue(slot: &Slot) -> bool {
    matches!(slot, Slot::Page(FixedPage::Colophon | FixedPage::BackCover))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use typesetting::EngineCommand;

    use super::*;

    /// A publication whose `issue.toml` is this.
    pub(crate) fn publication(issue: &str) -> (tempfile::TempDir, Desk, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issues/2026-q4/issue.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::create_dir_all(folder.path().join("assets")).unwrap();
        fs::write(folder.path().join("assets/publication.toml"), "name = \"Test\"\n").unwrap();
        fs::write(&file, issue).unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), folder.path(), engine).unwrap();
        (folder, desk, file)
    }

    const ISSUE: &str =
        "title = \"T\" # t\nrunning-order = [\n  { page = \"cover\" }, # c\n  { page = \"contents\" },\n]\n";

    #[test]
    fn a_move_in_the_running_order_is_saved_and_undone_by_its_reverse() {
        let (_folder, desk, file) = publication(ISSUE);
        let id = "2026-q4".parse().unwrap();
        let before = magazine::Revision::of(ISSUE.as_bytes());
        let moved = desk.reorder(id, before.name(), 0, 1).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text,
            "title = \"T\" # t\nrunning-order = [\n  { page = \"contents\" },\n  { page = \"cover\" }, # c\n]\n"
        );
        assert_eq!(desk.reorder(id, &moved.revision, 1, 0).unwrap().revision, before.name());
        assert_eq!(fs::read_to_string(&file).unwrap(), ISSUE);
    }

    #[test]
    fn a_move_in_a_file_that_was_changed_outside_is_refused() {
        let (_folder, desk, file) = publication(ISSUE);
        let seen = magazine::Revision::of(ISSUE.as_bytes());
        let theirs = format!("{ISSUE}pages = 4\n");
        fs::write(&file, &theirs).unwrap();
        let failure = desk.reorder("2026-q4".parse().unwrap(), seen.name(), 0, 1).unwrap_err();
        assert_eq!(failure.code, "changed-outside");
        assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
    }

    #[test]
    fn a_move_among_entries_that_cannot_be_understood_is_refused() {
        let text = ISSUE.replace("contents", "contentz");
        let (_folder, desk, file) = publication(&text);
        let seen = magazine::Revision::of(text.as_bytes());
        let failure = desk.reorder("2026-q4".parse().unwrap(), seen.name(), 0, 1).unwrap_err();
        assert_eq!(failure.code, "bad-toml");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }

    const PLACED: &str = "title = \"T\"\nrunning-order = [\n  { page = \"cover\" },\n  { article = \"a\" },\n  \
                          { article = \"b\" }, # long\n  { page = \"colophon\" },\n]\n";

    fn with_articles(issue: &str) -> (tempfile::TempDir, Desk, std::path::PathBuf) {
        let (folder, desk, file) = publication(issue);
        let articles = file.with_file_name("articles");
        fs::create_dir_all(&articles).unwrap();
        for slug in ["a", "b", "new"] {
            fs::write(articles.join(format!("{slug}.md")), format!("---\ntitle: {slug}\n---\n\nText.\n")).unwrap();
        }
        (folder, desk, file)
    }

    #[test]
    fn an_article_gets_its_place_behind_the_one_it_was_begun_beside_or_behind_the_last() {
        let id = "2026-q4".parse().unwrap();
        let new = "  { article = \"new\" },\n";
        for (at, beside, before) in [
            (None, Some("a"), "  { article = \"b\" }"),
            (None, None, "  { page = \"colophon\" }"),
            (Some(0), None, "  { page = \"cover\" }"),
        ] {
            let (_folder, desk, file) = with_articles(PLACED);
            desk.place_article(id, "new", at, beside).unwrap();
            let expected = PLACED.replace(before, &format!("{new}{before}"));
            assert_eq!(fs::read_to_string(&file).unwrap(), expected);
            desk.place_article(id, "new", Some(0), None).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), expected, "it has a place and keeps it");
        }
        let (_folder, desk, _) = with_articles(PLACED);
        assert_eq!(desk.place_article(id, "none", None, None).unwrap_err().code, "no-article");
    }

    #[test]
    fn an_article_that_is_taken_out_keeps_its_file_and_goes_back_where_it_was() {
        let (_folder, desk, file) = with_articles(PLACED);
        let id = "2026-q4".parse().unwrap();
        let at = desk.take_out_article(id, "a").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), PLACED.replace("  { article = \"a\" },\n", ""));
        assert!(file.with_file_name("articles").join("a.md").is_file());
        assert_eq!(desk.take_out_article(id, "a").unwrap_err().code, "not-placed");
        desk.place_article(id, "a", Some(at), None).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), PLACED);
    }
}
