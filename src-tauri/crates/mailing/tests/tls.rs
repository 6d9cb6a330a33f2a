//! A relay whose TLS fails, at every place where it can: nobody is lost, nobody is sent to in clear, nobody gets a
//! second copy without being named uncertain, and the reason of the pause says what to do.
//!
//! What a process trusts is told to it when it starts, so the cases run in a process of their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use mailing::{DeliveryState, MailingState, Patience, Relay, SendReport, StopSignal, Store, Tls, Verdict, probe_relay};
use support::authority::Authority;
use support::scripted::{Fault, Server};
use support::*;

const TRUSTED: &str = "MAILING_TLS_TRUSTED";
const GOOD: &str = "20491231";
const PEOPLE: u64 = 4;

/// Runs a test below in a process that trusts what it will write into a file.
fn in_a_process_that_trusts(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trusted.pem");
    let mut inner = Command::new(std::env::current_exe().unwrap());
    inner.args(["--exact", test, "--ignored", "--nocapture"]);
    // The one way in which every TLS library on Linux is told what to trust.
    inner.env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR").env(TRUSTED, &file);
    let ended = inner.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
}

/// The authority that this process trusts, if it is the inner one.
fn trusted() -> Option<Authority> {
    let file = std::env::var(TRUSTED).ok()?;
    let authority = Authority::new("Trusted");
    std::fs::write(file, authority.pem()).unwrap();
    Some(authority)
}

fn by(port: u16, tls: Tls) -> Relay {
    Relay {
        host: "localhost".into(),
        port,
        tls,
        user: Some("desk".into()),
        password: Some(mailing::Secret::new("canary-4711")),
    }
}

struct Scene {
    folder: tempfile::TempDir,
    store: Store,
    mailing: i64,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, PEOPLE as usize);
    let mailing = freeze(&store).id;
    Scene { folder, store, mailing }
}

impl Scene {
    fn send(&self, relay: &Relay) -> SendReport {
        let options = Hand::hasty().gives_up_soon().options(1);
        mailing::send(&self.store, self.mailing, relay, &options, |_| (), &StopSignal::new()).unwrap()
    }

    fn counts(&self) -> BTreeMap<DeliveryState, u64> {
        let counts = self.store.mailing(&edition()).unwrap().unwrap().counts;
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Everybody has at most one copy more than the ledger doubts, and nobody has another message.
    fn hold(&self, server: &Server) {
        for row in self.store.deliveries(self.mailing, None, None, 100).unwrap().deliveries {
            let copies = server.copies_for(&row.address);
            let told = usize::from(row.state == DeliveryState::Accepted) + usize::try_from(row.doubts).unwrap();
            assert!(!copies.is_empty() && copies.len() <= told, "{}: {} copies, {row:?}", row.address, copies.len());
            assert!(copies.iter().all(|copy| *copy == copies[0]), "{} got two different messages", row.address);
        }
    }
}

fn file_holds(folder: &Path, secret: &str) -> bool {
    let holds = |bytes: Vec<u8>| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| std::fs::read(entry.path()).is_ok_and(holds))
}

#[test]
fn a_relay_whose_tls_fails_hears_neither_password_nor_letter() {
    in_a_process_that_trusts("inside_tls_that_fails");
}

#[test]
#[ignore = "run by the test above, in a process that trusts the authority"]
fn inside_tls_that_fails() {
    let Some(authority) = trusted() else { return };
    let good = || authority.server("localhost", GOOD);
    let starttls = || Server::start().offers("STARTTLS").shows(good(), false);
    let shows = |config| Server::start().offers("STARTTLS").shows(config, false);
    let implicit = |config| Server::start().shows(config, true);
    let (many, upgrade, direct) = (usize::MAX, Tls::StartTls, Tls::Implicit);
    for (server, tls, code, words) in [
        // STARTTLS itself.
        (Server::start(), upgrade, "pause-unfit", "does not offer STARTTLS"),
        (starttls().on("starttls", Fault::Say("454 4.7.0 no TLS now"), many), upgrade, "pause-unreachable", "454"),
        (
            starttls().on("starttls", Fault::Say("220 go on\r\n250 injected"), many),
            upgrade,
            "pause-unreachable",
            "text before TLS",
        ),
        (starttls().on("starttls", Fault::Drop, many), upgrade, "pause-unreachable", "closed the connection"),
        // The handshake.
        (
            starttls().on("handshake", Fault::Say("250 what handshake"), many),
            upgrade,
            "pause-unreachable",
            "could not be made private",
        ),
        (starttls().on("handshake", Fault::Drop, many), upgrade, "pause-unreachable", "could not be made private"),
        (Server::start(), direct, "pause-unreachable", "could not be made private"),
        (
            starttls().on("handshake", Fault::Dribble(HASTE / 20), many),
            upgrade,
            "pause-unreachable",
            "the handshake did not end within 12 s",
        ),
        // Who it is.
        (shows(authority.server("localhost", "20210101")), upgrade, "pause-untrusted", "of `localhost` has expired"),
        (shows(authority.server("relay.example.org", GOOD)), upgrade, "pause-untrusted", "is not for `localhost`"),
        (
            shows(Authority::new("Stranger").server("localhost", GOOD)),
            upgrade,
            "pause-untrusted",
            "nobody that this computer trusts",
        ),
        (implicit(authority.server("localhost", "20210101")), direct, "pause-untrusted", "has expired"),
        (implicit(Authority::new("Trusted").server("localhost", GOOD)), direct, "pause-untrusted", "certificate of"),
    ] {
        let scene = scene();
        let report = scene.send(&by(server.port, tls));
        let MailingState::Paused { reason } = report.state else { panic!("{words}: {report:?}") };
        assert_eq!(reason.code(), code, "{words}: {reason}");
        assert!(reason.to_string().contains(words), "{words}: {reason}");
        assert_eq!(scene.counts(), BTreeMap::from([(DeliveryState::Queued, PEOPLE)]), "{words}");
        let heard = server.heard().join("\n");
        assert!(!heard.contains("AUTH") && !heard.contains("MAIL") && !heard.contains("DATA"), "{words}: {heard}");
        assert!(!file_holds(scene.folder.path(), "canary-4711"), "{words}");
        // When it is put right, everybody gets the letter, once.
        server.behave();
        let cured = server.offers("STARTTLS").shows(good(), tls == direct);
        scene.store.resume(scene.mailing, now()).unwrap();
        assert_eq!(scene.send(&by(cured.port, tls)).state, MailingState::Finished, "{words}");
        assert_eq!(scene.counts(), BTreeMap::from([(DeliveryState::Accepted, PEOPLE)]), "{words}");
        assert_eq!(cured.taken().len() as u64, PEOPLE, "{words}");
    }
}

