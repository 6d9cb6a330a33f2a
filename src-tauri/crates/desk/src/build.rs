//! Checking an issue and writing its PDFs.

use std::path::Path;

use magazine::{Code, Finding, IssueId, MediaError, PrintSettings, Severity, read_media};
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
    /// Printing on a press: in inks, with bleed.
    Print,
    /// Reading with a screen reader, and keeping: PDF/UA-1 and PDF/A-2a.
    Accessible,
    /// Printing in the office, to fold and look through: two pages a side.
    Booklet,
}

impl Target {
    /// Every target, in the order in which they are built.
    pub const ALL: [Self; 4] = [Self::Screen, Self::Print, Self::Accessible, Self::Booklet];

    /// Its word on the command line and in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Print => "print",
            Self::Accessible => "accessible",
            Self::Booklet => "booklet",
        }
    }

    /// The pages of the file: two of the issue's stand on each side of a booklet's sheets.
    fn sides(self, pages: u32) -> u32 {
        if self == Self::Booklet { pages.next_multiple_of(4) / 2 } else { pages }
    }

    fn pdf(self) -> PdfTarget {
        match self {
            Self::Screen => PdfTarget::Screen,
            Self::Print => PdfTarget::Print,
            Self::Accessible => PdfTarget::Accessible,
            Self::Booklet => PdfTarget::Booklet,
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// Pages of the issue.
    pub pages: u32,
    /// What stands between the issue and its release, by file and place.
    pub findings: Vec<Finding>,
}

/// What a build came to.
#[derive(Debug, Clone, Serialize)]
pub struct Built {
    /// The files, in the order of their targets.
    pub files: Vec<BuiltFile>,
    /// The targets that could not be built.
    pub failures: Vec<FailedTarget>,
    /// What stands between the issue and its release.
    pub findings: Vec<Finding>,
}

/// A target that could not be built; those beside it could.
#[derive(Debug, Clone, Serialize)]
pub struct FailedTarget {
    /// What it would have been for.
    pub target: Target,
    /// Why there is no file.
    #[serde(flatten)]
    pub failure: Failure,
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
    /// Lays an issue out and says what stands between it and its release, its editions' own texts included.
    ///
    /// # Errors
    /// When there is no such issue, or the page engine cannot be run.
    pub fn check(&self, issue: IssueId) -> Result<Checked, Failure> {
        let pages = OpenPages::open(self, issue)?;
        let mut findings = self.lined(pages.findings());
        findings.extend(self.publication()?.read_editions(issue)?.1);
        Ok(Checked { pages: page_count(&pages), findings })
    }

    /// Lays an issue out once and writes a PDF a target, each as `ISSUE-TARGET.pdf` into `folder`, or into the
    /// publication's `build` folder. Says before each what it begins.
    ///
    /// # Errors
    /// When there is no such issue, or it cannot be laid out. A target that cannot be built is told in the result,
    /// and keeps none of the others from being built.
    pub fn build(
        &self,
        issue: IssueId,
        targets: &[Target],
        folder: Option<&Path>,
        begins: &mut dyn FnMut(Target),
    ) -> Result<Built, Failure> {
        let mut pages = OpenPages::open(self, issue)?;
        let (mut files, mut failures) = (Vec::new(), Vec::new());
        for target in targets.iter().copied() {
            begins(target);
            match self.write_pdf(&mut pages, target, folder, &|| true) {
                Ok(file) => files.push(file),
                Err(failure) => failures.push(FailedTarget { target, failure }),
            }
        }
        Ok(Built { files, failures, findings: weighed(self.lined(pages.findings()), targets) })
    }

    /// The findings with the lines of those that know their bytes alone. Only for pages that were read from disk.
    fn lined(&self, findings: Vec<Finding>) -> Vec<Finding> {
        typesetting::with_lines(findings, |file| std::fs::read_to_string(self.publication.join(file)).ok())
    }

    pub(crate) fn write_pdf(
        &self,
        pages: &mut OpenPages,
        target: Target,
        folder: Option<&Path>,
        wanted: &dyn Fn() -> bool,
    ) -> Result<BuiltFile, Failure> {
        let folder = folder.map_or_else(|| self.publication.join("build"), Path::to_owned);
        let path = folder.join(format!("{}-{}.pdf", pages.issue.id, target.name()));
        if target == Target::Print {
            let profile = self.printers_profile(&pages.issue.publication.print)?;
            pages.engine().print_with(profile);
        }
        let pdf = pages.pdf(target.pdf())?;
        // The page engine may have been faster than whoever wanted it to end.
        if !wanted() {
            return Err(Failure::from(typesetting::EngineError::Superseded));
        }
        let disk = |error| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
                .hint("an older PDF of that name is still as it was")
        };
        std::fs::create_dir_all(&folder).map_err(disk)?;
        magazine::write_durably(&path, &pdf).map_err(disk)?;
        Ok(BuiltFile {
            target,
            path: path.display().to_string(),
            pages: target.sides(page_count(pages)),
            bytes: pdf.len() as u64,
        })
    }

    /// The ICC profile that the settings name, out of the publication's `assets` folder.
    fn printers_profile(&self, print: &PrintSettings) -> Result<Option<Vec<u8>>, Failure> {
        if print.profile.is_empty() {
            return Ok(None);
        }
        let name = &print.profile;
        read_media(&self.publication.join("assets"), name).map(Some).map_err(|error| {
            let (class, message) = match error {
                MediaError::Missing { .. } => (Class::Work, format!("the printer's profile is not there: `{name}`")),
                MediaError::Outside { .. } => {
                    (Class::Work, format!("the printer's profile is outside `assets`: `{name}`"))
                }
                MediaError::TooLarge { megabytes, .. } => {
                    (Class::Work, format!("`{name}` has {megabytes} MB; a profile has a few"))
                }
                MediaError::Disk { source, .. } => {
                    (Class::Environment, format!("could not read the printer's profile `{name}`: {source}"))
                }
            };
            let hint = "`profile` below `[print]` in assets/publication.toml names a file in `assets`";
            Failure::new(class, "no-profile", message).hint(hint)
        })
    }
}

/// The findings as these targets weigh them. A press cannot print light as it is; on a screen it is what is wanted. A
/// check is for none of them and only notes it.
pub(crate) fn weighed(findings: Vec<Finding>, targets: &[Target]) -> Vec<Finding> {
    let is_printed = targets.contains(&Target::Print);
    let is_about_light = |finding: &Finding| finding.code == Code::RgbPicture;
    let kept = findings.into_iter().filter(|finding| is_printed || !is_about_light(finding));
    let weigh = |finding: Finding| match is_about_light(&finding) {
        true => Finding { severity: Severity::Warning, ..finding },
        false => finding,
    };
    kept.map(weigh).collect()
}

fn page_count(pages: &OpenPages) -> u32 {
    u32::try_from(pages.layout.pages.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_in_light_is_a_warning_for_the_press_and_nothing_to_tell_for_a_screen() {
        let found = || vec![Finding::note(Code::RgbPicture, "RGB"), Finding::note(Code::EditorsMark, "TK")];
        let told = |targets: &[Target]| {
            let findings = weighed(found(), targets).into_iter();
            findings.map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
        };
        let other = (Code::EditorsMark, Severity::Note);
        assert_eq!(told(&[Target::Print]), [(Code::RgbPicture, Severity::Warning), other]);
        assert_eq!(told(&Target::ALL), [(Code::RgbPicture, Severity::Warning), other]);
        assert_eq!(told(&[Target::Screen, Target::Accessible, Target::Booklet]), [other]);
    }
}
