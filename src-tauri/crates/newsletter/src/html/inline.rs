//! Running text.

use super::Page;
use crate::content::{Picture, Run};
use crate::link::Target;

impl Page<'_> {
    pub(super) fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            self.run(run);
        }
    }

    fn run(&mut self, run: &Run) {
        match run {
            Run::Text(text) => self.out.text(text),
            Run::Field { field, fallback } => self.out.field(*field, fallback.clone()),
            Run::Emphasis(inner) => self.marked("em", inner),
            Run::Strong(inner) => self.marked("strong", inner),
            Run::Strikethrough(inner) => self.marked("s", inner),
            Run::Code(code) => self.code(code),
            Run::Link { target, content } => self.link(target, content),
            Run::Picture(picture) => self.picture_in_line(picture),
            Run::Note(number) => self.note_mark(*number),
            Run::LineBreak => self.out.void("br", &[]),
        }
    }

    fn marked(&mut self, tag: &'static str, inner: &[Run]) {
        self.out.open(tag, &[]);
        self.runs(inner);
        self.out.close(tag);
    }

    fn code(&mut self, code: &str) {
        self.out.open("code", &[("class", "m-box"), ("style", &self.styles.code)]);
        self.out.text(code);
        self.out.close("code");
    }

    fn link(&mut self, target: &Target, content: &[Run]) {
        self.out.open_link(target, &[("class", "m-link"), ("style", &self.styles.link)]);
        self.runs(content);
        self.out.close("a");
    }

    fn note_mark(&mut self, number: usize) {
        self.out.open("sup", &[("style", "font-size:0.7em;line-height:0")]);
        self.out.text(&number.to_string());
        self.out.close("sup");
    }

    fn picture_in_line(&mut self, picture: &Picture) {
        let Some(source) = &picture.source else { return self.out.text(&picture.alt) };
        let width = picture.width.to_string();
        let style = "display:inline-block;max-width:100%;height:auto;vertical-align:middle;border:0";
        let attributes = [("src", source.as_str()), ("alt", &picture.alt), ("width", &width), ("style", style)];
        self.out.void("img", &attributes);
    }
}
