//! Small stand-ins for photographs, to lay out and draw pages while somebody types.
//!
//! A photograph of 2,400 × 1,600 pixels costs 60 ms each time its page is drawn, and 12 MB unfolded; a page on a screen shows
//! a twentieth of its pixels. A stand-in has a whole fraction of the original's pixels across and down and the same
//! fraction of its pixels an inch, so that it takes exactly the same room: pages with it equal pages without it in
//! everything but the picture's sharpness. A photograph for which there is no such fraction is shown itself.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder};
use jpeg_encoder::{ColorType, Encoder, PixelDensity, PixelDensityUnit};
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage};

use crate::shrink;

/// Pixels on the longer side that a stand-in has at least: twice what a column shows.
const LEAST: u32 = 600;
const JPEG_QUALITY: u8 = 85;
/// What an inch has when a picture does not say.
const USUAL_DENSITY: f64 = 72.0;

/// The stand-in of a photograph that is worth one.
pub(crate) fn of(original: &[u8]) -> Option<Bytes> {
    let (orientation, density) = stance(original)?;
    let decoder = JpegDecoder::new(Cursor::new(original)).ok()?;
    let (width, height) = decoder.dimensions();
    let fraction = fraction(width, height, density)?;
    let unfolded = DynamicImage::from(DynamicImage::from_decoder(decoder).ok()?.into_rgb8());
    let mut small = shrink::evenly(&unfolded, width / fraction, height / fraction);
    small.apply_orientation(orientation);
    let small = small.into_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, JPEG_QUALITY);
    let density = u16::try_from(density / fraction).ok()?;
    encoder.set_density(PixelDensity { density: (density, density), unit: PixelDensityUnit::Inches });
    let (across, down) = (u16::try_from(small.width()).ok()?, u16::try_from(small.height()).ok()?);
    encoder.encode(small.as_raw(), across, down, ColorType::Rgb).ok()?;
    Some(Bytes::new(bytes))
}

/// How a JPEG is turned, and its pixels an inch, as Typst reads them: from the head of the file, put before a picture
/// of one grey dot, because Typst says it only of a picture that it has unfolded.
fn stance(original: &[u8]) -> Option<(Orientation, u32)> {
    let mut dot = Vec::new();
    Encoder::new(&mut dot, 50).encode(&[128], 1, 1, ColorType::Luma).ok()?;
    let mut stub = original.get(..head(original)?)?.to_vec();
    stub.extend(&dot[head(&dot)?..]);
    let seen = RasterImage::plain(Bytes::new(stub), ExchangeFormat::Jpg).ok()?;
    let turned = seen.exif_rotation().and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?));
    let density = seen.dpi().unwrap_or(USUAL_DENSITY);
    (density.fract() == 0.0 && density <= f64::from(u16::MAX))
        .then_some((turned.unwrap_or(Orientation::NoTransforms), density as u32))
}

/// Where a JPEG's application segments end; `None` when it is no JPEG.
fn head(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    if !bytes.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    while let Some([0xFF, 0xE0..=0xEF, high, low]) = bytes.get(at..at + 4) {
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    Some(at)
}

/// The number that divides width, height and density, as large as the longer side allows.
fn fraction(width: u32, height: u32, density: u32) -> Option<u32> {
    let divides = |n: &u32| width.is_multiple_of(*n) && height.is_multiple_of(*n) && density.is_multiple_of(*n);
    (2..=width.max(height) / LEAST).rev().find(divides)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photograph(width: u16, height: u16) -> Vec<u8> {
        let pixels: Vec<u8> =
            (0..usize::from(width) * usize::from(height) * 3).map(|at| (at / 64 % 251) as u8).collect();
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 80).encode(&pixels, width, height, ColorType::Rgb).unwrap();
        bytes
    }

    #[test]
    fn a_stand_in_takes_exactly_the_room_of_its_photograph() {
        let original = photograph(2400, 1600);
        let proxy = of(&original).unwrap();
        let size = |bytes: Bytes| {
            let seen = RasterImage::plain(bytes, ExchangeFormat::Jpg).unwrap();
            let density = seen.dpi().unwrap_or(USUAL_DENSITY);
            (f64::from(seen.width()) / density, f64::from(seen.height()) / density)
        };
        assert_eq!(size(proxy.clone()), size(Bytes::new(original)));
        assert!(RasterImage::plain(proxy, ExchangeFormat::Jpg).unwrap().width() < 800);
    }

    #[test]
    fn a_photograph_that_has_no_whole_fraction_stands_for_itself() {
        assert!(of(&photograph(1201, 1601)).is_none());
        assert!(of(&photograph(600, 400)).is_none());
        assert!(of(b"<svg/>").is_none());
    }

    #[test]
    fn a_photograph_taken_upright_stays_upright() {
        let mut original = photograph(1600, 1200);
        // An Exif segment with one entry: orientation 6, turned to the right.
        let exif = b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let at = head(&original).unwrap();
        original.splice(at..at, exif.iter().copied());
        let seen = RasterImage::plain(of(&original).unwrap(), ExchangeFormat::Jpg).unwrap();
        assert_eq!((seen.width(), seen.height()), (600, 800));
    }
}
