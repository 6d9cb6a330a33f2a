//! Words and strings as Typst writes them.
//!
//! In words every ASCII punctuation mark that could begin markup stands behind a backslash; `"` and `'` stay bare so
//! that Typst's smart quotes follow the language. What holds code, addresses and labels is a string literal.

/// How one character of words is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letter {
    /// As it stands.
    Plain,
    /// Behind a backslash.
    Escaped,
    /// As this character.
    Replaced(char),
}

/// How a character is written among words.
pub(super) fn letter(character: char) -> Letter {
    match character {
        '\n' | '\t' | '\r' => Letter::Replaced(' '),
        // Typst takes these for line ends, after which a line could begin with markup.
        '\u{85}' | '\u{2028}' | '\u{2029}' => Letter::Replaced('\u{FFFD}'),
        _ if character.is_control() => Letter::Replaced('\u{FFFD}'),
        ',' | ';' | '!' | '?' | '(' | ')' | '%' | '&' | '"' | '\'' => Letter::Plain,
        _ if character.is_ascii_punctuation() => Letter::Escaped,
        _ => Letter::Plain,
    }
}

/// A string literal with its quotes. Line ends and tabs are kept, other control characters removed.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\u{2028}' | '\u{2029}' => literal.push(' '),
            _ if character.is_control() => {}
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// A string literal on one line: line ends and tabs are spaces.
pub(super) fn line(text: &str) -> String {
    string(&text.replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_cannot_be_left() {
        assert_eq!(string("a\"b\\c\n\u{7}d"), r#""a\"b\\c\nd""#);
        assert_eq!(line("two\nlines"), "\"two lines\"");
    }

    #[test]
    fn marks_are_escaped_and_quotes_are_not() {
        let escaped: String = (' '..='~').filter(|&c| letter(c) == Letter::Escaped).collect();
        assert_eq!(escaped, "#$*+-./:<=>@[\\]^_`{|}~");
        assert_eq!(letter('\u{2028}'), Letter::Replaced('\u{FFFD}'));
    }
}
