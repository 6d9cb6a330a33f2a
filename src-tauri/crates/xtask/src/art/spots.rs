//! The column pictures: one thing each, on a small plinth.

use super::geometry::{Lot, at, lot};
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

/// The letter's picture: a small house at dusk, one window lit above a desk.
pub(super) fn letter() -> Picture {
    let mut picture = sheet((60.0, 60.0), (0.9, 0.9), 92.0, Hour::Day).on(WHITE);
    plinth(&mut picture, lot(0.0, 0.0, 3.0, 3.0), 0.15, Paint::Lawn, Hour::Day.grass());
    let body = lot(0.5, 0.5, 1.9, 1.7);
    let (wall, roof) = (Hour::Dusk.tones(Paint::Sky), Hour::Day.tones(Paint::Tile));
    let mut house = Mass::new(&picture);
    house.block(body, (0.0, 1.7), wall);
    dark_windows(&mut house, body);
    desk_window(&mut house, body);
    house.gable(body.inset(-0.08), (1.7, 2.7), Along::Y, wall, roof);
    house.stand(&mut picture);
    for (x, y) in [(2.7, 0.6), (0.4, 2.7), (2.7, 2.6)] {
        let mut mass = Mass::new(&picture);
        mass.tree(x, y, 0.9);
        mass.stand(&mut picture);
    }
    picture
}

fn dark_windows(house: &mut Mass, body: Lot) {
    let tone = Hour::Dusk.pane(Hour::Dusk.tones(Paint::Sky).right);
    let pane = |y: f64, z: f64| {
        vec![at(body.x1, y, z), at(body.x1, y - 0.3, z), at(body.x1, y - 0.3, z + 0.42), at(body.x1, y, z + 0.42)]
    };
    let panes: Vec<_> = [2.0, 1.5, 1.0].iter().flat_map(|y| [pane(*y, 0.25), pane(*y, 1.0)]).collect();
    house.faces(&panes, tone);
}

fn desk_window(house: &mut Mass, body: Lot) {
    let pane = |x0: f64, x1: f64, z0: f64, z1: f64| {
        vec![at(x0, body.y1, z0), at(x1, body.y1, z0), at(x1, body.y1, z1), at(x0, body.y1, z1)]
    };
    house.faces(&[pane(0.95, 1.95, 0.5, 1.4)], WHITE);
    house.faces(&[pane(1.01, 1.89, 0.56, 1.34)], GOLD);
    house.faces(
        &[
            pane(1.08, 1.82, 0.78, 0.84),
            pane(1.15, 1.2, 0.56, 0.8),
            pane(1.7, 1.75, 0.56, 0.8),
            pane(1.58, 1.62, 0.84, 1.1),
            pane(1.42, 1.66, 1.08, 1.18),
            pane(1.2, 1.42, 0.84, 0.88),
        ],
        INK,
    );
}
