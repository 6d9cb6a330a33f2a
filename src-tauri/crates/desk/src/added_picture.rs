//! A picture that somebody pastes or drops into a text: it goes into the issue's `media/`, under a name of its own.
//!
//! What it is called there is made from the name it came with, and never replaces a picture that is there. Only what the
//! pages can show is taken; the bytes say what a file is, not its name.

use std::fs;
use std::path::{Path, PathBuf};

use magazine::{IssueId, write_durably};

use crate::rpc::AddedPicture;
use crate::{Class, Desk, Failure};

/// What an issue takes of one picture, in bytes: more than any camera writes.
const LARGEST: usize = 50_000_000;
const LONGEST_NAME: usize = 60;

impl Desk {
    /// Puts a picture that was handed over into an issue.
    pub(crate) fn add_picture(&self, id: IssueId, handed: &str) -> Result<AddedPicture, Failure> {
        let from = self.handed_over(handed);
        let bytes = fs::read(&from).map_err(|error| disk("read", &from, &error))?;
        let ending = ending(&bytes).ok_or_else(|| no_picture(handed))?;
        if bytes.len() > LARGEST {
            let message = format!("`{handed}` is larger than {} MB", LARGEST / 1_000_000);
            return Err(Failure::new(Class::Work, "too-large", message).hint("scale it down first"));
        }
        let folder = self.publication()?.issue_folder(id).join("media");
        fs::create_dir_all(&folder).map_err(|error| disk("write", &folder, &error))?;
        let path = place(&folder, &plain(handed), ending, &bytes);
        if !path.is_file() {
            write_durably(&path, &bytes).map_err(|error| disk("write", &path, &error))?;
        }
        fs::remove_file(&from).map_err(|error| disk("remove", &from, &error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(AddedPicture { file: format!("media/{name}") })
    }
}

/// The first free place for these bytes; one that holds the very same ones is as good.
fn place(folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> PathBuf {
    let named = |number: usize| match number {
        1 => folder.join(format!("{stem}.{ending}")),
        number => folder.join(format!("{stem}-{number}.{ending}")),
    };
    let free = |path: &PathBuf| fs::read(path).map_or(true, |there| there == bytes);
    (1..).map(named).find(free).unwrap_or_else(|| named(1))
}

/// What a file is by its first bytes, as an ending.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    match image::guess_format(bytes) {
        Ok(image::ImageFormat::Png) => return Some("png"),
        Ok(image::ImageFormat::Jpeg) => return Some("jpg"),
        Ok(image::ImageFormat::WebP) => return Some("webp"),
        Ok(image::ImageFormat::Gif) => return Some("gif"),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    let drawn =
        text.starts_with("<svg") || (text.starts_with("<?xml") || text.starts_with("<!")) && text.contains("<svg");
    drawn.then_some("svg")
}

/// `IMG 0042 (Ana).JPG` as `img-0042-ana`.
fn plain(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut plain = String::new();
    for sign in stem.chars().flat_map(char::to_lowercase) {
        match unaccented(sign) {
            Some(letter) => plain.push(letter),
            None if !plain.ends_with('-') => plain.push('-'),
            None => {}
        }
    }
    let plain: String = plain.trim_matches('-').chars().take(LONGEST_NAME).collect();
    if plain.is_empty() { "picture".to_owned() } else { plain }
}

/// File names travel between systems that write accents differently, so they get none.
fn unaccented(sign: char) -> Option<char> {
    match sign {
        'a'..='z' | '0'..='9' => Some(sign),
        'ă' | 'â' | 'á' | 'à' | 'ä' => Some('a'),
        'î' | 'í' | 'ï' => Some('i'),
        'ș' | 'ş' => Some('s'),
        'ț' | 'ţ' => Some('t'),
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'ö' | 'ó' | 'ô' => Some('o'),
        'ü' | 'ú' | 'û' => Some('u'),
        'ç' => Some('c'),
        'ñ' => Some('n'),
        _ => None,
    }
}

fn no_picture(name: &str) -> Failure {
    Failure::new(Class::Work, "no-picture", format!("`{name}` is no picture that pages can show"))
        .hint("PNG, JPEG, WebP, GIF and SVG are")
}

fn disk(what: &str, path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Environment, "disk", format!("could not {what} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_gets_a_name_that_every_system_writes_alike() {
        for (name, expected) in [
            ("IMG 0042 (Ana).JPG", "img-0042-ana"),
            ("Piața Unirii, noaptea.png", "piata-unirii-noaptea"),
            ("картина.png", "picture"),
            ("", "picture"),
            ("a.b.c.svg", "a-b-c"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn bytes_say_what_a_file_is() {
        assert_eq!(ending(b"\x89PNG\r\n\x1a\n...."), Some("png"));
        assert_eq!(ending(b"\xff\xd8\xff\xe0...."), Some("jpg"));
        assert_eq!(ending(b"<?xml version=\"1.0\"?>\n<svg/>"), Some("svg"));
        assert_eq!(ending(b"<html><svg/></html>"), None);
        assert_eq!(ending(b"MZ\x90"), None);
    }

    #[test]
    fn no_picture_is_ever_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let at = |bytes: &[u8]| place(folder.path(), "tram", "png", bytes);
        assert_eq!(at(b"one"), folder.path().join("tram.png"));
        fs::write(folder.path().join("tram.png"), b"one").unwrap();
        assert_eq!(at(b"one"), folder.path().join("tram.png"), "the same bytes need no second file");
        assert_eq!(at(b"two"), folder.path().join("tram-2.png"));
    }
}
