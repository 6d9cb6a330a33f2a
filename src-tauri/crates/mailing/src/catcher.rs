//! The mail catcher: a mail server on this computer that delivers nothing, for rehearsals and tests.
//!
//! Every message is in `caught.mbox` and on disk before the server answers 250; connections that wait for the disk
//! share one `fsync`. The same message lies beside it as an `.eml` file of its own, and `index.tsv` has a line for it;
//! should a power cut take those, the mbox still has everything that was answered. Listens on loopback only.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::Serialize;

use crate::store::private_folder;

const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;
const LONGEST_LINE: u64 = 1024 * 1024;
const LARGEST_GROUP: usize = 64;
const HEARTBEAT: Duration = Duration::from_millis(200);

/// A running mail catcher. Dropping it stops it.
pub struct Catcher {
    address: SocketAddr,
    folder: PathBuf,
    caught: Arc<Mutex<Vec<Caught>>>,
    stopping: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// A message the catcher took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Caught {
    /// Who it was for.
    pub recipient: String,
    /// Its Message-ID without angle brackets; empty if it has none.
    pub message_id: String,
    /// The file it lies in.
    pub file: PathBuf,
}

/// Why no catcher runs.
#[derive(Debug, thiserror::Error)]
pub enum CatcherError {
    /// The address is reachable from outside.
    #[error("the catcher listens on this computer only, not on {0}")]
    NotLoopback(IpAddr),
    /// The port is taken or forbidden.
    #[error("the catcher cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The folder cannot be used.
    #[error("the catcher cannot keep mail in `{}`", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl CatcherError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            CatcherError::NotLoopback(_) => "catcher-not-loopback",
            CatcherError::Listen { .. } => "catcher-listen",
            CatcherError::Folder { .. } => "catcher-folder",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            CatcherError::NotLoopback(_) => "use 127.0.0.1",
            CatcherError::Listen { .. } => "use port 0 for any that is free",
            CatcherError::Folder { .. } => "check the rights of the folder and the free space on the disk",
        }
    }
}

/// A message on its way to the disk, and who waits for it.
struct Arrived {
    recipients: Vec<String>,
    message: Vec<u8>,
    kept: mpsc::Sender<bool>,
}

impl Catcher {
    /// Listens on `address` (port 0 for any that is free) and keeps what comes in `folder`. What lies there from
    /// before stays and is listed, too.
    pub fn start(address: SocketAddr, folder: &Path) -> Result<Catcher, CatcherError> {
        if !address.ip().is_loopback() {
            return Err(CatcherError::NotLoopback(address.ip()));
        }
        let fault = |source| CatcherError::Folder { folder: folder.to_owned(), source };
        let shelf = Shelf::open(folder).map_err(fault)?;
        let caught = Arc::clone(&shelf.caught);
        let listen = |source| CatcherError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let (arrive, arrived) = mpsc::channel();
        let shelf = thread::spawn(move || shelf.keep(&arrived));
        let stop = Arc::clone(&stopping);
        let door = thread::spawn(move || open_door(&listener, &arrive, &stop));
        Ok(Catcher { address, folder: folder.to_owned(), caught, stopping, threads: vec![door, shelf] })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The folder it keeps mail in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything in the folder, oldest first; a message to several people once for each.
    pub fn messages(&self) -> Vec<Caught> {
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops it when what has arrived is on disk.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // The listener wakes for a visitor only.
        drop(TcpStream::connect(self.address));
        for thread in self.threads.drain(..) {
            // A thread that panicked has ended, which is all that is wanted here.
            let _ = thread.join();
        }
    }
}

fn open_door(listener: &TcpListener, arrive: &mpsc::Sender<Arrived>, stopping: &Arc<AtomicBool>) {
    let mut guests = Vec::new();
    for visitor in listener.incoming() {
        if stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(visitor) = visitor else { continue };
        let (arrive, stopping) = (arrive.clone(), Arc::clone(stopping));
        // A guest who hangs up in the middle is no fault of ours.
        guests.push(thread::spawn(move || drop(Guest::welcome(visitor, arrive, stopping))));
    }
    for guest in guests {
        let _ = guest.join();
    }
}

struct Shelf {
    folder: PathBuf,
    mbox: File,
    index: File,
    number: usize,
    caught: Arc<Mutex<Vec<Caught>>>,
}

impl Shelf {
    fn open(folder: &Path) -> io::Result<Shelf> {
        private_folder(folder)?;
        let append = |name: &str| OpenOptions::new().create(true).append(true).open(folder.join(name));
        let mut known = Vec::new();
        let mut files = HashMap::new();
        for line in
            BufReader::new(OpenOptions::new().read(true).append(true).create(true).open(folder.join("index.tsv"))?)
                .lines()
        {
            let line = line?;
            let mut cells = line.split('\t');
            if let (Some(file), Some(message_id), Some(recipient)) = (cells.next(), cells.next(), cells.next()) {
                files.insert(file.to_owned(), ());
                known.push(Caught {
                    recipient: recipient.into(),
                    message_id: message_id.into(),
                    file: folder.join(file),
                });
            }
        }
        let shelf = Shelf {
            folder: folder.to_owned(),
            mbox: append("caught.mbox")?,
            index: append("index.tsv")?,
            number: files.len(),
            caught: Arc::new(Mutex::new(known)),
        };
        Ok(shelf)
    }

