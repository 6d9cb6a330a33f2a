//! The Debian package as somebody gets it: installed with dpkg, used from the path and through its window, removed.
//!
//! Packed is what the tests have built already, so that no release build is needed; `cargo xtask dist` packs the release
//! in the same way. Who may not install, and cannot become root without being asked, has it unpacked instead: programs and
//! sample then run from that folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Tally, rust, window};
use crate::demo::{ISSUE, remove};
use crate::workspace::Workspace;
use crate::{dist, doctor, run};

/// What Debian calls the package.
const NAME: &str = "masthead";
/// Journeys that need nothing of the checkout's but its sample, which the package brings.
const JOURNEYS: [&str; 2] = [
    "somebody_new_opens_the_sample_and_each_first_step_ticks_itself",
    "a_sentence_typed_in_the_window_reaches_the_page_the_file_and_the_pdf",
];

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "a .deb is installed on Debian and its relatives");
    let package = match env::var_os("MASTHEAD_DEB") {
        Some(made) => PathBuf::from(made),
        None => dist::debian_package(workspace)?,
    };
    let installed = Installed::from(&package, &workspace.target.join("package/root"))?;
    tally.check("the package is installed", Ok(installed.said.clone()));
    tally.check("`masthead` is on the path", installed.version(workspace));
    tally.check("the sample that came with it is laid out", installed.lay_out(&workspace.target.join("package/pages")));
    tally.check("its words are in the dictionaries that came with it", installed.spelling());
    tally.check("the window has its entry in the menu", installed.menu());

    let mut args = vec!["test", "--package", "masthead-app", "--test", "window", "--", "--exact"];
    let journeys: Vec<String> = JOURNEYS.iter().map(|journey| named(journey)).collect();
    args.extend(journeys.iter().map(String::as_str));
    let mut tests = window::on_a_screen(workspace, &args);
    let ended = run::quietly(tests.env("MASTHEAD_APP", installed.bin.join("masthead-app")), "the installed window")?;
    let counted = rust::counted(&ended);
    tally.suite("journeys in the installed window", counted, ended.took);
    if counted.passed < JOURNEYS.len() as u64 {
        println!("{}", ended.output);
    }
    ensure!(counted.passed + counted.failed == JOURNEYS.len() as u64, "not every journey was gone");
    tally.check("the package is removed again", installed.remove());
    Ok(())
}

/// A journey by its module.
fn named(journey: &str) -> String {
    if journey.starts_with("somebody_new") { format!("beginning::{journey}") } else { journey.to_owned() }
}

/// The package in its place; it goes with this value.
struct Installed {
    bin: PathBuf,
    lib: PathBuf,
    /// How to become root; nothing when it was only unpacked.
    root: Option<&'static [&'static str]>,
    said: String,
}

impl Installed {
    fn from(package: &Path, folder: &Path) -> Result<Self> {
        let size = fs::metadata(package).with_context(|| package.display().to_string())?.len() / 1_000_000;
        let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(root) = doctor::root() else {
            remove(folder)?;
            let mut unpack = Command::new("dpkg-deb");
            run::aloud(unpack.arg("--extract").arg(package).arg(folder), "dpkg-deb --extract")?;
            let said = format!("{name}, {size} MB, unpacked only: nobody here may install");
            return Ok(Self { bin: folder.join("usr/bin"), lib: folder.join("usr/lib"), root: None, said });
        };
        if !known().is_empty() {
            bail!("`{NAME}` is installed here already; remove it first: `sudo dpkg --remove {NAME}`");
        }
        let mut install = as_root(root);
        let ended = run::quietly(install.arg("dpkg").arg("--install").arg(package), "dpkg --install")?;
        let installed = Self {
            bin: PathBuf::from("/usr/bin"),
            lib: PathBuf::from("/usr/lib"),
            root: Some(root),
            said: format!("{name}, {size} MB, with dpkg"),
        };
        ensure!(ended.success(), "dpkg refused {}\n{}", package.display(), ended.output);
        Ok(installed)
    }

