//! The web edition on disk: pages, scaled pictures and the PDFs they lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use magazine::{Edition, Finding, Issue, IssueId, Publication};
use newsletter::{ArchivedIssue, Site, SiteSources};
use serde::Serialize;

use crate::pages::OpenPages;
use crate::pictures::Fonts;
use crate::{Class, Desk, Failure, Target, edition, pictures};

/// What a web edition came to.
#[derive(Debug, Clone, Serialize)]
pub struct BuiltSite {
    /// The folder to put on the web.
    pub path: String,
    /// The issue's first page.
    pub index: String,
    /// Pages.
    pub pages: usize,
    /// Pictures, each size counted.
    pub pictures: usize,
    /// What stands between the issue and its release.
    pub findings: Vec<Finding>,
}

impl Desk {
    /// Writes the web edition of an issue into `folder`, or into `build/web` in the publication. Issues that are there
    /// already stay, and the archive names them.
    ///
    /// # Errors
    /// When there is no such issue, it cannot be laid out, or the folder not be written.
    pub fn build_site(&self, id: IssueId, folder: Option<&Path>) -> Result<BuiltSite, Failure> {
        let folder = folder.map_or_else(|| self.publication.join("build").join("web"), Path::to_owned);
        let mut pages = OpenPages::open(self, id)?;
        let publication = self.publication()?;
        let editions = editions(&publication, id)?;
        let mut media = edition::issue_media(&publication, &pages.issue);
        media.extend(editions.iter().flat_map(|edition| publication.media_of_edition(edition, "").0));
        let pdfs = self.site_pdfs(&mut pages, &folder.join(id.to_string()))?;
        let site = newsletter::site(&SiteSources {
            issue: &pages.issue,
            pictures: &pictures::sizes(&media),
            pdfs: &pdfs,
            editions: &editions,
            others: &others(&publication, &folder, id)?,
        });
        let mut findings = pages.findings();
        clear(&folder, id, &site)?;
        write(&folder, &site, &media, &mut findings)?;
        mail_pictures(&folder, &publication, &pages, media)?;
        Ok(BuiltSite {
            index: folder.join(id.to_string()).join("index.html").display().to_string(),
            path: folder.display().to_string(),
            pages: site.files.keys().filter(|path| path.ends_with(".html")).count(),
            pictures: site.pictures.len(),
            findings,
        })
    }

    /// The PDFs that readers may take along.
    fn site_pdfs(&self, pages: &mut OpenPages, folder: &Path) -> Result<Vec<(String, String, u64)>, Failure> {
        let mut pdfs = Vec::new();
        for target in [Target::Screen, Target::Accessible] {
            let file = self.write_pdf(pages, target, Some(folder), &|| true)?;
            let name = format!("{}-{}.pdf", pages.issue.id, target.name());
            pdfs.push((name, target.name().to_owned(), file.bytes));
        }
        Ok(pdfs)
    }
}

/// The issue's editions. What is wrong with one is told where it is rendered and sent.
fn editions(publication: &Publication, id: IssueId) -> Result<Vec<Edition>, Failure> {
    let editions = publication.editions(id)?;
    Ok(editions.iter().map(|id| publication.read_edition(id).map(|(edition, _)| edition)).collect::<Result<_, _>>()?)
}

/// The other issues whose web edition is in the folder.
fn others(publication: &Publication, folder: &Path, this: IssueId) -> Result<Vec<ArchivedIssue>, Failure> {
    let mut others = Vec::new();
    for id in publication.issues()? {
        if id != this && folder.join(id.to_string()).join("index.html").is_file() {
            let (issue, _): (Issue, Vec<Finding>) = publication.read_issue(id)?;
            others.push(ArchivedIssue::of(&issue));
        }
    }
    Ok(others)
}

fn write(
    folder: &Path,
    site: &Site,
    media: &BTreeMap<String, Vec<u8>>,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    for (path, text) in &site.files {
        write_one(&folder.join(path), text.as_bytes())?;
    }
    for picture in &site.pictures {
        let Some(bytes) = media.get(&picture.file) else { continue };
        match pictures::jpeg_of_pixels(&picture.file, bytes, picture.width) {
            Ok(jpeg) => write_one(&folder.join(&picture.path), &jpeg)?,
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(())
}

/// The pictures of the editions that link to theirs. Those of editions that were changed or deleted stay: mails that
/// were sent show them.
fn mail_pictures(
    folder: &Path,
    publication: &Publication,
    pages: &OpenPages,
    mut media: BTreeMap<String, Vec<u8>>,
) -> Result<(), Failure> {
    let fonts = Fonts::of(publication);
    for id in publication.editions(pages.issue.id)? {
        // What is wrong with an edition is told where it is rendered and sent.
        let mail = edition::composed(publication, &id, pages, &mut media)?.mail;
        for used in &mail.pictures {
            let Some(path) = &used.on_the_web else { continue };
            // One size for every edition, whichever was built last.
            if let Some(Ok(jpeg)) = edition::jpeg(used, &media, &fonts, used.width_px.max(MAIL_PICTURE)) {
                write_one(&folder.join(path), &jpeg)?;
            }
        }
    }
    Ok(())
}

/// The width of a linked picture of a mail, in CSS pixels: the column's.
const MAIL_PICTURE: u32 = 536;

/// Takes away the pages of articles that the issue has no more, and pictures that no page shows. What the program did
/// not make stays, and so do the pages and pictures that mails lead to: those that were sent still do.
fn clear(folder: &Path, id: IssueId, site: &Site) -> Result<(), Failure> {
    let issue = folder.join(id.to_string());
    let kept: BTreeSet<PathBuf> =
        site.files.keys().chain(site.pictures.iter().map(|one| &one.path)).map(|path| folder.join(path)).collect();
    let mut stale: Vec<PathBuf> = entries(&issue).into_iter().map(|article| article.join("index.html")).collect();
    let pictures = entries(&issue.join("pictures"));
    stale.extend(pictures.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "jpg")));
    for path in stale.into_iter().filter(|path| path.is_file() && !kept.contains(path)) {
        let failed =
            |error| Failure::new(Class::Environment, "disk", format!("could not remove `{}`: {error}", path.display()));
        std::fs::remove_file(&path).map_err(failed)?;
        // A folder that holds something else is not the program's.
        let _ = path.parent().map(std::fs::remove_dir);
    }
    Ok(())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn write_one(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, bytes)).map_err(|error| {
        Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
            .hint("the folder may hold a part of the web edition; build it again")
    })
}