    /// Keeps what arrives, many at once, until no guest is left.
    fn keep(mut self, arrived: &mpsc::Receiver<Arrived>) {
        while let Ok(first) = arrived.recv() {
            let group: Vec<Arrived> = std::iter::once(first).chain(arrived.try_iter().take(LARGEST_GROUP)).collect();
            let kept = self.keep_group(&group).is_ok();
            for message in group {
                let _ = message.kept.send(kept);
            }
        }
    }

    fn keep_group(&mut self, group: &[Arrived]) -> io::Result<()> {
        let mut mbox = Vec::new();
        let mut index = String::new();
        let mut new = Vec::new();
        for Arrived { recipients, message, .. } in group {
            self.number += 1;
            let name = format!("{:06}.eml", self.number);
            fs::write(self.folder.join(&name), message)?;
            mboxrd(message, &mut mbox);
            let message_id = message_id(message);
            for recipient in recipients {
                index.push_str(&format!("{name}\t{message_id}\t{recipient}\n"));
                let file = self.folder.join(&name);
                new.push(Caught { recipient: recipient.clone(), message_id: message_id.clone(), file });
            }
        }
        self.index.write_all(index.as_bytes())?;
        self.mbox.write_all(&mbox)?;
        self.mbox.sync_data()?;
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).extend(new);
        Ok(())
    }
}

/// The message as mboxrd has it: a `From ` line before it, `>` before lines that look like one, LF line ends.
fn mboxrd(message: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"From catcher@localhost Thu Jan  1 00:00:00 1970\n");
    let (mut rest, mut whole) = (message, Vec::new());
    // By `read_until`, which searches whole words at once; reading from memory cannot fail.
    while rest.read_until(b'\n', &mut whole).is_ok_and(|read| read > 0) {
        let line = whole.strip_suffix(b"\r\n").or_else(|| whole.strip_suffix(b"\n")).unwrap_or(&whole);
        let quoted =
            line.iter().position(|byte| *byte != b'>').is_some_and(|start| line[start..].starts_with(b"From "));
        out.extend_from_slice(if quoted { b">" } else { b"" });
        out.extend_from_slice(line);
        out.push(b'\n');
        whole.clear();
    }
    out.push(b'\n');
}

fn message_id(message: &[u8]) -> String {
    let lines = message.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty() && *line != b"\r");
    let mut headers = lines.filter_map(|line| std::str::from_utf8(line).ok());
    let found = headers.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim().trim_matches(['<', '>']).replace('\t', " "))
    });
    found.unwrap_or_default()
}

