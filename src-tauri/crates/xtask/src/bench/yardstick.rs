//! Typst itself as the yardstick: the compiler from PyPI, a release build, on the very sources that the page engine
//! lays out. An object of it kept from compile to compile does what `typst watch` does between a save and its PDF.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run;

const VERSION: &str = "0.15.2";
const DRIVER: &str = include_str!("yardstick.py");

/// The compiler in an environment of its own below the target folder.
pub(crate) struct Yardstick {
    python: PathBuf,
    driver: PathBuf,
}

impl Yardstick {
    /// Installs it, unless it is there.
    ///
    /// # Errors
    /// When there is no Python, or pip cannot reach its index.
    pub(crate) fn installed(folder: &Path) -> Result<Self> {
        let home = folder.join("typst");
        let python = home.join("bin/python");
        let driver = folder.join("yardstick.py");
        fs::write(&driver, DRIVER)?;
        let name = format!("typst=={VERSION}");
        let is_there = |python: &Path| {
            let asked = Command::new(python).args(["-m", "pip", "show", "--quiet", "typst"]).status();
            asked.is_ok_and(|status| status.success())
        };
        if !is_there(&python) {
            ask(Command::new("python3").args(["-m", "venv"]).arg(&home), "python3 -m venv")?;
            ask(Command::new(&python).args(["-m", "pip", "install", "--quiet", &name]), &format!("pip install {name}"))
                .context("the yardstick needs the Typst compiler from PyPI, or a network to fetch it")?;
        }
        Ok(Self { python, driver })
    }

    /// One compile of `main.typ` in a fresh process.
    pub(crate) fn cold(&self, sources: &Path) -> Result<Value> {
        self.ask("cold", sources, &[])
    }

    /// Saves with a letter changed, each until the PDF is there, by a compiler that stays.
    pub(crate) fn watch(&self, sources: &Path, edits: usize, seed: u64) -> Result<Value> {
        self.ask("watch", sources, &[edits.to_string(), seed.to_string()])
    }

    fn ask(&self, task: &str, sources: &Path, more: &[String]) -> Result<Value> {
        let mut command = Command::new(&self.python);
        command.arg(&self.driver).arg(task).arg(sources).args(more);
        Ok(serde_json::from_str(&ask(&mut command, &format!("typst {VERSION}, {task}"))?)?)
    }
}

fn ask(command: &mut Command, name: &str) -> Result<String> {
    let ended = run::quietly(command, name)?;
    if !ended.success() {
        bail!("`{name}` failed ({})\n{}", ended.status, ended.output);
    }
    Ok(ended.stdout)
}
