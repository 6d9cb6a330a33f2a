//! Running text with the marks that plain mail has always used.

use super::{Line, Page};
use crate::content::{Picture, Run};
use crate::link::Target;
use crate::piece::{Escape, Piece, push_fixed, push_pieces};
use crate::words::say;

impl Page {
    /// Running text; a line end in it is one to be kept.
    pub(super) fn runs(&mut self, runs: &[Run]) -> Line {
        let mut line = Line::new();
        for run in runs {
            self.run(run, &mut line);
        }
        line
    }

    fn run(&mut self, run: &Run, line: &mut Line) {
        match run {
            Run::Text(text) | Run::Code(text) => push_fixed(line, text),
            Run::Field { field, fallback } => {
                line.push(Piece::Field { field: *field, fallback: fallback.clone(), escape: Escape::Plain });
            }
            Run::Emphasis(inner) => self.marked("_", inner, line),
            Run::Strong(inner) => self.marked("*", inner, line),
            Run::Strikethrough(inner) => self.marked("~", inner, line),
            Run::Link { target, content } => self.link(target, content, line),
            Run::Picture(picture) => push_fixed(line, &self.picture(picture)),
            Run::Note(number) => push_fixed(line, &format!("({number})")),
            Run::LineBreak => push_fixed(line, "\n"),
        }
    }

    fn marked(&mut self, mark: &str, inner: &[Run], line: &mut Line) {
        push_fixed(line, mark);
        let inner = self.runs(inner);
        push_pieces(line, inner);
        push_fixed(line, mark);
    }

    fn link(&mut self, target: &Target, content: &[Run], line: &mut Line) {
        let content = self.runs(content);
        let says_it = target.is_said_by(&content);
        push_pieces(line, content);
        if !says_it {
            push_fixed(line, &format!(" [{}]", self.number(target)));
        }
    }

    /// The number of an address in the list at the end.
    pub(super) fn number(&mut self, target: &Target) -> usize {
        let known = self.links.iter().position(|known| known == target);
        1 + known.unwrap_or_else(|| {
            self.links.push(target.clone());
            self.links.len() - 1
        })
    }

    /// What a picture shows; nothing for decoration.
    pub(super) fn picture(&self, picture: &Picture) -> String {
        if picture.alt.is_empty() { String::new() } else { format!("[{}]", say(self.words.picture, &picture.alt)) }
    }
}
