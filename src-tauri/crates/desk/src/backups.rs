//! Copies of the list: made by hand, listed, put back. The others are made by themselves before what could go wrong.

use std::path::{Path, PathBuf};

use mailing::{Backup, KeptBackup, Restored, Store};

use crate::{Class, Desk, Failure};

impl Desk {
    /// Makes a copy of the list and reads it back; in the data folder, or in the folder that is named.
    ///
    /// # Errors
    /// When the list cannot be read, or the copy not be written or not read back whole.
    pub fn back_up(&self, to: Option<&Path>) -> Result<Backup, Failure> {
        let store = self.store()?;
        match to {
            Some(folder) => Ok(store.back_up_to(folder, self.now())?),
            None => Ok(store.back_up(mailing::Why::Asked, self.now())?),
        }
    }

    /// The copies in the data folder, the newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backups(&self) -> Result<Vec<KeptBackup>, Failure> {
        Ok(Store::backups(&self.data)?)
    }

    /// Puts a copy back in place of the list: one of the data folder by its name, or any by its path. Whoever left since
    /// then stays away, mailings sent since then stay sent, and those under way wait for a person's word.
    ///
    /// # Errors
    /// When there is no such copy, it is not whole, an edition is being sent, or the disk refuses; the list is then as
    /// it was.
    pub fn restore(&self, backup: &Path) -> Result<Restored, Failure> {
        Ok(Store::restore(&self.data, &self.backup_at(backup)?, self.now())?)
    }

    fn backup_at(&self, backup: &Path) -> Result<PathBuf, Failure> {
        if backup.is_file() {
            return Ok(backup.to_owned());
        }
        let kept = self.backups()?.into_iter().find(|kept| Path::new(&kept.name) == backup);
        kept.map(|kept| kept.path).ok_or_else(|| {
            Failure::new(Class::Usage, "no-backup", format!("there is no copy `{}`", backup.display()))
                .hint("choose one that is still there")
                .command("`masthead backups` lists the copies in the data folder")
        })
    }
}
