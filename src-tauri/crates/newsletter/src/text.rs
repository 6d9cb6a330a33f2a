//! The text part: the same content for people and programs that show no HTML.
//!
//! Lines of 72 characters, headings underlined, links numbered with their addresses at the end.

mod block;
mod inline;
mod table;
mod wrap;

use crate::content::Content;
use crate::link::Target;
use crate::piece::{Piece, push_fixed, push_pieces};
use crate::words::Words;

use wrap::{Line, WIDTH, fixed, wrap};

/// What stands around the body.
pub(crate) struct Around {
    /// The publication's name and the issue line.
    pub(crate) head: [String; 2],
    /// The issue on the web and its PDF, each with its words.
    pub(crate) links: Vec<(&'static str, Target)>,
    /// Paragraphs of the foot: the publisher and the address, the reason.
    pub(crate) foot: Vec<Vec<String>>,
    /// A line that stands where there is no link: the PDF is attached.
    pub(crate) attached: Option<&'static str>,
}

/// Writes the text part.
pub(crate) fn part(content: &Content, around: &Around, words: &'static Words) -> Vec<Piece> {
    let mut page = Page { words, links: Vec::new() };
    let mut paragraphs = vec![page.head(around)];
    paragraphs.push(page.blocks(&content.blocks, WIDTH));
    paragraphs.extend(page.notes(&content.notes));
    paragraphs.extend(page.ways(around));
    paragraphs.extend(page.link_list());
    paragraphs.push(page.foot(around));
    joined(paragraphs)
}

/// A text part being written.
struct Page {
    words: &'static Words,
    /// The addresses, in the order of their numbers.
    links: Vec<Target>,
}

impl Page {
    fn head(&self, around: &Around) -> Vec<Line> {
        let longest = around.head.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        let mut head: Vec<Line> = around.head.iter().map(|line| fixed(line)).collect();
        head.push(fixed(&"=".repeat(longest.min(WIDTH))));
        head
    }

    /// The links of the mail itself, with their addresses, so that nobody has to look them up.
    fn ways(&self, around: &Around) -> Vec<Vec<Line>> {
        let mut ways: Vec<Vec<Line>> = around.attached.iter().map(|words| wrap(&fixed(words), WIDTH)).collect();
        for (words, target) in &around.links {
            ways.push(vec![fixed(&format!("{words}:")), target.text()]);
        }
        ways
    }

    fn link_list(&self) -> Option<Vec<Line>> {
        if self.links.is_empty() {
            return None;
        }
        let mut list = self.underlined(&fixed(self.words.links), '-');
        for (index, target) in self.links.iter().enumerate() {
            let mut line = fixed(&format!("[{}] ", index + 1));
            push_pieces(&mut line, target.text());
            list.push(line);
        }
        Some(list)
    }

    fn foot(&self, around: &Around) -> Vec<Line> {
        // Mail programs fold away what follows this line (RFC 3676 4.3); its space belongs to it.
        let mut foot = vec![fixed("-- ")];
        for paragraph in &around.foot {
            foot.extend(paragraph.iter().flat_map(|line| wrap(&fixed(line), WIDTH)));
            foot.push(Line::new());
        }
        let mut unsubscribe = fixed(&format!("{}: ", self.words.unsubscribe));
        push_pieces(&mut unsubscribe, Target::unsubscribe().text());
        foot.push(unsubscribe);
        let mut preferences = fixed(&format!("{}: ", self.words.preferences));
        push_pieces(&mut preferences, Target::preferences().text());
        foot.push(preferences);
        foot
    }

    /// A heading.
    fn underlined(&self, line: &Line, stroke: char) -> Vec<Line> {
        let mut lines = wrap(line, WIDTH);
        let longest = lines.iter().map(|line| wrap::width(line)).max().unwrap_or_default();
        lines.push(fixed(&stroke.to_string().repeat(longest.min(WIDTH))));
        lines
    }
}

/// Paragraphs with an empty line between them, as one text.
fn joined(paragraphs: Vec<Vec<Line>>) -> Vec<Piece> {
    let mut text = Vec::new();
    for paragraph in paragraphs.into_iter().filter(|lines| !lines.is_empty()) {
        if !text.is_empty() {
            push_fixed(&mut text, "\n");
        }
        for line in paragraph {
            push_pieces(&mut text, line);
            push_fixed(&mut text, "\n");
        }
    }
    text
}
