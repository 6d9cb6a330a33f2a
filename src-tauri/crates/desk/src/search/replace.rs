//! Replacing what was found, in all the files at once, and taking it back.
//!
//! Nothing is written before everything is known to be right: each file must still be the one that was searched, each
//! place must be a hit of the search, and the front matter must be as sound as it was. A version of each article is
//! kept before. What was replaced can be taken back once, file by file, as long as nobody changed the file since.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use magazine::{Article, Code, Edition, Finding, IssueId, IssueSettings, Publication, Revision, SaveError, save};

use super::pattern::{Hit, Pattern};
use super::{Part, no_such_text};
use crate::rpc::{ReplaceIn, ReplacedView, SearchFor, TakenBackView, whole};
use crate::{Class, Desk, Failure};

/// The last replacement, as it can be taken back.
#[derive(Debug, Default)]
pub(crate) struct Undo {
    number: u32,
    changes: Vec<Change>,
}

/// A file before and after.
#[derive(Debug, Clone)]
struct Change {
    part: Part,
    file: String,
    path: PathBuf,
    before: String,
    after: String,
    places: usize,
}

impl Desk {
    /// Replaces hits of a search, in all the files or in none.
    pub(crate) fn replace_in_issue(
        &self,
        issue: IssueId,
        asked: &SearchFor,
        replacement: &str,
        files: &[ReplaceIn],
    ) -> Result<ReplacedView, Failure> {
        let publication = self.publication()?;
        let Some(pattern) = Pattern::new(asked, Some(replacement))? else {
            return Err(Failure::new(Class::Usage, "nothing-sought", "there is nothing to look for"));
        };
        let parts = Part::all(&publication, issue)?;
        let mut changes = Vec::new();
        for wanted in files.iter().filter(|wanted| !wanted.starts.is_empty()) {
            let part = parts.iter().find(|part| part.file(issue) == wanted.file);
            let part = part.ok_or_else(|| no_such_text(&wanted.file))?;
            let change = change(&publication, issue, part, &pattern, wanted)?;
            sound(&publication, issue, &change)?;
            changes.push(change);
        }
        self.write_all(issue, &changes)?;
        let mut undo = self.replaced();
        undo.number += 1;
        undo.changes.clone_from(&changes);
        Ok(ReplacedView {
            number: undo.number,
            places: whole(changes.iter().map(|change| change.places as u64).sum()),
            files: changes.into_iter().map(|change| change.file).collect(),
        })
    }

    /// Takes the last replacement back; a file that was changed since is left alone and named.
    pub(crate) fn take_back_replacement(&self, number: u32) -> Result<TakenBackView, Failure> {
        let mut undo = self.replaced();
        if undo.number != number || undo.changes.is_empty() {
            let gone =
                Failure::new(Class::Work, "nothing-to-take-back", "this replacement cannot be taken back any more");
            return Err(gone.hint("each article keeps its earlier versions"));
        }
        let mut view = TakenBackView { files: Vec::new(), changed: Vec::new() };
        // What the disk refuses stays on the list, to be tried again.
        while let Some(change) = undo.changes.last() {
            let file = change.file.clone();
            match save(&change.path, &change.before, &Revision::of(change.after.as_bytes())) {
                Ok(_) => view.files.push(file),
                Err(SaveError::ChangedOutside { .. }) => view.changed.push(file),
                Err(error) => return Err(error.into()),
            }
            undo.changes.pop();
        }
        Ok(view)
    }

    /// Writes every change; when the disk refuses one, those before it are taken back.
    fn write_all(&self, issue: IssueId, changes: &[Change]) -> Result<(), Failure> {
        for (index, change) in changes.iter().enumerate() {
            if let Part::Article(slug) = &change.part {
                self.keep_version_now(issue, slug, &change.path).ok();
            }
            if let Err(error) = write(change) {
                for written in &changes[..index] {
                    let _ = save(&written.path, &written.before, &Revision::of(written.after.as_bytes()));
                }
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn replaced(&self) -> std::sync::MutexGuard<'_, Undo> {
        self.replaced.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn write(change: &Change) -> Result<Revision, SaveError> {
    save(&change.path, &change.after, &Revision::of(change.before.as_bytes()))
}

fn change(
    publication: &Publication,
    issue: IssueId,
    part: &Part,
    pattern: &Pattern,
    wanted: &ReplaceIn,
) -> Result<Change, Failure> {
    let path = publication.folder().join(&wanted.file);
    let (before, revision) = part.read(publication, issue)?;
    if revision.name() != wanted.revision {
        return Err(changed_since(&path));
    }
    let hits = pattern.hits(&before, &part.keys(&before));
    let chosen: Vec<&Hit> = hits.iter().filter(|hit| wanted.starts.contains(&whole(hit.range.start as u64))).collect();
    if chosen.len() != wanted.starts.len() {
        return Err(changed_since(&path));
    }
    let mut after = before.clone();
    for hit in chosen.iter().rev() {
        after.replace_range(hit.range.clone(), hit.replaced.as_deref().unwrap_or_default());
    }
    Ok(Change { part: part.clone(), file: wanted.file.clone(), path, before, after, places: chosen.len() })
}

fn changed_since(path: &Path) -> Failure {
    let failure: Failure = SaveError::ChangedOutside { path: path.to_owned() }.into();
    failure.hint("nothing was replaced; search again, and look at the lines once more")
}

/// Refuses what would break the head of a file, with the place of the first fault that was not there before.
fn sound(publication: &Publication, issue: IssueId, change: &Change) -> Result<(), Failure> {
    let mut known: BTreeMap<(Code, String), usize> = BTreeMap::new();
    for fault in faults(publication, issue, change, &change.before) {
        *known.entry((fault.code, fault.message)).or_default() += 1;
    }
    for fault in faults(publication, issue, change, &change.after) {
        let left = known.entry((fault.code, fault.message.clone())).or_default();
        if *left > 0 {
            *left -= 1;
            continue;
        }
        let message = format!("replacing all of these would break the head of `{}`: {}", change.file, fault.message);
        let failure = Failure::new(Class::Work, "breaks-head", message);
        let place = fault.place.map(|place| place.to_string());
        return Err(Failure { place, ..failure.hint("nothing was replaced; leave the hits of that line out") });
    }
    Ok(())
}

/// What is wrong in the head of a file, or in the whole of `issue.toml`.
fn faults(publication: &Publication, issue: IssueId, change: &Change, text: &str) -> Vec<Finding> {
    let language = publication.settings().main_language();
    let found = match &change.part {
        Part::Article(slug) => Article::read(slug, &change.file, text, language).1,
        Part::Edition(id) => Edition::read(id, &change.file, text, language).1,
        Part::Settings => IssueSettings::read(issue, &change.file, text, publication.settings()).1,
    };
    let heads = [Code::BadToml, Code::BadFrontMatter, Code::MissingFrontMatter, Code::UnknownKey, Code::BadValue];
    found.into_iter().filter(|finding| heads.contains(&finding.code)).collect()
}
