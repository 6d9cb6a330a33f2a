//! Manuscript → generated Typst.
//!
//! Every slot of the running order becomes one file, one document. Words are escaped, everything else is a call of
//! this closed vocabulary, and every call ends with `;`, because `*a*(b)` would otherwise be read as a call of `a`.
//! The template gives these words their look; the generator knows nothing of it.
//!
//! ```typst
//! #show: article.with(kind: "feature"|"letter"|"department"|"numbers"|"listing", first-page: 6, language: "en", columns: 3,
//!   title: [..], section: [..] or none, standfirst: [..] or none, authors: ([..],) or (),
//!   picture: none or (file: "/media/x.svg", alt: "..", credit: [..] or none), signature: (file: "..", alt: "..") or left out);
//!
//! // blocks
//! #opening[..];                       // first top-level paragraph of letter, feature, department; its first letter
//!                                     // stands in #[..];, its words apart by two spaces, so that each is a node
//! #para[..];
//! #subhead(level: 2, id: "x")[..];    // level 2 to 6
//! #quoted[#para[..];…];               // bodies of quoted, sidebar, facts, note are blocks
//! #sidebar(title: [..] or none)[…];  #facts(title: [..] or none)[…];  #note(title: [..] or none)[…];
//! #pullquote[..];                     // first paragraph bare, further blocks as calls
//! #bullets[..][..];  #numbered(start: 1)[..][..];  #tasks((true, false,))[..][..];
//!                                     // an item: its first paragraph bare, further blocks as calls after it
//! #figures(([8], [label..]), …);      // kind "numbers" only: a bullet list whose every item begins with **strong**
//! #codeblock("lang" or none)[..];     // lines end with #linebreak();, spaces that count stand in #" ";
//! #datatable(align: ("start", "center", "end",), header: ([..],), rows: (([..],),));
//! #picture(file: "/media/x.svg", alt: "..", caption: [..] or none, credit: [..] or none,
//!   width: "column"|"wide"|"full"|"page"|"bleed"|"spread");
//! #chart(kind: "bar"|"line"|"area"|"pie", title: [..] or none, alt: "..", unit: "%" or "", source: [..] or none,
//!   labels: ([..] or none,), series: ((name: [..] or none, values: (1.0, -2.5,)),));
//! #scenebreak();
//!
//! // inline
//! #stress[..]; #strong[..]; #struck[..]; #code[..];
//! #weblink("https://…")[..];          // http, https, mailto, tel only, never empty, at most 2,000 bytes
//! #footnote[..];                      // the note's first paragraph bare; written at its first reference
//! #footnoteagain(2);                  // a further reference to the article's 2nd footnote: its number, raised
//! #linebreak();
//! #inlinepicture(file: "..", alt: "..");
//!
//! // pages of their own: no #show, one call in the file
//! #cover(page: 1, picture: none or (file: "..", alt: ".."), kicker: [..] or none, headline: [..] or none, standfirst: [..] or none,
//!   lines: ((title: [..], page: 14 or none),));
//! #contents(page: 5, picture: none or (file, alt), staff: ((role: [..], names: ([..],)),), entries: ((page: 6, kind: "feature",
//!   section: [..] or none, title: [..], standfirst: [..] or none, authors: ([..],)),));
//! #advert(page: 2, ads: ((file: "..", alt: "..", advertiser: "..", size: "full"|"half"|"third"|"quarter", headline: [..] or none,
//!   text: [..] or none),));          // as many as fit on one page
//! #colophon(page: 31)[…blocks…];
//! #backcover(page: 32, picture: none or (file, alt), text: [..] or none);
//! #placeholder(page: 9, title: "..", message: "..");   // in place of a slot that cannot be laid out; must never fail
//! ```
//!
//! Running text of two or more columns has soft hyphens in its words where Typst cannot divide the language
//! (`syllables.rs`). `strong`, `linebreak` and `footnote` are Typst's own where the template has no words of those names. Each
//! document is compiled alone, so a page numbers itself from `first-page` or `page`.

mod blocks;
mod check;
mod escape;
mod inlines;
mod pages;
mod syllables;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

use magazine::{Finding, Place};

pub(crate) use check::is_sound;
pub use check::vocabulary;
pub(crate) use pages::{advert, article, back_cover, bare_page, colophon, contents, cover, is_too_large, placeholder};

use crate::media::Media;
use crate::side_map::SideMap;

/// What every generated file begins with.
pub(crate) const FIRST_LINE: &str = "#import \"/magazine/vocabulary.typ\": *\n";

/// What the files of an issue have in common.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The pictures that can be used.
    pub(crate) media: &'a Media,
    /// The issue's language.
    pub(crate) language: &'a str,
    /// The path of `issue.toml` from the publication's folder.
    pub(crate) issue_file: &'a str,
}

/// A generated file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Generated {
    /// The Typst.
    pub(crate) text: String,
    /// Where its words were written.
    pub(crate) map: SideMap,
    /// How many calls the generator wrote, for [`is_sound`].
    pub(crate) calls: usize,
    /// The pictures it names.
    pub(crate) pictures: Vec<UsedPicture>,
    /// What could not be written as it was meant.
    pub(crate) findings: Vec<Finding>,
}

/// A picture named in a generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsedPicture {
    /// As the manuscript names it: `media/cover.svg`.
    pub(crate) file: String,
    /// The byte of the generated file where its path stands.
    pub(crate) at: usize,
    /// Where the editor named it.
    pub(crate) named_in: Place,
}
