//! What the page keeps of how its writer likes it and where they were: a note that only the page reads.
//!
//! It lies in the data folder, written as soon as the page says so. The web view has a store of its own, but writes it
//! when it finds the time: a window that is killed a moment after somebody chose a larger type would have forgotten it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use magazine::write_durably;
use serde_json::{Map, Value};

/// A note that has grown beyond this is no note.
const MOST: usize = 1 << 20;

/// The note as it was kept last. A file that is none is set aside beside it.
#[must_use]
pub fn read_note(data: &Path) -> Option<String> {
    let file = file(data);
    let bytes = fs::read(&file).ok()?;
    let note = String::from_utf8(bytes).ok().filter(|text| is_note(text));
    if note.is_none() {
        // Where even that is refused there is nothing to lose: the next note is written over it.
        let _ = fs::rename(&file, file.with_extension("json.broken"));
    }
    note
}

/// Keeps a note.
///
/// # Errors
/// When it is none, or the disk refuses.
pub fn keep_note(data: &Path, text: &str) -> io::Result<()> {
    if !is_note(text) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "what the page keeps is a JSON object of at most 1 MiB",
        ));
    }
    fs::create_dir_all(data)?;
    write_durably(&file(data), text.as_bytes())
}

fn is_note(text: &str) -> bool {
    text.len() <= MOST && serde_json::from_str::<Map<String, Value>>(text).is_ok()
}

fn file(data: &Path) -> PathBuf {
    data.join("page.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert_eq!(read_note(&data), None);
        keep_note(&data, "{\"windowZoom\":125}").unwrap();
        keep_note(&data, "{\"windowZoom\":200}").unwrap();
        assert_eq!(read_note(&data).as_deref(), Some("{\"windowZoom\":200}"));
    }

    #[test]
    fn what_is_no_note_is_neither_kept_nor_read() {
        let folder = tempfile::tempdir().unwrap();
        keep_note(folder.path(), "{}").unwrap();
        for wrong in ["", "{", "[1]", "\"</script>\"", &format!("{{\"a\":\"{}\"}}", "x".repeat(MOST))] {
            keep_note(folder.path(), wrong).unwrap_err();
            assert_eq!(read_note(folder.path()).as_deref(), Some("{}"));
        }
        fs::write(file(folder.path()), "{ broken").unwrap();
        assert_eq!(read_note(folder.path()), None);
        assert_eq!(fs::read_to_string(folder.path().join("page.json.broken")).unwrap(), "{ broken");
        assert!(!file(folder.path()).exists());
    }
}
