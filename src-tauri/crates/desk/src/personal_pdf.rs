//! The PDF that goes along with a mail, with its reader's name on the cover.
//!
//! Laying out a cover for each of thousands of readers would cost half a second a copy. So the PDF is made once,
//! with blanks on its cover that each copy writes its name over; the letters come from the publication's own face, drawn
//! here once, as a name may need any of them and the PDF holds only those that its pages use.

use std::collections::BTreeMap;
use std::fmt::Write;

use mailing::{Attachment, Label};
use ttf_parser::{Face, GlyphId, OutlineBuilder, Tag};
use typesetting::with_room;

use crate::pictures::Fonts;

/// The blanks: forty letters of the face need about ten thousand.
const ROOM: usize = 16_000;
/// The label, in points: how far from the cover's left and lower edge, how wide and high. It stands in the margins that a
/// magazine's cover has at its foot, where posted copies bear an address.
const LEFT: f32 = 40.0;
const BOTTOM: f32 = 8.0;
const WIDE: f32 = 190.0;
const HIGH: f32 = 25.0;
/// The size of the name, in points.
const SIZE: f32 = 11.5;
/// Where the name begins within the label, after the station.
const INDENT: f32 = 26.0;
/// How strong its letters are, on a face that can be any.
const WEIGHT: f32 = 600.0;

/// Each letter's outline, and how far the next one stands from it, in the face's units.
type Letters = BTreeMap<char, (String, u32)>;

/// A PDF as the attachment that says whose copy it is; without a label where it has no face, or no page, to say it with.
pub(crate) fn labelled(file_name: String, pdf: Vec<u8>, fonts: &Fonts, ink: &str, loud: &str) -> Attachment {
    let media_type = "application/pdf".to_owned();
    let Some((room, (units, letters))) = with_room(&pdf, ROOM).zip(fonts.with_sans(letters)) else {
        return Attachment { file_name, media_type, label: None, bytes: pdf };
    };
    let scale = SIZE / units;
    let (ink, loud) = (colour(ink), colour(loud));
    let station = circle(LEFT + INDENT / 2.0, BOTTOM + HIGH / 2.0, 4.6);
    let panel = format!("q 1 1 1 rg {LEFT} {BOTTOM} {WIDE} {HIGH} re f {loud} RG 2.4 w {station} S Q");
    let (x, y) = (LEFT + INDENT, BOTTOM + HIGH / 2.0 - SIZE * 0.33);
    // Decoration, to those who hear the page: it is their own name.
    let before = format!("/Artifact BMC\n{panel}\nq {ink} rg {scale:.5} 0 0 {scale:.5} {x} {y:.2} cm\n");
    let width = ((WIDE - INDENT - 10.0) / scale) as u32;
    let label = Label { at: room.blanks.start, room: ROOM, before, width, letters, after: "Q\nEMC".to_owned() };
    Attachment { file_name, media_type, label: Some(label), bytes: room.pdf }
}

/// `#RRGGBB` as PDF says it.
fn colour(text: &str) -> String {
    let digit = |at: usize| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).unwrap_or(0);
    let part = |at| f32::from(digit(at)) / 255.0;
    format!("{:.3} {:.3} {:.3}", part(1), part(3), part(5))
}

/// A circle of four curves.
fn circle(x: f32, y: f32, r: f32) -> String {
    let k = r * 0.5523;
    format!(
        "{} {y} m {} {} {} {} {x} {} c {} {} {} {} {} {y} c {} {} {} {} {x} {} c {} {} {} {} {} {y} c h",
        x + r,
        x + r,
        y + k,
        x + k,
        y + r,
        y + r,
        x - k,
        y + r,
        x - r,
        y + k,
        x - r,
        x - r,
        y - k,
        x - k,
        y - r,
        y - r,
        x + k,
        y - r,
        x + r,
        y - k,
        x + r,
    )
}

/// Every letter of the face that a name may be written with: Latin with its marks, Greek, Cyrillic, and what stands
/// between names; and how many units an em has.
fn letters(data: &[u8], index: u32) -> Option<(f32, Letters)> {
    let mut face = Face::parse(data, index).ok()?;
    face.set_variation(Tag::from_bytes(b"wght"), WEIGHT);
    let ranges = ['\u{20}'..='\u{24f}', '\u{370}'..='\u{52f}', '\u{1e00}'..='\u{1eff}', '\u{2010}'..='\u{201f}'];
    let letter = |letter: char| {
        let glyph = face.glyph_index(letter)?;
        Some((letter, (drawn(&face, glyph), u32::from(face.glyph_hor_advance(glyph)?))))
    };
    let letters = ranges.into_iter().flatten().filter(|letter| !letter.is_control()).filter_map(letter).collect();
    Some((f32::from(face.units_per_em()), letters))
}

/// A glyph's outline, filled.
fn drawn(face: &Face, glyph: GlyphId) -> String {
    let mut pen = Pen::default();
    match face.outline_glyph(glyph, &mut pen) {
        Some(_) => pen.path + "f\n",
        None => String::new(),
    }
}

/// Writes outlines as PDF does.
#[derive(Default)]
struct Pen {
    path: String,
    at: (f32, f32),
}

impl Pen {
    fn write(&mut self, points: &[(f32, f32)], command: &str) {
        for (x, y) in points {
            // Writing to a String cannot fail.
            let _ = write!(self.path, "{} {} ", x.round() as i32, y.round() as i32);
        }
        self.path.push_str(command);
        self.path.push('\n');
        self.at = points.last().copied().unwrap_or(self.at);
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write(&[(x, y)], "m");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write(&[(x, y)], "l");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let near = |(from, to): (f32, f32)| from + (to - from) * 2.0 / 3.0;
        let (x0, y0) = self.at;
        let first = (near((x0, x1)), near((y0, y1)));
        let second = (near((x, x1)), near((y, y1)));
        self.write(&[first, second, (x, y)], "c");
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write(&[(x1, y1), (x2, y2), (x, y)], "c");
    }

    fn close(&mut self) {
        self.write(&[], "h");
    }
}
