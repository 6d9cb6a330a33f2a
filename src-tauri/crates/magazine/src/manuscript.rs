//! The manuscript: the one tree that every output is made from.
//!
//! Each node carries the range of bytes it was written in, counted from the start of the file (front matter
//! included), so that a place on a page or in a mail can be followed back to the letter an editor typed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::chart::Chart;

/// The body of an article or edition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manuscript {
    /// The blocks, in the order they were written.
    pub blocks: Vec<Block>,
    /// The footnotes that are referred to, in the order of their first reference.
    pub footnotes: Vec<Footnote>,
}

/// A block and where it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading; level 2 is an article's first.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The id of `{#id}`, or one made from the text; unique in the manuscript.
        id: String,
        /// The words.
        content: Vec<Inline>,
    },
    /// A plain block quotation.
    Quote(Vec<Block>),
    /// A pull quote, sidebar, fact box or note.
    Callout {
        /// Which of them.
        callout: Callout,
        /// The words after the mark, often none.
        title: Vec<Inline>,
        /// The rest.
        body: Vec<Block>,
    },
    /// A bullet, numbered or task list.
    List {
        /// The first number of a numbered list.
        start: Option<u64>,
        /// The entries.
        items: Vec<ListItem>,
    },
    /// A code block, printed as it stands.
    Code {
        /// The word after the fence.
        language: Option<String>,
        /// The text, without its last line break.
        text: String,
        /// Its bytes, as many as the text has where it stands there letter for letter; else those of the block.
        written: Range<usize>,
    },
    /// A table.
    Table(Table),
    /// A picture alone in its paragraph, with caption, credit and width.
    Picture(PlacedPicture),
    /// A chart drawn from its rows.
    Chart(Chart),
    /// A break between two passages.
    Rule,
    /// Blocks for one output only.
    Only {
        /// The output.
        output: Output,
        /// The blocks.
        body: Vec<Block>,
    },
    /// `[[article-slug]]` alone in a paragraph: an edition's teaser.
    Teaser {
        /// The article's file name without `.md`.
        slug: String,
    },
}

/// The callouts of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Callout {
    /// `[!pullquote]`: a sentence of the article, set large.
    PullQuote,
    /// `[!sidebar]`: a second, shorter text beside the main one.
    Sidebar,
    /// `[!facts]`: the facts in a box.
    Facts,
    /// `[!note]`: a remark of the editors.
    Note,
}

impl Callout {
    /// The callout of a name as it is written in `[!name]`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "pullquote" => Self::PullQuote,
            "sidebar" => Self::Sidebar,
            "facts" => Self::Facts,
            "note" => Self::Note,
            _ => return None,
        })
    }
}

/// The outputs that a fenced div can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// The PDFs.
    Pdf,
    /// The newsletter.
    Mail,
    /// The web edition.
    Web,
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// `Some(done)` for an entry of a task list.
    pub task: Option<bool>,
    /// The blocks; a tight list's entry holds one paragraph.
    pub blocks: Vec<Block>,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// A table with its header row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// One for each column.
    pub alignments: Vec<Alignment>,
    /// The header row.
    pub header: Vec<Cell>,
    /// The other rows; each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// As the language goes.
    Start,
    /// In the middle.
    Center,
    /// Against the language's direction: numbers.
    End,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The words.
    pub content: Vec<Inline>,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// A picture by its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// As written: a path from the folder, `media/cover.svg`.
    pub file: String,
    /// The text alternative; empty when there is none.
    pub alt: String,
}

/// A picture that stands alone in its paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedPicture {
    /// The file and its text alternative.
    pub picture: Picture,
    /// The words below it, and where each was written.
    pub caption: Option<TextSegment>,
    /// Whose work it is.
    pub credit: Option<String>,
    /// How wide it stands.
    pub width: PictureWidth,
}

/// A run of plain words and where it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextSegment {
    /// The words.
    pub text: String,
    /// Bytes of the file; as long as the text where nothing was escaped.
    pub range: Range<usize>,
}

/// How wide a picture stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureWidth {
    /// One column.
    #[default]
    Column,
    /// All columns.
    Wide,
    /// A band from one edge of the page to the other.
    Full,
    /// A page of its own, within the margins.
    Page,
    /// A page of its own, to the bleed.
    Bleed,
    /// A left and a right page, to the bleed, cut at the spine.
    Spread,
}

/// A footnote and where it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Footnote {
    /// The label of `[^label]`.
    pub label: String,
    /// The note.
    pub blocks: Vec<Block>,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// A piece of running text and where it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inline {
    /// What it is.
    pub kind: InlineKind,
    /// Bytes of the file. A text whose length equals its range's was written byte for byte as it stands.
    pub range: Range<usize>,
}

