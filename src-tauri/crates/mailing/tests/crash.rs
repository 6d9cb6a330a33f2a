//! The property the whole crate stands for: kill the sender at any moment, and nobody is lost, nobody gets it twice
//! unrecorded, and what may have gone out twice is at most one message a connection.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use mailing::{DeliveryState, MailingState, Store};
use support::post::{Manner, Post};
use support::*;

const FOLDER: &str = "MAILING_CRASH_FOLDER";
const PORT: &str = "MAILING_CRASH_PORT";
const CONNECTIONS: usize = 4;
const PEOPLE: usize = 1_500;
const KILLS: u64 = 8;

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

/// More than a sender hands over in the longest delay, and few enough that none comes to its end before it is killed.
const AHEAD: usize = 60;

/// Lets the sender run until `more` messages arrived and a little longer, then kills it where it stands.
fn kill_after(child: &mut Child, post: &Post, more: usize, delay: Duration) {
    let target = post.accepted() + more;
    post.takes_at_most(target + AHEAD);
    while post.accepted() < target {
        assert!(child.try_wait().unwrap().is_none(), "it ended with people left");
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(delay);
    assert!(child.try_wait().unwrap().is_none(), "it ended with people at the door");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_sender_killed_at_any_moment_loses_nobody_and_doubles_only_whom_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, PEOPLE);
    let mailing = freeze(&store).id;
    let post = Post::open(folder.path(), Manner::Kind);
    for round in 0..KILLS {
        post.takes_at_most(post.accepted());
        let mut child = sender(folder.path(), post.port);
        // Odd delays, so that the blow falls into envelopes, bodies, commits and waits alike.
        let delay = Duration::from_micros(round * 777 % 5_000);
        kill_after(&mut child, &post, 25 + round as usize * 3, delay);
    }
    post.takes_all();
    let report = send(&store, mailing, post.port, &Hand::new(), CONNECTIONS);
    assert_eq!(report.state, MailingState::Finished);
    post.wait_until_empty();
    hold(&store, mailing, &post);
}

fn hold(store: &Store, mailing: i64, post: &Post) {
    let mut copies = post.copies();
    let rows = store.deliveries(mailing, None, None, PEOPLE + 1).unwrap().deliveries;
    assert_eq!(rows.len(), PEOPLE);
    let mut extra = 0;
    for row in rows {
        let got = copies.remove(&row.address).unwrap_or_default();
        assert!(!got.is_empty(), "{} was lost", row.address);
        assert!(got.iter().all(|id| *id == row.message_id), "{} got two different messages", row.address);
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
    assert!(extra <= CONNECTIONS * KILLS as usize, "{extra} extra copies after {KILLS} kills");
}
