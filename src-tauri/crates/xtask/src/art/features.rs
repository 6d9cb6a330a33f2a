//! Pictures inside the features: the street cut open, the city in layers, the shelf, the steps, two places.

use super::geometry::{Lot, at, lot};
use super::green;
use super::houses::{self, EXCHANGE, OLD_TOWN, WARDS};
use super::landmarks::{self, Landmark};
use super::line::{self, Line};
use super::mass::{Along, Glazing, Mass, circle};
use super::palette::{Color, FOG, GOLD, Hour, INK, PARK, Paint, RIVER, SAND, VERMILION, WHITE};
use super::picture::Picture;
use super::stage::{bench, dice, lamp, plinth, sheet};
use super::works::{self, Crane};

const SIZE: (f64, f64) = (174.0, 98.0);

/// A street cut open: soil, pipes, ducts and cables below the houses.
pub(super) fn audit_walk() -> Picture {
    let mut picture = sheet(SIZE, (7.5, 3.5), 69.0, Hour::Day);
    let on = lot(0.0, 0.0, 14.0, 5.0);
    strata(&mut picture, on);
    picture.lay(&on.corners(0.0), Hour::Day.pavement());
    picture.lay(&lot(0.0, 2.2, 14.0, 1.5).corners(0.0), WHITE.mix(SAND, 0.4));
    let mut chance = dice(21);
    for i in 0..7 {
        let house = lot(0.1 + 2.0 * f64::from(i), 0.15, 1.85, 1.5);
        let height = [1.5, 1.0, 2.0, 1.1, 1.7, 0.9, 1.4][i as usize];
        houses::building(&mut picture, house, height, WARDS[[0, 3, 1, 2, 0, 3, 2][i as usize]], &mut chance);
    }
    Line::walk((0.0, 2.95), &[(14.0, 0.0)])
        .wide(0.24)
        .at_grade()
        .stopping(&[(3.0, 2.95), (11.0, 2.95)])
        .carrying(&[(7.0, 2.95)])
        .draw(&mut picture);
    green::avenue(&mut picture, lot(0.0, 4.15, 14.0, 0.4), 1.4);
    for i in 0..5 {
        lamp(&mut picture, 1.4 + 2.8 * f64::from(i), 4.55, 0.9);
    }
    picture
}

/// The cut: bands of soil on both walls, and what runs through them.
fn strata(picture: &mut Picture, on: Lot) {
    let soil = [
        SAND.mix(INK, 0.45),
        SAND.mix(GOLD, 0.25).mix(INK, 0.22),
        SAND.mix(VERMILION, 0.18).mix(INK, 0.28),
        SAND.mix(INK, 0.42),
    ];
    let depth = [0.0, -0.25, -1.3, -2.2, -2.9];
    for (i, tone) in soil.iter().enumerate() {
        let (top, low) = (depth[i], depth[i + 1]);
        picture
            .lay(&[at(on.x0, on.y1, low), at(on.x0, on.y1, top), at(on.x1, on.y1, top), at(on.x1, on.y1, low)], *tone);
        picture.lay(
            &[at(on.x1, on.y1, low), at(on.x1, on.y1, top), at(on.x1, on.y0, top), at(on.x1, on.y0, low)],
            tone.mix(INK, 0.22),
        );
    }
    for (z, r, tone, y) in [
        (-0.62, 0.06, GOLD, 0.8),
        (-0.85, 0.06, VERMILION, 0.8),
        (-1.08, 0.06, PARK, 0.8),
        (-1.72, 0.19, RIVER, 2.4),
        (-2.5, 0.25, INK.mix(FOG, 0.5), 3.7),
    ] {
        duct(picture, on, (z, r, y), tone);
    }
    for i in 0..5 {
        riser(picture, on, 1.6 + 2.6 * f64::from(i), [GOLD, RIVER, PARK, RIVER, GOLD][i as usize]);
    }
}

