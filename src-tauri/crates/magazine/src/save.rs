//! Saving so that a crash leaves the old file or the new one, never half of one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// What the names of files and folders begin with that are being made.
pub(crate) const TEMPORARY: &str = ".masthead-";

/// Names the exact bytes of a file, so that a save can tell whether somebody else wrote in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision(String);

/// Why a file was not saved. The text in hand is untouched in either case.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The file on disk is not the one the text was made from.
    #[error("`{}` was changed by another program since it was opened", path.display())]
    ChangedOutside {
        /// The file.
        path: PathBuf,
    },
    /// There is a file of that name already.
    #[error("`{}` exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The disk refused.
    #[error("could not save `{}`: {source}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Revision {
    /// The revision of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).to_hex().to_string())
    }

    /// A revision that travelled as text.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The revision as text.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Saves a text over the file it was made from.
///
/// # Errors
/// When the file on disk is no longer at `base`, or the disk refuses; the old file stays as it was.
pub fn save(path: &Path, text: &str, base: &Revision) -> Result<Revision, SaveError> {
    let disk = |source| SaveError::Disk { path: path.to_owned(), source };
    match fs::read(path) {
        // Already what we want to write: an earlier save whose answer was lost.
        Ok(current) if current == text.as_bytes() => return Ok(Revision::of(&current)),
        Ok(current) if Revision::of(&current) == *base => {}
        Ok(_) => return Err(SaveError::ChangedOutside { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SaveError::ChangedOutside { path: path.to_owned() });
        }
        Err(error) => return Err(disk(error)),
    }
    write_durably(path, text.as_bytes()).map_err(disk)?;
    Ok(Revision::of(text.as_bytes()))
}

/// Removes a file that is as it was at `base`.
///
/// # Errors
/// When the file is no longer at `base`, or the disk refuses; it then stays.
pub fn remove(path: &Path, base: &Revision) -> Result<(), SaveError> {
    let disk = |source| SaveError::Disk { path: path.to_owned(), source };
    match fs::read(path) {
        Ok(current) if Revision::of(&current) == *base => {}
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(disk(error)),
        _ => return Err(SaveError::ChangedOutside { path: path.to_owned() }),
    }
    fs::remove_file(path).map_err(disk)?;
    // It is gone: that a power cut could bring it back is no reason to say that it stayed.
    path.parent().map_or(Ok(()), sync_folder).ok();
    Ok(())
}

/// Writes a text to a file that must not be there yet.
///
/// # Errors
/// When there is one, or the disk refuses; what is there stays as it was.
pub fn write_new(path: &Path, text: &str) -> Result<(), SaveError> {
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| write_new_durably(path, text.as_bytes()));
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists { path: path.to_owned() },
        _ => SaveError::Disk { path: path.to_owned(), source },
    })
}

/// Writes a file by way of a temporary one beside it: written, synced, renamed, and the folder synced.
///
/// # Errors
/// Whatever the disk says; the file is then as it was before.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A link is followed, so that a save replaces what it points at and leaves the link alone.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(folder).to_owned();
    let temporary = written_beside(&folder, bytes)?;
    if let Ok(old) = fs::metadata(&target) {
        temporary.as_file().set_permissions(old.permissions())?;
    } else {
        readable_by_others(temporary.as_file())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    sync_folder(&folder)
}

/// The same for a file that must not be there yet, in a folder that is there: it is whole from the moment it has its
/// name.
///
/// # Errors
/// Whatever the disk says, and when there is something of that name; that is then as it was.
pub(crate) fn write_new_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = written_beside(folder, bytes)?;
    readable_by_others(temporary.as_file())?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

fn written_beside(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).suffix(".tmp").tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    Ok(temporary)
}

#[cfg(unix)]
fn readable_by_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_others(_: &File) -> io::Result<()> {
    Ok(())
}

/// Without this the rename itself may be lost with the power (POSIX promises nothing before it).
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changed_by_another_program_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "one").unwrap();
        let opened = Revision::of(b"one");
        let saved = save(&path, "two", &opened).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");

        fs::write(&path, "theirs").unwrap();
        assert!(matches!(save(&path, "three", &saved), Err(SaveError::ChangedOutside { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn a_file_is_removed_as_it_was_read_or_not_at_all_and_never_put_back_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(remove(&path, &Revision::of(b"mine")), Err(SaveError::ChangedOutside { .. })));
        assert!(matches!(write_new(&path, "mine"), Err(SaveError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");

        remove(&path, &Revision::of(b"theirs")).unwrap();
        assert!(!path.exists());
        assert!(matches!(remove(&path, &Revision::of(b"theirs")), Err(SaveError::ChangedOutside { .. })));
        write_new(&path, "theirs").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_save_that_already_happened_succeeds_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "two").unwrap();
        assert_eq!(save(&path, "two", &Revision::of(b"one")).unwrap(), Revision::of(b"two"));
    }

    #[test]
    fn a_refused_save_leaves_the_old_file_and_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("a.md");
        assert!(write_durably(&path, b"text").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_save_keeps_the_permissions_of_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_durably(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
