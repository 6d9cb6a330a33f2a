//! What comes back from outside: whom it changes, what is kept of it, and how it is taken back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use mailing::{
    Catcher, Delivery, DeliveryState, Person, Reason, Recorded, Return, ReturnFilter, ReturnKind, ReturnSource,
    ReturnUndone, Status, Store, Trace,
};
use support::*;
use tempfile::TempDir;

const P1: &str = "p1@example.org";
const P2: &str = "p2@example.org";

/// An edition that a server accepted for so many people.
fn sent(count: usize) -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, count);
    let mailing = freeze(&store).id;
    let catcher = Catcher::start("127.0.0.1:0".parse().unwrap(), &folder.path().join("mail")).unwrap();
    send(&store, mailing, catcher.port(), &Hand::new(), 1);
    (store, folder)
}

fn delivery(store: &Store, address: &str) -> Delivery {
    let mailing = store.mailing(&edition()).unwrap().unwrap().id;
    let rows = store.deliveries(mailing, None, None, 100).unwrap().deliveries;
    rows.into_iter().find(|row| row.address == address).unwrap()
}

fn returned(kind: ReturnKind, trace: Trace) -> Return {
    Return {
        kind,
        source: ReturnSource::Inbox,
        traces: vec![trace],
        guessed: false,
        happened: now(),
        words: "550 5.1.1 no such user".into(),
        report: format!("raw {kind:?} p1@example.org").into_bytes(),
        mark: kind.word().into(),
    }
}

fn record(store: &Store, returned: &Return) -> i64 {
    match store.record_return(returned, now()).unwrap() {
        Recorded::New { id } => id,
        other => panic!("{other:?}"),
    }
}

fn standing(store: &Store, person: &str) -> (Status, Option<Reason>, DeliveryState) {
    let dossier = store.show(&address(person)).unwrap();
    let status = dossier.subscriber.unwrap().status;
    (status, dossier.suppression.map(|found| found.reason), delivery(store, person).state)
}

const FINE: (Status, Option<Reason>, DeliveryState) = (Status::Active, None, DeliveryState::Accepted);

#[test]
fn each_kind_changes_what_it_should_and_is_taken_back_whole() {
    use DeliveryState::{Accepted, Bounced, Failed};
    use ReturnKind as K;
    use Status::{Active, Unsubscribed};
    for (kind, expected) in [
        (K::HardBounce, (Status::Bounced, Some(Reason::Bounced), Bounced)),
        (K::SoftBounce, (Active, None, Failed)),
        (K::Delay, (Active, None, Accepted)),
        (K::Policy, (Active, None, Failed)),
        (K::Complaint, (Unsubscribed, Some(Reason::Complained), Accepted)),
        (K::Unsubscribe, (Unsubscribed, Some(Reason::Unsubscribed), Accepted)),
    ] {
        let (store, _folder) = sent(2);
        let before = delivery(&store, P1);
        let id = record(&store, &returned(kind, Trace::MessageId(before.message_id.clone())));
        assert_eq!(standing(&store, P1), expected, "{kind:?}");
        assert_eq!(standing(&store, P2), FINE, "{kind:?}");
        assert_eq!(store.undo_return(id, now()).unwrap(), ReturnUndone::Done { active: true });
        assert_eq!((standing(&store, P1), delivery(&store, P1).text), (FINE, before.text), "{kind:?}");
        assert_eq!(store.undo_return(id, now()).unwrap(), ReturnUndone::Before);
    }
}

#[test]
fn the_person_is_found_by_whatever_leads_to_them() {
    let token = |store: &Store| {
        let message = store.render_delivery(delivery(store, P1).id).unwrap().unwrap();
        let message = String::from_utf8(message).unwrap();
        message.split("unsubscribe%20").nth(1).unwrap().chars().take(32).collect::<String>()
    };
    for (word, trace) in [
        ("message_id", &(|store: &Store| Trace::MessageId(delivery(store, P1).message_id)) as &dyn Fn(&Store) -> Trace),
        ("return_path", &|store| Trace::ReturnPath(delivery(store, P1).message_id[..32].to_owned())),
        ("token", &|store| Trace::Token(token(store))),
        ("address", &|_| Trace::Address(address("P1@EXAMPLE.org"))),
    ] {
        let (store, _folder) = sent(3);
        record(&store, &returned(ReturnKind::Unsubscribe, trace(&store)));
        assert_eq!(standing(&store, P1).0, Status::Unsubscribed, "{word}");
        assert_eq!(standing(&store, P2), FINE);
        let listed = store.returns(&ReturnFilter::default()).unwrap().remove(0);
        assert_eq!((listed.known_by.as_str(), listed.address.as_deref()), (word, Some(P1)));
    }
}

#[test]
fn without_a_match_nobody_is_touched_and_nothing_is_written() {
    let (store, _folder) = sent(2);
    let stranger = address("stranger@example.org");
    for trace in [
        Trace::MessageId("unknown@magazine.example".into()),
        Trace::MessageId(String::new()),
        Trace::ReturnPath(String::new()),
        Trace::ReturnPath("%".into()),
        Trace::Token(String::new()),
        Trace::Address(stranger.clone()),
        Trace::Guess(stranger),
    ] {
        let outcome = store.record_return(&returned(ReturnKind::HardBounce, trace.clone()), now()).unwrap();
        assert_eq!(outcome, Recorded::Nobody, "{trace:?}");
    }
    assert_eq!((standing(&store, P1), standing(&store, P2)), (FINE, FINE));
    assert!(store.returns(&ReturnFilter::default()).unwrap().is_empty());
}