/// A pipe along the cut and its round end on the other wall.
fn duct(picture: &mut Picture, on: Lot, (z, r, y): (f64, f64, f64), tone: Color) {
    let band = |low: f64, high: f64| {
        [at(on.x0, on.y1, z + low), at(on.x0, on.y1, z + high), at(on.x1, on.y1, z + high), at(on.x1, on.y1, z + low)]
    };
    picture.lay(&band(-r, r), tone.mix(INK, 0.15));
    picture.lay(&band(0.0, r), tone);
    picture.lay(&band(r * 0.4, r * 0.7), tone.mix(WHITE, 0.45));
    let end = |k: f64| circle(20).iter().map(|p| at(on.x1, y + p.0 * r * k, z + p.1 * r * k)).collect::<Vec<_>>();
    picture.lay(&end(1.3), tone.mix(WHITE, 0.2));
    picture.lay(&end(0.8), tone.mix(INK, 0.5));
}

/// A connection from a duct up to the street, with its meter.
fn riser(picture: &mut Picture, on: Lot, x: f64, tone: Color) {
    let low = if tone == RIVER { -1.7 } else { -0.62 };
    picture.lay(
        &[at(x - 0.05, on.y1, low), at(x - 0.05, on.y1, 0.0), at(x + 0.05, on.y1, 0.0), at(x + 0.05, on.y1, low)],
        tone,
    );
    let dial = |r: f64| circle(20).iter().map(|p| at(x + p.0 * r, on.y1, -0.28 + p.1 * r)).collect::<Vec<_>>();
    picture.lay(&dial(0.24), INK);
    picture.lay(&dial(0.18), WHITE);
    picture.lay(&[at(x - 0.04, on.y1, -0.29), at(x + 0.13, on.y1, -0.18), at(x + 0.03, on.y1, -0.33)], VERMILION);
}

/// The city in four sheets: streets, pipes, fibre, buildings.
pub(super) fn audit_layers() -> Picture {
    let mut picture = sheet(SIZE, (0.0, -0.3), 45.0, Hour::Day);
    for k in 0..4 {
        let on = lot(-3.6, -3.6 - 7.6 * (f64::from(k) - 1.5), 7.2, 7.2);
        sheet_of(&mut picture, on, k);
    }
    picture
}

fn sheet_of(picture: &mut Picture, on: Lot, k: i32) {
    let top = [WHITE, RIVER.mix(WHITE, 0.80), INK, Hour::Day.grass()][k as usize];
    plinth(picture, on, 0.32, if k == 2 { Paint::Slate } else { Paint::Stone }, top);
    match k {
        0 => roads(picture, on),
        1 => pipes(picture, on),
        2 => fibre(picture, on),
        _ => town(picture, on),
    }
}

/// A band on a sheet, `t` and `half` in cells.
fn band(picture: &mut Picture, on: Lot, along: Along, t: f64, half: f64, tone: Color) {
    let strip = match along {
        Along::X => Lot { y0: on.y0 + t - half, y1: on.y0 + t + half, ..on },
        Along::Y => Lot { x0: on.x0 + t - half, x1: on.x0 + t + half, ..on },
    };
    picture.lay(&strip.corners(0.0), tone);
}

fn roads(picture: &mut Picture, on: Lot) {
    for t in [1.2, 3.6, 6.0] {
        band(picture, on, Along::X, t, 0.3, INK.mix(WHITE, 0.55));
        band(picture, on, Along::Y, t, 0.3, INK.mix(WHITE, 0.55));
    }
    for t in [1.2, 3.6, 6.0] {
        band(picture, on, Along::X, t, 0.03, WHITE);
        band(picture, on, Along::Y, t, 0.03, WHITE);
    }
    band(picture, on, Along::X, 3.6, 0.16, VERMILION);
}

