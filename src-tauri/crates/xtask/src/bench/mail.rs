//! Sending, in figures: personal messages of 50 kB, every outcome recorded durably, into postfix's `smtp-sink`, beside
//! the programs that others use. All take turns (A B A B) in one run, and the middle of the runs counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::rendering;
use super::rivals::{Load, Rate, Rivals, Sink};
use crate::demo::remove;
use crate::masthead::number;
use crate::run;
use crate::workspace::Workspace;

const BYTES: usize = 50_000;
const ROUNDS: usize = 3;

pub(crate) fn run(workspace: &Workspace, folder: &Path, messages: usize, rendered: usize) -> Result<()> {
    // Always as it is shipped: the crates that speak TLS and SQL are not optimised in the tests' profile.
    let program = workspace.light_example("mailing", "rate", true)?;
    let bench = Bench { program, folder: folder.to_owned() };
    let rivals = Rivals::ready(&folder.join("rivals"))?;
    if messages == 0 {
        return rendering::run(&bench.program, &rivals, rendered);
    }
    println!(
        "| {BYTES} B messages, personal, recorded | connections | messages/s | CPU µs a message | target | reached |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for connections in [1, 4, 16] {
        bench.beside(&rivals, Load { messages, bytes: BYTES, connections })?;
    }
    bench.attached(messages / 20)?;
    bench.memory()?;
    rendering::run(&bench.program, &rivals, rendered)
}

/// Our own sender.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

/// A run of ours.
struct Sent {
    rate: Rate,
    commits: u64,
    peak_kib: u64,
    idle_kib: u64,
}

impl Bench {
    fn send(&self, sink: &Sink, load: Load, attached: usize) -> Result<Sent> {
        self.send_from(&self.folder.join("data"), sink, load, attached)
    }

    fn send_from(&self, data: &Path, sink: &Sink, load: Load, attached: usize) -> Result<Sent> {
        let Load { messages, bytes, connections } = load;
        remove(data)?;
        fs::create_dir_all(data)?;
        let numbers = [messages, bytes, attached].map(|n| n.to_string());
        let mut prepare = Command::new(&self.program);
        let prepared = run::quietly(prepare.arg("prepare").arg(data).args(&numbers), "rate prepare")?;
        ensure!(prepared.success(), "{}", prepared.output);
        let numbers = [usize::from(sink.port), connections].map(|n| n.to_string());
        let ended = run::quietly(Command::new(&self.program).arg("send").arg(data).args(&numbers), "rate send")?;
        ensure!(ended.success(), "{}", ended.output);
        let told: Value = serde_json::from_str(ended.stdout.trim())?;
        let accepted = number(&told, "accepted")?;
        ensure!(accepted == messages as u64, "{accepted} of {messages} were accepted");
        let seconds = |name: &str| told[name].as_f64().context("no seconds");
        Ok(Sent {
            rate: Rate::of(messages as f64, seconds("seconds")?, seconds("cpu")?),
            commits: number(&told, "commits")?,
            peak_kib: number(&told, "peak_kib")?,
            idle_kib: number(&told, "idle_kib")?,
        })
    }

    /// Everybody in turn at one number of connections.
    fn beside(&self, rivals: &Rivals, load: Load) -> Result<()> {
        let mut runs: [Vec<Rate>; 5] = Default::default();
        let memory = PathBuf::from("/dev/shm/masthead-bench");
        let few = Load { messages: (load.messages / 10).max(load.connections), ..load };
        let mut commits = 0;
        for _ in 0..ROUNDS {
            let sink = Sink::start()?;
            runs[0].push(rivals.smtp_source(&sink, load)?);
            let sent = self.send(&sink, load, 0)?;
            commits = sent.commits;
            runs[1].push(sent.rate);
            if memory.parent().is_some_and(Path::is_dir) {
                runs[2].push(self.send_from(&memory, &sink, load, 0)?.rate);
                remove(&memory)?;
            }
            runs[3].push(rivals.nodemailer(&sink, few)?);
            runs[4].push(rivals.smtplib(&sink, few)?);
        }
        let [source, ours, unsynced, node, python] = runs.map(|runs| Rate::median(&runs));
        let least = if load.connections == 1 { 1.0 } else { 0.85 };
        let share = ours.rate / source.rate;
        row("smtp-source, one fixed message, nothing recorded", load, source, "the ceiling", "");
        row(
            "Masthead",
            load,
            ours,
            &format!("≥ {least:.2} × smtp-source, ≤ 90 µs"),
            &format!("{share:.2} ×: {}; {:.0} µs: {}", said(share >= least), ours.cpu, said(ours.cpu <= 90.0)),
        );
        let grouped = load.messages as f64 / commits as f64;
        let against = ours.rate / unsynced.rate;
        row(
            "Masthead, list and ledger on a disk in memory",
            load,
            unsynced,
            "durable ≥ 0.95 × this, 50 messages an fsync",
            &format!("{against:.2} ×: {}; {grouped:.0}: {}", said(against >= 0.95), said(grouped >= 50.0)),
        );
        row("nodemailer, pooled", load, node, "", "");
        row("Python smtplib", load, python, "", "");
        Ok(())
    }

    /// An attachment of 2 MB, encoded once for everybody.
    fn attached(&self, messages: usize) -> Result<()> {
        let load = Load { messages: messages.max(20), bytes: 2_000_000 * 4 / 3, connections: 4 };
        let (mut sources, mut ours) = (Vec::new(), Vec::new());
        let rivals = Rivals::ready(&self.folder.join("rivals"))?;
        for _ in 0..ROUNDS {
            let sink = Sink::start()?;
            sources.push(rivals.smtp_source(&sink, load)?);
            ours.push(self.send(&sink, Load { bytes: 10_000, ..load }, 2_000_000)?.rate);
        }
        let (source, ours) = (Rate::median(&sources), Rate::median(&ours));
        let share = ours.rate / source.rate;
        row("smtp-source, 2.7 MB", load, source, "the ceiling", "");
        row(
            "Masthead, 2 MB attached",
            load,
            ours,
            "≥ 0.95 × smtp-source",
            &format!("{share:.2} ×: {}", said(share >= 0.95)),
        );
        Ok(())
    }

    /// What the sender needs for ten times the people.
    fn memory(&self) -> Result<()> {
        let sink = Sink::start()?;
        let mut peaks = Vec::new();
        for messages in [10_000, 100_000] {
            let sent = self.send(&sink, Load { messages, bytes: 2_000, connections: 4 }, 0)?;
            println!(
                "\n{messages} people: {:.1} MiB at most, {:.1} MiB over an open list",
                sent.peak_kib as f64 / 1024.0,
                (sent.peak_kib - sent.idle_kib) as f64 / 1024.0
            );
            peaks.push(sent.peak_kib as f64);
        }
        let growth = peaks[1] / peaks[0];
        println!("Memory for ten times the people: {growth:.2} ×, target ≤ 1.25 ×: {}", said(growth <= 1.25));
        Ok(())
    }
}

pub(super) fn said(reached: bool) -> &'static str {
    if reached { "reached" } else { "not reached" }
}

fn row(name: &str, load: Load, rate: Rate, target: &str, reached: &str) {
    println!("| {name} | {} | {:.0} | {:.0} | {target} | {reached} |", load.connections, rate.rate, rate.cpu);
}
