//! The window's TypeScript types are these very Rust types.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use desk::rpc::{CalledView, ExportStep, Exported, Failure, WindowAnswer, WindowRequest, Work, WorkDone, WorkStep};
use ts_rs::{Config, TS};

/// Compares the files with the types; with TS_RS_EXPORT_DIR set, `cargo xtask bindings` writes them there instead.
#[test]
fn export_bindings_are_current() {
    let current = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/platform/bindings");
    if let Some(folder) = std::env::var_os("TS_RS_EXPORT_DIR").map(PathBuf::from) {
        return export(&folder);
    }
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let (ours, theirs) = (files(folder.path()), files(&current));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let stale: Vec<&String> = names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name)).collect();
    assert!(stale.is_empty(), "stale: {stale:?}; run `cargo xtask bindings`");
}

fn export(folder: &Path) {
    let config = Config::new().with_out_dir(folder);
    WindowRequest::export_all(&config).unwrap();
    WindowAnswer::export_all(&config).unwrap();
    CalledView::export_all(&config).unwrap();
    Failure::export_all(&config).unwrap();
    ExportStep::export_all(&config).unwrap();
    Exported::export_all(&config).unwrap();
    Work::export_all(&config).unwrap();
    WorkStep::export_all(&config).unwrap();
    WorkDone::export_all(&config).unwrap();
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named =
        |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap());
    entries.map(named).collect()
}
