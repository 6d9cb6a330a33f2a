//! Pictures of a mail: drawn or scaled to twice the width they are shown at, as JPEG on white.
//!
//! Mail programs show no SVG, and a photograph straight from a camera would make every copy of a mail megabytes long.

use std::collections::BTreeMap;
use std::sync::Arc;

use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage, imageops::FilterType};
use jpeg_encoder::{ColorType, SamplingFactor};
use magazine::{Code, Finding, Publication};
use newsletter::{PictureSize, Pictures};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

/// Pixels for each CSS pixel.
const SHARPNESS: u32 = 2;
/// No picture of a mail is taller than this, in pixels.
const TALLEST: f32 = 4_000.0;
const QUALITY: u8 = 68;

/// The natural sizes of the pictures that can be read.
pub(crate) fn sizes(media: &BTreeMap<String, Vec<u8>>) -> Pictures {
    media.iter().filter_map(|(file, bytes)| Some((file.clone(), size(bytes)?))).collect()
}

fn size(bytes: &[u8]) -> Option<PictureSize> {
    let (width, height) = match drawing(bytes) {
        Some(tree) => (tree.size().width().ceil() as u32, tree.size().height().ceil() as u32),
        None => reader(bytes)?.into_dimensions().ok()?,
    };
    Some(PictureSize { width, height })
}

/// A picture as a JPEG for a place `width` CSS pixels wide.
pub(crate) fn jpeg(file: &str, bytes: &[u8], width: u32) -> Result<Vec<u8>, Box<Finding>> {
    jpeg_of_pixels(file, bytes, width * SHARPNESS)
}

/// The publication's own faces, for drawings whose words are words.
#[derive(Clone)]
pub(crate) struct Fonts(Arc<fontdb::Database>);

impl Fonts {
    /// Reads them; none where there are none, and then a drawing has no words.
    pub(crate) fn of(publication: &Publication) -> Self {
        let mut faces = fontdb::Database::new();
        let files = publication.assets("fonts").unwrap_or_default();
        let known = |name: &str| [".ttf", ".otf"].iter().any(|ending| name.ends_with(ending));
        files.into_iter().filter(|(name, _)| known(name)).for_each(|(_, bytes)| faces.load_font_data(bytes));
        faces.set_sans_serif_family(&publication.settings().type_scale.sans);
        Self(Arc::new(faces))
    }

    /// Works with the bytes of the publication's sans, and which of a file's faces it is.
    pub(crate) fn with_sans<T>(&self, work: impl FnOnce(&[u8], u32) -> Option<T>) -> Option<T> {
        let query = fontdb::Query { families: &[fontdb::Family::SansSerif], ..fontdb::Query::default() };
        self.0.with_face_data(self.0.query(&query)?, work)?
    }
}

/// A drawing made by the program, as a JPEG for a place `width` CSS pixels wide.
pub(crate) fn drawn(svg: &str, fonts: &Fonts, width: u32) -> Option<Vec<u8>> {
    let options = Options { fontdb: Arc::clone(&fonts.0), ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    encode(&draw(&tree, width * SHARPNESS)?)
}

/// A picture as a JPEG so many pixels wide.
pub(crate) fn jpeg_of_pixels(file: &str, bytes: &[u8], pixels: u32) -> Result<Vec<u8>, Box<Finding>> {
    let picture = match drawing(bytes) {
        Some(tree) => draw(&tree, pixels),
        None => photograph(bytes, pixels),
    };
    let unusable = || {
        let message = format!("`{file}` cannot be shown in a mail");
        Box::new(Finding::error(Code::BadMedia, message).hint("mail takes SVG, JPEG, PNG, WebP and GIF pictures"))
    };
    let picture = picture.ok_or_else(unusable)?;
    encode(&picture).ok_or_else(unusable)
}

/// Colour at half the resolution and a table of codes of its own: 40 % smaller at the same look. Progressive, so that a
/// slow connection shows the whole picture at once.
fn encode(picture: &RgbImage) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(picture.width()).ok()?, u16::try_from(picture.height()).ok()?);
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).ok()?;
    Some(jpeg)
}

