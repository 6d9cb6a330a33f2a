//! Blocks: from the parser's flat events to a tree.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::{Located, Source, callouts, charts, pictures};
use crate::finding::{Code, Finding};
use crate::manuscript::{
    Alignment, Block, BlockKind, Cell, Footnote, Inline, InlineKind, ListItem, Manuscript, Table, plain_inlines,
};

/// Blocks and marks nested deeper than this are flattened to plain words. Typst's parser stops at 256 levels, and
/// each of ours costs it several.
const DEEPEST: usize = 40;

/// Builds a manuscript from events.
pub(super) struct Builder<'e, 'f, I: Iterator<Item = Located<'e>>> {
    pub(super) source: Source<'f>,
    pub(super) events: Peekable<I>,
    pub(super) findings: &'f mut Vec<Finding>,
    pub(super) depth: usize,
    pub(super) footnotes: Footnotes,
    ids: BTreeMap<String, usize>,
    /// The levels of the headings that the next one may stand under, the outermost first.
    open_levels: Vec<u8>,
}

/// Footnotes as they are met: references number them, definitions fill them.
#[derive(Default)]
pub(super) struct Footnotes {
    referred: Vec<(String, Range<usize>)>,
    defined: BTreeMap<String, (Vec<Block>, Range<usize>)>,
}

impl Footnotes {
    /// The index of a label, in the order of first references.
    pub(super) fn index(&mut self, label: &str, range: &Range<usize>) -> usize {
        self.referred.iter().position(|(known, _)| known == label).unwrap_or_else(|| {
            self.referred.push((label.to_owned(), range.clone()));
            self.referred.len() - 1
        })
    }
}

