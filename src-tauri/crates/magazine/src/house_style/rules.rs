//! The publication's own list: `[[style]]` in `publication.toml`.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::run::Run;
use super::{Hint, begins_sentence, capitalised, primary};
use crate::manuscript::TextSegment;
use crate::record::Fields;

/// How the publication writes a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StyleRule {
    /// The word as the publication writes it: `e-mail`.
    pub write: String,
    /// How it does not: `email`, `E-Mail`. A form in small letters is meant with a capital at its beginning, too.
    pub not: Vec<String>,
    /// Why; may be empty.
    pub because: String,
    /// The language it is for; in every language where there is none.
    pub language: Option<String>,
}

/// Reads the list. An entry that would write what itself or another entry does not want is left out and is a finding:
/// one correction would undo the other for ever.
pub(crate) fn style_rules(fields: &mut Fields<'_>) -> Vec<StyleRule> {
    let read = fields.tables("style", |entry| {
        let write = entry.required_segment("write", "");
        let not = entry.texts("not");
        let rule = StyleRule {
            write: write.text.trim().to_owned(),
            not: not.into_iter().filter(|form| !form.trim().is_empty()).collect(),
            because: entry.text_or("because", ""),
            language: entry.text("language"),
        };
        (rule, write)
    });
    let mut rules: Vec<StyleRule> = Vec::new();
    for (rule, written) in read {
        if let Some(fault) = fault(&rule, &rules) {
            let TextSegment { range, .. } = written;
            fields.wrong_at(range, fault);
        } else if !rule.write.is_empty() {
            rules.push(rule);
        }
    }
    rules
}

fn fault(rule: &StyleRule, others: &[StyleRule]) -> Option<String> {
    if rule.write.is_empty() {
        return None;
    }
    if rule.not.is_empty() {
        return Some(format!("`{}` has no form that it stands for: add `not = [\"…\"]`", rule.write));
    }
    if rule.not.contains(&rule.write) || rule.finds(&format!("x {} x", rule.write)) {
        return Some(format!("`{}` is among the forms that it is to take the place of", rule.write));
    }
    let meet = |other: &&StyleRule| match (&rule.language, &other.language) {
        (Some(one), Some(two)) => primary(one) == primary(two),
        _ => true,
    };
    let against = |other: &&StyleRule| other.finds_in(&rule.write) || rule.finds_in(&other.write);
    let other = others.iter().filter(meet).find(against)?;
    Some(format!("`{}` and `{}` would undo each other for ever", rule.write, other.write))
}

impl StyleRule {
    pub(super) fn is_for(&self, language: &str) -> bool {
        self.language.as_deref().is_none_or(|wanted| primary(wanted) == language)
    }

    pub(super) fn hints(&self, run: Run<'_>) -> Vec<Hint> {
        let hint = |(range, replacement): (Range<usize>, String)| {
            let found = &run.words()[range.clone()];
            Hint {
                message: format!("`{found}`: the house writes `{replacement}`"),
                because: self.because.clone(),
                label: String::new(),
                shown: run.bytes(range.clone()),
                range: run.bytes(range),
                replacement,
            }
        };
        self.found(run).into_iter().map(hint).collect()
    }

    /// Each form that is not wanted, with what is written in its place; none overlaps another.
    fn found(&self, run: Run<'_>) -> Vec<(Range<usize>, String)> {
        let mut found: Vec<(Range<usize>, String)> = Vec::new();
        for form in &self.not {
            let capital = capitalised(form);
            let derived = (capital != *form).then_some(capital);
            for (sought, is_derived) in [(Some(form), false), (derived.as_ref(), true)] {
                let Some(sought) = sought else { continue };
                let places = run.words().match_indices(sought.as_str());
                let places = places.filter(|(at, _)| self.stands_alone(run, *at..at + sought.len()));
                found.extend(places.filter_map(|(at, _)| {
                    let replacement = self.replacement(run, at, sought, is_derived)?;
                    Some((at..at + sought.len(), replacement))
                }));
            }
        }
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|(range, _)| {
            range.start >= end && {
                end = range.end;
                true
            }
        });
        found
    }

    /// A capital at the beginning of a sentence stays, and so does one that a heading gave the word.
    fn replacement(&self, run: Run<'_>, at: usize, found: &str, is_derived: bool) -> Option<String> {
        let capital = found.chars().next().is_some_and(char::is_uppercase);
        let keeps = capital && (is_derived || begins_sentence(run.text, run.start + at));
        let replacement = if keeps { capitalised(&self.write) } else { self.write.clone() };
        (replacement != found).then_some(replacement)
    }

    /// Whether the words are whole, no part of an address, not quoted with `[sic]`, and not within the form that is
    /// wanted: `city` in `smart city`.
    fn stands_alone(&self, run: Run<'_>, range: Range<usize>) -> bool {
        let before = run.before(range.start).chars().next_back();
        let after = run.after(range.end);
        let mut next = after.chars();
        let (first, second) = (next.next(), next.next());
        let joins_before =
            |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '/' | '\\' | '#' | '.' | '&' | '=' | '+');
        let joins_after = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '/' | '\\' | '=' | '+');
        let dotted = first == Some('.') && second.is_some_and(char::is_alphanumeric);
        !before.is_some_and(joins_before)
            && !first.is_some_and(joins_after)
            && !dotted
            && !after.trim_start_matches(' ').starts_with("[sic]")
            && !self.is_within_wanted(run.words(), &range)
    }

    fn is_within_wanted(&self, words: &str, range: &Range<usize>) -> bool {
        [self.write.clone(), capitalised(&self.write)].iter().any(|wanted| {
            let around = words.match_indices(wanted.as_str()).map(|(at, _)| at..at + wanted.len());
            let mut around = around.filter(|wanted| wanted.len() > range.len());
            around.any(|wanted| wanted.start <= range.start && range.end <= wanted.end)
        })
    }

    /// Whether words are among those that are not wanted, in the middle of a sentence or at its beginning.
    fn finds_in(&self, words: &str) -> bool {
        self.finds(&format!("x {words} x")) || self.finds(&format!("x {} x", capitalised(words)))
    }

    fn finds(&self, text: &str) -> bool {
        !self.found(Run { text, start: 0, end: text.len() }).is_empty()
    }
}
