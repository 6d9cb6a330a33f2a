//! The Markdown dialect: CommonMark with GFM tables, strikethrough, task lists and footnotes, and what writers of a
//! magazine add to it: callouts, placed pictures, charts, and parts for one output only.
//!
//! Raw HTML reaches no output. Byte ranges count from the start of the file.

mod attributes;
mod blocks;
mod callouts;
mod charts;
mod divs;
mod inlines;
mod marks;
mod pictures;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use crate::finding::{Code, Finding, Fix, Place};
use crate::manuscript::Manuscript;
use blocks::Builder;

/// An article larger than this is not laid out: a quarterly's longest feature is a hundredth of it.
const LARGEST: usize = 5_000_000;

/// Parses the text of a file from byte `start` on. Never fails: what is not in the dialect is a finding.
#[must_use]
pub fn parse(file: &str, text: &str, start: usize) -> (Manuscript, Vec<Finding>) {
    if text.len() > LARGEST {
        let message = format!("the text has {} MB; {} MB can be laid out", text.len() / 1_000_000, LARGEST / 1_000_000);
        return (Manuscript::default(), vec![Finding::error(Code::TooLarge, message).at(Place::file(file))]);
    }
    let source = Source { file, text };
    let mut findings = marks::conflicts(source);
    let (body, divs) = divs::take_out(source, start, &mut findings);
    let events = Parser::new_ext(&body, options()).into_offset_iter();
    let events = events.map(|(event, range)| (event, start + range.start..start + range.end));
    let mut manuscript = Builder::new(source, events, &mut findings).manuscript();
    manuscript.blocks = divs::put_back(manuscript.blocks, &divs);
    findings.extend(marks::find(source, &manuscript));
    findings
        .sort_by_key(|finding| finding.place.as_ref().and_then(|place| place.range.clone()).map(|range| range.start));
    (manuscript, findings)
}

/// What editors and version control leave in words that are no Markdown: front matter, TOML.
pub(crate) fn left_behind(file: &str, text: &str, range: Range<usize>) -> Vec<Finding> {
    marks::written(Source { file, text }, range)
}

/// The marks of an unsolved conflict in a file that is no Markdown.
pub(crate) fn conflicts(file: &str, text: &str) -> Vec<Finding> {
    marks::conflicts(Source { file, text })
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The file that is being parsed.
#[derive(Clone, Copy)]
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Source<'a> {
    fn place(self, range: Range<usize>) -> Place {
        Place::of(self.file, self.text, range)
    }

    fn fix(self, range: Range<usize>, replacement: &str, label: String) -> Fix {
        Fix { label, file: self.file.to_owned(), range, replacement: replacement.to_owned() }
    }

    fn written(self, range: Range<usize>) -> &'a str {
        &self.text[range]
    }
}

/// An event of the parser and its bytes in the file.
type Located<'e> = (Event<'e>, Range<usize>);

#[cfg(test)]
mod tests;
