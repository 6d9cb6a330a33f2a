//! The web edition on disk: pages, scaled pictures and the PDFs they lead to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use magazine::{Finding, Issue, IssueId, Publication};
use newsletter::{ArchivedIssue, Site, SiteSources};
use serde::Serialize;

use crate::pages::OpenPages;
use crate::{Class, Desk, Failure, Target, pictures};

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
        let (media, _) = publication.media(&pages.issue);
        let pdfs = self.site_pdfs(&mut pages, &folder.join(id.to_string()))?;
        let site = newsletter::site(&SiteSources {
            issue: &pages.issue,
            pictures: &pictures::sizes(&media),
            pdfs: &pdfs,
            others: &others(&publication, &folder, id)?,
        });
        let mut findings = pages.findings();
        write(&folder, &site, &media, &mut findings)?;
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
            let file = self.write_pdf(pages, target, Some(folder))?;
            let name = format!("{}-{}.pdf", pages.issue.id, target.name());
            pdfs.push((name, target.name().to_owned(), file.bytes));
        }
        Ok(pdfs)
    }
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

fn write_one(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, bytes)).map_err(|error| {
        Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
            .hint("the folder may hold a part of the web edition; build it again")
    })
}
