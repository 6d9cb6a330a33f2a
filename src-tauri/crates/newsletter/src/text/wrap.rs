//! Lines of bounded width.
//!
//! Widths count characters. A field is as wide as its fallback, or as a middling name: the mail is wrapped once for
//! everybody, and a line may come out longer by a long name.

use crate::piece::{Piece, push_fixed, push_pieces};

/// The width of a line.
pub(super) const WIDTH: usize = 72;
const MIDDLING_NAME: usize = 10;

/// Pieces without a line end.
pub(super) type Line = Vec<Piece>;

/// A line that is the same for everybody.
pub(super) fn fixed(text: &str) -> Line {
    let mut line = Line::new();
    push_fixed(&mut line, text);
    line
}

/// The characters of a line.
pub(super) fn width(line: &[Piece]) -> usize {
    let piece = |piece: &Piece| match piece {
        Piece::Fixed(text) => text.chars().count(),
        Piece::Field { fallback, .. } => fallback.as_ref().map_or(MIDDLING_NAME, |text| text.chars().count()),
    };
    line.iter().map(piece).sum()
}

/// Breaks running text at its spaces; a line end in it stays. A word wider than the line stands alone and whole.
pub(super) fn wrap(text: &[Piece], limit: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for passage in passages(text) {
        let mut line = Line::new();
        for word in words(&passage) {
            if !line.is_empty() && width(&line) + 1 + width(&word) > limit {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                push_fixed(&mut line, " ");
            }
            push_pieces(&mut line, word);
        }
        lines.push(line);
    }
    lines
}

/// The text between its line ends.
fn passages(text: &[Piece]) -> Vec<Line> {
    split(text, |letter| letter == '\n')
}

/// The words; what has no space between it is one, whatever pieces it is made of.
fn words(text: &[Piece]) -> Vec<Line> {
    // A no-break space is a space to Unicode and none to us.
    let mut words = split(text, |letter| letter.is_whitespace() && letter != '\u{a0}' && letter != '\u{202f}');
    words.retain(|word| !word.is_empty());
    words
}

fn split(text: &[Piece], separates: impl Fn(char) -> bool) -> Vec<Line> {
    let mut stretches = vec![Line::new()];
    for piece in text {
        let Piece::Fixed(words) = piece else {
            last(&mut stretches).push(piece.clone());
            continue;
        };
        for (index, word) in words.split(&separates).enumerate() {
            if index > 0 {
                stretches.push(Line::new());
            }
            push_fixed(last(&mut stretches), word);
        }
    }
    stretches
}

fn last(stretches: &mut [Line]) -> &mut Line {
    stretches.last_mut().expect("there is a first stretch from the start")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::{Escape, PersonField};

    fn shown(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| crate::fill(line, |_| "Ana".to_owned())).collect()
    }

    #[test]
    fn text_is_broken_at_spaces_and_long_words_stay_whole() {
        let lines = wrap(&fixed("one two three\nhttps://example.org/a/b"), 9);
        assert_eq!(shown(&lines), ["one two", "three", "https://example.org/a/b"]);
    }

    #[test]
    fn a_field_sticks_to_the_comma_behind_it() {
        let name =
            Piece::Field { field: PersonField::Name, fallback: Some("reader".to_owned()), escape: Escape::Plain };
        let text = [Piece::Fixed("Hello dear ".to_owned()), name, Piece::Fixed(", it is winter".to_owned())];
        assert_eq!(shown(&wrap(&text, 12)), ["Hello dear", "Ana, it", "is winter"]);
    }
}
