//! Several relays, quotas and paces; and the sender as a machine of states against a model.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::time::{Duration, Instant};

use mailing::{
    Again, DeliveryState, MailingState, PauseReason, Route, Secret, SendOptions, SendReport, StopSignal, Store,
    UncertainPolicy,
};
use proptest::prelude::*;
use support::scripted::{Fault, Server};
use support::*;

fn frozen(folder: &std::path::Path, count: usize) -> (Store, i64) {
    let store = store(folder);
    people(&store, count);
    let mailing = freeze(&store).id;
    (store, mailing)
}

fn over(store: &Store, mailing: i64, routes: &[Route], options: &SendOptions) -> SendReport {
    mailing::send_over(store, mailing, routes, options, |_| (), &StopSignal::new()).unwrap()
}

fn route(server: &Server) -> Route {
    Route::new(relay(server.port), 1)
}

#[test]
fn two_relays_share_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 200);
    let (one, two) = (Server::start(), Server::start());
    let report = over(&store, mailing, &[route(&one), route(&two)], &Hand::new().options(1));
    assert_eq!((report.progress.accepted, report.state), (200, MailingState::Finished));
    assert_eq!(one.taken().len() + two.taken().len(), 200);
    assert!(!one.taken().is_empty() && !two.taken().is_empty());
    let by_relay: Vec<u64> = report.progress.relays.iter().map(|relay| relay.accepted).collect();
    assert_eq!(by_relay, [one.taken().len() as u64, two.taken().len() as u64]);
}

#[test]
fn a_relay_that_refuses_the_sender_is_closed_with_its_words_and_the_other_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 60);
    let (broken, sound) = (Server::start().on("mail", Fault::Say("550 5.7.1 not you"), usize::MAX), Server::start());
    let report = over(&store, mailing, &[route(&broken), route(&sound)], &Hand::new().options(1));
    assert_eq!((report.progress.accepted, report.state), (60, MailingState::Finished));
    let closed: Vec<Option<String>> = report.progress.relays.into_iter().map(|relay| relay.closed).collect();
    assert_eq!(closed, [Some("the mail server refuses mail from this sender: 550 5.7.1 not you".into()), None]);
    let tried = broken.heard().iter().filter(|line| line.starts_with("MAIL")).count();
    assert_eq!(tried, 1, "a relay that is closed is given nothing more");
}

#[test]
fn the_mailing_pauses_when_the_last_relay_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 60);
    let refusing = || Server::start().on("mail", Fault::Say("550 5.7.1 not you"), usize::MAX);
    let report = over(&store, mailing, &[route(&refusing()), route(&refusing())], &Hand::new().options(1));
    assert!(matches!(report.state, MailingState::Paused { reason: PauseReason::SenderRefused { .. } }), "{report:?}");
    assert_eq!(store.mailing(&edition()).unwrap().unwrap().count(DeliveryState::Queued), 60);
}

#[test]
fn a_quota_holds_over_a_restart_and_the_report_says_when_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 25);
    let server = Server::start();
    let limited = Route { allowance: Some("10/day".parse().unwrap()), ..route(&server) };
    let hand = Hand::new();
    let send = |hand: &Hand| over(&store, mailing, std::slice::from_ref(&limited), &hand.options(1));
    let report = send(&hand);
    assert_eq!((report.progress.accepted, report.state), (10, MailingState::Running));
    assert_eq!(report.next_due.unwrap(), now() + jiff::SignedDuration::from_hours(24));
    hand.forward(23 * 60);
    assert_eq!(send(&hand).progress.accepted, 0, "a restart brings nothing");
    hand.forward(60);
    assert_eq!(send(&hand).progress.accepted, 10);
    hand.forward(24 * 60);
    assert_eq!((send(&hand).progress.accepted, server.taken().len()), (5, 25));
}

#[test]
fn a_relay_with_a_quota_leaves_the_rest_to_one_without() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 50);
    let (small, large) = (Server::start(), Server::start());
    let limited = Route { allowance: Some("5/day".parse().unwrap()), ..route(&small) };
    let report = over(&store, mailing, &[limited, route(&large)], &Hand::new().options(1));
    assert_eq!((report.progress.accepted, report.state), (50, MailingState::Finished));
    assert!(small.taken().len() <= 5);
}

