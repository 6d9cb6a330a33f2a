//! One way to read TOML and YAML: by field, each value with the bytes it was written in.
//!
//! A wrong field costs that field and becomes a finding; the others are read all the same. A key that nobody asked
//! for is a finding too, with the nearest key that somebody did ask for.

mod fields;
mod value;

pub(crate) use fields::{Fields, nearest};

use std::ops::Range;

use crate::finding::{Code, Finding, Place};
use value::{Entry, parse_toml, parse_yaml};

/// A parsed TOML file or YAML head.
pub(crate) struct Record<'a> {
    source: Source<'a>,
    entries: Vec<Entry>,
    findings: Vec<Finding>,
}

/// The file that values are read from.
#[derive(Clone, Copy)]
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Record<'a> {
    /// A whole TOML file.
    pub(crate) fn toml(file: &'a str, text: &'a str) -> Self {
        let source = Source { file, text };
        let (entries, findings) = match parse_toml(text) {
            Ok(entries) => (entries, Vec::new()),
            Err(fault) => (Vec::new(), vec![source.fault(Code::BadToml, fault.message, fault.range)]),
        };
        Self { source, entries, findings }
    }

    /// The YAML in `range` of a file.
    pub(crate) fn yaml(file: &'a str, text: &'a str, range: Range<usize>) -> Self {
        let source = Source { file, text };
        let (entries, findings) = match parse_yaml(text, range) {
            Ok(entries) => (entries, Vec::new()),
            Err(fault) => {
                let finding = source
                    .fault(Code::BadFrontMatter, fault.message, fault.range)
                    .hint("words with `:`, `#` or quotation marks want quotation marks around them");
                (Vec::new(), vec![finding])
            }
        };
        Self { source, entries, findings }
    }

    /// The record's fields, to be read by name.
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields::new(self.source, String::new(), self.entries, self.findings)
    }
}

impl Source<'_> {
    fn fault(&self, code: Code, message: impl Into<String>, range: Range<usize>) -> Finding {
        Finding::error(code, message).at(Place::of(self.file, self.text, range))
    }
}
