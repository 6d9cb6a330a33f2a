//! The sender under everything that kills, fills, breaks and delays; the tests stand beside the sender's own.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::{Tally, rust};
use crate::run;
use crate::workspace::Workspace;

/// How much torment: the numbers of the short run, or those of `bench faults`.
pub(crate) struct Torment {
    pub(crate) kills: usize,
    pub(crate) people: usize,
    /// As `1,4,8`.
    pub(crate) connections: String,
    pub(crate) writes: usize,
}

impl Torment {
    /// Three minutes.
    pub(crate) fn short() -> Torment {
        Torment { kills: 10, people: 5_000, connections: "4".to_owned(), writes: 24 }
    }
}

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let (counted, figures, took, said) = torment(workspace, &Torment::short())?;
    figures.iter().for_each(|figure| println!("  {figure}"));
    tally.suite("faults", counted, took);
    if counted.failed > 0 {
        println!("{}", rust::telling(&said));
    }
    Ok(())
}

type Tormented = (super::Counted, Vec<String>, Duration, String);

/// Runs the tests; answers the count, what they print as figures, and everything they said.
pub(crate) fn torment(workspace: &Workspace, torment: &Torment) -> Result<Tormented> {
    let test = ["test", "--package", "cli", "--package", "mailing", "--test", "faults", "--"];
    let mut cargo: Command = workspace.cargo(&test);
    // One after the other: each has a processor's work to do already, and they measure what they see.
    cargo.args(["--include-ignored", "--nocapture", "--test-threads", "1"]);
    cargo.env("MAILING_FAULTS_KILLS", torment.kills.to_string());
    cargo.env("MAILING_FAULTS_PEOPLE", torment.people.to_string());
    cargo.env("MAILING_FAULTS_CONNECTIONS", &torment.connections);
    cargo.env("MAILING_FAULTS_WRITES", torment.writes.to_string());
    let ended = run::quietly(&mut cargo, "the faults")?;
    let telling = |line: &&str| line.contains("figure: ") || line.contains("not checked: ");
    let from = |line: &str| {
        let start = line.find("figure: ").map(|at| at + 8).or_else(|| line.find("not checked: "));
        line[start.unwrap_or(0)..].to_owned()
    };
    let figures = ended.stdout.lines().filter(telling).map(from).collect();
    Ok((rust::counted(&ended), figures, ended.took, ended.output))
}
