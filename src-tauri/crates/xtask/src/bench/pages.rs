//! How long an editor waits for pages, beside Typst itself on the same sources in the same run.
//!
//! Ours and the yardstick take turns, each time in a fresh process, so that a machine that is busy for a while is
//! busy for both; processor time stands beside the clock's, because it hardly changes with what else runs. Printed is
//! a Markdown table of medians, in which what there is a bound for says whether it keeps to it. What fails is left out
//! of the table and named below it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::yardstick::Yardstick;
use crate::demo::{self, remove};
use crate::run;
use crate::workspace::Workspace;

/// An issue to measure.
struct Plan {
    /// Pages of an issue that is made by dice; the sample issue without.
    pages: Option<u32>,
    /// Turns of ours and the yardstick.
    turns: u64,
    /// Whether two thousand letters are typed into it: that takes a minute.
    memory: bool,
}

const PLANS: [Plan; 4] = [
    Plan { pages: None, turns: 4, memory: true },
    Plan { pages: Some(16), turns: 4, memory: false },
    Plan { pages: Some(64), turns: 4, memory: true },
    Plan { pages: Some(200), turns: 2, memory: false },
];
/// Letters typed in a turn: 200 in all where there are four.
const KEYS: usize = 50;
/// Saves of the yardstick in a turn.
const SAVES: usize = 10;

pub(crate) fn run(workspace: &Workspace, folder: &Path, release: bool) -> Result<()> {
    fs::create_dir_all(folder)?;
    let program = workspace.example("typesetting", "pages")?;
    let ours = Ours { program, engine: workspace.binary("typesetting", "typesetting-engine", release)? };
    let yardstick = Yardstick::installed(folder)?;
    let mut measured: Vec<Measured> = Vec::new();
    for plan in PLANS {
        let (publication, issue) = match plan.pages {
            None => (workspace.root.clone(), demo::ISSUE.to_owned()),
            Some(pages) => {
                let publication = folder.join(format!("issue-{pages}"));
                remove(&publication)?;
                let root = text(&workspace.root)?;
                let made = ours.ask(&["generate", text(&publication)?, root, &pages.to_string()])?;
                (publication, made["issue"].as_str().context("the issue that was made has a name")?.to_owned())
            }
        };
        let sources = folder.join(format!("sources-{}", plan.pages.unwrap_or_default()));
        measured.push(measure(&ours, &yardstick, &plan, (&publication, &issue), &sources)?);
        // An issue takes minutes: what is known is shown while the next one is measured.
        eprintln!("\n{}", report(&measured));
    }
    println!("\n{}", report(&measured));
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
    /// What could not be measured, and why.
    failed: BTreeSet<String>,
}

impl Measured {
    /// A measurement, or nothing and why.
    fn take(&mut self, result: Result<Value>) -> Value {
        result.unwrap_or_else(|error| {
            self.failed.insert(format!("{error:#}"));
            Value::Null
        })
    }
}

fn measure(
    ours: &Ours,
    typst: &Yardstick,
    plan: &Plan,
    (publication, issue): (&Path, &str),
    sources: &Path,
) -> Result<Measured> {
    let folder = text(publication)?;
    remove(sources)?;
    ours.ask(&["sources", folder, issue, text(sources)?])?;
    let mut measured = Measured::default();
    for turn in 0..plan.turns {
        let (seed, keys) = (turn.to_string(), KEYS.to_string());
        let opened = measured.take(ours.ask(&["open", folder, issue]));
        measured.opened.push(opened);
        let cold = measured.take(typst.cold(sources));
        measured.cold.push(cold);
        let exported = measured.take(ours.ask(&["export", folder, issue]));
        measured.exported.push(exported);
        let typed = measured.take(ours.ask(&["keys", folder, issue, &seed, &keys]));
        measured.typed.push(typed);
        let saved = measured.take(typst.watch(sources, SAVES, turn));
        measured.saved.push(saved);
        let stayed = measured.take(ours.ask(&["stay", folder, issue, &seed, &keys]));
        measured.stayed.push(stayed);
    }
    if plan.memory {
        measured.kept = measured.take(ours.ask(&["memory", folder, issue]));
    }
    for target in ["screen", "accessible"] {
        let faults = measured.exported.iter().filter_map(|turn| turn[target]["failed"].as_str());
        measured.failed.extend(faults.map(|fault| format!("{target}: {fault}")).collect::<Vec<_>>());
    }
    Ok(measured)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the target folder's path is not UTF-8")
}

/// The table, an issue a column, and below it what could not be measured.
fn report(measured: &[Measured]) -> String {
    let pages: Vec<String> = measured.iter().map(Measured::pages).collect();
    let mut report = String::from("| |");
    pages.iter().for_each(|pages| report.push_str(&format!(" {pages} pages |")));
    report.push_str(&format!(" to reach |\n| --- |{} ---: |\n", " ---: |".repeat(measured.len())));
    for row in ROWS {
        let cells: Vec<String> = measured.iter().map(|issue| row.cell((row.value)(issue))).collect();
        let bound = row.most.map_or_else(String::new, |most| format!("≤ {most}"));
        report.push_str(&format!("| {} | {} | {bound} |\n", row.name, cells.join(" | ")));
    }
    let p95 = |wanted: u32| {
        let issue = PLANS.iter().position(|plan| plan.pages == Some(wanted)).and_then(|at| measured.get(at));
        issue.map(|issue| keys(issue, 0.95))
    };
    if let (Some(short), Some(long)) = (p95(16), p95(200)) {
        let growth = long / short;
        report.push_str(&format!(
            "\nKey to page picture, p95 of the longest issue ÷ that of the shortest made by dice: {growth:.2}{} (to \
             reach: ≤ 1.2).\n",
            mark(growth, Some(1.2))
        ));
    }
    for (issue, pages) in measured.iter().zip(&pages) {
        issue.failed.iter().for_each(|fault| report.push_str(&format!("\n{pages} pages, not measured: {fault}\n")));
    }
    report
}

