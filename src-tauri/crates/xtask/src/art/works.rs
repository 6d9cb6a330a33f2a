//! The building site: foundations, frames, cranes, a gantry and the modules it carries.

use super::geometry::{Lot, Point, at, lot};
use super::mass::{Along, Mass};
use super::palette::{Color, Hour, INK, Paint, SAND};
use super::picture::Picture;

/// An open pit with footings and the first columns.
pub(super) fn foundation(picture: &mut Picture, on: Lot) {
    let earth = earth(picture.hour);
    picture.lay(&on.corners(0.0), earth);
    let pit = on.part((0.08, 0.92), (0.08, 0.92));
    picture.lay(&pit.corners(0.0), earth.mix(INK, 0.22));
    picture.lay(&Lot { x0: pit.x0 + 0.14, y0: pit.y0 + 0.14, ..pit }.corners(0.0), earth.mix(INK, 0.10));
    for i in 0..9 {
        let (x, y) = (0.22 + 0.28 * f64::from(i % 3), 0.22 + 0.28 * f64::from(i / 3));
        let foot = on.part((x - 0.05, x + 0.05), (y - 0.05, y + 0.05));
        let mut mass = Mass::new(picture);
        mass.block(foot.inset(-0.06), (0.0, 0.1), picture.hour.tones(Paint::Stone));
        if i % 2 == 0 {
            mass.block(foot.inset(0.06), (0.1, 0.7), picture.hour.tones(Paint::White));
        }
        mass.stand(picture);
    }
}

/// The bare ground of a site.
fn earth(hour: Hour) -> Color {
    if hour == Hour::Day { SAND.mix(INK, 0.13) } else { INK.mix(SAND, 0.2) }
}

/// Floors and columns without walls.
pub(super) fn frame(picture: &mut Picture, on: Lot, floors: usize) {
    picture.lay(&on.corners(0.0), earth(picture.hour));
    let mut mass = Mass::new(picture);
    skeleton(&mut mass, on.part((0.14, 0.86), (0.14, 0.86)), (0.0, 0.55), floors);
    mass.stand(picture);
}

/// `floors` open floors from a height on, each this high.
pub(super) fn skeleton(mass: &mut Mass, on: Lot, (foot, floor): (f64, f64), floors: usize) {
    let (slab, post) = (mass.hour.tones(Paint::White), mass.hour.tones(Paint::Slate));
    mass.block(on, (foot, foot + 0.08), slab);
    for storey in 0..floors {
        let z = foot + floor * storey as f64 + 0.08;
        mass.face(&on.inset(0.06).corners(z), slab.right.mix(INK, 0.30));
        for (i, j) in [(0, 0), (1, 0), (0, 1), (2, 0), (0, 2), (1, 1), (2, 1), (1, 2), (2, 2)] {
            let (x, y) =
                (on.x0 + (on.wide() - 0.12) * f64::from(i) / 2.0, on.y0 + (on.deep() - 0.12) * f64::from(j) / 2.0);
            let column = lot(x, y, 0.12, 0.12);
            mass.block(column, (z, z + floor - 0.08), post);
        }
        mass.block(on, (z + floor - 0.08, z + floor), slab);
    }
}

/// A tower crane; its jib reaches `reach` cells along an axis and holds a load of `load` cells, if any.
pub(super) struct Crane {
    pub(super) foot: (f64, f64),
    pub(super) height: f64,
    pub(super) along: Along,
    pub(super) reach: f64,
    pub(super) paint: Paint,
}

impl Crane {
    /// Stands it in the city.
    pub(super) fn stand(&self, picture: &mut Picture) {
        let tones = picture.hour.tones(self.paint);
        let (x, y) = self.foot;
        let mut mast = Mass::new(picture);
        mast.block(lot(x - 0.24, y - 0.24, 0.48, 0.48), (0.0, 0.14), picture.hour.tones(Paint::Stone));
        let shaft = lot(x - 0.1, y - 0.1, 0.2, 0.2);
        mast.block(shaft, (0.14, self.height), tones);
        mast.faces(
            &lattice((at(x - 0.1, y + 0.1, 0.2), at(x + 0.1, y + 0.1, 0.2)), self.height - 0.3),
            tones.left.mix(INK, 0.35),
        );
        mast.stand(picture);
        self.jib(picture);
    }

    fn jib(&self, picture: &mut Picture) {
        let tones = picture.hour.tones(self.paint);
        let (x, y) = self.foot;
        let beam = |from: f64, to: f64, half: f64| match self.along {
            Along::X => Lot { x0: x + from.min(to), x1: x + from.max(to), y0: y - half, y1: y + half },
            Along::Y => Lot { x0: x - half, x1: x + half, y0: y + from.min(to), y1: y + from.max(to) },
        };
        let z = self.height;
        let mut jib = Mass::new(picture);
        let back = -self.reach.signum() * 1.1;
        jib.block(beam(back, self.reach, 0.07), (z, z + 0.13), tones);
        jib.block(beam(back, back * 0.6, 0.14), (z - 0.18, z + 0.16), picture.hour.tones(Paint::Slate));
        jib.block(lot(x - 0.12, y - 0.12, 0.24, 0.24), (z + 0.13, z + 0.34), picture.hour.tones(Paint::White));
        let top = at(x, y, z + 0.95);
        let far = self.end(self.reach * 0.8);
        let near = self.end(back * 0.8);
        jib.faces(&[wire(top, far), wire(top, near)], tones.right.mix(INK, 0.3));
        jib.block(lot(x - 0.05, y - 0.05, 0.1, 0.1), (z + 0.34, z + 0.98), tones);
        jib.overlay(picture);
    }

