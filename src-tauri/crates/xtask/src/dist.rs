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
use crate::{run, ui};

/// Builds everything in release and collects it in `dist` below the target folder.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    ui::build(workspace)?;
    let programs = [workspace.program("cli", true)?, workspace.program("masthead-app", true)?];
    let dist = workspace.target.join("dist");
    remove(&dist)?;
    let mut made = vec![archive(workspace, &dist, &programs)?];
    made.extend(packages(workspace, &dist)?);
    for file in made {
        let size = fs::metadata(&file)?.len() as f64 / 1e6;
        println!("{size:>8.1} MB  {}", workspace.short(&file).display());
    }
    Ok(())
}

fn archive(workspace: &Workspace, dist: &Path, programs: &[PathBuf]) -> Result<PathBuf> {
    let name = format!("masthead-{}-{}-{}", workspace.version, std::env::consts::OS, std::env::consts::ARCH);
    let folder = dist.join(&name);
    fs::create_dir_all(&folder)?;
    for program in programs {
        fs::copy(program, folder.join(program.file_name().context("a program has a name")?))?;
    }
    for part in ["assets", "issues", "README.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&workspace.root.join(part), &folder.join(part))?;
    }
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

/// The packages, made of the programs as they are built.
fn packages(workspace: &Workspace, dist: &Path) -> Result<Vec<PathBuf>> {
    let tool = workspace.ui().join("node_modules/.bin/tauri");
    let tool = if cfg!(windows) { tool.with_extension("cmd") } else { tool };
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let mut tauri = Command::new(tool);
    tauri.args(["bundle", "--ci", "--bundles", &kinds.join(",")]).current_dir(&workspace.root);
    let ended = run::quietly(&mut tauri, &format!("tauri bundle --bundles {}", kinds.join(",")))?;
    ensure!(ended.success(), "`tauri bundle` failed\n{}", ended.output);
    let mut collected = Vec::new();
    for (kind, ending) in KINDS {
        let bundles = workspace.target.join("release/bundle").join(kind);
        for entry in fs::read_dir(&bundles).with_context(|| format!("{} cannot be read", bundles.display()))? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == *ending) {
                let to = dist.join(file.file_name().context("a package has a name")?);
                fs::copy(&file, &to)?;
                collected.push(to);
            }
        }
    }
    Ok(collected)
}
