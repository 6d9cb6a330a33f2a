//! Files that pass through the window: a list that somebody hands over to be imported, and lists that were written.
//!
//! Both lie in folders of the data about people, which are for their owner only; the window names them by their bare
//! names and never by a path.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Class, Desk, Failure};

/// Under the data folder.
const INCOMING: &str = "incoming";
/// Under the data folder.
const WRITTEN: &str = "exports";
const LONGEST_NAME: usize = 120;

impl Desk {
    /// Keeps a file that was handed over until it is imported; answers the name to ask for it by. One file at a time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take_file(&self, name: &str, bytes: &[u8]) -> Result<String, Failure> {
        let folder = self.private_folder(INCOMING)?;
        for old in fs::read_dir(&folder).map_err(|error| disk(&folder, &error))?.flatten() {
            fs::remove_file(old.path()).map_err(|error| disk(&old.path(), &error))?;
        }
        let name = bare(name);
        let path = folder.join(&name);
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(|error| disk(&path, &error))?;
        std::io::Write::write_all(&mut file, bytes).map_err(|error| disk(&path, &error))?;
        file.persist(&path).map_err(|error| disk(&path, &error.error))?;
        Ok(name)
    }

    /// A file that was handed over.
    pub(crate) fn handed_over(&self, name: &str) -> PathBuf {
        self.data.join(INCOMING).join(bare(name))
    }

    /// Where a list of this name is to be written.
    pub(crate) fn to_be_written(&self, name: &str) -> Result<PathBuf, Failure> {
        Ok(self.private_folder(WRITTEN)?.join(bare(name)))
    }

    /// A list that was written.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn written_file(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.data.join(WRITTEN).join(bare(name));
        if path.is_file() {
            return Ok(path);
        }
        Err(Failure::new(Class::Work, "no-file", format!("`{}` is not there any more", path.display()))
            .hint("write it again"))
    }

    fn private_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.data.join(name);
        fs::create_dir_all(&folder).map_err(|error| disk(&folder, &error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(|error| disk(&folder, &error))?;
        }
        Ok(folder)
    }
}

fn disk(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
}

/// The last part of a name, without anything that a file system takes for more than a letter.
fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain: String = last
        .chars()
        .map(|sign| if sign.is_alphanumeric() || "-_ .()".contains(sign) { sign } else { '_' })
        .take(LONGEST_NAME)
        .collect();
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "list.csv".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_handed_over_file_stays_in_its_folder_whatever_it_is_called() {
        assert_eq!(bare("abonați 2026.csv"), "abonați 2026.csv");
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            ("..", "list.csv"),
            ("", "list.csv"),
            ("C:\\people\\list.csv", "list.csv"),
            ("<img src=x onerror=alert(1)>.csv", "_img src_x onerror_alert(1)_.csv"),
            (".hidden", "hidden"),
            ("a\0b", "a_b"),
        ] {
            assert_eq!(bare(name), expected);
        }
        assert_eq!(bare(&"x".repeat(500)).len(), 120);
    }
}
