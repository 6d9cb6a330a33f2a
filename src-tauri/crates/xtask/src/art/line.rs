//! The vermilion line: a slender viaduct through every picture, its stations, and the trams on it.
//!
//! It is drawn over what stands behind it; `Line::cap` keeps what stands before it low enough, so it is never cut.

use super::chance::Chance;
use super::geometry::{Lot, Point, Spot, at, lot};
use super::mass::{Along, Glazing, Mass};
use super::palette::{Hour, INK, Paint, VERMILION, WHITE};
use super::picture::{Picture, Ring, Shape};

/// How high the deck usually lies, in cells.
pub(super) const DECK: f64 = 0.95;

/// Where the line goes, as corners on the ground; every leg follows one axis.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) corners: Vec<(f64, f64)>,
    pub(super) stations: Vec<(f64, f64)>,
    pub(super) trams: Vec<(f64, f64)>,
    /// Half the deck's width, in cells.
    pub(super) half: f64,
    /// How high the deck lies, in cells.
    pub(super) deck: f64,
}

impl Line {
    /// A line that starts somewhere and takes these steps along the axes.
    pub(super) fn walk(start: (f64, f64), steps: &[(f64, f64)]) -> Line {
        let mut corners = vec![start];
        let mut here = start;
        for step in steps {
            here = (here.0 + step.0, here.1 + step.1);
            corners.push(here);
        }
        Line { corners, stations: vec![], trams: vec![], half: 0.2, deck: DECK }
    }

    /// The same line on the ground.
    pub(super) fn at_grade(mut self) -> Line {
        self.deck = 0.1;
        self
    }

    pub(super) fn wide(mut self, half: f64) -> Line {
        self.half = half;
        self
    }

    pub(super) fn stopping(mut self, stations: &[(f64, f64)]) -> Line {
        self.stations = stations.to_vec();
        self
    }

    pub(super) fn carrying(mut self, trams: &[(f64, f64)]) -> Line {
        self.trams = trams.to_vec();
        self
    }

    fn on_ground(&self) -> bool {
        self.deck < 0.3
    }

    /// How high something on this lot may be without hiding the line.
    pub(super) fn cap(&self, on: Lot) -> f64 {
        self.corners.windows(2).map(|leg| cap_before(leg[0], leg[1], on) + self.deck).fold(f64::MAX, f64::min)
    }