/// A drawing, if it is one. Pictures it refers to are not fetched, be they files or addresses.
fn drawing(bytes: &[u8]) -> Option<Tree> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).into_owned();
    if !start.contains("<svg") {
        return None;
    }
    let image_href_resolver =
        ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    Tree::from_data(bytes, &Options { image_href_resolver, ..Options::default() }).ok()
}

fn draw(tree: &Tree, pixels: u32) -> Option<RgbImage> {
    let size = tree.size();
    let scale = (pixels as f32 / size.width()).min(TALLEST / size.height());
    let (width, height) = ((size.width() * scale).round() as u32, (size.height() * scale).round() as u32);
    let mut pixmap = Pixmap::new(width.max(1), height.max(1))?;
    pixmap.fill(Color::WHITE);
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let rgb = pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    RgbImage::from_raw(pixmap.width(), pixmap.height(), rgb)
}

fn photograph(bytes: &[u8], pixels: u32) -> Option<RgbImage> {
    let mut decoder = reader(bytes)?.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    let height = (f64::from(picture.height()) * f64::from(pixels) / f64::from(picture.width())).round() as u32;
    let scaled = if picture.width() > pixels {
        picture.resize_exact(pixels, height.max(1), FilterType::Lanczos3)
    } else {
        picture
    };
    Some(on_white(&scaled))
}

/// What is transparent becomes paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0;
        let blend = |value: u8| ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8;
        image::Rgb([blend(r), blend(g), blend(b)])
    })
}

/// Headers are read first and a picture of more than 100 megapixels is refused: a small file can unpack to minutes of
/// work.
fn reader(bytes: &[u8]) -> Option<ImageReader<std::io::Cursor<&[u8]>>> {
    let reader = || ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().ok();
    let (width, height) = reader()?.into_dimensions().ok()?;
    (u64::from(width) * u64::from(height) <= 100_000_000).then_some(reader()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWING: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
        <rect width="100" height="100" fill="#E4432D"/><image href="/etc/passwd" width="9" height="9"/></svg>"##;

    #[test]
    fn a_drawing_becomes_a_jpeg_of_twice_the_shown_width() {
        let jpeg = jpeg("media/a.svg", DRAWING.as_bytes(), 300).unwrap();
        let picture = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (600, 300));
        let [red, green, blue] = picture.get_pixel(50, 150).0;
        assert!(red > 200 && green < 90 && blue < 70, "vermilion, found {red} {green} {blue}");
        assert!(picture.get_pixel(500, 150).0.iter().all(|value| *value > 250), "paper");
    }

    #[test]
    fn a_drawing_of_the_program_has_its_words_in_the_publications_faces() {
        let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let fonts = Fonts::of(&Publication::open(&repository).unwrap());
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 40'>\
                   <text y='30' style='font-family:sans-serif;font-weight:500;font-size:30px'>Sibiu</text></svg>";
        let dark = |fonts: &Fonts| {
            let jpeg = drawn(svg, fonts, 100).unwrap();
            image::load_from_memory(&jpeg).unwrap().to_luma8().pixels().filter(|pixel| pixel.0[0] < 100).count()
        };
        assert!(dark(&fonts) > 200, "{} dark pixels", dark(&fonts));
        assert_eq!(dark(&Fonts(Arc::default())), 0, "without a face there are no words");
    }

    #[test]
    fn what_is_no_picture_is_a_finding() {
        assert_eq!(jpeg("media/a.svg", b"no picture", 300).unwrap_err().code, Code::BadMedia);
        assert!(sizes(&BTreeMap::from([("media/x.png".to_owned(), b"no".to_vec())])).is_empty());
    }

    #[test]
    fn a_small_photograph_is_not_enlarged() {
        let mut png = std::io::Cursor::new(Vec::new());
        DynamicImage::new_rgb8(40, 20).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let jpeg = jpeg("media/a.png", png.get_ref(), 300).unwrap();
        assert_eq!(image::load_from_memory(&jpeg).unwrap().width(), 40);
    }
}