/// How often a rate is tried to be reached: a machine that stands still meanwhile reaches none.
const TRIES: usize = 6;

/// Holds that a rate is never exceeded, and that this share of it is reached.
fn reaches(least: f64, route: &dyn Fn(&Server) -> Route, paces: &[&str], people: usize, rate: f64) {
    let mut best = 0.0_f64;
    for _ in 0..TRIES {
        let reached = share(route, paces, people, rate);
        assert!(reached <= 1.001, "{reached}");
        best = best.max(reached);
        if best >= least {
            return;
        }
    }
    panic!("{best}");
}

/// The share of a rate that a sender reaches in real time.
fn share(route: &dyn Fn(&Server) -> Route, paces: &[&str], people: usize, rate: f64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), people);
    let server = Server::start();
    let paces = paces.iter().map(|pace| pace.parse().unwrap()).collect();
    let real = SendOptions { paces, ..SendOptions::new(std::sync::Arc::new(jiff::Timestamp::now)) };
    let begun = std::time::Instant::now();
    let report = over(&store, mailing, &[route(&server)], &real);
    assert_eq!(report.progress.accepted, people as u64);
    (people - 1) as f64 / rate / begun.elapsed().as_secs_f64()
}

#[test]
fn a_domain_is_sent_to_at_its_pace() {
    reaches(0.80, &route, &["example.org 50/s"], 151, 50.0);
}

#[test]
fn a_quota_by_the_second_is_kept() {
    // Four whole windows after the first: never faster, and not much slower even on a busy machine.
    let limited = |server: &Server| Route { allowance: Some("20/s".parse().unwrap()), ..route(server) };
    reaches(0.60, &limited, &[], 100, 25.0);
}

/// A relay that puts everybody off while the clock runs a year ahead; then the clock is put right.
#[test]
fn a_clock_that_ran_ahead_and_is_put_right_makes_nobody_wait_a_year() {
    const YEAR: i64 = 366 * 24 * 60;
    for accepts in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (store, mailing) = frozen(folder.path(), 1);
        let server = Server::start().on("rcpt", Fault::Say("450 4.2.1 greylisted"), usize::MAX);
        let hand = Hand::new();
        hand.forward(YEAR);
        send(&store, mailing, server.port, &hand, 1);
        hand.forward(-YEAR);
        let due = send(&store, mailing, server.port, &hand, 1).next_due.unwrap();
        assert!(due <= hand.now() + jiff::SignedDuration::from_mins(15), "{due}");
        if accepts {
            server.behave();
            hand.forward(16);
            assert_eq!(send(&store, mailing, server.port, &hand, 1).progress.accepted, 1);
            continue;
        }
        // Nor is anybody tried for a year and three days.
        for _ in 0..80 {
            hand.forward(60);
            if store.mailing(&edition()).unwrap().unwrap().state == MailingState::Running {
                send(&store, mailing, server.port, &hand, 1);
            }
        }
        assert_eq!(store.mailing(&edition()).unwrap().unwrap().count(DeliveryState::Expired), 1);
    }
}

/// The same within one run: whoever was put off is tried again after the quarter of an hour that was meant.
#[test]
fn a_clock_that_is_set_back_while_a_sender_waits_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 2);
    let server = Server::start().on("rcpt p1@example.org", Fault::Say("450 4.2.1 greylisted"), 1);
    let hand = Hand::new();
    hand.forward(600);
    let options = SendOptions { linger: Duration::from_secs(3_600), ..hand.options(1) };
    let (waits, stop) = (std::sync::Mutex::new(None), StopSignal::new());
    let report = std::thread::scope(|scope| {
        let progress = |now: &mailing::SendProgress| *waits.lock().unwrap() = now.waits_until;
        let (store, options, stop) = (&store, &options, &stop);
        let sending = scope.spawn(move || mailing::send(store, mailing, &relay(server.port), options, progress, stop));
        let waits_within_the_hour = || {
            let deadline = Instant::now() + Duration::from_secs(120);
            let soon = || waits.lock().unwrap().is_some_and(|at| at < hand.now() + jiff::SignedDuration::from_hours(1));
            while !soon() {
                if Instant::now() > deadline {
                    stop.pause();
                    panic!("the sender waits until {:?}, and it is {}", waits.lock().unwrap(), hand.now());
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        waits_within_the_hour();
        hand.forward(-600);
        waits_within_the_hour();
        hand.forward(16);
        sending.join().unwrap().unwrap()
    });
    assert_eq!((report.progress.accepted, report.state), (2, MailingState::Finished));
}

#[test]
fn switched_off_pipelining_sends_one_command_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 1);
    let server = Server::start().on("mail", Fault::Say("550 5.7.1 not you"), 1);
    let plain = Route { pipelining: false, ..route(&server) };
    over(&store, mailing, &[plain], &Hand::new().options(1));
    assert!(server.heard().iter().all(|line| !line.starts_with("RCPT")), "{:?}", server.heard());
}