/// The kinds of running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InlineKind {
    /// Plain words.
    Text(String),
    /// `*stressed*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `~~struck~~`
    Strikethrough(Vec<Inline>),
    /// `` `code` ``; its range is that of the words between the ticks where they stand there letter for letter.
    Code(String),
    /// A link.
    Link {
        /// Where it leads, as written.
        target: String,
        /// The words.
        content: Vec<Inline>,
    },
    /// A picture within a line.
    Picture(Picture),
    /// `[^label]`: the footnote's index in [`Manuscript::footnotes`].
    Footnote(usize),
    /// A line end that is a space.
    SoftBreak,
    /// A line end that stays.
    LineBreak,
}

impl Manuscript {
    /// The number of words a reader would count.
    #[must_use]
    pub fn words(&self) -> usize {
        let notes = self.footnotes.iter().map(|note| plain_text(&note.blocks));
        let has_letter = |word: &&str| word.chars().any(char::is_alphanumeric);
        notes.chain([plain_text(&self.blocks)]).map(|text| text.split_whitespace().filter(has_letter).count()).sum()
    }
}

impl Manuscript {
    /// Every place is the same: that of the text as a whole, for a text whose letters stand nowhere as they are.
    pub(crate) fn stands_as_a_whole_at(&mut self, place: &Range<usize>) {
        blocks_at(&mut self.blocks, place);
        for note in &mut self.footnotes {
            note.range = place.clone();
            blocks_at(&mut note.blocks, place);
        }
    }
}

fn blocks_at(blocks: &mut [Block], place: &Range<usize>) {
    for block in blocks {
        block.range = place.clone();
        match &mut block.kind {
            BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => inlines_at(content, place),
            BlockKind::Quote(body) | BlockKind::Only { body, .. } => blocks_at(body, place),
            BlockKind::Callout { title, body, .. } => {
                inlines_at(title, place);
                blocks_at(body, place);
            }
            BlockKind::List { items, .. } => {
                for item in items {
                    item.range = place.clone();
                    blocks_at(&mut item.blocks, place);
                }
            }
            BlockKind::Table(table) => {
                for cell in table.header.iter_mut().chain(table.rows.iter_mut().flatten()) {
                    cell.range = place.clone();
                    inlines_at(&mut cell.content, place);
                }
            }
            BlockKind::Picture(placed) => placed.caption.iter_mut().for_each(|words| words.range = place.clone()),
            BlockKind::Code { written, .. } => *written = place.clone(),
            BlockKind::Chart(_) | BlockKind::Rule | BlockKind::Teaser { .. } => {}
        }
    }
}

fn inlines_at(content: &mut [Inline], place: &Range<usize>) {
    for inline in content {
        inline.range = place.clone();
        match &mut inline.kind {
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => inlines_at(inner, place),
            InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::Picture(_)
            | InlineKind::Footnote(_)
            | InlineKind::SoftBreak
            | InlineKind::LineBreak => {}
        }
    }
}

/// The words of blocks without any mark, a line a block.
#[must_use]
pub fn plain_text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        block_text(block, &mut text);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// The words of running text without any mark.
#[must_use]
pub fn plain_inlines(content: &[Inline]) -> String {
    let mut text = String::new();
    inline_text(content, &mut text);
    text
}

fn block_text(block: &Block, text: &mut String) {
    match &block.kind {
        BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => inline_text(content, text),
        BlockKind::Quote(body) | BlockKind::Only { body, .. } => text.push_str(&plain_text(body)),
        BlockKind::Callout { title, body, .. } => {
            inline_text(title, text);
            text.push('\n');
            text.push_str(&plain_text(body));
        }
        BlockKind::List { items, .. } => {
            for item in items {
                text.push_str(&plain_text(&item.blocks));
            }
        }
        BlockKind::Table(table) => {
            for row in std::iter::once(&table.header).chain(&table.rows) {
                for cell in row {
                    inline_text(&cell.content, text);
                    text.push(' ');
                }
                text.push('\n');
            }
        }
        BlockKind::Picture(placed) => {
            if let Some(caption) = &placed.caption {
                text.push_str(&caption.text);
            }
        }
        BlockKind::Code { text: code, .. } => text.push_str(code),
        BlockKind::Chart(_) | BlockKind::Rule | BlockKind::Teaser { .. } => {}
    }
}

fn inline_text(content: &[Inline], text: &mut String) {
    for inline in content {
        match &inline.kind {
            InlineKind::Text(words) | InlineKind::Code(words) => text.push_str(words),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => inline_text(inner, text),
            InlineKind::SoftBreak | InlineKind::LineBreak => text.push(' '),
            InlineKind::Picture(_) | InlineKind::Footnote(_) => {}
        }
    }
}
