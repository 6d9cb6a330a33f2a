//! Pictures for a screen: as many pixels as a screen shows, and no more.
//!
//! A picture is replaced in the laid-out page, where its size is known; the layout stays as it is. JPEG stays JPEG,
//! anything else becomes PNG, and where the smaller picture is not the smaller file, the original stays.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};
use std::thread;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder};
use typst::foundations::{Bytes, Smart};
use typst::layout::{Frame, FrameItem, Size, Transform};
use typst::utils::hash128;
use typst::visualize::{ExchangeFormat, Image, ImageKind, RasterFormat, RasterImage};
use typst_layout::Page;

use crate::shrink;

/// Pixels an inch at the placed size: what a page needs on a screen, and twice over on most.
const PPI: f64 = 150.0;
/// At 82 the eye finds no difference on a screen, at a third of the bytes of 95.
const JPEG_QUALITY: u8 = 82;

/// A picture and the pixels it needs.
type Wanted = (u128, (u32, u32));

/// Replaces every raster picture that has more pixels than a screen shows.
pub(super) fn reduce_pictures(pages: &mut [Page]) {
    let mut wanted = BTreeMap::new();
    for page in pages.iter_mut() {
        visit(&mut page.frame, Transform::identity(), &mut |image, size, placed| {
            if let (Some(raster), Some(pixels)) = (raster(image), pixels(image, size, placed)) {
                wanted.entry((hash128(raster), pixels)).or_insert_with(|| raster.clone());
            }
        });
    }
    let reduced = all_reduced(wanted);
    for page in pages {
        visit(&mut page.frame, Transform::identity(), &mut |image, size, placed| {
            let found = raster(image).zip(pixels(image, size, placed));
            if let Some(smaller) = found.and_then(|(raster, pixels)| reduced.get(&(hash128(raster), pixels))) {
                *image = Image::new(smaller.clone(), image.alt().map(Into::into), image.scaling());
            }
        });
    }
}

/// Visits the pictures of a frame with their size and what moves and scales them.
fn visit(frame: &mut Frame, placed: Transform, found: &mut impl FnMut(&mut Image, Size, Transform)) {
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => visit(&mut group.frame, placed.pre_concat(group.transform), found),
            FrameItem::Image(image, size, _) => found(image, *size, placed),
            FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
        true
    });
}

fn raster(image: &Image) -> Option<&RasterImage> {
    match image.kind() {
        ImageKind::Raster(raster) => Some(raster),
        ImageKind::Svg(_) | ImageKind::Pdf(_) => None,
    }
}

/// The pixels that a picture needs where it stands; `None` when it has no more than these.
fn pixels(image: &Image, size: Size, placed: Transform) -> Option<(u32, u32)> {
    let across = size.x.to_inches() * placed.sx.get().hypot(placed.ky.get());
    let down = size.y.to_inches() * placed.kx.get().hypot(placed.sy.get());
    let needed = ((across * PPI).round().max(1.0), (down * PPI).round().max(1.0));
    (needed.0 < image.width() && needed.1 < image.height()).then_some((needed.0 as u32, needed.1 as u32))
}

/// Every picture at its sizes, on as many threads as there are processors; those that cannot be made smaller are
/// not among them.
fn all_reduced(wanted: BTreeMap<Wanted, RasterImage>) -> BTreeMap<Wanted, RasterImage> {
    let waiting = Mutex::new(wanted.into_iter());
    let finished = Mutex::new(BTreeMap::new());
    let lock = PoisonError::into_inner;
    let work = || {
        loop {
            let next = waiting.lock().unwrap_or_else(lock).next();
            let Some((key, original)) = next else { return };
            if let Some(smaller) = reduced(&original, key.1) {
                finished.lock().unwrap_or_else(PoisonError::into_inner).insert(key, smaller);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    finished.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The picture with so many pixels, unless that makes a larger file.
fn reduced(original: &RasterImage, (across, down): (u32, u32)) -> Option<RasterImage> {
    let smaller = shrink::sharply(original.dynamic(), across, down);
    let is_jpeg = original.format() == RasterFormat::Exchange(ExchangeFormat::Jpg);
    let (bytes, format) =
        if is_jpeg { (jpeg(&smaller)?, ExchangeFormat::Jpg) } else { (png(&smaller)?, ExchangeFormat::Png) };
    if bytes.len() >= original.data().len() {
        return None;
    }
    // Four inks have become three lights while the picture was decoded; their profile is not of these.
    let profile = original.icc().filter(|icc| is_profile_of(icc, &smaller)).cloned();
    RasterImage::new(Bytes::new(bytes), format, profile.map_or(Smart::Auto, Smart::Custom)).ok()
}

fn jpeg(picture: &DynamicImage) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(picture.width()).ok()?, u16::try_from(picture.height()).ok()?);
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
    if picture.color().has_color() {
        encoder.encode(picture.to_rgb8().as_raw(), width, height, jpeg_encoder::ColorType::Rgb).ok()?;
    } else {
        encoder.encode(picture.to_luma8().as_raw(), width, height, jpeg_encoder::ColorType::Luma).ok()?;
    }
    Some(bytes)
}

fn png(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    encoder.write_image(picture.as_bytes(), picture.width(), picture.height(), picture.color().into()).ok()?;
    Some(bytes.into_inner())
}

/// Whether an ICC profile speaks of as many channels as the picture has: bytes 16 to 20 of its head say.
fn is_profile_of(icc: &[u8], picture: &DynamicImage) -> bool {
    icc.get(16..20) == Some(if picture.color().has_color() { b"RGB " } else { b"GRAY" })
}