#[test]
fn a_password_stands_in_no_file_no_report_and_no_progress() {
    const CANARY: &str = "canary-Tr0ub4dor";
    let folder = tempfile::tempdir().unwrap();
    let (store, mailing) = frozen(folder.path(), 3);
    let server = Server::start().on("auth", Fault::Say("535 5.7.8 wrong password canary-Tr0ub4dor for desk"), 1);
    let relay = mailing::Relay { user: Some("desk".into()), password: Some(Secret::new(CANARY)), ..relay(server.port) };
    let told = std::sync::Mutex::new(String::new());
    let report = mailing::send(
        &store,
        mailing,
        &relay,
        &Hand::new().options(1),
        |progress| told.lock().unwrap().push_str(&format!("{progress:?}")),
        &StopSignal::new(),
    );
    let seen = format!("{report:?} {} {relay:?}", told.lock().unwrap());
    assert!(seen.contains("535") || seen.contains("SignIn"), "{seen}");
    assert!(!seen.contains(CANARY), "{seen}");
    drop(store);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{}", path.display());
    }
}

#[test]
fn a_relay_that_breaks_the_privacy_of_the_line_gets_nothing() {
    for words in ["220 go on\r\n250 injected", "220 go on", "454 4.7.0 not now", "what?"] {
        let server = Server::start().offers("STARTTLS").on("starttls", Fault::Say(words), usize::MAX);
        let folder = tempfile::tempdir().unwrap();
        let (store, mailing) = frozen(folder.path(), 2);
        let private = mailing::Relay { tls: mailing::Tls::StartTls, ..relay(server.port) };
        let hand = Hand::new().gives_up_soon();
        let report = mailing::send(&store, mailing, &private, &hand.options(1), |_| (), &StopSignal::new()).unwrap();
        assert!(matches!(report.state, MailingState::Paused { .. }), "{words}: {report:?}");
        assert_eq!(store.mailing(&edition()).unwrap().unwrap().count(DeliveryState::Queued), 2, "{words}");
        assert!(server.heard().iter().all(|line| !line.starts_with("MAIL")), "{words}: {:?}", server.heard());
    }
}

/// What the desk or the world does next.
#[derive(Debug, Clone)]
enum Event {
    Send {
        connections: usize,
    },
    Pause,
    Resume,
    Wait {
        minutes: i64,
    },
    Again(Again),
    Hold,
    Leave(usize),
    /// The server fails one person once, from now on.
    Trouble(String, Fault),
    /// A server takes a person's mail and says nothing, the desk has it sent once more, and then this happens.
    Doubt(usize, &'static str, Fault),
}

const PEOPLE: usize = 6;

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => (1..3_usize).prop_map(|connections| Event::Send { connections }),
        1 => Just(Event::Pause),
        2 => Just(Event::Resume),
        2 => prop_oneof![Just(16_i64), Just(61), Just(60 * 80)].prop_map(|minutes| Event::Wait { minutes }),
        1 => Just(Event::Again(Again::Failed)),
        1 => Just(Event::Again(Again::Uncertain)),
        1 => Just(Event::Hold),
        1 => (1..=PEOPLE).prop_map(Event::Leave),
        4 => fault().prop_map(|(stage, fault)| Event::Trouble(stage, fault)),
        2 => (1..=2_usize, stage()).prop_map(|(person, (stage, fault))| Event::Doubt(person, stage, fault)),
    ]
}

/// A fault for one person at one stage.
fn fault() -> impl Strategy<Value = (String, Fault)> {
    // Few of the people, so that one fault meets another's consequences.
    (1..=2_usize, stage()).prop_map(|(person, (stage, fault))| (format!("{stage} p{person}@example.org"), fault))
}

