//! The text of one generated file while it is written, with its side map.

use std::collections::BTreeSet;
use std::ops::Range;

use magazine::{Code, Finding, Footnote, Place, TextSegment};

use super::escape::{self, Letter};
use super::syllables::Division;
use super::{Generated, Setting, UsedPicture};
use crate::side_map::SideMap;

/// Blocks and marks inside each other. A template wraps each in several of its own, and Typst gives a page up at a fixed
/// depth of those: lists inside lists are the first to get there, at 15. What is deeper is set as plain words.
pub(super) const DEEPEST: usize = 12;

/// Writes calls, words and values, and remembers where each was written by an editor.
pub(super) struct Writer<'a> {
    pub(super) setting: &'a Setting<'a>,
    /// The footnotes of the manuscript that is being written.
    pub(super) footnotes: &'a [Footnote],
    /// Those that stand in the text already.
    pub(super) footnotes_written: BTreeSet<usize>,
    /// How deep the block or mark being written is nested.
    pub(super) depth: usize,
    /// How the words of running text may be divided, where Typst does not know.
    pub(super) division: Option<Division>,
    /// Whether each word is to be a node of its own.
    pub(super) apart: bool,
    text: String,
    map: SideMap,
    file: usize,
    file_name: String,
    calls: usize,
    pictures: Vec<UsedPicture>,
    findings: Vec<Finding>,
}

impl<'a> Writer<'a> {
    /// A file that uses the vocabulary and stands for words of `file`.
    pub(super) fn new(setting: &'a Setting<'a>, file: &str) -> Self {
        let mut writer = Self {
            setting,
            footnotes: &[],
            footnotes_written: BTreeSet::new(),
            depth: 0,
            division: None,
            apart: false,
            text: super::FIRST_LINE.to_owned(),
            map: SideMap::default(),
            file: 0,
            file_name: String::new(),
            calls: 0,
            pictures: Vec::new(),
            findings: Vec::new(),
        };
        writer.written_in(file);
        writer
    }

    /// What follows was written in another file.
    pub(super) fn written_in(&mut self, file: &str) {
        self.file = self.map.file(file);
        file.clone_into(&mut self.file_name);
    }

    /// The file, once it is written.
    pub(super) fn finish(self) -> Generated {
        Generated {
            text: self.text,
            map: self.map,
            calls: self.calls,
            pictures: self.pictures,
            findings: self.findings,
        }
    }

    /// Code of the generator's own: never a word of a manuscript.
    pub(super) fn code(&mut self, code: &str) {
        self.text.push_str(code);
    }

    /// The opening of a call: `#name`.
    pub(super) fn call(&mut self, name: &str) {
        self.calls += 1;
        self.text.push('#');
        self.text.push_str(name);
    }

    /// Where the next byte will stand.
    pub(super) fn here(&self) -> usize {
        self.text.len()
    }

    /// A string literal.
    pub(super) fn string(&mut self, text: &str) {
        self.text.push_str(&escape::line(text));
    }

    /// `[words]` of a segment, or `none` where there are none.
    pub(super) fn segment(&mut self, segment: &TextSegment) {
        if segment.text.trim().is_empty() {
            return self.code("none");
        }
        self.code("[");
        self.words(&segment.text, &segment.range);
        self.code("]");
    }

    /// `[words]` that were written somewhere in these bytes, or `none`.
    pub(super) fn words_within(&mut self, text: &str, written: &Range<usize>) {
        if text.trim().is_empty() {
            return self.code("none");
        }
        self.code("[");
        let start = self.here();
        text.chars().for_each(|character| self.letter(character));
        self.map.text(self.file, start..self.text.len(), written.clone());
        self.code("]");
    }

    /// Words and where they were written. A soft hyphen stands for nothing that was written: a click on it leads to
    /// the letter after it.
    pub(super) fn words(&mut self, words: &str, written: &Range<usize>) {
        let places = self.division.map(|division| division.places(words)).unwrap_or_default();
        let mut places = places.into_iter().peekable();
        let whole = self.here();
        let is_exact = words.len() == written.len();
        for (index, character) in words.char_indices() {
            let from = written.start + index;
            if places.next_if_eq(&index).is_some() {
                self.soft_hyphen(is_exact.then_some(from));
            }
            let start = self.here();
            self.letter(character);
            if is_exact {
                self.map.text(self.file, start..self.text.len(), from..from + character.len_utf8());
            }
        }
        if !is_exact {
            self.map.text(self.file, whole..self.text.len(), written.clone());
        }
    }

    fn soft_hyphen(&mut self, before: Option<usize>) {
        let start = self.here();
        self.text.push('\u{AD}');
        if let Some(before) = before {
            self.map.text(self.file, start..self.text.len(), before..before);
        }
    }

