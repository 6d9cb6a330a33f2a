//! What somebody at the window waits for, beside WebKitGTK's own browser and plain CodeMirror.
//!
//! The measuring is done where the real window is driven, in its tests; here is prepared what that wants: issues of 16, 64
//! and 200 pages, a list of a million people, and CodeMirror as its makers hand it out.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::demo::remove;
use crate::test::window::on_a_screen;
use crate::workspace::Workspace;
use crate::{readers, run, ui};

/// Pages of the issues.
const PAGES: [&str; 3] = ["16", "64", "200"];

/// What can be measured of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Figure {
    /// Until the editor can be typed into.
    Start,
    /// A key to its letter.
    Typing,
    /// A key to its page.
    Painting,
    /// What the window holds at rest.
    Memory,
    /// A list of a million people.
    Scrolling,
}

pub(super) fn run(
    workspace: &Workspace,
    folder: &Path,
    release: bool,
    people: usize,
    figures: &[Figure],
) -> Result<()> {
    ui::build(workspace)?;
    let (issues, data, plain) = (folder.join("issues"), folder.join("data"), folder.join("plain"));
    for made in [&issues, &data, &plain] {
        remove(made)?;
    }
    fs::create_dir_all(&issues)?;
    make_issues(workspace, &issues)?;
    make_list(workspace, folder, &data, people)?;
    build_plain(workspace, &plain)?;
    let test = ["test", "--package", "masthead-app", "--test", "window", "--", "--ignored", "--exact"];
    let mut measure = on_a_screen(workspace, &[&test[..], &["measured::what_somebody_waits_for"]].concat());
    measure.env("MASTHEAD_BENCH_ISSUES", &issues).env("MASTHEAD_BENCH_PEOPLE", &data);
    let named: Vec<String> =
        figures.iter().filter_map(|figure| Some(figure.to_possible_value()?.get_name().into())).collect();
    if !named.is_empty() {
        measure.env("MASTHEAD_BENCH_ONLY", named.join(","));
    }
    if release {
        measure.env("MASTHEAD_APP", workspace.program("masthead-app", true)?);
    }
    let ended = run::quietly(measure.env("MASTHEAD_BENCH_PLAIN", &plain), "what somebody waits for")?;
    let figures = workspace.target.join("window/figures.md");
    println!("{}", fs::read_to_string(&figures).with_context(|| format!("{} is not there", figures.display()))?);
    ensure!(ended.success(), "{}", ended.output);
    Ok(())
}

fn make_issues(workspace: &Workspace, issues: &Path) -> Result<()> {
    let program = workspace.example("typesetting", "pages")?;
    let engine = workspace.binary("typesetting", "typesetting-engine", false)?;
    for pages in PAGES {
        let mut generate = Command::new(&program);
        generate.arg("--engine").arg(&engine).arg("generate").arg(issues.join(pages)).arg(&workspace.root).arg(pages);
        let ended = run::quietly(&mut generate, &format!("an issue of {pages} pages"))?;
        ensure!(ended.success(), "{}", ended.output);
    }
    Ok(())
}

fn make_list(workspace: &Workspace, folder: &Path, data: &Path, people: usize) -> Result<()> {
    let list = folder.join("people.csv");
    fs::write(&list, readers::csv(people))?;
    let mut import = Command::new(workspace.program("cli", false)?);
    import.arg("--publication").arg(&workspace.root).arg("--data").arg(data).args(["subscribers", "import"]).arg(&list);
    import.args(["--source", "made for the bench", "--basis", "invented people"]);
    let ended = run::quietly(&mut import, &format!("{people} people"))?;
    ensure!(ended.success(), "{}", ended.output);
    remove(&list)
}

fn build_plain(workspace: &Workspace, plain: &Path) -> Result<()> {
    let vite = workspace.ui().join("node_modules/.bin/vite");
    let mut build = Command::new(vite);
    build
        .args(["build", "bench", "--base", "./", "--target", "es2022", "--outDir"])
        .arg(plain)
        .current_dir(workspace.ui());
    let ended = run::quietly(&mut build, "vite build bench")?;
    ensure!(ended.success(), "{}", ended.output);
    Ok(())
}
