//! A page as a picture for the screen.
//!
//! A page that changed a little is drawn a little: what stands on it is compared with what stood there when it was
//! drawn last, and only the strips that differ are drawn and encoded again. The others are the bytes they were,
//! because a JPEG may begin anew after each row of its blocks.

mod ink;
mod jpeg;
mod strips;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use typst_layout::Page;
use typst_render::RenderOptions;

use crate::process::protocol::PictureFormat;
use ink::Ink;
use jpeg::Head;
use strips::Canvas;

/// Pixels an inch up to which a page is drawn with stand-ins for its photographs; finer ones are asked for at rest.
pub(crate) const WHILE_TYPING: f64 = 108.0;

const POINTS_AN_INCH: f64 = 72.0;
/// More is no picture for a screen; a page at 600 ppi has half of it.
const MOST_PIXELS: f64 = 60_000_000.0;
/// Pages whose strips are kept, a quarter of a megabyte each: what an editor has in sight, and what it was before.
const SHEETS_KEPT: usize = 24;

/// Draws a page at `ppi` pixels an inch. `None` for a resolution that makes no picture.
pub(crate) fn draw(page: &Page, ppi: f64, format: PictureFormat) -> Option<Vec<u8>> {
    let canvas = canvas(page, ppi)?;
    match format {
        PictureFormat::Jpeg => {
            let drawn = strips::draw(page, &canvas, &ink::of(&page.frame), &canvas.all())?;
            Some(jpeg::joined(&drawn.head, canvas.height, &drawn.strips.into_values().collect::<Vec<_>>()))
        }
        PictureFormat::Png => png(page, &canvas),
    }
}

fn canvas(page: &Page, ppi: f64) -> Option<Canvas> {
    let scale = ppi / POINTS_AN_INCH;
    let pixels = page.frame.width().to_pt() * page.frame.height().to_pt() * scale * scale;
    (pixels.is_finite() && scale > 0.0 && pixels <= MOST_PIXELS).then(|| Canvas::of(page, scale))
}

/// PNG, without loss and compressed lightly.
fn png(page: &Page, canvas: &Canvas) -> Option<Vec<u8>> {
    let drawn = typst_render::render(page, &options(canvas.scale));
    // A page has a ground, so its pixels are opaque and premultiplied or not is the same.
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    encoder.write_image(drawn.data(), drawn.width(), drawn.height(), ExtendedColorType::Rgba8).ok()?;
    Some(bytes)
}

fn options(scale: f64) -> RenderOptions {
    RenderOptions { pixel_per_pt: scale.into(), render_bleed: false }
}

/// The pages drawn last, each in strips.
#[derive(Default)]
pub(crate) struct Easel {
    /// The one used last stands last.
    sheets: Vec<Sheet>,
}

/// A page as it was drawn.
struct Sheet {
    path: String,
    number: usize,
    canvas: Canvas,
    ink: Vec<Ink>,
    head: Head,
    strips: Vec<Vec<u8>>,
}

impl Easel {
    /// Draws a page of a document as JPEG, and of one that was drawn before only what is different.
    pub(crate) fn draw(&mut self, path: &str, number: usize, page: &Page, ppi: f64) -> Option<Vec<u8>> {
        let canvas = canvas(page, ppi)?;
        let ink = ink::of(&page.frame);
        let known = self.sheets.iter().position(|sheet| sheet.path == path && sheet.number == number);
        let before = known.map(|at| self.sheets.remove(at)).filter(|sheet| sheet.canvas == canvas);
        let changed = before.as_ref().and_then(|sheet| ink::changed(&sheet.ink, &ink));
        let wanted = changed.map_or_else(|| canvas.all(), |changed| canvas.strips_of(&changed));
        let drawn = strips::draw(page, &canvas, &ink, &wanted)?;
        let (head, mut strips) = match before {
            Some(sheet) => (sheet.head, sheet.strips),
            None => (drawn.head, vec![Vec::new(); canvas.strips()]),
        };
        for (number, strip) in drawn.strips {
            strips[number] = strip;
        }
        let bytes = jpeg::joined(&head, canvas.height, &strips);
        self.sheets.push(Sheet { path: path.to_owned(), number, canvas, ink, head, strips });
        if self.sheets.len() > SHEETS_KEPT {
            self.sheets.remove(0);
        }
        Some(bytes)
    }
}
