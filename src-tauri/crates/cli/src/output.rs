//! Results to standard output, messages to standard error.
#![expect(clippy::print_stderr, reason = "this is where the command line speaks")]

use std::io::{self, Write};

use desk::{Class, Failure, Finding};
use serde::Serialize;
use serde_json::json;

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// A result: as data, or as the words that `words` makes of it.
    pub(crate) fn result<T: Serialize>(self, value: &T, words: impl FnOnce() -> String) {
        if self.json {
            match serde_json::to_string_pretty(value) {
                Ok(json) => print(&json),
                Err(error) => eprintln!("error: the result cannot be shown as JSON: {error}"),
            }
        } else {
            let words = words();
            if !words.is_empty() {
                print(&words);
            }
        }
    }

    /// A result of many parts, each printed as it comes, so that a million of them need no memory.
    pub(crate) fn list(self) -> List {
        List { output: self, begun: false }
    }

    /// A failure, on standard error; with `--json` on standard output as well, so that one place has the whole story.
    pub(crate) fn failure(self, failure: &Failure) {
        eprintln!("error: {failure}");
        if self.json {
            let class = match failure.class {
                Class::Work => "work",
                Class::Usage => "usage",
                Class::Environment => "environment",
            };
            let error = json!({ "code": failure.code, "message": failure.message, "hint": failure.what_helps(),
                "place": failure.place, "class": class });
            print(&json!({ "error": error }).to_string());
        }
    }
}

/// A list under way. With `--json` it is one array, closed by [`List::end`].
pub(crate) struct List {
    output: Output,
    begun: bool,
}

impl List {
    /// The next part: as data, or as the words that `words` makes of it.
    pub(crate) fn item<T: Serialize>(&mut self, value: &T, words: impl FnOnce() -> String) {
        if !self.output.json {
            return print(&words());
        }
        match serde_json::to_string(value) {
            Ok(json) => print(&format!("{} {json}", if self.begun { "," } else { "[" })),
            Err(error) => eprintln!("error: the result cannot be shown as JSON: {error}"),
        }
        self.begun = true;
    }

    /// No more comes.
    pub(crate) fn end(self) {
        if self.output.json {
            print(if self.begun { "]" } else { "[]" });
        }
    }
}

/// A line of the result. A reader who has seen enough (`| head`) closes the pipe, and that is no fault.
fn print(line: &str) {
    if let Err(error) = writeln!(io::stdout(), "{line}")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("error: the result could not be written: {error}");
    }
}

/// A message to the person, beside the result.
pub(crate) fn say(message: &str) {
    eprintln!("{message}");
}

/// Findings as the terminal shows them, each with its code after its place.
pub(crate) fn findings(findings: &[Finding]) -> String {
    findings.iter().map(finding).collect::<Vec<_>>().join("\n\n")
}

fn finding(finding: &Finding) -> String {
    let told = finding.to_string();
    let code = format!(" [{}]", finding.code.name());
    let place = finding.place.as_ref().map(|place| format!("\n  at {place}")).unwrap_or_default();
    let (before, after) = told.split_once(&place).filter(|_| !place.is_empty()).unwrap_or((&told, ""));
    let fix = finding.fix.as_ref().map(|fix| format!("\n  fix: {}", fix.label)).unwrap_or_default();
    format!("{before}{place}{code}{after}{fix}")
}

/// `1 article`, `2 articles`.
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let plural = match noun {
        "person" => "people".to_owned(),
        "copy" => "copies".to_owned(),
        noun => format!("{noun}s"),
    };
    if number == 1 { format!("1 {noun}") } else { format!("{number} {plural}") }
}
