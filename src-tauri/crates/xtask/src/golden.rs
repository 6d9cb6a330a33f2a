//! `cargo xtask golden`: the pictures that the pages are compared with, taken anew.
//!
//! The tests that compare them know how they are made; here they are only told to write instead of to compare.

use anyhow::Result;

use crate::run;
use crate::workspace::Workspace;

/// Where the pictures lie, from the checkout.
const FOLDER: &str = "src-tauri/crates/typesetting/tests/golden";

/// Writes the pictures anew and names the ones that changed.
pub(crate) fn renew(workspace: &Workspace) -> Result<()> {
    // With `cli`, so that the engine is the one that the other tests and the program have built already.
    let mut cargo =
        workspace.cargo(&["test", "--quiet", "-p", "cli", "-p", "typesetting", "--test", "typography", "golden_pages"]);
    run::aloud(cargo.env("MASTHEAD_RENEW_GOLDEN", "1"), "cargo test --test typography golden_pages")?;
    println!("The pictures are in {FOLDER}; `git diff --stat` names those that changed. Look at them.");
    Ok(())
}
