//! Starts that are set for an hour: waited for outside of the door, so that nobody else has to wait for them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::fs::{self, File, OpenOptions};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use mailing::{
    Audience, MailingState, Occasion, PauseReason, Schedule, SendError, SendOptions, StopSignal, Store, Terms, Why,
};
use support::scripted::{Fault, Server};
use support::*;

/// A glance of whoever waits, and some more.
const A_WHILE: Duration = Duration::from_millis(300);

fn scheduled(folder: &std::path::Path, start: i64, grace: i64) -> (Store, i64) {
    let store = store(folder);
    people(&store, 3);
    let at = now() + jiff::SignedDuration::from_mins(start);
    let schedule = Schedule { at, latest: at + jiff::SignedDuration::from_mins(grace) };
    let terms = Terms { confirmed: Some(3), schedule: Some(schedule) };
    let mailing = store.freeze_on(&edition(), &letter(), &Audience::default(), &terms, now()).unwrap();
    assert_eq!(mailing.schedule, Some(schedule));
    (store, mailing.id)
}

#[test]
fn a_scheduled_mailing_starts_at_its_time_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    let report = thread::scope(|scope| {
        let sender = scope.spawn(|| send(&store, mailing, server.port, &hand, 1));
        thread::sleep(Duration::from_millis(300));
        assert!(server.taken().is_empty());
        hand.forward(61);
        sender.join().unwrap()
    });
    assert_eq!((report.progress.accepted, report.state), (3, MailingState::Finished));
    assert_eq!(store.mailing(&edition()).unwrap().unwrap().schedule, None);
}

#[test]
fn a_start_that_was_slept_through_pauses_until_somebody_wants_it_now() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    hand.forward(121);
    let report = send(&store, mailing, server.port, &hand, 1);
    let MailingState::Paused { reason } = report.state else { panic!("{report:?}") };
    assert_eq!((reason.code(), server.taken().len()), ("pause-too-late", 0));
    store.resume(mailing, hand.now()).unwrap();
    assert_eq!(send(&store, mailing, server.port, &hand, 1).progress.accepted, 3);
}

#[test]
fn a_mailing_that_began_in_time_is_never_too_late() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 1, 1);
    let server = Server::start().on("rcpt p2@example.org", Fault::Say("450 4.2.1 greylisted"), 1);
    let hand = Hand::new();
    hand.forward(1);
    assert_eq!(send(&store, mailing, server.port, &hand, 1).progress.accepted, 2);
    hand.forward(60);
    assert_eq!(send(&store, mailing, server.port, &hand, 1).progress.accepted, 1);
}

#[test]
fn a_wait_for_the_start_can_be_paused() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let stop = StopSignal::new();
    let report = thread::scope(|scope| {
        let options = Hand::new().options(1);
        let (store, stop) = (&store, &stop);
        let sender = scope.spawn(move || mailing::send(store, mailing, &relay(1), &options, |_| (), stop).unwrap());
        thread::sleep(Duration::from_millis(200));
        stop.pause();
        sender.join().unwrap()
    });
    assert_eq!(report.state, MailingState::Paused { reason: PauseReason::Asked });
}

#[test]
fn another_edition_is_sent_while_one_waits_for_its_hour() {
    let folder = tempfile::tempdir().unwrap();
    let (store, waits) = scheduled(folder.path(), 60, 60);
    let reminder = Occasion::edition("2026-q4/reminder");
    let other = store.freeze(&reminder, &letter(), &Audience::default(), now()).unwrap().id;
    let server = Server::start();
    let hand = Hand::new();
    thread::scope(|scope| {
        let sender = scope.spawn(|| send(&store, waits, server.port, &hand, 1));
        thread::sleep(A_WHILE);
        let sent = send(&store, other, server.port, &hand, 1);
        assert_eq!((sent.progress.accepted, server.taken().len()), (3, 3));
        hand.forward(61);
        assert_eq!(sender.join().unwrap().progress.accepted, 3);
    });
    assert_eq!(server.taken().len(), 6);
}

#[test]
fn one_whose_hour_comes_while_another_is_sent_says_so_and_begins_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    hand.forward(60);
    let another = another_sender(folder.path());
    let troubles = Mutex::new(Vec::new());
    let report = thread::scope(|scope| {
        let tell = |now: &mailing::SendProgress| troubles.lock().unwrap().push(now.trouble.clone());
        let options = hand.options(1);
        let (store, relay) = (&store, relay(server.port));
        let sender =
            scope.spawn(move || mailing::send(store, mailing, &relay, &options, tell, &StopSignal::new()).unwrap());
        thread::sleep(A_WHILE);
        assert!(server.taken().is_empty());
        another.unlock().unwrap();
        sender.join().unwrap()
    });
    assert_eq!((report.progress.accepted, report.progress.trouble), (3, None));
    let told = troubles.into_inner().unwrap();
    assert!(told.contains(&Some("another edition is being sent; this one begins after it".into())), "{told:?}");
}

