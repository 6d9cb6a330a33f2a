//! The sample edition through other people's eyes: the reference compiler of its frame, parsers of mail, a spam filter.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Tally;
use crate::demo::{self, EDITION, Folder};
use crate::masthead::Masthead;
use crate::peers::{self, said};
use crate::workspace::Workspace;

/// Whose copy is looked at: the first of the invented readers.
const READER: &str = "reader0001@example.org";
/// A mail over 5 is spam to most filters; a newsletter should be nowhere near.
const SPAM: f64 = 2.0;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    tally.check("the frame is what MJML's own compiler makes of it", frame(workspace));
    let mail = render(workspace)?;
    tally.check("Python and mail-parser read the same mail", parsers(workspace, &mail));
    tally.check("SpamAssassin takes it for no spam", spam(&mail));
    Ok(())
}

fn frame(workspace: &Workspace) -> Result<String> {
    let home = peers::node(workspace, "mjml")?;
    let example = workspace.light_example("newsletter", "frame", false)?;
    let source = workspace.root.join("assets/newsletter/frame.mjml");
    said(Command::new(example).arg(&source).arg(&home), "the example `frame`")?;
    let mut node = Command::new("node");
    node.args(["compare.js", "frame.mjml", "frame.html"]).current_dir(&home);
    let answer: Value = serde_json::from_str(&said(&mut node, "node compare.js")?)?;
    let differences = answer["differences"].as_array().context("compare.js names no differences")?;
    ensure!(differences.is_empty(), "the two differ:\n{}", serde_json::to_string_pretty(differences)?);
    Ok(format!("{} tags and texts equal", answer["tokens"]))
}

/// One reader's copy, rendered by the command line from a list of its own.
fn render(workspace: &Workspace) -> Result<PathBuf> {
    let home = workspace.target.join("mail-check");
    demo::remove(&home)?;
    fs::create_dir_all(&home)?;
    let program = workspace.program("cli", false)?;
    let masthead = Masthead { program, publication: workspace.root.clone(), data: home.join("data") };
    demo::import(&masthead, &Folder::at(&home).readers())?;
    let mail = home.join("launch.eml");
    let path = mail.to_str().context("the target folder's path is not UTF-8")?;
    masthead.ask(&["render", EDITION, "--to", READER, "--out", path])?;
    Ok(mail)
}

/// The parts a mail program chooses from, the best last.
const TREE: &str = r#"["multipart/alternative",[["text/plain","utf-8","quoted-printable"],["multipart/related",[["text/html","utf-8","quoted-printable"]"#;

fn parsers(workspace: &Workspace, mail: &Path) -> Result<String> {
    let python = peers::python(&workspace.target.join("peers/mail-parser"), &["mail-parser==4.8.0"])?;
    let script = workspace.target.join("peers/letter.py");
    fs::write(&script, include_str!("../../checks/letter.py"))?;
    let read: Value = serde_json::from_str(&said(Command::new(python).arg(script).arg(mail), "letter.py")?)?;
    let tree = read["tree"].to_string();
    ensure!(tree.starts_with(TREE), "the parts are {tree}");
    for part in ["subject", "plain", "html"] {
        ensure!(
            read[part][0] == read[part][1] && read[part][0] != "",
            "the two read different {part}s: {}",
            read[part]
        );
    }
    ensure!(read["to"][1] == READER, "the mail is to {}", read["to"]);
    for flaw in ["defects", "long"] {
        ensure!(read[flaw] == Value::Array(vec![]), "{flaw}: {}", read[flaw]);
    }
    ensure!(read["bare"] == 0, "{} line ends are not CRLF", read["bare"]);
    Ok(read["subject"][0].as_str().unwrap_or_default().to_owned())
}

/// By SpamAssassin's own rules, without asking anybody.
fn spam(mail: &Path) -> Result<String> {
    let mut filter = Command::new("spamassassin");
    filter.args(["--local", "--test-mode", "--prefspath=/dev/null", "--nocreate-prefs"]).arg(mail);
    let verdict = said(filter.stdin(Stdio::null()), "spamassassin")?;
    let score = verdict.split("score=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let score: f64 = score.context("SpamAssassin gave no score")?.parse()?;
    let rules = verdict.split("Content analysis details:").nth(1).unwrap_or_default();
    ensure!(score < SPAM, "{score} points, at most {SPAM}:{rules}");
    Ok(format!("{score} points of at most {SPAM}"))
}
