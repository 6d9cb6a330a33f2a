//! Where an issue is on the web: the addresses that a mail leads to.

use magazine::{Edition, EditionId, Issue, PdfDelivery, PictureDelivery};

use crate::link::Target;
use crate::piece::Escape;

/// The addresses of one issue; none of them where the publication has no web address.
pub(crate) struct Web {
    base: String,
    edition: EditionId,
    pdf: PdfDelivery,
    pictures: PictureDelivery,
}

impl Web {
    pub(crate) fn of(issue: &Issue, edition: &Edition) -> Self {
        let base = issue.publication.web.trim_end_matches('/').to_owned();
        let front = &edition.front_matter;
        Self { base, edition: edition.id.clone(), pdf: front.pdf, pictures: front.pictures }
    }

    /// The issue's web edition.
    pub(crate) fn issue(&self) -> Option<Target> {
        Target::fixed(&format!("{}/{}/", self.base, self.edition.issue))
    }

    /// The edition itself, without what is personal.
    pub(crate) fn edition(&self) -> Option<Target> {
        Target::fixed(&format!("{}/{}", self.base, path_of(&self.edition)))
    }

    /// An article of it.
    pub(crate) fn article(&self, slug: &str) -> Option<Target> {
        let slug = Escape::Url.apply(slug);
        Target::fixed(&format!("{}/{}/{slug}/", self.base, self.edition.issue))
    }

    /// What an address names within the issue's web edition; `None` where it leads elsewhere.
    pub(crate) fn path_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = address.trim().strip_prefix(&self.base).filter(|_| !self.base.is_empty())?;
        path.strip_prefix('/')?.strip_prefix(&self.edition.issue.to_string())?.strip_prefix('/')
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
        let target = || Target::fixed(&format!("{}/{1}/{1}-screen.pdf{fragment}", self.base, self.edition.issue));
        linked.then(target).flatten()
    }
}

/// Where an edition is in the web edition, from its root. No article can be in its way: theirs have no second folder.
pub(crate) fn path_of(edition: &EditionId) -> String {
    format!("{}/mail/{}/", edition.issue, edition.name)
}
