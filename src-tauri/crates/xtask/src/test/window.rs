//! The program's own tests, and the real window, driven through WebKit's own driver on a screen in memory.

use std::process::Command;

use anyhow::{Result, ensure};

use super::{Tally, rust};
use crate::workspace::Workspace;
use crate::{run, ui};

pub(super) fn run(workspace: &Workspace, kills: Option<usize>, tally: &mut Tally) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the real window is driven by WebKitGTK's driver, which only Linux has");
    ui::build(workspace)?;
    let lints = ["clippy", "--package", "masthead-app", "--all-targets", "--", "--deny", "warnings"];
    tally.check("lints", rust::passes(workspace, &lints));

    // In one command with the window, because another choice of packages would build Tauri with other features.
    let args = ["test", "--package", "masthead-app", "--bins", "--test", "window", "--no-fail-fast"];
    let mut tests = on_a_screen(workspace, &args);
    if let Some(kills) = kills {
        tests.env("MASTHEAD_KILLS", kills.to_string());
    }
    let ended = run::quietly(&mut tests, "cargo test --package masthead-app")?;
    let counted = rust::counted(&ended);
    tally.suite("tests", counted, ended.took);
    if counted.failed > 0 {
        println!("{}", ended.output);
    }
    ensure!(counted.passed + counted.failed > 0, "the window has no tests\n{}", ended.output);
    Ok(())
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
    command
}
