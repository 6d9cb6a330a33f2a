//! A list of invented people, and what importing, freezing, searching and counting it takes: what
//! `cargo xtask bench lists` runs beside SQLite's own program.
//!
//! `lists make FILE PEOPLE` writes a CSV file, `lists import FOLDER FILE` imports it into a list, `lists ask FOLDER`
//! freezes an edition for everybody and asks the list what the desk asks it. Three programs' lives, so that the memory
//! of each is its own.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench says what it saw, and stops when it cannot go on"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use mailing::{Address, Audience, ImportPlan, Letter, Occasion, Piece, Segment, Spliced, Store};
use serde_json::json;

const FIRST: [&str; 16] = [
    "Ana", "Ion", "Maria", "Andrei", "Elena", "Mihai", "Ioana", "Radu", "Sofia", "Luca", "Irina", "Paul", "Clara",
    "Victor", "Nadia", "Emil",
];
const LAST: [&str; 16] = [
    "Popescu", "Ionescu", "Radu", "Stan", "Dumitru", "Smith", "Garcia", "Müller", "Rossi", "Novak", "Silva", "Jensen",
    "Kovács", "Țurcanu", "Marin", "Dobre",
];
const PLACES: [(&str, &str, &str); 8] = [
    ("Cluj-Napoca", "RO", "ro"),
    ("Iași", "RO", "ro"),
    ("București", "RO", "ro"),
    ("Chișinău", "MD", "ro"),
    ("Barcelona", "ES", "es"),
    ("Wien", "AT", "de"),
    ("Lisboa", "PT", "pt"),
    ("London", "GB", "en"),
];
const TAGS: [&str; 8] = ["press", "mayor", "planner", "vip", "event 2025", "student", "supplier", "research"];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let path = Path::new(&words[1]);
    match words[0].as_str() {
        "make" => make(path, words[2].parse().unwrap()),
        "import" => import(path, Path::new(&words[2])),
        _ => ask(path),
    }
}

/// Addresses come in no order, as in any list that grew: each index is written all over.
fn make(file: &Path, people: u64) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    out.write_all(b"email,name,city,country,language,tags,consent date\n").unwrap();
    for n in 0..people {
        // An odd factor makes every number another one, so that nobody is there twice.
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let pick = |shift: u32, of: usize| (mixed >> shift) as usize % of;
        let (first, last) = (FIRST[pick(60, 16)], LAST[pick(52, 16)]);
        let (city, country, language) = PLACES[pick(44, 8)];
        let (one, two) = (TAGS[pick(40, 8)], TAGS[pick(34, 8)]);
        writeln!(
            out,
            "{}{mixed:016x}@example{}.org,{first} {last},{city},{country},{language},\"{one}, {two}\",20{:02}-{:02}-{:02}",
            first.to_lowercase(),
            pick(30, 100),
            16 + pick(26, 10),
            1 + pick(20, 12),
            1 + pick(14, 28),
        )
        .unwrap();
    }
    out.flush().unwrap();
}

fn import(folder: &Path, file: &Path) {
    let store = Store::open(folder, Timestamp::now()).unwrap();
    let plan = ImportPlan {
        file_name: "list.csv".into(),
        source: "a bench".into(),
        basis: "invented people".into(),
        columns: Vec::new(),
        dry_run: false,
        ask: false,
    };
    let mut file = File::open(file).unwrap();
    let (begun, before) = (Instant::now(), cpu());
    let report = store.import(&mut file, &plan, Timestamp::now(), &mut |_| ControlFlow::Continue(())).unwrap();
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "{}",
        json!({ "new": report.new, "unchanged": report.unchanged, "seconds": seconds, "cpu": cpu, "peak_kib": peak() })
    );
}

fn ask(folder: &Path) {
    let store = Store::open(folder, Timestamp::now()).unwrap();
    let begun = Instant::now();
    let frozen = store
        .freeze(&Occasion::edition("bench"), &letter(), &Audience::default(), Timestamp::now())
        .unwrap()
        .candidates;
    let freeze = begun.elapsed().as_secs_f64();
    // As one types a name and an address, letter by letter.
    let typed =
        ["ana popescu", "țurc", "maria smith", "victor0", "org", "pop an", "sofia dobre", "an pop", "zzz", "paul p"];
    let keys = typed.iter().flat_map(|text| (1..=text.chars().count()).map(|to| text.chars().take(to).collect()));
    let timed = |text: String| (milliseconds(|| drop(store.search(&text, 50).unwrap())), text);
    let timed: Vec<(f64, String)> = keys.map(timed).collect();
    let slowest = timed.iter().max_by(|one, other| one.0.total_cmp(&other.0)).cloned().unwrap_or_default();
    let searches: Vec<f64> = timed.iter().map(|(took, _)| *took).collect();
    let count = |text: &str| {
        let segment: Segment = text.parse().unwrap();
        median((0..5).map(|_| milliseconds(|| drop(store.count_segment(&segment).unwrap()))).collect())
    };
    println!(
        "{}",
        json!({
            "frozen": frozen,
            "freeze_seconds": freeze,
            "search_most": share(searches.clone(), 0.95),
            "search_worst": slowest.0,
            "slowest_key": slowest.1,
            "search": median(searches),
            "two": count("country = RO and language = ro"),
            "two_with_tag": count("country = RO and tag = press"),
            "three": count("country = RO and tag = press and city in (Iași, \"Cluj-Napoca\")"),
        })
    );
}

fn letter() -> Letter {
    let from = Address::parse("desk@example.org").unwrap();
    let text = Spliced(vec![Piece::Fixed("The issue is out.\n".into())]);
    let letter = json!({ "from_name": "Bench", "from": from, "list_id": "bench.example.org", "list_name": "Bench",
        "unsubscribe": from, "organisation": "Bench", "subject": Spliced(vec![Piece::Fixed("Out".into())]),
        "html": text, "text": text });
    serde_json::from_value(letter).unwrap()
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn median(all: Vec<f64>) -> f64 {
    share(all, 0.5)
}

/// What so large a share of all is not above.
fn share(mut all: Vec<f64>, part: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get((all.len() as f64 * part) as usize).copied().unwrap_or(0.0)
}

/// Processor seconds of this program so far; Linux counts hundredths.
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
