//! The window's own code: types, style, unit tests, build.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Counted, Tally};
use crate::demo::remove;
use crate::masthead::number;
use crate::ui::npm;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    // Without its packages everything below would fail with the same words.
    passes(workspace, &["ci", "--no-audit", "--no-fund"])?;
    tally.check("npm run check", passes(workspace, &["run", "check"]));
    tests(workspace, tally)?;
    tally.check("npm run build", passes(workspace, &["run", "build"]));
    Ok(())
}

fn passes(workspace: &Workspace, args: &[&str]) -> Result<String> {
    let ended = npm(workspace, args)?;
    ensure!(ended.success(), "`npm {}` failed\n{}", args.join(" "), ended.output);
    Ok(format!("{:.1} s", ended.took.as_secs_f64()))
}

/// Vitest counts its tests itself, in a file beside what it prints.
fn tests(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let file = workspace.target.join("ui-tests.json");
    remove(&file)?;
    let into = format!("--outputFile.json={}", file.display());
    let ended = npm(workspace, &["test", "--", "--reporter=default", "--reporter=json", &into])?;
    let mut counted = counted(&file).unwrap_or_default();
    if counted.passed + counted.failed == 0 || (!ended.success() && counted.failed == 0) {
        counted.failed += 1;
    }
    tally.suite("npm test", counted, ended.took);
    if counted.failed > 0 {
        println!("{}", ended.output);
    }
    Ok(())
}

fn counted(file: &Path) -> Result<Counted> {
    let summary: Value = serde_json::from_str(&fs::read_to_string(file)?).context("vitest wrote no JSON")?;
    Ok(Counted {
        passed: number(&summary, "numPassedTests")?,
        failed: number(&summary, "numFailedTests")?,
        skipped: number(&summary, "numPendingTests")? + number(&summary, "numTodoTests")?,
    })
}
