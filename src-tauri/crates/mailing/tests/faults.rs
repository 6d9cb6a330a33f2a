//! The promise of the sender under everything that kills, fills, breaks and delays: nobody is lost, extra copies are
//! few and named, and the states add up at every moment.
//!
//! These take minutes and other programs, so they are run by `cargo xtask test` and, with larger numbers from the
//! environment, by `cargo xtask bench faults`. Every sender here is a process of its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]
#![allow(clippy::print_stdout, reason = "what was counted is shown by `cargo xtask`")]

mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mailing::{DeliveryState, MailingState, Patience, PauseReason, SendOptions, StopSignal, Store, UncertainPolicy};
use support::post::{Manner, Post};
use support::scripted::{Fault, Server};
use support::*;

const FOLDER: &str = "MAILING_FAULTS_FOLDER";
const PORT: &str = "MAILING_FAULTS_PORT";
const LANES: &str = "MAILING_FAULTS_LANES";

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

fn options(connections: usize) -> SendOptions {
    SendOptions { connections, boot: "this start".into(), ..SendOptions::new(Arc::new(Timestamp::now)) }
}

/// Not a test of its own: the sender that the tests below start in a process of its own, and torment.
#[test]
#[ignore = "started and tormented by the tests beside it"]
fn the_sender_under_torment() {
    let (Ok(folder), Ok(port)) = (std::env::var(FOLDER), std::env::var(PORT)) else { return };
    let store = store(Path::new(&folder));
    let mailing = store.mailing(&edition()).unwrap().unwrap().id;
    let options = options(number(LANES, 4));
    let done = mailing::send(&store, mailing, &relay(port.parse().unwrap()), &options, |_| (), &StopSignal::new());
    std::process::exit(if done.is_ok() { 0 } else { 9 });
}

fn sender(folder: &Path, port: u16, lanes: usize, before: &[&str]) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut words: Vec<&std::ffi::OsStr> = before.iter().map(std::ffi::OsStr::new).collect();
    words.push(program.as_os_str());
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["--exact", "the_sender_under_torment", "--ignored"]);
    command.env(FOLDER, folder).env(PORT, port.to_string()).env(LANES, lanes.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

struct Scene {
    folder: tempfile::TempDir,
    store: Store,
    mailing: i64,
    post: Post,
    people: usize,
}

fn scene(people: usize, manner: Manner) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    support::people(&store, people);
    let mailing = store.freeze(&edition(), &letter(), &mailing::Audience::default(), now()).unwrap().id;
    let post = Post::open(folder.path(), manner);
    Scene { folder, store, mailing, post, people }
}

impl Scene {
    fn start(&self, lanes: usize, before: &[&str]) -> Child {
        sender(self.folder.path(), self.post.port, lanes, before)
    }

    /// The states add up at this moment, whatever is going on.
    fn adds_up(&self) {
        let summary = self.store.mailing(&edition()).unwrap().unwrap();
        assert_eq!(summary.counts.values().sum::<u64>(), self.people as u64);
    }

    fn state(&self) -> MailingState {
        self.store.mailing(&edition()).unwrap().unwrap().state
    }

    /// Goes on to the end, unless a fast machine was there before it was killed for the last time.
    fn finish(&self, lanes: usize) {
        if self.state() == MailingState::Running {
            assert!(self.start(lanes, &[]).wait().unwrap().success());
        }
        assert_eq!(self.state(), MailingState::Finished);
    }

