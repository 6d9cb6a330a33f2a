//! What the tests share: a list of people, a letter, a clock, and a scripted mail server.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

pub(crate) mod authority;
pub(crate) mod dns;
pub(crate) mod post;
pub(crate) mod scripted;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use mailing::{
    Address, Audience, Backoff, Escape, ImportPlan, ImportReport, Letter, MailingSummary, Occasion, Patience,
    PersonField, Piece, Relay, SendOptions, SendReport, Spliced, StopSignal, Store, Tls,
};

pub(crate) fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

pub(crate) fn later() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn store(folder: &Path) -> Store {
    Store::open(folder, now()).unwrap()
}

pub(crate) fn plan() -> ImportPlan {
    ImportPlan {
        file_name: "list.csv".into(),
        source: "fair 2025".into(),
        basis: "signed up for the newsletter".into(),
        columns: Vec::new(),
        dry_run: false,
        ask: false,
    }
}

pub(crate) fn import(store: &Store, bytes: impl AsRef<[u8]>) -> ImportReport {
    store.import_csv(bytes.as_ref(), &plan(), now(), &mut |_| ControlFlow::Continue(())).unwrap()
}

/// A list of `count` people, `p1@example.org` and so on.
pub(crate) fn people(store: &Store, count: usize) {
    let rows: String = (1..=count).map(|n| format!("p{n}@example.org,Person {n}\n")).collect();
    import(store, format!("email,name\n{rows}"));
}

pub(crate) fn letter() -> Letter {
    let name = |escape| Piece::Field { field: PersonField::Name, fallback: Some("reader".into()), escape };
    let text = |escape| {
        Spliced(vec![Piece::Fixed("Dear ".into()), name(escape), Piece::Fixed(",\nthe issue is out.\n".into())])
    };
    Letter {
        from_name: "Smart City Magazine".into(),
        from: address("desk@magazine.example"),
        reply_to: None,
        list_id: "news.magazine.example".into(),
        list_name: "Magazine news".into(),
        unsubscribe: address("leave@magazine.example"),
        unsubscribe_box: None,
        edition: "2026-q4/launch".into(),
        organisation: "WSCO".into(),
        subject: "The issue is out".into(),
        html: text(Escape::Html),
        text: text(Escape::Text),
        pictures: Vec::new(),
        attachments: Vec::new(),
        return_path: None,
        seal: None,
    }
}

pub(crate) fn edition() -> Occasion {
    Occasion::edition("2026-q4/launch")
}

pub(crate) fn freeze(store: &Store) -> MailingSummary {
    store.freeze(&edition(), &letter(), &Audience::default(), now()).unwrap()
}

/// How long a server is waited for where a test wants to see it given up. Most of that test is this wait, in which
/// others run.
pub(crate) const HASTE: Duration = Duration::from_secs(12);

/// A clock that stands still until it is set forward.
#[derive(Clone)]
pub(crate) struct Hand {
    clock: Arc<AtomicI64>,
    patience: Patience,
    give_up: Duration,
}

impl Hand {
    pub(crate) fn new() -> Hand {
        // For what does not happen: no server of these tests is silent by chance, however slow the machine.
        let long = Duration::from_secs(120);
        let patience = Patience { connect: long, greeting: long, command: long, message: long, after_dot: long };
        Hand { clock: Arc::new(AtomicI64::new(now().as_millisecond())), patience, give_up: long }
    }

    /// One whose senders give up on a silent server, and not on one whose machine stands still for a while.
    pub(crate) fn hasty() -> Hand {
        let hand = Hand::new();
        let patience = Patience { connect: HASTE, command: HASTE, after_dot: HASTE, ..hand.patience };
        Hand { patience, ..hand }
    }

    /// One whose senders soon give a relay up that nothing gets through to.
    pub(crate) fn gives_up_soon(self) -> Hand {
        Hand { give_up: Duration::from_secs(1), ..self }
    }

    pub(crate) fn forward(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    pub(crate) fn options(&self, connections: usize) -> SendOptions {
        let hand = self.clone();
        let ms = Duration::from_millis;
        let patience = self.patience.clone();
        let backoff = Backoff { first: ms(5), most: ms(20), give_up: self.give_up };
        SendOptions { connections, patience, backoff, ..SendOptions::new(Arc::new(move || hand.now())) }
    }
}

pub(crate) fn relay(port: u16) -> Relay {
    Relay { host: "127.0.0.1".into(), port, tls: Tls::None, user: None, password: None }
}

pub(crate) fn send(store: &Store, mailing: i64, port: u16, hand: &Hand, connections: usize) -> SendReport {
    mailing::send(store, mailing, &relay(port), &hand.options(connections), |_| (), &StopSignal::new()).unwrap()
}
