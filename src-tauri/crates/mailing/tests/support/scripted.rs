//! A mail server that misbehaves as told, per person and stage, and remembers what it really took.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What happens at a stage instead of the usual.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This reply instead.
    Say(&'static str),
    /// The connection is closed without a word; after the dot, the message is taken first.
    Drop,
    /// Nothing is said for as long as the visitor waits; after the dot, the message is taken first.
    Silence,
    /// The usual is said once the door is open; after the dot, the message is taken first.
    Wait(Door),
    /// What is usual is said a byte at a time, with this long after each; in a handshake, bytes that begin one.
    Dribble(Duration),
}

/// Keeps a visitor waiting until somebody opens it, so that a test can act meanwhile, however slow the machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Door(Arc<(Mutex<bool>, Condvar)>);

impl Door {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        drop(self.0.1.wait_while(self.0.0.lock().unwrap(), |open| !*open).unwrap());
    }
}

#[derive(Default)]
pub(crate) struct Script {
    /// By stage (`greeting`, `ehlo`, `auth`, `starttls`, `handshake`, `mail`, `data`, `dot`) or stage and person (`rcpt p1@example.org`,
    /// `dot p1@example.org`); how often it happens.
    pub faults: HashMap<String, (Fault, usize)>,
    pub without: Vec<&'static str>,
    pub besides: Vec<&'static str>,
    /// Recipient and message of all that was taken.
    pub taken: Vec<(String, String)>,
    pub heard: Vec<String>,
    pub connections: usize,
    /// What is shown of oneself where TLS is spoken, and whether that is from the first byte on.
    pub tls: Option<(Arc<ServerConfig>, bool)>,
}

/// What is said to a visitor and heard from them, in clear or not. Two hands hold the same one.
#[derive(Clone)]
struct Line(Rc<RefCell<Option<Pipe>>>);

