//! One window for one data folder: a second start rings at the first one, says what it was to open, and goes.
//!
//! The first window holds a lock on a file in the data folder, which the system gives back however the window ends: one
//! that crashed blocks nobody. It listens on a port of this computer alone; port and password lie beside the lock, in a
//! file for its owner's eyes. A socket file would do on Unix, but its path may be no longer than some hundred bytes, and
//! Windows has none. Where a lock cannot be had at all (some network drives), the window opens without this guard.

use std::collections::VecDeque;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{Class, Failure};

/// A window that is there answers within this.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 120 } else { 20 });
const AGAIN: Duration = Duration::from_millis(50);
/// So many callers are listened to at once; the one that has said nothing for longest makes room for the next.
const CALLERS: usize = 32;
/// No call is longer, in bytes.
const LONGEST: u64 = 64 * 1024;
const HEARD: &[u8] = b"heard\n";

/// What a second start asks of the first window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// The publication's folder, or a file in it; nothing when the window is only to come forward.
    pub open: Option<PathBuf>,
    /// What the system gave the second start so that a window may come forward; Wayland asks for it.
    pub token: Option<String>,
}

/// What became of a start.
#[derive(Debug)]
pub enum Entry {
    /// This is the first window. It holds the folder as long as this value lives.
    First(Doorbell),
    /// Another window holds the folder and has heard; this start may go.
    Heard,
    /// There can be no guard in this folder.
    Unguarded,
}

/// The first window's own.
#[derive(Debug)]
pub struct Doorbell {
    lock: File,
    listener: TcpListener,
    password: String,
}

/// Where to ring, as the first window wrote it down.
#[derive(Debug, Serialize, Deserialize)]
struct Address {
    port: u16,
    password: String,
}

#[derive(Serialize, Deserialize)]
struct Letter {
    password: String,
    ring: Ring,
}

/// Takes the data folder for a window, or rings at the window that has it.
///
/// # Errors
/// When a window has the folder and does not answer.
pub fn enter(data: &Path, ring: &Ring) -> Result<Entry, Failure> {
    let Ok(lock) = private_folder(data).and_then(|()| open_private(&data.join("window.lock"))) else {
        return Ok(Entry::Unguarded);
    };
    let started = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(Doorbell::hang(data, lock).map_or(Entry::Unguarded, Entry::First)),
            Err(TryLockError::Error(_)) => return Ok(Entry::Unguarded),
            Err(TryLockError::WouldBlock) => {}
        }
        // It may be about to write its address down, or to go.
        if call(data, ring).is_ok() {
            return Ok(Entry::Heard);
        }
        if started.elapsed() > PATIENCE {
            let message = "Masthead is open already and does not answer";
            return Err(Failure::new(Class::Environment, "window-silent", message)
                .hint("close its window; if there is none, end the program `masthead-app`"));
        }
        thread::sleep(AGAIN);
    }
}

fn call(data: &Path, ring: &Ring) -> io::Result<()> {
    let address: Address = serde_json::from_slice(&fs::read(address_in(data))?)?;
    let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, address.port).into(), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut letter = serde_json::to_vec(&Letter { password: address.password, ring: ring.clone() })?;
    letter.push(b'\n');
    stream.write_all(&letter)?;
    let mut answer = Vec::new();
    stream.take(HEARD.len() as u64).read_to_end(&mut answer)?;
    if answer == HEARD { Ok(()) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
}

impl Doorbell {
    fn hang(data: &Path, lock: File) -> io::Result<Self> {
        let file = address_in(data);
        // That of a window which is gone; and a new file can be read by nobody who had opened the old one.
        let _ = fs::remove_file(&file);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let password = password();
        let address = Address { port: listener.local_addr()?.port(), password: password.clone() };
        open_private(&file)?.write_all(&serde_json::to_vec(&address)?)?;
        Ok(Self { lock, listener, password })
    }

