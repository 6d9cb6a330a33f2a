//! A real Postfix and a real Dovecot on this computer: an edition goes through them, and what comes back is read.
//!
//! Both run from configurations of their own, on free ports of this computer's own address only, and end with the test. Nothing of a mail system that may be installed here is touched, and no mail leaves the computer.

#[allow(dead_code, reason = "the tests of mailing use the rest of it")]
#[path = "../../../../mailing/tests/support/dns.rs"]
mod dns;
mod servers;

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::Tally;
use crate::demo::remove;
use crate::masthead::{Masthead, in_state, number, text};
use crate::peers::{self, said};
use crate::run;
use crate::workspace::Workspace;
use servers::{PASSWORD, Servers};

/// How long a mail may take from server to server, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(180);
const EDITION: &str = "2026-q2/launch";
const KNOWN: [&str; 3] = ["ana@town.test", "ion@town.test", "lia@town.test"];
const UNKNOWN: [&str; 2] = ["gone@town.test", "moved@town.test"];

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let folder = workspace.target.join("post");
    remove(&folder)?;
    // Before the servers run, so that a long build keeps nobody waiting.
    let program = workspace.program("cli", false)?;
    let servers = Servers::start()?;
    let desk = Desk::new(workspace, program, &folder, &servers)?;
    tally.check("keys are made, and their records printed", desk.make_keys());
    tally.check("a relay that cannot prove who it is gets nothing", desk.untrusted());
    tally.check("a relay whose certificate names another gets nothing", desk.misnamed());
    tally.check("a wrong password pauses before anybody is lost", desk.wrong_password());
    tally.check("an edition goes out by STARTTLS and AUTH", desk.send());
    tally.check("everybody who is there has it", desk.arrived(&servers));
    tally.check("dkimpy verifies every copy and finds each List- header signed", desk.signatures(workspace, &servers));
    tally.check("real bounces are read over IMAP and become hard bounces", desk.bounces());
    tally.check("a second reading finds nothing new, and nothing in the mailbox was marked", desk.again(&servers));
    tally.check("a bounce is taken back", desk.undo());
    tally.check("a second edition goes out by TLS from the first byte", desk.second());
    tally.check("pasting the records of the domain check makes the domain sound", desk.domain());
    tally.check("a letter to oneself comes back as it was sent", desk.loopback(&servers));
    tally.check("the password is found nowhere", desk.no_canary());
    servers.stop()
}

/// The command line with a small publication whose relay and mailbox are the servers'.
struct Desk {
    masthead: Masthead,
    folder: PathBuf,
    authority: PathBuf,
    stranger: PathBuf,
    relay: String,
    implicit: String,
    misnamed: String,
    password: PathBuf,
}

impl Desk {
    fn new(workspace: &Workspace, program: PathBuf, folder: &Path, servers: &Servers) -> Result<Desk> {
        let publication = folder.join("publication");
        write_publication(workspace, &publication, servers)?;
        let password = folder.join("password");
        private(&password, PASSWORD)?;
        private(&folder.join("wrong-password"), "not the password")?;
        let people: String = KNOWN.iter().chain(&UNKNOWN).map(|address| format!("{address}\n")).collect();
        fs::write(folder.join("people.csv"), format!("email\n{people}"))?;
        let desk = Desk {
            masthead: Masthead { program, publication, data: folder.join("data") },
            folder: folder.to_owned(),
            authority: servers.authority(),
            stranger: servers.stranger(),
            relay: servers.relay("smtp+starttls", "localhost"),
            implicit: servers.relay("smtps", "localhost"),
            misnamed: servers.relay("smtp+starttls", "127.0.0.1"),
            password,
        };
        let people = folder.join("people.csv");
        let people = people.to_str().context("the target folder's path is not UTF-8")?;
        desk.ask(&["subscribers", "import", people, "--source", "a test", "--basis", "asked"])?;
        Ok(desk)
    }

    /// Runs a command that trusts the test's own authority, and reads its answer.
    fn ask(&self, args: &[&str]) -> Result<Value> {
        self.ask_trusting(&self.authority, args)
    }

    fn ask_trusting(&self, authority: &Path, args: &[&str]) -> Result<Value> {
        let name = format!("masthead {}", args.join(" "));
        let mut command = self.masthead.command(args);
        // The one way in which every TLS library on Linux is told what to trust; the system's own store stays untouched.
        command.arg("--json").env("SSL_CERT_FILE", authority).env_remove("SSL_CERT_DIR");
        let ended = run::quietly(&mut command, &name)?;
        self.log(&name, &ended.output)?;
        serde_json::from_str(ended.stdout.trim())
            .with_context(|| format!("`{name}` answered no JSON\n{}", ended.output))
    }

