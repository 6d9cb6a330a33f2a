//! A list, a letter of a given size, and how fast and with how much memory they are sent: what `cargo xtask bench mail`
//! runs beside other programs.
//!
//! `rate prepare FOLDER PEOPLE BYTES ATTACHED KEY` freezes a mailing, signed by a key `rsa` or `ed25519` or by `none`;
//! `rate send FOLDER PORT CONNECTIONS [QUOTA]` sends it and prints what that took. Two programs' lives, so that the
//! memory of the second is the sender's alone. `rate render PEOPLE BYTES` writes every copy and sends none.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench says what it saw, and stops when it cannot go on"
)]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use mailing::{
    Address, Attachment, Audience, DkimKeys, Escape, ImportPlan, KeyKind, Letter, Occasion, Person, PersonField, Piece,
    Press, Recipient, Relay, Route, Seal, SendOptions, Spliced, StopSignal, Store, Tls,
};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| words[place].parse::<usize>().unwrap();
    let folder = Path::new(words.get(1).map_or("", String::as_str));
    match words[0].as_str() {
        "render" => render(number(1), number(2)),
        "prepare" => prepare(folder, number(2), number(3), number(4), words.get(5).map_or("none", String::as_str)),
        _ => send(folder, u16::try_from(number(2)).unwrap(), number(3), words.get(4).map(String::as_str)),
    }
}

const DOMAIN: &str = "example.org";
const SELECTOR: &str = "bench";

fn prepare(folder: &Path, people: usize, bytes: usize, attached: usize, key: &str) {
    let now = Timestamp::now();
    let store = Store::open(folder, now).unwrap();
    let rows: String = (1..=people).map(|n| format!("p{n}@example.org,Person {n}\n")).collect();
    let plan = ImportPlan {
        file_name: "list.csv".into(),
        source: "a bench".into(),
        basis: "invented people".into(),
        columns: Vec::new(),
        dry_run: false,
        ask: false,
    };
    let list = format!("email,name\n{rows}");
    store.import_csv(list.as_bytes(), &plan, now, &mut |_| ControlFlow::Continue(())).unwrap();
    let kind = match key {
        "rsa" => Some(KeyKind::Rsa),
        "ed25519" => Some(KeyKind::Ed25519),
        _ => None,
    };
    let seal = kind.map(|kind| {
        DkimKeys::in_folder(folder).make(DOMAIN, SELECTOR, kind).unwrap();
        Seal { domain: DOMAIN.into(), selectors: vec![SELECTOR.into()] }
    });
    let letter = Letter { seal, ..letter(bytes, attached) };
    store.freeze(&Occasion::edition("bench"), &letter, &Audience::default(), now).unwrap();
}

/// Every copy is written and thrown away, as a sender does once it is handed over.
fn render(people: usize, bytes: usize) {
    // Outside ASCII, as every mail with a name from Sibiu is.
    let line = "Orașul care ascultă: a hundred voices from the square, and what became of them.\n";
    let press = Press::new(letter_of(line, bytes, 0), Timestamp::now());
    let (begun, before) = (Instant::now(), cpu());
    let mut written = 0;
    for number in 0..people {
        let address = Address::parse(&format!("p{number}@example.org")).unwrap();
        let person = Person { name: format!("Person {number}"), ..Person::new(address) };
        written = press.copy(&Recipient::sample(person)).len();
    }
    let (took, cpu) = (begun.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "{}",
        serde_json::json!({ "messages": people, "bytes": written, "seconds": took, "cpu": cpu, "peak_kib": peak() })
    );
}

fn letter(bytes: usize, attached: usize) -> Letter {
    letter_of("The city that listens: a hundred voices from the square, and what became of them.\n", bytes, attached)
}

fn letter_of(line: &str, bytes: usize, attached: usize) -> Letter {
    let name = |escape| Piece::Field { field: PersonField::Name, fallback: Some("reader".into()), escape };
    let text = |escape, bytes: usize| {
        let rest = line.repeat(bytes / line.len());
        Spliced(vec![
            Piece::Fixed("Dear ".into()),
            name(escape),
            Piece::Fixed(format!(",\n{rest}Yours, ")),
            name(escape),
        ])
    };
    let from = Address::parse("desk@example.org").unwrap();
    let file = Attachment {
        file_name: "issue.pdf".into(),
        media_type: "application/pdf".into(),
        label: None,
        bytes: (0..attached).map(|n| u8::try_from(n * 31 % 251).unwrap_or(0)).collect(),
    };
    let letter = serde_json::json!({ "from_name": "Bench", "from": from, "list_id": "bench.example.org",
        "list_name": "Bench", "unsubscribe": from, "organisation": "Bench",
        "subject": Spliced(vec![Piece::Fixed("For ".into()), name(Escape::Text)]),
        "html": text(Escape::Html, bytes * 9 / 10), "text": text(Escape::Text, bytes / 10) });
    let letter: Letter = serde_json::from_value(letter).unwrap();
    Letter { attachments: if attached > 0 { vec![file] } else { Vec::new() }, ..letter }
}

/// Processor seconds of this program so far, its threads included; Linux counts hundredths.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory this program had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn send(folder: &Path, port: u16, connections: usize, quota: Option<&str>) {
    let store = Store::open(folder, Timestamp::now()).unwrap();
    let mailing = store.mailing(&Occasion::edition("bench")).unwrap().unwrap().id;
    let idle = peak();
    let relay = Relay { host: "127.0.0.1".into(), port, tls: Tls::None, user: None, password: None };
    let options = SendOptions { boot: "bench".into(), ..SendOptions::new(Arc::new(Timestamp::now)) };
    let (begun, before) = (Instant::now(), cpu());
    let allowance = quota.map(|quota| quota.parse().unwrap());
    let routes = [Route { allowance, ..Route::new(relay, connections) }];
    let report = mailing::send_over(&store, mailing, &routes, &options, |_| (), &StopSignal::new()).unwrap();
    let (took, cpu) = (begun.elapsed().as_secs_f64(), cpu() - before);
    let told = report.progress;
    println!(
        "{}",
        serde_json::json!({ "accepted": told.accepted, "seconds": took, "cpu": cpu, "commits": told.commits,
            "idle_kib": idle, "peak_kib": peak() })
    );
}
