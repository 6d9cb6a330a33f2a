//! A mail server that misbehaves as told, per person and stage, and remembers what it really took.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What happens at a stage instead of the usual.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This reply instead.
    Say(&'static str),
    /// The connection is closed without a word; after the dot, the message is taken first.
    Drop,
    /// Nothing is said for longer than anyone waits; after the dot, the message is taken first.
    Silence,
}

#[derive(Default)]
pub(crate) struct Script {
    /// By stage (`greeting`, `ehlo`, `auth`, `mail`, `data`, `dot`) or stage and person (`rcpt p1@example.org`,
    /// `dot p1@example.org`); how often it happens.
    pub faults: HashMap<String, (Fault, usize)>,
    pub without: Vec<&'static str>,
    pub besides: Vec<&'static str>,
    /// Recipient and message of all that was taken.
    pub taken: Vec<(String, String)>,
    pub heard: Vec<String>,
    pub connections: usize,
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
    fn answer(&self, out: &mut TcpStream, stage: &str, person: &str, usual: &str) -> (bool, bool) {
        match self.fault(stage, person) {
            None => (out.write_all(format!("{usual}\r\n").as_bytes()).is_ok(), true),
            Some(Fault::Say(text)) => {
                (out.write_all(format!("{text}\r\n").as_bytes()).is_ok() && !text.starts_with("421"), false)
            }
            Some(Fault::Drop) => (false, true),
            Some(Fault::Silence) => {
                thread::sleep(Duration::from_millis(1_500));
                (false, true)
            }
        }
    }

    fn serve(&self, visitor: TcpStream) {
        self.script.lock().unwrap().connections += 1;
        let mut out = visitor.try_clone().unwrap();
        out.set_nodelay(true).unwrap();
        let mut lines = BufReader::new(visitor);
        let (mut person, mut fit) = (String::new(), false);
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
                "STAR" => self.answer(&mut out, "starttls", "", "220 go on"),
                "MAIL" => self.answer(&mut out, "mail", "", "250 2.1.0 ok"),
                "RCPT" => {
                    person = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                    let answer = self.answer(&mut out, "rcpt", &person, "250 2.1.5 ok");
                    fit = answer.1;
                    answer
                }
                "DATA" if !fit => (out.write_all(b"503 5.5.1 nobody to send to\r\n").is_ok(), false),
                "DATA" => {
                    let answer = self.answer(&mut out, "data", &person, "354 go on");
                    if answer == (true, true) { (self.message(&mut lines, &mut out, &person), true) } else { answer }
                }
                "RSET" => (out.write_all(b"250 2.0.0 ok\r\n").is_ok(), true),
                "QUIT" => return,
                _ => (out.write_all(b"500 what\r\n").is_ok(), false),
            };
            if !goes_on {
                return;
            }
            if verb == "MAIL" {
                fit = usual;
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

    fn message(&self, lines: &mut BufReader<TcpStream>, out: &mut TcpStream, person: &str) -> bool {
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
