//! The six openers: one city in six moods. The line enters each at the middle of the left edge and leaves at the middle
//! of the right one, so that it runs on from picture to picture.

use super::city::{BLOCK, Plan, block, build};
use super::geometry::{Spot, View, lot};
use super::green;
use super::houses::{OLD_TOWN, PALE};
use super::landmarks::{self, Landmark};
use super::line::{DECK, Line};
use super::mass::Along;
use super::palette::{Hour, Paint};
use super::picture::Picture;
use super::water::River;
use super::works::{self, Crane};

const TILE: f64 = 54.0;
/// Where the line meets both edges, in tenths of a millimetre from the top.
const HANDOVER: f64 = 670.0;

/// A sheet whose street corner (0, 0) lies under the line at the left edge.
fn sheet(hour: Hour) -> Picture {
    let view = View { origin: (0.0, HANDOVER + DECK * TILE), tile: TILE };
    Picture::new((216.0, 134.0), view, hour)
}

/// A line by blocks: down to the right or up to the right, in turn. Ten blocks cross the sheet; five of them must go
/// down and five up to arrive at the height it came in.
fn line(first_down: bool, blocks: &[f64]) -> Line {
    let mut down = first_down;
    let last = blocks.len() - 1;
    let mut steps = Vec::new();
    for (i, count) in blocks.iter().enumerate() {
        let long = (count + if i == 0 || i == last { 2.0 } else { 0.0 }) * BLOCK;
        steps.push(if down { (long, 0.0) } else { (0.0, -long) });
        down = !down;
    }
    let start = if first_down { (-2.0 * BLOCK, 0.0) } else { (0.0, 2.0 * BLOCK) };
    Line::walk(start, &steps).wide(0.25)
}

/// The audit: the city by night, every lit window a question.
pub(super) fn audit() -> Picture {
    let mut picture = sheet(Hour::Night);
    let line = line(true, &[2.0, 3.0, 3.0, 2.0])
        .stopping(&[(4.0, 0.0), (8.0, -6.0), (14.0, -12.0), (20.0, -16.0)])
        .carrying(&[(8.0, -9.5), (17.0, -12.0)]);
    let river = River::through(&[(-8.0, -14.0), (2.0, -12.0), (12.0, -7.0), (16.0, 4.0), (22.0, 12.0)], 1.4);
    build(
        &mut picture,
        &Plan {
            seed: 12,
            line: Some(line),
            river: Some(river),
            bridges: (&[], &[4.0]),
            landmarks: &[
                ((3, -5), Landmark::TownHall),
                ((1, -1), Landmark::Market),
                ((5, -6), Landmark::Park),
                ((4, -3), Landmark::Square),
                ((0, 0), Landmark::School),
            ],
            skyline: &|s: Spot| 1.4 + 4.0 * (1.0 - ((s.0 - 0.68) / 0.4).powi(2)).max(0.0),
            green: 0.08,
            ward: None,
        },
    );
    picture
}

/// The standards: an ordered grid and eight buildings in a row, one a station.
pub(super) fn standards() -> Picture {
    let mut picture = sheet(Hour::Day);
    let stops: Vec<(f64, f64)> = (0..4)
        .map(|i| (2.0 + BLOCK * f64::from(i), 0.0))
        .chain((1..5).map(|i| (20.0, -2.0 - BLOCK * f64::from(i))))
        .collect();
    let line = line(true, &[5.0, 5.0]).stopping(&stops).carrying(&[(16.0, 0.0)]);
    build(
        &mut picture,
        &Plan {
            seed: 8,
            line: Some(line),
            river: None,
            bridges: (&[], &[]),
            landmarks: &[
                ((0, -1), Landmark::School),
                ((1, -1), Landmark::Museum),
                ((2, -1), Landmark::Market),
                ((3, -1), Landmark::TownHall),
                ((4, -1), Landmark::Park),
                ((4, -2), Landmark::Library),
                ((4, -3), Landmark::Glasshouse),
                ((4, -4), Landmark::Works),
                ((4, -5), Landmark::Stadium),
            ],
            skyline: &|s: Spot| 1.1 + 0.9 * (1.0 - ((s.0 - 0.5) / 0.35).powi(2)).max(0.0),
            green: 0.20,
            ward: Some(PALE),
        },
    );
    picture
}

