//! The painting operators of a content stream, from light to ink.
//!
//! Only what names a colour is rewritten; every other byte stays where it is, so that no line moves by a rounding.

use std::collections::BTreeSet;
use std::ops::Range;

use super::inks::{Cmyk, Inks, Paint};

/// What a named colour space counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Red, green and blue.
    Rgb,
    /// Grey.
    Grey,
    /// Something that is ink already, or a pattern.
    Other,
}

/// A stream in ink.
pub(super) struct Recoloured {
    pub(super) content: Vec<u8>,
    /// The inks of their own that it uses, each as the colour space [`spot_name`].
    pub(super) spots: BTreeSet<String>,
}

/// Rewrites a stream; `space` says what its resources call by a name. A stream that has no names for colour spaces
/// cannot use inks of their own.
pub(super) fn recoloured(content: &[u8], inks: &Inks, has_names: bool, space: impl Fn(&[u8]) -> Space) -> Recoloured {
    let mut writer = Writer {
        content,
        copied: 0,
        out: Vec::with_capacity(content.len() + content.len() / 8),
        spots: BTreeSet::new(),
        has_names,
        now: Spaces { fill: Space::Other, stroke: Space::Other },
        saved: Vec::new(),
    };
    let mut tokens = Tokens { content, at: 0 };
    let mut operands: Vec<Range<usize>> = Vec::new();
    while let Some(token) = tokens.next() {
        if !is_operator(&content[token.clone()]) {
            operands.push(token);
            continue;
        }
        if &content[token.clone()] == b"ID" {
            tokens.skip_inline_picture();
        }
        writer.operator(&operands, token, inks, &space);
        operands.clear();
    }
    writer.out.extend_from_slice(&content[writer.copied..]);
    Recoloured { content: writer.out, spots: writer.spots }
}

/// The name under which an ink of its own stands among a stream's colour spaces.
pub(super) fn spot_name(ink: &str) -> String {
    format!("Ink{}", &blake3::hash(ink.as_bytes()).to_hex()[..8])
}

#[derive(Clone, Copy)]
struct Spaces {
    fill: Space,
    stroke: Space,
}

struct Writer<'a> {
    content: &'a [u8],
    copied: usize,
    out: Vec<u8>,
    spots: BTreeSet<String>,
    has_names: bool,
    now: Spaces,
    saved: Vec<Spaces>,
}

