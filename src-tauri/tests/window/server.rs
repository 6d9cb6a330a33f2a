//! A mail server on this computer that does what a journey needs of it: takes, refuses, hangs up, or keeps a sender
//! waiting until somebody opens its door.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use anyhow::{Context, Result};

/// What a mail to somebody is answered with.
pub(crate) enum Answer {
    Taken,
    /// Taken with these words.
    TakenWith(String),
    /// Taken once the door is open; until then the sender waits for a word.
    TakenBehindTheDoor,
    /// The person is refused with these words.
    Refused(String),
    /// The mail is read to its last byte, and the connection closed without a word.
    Silence,
}

/// It listens until the journey's program ends.
pub(crate) struct Server {
    port: u16,
    office: Arc<Office>,
}

/// Answers by the address and by how many whole mails came for it before.
type Manner = dyn Fn(&str, usize) -> Answer + Send + Sync;

struct Office {
    answer: Box<Manner>,
    /// Whole mails that came for an address.
    mails: Mutex<BTreeMap<String, usize>>,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Server {
    /// Listens, and answers by the address and by how many whole mails came for it before. The door is closed.
    pub(crate) fn start(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Result<Self> {
        let office = Office {
            answer: Box::new(answer),
            mails: Mutex::default(),
            open: Mutex::new(false),
            opened: Condvar::new(),
        };
        let office = Arc::new(office);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let clerk = Arc::clone(&office);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let clerk = Arc::clone(&clerk);
                std::thread::spawn(move || drop(clerk.converse(stream)));
            }
        });
        Ok(Self { port, office })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Lets everybody through who waits, and who comes.
    pub(crate) fn open_the_door(&self) {
        *held(&self.office.open) = true;
        self.office.opened.notify_all();
    }

    /// Whole mails that came for an address.
    pub(crate) fn mails_to(&self, address: &str) -> usize {
        held(&self.office.mails).get(address).copied().unwrap_or(0)
    }

    /// Whole mails that came at all.
    pub(crate) fn mails(&self) -> usize {
        held(&self.office.mails).values().sum()
    }
}

impl Office {
    fn converse(&self, stream: TcpStream) -> Result<()> {
        let mut answers = stream.try_clone()?;
        let mut lines = BufReader::new(stream).lines();
        answers.write_all(b"220 catcher\r\n")?;
        let mut to = String::new();
        while let Some(line) = lines.next().transpose()? {
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250 catcher".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                "RCPT" => {
                    to = address_in(&line)?;
                    match self.answer(&to) {
                        Answer::Refused(words) => words,
                        _ => "250 2.1.5 ok".to_owned(),
                    }
                }
                "DATA" => {
                    answers.write_all(b"354 go on\r\n")?;
                    while lines.next().transpose()?.context("the mail broke off")? != "." {}
                    match self.take(&to) {
                        Some(words) => format!("250 2.0.0 {words}"),
                        None => return Ok(()),
                    }
                }
                _ => "250 2.0.0 ok".to_owned(),
            };
            answers.write_all(format!("{answer}\r\n").as_bytes())?;
        }
        Ok(())
    }

    fn answer(&self, to: &str) -> Answer {
        let before = held(&self.mails).get(to).copied().unwrap_or(0);
        (self.answer)(to, before)
    }

    /// Counts a whole mail and waits for the door where it has to; answers what is to be said, if anything is.
    fn take(&self, to: &str) -> Option<String> {
        let answer = self.answer(to);
        *held(&self.mails).entry(to.to_owned()).or_default() += 1;
        if let Answer::TakenBehindTheDoor = answer {
            let closed = self.opened.wait_while(held(&self.open), |open| !*open);
            drop(closed.expect("no clerk panics at the door"));
        }
        match answer {
            Answer::Silence => None,
            Answer::TakenWith(words) => Some(words),
            _ => Some("taken".to_owned()),
        }
    }
}

fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().expect("no clerk panics with it in hand")
}

fn address_in(line: &str) -> Result<String> {
    let (_, rest) = line.split_once('<').context("no address")?;
    let (address, _) = rest.split_once('>').context("no address")?;
    Ok(address.to_owned())
}