#[test]
fn one_that_waits_behind_another_until_it_is_too_late_says_so_and_not_only_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    hand.forward(60);
    let _another = another_sender(folder.path());
    let report = thread::scope(|scope| {
        let sender = scope.spawn(|| send(&store, mailing, server.port, &hand, 1));
        thread::sleep(A_WHILE);
        hand.forward(61);
        sender.join().unwrap()
    });
    let MailingState::Paused { reason } = report.state else { panic!("{report:?}") };
    assert_eq!((reason.code(), server.taken().len()), ("pause-too-late", 0));
}

#[test]
fn what_was_confirmed_in_the_window_waits_for_its_turn_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 2);
    let mailing = freeze(&store).id;
    let server = Server::start();
    let another = another_sender(folder.path());
    let report = thread::scope(|scope| {
        let options = SendOptions { patient: true, ..Hand::new().options(1) };
        let (store, relay) = (&store, relay(server.port));
        let sender =
            scope.spawn(move || mailing::send(store, mailing, &relay, &options, |_| (), &StopSignal::new()).unwrap());
        thread::sleep(A_WHILE);
        assert!(server.taken().is_empty());
        another.unlock().unwrap();
        sender.join().unwrap()
    });
    assert_eq!(report.progress.accepted, 2);
}

#[test]
fn two_that_wait_for_the_same_hour_send_one_copy_each() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    let both = thread::scope(|scope| {
        let two = [0, 1].map(|_| scope.spawn(|| attempt(&store, mailing, server.port, &hand)));
        thread::sleep(A_WHILE);
        hand.forward(60);
        two.map(|sender| sender.join().unwrap())
    });
    let accepted: u64 = both.iter().flatten().map(|report| report.progress.accepted).sum();
    assert_eq!((accepted, server.taken().len()), (3, 3), "{both:?}");
    assert_eq!(store.mailing(&edition()).unwrap().unwrap().state, MailingState::Finished);
}

fn attempt(store: &Store, mailing: i64, port: u16, hand: &Hand) -> Result<mailing::SendReport, SendError> {
    mailing::send(store, mailing, &relay(port), &hand.options(1), |_| (), &StopSignal::new())
}

#[test]
fn a_list_that_is_put_back_during_the_wait_lets_nothing_leave_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = scheduled(folder.path(), 60, 60);
    let copy = store.back_up(Why::Asked, now()).unwrap().path;
    let server = Server::start();
    let hand = Hand::new();
    let refused = thread::scope(|scope| {
        let sender = scope.spawn(|| attempt(&store, mailing, server.port, &hand));
        thread::sleep(A_WHILE);
        Store::restore(folder.path(), &copy, hand.now()).unwrap();
        sender.join().unwrap().unwrap_err()
    });
    assert!(matches!(refused, SendError::PutBack), "{refused}");
    let state = store.mailing(&edition()).unwrap().unwrap().state;
    assert!(matches!(state, MailingState::Paused { .. }) && server.taken().is_empty(), "{state:?}");
}

/// A list that cannot be read is moved out of the way, and whoever has it open goes on reading it there.
#[test]
fn a_list_that_was_moved_away_during_the_wait_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (waiting, mailing) = scheduled(folder.path(), 60, 60);
    let server = Server::start();
    let hand = Hand::new();
    let refused = thread::scope(|scope| {
        let sender = scope.spawn(|| attempt(&waiting, mailing, server.port, &hand));
        thread::sleep(A_WHILE);
        for ending in ["", "-wal", "-shm"] {
            let list = folder.path().join(format!("subscribers.sqlite{ending}"));
            fs::rename(&list, list.with_extension(format!("broken{ending}"))).unwrap();
        }
        drop(store(folder.path()));
        hand.forward(60);
        sender.join().unwrap().unwrap_err()
    });
    assert!(matches!(refused, SendError::PutBack) && server.taken().is_empty(), "{refused}");
}

/// What another sender holds while it is at work.
fn another_sender(folder: &std::path::Path) -> File {
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("sender.lock")).unwrap();
    lock.lock().unwrap();
    lock
}
