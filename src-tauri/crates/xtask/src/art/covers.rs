//! Front and back: the same city by day and, from the other side, by night.

use super::city::{Plan, build};
use super::geometry::{Spot, View, at};
use super::landmarks::Landmark;
use super::line::{self, Line};
use super::palette::Hour;
use super::picture::Picture;
use super::water::River;

/// A rise that is 0 before `from`, 1 after `to`.
fn ramp(v: f64, from: f64, to: f64) -> f64 {
    let t = ((v - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The front: the city grows out of the paper below the masthead and the line runs through it.
pub(super) fn cover() -> Picture {
    let view = View { origin: (1080.0, 900.0), tile: 54.0 };
    let mut picture = Picture::new((216.0, 286.0), view, Hour::Day);
    let line = Line::walk((-20.0, 4.0), &[(32.0, 0.0), (0.0, 12.0), (34.0, 0.0)])
        .wide(0.33)
        .stopping(&[(-6.0, 4.0), (2.0, 4.0), (12.0, 8.0), (12.0, 16.0), (22.0, 16.0)])
        .carrying(&[(6.0, 4.0), (17.0, 16.0)]);
    let skyline = |s: Spot| {
        let edge = 0.25 + 0.10 * (s.0 - 0.5).abs() * 2.0 - 0.03 * (s.0 * 9.0).sin();
        if s.1 < edge {
            return -1.0;
        }
        let (dx, dy) = ((s.0 - 0.62) / 0.42, (s.1 - 0.56) / 0.22);
        1.25 + 5.2 * (1.0 - ramp((dx * dx + dy * dy).sqrt(), 0.0, 1.3))
    };
    let river = River::through(
        &[(26.0, -18.0), (14.0, -8.0), (7.0, -4.0), (4.0, 6.0), (4.0, 16.0), (9.0, 28.0), (12.0, 40.0), (20.0, 52.0)],
        1.5,
    );
    build(
        &mut picture,
        &Plan {
            seed: 41,
            line: Some(line),
            river: Some(river),
            bridges: (&[0.0, 12.0, 20.0], &[]),
            landmarks: &[
                ((2, 0), Landmark::TownHall),
                ((4, 4), Landmark::Park),
                ((5, 1), Landmark::Park),
                ((-1, 0), Landmark::Church),
                ((3, 4), Landmark::Market),
                ((6, 4), Landmark::Library),
                ((5, 4), Landmark::Square),
                ((-1, 3), Landmark::Stadium),
                ((-1, 4), Landmark::School),
                ((-2, 2), Landmark::WaterTower),
                ((4, 5), Landmark::Museum),
                ((7, 5), Landmark::Works),
                ((6, 3), Landmark::Glasshouse),
            ],
            skyline: &skyline,
            green: 0.13,
            ward: None,
        },
    );
    picture
}

/// The back: night, the line coming in from the left and ending in its terminus.
pub(super) fn back_cover() -> Picture {
    let view = View { origin: (1080.0, 1500.0), tile: 54.0 };
    let mut picture = Picture::new((216.0, 286.0), view, Hour::Night);
    let line = Line::walk((-24.0, 16.0), &[(20.0, 0.0), (0.0, -8.0), (12.0, 0.0)])
        .wide(0.33)
        .stopping(&[(-4.0, 16.0), (-4.0, 12.0), (0.0, 8.0), (8.0, 8.0)])
        .carrying(&[(4.0, 8.0)]);
    let skyline = |s: Spot| {
        let edge = 0.55 + 0.08 * (s.0 * 5.0).sin() * (0.4 + s.0);
        if s.1 < edge { -1.0 } else { 0.9 + 4.2 * ramp(s.1, edge, edge + 0.16) * (1.0 - ramp(s.1, 0.8, 1.1)) }
    };
    let river = River::through(&[(30.0, -16.0), (20.0, -2.0), (16.0, 8.0), (18.0, 20.0), (22.0, 40.0)], 1.5);
    build(
        &mut picture,
        &Plan {
            seed: 42,
            line: Some(line),
            river: Some(river),
            bridges: (&[4.0, 12.0], &[]),
            landmarks: &[
                ((2, 2), Landmark::Square),
                ((2, 1), Landmark::Library),
                ((1, 2), Landmark::Park),
                ((1, 3), Landmark::TownHall),
                ((4, 0), Landmark::Church),
            ],
            skyline: &skyline,
            green: 0.12,
            ward: None,
        },
    );
    // The terminus: a sign that can be seen across the page.
    line::sign(&mut picture, at(8.0, 8.0, line::DECK), 1.0);
    line::sign(&mut picture, at(8.0, 8.0, line::DECK), 0.5);
    picture
}