    /// Keeps what was said, to look for the password in.
    fn log(&self, name: &str, output: &str) -> Result<()> {
        use std::io::Write;
        let mut log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("said.log"))?;
        Ok(writeln!(log, "{name}\n{output}")?)
    }

    /// Sends the first edition, or goes on with it.
    fn send_first(&self, relay: &str, go_on: bool, authority: &Path, password: &Path) -> Result<Value> {
        let password = password.to_str().context("the target folder's path is not UTF-8")?;
        let people = (KNOWN.len() + UNKNOWN.len()).to_string();
        let begin: &[&str] = if go_on { &["send", EDITION, "resume"] } else { &["send", EDITION] };
        let rest = ["--relay", relay, "--yes", &people, "--connections", "2", "--password-file", password];
        self.ask_trusting(authority, &[begin, &rest[..]].concat())
    }

    fn make_keys(&self) -> Result<String> {
        let keys = self.ask(&["domain", "key", "new"])?;
        let keys = keys.as_array().context("no keys")?;
        let mut zone = serde_json::Map::new();
        for key in keys {
            zone.insert(text(key, "name")?, Value::String(text(key, "value")?));
        }
        ensure!(zone.len() == 2, "{} keys: {keys:?}", zone.len());
        fs::write(self.folder.join("zone.json"), serde_json::to_string(&zone)?)?;
        let settings = self.masthead.publication.join("assets/publication.toml");
        let text = fs::read_to_string(&settings)?;
        fs::write(&settings, format!("{text}\n[dkim]\nselectors = [\"masthead\", \"masthead-ed25519\"]\n"))?;
        Ok("RSA and Ed25519".to_owned())
    }

    fn paused_for(&self, answer: &Value, reason: &str) -> Result<String> {
        ensure!(text(answer, "state")? == "paused", "not paused: {answer}");
        let reason_told = answer["reason"].clone();
        ensure!(reason_told["reason"] == reason, "paused for another reason: {reason_told}");
        let ledger = self.ask(&["ledger", EDITION])?;
        let queued = in_state(&ledger, "queued")?;
        ensure!(queued == (KNOWN.len() + UNKNOWN.len()) as u64, "{queued} still wait: {ledger}");
        Ok(reason_told["text"].as_str().unwrap_or_default().to_owned())
    }

    fn untrusted(&self) -> Result<String> {
        self.paused_for(&self.send_first(&self.relay, false, &self.stranger, &self.password)?, "untrusted")
    }

    fn misnamed(&self) -> Result<String> {
        self.paused_for(&self.send_first(&self.misnamed, true, &self.authority, &self.password)?, "untrusted")
    }

    fn wrong_password(&self) -> Result<String> {
        let wrong = self.folder.join("wrong-password");
        self.paused_for(&self.send_first(&self.relay, true, &self.authority, &wrong)?, "sign_in")
    }

    fn send(&self) -> Result<String> {
        let sent = self.send_first(&self.relay, true, &self.authority, &self.password)?;
        let accepted = in_state(&sent, "accepted")?;
        ensure!(accepted == (KNOWN.len() + UNKNOWN.len()) as u64, "{sent}");
        Ok(format!("{accepted} accepted"))
    }

    fn arrived(&self, servers: &Servers) -> Result<String> {
        for person in KNOWN {
            wait(|| Ok(servers.mails_of(person)?.len() == 1), &format!("{person} has no mail"))?;
        }
        Ok(format!("{} mailboxes", KNOWN.len()))
    }

    fn signatures(&self, workspace: &Workspace, servers: &Servers) -> Result<String> {
        let mut files = Vec::new();
        for person in KNOWN {
            files.extend(servers.mails_of(person)?);
        }
        let found = verified(workspace, &self.folder.join("zone.json"), &files)?;
        let faults = found["faults"].as_array().cloned().unwrap_or_default();
        ensure!(faults.is_empty(), "{} faults: {faults:?}", faults.len());
        let signatures = number(&found, "signatures")?;
        ensure!(signatures == 2 * KNOWN.len() as u64, "{signatures} signatures: {found}");
        Ok(format!("{signatures} signatures, {} headers each changed and taken out", number(&found, "headers")?))
    }

    fn sync(&self) -> Result<Value> {
        let password = self.password.to_str().context("the target folder's path is not UTF-8")?;
        self.ask(&["inbox", "sync", "--password-file", password])
    }

    fn bounces(&self) -> Result<String> {
        let mut found = 0;
        let wanted = UNKNOWN.len() as u64;
        let all = || -> Result<bool> {
            found += number(&self.sync()?, "hard_bounces")?;
            Ok(found >= wanted)
        };
        wait(all, "the bounces did not come")?;
        let ledger = self.ask(&["ledger", EDITION])?;
        let (bounced, accepted) = (in_state(&ledger, "bounced")?, in_state(&ledger, "accepted")?);
        ensure!((bounced, accepted) == (wanted, KNOWN.len() as u64), "{ledger}");
        let active = number(&self.ask(&["subscribers", "count", "--status", "active"])?, "count")?;
        ensure!(active == KNOWN.len() as u64, "{active} people may still be mailed");
        let listed = self.ask(&["inbox", "list"])?;
        let words: Vec<&str> =
            listed.as_array().into_iter().flatten().filter_map(|one| one["words"].as_str()).collect();
        ensure!(words.len() as u64 == wanted && words.iter().all(|words| words.contains("5.1.1")), "{listed}");
        Ok(format!("{bounced} bounced: {}", words.first().unwrap_or(&"")))
    }

    fn again(&self, servers: &Servers) -> Result<String> {
        let again = self.sync()?;
        ensure!(number(&again, "read")? == 0, "{again}");
        let unread = servers.unmarked("bounces@magazine.test")?;
        ensure!(unread == UNKNOWN.len(), "{unread} mails are still as they came");
        Ok(String::new())
    }

    fn undo(&self) -> Result<String> {
        let listed = self.ask(&["inbox", "list"])?;
        let id = number(&listed[0], "id")?.to_string();
        let raw = text(&self.ask(&["inbox", "show", &id])?, "report")?;
        ensure!(raw.contains("Final-Recipient"), "no raw report: {raw}");
        let undone = self.ask(&["inbox", "undo", &id])?;
        ensure!(undone["active"] == true, "{undone}");
        let active = number(&self.ask(&["subscribers", "count", "--status", "active"])?, "count")?;
        ensure!(active == KNOWN.len() as u64 + 1, "{active} people may be mailed");
        Ok(String::new())
    }

    fn second(&self) -> Result<String> {
        let people = (KNOWN.len() + 1).to_string();
        let password = self.password.to_str().context("the target folder's path is not UTF-8")?;
        let by = ["--relay", &self.implicit, "--password-file", password];
        let sent = self.ask(&[&["send", "2026-q2/second", "--yes", &people], &by[..]].concat())?;
        let accepted = in_state(&sent, "accepted")?;
        ensure!(accepted == KNOWN.len() as u64 + 1, "{sent}");
        Ok(format!("{accepted} accepted"))
    }

    /// Looks the domain over with a name server that knows nothing, publishes what is told, and looks again.
    fn domain(&self) -> Result<String> {
        let bare = self.zone().serve()?;
        let told = self.check_domain(bare)?;
        let missing = told.iter().filter(|found| found["verdict"] == "missing").count();
        ensure!(missing == 4, "{missing} of 4 records (SPF, DMARC, two keys) were missed: {told:?}");
        let mut zone = self.zone();
        for record in told.iter().map(|found| &found["record"]).filter(|record| record.is_object()) {
            zone = zone.txt(&text(record, "name")?, &text(record, "value")?);
        }
        let again = self.check_domain(zone.serve()?)?;
        let left: Vec<&Value> =
            again.iter().filter(|found| found["verdict"] == "missing" || found["verdict"] == "wrong").collect();
        ensure!(left.is_empty(), "still wrong: {left:?}");
        let relay = again.iter().find(|found| found["subject"] == "relay").context("no word about the relay")?;
        ensure!(relay["verdict"] == "good", "{relay}");
        Ok(format!("{missing} records pasted; {}", text(relay, "words")?))
    }

    /// What nobody has to paste: where the domain's mail goes.
    fn zone(&self) -> dns::Zone {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        dns::Zone::default().mx("magazine.test", 10, "mail.magazine.test").host("mail.magazine.test", here)
    }

    fn check_domain(&self, dns: SocketAddr) -> Result<Vec<Value>> {
        let found = self.ask(&["domain", "check", "--relay", &self.relay, "--dns", &dns.to_string()])?;
        found.as_array().cloned().context("no findings")
    }

    fn loopback(&self, servers: &Servers) -> Result<String> {
        let published: serde_json::Map<String, Value> =
            serde_json::from_str(&fs::read_to_string(self.folder.join("zone.json"))?)?;
        let mut zone = self.zone();
        for (name, value) in &published {
            zone = zone.txt(name, value.as_str().unwrap_or_default());
        }
        let me = "newsletter@magazine.test";
        let password = self.password.to_str().context("the target folder's path is not UTF-8")?;
        let (dns, mailbox) = (zone.serve()?.to_string(), servers.mailbox(me));
        let out = ["domain", "loopback", "--to", me, "--relay", &self.relay, "--password-file", password];
        let patience = PATIENCE.as_secs().to_string();
        let back = ["--mailbox", &mailbox, "--mailbox-password-file", password, "--dns", &dns, "--patience", &patience];
        let done = self.ask(&[&out[..], &back].concat())?;
        let findings = done["findings"].as_array().cloned().unwrap_or_default();
        let bad: Vec<&Value> = findings.iter().filter(|found| found["verdict"] != "good").collect();
        ensure!(bad.is_empty() && findings.len() >= 5, "{bad:?} in {done}");
        let seconds = done["seconds"].as_f64().with_context(|| format!("it did not arrive: {done}"))?;
        Ok(format!("{} findings, all good, after {seconds:.1} s", findings.len()))
    }

    /// The password must be in the file it came from, and in none that Masthead wrote.
    fn no_canary(&self) -> Result<String> {
        let mut files = 0;
        let mut folders = vec![self.masthead.data.clone(), self.masthead.publication.clone()];
        let holds = |bytes: &[u8]| bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        ensure!(holds(&fs::read(&self.password)?), "the canary is not even in its own file");
        ensure!(!holds(&fs::read(self.folder.join("said.log"))?), "the password stands in what was said");
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                files += 1;
                ensure!(!holds(&fs::read(&path)?), "the password stands in {}", path.display());
            }
        }
        Ok(format!("{files} files looked through"))
    }
}

