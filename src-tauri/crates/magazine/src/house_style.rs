//! The house style: the publication's own short list of how it writes words, and a few slips that every sub-editor
//! takes out.
//!
//! Only words of the publication's own are looked at: no code, no address, no block quotation (that is somebody else's
//! words, as they wrote them), and nothing before `[sic]`. Each hint carries its correction. Corrections come to an end:
//! no entry may write what another one does not want, and every slip makes the text shorter.

mod rules;
mod run;
mod slips;

pub use rules::StyleRule;
pub(crate) use rules::style_rules;

use std::ops::Range;

use crate::finding::{Code, Finding, Fix, Place};
use crate::prose::Prose;
use run::Run;

/// What words have against the house style.
pub(crate) fn hints(rules: &[StyleRule], prose: &Prose<'_>) -> Vec<Finding> {
    let language = primary(prose.language);
    let mut hints = Vec::new();
    for run in run::runs(prose) {
        let own = rules.iter().filter(|rule| rule.is_for(language)).flat_map(|rule| rule.hints(run));
        hints.extend(own.chain(slips::of(run, language)));
    }
    let said = |hint: Hint| {
        let place = Place::of(prose.file, prose.text, hint.shown.clone());
        let label = if hint.label.is_empty() { format!("write `{}`", hint.replacement) } else { hint.label };
        let fix = Fix { label, file: prose.file.to_owned(), range: hint.range, replacement: hint.replacement };
        let finding = Finding::note(Code::HouseStyle, hint.message).at(place).fix(fix);
        if hint.because.is_empty() { finding } else { finding.hint(hint.because) }
    };
    hints.into_iter().map(said).collect()
}

/// A correction of a few words.
struct Hint {
    message: String,
    because: String,
    /// What the fix is called; empty: "write" and the replacement.
    label: String,
    /// The bytes that are marked.
    shown: Range<usize>,
    /// The bytes that give way.
    range: Range<usize>,
    replacement: String,
}

/// `en` of `en-GB`.
fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

/// Whether the words before a place are the end of a sentence, or there are none in its line.
fn begins_sentence(text: &str, at: usize) -> bool {
    let marks =
        |c: char| matches!(c, ' ' | '*' | '_' | '"' | '\'' | '“' | '„' | '«' | '(' | '[' | '>' | '#' | '-' | '|');
    let before = text[..at].trim_end_matches(marks);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '…', '\n', '\r'])
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
