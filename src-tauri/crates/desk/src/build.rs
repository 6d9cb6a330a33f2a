//! Checking an issue and writing its PDFs.

use std::path::Path;

use magazine::{Finding, IssueId};
use serde::Serialize;
use typesetting::PdfTarget;

use crate::pages::OpenPages;
use crate::{Class, Desk, Failure};

/// What a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Reading on a screen.
    Screen,
    /// Reading with a screen reader, and keeping: PDF/UA-1 and PDF/A-2a.
    Accessible,
}

impl Target {
    /// Every target, in the order in which they are built.
    pub const ALL: [Self; 2] = [Self::Screen, Self::Accessible];

    fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Accessible => "accessible",
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// Pages of the issue.
    pub pages: u32,
    /// What stands between the issue and its release.
    pub findings: Vec<Finding>,
}

/// What a build came to.
#[derive(Debug, Clone, Serialize)]
pub struct Built {
    /// The files, in the order of their targets.
    pub files: Vec<BuiltFile>,
    /// What stands between the issue and its release.
    pub findings: Vec<Finding>,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize)]
pub struct BuiltFile {
    /// What it is for.
    pub target: Target,
    /// Where it is.
    pub path: String,
    /// Its pages.
    pub pages: u32,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Desk {
    /// Lays an issue out and says what stands between it and its release.
    ///
    /// # Errors
    /// When there is no such issue, or the page engine cannot be run.
    pub fn check(&self, issue: IssueId) -> Result<Checked, Failure> {
        let pages = OpenPages::open(self, issue)?;
        Ok(Checked { pages: page_count(&pages), findings: pages.findings() })
    }

    /// Lays an issue out once and writes a PDF a target, each as `ISSUE-TARGET.pdf` into `folder`, or into the
    /// publication's `build` folder.
    ///
    /// # Errors
    /// When there is no such issue, the page engine cannot be run, the pages do not pass a target's standard, or the
    /// disk refuses. Files of the targets before it stay.
    pub fn build(&self, issue: IssueId, targets: &[Target], folder: Option<&Path>) -> Result<Built, Failure> {
        let mut pages = OpenPages::open(self, issue)?;
        let files: Result<_, Failure> =
            targets.iter().map(|target| self.write_pdf(&mut pages, *target, folder)).collect();
        Ok(Built { files: files?, findings: pages.findings() })
    }

    pub(crate) fn write_pdf(
        &self,
        pages: &mut OpenPages,
        target: Target,
        folder: Option<&Path>,
    ) -> Result<BuiltFile, Failure> {
        let folder = folder.map_or_else(|| self.publication.join("build"), Path::to_owned);
        let path = folder.join(format!("{}-{}.pdf", pages.issue.id, target.name()));
        let pdf = pages.pdf(match target {
            Target::Screen => PdfTarget::Screen,
            Target::Accessible => PdfTarget::Accessible,
        })?;
        let disk = |error| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
                .hint("an older PDF of that name is still as it was")
        };
        std::fs::create_dir_all(&folder).map_err(disk)?;
        magazine::write_durably(&path, &pdf).map_err(disk)?;
        Ok(BuiltFile { target, path: path.display().to_string(), pages: page_count(pages), bytes: pdf.len() as u64 })
    }
}

fn page_count(pages: &OpenPages) -> u32 {
    u32::try_from(pages.layout.pages.len()).unwrap_or(u32::MAX)
}
