//! Laying a document out once, from how it lay before.
//!
//! A template asks where things stand, and Typst answers from the layout before: the first one knows nothing, so an
//! article with balanced columns is laid out three to five times. Most keys move nothing that was asked for. For these
//! one layout is enough that begins with the places of the last one: if it finds every answer as it was, they are its
//! own answers. That a layout from nothing would have come to the same answers is likely, not certain, so whoever
//! hurries lays the document out from nothing when there is time.

use comemo::{Constraint, Track};
use typst::World;
use typst::engine::{Engine, Route, Sink, Traced};
use typst::foundations::{Output, StyleChain, Target, TargetElem};
use typst::introspection::Introspector;
use typst::utils::Protected;
use typst_layout::PagedDocument;

/// The document, when it takes as many pages as `before` and what it asks for is where it was there. `None` is no
/// fault: it has to be laid out from nothing.
pub(super) fn once(world: &dyn World, before: &PagedDocument) -> Option<PagedDocument> {
    let world = world.track();
    let library = world.library();
    let target = TargetElem::target.set(Target::Paged).wrap();
    let styles = StyleChain::new(&library.styles);
    let styles = styles.chain(&target);
    let main = world.source(world.main()).ok()?;
    let traced = Traced::default();
    let mut sink = Sink::new();
    let route = Route::default();
    let module = typst_eval::eval(world, library, traced.track(), sink.track_mut(), route.track(), &main).ok()?;
    let content = module.content();
    let constraint = Constraint::new();
    let introspector: &dyn Introspector = before.introspector().as_ref();
    let mut engine = Engine {
        library,
        world,
        introspector: Protected::new(introspector.track_with(&constraint)),
        traced: traced.track(),
        sink: sink.track_mut(),
        route: Route::default(),
    };
    let document = PagedDocument::create(&mut engine, &content, styles).ok()?;
    let now: &dyn Introspector = document.introspector().as_ref();
    let stands = document.pages().len() == before.pages().len() && constraint.validate(now);
    // What is to be said of it is said by a layout from nothing.
    (stands && sink.delayed().is_empty() && sink.warnings().is_empty()).then_some(document)
}