    /// Holds the ledger against what the server took; answers how many extra copies there were.
    fn hold(&self) -> usize {
        self.adds_up();
        let mut copies = self.post.copies();
        let (mut extra, mut after, mut most) = (0, None, 0);
        loop {
            let page = self.store.deliveries(self.mailing, None, after, 1_000).unwrap();
            for row in page.deliveries {
                let got = copies.remove(&row.address).unwrap_or_default();
                assert!(got.iter().all(|id| *id == row.message_id), "{} got another message", row.address);
                let doubts = usize::try_from(row.doubts).unwrap();
                let accepted = usize::from(row.state == DeliveryState::Accepted);
                assert!(got.len() >= accepted, "{} was lost", row.address);
                assert!(got.len() <= accepted + doubts, "{}: {} copies, {row:?}", row.address, got.len());
                extra += got.len().saturating_sub(1);
                most = most.max(got.len());
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(copies.is_empty(), "somebody got it who is not in the ledger");
        assert!(most <= 3, "somebody got {most} copies");
        extra
    }

    fn nobody_is_missing(&self) {
        let got = self.post.copies().len();
        assert_eq!(got, self.people, "{} people got nothing", self.people - got);
    }
}

/// So often a large work is killed at most, on a machine that is never as fast as it was a moment ago.
const MOST_KILLS: usize = 64;
const TASK: &str = "MAILING_FAULTS_TASK";
/// So many people are taken in all at once, with the indexes laid aside, and frozen likewise.
const MANY: usize = 20_500;

fn rows(people: usize) -> String {
    let row = |n: usize| format!("q{n}@example{}.org,Person {n},Cluj,press\n", n % 50);
    (0..people).map(row).fold("email,name,city,tags\n".to_owned(), |text, row| text + &row)
}

fn import(store: &Store, text: &str) {
    store
        .import_csv(text.as_bytes(), &support::plan(), support::now(), &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
}

/// Not a test of its own: the desk that the test below starts in a process of its own, and kills at its large works.
#[test]
#[ignore = "started and killed by the test beside it"]
fn the_desk_under_torment() {
    let (Ok(folder), Ok(task)) = (std::env::var(FOLDER), std::env::var(TASK)) else { return };
    let store = store(Path::new(&folder));
    match task.as_str() {
        "import" => import(&store, &rows(MANY)),
        _ => drop(freeze(&store)),
    }
    std::process::exit(0);
}

/// What the list has, and what keeps it: people, words found, deliveries, mailings, indexes and triggers.
fn holds(folder: &Path) -> [u64; 5] {
    let store = store(folder);
    let found = store.search("person", 100_000).unwrap().len() as u64;
    let frozen = store.mailing(&edition()).unwrap();
    if let Some(mailing) = &frozen {
        assert_eq!(mailing.counts.values().sum::<u64>(), mailing.candidates);
    }
    let db = rusqlite::Connection::open(folder.join("subscribers.sqlite")).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)", []).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs();
    [
        store.count(&mailing::Filter::default()).unwrap(),
        found,
        count("SELECT count(*) FROM deliveries"),
        u64::from(frozen.is_some()),
        count("SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'trigger')"),
    ]
}

/// Kills a large work at moments spread over the time it takes; the list is then as before it or as after it. Answers how
/// many kills fell into the work: where one comes too late, since the machine is faster by now than when it was timed,
/// the next ones come sooner.
fn killed_in(task: &str, before: &dyn Fn(&Store), kills: u32) -> u32 {
    let start = |folder: &Path| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "the_desk_under_torment", "--ignored"]).env(FOLDER, folder).env(TASK, task);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    before(&store(folder.path()));
    let untouched = holds(folder.path());
    let copy = store(folder.path()).back_up(mailing::Why::Asked, support::now()).unwrap().path;
    let begun = Instant::now();
    assert!(start(folder.path()).wait().unwrap().success());
    let (mut took, done) = (begun.elapsed(), holds(folder.path()));
    assert_ne!(done, untouched);
    assert_eq!(done[4], untouched[4], "indexes were not made again");
    let (mut halfway, mut again) = (0, true);
    for number in (1..=kills).cycle().take(MOST_KILLS) {
        if number == 1 && halfway >= kills / 2 {
            break;
        }
        let folder = tempfile::tempdir().unwrap();
        Store::restore(folder.path(), &copy, support::now()).unwrap();
        let mut child = start(folder.path());
        thread::sleep(took * number / (kills + 1));
        let ended = child.try_wait().unwrap().is_some();
        kill(&mut child);
        let found = holds(folder.path());
        assert!(found == untouched || found == done, "killed in the middle of its {task}, the list holds {found:?}");
        halfway += u32::from(!ended && found == untouched);
        if ended {
            took = took * 2 / 3;
        }
        // And the work can be done again.
        if number >= kills / 2 && found == untouched && std::mem::take(&mut again) {
            assert!(start(folder.path()).wait().unwrap().success());
            assert_eq!(holds(folder.path()), done);
        }
    }
    halfway
}