/// A line of the table.
struct Row {
    name: &'static str,
    unit: Unit,
    value: fn(&Measured) -> f64,
    /// The most that it should be.
    most: Option<f64>,
}

#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    Megabytes,
    Ratio,
}

impl Row {
    const fn new(name: &'static str, unit: Unit, value: fn(&Measured) -> f64) -> Self {
        Self { name, unit, value, most: None }
    }

    const fn at_most(name: &'static str, most: f64, value: fn(&Measured) -> f64) -> Self {
        Self { name, unit: Unit::Ratio, value, most: Some(most) }
    }

    fn cell(&self, value: f64) -> String {
        let mark = mark(value, self.most);
        match self.unit {
            _ if !value.is_finite() => "–".to_owned(),
            Unit::Milliseconds => format!("{value:.1} ms"),
            Unit::Megabytes => format!("{value:.0} MB"),
            Unit::Ratio => format!("{value:.3}{mark}"),
        }
    }
}

/// Whether a value keeps to its bound.
fn mark(value: f64, most: Option<f64>) -> &'static str {
    match most {
        Some(most) if value <= most => " ✓",
        Some(_) => " ✗",
        None => "",
    }
}

const ROWS: [Row; 25] = [
    Row::new(
        "key to the picture of the page in sight, edits all over the issue, median",
        Unit::Milliseconds,
        |issue| keys(issue, 0.5),
    ),
    Row::new("… p95", Unit::Milliseconds, |issue| keys(issue, 0.95)),
    Row::new("… of it layout, median", Unit::Milliseconds, |issue| percentile(&all(&issue.typed, "layouts"), 0.5)),
    Row::new("… of it picture, median", Unit::Milliseconds, |issue| percentile(&all(&issue.typed, "pictures"), 0.5)),
    Row::new("the same in one article, median", Unit::Milliseconds, |issue| {
        percentile(&all(&issue.stayed, "times"), 0.5)
    }),
    Row::new("ten keys laid out from nothing at rest, median", Unit::Milliseconds, |issue| {
        percentile(&all(&issue.typed, "rests"), 0.5)
    }),
    Row::new("a page drawn that was not in sight, median", Unit::Milliseconds, |issue| {
        percentile(&all(&issue.typed, "unseen"), 0.5)
    }),
    Row::new("`typst watch`, save to PDF, median", Unit::Milliseconds, saves),
    Row::at_most("**key, median ÷ `typst watch`**", 0.08, |issue| keys(issue, 0.5) / saves(issue)),
    Row::at_most("**key, p95 ÷ `typst watch`**", 0.15, |issue| keys(issue, 0.95) / saves(issue)),
    Row::new("CPU a key", Unit::Milliseconds, |issue| median(&issue.typed, "/cpu")),
    Row::new("CPU a key ÷ CPU a save of `typst watch`", Unit::Ratio, |issue| {
        median(&issue.typed, "/cpu") / median(&issue.saved, "/cpu")
    }),
    Row::new("opened cold, first page's picture", Unit::Milliseconds, |issue| median(&issue.opened, "/first_page")),
    Row::new("opened cold, all pages", Unit::Milliseconds, |issue| median(&issue.opened, "/layout")),
    Row::new("Typst, cold to PDF", Unit::Milliseconds, |issue| median(&issue.cold, "/wall")),
    Row::at_most("**first page ÷ Typst's cold compile**", 0.2, |issue| {
        median(&issue.opened, "/first_page") / median(&issue.cold, "/wall")
    }),
    Row::new("Markdown to screen PDF, cold", Unit::Milliseconds, |issue| median(&issue.exported, "/screen/wall")),
    Row::new("Markdown to accessible PDF, cold", Unit::Milliseconds, |issue| {
        median(&issue.exported, "/accessible/wall")
    }),
    Row::at_most("**CPU of the screen PDF ÷ Typst's**", 1.05, |issue| {
        median(&issue.exported, "/screen/cpu") / median(&issue.cold, "/cpu")
    }),
    Row::at_most("**CPU of the accessible PDF ÷ Typst's**", 1.05, |issue| {
        median(&issue.exported, "/accessible/cpu") / median(&issue.cold, "/cpu")
    }),
    Row::new("engine's memory after 100 keys", Unit::Megabytes, |issue| kept(issue, 0)),
    Row::new("engine's memory after 2,000 keys", Unit::Megabytes, |issue| kept(issue, 3)),
    Row::at_most("**memory after 2,000 keys ÷ after 100**", 1.1, |issue| kept(issue, 3) / kept(issue, 0)),
    Row::new("engine's peak while typing", Unit::Megabytes, |issue| median(&issue.typed, "/peak")),
    Row::at_most("**… ÷ Typst's cold peak**", 0.5, |issue| {
        median(&issue.typed, "/peak") / median(&issue.cold, "/peak")
    }),
];

impl Measured {
    fn pages(&self) -> String {
        let pages = self.opened.iter().find_map(|turn| turn["pages"].as_u64());
        pages.map_or_else(|| "?".to_owned(), |pages| pages.to_string())
    }
}

fn kept(issue: &Measured, at: usize) -> f64 {
    issue.kept["after"][at].as_f64().unwrap_or(f64::NAN)
}

fn keys(issue: &Measured, share: f64) -> f64 {
    percentile(&all(&issue.typed, "times"), share)
}

fn saves(issue: &Measured) -> f64 {
    percentile(&all(&issue.saved, "times"), 0.5)
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
