//! The whole way of an issue, through the command line: pages, readers, a thousand mails over SMTP.
//!
//! Everything lands in `demo` below the target folder. What an earlier run left there is removed first, so that a
//! second run says the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::masthead::{self, Answer, Catcher, Masthead, in_state, number};
use crate::readers;
use crate::report::{Report, grouped, seconds};
use crate::workspace::Workspace;

/// The sample issue.
pub(crate) const ISSUE: &str = "2026-q4";
/// The sample edition.
pub(crate) const EDITION: &str = "2026-q4/launch";
/// So many readers are invented.
pub(crate) const READERS: usize = 1000;

/// Where the demo leaves things.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn of(workspace: &Workspace) -> Folder {
        Folder(workspace.target.join("demo"))
    }

    /// The same names in another folder.
    pub(crate) fn at(folder: &Path) -> Folder {
        Folder(folder.to_owned())
    }

    /// Starts anew: what the demo made before goes, anything else in the folder stays.
    fn clear(&self) -> Result<()> {
        for made in [self.data(), self.mail(), self.report(), self.readers(), self.pdf()] {
            remove(&made)?;
        }
        fs::create_dir_all(&self.0)?;
        Ok(())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub(crate) fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    pub(crate) fn readers(&self) -> PathBuf {
        self.0.join("readers.csv")
    }

    fn pdf(&self) -> PathBuf {
        self.0.join(format!("{ISSUE}-screen.pdf"))
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.0.join("report.json")
    }
}

/// Removes a file or folder that may not be there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Builds the command line and goes the whole way; the report is saved and answered.
pub(crate) fn run(workspace: &Workspace) -> Result<Report> {
    let folder = Folder::of(workspace);
    folder.clear()?;
    let mut steps = Steps::default();

    let program = steps.take("build masthead", || workspace.program("cli", false))?;
    let masthead = Masthead { program, publication: workspace.root.clone(), data: folder.data() };
    let built = steps.take("lay out the issue", || build(&masthead, &folder.0))?;
    let pdf = pdf(&built)?;
    steps.take("import the readers", || import(&masthead, &folder.readers()))?;
    let sent = steps.take("send the edition", || {
        let catcher = Catcher::start(&masthead, &folder.mail())?;
        let sent = send(&masthead, &catcher.relay(), 4)?;
        catcher.stop()?;
        Ok(sent.json)
    })?;

    let report = Report {
        pages: pdf.pages,
        bytes: fs::metadata(&pdf.path).with_context(|| format!("{} is not there", pdf.path.display()))?.len(),
        pdf: pdf.path,
        accepted: in_state(&sent, "accepted")?,
        uncertain: in_state(&sent, "uncertain")?,
        failed: in_state(&sent, "failed")?,
        excluded: excluded(&sent)?,
        eml: masthead::mails(&folder.mail())?.into_iter().next().context("no mail arrived at the catcher")?,
        mail: folder.mail(),
        data: folder.data(),
        masthead,
        seconds: steps.seconds,
    };
    report.save(folder.report())?;
    Ok(report)
}

/// The steps and their times, told as they go.
#[derive(Default)]
struct Steps {
    seconds: Vec<(&'static str, f64)>,
}

impl Steps {
    fn take<T>(&mut self, step: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("demo: {step} …");
        let started = Instant::now();
        let done = work().with_context(|| format!("the demo stopped at: {step}"))?;
        self.seconds.push((step, seconds(started.elapsed())));
        Ok(done)
    }
}

/// Lays out the sample issue for the screen.
pub(crate) fn build(masthead: &Masthead, out: &Path) -> Result<Answer> {
    let out = out.to_str().context("the target folder's path is not UTF-8")?;
    masthead.ask(&["build", ISSUE, "--target", "screen", "--out", out])
}

struct Pdf {
    path: PathBuf,
    pages: u64,
}

fn pdf(built: &Answer) -> Result<Pdf> {
    let files = built.json.get("files").and_then(Value::as_array).context("the build names no files")?;
    let is_pdf = |file: &&Value| file["path"].as_str().is_some_and(|path| path.ends_with(".pdf"));
    let file = files.iter().find(is_pdf).with_context(|| format!("the build made no PDF: {}", built.json))?;
    Ok(Pdf { path: PathBuf::from(masthead::text(file, "path")?), pages: number(file, "pages")? })
}

/// Invents the readers and puts them on the list.
pub(crate) fn import(masthead: &Masthead, file: &Path) -> Result<()> {
    fs::write(file, readers::csv(READERS))?;
    let name = file.to_str().context("the target folder's path is not UTF-8")?;
    let source = ["--source", "the demo's sample list"];
    let basis = ["--basis", "invented people, nobody is behind these addresses"];
    let imported = masthead.ask(&[&["subscribers", "import", name], &source[..], &basis[..]].concat())?.json;
    let (new, unreadable) = (number(&imported, "new")?, number(&imported, "unreadable")?);
    ensure!(new == READERS as u64 && unreadable == 0, "of {READERS} readers, {new} were taken: {imported}");
    Ok(())
}

/// Sends the sample edition to everybody on the list.
pub(crate) fn send(masthead: &Masthead, relay: &str, connections: usize) -> Result<Answer> {
    let connections = connections.to_string();
    masthead.ask(&send_arguments(relay, &connections, &READERS.to_string()))
}

/// The arguments of `masthead send`.
pub(crate) fn send_arguments<'a>(relay: &'a str, connections: &'a str, yes: &'a str) -> [&'a str; 8] {
    ["send", EDITION, "--relay", relay, "--yes", yes, "--connections", connections]
}

fn excluded(sent: &Value) -> Result<BTreeMap<String, u64>> {
    let reasons = sent.get("excluded").and_then(Value::as_object).context("the send names no `excluded` reasons")?;
    let count = |(reason, count): (&String, &Value)| (reason.clone(), count.as_u64().unwrap_or(0));
    Ok(reasons.iter().map(count).filter(|(_, count)| *count > 0).collect())
}

/// Prints the table.
pub(crate) fn show(report: &Report, workspace: &Workspace) {
    let audience = grouped(READERS as u64);
    println!("\nIssue {ISSUE}, edition {EDITION}, {audience} sample readers, real SMTP on this machine\n");
    print!("{report}");
    let saved = Folder::of(workspace).report();
    println!("\nThe same as JSON: {}", workspace.short(&saved).display());
}
