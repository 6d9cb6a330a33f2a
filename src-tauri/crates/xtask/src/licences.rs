//! The licences of everything that a package holds of others: each must be one that lets Masthead be handed on as it
//! is, and each one's words travel with the programs, as most of them ask.
//!
//! Read from what cargo and npm have on disk, so nothing has to be kept in step by hand.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use spdx::{Expression, LicenseItem, ParseMode};

use crate::workspace::{Workspace, cargo_program};

/// What may be handed on together with a program under MIT or Apache-2.0, its words enclosed. MPL-2.0 binds its own
/// files alone, and those are used as they were published.
const ACCEPTED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "IJG",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// How the files that carry a licence's words are called.
const NAMES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];

/// Programs whose parts are handed out.
const PROGRAMS: [&str; 2] = ["cli", "masthead-app"];

/// Somebody else's work that becomes part of Masthead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    licence: String,
    folder: PathBuf,
}

/// That every part may be handed on; answers how many there are.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let parts = parts(workspace)?;
    let refused: Vec<String> = parts
        .iter()
        .filter(|part| !accepted(&part.licence))
        .map(|part| format!("{} {} is under \"{}\"", part.name, part.version, part.licence))
        .collect();
    ensure!(
        refused.is_empty(),
        "{}\nA package with these may not be handed out as it is: use another library, or accept the licence in \
         `licences.rs` after reading it",
        refused.join("\n")
    );
    Ok(format!("{} parts", parts.len()))
}

/// Writes the words of all licences into one file, each text once with the parts it is for.
pub(crate) fn write(workspace: &Workspace, to: &Path) -> Result<()> {
    let parts = parts(workspace)?;
    let mut list = String::from(
        "Masthead may be used under the MIT licence or the Apache licence 2.0, as you like.\n\
         It is made with the work of others, under these licences:\n\n",
    );
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for part in &parts {
        let name = format!("{} {}", part.name, part.version);
        writeln!(list, "{name}: {}", part.licence)?;
        for text in words(&part.folder)? {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    for (text, names) in texts {
        let names: Vec<String> = names.into_iter().collect();
        write!(list, "\n\n{}\nOf {}:\n\n{}\n", "=".repeat(80), names.join(", "), text.trim_end())?;
    }
    fs::write(to, list).with_context(|| to.display().to_string())
}

fn accepted(licence: &str) -> bool {
    // Older crates write "MIT/Apache-2.0" for a choice.
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else { return false };
    expression.evaluate(|asked| match &asked.license {
        LicenseItem::Spdx { id, .. } => ACCEPTED.contains(&id.name),
        LicenseItem::Other { .. } => false,
    })
}

fn parts(workspace: &Workspace) -> Result<Vec<Part>> {
    let mut parts = crates(workspace)?;
    parts.extend(modules(&workspace.ui())?);
    parts.sort();
    Ok(parts)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<String>,
    manifest_path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The crates that are linked into the programs on this system, ours left out.
fn crates(workspace: &Workspace) -> Result<Vec<Part>> {
    let mut ask = Command::new(cargo_program());
    ask.args(["metadata", "--format-version", "1", "--filter-platform", host()?.as_str()]).current_dir(&workspace.root);
    let answer = ask.output().context("cargo could not be started")?;
    ensure!(answer.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&answer.stderr));
    let graph: Metadata = serde_json::from_slice(&answer.stdout)?;
    let nodes: HashMap<&str, &Node> = graph.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let programs = graph.packages.iter().filter(|package| PROGRAMS.contains(&package.name.as_str()));
    let mut open: Vec<&str> = programs.map(|package| package.id.as_str()).collect();
    let mut linked = BTreeSet::new();
    while let Some(id) = open.pop() {
        if linked.insert(id) {
            let links = |dependency: &&Dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
            let node = nodes.get(id).context("cargo names a package twice and differently")?;
            open.extend(node.deps.iter().filter(links).map(|dependency| dependency.pkg.as_str()));
        }
    }
    let foreign = graph.packages.iter().filter(|package| package.source.is_some());
    Ok(foreign.filter(|package| linked.contains(package.id.as_str())).map(part_of).collect())
}

fn part_of(package: &Package) -> Part {
    Part {
        name: package.name.clone(),
        version: package.version.clone(),
        licence: package.license.clone().or(package.license_file.clone()).unwrap_or_else(|| "nothing named".to_owned()),
        folder: package.manifest_path.parent().map(Path::to_path_buf).unwrap_or_default(),
    }
}

/// The system that this one builds for, by rustc's name.
fn host() -> Result<String> {
    let said = Command::new("rustc").arg("-vV").output().context("rustc could not be started")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned).context("rustc names no host")
}

/// The modules of the window: what npm installs besides tools.
fn modules(ui: &Path) -> Result<Vec<Part>> {
    let lock = ui.join("package-lock.json");
    let lock: Value = serde_json::from_slice(&fs::read(&lock).with_context(|| lock.display().to_string())?)?;
    let entries = lock["packages"].as_object().context("package-lock.json lists no packages")?;
    let shipped = entries.iter().filter(|(path, entry)| !path.is_empty() && !is_true(entry, "dev"));
    Ok(shipped
        .filter(|(_, entry)| !is_true(entry, "devOptional") && !is_true(entry, "optional"))
        .map(|(path, entry)| Part {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            version: entry["version"].as_str().unwrap_or_default().to_owned(),
            licence: entry["license"].as_str().unwrap_or("nothing named").to_owned(),
            folder: ui.join(path),
        })
        .collect())
}

fn is_true(entry: &Value, name: &str) -> bool {
    entry[name].as_bool() == Some(true)
}

/// The licence texts in a part's folder.
fn words(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(texts) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
            texts.push(String::from_utf8_lossy(&fs::read(&path)?).replace("\r\n", "\n"));
        }
    }
    texts.sort();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_accepted_by_either_and_a_sum_by_all() {
        for licence in ["MIT", "MIT/Apache-2.0", "GPL-2.0-only OR Apache-2.0", "(MIT OR Apache-2.0) AND IJG"] {
            assert!(accepted(licence), "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "nothing named", "LICENSE.txt", ""] {
            assert!(!accepted(licence), "{licence}");
        }
    }

    #[test]
    fn tools_of_the_window_are_no_part_of_it() {
        let ui = tempfile::tempdir().unwrap();
        let lock = r#"{"packages": {
            "": {"license": "MIT"},
            "node_modules/svelte": {"version": "5.0.0", "license": "MIT"},
            "node_modules/@lezer/common": {"version": "1.0.0", "license": "MIT"},
            "node_modules/vite": {"version": "8.0.0", "license": "MIT", "dev": true}
        }}"#;
        fs::write(ui.path().join("package-lock.json"), lock).unwrap();
        let names: Vec<String> = modules(ui.path()).unwrap().into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["@lezer/common", "svelte"]);
    }
}
