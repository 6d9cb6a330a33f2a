//! A picture with fewer pixels, each a mean of those it stands for.
//!
//! The filters are those of `image`, which takes 45 ms for a photograph of 2,400 × 1,600 pixels; several pixels at a
//! time it is 2 ms, with no more than a rounding's difference. What is not eight bits deep goes the long way.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage, imageops};

/// With sharp edges and no ringing to speak of: for what is looked at.
pub(crate) fn sharply(picture: &DynamicImage, across: u32, down: u32) -> DynamicImage {
    with(picture, across, down, FilterType::CatmullRom)
        .unwrap_or_else(|| picture.resize_exact(across, down, imageops::FilterType::CatmullRom))
}

/// Each pixel the plain mean of a rectangle: for a whole fraction of the picture.
pub(crate) fn evenly(picture: &DynamicImage, across: u32, down: u32) -> DynamicImage {
    with(picture, across, down, FilterType::Box).unwrap_or_else(|| picture.thumbnail_exact(across, down))
}

fn with(picture: &DynamicImage, across: u32, down: u32, filter: FilterType) -> Option<DynamicImage> {
    let pixel = match picture {
        DynamicImage::ImageLuma8(_) => PixelType::U8,
        DynamicImage::ImageLumaA8(_) => PixelType::U8x2,
        DynamicImage::ImageRgb8(_) => PixelType::U8x3,
        DynamicImage::ImageRgba8(_) => PixelType::U8x4,
        _ => return None,
    };
    let original = ImageRef::new(picture.width(), picture.height(), picture.as_bytes(), pixel).ok()?;
    let mut smaller = Image::new(across, down, pixel);
    // A pixel that cannot be seen has no colour: it counts by how much of it can, or edges would get a dark fringe.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(true);
    Resizer::new().resize(&original, &mut smaller, &options).ok()?;
    let bytes = smaller.into_vec();
    match pixel {
        PixelType::U8 => GrayImage::from_raw(across, down, bytes).map(DynamicImage::from),
        PixelType::U8x2 => GrayAlphaImage::from_raw(across, down, bytes).map(DynamicImage::from),
        PixelType::U8x3 => RgbImage::from_raw(across, down, bytes).map(DynamicImage::from),
        _ => RgbaImage::from_raw(across, down, bytes).map(DynamicImage::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Soft light, sharp edges, fine lines and grain: what a photograph has.
    fn photograph(width: u32, height: u32) -> RgbImage {
        let mut grain = 7_u32;
        RgbImage::from_fn(width, height, |x, y| {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let disc = (f64::from(x) - 300.0).hypot(f64::from(y) - 200.0) < 120.0;
            let line = (x + 2 * y) % 23 == 0;
            let tone = if disc { 190 } else { x * 90 / width + y * 60 / height } + if line { 40 } else { 0 };
            let noise = (grain >> 28).min(12);
            image::Rgb(
                [tone + noise, tone / 2 + noise, 220_u32.saturating_sub(tone) + noise]
                    .map(|value| value.min(255) as u8),
            )
        })
    }

    /// The peak signal-to-noise ratio of two pictures in decibels: above 40 the eye finds no difference.
    fn decibels(one: &DynamicImage, other: &DynamicImage) -> f64 {
        let pairs = one.as_bytes().iter().zip(other.as_bytes());
        let squares: f64 = pairs.map(|(one, other)| (f64::from(*one) - f64::from(*other)).powi(2)).sum();
        10.0 * (255.0_f64.powi(2) * one.as_bytes().len() as f64 / squares.max(1e-9)).log10()
    }

    #[test]
    fn a_smaller_picture_is_the_one_that_the_long_way_makes() {
        let original = DynamicImage::from(photograph(1200, 800));
        for (across, down) in [(325, 217), (600, 400), (1101, 733)] {
            let long_way = original.resize_exact(across, down, imageops::FilterType::CatmullRom);
            let smaller = sharply(&original, across, down);
            assert_eq!((smaller.width(), smaller.height()), (across, down));
            let likeness = decibels(&smaller, &long_way);
            assert!(likeness > 50.0, "{likeness:.1} dB at {across} × {down}");
        }
        let rough = original.resize_exact(325, 217, imageops::FilterType::Nearest);
        let likeness = decibels(&rough, &sharply(&original, 325, 217));
        assert!(likeness < 40.0, "the measure finds what is different: {likeness:.1} dB");
    }

    #[test]
    fn a_whole_fraction_is_the_mean_of_its_squares() {
        let original = DynamicImage::from(photograph(1200, 800));
        let smaller = evenly(&original, 300, 200).into_rgb8();
        let original = original.into_rgb8();
        for (x, y, pixel) in smaller.enumerate_pixels() {
            for channel in 0..3 {
                let square = (0..16).map(|at| u32::from(original.get_pixel(4 * x + at % 4, 4 * y + at / 4)[channel]));
                let mean = f64::from(square.sum::<u32>()) / 16.0;
                assert!((mean - f64::from(pixel[channel])).abs() <= 1.0, "{mean} at {x}, {y}");
            }
        }
    }

    #[test]
    fn what_cannot_be_seen_lends_no_colour_to_what_can() {
        let half = RgbaImage::from_fn(64, 64, |x, _| {
            if x < 31 { image::Rgba([0, 0, 0, 0]) } else { image::Rgba([250, 10, 10, 255]) }
        });
        let smaller = sharply(&DynamicImage::from(half), 8, 8).into_rgba8();
        assert!(smaller.pixels().filter(|pixel| pixel[3] > 20).all(|pixel| pixel[0] > 240));
    }
}
