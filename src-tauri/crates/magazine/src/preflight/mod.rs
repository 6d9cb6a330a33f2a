//! What an editor would want to know of an article before it goes to print, found in its words alone.
//!
//! The Markdown reader itself complains about what it cannot understand; here stands what it understood well and a
//! reader would miss all the same: a picture without a name under it, a link that says "here". A rule that raises a
//! false alarm is worse than none, so each keeps to what is sure.

mod address;
mod links;
mod pictures;
#[cfg(test)]
mod tests;
mod walk;

use crate::article::Article;
use crate::finding::{Finding, Fix, Place};
use crate::manuscript::Manuscript;
use crate::markdown;
use std::ops::Range;

pub(crate) use links::Neighbours;

/// The file whose words are looked at.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    fn place(self, range: Range<usize>) -> Place {
        Place::of(self.file, self.text, range)
    }

    fn fix(self, range: Range<usize>, replacement: &str, label: String) -> Fix {
        Fix { label, file: self.file.to_owned(), range, replacement: replacement.to_owned() }
    }
}

/// What the article's own file tells. `head` is its front matter; `has_credit` whether that names the opener's.
pub(crate) fn article(article: &Article, text: &str, head: Range<usize>, has_credit: bool) -> Vec<Finding> {
    let source = Source { file: &article.file, text };
    let mut findings = markdown::left_behind(&article.file, text, head);
    findings.extend(pictures::of_opener(source, article, has_credit));
    findings.extend(pictures::in_text(source, &article.manuscript));
    findings.extend(links::addresses(source, &article.manuscript));
    findings.extend(links::words(source, &article.manuscript));
    findings
}

/// What an edition's own file tells, `head` being its front matter; what a mail needs besides, the newsletter knows.
pub(crate) fn edition(file: &str, text: &str, head: Range<usize>, manuscript: &Manuscript) -> Vec<Finding> {
    let source = Source { file, text };
    let mut findings = markdown::left_behind(file, text, head);
    findings.extend(links::words(source, manuscript));
    findings.extend(pictures::in_line(source, manuscript));
    findings
}

/// Links to articles, headings and files that are not there.
pub(crate) fn dead_links(article: &Article, text: &str, neighbours: &Neighbours<'_>) -> Vec<Finding> {
    links::dead(Source { file: &article.file, text }, article, neighbours)
}