#[test]
#[ignore = "takes a while; run by `cargo xtask test`"]
fn a_desk_killed_in_the_middle_of_a_large_work_leaves_the_list_whole() {
    let few = |store: &Store| support::people(store, 300);
    let many = |store: &Store| import(store, &rows(MANY));
    let (imports, freezes) = (killed_in("import", &few, 8), killed_in("freeze", &many, 8));
    assert!(imports > 3 && freezes > 3, "{imports} and {freezes} kills fell into the work");
    println!("figure: killed in the middle of {imports} bulk imports and {freezes} large freezes, every list whole");
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Kills at moments that fall into every stage, on a seed.
fn killed_at_random(kills: usize, people: usize, lanes: usize) {
    let scene = scene(people, Manner::Kind);
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64 ^ kills as u64;
    let mut happened = 0;
    for round in 0..kills {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = scene.start(lanes, &[]);
        let wanted = scene.post.accepted() + people / (kills + 2) * usize::from(round > 0);
        while scene.post.accepted() < wanted && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(dice >> 40 & 0x7FFF));
        happened += usize::from(child.try_wait().unwrap().is_none());
        kill(&mut child);
        scene.adds_up();
    }
    scene.finish(lanes);
    let extra = scene.hold();
    scene.nobody_is_missing();
    assert!(extra <= lanes * happened, "{extra} extra copies");
    println!(
        "figure: {happened} kills, {people} people, {lanes} connections: 0 lost, {extra} extra copies (bound {})",
        lanes * happened
    );
}

#[test]
#[ignore = "takes minutes; run by `cargo xtask test`"]
fn killed_at_random_nobody_is_lost() {
    let kills = number("MAILING_FAULTS_KILLS", 10);
    let people = number("MAILING_FAULTS_PEOPLE", 5_000);
    let lanes = std::env::var("MAILING_FAULTS_CONNECTIONS").unwrap_or_else(|_| "4".to_owned());
    for lanes in lanes.split(',') {
        killed_at_random(kills, people, lanes.parse().unwrap());
    }
}

const WRITES: &str = "write,pwrite64,writev,sendto,sendmsg,fdatasync,fsync,ftruncate";

