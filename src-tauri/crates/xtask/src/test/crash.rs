//! `masthead send` is killed ten times in the middle, at moments that a seed chooses, and then allowed to finish.
//!
//! The promise under test: nobody is lost, and whatever may have gone out twice is named `uncertain` in the ledger, at
//! most one message for each connection and kill. The catcher lives in a process of its own and sees it all.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Result, anyhow, ensure};
use serde_json::Value;

use super::Tally;
use super::demo::{Mails, read_mails, sums};
use crate::chance::Chance;
use crate::demo::{self, EDITION, READERS};
use crate::masthead::{self, Catcher, Masthead, in_state};
use crate::report::grouped;
use crate::workspace::Workspace;

const KILLS: u64 = 10;
const TRIES: usize = 5;
const CONNECTIONS: u64 = 4;
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) fn run(workspace: &Workspace, seed: u64, tally: &mut Tally) -> Result<()> {
    let folder = workspace.target.join("crash");
    let mail = folder.join("mail");
    let program = workspace.program("cli", false)?;
    let masthead = Masthead { program, publication: workspace.root.clone(), data: folder.join("data") };
    let mut tries = 0;
    let (mut catcher, killed) = loop {
        tries += 1;
        demo::remove(&folder)?;
        fs::create_dir_all(&folder)?;
        demo::import(&masthead, &folder.join("readers.csv"))?;
        let catcher = Catcher::start(&masthead, &mail)?;
        match kill_again_and_again(&masthead, &catcher.relay(), &mail, seed) {
            // Where this program stood still meanwhile, the sender came to its end: nothing was shown, and all begins anew.
            Ok(None) if tries < TRIES => catcher.stop()?,
            Ok(None) => break (catcher, Err(anyhow!("{TRIES} times a run of seed {seed} ended before it was killed"))),
            Ok(Some(killed)) => break (catcher, Ok(killed)),
            Err(error) => break (catcher, Err(error)),
        }
    };
    let relay = catcher.relay();
    tally.check("killed in the middle ten times", killed);
    let last = demo::send(&masthead, &relay, usize::try_from(CONNECTIONS)?);
    tally.check("the last run ends by itself", last.map(|sent| format!("{:.1} s", sent.took.as_secs_f64())));
    tally.check("the catcher outlived every kill", alive(&mut catcher));
    catcher.stop()?;

    let caught = read_mails(workspace, &mail)?;
    let ledger = masthead.ask(&["ledger", EDITION])?.json;
    let attempts = masthead.ask(&["ledger", EDITION, "--attempts"])?.json;
    tally.check("nobody is missing", nobody_missing(&caught));
    tally.check("few went out twice", few_twice(&caught));
    tally.check("each extra copy is named uncertain", named(&caught, &attempts));
    tally.check("the ledger's sums hold", settled(&ledger));
    Ok(())
}

fn alive(catcher: &mut Catcher) -> Result<String> {
    ensure!(catcher.runs()?, "the mail catcher ended");
    Ok(String::new())
}

/// Each run is killed after a share of the remaining messages arrived, plus a moment that falls anywhere in the
/// stages of the next one. The first dies while it starts, when the audience is frozen. Nothing is answered when a run
/// came to its end before its kill.
fn kill_again_and_again(masthead: &Masthead, relay: &str, mail: &Path, seed: u64) -> Result<Option<String>> {
    let mut chance = Chance::new(seed);
    let mut moments = Vec::new();
    for kill in 0..KILLS {
        let before = masthead::mails(mail)?.len() as u64;
        let room = (READERS as u64).saturating_sub(before) / (KILLS - kill + 1);
        let wanted = if kill == 0 { before } else { before + 1 + chance.below(room * 3 / 2) };
        let jitter = Duration::from_micros(chance.below(if kill == 0 { 200_000 } else { 5_000 }));
        let mut child = start(masthead, relay)?;
        wait_for(mail, wanted, &mut child)?;
        thread::sleep(jitter);
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "`masthead send` failed ({status})");
            return Ok(None);
        }
        child.kill()?;
        child.wait()?;
        moments.push(masthead::mails(mail)?.len().to_string());
    }
    Ok(Some(format!("seed {seed}, with {} mails caught", moments.join(", "))))
}

