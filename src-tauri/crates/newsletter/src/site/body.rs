//! The text of an article as HTML: the manuscript's own tree, block by block.

use magazine::{
    Alignment, Article, Block, BlockKind, Callout, Inline, InlineKind, Issue, ListItem, Manuscript, Output,
    PictureWidth, PlacedPicture, Table, plain_inlines,
};

use super::markup::Markup;
use super::{Shelf, Voice, chart, edition};
use crate::link::Target;
use crate::piece::Piece;
use crate::words::say;

/// Writes one article's text.
pub(super) struct Body<'a> {
    pub(super) out: Markup,
    pub(super) voice: &'a Voice,
    pub(super) shelf: &'a mut Shelf,
    pub(super) slugs: &'a [&'a str],
    /// How often each note was referred to, for names that are there once.
    pub(super) marks: Vec<usize>,
    /// The issue that the text tells of, where it is an edition's: only there are teasers and a reader's own words.
    pub(super) told: Option<&'a Issue>,
}

/// The text of an article with its notes.
pub(super) fn article(article: &Article, voice: &Voice, shelf: &mut Shelf, slugs: &[&str]) -> Markup {
    Body { out: Markup::default(), voice, shelf, slugs, marks: Vec::new(), told: None }.whole(&article.manuscript)
}

