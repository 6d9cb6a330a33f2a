//! Where passwords come from: a file descriptor, a file that nobody else may read, or the system's keyring.
//!
//! Never an argument, which every program on the computer can see, nor a setting, which goes into Git.

use std::fs::File;
use std::io::{Read, Take};
use std::path::{Path, PathBuf};

use mailing::{Keyring, KeyringError, Secret};
use serde::Serialize;

use crate::{Class, Desk, Failure};

/// No password is longer; a file that is was meant for something else.
const LONGEST: u64 = 4096;

/// Where a password is to be taken from; the keyring when neither is named.
#[derive(Debug, Clone, Default)]
pub struct PasswordSource {
    /// A file that only its owner may read.
    pub file: Option<PathBuf>,
    /// A descriptor that the caller opened.
    pub descriptor: Option<u32>,
}

/// A server that an account is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The relay that mail goes out by.
    Relay,
    /// The mailbox that bounces come to.
    Inbox,
}

impl PasswordSource {
    /// The password as the caller handed it over, if they did.
    pub(crate) fn given(&self) -> Result<Option<Secret>, Failure> {
        match (&self.descriptor, &self.file) {
            (Some(descriptor), _) => from_descriptor(*descriptor).map(Some),
            (None, Some(file)) => from_file(file).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The password for a server: as handed over, else from the keyring.
    pub(crate) fn of(&self, server: &str) -> Result<Secret, Failure> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        let none = |why: &str| {
            Failure::new(Class::Usage, "no-password", format!("`{server}` has no password{why}"))
                .hint("write it under the mail server, in the settings")
                .command(
                "keep it in this computer's keyring with `masthead password keep`, or pass it by `--password-file FILE` \
                 or `--password-fd N`",
            )
        };
        match Keyring::open().and_then(|keyring| keyring.password(server)) {
            Ok(Some(password)) => Ok(password),
            Ok(None) => Err(none(", neither here nor in the keyring")),
            Err(KeyringError::None { .. }) => Err(none(", and this computer has no keyring to look in")),
            Err(error) => Err(error.into()),
        }
    }
}

impl Desk {
    /// Keeps the password of the relay or the mailbox in the keyring; answers the server it is for.
    ///
    /// # Errors
    /// When none is set up, none was handed over, or the keyring cannot be used.
    pub fn keep_password(&self, account: Account, source: &PasswordSource) -> Result<String, Failure> {
        let server = self.server(account)?;
        let password =
            source.given()?.ok_or_else(|| Failure::new(Class::Usage, "no-password", "no password was given"))?;
        Keyring::open()?.keep(&server, &password)?;
        Ok(server)
    }

    /// Takes the password of the relay or the mailbox out of the keyring; answers whether it was there.
    ///
    /// # Errors
    /// When none is set up, or the keyring cannot be used.
    pub fn forget_password(&self, account: Account) -> Result<bool, Failure> {
        Ok(Keyring::open()?.forget(&self.server(account)?)?)
    }

    /// The server of an account as the publication writes it, which is what the keyring knows it by.
    pub(crate) fn server(&self, account: Account) -> Result<String, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let (server, place) = match account {
            Account::Relay => (&settings.sender.relay, "`relay` under `[sender]`"),
            Account::Inbox => (&settings.inbox.server, "`server` under `[inbox]`"),
        };
        if server.is_empty() {
            return Err(Failure::new(Class::Work, "no-server", format!("{place} is not set up"))
                .hint("set it in assets/publication.toml"));
        }
        Ok(server.clone())
    }
}

fn from_descriptor(descriptor: u32) -> Result<Secret, Failure> {
    // Opened by its name in the system's own list, which asks for no unsafe code.
    let path = PathBuf::from(format!("/dev/fd/{descriptor}"));
    let refuse = |error: &dyn std::fmt::Display| {
        let message = format!("no password could be read from descriptor {descriptor}: {error}");
        Failure::new(Class::Environment, "password-fd", message)
            .hint("open it for reading, as in `--password-fd 3 3<FILE`")
    };
    let file = File::open(path).map_err(|error| refuse(&error))?;
    read(file.take(LONGEST)).map_err(|error| refuse(&error))
}

fn from_file(path: &Path) -> Result<Secret, Failure> {
    let refuse = |message: String| Failure::new(Class::Environment, "password-file", message);
    let unreadable = |error| refuse(format!("could not read `{}`: {error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Asked of the open file, so that nobody can put another in its place in between.
        let mode = file.metadata().map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(refuse(format!("others may read `{}`", path.display()))
                .hint(format!("run `chmod 600 {}`", path.display())));
        }
    }
    read(file.take(LONGEST)).map_err(unreadable)
}

fn read(mut from: Take<File>) -> std::io::Result<Secret> {
    let mut text = String::new();
    from.read_to_string(&mut text)?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
