//! What users wait for, in figures. The machine is named, because a figure without one says nothing.

mod link;
mod lists;
mod mail;
mod pages;
mod rendering;
mod rivals;
mod window;
mod yardstick;

use std::fs;
use std::num::NonZeroUsize;
use std::thread;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use crate::demo::remove;
use crate::doctor::{self, Group, Installing};
use crate::test::faults::{Torment, torment as torment_with};
use crate::workspace::Workspace;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// Personal messages of 50 kB, recorded durably, at 1, 4 and 16 connections beside other senders; and rendered alone.
    Mail,
    /// A file of people imported, an edition frozen, searches and counts, beside SQLite's own program.
    Lists,
    /// The sender killed a hundred times among a hundred thousand people, and every other fault; hours, so only by name.
    Faults,
    /// A key to the changed page, an issue opened and exported, at 16, 64 and 200 pages, beside Typst itself.
    Pages,
    /// The window: its start, a key to its letter, its memory and a list of a million, beside MiniBrowser and CodeMirror.
    Window,
}

/// Runs the chosen benches, all when none is named.
pub(crate) fn run(workspace: &Workspace, chosen: &[Bench], release: bool, size: &Size) -> Result<()> {
    let usual = |bench: &Bench| chosen.is_empty() && *bench != Bench::Faults;
    for bench in Bench::value_variants().iter().filter(|bench| usual(bench) || chosen.contains(bench)) {
        match bench {
            Bench::Mail => {
                let folder = workspace.target.join("bench/mail");
                remove(&folder)?;
                fs::create_dir_all(&folder)?;
                doctor::ensure(&[Group::Mail, Group::Sink, Group::Node], Installing::Allowed)?;
                println!("{}", machine(true));
                let Size { messages, rendered, crowd, .. } = *size;
                mail::run(workspace, &folder, &mail::Amount { messages, rendered, crowd })?;
            }
            Bench::Lists => {
                let folder = workspace.target.join("bench/lists");
                remove(&folder)?;
                fs::create_dir_all(&folder)?;
                doctor::ensure(&[Group::Mail, Group::Lists], Installing::Allowed)?;
                println!("{}", machine(true));
                lists::run(workspace, &folder, size.people.unwrap_or(lists::MANY))?;
            }
            Bench::Faults => {
                doctor::ensure(&[Group::Compiler, Group::Faults], Installing::Allowed)?;
                println!("{}", machine(false));
                faults(workspace, size)?;
            }
            Bench::Pages => {
                println!("{}", machine(release));
                pages::run(workspace, &workspace.target.join("bench"), release)?;
            }
            Bench::Window => {
                println!("{}", machine(release));
                doctor::ensure(&[Group::Window, Group::WindowTests, Group::Node], Installing::Allowed)?;
                let people = size.people.unwrap_or(1_000_000);
                window::run(workspace, &workspace.target.join("bench/window"), release, people, &size.figures)?;
            }
        }
    }
    Ok(())
}

/// How much is sent and tormented.
#[derive(Args)]
pub(crate) struct Size {
    /// Messages in each run of the mail bench; with 0 they are only rendered
    #[arg(long, default_value_t = 4_000)]
    messages: usize,
    /// Messages rendered in the mail bench
    #[arg(long, default_value_t = 100_000)]
    rendered: usize,
    /// People in the largest mailing of the mail bench, which shows what memory a send takes
    #[arg(long, default_value_t = 1_000_000)]
    crowd: usize,
    /// What is measured of the window; everything without this
    #[arg(long, value_delimiter = ',')]
    figures: Vec<window::Figure>,
    /// Kills in the fault bench
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// People in the fault bench and in the bench of lists; otherwise 100,000 and 1,000,000
    #[arg(long)]
    people: Option<usize>,
    /// Connections in the fault bench, one after the other
    #[arg(long, default_value = "1,4,8")]
    connections: String,
}

fn faults(workspace: &Workspace, size: &Size) -> Result<()> {
    let Size { kills, people, connections, .. } = size;
    let torment =
        Torment { kills: *kills, people: people.unwrap_or(100_000), connections: connections.clone(), writes: 60 };
    let (counted, figures, took, said) = torment_with(workspace, &torment)?;
    println!("{}", table(&figures));
    println!("faults {} passed, {} failed, {:.0} s", counted.passed, counted.failed, took.as_secs_f64());
    ensure!(counted.failed == 0, "{said}");
    Ok(())
}

/// Figures as a table of Markdown, for the README: what was done, and what came of it.
fn table(figures: &[String]) -> String {
    let row = |figure: &String| {
        let (done, came) = figure.split_once(": ").or_else(|| figure.split_once(", ")).unwrap_or((figure, ""));
        format!("| {done} | {came} |\n")
    };
    format!("| faults | what came of them |\n| --- | --- |\n{}", figures.iter().map(row).collect::<String>())
}

/// The processor, its cores and the build profile of what is measured.
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

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn figures_of_the_faults_become_a_table() {
        let figures = ["10 kills, 4 connections: 0 lost, 3 extra copies", "killed at 20 chosen writes, 0 lost"];
        let wanted = "| faults | what came of them |\n| --- | --- |\n\
                      | 10 kills, 4 connections | 0 lost, 3 extra copies |\n\
                      | killed at 20 chosen writes | 0 lost |\n";
        assert_eq!(table(&figures.map(str::to_owned)), wanted);
    }
}
