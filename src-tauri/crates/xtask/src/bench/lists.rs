//! The list, in figures: a file of a million people imported, an edition frozen for all of them, and what the desk asks
//! the list while somebody types. The yardstick is SQLite's own program, which reads the same file into a bare table and
//! checks nothing. Both take turns in one run, and the middle of the runs counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::demo::remove;
use crate::masthead::number;
use crate::run;
use crate::workspace::Workspace;

const ROUNDS: usize = 3;
/// What the targets are for.
pub(crate) const MANY: usize = 1_000_000;

pub(crate) fn run(workspace: &Workspace, folder: &Path, people: usize) -> Result<()> {
    let bench = Bench { program: workspace.light_example("mailing", "lists", true)?, folder: folder.to_owned() };
    fs::write(folder.join("timed.py"), include_str!("timed.py"))?;
    let few = bench.make("few.csv", people / 10)?;
    let many = bench.make("many.csv", people)?;
    println!("| {people} people | CPU s | seconds | memory MiB | target | reached |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let small = bench.imported(&few, people / 10)?;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bench.bare(&many)?);
        ours.push(bench.imported(&many, people)?);
    }
    let judge = Judge { people };
    judge.imports(&small, &middle(bare), &middle(ours));
    bench.again(&many, people)?;
    bench.asked(&judge)
}

/// Says whether a target was reached, which it says of as many people as the target is for and of no fewer.
struct Judge {
    people: usize,
}

impl Judge {
    fn said(&self, reached: bool) -> &'static str {
        match (self.people >= MANY, reached) {
            (false, _) => "the target is for 1,000,000",
            (true, true) => "reached",
            (true, false) => "not reached",
        }
    }

    fn imports(&self, small: &Took, bare: &Took, ours: &Took) {
        row("`sqlite3 .import` into a bare table, nothing checked", bare, "the yardstick", "");
        let share = ours.cpu / bare.cpu;
        row(
            "Masthead: checked, with consent, tags, every index and search",
            ours,
            "≤ 4.5 × sqlite3's CPU, ≤ 120 MB",
            &format!("{share:.1} ×: {}; memory {}", self.said(share <= 4.5), self.said(ours.peak_kib <= 117_187.0)),
        );
        let growth = ours.peak_kib / small.peak_kib;
        let flat = self.said(growth <= 1.1);
        row(
            "Masthead, a tenth of the people",
            small,
            "memory flat",
            &format!("{growth:.2} × for ten times the people: {flat}"),
        );
    }
}

/// What an import took.
struct Took {
    cpu: f64,
    seconds: f64,
    /// Absent, as NaN, where the system does not tell.
    peak_kib: f64,
}

impl Took {
    fn read(told: &Value) -> Result<Took> {
        let figure = |name: &str| told[name].as_f64();
        Ok(Took {
            cpu: figure("cpu").context("no CPU seconds")?,
            seconds: figure("seconds").context("no seconds")?,
            peak_kib: figure("peak_kib").unwrap_or(f64::NAN),
        })
    }
}

/// The run in the middle by CPU.
fn middle(mut runs: Vec<Took>) -> Took {
    runs.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
    runs.swap_remove(runs.len() / 2)
}

struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn make(&self, name: &str, people: usize) -> Result<PathBuf> {
        let file = self.folder.join(name);
        let mut command = Command::new(&self.program);
        let ended = run::quietly(command.arg("make").arg(&file).arg(people.to_string()), "lists make")?;
        ensure!(ended.success(), "{}", ended.output);
        Ok(file)
    }

    fn bare(&self, file: &Path) -> Result<Took> {
        let table = self.folder.join("bare.sqlite");
        if table.exists() {
            fs::remove_file(&table)?;
        }
        let mut command = Command::new("python3");
        command.arg(self.folder.join("timed.py")).arg("sqlite3").arg(&table);
        let ended = run::quietly(command.arg(format!(".import --csv {} people", file.display())), "sqlite3 .import")?;
        let told: Value = serde_json::from_str(ended.stdout.trim()).with_context(|| ended.output.clone())?;
        ensure!(number(&told, "code")? == 0, "sqlite3 failed\n{}", ended.output);
        Took::read(&told)
    }

    fn imported(&self, file: &Path, people: usize) -> Result<Took> {
        remove(&self.folder.join("data"))?;
        let told = self.import(file)?;
        let new = number(&told, "new")?;
        ensure!(new == people as u64, "{new} of {people} people were imported");
        Took::read(&told)
    }

    fn import(&self, file: &Path) -> Result<Value> {
        let mut command = Command::new(&self.program);
        let ended = run::quietly(command.arg("import").arg(self.folder.join("data")).arg(file), "lists import")?;
        ensure!(ended.success(), "{}", ended.output);
        Ok(serde_json::from_str(ended.stdout.trim())?)
    }

    /// The same file once more: everybody is known, and each gets one more consent.
    fn again(&self, file: &Path, people: usize) -> Result<()> {
        let told = self.import(file)?;
        ensure!(number(&told, "unchanged")? == people as u64, "the second import changed people: {told}");
        row("Masthead, the same file once more, nobody changed", &Took::read(&told)?, "", "");
        Ok(())
    }

    fn asked(&self, judge: &Judge) -> Result<()> {
        let mut command = Command::new(&self.program);
        let ended = run::quietly(command.arg("ask").arg(self.folder.join("data")), "lists ask")?;
        ensure!(ended.success(), "{}", ended.output);
        let told: Value = serde_json::from_str(ended.stdout.trim())?;
        ensure!(number(&told, "frozen")? == judge.people as u64, "not everybody was frozen: {told}");
        println!("\n| asked of the list | took | target | reached |\n| --- | --- | --- | --- |");
        let asks = [
            ("an edition frozen for everybody", "freeze_seconds", 10.0, "s"),
            ("search as one types, the middle key", "search", 5.0, "ms"),
            ("search as one types, 19 of 20 keys", "search_most", 5.0, "ms"),
            ("search as one types, the slowest key", "search_worst", 5.0, "ms"),
            ("count by country and language", "two", 50.0, "ms"),
            ("count by country and tag", "two_with_tag", 50.0, "ms"),
            ("count by country, tag and cities", "three", 100.0, "ms"),
        ];
        for (what, name, most, unit) in asks {
            let took = told[name].as_f64().with_context(|| format!("no `{name}`"))?;
            println!("| {what} | {took:.1} {unit} | ≤ {most:.0} {unit} | {} |", judge.said(took <= most));
        }
        Ok(())
    }
}

fn row(name: &str, took: &Took, target: &str, reached: &str) {
    let memory = if took.peak_kib.is_nan() { "–".to_owned() } else { format!("{:.0}", took.peak_kib / 1024.0) };
    println!("| {name} | {:.1} | {:.1} | {memory} | {target} | {reached} |", took.cpu, took.seconds);
}
