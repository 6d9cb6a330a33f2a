//! A move in the running order: of `issue.toml` only what moves is changed, and never what another program wrote.

use magazine::{IssueId, ReorderError, SaveError, running_order_length};
use serde::Serialize;

use crate::{Desk, Failure};

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
}

/// The text with an entry moved. Entries that cannot be understood are in no flatplan, so the places would count
/// differently.
fn move_entry(text: &str, entries: usize, from: usize, to: usize) -> Result<String, ReorderError> {
    if running_order_length(text)? != entries {
        return Err(ReorderError::Unreadable("an entry of its running order is wrong".to_owned()));
    }
    magazine::reordered(text, from, to)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use typesetting::EngineCommand;

    use super::*;

    /// A publication whose `issue.toml` is this.
    fn publication(issue: &str) -> (tempfile::TempDir, Desk, std::path::PathBuf) {
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
}
