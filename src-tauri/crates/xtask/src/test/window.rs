//! The real window, driven through WebKit's own driver on a screen in memory.

use std::process::Command;

use anyhow::{Result, ensure};

use super::{Tally, rust};
use crate::workspace::Workspace;
use crate::{run, ui};

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the real window is driven by WebKitGTK's driver, which only Linux has");
    ui::build(workspace)?;
    let lints = ["clippy", "--package", "masthead-app", "--all-targets", "--", "--deny", "warnings"];
    tally.check("lints", rust::passes(workspace, &lints));

    let mut tests = on_a_screen(workspace, &["test", "--package", "masthead-app", "--test", "window"]);
    let ended = run::quietly(&mut tests, "cargo test --package masthead-app --test window")?;
    let counted = rust::counted(&ended);
    tally.suite("tests", counted, ended.took);
    if counted.failed > 0 {
        println!("{}", ended.output);
    }
    ensure!(counted.passed + counted.failed > 0, "the window has no tests\n{}", ended.output);
    Ok(())
}

/// A cargo command with a session bus and a screen of its own.
fn on_a_screen(workspace: &Workspace, args: &[&str]) -> Command {
    let cargo = workspace.cargo(args);
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1920x1080x24"]);
    command.arg(cargo.get_program()).args(cargo.get_args()).current_dir(&workspace.root);
    command.envs(cargo.get_envs().filter_map(|(name, value)| Some((name, value?))));
    // No accessibility bus in a bare session; and WebKitGTK shows blank windows with DMA-BUF on a screen in memory.
    command.env("NO_AT_BRIDGE", "1").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}
