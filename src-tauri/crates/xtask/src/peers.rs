//! Programs of others that ours are held against: packages of PyPI and npm in folders of their own below the target
//! folder, each at one version, installed where they are missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run;
use crate::workspace::Workspace;

/// A Python with these packages (`name==version`), in an environment of its own.
///
/// # Errors
/// When there is no Python, or pip cannot reach its index.
pub(crate) fn python(home: &Path, packages: &[&str]) -> Result<PathBuf> {
    let python = home.join("bin/python");
    let stamp = home.join("packages");
    let wanted = packages.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(python);
    }
    said(Command::new("python3").args(["-m", "venv"]).arg(home), "python3 -m venv")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    said(&mut pip, &format!("pip install {}", packages.join(" ")))
        .with_context(|| format!("{} is needed from PyPI, or a network to fetch it", packages.join(", ")))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// A folder of `checks/` with a `package.json`, copied below the target folder with its packages installed.
///
/// # Errors
/// When npm cannot reach its registry.
pub(crate) fn node(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let sources = workspace.root.join("src-tauri/crates/xtask/checks").join(name);
    let home = workspace.target.join("peers").join(name);
    fs::create_dir_all(&home)?;
    let lock = |folder: &Path| fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let installed = home.join("node_modules").is_dir() && lock(&home) == lock(&sources);
    for entry in fs::read_dir(&sources).with_context(|| format!("{} is not there", sources.display()))? {
        let file = entry?;
        fs::copy(file.path(), home.join(file.file_name()))?;
    }
    if !installed {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        said(Command::new(npm).args(["ci", "--no-audit", "--no-fund"]).current_dir(&home), "npm ci")?;
    }
    Ok(home)
}

/// What a program says; its failure is ours.
pub(crate) fn said(command: &mut Command, name: &str) -> Result<String> {
    let ended = run::quietly(command, name)?;
    if !ended.success() {
        bail!("`{name}` failed ({})\n{}", ended.status, ended.output);
    }
    Ok(ended.stdout)
}