    /// The line as a dense row of points with rounded corners.
    fn course(&self) -> Vec<(f64, f64)> {
        let c = &self.corners;
        let mut course = vec![c[0]];
        for i in 1..c.len() - 1 {
            let (a, b) = (towards(c[i], c[i - 1], 0.9), towards(c[i], c[i + 1], 0.9));
            for k in 0..=8 {
                let t = f64::from(k) / 8.0;
                let q = |a: f64, m: f64, b: f64| (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * m + t * t * b;
                course.push((q(a.0, c[i].0, b.0), q(a.1, c[i].1, b.1)));
            }
        }
        course.push(c[c.len() - 1]);
        course
    }

    /// Draws it: shadow and pillars in the city, deck, stations and trams over it.
    pub(super) fn draw(&self, picture: &mut Picture) {
        let course = self.course();
        if !self.on_ground() {
            picture.shade(ribbon(picture, &course, self.half, (0.38 * self.deck, -0.23 * self.deck), 0.0));
        }
        self.pillars(picture);
        let white = picture.hour.tones(Paint::White);
        let edge = if picture.hour.lit() > 0.0 { WHITE } else { white.top };
        for (half, z, fill) in [
            (self.half * 1.45, self.deck - 0.13, white.right),
            (self.half * 1.45, self.deck, edge),
            (self.half * 0.82, self.deck, VERMILION),
        ] {
            let ring = Ring::Polygon(ribbon(picture, &course, half, (0.0, 0.0), z));
            if self.on_ground() {
                picture.lay_rings(vec![ring], fill, 1.0);
            } else {
                picture.overlay(vec![Shape { fill, opacity: 1.0, rings: vec![ring] }]);
            }
        }
        for tram in &self.trams {
            self.tram(picture, *tram);
        }
        for station in &self.stations {
            sign(picture, at(station.0, station.1, self.deck), self.half * 1.9);
        }
    }

    /// The pillars alone; under construction they stand before the deck.
    pub(super) fn pillars(&self, picture: &mut Picture) {
        if self.on_ground() {
            return;
        }
        let stone = picture.hour.tones(Paint::Stone);
        for leg in self.corners.windows(2) {
            let long = (leg[1].0 - leg[0].0).abs() + (leg[1].1 - leg[0].1).abs();
            let count = (long / 1.333).round().max(1.0) as i32;
            for i in 1..count {
                let p = towards(leg[0], leg[1], long * f64::from(i) / f64::from(count));
                let mut mass = Mass::new(picture);
                mass.block(lot(p.0 - 0.07, p.1 - 0.07, 0.14, 0.14), (0.0, self.deck - 0.1), stone);
                mass.stand(picture);
            }
        }
    }

    fn tram(&self, picture: &mut Picture, place: (f64, f64)) {
        let leg = self.corners.windows(2).find(|leg| on_leg(leg[0], leg[1], place));
        let along = leg.map_or(Along::X, |leg| if leg[0].1 == leg[1].1 { Along::X } else { Along::Y });
        for car in cars(picture, place, along, self.deck, self.half / 0.2) {
            if self.on_ground() { car.stand(picture) } else { car.overlay(picture) }
        }
    }
}

/// The two cars of a tram, the far one first.
pub(super) fn cars(picture: &Picture, place: (f64, f64), along: Along, z: f64, size: f64) -> Vec<Mass> {
    let (body, skirt) = (Hour::Day.tones(Paint::White), Hour::Day.tones(Paint::Vermilion));
    [-0.52, 0.52]
        .iter()
        .map(|offset| {
            let (wide, long) = (0.17 * size, 0.48 * size);
            let (hx, hy) = if along == Along::X { (long, wide) } else { (wide, long) };
            let (cx, cy) =
                if along == Along::X { (place.0 + offset * size, place.1) } else { (place.0, place.1 + offset * size) };
            let on = Lot { x0: cx - hx, y0: cy - hy, x1: cx + hx, y1: cy + hy };
            let mut mass = Mass::new(picture);
            mass.block(on, (z + 0.02, z + 0.15 * size), skirt);
            mass.block(on, (z + 0.15 * size, z + 0.48 * size), body);
            // One row of wide panes needs this much room, however small the car.
            let middle = z + 0.33 * size;
            mass.glaze(on, (middle - 0.215, middle + 0.215), body, Glazing::Bands, &mut Chance::new(3));
            mass
        })
        .collect()
}

/// A station: the round sign of a map.
pub(super) fn sign(picture: &mut Picture, p: Point, radius: f64) {
    let (c, r) = (picture.view.project(p), radius * picture.view.tile);
    let disc = |k: f64, fill| Shape { fill, opacity: 1.0, rings: vec![Ring::Ellipse(c, r * k, r * k)] };
    picture.overlay(vec![disc(1.0, INK), disc(0.74, WHITE)]);
}

/// A strip of even width along a course on the ground, lifted and moved.
fn ribbon(picture: &Picture, course: &[(f64, f64)], half: f64, moved: (f64, f64), z: f64) -> Vec<Spot> {
    let side = |sign: f64| {
        (0..course.len()).map(move |i| {
            let (a, b) = (course[i.saturating_sub(1)], course[(i + 1).min(course.len() - 1)]);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let long = (dx * dx + dy * dy).sqrt().max(1e-9);
            (course[i].0 - dy / long * half * sign, course[i].1 + dx / long * half * sign)
        })
    };
    let mut rim: Vec<(f64, f64)> = side(1.0).collect();
    rim.extend(side(-1.0).collect::<Vec<_>>().into_iter().rev());
    rim.iter().map(|p| picture.view.project(at(p.0 + moved.0, p.1 + moved.1, z))).collect()
}

fn towards(from: (f64, f64), to: (f64, f64), by: f64) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = (dx.abs() + dy.abs()).max(1e-9);
    (from.0 + dx / long * by, from.1 + dy / long * by)
}

fn on_leg(a: (f64, f64), b: (f64, f64), p: (f64, f64)) -> bool {
    let within = |a: f64, b: f64, p: f64| p >= a.min(b) - 0.01 && p <= a.max(b) + 0.01;
    within(a.0, b.0, p.0) && within(a.1, b.1, p.1)
}

/// The eye looks along (1, 1, 1): what is n cells before the deck may stand n cells above it.
fn cap_before(a: (f64, f64), b: (f64, f64), on: Lot) -> f64 {
    let (low, high) = ((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)));
    let (gap_x, gap_y) = (on.x0 - high.0 - 0.25, on.y0 - high.1 - 0.25);
    let gap = gap_x.max(gap_y);
    let meets = on.x1 - gap.max(0.0) > low.0 - 0.3 && on.y1 - gap.max(0.0) > low.1 - 0.3;
    if gap < 0.0 || !meets { f64::MAX } else { gap - 0.1 }
}
