//! The demo once more, and every claim its table makes checked with other programs than Masthead.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::{Tally, sentences};
use crate::demo::{self, EDITION, Folder, ISSUE, READERS};
use crate::masthead::{in_state, number};
use crate::peers::said;
use crate::report::{Report, grouped};
use crate::workspace::Workspace;

/// A magazine has at least so many pages.
const PAGES: u64 = 24;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let report = demo::run(workspace)?;
    tally.check("the demo runs", Ok(format!("{} pages, {} accepted", report.pages, grouped(report.accepted))));
    tally.check("qpdf finds no fault in the PDF", sound(&report.pdf));
    tally.check("qpdf finds none in the PDFs for the other uses", others(&report));
    tally.check("the PDF is a magazine", pages(&report));
    tally.check("the articles' first sentences stand in running order", in_order(workspace, &report.pdf));
    tally.check("everybody was sent to and counted", counts(&report));
    mails(workspace, &report, tally);
    tally.check("the ledger agrees", ledger(&report));
    Ok(())
}

fn sound(pdf: &Path) -> Result<String> {
    said(Command::new("qpdf").arg("--check").arg(pdf), "qpdf --check").map(drop)?;
    Ok(String::new())
}

/// The issue for every use, built beside the demo's own PDF.
fn others(report: &Report) -> Result<String> {
    let folder = report.data.with_file_name("targets");
    let out = folder.to_str().context("the target folder's path is not UTF-8")?;
    let built = report.masthead.ask(&["build", ISSUE, "--target", "all", "--out", out])?.json;
    let files = built.get("files").and_then(Value::as_array).context("the build names no files")?;
    let paths: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    let pdfs: Vec<&&str> = paths.iter().filter(|path| path.ends_with(".pdf")).collect();
    ensure!(pdfs.len() >= 4, "only {paths:?}: {built}");
    pdfs.iter().try_for_each(|path| sound(Path::new(path)).map(drop))?;
    Ok(format!("{} files", pdfs.len()))
}

fn pages(report: &Report) -> Result<String> {
    let info = said(Command::new("pdfinfo").arg(&report.pdf), "pdfinfo")?;
    let line = info.lines().find_map(|line| line.strip_prefix("Pages:")).context("pdfinfo names no pages")?;
    let pages: u64 = line.trim().parse()?;
    ensure!(pages == report.pages, "the build said {} pages, pdfinfo says {pages}", report.pages);
    ensure!(pages >= PAGES, "{pages} pages, expected at least {PAGES}");
    Ok(format!("{pages} pages"))
}

fn in_order(workspace: &Workspace, pdf: &Path) -> Result<String> {
    let articles = sentences::in_running_order(&workspace.root.join("issues").join(ISSUE))?;
    ensure!(!articles.is_empty(), "the running order names no article");
    // Raw: in the order it was set. Layout analysis would move a drop cap away from its word.
    let text = said(Command::new("pdftotext").arg("-raw").arg(pdf).arg("-"), "pdftotext")?;
    let text = sentences::letters(&text);
    let mut from = 0;
    for (slug, sentence) in &articles {
        let wanted = sentences::letters(sentence);
        match text[from..].find(&wanted) {
            Some(place) => from += place + wanted.len(),
            None if text.contains(&wanted) => bail!("`{slug}` stands before the article it should follow: {sentence}"),
            None => bail!("`{slug}` begins otherwise in the PDF: {sentence}"),
        }
    }
    Ok(format!("{} articles", articles.len()))
}

fn counts(report: &Report) -> Result<String> {
    let Report { accepted, uncertain, failed, .. } = *report;
    let excluded: u64 = report.excluded.values().sum();
    ensure!(
        accepted + excluded == READERS as u64 && uncertain + failed == 0,
        "{accepted} accepted, {excluded} excluded, {uncertain} uncertain, {failed} failed of {READERS}"
    );
    ensure!(excluded == 0, "nothing in the sample list asks to be left out, yet: {:?}", report.excluded);
    Ok(format!("{} accepted", grouped(accepted)))
}

/// What Python found in the caught mails.
#[derive(Deserialize)]
pub(super) struct Mails {
    pub(super) mails: u64,
    /// Each address and how many copies it got.
    pub(super) recipients: BTreeMap<String, u64>,
    /// Distinct Message-IDs.
    pub(super) identities: u64,
    /// The file and what is wrong with it.
    pub(super) faults: Vec<String>,
}

/// Has Python read the caught mails.
pub(super) fn read_mails(workspace: &Workspace, folder: &Path) -> Result<Mails> {
    let script = workspace.target.join("mails.py");
    fs::write(&script, include_str!("../../checks/mails.py"))?;
    let read = said(Command::new("python3").arg(&script).arg(folder), "python3 mails.py")?;
    serde_json::from_str(&read).context("mails.py answered no JSON")
}

fn mails(workspace: &Workspace, report: &Report, tally: &mut Tally) {
    let caught = match read_mails(workspace, &report.mail) {
        Ok(caught) => caught,
        Err(error) => return tally.check("Python reads the mails", Err(error)),
    };
    tally.check("one mail for each reader", one_each(workspace, &caught));
    tally.check("a Message-ID of its own in each", own_identity(&caught));
    tally.check("text, HTML and the list's headers in each, read by Python", faultless(&caught));
}

fn one_each(workspace: &Workspace, caught: &Mails) -> Result<String> {
    ensure!(caught.mails == READERS as u64, "{} mails, expected {READERS}", caught.mails);
    let got: BTreeSet<&str> = caught.recipients.keys().map(String::as_str).collect();
    let list = fs::read_to_string(Folder::of(workspace).readers())?;
    let wanted: BTreeSet<&str> = list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let missing: Vec<&&str> = wanted.difference(&got).take(5).collect();
    ensure!(got == wanted, "{} of {READERS} readers; missing for example: {missing:?}", got.len());
    Ok(format!("{} recipients", grouped(got.len() as u64)))
}

fn own_identity(caught: &Mails) -> Result<String> {
    let Mails { mails, identities, .. } = caught;
    ensure!(identities == mails, "{identities} different ones in {mails} mails");
    Ok(String::new())
}

fn faultless(caught: &Mails) -> Result<String> {
    let some: Vec<&str> = caught.faults.iter().take(10).map(String::as_str).collect();
    ensure!(some.is_empty(), "{} faults, the first:\n{}", caught.faults.len(), some.join("\n"));
    Ok(String::new())
}

fn ledger(report: &Report) -> Result<String> {
    let ledger = report.masthead.ask(&["ledger", EDITION])?.json;
    sums(&ledger)?;
    let accepted = in_state(&ledger, "accepted")?;
    ensure!(accepted == READERS as u64, "the ledger says {accepted} accepted, the catcher has {READERS}");
    Ok(format!("{} accepted", grouped(accepted)))
}

/// Candidates are everybody who is anywhere in the ledger.
pub(super) fn sums(ledger: &Value) -> Result<()> {
    let counts = ledger.get("counts").and_then(Value::as_object).context("the ledger has no `counts`")?;
    let sum: u64 = counts.values().filter_map(Value::as_u64).sum();
    let candidates = number(ledger, "candidates")?;
    ensure!(sum == candidates, "{candidates} candidates, but the states add up to {sum}: {ledger}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_ledgers_states_add_up_to_its_candidates() {
        assert!(sums(&json!({"candidates": 5, "counts": {"accepted": 3, "excluded": 1, "failed": 1}})).is_ok());
        assert!(sums(&json!({"candidates": 5, "counts": {"accepted": 4}})).is_err());
    }
}
