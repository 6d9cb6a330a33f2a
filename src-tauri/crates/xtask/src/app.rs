//! The window, built and opened on the sample publication.

use std::env;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{run, ui};

/// Builds what is stale and opens the window; returns when it is closed.
pub(crate) fn open(workspace: &Workspace) -> Result<()> {
    ui::build(workspace)?;
    let mut cargo = workspace.cargo(&["run", "--package", "masthead-app", "--", "--publication"]);
    cargo.arg(&workspace.root).env_remove("CARGO_TERM_COLOR");
    run::aloud(&mut cargo, "cargo run --package masthead-app")
}

/// Whether there is a screen to open a window on.
pub(crate) fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