impl Writer<'_> {
    fn operator(&mut self, operands: &[Range<usize>], at: Range<usize>, inks: &Inks, space: &impl Fn(&[u8]) -> Space) {
        let name = &self.content[at.clone()];
        let is_stroke = name.first().is_some_and(u8::is_ascii_uppercase);
        match name {
            b"q" => self.saved.push(self.now),
            b"Q" => self.now = self.saved.pop().unwrap_or(self.now),
            b"k" | b"K" => self.set(is_stroke, Space::Other),
            b"g" | b"G" => {
                self.set(is_stroke, Space::Other);
                self.grey(operands, at, is_stroke);
            }
            b"rg" | b"RG" => {
                self.set(is_stroke, Space::Other);
                self.paint(operands, at, is_stroke, inks);
            }
            b"cs" | b"CS" => self.choose(operands, at, is_stroke, space),
            b"sc" | b"SC" | b"scn" | b"SCN" => match if is_stroke { self.now.stroke } else { self.now.fill } {
                Space::Rgb => self.paint(operands, at, is_stroke, inks),
                Space::Grey => self.grey(operands, at, is_stroke),
                Space::Other => {}
            },
            _ => {}
        }
    }

    fn set(&mut self, is_stroke: bool, space: Space) {
        *(if is_stroke { &mut self.now.stroke } else { &mut self.now.fill }) = space;
    }

    /// A colour space that goes is replaced by the colour that it begins with, black, unless another follows at once.
    fn choose(
        &mut self,
        operands: &[Range<usize>],
        at: Range<usize>,
        is_stroke: bool,
        space: &impl Fn(&[u8]) -> Space,
    ) {
        let Some(name) = operands.last() else { return };
        let chosen = space(self.content[name.clone()].strip_prefix(b"/").unwrap_or_default());
        self.set(is_stroke, chosen);
        if chosen != Space::Other {
            let after = Tokens { content: self.content, at: at.end };
            let next = after.map(|token| &self.content[token]).find(|token| is_operator(token));
            let operator: &[u8] = match next {
                Some(b"sc" | b"scn") if !is_stroke => b"",
                Some(b"SC" | b"SCN") if is_stroke => b"",
                _ if is_stroke => b"0 0 0 1 K",
                _ => b"0 0 0 1 k",
            };
            self.replace(name.start..at.end, operator);
        }
    }

    fn paint(&mut self, operands: &[Range<usize>], at: Range<usize>, is_stroke: bool, inks: &Inks) {
        let Some([red, green, blue]) = self.last_numbers(operands) else { return };
        let start = operands[operands.len() - 3].start;
        match inks.paint([red, green, blue]) {
            Paint::Spot(ink, _) if self.has_names => {
                let (space, colour) = if is_stroke { ("CS", "SCN") } else { ("cs", "scn") };
                let name = spot_name(ink);
                self.replace(start..at.end, format!("/{name} {space} 1 {colour}").as_bytes());
                self.spots.insert(ink.to_owned());
            }
            Paint::Process(cmyk) | Paint::Spot(_, cmyk) => {
                self.replace(start..at.end, process(cmyk, is_stroke).as_bytes());
            }
        }
    }

    /// Grey is black ink by its name: as a light, some presses would mix it from all four.
    fn grey(&mut self, operands: &[Range<usize>], at: Range<usize>, is_stroke: bool) {
        let Some([grey]) = self.last_numbers(operands) else { return };
        let start = operands[operands.len() - 1].start;
        self.replace(start..at.end, process([0.0, 0.0, 0.0, 1.0 - grey], is_stroke).as_bytes());
    }

    fn last_numbers<const N: usize>(&self, operands: &[Range<usize>]) -> Option<[f64; N]> {
        let last = operands.get(operands.len().checked_sub(N)?..)?;
        let numbers: Option<Vec<f64>> =
            last.iter().map(|range| std::str::from_utf8(&self.content[range.clone()]).ok()?.parse().ok()).collect();
        numbers?.try_into().ok()
    }

    fn replace(&mut self, range: Range<usize>, with: &[u8]) {
        self.out.extend_from_slice(&self.content[self.copied..range.start]);
        if !with.is_empty() && self.out.last().is_some_and(|before| !before.is_ascii_whitespace()) {
            self.out.push(b' ');
        }
        self.out.extend_from_slice(with);
        self.copied = range.end;
    }
}

fn process(cmyk: Cmyk, is_stroke: bool) -> String {
    let [cyan, magenta, yellow, black] = cmyk.map(short);
    format!("{cyan} {magenta} {yellow} {black} {}", if is_stroke { "K" } else { "k" })
}

/// A hundredth of a per cent is finer than any plate.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn is_operator(token: &[u8]) -> bool {
    let letters = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'\'' | b'"' | b'0' | b'1');
    token.first().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'\'' | b'"'))
        && token.iter().all(letters)
        && !matches!(token, b"true" | b"false" | b"null")
}

/// The tokens of a content stream, by their place.
struct Tokens<'a> {
    content: &'a [u8],
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let start = self.at;
        match self.peek()? {
            b'(' => self.skip_text(),
            b'<' if self.content.get(start + 1) == Some(&b'<') => self.at += 2,
            b'>' if self.content.get(start + 1) == Some(&b'>') => self.at += 2,
            b'<' => self.skip_past(b'>'),
            b'[' | b']' | b'{' | b'}' | b'>' | b')' => self.at += 1,
            _ => {
                self.at += 1;
                while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
                    self.at += 1;
                }
            }
        }
        Some(start..self.at)
    }
}