fn pipes(picture: &mut Picture, on: Lot) {
    let tones = picture.hour.tones(Paint::Sky);
    for t in [1.2, 3.6, 6.0] {
        let mut mass = Mass::new(picture);
        mass.block(lot(on.x0, on.y0 + t - 0.13, on.wide(), 0.26), (0.0, 0.24), tones);
        mass.stand(picture);
    }
    for (x, row) in [(1.2, 0), (3.6, 1), (5.4, 0), (6.2, 1), (2.4, 2), (5.0, 2)] {
        let y = on.y0 + 1.33 + 2.4 * f64::from(row);
        let mut mass = Mass::new(picture);
        mass.block(
            Lot { x0: on.x0 + x - 0.1, x1: on.x0 + x + 0.1, y0: y, y1: (y + 2.14).min(on.y1) },
            (0.0, 0.18),
            tones,
        );
        mass.stand(picture);
        let mut valve = Mass::new(picture);
        valve.drum((on.x0 + x, y + 0.25), 0.26, (0.18, 0.5), picture.hour.tones(Paint::Straw));
        valve.stand(picture);
    }
}

fn fibre(picture: &mut Picture, on: Lot) {
    for (t, tone) in [(1.2, GOLD), (3.6, VERMILION), (6.0, GOLD)] {
        band(picture, on, Along::X, t, 0.06, tone);
        band(picture, on, Along::Y, t, 0.06, GOLD);
    }
    for i in 0..9 {
        let (x, y) = (on.x0 + 1.2 + 2.4 * f64::from(i % 3), on.y0 + 1.2 + 2.4 * f64::from(i / 3));
        picture.lay(&green::round(x, y, 0.36), WHITE);
        picture.lay(&green::round(x, y, 0.22), if i / 3 == 1 { VERMILION } else { GOLD });
    }
}

fn town(picture: &mut Picture, on: Lot) {
    let mut chance = dice(9);
    for t in [1.2, 3.6, 6.0] {
        band(picture, on, Along::X, t, 0.3, WHITE);
        band(picture, on, Along::Y, t, 0.3, WHITE);
    }
    for i in 0..4 {
        let plot = lot(on.x0 + 1.55 + 2.4 * f64::from(i % 2), on.y0 + 1.55 + 2.4 * f64::from(i / 2), 1.7, 1.7);
        let height = [2.4, 1.6, 1.3, 0.7][i as usize];
        for part in [plot.part((0.0, 0.5), (0.0, 1.0)), plot.part((0.5, 1.0), (0.0, 1.0))] {
            houses::building(picture, part, height, [EXCHANGE, OLD_TOWN, WARDS[2], OLD_TOWN][i as usize], &mut chance);
        }
    }
    for i in 0..3 {
        let t = 1.55 + 2.4 * f64::from(i);
        if i < 2 {
            houses::building(picture, lot(on.x0 + t, on.y0 + 0.05, 1.7, 0.8), 0.9, OLD_TOWN, &mut chance);
            houses::building(picture, lot(on.x0 + 0.05, on.y0 + t, 0.8, 1.7), 0.9, OLD_TOWN, &mut chance);
        }
        green::grove(picture, lot(on.x0 + t.min(5.0) - 0.2, on.y0 + 6.4, 1.6, 0.7), 2.0, &mut chance);
    }
}

/// Eight buildings on one base.
pub(super) fn standards_shelf() -> Picture {
    let mut picture = sheet(SIZE, (6.9, 2.85), 67.0, Hour::Day);
    plinth(&mut picture, lot(-0.2, -0.4, 15.0, 7.9), 0.5, Paint::White, WHITE);
    let kinds = [
        Landmark::School,
        Landmark::Museum,
        Landmark::TownHall,
        Landmark::Stadium,
        Landmark::Library,
        Landmark::Glasshouse,
        Landmark::Works,
        Landmark::Market,
    ];
    for (i, kind) in kinds.iter().enumerate() {
        let on = lot(0.2 + 3.7 * (i % 4) as f64, if i < 4 { -0.1 } else { 4.1 }, 3.1, 3.1);
        picture.lay(&on.inset(-0.12).corners(0.0), Hour::Day.pavement());
        landmarks::landmark(&mut picture, *kind, on, &mut dice(i as u64));
    }
    Line::walk((-0.2, 3.55), &[(15.0, 0.0)])
        .wide(0.22)
        .at_grade()
        .stopping(&[(1.75, 3.55), (5.45, 3.55), (9.15, 3.55), (12.85, 3.55)])
        .carrying(&[(7.3, 3.55)])
        .draw(&mut picture);
    picture
}

