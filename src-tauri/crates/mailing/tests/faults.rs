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
use mailing::{DeliveryState, MailingState, Patience, SendOptions, StopSignal, Store, UncertainPolicy};
use support::post::{Manner, Post};
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

/// After a fault the sender ends by itself, nothing goes out that the ledger does not know, and it goes on later.
fn breaks_off(call: &str, error: &str, when: &str) {
    let scene = scene(400, Manner::Kind);
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}:when={when}"));
    let mut child = scene.start(2, &["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject]);
    let ended = child.wait().unwrap();
    let before = scene.post.copies();
    assert!(!ended.success(), "{call} failed with {error} from {when} on, and the sender took no notice");
    thread::sleep(Duration::from_millis(200));
    assert_eq!(scene.post.copies(), before);
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
        breaks_off(call, error, when);
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
    let filler = disk.join("filler");
    let mut child = sender(&data, post.port, 2, &[]);
    while post.accepted() < 100 {
        thread::sleep(Duration::from_millis(1));
    }
    // To the last byte; the copy fails when there is no room left, as it should.
    let _ = Command::new("sh")
        .arg("-c")
        .arg(format!("cat /dev/zero > {}", filler.display()))
        .stderr(Stdio::null())
        .status();
    let ended = child.wait().unwrap();
    let before = post.copies();
    assert!(!ended.success(), "the disk was full, and the sender took no notice");
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
fn a_sender_that_was_suspended_goes_on_where_it_stood() {
    let scene = scene(2_000, Manner::Kind);
    let mut child = scene.start(4, &[]);
    let signal = |name: &str| Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success();
    for _ in 0..3 {
        let wanted = scene.post.accepted() + 200;
        while scene.post.accepted() < wanted {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(signal("-STOP"));
        thread::sleep(Duration::from_millis(700));
        let still = scene.post.bytes();
        thread::sleep(Duration::from_millis(300));
        assert_eq!(scene.post.bytes(), still);
        scene.adds_up();
        assert!(signal("-CONT"));
    }
    assert!(child.wait().unwrap().success());
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

#[test]
fn a_server_that_dribbles_gains_no_time() {
    let scene = scene(2, Manner::Dribbles(Duration::from_millis(150)));
    let second = Duration::from_secs(1);
    let patience = Patience { connect: second, greeting: second, command: second, message: second, after_dot: second };
    let backoff = mailing::Backoff {
        first: Duration::from_millis(10),
        most: Duration::from_millis(50),
        give_up: Duration::from_millis(2_500),
    };
    let options = SendOptions { patience, backoff, ..options(1) };
    let begun = Instant::now();
    let stop = StopSignal::new();
    let report = mailing::send(&scene.store, scene.mailing, &relay(scene.post.port), &options, |_| (), &stop).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert!(matches!(report.state, MailingState::Paused { .. }), "{report:?}");
    scene.hold();
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
    hand.forward(60 * 24 * 3_000);
    if scene.store.mailing(&edition()).unwrap().unwrap().state == MailingState::Running {
        send(&scene.store, scene.mailing, scene.post.port, &hand, 2);
    }
    assert_eq!(scene.hold(), 0);
    scene.nobody_is_missing();
}
