//! A city from a plan: streets in a grid of four cells, blocks of three, wards, a skyline, and room for line and river.
//!
//! The plan says where the city is and how high it grows; line and river then press down whatever would hide them.

use super::chance::Chance;
use super::geometry::{Lot, Spot, at, lot};
use super::green;
use super::houses::{self, LOW_WARDS, WARDS, Ward};
use super::landmarks::{Landmark, landmark};
use super::line::Line;
use super::mass::Along;
use super::picture::Picture;
use super::water::River;

/// From one street to the next, in cells.
pub(super) const BLOCK: f64 = 4.0;

/// What a city is drawn from.
pub(super) struct Plan<'a> {
    pub(super) seed: u64,
    pub(super) line: Option<Line>,
    pub(super) river: Option<River>,
    /// Streets along x and along y that have a bridge.
    pub(super) bridges: (&'a [f64], &'a [f64]),
    pub(super) landmarks: &'a [((i32, i32), Landmark)],
    /// The wished height in cells at a place on paper (fractions of the sheet); below zero there is no city.
    pub(super) skyline: &'a dyn Fn(Spot) -> f64,
    /// The share of blocks that are green.
    pub(super) green: f64,
    /// Only this ward; otherwise they change from quarter to quarter.
    pub(super) ward: Option<Ward>,
}

/// Draws the whole city.
pub(super) fn build(picture: &mut Picture, plan: &Plan) {
    let blocks = blocks(picture);
    for block in &blocks {
        pave(picture, plan, *block);
    }
    if let Some(river) = &plan.river {
        river.draw(picture);
        [0.32, 0.47, 0.66].iter().for_each(|t| river.boat(picture, *t, 1.3));
        plan.bridges.0.iter().for_each(|y| river.bridge(picture, *y, Along::X));
        plan.bridges.1.iter().for_each(|x| river.bridge(picture, *x, Along::Y));
    }
    for block in &blocks {
        settle(picture, plan, *block);
    }
    if let Some(line) = &plan.line {
        line.draw(picture);
    }
}

/// The block with these numbers, without its streets.
pub(super) fn block(at: (i32, i32)) -> Lot {
    lot(f64::from(at.0) * BLOCK + 0.5, f64::from(at.1) * BLOCK + 0.5, 3.0, 3.0)
}

/// Every block that can reach the sheet, far ones first.
fn blocks(picture: &Picture) -> Vec<(i32, i32)> {
    let reach = |spot| picture.view.ground(spot);
    let (w, h) = picture.size;
    let corners = [reach((0.0, 0.0)), reach((w, 0.0)), reach((w, h)), reach((0.0, h))];
    let span = |of: fn(&(f64, f64)) -> f64| {
        let low = corners.iter().map(of).fold(f64::MAX, f64::min);
        let high = corners.iter().map(of).fold(f64::MIN, f64::max);
        ((low / BLOCK).floor() as i32 - 2, (high / BLOCK).ceil() as i32 + 2)
    };
    let (xs, ys) = (span(|c| c.0), span(|c| c.1));
    let all = (xs.0..=xs.1).flat_map(|x| (ys.0..=ys.1).map(move |y| (x, y)));
    all.filter(|b| near_sheet(picture, block(*b))).collect()
}

fn near_sheet(picture: &Picture, on: Lot) -> bool {
    let (x, y) = on.middle();
    let (px, py) = picture.view.project(at(x, y, 0.0));
    let t = picture.view.tile;
    picture.shows([px - 3.2 * t, py - 10.0 * t, px + 3.2 * t, py + 1.8 * t])
}

/// The wished height at a lot, or none outside the city.
fn wish(picture: &Picture, plan: &Plan, on: Lot) -> Option<f64> {
    let (x, y) = on.middle();
    let spot = picture.view.project(at(x, y, 0.0));
    let height = (plan.skyline)((spot.0 / picture.size.0, spot.1 / picture.size.1));
    (height > 0.0).then_some(height)
}

fn pave(picture: &mut Picture, plan: &Plan, number: (i32, i32)) {
    let on = block(number);
    let dry = plan.river.as_ref().is_none_or(|r| r.distance(on.middle().0, on.middle().1) > 0.6);
    if dry && wish(picture, plan, on).is_some() {
        picture.lay(&on.inset(-0.08).corners(0.0), picture.hour.pavement());
    }
}

/// Fills one block.
fn settle(picture: &mut Picture, plan: &Plan, number: (i32, i32)) {
    let on = block(number);
    let mut chance = Chance::new(plan.seed ^ ((number.0 as u64) << 32) ^ (number.1 as u64 & 0xFFFF_FFFF));
    let dry = plan.river.as_ref().is_none_or(|r| r.spares(on, 0.1));
    if let Some((_, kind)) = plan.landmarks.iter().find(|l| l.0 == number && dry) {
        return landmark(picture, *kind, on, &mut chance);
    }
    let Some(height) = wish(picture, plan, on) else { return };
    let ward = plan.ward.unwrap_or_else(|| ward_of(plan.seed, number, height < 1.7));
    let site = Site { plan, height, ward };
    if plan.river.as_ref().is_some_and(|r| !r.spares(on, 0.4)) {
        return site.waterside(picture, on, &mut chance);
    }
    match chance.unit() {
        u if u < plan.green => green::park(picture, on, &mut chance),
        u if u < plan.green + 0.16 => site.court(picture, on, &mut chance),
        u if u < plan.green + 0.30 => site.rows(picture, on, &mut chance),
        u if u < plan.green + 0.38 => site.slabs(picture, on, &mut chance),
        _ => site.mixed(picture, on, &mut chance),
    }
}

