//! Typst itself as the yardstick: the compiler from PyPI, a release build, on the very sources that the page engine
//! lays out. An object of it kept from compile to compile does what `typst watch` does between a save and its PDF.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use crate::peers::{self, said};

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
        let driver = folder.join("yardstick.py");
        fs::write(&driver, DRIVER)?;
        let python = peers::python(&home, &[&format!("typst=={VERSION}")])?;
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
        Ok(serde_json::from_str(&said(&mut command, &format!("typst {VERSION}, {task}"))?)?)
    }
}