    fn end(&self, by: f64) -> Point {
        let (x, y) = self.foot;
        if self.along == Along::X { at(x + by, y, self.height + 0.1) } else { at(x, y + by, self.height + 0.1) }
    }

    /// Hangs a block from the jib; the lot is the block's outline, `z` its foot and top.
    pub(super) fn load(&self, picture: &mut Picture, on: Lot, z: (f64, f64), paint: Paint) {
        let (x, y) = on.middle();
        let rope = picture.hour.tones(Paint::Slate).right;
        let mut mass = Mass::new(picture);
        mass.block(on, (z.0, z.1), picture.hour.tones(paint));
        mass.glaze(
            on,
            (z.0 + 0.05, z.1 - 0.05),
            picture.hour.tones(paint),
            super::mass::Glazing::Punched,
            &mut super::chance::Chance::new(2),
        );
        let hook = at(x, y, z.1 + 0.5);
        let slings: Vec<_> = on.inset(0.08).corners(z.1).iter().map(|c| wire(hook, *c)).collect();
        mass.faces(&slings, rope);
        mass.faces(&[wire(hook, at(x, y, self.height + 0.02))], rope);
        mass.overlay(picture);
    }
}

/// A rope between two points, as a thin quadrilateral.
pub(super) fn wire(from: Point, to: Point) -> Vec<Point> {
    let t = 0.016;
    vec![
        at(from.x - t, from.y + t, from.z),
        at(to.x - t, to.y + t, to.z),
        at(to.x + t, to.y - t, to.z),
        at(from.x + t, from.y - t, from.z),
    ]
}

fn lattice(foot: (Point, Point), height: f64) -> Vec<Vec<Point>> {
    let (a, b) = foot;
    let steps = (height / 0.25) as i32;
    (0..steps)
        .map(|i| {
            let z = a.z + height * f64::from(i) / f64::from(steps);
            let (p, q) = if i % 2 == 0 { (a, b) } else { (b, a) };
            let rise = height / f64::from(steps);
            vec![at(p.x, p.y, z), at(q.x, q.y, z + rise), at(q.x, q.y, z + rise + 0.05), at(p.x, p.y, z + 0.05)]
        })
        .collect()
}

/// A gantry with a module hanging in it, and modules waiting.
pub(super) fn yard(picture: &mut Picture, on: Lot) {
    picture.lay(&on.corners(0.0), earth(picture.hour));
    for i in 0..3 {
        let x = 0.06 + 0.30 * f64::from(i);
        module(
            picture,
            on.part((x, x + 0.24), (0.70, 0.94)),
            0.0,
            [Paint::Sky, Paint::White, Paint::Straw][i as usize],
        );
    }
    gantry(picture, on.part((0.06, 0.94), (0.10, 0.55)));
}

/// A portal crane over a lot, with one module under it.
pub(super) fn gantry(picture: &mut Picture, on: Lot) {
    let tones = picture.hour.tones(Paint::Straw);
    module(picture, on.part((0.34, 0.66), (0.2, 0.8)), 0.55, Paint::Rose);
    for x in [on.x0, on.x1 - 0.12] {
        for y in [on.y0, on.y1 - 0.12] {
            let mut leg = Mass::new(picture);
            leg.block(lot(x, y, 0.12, 0.12), (0.0, 1.7), tones);
            leg.stand(picture);
        }
    }
    for y in [on.y0, on.y1 - 0.14] {
        let mut beam = Mass::new(picture);
        beam.block(lot(on.x0 - 0.1, y, on.wide() + 0.2, 0.14), (1.7, 1.88), tones);
        beam.stand(picture);
    }
    let mut trolley = Mass::new(picture);
    let (x, y) = on.middle();
    trolley.faces(&[wire(at(x, y, 1.2), at(x, y, 1.9))], tones.right.mix(INK, 0.4));
    trolley.block(lot(x - 0.2, on.y0, 0.4, on.deep()), (1.88, 2.0), picture.hour.tones(Paint::Slate));
    trolley.stand(picture);
}

/// A finished room-sized module, on the ground or hanging.
pub(super) fn module(picture: &mut Picture, on: Lot, z: f64, paint: Paint) {
    let tones = picture.hour.tones(paint);
    let mut mass = Mass::new(picture);
    mass.block(on, (z, z + 0.6), tones);
    mass.glaze(on, (z + 0.04, z + 0.58), tones, super::mass::Glazing::Punched, &mut super::chance::Chance::new(5));
    mass.stand(picture);
}