/// Wards are two to three blocks wide and shear a little, so their borders are no lattice.
fn ward_of(seed: u64, number: (i32, i32), low: bool) -> Ward {
    let (i, j) = ((number.0 + number.1.div_euclid(3)).div_euclid(3), (number.1 - number.0.div_euclid(4)).div_euclid(3));
    let mut chance = Chance::new(seed.wrapping_add((i * 31 + j * 17 + 4000) as u64));
    chance.pick(if low { &LOW_WARDS } else { &WARDS })
}

/// A block being settled.
struct Site<'a> {
    plan: &'a Plan<'a>,
    height: f64,
    ward: Ward,
}

impl Site<'_> {
    /// A building as high as wished, or as line and river allow; a garden where that is next to nothing.
    fn raise(&self, picture: &mut Picture, on: Lot, factor: f64, chance: &mut Chance) {
        let line = self.plan.line.as_ref().map_or(f64::MAX, |l| l.cap(on));
        let river = self.plan.river.as_ref().map_or(f64::MAX, |r| r.cap(on));
        let height = (self.height * factor).max(0.55).min(line - 0.08).min(river);
        if height < 0.5 {
            green::lawn(picture, on.inset(0.05));
            return green::grove(picture, on.inset(0.12), 1.8, chance);
        }
        houses::building(picture, on, height, self.ward, chance);
    }

    /// Wings around a green court.
    fn court(&self, picture: &mut Picture, on: Lot, chance: &mut Chance) {
        green::lawn(picture, on.inset(0.8));
        green::grove(picture, on.inset(1.05), 2.2, chance);
        let even = chance.between(0.55, 0.85);
        for (x, y) in [
            ((0.0, 1.0), (0.0, 0.3)),
            ((0.0, 0.3), (0.3, 0.7)),
            ((0.7, 1.0), (0.3, 0.7)),
            ((0.0, 0.5), (0.7, 1.0)),
            ((0.5, 1.0), (0.7, 1.0)),
        ] {
            let wing = on.part(x, y);
            self.raise(picture, wing, even * if y.0 > 0.5 { 0.7 } else { 1.0 }, chance);
        }
    }

    /// Terraces of small houses with gardens between.
    fn rows(&self, picture: &mut Picture, on: Lot, chance: &mut Chance) {
        green::lawn(picture, on);
        for (from, to) in [(0.02, 0.33), (0.58, 0.89)] {
            let count = chance.pick(&[3, 4]);
            for i in 0..count {
                let share = |k: i32| f64::from(k) / f64::from(count);
                let house = on.part((share(i), share(i + 1)), (from, to));
                houses::cottage(picture, house.inset(0.07), chance.between(0.42, 0.68), self.ward, chance);
            }
        }
        green::avenue(picture, on.part((0.0, 1.0), (0.38, 0.52)), 0.62);
    }

    /// Two long blocks in a garden.
    fn slabs(&self, picture: &mut Picture, on: Lot, chance: &mut Chance) {
        green::lawn(picture, on);
        let factor = chance.between(0.6, 0.9);
        self.raise(picture, on.part((0.0, 1.0), (0.0, 0.32)), factor, chance);
        green::avenue(picture, on.part((0.0, 1.0), (0.38, 0.58)), 0.55);
        self.raise(picture, on.part((0.0, 1.0), (0.66, 1.0)), factor * 0.6, chance);
    }

    /// Lots of different sizes, split from the whole.
    fn mixed(&self, picture: &mut Picture, on: Lot, chance: &mut Chance) {
        for part in split(on, chance) {
            if chance.one_in(0.09) {
                green::lawn(picture, part.inset(0.06));
                green::grove(picture, part.inset(0.1), 2.2, chance);
            } else {
                let factor = chance.between(0.45, 1.15);
                self.raise(picture, part, factor, chance);
            }
        }
    }

    /// What is left of a block by the river: houses where it is dry, trees on the bank.
    fn waterside(&self, picture: &mut Picture, on: Lot, chance: &mut Chance) {
        let Some(river) = &self.plan.river else { return };
        for i in 0..9 {
            let (x, y) = (f64::from(i % 3) / 3.0, f64::from(i / 3) / 3.0);
            let cell = on.part((x, x + 1.0 / 3.0), (y, y + 1.0 / 3.0));
            if river.spares(cell, 0.5) {
                self.raise(picture, cell, 0.55, chance);
            } else if river.spares(cell.inset(0.3), 0.45) {
                let (x, y) = cell.middle();
                green::tree(picture, x, y, chance);
            }
        }
    }
}

/// Splits a rectangle until its parts are a house or two wide.
fn split(on: Lot, chance: &mut Chance) -> Vec<Lot> {
    let (wide, deep) = (on.wide(), on.deep());
    if wide.max(deep) < 1.35 || (wide.max(deep) < 1.8 && chance.one_in(0.35)) {
        return vec![on];
    }
    let cut = chance.between(0.38, 0.62);
    let (a, b) = if wide >= deep {
        (on.part((0.0, cut), (0.0, 1.0)), on.part((cut, 1.0), (0.0, 1.0)))
    } else {
        (on.part((0.0, 1.0), (0.0, cut)), on.part((0.0, 1.0), (cut, 1.0)))
    };
    let mut parts = split(a, chance);
    parts.extend(split(b, chance));
    parts
}