/// The financing: a quarter half built, the line laid piece by piece over the river.
pub(super) fn financing() -> Picture {
    let mut picture = sheet(Hour::Day);
    let river = River::through(&[(4.0, -22.0), (8.0, -10.0), (14.0, -2.0), (17.0, 8.0), (26.0, 18.0)], 1.7);
    build(
        &mut picture,
        &Plan {
            seed: 500,
            line: None,
            river: Some(river),
            bridges: (&[-12.0], &[]),
            landmarks: &[
                ((1, -4), Landmark::Foundation),
                ((2, -5), Landmark::Frame),
                ((3, -5), Landmark::Foundation),
                ((4, -4), Landmark::Frame),
                ((4, -3), Landmark::Foundation),
                ((5, -4), Landmark::Foundation),
                ((1, -2), Landmark::Frame),
                ((0, -2), Landmark::Foundation),
                ((5, -3), Landmark::Yard),
                ((6, -4), Landmark::WaterTower),
                ((1, 0), Landmark::Foundation),
                ((0, -1), Landmark::Park),
                ((5, -2), Landmark::Frame),
                ((4, -1), Landmark::Foundation),
            ],
            skyline: &|s: Spot| {
                if s.0 > 0.62 && s.1 < 0.3 {
                    2.6
                } else if s.0 < 0.22 {
                    2.2
                } else {
                    0.9
                }
            },
            green: 0.2,
            ward: None,
        },
    );
    unfinished_line(&mut picture);
    for (foot, height, along, reach) in [
        ((9.5, -16.6), 4.6, Along::X, 4.4),
        ((17.6, -11.4), 4.0, Along::X, -4.0),
        ((5.4, -8.6), 3.6, Along::X, 3.6),
        ((22.5, -4.6), 3.4, Along::X, 3.4),
    ] {
        Crane { foot, height, along, reach, paint: Paint::Gold }.stand(&mut picture);
    }
    picture
}

/// Laid from both banks; the piece between hangs from a crane.
fn unfinished_line(picture: &mut Picture) {
    let whole = Line::walk((-8.0, 0.0), &[(16.0, 0.0), (0.0, -8.0), (12.0, 0.0), (0.0, -22.0)]).wide(0.25);
    whole.pillars(picture);
    Line::walk((-8.0, 0.0), &[(16.0, 0.0), (0.0, -8.0), (0.6, 0.0)])
        .wide(0.25)
        .stopping(&[(4.0, 0.0), (8.0, -6.0)])
        .carrying(&[(0.5, 0.0)])
        .draw(picture);
    Line::walk((12.4, -8.0), &[(7.6, 0.0), (0.0, -22.0)])
        .wide(0.25)
        .stopping(&[(16.0, -8.0), (20.0, -16.0)])
        .draw(picture);
    let crane = Crane { foot: (10.6, -9.2), height: 4.4, along: Along::Y, reach: 2.8, paint: Paint::Gold };
    crane.stand(picture);
    crane.load(picture, lot(9.6, -8.3, 2.0, 0.6), (1.6, 1.8), Paint::Vermilion);
}

/// "Orașul, citit din nou": an old town at dusk around its citadel.
pub(super) fn oras() -> Picture {
    let mut picture = sheet(Hour::Dusk);
    let line = line(true, &[3.0, 2.0, 2.0, 3.0])
        .stopping(&[(4.0, 0.0), (12.0, -4.0), (16.0, -8.0), (20.0, -14.0)])
        .carrying(&[(8.0, 0.0)]);
    let river = River::through(&[(-10.0, 3.0), (0.0, 6.0), (8.0, 7.0), (18.0, 5.0), (26.0, -2.0), (36.0, -8.0)], 1.3);
    build(
        &mut picture,
        &Plan {
            seed: 77,
            line: Some(line),
            river: Some(river),
            bridges: (&[], &[8.0, 16.0]),
            landmarks: &[
                ((2, -3), Landmark::Citadel),
                ((4, -5), Landmark::TownHall),
                ((3, -2), Landmark::Square),
                ((1, -2), Landmark::Church),
                ((5, -8), Landmark::Church),
                ((0, -5), Landmark::Citadel),
                ((4, -3), Landmark::Library),
                ((5, -3), Landmark::Market),
            ],
            skyline: &|_| 1.05,
            green: 0.09,
            ward: Some(OLD_TOWN),
        },
    );
    picture
}