fn start(masthead: &Masthead, relay: &str) -> io::Result<Child> {
    let (connections, yes) = (CONNECTIONS.to_string(), READERS.to_string());
    let mut send = masthead.command(&demo::send_arguments(relay, &connections, &yes));
    send.arg("--json").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// Waits for so many mails, or for the end of the run.
fn wait_for(mail: &Path, wanted: u64, child: &mut Child) -> Result<()> {
    let started = Instant::now();
    while (masthead::mails(mail)?.len() as u64) < wanted && child.try_wait()?.is_none() {
        ensure!(started.elapsed() < PATIENCE, "{wanted} mails did not arrive within {} s", PATIENCE.as_secs());
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn nobody_missing(caught: &Mails) -> Result<String> {
    let got = caught.recipients.len();
    ensure!(got == READERS, "{got} of {READERS} readers got a mail");
    ensure!(caught.identities == READERS as u64, "{} Message-IDs for {READERS} readers", caught.identities);
    Ok(format!("{} readers", grouped(got as u64)))
}

fn few_twice(caught: &Mails) -> Result<String> {
    let extra: u64 = caught.recipients.values().map(|copies| copies - 1).sum();
    let most = CONNECTIONS * KILLS;
    ensure!(extra <= most, "{extra} extra copies, at most {most} were to be expected");
    Ok(format!("{extra} extra copies, the bound is {most}"))
}

fn named(caught: &Mails, attempts: &Value) -> Result<String> {
    let mut uncertain = BTreeMap::new();
    count_uncertain(attempts, None, &mut uncertain);
    let named = |address: &str| uncertain.get(address).copied().unwrap_or(0);
    let unnamed: Vec<&String> = caught
        .recipients
        .iter()
        .filter(|(address, copies)| **copies > 1 + named(address))
        .map(|(address, _)| address)
        .collect();
    ensure!(unnamed.is_empty(), "more copies at the catcher than the ledger calls uncertain: {unnamed:?}");
    let twice = caught.recipients.values().filter(|copies| **copies > 1).count();
    Ok(format!("{twice} of {} uncertain ones", uncertain.len()))
}

/// How many attempts of each address ended `uncertain`; attempts stand below their address.
fn count_uncertain<'a>(json: &'a Value, address: Option<&'a str>, into: &mut BTreeMap<&'a str, u64>) {
    match json {
        Value::Array(list) => list.iter().for_each(|item| count_uncertain(item, address, into)),
        Value::Object(fields) => {
            let address = fields.get("address").and_then(Value::as_str).or(address);
            if let (Some("uncertain"), Some(address)) = (fields.get("outcome").and_then(Value::as_str), address) {
                *into.entry(address).or_default() += 1;
            }
            fields.values().for_each(|field| count_uncertain(field, address, into));
        }
        _ => {}
    }
}

/// Somebody who was in the air at three kills is not sent to a fourth time, and stays `uncertain`.
fn settled(ledger: &Value) -> Result<String> {
    sums(ledger)?;
    let (accepted, uncertain) = (in_state(ledger, "accepted")?, in_state(ledger, "uncertain")?);
    ensure!(
        accepted + uncertain == READERS as u64,
        "{accepted} accepted, {uncertain} uncertain of {READERS}: {ledger}"
    );
    Ok(format!("{} accepted, {uncertain} uncertain", grouped(accepted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn uncertain_attempts_are_counted_for_their_address() {
        let attempts = json!([
            {"address": "a@example.org", "history": [{"outcome": "uncertain"}, {"outcome": "uncertain"}, {"outcome": "accepted"}]},
            {"address": "b@example.org", "history": [{"outcome": "uncertain"}, {"outcome": "accepted"}]},
            {"address": "c@example.org", "history": [{"outcome": "accepted"}]},
        ]);
        let mut found = BTreeMap::new();
        count_uncertain(&attempts, None, &mut found);
        assert_eq!(found, BTreeMap::from([("a@example.org", 2), ("b@example.org", 1)]));
    }
}