#[test]
fn a_bounce_for_somebody_who_was_never_written_to_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 1);
    let bounce = returned(ReturnKind::HardBounce, Trace::Address(address(P1)));
    assert_eq!(store.record_return(&bounce, now()).unwrap(), Recorded::Nobody);
    assert_eq!(store.show(&address(P1)).unwrap().subscriber.unwrap().status, Status::Active);
}

#[test]
fn a_guess_is_shown_and_changes_nobody() {
    let (store, _folder) = sent(1);
    record(&store, &returned(ReturnKind::HardBounce, Trace::Guess(address(P1))));
    assert_eq!(standing(&store, P1), FINE);
    assert_eq!(store.returns(&ReturnFilter::default()).unwrap()[0].known_by, "guess");
}

#[test]
fn the_same_report_counts_once() {
    let (store, _folder) = sent(1);
    let bounce = returned(ReturnKind::HardBounce, Trace::Address(address(P1)));
    let id = record(&store, &bounce);
    assert_eq!(store.record_return(&bounce, now()).unwrap(), Recorded::Again { id });
    store.undo_return(id, now()).unwrap();
    // Read again after it was taken back, it stays taken back.
    assert_eq!(store.record_return(&bounce, now()).unwrap(), Recorded::Again { id });
    assert_eq!(standing(&store, P1), FINE);
}

#[test]
fn reasons_are_taken_back_in_any_order() {
    use ReturnKind::{Complaint, HardBounce, Unsubscribe};
    let kinds = [HardBounce, Unsubscribe, Complaint];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (store, _folder) = sent(1);
        let ids = kinds.map(|kind| record(&store, &returned(kind, Trace::Address(address(P1)))));
        for (done, place) in order.into_iter().enumerate() {
            assert_ne!(standing(&store, P1).0, Status::Active, "{order:?}");
            let active = ReturnUndone::Done { active: done == 2 };
            assert_eq!(store.undo_return(ids[place], now()).unwrap(), active, "{order:?}");
        }
        assert_eq!(standing(&store, P1), FINE, "{order:?}");
    }
}

#[test]
fn what_the_desk_did_stands_when_a_return_is_taken_back() {
    let (store, _folder) = sent(1);
    store.unsubscribe(&address(P1), "by phone", now()).unwrap();
    let id = record(&store, &returned(ReturnKind::Complaint, Trace::Address(address(P1))));
    assert_eq!(store.undo_return(id, now()).unwrap(), ReturnUndone::Done { active: false });
    let kept = store.show(&address(P1)).unwrap().suppression.unwrap();
    assert_eq!((kept.reason, kept.note.as_str()), (Reason::Unsubscribed, "by phone"));

    let id =
        record(&store, &Return { mark: b"two".into(), ..returned(ReturnKind::Complaint, Trace::Address(address(P1))) });
    store.unsubscribe(&address(P1), "by phone again", now()).unwrap();
    assert_eq!(store.undo_return(id, now()).unwrap(), ReturnUndone::Done { active: false });
    assert_eq!(store.show(&address(P1)).unwrap().suppression.unwrap().note, "by phone again");
}

#[test]
fn erasure_takes_the_report_with_it_and_no_undo_brings_anyone_back() {
    let (store, _folder) = sent(2);
    let id = record(&store, &returned(ReturnKind::HardBounce, Trace::Address(address(P1))));
    assert!(!store.return_report(id).unwrap().unwrap().is_empty());
    store.forget(&address(P1), now()).unwrap();
    assert_eq!(store.return_report(id).unwrap().unwrap(), b"");
    let listed = store.returns(&ReturnFilter::default()).unwrap().remove(0);
    assert_eq!((listed.address, listed.words.as_str()), (None, ""));
    store.undo_return(id, now()).unwrap();
    assert_eq!(store.show(&address(P1)).unwrap().suppression.unwrap().reason, Reason::Erased);
}

#[test]
fn a_report_is_listed_by_kind_and_person_and_kept_as_it_was_read() {
    let (store, _folder) = sent(2);
    for (kind, person) in [(ReturnKind::HardBounce, P1), (ReturnKind::Policy, P2)] {
        record(&store, &returned(kind, Trace::Address(address(person))));
    }
    let only = |filter: ReturnFilter| store.returns(&filter).unwrap();
    let alerts = only(ReturnFilter { kinds: vec![ReturnKind::Policy], ..ReturnFilter::default() });
    assert_eq!((alerts.len(), alerts[0].address.as_deref()), (1, Some(P2)));
    let theirs = only(ReturnFilter { address: Some(address(P1)), ..ReturnFilter::default() });
    assert_eq!((theirs.len(), theirs[0].kind), (1, ReturnKind::HardBounce));
    assert_eq!(theirs[0].edition.as_deref(), Some("2026-q4/launch"));
    assert_eq!(store.return_report(theirs[0].id).unwrap().unwrap(), b"raw HardBounce p1@example.org");
    assert_eq!(only(ReturnFilter { limit: 1, ..ReturnFilter::default() }).len(), 1);
    let earlier = ReturnFilter { before: Some(alerts[0].id), ..ReturnFilter::default() };
    assert_eq!(only(earlier).len(), 1);
}

#[test]
fn a_suppressed_person_is_left_out_of_the_next_edition() {
    let (store, _folder) = sent(2);
    let id = record(&store, &returned(ReturnKind::HardBounce, Trace::Address(address(P1))));
    let audience = || store.preview_audience(&mailing::Audience::default()).unwrap().0;
    assert_eq!(audience(), 1);
    store.edit(&Person { name: "New name".into(), ..Person::new(address(P1)) }, now()).unwrap();
    assert_eq!(audience(), 1);
    store.undo_return(id, now()).unwrap();
    assert_eq!(audience(), 2);
}