/// The community: parks, a square, the market, the library.
pub(super) fn community() -> Picture {
    let mut picture = sheet(Hour::Day);
    let line = line(false, &[2.0, 3.0, 3.0, 2.0])
        .stopping(&[(0.0, -4.0), (6.0, -8.0), (12.0, -14.0), (16.0, -20.0)])
        .carrying(&[(9.0, -8.0), (12.0, -17.0)]);
    let river =
        River::through(&[(2.0, 10.0), (8.0, 3.0), (16.0, -3.0), (22.0, -10.0), (32.0, -13.0), (42.0, -20.0)], 1.5);
    build(
        &mut picture,
        &Plan {
            seed: 31,
            line: Some(line),
            river: Some(river),
            bridges: (&[], &[12.0, 20.0]),
            landmarks: &[
                ((1, -2), Landmark::Square),
                ((2, -2), Landmark::Park),
                ((1, -3), Landmark::Market),
                ((2, -4), Landmark::Library),
                ((0, -2), Landmark::Glasshouse),
                ((3, -4), Landmark::Square),
                ((3, -5), Landmark::Park),
                ((4, -5), Landmark::School),
                ((0, -4), Landmark::Stadium),
                ((4, -6), Landmark::Glasshouse),
                ((2, -6), Landmark::TownHall),
                ((0, 0), Landmark::Park),
                ((1, -1), Landmark::Park),
            ],
            skyline: &|_| 1.0,
            green: 0.38,
            ward: None,
        },
    );
    picture
}

/// The partners: a yard where every piece is tried before it goes into the city.
pub(super) fn partners() -> Picture {
    let mut picture = sheet(Hour::Day);
    let line = line(true, &[1.0, 4.0, 4.0, 1.0])
        .stopping(&[(4.0, -4.0), (4.0, -12.0), (12.0, -16.0)])
        .carrying(&[(15.0, -16.0)]);
    let (view, size) = (picture.view, picture.size);
    let yard = |s: Spot| {
        let (x, y) = view.ground((s.0 * size.0, s.1 * size.1));
        x > 4.0 && x < 20.0 && y > -12.0 && y < 4.0
    };
    build(
        &mut picture,
        &Plan {
            seed: 19,
            line: Some(line),
            river: None,
            bridges: (&[], &[]),
            landmarks: &[],
            skyline: &|s: Spot| if yard(s) { -1.0 } else { 1.5 },
            green: 0.14,
            ward: None,
        },
    );
    test_track(&mut picture);
    picture
}

/// A loop of rail on the ground, a gantry in its middle, modules around.
fn test_track(picture: &mut Picture) {
    let (near, far) = (block((1, -3)), block((4, 0)));
    let ground = super::geometry::Lot { x0: near.x0, y0: near.y0, x1: far.x1, y1: far.y1 };
    picture.lay(&ground.inset(-0.2).corners(0.0), picture.hour.tones(Paint::Stone).top);
    let (x0, y0, x1, y1) = (ground.x0 + 1.0, ground.y0 + 1.0, ground.x1 - 1.0, ground.y1 - 1.0);
    let mx = f64::midpoint(x0, x1);
    Line::walk((mx, y1), &[(x0 - mx, 0.0), (0.0, y0 - y1), (x1 - x0, 0.0), (0.0, y1 - y0), (mx - x1, 0.0)])
        .wide(0.25)
        .at_grade()
        .stopping(&[(mx, y1), (x1, y0 + 5.0)])
        .carrying(&[(x1 - 3.5, y0), (x1, y1 - 4.0)])
        .draw(picture);
    let mut chance = super::stage::dice(7);
    landmarks::landmark(picture, Landmark::Works, lot(x0 + 0.9, y0 + 0.9, 4.6, 4.2), &mut chance);
    works::gantry(picture, lot(x0 + 6.6, y0 + 0.9, 5.8, 3.0));
    works::frame(picture, lot(x0 + 0.9, y0 + 6.0, 3.0, 3.0), 3);
    works::frame(picture, lot(x0 + 0.9, y0 + 9.6, 3.0, 3.0), 1);
    for i in 0..12 {
        let (c, r) = (f64::from(i % 4), f64::from(i / 4));
        let paint = [Paint::White, Paint::Sky, Paint::Rose, Paint::Straw, Paint::Sage][(i * 3 % 5) as usize];
        works::module(picture, lot(x0 + 5.0 + c * 2.0, y0 + 6.9 + r * 2.1, 1.6, 1.3), 0.0, paint);
    }
    green::avenue(picture, lot(ground.x0, ground.y1 - 0.5, ground.wide(), 0.4), 1.0);
    green::avenue(picture, lot(ground.x1 - 0.5, ground.y0, 0.4, ground.deep() - 0.6), 1.0);
    Crane { foot: (x0 + 4.4, y0 + 6.3), height: 3.8, along: Along::X, reach: 4.0, paint: Paint::Gold }.stand(picture);
}
