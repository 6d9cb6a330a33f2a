//! Sending, in figures: personal messages of 50 kB, every outcome recorded durably, into postfix's `smtp-sink`, beside
//! the programs that others use. All take turns (A B A B) in one run, and the middle of the runs counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::link::link;
use super::rendering;
use super::rivals::{Load, Rate, Rivals, Sink};
use crate::demo::remove;
use crate::masthead::number;
use crate::run;
use crate::workspace::Workspace;

const BYTES: usize = 50_000;
const ROUNDS: usize = 3;

/// What is sent and rendered.
pub(crate) struct Amount {
    /// Messages in each run.
    pub(crate) messages: usize,
    /// Messages rendered.
    pub(crate) rendered: usize,
    /// People in the largest mailing, for the memory.
    pub(crate) crowd: usize,
}

pub(crate) fn run(workspace: &Workspace, folder: &Path, amount: &Amount) -> Result<()> {
    let Amount { messages, rendered, crowd } = *amount;
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
    bench.signed(&rivals, Load { messages: messages / 2, bytes: BYTES, connections: 4 })?;
    bench.attached(messages / 20)?;
    println!();
    bench.far(150)?;
    bench.limited(200, 5_000)?;
    bench.memory(crowd)?;
    rendering::run(&bench.program, &rivals, rendered)
}

/// Our own sender.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

/// What is particular about a run.
struct Manner<'a> {
    /// Bytes of a file that comes with each message.
    attached: usize,
    /// `rsa`, `ed25519` or `none`.
    key: &'a str,
    /// What the relay allows.
    quota: Option<&'a str>,
}

impl Manner<'_> {
    fn plain() -> Manner<'static> {
        Manner { attached: 0, key: "none", quota: None }
    }
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
        self.send_as(sink.port, load, &Manner { attached, ..Manner::plain() })
    }

    fn send_as(&self, port: u16, load: Load, manner: &Manner<'_>) -> Result<Sent> {
        self.send_from(&self.folder.join("data"), port, load, manner)
    }

    fn send_from(&self, data: &Path, port: u16, load: Load, manner: &Manner<'_>) -> Result<Sent> {
        let Load { messages, bytes, connections } = load;
        remove(data)?;
        fs::create_dir_all(data)?;
        let numbers = [messages, bytes, manner.attached].map(|n| n.to_string());
        let mut prepare = Command::new(&self.program);
        prepare.arg("prepare").arg(data).args(&numbers).arg(manner.key);
        let prepared = run::quietly(&mut prepare, "rate prepare")?;
        ensure!(prepared.success(), "{}", prepared.output);
        let numbers = [usize::from(port), connections].map(|n| n.to_string());
        let mut send = Command::new(&self.program);
        send.arg("send").arg(data).args(&numbers).args(manner.quota);
        let ended = run::quietly(&mut send, "rate send")?;
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
                runs[2].push(self.send_from(&memory, sink.port, load, &Manner::plain())?.rate);
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

    /// Every message signed by its own bytes: what a signature costs beside a bare one, and beside nodemailer's.
    fn signed(&self, rivals: &Rivals, load: Load) -> Result<()> {
        let few = Load { messages: (load.messages / 10).max(load.connections), ..load };
        let (mut rsa, mut ed25519, mut node, mut bare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let sink = Sink::start()?;
            bare.push(Rivals::bare_rsa()?);
            rsa.push(self.send_as(sink.port, load, &Manner { key: "rsa", ..Manner::plain() })?.rate);
            ed25519.push(self.send_as(sink.port, load, &Manner { key: "ed25519", ..Manner::plain() })?.rate);
            node.push(rivals.nodemailer_signed(&sink, few)?);
        }
        bare.sort_by(f64::total_cmp);
        let (rsa, node, bare) = (Rate::median(&rsa), Rate::median(&node), bare[bare.len() / 2]);
        let (cost, times) = (rsa.cpu / bare, rsa.rate / node.rate);
        row("nodemailer, pooled, signed with RSA-2048", load, node, "", "");
        row("Masthead, signed with Ed25519", load, Rate::median(&ed25519), "", "");
        row(
            "Masthead, signed with RSA-2048",
            load,
            rsa,
            &format!("≤ 1.5 × one bare signature ({bare:.0} µs), ≥ 10 × nodemailer"),
            &format!("{cost:.2} ×: {}; {times:.1} ×: {}", said(cost <= 1.5), said(times >= 10.0)),
        );
        Ok(())
    }

    /// Over a way of 40 ms there and back, on one connection: how often a message waits for it.
    fn far(&self, messages: usize) -> Result<()> {
        let there_and_back = Duration::from_millis(40);
        let sink = Sink::start()?;
        let far = link(sink.port, there_and_back)?;
        let load = Load { messages, bytes: BYTES, connections: 1 };
        let sent = self.send_as(far, load, &Manner::plain())?;
        let trips = 1.0 / sent.rate.rate / there_and_back.as_secs_f64();
        println!("A link of 40 ms: {trips:.2} round trips a message, target ≤ 2: {}", said(trips <= 2.0));
        Ok(())
    }

    /// What was allowed and what went: after the first second's messages, which may go at once, so many a second.
    fn limited(&self, a_second: usize, messages: usize) -> Result<()> {
        let sink = Sink::start()?;
        let load = Load { messages, bytes: 2_000, connections: 4 };
        let quota = format!("{a_second}/s");
        let sent = self.send_as(sink.port, load, &Manner { quota: Some(&quota), ..Manner::plain() })?;
        let seconds = messages as f64 / sent.rate.rate;
        let share = (messages - a_second) as f64 / a_second as f64 / seconds;
        let reached = (0.98..=1.0).contains(&share);
        println!("A quota of {quota}: {share:.3} of it used, target 0.98–1.00: {}", said(reached));
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

    /// What the sender needs for a hundred times the people.
    fn memory(&self, crowd: usize) -> Result<()> {
        let sink = Sink::start()?;
        let mut peaks = Vec::new();
        for messages in [crowd / 100, crowd] {
            let sent = self.send(&sink, Load { messages, bytes: 2_000, connections: 4 }, 0)?;
            let over = sent.peak_kib.saturating_sub(sent.idle_kib) as f64 / 1024.0;
            println!(
                "{messages} people: {:.1} MiB at most, {over:.1} MiB over an open list, target ≤ 32: {}",
                sent.peak_kib as f64 / 1024.0,
                said(over <= 32.0)
            );
            peaks.push(sent.peak_kib as f64);
        }
        let growth = peaks[1] / peaks[0];
        println!("Memory for a hundred times the people: {growth:.2} ×, target ≤ 1.25 ×: {}", said(growth <= 1.25));
        Ok(())
    }
}

pub(super) fn said(reached: bool) -> &'static str {
    if reached { "reached" } else { "not reached" }
}

fn row(name: &str, load: Load, rate: Rate, target: &str, reached: &str) {
    println!("| {name} | {} | {:.0} | {:.0} | {target} | {reached} |", load.connections, rate.rate, rate.cpu);
}
