//! Strips and bands: the numbers page, the contents, the newsletter's head.

use super::city::{Plan, build};
use super::geometry::{Spot, View};
use super::landmarks::Landmark;
use super::line::Line;
use super::palette::Hour;
use super::picture::Picture;
use super::water::River;

/// A low city that grows out of the page; the sky above it is the page.
pub(super) fn numbers() -> Picture {
    let view = View { origin: (1080.0, 560.0), tile: 50.0 };
    let mut picture = Picture::new((216.0, 120.0), view, Hour::Day);
    let line = Line::walk((-24.0, 8.0), &[(28.0, 0.0), (0.0, -8.0), (8.0, 0.0), (0.0, 8.0), (30.0, 0.0)])
        .wide(0.25)
        .stopping(&[(-6.0, 8.0), (4.0, 4.0), (12.0, 4.0), (18.0, 8.0)])
        .carrying(&[(0.0, 8.0), (8.0, 0.0)]);
    let river = River::through(&[(4.0, 26.0), (5.0, 18.0), (12.0, 11.0), (20.0, 4.0), (22.0, -2.0), (34.0, -8.0)], 1.3);
    build(
        &mut picture,
        &Plan {
            seed: 74,
            line: Some(line),
            river: Some(river),
            bridges: (&[4.0], &[12.0]),
            landmarks: &[
                ((1, -1), Landmark::TownHall),
                ((-1, 2), Landmark::Park),
                ((0, 0), Landmark::Church),
                ((2, 1), Landmark::Library),
                ((2, 0), Landmark::Market),
                ((-2, 3), Landmark::Glasshouse),
                ((0, 2), Landmark::School),
                ((1, 1), Landmark::Square),
            ],
            skyline: &|s: Spot| if s.1 < 0.44 + 0.16 * ((s.0 - 0.5) * 2.0).powi(2) { -1.0 } else { 1.05 },
            green: 0.28,
            ward: None,
        },
    );
    picture
}

/// The city along the foot of the window's welcome, from edge to edge of a wide screen; the sky above it is the window's.
pub(super) fn welcome(hour: Hour) -> Picture {
    let view = View { origin: (1900.0, 420.0), tile: 44.0 };
    let mut picture = Picture::new((380.0, 100.0), view, hour);
    let legs = [
        (0.0, -28.0),
        (14.0, 0.0),
        (0.0, -8.0),
        (10.0, 0.0),
        (0.0, 8.0),
        (12.0, 0.0),
        (0.0, -16.0),
        (10.0, 0.0),
        (0.0, 8.0),
        (60.0, 0.0),
    ];
    let line = Line::walk((-22.0, 40.0), &legs)
        .wide(0.25)
        .stopping(&[(-22.0, 18.0), (-4.0, 4.0), (8.0, 12.0), (18.0, -4.0), (34.0, 4.0)])
        .carrying(&[(-12.0, 12.0), (4.0, 12.0), (26.0, 4.0)]);
    let river = River::through(
        &[(-30.0, 44.0), (-14.0, 32.0), (0.0, 24.0), (12.0, 12.0), (22.0, 2.0), (40.0, -12.0), (60.0, -34.0)],
        1.3,
    );
    build(
        &mut picture,
        &Plan {
            seed: 19,
            line: Some(line),
            river: Some(river),
            bridges: (&[4.0], &[12.0]),
            landmarks: &[
                ((1, -1), Landmark::TownHall),
                ((-1, 2), Landmark::Park),
                ((0, 0), Landmark::Church),
                ((2, 1), Landmark::Library),
                ((2, 0), Landmark::Market),
                ((-3, 3), Landmark::Glasshouse),
                ((0, 2), Landmark::School),
                ((1, 1), Landmark::Square),
            ],
            skyline: &|s: Spot| if s.1 < 0.42 + 0.1 * (s.0 * 9.0).sin() { -1.0 } else { 1.0 },
            green: 0.3,
            ward: None,
        },
    );
    picture
}

/// River, park and the line, for the foot of the contents.
pub(super) fn contents() -> Picture {
    let view = View { origin: (0.0, 350.0), tile: 54.0 };
    let mut picture = Picture::new((216.0, 90.0), view, Hour::Day);
    let line = Line::walk(
        (-8.0, 0.0),
        &[(12.0, 0.0), (0.0, -4.0), (8.0, 0.0), (0.0, -12.0), (8.0, 0.0), (0.0, -4.0), (12.0, 0.0)],
    )
    .wide(0.25)
    .stopping(&[(4.0, -2.0), (12.0, -8.0), (18.0, -16.0)])
    .carrying(&[(9.0, -4.0)]);
    let river = River::through(
        &[(-8.0, 6.0), (2.0, 4.0), (8.0, 4.0), (15.0, -1.0), (20.0, -10.0), (30.0, -16.0), (40.0, -26.0)],
        1.5,
    );
    build(
        &mut picture,
        &Plan {
            seed: 3,
            line: Some(line),
            river: Some(river),
            bridges: (&[], &[8.0, 24.0]),
            landmarks: &[
                ((1, -2), Landmark::Park),
                ((2, -3), Landmark::Library),
                ((3, -4), Landmark::Park),
                ((4, -6), Landmark::Glasshouse),
            ],
            skyline: &|s: Spot| if s.1 < 0.34 + 0.06 * (s.0 * 8.0).cos() { -1.0 } else { 0.8 },
            green: 0.55,
            ward: None,
        },
    );
    picture
}

/// The city by day as the newsletter's head: below it the leading story opens by night.
pub(super) fn mail_head() -> Picture {
    let view = View { origin: (0.0, 330.0), tile: 30.0 };
    let mut picture = Picture::new((120.0, 50.0), view, Hour::Day);
    let line = Line::walk((-8.0, 0.0), &[(16.0, 0.0), (0.0, -12.0), (12.0, 0.0), (0.0, -30.0)])
        .wide(0.28)
        .stopping(&[(4.0, 0.0), (8.0, -6.0), (14.0, -12.0), (20.0, -18.0)])
        .carrying(&[(8.0, -10.0)]);
    let river = River::through(&[(0.0, -14.0), (6.0, -6.0), (12.0, -2.0), (17.0, 2.0), (26.0, 6.0)], 1.3);
    build(
        &mut picture,
        &Plan {
            seed: 5,
            line: Some(line),
            river: Some(river),
            bridges: (&[], &[]),
            landmarks: &[((4, -5), Landmark::TownHall), ((0, -1), Landmark::Market)],
            skyline: &|s: Spot| 1.3 + 3.0 * (1.0 - ((s.0 - 0.7) / 0.35).powi(2)).max(0.0),
            green: 0.1,
            ward: None,
        },
    );
    picture
}
