//! A document as it was last laid out, and what was said of it.

use magazine::{Finding, Place};

use super::{ArticleFit, Held};
use crate::chain::Link;
use crate::copyfit::Fit;
use crate::generate::Generated;
use crate::inspect::Inspection;
use crate::process::protocol::{Diagnostic, LaidOut, PageFacts};

/// A document as it was last laid out.
pub(super) struct Laid {
    /// Its first page.
    pub(super) first: u32,
    /// The state of the article it was generated from, and of the shared files, to see whether it still stands.
    pub(super) version: u64,
    pub(super) shared: u64,
    /// What the issue asked for.
    pub(super) wanted: Generated,
    /// What is on the pages: the same, or what stands in for it.
    pub(super) shown: Generated,
    pub(super) pages: Vec<PageFacts>,
    /// What can be seen on the pages.
    pub(super) inspection: Inspection,
    /// Where the article's lines stand.
    pub(super) fit: Option<Fit>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What stands in for the document that cannot be laid out.
    pub(super) stand_in: Option<StandIn>,
    /// Whether these are the pages that a layout from nothing gives.
    pub(super) settled: bool,
    /// What is said of all this; `None` when something in it is different since.
    pub(super) told: Option<Told>,
}

/// What is on the pages of a document that cannot be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StandIn {
    /// A placeholder, and why.
    Placeholder(&'static str),
    /// Its pages from before the template failed.
    LastGood,
}

/// What is said of a document. A key changes one, and must not cost a walk over all the others.
pub(super) struct Told {
    pub(super) fit: Option<ArticleFit>,
    pub(super) findings: Vec<Finding>,
}

impl Laid {
    /// Shows these pages.
    pub(super) fn take(&mut self, shown: Generated, LaidOut { pages, inspection, fit }: LaidOut) {
        (self.shown, self.pages, self.inspection, self.fit, self.told) = (shown, pages, inspection, fit, None);
    }

    /// Shows the pages that it had before.
    pub(super) fn keep(&mut self, before: Self) {
        let Self { shown, pages, inspection, fit, .. } = before;
        self.take(shown, LaidOut { pages, inspection, fit });
        self.stand_in = Some(StandIn::LastGood);
    }
}

/// The file of a document as a whole.
pub(super) fn whole(held: &Held, link: &Link) -> Place {
    let article = link.slug().and_then(|slug| held.issue.article(slug));
    Place::file(article.map_or(held.issue_file.as_str(), |article| &article.file))
}