/// From the pit to the tower in six steps.
pub(super) fn financing_steps() -> Picture {
    let mut picture = sheet(SIZE, (6.0, 2.9), 82.0, Hour::Day);
    let steps: Vec<Lot> = (0..6).map(|i| lot(0.3 + 2.1 * f64::from(i), 2.4, 1.8, 1.8)).collect();
    plinth(&mut picture, lot(0.0, 2.0, 13.1, 4.2), 0.3, Paint::Stone, Hour::Day.pavement());
    works::foundation(&mut picture, steps[0]);
    works::frame(&mut picture, steps[1], 1);
    works::frame(&mut picture, steps[2], 3);
    clad(&mut picture, steps[3].inset(0.2), 1.3, 2);
    clad(&mut picture, steps[4].inset(0.2), 3.2, 0);
    clad(&mut picture, steps[5].inset(0.2), 4.4, 0);
    Line::walk((0.0, 5.2), &[(13.1, 0.0)])
        .wide(0.26)
        .at_grade()
        .stopping(&(0..6).map(|i| (1.2 + 2.1 * f64::from(i), 5.2)).collect::<Vec<_>>())
        .draw(&mut picture);
    Crane { foot: (6.55, 2.2), height: 3.3, along: Along::X, reach: -3.6, paint: Paint::Gold }.stand(&mut picture);
    picture
}

/// A tower, finished up to a height, with open floors above.
fn clad(picture: &mut Picture, on: Lot, height: f64, open: usize) {
    let wall = picture.hour.tones(Paint::Sky);
    let mut mass = Mass::new(picture);
    mass.block(on, (0.0, height), wall);
    mass.glaze(on, (0.1, height - 0.06), wall, Glazing::Punched, &mut dice(4));
    if open > 0 {
        works::skeleton(&mut mass, on, (height, 0.5), open);
    } else {
        houses::roof_garden(&mut mass, on.inset(0.1), height, &mut dice(5));
    }
    mass.stand(picture);
}

/// A street at dusk that climbs to a tower.
pub(super) fn oras_strada() -> Picture {
    let mut picture = sheet(SIZE, (6.5, 1.9), 84.0, Hour::Dusk);
    picture.lay(&lot(-12.0, 2.2, 40.0, 2.0).corners(0.0), Hour::Dusk.pavement().mix(SAND, 0.15));
    let mut chance = dice(1848);
    for row in [-8.5, -6.8, -5.1, -3.4, -1.7, 0.35, 5.7, 7.6] {
        for i in 0..18 {
            let x = -5.0 + 1.55 * f64::from(i) + row * 0.3;
            let deep = if row > 4.0 { 1.2 } else { 1.5 };
            let eaves = if row > 4.0 { chance.between(0.4, 0.55) } else { chance.between(0.75, 1.25) };
            let on = lot(x, row, 1.5, deep).inset(0.03);
            if (5..7).contains(&i) && row == -1.7 {
                continue;
            }
            houses::cottage(&mut picture, on, eaves, OLD_TOWN, &mut chance);
        }
    }
    landmarks::turret(&mut picture, lot(3.4, -1.6, 1.1, 1.1), 1.9, &mut chance);
    Line::walk((-12.0, 3.0), &[(40.0, 0.0)])
        .wide(0.2)
        .at_grade()
        .stopping(&[(2.5, 3.0), (10.5, 3.0)])
        .carrying(&[(6.2, 3.0)])
        .draw(&mut picture);
    for i in 0..9 {
        lamp(&mut picture, -2.0 + 2.2 * f64::from(i), 3.85, 0.85);
    }
    green::avenue(&mut picture, lot(-4.0, 4.5, 22.0, 0.4), 1.3);
    picture
}

