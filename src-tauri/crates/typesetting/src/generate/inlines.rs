//! Running text: words, marks, links, footnotes.

use magazine::{Code, Inline, InlineKind, plain_inlines};

use super::writer::{DEEPEST, Writer};

/// Longer addresses are no addresses; Typst itself refuses them from 8,000 bytes on.
const LONGEST_ADDRESS: usize = 2_000;
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

impl Writer<'_> {
    /// Running text, without brackets.
    pub(super) fn inlines(&mut self, content: &[Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    /// `[running text]`
    pub(super) fn bracketed(&mut self, content: &[Inline]) {
        self.code("[");
        self.inlines(content);
        self.code("]");
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(words) => self.words(words, &inline.range),
            InlineKind::Emphasis(content) => self.mark("stress", content, inline),
            InlineKind::Strong(content) => self.mark("strong", content, inline),
            InlineKind::Strikethrough(content) => self.mark("struck", content, inline),
            InlineKind::Code(text) => {
                let start = self.here();
                self.call("code[");
                self.verbatim(text, &inline.range);
                self.code("];");
                self.block_since(start, &inline.range);
            }
            InlineKind::Link { target, content } => self.link(target, content, inline),
            InlineKind::Picture(picture) => {
                let start = self.here();
                self.call("inlinepicture(file: ");
                self.picture_file(&picture.file, self.place(&inline.range));
                self.code(", alt: ");
                self.string(&picture.alt);
                self.code(");");
                self.block_since(start, &inline.range);
            }
            InlineKind::Footnote(index) => {
                let start = self.here();
                self.footnote(*index);
                self.block_since(start, &inline.range);
            }
            InlineKind::SoftBreak => self.words(" ", &(inline.range.start..inline.range.start + 1)),
            InlineKind::LineBreak => {
                self.call("linebreak();");
            }
        }
    }

    fn mark(&mut self, name: &str, content: &[Inline], inline: &Inline) {
        if self.depth >= DEEPEST {
            self.complain(Code::TooDeep, "marks are nested too deep to be set", &inline.range);
            return self.words(&plain_inlines(content), &inline.range);
        }
        self.depth += 1;
        self.call(name);
        self.bracketed(content);
        self.code(";");
        self.depth -= 1;
    }

    /// An address that a page cannot lead to leaves its words; the manuscript's own preflight names it.
    fn link(&mut self, target: &str, content: &[Inline], inline: &Inline) {
        let known = SCHEMES.iter().any(|scheme| has_scheme(target, scheme));
        if !known || target.len() > LONGEST_ADDRESS || self.depth >= DEEPEST {
            return self.inlines(content);
        }
        self.depth += 1;
        let start = self.here();
        self.call("weblink(");
        self.string(target);
        self.code(")");
        self.bracketed(content);
        self.code(";");
        self.block_since(start, &inline.range);
        self.depth -= 1;
    }

    fn footnote(&mut self, index: usize) {
        let Some(note) = self.footnotes.get(index) else { return };
        if !self.footnotes_written.insert(index) {
            self.call("footnoteagain(");
            self.code(&(index + 1).to_string());
            return self.code(");");
        }
        if self.depth >= DEEPEST {
            return self.complain(Code::TooDeep, "footnotes are nested too deep to be set", &note.range);
        }
        self.depth += 1;
        self.call("footnote[");
        self.undivided(|it| it.bare_body(&note.blocks));
        self.code("];");
        self.depth -= 1;
    }
}

fn has_scheme(target: &str, scheme: &str) -> bool {
    target.len() > scheme.len() && target.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}
