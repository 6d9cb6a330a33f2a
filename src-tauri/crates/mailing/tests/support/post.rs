//! A post office for crashes: it writes every accepted Message-ID to disk before it answers 250, and counts its guests.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How it treats its guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As a server should.
    Kind,
    /// Every twentieth person is refused.
    RefusesFivePercent,
    /// Says as much as the ledger keeps with every message it takes.
    Wordy,
}

#[derive(Clone)]
pub(crate) struct Post {
    pub port: u16,
    pub guests: Arc<AtomicUsize>,
    /// Guests who are here now.
    here: Arc<AtomicUsize>,
    /// Guests who wait at the door with a whole message.
    at_door: Arc<AtomicUsize>,
    /// How many messages it takes before it lets the next ones wait for its answer.
    door: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
    log: Arc<Mutex<File>>,
    path: PathBuf,
    manner: Manner,
}

impl Post {
    pub(crate) fn open(folder: &Path, manner: Manner) -> Post {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let path = folder.join("accepted.log");
        let log = Arc::new(Mutex::new(File::create(&path).unwrap()));
        let port = listener.local_addr().unwrap().port();
        let door = Arc::new(AtomicUsize::new(usize::MAX));
        let (guests, here, at_door, taken) = Default::default();
        let post = Post { port, guests, here, at_door, door, taken, log, path, manner };
        let host = post.clone();
        thread::spawn(move || {
            for guest in listener.incoming().flatten() {
                let host = host.clone();
                host.guests.fetch_add(1, Ordering::SeqCst);
                host.here.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // A guest who hangs up, or is killed, is what this is for.
                    drop(host.serve(guest));
                    host.here.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        post
    }

    /// Takes no more than `most` messages in all; who brings another waits at the dot. So a test can do what it has to
    /// in the middle of a run, however slow the machine.
    pub(crate) fn takes_at_most(&self, most: usize) {
        self.door.store(most, Ordering::SeqCst);
    }

    /// Takes every message again.
    pub(crate) fn takes_all(&self) {
        self.takes_at_most(usize::MAX);
    }

    /// Waits until `count` messages were accepted.
    pub(crate) fn wait_for(&self, count: usize) {
        while self.accepted() < count {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until so many guests stand at the door, each with a whole message, and nothing more is accepted.
    pub(crate) fn wait_until_full(&self, guests: usize) {
        while self.at_door.load(Ordering::SeqCst) < guests {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until everything that was handed over is on disk: whoever brought it has gone.
    pub(crate) fn wait_until_empty(&self) {
        while self.here.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// How many messages were accepted so far.
    pub(crate) fn accepted(&self) -> usize {
        std::fs::read(&self.path).unwrap().iter().filter(|byte| **byte == b'\n').count()
    }

    /// The Message-IDs that each person got, by address. What has the same one was the same to the last byte.
    pub(crate) fn copies(&self) -> HashMap<String, Vec<String>> {
        // Nobody writes meanwhile.
        let log = self.log.lock().unwrap();
        let text = std::fs::read_to_string(&self.path).unwrap();
        drop(log);
        let mut copies: HashMap<String, Vec<String>> = HashMap::new();
        let mut digests = HashMap::new();
        for line in text.lines() {
            let [to, id, digest] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("`{line}`") };
            assert_eq!(*digests.entry(id).or_insert(digest), digest, "{to} got two different messages");
            copies.entry(to.to_owned()).or_default().push(id.to_owned());
        }
        copies
    }

    fn say(&self, out: &mut TcpStream, text: &str) -> std::io::Result<()> {
        out.write_all(format!("{text}\r\n").as_bytes())
    }

    // Quotation marks take twice the room in a journal.
    fn words(&self) -> String {
        if self.manner == Manner::Wordy { "\"".repeat(490) } else { "taken".to_owned() }
    }

    fn refuses(&self, person: &str) -> bool {
        let digits: String = person.chars().filter(char::is_ascii_digit).collect();
        self.manner == Manner::RefusesFivePercent && digits.parse::<u64>().is_ok_and(|n| n % 20 == 0)
    }

    fn wait_at_the_door(&self) {
        self.at_door.fetch_add(1, Ordering::SeqCst);
        let enters = |taken: usize| (taken < self.door.load(Ordering::SeqCst)).then_some(taken + 1);
        while self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, enters).is_err() {
            thread::sleep(Duration::from_millis(1));
        }
        self.at_door.fetch_sub(1, Ordering::SeqCst);
    }

    fn serve(&self, guest: TcpStream) -> std::io::Result<()> {
        guest.set_nodelay(true)?;
        let mut out = guest.try_clone()?;
        let mut lines = BufReader::with_capacity(64 * 1024, guest);
        self.say(&mut out, "220 post")?;
        let (mut person, mut refused) = (String::new(), false);
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line)? > 0
        } {
            match line.get(..4).unwrap_or("") {
                "EHLO" => self.say(&mut out, "250-post\r\n250-PIPELINING\r\n250 8BITMIME")?,
                "RCPT" => {
                    person = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                    refused = self.refuses(&person);
                    self.say(&mut out, if refused { "550 5.2.0 no" } else { "250 ok" })?;
                }
                "DATA" if refused => self.say(&mut out, "503 nobody")?,
                "DATA" => {
                    self.say(&mut out, "354 go on")?;
                    let (id, digest) = message(&mut lines)?;
                    self.wait_at_the_door();
                    let mut log = self.log.lock().unwrap();
                    log.write_all(format!("{person}\t{id}\t{digest:x}\n").as_bytes())?;
                    log.sync_data()?;
                    drop(log);
                    self.say(&mut out, &format!("250 2.0.0 {}", self.words()))?;
                }
                "QUIT" => return Ok(()),
                _ => self.say(&mut out, "250 ok")?,
            }
        }
        Ok(())
    }
}

/// Reads a message to its final dot, for its Message-ID and a digest of all of it; an error when it breaks off before.
fn message(lines: &mut impl BufRead) -> std::io::Result<(String, u64)> {
    let (mut id, mut line, mut digest) = (String::new(), Vec::new(), DefaultHasher::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok((id, digest.finish()));
        }
        digest.write(&line);
        if let Some(value) = line.strip_prefix(b"Message-ID: ") {
            id = String::from_utf8_lossy(value).trim().trim_matches(['<', '>']).to_owned();
        }
    }
}