    /// Writes something whose words stay whole: what is not running text.
    pub(super) fn undivided(&mut self, write: impl FnOnce(&mut Self)) {
        let division = self.division.take();
        write(self);
        self.division = division;
    }

    fn letter(&mut self, character: char) {
        match escape::letter(character) {
            Letter::Plain | Letter::Replaced(' ') if self.apart && character.is_ascii_whitespace() => {
                self.text.push_str("  ");
            }
            Letter::Plain => self.text.push(character),
            Letter::Escaped => self.text.extend(['\\', character]),
            Letter::Replaced(other) => self.text.push(other),
        }
    }

    /// Words that keep their spaces and line ends, as code does.
    pub(super) fn verbatim(&mut self, text: &str, written: &Range<usize>) {
        let is_exact = text.len() == written.len();
        let start = self.here();
        for (index, character) in text.char_indices() {
            let mut from = self.here();
            match character {
                '\n' => self.call("linebreak();"),
                '\t' => from = self.blank("    "),
                ' ' if is_collapsed(text, index) => from = self.blank(" "),
                _ => self.letter(character),
            }
            if is_exact {
                let at = written.start + index;
                let to = if character.is_whitespace() { from + 1 } else { self.here() };
                self.map.text(self.file, from..to, at..at + character.len_utf8());
            }
        }
        if !is_exact {
            self.map.text(self.file, start..self.here(), written.clone());
        }
    }

    /// Spaces as a string, which keeps them; where they stand.
    fn blank(&mut self, spaces: &str) -> usize {
        self.code("#\"");
        let at = self.here();
        self.code(spaces);
        self.code("\";");
        at
    }

    /// Words that begin with a letter the template may set large: it stands in brackets of its own, so that the
    /// template can take it without cutting a node, which would lose the places of the letters after it.
    pub(super) fn words_with_initial(&mut self, words: &str, written: &Range<usize>) {
        let Some(initial) = initial(words).filter(|_| words.len() == written.len()) else {
            return self.words(words, written);
        };
        let at = |index: usize| written.start + index;
        self.words(&words[..initial.start], &(at(0)..at(initial.start)));
        self.code("#[");
        self.words(&words[initial.clone()], &(at(initial.start)..at(initial.end)));
        self.code("];");
        self.words(&words[initial.end..], &(at(initial.end)..written.end));
    }

    /// What was written since `start` stands for these bytes as a whole.
    pub(super) fn block_since(&mut self, start: usize, written: &Range<usize>) {
        self.map.block(self.file, start..self.text.len(), written.clone());
    }

    /// The file as a whole stands for these bytes.
    pub(super) fn stands_for(&mut self, written: &Range<usize>) {
        self.map.stands_for(self.file, written.clone());
    }

    /// The path of a picture as a string literal, remembered as used.
    pub(super) fn picture_file(&mut self, file: &str, named_in: Place) {
        let path = self.setting.media.path(file);
        self.pictures.push(UsedPicture { file: file.to_owned(), at: self.text.len(), named_in });
        self.string(&path);
    }

    /// Something could not be written as it was meant.
    pub(super) fn complain(&mut self, code: Code, message: &str, written: &Range<usize>) {
        let place = self.place(written);
        self.findings.push(Finding::warning(code, message).at(place));
    }

    /// Bytes of the file that is being written. Whoever has its text can tell their line.
    pub(super) fn place(&self, written: &Range<usize>) -> Place {
        Place { range: Some(written.clone()), ..self.whole_file() }
    }

    /// The file that is being written.
    pub(super) fn whole_file(&self) -> Place {
        Place::file(self.file_name.clone())
    }
}

/// Whether Typst would read a space with its neighbours as one, or as none at the end of a line.
fn is_collapsed(text: &str, index: usize) -> bool {
    let is_blank = |character: Option<char>| character.is_none_or(char::is_whitespace);
    is_blank(text[..index].chars().next_back()) || is_blank(text[index + 1..].chars().next())
}

/// The first letter of words with its marks and the quotation mark before it. A straight one is left out: Typst makes
/// it a node by itself.
fn initial(words: &str) -> Option<Range<usize>> {
    let start = usize::from(words.starts_with(['"', '\'']));
    let rest = words[start..].trim_start_matches(['\u{201c}', '\u{201e}', '\u{ab}', '\u{2018}', '\u{201a}']);
    let letter = rest.chars().next().filter(|letter| letter.is_alphanumeric())?;
    let is_mark = |character: char| matches!(character, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}');
    let after = &rest[letter.len_utf8()..];
    let marks = after.find(|character| !is_mark(character)).unwrap_or(after.len());
    let end = words.len() - rest.len() + letter.len_utf8() + marks;
    Some(start..end)
}
