//! Runs other programs quietly: what they say is kept, a long wait is shown, and the caller decides what to print.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// No step of ours takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_secs(45 * 60);
/// How often a wait is reported where lines cannot be overwritten.
const REPORT: Duration = Duration::from_secs(30);
/// How long a background process may hold the pipes after its parent ended.
const LINGER: Duration = Duration::from_secs(15);

/// A program that ended.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) errors: String,
    /// Both streams, in the order the lines came.
    pub(crate) output: String,
    pub(crate) took: Duration,
}

impl Finished {
    pub(crate) fn success(&self) -> bool {
        self.status.success()
    }
}

enum Line {
    Out(String),
    Err(String),
}

/// Runs a command to its end and keeps what it says. Its standard input is empty.
pub(crate) fn quietly(command: &mut Command, name: &str) -> Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("`{name}` could not be started"))?;
    let lines = listen(&mut child);
    let mut heard = Heard::default();
    let mut wait = Wait::new(name, started);
    let status = loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => heard.add(line),
            Err(RecvTimeoutError::Disconnected) => break child.wait()?,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            bail!("`{name}` did not end within {} minutes\n{}", LIMIT.as_secs() / 60, heard.both);
        }
        wait.tick();
    };
    drop(wait);
    while let Ok(line) = lines.recv_timeout(LINGER) {
        heard.add(line);
    }
    let Heard { out, err, both } = heard;
    Ok(Finished { status, stdout: out, errors: err, output: both, took: started.elapsed() })
}

/// Runs a command with the terminal for itself and fails when it fails.
pub(crate) fn aloud(command: &mut Command, name: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("`{name}` could not be started"))?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

#[derive(Default)]
struct Heard {
    out: String,
    err: String,
    both: String,
}

impl Heard {
    fn add(&mut self, line: Line) {
        let (text, stream) = match &line {
            Line::Out(text) => (text, &mut self.out),
            Line::Err(text) => (text, &mut self.err),
        };
        stream.push_str(text);
        self.both.push_str(text);
    }
}

fn listen(child: &mut Child) -> Receiver<Line> {
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone(), Line::Out);
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender, Line::Err);
    }
    lines
}

fn forward(stream: impl Read + Send + 'static, to: Sender<Line>, as_line: fn(String) -> Line) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        while stream.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if to.send(as_line(text)).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Shows that a step still works: in place on a terminal, a line now and then elsewhere.
struct Wait<'a> {
    name: &'a str,
    started: Instant,
    shown: Duration,
    in_place: bool,
}

impl<'a> Wait<'a> {
    fn new(name: &'a str, started: Instant) -> Wait<'a> {
        Wait { name, started, shown: Duration::ZERO, in_place: std::io::stderr().is_terminal() }
    }

    fn tick(&mut self) {
        let elapsed = self.started.elapsed();
        let every = if self.in_place { Duration::from_secs(1) } else { REPORT };
        if elapsed < self.shown + every {
            return;
        }
        self.shown = elapsed;
        let seconds = elapsed.as_secs();
        if self.in_place {
            eprint!("\r\x1b[2K  … {} ({seconds} s)", self.name);
        } else {
            eprintln!("  … {} ({seconds} s)", self.name);
        }
        let _ = std::io::stderr().flush();
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.in_place && self.shown > Duration::ZERO {
            eprint!("\r\x1b[2K");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn both_streams_and_the_end_are_kept() -> Result<()> {
        let finished = quietly(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]), "sh")?;
        assert_eq!((finished.stdout.as_str(), finished.errors.as_str()), ("out\n", "err\n"));
        assert_eq!(finished.status.code(), Some(3));
        Ok(())
    }
}
