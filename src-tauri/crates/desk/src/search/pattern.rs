//! What is looked for, made ready: plain words or a regular expression, and what takes their place.
//!
//! Time is linear in the text whatever the expression, so none can hang the desk.

use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};

use crate::rpc::SearchFor;
use crate::{Class, Failure};

/// Bytes of memory that an expression may take; `\w{1000}{1000}` would take more than there is.
const LARGEST: usize = 4 << 20;

/// Words or an expression, ready to be looked for.
pub(super) struct Pattern {
    regex: Regex,
    replacement: Option<Replacement>,
}

enum Replacement {
    AsItIs(String),
    WithGroups(String),
}

/// A place where the words stand, and what would stand there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    pub(super) replaced: Option<String>,
}

impl Pattern {
    /// Nothing when nothing is looked for.
    pub(super) fn new(asked: &SearchFor, replacement: Option<&str>) -> Result<Option<Self>, Failure> {
        if asked.words.is_empty() {
            return Ok(None);
        }
        let words = if asked.expression {
            // By itself first: `a)(b` would be whole between the brackets that follow.
            compile(&asked.words, asked.match_case)?;
            asked.words.clone()
        } else {
            plain(&asked.words, asked.match_case)
        };
        let bounded = format!(r"\b{{start-half}}(?:{words})\b{{end-half}}");
        let regex = compile(if asked.whole_words { &bounded } else { &words }, asked.match_case)?;
        let replacement = match replacement {
            Some(text) if asked.expression => {
                known_groups(&regex, text)?;
                Some(Replacement::WithGroups(text.to_owned()))
            }
            text => text.map(|text| Replacement::AsItIs(text.to_owned())),
        };
        Ok(Some(Self { regex, replacement }))
    }

    /// Every place in a text, outside of what is `kept` as it is. Where an expression is content with nothing, there is
    /// nothing to be seen or replaced.
    pub(super) fn hits(&self, text: &str, kept: &[Range<usize>]) -> Vec<Hit> {
        let free = |range: &Range<usize>| !range.is_empty() && !kept.iter().any(|kept| super::overlap(kept, range));
        // To know where groups are takes several times as long as to know where the whole is.
        if let Some(Replacement::WithGroups(template)) = &self.replacement {
            let hit = |captures: Captures<'_>| {
                let range = captures.get(0)?.range();
                let mut replaced = String::new();
                captures.expand(template, &mut replaced);
                free(&range).then_some(Hit { range, replaced: Some(replaced) })
            };
            return self.regex.captures_iter(text).filter_map(hit).collect();
        }
        let replaced = match &self.replacement {
            Some(Replacement::AsItIs(words)) => Some(words.clone()),
            _ => None,
        };
        let ranges = self.regex.find_iter(text).map(|found| found.range()).filter(free);
        ranges.map(|range| Hit { range, replaced: replaced.clone() }).collect()
    }
}

fn compile(expression: &str, match_case: bool) -> Result<Regex, Failure> {
    let built = RegexBuilder::new(expression)
        .case_insensitive(!match_case)
        .multi_line(true)
        // `$` is the end of a line in a file from Windows, too.
        .crlf(true)
        .size_limit(LARGEST)
        .build();
    built.map_err(|error| {
        let reason = match &error {
            regex::Error::CompiledTooBig(_) => "it would take too much memory".to_owned(),
            // The library draws the place with a caret; its last line is the reason.
            other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        };
        Failure::new(Class::Usage, "bad-expression", format!("the expression cannot be read: {reason}"))
            .hint("a sign that is meant as itself wants a `\\` before it, or take plain words")
    })
}

/// Plain words as an expression. Where capitals do not count, neither does it count how a keyboard writes a letter:
/// the ș and ț of old Romanian texts bear a cedilla, and an apostrophe is straight or not.
fn plain(words: &str, match_case: bool) -> String {
    let letter = |letter: char| match letter {
        _ if match_case => regex::escape(letter.encode_utf8(&mut [0; 4])),
        'ș' | 'ş' | 'Ș' | 'Ş' => "[șş]".to_owned(),
        'ț' | 'ţ' | 'Ț' | 'Ţ' => "[țţ]".to_owned(),
        '\'' | '’' => "['’]".to_owned(),
        other => regex::escape(other.encode_utf8(&mut [0; 4])),
    };
    words.chars().map(letter).collect()
}

/// A group that the expression does not have would silently be nothing: `$1a` is the group `1a`.
fn known_groups(regex: &Regex, replacement: &str) -> Result<(), Failure> {
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let braced = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
        let bare = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = braced.unwrap_or(&rest[..bare]);
        let known = name.parse::<usize>().map_or_else(
            |_| name.is_empty() || regex.capture_names().flatten().any(|known| known == name),
            |number| number < regex.captures_len(),
        );
        if !known {
            let failure = Failure::new(Class::Usage, "no-group", format!("the expression has no group `{name}`"));
            return Err(failure.hint("write `${1}st` for the group 1 before letters, and `$$` for a dollar sign"));
        }
    }
    Ok(())
}
