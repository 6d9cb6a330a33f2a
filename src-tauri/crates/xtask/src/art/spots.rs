//! The column pictures: one thing each, on a small plinth.

use super::geometry::{Lot, Point, at, lot};
use super::green;
use super::landmarks::{self, Landmark};
use super::line::{self, Line};
use super::mass::{Along, Mass, circle};
use super::palette::{GOLD, Hour, INK, PARK, Paint, SAND, VERMILION, WHITE};
use super::picture::Picture;
use super::stage::{bench, dice, lamp, plinth, sheet};
use super::water;

const SIZE: (f64, f64) = (55.0, 55.0);

/// A sheet with a square plinth of this many cells.
fn spot(side: f64, lift: f64, paint: Paint) -> Picture {
    let tile = 255.0 / side;
    let mut picture = sheet(SIZE, (side / 2.0 - lift, side / 2.0 - lift), tile, Hour::Day).on(WHITE);
    let top = Hour::Day.tones(paint).top;
    plinth(&mut picture, lot(0.0, 0.0, side, side), side * 0.05, paint, top);
    picture
}

/// A meter on its post, the needle in the green.
pub(super) fn meter() -> Picture {
    let mut picture = spot(3.0, 1.0, Paint::Stone);
    let (white, slate) = (Hour::Day.tones(Paint::White), Hour::Day.tones(Paint::Slate));
    let case = lot(0.7, 1.15, 1.6, 0.7);
    let mut mass = Mass::new(&picture);
    mass.block(lot(0.95, 1.35, 0.25, 0.3), (0.0, 0.5), slate);
    mass.block(lot(1.8, 1.35, 0.25, 0.3), (0.0, 0.5), slate);
    mass.block(case, (0.5, 2.3), white);
    let dial = |r: f64, from: usize, to: usize| -> Vec<_> {
        (from..=to).map(|i| circle(32)[i % 32]).map(|p| at(1.5 + p.0 * r, case.y1, 1.5 + p.1 * r)).collect()
    };
    mass.faces(&[dial(0.66, 0, 31)], INK);
    mass.faces(&[dial(0.58, 0, 31)], WHITE);
    for (from, to, tone) in [(0, 5, PARK), (5, 10, GOLD), (10, 16, VERMILION)] {
        let mut arc = dial(0.5, from, to);
        arc.extend(dial(0.34, from, to).into_iter().rev());
        mass.faces(&[arc], tone);
    }
    mass.faces(&[vec![at(1.45, case.y1, 1.45), at(1.95, case.y1, 1.78), at(1.53, case.y1, 1.57)]], INK);
    mass.faces(&[dial(0.08, 0, 31)], INK);
    mass.stand(&mut picture);
    pipe(&mut picture);
    picture
}

fn pipe(picture: &mut Picture) {
    let blue = Hour::Day.tones(Paint::Sky);
    for on in [lot(0.0, 1.4, 0.7, 0.2), lot(2.3, 1.4, 0.7, 0.2)] {
        let mut mass = Mass::new(picture);
        mass.block(on, (0.8, 1.0), blue);
        mass.stand(picture);
    }
}

/// A bench under a tree.
pub(super) fn a_bench() -> Picture {
    let mut picture = spot(3.0, 0.7, Paint::Lawn);
    picture.lay(&lot(0.0, 1.75, 3.0, 0.8).corners(0.0), Hour::Day.pavement());
    let mut tree = Mass::new(&picture);
    tree.oak(1.0, 0.8, 2.6);
    tree.stand(&mut picture);
    bench(&mut picture, 0.9, 1.3, 1.7);
    picture
}

/// A tram at its stop.
pub(super) fn tram() -> Picture {
    let mut picture = spot(3.4, 0.45, Paint::Stone);
    let track = Line::walk((0.0, 1.9), &[(3.4, 0.0)]).wide(0.32).at_grade();
    track.draw(&mut picture);
    for mass in line::cars(&picture, (1.7, 1.9), Along::X, 0.12, 1.62) {
        mass.stand(&mut picture);
    }
    let mut shelter = Mass::new(&picture);
    let white = Hour::Day.tones(Paint::White);
    shelter.block(lot(0.8, 0.6, 1.8, 0.08), (0.0, 0.9), Hour::Day.tones(Paint::Glass));
    shelter.block(lot(0.7, 0.5, 2.0, 0.7), (0.9, 1.0), white);
    shelter.stand(&mut picture);
    picture
}

/// A landmark on its own plinth.
fn landmark(kind: Landmark, lift: f64, ground: Paint) -> Picture {
    let mut picture = spot(3.2, lift, ground);
    landmarks::landmark(&mut picture, kind, lot(0.1, 0.1, 3.0, 3.0), &mut dice(6));
    picture
}

/// The library with the open roof.
pub(super) fn library() -> Picture {
    landmark(Landmark::Library, 0.6, Paint::Stone)
}

/// The school and its playground.
pub(super) fn school() -> Picture {
    landmark(Landmark::School, 0.5, Paint::Lawn)
}

