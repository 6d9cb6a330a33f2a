//! The window, built and opened on the sample publication.

use std::env;
use std::path::Path;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{run, ui};

/// Builds what is stale and opens the window, on this data about people or the person's own; returns when it is closed.
pub(crate) fn open(workspace: &Workspace, data: Option<&Path>) -> Result<()> {
    ui::build(workspace)?;
    let mut cargo = workspace.cargo(&["run", "--package", "masthead-app", "--", "--publication"]);
    // The target folder may lie outside of the checkout, where the program would not find the sample.
    cargo.arg(&workspace.root).arg("--house").arg(&workspace.root).env_remove("CARGO_TERM_COLOR");
    if let Some(data) = data {
        cargo.arg("--data").arg(data);
    }
    run::aloud(&mut cargo, "cargo run --package masthead-app")
}

/// Whether there is a screen to open a window on.
pub(crate) fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