impl Body<'_> {
    /// The text with its notes.
    pub(super) fn whole(mut self, manuscript: &Manuscript) -> Markup {
        self.marks = vec![0; manuscript.footnotes.len()];
        self.blocks(&manuscript.blocks);
        self.notes(manuscript);
        self.out
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(content) => self.element("<p>", "</p>", content),
            BlockKind::Heading { level, id, content } => self.heading(*level, id, content),
            BlockKind::Quote(body) => self.around("<blockquote>", "</blockquote>", body),
            BlockKind::Callout { callout, title, body } => self.callout(*callout, title, body),
            BlockKind::List { start, items } => self.list(*start, items),
            BlockKind::Code { text, .. } => {
                self.out.raw("<pre tabindex=\"0\"><code>").lines(text).raw("</code></pre>");
            }
            BlockKind::Table(table) => self.table(table),
            BlockKind::Picture(placed) => self.picture(placed),
            BlockKind::Chart(drawn) => chart::chart(&mut self.out, drawn, self.voice),
            BlockKind::Rule => {
                self.out.raw("<hr>");
            }
            BlockKind::Only { output: Output::Web, body } => self.blocks(body),
            BlockKind::Only { .. } => {}
            BlockKind::Teaser { slug } => self.teaser(slug),
        }
    }

    fn element(&mut self, open: &'static str, close: &'static str, content: &[Inline]) {
        self.out.raw(open);
        self.inlines(content);
        self.out.raw(close);
    }

    fn around(&mut self, open: &'static str, close: &'static str, body: &[Block]) {
        self.out.raw(open);
        self.blocks(body);
        self.out.raw(close);
    }

    fn heading(&mut self, level: u8, id: &str, content: &[Inline]) {
        // The headline is the page's first heading, so the text begins at the second.
        let (open, close) = if level <= 2 { ("<h2", "</h2>") } else { ("<h3", "</h3>") };
        self.out.raw(open);
        if !id.is_empty() {
            self.out.attribute("id", &format!("t-{id}"));
        }
        self.out.raw(">");
        self.inlines(content);
        self.out.raw(close);
    }

    fn callout(&mut self, callout: Callout, title: &[Inline], body: &[Block]) {
        let (open, close) = match callout {
            Callout::PullQuote => return self.pull_quote(title, body),
            Callout::Sidebar => ("<aside class=\"box\"", "</aside>"),
            Callout::Facts => ("<aside class=\"box facts\"", "</aside>"),
            Callout::Note => ("<div class=\"box note\"", "</div>"),
        };
        self.out.raw(open);
        let name = plain_inlines(title);
        if open.starts_with("<aside") && !name.is_empty() {
            self.out.attribute("aria-label", &name);
        }
        self.out.raw(">");
        if !title.is_empty() {
            self.element("<h2>", "</h2>", title);
        }
        self.around("", close, body);
    }

    /// A pull quote says again what stands in the text; a screen reader hears it once.
    fn pull_quote(&mut self, title: &[Inline], body: &[Block]) {
        self.out.raw("<blockquote class=\"pull\">");
        self.blocks(body);
        if !title.is_empty() {
            self.element("<footer>", "</footer>", title);
        }
        self.out.raw("</blockquote>");
    }

    fn list(&mut self, start: Option<u64>, items: &[ListItem]) {
        match start {
            Some(1) => self.out.raw("<ol>"),
            Some(first) => self.out.raw("<ol").attribute("start", &first.to_string()).raw(">"),
            None => self.out.raw("<ul>"),
        };
        for item in items {
            self.item(item);
        }
        self.out.raw(if start.is_some() { "</ol>" } else { "</ul>" });
    }

    fn item(&mut self, item: &ListItem) {
        self.out.raw("<li>");
        match item.task {
            Some(true) => drop(self.out.raw("☑ <b>").text(self.voice.site.done).raw("</b> ")),
            Some(false) => drop(self.out.raw("☐ <b>").text(self.voice.site.open).raw("</b> ")),
            None => {}
        }
        for (place, block) in item.blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Paragraph(content) if place == 0 => self.inlines(content),
                _ => self.block(block),
            }
        }
        self.out.raw("</li>");
    }

    fn table(&mut self, table: &Table) {
        let columns: Vec<String> = table.header.iter().map(|cell| plain_inlines(&cell.content)).collect();
        let label = format!("{}: {}", self.voice.site.table, columns.join(", "));
        // A wide table scrolls by itself, by keyboard too, and the page never does.
        self.out
            .raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"")
            .attribute("aria-label", &label)
            .raw("><table>");
        if table.header.iter().any(|cell| !cell.content.is_empty()) {
            self.out.raw("<thead><tr>");
            for (column, cell) in table.header.iter().enumerate() {
                // A corner without a word is no heading.
                if cell.content.is_empty() {
                    self.out.raw("<td></td>");
                    continue;
                }
                self.out.raw("<th scope=\"col\"").raw(side(table, column)).raw(">");
                self.element("", "</th>", &cell.content);
            }
            self.out.raw("</tr></thead>");
        }
        self.out.raw("<tbody>");
        for row in &table.rows {
            self.out.raw("<tr>");
            for (column, cell) in row.iter().enumerate() {
                self.out.raw("<td").raw(side(table, column)).raw(">");
                self.element("", "</td>", &cell.content);
            }
            self.out.raw("</tr>");
        }
        self.out.raw("</tbody></table></div>");
    }

    fn picture(&mut self, placed: &PlacedPicture) {
        let (open, sizes, widest) = match placed.width {
            PictureWidth::Column => ("<figure>", "(min-width: 44rem) 39rem, 100vw", 624),
            PictureWidth::Wide => ("<figure class=\"wide\">", "(min-width: 58rem) 55rem, 100vw", 880),
            PictureWidth::Full | PictureWidth::Page | PictureWidth::Bleed | PictureWidth::Spread => {
                ("<figure class=\"full\">", "100vw", 1600)
            }
        };
        self.out.raw(open);
        let picture = &placed.picture;
        self.shelf.picture(&mut self.out, &picture.file, &picture.alt, sizes, widest, true);
        let caption = placed.caption.as_ref().map(|caption| caption.text.as_str());
        caption_of(&mut self.out, caption, placed.credit.as_deref(), self.voice);
        self.out.raw("</figure>");
    }

    fn notes(&mut self, manuscript: &Manuscript) {
        if manuscript.footnotes.is_empty() {
            return;
        }
        self.out.raw("<section class=\"notes\" role=\"doc-endnotes\" aria-labelledby=\"notes\"><h2 id=\"notes\">");
        self.out.text(self.voice.site.notes).raw("</h2><ol>");
        for (place, note) in manuscript.footnotes.iter().enumerate() {
            let number = place + 1;
            self.out.raw("<li").attribute("id", &format!("note-{number}")).raw(">");
            let referred = self.marks.get(place).is_some_and(|marks| *marks > 0);
            self.blocks(&note.blocks);
            if referred {
                self.out.raw("<a role=\"doc-backlink\"").attribute("href", &format!("#mark-{number}"));
                self.out.attribute("aria-label", self.voice.site.back).raw(">↩</a>");
            }
            self.out.raw("</li>");
        }
        self.out.raw("</ol></section>");
    }

    fn inlines(&mut self, content: &[Inline]) {
        if self.told.is_some() {
            return self.for_nobody_in_particular(content);
        }
        for inline in content {
            self.inline(&inline.kind);
        }
    }

    pub(super) fn inline(&mut self, inline: &InlineKind) {
        match inline {
            InlineKind::Text(words) => drop(self.out.text(words)),
            InlineKind::Emphasis(inner) => self.element("<em>", "</em>", inner),
            InlineKind::Strong(inner) => self.element("<strong>", "</strong>", inner),
            InlineKind::Strikethrough(inner) => self.element("<s>", "</s>", inner),
            InlineKind::Code(code) => drop(self.out.raw("<code>").text(code).raw("</code>")),
            InlineKind::Link { target, content } => self.link(target, content),
            InlineKind::Picture(picture) => {
                self.shelf.picture(&mut self.out, &picture.file, &picture.alt, "20rem", 320, true);
            }
            InlineKind::Footnote(note) => self.mark(*note),
            InlineKind::SoftBreak => drop(self.out.raw("\n")),
            InlineKind::LineBreak => drop(self.out.raw("<br>")),
        }
    }

    fn mark(&mut self, note: usize) {
        let Some(marks) = self.marks.get_mut(note) else { return };
        *marks += 1;
        let number = note + 1;
        self.out.raw("<sup><a role=\"doc-noteref\"").attribute("href", &format!("#note-{number}"));
        if *marks == 1 {
            self.out.attribute("id", &format!("mark-{number}"));
        }
        let label = say(self.voice.site.note, &number.to_string());
        self.out.attribute("aria-label", &label).raw(">").text(&number.to_string()).raw("</a></sup>");
    }

    fn link(&mut self, target: &str, content: &[Inline]) {
        let address = if self.told.is_some() { edition::address(target) } else { address(target, self.slugs) };
        match address {
            Some(address) => {
                self.out.raw("<a").attribute("href", &address).raw(">");
                self.element("", "</a>", content);
            }
            None => self.inlines(content),
        }
    }
}

