//! Erasing somebody leaves no byte of their address in any file of the data folder; copies are whole or are not there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use mailing::{
    Audience, Catcher, Change, Consent, Filter, MailingState, Occasion, PauseReason, Person, Reason, Store, StoreError,
    Why,
};
use support::*;

const CANARY: &str = "Canary.Zephyrine@primaria-cheia.ro";

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The files in which a text stands, whatever its case.
fn standing(folder: &Path, text: &str) -> Vec<PathBuf> {
    let text = text.to_lowercase().into_bytes();
    let has = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap().to_ascii_lowercase();
        bytes.windows(text.len()).any(|window| window == text)
    };
    files(folder).into_iter().filter(has).collect()
}

/// A list of 3,000 with the canary in its midst, mailed, rehearsed, noted, imported twice, backed up.
fn busy(folder: &Path) -> Store {
    let store = store(folder);
    let rows =
        |from: usize, to: usize| (from..to).map(|n| format!("p{n}@example.org,Person {n},Cluj\n")).collect::<String>();
    import(&store, format!("email,name,city\n{}{CANARY},Canary,Cheia\n{}", rows(0, 1_500), rows(1_500, 3_000)));
    store.back_up(Why::Asked, now()).unwrap();
    import(&store, format!("email,name,city\n{CANARY},Canary Z,Turda\n"));
    store.note(&address(CANARY), "called", now()).unwrap();
    store.change(&address("p7@example.org"), &Change { tag: vec!["x".into()], ..Change::default() }, now()).unwrap();
    store.freeze(&edition(), &letter(), &Audience::default(), now()).unwrap();
    store.suppress(&address(CANARY), Reason::Bounced, &format!("550 <{CANARY}> unknown"), now()).unwrap();
    rehearse(folder);
    store
}

fn rehearse(folder: &Path) {
    use std::io::{BufRead, BufReader, Write};
    let catcher = Catcher::start("127.0.0.1:0".parse().unwrap(), &folder.join("rehearsals/2026-q4-launch")).unwrap();
    for to in ["p1@example.org", CANARY, "p2@example.org"] {
        let mut socket = std::net::TcpStream::connect(("127.0.0.1", catcher.port())).unwrap();
        let said = format!(
            "EHLO x\r\nMAIL FROM:<a@b.ro>\r\nRCPT TO:<{to}>\r\nDATA\r\nTo: {to}\r\nMessage-ID: <{}@x>\r\n\r\nHello\r\n.\r\nQUIT\r\n",
            to.len()
        );
        socket.write_all(said.as_bytes()).unwrap();
        assert!(BufReader::new(socket).lines().map_while(Result::ok).any(|line| line.contains("caught")));
    }
    catcher.stop();
}

#[test]
fn no_byte_of_an_erased_address_is_left_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = busy(folder.path());
    assert!(standing(folder.path(), CANARY).len() >= 5, "{:?}", standing(folder.path(), CANARY));
    assert!(store.forget(&address(CANARY), now()).unwrap());
    assert_eq!(standing(folder.path(), CANARY), Vec::<PathBuf>::new());
    assert_eq!(standing(folder.path(), "zephyrine"), Vec::<PathBuf>::new(), "nor a word of it in the search index");
    let left = store.show(&address(CANARY)).unwrap();
    assert_eq!((left.subscriber, left.suppression.unwrap().reason), (None, Reason::Erased));
    assert_eq!(store.count(&Filter::default()).unwrap(), 3_000);
    let shelf = folder.path().join("rehearsals/2026-q4-launch");
    let mbox = fs::read_to_string(shelf.join("caught.mbox")).unwrap();
    assert!(mbox.contains("p1@example.org") && mbox.contains("p2@example.org"));
    let copy = files(&folder.path().join("backups")).remove(0);
    let other = tempfile::tempdir().unwrap();
    assert_eq!(Store::restore(other.path(), &copy, now()).unwrap().people, 3_000);
    assert_eq!(import(&support::store(other.path()), format!("email\n{CANARY}\n")).suppressed, 1);
}

/// A page that was rebuilt, or an older program, can leave bytes of a row where no table has one.
#[test]
fn what_stands_in_no_row_any_more_goes_with_an_erasure_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 3);
    let careless = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    careless.pragma_update(None, "secure_delete", false).unwrap();
    careless.execute_batch("CREATE TABLE scratch (text TEXT)").unwrap();
    careless.execute("INSERT INTO scratch VALUES (?1)", [CANARY]).unwrap();
    careless.execute_batch("DROP TABLE scratch; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(careless);
    assert_eq!(standing(folder.path(), CANARY), [folder.path().join("subscribers.sqlite")]);
    store.forget(&address(CANARY), now()).unwrap();
    assert_eq!(standing(folder.path(), CANARY), Vec::<PathBuf>::new());
}

