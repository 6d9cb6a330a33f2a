//! The river: a smooth band with a quay, boats and bridges.

use super::geometry::{Lot, Point, at, lot};
use super::mass::{Along, Mass};
use super::palette::{Color, GOLD, Hour, INK, Paint, WHITE};
use super::picture::Picture;

/// A river through these ground points, of even width.
pub(super) struct River {
    course: Vec<(f64, f64)>,
    half: f64,
}

impl River {
    /// A smooth course through the points; `half` is half its width in cells.
    pub(super) fn through(points: &[(f64, f64)], half: f64) -> River {
        let n = points.len();
        let near = |i: isize| points[i.clamp(0, n as isize - 1) as usize];
        let mut course = Vec::new();
        for i in 0..n as isize - 1 {
            for k in 0..12 {
                let t = f64::from(k) / 12.0;
                course.push(smooth([near(i - 1), near(i), near(i + 1), near(i + 2)], t));
            }
        }
        course.push(points[n - 1]);
        River { course, half }
    }

    /// How far this place is from the water's edge; negative in the water.
    pub(super) fn distance(&self, x: f64, y: f64) -> f64 {
        let nearest = self.course.windows(2).map(|s| gap(s[0], s[1], (x, y))).fold(f64::MAX, f64::min);
        nearest - self.half
    }

    /// Whether the lot keeps this margin from the water.
    pub(super) fn spares(&self, on: Lot, margin: f64) -> bool {
        on.corners(0.0).iter().all(|p| self.distance(p.x, p.y) > margin)
            && self.distance(on.middle().0, on.middle().1) > margin
    }

    /// How high something on this lot may be without hiding the water altogether.
    pub(super) fn cap(&self, on: Lot) -> f64 {
        let (x, y) = on.middle();
        let before = self.course.iter().filter(|c| x + y > c.0 + c.1 && ((x - y) - (c.0 - c.1)).abs() < 1.2);
        before.map(|c| (x + y - c.0 - c.1) / 2.0).fold(f64::MAX, f64::min)
    }

    /// Lays quay and water.
    pub(super) fn draw(&self, picture: &mut Picture) {
        let hour = picture.hour;
        picture.lay(&self.band(-self.half - 0.3, self.half + 0.3), hour.grass());
        picture.lay(&self.band(-self.half - 0.14, self.half + 0.14), hour.quay());
        picture.lay(&self.band(-self.half, self.half), hour.water());
        let deep = hour.water().mix(INK, 0.12);
        picture.lay(&self.band(-self.half, -self.half + 0.16), deep);
        self.glints(picture);
    }

    fn glints(&self, picture: &mut Picture) {
        let tone: Color = if picture.hour == Hour::Day {
            picture.hour.water().mix(WHITE, 0.45)
        } else {
            GOLD.mix(picture.hour.water(), 0.55)
        };
        for (i, c) in self.course.iter().enumerate().step_by(3) {
            let shift = [-0.5, 0.1, 0.55, -0.15][(i / 3) % 4] * self.half;
            let (x, y) = (c.0 + shift, c.1 - shift);
            let long = if i % 2 == 0 { 0.34 } else { 0.2 };
            // Along (1, -1) a stroke lies level on the paper, as glints on water do.
            picture.lay(
                &[
                    at(x, y, 0.0),
                    at(x + long, y - long, 0.0),
                    at(x + long + 0.04, y - long + 0.04, 0.0),
                    at(x + 0.04, y + 0.04, 0.0),
                ],
                tone,
            );
        }
    }

    fn band(&self, from: f64, to: f64) -> Vec<Point> {
        let side = |by: f64| -> Vec<Point> {
            (0..self.course.len())
                .map(|i| {
                    let (a, b) = (self.course[i.saturating_sub(1)], self.course[(i + 1).min(self.course.len() - 1)]);
                    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                    let long = (dx * dx + dy * dy).sqrt().max(1e-9);
                    at(self.course[i].0 - dy / long * by, self.course[i].1 + dx / long * by, 0.0)
                })
                .collect()
        };
        let mut rim = side(from);
        rim.extend(side(to).into_iter().rev());
        rim
    }

