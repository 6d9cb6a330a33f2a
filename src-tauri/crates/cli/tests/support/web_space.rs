//! A web space on loopback with an unsubscribe box, whose log a test writes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The lines of a box's log.
pub(crate) type Log = Arc<Mutex<String>>;

/// Opens one; tells its address, and the log that it answers every pull with.
pub(crate) fn open() -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let log = Log::default();
    let told = Arc::clone(&log);
    thread::spawn(move || {
        for visitor in listener.incoming().flatten() {
            answer(visitor, &told.lock().unwrap());
        }
    });
    (format!("http://127.0.0.1:{port}/unsubscribe.php"), log)
}

fn answer(mut visitor: TcpStream, log: &str) {
    let mut request = BufReader::new(visitor.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while request.read_line(&mut line).unwrap() > 2 {
        let field = line.to_ascii_lowercase();
        length = field.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap());
        line.clear();
    }
    request.read_exact(&mut vec![0; length]).unwrap();
    let body = format!("masthead-box 1 0 1:{} end\n{log}", log.len());
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    visitor.write_all(format!("{head}{body}").as_bytes()).unwrap();
}