/// One connection.
struct Guest {
    lines: BufReader<TcpStream>,
    out: TcpStream,
    arrive: mpsc::Sender<Arrived>,
    stopping: Arc<AtomicBool>,
    sender: bool,
    recipients: Vec<String>,
}

impl Guest {
    fn welcome(socket: TcpStream, arrive: mpsc::Sender<Arrived>, stopping: Arc<AtomicBool>) -> io::Result<()> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(HEARTBEAT))?;
        let out = socket.try_clone()?;
        let mut guest = Guest {
            lines: BufReader::with_capacity(64 * 1024, socket),
            out,
            arrive,
            stopping,
            sender: false,
            recipients: Vec::new(),
        };
        guest.say("220 catcher.localhost ESMTP, nothing leaves this computer")?;
        while let Some(line) = guest.line()? {
            if !guest.obey(&line)? {
                break;
            }
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(format!("{text}\r\n").as_bytes())
    }

    /// The next line with its end; nothing when the guest has gone or the catcher stops.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            let room = LONGEST_LINE.saturating_sub(line.len() as u64);
            match self.lines.by_ref().take(room).read_until(b'\n', &mut line) {
                Ok(_) if line.ends_with(b"\n") => return Ok(Some(line)),
                Ok(_) => return Ok(None),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if self.stopping.load(Ordering::SeqCst) {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Does what a command says; answers whether the conversation goes on.
    fn obey(&mut self, line: &[u8]) -> io::Result<bool> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => self.say(&format!("250-catcher.localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {LARGEST_MESSAGE}"))?,
            "HELO" => self.say("250 catcher.localhost")?,
            "MAIL" => {
                (self.sender, self.recipients) = (true, Vec::new());
                self.say("250 2.1.0 ok")?;
            }
            "RCPT" if self.sender => self.recipient(line)?,
            "DATA" if !self.recipients.is_empty() => return self.message(),
            "RCPT" | "DATA" => self.say("503 5.5.1 not in this order")?,
            "RSET" => {
                (self.sender, self.recipients) = (false, Vec::new());
                self.say("250 2.0.0 ok")?;
            }
            "NOOP" => self.say("250 2.0.0 ok")?,
            "QUIT" => {
                self.say("221 2.0.0 goodbye")?;
                return Ok(false);
            }
            _ => self.say("500 5.5.2 no such command")?,
        }
        Ok(true)
    }

    fn recipient(&mut self, line: &str) -> io::Result<()> {
        let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
        match address.filter(|address| !address.is_empty()) {
            Some(address) => {
                self.recipients.push(address.replace(['\t', '\n'], " "));
                self.say("250 2.1.5 ok")
            }
            None => self.say("501 5.1.3 no address"),
        }
    }

    fn message(&mut self) -> io::Result<bool> {
        self.say("354 go on, end with a dot on a line of its own")?;
        let mut message = Vec::new();
        let mut too_large = false;
        loop {
            let Some(line) = self.line()? else { return Ok(false) };
            if line == b".\r\n" || line == b".\n" {
                break;
            }
            too_large |= message.len() + line.len() > LARGEST_MESSAGE;
            if !too_large {
                message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            }
        }
        let recipients = std::mem::take(&mut self.recipients);
        self.sender = false;
        if too_large {
            self.say("552 5.3.4 too large")?;
        } else if self.keep(recipients, message) {
            self.say("250 2.0.0 caught")?;
        } else {
            self.say("452 4.3.1 the disk refused it")?;
        }
        Ok(true)
    }

    fn keep(&self, recipients: Vec<String>, message: Vec<u8>) -> bool {
        let (kept, answer) = mpsc::channel();
        self.arrive.send(Arrived { recipients, message, kept }).is_ok() && answer.recv().unwrap_or(false)
    }
}
