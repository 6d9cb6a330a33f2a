//! What a mail says, before it is HTML or text.
//!
//! The manuscript holds what an editor typed; this tree holds what of it is fit to be mailed: fields are recognised,
//! links are checked, teasers have their words, blocks of other outputs are gone. Both parts of the mail are written
//! from it, so they cannot disagree, and neither has anything left to complain about.

use magazine::{Alignment, Callout, Chart};

use crate::link::Target;
use crate::piece::PersonField;

/// The body of a mail.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Content {
    pub(crate) blocks: Vec<Block>,
    /// The notes at the end; the first is number 1.
    pub(crate) notes: Vec<Vec<Block>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Paragraph(Vec<Run>),
    Heading {
        level: u8,
        content: Vec<Run>,
    },
    Quote(Vec<Block>),
    Callout {
        callout: Callout,
        title: Vec<Run>,
        body: Vec<Block>,
    },
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Code(String),
    Table(Table),
    Picture(Figure),
    /// A chart, drawn.
    Chart(Chart, Drawn),
    Rule,
    Teaser(Box<Teaser>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) task: Option<bool>,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) alignments: Vec<Alignment>,
    pub(crate) header: Vec<Vec<Run>>,
    pub(crate) rows: Vec<Vec<Vec<Run>>>,
}

/// A picture with what stands below it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) picture: Picture,
    pub(crate) caption: String,
    pub(crate) credit: String,
}

/// A picture as the mail shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The part or the address it is shown from; `None` when there is no such file, and only the alternative is left.
    pub(crate) source: Option<String>,
    pub(crate) alt: String,
    /// In CSS pixels.
    pub(crate) width: u32,
}

/// A drawing for mail programs that are light, and one for those that are dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) day: Picture,
    pub(crate) night: Picture,
}

/// An article, told so that the reader wants to read on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Teaser {
    pub(crate) rank: Rank,
    pub(crate) language: String,
    pub(crate) picture: Option<Picture>,
    pub(crate) kicker: String,
    pub(crate) title: String,
    pub(crate) words: String,
    /// Where it is on the web.
    pub(crate) link: Option<Target>,
    /// The page it begins on, and the PDF opened there.
    pub(crate) page: Option<(u32, Target)>,
}

/// How much room a teaser gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    /// The first of the mail: its picture has the whole width.
    Lead,
    /// The others: picture beside the words.
    Brief,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Run {
    Text(String),
    Field {
        field: PersonField,
        fallback: Option<String>,
    },
    Emphasis(Vec<Run>),
    Strong(Vec<Run>),
    Strikethrough(Vec<Run>),
    Code(String),
    Link {
        target: Target,
        content: Vec<Run>,
    },
    Picture(Picture),
    /// The number of a note.
    Note(usize),
    LineBreak,
}
