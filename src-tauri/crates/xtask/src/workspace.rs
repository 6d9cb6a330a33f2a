//! Where things are: the checkout, the target folder, cargo itself.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run;

/// The checkout that the command was started in.
pub(crate) struct Workspace {
    /// The folder with `Cargo.toml`, which is also the sample publication.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` or a config file put it.
    pub(crate) target: PathBuf,
    /// The version all crates share.
    pub(crate) version: String,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Workspace> {
        let mut ask = Command::new(cargo_program());
        ask.args(["metadata", "--no-deps", "--format-version", "1"]);
        let answer = ask.output().context("cargo could not be started")?;
        ensure!(answer.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&answer.stderr));
        let answer: Value = serde_json::from_slice(&answer.stdout)?;
        let path =
            |name: &str| answer[name].as_str().map(PathBuf::from).with_context(|| format!("cargo names no {name}"));
        let cli = answer["packages"].as_array().into_iter().flatten().find(|package| package["name"] == "cli");
        let version = cli.and_then(|package| package["version"].as_str()).unwrap_or("0.0.0").to_owned();
        Ok(Workspace { root: path("workspace_root")?, target: path("target_directory")?, version })
    }

    /// A cargo command in the checkout, its output free of colours.
    ///
    /// What cargo told this program about itself is kept from it: libraries with C in them are built anew when that
    /// changes, and with them all that stands above.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = Command::new(cargo_program());
        cargo.args(args).current_dir(&self.root).env("CARGO_TERM_COLOR", "never");
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// Builds one program in the profile that tests use too, and answers where it is.
    pub(crate) fn program(&self, package: &str, release: bool) -> Result<PathBuf> {
        self.build(package, &[], release)
    }

    /// Builds one example of a package, and answers where it is.
    pub(crate) fn example(&self, package: &str, name: &str) -> Result<PathBuf> {
        // With the command line chosen too, cargo takes the features that Typst was built with for it.
        self.build(package, &["--package", "cli", "--example", name], false)
    }

    /// Builds one example of a package that stands below Typst, without building Typst.
    pub(crate) fn light_example(&self, package: &str, name: &str, release: bool) -> Result<PathBuf> {
        self.build(package, &["--example", name], release)
    }

    /// Builds one of the programs of a package, and answers where it is.
    pub(crate) fn binary(&self, package: &str, name: &str, release: bool) -> Result<PathBuf> {
        let with: &[&str] = if release { &["--bin", name] } else { &["--package", "cli", "--bin", name] };
        self.build(package, with, release)
    }

    fn build(&self, package: &str, what: &[&str], release: bool) -> Result<PathBuf> {
        let mut cargo = self.cargo(&["build", "--package", package, "--message-format", "json-render-diagnostics"]);
        cargo.args(what);
        if release {
            cargo.arg("--release");
        }
        let built = run::quietly(&mut cargo, &format!("cargo build --package {package}"))?;
        ensure!(built.success(), "cargo build --package {package} failed\n{}", built.errors);
        executable(&built.stdout).with_context(|| format!("{package} holds no program"))
    }

    /// The folder with the window's own code.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A path as short as it can be said from the checkout.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

pub(crate) fn cargo_program() -> PathBuf {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into()
}

/// The last program among cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    let message = |line: &str| serde_json::from_str::<Value>(line).ok();
    let program = |line: &str| Some(PathBuf::from(message(line)?["executable"].as_str()?));
    messages.lines().rev().find_map(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"desk"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"masthead"},"executable":"/t/debug/masthead"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from("/t/debug/masthead")));
    }
}
