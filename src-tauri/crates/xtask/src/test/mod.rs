//! Every layer, one after the other: the crates, the demo's results, crashes, the unsubscribe box, the
//! window's code, the window itself, its package.
//!
//! What passes is told in a line, what fails in full. A layer that cannot run has failed: nobody should read a green
//! total and believe that something was checked which was not. The last line is always `N passed, N failed`.

mod crash;
mod demo;
pub(crate) mod faults;
mod mail;
mod package;
mod post;
mod rust;
mod sentences;
mod ui;
mod unsubscribe;
mod web;
pub(crate) mod window;

use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use crate::doctor::{self, Group, Installing, System};
use crate::report::grouped;
use crate::workspace::Workspace;

/// The layers, in the order they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layer {
    /// The crates: formatting, lints, unit and integration tests.
    Rust,
    /// The demo and everything it leaves behind.
    Demo,
    /// The sample edition, read by other programs than ours.
    Mail,
    /// Sending while the program is killed again and again.
    Crash,
    /// Sending while disks fill, commits fail, clocks jump and the program is killed at chosen calls.
    Faults,
    /// The unsubscribe box on PHP's own server, in a real browser.
    Box,
    /// The web edition in a real browser.
    Web,
    /// A real Postfix with Dovecot.
    Post,
    /// The window's own code.
    Ui,
    /// The real window.
    Window,
    /// The Debian package, installed and used.
    Package,
}

impl Layer {
    fn title(self) -> &'static str {
        match self {
            Layer::Rust => "The crates",
            Layer::Demo => "The demo's results",
            Layer::Mail => "The mail, read by others",
            Layer::Crash => "Killed in the middle of sending",
            Layer::Faults => "Everything else that can go wrong while sending",
            Layer::Box => "The unsubscribe box",
            Layer::Web => "The web edition",
            Layer::Post => "A real mail server",
            Layer::Ui => "The window's code",
            Layer::Window => "The window",
            Layer::Package => "The installed package",
        }
    }

    fn needs(self) -> &'static [Group] {
        match self {
            Layer::Rust => &[Group::Compiler],
            Layer::Demo => &[Group::Compiler, Group::Documents, Group::Mail],
            Layer::Mail => &[Group::Compiler, Group::Mail, Group::MailPeers, Group::Node],
            Layer::Crash => &[Group::Compiler, Group::Mail],
            Layer::Faults => &[Group::Compiler, Group::Faults],
            Layer::Box => &[Group::Compiler, Group::Browser, Group::Php, Group::Node],
            Layer::Web => &[Group::Compiler, Group::Browser, Group::Mail, Group::Php, Group::Node],
            Layer::Post => &[Group::Compiler, Group::Mail, Group::Post],
            Layer::Ui => &[Group::Node],
            Layer::Window | Layer::Package => &[Group::Compiler, Group::Window, Group::WindowTests, Group::Node],
        }
    }

    fn run(self, workspace: &Workspace, choice: &Choice, tally: &mut Tally) -> Result<()> {
        match self {
            Layer::Rust => rust::run(workspace, tally),
            Layer::Demo => demo::run(workspace, tally),
            Layer::Mail => mail::run(workspace, tally),
            Layer::Crash => crash::run(workspace, choice.seed, tally),
            Layer::Faults => faults::run(workspace, tally),
            Layer::Box => unsubscribe::run(workspace, tally),
            Layer::Web => web::run(workspace, tally),
            Layer::Post => post::run(workspace, tally),
            Layer::Ui => ui::run(workspace, tally),
            Layer::Window => window::run(workspace, choice.kills, tally),
            Layer::Package => package::run(workspace, tally),
        }
    }
}

/// Which layers to run, and how.
pub(crate) struct Choice {
    /// All when empty.
    pub(crate) only: Vec<Layer>,
    pub(crate) window: bool,
    pub(crate) seed: u64,
    /// Kills of the window while somebody types in it.
    pub(crate) kills: Option<usize>,
    pub(crate) installing: Installing,
}

impl Choice {
    fn layers(&self) -> Vec<Layer> {
        let chosen = |layer: &&Layer| self.only.is_empty() || self.only.contains(layer);
        let possible = |layer: &&Layer| match layer {
            Layer::Window => self.window,
            // Elsewhere there is no such package, so it is left out unless it is asked for.
            Layer::Package => self.window && (System::here() == System::Debian || !self.only.is_empty()),
            _ => true,
        };
        Layer::value_variants().iter().filter(chosen).filter(possible).copied().collect()
    }
}

/// Runs the layers; answers whether everything passed.
pub(crate) fn run(workspace: &Workspace, choice: &Choice) -> bool {
    let mut tally = Tally::default();
    let layers = choice.layers();
    let mut needs: Vec<Group> = layers.iter().flat_map(|layer| layer.needs()).copied().collect();
    needs.sort();
    needs.dedup();
    // What stays missing fails in the layers that need it, each with its own words.
    if let Err(missing) = doctor::ensure(&needs, choice.installing) {
        eprintln!("{missing:#}");
    }
    let begun = Instant::now();
    for layer in layers {
        let started = Instant::now();
        println!("\n── {} ──", layer.title());
        if let Err(error) = ready(layer).and_then(|()| layer.run(workspace, choice, &mut tally)) {
            tally.check("the layer ran to its end", Err(error));
        }
        println!("  {:.1} s", started.elapsed().as_secs_f64());
    }
    println!("\nAll layers: {:.1} minutes", begun.elapsed().as_secs_f64() / 60.0);
    println!("{} passed, {} failed", tally.passed, tally.failed);
    tally.failed == 0 && tally.passed > 0
}

fn ready(layer: Layer) -> Result<()> {
    doctor::ensure(layer.needs(), Installing::Forbidden)
}

/// What passed and what failed so far.
#[derive(Default)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// One check: a word on what was seen, or everything about what went wrong.
    pub(crate) fn check(&mut self, name: &str, outcome: Result<String>) {
        self.add(u64::from(outcome.is_ok()), u64::from(outcome.is_err()));
        match outcome {
            Ok(seen) if seen.is_empty() => println!("  ok    {name}"),
            Ok(seen) => println!("  ok    {name}: {seen}"),
            Err(error) => println!("  FAIL  {name}\n{error:#}"),
        }
    }

    /// Many tests that another program counted.
    pub(crate) fn suite(&mut self, name: &str, counted: Counted, took: std::time::Duration) {
        let mark = if counted.failed == 0 { "ok  " } else { "FAIL" };
        let Counted { passed, failed, skipped } = counted;
        let mut said = format!("{} passed, {failed} failed", grouped(passed));
        if skipped > 0 {
            said += &format!(", {skipped} not run");
        }
        println!("  {mark}  {name}: {said} ({:.1} s)", took.as_secs_f64());
        self.add(passed, failed);
    }

    fn add(&mut self, passed: u64, failed: u64) {
        self.passed += passed;
        self.failed += failed;
    }
}

/// Another program's own count of its tests.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}
