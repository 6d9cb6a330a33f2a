//! The elements of a page as its tags open and close them: which letters belong together.

use typst::foundations::StyleChain;
use typst::introspection::{Location, Tag};
use typst::pdf::{ArtifactElem, ArtifactKind};

/// The tree of elements, known by their numbers; 0 is the page.
#[derive(Default)]
pub(super) struct Elements {
    /// All but the page.
    known: Vec<Element>,
    /// The one that is open.
    inner: usize,
}

struct Element {
    parent: usize,
    location: Option<Location>,
    is_furniture: bool,
}

impl Elements {
    /// The innermost element that is open.
    pub(super) fn inner(&self) -> usize {
        self.inner
    }

    /// An element opens or closes. One that was opened on an earlier page closes without a trace.
    pub(super) fn pass(&mut self, tag: &Tag) {
        match tag {
            Tag::Start(content, ..) => {
                let artifact = content.to_packed::<ArtifactElem>().map(|it| it.kind.get(StyleChain::default()));
                let is_furniture = matches!(artifact, Some(ArtifactKind::Header | ArtifactKind::Footer));
                self.known.push(Element { parent: self.inner, location: content.location(), is_furniture });
                self.inner = self.known.len();
            }
            Tag::End(location, ..) => {
                let closed = self.around(self.inner).find(|element| self.element(*element).location == Some(*location));
                if let Some(closed) = closed {
                    self.inner = self.element(closed).parent;
                }
            }
        }
    }

    /// An element and those around it, from the inside, without the page.
    pub(super) fn around(&self, element: usize) -> impl Iterator<Item = usize> {
        let own = |element: usize| (element > 0).then_some(element);
        std::iter::successors(own(element), move |element| own(self.element(*element).parent))
    }

    /// Whether an element is or stands in another.
    pub(super) fn is_within(&self, element: usize, outer: usize) -> bool {
        self.around(element).any(|around| around == outer)
    }

    /// Whether an element belongs to the head or foot of the page.
    pub(super) fn is_furniture(&self, element: usize) -> bool {
        self.around(element).any(|around| self.element(around).is_furniture)
    }

    fn element(&self, number: usize) -> &Element {
        &self.known[number - 1]
    }
}
