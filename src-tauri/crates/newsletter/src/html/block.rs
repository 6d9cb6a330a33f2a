//! Blocks of text: paragraphs, headings, lists, quotes, boxes, code, notes.

use magazine::Callout;

use super::Page;
use crate::content::{Block, Item, Run};

impl Page<'_> {
    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    /// The blocks of a box, in smaller type.
    fn small_blocks(&mut self, blocks: &[Block]) {
        let (small, list) = (self.styles.small.clone(), self.styles.list_small.clone());
        let large_list = std::mem::replace(&mut self.styles.list, list);
        self.blocks_as(small, blocks);
        self.styles.list = large_list;
    }

    /// Blocks whose paragraphs have another look.
    fn blocks_as(&mut self, paragraph: String, blocks: &[Block]) {
        let usual = std::mem::replace(&mut self.styles.paragraph, paragraph);
        self.blocks(blocks);
        self.styles.paragraph = usual;
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.paragraph(content),
            Block::Heading { level, content } => self.heading(*level, content),
            Block::Quote(body) => self.quote(body),
            Block::Callout { callout, title, body } => self.callout(*callout, title, body),
            Block::List { start, items } => self.list(*start, items, &self.styles.list.clone()),
            Block::Code(text) => self.code_block(text),
            Block::Table(table) => self.table(table),
            Block::Picture(figure) => self.figure(figure),
            Block::Chart(chart, drawn) => self.chart(chart, drawn),
            Block::Rule => self.rule(),
            Block::Teaser(teaser) => self.teaser(teaser),
        }
    }

    fn paragraph(&mut self, content: &[Run]) {
        self.out.open("p", &[("class", "m-text"), ("style", &self.styles.paragraph)]);
        self.runs(content);
        self.out.close("p");
    }

    fn heading(&mut self, level: u8, content: &[Run]) {
        // The masthead is the mail's first heading, so the body begins at the second.
        let (tag, look) = match level {
            0..=2 => ("h2", 0),
            3 => ("h3", 1),
            _ => ("h4", 2),
        };
        self.out.open(tag, &[("class", "m-text"), ("style", &self.styles.headings[look])]);
        self.runs(content);
        self.out.close(tag);
    }

    fn quote(&mut self, body: &[Block]) {
        self.boxed("m-line", &self.styles.quote.clone(), |page| page.blocks_as(page.styles.quoted.clone(), body));
    }

    fn list(&mut self, start: Option<u64>, items: &[Item], style: &str) {
        let tasks = items.iter().any(|item| item.task.is_some());
        let style = if tasks { format!("{style};{}", self.styles.list_tasks) } else { style.to_owned() };
        let first = start.filter(|first| *first != 1).map(|first| first.to_string()).unwrap_or_default();
        let tag = if start.is_some() { "ol" } else { "ul" };
        self.out.open(tag, &[("class", "m-text"), ("style", &style), ("start", &first)]);
        for item in items {
            self.item(item);
        }
        self.out.close(tag);
    }

    fn item(&mut self, item: &Item) {
        self.out.open("li", &[("style", self.styles.item)]);
        match item.task {
            Some(true) => self.out.text("☑\u{a0}"),
            Some(false) => self.out.text("☐\u{a0}"),
            None => {}
        }
        for (index, block) in item.blocks.iter().enumerate() {
            match block {
                // A tight entry is its words: a paragraph inside would be set apart by some mail programs.
                Block::Paragraph(content) if index == 0 => self.runs(content),
                Block::List { start, items } => self.list(*start, items, self.styles.list_inner),
                block => self.block(block),
            }
        }
        self.out.close("li");
    }

    fn callout(&mut self, callout: Callout, title: &[Run], body: &[Block]) {
        match callout {
            Callout::PullQuote => self.pull_quote(title, body),
            Callout::Sidebar => self.titled("m-box", &self.styles.sidebar.clone(), title, body),
            Callout::Facts => self.titled("m-box", &self.styles.facts.clone(), title, body),
            Callout::Note => self.titled("m-mark", &self.styles.note.clone(), title, body),
        }
    }

    fn pull_quote(&mut self, title: &[Run], body: &[Block]) {
        self.boxed("m-mark m-text", &self.styles.pull_quote.clone(), |page| {
            // The quotation's own size is the cell's, so its paragraphs carry none.
            page.blocks_as("margin:0 0 18px".to_owned(), body);
            if !title.is_empty() {
                page.out.open("p", &[("class", "m-soft"), ("style", &page.styles.caption)]);
                page.runs(title);
                page.out.close("p");
            }
        });
    }

    fn titled(&mut self, class: &str, style: &str, title: &[Run], body: &[Block]) {
        self.boxed(class, style, |page| {
            if !title.is_empty() {
                page.out.open("p", &[("class", "m-text"), ("style", &page.styles.box_title)]);
                page.runs(title);
                page.out.close("p");
            }
            page.small_blocks(body);
        });
    }

    /// A table of one cell: the only box that every mail program draws alike.
    pub(super) fn boxed(&mut self, class: &str, style: &str, inner: impl FnOnce(&mut Self)) {
        self.open_layout("100%", "margin:0 0 26px");
        self.out.open("tr", &[]);
        self.out.open("td", &[("class", class), ("style", style)]);
        inner(self);
        self.out.close("td");
        self.out.close("tr");
        self.out.close("table");
    }

    /// The start of a table that only arranges.
    pub(super) fn open_layout(&mut self, width: &str, style: &str) {
        let attributes = [
            ("role", "presentation"),
            ("width", width),
            ("cellpadding", "0"),
            ("cellspacing", "0"),
            ("border", "0"),
            ("style", style),
        ];
        self.out.open("table", &attributes);
    }

    fn code_block(&mut self, text: &str) {
        self.boxed("m-box", &self.styles.panel.clone(), |page| {
            page.out.open("pre", &[("class", "m-text"), ("style", &page.styles.code_block)]);
            for (index, line) in text.lines().enumerate() {
                if index > 0 {
                    page.out.void("br", &[]);
                }
                page.out.text(line);
            }
            page.out.close("pre");
        });
    }

    fn rule(&mut self) {
        self.open_layout("64", "margin:34px 0 30px");
        self.out.open("tr", &[]);
        self.out.open("td", &[("class", "m-rule"), ("style", &self.styles.rule)]);
        self.out.text("\u{a0}");
        self.out.close("td");
        self.out.close("tr");
        self.out.close("table");
    }

    /// The footnotes, at the end.
    pub(super) fn notes(&mut self, notes: &[Vec<Block>]) {
        if notes.is_empty() {
            return;
        }
        let words = self.words;
        let hairline = format!("padding:20px 0 0;{}", self.styles.hairline_above);
        self.boxed("m-line", &hairline, |page| {
            page.out.open("p", &[("class", "m-kicker"), ("style", &page.styles.kicker)]);
            page.out.text(words.notes);
            page.out.close("p");
            let item = |blocks: &Vec<Block>| Item { task: None, blocks: blocks.clone() };
            let items: Vec<Item> = notes.iter().map(item).collect();
            page.list(Some(1), &items, &page.styles.list_small.clone());
        });
    }
}