/// A square between market and library, on an ordinary day.
pub(super) fn community_square() -> Picture {
    let mut picture = sheet(SIZE, (4.9, 4.6), 80.0, Hour::Day);
    let mut chance = dice(6);
    plinth(&mut picture, lot(-0.3, -0.3, 10.6, 10.2), 0.25, Paint::Stone, Hour::Day.pavement());
    landmarks::market(&mut picture, lot(0.2, 0.0, 4.6, 3.6), &mut chance);
    landmarks::library(&mut picture, lot(5.4, 0.0, 4.6, 3.4), &mut chance);
    landmarks::square(&mut picture, lot(3.4, 3.9, 4.0, 4.0), &mut chance);
    green::park(&mut picture, lot(0.1, 4.1, 3.0, 3.4), &mut chance);
    green::park(&mut picture, lot(7.7, 4.0, 2.4, 3.6), &mut chance);
    for i in 0..5 {
        landmarks::stall(
            &mut picture,
            lot(3.9 + 0.75 * f64::from(i), 6.9, 0.6, 0.6),
            [Paint::Straw, Paint::Tile, Paint::Sky, Paint::Straw, Paint::Tile][i as usize],
        );
    }
    bench(&mut picture, 4.4, 5.0, 0.6);
    bench(&mut picture, 6.1, 5.0, 0.6);
    Line::walk((-0.3, 8.9), &[(10.6, 0.0)])
        .wide(0.22)
        .at_grade()
        .stopping(&[(5.4, 8.9)])
        .carrying(&[(2.6, 8.9)])
        .draw(&mut picture);
    picture
}

/// A podium of three blocks on a festive square.
pub(super) fn awards() -> Picture {
    let mut picture = sheet((92.0, 116.0), (3.5, 3.4), 92.0, Hour::Day);
    plinth(&mut picture, lot(-1.4, -0.6, 10.0, 8.6), 0.2, Paint::Stone, Hour::Day.tones(Paint::Stone).top);
    picture.lay(&lot(0.6, 1.0, 6.2, 5.6).corners(0.0), Hour::Day.pavement());
    for (i, (x, y, height, paint)) in
        [(3.1, 1.5, 2.1, Paint::Straw), (1.3, 2.6, 1.4, Paint::White), (4.9, 3.0, 0.9, Paint::Rose)].iter().enumerate()
    {
        let on = lot(*x, *y, 1.7, 1.7);
        let tones = Hour::Day.tones(*paint);
        let mut mass = Mass::new(&picture);
        mass.block(on, (0.0, *height), tones);
        mass.glaze(on, (0.1, height - 0.1), tones, Glazing::Tall, &mut dice(1));
        mass.face(&on.inset(0.12).corners(*height), tones.left);
        let (x, y) = on.middle();
        cup(&mut mass, (x, y), *height, if i == 0 { 1.0 } else { 0.7 });
        mass.stand(&mut picture);
    }
    let mut chance = dice(2);
    green::grove(&mut picture, lot(-1.2, -0.4, 9.6, 0.8), 2.2, &mut chance);
    green::grove(&mut picture, lot(-1.2, 0.5, 0.8, 7.0), 2.2, &mut chance);
    Line::walk((-1.4, 7.3), &[(10.0, 0.0)])
        .wide(0.24)
        .at_grade()
        .stopping(&[(4.0, 7.3)])
        .carrying(&[(1.6, 7.3)])
        .draw(&mut picture);
    picture
}

/// A golden cup.
fn cup(mass: &mut Mass, foot: (f64, f64), z: f64, size: f64) {
    let gold = mass.hour.tones(Paint::Gold);
    mass.drum(foot, 0.26 * size, (z + 0.01, z + 0.14 * size), mass.hour.tones(Paint::Slate));
    mass.drum(foot, 0.07 * size, (z + 0.14 * size, z + 0.4 * size), gold);
    mass.taper(foot, (0.12 * size, 0.36 * size), (z + 0.4 * size, z + 0.95 * size), gold);
    mass.plate(at(foot.0, foot.1, z + 0.95 * size), 0.28 * size, gold.right);
}