impl<'e, 'f, I: Iterator<Item = Located<'e>>> Builder<'e, 'f, I> {
    pub(super) fn new(source: Source<'f>, events: I, findings: &'f mut Vec<Finding>) -> Self {
        let (footnotes, ids) = (Footnotes::default(), BTreeMap::new());
        Self { source, events: events.peekable(), findings, depth: 0, footnotes, ids, open_levels: Vec::new() }
    }

    pub(super) fn manuscript(mut self) -> Manuscript {
        let blocks = self.blocks();
        let footnotes = self.numbered_footnotes();
        Manuscript { blocks, footnotes }
    }

    /// Blocks up to the end of the enclosing one, whose end event is consumed.
    pub(super) fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) if is_block(&tag) => self.block(tag, range, &mut blocks),
                Event::Rule => blocks.push(Block { kind: BlockKind::Rule, range }),
                // A tight list's entry holds its words without a paragraph around them.
                other => self.loose_words(other, range, &mut blocks),
            }
        }
        blocks
    }

    fn block(&mut self, tag: Tag<'e>, range: Range<usize>, blocks: &mut Vec<Block>) {
        if self.depth >= DEEPEST {
            blocks.push(self.flattened(range));
            return;
        }
        self.depth += 1;
        if let Some(kind) = self.kind(tag, &range) {
            blocks.push(Block { kind, range });
        }
        self.depth -= 1;
    }

    fn kind(&mut self, tag: Tag<'e>, range: &Range<usize>) -> Option<BlockKind> {
        match tag {
            Tag::Paragraph => {
                let content = self.inlines();
                self.paragraph(content, range)
            }
            Tag::Heading { level, id, .. } => Some(self.heading(level, id.as_deref(), range)),
            Tag::BlockQuote(_) => {
                let body = self.blocks();
                Some(callouts::quote_or_callout(self.source, body, range, self.findings))
            }
            Tag::CodeBlock(fence) => self.code(&fence, range),
            Tag::List(start) => Some(BlockKind::List { start, items: self.items() }),
            Tag::Table(alignments) => Some(BlockKind::Table(self.table(&alignments, range))),
            Tag::FootnoteDefinition(label) => {
                let body = self.blocks();
                self.footnotes.defined.insert(label.to_string(), (body, range.clone()));
                None
            }
            Tag::HtmlBlock => {
                let html = self.raw_text();
                self.report_html(&html, range);
                None
            }
            _ => {
                self.blocks();
                None
            }
        }
    }

    fn paragraph(&mut self, content: Vec<Inline>, range: &Range<usize>) -> Option<BlockKind> {
        if let Some(slug) = teaser(self.source.written(range.clone())) {
            return Some(BlockKind::Teaser { slug });
        }
        if let Some(placed) = pictures::placed(self.source, &content, range, self.findings) {
            return Some(BlockKind::Picture(placed));
        }
        (!content.is_empty()).then_some(BlockKind::Paragraph(content))
    }

    fn loose_words(&mut self, event: Event<'e>, range: Range<usize>, blocks: &mut Vec<Block>) {
        let mut content = Vec::new();
        let start = range.start;
        self.inline(event, range, &mut content);
        while self.events.peek().is_some_and(|(event, _)| is_inline(event)) {
            if let Some((event, range)) = self.events.next() {
                self.inline(event, range, &mut content);
            }
        }
        let Some(last) = content.last() else { return };
        let range = start.min(content[0].range.start)..last.range.end;
        if let Some(kind) = self.paragraph(content, &range) {
            blocks.push(Block { kind, range });
        }
    }

    fn heading(&mut self, level: HeadingLevel, id: Option<&str>, range: &Range<usize>) -> BlockKind {
        let content = self.inlines();
        // The title is the only heading of level 1; a `#` in the text means its first level of headings.
        let level = (level as u8).max(2);
        self.open_levels.retain(|open| *open < level);
        let above = self.open_levels.last().copied().unwrap_or(1);
        if level > above + 1 {
            self.findings.push(skipped(self.source, level, above, range));
        }
        self.open_levels.push(level);
        let id = self.unique(id.map_or_else(|| slug(&plain_inlines(&content)), ToOwned::to_owned));
        BlockKind::Heading { level, id, content }
    }

    fn unique(&mut self, id: String) -> String {
        let seen = self.ids.entry(id.clone()).or_insert(0);
        *seen += 1;
        if *seen == 1 { id } else { format!("{id}-{seen}") }
    }

    fn code(&mut self, fence: &CodeBlockKind<'e>, range: &Range<usize>) -> Option<BlockKind> {
        let content_start = self.events.peek().map_or(range.start, |(_, inner)| inner.start);
        let text = self.raw_text();
        let language = match fence {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(ToOwned::to_owned),
            CodeBlockKind::Indented => None,
        };
        if language.as_deref() == Some("chart") {
            let contiguous = self.source.text.get(content_start..content_start + text.len()) == Some(text.as_str());
            let start = if contiguous { content_start } else { range.start };
            return charts::read(self.source.file, self.source.text, &text, start, contiguous, self.findings)
                .map(BlockKind::Chart);
        }
        let text = text.trim_end_matches('\n').to_owned();
        let is_exact = self.source.text.get(content_start..content_start + text.len()) == Some(text.as_str());
        let written = if is_exact { content_start..content_start + text.len() } else { range.clone() };
        Some(BlockKind::Code { language, text, written })
    }

    fn items(&mut self) -> Vec<ListItem> {
        let mut items = Vec::new();
        while let Some((Event::Start(Tag::Item), range)) = self.events.next() {
            let task = self.task();
            items.push(ListItem { task, blocks: self.blocks(), range });
        }
        items
    }

    fn task(&mut self) -> Option<bool> {
        match self.events.peek() {
            Some((Event::TaskListMarker(done), _)) => {
                let done = *done;
                self.events.next();
                Some(done)
            }
            _ => None,
        }
    }

    fn table(&mut self, alignments: &[pulldown_cmark::Alignment], range: &Range<usize>) -> Table {
        let alignments = alignments.iter().map(alignment).collect();
        let mut rows = Vec::new();
        while let Some((Event::Start(Tag::TableHead | Tag::TableRow), _)) = self.events.next() {
            rows.push(self.cells());
        }
        let header: Vec<Cell> = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        if header.iter().all(|cell| cell.content.is_empty()) {
            let finding = Finding::warning(Code::TableWithoutHeader, "the table's header row is empty");
            let finding = finding.at(self.source.place(range.clone()));
            self.findings
                .push(finding.hint("name each column in the first row: readers who listen hear it with each cell"));
        }
        Table { alignments, header, rows }
    }

    fn cells(&mut self) -> Vec<Cell> {
        let mut cells = Vec::new();
        while let Some((Event::Start(Tag::TableCell), range)) = self.events.next() {
            cells.push(Cell { content: self.inlines(), range });
        }
        cells
    }

    /// The text of a code or HTML block, up to its end event.
    pub(super) fn raw_text(&mut self) -> String {
        let mut text = String::new();
        let mut open = 0;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(_) => open += 1,
                Event::End(_) if open == 0 => break,
                Event::End(_) => open -= 1,
                Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) | Event::Code(words) => {
                    text.push_str(&words);
                }
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                _ => {}
            }
        }
        text
    }

    fn flattened(&mut self, range: Range<usize>) -> Block {
        let text = self.raw_text();
        let message = format!("blocks nested deeper than {DEEPEST} are set as plain text");
        let finding = Finding::warning(Code::TooDeep, message).at(self.source.place(range.clone()));
        if !self.findings.iter().any(|known| known.code == Code::TooDeep) {
            self.findings.push(finding);
        }
        let words = Inline { kind: InlineKind::Text(text), range: range.clone() };
        Block { kind: BlockKind::Paragraph(vec![words]), range }
    }

    pub(super) fn report_html(&mut self, html: &str, range: &Range<usize>) {
        let html = html.trim();
        // A comment is an editor's mark, meant to stay out of the pages.
        if html.is_empty() || html.starts_with("<!--") {
            return;
        }
        let finding = Finding::warning(Code::RawHtml, "raw HTML is left out").at(self.source.place(range.clone()));
        self.findings.push(finding.hint("write it in Markdown; a `<` meant as a letter is written `\\<`"));
    }

    fn numbered_footnotes(&mut self) -> Vec<Footnote> {
        let Footnotes { referred, mut defined } = std::mem::take(&mut self.footnotes);
        let mut footnotes = Vec::new();
        for (label, reference) in referred {
            let (blocks, range) = defined.remove(&label).unwrap_or_else(|| {
                let finding = Finding::error(Code::MissingFootnote, format!("footnote `[^{label}]` has no text"));
                let finding = finding.at(self.source.place(reference.clone()));
                self.findings.push(finding.hint(format!("add a line `[^{label}]: …`")));
                (Vec::new(), reference)
            });
            footnotes.push(Footnote { label, blocks, range });
        }
        footnotes
    }
}

