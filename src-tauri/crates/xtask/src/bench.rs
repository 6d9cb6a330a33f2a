//! What users wait for, in figures. The machine is named, because a figure without one says nothing.

mod mail;
mod pages;
mod yardstick;

use std::fs;
use std::num::NonZeroUsize;
use std::thread;

use anyhow::Result;
use clap::ValueEnum;

use crate::demo::remove;
use crate::workspace::Workspace;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// The sample edition to a thousand readers over loopback SMTP, at 1 and 4 connections.
    Mail,
    /// A key to the changed page, an issue opened and exported, at 16, 64 and 200 pages, beside Typst itself.
    Pages,
}

/// Runs the chosen benches, all when none is named.
pub(crate) fn run(workspace: &Workspace, chosen: &[Bench], release: bool) -> Result<()> {
    println!("{}", machine(release));
    for bench in Bench::value_variants().iter().filter(|bench| chosen.is_empty() || chosen.contains(bench)) {
        match bench {
            Bench::Mail => {
                let folder = workspace.target.join("bench/mail");
                remove(&folder)?;
                fs::create_dir_all(&folder)?;
                mail::run(workspace, &folder, release)?;
            }
            Bench::Pages => pages::run(workspace, &workspace.target.join("bench"), release)?,
        }
    }
    Ok(())
}

/// The processor, its cores and the build profile.
fn machine(release: bool) -> String {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1)).map(str::trim);
    let profile = if release { "release" } else { "dev, engines optimised; --release measures what is shipped" };
    format!(
        "{}, {cores} cores, {} {}, build profile {profile}",
        model.unwrap_or("unknown processor"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
