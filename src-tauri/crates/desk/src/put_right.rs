//! Putting findings right: the corrections that need no judgement, made in the files.
//!
//! Nothing is written over what somebody else has changed meanwhile: each file is saved against the bytes that its
//! corrections were found in.

use std::collections::BTreeMap;
use std::path::Path;

use magazine::{Finding, Fix, IssueId, Place, Revision, save};
use serde::Serialize;

use crate::{Desk, Failure};

/// A correction may bring the next one to light: a heading put right shows the one below it.
const ROUNDS: usize = 8;

/// A correction that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PutRight {
    /// Where: the file with line and column, as they were before.
    pub place: String,
    /// What was done.
    pub label: String,
}

impl Desk {
    /// Makes every correction that the findings of an issue's files carry, its editions among them.
    ///
    /// # Errors
    /// When there is no such issue, a file was changed by somebody else meanwhile, or the disk refuses. Files before
    /// it are put right, and none is left half way.
    pub fn put_right(&self, issue: IssueId) -> Result<Vec<PutRight>, Failure> {
        let mut made = Vec::new();
        for _ in 0..ROUNDS {
            let files = self.texts(&self.read_findings(issue)?)?;
            // Once more, so that no text is younger than what was found in it.
            let fixes: Vec<Fix> = self.read_findings(issue)?.into_iter().filter_map(|finding| finding.fix).collect();
            let before = made.len();
            for (file, text) in &files {
                let fixes: Vec<&Fix> = fixes.iter().filter(|fix| fix.file == *file).collect();
                made.extend(correct(&self.publication.join(file), text, &fixes)?);
            }
            if made.len() == before {
                break;
            }
        }
        Ok(made)
    }

    fn read_findings(&self, id: IssueId) -> Result<Vec<Finding>, Failure> {
        let (publication, issue, mut findings) = self.issue(id)?;
        findings.extend(publication.media(&issue).1);
        findings.extend(publication.read_editions(id)?.1);
        Ok(findings)
    }

    fn texts(&self, findings: &[Finding]) -> Result<BTreeMap<String, String>, Failure> {
        let files = findings.iter().filter_map(|finding| finding.fix.as_ref()).map(|fix| fix.file.clone());
        let read = |file: String| match std::fs::read_to_string(self.publication.join(&file)) {
            Ok(text) => Ok((file, text)),
            Err(error) => {
                let message = format!("could not read `{file}`: {error}");
                Err(Failure::new(crate::Class::Environment, "disk", message))
            }
        };
        files.map(read).collect()
    }
}

/// Makes the corrections of one file, from its end to its start, so that each finds its bytes where they were.
fn correct(path: &Path, text: &str, fixes: &[&Fix]) -> Result<Vec<PutRight>, Failure> {
    let mut fixes = fixes.to_vec();
    fixes.sort_by_key(|fix| (fix.range.start, fix.range.end));
    let mut corrected = text.to_owned();
    let mut made = Vec::new();
    let mut untouched = text.len();
    for fix in fixes.into_iter().rev() {
        if fix.range.end > untouched || text.get(fix.range.clone()).is_none() {
            continue;
        }
        corrected.replace_range(fix.range.clone(), &fix.replacement);
        untouched = fix.range.start;
        let place = Place::of(&fix.file, text, fix.range.clone()).to_string();
        made.push(PutRight { place, label: fix.label.clone() });
    }
    if corrected != text {
        save(path, &corrected, &Revision::of(text.as_bytes()))?;
    }
    made.reverse();
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(range: std::ops::Range<usize>, replacement: &str) -> Fix {
        Fix { label: "x".to_owned(), file: "a.md".to_owned(), range, replacement: replacement.to_owned() }
    }

    #[test]
    fn corrections_of_one_file_do_not_move_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        std::fs::write(&path, "one two three").unwrap();
        let fixes = [fix(8..13, "3"), fix(0..3, "first"), fix(9..10, "never"), fix(20..30, "never")];
        let made = correct(&path, "one two three", &fixes.each_ref()).unwrap();
        // Of two that overlap the later is made; the next round finds the other, if it is still there.
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first two tneverree");
        assert_eq!(made.len(), 2);
    }

    #[test]
    fn a_file_that_somebody_else_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        std::fs::write(&path, "theirs").unwrap();
        let refused = correct(&path, "one two three", &[&fix(0..3, "first")]).unwrap_err();
        assert_eq!(refused.code, "changed-outside");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn what_the_house_writes_otherwise_is_put_right_and_the_second_time_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("assets/publication.toml", "name = \"City\"\n[[style]]\nwrite = \"e-mail\"\nnot = [\"email\"]\n");
        write("issues/2026-q4/issue.toml", "title = \"One\"\nrunning-order = [{ article = \"a\" }]\n");
        write("issues/2026-q4/articles/a.md", "---\ntitle: An email\n---\nEmail  the the the desk , `email`.\n");
        write("issues/2026-q4/editions/b.md", "---\nsubject: The email\n---\nBy email.\n");
        let engine = crate::EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), &folder.path().join("data"), engine).unwrap();
        let issue = "2026-q4".parse().unwrap();
        assert_eq!(desk.put_right(issue).unwrap().len(), 8);
        let text = |file: &str| std::fs::read_to_string(folder.path().join("issues/2026-q4").join(file)).unwrap();
        assert_eq!(text("articles/a.md"), "---\ntitle: An e-mail\n---\nE-mail the desk, `email`.\n");
        assert_eq!(text("editions/b.md"), "---\nsubject: The e-mail\n---\nBy e-mail.\n");
        assert_eq!(desk.put_right(issue).unwrap(), []);
    }
}
