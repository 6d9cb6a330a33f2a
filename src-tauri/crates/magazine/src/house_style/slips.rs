//! Slips that are next to never meant: a word twice, two spaces, a space before a comma, a cedilla in Romanian.
//!
//! A rule that is wrong once a page is switched off by everybody, so each is narrow: only small words that no sentence
//! has twice in a row, no punctuation that a language sets apart, no letter that a name may need.

use std::ops::Range;

use super::{Hint, Run, begins_sentence};

/// Words that no English sentence has twice running; `that`, `had`, `is` and `in` are not among them.
const ENGLISH: [&str; 21] = [
    "the", "a", "an", "and", "of", "or", "with", "from", "by", "our", "your", "their", "my", "its", "we", "they", "as",
    "at", "for", "but", "than",
];
const ROMANIAN: [&str; 16] =
    ["și", "de", "cu", "din", "în", "un", "sau", "prin", "pentru", "este", "sunt", "care", "la", "să", "al", "ale"];

/// Every slip of a run, in a text of this language.
pub(super) fn of(run: Run<'_>, language: &str) -> Vec<Hint> {
    let mut hints = doubled_words(run, language);
    hints.extend(spaces(run, language));
    if language == "ro" {
        hints.extend(cedillas(run));
    }
    hints
}

fn doubled_words(run: Run<'_>, language: &str) -> Vec<Hint> {
    let small: &[&str] = match language {
        "en" => &ENGLISH,
        "ro" => &ROMANIAN,
        _ => return Vec::new(),
    };
    let words = words(run.words());
    let pairs = words.windows(2).filter_map(|pair| {
        let [first, second] = pair else { return None };
        let text = run.words();
        let (one, two) = (&text[first.clone()], &text[second.clone()]);
        let apart = &text[first.end..second.start];
        // `The the` is one, the `A a` of `vitamin A a day` is none.
        let at_start = || is_capital(one) && begins_sentence(run.text, run.start + first.start);
        let twice = small.contains(&two) && (one == two || one.to_lowercase() == two && at_start());
        let whole = !joined(run, first.start, second.end);
        (twice && whole && apart.bytes().all(|byte| byte == b' ')).then(|| Hint {
            message: format!("`{one} {two}`: the word stands twice"),
            because: String::new(),
            label: format!("write `{one}`"),
            shown: run.bytes(first.start..second.end),
            range: run.bytes(first.end..second.end),
            replacement: String::new(),
        })
    });
    pairs.collect()
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Whether a letter, a hyphen or an apostrophe makes either word a part of a longer one: `a and/or or`, `de de-a`.
fn joined(run: Run<'_>, start: usize, end: usize) -> bool {
    let joins = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '/' | '_' | '@' | '‑'))
    };
    joins(run.before(start).chars().next_back()) || joins(run.after(end).chars().next())
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        match (letter.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// Two spaces and more, and spaces before a punctuation mark. French sets some marks apart and is left alone.
fn spaces(run: Run<'_>, language: &str) -> Vec<Hint> {
    let text = run.words();
    let mut hints = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(' ') {
        let start = at + found;
        let end = start + text[start..].bytes().take_while(|byte| *byte == b' ').count();
        at = end;
        if language != "fr" && is_before_mark(run, start, end) {
            let mark = text[end..].chars().next().unwrap_or_default();
            hints.push(Hint {
                message: format!("a space before `{mark}`"),
                because: String::new(),
                label: "take the space out".to_owned(),
                shown: run.bytes(start..end + mark.len_utf8()),
                range: run.bytes(start..end),
                replacement: String::new(),
            });
        } else if end - start > 1 && start > 0 && end < text.len() {
            hints.push(Hint {
                message: format!("{} spaces in a row", end - start),
                because: String::new(),
                label: "leave one space".to_owned(),
                shown: run.bytes(start..end),
                range: run.bytes(start..end),
                replacement: " ".to_owned(),
            });
        }
    }
    hints
}

/// Whether the spaces stand between a word and a mark that ends its clause: not ` .NET`, not `. . .`, not ` :-)`, not
/// the `3 : 2` of a match.
fn is_before_mark(run: Run<'_>, start: usize, end: usize) -> bool {
    let before = run.before(start).chars().next_back();
    let mut after = run.after(end).chars();
    let (Some(mark), next) = (after.next(), after.next()) else { return false };
    let within = run.start + end < run.end && matches!(mark, ',' | ';' | '.' | ':' | '!' | '?');
    let word = before.is_some_and(|c| c.is_alphabetic() || matches!(c, ')' | '”' | '’' | '»' | '*'))
        || before.is_some_and(char::is_numeric) && !matches!(mark, ':' | '.');
    let ends = next.is_none_or(|c| c.is_whitespace() || matches!(c, '”' | '’' | '"' | '»' | ')'));
    let dots = mark == '.' && after.next() == Some('.');
    within && word && ends && !dots
}

/// Romanian has a comma below ș and ț; the cedilla came with old keyboards. No language of the neighbourhood has ţ; a
/// ş with a capital word around it may be a Turkish name.
fn cedillas(run: Run<'_>) -> Vec<Hint> {
    let text = run.words();
    let hint = |word: Range<usize>| {
        let written = &text[word.clone()];
        let foreign = is_capital(written) && !written.contains(['ţ', 'Ţ']);
        if !written.contains(['ş', 'ţ', 'Ş', 'Ţ']) || foreign {
            return None;
        }
        let right: String = written
            .chars()
            .map(|letter| match letter {
                'ş' => 'ș',
                'ţ' => 'ț',
                'Ş' => 'Ș',
                'Ţ' => 'Ț',
                other => other,
            })
            .collect();
        Some(Hint {
            message: format!("`{written}` has a cedilla where Romanian has a comma"),
            because: String::new(),
            label: String::new(),
            shown: run.bytes(word.clone()),
            range: run.bytes(word),
            replacement: right,
        })
    };
    words(text).into_iter().filter_map(hint).collect()
}