fn verified(workspace: &Workspace, zone: &Path, files: &[PathBuf]) -> Result<Value> {
    let python = peers::python(&workspace.target.join("peers/dkimpy"), &["dkimpy==1.1.8", "PyNaCl==1.6.2"])?;
    let script = workspace.target.join("peers/signatures.py");
    fs::write(&script, include_str!("../../../checks/signatures.py"))?;
    let answer = said(Command::new(python).arg(script).arg(zone).args(files), "signatures.py")?;
    serde_json::from_str(&answer).context("signatures.py answered no JSON")
}

fn wait(mut done: impl FnMut() -> Result<bool>, else_say: &str) -> Result<()> {
    let started = Instant::now();
    while !done()? {
        if started.elapsed() > PATIENCE {
            bail!("{else_say} after {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn private(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

fn write_publication(workspace: &Workspace, folder: &Path, servers: &Servers) -> Result<()> {
    let settings = format!(
        "name = \"Weekly\"\nfirst-issue = \"2026-q1\"\nlanguages = [\"en\"]\nweb = \"https://magazine.test\"\n\
         postal-address = [\"Weekly\", \"1 High Street\"]\n\n[sender]\nname = \"Weekly\"\n\
         address = \"newsletter@magazine.test\"\nunsubscribe = \"leave@magazine.test\"\n\
         return-path = \"bounces+*@magazine.test\"\n\n[inbox]\nserver = \"{}\"\n",
        servers.mailbox("bounces@magazine.test")
    );
    let edition = |subject: &str| format!("---\nsubject: {subject}\n---\nDear reader,\n\n[[a]]\n");
    for (file, text) in [
        ("assets/publication.toml", settings),
        (
            "issues/2026-q2/issue.toml",
            "title = \"One\"\ndate = 2026-06-01\nrunning-order = [{ article = \"a\" }]\n".to_owned(),
        ),
        (
            "issues/2026-q2/articles/a.md",
            "---\ntitle: A walk\nkind: department\nlanguage: en\n---\nThe walk comes first.\n".to_owned(),
        ),
        ("issues/2026-q2/editions/launch.md", edition("Out now")),
        ("issues/2026-q2/editions/second.md", edition("Once more")),
    ] {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().context("every file lies in a folder")?)?;
        fs::write(path, text)?;
    }
    for part in ["magazine", "newsletter", "fonts"] {
        copy(&workspace.root.join("assets").join(part), &folder.join("assets").join(part))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().context("a folder's entry has a name")?);
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
