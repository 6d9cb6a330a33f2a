//! How long an editor waits, on issues of any length; `cargo xtask bench pages` runs it beside a yardstick.
//!
//! `pages generate DIR PAGES` writes a publication; `pages open|keys|stay|export|sources|memory DIR ISSUE …` measures one thing in a
//! process of its own and prints it as JSON. `--engine PROGRAM` before it names the page engine that is measured.

#![allow(clippy::print_stdout, reason = "its figures are its result")]

mod issue;
mod measure;
mod usage;

use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ["--engine", engine, arguments @ ..] = arguments.as_slice() else {
        return Err("expected --engine PROGRAM".into());
    };
    let program = Path::new(engine);
    let result = match arguments {
        ["generate", folder, repository, pages] => {
            generate(program, Path::new(folder), Path::new(repository), pages.parse()?)?
        }
        ["open", folder, issue] => measure::open(program, Path::new(folder), issue)?,
        ["keys", folder, issue, seed, edits] => {
            measure::keys(program, Path::new(folder), issue, seed.parse()?, edits.parse()?, false)?
        }
        ["stay", folder, issue, seed, edits] => {
            measure::keys(program, Path::new(folder), issue, seed.parse()?, edits.parse()?, true)?
        }
        ["export", folder, issue] => measure::export(program, Path::new(folder), issue)?,
        ["memory", folder, issue] => measure::memory(program, Path::new(folder), issue)?,
        ["sources", folder, issue, out] => measure::sources(program, Path::new(folder), issue, &PathBuf::from(out))?,
        _ => return Err("expected generate, open, keys, export, memory or sources".into()),
    };
    println!("{result}");
    Ok(())
}

/// Writes an issue of exactly so many pages: what the articles leave is filled with advertisements.
fn generate(program: &Path, folder: &Path, repository: &Path, pages: u32) -> Result<serde_json::Value, Box<dyn Error>> {
    issue::write(folder, repository, pages, 0)?;
    let without = measure::count(program, folder, issue::ISSUE)?;
    issue::write(folder, repository, pages, pages.saturating_sub(without))?;
    let count = measure::count(program, folder, issue::ISSUE)?;
    Ok(serde_json::json!({ "issue": issue::ISSUE, "pages": count, "articles": without }))
}
