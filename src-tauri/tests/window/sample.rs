//! A copy of the sample publication to write in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use desk::{Desk, EngineCommand, InboxReport, LedgerView, PasswordSource};
use tempfile::TempDir;

const ISSUE: &str = "2026-q4";

pub(crate) struct Sample {
    folder: TempDir,
}

impl Sample {
    pub(crate) fn copy() -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crate lies in the workspace")?;
        let folder = tempfile::tempdir()?;
        for part in ["assets", "issues"] {
            copy(&workspace.join(part), &folder.path().join("publication").join(part))?;
        }
        Ok(Self { folder })
    }

    pub(crate) fn publication(&self) -> PathBuf {
        self.folder.path().join("publication")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder of the person who opens the window.
    pub(crate) fn home(&self, part: &str) -> PathBuf {
        self.folder.path().join("home").join(part)
    }

    /// The text of an article as it is on disk.
    pub(crate) fn article(&self, slug: &str) -> Result<String> {
        Ok(fs::read_to_string(self.path_of(slug))?)
    }

    /// Changes an article as another program would.
    pub(crate) fn write_article(&self, slug: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.path_of(slug), text)?)
    }

    /// What the ledger says of the launch edition, read beside the window.
    pub(crate) fn ledger(&self) -> Result<LedgerView> {
        Ok(self.desk()?.ledger(&"2026-q4/launch".parse()?, false)?)
    }

    /// Reads the mailbox behind a port, as `masthead inbox sync` does.
    pub(crate) fn read_inbox(&self, port: u16) -> Result<InboxReport> {
        let settings = self.publication().join("assets/publication.toml");
        let text = fs::read_to_string(&settings)?;
        fs::write(&settings, format!("{text}\n[inbox]\nserver = \"imap://desk@127.0.0.1:{port}\"\n"))?;
        let password = self.home("password");
        fs::write(&password, "open sesame")?;
        fs::set_permissions(&password, fs::Permissions::from_mode(0o600))?;
        let source = PasswordSource { file: Some(password), descriptor: None };
        let desk = self.desk()?;
        // It waits for the server in a runtime of its own, which cannot be within another one.
        let read = std::thread::scope(|scope| scope.spawn(|| desk.read_inbox(&source, &mut |_| ())).join());
        Ok(read.map_err(|_| anyhow::anyhow!("the reading panicked"))??)
    }

    /// The same desk as the window's, for what is done without one. It lays out no pages.
    pub(crate) fn desk(&self) -> Result<Desk> {
        let engine = EngineCommand { program: PathBuf::new(), arguments: Vec::new() };
        Ok(Desk::open(&self.publication(), &self.data(), engine)?)
    }

    /// The issue's own file as it is on disk.
    pub(crate) fn issue(&self) -> Result<String> {
        Ok(fs::read_to_string(self.publication().join(format!("issues/{ISSUE}/issue.toml")))?)
    }

    fn path_of(&self, slug: &str) -> PathBuf {
        self.publication().join(format!("issues/{ISSUE}/articles/{slug}.md"))
    }
}

/// Copies a folder with all below it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
