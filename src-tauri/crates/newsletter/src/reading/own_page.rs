//! Links from a mail to the issue's own web edition: the only pages of the web that can be looked for without asking
//! anybody.

use std::ops::Range;

use magazine::{Article, Block, BlockKind, Code, Finding};

use super::Reader;
use crate::name::nearest;
use crate::piece::plain;
use crate::site;

impl Reader<'_> {
    /// Finds what a link to this issue on the web expects there in vain: an article, or a heading of one.
    pub(super) fn dead_page(&mut self, target: &str, range: &Range<usize>) {
        let Some(path) = self.web.path_of(target) else { return };
        let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
        let slug = path.split('?').next().unwrap_or_default();
        let slug = slug.strip_suffix("index.html").unwrap_or(slug).trim_end_matches('/');
        // Mails, pictures and PDFs have places of their own.
        if slug.is_empty() || slug.contains(['/', '.']) {
            return;
        }
        let articles = site::in_order(self.issue);
        match articles.iter().find(|article| article.slug == slug) {
            None => {
                let slugs = articles.iter().map(|article| article.slug.as_str());
                let dead = dead(format!("the web edition has no article `{}`", plain(slug)), nearest(slug, slugs));
                self.find(dead, range.clone());
            }
            Some(article) if !anchor.is_empty() && !is_there(article, anchor) => {
                let ids = ids(&article.manuscript.blocks);
                let near = nearest(anchor, ids.iter().map(String::as_str));
                let dead = dead(format!("the article `{slug}` has no place `#{}`", plain(anchor)), near);
                self.find(dead, range.clone());
            }
            Some(_) => {}
        }
    }
}

fn dead(message: String, near: Option<&str>) -> Finding {
    let finding = Finding::error(Code::BadLink, message);
    match near {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding,
    }
}

fn is_there(article: &Article, anchor: &str) -> bool {
    let notes = 1..=article.manuscript.footnotes.len();
    let note = |number: &str| number.parse().is_ok_and(|number: usize| notes.contains(&number));
    anchor.strip_prefix("note-").or(anchor.strip_prefix("mark-")).is_some_and(note)
        || ["text", "notes"].contains(&anchor)
        || ids(&article.manuscript.blocks).iter().any(|id| id == anchor)
}

/// The headings of an article, by their names in the web edition.
fn ids(blocks: &[Block]) -> Vec<String> {
    let of = |block: &Block| match &block.kind {
        BlockKind::Heading { id, .. } => vec![format!("t-{id}")],
        BlockKind::Quote(body) | BlockKind::Callout { body, .. } | BlockKind::Only { body, .. } => ids(body),
        _ => Vec::new(),
    };
    blocks.iter().flat_map(of).collect()
}
