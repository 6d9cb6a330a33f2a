//! Writing personal messages, in figures: nothing is sent and nothing recorded, so that only the rendering counts. Beside
//! it nodemailer's composer with a Handlebars template of the same words.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::rivals::Rivals;
use crate::masthead::number;
use crate::run;

/// What a message's words come to.
const BYTES: usize = 50_000;
const ROUNDS: usize = 3;
/// How much faster than the other program.
const TIMES: f64 = 5.0;

/// A run of either.
struct Written {
    /// Messages a second.
    rate: f64,
    /// Processor microseconds a message.
    cpu: f64,
    bytes: u64,
    peak_kib: u64,
}

/// Both in turn, and ours for a tenth of the people.
pub(crate) fn run(program: &Path, rivals: &Rivals, messages: usize) -> Result<()> {
    let few = (messages / 20).max(100);
    let (mut ours, mut fewer, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(write(Command::new(program).arg("render"), messages)?);
        fewer.push(write(Command::new(program).arg("render"), messages / 10)?);
        theirs.push(write(&mut rivals.node("nodemailer_render.js"), few)?);
    }
    // A process of 5 MiB takes a few hundred KiB more or less from run to run.
    let growth = middle_peak(&ours) / middle_peak(&fewer);
    let (ours, theirs) = (middle(ours), middle(theirs));
    println!(
        "\n| {BYTES} B of words, personal, rendered | messages | bytes each | messages/s | CPU µs a message | peak MiB |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    row("Masthead", messages, &ours);
    row("nodemailer's composer with Handlebars", few, &theirs);
    let (by_clock, by_processor) = (ours.rate / theirs.rate, theirs.cpu / ours.cpu);
    let reached = by_clock.min(by_processor) >= TIMES;
    println!(
        "\n{by_clock:.1} × the rate, {by_processor:.1} × by processor time, target ≥ {TIMES} ×: {}",
        super::mail::said(reached)
    );
    println!("Memory for ten times the people: {growth:.2} ×, target ≤ 1.05 ×: {}", super::mail::said(growth <= 1.05));
    Ok(())
}

fn write(command: &mut Command, messages: usize) -> Result<Written> {
    let ended = run::quietly(command.args([messages, BYTES].map(|n| n.to_string())), "rendering")?;
    ensure!(ended.success(), "{}", ended.output);
    let told: Value = serde_json::from_str(ended.stdout.trim())?;
    let seconds = |name: &str| told[name].as_f64().unwrap_or(f64::NAN);
    let count = number(&told, "messages")? as f64;
    Ok(Written {
        rate: count / seconds("seconds"),
        cpu: seconds("cpu") * 1e6 / count,
        bytes: number(&told, "bytes")?,
        peak_kib: number(&told, "peak_kib")?,
    })
}

fn middle(mut runs: Vec<Written>) -> Written {
    runs.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
    runs.swap_remove(runs.len() / 2)
}

fn middle_peak(runs: &[Written]) -> f64 {
    let mut peaks: Vec<u64> = runs.iter().map(|run| run.peak_kib).collect();
    peaks.sort_unstable();
    peaks[peaks.len() / 2] as f64
}

fn row(name: &str, messages: usize, written: &Written) {
    let Written { rate, cpu, bytes, peak_kib } = written;
    println!("| {name} | {messages} | {bytes} | {rate:.0} | {cpu:.0} | {:.1} |", *peak_kib as f64 / 1024.0);
}
