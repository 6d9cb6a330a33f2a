//! What is handed to people: an archive with both programs and the sample publication, and the system's own packages.
//!
//! Tauri's tool makes those. On Linux it downloads nothing: it writes .deb and .rpm itself. On Windows it fetches NSIS
//! once, and an AppImage, which nobody asks for here, would fetch its runtime.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::demo::remove;
use crate::workspace::Workspace;
use crate::{licences, run, ui};

/// Which programs are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What people are given.
    Release,
    /// What the tests have built already: the same package in a minute, larger and slower, to try packages with.
    Tests,
}

/// Builds everything and collects it in `dist` below the target folder.
pub(crate) fn run(workspace: &Workspace, profile: Profile) -> Result<()> {
    let dist = workspace.target.join("dist");
    remove(&dist)?;
    let programs = programs(workspace, profile)?;
    let mut made = vec![archive(workspace, &dist, &programs)?];
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    made.extend(packages(workspace, &dist, profile, &programs, &kinds)?);
    for file in made {
        let size = fs::metadata(&file)?.len() as f64 / 1e6;
        println!("{size:>8.1} MB  {}", workspace.short(&file).display());
    }
    Ok(())
}

/// Packs the programs that the tests have built as a .deb, and answers where it is.
pub(crate) fn debian_package(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("package");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let programs = programs(workspace, Profile::Tests)?;
    let made = packages(workspace, &folder, Profile::Tests, &programs, &["deb"])?;
    made.into_iter().next().context("no .deb was made")
}

/// The command line and the window, in this order.
fn programs(workspace: &Workspace, profile: Profile) -> Result<[PathBuf; 2]> {
    ui::build(workspace)?;
    if profile == Profile::Release {
        return Ok([workspace.program("cli", true)?, workspace.program("masthead-app", true)?]);
    }
    // As the window's tests build it: cargo would choose other features for the program by itself, and build Tauri anew.
    let tests = ["test", "--package", "masthead-app", "--test", "window", "--no-run"];
    let built = run::quietly(&mut workspace.cargo(&tests), "cargo test --package masthead-app --no-run")?;
    ensure!(built.success(), "{}", built.output);
    let window = workspace.target.join("debug").join(format!("masthead-app{}", std::env::consts::EXE_SUFFIX));
    Ok([workspace.program("cli", false)?, window])
}

fn archive(workspace: &Workspace, dist: &Path, programs: &[PathBuf]) -> Result<PathBuf> {
    let name = format!("masthead-{}-{}-{}", workspace.version, std::env::consts::OS, std::env::consts::ARCH);
    let folder = dist.join(&name);
    fs::create_dir_all(&folder)?;
    for program in programs {
        fs::copy(program, folder.join(program.file_name().context("a program has a name")?))?;
    }
    for part in ["assets", "issues", "README.md"] {
        copy(&workspace.root.join(part), &folder.join(part))?;
    }
    licences::write(workspace, &folder.join("assets/licences/others.txt"))?;
    let file = dist.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(&file).arg("-C").arg(dist).arg(&name);
    run::aloud(&mut tar, "tar")?;
    remove(&folder)?;
    Ok(file)
}

/// Copies a file or folder; one that is not there is left out.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::copy(from, to)?;
    }
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The packages that are usual on this system, by Tauri's names for them and what their files end in.
const KINDS: &[(&str, &str)] = if cfg!(target_os = "macos") {
    &[("dmg", "dmg")]
} else if cfg!(windows) {
    &[("nsis", "exe")]
} else {
    &[("deb", "deb"), ("rpm", "rpm")]
};

/// The packages of these kinds, made of the programs as they are built.
fn packages(
    workspace: &Workspace,
    into: &Path,
    profile: Profile,
    programs: &[PathBuf],
    kinds: &[&str],
) -> Result<Vec<PathBuf>> {
    let tool = workspace.ui().join("node_modules/.bin/tauri");
    let tool = if cfg!(windows) { tool.with_extension("cmd") } else { tool };
    let built = if profile == Profile::Release { "release" } else { "debug" };
    let bundles = workspace.target.join(built).join("bundle");
    // What an earlier version left there would be collected as well.
    remove(&bundles)?;
    let mut tauri = Command::new(tool);
    tauri.args(["bundle", "--ci", "--bundles", &kinds.join(",")]).current_dir(&workspace.root);
    tauri.arg("--config").arg(beside_the_window(workspace, programs)?);
    if profile == Profile::Tests {
        tauri.arg("--debug");
    }
    let ended = run::quietly(&mut tauri, &format!("tauri bundle --bundles {}", kinds.join(",")))?;
    ensure!(ended.success(), "`tauri bundle` failed\n{}", ended.output);
    let mut collected = Vec::new();
    for (kind, ending) in KINDS.iter().filter(|(kind, _)| kinds.contains(kind)) {
        let bundles = bundles.join(kind);
        for entry in fs::read_dir(&bundles).with_context(|| format!("{} cannot be read", bundles.display()))? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == *ending) {
                let to = into.join(file.file_name().context("a package has a name")?);
                fs::copy(&file, &to)?;
                collected.push(to);
            }
        }
    }
    Ok(collected)
}

/// What a Linux package holds beside the window, for Tauri: the command line, and the sample with its templates. The
/// target folder may lie anywhere, so the places are whole ones.
fn beside_the_window(workspace: &Workspace, programs: &[PathBuf]) -> Result<String> {
    let masthead = programs.first().context("the command line is packed too")?;
    let others = workspace.target.join("licences-of-others.txt");
    licences::write(workspace, &others)?;
    let files = serde_json::json!({
        "/usr/bin/masthead": masthead,
        "/usr/lib/Masthead/assets": workspace.root.join("assets"),
        "/usr/lib/Masthead/issues": workspace.root.join("issues"),
        "/usr/share/doc/masthead/copyright": others,
    });
    let linux = serde_json::json!({ "deb": { "files": files }, "rpm": { "files": files } });
    Ok(serde_json::json!({ "bundle": { "linux": linux } }).to_string())
}
