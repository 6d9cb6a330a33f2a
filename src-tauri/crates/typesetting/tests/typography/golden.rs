//! Pictures of the pages, kept: a page that looks otherwise than before is seen here first.
//!
//! The pictures are small and grey, in sixteen steps. They are compared in tiles of eight by eight pixels, by the
//! mean of what differs in a tile: another processor's rounding changes single pixels a little, a line that moves
//! changes whole tiles a lot. `cargo xtask golden` writes them anew; look at what changed before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use image::{GrayImage, ImageFormat, Luma};

use crate::book::{self, Book, repository};

/// Small enough for the repository; a line of body text is seven pixels high.
const PPI: f64 = 40.0;
const TILE: u32 = 8;
/// The mean difference of a tile's pixels, of 255, from which on something moved.
const MOVED: f64 = 10.0;
/// Set by `cargo xtask golden`.
const RENEW: &str = "MASTHEAD_RENEW_GOLDEN";

fn folder(book: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(book)
}

/// Grey in sixteen steps, which compresses to half the bytes.
fn grey(png: &[u8]) -> GrayImage {
    let mut picture = image::load_from_memory(png).unwrap().to_luma8();
    picture.pixels_mut().for_each(|Luma([level])| *level = *level / 17 * 17);
    picture
}

/// The most that a tile differs by in the mean.
fn difference(one: &GrayImage, other: &GrayImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 255.0;
    }
    let (width, height) = one.dimensions();
    let tile = |left: u32, top: u32| {
        let (right, bottom) = ((left + TILE).min(width), (top + TILE).min(height));
        let places = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
        let sum: f64 = places.map(|(x, y)| apart(one.get_pixel(x, y), other.get_pixel(x, y))).sum();
        sum / f64::from((right - left) * (bottom - top))
    };
    // Half a tile apart, so that nothing hides across an edge.
    let steps = |length: u32| (0..length).step_by(TILE as usize / 2);
    steps(height).flat_map(|top| steps(width).map(move |left| (left, top))).map(|(x, y)| tile(x, y)).fold(0.0, f64::max)
}

fn apart(one: &Luma<u8>, other: &Luma<u8>) -> f64 {
    f64::from(one.0[0].abs_diff(other.0[0]))
}

/// Where the two differ, dark on white.
fn difference_picture(one: &GrayImage, other: &GrayImage) -> GrayImage {
    let (width, height) = one.dimensions();
    GrayImage::from_fn(width, height, |x, y| match other.get_pixel_checked(x, y) {
        Some(pixel) => Luma([255 - one.get_pixel(x, y).0[0].abs_diff(pixel.0[0])]),
        None => Luma([0]),
    })
}

fn save(picture: &GrayImage, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    picture.save_with_format(path, ImageFormat::Png).unwrap();
}

fn renew(book: &mut Book) {
    let folder = folder(book.name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    for page in 0..book.layout.pages.len() {
        save(&grey(&book.picture(page, PPI)), &folder.join(format!("{:02}.png", page + 1)));
    }
}

/// A page that is not as it was, told with the pictures to look at.
fn compare(book: &mut Book, page: usize) -> Option<String> {
    let name = format!("{:02}.png", page + 1);
    let now = grey(&book.picture(page, PPI));
    let Ok(kept) = fs::read(folder(book.name).join(&name)) else {
        return Some(format!("page {}: no picture was kept", page + 1));
    };
    let kept = image::load_from_memory(&kept).unwrap().to_luma8();
    let by = difference(&now, &kept);
    if by <= MOVED {
        return None;
    }
    let out = repository().join("target/golden").join(book.name);
    save(&now, &out.join(&name));
    let differs = out.join(format!("{:02}-difference.png", page + 1));
    save(&difference_picture(&now, &kept), &differs);
    Some(format!("page {} differs by {by:.0}: see {}", page + 1, differs.display()))
}

fn check(book: &mut Book) {
    if std::env::var_os(RENEW).is_some() {
        return renew(book);
    }
    let changed: Vec<String> = (0..book.layout.pages.len()).filter_map(|page| compare(book, page)).collect();
    let kept = fs::read_dir(folder(book.name)).map(Iterator::count).unwrap_or_default();
    assert!(changed.is_empty(), "{changed:#?}\nwhere it is meant: cargo xtask golden");
    assert_eq!(kept, book.layout.pages.len(), "as many pictures as pages; cargo xtask golden renews them");
}

#[test]
fn golden_pages_of_the_sample_issue() {
    check(&mut book::sample());
}

#[test]
fn golden_pages_of_the_specimen() {
    check(&mut book::specimen());
}

/// A page of the sample issue as the repository keeps it.
fn kept_page() -> GrayImage {
    image::load_from_memory(&fs::read(folder("sample").join("10.png")).unwrap()).unwrap().to_luma8()
}

#[test]
fn another_processors_rounding_is_no_difference() {
    let kept = kept_page();
    let mut noise = 7_u32;
    let mut other = kept.clone();
    for Luma([level]) in other.pixels_mut() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Every fourth pixel one step lighter or darker.
        *level = match noise >> 29 {
            0 => level.saturating_sub(17),
            1 => level.saturating_add(17),
            _ => *level,
        };
    }
    assert!(difference(&kept, &other) <= MOVED, "{}", difference(&kept, &other));
}

#[test]
fn a_line_that_moves_is_a_difference() {
    let kept = kept_page();
    let (width, height) = kept.dimensions();
    // The lower half of one column, one line further down.
    let moved = GrayImage::from_fn(width, height, |x, y| {
        let is_moved = x < width / 3 && y > height / 2;
        *kept.get_pixel(x, if is_moved { y - 7 } else { y })
    });
    assert!(difference(&kept, &moved) > MOVED, "{}", difference(&kept, &moved));
}
