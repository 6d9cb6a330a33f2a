//! `cargo xtask`: what people do with a checkout, each in one command that needs no reading first.
//!
//! It drives cargo, npm and `masthead` from the outside and links none of the crates, so that it builds in seconds
//! and sees what a user sees.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks on both streams")]

mod chance;
mod demo;
mod doctor;
mod masthead;
mod readers;
mod report;
mod run;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

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
    /// Lay out the sample issue and send it to 1,000 sample readers
    Demo {
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
        #[command(flatten)]
        system: SystemPackages,
    },
    /// Say what this machine has and what it lacks
    Doctor {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
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
        Task::Demo { system } => demo(&workspace, system.installing())?,
        Task::Test { only, no_window, seed, system } => {
            let choice = Choice { only, window: !no_window, seed, installing: system.installing() };
            return Ok(if test::run(&workspace, &choice) { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Task::Doctor { json } => doctor::show(json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn demo(workspace: &Workspace, installing: Installing) -> Result<()> {
    doctor::ensure(&[Group::Compiler], installing)?;
    let report = demo::run(workspace)?;
    demo::show(&report, workspace);
    Ok(())
}
