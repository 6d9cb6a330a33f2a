//! Passwords in the system's own keyring: the Keychain, the Credential Manager, the Secret Service of a Linux desktop.
//!
//! An account is named as its server is written, `smtp+starttls://user@host:587`, so each has its own entry.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

use crate::smtp::Secret;

const SERVICE: &str = "masthead";

/// The keyring of whoever is signed in at this computer.
pub struct Keyring {
    store: Arc<CredentialStore>,
}

/// Why the keyring was of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// This computer has none, or nobody is signed in at its screen.
    #[error("no keyring answers on this computer: {text}")]
    None {
        /// What the system said.
        text: String,
    },
    /// It is locked, or refused.
    #[error("the keyring refused: {text}")]
    Refused {
        /// What the system said.
        text: String,
    },
}

impl KeyringError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            KeyringError::None { .. } => "keyring-none",
            KeyringError::Refused { .. } => "keyring-refused",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            KeyringError::None { .. } => {
                "on a server there is none: pass the password by `--password-file FILE` or `--password-fd N`"
            }
            KeyringError::Refused { .. } => "unlock the keyring, or pass the password by `--password-file FILE`",
        }
    }
}

impl Keyring {
    /// Finds the keyring.
    pub fn open() -> Result<Keyring, KeyringError> {
        let store = system_store().map_err(|error| KeyringError::None { text: error.to_string() })?;
        Ok(Keyring { store })
    }

    /// The password of an account, if it is there.
    pub fn password(&self, account: &str) -> Result<Option<Secret>, KeyringError> {
        match self.entry(account)?.get_password() {
            Ok(password) => Ok(Some(Secret::new(password))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Keeps the password of an account, in place of an older one.
    pub fn keep(&self, account: &str, password: &Secret) -> Result<(), KeyringError> {
        self.entry(account)?.set_password(password.expose()).map_err(|error| refused(&error))
    }

    /// Takes the password of an account out; answers whether it was there.
    pub fn forget(&self, account: &str) -> Result<bool, KeyringError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(refused(&error)),
        }
    }

    fn entry(&self, account: &str) -> Result<Entry, KeyringError> {
        self.store.build(SERVICE, account, None).map_err(|error| refused(&error))
    }
}

fn refused(error: &Error) -> KeyringError {
    KeyringError::Refused { text: error.to_string() }
}

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_for_its_account_and_forgotten() {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        let keyring = Keyring { store };
        let (ours, other) = ("smtps://desk@host:465", "smtps://desk@host:587");
        assert!(keyring.password(ours).unwrap().is_none());
        keyring.keep(ours, &Secret::new("hunter2")).unwrap();
        assert_eq!(keyring.password(ours).unwrap().unwrap().expose(), "hunter2");
        assert!(keyring.password(other).unwrap().is_none());
        assert!(keyring.forget(ours).unwrap() && !keyring.forget(ours).unwrap());
    }
}