/// Twelve plots for twelve months; the third is in bloom.
pub(super) fn events() -> Picture {
    let mut picture = sheet((92.0, 116.0), (5.0, 2.2), 70.0, Hour::Day);
    plinth(&mut picture, lot(-0.3, -0.3, 10.8, 8.2), 0.25, Paint::White, WHITE);
    for i in 0..12 {
        let on = lot(2.6 * f64::from(i % 4), 2.6 * f64::from(i / 4), 2.2, 2.2);
        if i == 2 { bloom(&mut picture, on) } else { month(&mut picture, on, i) }
    }
    picture
}

fn month(picture: &mut Picture, on: Lot, i: i32) {
    let mut chance = dice(i as u64);
    picture.lay(&on.corners(0.0), if i % 3 == 1 { Hour::Day.grass() } else { Hour::Day.pavement() });
    match i % 3 {
        0 => houses::cottage(picture, on.inset(0.5), 0.5, OLD_TOWN, &mut chance),
        1 => green::grove(picture, on.inset(0.3), 1.6, &mut chance),
        _ => houses::flats(picture, on.inset(0.55), 0.7, WARDS[2], &mut chance),
    }
}

/// Beds and trees in flower, and a station.
fn bloom(picture: &mut Picture, on: Lot) {
    let mut chance = dice(3);
    picture.lay(&on.inset(-0.1).corners(0.0), VERMILION);
    green::beds(picture, on, &mut chance);
    for i in 0..9 {
        let (x, y) = (on.x0 + 0.35 + 0.75 * f64::from(i % 3), on.y0 + 0.35 + 0.75 * f64::from(i / 3));
        let mut mass = Mass::new(picture);
        mass.tree(x, y, 0.75);
        let tone = [VERMILION.mix(WHITE, 0.45), WHITE, GOLD][(i % 3) as usize];
        for (dx, z) in [(-0.1, 0.62), (0.12, 0.55), (0.0, 0.72), (0.05, 0.45), (-0.14, 0.48)] {
            mass.disc(at(x + dx, y - dx, z), 0.07, tone);
        }
        mass.stand(picture);
    }
    let (x, y) = on.middle();
    line::sign(picture, at(x, y, 1.3), 0.2);
}

/// Four pillars on one square, the line between them.
pub(super) fn directory() -> Picture {
    let mut picture = sheet((92.0, 112.0), (3.35, 3.35), 59.0, Hour::Day);
    for (x, y) in [(-4.6, -4.6), (8.0, 8.0)] {
        let on = lot(x, y, 3.7, 3.7);
        plinth(&mut picture, on, 0.35, Paint::White, WHITE);
        picture.lay(&on.inset(0.25).corners(0.0), Hour::Day.grass());
        green::park(&mut picture, on.inset(0.3), &mut dice(5));
    }
    plinth(&mut picture, lot(-0.35, -0.35, 7.8, 7.8), 0.35, Paint::White, WHITE);
    let pillars = [
        (Landmark::Library, 0.0, 0.0),
        (Landmark::TownHall, 4.0, 0.0),
        (Landmark::Square, 0.0, 4.0),
        (Landmark::Works, 4.0, 4.0),
    ];
    for (i, (kind, x, y)) in pillars.iter().enumerate() {
        let on = lot(*x, *y, 3.1, 3.1);
        picture.lay(&on.inset(-0.12).corners(0.0), if i == 2 { Hour::Day.grass() } else { Hour::Day.pavement() });
        landmarks::landmark(&mut picture, *kind, on, &mut dice(i as u64));
    }
    Line::walk((-8.0, 3.55), &[(24.0, 0.0)])
        .wide(0.22)
        .at_grade()
        .stopping(&[(1.55, 3.55), (5.55, 3.55)])
        .draw(&mut picture);
    picture
}
