//! Writes a mail as a page to look at: `cargo run -p newsletter --example preview -- PUBLICATION EDITION OUT.html`.
//!
//! Pictures are taken from the issue's folder, fields are those of one reader, and the text part goes beside the page
//! as `OUT.txt`. With `--pages` each article is given a page number.

#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use magazine::{EditionId, Issue, Publication};
use newsletter::{Frame, PersonField, PictureSize, Pictures, Sources, compose, fill};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [publication, edition, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: preview PUBLICATION EDITION OUT.html [--pages]".into());
    };
    let publication = Publication::open(Path::new(publication))?;
    let id: EditionId = edition.parse()?;
    let (edition, mut findings) = publication.read_edition(&id)?;
    let (issue, _) = publication.read_issue(id.issue)?;
    let folder = publication.issue_folder(id.issue);
    let frame_file = "assets/newsletter/frame.mjml";
    let (frame, found) = Frame::read(frame_file, &fs::read_to_string(publication.folder().join(frame_file))?);
    findings.extend(found);
    let pages = if rest.iter().any(|flag| flag == "--pages") { pages(&issue) } else { BTreeMap::new() };
    let text = fs::read_to_string(publication.folder().join(&edition.file))?;
    let pictures = pictures(&folder)?;
    let sources =
        Sources { edition: &edition, text: &text, issue: &issue, frame: &frame, pictures: &pictures, pages: &pages };
    let (mail, found) = compose(&sources);
    findings.extend(found);
    let mut html = fill(&mail.html, reader);
    for picture in &mail.pictures {
        let file = folder.canonicalize()?.join(&picture.file);
        html = html.replace(&format!("cid:{}", picture.cid), &format!("file://{}", file.display()));
    }
    fs::write(out, &html)?;
    fs::write(Path::new(out).with_extension("txt"), fill(&mail.text, reader))?;
    println!("{}\n{} bytes of HTML, {} pictures", fill(&mail.subject, reader), html.len(), mail.pictures.len());
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(())
}

fn reader(field: PersonField) -> String {
    match field {
        PersonField::FirstName => "Ana",
        PersonField::Name => "Ana Ionescu",
        PersonField::Email => "ana@example.org",
        PersonField::City => "Sibiu",
        PersonField::Country => "Romania",
        PersonField::Language => "ro",
        PersonField::Organisation => "",
        PersonField::UnsubscribeLink => "https://example.org/unsubscribe?t=1&s=2",
        PersonField::PreferencesLink => "https://example.org/unsubscribe?t=1&s=2&preferences",
    }
    .to_owned()
}

fn pages(issue: &Issue) -> BTreeMap<String, u32> {
    let slugs = issue.articles.iter().map(|article| article.slug.clone());
    slugs.zip((4..).step_by(6)).collect()
}

/// Every file in `media/`; sizes do not matter here.
fn pictures(folder: &Path) -> Result<Pictures, Box<dyn Error>> {
    let mut pictures = Pictures::new();
    for entry in fs::read_dir(folder.join("media"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        pictures.insert(format!("media/{name}"), PictureSize { width: 1200, height: 800 });
    }
    Ok(pictures)
}