enum Pipe {
    Clear(TcpStream),
    Private(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    /// Whatever is done with a visitor who was hung up on comes to nothing.
    fn with<T>(&self, work: impl FnOnce(&mut Pipe) -> io::Result<T>) -> io::Result<T> {
        self.0.borrow_mut().as_mut().map_or(Err(io::ErrorKind::NotConnected.into()), work)
    }

    /// Goes on in private; nothing was read ahead, since the visitor waits for this.
    fn private(&self, config: Arc<ServerConfig>) -> io::Result<()> {
        let Some(Pipe::Clear(mut socket)) = self.0.borrow_mut().take() else {
            return Err(io::ErrorKind::AlreadyExists.into());
        };
        let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
        session.complete_io(&mut socket)?;
        *self.0.borrow_mut() = Some(Pipe::Private(Box::new(StreamOwned::new(session, socket))));
        Ok(())
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.with(|pipe| match pipe {
            Pipe::Clear(socket) => socket.read(into),
            Pipe::Private(stream) => stream.read(into),
        })
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|pipe| match pipe {
            Pipe::Clear(socket) => socket.write(bytes),
            Pipe::Private(stream) => stream.write(bytes),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|pipe| match pipe {
            Pipe::Clear(socket) => socket.flush(),
            Pipe::Private(stream) => stream.flush(),
        })
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub port: u16,
    pub script: Arc<Mutex<Script>>,
}

impl Server {
    pub(crate) fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server { port: listener.local_addr().unwrap().port(), script: Arc::default() };
        let host = server.clone();
        thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let host = host.clone();
                thread::spawn(move || host.serve(visitor));
            }
        });
        server
    }

    pub(crate) fn on(self, stage: &str, fault: Fault, times: usize) -> Server {
        self.script.lock().unwrap().faults.insert(stage.to_owned(), (fault, times));
        self
    }

    pub(crate) fn without(self, extension: &'static str) -> Server {
        self.script.lock().unwrap().without.push(extension);
        self
    }

    pub(crate) fn offers(self, extension: &'static str) -> Server {
        self.script.lock().unwrap().besides.push(extension);
        self
    }

    /// Shows this of itself, after STARTTLS or, if `implicit`, from the first byte on.
    pub(crate) fn shows(self, config: Arc<ServerConfig>, implicit: bool) -> Server {
        self.script.lock().unwrap().tls = Some((config, implicit));
        self
    }

    /// Misbehaves no more.
    pub(crate) fn behave(&self) {
        self.script.lock().unwrap().faults.clear();
    }

    pub(crate) fn taken(&self) -> Vec<(String, String)> {
        self.script.lock().unwrap().taken.clone()
    }

    pub(crate) fn copies_for(&self, recipient: &str) -> Vec<String> {
        self.taken().into_iter().filter(|(to, _)| to == recipient).map(|(_, message)| message).collect()
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.script.lock().unwrap().heard.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.script.lock().unwrap().connections
    }

    fn fault(&self, stage: &str, person: &str) -> Option<Fault> {
        let mut script = self.script.lock().unwrap();
        for key in [format!("{stage} {person}"), stage.to_owned()] {
            if let Some((fault, times)) = script.faults.get_mut(&key)
                && *times > 0
            {
                *times -= 1;
                return Some(fault.clone());
            }
        }
        None
    }

    /// Answers whether the conversation goes on, and whether the usual reply was given.
    fn answer(&self, out: &mut Line, stage: &str, person: &str, usual: &str) -> (bool, bool) {
        match self.fault(stage, person) {
            None => (say(out, usual), true),
            Some(Fault::Say(text)) => (say(out, text) && !text.starts_with("421"), false),
            Some(Fault::Drop) => (false, true),
            Some(Fault::Silence) => {
                wait_until_gone(out);
                (false, true)
            }
            Some(Fault::Wait(door)) => {
                door.wait();
                (say(out, usual), true)
            }
            Some(Fault::Dribble(pause)) => (dribble(out, format!("{usual}\r\n").as_bytes(), pause), true),
        }
    }

    fn serve(&self, visitor: TcpStream) {
        self.script.lock().unwrap().connections += 1;
        visitor.set_nodelay(true).unwrap();
        let mut out = Line(Rc::new(RefCell::new(Some(Pipe::Clear(visitor)))));
        let mut lines = BufReader::new(out.clone());
        let (mut person, mut fit) = (String::new(), false);
        if self.is_implicit() && !self.handshake(&mut out) {
            return;
        }
        if !self.answer(&mut out, "greeting", "", "220 scripted").0 {
            return;
        }
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line).is_ok_and(|read| read > 0)
        } {
            self.script.lock().unwrap().heard.push(line.trim_end().to_owned());
            let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
            let (goes_on, usual) = match verb.as_str() {
                "EHLO" => self.answer(&mut out, "ehlo", "", &self.extensions()),
                "AUTH" => self.answer(&mut out, "auth", "", "235 2.7.0 welcome"),
                "STAR" => match self.answer(&mut out, "starttls", "", "220 go on") {
                    (true, true) => (self.handshake(&mut out), true),
                    answer => answer,
                },
                "MAIL" => self.answer(&mut out, "mail", "", "250 2.1.0 ok"),
                "RCPT" => {
                    person = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                    let answer = self.answer(&mut out, "rcpt", &person, "250 2.1.5 ok");
                    fit = answer.1;
                    answer
                }
                "DATA" if !fit => (say(&mut out, "503 5.5.1 nobody to send to"), false),
                "DATA" => {
                    let answer = self.answer(&mut out, "data", &person, "354 go on");
                    if answer == (true, true) { (self.message(&mut lines, &mut out, &person), true) } else { answer }
                }
                "RSET" => (say(&mut out, "250 2.0.0 ok"), true),
                "QUIT" => return,
                _ => (say(&mut out, "500 what"), false),
            };
            if !goes_on {
                return;
            }
            if verb == "MAIL" {
                fit = usual;
            }
        }
    }

    fn is_implicit(&self) -> bool {
        self.script.lock().unwrap().tls.as_ref().is_some_and(|(_, implicit)| *implicit)
    }

    /// Makes the line private; answers whether the conversation goes on.
    fn handshake(&self, out: &mut Line) -> bool {
        // Whoever only says that it speaks TLS stays in clear, as the older tests want it.
        let Some((config, _)) = self.script.lock().unwrap().tls.clone() else { return true };
        match self.fault("handshake", "") {
            None => out.private(config).is_ok(),
            // In the middle: the visitor has said hello.
            Some(Fault::Say(garbage)) => {
                let _ = out.read(&mut [0; 4096]);
                say(out, garbage);
                false
            }
            Some(Fault::Drop) => {
                let _ = out.read(&mut [0; 16]);
                false
            }
            Some(Fault::Silence) => {
                wait_until_gone(out);
                false
            }
            Some(Fault::Wait(door)) => {
                door.wait();
                out.private(config).is_ok()
            }
            // The head of a record that is long in coming. Said before the visitor's hello it could come with the reply
            // in clear, and would be that fault and not this one.
            Some(Fault::Dribble(pause)) => {
                let _ = out.read(&mut [0; 4096]);
                let _ = dribble(out, &[&[0x16, 3, 3, 0x40, 0][..], &[0; 20]].concat(), pause);
                false
            }
        }
    }

    fn extensions(&self) -> String {
        let script = self.script.lock().unwrap();
        let all = ["PIPELINING", "SMTPUTF8", "8BITMIME", "SIZE 1000000", "AUTH PLAIN"];
        let all = all.iter().chain(&script.besides);
        let kept = all.filter(|offer| !script.without.contains(offer)).map(|offer| format!("\r\n250-{offer}"));
        format!("250-scripted{}\r\n250 HELP", kept.collect::<String>())
    }

    fn message(&self, lines: &mut BufReader<Line>, out: &mut Line, person: &str) -> bool {
        let mut message = String::new();
        loop {
            let mut line = String::new();
            if !lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                return false;
            }
            if line == ".\r\n" {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let fault = self.script.lock().unwrap().faults.contains_key("body");
        if fault {
            return false;
        }
        // What is said now may be a refusal; anything else is a message taken.
        let place = {
            let mut script = self.script.lock().unwrap();
            script.taken.push((person.to_owned(), message));
            script.taken.len() - 1
        };
        let (goes_on, usual) = self.answer(out, "dot", person, "250 2.0.0 queued as 1");
        if !usual {
            self.script.lock().unwrap().taken[place].0 = format!("refused {person}");
        }
        goes_on
    }
}

/// In one write, or TLS would make several records of it.
fn say(out: &mut Line, text: &str) -> bool {
    out.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| out.flush()).is_ok()
}

/// Says nothing until the visitor has lost patience and hung up.
fn wait_until_gone(out: &mut Line) {
    let mut ignored = [0; 1024];
    while out.read(&mut ignored).is_ok_and(|read| read > 0) {}
}

fn dribble(out: &mut Line, bytes: &[u8], pause: Duration) -> bool {
    bytes.iter().all(|byte| {
        let said = out.write_all(&[*byte]).and_then(|()| out.flush()).is_ok();
        thread::sleep(pause);
        said
    })
}
