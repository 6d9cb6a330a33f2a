//! What belongs to a picture in print: words for those who cannot see it, words below it, and whose work it is.

use super::{Source, walk};
use crate::article::Article;
use crate::finding::{Code, Finding, Place};
use crate::manuscript::{Block, BlockKind, InlineKind, Manuscript, PlacedPicture};

/// The opener's picture.
pub(super) fn of_opener(source: Source<'_>, article: &Article, has_credit: bool) -> Option<Finding> {
    let picture = article.front_matter.picture.as_ref().filter(|_| !has_credit)?;
    let finding = Finding::warning(Code::MissingCredit, without_credit(&picture.file));
    let finding = finding.at(Place::file(source.file).field("picture"));
    let hint = "add `picture-credit: …`; `picture-credit: \"\"` where nobody is to be named";
    Some(finding.hint(hint).in_text(source.text))
}

/// Placed pictures and those within a line.
pub(super) fn in_text(source: Source<'_>, manuscript: &Manuscript) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk::blocks(manuscript, &mut |block| {
        if let BlockKind::Picture(placed) = &block.kind {
            findings.extend(of_placed(source, placed, block));
        }
    });
    findings.extend(in_line(source, manuscript));
    findings
}

/// Pictures within a line, which the reader of Markdown does not ask for words.
pub(super) fn in_line(source: Source<'_>, manuscript: &Manuscript) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk::inlines(manuscript, &mut |inline| {
        if let InlineKind::Picture(picture) = &inline.kind
            && picture.alt.trim().is_empty()
        {
            let message = format!("the picture `{}` has no text alternative", picture.file);
            let finding = Finding::warning(Code::MissingAlt, message).at(source.place(inline.range.clone()));
            findings.push(finding.hint("write what it shows between `![` and `]`"));
        }
    });
    findings
}

fn of_placed(source: Source<'_>, placed: &PlacedPicture, block: &Block) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = &placed.picture.file;
    let place = || source.place(block.range.start..block.range.start + written_length(source, block));
    if placed.caption.is_none() {
        // Some pictures speak for themselves, so this is worth knowing and no more.
        let finding = Finding::note(Code::MissingCaption, format!("the picture `{file}` has no caption"));
        findings.push(finding.at(place()).hint("write it in quotation marks after the file's name: `(… \"Caption\")`"));
    }
    if placed.credit.is_none() {
        let finding = Finding::warning(Code::MissingCredit, without_credit(file)).at(place());
        findings.push(finding.hint("add `{credit=\"…\"}` after it; `{credit=\"\"}` where nobody is to be named"));
    }
    findings
}

fn without_credit(file: &str) -> String {
    format!("the picture `{file}` does not say whose work it is")
}

/// The block without the line end that belongs to it.
fn written_length(source: Source<'_>, block: &Block) -> usize {
    source.text[block.range.clone()].trim_end().len()
}
