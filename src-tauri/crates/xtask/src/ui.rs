//! The window's own code: its packages and its build, each made again only when it is stale.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::run::{self, Finished};
use crate::workspace::Workspace;

/// An npm command in `ui/`.
pub(crate) fn npm(workspace: &Workspace, args: &[&str]) -> Result<Finished> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = Command::new(program);
    npm.args(args).current_dir(workspace.ui()).env("NO_COLOR", "1").env("NO_UPDATE_NOTIFIER", "1");
    run::quietly(&mut npm, &format!("npm {}", args.join(" ")))
}

/// Makes sure that `ui/dist` is what the sources say.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let ui = workspace.ui();
    ensure!(ui.join("package.json").is_file(), "{} holds no package.json", ui.display());
    packages(workspace)?;
    if is_newer(&ui, &ui.join("dist/index.html"))? {
        succeed(workspace, &["run", "build"])?;
    }
    Ok(())
}

/// Makes sure that the packages of `package-lock.json` are there.
pub(crate) fn packages(workspace: &Workspace) -> Result<()> {
    let ui = workspace.ui();
    if is_newer(&ui.join("package-lock.json"), &ui.join("node_modules/.package-lock.json"))? {
        succeed(workspace, &["ci", "--no-audit", "--no-fund"])?;
    }
    Ok(())
}

/// The source of axe-core, for any browser to run.
pub(crate) fn axe(workspace: &Workspace) -> Result<String> {
    packages(workspace)?;
    let file = workspace.ui().join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).with_context(|| format!("{} is not there", file.display()))
}

fn succeed(workspace: &Workspace, args: &[&str]) -> Result<()> {
    eprintln!("npm {} …", args.join(" "));
    let ended = npm(workspace, args)?;
    ensure!(ended.success(), "`npm {}` failed\n{}", args.join(" "), ended.output);
    Ok(())
}

/// Whether anything in `sources` changed after `made` was written, or `made` is not there.
fn is_newer(sources: &Path, made: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(made).and_then(|made| made.modified()) else { return Ok(true) };
    Ok(latest(sources)? > made)
}

fn latest(path: &Path) -> Result<SystemTime> {
    let facts = fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?;
    if facts.is_file() {
        return Ok(facts.modified()?);
    }
    let children: Vec<PathBuf> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    let mut sources = children.iter().filter(|child| !is_made(child)).map(|child| latest(child));
    sources.try_fold(SystemTime::UNIX_EPOCH, |newest, child| Ok(newest.max(child?)))
}

fn is_made(path: &Path) -> bool {
    path.file_name().is_some_and(|name| ["node_modules", "dist", "coverage"].iter().any(|made| name == *made))
}