#[test]
fn a_file_that_another_program_holds_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = busy(folder.path());
    let reader = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM subscribers;").unwrap();
    reader.query_row("SELECT count(*) FROM subscribers", [], |row| row.get::<_, i64>(0)).unwrap();
    reader.busy_timeout(std::time::Duration::ZERO).unwrap();
    let begun = std::time::Instant::now();
    let held = store.forget(&address(CANARY), now());
    assert!(matches!(held, Err(StoreError::Remains { .. })), "{held:?}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(45), "somebody waits for the answer");
    drop(reader);
    store.forget(&address(CANARY), now()).unwrap();
    assert_eq!(standing(folder.path(), CANARY), Vec::<PathBuf>::new());
}

#[test]
fn a_restored_list_forgets_nobody_who_left_and_sends_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 5);
    store.freeze(&edition(), &letter(), &Audience::default(), now()).unwrap();
    let copy = store.back_up(Why::Asked, now()).unwrap();
    store.unsubscribe(&address("p1@example.org"), "by mail", later()).unwrap();
    store.forget(&address("p2@example.org"), later()).unwrap();
    let after = Occasion::edition("2026-q4/after");
    store.freeze(&after, &letter(), &Audience::default(), later()).unwrap();
    drop(store);
    let restored = Store::restore(folder.path(), &copy.path, later()).unwrap();
    assert_eq!((restored.people, restored.mailings, restored.paused), (4, 1, 2));
    let store = support::store(folder.path());
    assert_eq!(store.show(&address("p1@example.org")).unwrap().suppression.unwrap().reason, Reason::Unsubscribed);
    assert_eq!(store.show(&address("p2@example.org")).unwrap().suppression.unwrap().reason, Reason::Erased);
    for occasion in [edition(), after] {
        let mailing = store.mailing(&occasion).unwrap().unwrap();
        assert_eq!(mailing.state, MailingState::Paused { reason: PauseReason::Restored });
        assert_eq!(mailing.counts.values().sum::<u64>(), mailing.candidates);
    }
    assert!(restored.before.is_some_and(|before| before.exists()));
}

#[test]
fn at_no_moment_does_a_restored_list_stand_there_ready_to_send_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 500);
    let copy = store.back_up(Why::Asked, now()).unwrap();
    store.freeze(&edition(), &letter(), &Audience::default(), now()).unwrap();
    drop(store);
    let reader = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    // Whoever looks, and a kill looks like this, finds the edition on the list, and so nobody unsent to.
    let mailings = || reader.query_row("SELECT count(*) FROM mailings", [], |row| row.get::<_, i64>(0));
    std::thread::scope(|scope| {
        let restoring = scope.spawn(|| {
            for _ in 0..10 {
                Store::restore(folder.path(), &copy.path, later()).unwrap();
            }
        });
        while !restoring.is_finished() {
            // Busy for a moment is no answer.
            assert_ne!(mailings().unwrap_or(1), 0);
        }
    });
    assert_eq!(mailings().unwrap(), 1);
    assert!(files(folder.path()).iter().all(|path| !path.to_string_lossy().contains(".part")));
}

#[test]
fn what_another_program_writes_while_a_copy_is_put_back_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 400);
    let copy = store.back_up(Why::Asked, now()).unwrap();
    // The window, open all the while: it hears of one reader after the other who left.
    let restoring = std::sync::atomic::AtomicBool::new(true);
    let gone = std::sync::atomic::AtomicUsize::new(0);
    let left = std::thread::scope(|scope| {
        let window = scope.spawn(|| {
            let mut left = Vec::new();
            for n in 1..=400 {
                let person = address(&format!("p{n}@example.org"));
                store.unsubscribe(&person, "by mail", now() + jiff::SignedDuration::from_secs(n)).unwrap();
                left.push(person);
                gone.store(left.len(), std::sync::atomic::Ordering::SeqCst);
                if !restoring.load(std::sync::atomic::Ordering::SeqCst) {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(4));
            }
            left
        });
        // As often as it takes until somebody left meanwhile.
        for times in 0.. {
            if times >= 8 && (gone.load(std::sync::atomic::Ordering::SeqCst) > 8 || window.is_finished()) {
                break;
            }
            match Store::restore(folder.path(), &copy.path, later()) {
                Ok(_) => {}
                Err(StoreError::Held(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        restoring.store(false, std::sync::atomic::Ordering::SeqCst);
        window.join().unwrap()
    });
    assert!(left.len() > 8, "{} people left meanwhile", left.len());
    for person in left {
        assert!(store.show(&person).unwrap().suppression.is_some(), "{person} left, and the list forgot it");
    }
}

#[test]
fn a_list_that_another_program_holds_is_not_restored_and_that_is_said_soon() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 5);
    let copy = store.back_up(Why::Asked, now()).unwrap();
    store.unsubscribe(&address("p1@example.org"), "by mail", now()).unwrap();
    let importing = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    importing.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    let refused = Store::restore(folder.path(), &copy.path, later()).unwrap_err();
    assert!(refused.code() == "store-held" && refused.hint().contains("other Masthead"), "{refused:?}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(45), "{:?}", begun.elapsed());
    importing.execute_batch("COMMIT").unwrap();
    assert!(store.show(&address("p1@example.org")).unwrap().suppression.is_some());
    Store::restore(folder.path(), &copy.path, later()).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 5);
}

#[test]
fn whoever_opened_the_list_before_another_one_was_put_in_its_place_writes_nothing_more() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other = support::store(elsewhere.path());
    people(&other, 3);
    other.suppress(&address("left@example.org"), Reason::Unsubscribed, "", now()).unwrap();
    let copy = other.back_up(Why::Asked, now()).unwrap();
    let open = support::store(here.path());
    Store::restore(here.path(), &copy.path, later()).unwrap();
    // By the keys it knows, who left the other list would be a stranger.
    let go = &mut |_| std::ops::ControlFlow::Continue(());
    let refused = open.import_csv(b"email\nleft@example.org\n", &plan(), now(), go).unwrap_err();
    assert_eq!(refused.code(), "store-replaced");
    assert_eq!(open.unsubscribe(&address("p1@example.org"), "", now()).unwrap_err().code(), "store-replaced");
    let anew = support::store(here.path());
    assert_eq!(import(&anew, "email\nleft@example.org\n").suppressed, 1);
}

