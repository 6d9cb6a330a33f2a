//! Wall clock of two things that users wait for. The machine is named, because a figure without one says nothing.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use anyhow::Result;
use clap::ValueEnum;

use crate::demo::{self, READERS, remove};
use crate::masthead::{Catcher, Masthead, in_state};
use crate::report::grouped;
use crate::workspace::Workspace;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// The sample edition to a thousand readers over loopback SMTP, at 1 and 4 connections.
    Mail,
    /// The sample issue to PDF in a fresh process, three times.
    Pages,
}

/// Runs the chosen benches, all when none is named.
pub(crate) fn run(workspace: &Workspace, chosen: &[Bench], release: bool) -> Result<()> {
    let program = workspace.program("cli", release)?;
    let folder = workspace.target.join("bench");
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let profile = if release { "release" } else { "dev, engines optimised; --release measures what is shipped" };
    println!("{cores} cores, {} {}, profile {profile}", std::env::consts::OS, std::env::consts::ARCH);
    for bench in Bench::value_variants().iter().filter(|bench| chosen.is_empty() || chosen.contains(bench)) {
        remove(&folder)?;
        fs::create_dir_all(&folder)?;
        let masthead =
            Masthead { program: program.clone(), publication: workspace.root.clone(), data: folder.join("data") };
        match bench {
            Bench::Mail => mail(&masthead, &folder)?,
            Bench::Pages => pages(&masthead, &folder)?,
        }
    }
    Ok(())
}

fn mail(masthead: &Masthead, folder: &Path) -> Result<()> {
    for connections in [1, 4] {
        remove(&masthead.data)?;
        demo::import(masthead, &folder.join("readers.csv"))?;
        let catcher = Catcher::start(masthead, &folder.join(format!("mail-{connections}")))?;
        let sent = demo::send(masthead, &catcher.relay(), connections)?;
        catcher.stop()?;
        let (accepted, seconds) = (in_state(&sent.json, "accepted")?, sent.took.as_secs_f64());
        println!(
            "mail   {} of {} accepted at {connections} connections: {seconds:.2} s, {:.0}/s",
            grouped(accepted),
            grouped(READERS as u64),
            accepted as f64 / seconds
        );
    }
    Ok(())
}

fn pages(masthead: &Masthead, folder: &Path) -> Result<()> {
    for run in 1..=3 {
        let built = demo::build(masthead, &folder.join(format!("pages-{run}")))?;
        println!("pages  {}, cold, run {run}: {:.2} s", demo::ISSUE, built.took.as_secs_f64());
    }
    Ok(())
}
