//! A small publication, and `masthead` run on it as people run it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part, and a failed unwrap is a failed test")]

pub(crate) mod relay;
pub(crate) mod web_space;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The repository, which is itself a publication.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// A folder of files beside the tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A publication of one issue with one article and one edition, with the house's own template and fonts.
pub(crate) struct Publication {
    pub(crate) folder: TempDir,
}

/// What a command came to.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Four pages, so that it can be bound.
pub(crate) const ISSUE: &str = "title = \"One\"\ndate = 2026-06-01\nrunning-order = [{ page = \"cover\" }, \
                                 { page = \"contents\" }, { article = \"a\" }, { page = \"back-cover\" }]\n";
pub(crate) const ARTICLE: &str = "---\ntitle: A walk\nkind: department\nlanguage: en\n---\nThe walk comes first.\n";
const SETTINGS: &str = r#"
name = "Weekly"
first-issue = "2026-q1"
languages = ["en"]
web = "https://weekly.example.org"
postal-address = ["Weekly", "1 High Street"]

[sender]
name = "Weekly"
address = "desk@example.org"
unsubscribe = "leave@example.org"
"#;
const EDITION: &str = "---\nsubject: Out now\n---\nDear {{ first_name | default: \"reader\" }},\n\n[[a]]\n";

impl Publication {
    pub(crate) fn new() -> Self {
        let publication = Self { folder: tempfile::tempdir().unwrap() };
        publication.write("assets/publication.toml", SETTINGS);
        publication.write("issues/2026-q2/issue.toml", ISSUE);
        publication.write("issues/2026-q2/articles/a.md", ARTICLE);
        publication.write("issues/2026-q2/editions/launch.md", EDITION);
        for assets in ["magazine", "newsletter", "fonts"] {
            publication.take_over(assets);
        }
        publication
    }

    /// Copies a folder of the repository's assets.
    pub(crate) fn take_over(&self, assets: &str) {
        copy(&repository().join("assets").join(assets), &self.path("assets").join(assets));
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.arg("--publication").arg(self.folder.path()).arg("--data").arg(self.path("data"));
        command.args(arguments).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).output().unwrap())
    }

    /// Runs a command with `--json`, whatever its exit code.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("no JSON: {}{}", ended.stdout, ended.stderr))
    }

    /// A list of so many people.
    pub(crate) fn import(&self, people: usize) {
        let rows: String = (0..people).map(|n| format!("reader{n:04}@example.org,Reader {n}\n")).collect();
        self.write("readers.csv", &format!("email,name\n{rows}"));
        let file = self.path("readers.csv");
        let report =
            self.json(&["subscribers", "import", file.to_str().unwrap(), "--source", "a test", "--basis", "asked"]);
        assert_eq!(report["new"], people);
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target)
        } else {
            let _bytes = fs::copy(&path, &target).unwrap();
        }
    }
}
