//! HTTP to servers on this computer: one request, one answer, nothing kept.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

const PATIENCE: Duration = Duration::from_secs(300);

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in small letters.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One request to a port of this computer.
pub(crate) fn ask(port: u16, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("no server answers")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for (name, value) in fields {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes())?;
    let mut bytes = Vec::new();
    let mut some = [0; 16384];
    // Not until the end: some servers keep a connection open whatever they are asked.
    loop {
        let count = stream.read(&mut some)?;
        bytes.extend_from_slice(&some[..count]);
        if count == 0 || is_whole(&bytes, method) {
            return read(&bytes);
        }
    }
}

fn is_whole(bytes: &[u8], method: &str) -> bool {
    let Ok(answer) = read(bytes) else { return false };
    let length = answer.field("content-length").and_then(|length| length.parse().ok());
    method == "HEAD" || length.is_some_and(|length: usize| answer.body.len() >= length)
}

fn read(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("the answer has no end of its head")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("the answer has no status")?.parse()?;
    let field = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let fields: Vec<_> = lines.filter_map(field).collect();
    let answer = Answer { status, fields, body: String::from_utf8_lossy(&bytes[end + 4..]).into_owned() };
    ensure!(answer.field("transfer-encoding").is_none(), "chunks are not read here");
    Ok(answer)
}
