//! A mail server on loopback that takes every message, counts them, and says one thing of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Answers `reply` to every `command`, where `{}` stands for what it was asked; tells its port and how much it took.
pub(crate) fn relay(command: &'static str, reply: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let count = Arc::clone(&count);
            thread::spawn(move || serve(stream.unwrap(), command, reply, &count));
        }
    });
    (port, taken)
}

fn serve(mut stream: TcpStream, command: &str, reply: &str, taken: &AtomicUsize) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut letter = false;
    stream.write_all(b"220 test\r\n").unwrap();
    while let Some(Ok(line)) = lines.next() {
        if letter && line != "." {
            continue;
        }
        let word = line.split([' ', ':']).next().unwrap_or_default();
        let answer = match word {
            "." => "250 taken",
            word if word == command => reply,
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        taken.fetch_add(usize::from(word == "."), Ordering::SeqCst);
        letter = word == "DATA";
        if stream.write_all(format!("{}\r\n", answer.replace("{}", &line)).as_bytes()).is_err() {
            return;
        }
    }
}
