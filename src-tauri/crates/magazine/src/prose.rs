//! What a reader reads of an article or an edition, passage by passage, for whoever looks at its words and not at how
//! they are laid out: spelling, and the house style.
//!
//! Every word comes with the bytes it was written in. Code, addresses and comments are never among them; what somebody
//! else said stands in passages of its own kind, so that a rule about the house's words can leave it alone.

use std::ops::Range;

use crate::manuscript::{Block, BlockKind, Inline, InlineKind, Manuscript, TextSegment};

/// The words of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose<'m> {
    /// Path from the publication's folder, with `/`.
    pub file: &'m str,
    /// The whole file.
    pub text: &'m str,
    /// The language it is written in.
    pub language: &'m str,
    /// Words that are spelled right in this file, whatever a dictionary says.
    pub accepted_words: &'m [String],
    /// The fields of the front matter that are read, then the text, then its footnotes.
    pub passages: Vec<Passage<'m>>,
}

/// Words that are read in one go: a field, a paragraph, a heading, a cell, a caption, a text alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage<'m> {
    /// Its pieces in the order they are read.
    pub pieces: Vec<Piece<'m>>,
    /// Whether it is within a block quotation: somebody else's words, as they wrote them.
    pub quoted: bool,
}

/// A piece of a passage. Words may run over pieces: `un*believ*able` is three of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'m> {
    /// Words and the bytes they were written in: as many as the words have, or an escape or entity as a whole.
    Words(&'m str, Range<usize>),
    /// Words of which is only known within which bytes they were written, folded or quoted.
    Within(&'m str, Range<usize>),
    /// What is no words though it is read: code, an address, a place for a reader's name.
    NoWords,
    /// What parts words and is none: the end of a line, a footnote's mark, a picture.
    Gap,
}

/// The passages of some fields and of a manuscript; `text` is their whole file.
pub(crate) fn passages<'m>(text: &'m str, fields: &[&'m TextSegment], manuscript: &'m Manuscript) -> Vec<Passage<'m>> {
    let mut reader = Reader { text, quoted: false, passages: Vec::new() };
    for field in fields {
        reader.field(&field.text, &field.range);
    }
    reader.blocks(&manuscript.blocks);
    manuscript.footnotes.iter().for_each(|note| reader.blocks(&note.blocks));
    reader.passages
}

/// Puts [`Piece::NoWords`] where each reader's own copy has a name or a city: `{{ first_name | default: "reader" }}`.
pub(crate) fn around_personal_fields(mut passages: Vec<Passage<'_>>) -> Vec<Passage<'_>> {
    for passage in &mut passages {
        for piece in std::mem::take(&mut passage.pieces) {
            match piece {
                Piece::Words(words, range) if words.len() == range.len() => {
                    cut_at_fields(words, range.start, &mut passage.pieces);
                }
                whole => passage.pieces.push(whole),
            }
        }
    }
    passages
}

fn cut_at_fields<'m>(words: &'m str, start: usize, pieces: &mut Vec<Piece<'m>>) {
    let plain = |part: Range<usize>| {
        let written = start + part.start..start + part.end;
        (!part.is_empty()).then(|| Piece::Words(&words[part], written))
    };
    let mut done = 0;
    while let Some(open) = words[done..].find("{{").map(|at| done + at) {
        let Some(close) = words[open..].find("}}").map(|at| open + at + 2) else { break };
        pieces.extend(plain(done..open));
        pieces.push(Piece::NoWords);
        done = close;
    }
    pieces.extend(plain(done..words.len()));
}

struct Reader<'m> {
    text: &'m str,
    quoted: bool,
    passages: Vec<Passage<'m>>,
}

