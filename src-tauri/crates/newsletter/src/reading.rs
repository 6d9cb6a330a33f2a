//! From what an editor typed to what a mail says; every fault is found here, once, with its place.

mod inline;
mod own_page;
mod teaser;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use magazine::{
    BlockKind, Cell, Chart, Code, Finding, Issue, ListItem, Manuscript, Output, PictureWidth, Place, PlacedPicture,
};

use crate::content::{Block, Content, Drawn, Figure, Item, Table};
use crate::field::{Fault, FaultKind};
use crate::name::nearest;
use crate::palette::{Hour, Palette};
use crate::picture::{Album, CHART, COLUMN, NARROW, PictureUse};
use crate::piece::{PersonField, plain};
use crate::site;
use crate::sources::Sources;
use crate::web::Web;

/// Reads an edition, and keeps what it meets on the way.
pub(crate) struct Reader<'a> {
    issue: &'a Issue,
    file: &'a str,
    source: &'a str,
    web: &'a Web,
    pages: &'a BTreeMap<String, u32>,
    language: &'a str,
    pub(crate) album: Album<'a>,
    pub(crate) findings: Vec<Finding>,
    /// The footnotes referred to, in the order of the mail: those of dropped blocks do not count.
    notes: Vec<usize>,
    teased: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(sources: &Sources<'a>, web: &'a Web) -> Self {
        Self {
            issue: sources.issue,
            file: &sources.edition.file,
            source: sources.text,
            web,
            pages: sources.pages,
            language: &sources.edition.front_matter.language,
            album: Album::new(sources.pictures, sources.issue.id.to_string(), web.pictures()),
            findings: Vec::new(),
            notes: Vec::new(),
            teased: BTreeSet::new(),
        }
    }

    /// The body.
    pub(crate) fn content(&mut self, manuscript: &Manuscript) -> Content {
        let blocks = self.blocks(&manuscript.blocks);
        let mut notes = Vec::new();
        // A note may refer to another, which then comes after it.
        while let Some(&index) = self.notes.get(notes.len()) {
            notes.push(manuscript.footnotes.get(index).map_or_else(Vec::new, |note| self.blocks(&note.blocks)));
        }
        Content { blocks, notes }
    }

    /// What was found and which pictures go along.
    pub(crate) fn finish(self) -> (Vec<PictureUse>, Vec<Finding>) {
        (self.album.into_uses(), self.findings)
    }

    fn blocks(&mut self, blocks: &[magazine::Block]) -> Vec<Block> {
        blocks.iter().flat_map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &magazine::Block) -> Vec<Block> {
        let read = match &block.kind {
            BlockKind::Paragraph(content) => Block::Paragraph(self.runs(content)),
            BlockKind::Heading { level, content, .. } => Block::Heading { level: *level, content: self.runs(content) },
            BlockKind::Quote(body) => Block::Quote(self.blocks(body)),
            BlockKind::Callout { callout, title, body } => {
                Block::Callout { callout: *callout, title: self.runs(title), body: self.blocks(body) }
            }
            BlockKind::List { start, items } => {
                Block::List { start: *start, items: items.iter().map(|item| self.item(item)).collect() }
            }
            BlockKind::Code { text, .. } => Block::Code(text.lines().map(plain).collect::<Vec<_>>().join("\n")),
            BlockKind::Table(table) => Block::Table(self.table(table)),
            BlockKind::Picture(placed) => Block::Picture(self.figure(placed)),
            BlockKind::Chart(chart) => self.chart(&cleaned(chart)),
            BlockKind::Rule => Block::Rule,
            BlockKind::Only { output: Output::Mail, body } => return self.blocks(body),
            BlockKind::Only { .. } => return Vec::new(),
            BlockKind::Teaser { slug } => return self.teaser(slug, &block.range).into_iter().collect(),
        };
        vec![read]
    }

    fn item(&mut self, item: &ListItem) -> Item {
        Item { task: item.task, blocks: self.blocks(&item.blocks) }
    }

    fn table(&mut self, table: &magazine::Table) -> Table {
        let mut row = |cells: &[Cell]| cells.iter().map(|cell| self.runs(&cell.content)).collect::<Vec<_>>();
        let header = row(&table.header);
        let rows = table.rows.iter().map(|cells| row(cells)).collect();
        Table { alignments: table.alignments.clone(), header, rows }
    }

    fn figure(&mut self, placed: &PlacedPicture) -> Figure {
        let width = if placed.width == PictureWidth::Column { NARROW } else { COLUMN };
        let picture = self.album.take(&placed.picture.file, &plain(&placed.picture.alt), width);
        let caption = placed.caption.as_ref().map(|caption| plain(&caption.text)).unwrap_or_default();
        Figure { picture, caption, credit: placed.credit.as_deref().map(plain).unwrap_or_default() }
    }

    /// A chart with its drawing, whose words say what it shows.
    fn chart(&mut self, chart: &Chart) -> Block {
        let palette = Palette::of(&self.issue.publication.colour);
        let said = [&chart.alt, &chart.title].into_iter().find(|words| !words.is_empty());
        let said = said.map_or("", String::as_str);
        let mut draw = |hour| self.album.draw(site::chart::picture(chart, self.language, &palette, hour), said, CHART);
        let drawn = Drawn { day: draw(Hour::Day), night: draw(Hour::Night) };
        Block::Chart(chart.clone(), drawn)
    }

    fn find(&mut self, finding: Finding, range: Range<usize>) {
        let place = place(self.file, self.source, range);
        self.findings.push(finding.at(place));
    }

    /// Faults of fields, each with the bytes it stands in.
    fn field_faults(&mut self, faults: Vec<Fault>, place: impl Fn(&Range<usize>) -> Range<usize>) {
        for fault in faults {
            let range = place(&fault.range);
            self.find(field_finding(&fault.kind), range);
        }
    }
}

/// A chart whose words hold no line ends.
fn cleaned(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    let names = chart.series.iter_mut().map(|series| &mut series.name);
    let own = [&mut chart.title, &mut chart.alt, &mut chart.unit, &mut chart.source];
    for words in own.into_iter().chain(&mut chart.labels).chain(names) {
        *words = plain(words);
    }
    chart
}

/// A place with its line where the text is known, with its bytes alone where it is not.
fn place(file: &str, source: &str, range: Range<usize>) -> Place {
    if range.end > source.len() {
        return Place { range: Some(range), ..Place::file(file) };
    }
    Place::of(file, source, range)
}

fn field_finding(fault: &FaultKind) -> Finding {
    let names = || PersonField::ALL.map(PersonField::name);
    match fault {
        FaultKind::Unknown(name) => {
            let finding = Finding::error(Code::UnknownField, format!("subscribers have no field `{}`", plain(name)));
            match nearest(name, names()) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding.hint(format!("the fields are {}", names().join(", "))),
            }
        }
        FaultKind::Open => Finding::error(Code::UnknownField, "a field is opened with `{{` and not closed")
            .hint("close it with `}}` in the same paragraph, without other marks in between"),
        FaultKind::Filter(filter) => {
            Finding::error(Code::UnknownField, format!("a field cannot be followed by `{}`", plain(filter)))
                .hint("only `| default: \"…\"` may follow a field")
        }
        FaultKind::NoFallback(field) => Finding::error(
            Code::FieldWithoutFallback,
            format!("some people have no `{}`, and nothing is said instead", field.name()),
        )
        .hint(format!("write `{{{{ {} | default: \"…\" }}}}`", field.name())),
    }
}
