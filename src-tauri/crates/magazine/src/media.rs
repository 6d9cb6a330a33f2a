//! Pictures of an issue: read from its folder, and from nowhere else.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::edition::Edition;
use crate::finding::{Code, Finding, Fix, Place};
use crate::issue::{Issue, Slot};
use crate::manuscript::{Block, BlockKind, Inline, InlineKind, Manuscript, Picture};

/// A file larger than this is not laid out: a double page at 300 ppi is a tenth of it.
const LARGEST: u64 = 50_000_000;

/// Why a picture's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is no such file.
    #[error("picture not found: `{file}`")]
    Missing {
        /// As written.
        file: String,
        /// A file that is there and differs only in case.
        differs_in_case: Option<String>,
    },
    /// The path leads out of the issue's folder.
    #[error("`{file}` is outside the issue's folder")]
    Outside {
        /// As written.
        file: String,
    },
    /// The file is too large to be laid out.
    #[error("`{file}` has {megabytes} MB; a picture may have 50")]
    TooLarge {
        /// As written.
        file: String,
        /// Its size.
        megabytes: u64,
    },
    /// The disk refused.
    #[error("could not read `{file}`: {source}")]
    Disk {
        /// As written.
        file: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Reads a picture by its path from the issue's folder (`media/cover.svg`).
///
/// # Errors
/// When it is not there, lies outside the folder by `..` or by a link, is larger than 50 MB, or cannot be read.
pub fn read_media(issue_folder: &Path, file: &str) -> Result<Vec<u8>, MediaError> {
    let disk = |source| MediaError::Disk { file: file.to_owned(), source };
    let path = inside(issue_folder, file)?;
    let metadata = fs::metadata(&path).map_err(disk)?;
    if metadata.len() > LARGEST {
        return Err(MediaError::TooLarge { file: file.to_owned(), megabytes: metadata.len() / 1_000_000 });
    }
    fs::read(&path).map_err(disk)
}

fn inside(folder: &Path, file: &str) -> Result<PathBuf, MediaError> {
    let outside = || MediaError::Outside { file: file.to_owned() };
    let relative = Path::new(file);
    if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside());
    }
    let disk = |source| MediaError::Disk { file: file.to_owned(), source };
    let folder = fs::canonicalize(folder).map_err(disk)?;
    match fs::canonicalize(folder.join(relative)) {
        Ok(path) if path.starts_with(&folder) => Ok(path),
        Ok(_) => Err(outside()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(MediaError::Missing { file: file.to_owned(), differs_in_case: other_case(&folder, relative) })
        }
        Err(error) => Err(disk(error)),
    }
}

fn other_case(folder: &Path, relative: &Path) -> Option<String> {
    let wanted = relative.file_name()?.to_str()?.to_lowercase();
    let parent = relative.parent()?;
    let mut names: Vec<String> = fs::read_dir(folder.join(parent))
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    let name = names.into_iter().find(|name| name.to_lowercase() == wanted)?;
    Some(parent.join(name).to_string_lossy().replace('\\', "/"))
}

/// Every picture that an issue shows, and where it is named.
fn pictures(issue: &Issue, settings_file: &str) -> Vec<(String, Place)> {
    let settings = &issue.settings;
    let fixed = [&settings.cover.picture, &settings.contents.picture, &settings.back_cover.picture];
    let ads =
        settings.running_order.iter().filter_map(|slot| if let Slot::Ad(ad) = slot { Some(&ad.picture) } else { None });
    let named = |picture: &Picture| (picture.file.clone(), Place::file(settings_file));
    let mut found: Vec<(String, Place)> = fixed.into_iter().flatten().chain(ads).map(named).collect();
    for article in &issue.articles {
        let front = &article.front_matter;
        for (field, picture) in [("picture", &front.picture), ("signature", &front.signature)] {
            let place = || Place::file(&article.file).field(field);
            found.extend(picture.iter().map(|picture| (picture.file.clone(), place())));
        }
        in_manuscript(&article.manuscript, &article.file, &mut found);
    }
    in_manuscript(&settings.colophon.text, settings_file, &mut found);
    found
}

/// The names of the pictures that an issue shows, each once.
pub(crate) fn names(issue: &Issue) -> Vec<String> {
    let mut names: Vec<String> = pictures(issue, "").into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names
}

/// Reads every picture that an issue shows. A file that cannot be used is a finding; the others are read.
/// `text` is that of a file by its path from the publication's folder.
pub(crate) fn read_all(
    folder: &Path,
    settings_file: &str,
    issue: &Issue,
    text: &dyn Fn(&str) -> Option<String>,
) -> (BTreeMap<String, Vec<u8>>, Vec<Finding>) {
    read_named(folder, pictures(issue, settings_file), text)
}

