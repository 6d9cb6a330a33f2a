//! Copies of the list on the command line: made by themselves, put back, and nobody gets a second letter for it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::sync::atomic::Ordering;

use serde_json::Value;
use support::Publication;
use support::relay::relay as server;

fn kinds(publication: &Publication) -> Vec<String> {
    let kept = publication.json(&["backups"]);
    kept.as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap().to_owned()).collect()
}

/// The name of the newest copy of a kind.
fn newest(publication: &Publication, why: &str) -> String {
    let kept = publication.json(&["backups"]);
    let of = |one: &&Value| one["why"] == why;
    kept.as_array().unwrap().iter().find(of).unwrap()["name"].as_str().unwrap().to_owned()
}

#[test]
fn what_changes_much_is_copied_before() {
    let publication = Publication::new();
    assert_eq!(kinds(&publication), Vec::<String>::new());
    publication.import(3);
    publication.run(&["subscribers", "forget", "reader0001@example.org"]);
    assert_eq!(kinds(&publication), ["before-erasure", "before-import"]);
    let people: Vec<_> =
        publication.json(&["backups"]).as_array().unwrap().iter().map(|one| one["people"].clone()).collect();
    assert_eq!(people, [2, 0], "who was erased is in no copy either");
    let made = publication.json(&["backup"]);
    assert_eq!(made["people"], 2);
    let back = publication.json(&["restore", &newest(&publication, "before-import")]);
    assert_eq!((&back["people"], &back["suppressions"]), (&0.into(), &1.into()), "the erasure holds: {back}");
    let back = publication.json(&["restore", made["path"].as_str().unwrap()]);
    assert_eq!(back["people"], 2);
    assert_eq!(publication.run(&["restore", "no-such-copy"]).code, 2);
}

#[test]
fn a_copy_elsewhere_brings_the_list_to_another_computer() {
    let (here, there) = (Publication::new(), Publication::new());
    here.import(4);
    let stick = here.path("stick");
    let made = here.json(&["backup", "--to", stick.to_str().unwrap()]);
    let restored = there.run(&["restore", made["path"].as_str().unwrap()]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    assert_eq!(there.run(&["subscribers", "count"]).stdout.trim(), "4");
}

#[test]
fn a_restored_list_sends_nobody_a_second_letter_unasked() {
    let publication = Publication::new();
    publication.import(5);
    let (refusing, _) = server("MAIL", "550 5.7.1 not from here");
    let (port, taken) = server("MAIL", "250 ok");
    let relay = |port: u16| format!("smtp://127.0.0.1:{port}");
    let send = |port: u16, steer: &[&str]| {
        publication.run(&[&["send", "2026-q2/launch"], steer, &["--relay", &relay(port), "--yes", "5"]].concat())
    };
    assert_eq!(send(refusing, &[]).code, 1, "frozen, and nobody was sent to");
    assert!(kinds(&publication).contains(&"daily".to_owned()), "the day's copy is made before a send");
    let copy = publication.json(&["backup"]);
    let copy = copy["path"].as_str().unwrap();
    assert_eq!(send(port, &["resume"]).code, 0);
    assert_eq!(taken.load(Ordering::SeqCst), 5);

    assert_eq!(publication.json(&["restore", copy])["people"], 5);
    let ledger = publication.json(&["ledger", "2026-q2/launch"]);
    assert_eq!(ledger["counts"]["accepted"], 5, "what was accepted since stays known: {ledger}");
    send(port, &[]);
    send(port, &["resume"]);
    assert_eq!(taken.load(Ordering::SeqCst), 5);

    // On a computer that has the copy alone, only a person can know.
    fs::rename(copy, publication.path("copy.sqlite")).unwrap();
    fs::remove_dir_all(publication.path("data")).unwrap();
    let restored = publication.run(&["restore", publication.path("copy.sqlite").to_str().unwrap()]);
    assert!(restored.stdout.contains("1 mailing waits"), "{}", restored.stdout);
    let asked = send(port, &[]);
    assert_eq!(asked.code, 1);
    assert!(asked.stderr.contains("the list was restored from a copy"), "{}", asked.stderr);
    assert_eq!(taken.load(Ordering::SeqCst), 5);
}
