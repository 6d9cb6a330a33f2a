//! `[[slug]]`: what an edition tells of an article.

use std::ops::Range;

use magazine::{Article, Code, Finding};

use super::Reader;
use crate::content::{Block, Rank, Teaser};
use crate::name::nearest;
use crate::picture::{COLUMN, STACKED};
use crate::piece::plain;
use crate::site;
use crate::words;

impl Reader<'_> {
    /// A teaser; nothing where the issue has no such article.
    pub(super) fn teaser(&mut self, slug: &str, range: &Range<usize>) -> Option<Block> {
        let issue = self.issue;
        if let Some(article) = issue.article(slug) {
            self.left_out(article, range);
            return Some(Block::Teaser(Box::new(self.told(article))));
        }
        let finding = Finding::error(Code::UnknownTeaser, format!("the issue has no article `{}`", plain(slug)));
        let slugs = issue.articles.iter().map(|article| article.slug.as_str());
        let finding = match nearest(slug, slugs) {
            Some(near) => finding.hint(format!("did you mean `[[{near}]]`?")),
            None => finding,
        };
        self.find(finding, range.clone());
        None
    }

    /// An article that stands in no running order is neither on the web nor in the PDF, so its teaser leads nowhere.
    fn left_out(&mut self, article: &Article, range: &Range<usize>) {
        let articles = site::in_order(self.issue);
        if articles.is_empty() || articles.iter().any(|known| known.slug == article.slug) {
            return;
        }
        let message =
            format!("the article `{}` is not in the running order, so its teaser leads nowhere", article.slug);
        let finding =
            Finding::error(Code::BadLink, message).hint("put it into `running-order` in the issue's issue.toml");
        self.find(finding, range.clone());
    }

    fn told(&mut self, article: &Article) -> Teaser {
        let front = &article.front_matter;
        let (rank, width) = if self.teased.is_empty() { (Rank::Lead, COLUMN) } else { (Rank::Brief, STACKED) };
        self.teased.insert(article.slug.clone());
        let words = if front.summary.text.trim().is_empty() { &front.standfirst } else { &front.summary };
        let picture = front.picture.as_ref().map(|it| self.album.take(&it.file, &plain(&it.alt), width));
        Teaser {
            rank,
            language: words::tag(&front.language).to_owned(),
            picture: picture.filter(|picture| picture.source.is_some()),
            kicker: plain(&front.section.text),
            title: plain(&front.title.text),
            words: plain(words.text.trim()),
            link: self.web.article(&article.slug),
            page: self.page(&article.slug),
        }
    }

    fn page(&self, slug: &str) -> Option<(u32, crate::link::Target)> {
        let page = *self.pages.get(slug)?;
        Some((page, self.web.pdf_at(page)?))
    }
}
