//! The words of a prose, each where it was written.

use std::ops::Range;

use magazine::{Passage, Piece, Prose};

use crate::pieces::Run;
use crate::tokens::{self, NO_TEXT};

/// A word and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it reads; words that hyphens join are one.
    pub text: String,
    /// Bytes of the file.
    pub range: Range<usize>,
    /// Each part between hyphens; the word itself where it has none.
    pub parts: Vec<(String, Range<usize>)>,
}

/// The words of an article or an edition in the order of the file. Not among them are figures and addresses.
#[must_use]
pub fn words(prose: &Prose<'_>) -> Vec<Word> {
    let mut reader = Reader { text: prose.text, found: Vec::new() };
    for passage in &prose.passages {
        reader.passage(passage);
    }
    let mut found = reader.found;
    found.sort_by_key(|word| word.range.start);
    found
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<Word>,
}

impl Reader<'_> {
    fn passage(&mut self, passage: &Passage<'_>) {
        let mut run = Run::default();
        for piece in &passage.pieces {
            match piece {
                Piece::Words(words, range) => run.push(words, range.clone()),
                Piece::Within(words, range) => self.found_in(words, range),
                Piece::NoWords => run.part(NO_TEXT),
                Piece::Gap => run.part(' '),
            }
        }
        self.take(&run);
    }

    /// Words of which is only known within which bytes they were written.
    fn found_in(&mut self, words: &str, within: &Range<usize>) {
        let Some(written) = self.text.get(within.clone()) else { return };
        match written.find(words) {
            Some(at) => self.plain(words, within.start + at),
            None => self.one_by_one(words, within),
        }
    }

    /// Each word where it is written next; one that is written otherwise than it reads is left out, because a mark
    /// in a wrong place is worse than none.
    fn one_by_one(&mut self, words: &str, within: &Range<usize>) {
        let mut from = within.start;
        for token in tokens::tokens(words) {
            let word = &words[token];
            let Some(rest) = self.text.get(from..within.end) else { return };
            let Some(at) = rest.find(word) else { continue };
            self.plain(word, from + at);
            from += at + word.len();
        }
    }

    /// Words that stand in the file letter for letter.
    fn plain(&mut self, words: &str, start: usize) {
        let mut run = Run::default();
        run.push(words, start..start + words.len());
        self.take(&run);
    }

    fn take(&mut self, run: &Run) {
        let text = run.text();
        for token in tokens::tokens(text) {
            let Some(range) = run.written(&token) else { continue };
            let parts = tokens::parts(text, token.clone()).into_iter();
            let parts = parts.filter_map(|part| Some((text[part.clone()].to_owned(), run.written(&part)?))).collect();
            self.found.push(Word { text: text[token].to_owned(), range, parts });
        }
    }
}

#[cfg(test)]
mod tests {
    use magazine::{Article, Edition};

    use super::*;

    fn check(body: &str, expected: &[&str]) {
        let text = format!("---\ntitle: x\n---\n{body}");
        let (article, _) = Article::read("a", "a.md", &text, "en");
        let found: Vec<String> =
            words(&article.prose(&text)).into_iter().skip(1).map(|word| text[word.range].to_owned()).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn a_word_is_marked_where_it_was_written() {
        check("Țară *nouă* și **veche**.", &["Țară", "nouă", "și", "veche"]);
        check("> quoted\n> twice\n", &["quoted", "twice"]);
        check("- one\n- [x] two\n", &["one", "two"]);
        check("| a head | b |\n| --- | --- |\n| cell | x |\n", &["a", "head", "b", "cell", "x"]);
    }

    #[test]
    fn a_word_that_marks_run_through_is_one_word() {
        check("un*believ*able", &["un*believ*able"]);
        check("caf&eacute; now", &["caf&eacute;", "now"]);
        check("a line\nand the next", &["a", "line", "and", "the", "next"]);
    }

    #[test]
    fn code_addresses_comments_and_names_of_marks_are_no_words() {
        check("a `wrod` b", &["a", "b"]);
        check("the `wrod`s", &["the"]);
        check("```rust\nlet wrod = 1;\n```\n", &[]);
        check("<https://example.org/wrod> [words](https://example.org/wrod \"x\")", &["words"]);
        check("<!-- wrod -->\n\nafter", &["after"]);
        check("> [!pullquote]\n> said\n", &["said"]);
        check("## A heading {#wrod}\n", &["A", "heading"]);
        check("a note[^wrod]\n\n[^wrod]: its words\n", &["a", "note", "its", "words"]);
    }

    #[test]
    fn pictures_are_read_by_their_caption_and_their_alternative() {
        check(
            "![A tram](media/wrod.jpg \"Line \\\"one\\\" at night\"){.full credit=\"Wrod\"}\n",
            &["A", "tram", "Line", "one", "at", "night"],
        );
    }

    #[test]
    fn the_words_of_the_front_matter_are_read_however_they_are_quoted() {
        let text =
            "---\ntitle: \"The \\\"smart\\\" town\"\nstandfirst: >\n  folded over\n  two lines\nauthors: [Wrod]\n---\n";
        let (article, _) = Article::read("a", "a.md", text, "en");
        let found: Vec<&str> = words(&article.prose(text)).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(found, ["The", "smart", "town", "folded", "over", "two", "lines"]);
    }

    #[test]
    fn what_is_each_readers_own_in_an_edition_is_no_word() {
        let text = "---\nsubject: For {{ name }}\n---\nDear {{ first_name | default: \"wrod\" }}, hello\n\n[[wrod]]\n";
        let (edition, _) = Edition::read(&"2026-q4/launch".parse().unwrap(), "launch.md", text, "en");
        let found: Vec<&str> = words(&edition.prose(text)).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(found, ["For", "Dear", "hello"]);
    }
}
