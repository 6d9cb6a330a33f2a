//! What grows: groves, lawns with paths, ponds, avenues and kitchen gardens.

use super::chance::Chance;
use super::geometry::{Lot, Point, at, lot};
use super::mass::{Mass, circle};
use super::palette::{Color, GOLD, INK, SAND, VERMILION, WHITE};
use super::picture::Picture;

/// One tree of a random kind.
pub(super) fn tree(picture: &mut Picture, x: f64, y: f64, chance: &mut Chance) {
    let mut mass = Mass::new(picture);
    let size = chance.between(0.62, 0.95);
    match chance.unit() {
        u if u < 0.72 => mass.tree(x, y, size),
        u if u < 0.88 => mass.poplar(x, y, size * 0.8),
        _ => mass.fir(x, y, size),
    }
    mass.stand(picture);
}

/// Trees scattered over a lot, about this many a cell.
pub(super) fn grove(picture: &mut Picture, on: Lot, thick: f64, chance: &mut Chance) {
    let step = 1.0 / thick.sqrt();
    let (columns, rows) = ((on.wide() / step).round().max(1.0) as i32, (on.deep() / step).round().max(1.0) as i32);
    for i in 0..columns * rows {
        let (cx, cy) = (f64::from(i % columns) + 0.5, f64::from(i / columns) + 0.5);
        let x = on.x0 + on.wide() / f64::from(columns) * (cx + chance.between(-0.32, 0.32));
        let y = on.y0 + on.deep() / f64::from(rows) * (cy + chance.between(-0.32, 0.32));
        tree(picture, x, y, chance);
    }
}

/// A row of equal trees along the longer side.
pub(super) fn avenue(picture: &mut Picture, on: Lot, step: f64) {
    let long = on.wide().max(on.deep());
    let count = (long / step).floor().max(1.0) as i32;
    for i in 0..count {
        let t = (f64::from(i) + 0.5) / f64::from(count);
        let (mx, my) = on.middle();
        let (x, y) = if on.wide() >= on.deep() { (on.x0 + on.wide() * t, my) } else { (mx, on.y0 + on.deep() * t) };
        let mut mass = Mass::new(picture);
        mass.tree(x, y, 0.66);
        mass.stand(picture);
    }
}

/// A lawn and nothing else.
pub(super) fn lawn(picture: &mut Picture, on: Lot) {
    picture.lay(&on.corners(0.0), picture.hour.grass());
}

/// A park: lawn, crossing paths, perhaps a pond, and trees.
pub(super) fn park(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    lawn(picture, on);
    let path = picture.hour.pavement();
    let (mx, my) = on.middle();
    picture.lay(&lot(on.x0, my - 0.09, on.wide(), 0.18).corners(0.0), path);
    picture.lay(&lot(mx - 0.09, on.y0, 0.18, on.deep()).corners(0.0), path);
    let pond = chance.one_in(0.5);
    let r = on.wide().min(on.deep()) * 0.24;
    picture.lay(&round(mx, my, r + 0.16), path);
    let heart = if pond { picture.hour.water() } else { picture.hour.grass() };
    picture.lay(&round(mx, my, r), heart);
    for (a, b) in
        [((0.0, 0.40), (0.0, 0.40)), ((0.60, 1.0), (0.0, 0.40)), ((0.0, 0.40), (0.60, 1.0)), ((0.60, 1.0), (0.60, 1.0))]
    {
        grove(picture, on.part(a, b).inset(0.06), 3.4, chance);
    }
}

/// Beds of vegetables or flowers in rows.
pub(super) fn beds(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    lawn(picture, on);
    let tints: [Color; 4] = [GOLD, VERMILION.mix(SAND, 0.5), WHITE, picture.hour.leaves()[0]];
    let rows = (on.deep() / 0.26).floor().max(1.0) as i32;
    for i in 0..rows {
        let y = on.y0 + 0.08 + 0.26 * f64::from(i);
        let tint = chance.pick(&tints).mix(INK, if picture.hour.lit() > 0.0 { 0.6 } else { 0.0 });
        picture.lay(&lot(on.x0 + 0.08, y, on.wide() - 0.16, 0.13).corners(0.0), tint);
    }
}

/// A circle of ground.
pub(super) fn round(x: f64, y: f64, r: f64) -> Vec<Point> {
    circle(24).iter().map(|p| at(x + p.0 * r, y + p.1 * r, 0.0)).collect()
}
