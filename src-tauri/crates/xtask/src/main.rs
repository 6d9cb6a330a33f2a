//! `cargo xtask`: what people do with a checkout, each in one command that needs no reading first.
//!
//! It drives cargo, npm and `masthead` from the outside and links none of the crates, so that it builds in seconds
//! and sees what a user sees.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks on both streams")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod app;
mod art;
mod bench;
mod browser;
mod chance;
mod demo;
mod dist;
mod doctor;
mod golden;
mod http;
mod licences;
mod masthead;
mod peers;
mod readers;
mod report;
mod run;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use bench::Bench;
use doctor::{Group, Installing, Missing};
use test::{Choice, Layer};
use workspace::Workspace;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Demo, tests, the window and packages of Masthead")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Lay out the sample issue and send it to 1,000 sample readers; open the window if there is a screen
    Demo {
        /// Stop before the window; needs neither GTK nor Node
        #[arg(long)]
        no_app: bool,
        #[command(flatten)]
        system: SystemPackages,
    },
    /// Run every test there is
    Test {
        /// Only these layers
        #[arg(long, value_name = "LAYER")]
        only: Vec<Layer>,
        /// Everything but the real window
        #[arg(long)]
        no_window: bool,
        /// Chooses the moments of the kills
        #[arg(long, default_value_t = 41)]
        seed: u64,
        /// Kills of the window while somebody types in it; 5 without this
        #[arg(long)]
        kills: Option<usize>,
        #[command(flatten)]
        system: SystemPackages,
    },
    /// Open the window on the sample publication
    App {
        #[command(flatten)]
        system: SystemPackages,
    },
    /// Measure sending and layout on this machine
    Bench {
        /// Only these
        only: Vec<Bench>,
        /// Measure the release build
        #[arg(long)]
        release: bool,
        #[command(flatten)]
        size: bench::Size,
    },
    /// Build what is handed to people
    Dist {
        /// Pack the programs that the tests have built, instead of building them for release: to try packages with
        #[arg(long)]
        quick: bool,
        #[command(flatten)]
        system: SystemPackages,
    },
    /// Say what this machine has and what it lacks
    Doctor {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Draw the sample issue's pictures anew
    Art,
    /// Take the golden pictures of the pages anew
    Golden,
    /// Write the window's types anew from the desk's
    Bindings,
}

#[derive(Args)]
struct SystemPackages {
    /// Install no system packages, only say what is missing
    ///
    /// The same with MASTHEAD_NO_INSTALL=1 in the environment.
    #[arg(long)]
    no_install: bool,
}

impl SystemPackages {
    fn installing(&self) -> Installing {
        let set = std::env::var_os("MASTHEAD_NO_INSTALL").is_some_and(|value| !value.is_empty() && value != "0");
        if self.no_install || set { Installing::Forbidden } else { Installing::Allowed }
    }
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<Missing>() { 3 } else { 1 })
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Demo { no_app, system } => demo(&workspace, no_app, system.installing())?,
        Task::Test { only, no_window, seed, kills, system } => {
            let choice = Choice { only, window: !no_window, seed, kills, installing: system.installing() };
            return Ok(if test::run(&workspace, &choice) { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Task::App { system } => {
            doctor::ensure(WINDOW, system.installing())?;
            app::open(&workspace, None)?;
        }
        Task::Bench { only, release, size } => bench::run(&workspace, &only, release, &size)?,
        Task::Dist { quick, system } => {
            doctor::ensure(WINDOW, system.installing())?;
            dist::run(&workspace, if quick { dist::Profile::Tests } else { dist::Profile::Release })?;
        }
        Task::Doctor { json } => doctor::show(json)?,
        Task::Art => art(&workspace)?,
        Task::Golden => golden::renew(&workspace)?,
        Task::Bindings => bindings(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

const WINDOW: &[Group] = &[Group::Compiler, Group::Window, Group::Node];

fn demo(workspace: &Workspace, no_app: bool, installing: Installing) -> Result<()> {
    doctor::ensure(&[Group::Compiler], installing)?;
    let report = demo::run(workspace)?;
    demo::show(&report, workspace);
    if no_app {
        return Ok(());
    }
    if !app::has_display() {
        println!("No screen here, so the window stays closed; `cargo xtask app` opens it where there is one.");
        return Ok(());
    }
    doctor::ensure(WINDOW, installing)?;
    app::open(workspace, Some(&report.data))
}

fn art(workspace: &Workspace) -> Result<()> {
    let media = workspace.root.join("issues").join(demo::ISSUE).join("media");
    let window = workspace.ui().join("src/welcome");
    for file in art::draw(&media)?.into_iter().chain(art::draw_window(&window)?) {
        println!("{}", workspace.short(&file).display());
    }
    Ok(())
}

fn bindings(workspace: &Workspace) -> Result<()> {
    let folder = workspace.ui().join("src/platform/bindings");
    demo::remove(&folder)?;
    let mut cargo = workspace.cargo(&["test", "--quiet", "--package", "desk", "export_bindings"]);
    run::aloud(cargo.env("TS_RS_EXPORT_DIR", &folder), "cargo test --package desk export_bindings")
}