/// A bridge over a piece of river.
pub(super) fn bridge() -> Picture {
    let mut picture = spot(3.4, 0.2, Paint::Lawn);
    let water = Hour::Day.water();
    picture.lay(&lot(0.75, 0.0, 1.9, 3.4).corners(0.0), WHITE);
    picture.lay(&lot(0.85, 0.0, 1.7, 3.4).corners(0.0), water);
    water::bridge(&mut picture, lot(0.3, 1.1, 2.8, 0.8), Along::X);
    water::boat(&mut picture, (1.7, 2.75), 0.9);
    for (x, y) in [(0.35, 0.5), (0.4, 2.6), (3.05, 0.5), (3.0, 2.5), (3.05, 3.05)] {
        green::tree(&mut picture, x, y, &mut dice((x * 10.0 + y * 100.0) as u64));
    }
    picture
}

/// One tree with its shadow.
pub(super) fn tree() -> Picture {
    let mut picture = spot(3.0, 0.95, Paint::Lawn);
    let mut mass = Mass::new(&picture);
    mass.oak(1.4, 1.4, 3.0);
    mass.stand(&mut picture);
    let mut small = Mass::new(&picture);
    small.tree(2.35, 1.9, 1.1);
    small.stand(&mut picture);
    picture
}

/// A street lamp by night and its pool of light.
pub(super) fn a_lamp() -> Picture {
    let mut picture = spot(3.0, 1.0, Paint::Stone);
    let pool: Vec<_> = green::round(1.5, 1.5, 1.2);
    picture.lay(&pool, GOLD.mix(SAND, 0.55));
    lamp(&mut picture, 1.5, 1.5, 2.5);
    bench(&mut picture, 1.7, 0.5, 0.9);
    picture
}

/// The letter's picture: a tall house at night, everyone asleep but one.
pub(super) fn letter() -> Picture {
    let mut picture = sheet((56.0, 176.0), (-4.1, -4.1), 58.0, Hour::Night);
    let (ground, body) = (lot(0.0, 0.0, 4.2, 4.2), lot(0.8, 0.6, 2.4, 2.4));
    plinth(&mut picture, ground, 0.4, Paint::Stone, Hour::Night.pavement());
    picture.lay(&lot(0.0, 3.45, 4.2, 0.75).corners(0.0), Hour::Night.grass());
    let wall = Hour::Night.tones(Paint::Sky);
    let mut house = Mass::new(&picture);
    house.block(body, (0.0, FLOORS * FLOOR + 0.5), wall);
    house.block(body.part((0.3, 0.7), (0.3, 0.7)), (FLOORS * FLOOR + 0.5, FLOORS * FLOOR + 1.1), wall);
    asleep(&mut house, body);
    desk_window(&mut house, body);
    house.stand(&mut picture);
    for (x, y) in
        [(0.35, 3.8), (1.15, 3.85), (2.0, 3.75), (2.85, 3.85), (3.75, 3.75), (3.8, 0.5), (3.75, 1.5), (3.8, 2.5)]
    {
        let mut mass = Mass::new(&picture);
        mass.tree(x, y, 1.0);
        mass.stand(&mut picture);
    }
    picture
}

const FLOORS: f64 = 15.0;
const FLOOR: f64 = 0.92;

/// Three dark windows a floor in either wall.
fn asleep(house: &mut Mass, body: Lot) {
    let wall = Hour::Night.tones(Paint::Sky);
    let (mut left, mut right) = (vec![], vec![]);
    for floor in 0..FLOORS as i32 {
        let (low, high) = (0.4 + FLOOR * f64::from(floor), 0.92 + FLOOR * f64::from(floor));
        for i in 0..3 {
            let a = 0.2 + 0.75 * f64::from(i);
            left.push(pane_left(body, (a, a + 0.5), (low, high)));
            let (y, z) = (body.y1 - a, (low, high));
            right.push(vec![
                at(body.x1, y, z.0),
                at(body.x1, y - 0.5, z.0),
                at(body.x1, y - 0.5, z.1),
                at(body.x1, y, z.1),
            ]);
        }
    }
    house.faces(&left, Hour::Night.pane(wall.left));
    house.faces(&right, Hour::Night.pane(wall.right));
}

fn pane_left(body: Lot, x: (f64, f64), z: (f64, f64)) -> Vec<Point> {
    let (a, b) = (body.x0 + x.0, body.x0 + x.1);
    vec![at(a, body.y1, z.0), at(b, body.y1, z.0), at(b, body.y1, z.1), at(a, body.y1, z.1)]
}

/// The one where a lamp still stands on a desk.
fn desk_window(house: &mut Mass, body: Lot) {
    let low = 0.4 + FLOOR * 10.0;
    let pane = |x0: f64, x1: f64, z0: f64, z1: f64| pane_left(body, (0.95 + x0, 0.95 + x1), (low + z0, low + z1));
    house.faces(&[pane(-0.06, 0.56, -0.06, 0.58)], WHITE);
    house.faces(&[pane(0.0, 0.5, 0.0, 0.52)], GOLD);
    house.faces(
        &[
            pane(0.04, 0.46, 0.14, 0.18),
            pane(0.33, 0.36, 0.18, 0.36),
            pane(0.22, 0.38, 0.35, 0.41),
            pane(0.08, 0.2, 0.18, 0.21),
        ],
        INK,
    );
}