    /// Hears every second start from here on. Each caller is listened to on a thread of its own, so that one who says
    /// nothing keeps nobody waiting.
    pub fn listen(self, heard: impl Fn(Ring) + Send + Sync + 'static) {
        let Self { lock, listener, password } = self;
        let ears = Arc::new((password, heard));
        thread::spawn(move || {
            // The lock lives as long as somebody listens.
            let _held = lock;
            let mut callers = VecDeque::new();
            for stream in listener.incoming().flatten() {
                let Ok(line) = stream.try_clone() else { continue };
                callers.push_back(line);
                if callers.len() > CALLERS
                    && let Some(longest) = callers.pop_front()
                {
                    let _ = longest.shutdown(Shutdown::Both);
                }
                let ears = Arc::clone(&ears);
                thread::spawn(move || hear_out(stream, &ears.0, &ears.1));
            }
        });
    }
}

/// Listens to one caller, and hangs up.
fn hear_out(mut stream: TcpStream, password: &str, heard: &impl Fn(Ring)) {
    if let Ok(ring) = read(&stream, password) {
        heard(ring);
        // Whether the other one still hears this is its own affair.
        let _ = stream.write_all(HEARD);
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn read(stream: &TcpStream, password: &str) -> io::Result<Ring> {
    // No honest caller takes longer.
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut line = Vec::new();
    BufReader::new(stream.take(LONGEST)).read_until(b'\n', &mut line)?;
    let letter: Letter = serde_json::from_slice(&line)?;
    if letter.password == password { Ok(letter.ring) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

fn address_in(data: &Path) -> PathBuf {
    data.join("window.address")
}

/// Makes the data folder for its owner alone, unless there is one.
fn private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Opens a file that only its owner may read, made when it is missing.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Two numbers that the system's own source of chance gave this process's hash tables.
fn password() -> String {
    let number = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", number(), number())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn ring(folder: &str) -> Ring {
        Ring { open: Some(PathBuf::from(folder)), token: None }
    }

    fn first(data: &Path) -> Doorbell {
        match enter(data, &Ring::default()).unwrap() {
            Entry::First(doorbell) => doorbell,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_second_start_is_heard_by_the_first_and_each_folder_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (data, other) = (folder.path().join("a"), folder.path().join("b"));
        let (tell, told) = mpsc::channel();
        first(&data).listen(move |ring| tell.send(ring).unwrap());
        assert!(matches!(enter(&data, &ring("/kerb")).unwrap(), Entry::Heard));
        assert_eq!(told.recv().unwrap(), ring("/kerb"));
        first(&other);
    }

    #[test]
    fn a_window_that_ended_without_a_word_blocks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        // What the system does for a program that was killed: the lock is gone, lock file and address stay.
        drop(first(folder.path()));
        assert!(address_in(folder.path()).is_file());
        first(folder.path());
        fs::write(address_in(folder.path()), "{ broken").unwrap();
        first(folder.path());
    }

    #[test]
    fn who_does_not_know_the_password_is_not_heard() {
        let folder = tempfile::tempdir().unwrap();
        let doorbell = first(folder.path());
        let port = doorbell.listener.local_addr().unwrap().port();
        let (tell, told) = mpsc::channel();
        doorbell.listen(move |ring| tell.send(ring).unwrap());
        for letter in ["", "\n", "{}\n", "{\"password\":\"x\",\"ring\":{\"open\":\"/etc\",\"token\":null}}\n"] {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            stream.write_all(letter.as_bytes()).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            assert!(answer.is_empty(), "{letter:?}");
        }
        assert!(told.try_recv().is_err());
    }

    #[test]
    fn callers_that_say_nothing_keep_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let doorbell = first(folder.path());
        let port = doorbell.listener.local_addr().unwrap().port();
        let (tell, told) = mpsc::channel();
        doorbell.listen(move |ring| tell.send(ring).unwrap());
        let call = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let _silent: Vec<TcpStream> = std::iter::repeat_with(call).take(3 * CALLERS).collect();
        assert!(matches!(enter(folder.path(), &ring("/kerb")).unwrap(), Entry::Heard));
        assert_eq!(told.recv().unwrap(), ring("/kerb"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_in_keeps_no_window_from_opening() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(enter(&file.join("data"), &Ring::default()).unwrap(), Entry::Unguarded));
    }

    #[cfg(unix)]
    #[test]
    fn the_address_is_for_its_owners_eyes() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let _doorbell = first(&data);
        for path in [address_in(&data), data] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
