//! Bytes and lines over a socket, plain or TLS, each wait with a deadline.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::reply::{self, Reply};

// RFC 5321 4.5.3.1.5 allows 512; real servers write more, but none writes this much.
const LONGEST_LINE: usize = 8 * 1024;
const MOST_LINES: usize = 256;

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A conversation's socket.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
    /// Bytes of the last [`Wire::hand_over`] that the system took.
    taken: usize,
}

/// What ended a conversation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("the server closed the connection")]
    Closed,
    #[error("the server did not answer within {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error("the server's answer is no SMTP: `{0}`")]
    Garbage(String),
    #[error("{}", broken(.0))]
    Broken(#[from] io::Error),
}

/// What happened to a connection, for people: the system's own words end in the number of its error.
fn broken(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let words = match error.kind() {
        Kind::ConnectionRefused => "no mail server listens there",
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof | Kind::WriteZero => {
            "the connection broke off"
        }
        Kind::TimedOut => "nobody answers there",
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown | Kind::AddrNotAvailable => {
            "the network does not lead there"
        }
        Kind::PermissionDenied => "this computer does not allow the connection",
        _ => return said_plainly(error),
    };
    words.to_owned()
}

/// The fault of a name that stands for no computer comes without a kind of its own.
fn said_plainly(error: &io::Error) -> String {
    let words = error.to_string();
    if words.starts_with("failed to lookup address") {
        return "no computer of that name is known here".to_owned();
    }
    let words = words.split(" (os error").next().unwrap_or_default();
    format!("the connection broke: {words}")
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>) -> Wire {
        Wire { stream, read: Vec::new(), taken: 0 }
    }

    /// The bare stream, for TLS to wrap. Bytes that came early, before the TLS began, would let an attacker speak in
    /// the server's name (CVE-2011-0411), so they are refused.
    pub(super) fn into_stream(self) -> Result<Box<dyn Stream>, WireError> {
        if self.read.is_empty() { Ok(self.stream) } else { Err(WireError::Garbage("text before TLS".to_owned())) }
    }

    /// Writes all of it, within `wait`.
    pub(super) async fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<(), WireError> {
        let all = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(wait, all).await.map_err(|_| WireError::Silent(wait))?.map_err(WireError::from)
    }

    /// Writes all of it, within `wait`, and counts what the system takes: [`Wire::taken`] is true at every moment, also
    /// when this was given up half-way.
    pub(super) async fn hand_over(&mut self, bytes: &[u8], wait: Duration) -> Result<(), WireError> {
        self.taken = 0;
        let all = async {
            while self.taken < bytes.len() {
                let taken = self.stream.write(&bytes[self.taken..]).await?;
                if taken == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                self.taken += taken;
            }
            self.stream.flush().await
        };
        timeout(wait, all).await.map_err(|_| WireError::Silent(wait))?.map_err(WireError::from)
    }

    /// Bytes of the last message that the system took. What it did not take can never arrive.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Reads one reply. `wait` is for the whole of it, so a server that sends a byte a second gains nothing.
    pub(super) async fn reply(&mut self, wait: Duration) -> Result<Reply, WireError> {
        timeout(wait, self.whole_reply()).await.map_err(|_| WireError::Silent(wait))?
    }

    async fn whole_reply(&mut self) -> Result<Reply, WireError> {
        let mut lines = Vec::new();
        loop {
            let bytes = self.line().await?;
            let garbage = || {
                WireError::Garbage(
                    String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).take(80).collect(),
                )
            };
            let (code, more, text) = reply::line(&bytes).ok_or_else(garbage)?;
            lines.push(text);
            if !more {
                return Ok(Reply { code, lines });
            }
            if lines.len() == MOST_LINES {
                return Err(garbage());
            }
        }
    }

    async fn line(&mut self) -> Result<Vec<u8>, WireError> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                return Ok(self.read.drain(..=end).collect());
            }
            if self.read.len() > LONGEST_LINE {
                return Err(WireError::Garbage("a line without end".to_owned()));
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(WireError::Closed);
            }
        }
    }
}
