//! A post office for crashes: it writes every accepted Message-ID to disk before it answers 250, and counts its guests.

use std::collections::HashMap;
use std::fs::File;
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
    /// Every reply comes a byte at a time, with this long between them.
    Dribbles(Duration),
}

#[derive(Clone)]
pub(crate) struct Post {
    pub port: u16,
    pub guests: Arc<AtomicUsize>,
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
        let post = Post { port, guests: Arc::default(), log, path, manner };
        let host = post.clone();
        thread::spawn(move || {
            for guest in listener.incoming().flatten() {
                let host = host.clone();
                host.guests.fetch_add(1, Ordering::SeqCst);
                // A guest who hangs up, or is killed, is what this is for.
                thread::spawn(move || drop(host.serve(guest)));
            }
        });
        post
    }

    /// How many messages were accepted so far.
    pub(crate) fn accepted(&self) -> usize {
        std::fs::read(&self.path).unwrap().iter().filter(|byte| **byte == b'\n').count()
    }

    /// The bytes of the log; it grows as messages are accepted.
    pub(crate) fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).unwrap().len()
    }

    /// The Message-IDs that each person got, by address.
    pub(crate) fn copies(&self) -> HashMap<String, Vec<String>> {
        let mut copies: HashMap<String, Vec<String>> = HashMap::new();
        for line in std::fs::read_to_string(&self.path).unwrap().lines() {
            let (to, id) = line.split_once('\t').unwrap();
            copies.entry(to.to_owned()).or_default().push(id.to_owned());
        }
        copies
    }

    fn say(&self, out: &mut TcpStream, text: &str) -> std::io::Result<()> {
        let line = format!("{text}\r\n");
        let Manner::Dribbles(pause) = self.manner else { return out.write_all(line.as_bytes()) };
        for byte in line.bytes() {
            out.write_all(&[byte])?;
            thread::sleep(pause);
        }
        Ok(())
    }

    fn refuses(&self, person: &str) -> bool {
        let digits: String = person.chars().filter(char::is_ascii_digit).collect();
        self.manner == Manner::RefusesFivePercent && digits.parse::<u64>().is_ok_and(|n| n % 20 == 0)
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
                    let id = message_id(&mut lines)?;
                    let mut log = self.log.lock().unwrap();
                    writeln!(log, "{person}\t{id}")?;
                    log.sync_data()?;
                    drop(log);
                    self.say(&mut out, "250 2.0.0 taken")?;
                }
                "QUIT" => return Ok(()),
                _ => self.say(&mut out, "250 ok")?,
            }
        }
        Ok(())
    }
}

/// Reads a message to its final dot; an error when it breaks off before.
fn message_id(lines: &mut impl BufRead) -> std::io::Result<String> {
    let (mut id, mut line) = (String::new(), Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(id);
        }
        if let Some(value) = line.strip_prefix(b"Message-ID: ") {
            id = String::from_utf8_lossy(value).trim().trim_matches(['<', '>']).to_owned();
        }
    }
}
