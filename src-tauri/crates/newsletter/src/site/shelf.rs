//! The pictures of a site: which sizes each is needed in, and how a page shows it.

use std::collections::BTreeMap;

use super::markup::Markup;
use crate::picture::Pictures;

/// The widths a picture is made in, in pixels; a page chooses by the reader's screen.
const WIDTHS: [u32; 3] = [480, 960, 1600];

/// A picture to make: a JPEG of this width.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SitePicture {
    /// The picture of the issue.
    pub file: String,
    /// In pixels.
    pub width: u32,
    /// Where the page looks for it, from the site's root.
    pub path: String,
}

/// Pictures seen so far.
pub(super) struct Shelf {
    known: Pictures,
    folder: String,
    /// From the page that is being written to the folder: `../`.
    pub(super) prefix: &'static str,
    needed: BTreeMap<String, SitePicture>,
}

impl Shelf {
    pub(super) fn new(known: &Pictures, folder: String) -> Shelf {
        Shelf { known: known.clone(), folder, prefix: "", needed: BTreeMap::new() }
    }

    pub(super) fn needed(self) -> Vec<SitePicture> {
        self.needed.into_values().collect()
    }

    /// The first of these files that can be shown.
    pub(super) fn first_of(&self, files: &[&'static str]) -> Option<&'static str> {
        files.iter().copied().find(|file| self.known.contains_key(*file))
    }

    /// Shows a picture in as many sizes as make sense; its words alone where it cannot be read.
    pub(super) fn picture(
        &mut self,
        out: &mut Markup,
        file: &str,
        alt: &str,
        sizes: &'static str,
        widest: u32,
        later: bool,
    ) {
        let Some(size) = self.known.get(file).copied().filter(|size| size.width > 0 && size.height > 0) else {
            out.text(alt);
            return;
        };
        // A drawing is as sharp as one likes; a photograph is not enlarged.
        let most = if is_drawing(file) { 2 * widest } else { size.width };
        let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width <= most).collect();
        if widths.is_empty() {
            widths.push(WIDTHS[0]);
        }
        let paths: Vec<(u32, String)> = widths.iter().map(|width| (*width, self.need(file, *width))).collect();
        let set: Vec<String> = paths.iter().map(|(width, path)| format!("{path} {width}w")).collect();
        let Some((shown, source)) = paths.get(paths.len().min(2) - 1) else { return };
        let height = (f64::from(*shown) * f64::from(size.height) / f64::from(size.width)).round().max(1.0);
        out.raw("<img").attribute("src", source).attribute("srcset", &set.join(", ")).attribute("sizes", sizes);
        out.attribute("width", &shown.to_string()).attribute("height", &format!("{height}")).attribute("alt", alt);
        out.raw(if later { " loading=\"lazy\" decoding=\"async\">" } else { " fetchpriority=\"high\">" });
    }

    /// The path of a picture from the site's root, in the size for pages of other houses that show it.
    pub(super) fn shared(&mut self, file: &str) -> Option<String> {
        self.known.get(file)?;
        self.need(file, 960);
        Some(format!("{}/{}", self.folder, name(file, 960)))
    }

    fn need(&mut self, file: &str, width: u32) -> String {
        let name = name(file, width);
        let path = format!("{}/{name}", self.folder);
        let picture = SitePicture { file: file.to_owned(), width, path: path.clone() };
        self.needed.entry(path).or_insert(picture);
        format!("{}{name}", self.prefix)
    }
}

fn is_drawing(file: &str) -> bool {
    file.to_ascii_lowercase().ends_with(".svg")
}

/// A name that means nothing to any file system or address; the length of what was left out keeps two files apart.
pub(super) fn name(file: &str, width: u32) -> String {
    let plain: String = file
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase().to_string()
            } else {
                format!("-{}", u32::from(c) % 97)
            }
        })
        .collect();
    let plain = plain.strip_prefix("media-47").unwrap_or(&plain);
    format!("pictures/{}-{width}.jpg", &plain[..plain.len().min(120)])
}
