//! `masthead` as its users have it: a program with arguments, JSON on standard output and an exit code.
//!
//! Nothing here links the desk. What the demo shows and the tests check went through the command line.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::run;

/// For what has to happen, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// The command line with a publication and a data folder.
#[derive(Clone)]
pub(crate) struct Masthead {
    pub(crate) program: PathBuf,
    pub(crate) publication: PathBuf,
    pub(crate) data: PathBuf,
}

/// What a command came to.
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) took: Duration,
}

impl Masthead {
    /// A command on this publication and data folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--publication").arg(&self.publication).arg("--data").arg(&self.data).args(args);
        command
    }

    /// Runs a command with `--json` and reads its answer. Findings (exit 1) are an answer too.
    pub(crate) fn ask(&self, args: &[&str]) -> Result<Answer> {
        let name = format!("masthead {}", args.join(" "));
        let ended = run::quietly(self.command(args).arg("--json"), &name)?;
        let understood = serde_json::from_str::<Value>(ended.stdout.trim());
        match (ended.status.code(), understood) {
            (_, Ok(json)) if json.get("error").is_some() => bail!("`{name}` failed\n{}", ended.errors),
            (Some(0 | 1), Ok(json)) => Ok(Answer { json, took: ended.took }),
            (Some(0 | 1), Err(error)) => bail!("`{name}` answered no JSON ({error})\n{}", ended.output),
            _ => bail!("`{name}` failed ({})\n{}", ended.status, ended.output),
        }
    }
}

/// The number under this name, or the length of the list there.
pub(crate) fn number(json: &Value, name: &str) -> Result<u64> {
    let value = field(json, name)?;
    let length = value.as_array().map(|list| list.len() as u64);
    value.as_u64().or(length).with_context(|| format!("`{name}` is no number: {value}"))
}

/// How many deliveries of a mailing are in a state.
pub(crate) fn in_state(mailing: &Value, state: &str) -> Result<u64> {
    number(field(mailing, "counts")?, state)
}

/// The words under this name.
pub(crate) fn text(json: &Value, name: &str) -> Result<String> {
    let value = field(json, name)?;
    Ok(value.as_str().with_context(|| format!("`{name}` is no text: {value}"))?.to_owned())
}

fn field<'a>(json: &'a Value, name: &str) -> Result<&'a Value> {
    json.get(name).with_context(|| format!("the answer has no `{name}`: {json}"))
}

/// The mail catcher in a process of its own. It ends with its standard input.
pub(crate) struct Catcher {
    child: Child,
    input: Option<ChildStdin>,
    port: u16,
}

impl Catcher {
    /// Starts it on a free port; what it catches goes into the folder.
    pub(crate) fn start(masthead: &Masthead, folder: &Path) -> Result<Catcher> {
        fs::create_dir_all(folder)?;
        let mut command = masthead.command(&["catch", "--listen", "127.0.0.1:0", "--folder"]);
        command.arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("`masthead catch` could not be started")?;
        let output = child.stdout.take().context("`masthead catch` has no output")?;
        let input = child.stdin.take();
        let mut catcher = Catcher { child, input, port: 0 };
        catcher.port = port(output)?;
        Ok(catcher)
    }

    /// Where it listens.
    pub(crate) fn relay(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Ends it and waits until everything is on disk.
    pub(crate) fn stop(mut self) -> Result<()> {
        drop(self.input.take());
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the mail catcher failed ({status})");
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("the mail catcher did not end with its input")
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the port from the first line, and keeps reading so that the catcher never writes into a closed pipe.
fn port(output: impl io::Read + Send + 'static) -> Result<u16> {
    let (sender, first) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let line = first.recv_timeout(PATIENCE).context("the mail catcher did not say where it listens")?;
    let json: Value = serde_json::from_str(&line).with_context(|| format!("the mail catcher said `{line}`"))?;
    Ok(u16::try_from(number(&json, "port")?)?)
}

/// The mails in a folder and those below it, by name.
pub(crate) fn mails(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                found.push(path);
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_missing_field_is_named_with_the_answer() {
        let error = number(&json!({"accepted": 3}), "failed").map_err(|error| error.to_string());
        assert_eq!(error, Err(r#"the answer has no `failed`: {"accepted":3}"#.to_owned()));
    }

    #[test]
    fn a_list_counts_by_its_length() -> Result<()> {
        assert_eq!(number(&json!({"unreadable": []}), "unreadable")?, 0);
        assert_eq!(number(&json!({"unreadable": 7}), "unreadable")?, 7);
        Ok(())
    }

    #[test]
    fn the_catchers_first_line_names_its_port() -> Result<()> {
        assert_eq!(port(&b"{\"port\":2525}\nmore\n"[..])?, 2525);
        Ok(())
    }
}
