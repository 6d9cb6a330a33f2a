//! One sender at a time: a lock on the data folder, which the system takes back when the process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Held while a sender is at work.
pub(crate) struct SenderLock {
    _file: File,
}

impl SenderLock {
    /// Takes the lock, or answers `None` when another sender holds it.
    pub(crate) fn take(folder: &Path) -> io::Result<Option<SenderLock>> {
        let path = folder.join("sender.lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(SenderLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
