//! Pictures that stand alone in their paragraph.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::Source;
use super::attributes::{self, Attribute};
use crate::finding::{Code, Finding, Severity};
use crate::manuscript::{Inline, InlineKind, PictureWidth, PlacedPicture, TextSegment};
use crate::record::nearest;

/// The placed picture that a paragraph is, if it is nothing but a picture and its attributes.
pub(super) fn placed(
    source: Source<'_>,
    content: &[Inline],
    range: &Range<usize>,
    findings: &mut Vec<Finding>,
) -> Option<PlacedPicture> {
    let Inline { kind: InlineKind::Picture(picture), range: written } = content.first()? else { return None };
    let rest = source.written(written.end..range.end.max(written.end));
    let braces = rest.trim();
    let attributes = if braces.is_empty() { Vec::new() } else { attributes::parse(braces)? };
    let braces_start = written.end + (rest.len() - rest.trim_start().len());
    if picture.alt.trim().is_empty() {
        let message = format!("the picture `{}` has no text alternative", picture.file);
        let finding = Finding { severity: Severity::Warning, ..Finding::error(Code::MissingAlt, message) };
        findings.push(finding.at(source.place(written.clone())).hint("write what it shows between `![` and `]`"));
    }
    let mut placed = PlacedPicture {
        picture: picture.clone(),
        caption: caption(source, written.clone()),
        credit: None,
        width: PictureWidth::default(),
    };
    for attribute in attributes {
        apply(&mut placed, attribute, source, braces_start, findings);
    }
    Some(placed)
}

/// The classes that say how wide a picture stands.
const WIDTHS: &[(&str, PictureWidth)] = &[
    ("column", PictureWidth::Column),
    ("wide", PictureWidth::Wide),
    ("full", PictureWidth::Full),
    ("page", PictureWidth::Page),
    ("bleed", PictureWidth::Bleed),
    ("spread", PictureWidth::Spread),
];

fn width(class: &str) -> Option<PictureWidth> {
    WIDTHS.iter().find(|(name, _)| *name == class).map(|(_, width)| *width)
}

fn apply(
    placed: &mut PlacedPicture,
    attribute: Attribute<'_>,
    source: Source<'_>,
    start: usize,
    findings: &mut Vec<Finding>,
) {
    let (word, range) = match attribute {
        Attribute::Class(word, range) => match width(word) {
            Some(width) => return placed.width = width,
            None => (word.to_owned(), range),
        },
        Attribute::Pair("credit", credit, _) => return placed.credit = Some(credit),
        Attribute::Unknown(word, range) => (word.to_owned(), range),
        Attribute::Pair(key, _, range) => (key.to_owned(), range),
    };
    let finding = Finding::warning(Code::UnknownAttribute, format!("unknown picture attribute `{word}`"))
        .at(source.place(start + range.start..start + range.end));
    let names: Vec<&str> = WIDTHS.iter().map(|(name, _)| *name).collect();
    let finding = finding.hint(format!("known: `.{}`, `credit=\"…\"`", names.join("`, `.")));
    let class = source.text.as_bytes().get(start + range.start) == Some(&b'.');
    findings.push(match nearest(&word, &names) {
        Some(known) if class => {
            let name = start + range.start + 1..start + range.end;
            finding.fix(source.fix(name, known, format!("write `.{known}`")))
        }
        _ => finding,
    });
}

/// The title in quotation marks after the file, with its bytes.
fn caption(source: Source<'_>, written: Range<usize>) -> Option<TextSegment> {
    let image = source.written(written.clone());
    let end = image.trim_end().strip_suffix(')')?.trim_end();
    let quote = end.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &end[..end.len() - 1];
    let open = inner.rmatch_indices(quote).map(|(at, _)| at).find(|at| !inner[..*at].ends_with('\\'))?;
    let words = &inner[open + 1..];
    let text = title(image).unwrap_or_else(|| words.to_owned());
    let start = written.start + open + 1;
    (!text.trim().is_empty()).then_some(TextSegment { range: start..start + words.len(), text })
}

/// The title as CommonMark reads it, its escapes and entities resolved.
fn title(image: &str) -> Option<String> {
    Parser::new(image).find_map(|event| match event {
        Event::Start(Tag::Image { title, .. }) => Some(title.into_string()),
        _ => None,
    })
}