impl Tokens<'_> {
    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn skip_past(&mut self, end: u8) {
        while self.peek().is_some_and(|byte| byte != end) {
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.content.len());
    }

    /// Brackets nest in a text unless a backslash stands before them.
    fn skip_text(&mut self) {
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at = (self.at + 1).min(self.content.len()),
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The bytes of an inline picture may look like anything; they end at an `EI` that stands by itself.
    fn skip_inline_picture(&mut self) {
        let is_apart = |at: usize| self.content.get(at).is_none_or(|byte| is_space(*byte));
        let ends = |at: &usize| self.content[*at..].starts_with(b"EI") && is_apart(at - 1) && is_apart(at + 2);
        self.at = (self.at + 1..self.content.len()).find(ends).unwrap_or(self.content.len());
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::print::inks::tests::{SPOT, inks};

    fn named(name: &[u8]) -> Space {
        match name {
            b"c0" => Space::Rgb,
            b"c1" => Space::Grey,
            _ => Space::Other,
        }
    }

    fn check(before: &str, after: &str) {
        let done = recoloured(before.as_bytes(), &inks(""), true, named);
        assert_eq!(String::from_utf8(done.content).unwrap(), after);
    }

    #[test]
    fn colours_of_light_become_inks_and_all_else_stays() {
        check("1 0 0 rg 0 0 5.50 2 re f", "0 1 1 0 k 0 0 5.50 2 re f");
        check("q 1 0 0 1 0 0 cm/c0 cs 0 0 1 scn 0 0 m", "q 1 0 0 1 0 0 cm 1 1 0 0 k 0 0 m");
        check("/c0 CS 0 1 0 SCN/c1 cs .5 scn", " 1 0 1 0 K 0 0 0 0.5 k");
        check("/c0 cs 0 0 m /c0 CS 0 0 l", "0 0 0 1 k 0 0 m 0 0 0 1 K 0 0 l");
        check("1 1 1 rg 0 0 0 RG", "0 0 0 0 k 0 0 0 1 K");
        check("0.25 g 1 G", "0 0 0 0.75 k 0 0 0 0 K");
    }

    #[test]
    fn what_is_in_ink_already_and_patterns_stay() {
        for stays in ["0 0 0 1 k", "/c2 cs 1 0 0 scn", "/Pattern cs /P0 scn", "/Im0 Do"] {
            check(stays, stays);
        }
    }

    #[test]
    fn a_space_holds_until_the_state_is_put_back() {
        check("/c2 cs q /c0 cs 1 0 0 scn Q 1 0 0 scn", "/c2 cs q  0 1 1 0 k Q 1 0 0 scn");
        check("/c0 cs q 0 g 1 sc Q 1 0 0 sc", "0 0 0 1 k q 0 0 0 1 k 1 sc Q 0 1 1 0 k");
    }

    #[test]
    fn words_comments_and_inline_pictures_are_no_operators() {
        for stays in [
            "(1 0 0 rg \\) \\( (nested)) Tj",
            "<00> Tj % 1 0 0 rg",
            "[(1 0 0 rg)-5] TJ",
            "BI /W 1 /H 1 /CS /RGB /BPC 8 ID 1 0 0 rg EIx EI Q",
            "/Span <</ActualText (1 0 0 rg)>> BDC",
        ] {
            check(stays, stays);
        }
    }

    #[test]
    fn an_ink_of_its_own_is_used_where_colour_spaces_have_names() {
        let inks = inks(SPOT);
        let done = recoloured(b"0.89411765 0.2627451 0.1764706 rg", &inks, true, named);
        assert_eq!(done.content, format!("/{} cs 1 scn", spot_name("HKS 10")).as_bytes());
        assert_eq!(done.spots, BTreeSet::from(["HKS 10".to_owned()]));
        let done = recoloured(b"0.89411765 0.2627451 0.1764706 rg", &inks, false, named);
        assert_eq!(done.content, b"0 0.7061 0.8026 0.1059 k");
    }
}
