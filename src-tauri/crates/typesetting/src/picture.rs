//! A page as a picture for the screen.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use typst_layout::Page;
use typst_render::RenderOptions;

use crate::process::protocol::PictureFormat;

/// Pixels an inch up to which a page is drawn with stand-ins for its photographs; finer ones are asked for at rest.
pub(crate) const WHILE_TYPING: f64 = 108.0;

const JPEG_QUALITY: u8 = 90;
const POINTS_AN_INCH: f64 = 72.0;
/// More is no picture for a screen; a page at 600 ppi has half of it.
const MOST_PIXELS: f64 = 60_000_000.0;

/// Draws a page at `ppi` pixels an inch. `None` for a resolution that makes no picture.
pub(crate) fn draw(page: &Page, ppi: f64, format: PictureFormat) -> Option<Vec<u8>> {
    let scale = ppi / POINTS_AN_INCH;
    let pixels = page.frame.width().to_pt() * page.frame.height().to_pt() * scale * scale;
    if !(pixels.is_finite() && scale > 0.0 && pixels <= MOST_PIXELS) {
        return None;
    }
    let options = RenderOptions { pixel_per_pt: scale.into(), render_bleed: false };
    let drawn = typst_render::render(page, &options);
    let (width, height) = (drawn.width(), drawn.height());
    // A page has a ground, so its pixels are opaque and premultiplied or not is the same.
    let mut bytes = Vec::new();
    match format {
        PictureFormat::Jpeg => {
            let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
            // Colour at half the resolution is written in less than half the time, and a key is waiting for it.
            encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
            let (width, height) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
            encoder.encode(drawn.data(), width, height, jpeg_encoder::ColorType::Rgba).ok()?;
        }
        PictureFormat::Png => {
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
            encoder.write_image(drawn.data(), width, height, ExtendedColorType::Rgba8).ok()?;
        }
    }
    Some(bytes)
}
