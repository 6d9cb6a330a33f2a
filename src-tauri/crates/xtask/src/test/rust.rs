//! The crates that need no window: formatting, lints, tests, and the types that the window shares with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::{Counted, Tally};
use crate::demo::remove;
use crate::licences;
use crate::run::{self, Finished};
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    if component(workspace, "fmt") {
        tally.check("formatting", passes(workspace, &["fmt", "--check"]));
    }
    if component(workspace, "clippy") {
        let lints = ["clippy", "--all-targets", "--", "--deny", "warnings"];
        tally.check("lints", passes(workspace, &lints));
    }
    tally.check("what is shipped may be handed on", licences::check(workspace));
    tests(workspace, tally)
}

/// rustfmt and clippy are parts of a toolchain that an installation may lack.
fn component(workspace: &Workspace, name: &str) -> bool {
    let there = workspace.cargo(&[name, "--version"]).output().is_ok_and(|said| said.status.success());
    if !there {
        println!("  not checked: `rustup component add {name}` brings `cargo {name}`");
    }
    there
}

/// A cargo command that either says nothing worth reading or fails.
pub(super) fn passes(workspace: &Workspace, args: &[&str]) -> Result<String> {
    let name = format!("cargo {}", args.join(" "));
    let ended = run::quietly(&mut workspace.cargo(args), &name)?;
    ensure!(ended.success(), "`{name}` failed\n{}", ended.output);
    Ok(format!("{:.1} s", ended.took.as_secs_f64()))
}

fn tests(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    // ts-rs writes the window's types while the tests run; without a folder it would write them into the checkout.
    let fresh = workspace.target.join("bindings");
    remove(&fresh)?;
    let mut cargo = workspace.cargo(&["test", "--no-fail-fast"]);
    cargo.env("TS_RS_EXPORT_DIR", &fresh);
    let ended = run::quietly(&mut cargo, "cargo test")?;
    tally.suite("tests", counted(&ended), ended.took);
    if !ended.success() {
        println!("{}", telling(&ended.output));
    }
    if fresh.is_dir() {
        let kept = workspace.ui().join("src/platform/bindings");
        tally.check("the window's types are the desk's", same_bindings(&fresh, &kept));
    }
    Ok(())
}

/// The sum of cargo's summaries. A run that failed without a failed test (it did not compile, it was killed) counts as
/// one.
pub(super) fn counted(ended: &Finished) -> Counted {
    let mut sum = sum(&ended.stdout);
    if !ended.success() && sum.failed == 0 {
        sum.failed = 1;
    }
    sum
}

fn sum(stdout: &str) -> Counted {
    stdout.lines().filter_map(summary).fold(Counted::default(), |sum, one| Counted {
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        skipped: sum.skipped + one.skipped,
    })
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`.
fn summary(line: &str) -> Option<Counted> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |name: &str| {
        let part = counts.split(';').find(|part| part.trim().ends_with(name))?;
        part.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some(Counted { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
}

/// The output without a line for each test that passed.
pub(super) fn telling(output: &str) -> String {
    let passed = |line: &&str| line.starts_with("test ") && line.ends_with(" ... ok");
    output.lines().filter(|line| !passed(line)).collect::<Vec<_>>().join("\n")
}

fn same_bindings(fresh: &Path, kept: &Path) -> Result<String> {
    let (fresh, kept) = (files(fresh)?, files(kept).context("`cargo xtask bindings` writes them")?);
    let stale = |(name, text): &(&String, &String)| kept.get(*name) != Some(*text);
    let mut names: Vec<&String> = fresh.iter().filter(stale).map(|(name, _)| name).collect();
    names.extend(kept.keys().filter(|name| !fresh.contains_key(*name)));
    if !names.is_empty() {
        bail!("stale in ui/src/platform/bindings, `cargo xtask bindings` writes them anew: {names:?}");
    }
    Ok(format!("{} files", fresh.len()))
}

fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ts") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_all_crates_are_added() {
        let output = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
            \n   Doc-tests desk\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(sum(output), Counted { passed: 15, failed: 2, skipped: 1 });
    }

    #[test]
    fn other_lines_are_no_summary() {
        assert_eq!(summary("test result is unknown"), None);
        assert_eq!(summary("test address::passed ... ok"), None);
    }

    #[test]
    fn tests_that_passed_are_left_out_of_a_failure() {
        assert_eq!(telling("test a ... ok\ntest b ... FAILED\nwhy"), "test b ... FAILED\nwhy");
    }
}