/// Reads the pictures that an edition shows by itself, as [`read_all`] does those of an issue.
pub(crate) fn read_of_edition(
    folder: &Path,
    edition: &Edition,
    text: &str,
) -> (BTreeMap<String, Vec<u8>>, Vec<Finding>) {
    let mut named = Vec::new();
    in_manuscript(&edition.manuscript, &edition.file, &mut named);
    read_named(folder, named, &|_| Some(text.to_owned()))
}

/// The names of the pictures that an edition shows by itself, in their order.
pub(crate) fn names_in_edition(edition: &Edition) -> Vec<String> {
    let mut named = Vec::new();
    in_manuscript(&edition.manuscript, &edition.file, &mut named);
    named.into_iter().map(|(name, _)| name).collect()
}

fn read_named(
    folder: &Path,
    named: Vec<(String, Place)>,
    text: &dyn Fn(&str) -> Option<String>,
) -> (BTreeMap<String, Vec<u8>>, Vec<Finding>) {
    let mut media = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, place) in named {
        if media.contains_key(&file) {
            continue;
        }
        match read_media(folder, &file) {
            Ok(bytes) => drop(media.insert(file, bytes)),
            Err(error) => {
                let text = text(&place.file).unwrap_or_default();
                let finding = where_named(finding(&error).at(place), &error, &text);
                // Two advertisements with one file are named once: their places are not told apart.
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
    }
    (media, findings)
}

/// The finding with its line and, where only the case of the name is wrong, with the name as it is on the disk.
fn where_named(finding: Finding, error: &MediaError, text: &str) -> Finding {
    let finding = finding.in_text(text);
    let MediaError::Missing { file, differs_in_case: Some(name) } = error else { return finding };
    let place = finding.place.clone().unwrap_or_else(|| Place::file(""));
    let start = place.range.map_or(0, |range| range.start);
    match text.get(start..).and_then(|rest| rest.find(file.as_str())) {
        Some(at) => finding.fix(Fix {
            label: format!("write `{name}`"),
            file: place.file,
            range: start + at..start + at + file.len(),
            replacement: name.clone(),
        }),
        None => finding,
    }
}

fn finding(error: &MediaError) -> Finding {
    let finding = |code| Finding::error(code, error.to_string());
    match error {
        MediaError::Missing { differs_in_case: Some(name), .. } => {
            finding(Code::MissingMedia).hint(format!("`{name}` exists; the names differ in case"))
        }
        MediaError::Missing { .. } => finding(Code::MissingMedia).hint("put the file there, or correct its name"),
        MediaError::Outside { .. } => finding(Code::BadMedia).hint("copy it into the issue's `media` folder"),
        MediaError::TooLarge { .. } => finding(Code::BadMedia).hint("a JPEG at 300 ppi of the printed size is enough"),
        MediaError::Disk { .. } => finding(Code::BadMedia),
    }
}

fn in_manuscript(manuscript: &Manuscript, file: &str, found: &mut Vec<(String, Place)>) {
    in_blocks(&manuscript.blocks, file, found);
    manuscript.footnotes.iter().for_each(|note| in_blocks(&note.blocks, file, found));
}

fn in_blocks(blocks: &[Block], file: &str, found: &mut Vec<(String, Place)>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Picture(placed) => found.push((placed.picture.file.clone(), place(file, block))),
            BlockKind::Paragraph(content) | BlockKind::Heading { content, .. } => in_words(content, file, block, found),
            BlockKind::Quote(body) | BlockKind::Only { body, .. } | BlockKind::Callout { body, .. } => {
                in_blocks(body, file, found);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| in_blocks(&item.blocks, file, found)),
            BlockKind::Table(table) => {
                let cells = table.header.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| in_words(&cell.content, file, block, found));
            }
            BlockKind::Code { .. } | BlockKind::Chart(_) | BlockKind::Rule | BlockKind::Teaser { .. } => {}
        }
    }
}

fn in_words(content: &[Inline], file: &str, block: &Block, found: &mut Vec<(String, Place)>) {
    for inline in content {
        match &inline.kind {
            InlineKind::Picture(picture) => found.push((picture.file.clone(), place(file, block))),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => in_words(inner, file, block, found),
            _ => {}
        }
    }
}

/// The bytes are known, the line is told by whoever has the text.
fn place(file: &str, block: &Block) -> Place {
    Place { range: Some(block.range.clone()), ..Place::file(file) }
}