/// A heading deeper than the next level below the one it stands under.
fn skipped(source: Source<'_>, level: u8, above: u8, range: &Range<usize>) -> Finding {
    let message = match above {
        1 => format!("heading of level {level} where the first is level 2"),
        above => format!("heading of level {level} under one of level {above}"),
    };
    let finding = Finding::warning(Code::SkippedHeading, message).at(source.place(range.clone()));
    let finding = finding.hint(format!("readers who listen move by headings: level {} comes next", above + 1));
    let marks = source.written(range.clone()).bytes().take_while(|byte| *byte == b'#').count();
    if marks != usize::from(level) {
        return finding;
    }
    let right = "#".repeat(usize::from(above) + 1);
    finding.fix(source.fix(
        range.start..range.start + marks,
        &right,
        format!("make it a heading of level {}", above + 1),
    ))
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => !is_block(tag),
        Event::End(tag) => {
            matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
        }
        Event::Rule => false,
        _ => true,
    }
}

fn alignment(alignment: &pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None | pulldown_cmark::Alignment::Left => Alignment::Start,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::End,
    }
}

/// `[[article-slug]]` and nothing else.
fn teaser(written: &str) -> Option<String> {
    let slug = written.trim().strip_prefix("[[")?.strip_suffix("]]")?.trim();
    let plain = !slug.is_empty() && slug.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    plain.then(|| slug.to_owned())
}

/// An id of a heading: its letters and digits, lower case, joined by hyphens.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "section".to_owned() } else { words.join("-") }
}