fn side(table: &Table, column: usize) -> &'static str {
    match table.alignments.get(column) {
        Some(Alignment::End) => " class=\"end\"",
        Some(Alignment::Center) => " class=\"center\"",
        _ => "",
    }
}

/// A caption and whose work a picture is.
pub(super) fn caption_of(out: &mut Markup, caption: Option<&str>, credit: Option<&str>, voice: &Voice) {
    let credit = credit.filter(|credit| !credit.is_empty()).map(|credit| say(voice.site.picture_by, credit));
    let caption = caption.filter(|caption| !caption.is_empty());
    if caption.is_none() && credit.is_none() {
        return;
    }
    out.raw("<figcaption>").text(caption.unwrap_or_default());
    if let Some(credit) = credit {
        out.raw(" <span class=\"credit\">").text(&credit).raw("</span>");
    }
    out.raw("</figcaption>");
}

/// Where a link of an article leads on the web: within the page, to another article, out to the web or a mailbox.
fn address(target: &str, slugs: &[&str]) -> Option<String> {
    let target = target.trim();
    if let Some(id) = target.strip_prefix('#') {
        return Some(format!("#t-{id}"));
    }
    let (file, fragment) = target.split_once('#').map_or((target, ""), |(file, id)| (file, id));
    let slug = file.strip_suffix(".md").map(|file| file.trim_start_matches("./"));
    if let Some(slug) = slug.filter(|slug| slugs.contains(slug)) {
        let fragment = if fragment.is_empty() { String::new() } else { format!("#t-{fragment}") };
        return Some(format!("../{slug}/{fragment}"));
    }
    let fixed = |piece: &Piece| if let Piece::Fixed(text) = piece { Some(text.clone()) } else { None };
    // A mail's fields mean nothing here; braces are encoded like everything else that is odd.
    Target::fixed(target).and_then(|target| target.text().iter().map(fixed).collect())
}
