//! Putting a finding right in a file that no editor has open.
//!
//! Only what the desk itself proposes is ever written: the window names a fix, and it must still be one of the fixes
//! of the issue as it is on disk at that moment.

use magazine::{IssueId, Revision, save};

use crate::findings::views;
use crate::rpc::FixView;
use crate::{Class, Desk, Failure};

impl Desk {
    /// Applies a fix on disk.
    pub(crate) fn apply_fix(&self, id: IssueId, fix: FixView) -> Result<FixView, Failure> {
        let path = self.publication()?.folder().join(&fix.file);
        // Before the issue is laid out: a change that comes between the two is refused by the save.
        let text = std::fs::read_to_string(&path).map_err(|_| stale(&fix))?;
        self.layout(id)?;
        // The fix may be of a page that is not among the first ones.
        let findings = self.with_pages(id, |pages| Ok(views(&pages.findings(), id)))?;
        let proposed = findings.into_iter().any(|finding| finding.fix.as_ref() == Some(&fix));
        let changed = fix.changed(&text).filter(|_| proposed).ok_or_else(|| stale(&fix))?;
        save(&path, &changed, &Revision::of(text.as_bytes()))?;
        Ok(fix)
    }
}

fn stale(fix: &FixView) -> Failure {
    Failure::new(Class::Work, "stale-fix", format!("`{}` has changed since this was found", fix.file))
        .hint("the findings are read again; look whether it is still among them")
}

impl FixView {
    /// The text with the fix in it, or nothing when the text has no such place.
    fn changed(&self, text: &str) -> Option<String> {
        let (before, after) = (text.get(..self.start as usize)?, text.get(self.end as usize..)?);
        (self.start <= self.end).then(|| format!("{before}{}{after}", self.replacement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(start: u32, end: u32) -> FixView {
        let (label, file) = ("Put it right".to_owned(), "issues/2026-q4/issue.toml".to_owned());
        FixView { label, file, slug: None, start, end, replacement: "new".to_owned() }
    }

    #[test]
    fn a_fix_replaces_its_bytes_and_nothing_else() {
        assert_eq!(fix(4, 7).changed("the old one").unwrap(), "the new one");
        assert_eq!(fix(0, 0).changed(" one").unwrap(), "new one");
    }

    #[test]
    fn a_fix_of_another_text_is_refused_rather_than_cut_into_a_letter() {
        assert_eq!(fix(0, 1).changed("ș"), None);
        assert_eq!(fix(3, 9).changed("short"), None);
        assert_eq!(fix(2, 1).changed("short"), None);
    }
}
