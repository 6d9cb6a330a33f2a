//! Writing an issue's PDFs for the window: target after target, told as it goes, and ended when somebody asks.
//!
//! An export has a page engine of its own, so that the pages go on following the words while it runs; and it reads
//! the issue from disk, so that a PDF never holds what was not saved.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use magazine::IssueId;

use crate::build::{Target, weighed};
use crate::findings::views;
use crate::pages::OpenPages;
use crate::rpc::{ExportStep, Exported, ExportedFile};
use crate::{Class, Desk, Failure};

/// Whether an export is under way, and whether somebody wants it ended.
#[derive(Debug, Default)]
pub(crate) struct Exporting {
    is_running: AtomicBool,
    /// Not 0 when it is to end. The page engine follows it as if it counted edits, and ends in the middle of a file.
    stopped: Arc<AtomicU32>,
}

/// An export holds its place as long as this lives.
struct Turn<'a>(&'a Exporting);

impl Exporting {
    fn begin(&self) -> Result<Turn<'_>, Failure> {
        if self.is_running.swap(true, Ordering::SeqCst) {
            return Err(Failure::new(Class::Work, "exporting", "an export is under way already")
                .hint("wait for it, or cancel it"));
        }
        self.stopped.store(0, Ordering::SeqCst);
        Ok(Turn(self))
    }
}

impl Turn<'_> {
    fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.is_running.store(false, Ordering::SeqCst);
    }
}

impl Desk {
    /// Writes a PDF for each target into the publication's `build` folder. A target that cannot be written is told
    /// and the next one tried. Blocks; call it on a thread of its own.
    ///
    /// # Errors
    /// When the issue cannot be laid out, a target is unknown, or another export is under way.
    pub fn export_pdfs(
        &self,
        issue: &str,
        targets: &[String],
        mut tell: impl FnMut(ExportStep),
    ) -> Result<Exported, Failure> {
        let id: IssueId = issue.parse()?;
        let targets: Vec<Target> = targets.iter().map(|name| target(name)).collect::<Result<_, Failure>>()?;
        let turn = self.exporting.begin()?;
        tell(ExportStep::Layout);
        let mut pages = match OpenPages::for_export(self, id, &self.exporting.stopped) {
            Err(_) if turn.is_stopped() => return Ok(Exported { stopped: true, findings: Vec::new() }),
            pages => pages?,
        };
        for target in targets.iter().copied() {
            if turn.is_stopped() {
                break;
            }
            tell(ExportStep::Writing { target: target.name().to_owned() });
            let step = self.export_one(&mut pages, target, &|| !turn.is_stopped());
            // What was ended on purpose is no failure.
            if !(turn.is_stopped() && matches!(step, ExportStep::Failed { .. })) {
                tell(step);
            }
        }
        Ok(Exported { stopped: turn.is_stopped(), findings: views(&weighed(pages.findings(), &targets), id) })
    }

    fn export_one(&self, pages: &mut OpenPages, target: Target, wanted: &dyn Fn() -> bool) -> ExportStep {
        match self.write_pdf(pages, target, None, wanted) {
            Ok(file) => ExportStep::Written(ExportedFile {
                target: target.name().to_owned(),
                path: file.path,
                pages: file.pages,
                bytes: u32::try_from(file.bytes).unwrap_or(u32::MAX),
            }),
            Err(failure) => ExportStep::Failed { target: target.name().to_owned(), failure },
        }
    }

    /// Ends the export under way, in the middle of the file it is at; answers whether there was one. Files that are
    /// finished stay, and one that is not never has its name.
    pub fn stop_export(&self) -> bool {
        self.exporting.stopped.store(1, Ordering::SeqCst);
        self.exporting.is_running.load(Ordering::SeqCst)
    }

    /// Where the PDF of a target is, if it has been written.
    ///
    /// # Errors
    /// When there is no such target, or no such file yet.
    pub fn exported_file(&self, issue: &str, target_name: &str) -> Result<PathBuf, Failure> {
        let id: IssueId = issue.parse()?;
        let path = self.publication.join("build").join(format!("{id}-{}.pdf", target(target_name)?.name()));
        if path.is_file() {
            return Ok(path);
        }
        Err(Failure::new(Class::Work, "no-pdf", format!("`{}` is not there", path.display())).hint("export it again"))
    }
}

fn target(name: &str) -> Result<Target, Failure> {
    let known = Target::ALL.into_iter().find(|target| target.name() == name);
    known.ok_or_else(|| {
        let names: Vec<&str> = Target::ALL.into_iter().map(Target::name).collect();
        Failure::new(Class::Usage, "no-target", format!("nothing is built for `{name}`"))
            .hint(format!("targets: {}", names.join(", ")))
    })
}
