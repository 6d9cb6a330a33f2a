//! How long an editor waits for pages, beside Typst itself on the same sources in the same run.
//!
//! Ours and the yardstick take turns, each time in a fresh process, so that a machine that is busy for a while is
//! busy for both; processor time stands beside the clock's, because it hardly changes with what else runs. Printed is a Markdown table of medians.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::yardstick::Yardstick;
use crate::demo::{self, remove};
use crate::run;
use crate::workspace::Workspace;

const LENGTHS: [u32; 3] = [16, 64, 200];
/// Turns of ours and the yardstick.
const TURNS: u64 = 4;
/// Letters typed in a turn: 200 in all.
const KEYS: usize = 50;
/// Saves of the yardstick in a turn.
const SAVES: usize = 10;

pub(crate) fn run(workspace: &Workspace, folder: &Path, release: bool) -> Result<()> {
    fs::create_dir_all(folder)?;
    let program = workspace.example("typesetting", "pages")?;
    let ours = Ours { program, engine: workspace.binary("typesetting", "typesetting-engine", release)? };
    let yardstick = Yardstick::installed(folder)?;
    let mut measured = vec![measure(&ours, &yardstick, &workspace.root, demo::ISSUE, &folder.join("sample"))?];
    for pages in LENGTHS {
        let publication = folder.join(format!("issue-{pages}"));
        let root = text(&workspace.root)?;
        let made = ours.ask(&["generate", text(&publication)?, root, &pages.to_string()])?;
        let issue = made["issue"].as_str().context("the issue that was made has a name")?;
        // An issue takes minutes: what is known is shown while the next one is measured.
        eprintln!("\n{}", table(&measured));
        measured.push(measure(&ours, &yardstick, &publication, issue, &folder.join(format!("sources-{pages}")))?);
    }
    println!("\n{}", table(&measured));
    Ok(())
}

/// The program that types and waits, as the desk does, and the page engine that it waits for.
struct Ours {
    program: PathBuf,
    engine: PathBuf,
}

impl Ours {
    fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let name = format!("pages {}", arguments.join(" "));
        let ended = run::quietly(Command::new(&self.program).arg("--engine").arg(&self.engine).args(arguments), &name)?;
        ensure!(ended.success(), "`{name}` failed ({})\n{}", ended.status, ended.output);
        Ok(serde_json::from_str(&ended.stdout)?)
    }
}

/// Everything that was measured on one issue, a value a turn.
#[derive(Default)]
struct Measured {
    opened: Vec<Value>,
    typed: Vec<Value>,
    stayed: Vec<Value>,
    exported: Vec<Value>,
    kept: Value,
    cold: Vec<Value>,
    saved: Vec<Value>,
}

fn measure(ours: &Ours, typst: &Yardstick, publication: &Path, issue: &str, sources: &Path) -> Result<Measured> {
    let folder = text(publication)?;
    remove(sources)?;
    ours.ask(&["sources", folder, issue, text(sources)?])?;
    let mut measured = Measured::default();
    for turn in 0..TURNS {
        measured.opened.push(ours.ask(&["open", folder, issue])?);
        measured.cold.push(typst.cold(sources)?);
        measured.typed.push(ours.ask(&["keys", folder, issue, &turn.to_string(), &KEYS.to_string()])?);
        measured.stayed.push(ours.ask(&["stay", folder, issue, &turn.to_string(), &KEYS.to_string()])?);
        measured.saved.push(typst.watch(sources, SAVES, turn)?);
        measured.exported.push(ours.ask(&["export", folder, issue])?);
    }
    measured.kept = ours.ask(&["memory", folder, issue])?;
    Ok(measured)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the target folder's path is not UTF-8")
}

/// The table, an issue a column.
fn table(measured: &[Measured]) -> String {
    let mut table = String::from("| |");
    for issue in measured {
        table.push_str(&format!(" {} pages |", issue.opened[0]["pages"]));
    }
    table.push_str(&format!("\n| --- |{}\n", " ---: |".repeat(measured.len())));
    for (name, cell) in ROWS {
        let cells: Vec<String> = measured.iter().map(cell).collect();
        table.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    }
    table
}

type Row = (&'static str, fn(&Measured) -> String);

const ROWS: [Row; 18] = [
    ("key to page picture all over the issue, median", |issue| ms(keys(issue, 0.5))),
    ("key to page picture, p95", |issue| ms(keys(issue, 0.95))),
    ("… of it layout, median", |issue| ms(percentile(&all(&issue.typed, "layouts"), 0.5))),
    ("key to page picture in one article, median", |issue| ms(percentile(&all(&issue.stayed, "times"), 0.5))),
    ("typst watch, save to PDF, median", |issue| ms(saves(issue))),
    ("**median key ÷ typst watch**", |issue| format!("**{:.3}**", keys(issue, 0.5) / saves(issue))),
    ("p95 key ÷ typst watch", |issue| format!("{:.3}", keys(issue, 0.95) / saves(issue))),
    ("CPU a key", |issue| ms(median(&issue.typed, "/cpu"))),
    ("CPU a key ÷ CPU a save of typst watch", |issue| ratio(&issue.typed, "/cpu", &issue.saved, "/cpu")),
    ("opened cold, first page's picture", |issue| ms(median(&issue.opened, "/first_page"))),
    ("opened cold, all pages", |issue| ms(median(&issue.opened, "/layout"))),
    ("Typst, cold to PDF", |issue| ms(median(&issue.cold, "/wall"))),
    ("first page ÷ Typst's cold compile", |issue| ratio(&issue.opened, "/first_page", &issue.cold, "/wall")),
    ("Markdown to screen PDF, cold", |issue| ms(median(&issue.exported, "/screen/wall"))),
    ("Markdown to accessible PDF, cold", |issue| ms(median(&issue.exported, "/accessible/wall"))),
    ("its CPU ÷ Typst's (screen)", |issue| ratio(&issue.exported, "/screen/cpu", &issue.cold, "/cpu")),
    ("engine's memory after 100 and 2,000 keys", |issue| {
        let after = |at: &str| issue.kept.pointer(at).and_then(Value::as_f64).unwrap_or(f64::NAN);
        format!("{:.0}, {:.0} MB", after("/after/0"), after("/after/3"))
    }),
    ("engine's peak while typing, Typst's peak", |issue| {
        format!("{:.0}, {:.0} MB", median(&issue.typed, "/peak"), median(&issue.cold, "/peak"))
    }),
];

fn keys(issue: &Measured, share: f64) -> f64 {
    percentile(&all(&issue.typed, "times"), share)
}

fn saves(issue: &Measured) -> f64 {
    percentile(&all(&issue.saved, "times"), 0.5)
}

fn ratio(ours: &[Value], our_field: &str, theirs: &[Value], their_field: &str) -> String {
    format!("{:.2}", median(ours, our_field) / median(theirs, their_field))
}

fn ms(value: f64) -> String {
    format!("{value:.1} ms")
}

/// Every number of a list that each turn has.
fn all(turns: &[Value], list: &str) -> Vec<f64> {
    let numbers = turns.iter().filter_map(|turn| turn[list].as_array()).flatten();
    numbers.filter_map(Value::as_f64).collect()
}

fn median(turns: &[Value], field: &str) -> f64 {
    let numbers: Vec<f64> = turns.iter().filter_map(|turn| turn.pointer(field)?.as_f64()).collect();
    percentile(&numbers, 0.5)
}

/// The value that this share of the numbers does not exceed.
fn percentile(numbers: &[f64], share: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let numbers: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&numbers, 0.5), 50.0);
        assert_eq!(percentile(&numbers, 0.95), 95.0);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