fn stage() -> impl Strategy<Value = (&'static str, Fault)> {
    prop_oneof![
        Just(("rcpt", Fault::Say("450 4.2.1 later"))),
        Just(("rcpt", Fault::Say("550 5.2.0 no"))),
        Just(("rcpt", Fault::Say("550 5.1.1 no such user"))),
        Just(("rcpt", Fault::Drop)),
        Just(("data", Fault::Say("451 4.3.0 busy"))),
        Just(("data", Fault::Drop)),
        Just(("dot", Fault::Say("452 4.3.1 full"))),
        Just(("dot", Fault::Say("554 5.6.0 no"))),
        Just(("dot", Fault::Drop)),
        Just(("dot", Fault::Drop)),
    ]
}

/// The model: what the server took is the truth, and each state may claim only what that allows.
fn check(store: &Store, mailing: i64, server: &Server) -> Result<(), TestCaseError> {
    let summary = store.mailing(&edition()).unwrap().unwrap();
    prop_assert_eq!(summary.counts.values().sum::<u64>(), PEOPLE as u64);
    prop_assert_eq!(summary.count(DeliveryState::Sending), 0);
    for row in store.deliveries(mailing, None, None, 99).unwrap().deliveries {
        let copies = server.copies_for(&row.address).len();
        let doubts = usize::try_from(row.doubts).unwrap();
        let attempts = store.attempts(row.id).unwrap();
        let named = attempts.iter().filter(|attempt| attempt.outcome == "uncertain").count();
        prop_assert_eq!(doubts, named, "{:?}", row);
        let accepted = usize::from(row.state == DeliveryState::Accepted);
        prop_assert!(copies >= accepted && copies <= accepted + doubts, "{} copies: {:?}", copies, row);
        let waits = matches!(row.state, DeliveryState::Queued | DeliveryState::Retry);
        prop_assert!(!(waits || row.state == DeliveryState::Excluded) || doubts == 0, "{:?}", row);
        prop_assert_eq!(row.state == DeliveryState::Uncertain && doubts == 0, false, "{:?}", row);
    }

    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_every_state_says_what_the_server_took(
        faults in prop::collection::vec(fault(), 0..6),
        events in prop::collection::vec(event(), 1..16),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (store, mailing) = frozen(folder.path(), PEOPLE);
        let server = faults.into_iter().fold(Server::start(), |server, (stage, fault)| server.on(&stage, fault, 1));
        let hand = Hand::new();
        let mut left = Vec::new();
        for event in events {
            match event {
                Event::Send { connections } => {
                    // Paused, finished: an error that says so, and nothing happens.
                    let options = hand.options(connections);
                    drop(mailing::send(&store, mailing, &relay(server.port), &options, |_| (), &StopSignal::new()));
                }
                Event::Pause => drop(store.pause(mailing, hand.now()).unwrap()),
                Event::Resume => drop(store.resume(mailing, hand.now()).unwrap()),
                Event::Wait { minutes } => hand.forward(minutes),
                Event::Again(whom) => drop(store.send_again(mailing, whom, hand.now()).unwrap()),
                Event::Hold => drop(store.hold_uncertain(mailing, hand.now()).unwrap()),
                Event::Trouble(stage, fault) => drop(server.clone().on(&stage, fault, 1)),
                Event::Doubt(person, stage, fault) => {
                    let at = |stage: &str| format!("{stage} p{person}@example.org");
                    let server = server.clone().on(&at("dot"), Fault::Drop, 1);
                    let options = SendOptions { uncertain: UncertainPolicy::Hold, ..hand.options(1) };
                    drop(mailing::send(&store, mailing, &relay(server.port), &options, |_| (), &StopSignal::new()));
                    store.send_again(mailing, Again::Uncertain, hand.now()).unwrap();
                    drop(server.on(&at(stage), fault, 1));
                }
                Event::Leave(person) => {
                    store.unsubscribe(&address(&format!("p{person}@example.org")), "", hand.now()).unwrap();
                    let before = server.copies_for(&format!("p{person}@example.org")).len();
                    left.push((person, before));
                }
            }
            check(&store, mailing, &server)?;
            for (person, before) in &left {
                let copies = server.copies_for(&format!("p{person}@example.org")).len();
                prop_assert_eq!(copies, *before, "p{} left and was sent to", person);
            }
        }
    }
}