    /// `masthead` found by its bare name, from outside of every publication.
    fn masthead(&self, args: &[&str]) -> Result<run::Finished> {
        let mut path = OsString::from(&self.bin);
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        // The path that finds a program is that of whoever starts it, so a shell starts it.
        let mut command = Command::new("sh");
        command.args(["-c", "exec masthead \"$@\"", "sh"]).args(args).env("PATH", path).current_dir("/");
        run::quietly(&mut command, &format!("masthead {}", args.join(" ")))
    }

    fn version(&self, workspace: &Workspace) -> Result<String> {
        let ended = self.masthead(&["--version"])?;
        ensure!(ended.success() && ended.stdout.contains(&workspace.version), "{}", ended.output);
        Ok(ended.stdout.trim().to_owned())
    }

    fn lay_out(&self, folder: &Path) -> Result<String> {
        remove(folder)?;
        let house = self.lib.join("Masthead");
        let text = |path: &Path| path.to_str().map(ToOwned::to_owned).context("the path is not UTF-8");
        let ended = self.masthead(&["--publication", &text(&house)?, "build", ISSUE, "--out", &text(folder)?])?;
        ensure!(ended.success(), "{}", ended.output);
        let file = folder.join(format!("{ISSUE}-screen.pdf"));
        let pdf = fs::read(&file).with_context(|| format!("{} is not there", file.display()))?;
        ensure!(pdf.starts_with(b"%PDF-"), "{} is no PDF", file.display());
        Ok(format!("{:.1} MB", pdf.len() as f64 / 1e6))
    }

    /// Every word of the sample, in both its languages; a dictionary that is not there is told like a doubtful word.
    fn spelling(&self) -> Result<String> {
        let house = self.lib.join("Masthead");
        let house = house.to_str().context("the path is not UTF-8")?;
        let ended = self.masthead(&["--publication", house, "check", ISSUE, "--spelling", "--json"])?;
        let told = ["no-dictionary", "doubtful-word"].iter().find(|code| ended.stdout.contains(*code));
        ensure!(told.is_none() && ended.stdout.contains("\"findings\""), "{}", ended.output);
        Ok(String::new())
    }

    fn menu(&self) -> Result<String> {
        let share = self.bin.parent().context("programs lie in a folder")?.join("share");
        let entry = share.join("applications/Masthead.desktop");
        let text = fs::read_to_string(&entry).with_context(|| format!("{} is not there", entry.display()))?;
        ensure!(text.contains("Exec=masthead-app") && text.contains("Icon=masthead-app"), "{text}");
        let icon = share.join("icons/hicolor/128x128/apps/masthead-app.png");
        ensure!(icon.is_file(), "{} is not there", icon.display());
        Ok(String::new())
    }

    fn remove(mut self) -> Result<String> {
        self.take_away()?;
        ensure!(!self.bin.join("masthead-app").exists(), "the window is still there");
        Ok(String::new())
    }

    fn take_away(&mut self) -> Result<()> {
        let Some(root) = self.root.take() else { return self.bin.ancestors().nth(2).map_or(Ok(()), remove) };
        let ended = run::quietly(as_root(root).args(["dpkg", "--purge", NAME]), "dpkg --purge")?;
        ensure!(ended.success(), "{}", ended.output);
        Ok(())
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if self.root.is_some()
            && let Err(error) = self.take_away()
        {
            eprintln!("`{NAME}` could not be removed: {error:#}");
        }
    }
}

fn as_root(root: &[&str]) -> Command {
    let mut command = Command::new(root[0]);
    command.args(&root[1..]);
    command
}

/// What dpkg knows of the package; empty when it is not there.
fn known() -> String {
    let asked = Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", NAME]).output();
    let said = asked.map(|asked| String::from_utf8_lossy(&asked.stdout).trim().to_owned()).unwrap_or_default();
    if said == "not-installed" { String::new() } else { said }
}
