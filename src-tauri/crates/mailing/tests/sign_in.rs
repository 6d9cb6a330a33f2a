//! What a relay lacks is reported as what it is, and nobody pays for it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use mailing::{DeliveryState, MailingState, PauseReason, Relay, Secret, StopSignal, Tls};
use support::scripted::Server;
use support::*;

/// Sends to three people by a relay that cannot serve, and answers why the mailing was paused.
fn paused(relay: &Relay) -> PauseReason {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 3);
    let mailing = freeze(&store).id;
    let options = Hand::new().options(2);
    let report = mailing::send(&store, mailing, relay, &options, |_| (), &StopSignal::new()).unwrap();
    assert_eq!(store.mailing(&edition()).unwrap().unwrap().count(DeliveryState::Queued), 3);
    let MailingState::Paused { reason } = report.state else { panic!("{report:?}") };
    reason
}

#[test]
fn starttls_that_is_missing_is_no_refused_sign_in_and_no_password_is_sent() {
    let server = Server::start();
    let password = Some(Secret::new("hunter2"));
    let relay = Relay { tls: Tls::StartTls, user: Some("desk".into()), password, ..relay(server.port) };
    let reason = paused(&relay);
    assert_eq!(reason.code(), "pause-unfit");
    assert!(reason.to_string().contains("STARTTLS"), "{reason}");
    assert!(
        server.heard().iter().all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL")),
        "{:?}",
        server.heard()
    );
}

#[test]
fn a_relay_that_lets_nobody_sign_in_is_no_refused_sign_in_either() {
    let server = Server::start().without("AUTH PLAIN");
    let relay = Relay { user: Some("desk".into()), password: Some(Secret::new("hunter2")), ..relay(server.port) };
    let reason = paused(&relay);
    assert_eq!(reason.code(), "pause-unfit");
    assert!(reason.to_string().contains("no way to sign in"), "{reason}");
}