    /// The bridge that carries a street over the river, if they meet; the street runs along an axis.
    pub(super) fn bridge(&self, picture: &mut Picture, street: f64, along: Along) {
        let crossing = self.course.windows(2).find_map(|s| cross(s[0], s[1], street, along));
        let Some(t) = crossing else { return };
        let (mut from, mut to) = (t, t);
        let wet = |v: f64| if along == Along::X { self.distance(v, street) } else { self.distance(street, v) };
        while wet(from) < 0.35 && t - from < 6.0 {
            from -= 0.1;
        }
        while wet(to) < 0.35 && to - t < 6.0 {
            to += 0.1;
        }
        let on = match along {
            Along::X => Lot { x0: from, y0: street - 0.3, x1: to, y1: street + 0.3 },
            Along::Y => Lot { x0: street - 0.3, y0: from, x1: street + 0.3, y1: to },
        };
        bridge(picture, on, along);
    }

    /// A boat at this fraction of the course.
    pub(super) fn boat(&self, picture: &mut Picture, t: f64, size: f64) {
        let c = self.course[((self.course.len() - 1) as f64 * t) as usize];
        boat(picture, c, size);
    }
}

/// A deck on three arches.
pub(super) fn bridge(picture: &mut Picture, on: Lot, along: Along) {
    let (stone, water) = (picture.hour.tones(Paint::White), picture.hour.water().mix(INK, 0.3));
    let mut mass = Mass::new(picture);
    mass.block(on, (0.0, 0.34), stone);
    for i in 0..3 {
        let t = (0.08 + 0.3 * f64::from(i), 0.32 + 0.3 * f64::from(i));
        let place = |u: f64, z: f64| match along {
            Along::X => at(on.x0 + on.wide() * u, on.y1, z),
            Along::Y => at(on.x1, on.y0 + on.deep() * u, z),
        };
        let arch: Vec<Point> = (0..=8)
            .map(|k| f64::from(k) / 8.0)
            .map(|k| place(t.0 + (t.1 - t.0) * k, 0.24 * (1.0 - (2.0 * k - 1.0) * (2.0 * k - 1.0))))
            .collect();
        mass.faces(&[arch], water);
    }
    let road = if along == Along::X { on.part((0.0, 1.0), (0.16, 0.84)) } else { on.part((0.16, 0.84), (0.0, 1.0)) };
    mass.face(&road.corners(0.34), picture.hour.pavement());
    mass.stand(picture);
}

/// A small boat with a cabin, bow to the left.
pub(super) fn boat(picture: &mut Picture, c: (f64, f64), size: f64) {
    let (hull, cabin) = (picture.hour.tones(Paint::White), picture.hour.tones(Paint::Straw));
    let s = size;
    let rim = |k: f64, z: f64| {
        [(-0.3, -0.16), (0.3, -0.16), (0.3, 0.16), (-0.3, 0.16), (-0.62, 0.0)]
            .map(|p| at(c.0 + p.1 * s * k, c.1 - p.0 * s * k, z))
    };
    let (low, top) = (rim(0.8, 0.0), rim(1.0, 0.16 * s));
    let mut mass = Mass::new(picture);
    for i in 0..5 {
        let j = (i + 1) % 5;
        let tone = if i == 4 || i == 3 { hull.left } else { hull.right };
        mass.face(&[low[i], low[j], top[j], top[i]], tone);
        mass.face(&[low[j], low[i], top[i], top[j]], tone);
    }
    let mut deck = top.to_vec();
    deck.reverse();
    mass.face(&deck, hull.top);
    mass.face(&top, hull.top);
    mass.block(lot(c.0 - 0.09 * s, c.1 - 0.22 * s, 0.18 * s, 0.3 * s), (0.16 * s, 0.36 * s), cabin);
    mass.stand(picture);
}

fn smooth(p: [(f64, f64); 4], t: f64) -> (f64, f64) {
    let f = |a: f64, b: f64, c: f64, d: f64| {
        0.5 * (2.0 * b
            + (c - a) * t
            + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
            + (3.0 * b - a - 3.0 * c + d) * t * t * t)
    };
    (f(p[0].0, p[1].0, p[2].0, p[3].0), f(p[0].1, p[1].1, p[2].1, p[3].1))
}

fn gap(a: (f64, f64), b: (f64, f64), p: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
    let (ex, ey) = (a.0 + dx * t - p.0, a.1 + dy * t - p.1);
    (ex * ex + ey * ey).sqrt()
}

fn cross(a: (f64, f64), b: (f64, f64), street: f64, along: Along) -> Option<f64> {
    let ((u0, v0), (u1, v1)) = match along {
        Along::X => ((a.1, a.0), (b.1, b.0)),
        Along::Y => (a, b),
    };
    ((u0 <= street) != (u1 <= street)).then(|| v0 + (v1 - v0) * (street - u0) / (u1 - u0))
}
