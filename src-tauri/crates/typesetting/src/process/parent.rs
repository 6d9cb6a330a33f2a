//! The parent's side: starts the child, waits no longer than the limit, and ends it.

use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::protocol::{self, Reply, Request};

/// How the child is started: a program whose arguments make it call [`crate::serve`].
#[derive(Debug, Clone)]
pub struct EngineCommand {
    /// The executable, usually the running one.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Why the child was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It took longer than this.
    TimeLimit(Duration),
    /// A newer edit waited for it.
    Superseded,
    /// It ended by itself, most likely at the limit of its memory.
    Died,
}

/// How often a wait looks up.
const LOOK_UP: Duration = Duration::from_millis(20);

/// A running child. Dropping it ends it.
pub(crate) struct Child {
    process: std::process::Child,
    input: BufWriter<ChildStdin>,
    replies: Receiver<io::Result<Reply>>,
}

impl Child {
    pub(crate) fn start(command: &EngineCommand) -> io::Result<Self> {
        let mut process = Command::new(&command.program)
            .args(&command.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A heap of its own for each of many short threads would keep what each of them freed.
            .env("MALLOC_ARENA_MAX", "2")
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("the page engine has no pipes"));
        };
        let (sender, replies) = mpsc::channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let reply = protocol::read(&mut output);
                let is_last = reply.is_err();
                if sender.send(reply).is_err() || is_last {
                    return;
                }
            }
        });
        Ok(Self { process, input: BufWriter::new(input), replies })
    }

    pub(crate) fn send(&mut self, request: &Request) -> Result<(), Ending> {
        protocol::write(&mut self.input, request).map_err(|_| Ending::Died)
    }

    /// The next reply, if it comes within `limit` of `since` and before it is `superseded`.
    pub(crate) fn reply(
        &self,
        since: Instant,
        limit: Duration,
        superseded: &dyn Fn(Duration) -> bool,
    ) -> Result<Reply, Ending> {
        loop {
            let left = limit.saturating_sub(since.elapsed());
            match self.replies.recv_timeout(left.min(LOOK_UP)) {
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(Ending::Died),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(Ending::TimeLimit(limit)),
                Err(RecvTimeoutError::Timeout) if superseded(since.elapsed()) => return Err(Ending::Superseded),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