impl<'m> Reader<'m> {
    fn blocks(&mut self, blocks: &'m [Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &'m Block) {
        match &block.kind {
            BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => self.inlines(content),
            BlockKind::Only { body, .. } => self.blocks(body),
            BlockKind::Quote(body) => {
                let around = std::mem::replace(&mut self.quoted, true);
                self.blocks(body);
                self.quoted = around;
            }
            BlockKind::Callout { title, body, .. } => {
                self.inlines(title);
                self.blocks(body);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| self.blocks(&item.blocks)),
            BlockKind::Table(table) => {
                let cells = table.header.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| self.inlines(&cell.content));
            }
            BlockKind::Picture(placed) => {
                self.field(&placed.picture.alt, &block.range);
                if let Some(caption) = &placed.caption {
                    self.field(&caption.text, &caption.range);
                }
            }
            BlockKind::Chart(chart) => {
                [&chart.title, &chart.alt, &chart.source].into_iter().for_each(|words| self.field(words, &block.range));
            }
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::Teaser { .. } => {}
        }
    }

    fn inlines(&mut self, content: &'m [Inline]) {
        let mut pieces = Vec::new();
        self.collect(content, &mut pieces);
        self.passage(pieces);
    }

    fn collect(&mut self, content: &'m [Inline], pieces: &mut Vec<Piece<'m>>) {
        for inline in content {
            match &inline.kind {
                InlineKind::Text(words) => pieces.push(Piece::Words(words, inline.range.clone())),
                InlineKind::Link { .. } if self.is_address(inline) => pieces.push(Piece::NoWords),
                InlineKind::Emphasis(inner)
                | InlineKind::Strong(inner)
                | InlineKind::Strikethrough(inner)
                | InlineKind::Link { content: inner, .. } => self.collect(inner, pieces),
                InlineKind::Code(_) => pieces.push(Piece::NoWords),
                InlineKind::SoftBreak | InlineKind::LineBreak | InlineKind::Footnote(_) => pieces.push(Piece::Gap),
                InlineKind::Picture(picture) => {
                    pieces.push(Piece::Gap);
                    self.field(&picture.alt, &inline.range);
                }
            }
        }
    }

    /// `<https://example.org>` is an address and nothing else.
    fn is_address(&self, link: &Inline) -> bool {
        self.text.get(link.range.clone()).is_some_and(|written| written.starts_with('<'))
    }

    /// Words that were written somewhere within these bytes.
    fn field(&mut self, words: &'m str, within: &Range<usize>) {
        let is_plain = self.text.get(within.clone()) == Some(words);
        let piece = if is_plain { Piece::Words } else { Piece::Within };
        if !words.trim().is_empty() {
            self.passage(vec![piece(words, within.clone())]);
        }
    }

    fn passage(&mut self, pieces: Vec<Piece<'m>>) {
        if !pieces.is_empty() {
            self.passages.push(Passage { pieces, quoted: self.quoted });
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Article, Edition};

    /// A line a passage: words as they stand in the file, `~` before those that are somewhere within their bytes, `#`
    /// for what is no words, `_` for a gap, and `>` before a quotation.
    fn shown(prose: &Prose<'_>) -> String {
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Words(_, range) => format!("[{}]", &prose.text[range.clone()]),
            Piece::Within(words, _) => format!("~[{words}]"),
            Piece::NoWords => "#".to_owned(),
            Piece::Gap => "_".to_owned(),
        };
        let line = |passage: &Passage<'_>| {
            let pieces: String = passage.pieces.iter().map(piece).collect();
            format!("{}{pieces}\n", if passage.quoted { "> " } else { "" })
        };
        prose.passages.iter().map(line).collect()
    }

    fn check(body: &str, expected: Expect) {
        let text = format!("---\ntitle: A\n---\n{body}");
        let (article, _) = Article::read("a", "a.md", &text, "en");
        expected.assert_eq(shown(&article.prose(&text)).strip_prefix("[A]\n").unwrap());
    }

    #[test]
    fn running_text_comes_in_the_pieces_it_was_written_in() {
        check(
            "un*believ*able caf&eacute;\nand `code`[^1]\n\n[^1]: a note",
            expect![[r#"
            [un][believ][able caf][&eacute;]_[and ]#_
            [a note]
        "#]],
        );
    }

    #[test]
    fn an_address_is_no_words_and_the_words_of_a_link_are() {
        check(
            "see <https://example.org/a> and [this](https://example.org/b)",
            expect![[r#"
            [see ]#[ and ][this]
        "#]],
        );
    }

    #[test]
    fn what_somebody_else_said_is_told_apart_and_what_is_pulled_out_is_not() {
        check(
            "own\n\n> theirs\n>\n> - *theirs*\n\nown\n\n> [!pullquote]\n> own\n",
            expect![[r#"
            [own]
            > [theirs]
            > [theirs]
            [own]
            [own]
        "#]],
        );
    }

    #[test]
    fn pictures_tables_and_charts_have_their_words() {
        check(
            "![A tram](media/a.jpg \"At night\"){.full credit=\"B\"}\n\n| a | b |\n|---|---|\n| c | d |\n\n\
             in ![line](media/b.jpg) line\n\n```chart\ntype: bar\ntitle: Trams\nalt: More of them\n---\ncity,trams\nCluj,3\n```\n",
            expect![[r#"
                ~[A tram]
                [At night]
                [a]
                [b]
                [c]
                [d]
                ~[line]
                [in ]_[ line]
                ~[Trams]
                ~[More of them]
            "#]],
        );
    }

    #[test]
    fn fields_of_the_front_matter_stand_as_they_are_or_somewhere_within() {
        let text = "---\ntitle: \"The \\\"smart\\\" town\"\nstandfirst: plain\nsummary: >\n  over\n  lines\n---\n";
        let (article, _) = Article::read("a", "a.md", text, "en");
        expect![[r#"
            ~[The "smart" town]
            [plain]
            ~[over lines
            ]
        "#]]
        .assert_eq(&shown(&article.prose(text)));
    }

    #[test]
    fn an_edition_is_read_by_its_subject_its_preheader_and_its_text_without_what_is_each_readers_own() {
        let text = "---\nsubject: For {{ city }}\npreheader: Ours\n---\nDear {{ first_name | default: \"reader\" }}, hello\n\n\
                    [[audit]]\n\n{{ open\n";
        let (edition, _) = Edition::read(&"2026-q4/launch".parse().unwrap(), "launch.md", text, "en");
        expect![[r#"
            [For ]#
            [Ours]
            [Dear ]#[, hello]
            [{{ open]
        "#]]
        .assert_eq(&shown(&edition.prose(text)));
    }
}
