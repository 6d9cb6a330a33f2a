//! Every block and every piece of running text of a manuscript, wherever it is nested.

use crate::manuscript::{Block, BlockKind, Inline, InlineKind, Manuscript};

/// Visits every block, footnotes included, each before what is inside it.
pub(super) fn blocks<'m>(manuscript: &'m Manuscript, visit: &mut dyn FnMut(&'m Block)) {
    in_blocks(&manuscript.blocks, visit);
    manuscript.footnotes.iter().for_each(|note| in_blocks(&note.blocks, visit));
}

fn in_blocks<'m>(blocks: &'m [Block], visit: &mut dyn FnMut(&'m Block)) {
    for block in blocks {
        visit(block);
        match &block.kind {
            BlockKind::Quote(body) | BlockKind::Only { body, .. } | BlockKind::Callout { body, .. } => {
                in_blocks(body, visit);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| in_blocks(&item.blocks, visit)),
            _ => {}
        }
    }
}

/// Visits every piece of running text, each before what is inside it.
pub(super) fn inlines<'m>(manuscript: &'m Manuscript, visit: &mut dyn FnMut(&'m Inline)) {
    blocks(manuscript, &mut |block| match &block.kind {
        BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => in_words(content, visit),
        BlockKind::Callout { title, .. } => in_words(title, visit),
        BlockKind::Table(table) => {
            let cells = table.header.iter().chain(table.rows.iter().flatten());
            cells.for_each(|cell| in_words(&cell.content, visit));
        }
        _ => {}
    });
}

fn in_words<'m>(content: &'m [Inline], visit: &mut dyn FnMut(&'m Inline)) {
    for inline in content {
        visit(inline);
        match &inline.kind {
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => in_words(inner, visit),
            _ => {}
        }
    }
}
