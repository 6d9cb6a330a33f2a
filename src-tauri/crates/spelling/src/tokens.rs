//! Where the words are in running text.
//!
//! Addresses, hashtags, file names and whatever holds a digit are no words. What a word is joined from by hyphens is one
//! token here: only a dictionary can tell whether the whole or its parts must be known.

use std::ops::Range;

/// Stands in running text for what is no text, such as code: a word that touches it is not judged.
pub(crate) const NO_TEXT: char = '\u{fffc}';
/// Where a word may be divided; it shows nowhere else.
pub(crate) const SOFT_HYPHEN: char = '\u{ad}';

/// The tokens of a text, by their bytes.
pub(crate) fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for stretch in split(text, 0..text.len(), char::is_whitespace) {
        // An address may hold any sign, so it ends where the next space does.
        let end = address_in(&text[stretch.clone()]).map_or(stretch.end, |at| stretch.start + at);
        for chunk in split(text, stretch.start..end, is_between) {
            in_chunk(text, chunk, &mut found);
        }
    }
    found
}

/// The parts of a token between its hyphens, by the bytes of `text`.
pub(crate) fn parts(text: &str, token: Range<usize>) -> Vec<Range<usize>> {
    split(text, token, is_hyphen)
}

pub(crate) fn is_hyphen(sign: char) -> bool {
    matches!(sign, '-' | '\u{2010}' | '\u{2011}')
}

pub(crate) fn is_apostrophe(sign: char) -> bool {
    matches!(sign, '\'' | '’' | 'ʼ')
}

/// Signs without a width of their own, which change how a word is divided or joined and not how it is spelled.
pub(crate) fn is_invisible(sign: char) -> bool {
    matches!(sign, SOFT_HYPHEN | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{5b0}'..='\u{5c7}')
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric()
        || is_mark(sign)
        || is_apostrophe(sign)
        || is_hyphen(sign)
        || is_invisible(sign)
        || sign == NO_TEXT
}

/// Signs that end a word and belong to no address.
fn is_between(sign: char) -> bool {
    !is_of_word(sign) && !matches!(sign, '.' | '@' | '#' | '_' | '/' | '\\' | ':' | '~')
}

/// Where an address begins in a text without spaces.
fn address_in(stretch: &str) -> Option<usize> {
    let scheme = stretch.find("://").map(|at| {
        let before = stretch[..at].trim_end_matches(|sign: char| sign.is_ascii_alphanumeric() || sign == '+');
        before.len()
    });
    let known = ["www.", "mailto:", "tel:", "doi:"].iter().filter_map(|start| stretch.find(start)).min();
    scheme.into_iter().chain(known).min()
}

/// The words of a stretch that may be an address, a hashtag or a file's name.
fn in_chunk(text: &str, chunk: Range<usize>, found: &mut Vec<Range<usize>>) {
    let inner = text[chunk.clone()].trim_matches(|sign: char| matches!(sign, '.' | ':' | '/'));
    if inner.contains(['@', '#', '_', '\\', '~']) || inner.contains("//") || has_inner_dot(inner) {
        return;
    }
    for token in split(text, chunk, |sign| !is_of_word(sign)) {
        let word = &text[token.clone()];
        let trimmed = word.trim_matches(|sign: char| is_apostrophe(sign) || is_hyphen(sign) || is_invisible(sign));
        let start = token.start
            + (word.len() - word.trim_start_matches(|c| is_apostrophe(c) || is_hyphen(c) || is_invisible(c)).len());
        if trimmed.chars().any(char::is_alphabetic) {
            found.push(start..start + trimmed.len());
        }
    }
}

/// `example.org`, `e.g.`, `issue.toml`: a dot with a letter on either side.
fn has_inner_dot(chunk: &str) -> bool {
    let letter = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    let mut dots = chunk.match_indices('.');
    dots.any(|(at, _)| letter(chunk[..at].chars().next_back()) && letter(chunk[at + 1..].chars().next()))
}

/// The stretches of a range between signs of a kind, without empty ones.
fn split(text: &str, within: Range<usize>, ends: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = within.start;
    for (at, sign) in text[within.clone()].char_indices() {
        if ends(sign) {
            let at = within.start + at;
            if start < at {
                found.push(start..at);
            }
            start = at + sign.len_utf8();
        }
    }
    if start < within.end {
        found.push(start..within.end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = tokens(text).into_iter().map(|token| &text[token]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_stand_between_spaces_dashes_and_signs() {
        check("One, two—three… (four) “five”.", &["One", "two", "three", "four", "five"]);
        check("and/or 50% of km²", &["and", "or", "of", "km²"]);
        check("the cities’ lamps, ‘quoted’", &["the", "cities", "lamps", "quoted"]);
    }

    #[test]
    fn a_word_keeps_its_hyphens_apostrophes_and_hidden_signs() {
        check("state-of-the-art s-a oprit don’t n-a", &["state-of-the-art", "s-a", "oprit", "don’t", "n-a"]);
        check("co\u{ad}operate - minus", &["co\u{ad}operate", "minus"]);
    }

    #[test]
    fn addresses_tags_and_file_names_are_no_words() {
        check("see https://example.org/wrod?a=wrod,b now", &["see", "now"]);
        check("word—https://example.org/wrod", &["word"]);
        check("desk@example.org, www.exmple.org/wrod and example.org.", &["and"]);
        check("#BuildMyCity @wsco issue.toml snake_case e.g. this", &["this"]);
    }

    #[test]
    fn figures_are_no_words_and_a_word_with_one_is_a_token() {
        check("In 2026, 1,000 m² by B2B", &["In", "m²", "by", "B2B"]);
    }
}
