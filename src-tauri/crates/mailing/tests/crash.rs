//! The property the whole crate stands for: kill the sender at any moment, and nobody is lost, nobody gets it twice
//! unrecorded, and what may have gone out twice is at most one message a connection.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use mailing::{Catcher, DeliveryState, MailingState, Store};
use support::*;

const FOLDER: &str = "MAILING_CRASH_FOLDER";
const PORT: &str = "MAILING_CRASH_PORT";
const CONNECTIONS: usize = 4;
const PEOPLE: usize = 600;

/// Not a test of its own: the sender that the test below starts in a process of its own, and kills.
#[test]
#[ignore = "started and killed by the crash test"]
fn the_sender_that_is_killed() {
    let (Ok(folder), Ok(port)) = (std::env::var(FOLDER), std::env::var(PORT)) else { return };
    let store = store(Path::new(&folder));
    let mailing = store.mailing(&edition()).unwrap().unwrap().id;
    send(&store, mailing, port.parse().unwrap(), &Hand::new(), CONNECTIONS);
}

fn sender(folder: &Path, port: u16) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_sender_that_is_killed", "--ignored"])
        .env(FOLDER, folder)
        .env(PORT, port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets the sender run until `caught` more messages arrived and a little longer, then kills it where it stands.
fn kill_after(child: &mut Child, catcher: &Catcher, caught: usize, delay: Duration) -> bool {
    let target = catcher.messages().len() + caught;
    while catcher.messages().len() < target {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

#[test]
fn a_sender_killed_at_any_moment_loses_nobody_and_doubles_only_whom_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, PEOPLE);
    let mailing = freeze(&store).id;
    let catcher = Catcher::start("127.0.0.1:0".parse().unwrap(), &folder.path().join("mail")).unwrap();
    let mut kills = 0;
    for round in 0..8_u64 {
        let mut child = sender(folder.path(), catcher.port());
        // Odd delays, so that the blow falls into envelopes, bodies, commits and waits alike.
        let delay = Duration::from_micros(round * 777 % 5_000);
        kills += usize::from(kill_after(&mut child, &catcher, 25 + round as usize * 3, delay));
    }
    assert!(kills >= 6, "{kills}");
    let report = send(&store, mailing, catcher.port(), &Hand::new(), CONNECTIONS);
    assert_eq!(report.state, MailingState::Finished);
    hold(&store, mailing, &catcher, kills);
}

fn hold(store: &Store, mailing: i64, catcher: &Catcher, kills: usize) {
    let mut copies: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for message in catcher.messages() {
        copies.entry(message.recipient).or_default().push(std::fs::read(message.file).unwrap());
    }
    let rows = store.deliveries(mailing, None, None, PEOPLE + 1).unwrap().deliveries;
    assert_eq!(rows.len(), PEOPLE);
    let mut extra = 0;
    for row in rows {
        let got = copies.remove(&row.address).unwrap_or_default();
        assert!(!got.is_empty(), "{} was lost", row.address);
        assert!(got.iter().all(|copy| *copy == got[0]), "{} got two different messages", row.address);
        assert_eq!(row.state, DeliveryState::Accepted);
        let named = store.attempts(row.id).unwrap().iter().filter(|attempt| attempt.outcome == "uncertain").count();
        assert!(
            got.len() <= 1 + named,
            "{} got {} copies and is named uncertain {named} times",
            row.address,
            got.len()
        );
        extra += got.len() - 1;
    }
    assert!(copies.is_empty(), "somebody got it who is not in the ledger");
    assert!(extra <= CONNECTIONS * kills, "{extra} extra copies after {kills} kills");
}
