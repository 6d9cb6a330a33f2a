//! Beginning an issue, an article, an edition.

use jiff::Timestamp;
use magazine::{ArticleKind, EditionId, IssueId};
use serde::Serialize;

use crate::{Desk, Failure};

/// How many issues ahead can be begun.
const COMING: usize = 4;

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

    /// Begins an article with a title, of the kind with this name, and gives it its place in the running order: behind the
    /// article `beside`, or behind the last one.
    ///
    /// # Errors
    /// As [`Desk::begin_article`]. Where only the running order cannot be changed, the article is begun all the same,
    /// without a place.
    pub fn begin_article_in_place(
        &self,
        issue: IssueId,
        slug: &str,
        title: &str,
        kind: &str,
        beside: Option<&str>,
    ) -> Result<(), Failure> {
        let kind = ArticleKind::ALL.into_iter().find(|one| one.name() == kind).unwrap_or_default();
        self.publication()?.begin_titled_article(issue, slug, title, kind)?;
        // Its file is there, and the window says that it has no place yet.
        self.place_article(issue, slug, None, beside).ok();
        Ok(())
    }

    /// The issues that come next: after the newest one, or from this quarter on where there is none.
    pub(crate) fn coming_issues(&self, newest: Option<IssueId>) -> impl Iterator<Item = IssueId> + use<> {
        let next = newest.map_or_else(|| this_quarter(self.now()), IssueId::next);
        std::iter::successors(Some(next), |id| Some(id.next())).take(COMING)
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

/// The issue of the quarter that this moment is in.
pub(crate) fn this_quarter(now: Timestamp) -> IssueId {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC);
    let [year, month] = [i32::from(today.year()), i32::from(today.month())];
    IssueId::of_month(u16::try_from(year).unwrap_or_default(), u8::try_from(month).unwrap_or(1))
}

fn no_issue() -> Failure {
    Failure::new(crate::Class::Usage, "no-issue", "the publication has no issue yet")
        .hint("begin an issue first")
        .command("begin one: `masthead new issue 2027-q1`")
}
