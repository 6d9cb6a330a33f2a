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

    /// A string literal that keeps its line ends.
    pub(super) fn lines(&mut self, text: &str) {
        self.text.push_str(&escape::string(text));
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

    /// `[words]` that have no place of their own, or `none`.
    pub(super) fn unplaced(&mut self, text: &str) {
        if text.trim().is_empty() {
            return self.code("none");
        }
        self.code("[");
        for character in text.chars() {
            self.letter(character);
        }
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
            Letter::Plain => self.text.push(character),
            Letter::Escaped => self.text.extend(['\\', character]),
            Letter::Replaced(other) => self.text.push(other),
        }
    }

    /// What was written since `start` stands for these bytes as a whole.
    pub(super) fn block_since(&mut self, start: usize, written: &Range<usize>) {
        self.map.block(self.file, start..self.text.len(), written.clone());
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
