//! Looks for one thing on this machine and asks it for its version.

use std::process::{Command, Stdio};

use super::packages::Probe;

/// Something that is there.
pub(super) struct Found {
    /// Empty when it does not say.
    pub(super) version: String,
    /// Whether the version is new enough.
    pub(super) enough: bool,
}

/// The name people know it by, and what was found.
pub(super) fn probe(probe: Probe) -> (&'static str, Option<Found>) {
    let found = |version: String| Found { version, enough: true };
    match probe {
        Probe::Program(name, ask) => (name, first_line(name, &[ask]).map(|line| found(version(&line).to_owned()))),
        Probe::Silent(name) => (name, on_path(name).then(|| found(String::new()))),
        Probe::Library(name) => (name, first_line("pkg-config", &["--modversion", name]).map(found)),
        Probe::Server(name, path) => (name, std::path::Path::new(path).is_file().then(|| found(String::new()))),
        Probe::Header(name) => (name, header(name).then(|| found(String::new()))),
        Probe::Module(name) => (name, first_line("python3", &["-c", &format!("import {name}")]).map(found)),
        Probe::AtLeast(name, least) => {
            let line = first_line(name, &["--version"]);
            (name, line.map(|line| Found { version: version(&line).to_owned(), enough: numbers(&line) >= Some(least) }))
        }
    }
}

/// The version of Node that apt would install.
pub(super) fn debian_node() -> Option<(u32, u32)> {
    let policy = Command::new("apt-cache").args(["policy", "nodejs"]).output().ok()?;
    let policy = String::from_utf8_lossy(&policy.stdout).into_owned();
    numbers(policy.lines().find(|line| line.trim_start().starts_with("Candidate:"))?)
}

/// What a program says first, on either stream: poppler tells its version on standard error.
fn first_line(program: &str, args: &[&str]) -> Option<String> {
    let said =
        Command::new(program).args(args).stdin(Stdio::null()).output().ok().filter(|said| said.status.success())?;
    let both = [said.stdout, said.stderr].concat();
    let both = String::from_utf8_lossy(&both).into_owned();
    Some(both.lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned())
}

fn on_path(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    // Where Debian keeps servers' programs, which is not on everybody's path.
    std::env::split_paths(&folders).chain(["/usr/sbin".into()]).any(|folder| folder.join(program).is_file())
}

fn header(name: &str) -> bool {
    ["/usr/include", "/usr/local/include"].iter().any(|folder| std::path::Path::new(folder).join(name).is_file())
}

/// The last word that looks like a version; compilers name their packager's before it.
fn version(line: &str) -> &str {
    let mut words = line.split([' ', ',', '(', ')']).map(|word| word.trim_start_matches('v'));
    let number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    words.rfind(number).unwrap_or("")
}

/// Major and minor of the version in a line.
fn numbers(line: &str) -> Option<(u32, u32)> {
    let mut parts = version(line).split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((parts.next()?.ok()?, parts.next().and_then(Result::ok).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_out_of_what_programs_say() {
        assert_eq!(version("v20.20.2"), "20.20.2");
        assert_eq!(version("pdftotext version 22.12.0"), "22.12.0");
        assert_eq!(version("qpdf version 11.3.0"), "11.3.0");
        assert_eq!(version("cc (Debian 12.2.0-14) 12.2.0"), "12.2.0");
        assert_eq!(version("nothing of the kind"), "");
    }

    #[test]
    fn versions_compare_by_their_numbers() {
        assert_eq!(numbers("  Candidate: 18.20.4+dfsg-1~deb12u1"), Some((18, 20)));
        assert!(numbers("v20.9.0") < Some((20, 19)));
        assert!(numbers("v22.1.0") > Some((20, 19)));
        assert_eq!(numbers("(none)"), None);
    }
}