#[test]
#[ignore = "needs strace; run by `cargo xtask test`"]
fn killed_at_every_nth_write_nobody_is_lost() {
    let scene = scene(1_500, Manner::Kind);
    let rounds = number("MAILING_FAULTS_WRITES", 24);
    let mut killed = 0;
    for round in 1..=rounds {
        // Each of the first calls, then wider steps: the first are start and recovery, the later ones the run.
        let call = if round <= 12 { round } else { 12 + (round - 12) * (round - 12) };
        let (trace, inject) = (format!("trace={WRITES}"), format!("inject={WRITES}:signal=KILL:when={call}"));
        let mut child = scene.start(2, &["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject]);
        killed += usize::from(!child.wait().unwrap().success());
        scene.adds_up();
    }
    assert!(killed > rounds / 2, "{killed} of {rounds} were killed");
    scene.finish(2);
    let extra = scene.hold();
    scene.nobody_is_missing();
    assert!(extra <= 2 * killed);
    println!("figure: killed at {killed} chosen writes, 0 lost, {extra} extra copies (bound {})", 2 * killed);
}

/// A power cut takes the journals along, which nobody writes through to the disk. What the ledger has of a relay that
/// takes its time is everything but the message in hand.
#[test]
fn after_a_power_cut_one_message_a_connection_is_in_doubt_where_each_takes_its_time() {
    const LANES: usize = 2;
    const EACH: Duration = Duration::from_millis(90);
    let scene = scene(60, Manner::Kind);
    scene.post.takes_at_most(0);
    let mut child = scene.start(LANES, &[]);
    for taken in (LANES..=20).step_by(LANES) {
        scene.post.wait_until_full(LANES);
        thread::sleep(EACH);
        scene.post.takes_at_most(taken);
        scene.post.wait_for(taken);
    }
    scene.post.wait_until_full(LANES);
    kill(&mut child);
    std::fs::remove_dir_all(scene.folder.path().join("sender-journal")).unwrap();
    scene.post.takes_all();
    scene.finish(LANES);
    scene.post.wait_until_empty();
    scene.hold();
    scene.nobody_is_missing();
    let rows = scene.store.deliveries(scene.mailing, None, None, 1_000).unwrap().deliveries;
    let doubts: u64 = rows.iter().map(|row| row.doubts).sum();
    assert!(doubts <= LANES as u64, "{doubts} people are in doubt");
}

/// A journal that has grown long begins anew. Killed before it is emptied or right after, what stood in it is in the
/// ledger.
#[test]
#[ignore = "needs strace; run by `cargo xtask test`"]
fn killed_while_a_journal_begins_anew_nobody_gets_a_copy_that_is_not_named() {
    for call in ["ftruncate", "lseek"] {
        let scene = scene(1_500, Manner::Wordy);
        let journal = scene.folder.path().join("sender-journal/0").to_string_lossy().into_owned();
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:signal=KILL:when=1"));
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, "-P", &journal];
        assert!(!scene.start(1, &strace).wait().unwrap().success(), "no journal began anew");
        scene.post.wait_until_empty();
        assert!(scene.post.accepted() < scene.people);
        scene.finish(1);
        assert!(scene.hold() <= 1, "{call}");
        scene.nobody_is_missing();
    }
}

/// Whether a sender ends by itself, and not well. One that goes on for ever took no notice either.
fn fails(child: &mut Child) -> bool {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            return !ended.success();
        }
        if Instant::now() > deadline {
            kill(child);
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// After a fault the sender ends by itself, nothing goes out that the ledger does not know, and it goes on later.
/// Where a file is named, only calls about it fail.
fn breaks_off(call: &str, error: &str, when: &str, file: Option<&str>) {
    let scene = scene(400, Manner::Kind);
    let path = file.map(|file| scene.folder.path().join(file).to_string_lossy().into_owned());
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}:when={when}"));
    let mut strace = vec!["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    strace.extend(path.iter().flat_map(|path| ["-P", path]));
    let mut child = scene.start(2, &strace);
    assert!(fails(&mut child), "{call} failed with {error} from {when} on, and the sender took no notice");
    scene.post.wait_until_empty();
    let before = scene.post.copies();
    // Whoever has a copy must be on disk as more than `queued`, or the next run would send another, unnamed.
    let early = scene.store.deliveries(scene.mailing, Some(DeliveryState::Queued), None, 1_000).unwrap().deliveries;
    assert!(early.iter().all(|row| !before.contains_key(&row.address)), "sent after the first failed commit");
    scene.finish(2);
    scene.hold();
    scene.nobody_is_missing();
}

#[test]
#[ignore = "needs strace; run by `cargo xtask test`"]
fn after_the_first_failed_commit_nothing_goes_out() {
    for (call, error, when) in [
        ("fdatasync,fsync", "EIO", "2+"),
        ("fdatasync,fsync", "EIO", "3+"),
        ("pwrite64", "ENOSPC", "40+"),
        ("pwrite64", "EIO", "90+"),
    ] {
        breaks_off(call, error, when, None);
    }
}

/// The disk fails elsewhere than at a commit: where the list is read, where a journal is made or written, where the
/// journals of the run before are removed.
#[test]
#[ignore = "needs strace; run by `cargo xtask test`"]
fn a_disk_that_fails_anywhere_ends_the_run_and_loses_nobody() {
    let journal = Some("sender-journal/0");
    for (call, error, when, file) in [
        ("pread64", "EIO", "30+", None),
        ("write", "EIO", "1+", journal),
        ("write", "ENOSPC", "5+", journal),
        ("mkdir,mkdirat", "EACCES", "1+", None),
    ] {
        breaks_off(call, error, when, file);
    }
}

#[test]
#[ignore = "mounts a small disk; run by `cargo xtask test`"]
fn a_full_disk_ends_the_run_and_room_lets_it_go_on() {
    let disk = tempfile::tempdir().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(disk.path()).status();
    if !mount.is_ok_and(|done| done.success()) {
        println!("not checked: a full disk, since mounting one is not permitted here");
        return;
    }
    let result = std::panic::catch_unwind(|| full(disk.path()));
    assert!(Command::new("umount").arg("-l").arg(disk.path()).status().unwrap().success());
    result.unwrap();
}

fn full(disk: &Path) {
    let outside = tempfile::tempdir().unwrap();
    let data = disk.join("data");
    let store = store(&data);
    support::people(&store, 2_000);
    let mailing = freeze(&store).id;
    let post = Post::open(outside.path(), Manner::Kind);
    post.takes_at_most(100);
    let filler = disk.join("filler");
    let mut child = sender(&data, post.port, 2, &[]);
    post.wait_for(100);
    // To the last byte; the copy fails when there is no room left, as it should.
    let _ = Command::new("sh")
        .arg("-c")
        .arg(format!("cat /dev/zero > {}", filler.display()))
        .stderr(Stdio::null())
        .status();
    post.takes_all();
    assert!(fails(&mut child), "the disk was full, and the sender took no notice");
    post.wait_until_empty();
    let before = post.copies();
    std::fs::remove_file(filler).unwrap();
    let early = store.deliveries(mailing, Some(DeliveryState::Queued), None, 5_000).unwrap().deliveries;
    assert!(early.iter().all(|row| !before.contains_key(&row.address)), "sent after the disk was full");
    assert!(sender(&data, post.port, 2, &[]).wait().unwrap().success());
    assert_eq!(post.copies().len(), 2_000);
}

#[test]
#[ignore = "mounts a small disk; run by `cargo xtask test`"]
fn a_full_disk_leaves_the_list_and_its_copies_whole() {
    let disk = tempfile::tempdir().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(disk.path()).status();
    if !mount.is_ok_and(|done| done.success()) {
        println!("not checked: a full disk under a copy of the list, since mounting one is not permitted here");
        return;
    }
    let result = std::panic::catch_unwind(|| no_room(&disk.path().join("data")));
    assert!(Command::new("umount").arg("-l").arg(disk.path()).status().unwrap().success());
    result.unwrap();
}

/// A list that fits once, but not twice, and an import that does not fit.
fn no_room(data: &Path) {
    let store = store(data);
    support::people(&store, 3_000);
    let copies = || mailing::Store::backups(data).unwrap();
    let copy = store.back_up(mailing::Why::Asked, support::now()).ok();
    let whole = copies();
    let full = (1..9)
        .find_map(|n| store.back_up(mailing::Why::Import, support::now() + jiff::SignedDuration::from_secs(n)).err());
    let full = full.expect("eight megabytes hold no such number of copies");
    assert!(full.code() == "store-full" || full.code() == "store-folder", "{full:?}");
    assert!(full.hint().contains("disk"), "{}", full.hint());
    assert!(copies().iter().all(|one| one.bytes > 0) && copies().len() >= whole.len());
    let parts = std::fs::read_dir(data.join("backups")).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(
        parts.filter(|path| path.extension().is_some_and(|end| end != "sqlite")).count(),
        0,
        "nothing half made"
    );
    let rows: String = (0..40_000).map(|n| format!("q{n}@example.org,Person {n}\n")).collect();
    let text = format!("email,name\n{rows}");
    let refused = store
        .import_csv(text.as_bytes(), &support::plan(), support::now(), &mut |_| std::ops::ControlFlow::Continue(()));
    let refused = refused.expect_err("40,000 people need more than is left");
    assert_eq!(refused.code(), "store-full", "{refused:?}");
    drop(store);
    let store = support::store(data);
    assert_eq!(store.count(&mailing::Filter::default()).unwrap(), 3_000);
    for one in copies().iter().map(|one| &one.path).chain(copy.iter().map(|one| &one.path)) {
        let elsewhere = tempfile::tempdir().unwrap();
        assert_eq!(mailing::Store::restore(elsewhere.path(), one, support::now()).unwrap().people, 3_000);
    }
}

#[test]
#[ignore = "takes a while; run by `cargo xtask test`"]
fn a_sender_that_was_suspended_goes_on_where_it_stood_and_with_nobody_who_left_meanwhile() {
    const LANES: usize = 4;
    let scene = scene(2_000, Manner::Kind);
    scene.post.takes_at_most(0);
    let mut child = scene.start(LANES, &[]);
    let signal = |name: &str| Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success();
    let mut left = Vec::new();
    for round in 1..=3 {
        scene.post.takes_at_most(round * 500);
        scene.post.wait_for(round * 500);
        // Every connection has a message at the door: nobody is on the way from there.
        scene.post.wait_until_full(LANES);
        let still = scene.post.accepted();
        let gone = loop {
            assert!(signal("-STOP"));
            scene.adds_up();
            // Whom it had claimed ahead and not handed over when it was suspended; one a connection is at the dot.
            let claimed = scene.store.deliveries(scene.mailing, Some(DeliveryState::Sending), None, 1_000).unwrap();
            let sent = scene.post.copies();
            let gone = claimed.deliveries.into_iter().map(|row| row.address);
            let gone: Vec<String> = gone.filter(|address| !sent.contains_key(address)).collect();
            let leave = |address: &String| scene.store.unsubscribe(&support::address(address), "", support::now());
            match gone.iter().try_for_each(|address| leave(address).map(drop)) {
                Ok(()) => break gone,
                // Suspended in the middle of a write it holds the list: then at another moment.
                Err(mailing::StoreError::Held(_)) => assert!(signal("-CONT")),
                Err(other) => panic!("{other}"),
            }
        };
        left.push(gone);
        thread::sleep(Duration::from_millis(1_200));
        assert_eq!(scene.post.accepted(), still);
        assert!(signal("-CONT"));
    }
    scene.post.takes_all();
    assert!(child.wait().unwrap().success());
    assert_eq!(scene.hold(), 0);
    let copies = scene.post.copies();
    for gone in &left {
        let sent = gone.iter().filter(|address| copies.contains_key(*address)).count();
        assert!(sent <= LANES, "{sent} of {} who left while it was suspended were sent to", gone.len());
    }
    println!("figure: {} people left while the sender was suspended with their mail", left.iter().flatten().count());
    let missing = left.iter().flatten().filter(|address| !copies.contains_key(*address)).count();
    assert_eq!(copies.len() + missing, scene.people);
}

/// While another program holds the list, an import perhaps, nothing goes out that is not on disk; then it goes on.
#[test]
fn a_list_that_another_program_holds_is_waited_for() {
    let scene = scene(600, Manner::Kind);
    scene.post.takes_at_most(100);
    let other = rusqlite::Connection::open(scene.folder.path().join("subscribers.sqlite")).unwrap();
    other.busy_timeout(Duration::from_secs(120)).unwrap();
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |now: &mailing::SendProgress| told.lock().unwrap().extend(now.trouble.clone());
    let report = thread::scope(|scope| {
        let (store, port, mailing) = (&scene.store, scene.post.port, scene.mailing);
        let sending =
            scope.spawn(move || mailing::send(store, mailing, &relay(port), &options(4), progress, &StopSignal::new()));
        scene.post.wait_for(100);
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        scene.post.takes_all();
        while !told.lock().unwrap().iter().any(|words| words.contains("another program holds the list")) {
            assert!(!sending.is_finished(), "it did not wait for the list");
            thread::sleep(Duration::from_millis(1));
        }
        // Time enough to do what must not be done. What was claimed durably before may still go out.
        thread::sleep(Duration::from_millis(1_500));
        let queued = store.deliveries(mailing, Some(DeliveryState::Queued), None, 1_000).unwrap().deliveries;
        let copies = scene.post.copies();
        assert!(!queued.is_empty(), "everything was claimed before the list was held");
        assert!(
            queued.iter().all(|row| !copies.contains_key(&row.address)),
            "sent while the ledger could not be written"
        );
        other.execute_batch("COMMIT").unwrap();
        sending.join().unwrap().unwrap()
    });
    assert_eq!(report.state, MailingState::Finished, "{report:?}");
    assert_eq!(scene.hold(), 0);
    scene.nobody_is_missing();
}

#[test]
#[ignore = "takes a while; run by `cargo xtask test`"]
fn two_senders_at_once_send_no_copy_twice() {
    let scene = scene(2_000, Manner::Kind);
    let mut children: Vec<Child> = (0..4).map(|_| scene.start(2, &[])).collect();
    let ended: Vec<bool> = children.iter_mut().map(|child| child.wait().unwrap().success()).collect();
    assert!(ended.iter().any(|done| *done));
    assert_eq!(scene.hold(), 0);
    scene.nobody_is_missing();
}

#[test]
#[ignore = "takes a while; run by `cargo xtask test`"]
fn five_percent_refused_cause_no_reconnect() {
    let scene = scene(2_000, Manner::RefusesFivePercent);
    assert!(scene.start(4, &[]).wait().unwrap().success());
    scene.hold();
    let summary = scene.store.mailing(&edition()).unwrap().unwrap();
    assert_eq!((summary.count(DeliveryState::Accepted), summary.count(DeliveryState::Failed)), (1_900, 100));
    assert_eq!(scene.post.guests.load(Ordering::SeqCst), 4);
}

/// Sends to two people through a relay that dribbles at one stage; answers where the mailing stands, and what was
/// tried for the first of them.
fn dribbled(stage: &str, without: &'static str) -> (MailingState, Vec<String>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    support::people(&store, 2);
    let mailing = freeze(&store).id;
    // Any reply takes longer than one has patience, and none of its bytes as long.
    let server = Server::start().without(without).offers("STARTTLS");
    let server = server.on(stage, Fault::Dribble(HASTE / 3), 1);
    let patience = Patience { connect: HASTE, greeting: HASTE, command: HASTE, message: HASTE, after_dot: HASTE };
    // Where the fault is about one message, the next attempt goes through.
    let hand = if stage == "mail" { Hand::new() } else { Hand::new().gives_up_soon() };
    let options = SendOptions { patience, ..hand.options(1) };
    let tls = if stage == "starttls" { mailing::Tls::StartTls } else { mailing::Tls::None };
    let relay = mailing::Relay {
        user: Some("desk".into()),
        password: Some(mailing::Secret::new("secret")),
        tls,
        ..relay(server.port)
    };
    let report = mailing::send(&store, mailing, &relay, &options, |_| (), &StopSignal::new()).unwrap();
    let tried = store.attempts(1).unwrap().into_iter().map(|attempt| attempt.outcome).collect();
    (report.state, tried, server.copies_for("p1@example.org").len())
}

/// The deadline is for the whole of a reply, at every stage; what the silence means is what it always means there.
#[test]
fn a_server_that_dribbles_gains_no_time_at_any_stage() {
    let cases = [
        ("greeting", &[][..], 0),
        ("ehlo", &[], 0),
        ("starttls", &[], 0),
        ("auth", &[], 0),
        ("mail", &["not_sent", "accepted"], 1),
        ("rcpt p1@example.org", &["postponed"], 0),
        ("data p1@example.org", &["postponed"], 0),
        ("dot p1@example.org", &["uncertain", "accepted"], 2),
    ];
    thread::scope(|scope| {
        for (stage, expected, copies) in cases {
            for without in ["", "PIPELINING"] {
                scope.spawn(move || {
                    let (state, tried, got) = dribbled(stage, without);
                    assert_eq!(
                        (tried.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), got),
                        (expected, copies),
                        "{stage}"
                    );
                    let unreachable = matches!(state, MailingState::Paused { reason: PauseReason::Unreachable { .. } });
                    assert_eq!(unreachable, expected.is_empty(), "{stage}: {state:?}");
                });
            }
        }
    });
}

#[test]
fn clocks_that_jump_lose_nobody() {
    let scene = scene(3_000, Manner::Kind);
    let hand = Hand::new();
    let options = SendOptions { uncertain: UncertainPolicy::Resend, ..hand.options(4) };
    thread::scope(|scope| {
        let (store, port, mailing) = (&scene.store, scene.post.port, scene.mailing);
        let sending =
            scope.spawn(move || mailing::send(store, mailing, &relay(port), &options, |_| (), &StopSignal::new()));
        for jump in [600, -1_200, 60 * 24 * 400, -60 * 24 * 401, 5, -5].into_iter().cycle() {
            if sending.is_finished() {
                break;
            }
            hand.forward(jump);
            thread::sleep(Duration::from_millis(20));
        }
        sending.join().unwrap().unwrap();
    });
    // Nobody was put off, so no time of day is a reason to end before everybody has it.
    assert_eq!(scene.state(), MailingState::Finished);
    assert_eq!(scene.hold(), 0);
    scene.nobody_is_missing();
}