#[test]
fn private_connections_that_are_cut_lose_nobody_and_double_nobody_unnamed() {
    in_a_process_that_trusts("inside_tls_that_is_cut");
}

#[test]
#[ignore = "run by the test above, in a process that trusts the authority"]
fn inside_tls_that_is_cut() {
    let Some(authority) = trusted() else { return };
    let third = |stage: &str| format!("{stage} p3@example.org");
    // Closed without a last word of TLS each time, as an attacker on the way would.
    for (stage, state, copies, doubts) in [
        ("mail", DeliveryState::Accepted, 1, 0),
        (&third("rcpt"), DeliveryState::Accepted, 1, 0),
        (&third("data"), DeliveryState::Accepted, 1, 0),
        (&third("dot"), DeliveryState::Accepted, 2, 1),
    ] {
        for tls in [Tls::StartTls, Tls::Implicit] {
            let scene = scene();
            let server = Server::start().offers("STARTTLS").on(stage, Fault::Drop, 1);
            let server = server.shows(authority.server("localhost", GOOD), tls == Tls::Implicit);
            let hand = Hand::new();
            for _ in 0..3 {
                let (options, relay) = (hand.options(1), by(server.port, tls));
                mailing::send(&scene.store, scene.mailing, &relay, &options, |_| (), &StopSignal::new()).ok();
                hand.forward(60);
            }
            let rows = scene.store.deliveries(scene.mailing, None, None, 9).unwrap().deliveries;
            let row = rows.iter().find(|row| row.address == "p3@example.org").unwrap();
            let got = server.copies_for(&row.address).len();
            assert_eq!((row.state, got, row.doubts), (state, copies, doubts), "{stage} {tls:?}");
            assert_eq!(scene.counts(), BTreeMap::from([(DeliveryState::Accepted, PEOPLE)]), "{stage}");
            scene.hold(&server);
        }
    }
}

#[test]
fn a_relay_is_knocked_at_without_signing_in() {
    in_a_process_that_trusts("inside_knocking");
}

#[test]
#[ignore = "run by the test above, in a process that trusts the authority"]
fn inside_knocking() {
    let Some(authority) = trusted() else { return };
    let patience = Patience::default();
    let offering = |config| Server::start().offers("STARTTLS").shows(config, false);
    for (server, tls, verdict, words) in [
        (offering(authority.server("localhost", GOOD)), Tls::StartTls, Verdict::Good, "its certificate is good"),
        (offering(authority.server("localhost", "20210101")), Tls::StartTls, Verdict::Wrong, "has expired"),
        (offering(authority.server("b.example", GOOD)), Tls::StartTls, Verdict::Wrong, "as its certificate is for"),
        (Server::start(), Tls::StartTls, Verdict::Wrong, "does not offer STARTTLS"),
        (Server::start(), Tls::None, Verdict::Good, "this computer itself"),
        (Server { port: 1, ..Server::start() }, Tls::StartTls, Verdict::Unknown, "no mail server listens there"),
    ] {
        let found = probe_relay(&by(server.port, tls), &patience);
        assert!(found.verdict == verdict && found.words.contains(words), "{words}: {found:?}");
        assert!(server.heard().iter().all(|line| !line.starts_with("AUTH")), "{:?}", server.heard());
    }
}
