//! Beginning an issue, an article, an edition.

use magazine::{ArticleKind, EditionId, IssueId};
use serde::Serialize;

use crate::{Desk, Failure};

/// What was begun.
#[derive(Debug, Clone, Serialize)]
pub struct Begun {
    /// The files that were written, by their paths from the publication's folder.
    pub files: Vec<String>,
    /// What to do next.
    pub next: String,
}

impl Desk {
    /// Begins an issue.
    ///
    /// # Errors
    /// When it exists, or the disk refuses.
    pub fn begin_issue(&self, id: IssueId) -> Result<Begun, Failure> {
        let files = self.publication()?.begin_issue(id)?;
        Ok(Begun { files, next: format!("write over every TK; `masthead check {id}` names those that are left") })
    }

    /// Begins an article, of the newest issue when none is named.
    ///
    /// # Errors
    /// When there is no such issue, the article exists, its name cannot be a file name, or the disk refuses.
    pub fn begin_article(&self, issue: Option<IssueId>, slug: &str, kind: ArticleKind) -> Result<Begun, Failure> {
        let publication = self.publication()?;
        let newest = || publication.issues().map(|issues| issues.last().copied());
        let issue = match issue {
            Some(issue) => issue,
            None => newest()?.ok_or_else(no_issue)?,
        };
        let file = publication.begin_article(issue, slug, kind)?;
        let next = format!("give it its place: `{{ article = \"{slug}\" }}` in issues/{issue}/issue.toml");
        Ok(Begun { files: vec![file], next })
    }

    /// Begins an edition of an issue.
    ///
    /// # Errors
    /// When there is no such issue, the edition exists, or the disk refuses.
    pub fn begin_edition(&self, id: &EditionId) -> Result<Begun, Failure> {
        let file = self.publication()?.begin_edition(id)?;
        Ok(Begun { files: vec![file], next: format!("write the greeting; `masthead render {id}` shows a copy") })
    }
}

fn no_issue() -> Failure {
    Failure::new(crate::Class::Usage, "no-issue", "the publication has no issue yet")
        .hint("begin an issue first")
        .command("begin one: `masthead new issue 2027-q1`")
}
