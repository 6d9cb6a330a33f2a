//! The programs that Masthead's sender is measured beside, into postfix's `smtp-sink`, which swallows everything.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::masthead::number;
use crate::run;

/// The sink, on a port of this computer alone.
pub(crate) struct Sink {
    child: Child,
    pub(crate) port: u16,
}

impl Sink {
    pub(crate) fn start() -> Result<Sink> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(postfix("smtp-sink"));
        // Started by root it wants to be somebody else.
        if Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0") {
            command.args(["-u", "nobody"]);
        }
        command.arg(format!("127.0.0.1:{port}")).arg("256").stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("`smtp-sink` could not be started")?;
        let sink = Sink { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(begun.elapsed() < Duration::from_secs(60), "`smtp-sink` does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(sink)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Postfix keeps its programs where not everybody's path leads.
fn postfix(name: &str) -> PathBuf {
    let known = PathBuf::from("/usr/sbin").join(name);
    if known.is_file() { known } else { name.into() }
}

/// Messages a second, and processor microseconds a message.
#[derive(Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) rate: f64,
    pub(crate) cpu: f64,
}

impl Rate {
    pub(crate) fn of(messages: f64, seconds: f64, cpu: f64) -> Rate {
        Rate { rate: messages / seconds, cpu: cpu * 1e6 / messages }
    }

    /// The middle of several runs, each figure by itself.
    pub(crate) fn median(runs: &[Rate]) -> Rate {
        let middle = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Rate {
            rate: middle(runs.iter().map(|run| run.rate).collect()),
            cpu: middle(runs.iter().map(|run| run.cpu).collect()),
        }
    }
}

/// What is sent.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
    pub(crate) connections: usize,
}

/// Microseconds of a signature, from `+F2:0:2048:SIGN:VERIFY`: seconds each, and since OpenSSL 3 so many a second.
fn signing(line: &str) -> Option<f64> {
    let figure: f64 = line.strip_prefix("+F2:")?.split(':').nth(2)?.parse().ok()?;
    (figure > 0.0).then(|| if figure > 1.0 { 1e6 / figure } else { figure * 1e6 })
}

/// Runs other programs by way of Python, which tells what they used.
pub(crate) struct Rivals {
    folder: PathBuf,
}

impl Rivals {
    /// Writes their programs into the folder and installs nodemailer and Handlebars there.
    pub(crate) fn ready(folder: &Path) -> Result<Rivals> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("timed.py"), include_str!("timed.py"))?;
        fs::write(folder.join("smtplib_rate.py"), include_str!("smtplib_rate.py"))?;
        fs::write(folder.join("nodemailer_rate.js"), include_str!("nodemailer_rate.js"))?;
        fs::write(folder.join("nodemailer_render.js"), include_str!("nodemailer_render.js"))?;
        if !folder.join("node_modules/handlebars").is_dir() {
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(folder)
                .args(["nodemailer@7", "handlebars@4"]);
            let ended = run::quietly(&mut npm, "npm install nodemailer handlebars")?;
            ensure!(ended.success(), "npm could not install nodemailer and handlebars\n{}", ended.output);
        }
        Ok(Rivals { folder: folder.to_owned() })
    }

    /// Postfix's own source: one fixed message, the ceiling.
    pub(crate) fn smtp_source(&self, sink: &Sink, load: Load) -> Result<Rate> {
        let Load { messages, bytes, connections } = load;
        let source = postfix("smtp-source").display().to_string();
        let words = [
            &source,
            "-s",
            &connections.to_string(),
            "-m",
            &messages.to_string(),
            "-l",
            &bytes.to_string(),
            "-d",
            "-f",
            "desk@example.org",
            "-t",
            "reader@example.org",
            &format!("127.0.0.1:{}", sink.port),
        ];
        self.timed(&words, messages)
    }

    /// Python's smtplib, a personal message each.
    pub(crate) fn smtplib(&self, sink: &Sink, load: Load) -> Result<Rate> {
        self.script("python3", "smtplib_rate.py", sink, load, None)
    }

    /// nodemailer's pool, a personal message each.
    pub(crate) fn nodemailer(&self, sink: &Sink, load: Load) -> Result<Rate> {
        self.script("node", "nodemailer_rate.js", sink, load, None)
    }

    /// The same, each signed with an RSA key of 2048 bits.
    pub(crate) fn nodemailer_signed(&self, sink: &Sink, load: Load) -> Result<Rate> {
        let key = self.folder.join("rsa.pem");
        if !key.is_file() {
            let mut make = Command::new("openssl");
            let ended = run::quietly(make.args(["genrsa", "-out"]).arg(&key).arg("2048"), "openssl genrsa")?;
            ensure!(ended.success(), "{}", ended.output);
        }
        self.script("node", "nodemailer_rate.js", sink, load, Some(&key))
    }

    /// Processor microseconds of one bare signature with an RSA key of 2048 bits, as OpenSSL itself measures it.
    pub(crate) fn bare_rsa() -> Result<f64> {
        let mut speed = Command::new("openssl");
        let ended = run::quietly(speed.args(["speed", "-mr", "-seconds", "2", "rsa2048"]), "openssl speed")?;
        let figure = ended.stdout.lines().find_map(signing);
        figure.with_context(|| format!("`openssl speed` said nothing of rsa2048\n{}", ended.output))
    }

    /// One of the JavaScript programs, ready to be given its numbers.
    pub(crate) fn node(&self, file: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.folder.join(file));
        node
    }

    fn script(&self, with: &str, file: &str, sink: &Sink, load: Load, key: Option<&Path>) -> Result<Rate> {
        let path = self.folder.join(file).display().to_string();
        let numbers = [usize::from(sink.port), load.messages, load.bytes, load.connections].map(|n| n.to_string());
        let key = key.map(|key| key.display().to_string());
        let words = [with, &path].into_iter().chain(numbers.iter().map(String::as_str)).chain(key.as_deref());
        let words: Vec<&str> = words.collect();
        self.timed(&words, load.messages)
    }

    fn timed(&self, words: &[&str], messages: usize) -> Result<Rate> {
        let mut command = Command::new("python3");
        command.arg(self.folder.join("timed.py")).args(words);
        let ended = run::quietly(&mut command, words[0])?;
        let told: Value = serde_json::from_str(ended.stdout.trim()).with_context(|| ended.output.clone())?;
        ensure!(number(&told, "code")? == 0, "`{}` failed\n{}", words[0], ended.output);
        let seconds = |name: &str| told[name].as_f64().context("no seconds");
        Ok(Rate::of(messages as f64, seconds("seconds")?, seconds("cpu")?))
    }
}

#[cfg(test)]
mod tests {
    use super::signing;

    #[test]
    fn a_signature_takes_the_same_whichever_way_openssl_says_it() {
        assert_eq!(signing("+F2:2:2048:2000.0:61101.2"), Some(500.0));
        assert_eq!(signing("+F2:2:2048:0.0005:0.00002"), Some(500.0));
        assert_eq!(signing("+R1:2:2048"), None);
    }
}
