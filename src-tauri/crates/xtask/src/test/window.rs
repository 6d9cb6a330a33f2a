//! The program's own tests, and the real window, driven through WebKit's own driver on a screen in memory.
//!
//! A journey drives a whole program through another one, and a machine that has other things to do can let a wait run
//! out. One or two that failed like this are gone once more, alone: what fails twice has failed, what does not is named
//! with what went wrong. What came out wrong has failed at once, and so has whatever happened to a window that was
//! killed.

use std::process::Command;

use anyhow::{Result, ensure};

use super::{Counted, Tally, rust};
use crate::run::{self, Finished};
use crate::ui;
use crate::workspace::Workspace;

/// More waits than these do not run out by chance.
const MOST_UNSTEADY: usize = 2;
/// How a journey says so.
const LATE: &str = "Error: a wait ran out";
/// The program's tests together with the window's, because another choice of packages would build Tauri with other
/// features.
const TESTS: [&str; 7] = ["test", "--package", "masthead-app", "--bins", "--test", "window", "--no-fail-fast"];

pub(super) fn run(workspace: &Workspace, kills: Option<usize>, tally: &mut Tally) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the real window is driven by WebKitGTK's driver, which only Linux has");
    ui::build(workspace)?;
    let lints = ["clippy", "--package", "masthead-app", "--all-targets", "--", "--deny", "warnings"];
    tally.check("lints", rust::passes(workspace, &lints));

    let ended = tests(workspace, kills, &[])?;
    let mut counted = rust::counted(&ended);
    ensure!(counted.passed + counted.failed > 0, "the window has no tests\n{}", ended.output);
    if counted.failed > 0 {
        println!("{}", ended.output);
    }
    let late: Vec<&str> = failed(&ended.stdout).into_iter().filter(|name| is_late(&ended.stdout, name)).collect();
    if (1..=MOST_UNSTEADY).contains(&late.len()) {
        counted = once_more(workspace, kills, &late, counted)?;
    }
    tally.suite("tests", counted, ended.took);
    Ok(())
}

fn tests(workspace: &Workspace, kills: Option<usize>, only: &[&str]) -> Result<Finished> {
    let only = if only.is_empty() { Vec::new() } else { [&["--", "--exact"], only].concat() };
    let mut tests = on_a_screen(workspace, &[&TESTS, only.as_slice()].concat());
    if let Some(kills) = kills {
        tests.env("MASTHEAD_KILLS", kills.to_string());
    }
    run::quietly(&mut tests, "cargo test --package masthead-app")
}

/// Goes failed journeys again, and names those that pass now.
fn once_more(workspace: &Workspace, kills: Option<usize>, names: &[&str], before: Counted) -> Result<Counted> {
    let ended = tests(workspace, kills, names)?;
    if !ended.success() {
        println!("{}", ended.output);
    }
    let again = failed(&ended.stdout);
    let steady = |name: &&&str| !again.contains(*name);
    for name in names.iter().filter(steady).filter(|_| rust::counted(&ended).passed > 0) {
        println!("  UNSTEADY  {name} failed, as told above, and passed when it was run again");
    }
    Ok(after(before, names.len() as u64, rust::counted(&ended)))
}

/// The count of all tests once the failed ones were run again.
fn after(before: Counted, run_again: u64, again: Counted) -> Counted {
    let passed = again.passed.min(run_again);
    Counted { passed: before.passed + passed, failed: before.failed - passed, ..before }
}

/// The tests that failed, by name.
fn failed(stdout: &str) -> Vec<&str> {
    stdout.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).collect()
}

/// A cargo command with a session bus and a screen of its own.
pub(crate) fn on_a_screen(workspace: &Workspace, args: &[&str]) -> Command {
    let cargo = workspace.cargo(args);
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1920x1080x24"]);
    command.arg(cargo.get_program()).args(cargo.get_args()).current_dir(&workspace.root);
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // No accessibility bus in a bare session; and WebKitGTK shows blank windows with DMA-BUF on a screen in memory.
    command.env("NO_AT_BRIDGE", "1").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    // A journey says in words where it stopped; a trace through the runtime only buries them.
    command.env("RUST_BACKTRACE", "0");
    command
}

/// Whether a failed journey says that it waited in vain.
fn is_late(stdout: &str, name: &str) -> bool {
    let told = stdout.split("\n---- ").find(|told| told.starts_with(&format!("{name} stdout ----")));
    told.is_some_and(|told| told.contains(LATE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_journeys_are_known_by_name() {
        let said = "test sending::one ... ok\ntest sending::two ... FAILED\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(failed(said), ["sending::two"]);
    }

    #[test]
    fn a_wait_that_ran_out_is_told_from_what_came_out_wrong() {
        let said = "failures:\n\n---- sending::one stdout ----\nError: who was held got another copy\n\n\
                    ---- sending::two stdout ----\nError: a wait ran out\n\nCaused by:\n    not within 90 s\n";
        assert!(is_late(said, "sending::two"));
        assert!(!is_late(said, "sending::one"));
    }

    #[test]
    fn only_what_passed_at_last_is_no_failure_any_more() {
        let before = Counted { passed: 42, failed: 2, skipped: 1 };
        let again = Counted { passed: 1, failed: 1, skipped: 0 };
        assert_eq!(after(before, 2, again), Counted { passed: 43, failed: 1, skipped: 1 });
        let killed = Counted { passed: 0, failed: 1, skipped: 0 };
        assert_eq!(after(before, 2, killed), before);
    }
}
