//! The pictures of an issue, looked at by their first bytes before the page engine gets them.
//!
//! A compile cannot be interrupted: a PNG of 437 kB that unfolds to 60,000 × 60,000 pixels runs for minutes. So the
//! size is read from the header, and a picture that is missing, too large or of no known kind is replaced at its
//! call by a neutral box.

use std::collections::BTreeMap;
use std::io::Cursor;

use magazine::{Code, Finding, Place};

use crate::Files;
use crate::inks::{self, Inks};

/// The path of the box that stands in for a picture.
pub(crate) const STAND_IN: &str = "/missing/picture.svg";

/// A grey box with a cross, in the proportions of a landscape picture.
pub(crate) const STAND_IN_SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><path fill="#e6e6e6" d="M0 0h300v200H0z"/><path fill="none" stroke="#9a9a9a" stroke-width="2" d="M1 1h298v198H1zl298 198M299 1L1 199"/></svg>"##;

const LARGEST_FILE: usize = 50 * 1024 * 1024;
const MOST_PIXELS: u64 = 100_000_000;

/// What a picture's first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Pixels.
    Raster {
        /// Across.
        width: u32,
        /// Down.
        height: u32,
    },
    /// An SVG drawing.
    Drawing,
    /// A PDF, as advertisements come.
    Pdf,
}

/// Why a picture cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// The file is too large.
    #[error("the file holds {} MB, the most is {} MB", .0 / 1_048_576, LARGEST_FILE / 1_048_576)]
    TooManyBytes(usize),
    /// The picture is too large.
    #[error("the picture is {0} × {1} pixels, the most is {most} million", most = MOST_PIXELS / 1_000_000)]
    TooManyPixels(u32, u32),
    /// No PNG, JPEG, GIF, WebP, SVG or PDF, or broken from the start.
    #[error("it is no PNG, JPEG, GIF, WebP, SVG or PDF that can be read")]
    Unknown,
    /// The engine found it broken when it came to draw it.
    #[error("the picture is broken or incomplete")]
    Broken,
}

/// Looks at a picture's first bytes.
///
/// # Errors
/// When the picture is too large or of no kind that a page can show.
pub fn probe(bytes: &[u8]) -> Result<Probe, ProbeError> {
    if bytes.len() > LARGEST_FILE {
        return Err(ProbeError::TooManyBytes(bytes.len()));
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok(Probe::Pdf);
    }
    if is_drawing(bytes) {
        return Ok(Probe::Drawing);
    }
    let reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| ProbeError::Unknown)?;
    let (width, height) = reader.into_dimensions().map_err(|_| ProbeError::Unknown)?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ProbeError::TooManyPixels(width, height));
    }
    Ok(Probe::Raster { width, height })
}

fn is_drawing(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{FEFF}').trim_start();
    head.starts_with('<') && head.contains("<svg")
}

/// Every picture of an issue by the name manuscripts use, and what is wrong with it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Media {
    pictures: BTreeMap<String, Result<Probe, ProbeError>>,
    inks: BTreeMap<String, Inks>,
}

impl Media {
    /// Probes pictures.
    pub(crate) fn probed(files: &Files) -> Self {
        Self {
            pictures: files.iter().map(|(name, bytes)| (name.clone(), probe(bytes))).collect(),
            inks: files.iter().filter_map(|(name, bytes)| Some((name.clone(), inks::of(bytes)?))).collect(),
        }
    }

    /// The picture turned out to be broken.
    pub(crate) fn give_up(&mut self, file: &str) {
        self.pictures.insert(file.to_owned(), Err(ProbeError::Broken));
    }

    /// The picture was not the broken one.
    pub(crate) fn put_back(&mut self, file: &str, before: &Self) {
        if let Some(known) = before.pictures.get(file) {
            self.pictures.insert(file.to_owned(), *known);
        }
    }

    /// What a picture's first bytes say, when it can be used.
    pub(crate) fn probe(&self, file: &str) -> Option<Probe> {
        self.pictures.get(file)?.ok()
    }

    /// What a picture's pixels are mixed from.
    pub(crate) fn inks(&self, file: &str) -> Option<Inks> {
        self.inks.get(file).copied()
    }

    /// Whether a picture can be used.
    pub(crate) fn is_usable(&self, file: &str) -> bool {
        self.pictures.get(file).is_some_and(Result::is_ok)
    }

    /// The virtual path of a picture, or of the box that stands in for it.
    pub(crate) fn path(&self, file: &str) -> String {
        if self.is_usable(file) { virtual_path(file) } else { STAND_IN.to_owned() }
    }

    /// What is wrong with a picture, told where it is named.
    pub(crate) fn finding(&self, file: &str, place: Place) -> Option<Finding> {
        match self.pictures.get(file) {
            Some(Ok(_)) => None,
            Some(Err(error)) => {
                Some(Finding::error(Code::BadMedia, format!("picture cannot be used: `{file}`: {error}")).at(place))
            }
            None => {
                let finding = Finding::error(Code::MissingMedia, format!("picture not found: `{file}`")).at(place);
                let other = self.pictures.keys().find(|name| name.eq_ignore_ascii_case(file));
                Some(match other {
                    Some(name) => finding.hint(format!("`{name}` exists; the names differ in case")),
                    None => finding.hint("put the file there, or correct its name"),
                })
            }
        }
    }
}

/// Where the engine finds a picture.
pub(crate) fn virtual_path(file: &str) -> String {
    format!("/{}", file.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_unfolds_to_gigabytes_is_refused_by_its_header() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(60_000_u32.to_be_bytes());
        png.extend(60_000_u32.to_be_bytes());
        png.extend([1, 0, 0, 0, 0, 0, 0, 0, 0]);
        let crc = crc32(&png[12..29]);
        png.splice(29.., crc.to_be_bytes());
        png.extend(b"\0\0\0\x01IDAT\0\0\0\0\0");
        assert_eq!(probe(&png), Err(ProbeError::TooManyPixels(60_000, 60_000)));
    }

    #[test]
    fn drawings_and_pdfs_are_told_by_their_first_bytes() {
        assert_eq!(probe(b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<svg/>"), Ok(Probe::Drawing));
        assert_eq!(probe(b"%PDF-1.7"), Ok(Probe::Pdf));
        assert_eq!(probe(b"<html>"), Err(ProbeError::Unknown));
        assert_eq!(probe(b""), Err(ProbeError::Unknown));
        assert_eq!(probe(STAND_IN_SVG.as_bytes()), Ok(Probe::Drawing));
    }

    #[test]
    fn a_name_in_another_case_is_told() {
        let media = Media::probed(&Files::from([("media/Cover.svg".to_owned(), b"<svg/>".to_vec())]));
        let finding = media.finding("media/cover.svg", Place::file("a.md")).unwrap();
        assert_eq!(finding.hint.unwrap(), "`media/Cover.svg` exists; the names differ in case");
        assert_eq!(media.path("media/cover.svg"), STAND_IN);
        assert_eq!(media.path("media/Cover.svg"), "/media/Cover.svg");
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        })
    }
}