#[test]
fn a_broken_copy_is_refused_and_a_broken_list_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 500);
    let copy = store.back_up(Why::Asked, now()).unwrap();
    assert_eq!((copy.people, copy.bytes > 0), (500, true));
    let whole = fs::read(&copy.path).unwrap();
    let cut = folder.path().join("cut.sqlite");
    for length in [0, 100, whole.len() / 3, whole.len() - 4_096] {
        fs::write(&cut, &whole[..length]).unwrap();
        assert!(Store::restore(folder.path(), &cut, now()).is_err(), "{length} of {}", whole.len());
        assert_eq!(store.count(&Filter::default()).unwrap(), 500);
    }
    assert!(Store::restore(folder.path(), Path::new("nowhere.sqlite"), now()).is_err());
    drop(store);
    fs::write(folder.path().join("subscribers.sqlite"), b"this is no database at all, not in the least").unwrap();
    assert!(Store::open(folder.path(), now()).is_err());
    assert_eq!(Store::restore(folder.path(), &copy.path, now()).unwrap().people, 500);
    assert_eq!(support::store(folder.path()).count(&Filter::default()).unwrap(), 500);
}

#[test]
fn a_copy_a_day_is_kept_for_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for day in 0..10 {
        let at = now() + jiff::SignedDuration::from_hours(24 * day + 1);
        assert!(store.back_up_daily(at).unwrap().is_some());
        assert!(store.back_up_daily(at + jiff::SignedDuration::from_hours(23)).unwrap().is_none());
    }
    assert_eq!(files(&folder.path().join("backups")).len(), 7);
}

#[test]
fn a_consent_is_never_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let consent =
        Consent { given: None, how: "desk".into(), wording: "w".into(), source: "s".into(), evidence: "e".into() };
    store.add(&Person::new(address("ana@example.org")), &consent, now()).unwrap();
    let db = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    assert!(db.execute("UPDATE consents SET wording = 'everything'", []).is_err());
}

#[test]
fn what_happened_to_a_suppression_is_only_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email\nana@example.org\n");
    let ana = address("ana@example.org");
    store.suppress(&ana, Reason::Bounced, "550 no such user", now()).unwrap();
    assert!(store.unsuppress(&ana, later()).unwrap());
    store.unsubscribe(&ana, "by phone", later()).unwrap();
    let told = |store: &Store| -> Vec<(String, String)> {
        let entries = store.show(&ana).unwrap().suppressions.into_iter();
        entries.map(|one| (one.reason.unwrap_or_else(|| "taken back".into()), one.note)).collect()
    };
    let [bounced, back, left] = [("bounced", "550 no such user"), ("taken back", ""), ("unsubscribed", "by phone")]
        .map(|(a, b)| (a.into(), b.into()));
    assert_eq!(told(&store), [bounced, back, left]);
    let db = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    for rewriting in [
        "DELETE FROM suppressions",
        "DELETE FROM suppression_entries",
        "UPDATE suppression_entries SET reason = 'bounced'",
        "UPDATE suppression_entries SET note = 'asked for it'",
    ] {
        assert!(db.execute(rewriting, []).is_err(), "{rewriting}");
    }
    store.forget(&ana, later()).unwrap();
    assert!(told(&store).iter().all(|(_, note)| note.is_empty()), "an erased person's words go");
}

#[test]
fn the_copies_are_listed_the_newest_first_and_a_half_made_one_goes_with_an_erasure() {
    let folder = tempfile::tempdir().unwrap();
    let store = busy(folder.path());
    store.back_up_daily(later()).unwrap();
    let kept = Store::backups(folder.path()).unwrap();
    let why: Vec<&str> = kept.iter().map(|one| one.why.as_str()).collect();
    assert_eq!((why, kept[0].made), (vec!["daily", "asked"], later()));
    let part = folder.path().join("backups/subscribers.daily.1.part");
    fs::write(&part, CANARY).unwrap();
    store.forget(&address(CANARY), now()).unwrap();
    assert_eq!((part.exists(), standing(folder.path(), CANARY)), (false, Vec::<PathBuf>::new()));
}
