//! Says what is there and what is missing, and installs it where it may.

mod packages;
mod probe;

use std::fmt;
use std::process::Command;

use anyhow::Result;
use serde::Serialize;

pub(crate) use packages::{Group, System};
use packages::{NEEDS, NODE, Need};

use crate::run;

/// One need, looked for.
#[derive(Serialize)]
struct Finding {
    group: Group,
    name: &'static str,
    present: bool,
    /// What it says of itself; a version too old is not present.
    version: Option<String>,
    package: Option<&'static str>,
}

/// What a command cannot do without is not there. The program ends with exit code 3.
#[derive(Debug)]
pub(crate) struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Whether packages may be installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installing {
    Allowed,
    Forbidden,
}

/// Prints everything that is needed and whether it is there.
pub(crate) fn show(json: bool) -> Result<()> {
    let system = System::here();
    let findings: Vec<Finding> = NEEDS.iter().filter_map(|need| look(need, system)).collect();
    if json {
        let answer = serde_json::json!({ "system": system, "needs": findings });
        println!("{}", serde_json::to_string_pretty(&answer)?);
        return Ok(());
    }
    for group in Group::ALL {
        let members: Vec<&Finding> = findings.iter().filter(|finding| finding.group == group).collect();
        if !members.is_empty() {
            println!("{}", group.title());
            members.iter().for_each(|finding| println!("{finding}"));
        }
    }
    let absent: Vec<&Finding> = findings.iter().filter(|finding| !finding.present).collect();
    match absent.is_empty() {
        true => println!("\nEverything is there."),
        false => println!("\n{}", advice(&absent, system)),
    }
    Ok(())
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.as_deref().unwrap_or_default();
        match (self.present, self.package) {
            (true, _) => write!(f, "  there    {:<18} {version}", self.name),
            (false, _) if self.version.is_some() => write!(f, "  too old  {:<18} {version}", self.name),
            (false, package) => write!(f, "  missing  {:<18} package {}", self.name, package.unwrap_or("unknown")),
        }
    }
}

/// Makes sure that these groups are there: installs what is missing on Debian and its relatives, says the one command
/// elsewhere.
pub(crate) fn ensure(groups: &[Group], installing: Installing) -> Result<()> {
    let system = System::here();
    let absent = || -> Vec<Finding> {
        let needs = NEEDS.iter().filter(|need| groups.contains(&need.group));
        needs.filter_map(|need| look(need, system)).filter(|finding| !finding.present).collect()
    };
    let mut lacking = absent();
    if lacking.is_empty() {
        return Ok(());
    }
    if installing == Installing::Allowed
        && system == System::Debian
        && let Some(root) = root()
    {
        install(&lacking, root)?;
        lacking = absent();
    }
    let lacking: Vec<&Finding> = lacking.iter().collect();
    if lacking.is_empty() { Ok(()) } else { Err(Missing(advice(&lacking, system)).into()) }
}

fn look(need: &Need, system: System) -> Option<Finding> {
    let package = need.package(system)?;
    let (name, found) = probe::probe(need.probe);
    let version = found.as_ref().map(|found| found.version.clone()).filter(|version| !version.is_empty());
    let present = found.is_some_and(|found| found.enough);
    Some(Finding { group: need.group, name, present, version, package: Some(package) })
}

fn advice(lacking: &[&Finding], system: System) -> String {
    let names: Vec<&str> = lacking.iter().map(|finding| finding.name).collect();
    let packages = packages(lacking.iter().copied(), system);
    let mut said = format!("missing: {}", names.join(", "));
    if !packages.is_empty() {
        said += &format!("\n  install with: {}", system.command(&packages));
    }
    if names.contains(&"node") && !packages.contains(&"nodejs") {
        let (major, minor) = NODE;
        let own = probe::debian_node().map(|(major, _)| format!("; this system's own is Node {major}, too old"));
        said += &format!("\n  Node {major}.{minor} or newer is needed{}: ", own.unwrap_or_default());
        said += "https://nodejs.org/en/download (npm comes with it)";
    }
    said
}

/// The packages that bring what is lacking. Without Debian's Node when that is too old for Vite: it would only be in
/// the way of the right one.
fn packages<'a>(lacking: impl Iterator<Item = &'a Finding>, system: System) -> Vec<&'static str> {
    let mut packages: Vec<&str> = lacking.filter_map(|finding| finding.package).collect();
    packages.dedup();
    let of_node = ["nodejs", "npm"];
    if system == System::Debian
        && packages.iter().any(|package| of_node.contains(package))
        && probe::debian_node().is_none_or(|version| version < NODE)
    {
        packages.retain(|package| !of_node.contains(package));
    }
    packages
}

/// How to become root without being asked: as it is, or with sudo that wants no password.
pub(crate) fn root() -> Option<&'static [&'static str]> {
    let says =
        |program: &str, args: &[&str]| Command::new(program).args(args).output().ok().filter(|o| o.status.success());
    if says("id", &["-u"]).is_some_and(|id| id.stdout.trim_ascii() == b"0") {
        return Some(&["env"]);
    }
    says("sudo", &["-n", "true"]).map(|_| &["sudo", "-n", "env"][..])
}

fn install(lacking: &[Finding], root: &[&str]) -> Result<()> {
    let apt = |args: &[&str], name: &str| {
        let mut command = Command::new(root[0]);
        command.args(&root[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]).args(args);
        run::quietly(&mut command, name)
    };
    let names: Vec<&str> = lacking.iter().map(|finding| finding.name).collect();
    eprintln!("Missing here: {}. Asking apt-get for the packages …", names.join(", "));
    let updated = apt(&["update"], "apt-get update")?;
    if !updated.success() {
        eprintln!("{}", updated.output);
    }
    let packages = packages(lacking.iter(), System::Debian);
    if packages.is_empty() {
        return Ok(());
    }
    let installed =
        apt(&[&["install", "--yes", "--no-install-recommends"], &packages[..]].concat(), "apt-get install")?;
    if !installed.success() {
        eprintln!("{}", installed.output);
    }
    Ok(())
}
