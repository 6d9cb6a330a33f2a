//! Where an issue is on the web: the addresses that a mail leads to.

use magazine::{EditionFrontMatter, Issue, IssueId, PdfDelivery, PictureDelivery};

use crate::link::Target;
use crate::piece::Escape;

/// The addresses of one issue; none of them where the publication has no web address.
pub(crate) struct Web {
    base: String,
    issue: IssueId,
    pdf: PdfDelivery,
    pictures: PictureDelivery,
}

impl Web {
    pub(crate) fn of(issue: &Issue, front: &EditionFrontMatter) -> Self {
        let base = issue.publication.web.trim_end_matches('/').to_owned();
        Self { base, issue: issue.id, pdf: front.pdf, pictures: front.pictures }
    }

    /// The issue's web edition.
    pub(crate) fn issue(&self) -> Option<Target> {
        Target::fixed(&format!("{}/{}/", self.base, self.issue))
    }

    /// An article of it.
    pub(crate) fn article(&self, slug: &str) -> Option<Target> {
        let slug = Escape::Url.apply(slug);
        Target::fixed(&format!("{}/{}/{slug}/", self.base, self.issue))
    }

    /// The PDF for the screen, where the edition links to it.
    pub(crate) fn pdf(&self) -> Option<Target> {
        self.pdf_with("")
    }

    /// The PDF, opened at a page.
    pub(crate) fn pdf_at(&self, page: u32) -> Option<Target> {
        self.pdf_with(&format!("#page={page}"))
    }

    /// Where linked pictures are, as far as they are linked and there is such a place.
    pub(crate) fn pictures(&self) -> Option<String> {
        let linked = self.pictures == PictureDelivery::Link && Target::fixed(&self.base).is_some();
        linked.then(|| self.base.clone())
    }

    fn pdf_with(&self, fragment: &str) -> Option<Target> {
        let linked = self.pdf == PdfDelivery::Link;
        let target = || Target::fixed(&format!("{}/{1}/{1}-screen.pdf{fragment}", self.base, self.issue));
        linked.then(target).flatten()
    }
}
