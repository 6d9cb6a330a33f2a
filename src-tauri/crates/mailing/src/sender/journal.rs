//! What a connection saw, written down before it goes on: the sender's memory between two commits of the ledger.
//!
//! A connection claims a few messages ahead, so that one commit serves many. Its journal has a line for every message
//! whose outcome is known, written before the next message's final dot. A process that is killed leaves the journal
//! behind, since what was given to the system stays; the first claim without a line is then the only one in doubt, and
//! those after it were never begun. After a power cut lines may be missing, so only what they say is believed, not
//! their absence. The ledger knows which run's journal it may believe.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ledger::Settlement;

// A journal begins anew when it has grown so long and the ledger has everything in it.
const LONG: u64 = 1024 * 1024;

/// An outcome as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Which attempt of the delivery this was: an outcome that the ledger has already does not fit any more.
    pub(crate) attempt: i64,
    /// When it ended, in milliseconds.
    pub(crate) at: i64,
    /// What it came to.
    pub(crate) settled: Settlement,
}

/// One connection's journal, open for writing.
pub(crate) struct Journal {
    file: File,
    length: u64,
}

fn folder(data: &Path) -> PathBuf {
    data.join("sender-journal")
}

/// What a run is known by: which time the computer was started, and a number of its own.
pub(crate) fn run_name(boot: &str, number: u64) -> String {
    format!("{boot}/{number:016x}")
}

/// Makes the folder for a run's journals, empty.
pub(crate) fn begin(data: &Path, run: &str) -> io::Result<()> {
    end(data)?;
    crate::store::private_folder(&folder(data))?;
    fs::write(folder(data).join("run"), run)
}

/// Removes the journals: the ledger has everything.
pub(super) fn end(data: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder(data)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Journal {
    /// A connection's own.
    pub(crate) fn open(data: &Path, connection: usize) -> io::Result<Journal> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Journal { file: options.open(folder(data).join(connection.to_string()))?, length: 0 })
    }

    /// Writes a line; when this returns well, killing the process cannot take it away.
    pub(crate) fn write(&mut self, line: &Line) -> io::Result<()> {
        let json = serde_json::to_string(line)?;
        let line = format!("{} {json}\n", &blake3::hash(json.as_bytes()).to_hex()[..8]);
        self.length += line.len() as u64;
        self.file.write_all(line.as_bytes())
    }

    /// Whether it is time to begin anew.
    pub(super) fn is_long(&self) -> bool {
        self.length > LONG
    }

    /// Begins anew; the ledger must have everything in it.
    pub(super) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.length = 0;
        Ok(())
    }
}

/// What a run left in its journals.
pub(crate) struct Found {
    /// Every whole line.
    pub(crate) lines: Vec<Line>,
    /// Whether a line that is not there was never written.
    pub(crate) complete: bool,
}

/// Reads the journals of `run`. They are complete when the computer was not started since, which `boot` tells.
pub(crate) fn read(data: &Path, run: &str, boot: &str) -> io::Result<Found> {
    let folder = folder(data);
    let nothing = Found { lines: Vec::new(), complete: false };
    if fs::read_to_string(folder.join("run")).is_ok_and(|name| name == run) && !run.is_empty() {
        let mut lines = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let bytes = fs::read(entry?.path())?;
            lines.extend(String::from_utf8_lossy(&bytes).lines().filter_map(parse));
        }
        let started = run.split_once('/').map_or("", |(started, _)| started);
        return Ok(Found { lines, complete: !boot.is_empty() && started == boot });
    }
    Ok(nothing)
}

// A torn line has no sum that fits, and is as good as none: the message after it was not begun.
fn parse(line: &str) -> Option<Line> {
    let (sum, json) = line.split_once(' ')?;
    let whole = blake3::hash(json.as_bytes()).to_hex()[..8] == *sum;
    whole.then(|| serde_json::from_str(json).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Outcome, Stage};

    fn line(delivery: i64) -> Line {
        let settled = Settlement {
            delivery,
            stage: Stage::AfterDot,
            code: Some(250),
            text: "ok\nfine".into(),
            outcome: Outcome::Accepted,
        };
        Line { attempt: 1, at: 5, settled }
    }

    #[test]
    fn whole_lines_are_read_back_and_a_torn_one_is_not() {
        let data = tempfile::tempdir().unwrap();
        let run = run_name("boot-1", 7);
        begin(data.path(), &run).unwrap();
        let mut first = Journal::open(data.path(), 0).unwrap();
        first.write(&line(1)).unwrap();
        first.write(&line(2)).unwrap();
        first.file.set_len(first.length - 3).unwrap();
        Journal::open(data.path(), 1).unwrap().write(&line(3)).unwrap();
        let found = read(data.path(), &run, "boot-1").unwrap();
        let mut deliveries: Vec<i64> = found.lines.iter().map(|line| line.settled.delivery).collect();
        deliveries.sort_unstable();
        assert_eq!((deliveries, found.complete), (vec![1, 3], true));
        assert!(!read(data.path(), &run, "boot-2").unwrap().complete, "the computer was started anew");
        assert!(!read(data.path(), &run, "").unwrap().complete, "nobody can tell");
        assert!(read(data.path(), &run_name("boot-1", 8), "boot-1").unwrap().lines.is_empty(), "another run's");
    }

    #[test]
    fn a_line_that_is_not_as_it_was_written_is_not_believed() {
        let data = tempfile::tempdir().unwrap();
        begin(data.path(), "b/1").unwrap();
        let mut journal = Journal::open(data.path(), 0).unwrap();
        (1..4).for_each(|delivery| journal.write(&line(delivery)).unwrap());
        let path = folder(data.path()).join("0");
        let damaged = fs::read_to_string(&path).unwrap().replace("\"delivery\":2", "\"delivery\":9");
        fs::write(&path, damaged).unwrap();
        assert_eq!(read(data.path(), "b/1", "b").unwrap().lines, [line(1), line(3)]);
    }

    #[test]
    fn a_journal_begins_anew_without_what_was_in_it() {
        let data = tempfile::tempdir().unwrap();
        begin(data.path(), "b/1").unwrap();
        let mut journal = Journal::open(data.path(), 0).unwrap();
        journal.write(&line(1)).unwrap();
        journal.restart().unwrap();
        journal.write(&line(2)).unwrap();
        assert_eq!(read(data.path(), "b/1", "b").unwrap().lines, [line(2)]);
        end(data.path()).unwrap();
        assert!(read(data.path(), "b/1", "b").unwrap().lines.is_empty());
    }

    #[test]
    fn a_run_begins_without_the_journals_of_the_one_before() {
        let data = tempfile::tempdir().unwrap();
        begin(data.path(), "b/1").unwrap();
        for connection in 0..3 {
            Journal::open(data.path(), connection).unwrap().write(&line(1)).unwrap();
        }
        // With fewer connections: nobody writes over the others' files.
        begin(data.path(), "b/2").unwrap();
        Journal::open(data.path(), 0).unwrap().write(&line(2)).unwrap();
        assert_eq!(read(data.path(), "b/2", "b").unwrap().lines, [line(2)]);
    }
}
