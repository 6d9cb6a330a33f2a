//! Small scenes: a handful of things on a plinth, seen close.

use super::chance::Chance;
use super::geometry::{Lot, Spot, View, lot};
use super::mass::Mass;
use super::palette::{Color, Hour, Paint};
use super::picture::Picture;

/// A sheet of this size (mm) whose middle, moved by `shift` tenths, shows this ground point.
pub(super) fn sheet(size: Spot, centre: (f64, f64), tile: f64, hour: Hour) -> Picture {
    let (x, y) = (size.0 * 5.0, size.1 * 5.0);
    let view = View { origin: (x - (centre.0 - centre.1) * tile, y - (centre.0 + centre.1) * tile / 2.0), tile };
    Picture::new(size, view, hour)
}

/// A slab of ground to stand things on: its thickness hangs below zero.
pub(super) fn plinth(picture: &mut Picture, on: Lot, thick: f64, paint: Paint, top: Color) {
    let tones = picture.hour.tones(paint);
    let c = on.corners(-thick);
    let t = on.corners(0.0);
    picture.lay(&[c[3], t[3], t[2], c[2]], tones.left);
    picture.lay(&[c[2], t[2], t[1], c[1]], tones.right);
    picture.lay(&t, top);
}

/// A street lamp with a gold light.
pub(super) fn lamp(picture: &mut Picture, x: f64, y: f64, height: f64) {
    let (pole, light) = (picture.hour.tones(Paint::Slate), Hour::Day.tones(Paint::Gold));
    let t = 0.03 * height;
    let mut mass = Mass::new(picture);
    mass.block(lot(x - 2.0 * t, y - 2.0 * t, 4.0 * t, 4.0 * t), (0.0, height * 0.07), pole);
    mass.block(lot(x - t, y - t, 2.0 * t, 2.0 * t), (height * 0.07, height * 0.76), pole);
    mass.block(lot(x - 3.4 * t, y - 3.4 * t, 6.8 * t, 6.8 * t), (height * 0.76, height), light);
    mass.pyramid(lot(x - 4.0 * t, y - 4.0 * t, 8.0 * t, 8.0 * t), (height, height * 1.12), pole);
    mass.stand(picture);
}

/// A bench of slats, facing down to the left; `long` is its length.
pub(super) fn bench(picture: &mut Picture, x: f64, y: f64, long: f64) {
    let (wood, iron) = (picture.hour.tones(Paint::Timber), picture.hour.tones(Paint::Slate));
    let k = long / 1.2;
    let mut mass = Mass::new(picture);
    for foot in [0.12, 0.98] {
        mass.block(lot(x + foot * k, y, 0.1 * k, 0.1 * k), (0.0, 0.82 * k), iron);
    }
    for i in 0..3 {
        let z = (0.46 + 0.14 * f64::from(i)) * k;
        mass.block(lot(x, y + 0.1 * k, long, 0.04 * k), (z, z + 0.1 * k), wood);
    }
    for i in 0..3 {
        mass.block(lot(x, y + (0.16 + 0.14 * f64::from(i)) * k, long, 0.11 * k), (0.32 * k, 0.38 * k), wood);
    }
    for foot in [0.12, 0.98] {
        mass.block(lot(x + foot * k, y + 0.46 * k, 0.1 * k, 0.1 * k), (0.0, 0.32 * k), iron);
    }
    mass.stand(picture);
}

/// The generator of a small scene.
pub(super) fn dice(seed: u64) -> Chance {
    Chance::new(seed)
}
