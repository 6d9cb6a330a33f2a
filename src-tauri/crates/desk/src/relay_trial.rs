//! Setting up the relay from the window: its password, a look whether it takes mail, a copy to oneself.

use mailing::{Keyring, KeyringError, RelayError, Secret};
use serde::Serialize;

use crate::password::Account;
use crate::{Class, Desk, Failure, relay};

/// Where the relay's password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordPlace {
    /// The relay names no user, so it wants none.
    NotWanted,
    /// In this computer's keyring.
    Keyring,
    /// In the memory of the open window, because the keyring cannot keep it.
    Memory,
    /// Nowhere yet.
    Missing,
    /// Nowhere, and this computer has no keyring to keep it in.
    NoKeyring,
}

impl PasswordPlace {
    /// As the window knows it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotWanted => "not-wanted",
            Self::Keyring => "keyring",
            Self::Memory => "memory",
            Self::Missing => "missing",
            Self::NoKeyring => "no-keyring",
        }
    }
}

impl Desk {
    /// Where the relay's password is; nothing when no relay is set up.
    ///
    /// # Errors
    /// When the publication cannot be read, or its relay cannot be understood.
    pub fn relay_password(&self) -> Result<Option<PasswordPlace>, Failure> {
        let server = self.publication()?.settings().sender.relay.clone();
        if server.is_empty() {
            return Ok(None);
        }
        if relay::parse(&server, None)?.user.is_none() {
            return Ok(Some(PasswordPlace::NotWanted));
        }
        if self.kept_here(&server).is_some() {
            return Ok(Some(PasswordPlace::Memory));
        }
        Ok(Some(match Keyring::open().and_then(|keyring| keyring.password(&server)) {
            Ok(Some(_)) => PasswordPlace::Keyring,
            Ok(None) => PasswordPlace::Missing,
            Err(KeyringError::None { .. } | KeyringError::Refused { .. }) => PasswordPlace::NoKeyring,
        }))
    }

    /// Keeps the relay's password: in the keyring, or where there is none in memory until the desk is closed.
    ///
    /// # Errors
    /// When no relay is set up.
    pub fn keep_relay_password(&self, password: String) -> Result<PasswordPlace, Failure> {
        let server = self.server(Account::Relay)?;
        let password = Secret::new(password);
        let mut here = self.passwords();
        here.remove(&server);
        if Keyring::open().and_then(|keyring| keyring.keep(&server, &password)).is_ok() {
            return Ok(PasswordPlace::Keyring);
        }
        here.insert(server, password);
        Ok(PasswordPlace::Memory)
    }

    /// Forgets the relay's password, wherever it is kept.
    ///
    /// # Errors
    /// When no relay is set up, or the keyring refuses.
    pub fn forget_relay_password(&self) -> Result<(), Failure> {
        let server = self.server(Account::Relay)?;
        let was_here = self.passwords().remove(&server).is_some();
        match Keyring::open().and_then(|keyring| keyring.forget(&server)) {
            Err(KeyringError::Refused { text }) if !was_here => Err(KeyringError::Refused { text }.into()),
            _ => Ok(()),
        }
    }

    /// Connects to the relay, makes the connection private and signs in; nothing is sent.
    ///
    /// # Errors
    /// When no relay is set up, its password is missing, or it could not be used: the message says how far it came.
    pub fn try_relay(&self) -> Result<(), Failure> {
        let server = self.server(Account::Relay)?;
        Ok(self.relay_at(&server, None)?.try_out()?)
    }

    /// The password that is kept while the desk is open.
    pub(crate) fn kept_here(&self, server: &str) -> Option<Secret> {
        self.passwords().get(server).cloned()
    }

    fn passwords(&self) -> std::sync::MutexGuard<'_, std::collections::BTreeMap<String, Secret>> {
        self.passwords.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl From<RelayError> for Failure {
    fn from(error: RelayError) -> Self {
        Self::new(Class::Environment, error.code(), &error).hint(error.hint())
    }
}
