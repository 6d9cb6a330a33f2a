//! An edition's own page: what its mail leads to for readers whose mail program shows it badly.
//!
//! It is written from the edition's manuscript like any page of the site. What is a reader's own gives way to what
//! stands there for everybody; the page is found from the mail alone, so it is in no list, feed or search engine.

use magazine::{Article, Edition, Inline, InlineKind, PdfDelivery};

use super::body::Body;
use super::markup::Markup;
use super::page::{Head, first, language, shell};
use super::{Shelf, SiteSources, Voice};
use crate::compose::HEADS;
use crate::field::{self, Part};
use crate::link::Target;
use crate::piece::fill;
use crate::web::path_of;
use crate::words::say;

/// What stands where a reader's own word would, and nothing stands in for it.
const NOBODY: &str = "…";

/// The page of one edition.
pub(super) fn page(sources: &SiteSources<'_>, edition: &Edition, shelf: &mut Shelf) -> String {
    let (issue, front) = (sources.issue, &edition.front_matter);
    let voice = Voice::of(&front.language);
    let (subject, preheader) = (for_everybody(&front.subject.text), for_everybody(&front.preheader.text));
    let mut out = Markup::default();
    out.raw("<article><header class=\"opener letterhead\">");
    let head = shelf.first_of(&HEADS);
    if let Some(file) = head {
        out.raw("<figure>");
        shelf.picture(&mut out, file, "", "(min-width: 78rem) 72rem, 100vw", 1600, false);
        out.raw("</figure>");
    }
    let number = say(voice.site.number, &issue.number.to_string());
    out.raw("<div><p class=\"kicker\">").text(&format!("{number} · {}", issue.settings.season));
    out.raw("</p><h1>").text(&subject).raw("</h1>");
    if !preheader.is_empty() {
        out.raw("<p class=\"standfirst\">").text(&preheader).raw("</p>");
    }
    out.raw("</div></header><div class=\"text letter\">");
    let body = Body { out: Markup::default(), voice: &voice, shelf, slugs: &[], marks: Vec::new(), told: Some(issue) };
    out.markup(body.whole(&edition.manuscript));
    ways(&mut out, sources, front.pdf, &voice);
    out.raw("</div></article>");
    let title = if subject.is_empty() { &issue.settings.title } else { &subject };
    let head = Head {
        title: format!("{title} · {}", issue.publication.name),
        description: &preheader,
        language: &front.language,
        path: path_of(&edition.id),
        root: "../../../",
        cover: "../../",
        kind: "article",
        picture: head.and_then(|file| Some((shelf.shared(file)?, ""))),
        unlisted: true,
    };
    shell(issue, &head, &voice, out)
}

/// On to the issue, and to its PDF where the mail leads there too.
fn ways(out: &mut Markup, sources: &SiteSources<'_>, pdf: PdfDelivery, voice: &Voice) {
    out.raw("<p class=\"ways\"><a href=\"../../\">").text(voice.mail.on_the_web).raw("</a>");
    let file = sources.pdfs.iter().find(|(_, purpose, _)| purpose == "screen").filter(|_| pdf != PdfDelivery::None);
    if let Some((file, ..)) = file {
        out.raw(" <a type=\"application/pdf\"").attribute("href", &format!("../../{file}")).raw(">");
        out.text(voice.mail.open_pdf).raw("</a>");
    }
    out.raw("</p>");
}

/// A text as it stands for everybody.
fn for_everybody(text: &str) -> String {
    let (parts, _) = field::parts(text);
    let word = |part: &Part| match part {
        Part::Words(words) => (*words).to_owned(),
        Part::Field { fallback, .. } => fallback.clone().unwrap_or_else(|| NOBODY.to_owned()),
    };
    parts.iter().map(word).collect::<String>().trim().to_owned()
}

/// Where a link of an edition leads for everybody; one of a reader's own, to leave the list, leads nowhere.
pub(super) fn address(target: &str) -> Option<String> {
    let (target, _) = Target::read(target);
    target.map(|target| fill(&target.text(), |_| String::new())).filter(|address| !address.is_empty())
}

impl Body<'_> {
    /// Running text without anybody's own words. A field may stretch over several texts, as it may over a line end.
    pub(super) fn for_nobody_in_particular(&mut self, content: &[Inline]) {
        let mut words = String::new();
        for inline in content {
            match &inline.kind {
                InlineKind::Text(text) => words.push_str(text),
                InlineKind::SoftBreak => words.push(' '),
                other => {
                    self.words(&mut words);
                    self.inline(other);
                }
            }
        }
        self.words(&mut words);
    }

    fn words(&mut self, words: &mut String) {
        let (parts, _) = field::parts(words);
        for part in parts {
            match part {
                Part::Words(text) => self.out.text(text),
                Part::Field { fallback, .. } => self.out.text(fallback.as_deref().unwrap_or(NOBODY)),
            };
        }
        words.clear();
    }

    /// An article, told so that the reader wants to read on; nothing where the issue has no such article.
    pub(super) fn teaser(&mut self, slug: &str) {
        let Some(article) = self.told.and_then(|issue| issue.article(slug)) else { return };
        let Article { front_matter: front, slug, .. } = article;
        self.out.raw("<section class=\"teaser\"").attribute("lang", &language(&front.language)).raw(">");
        if let Some(picture) = &front.picture {
            self.shelf.picture(
                &mut self.out,
                &picture.file,
                &picture.alt,
                "(min-width: 44rem) 39rem, 100vw",
                624,
                true,
            );
        }
        self.out.raw("<div>");
        if !front.section.text.is_empty() {
            self.out.raw("<p class=\"kicker\">").text(&front.section.text).raw("</p>");
        }
        self.out.raw("<h2><a").attribute("href", &format!("../../{slug}/")).raw(">").text(&front.title.text);
        self.out.raw("</a></h2><p>").text(first(&[&front.summary, &front.standfirst])).raw("</p></div></section>");
    }
}
