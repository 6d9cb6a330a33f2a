//! The house advertisements: posters, bolder and emptier than the rest.

use super::chance::Chance;
use super::geometry::{Lot, at, lot};
use super::green;
use super::houses::{self, EXCHANGE, OLD_TOWN, WARDS};
use super::line::{self, Line};
use super::mass::{Along, Glazing, Mass};
use super::palette::{GOLD, Hour, INK, Paint, RIVER, SAND, VERMILION, WHITE};
use super::picture::Picture;
use super::stage::{dice, plinth, sheet};
use super::works::Crane;

/// A crane sets one house on an empty plot; the upper third is plain ground for words.
pub(super) fn build_my_city() -> Picture {
    let mut picture = sheet((216.0, 286.0), (0.2, 0.2), 152.0, Hour::Day).on(VERMILION);
    let on = lot(0.0, 0.0, 6.2, 6.2);
    plinth(&mut picture, on, 0.4, Paint::White, WHITE.mix(SAND, 0.5));
    let plot = lot(1.9, 1.9, 2.4, 2.4);
    let mut chance = dice(12);
    for (part, height, ward) in [
        (lot(0.15, 0.15, 1.4, 1.4), 2.0, EXCHANGE),
        (lot(1.9, 0.15, 1.1, 1.4), 1.2, OLD_TOWN),
        (lot(3.1, 0.15, 1.2, 1.4), 1.5, WARDS[2]),
        (lot(0.15, 1.9, 1.4, 1.1), 1.1, OLD_TOWN),
        (lot(0.15, 3.1, 1.4, 1.2), 0.9, WARDS[3]),
        (lot(0.15, 4.7, 1.4, 1.35), 1.0, WARDS[2]),
        (lot(1.9, 4.75, 1.15, 1.3), 0.8, OLD_TOWN),
        (lot(3.15, 4.75, 1.15, 1.3), 0.7, OLD_TOWN),
        (lot(4.75, 0.15, 1.1, 1.4), 0.7, WARDS[3]),
        (lot(4.75, 3.6, 1.3, 0.9), 0.6, OLD_TOWN),
    ] {
        houses::building(&mut picture, part, height, ward, &mut chance);
    }
    picture.lay(&plot.corners(0.0), VERMILION);
    picture.lay(&plot.inset(0.1).corners(0.0), SAND);
    green::lawn(&mut picture, lot(4.7, 4.7, 1.4, 1.4));
    green::grove(&mut picture, lot(4.8, 4.8, 1.2, 1.2), 3.0, &mut chance);
    place_house(&mut picture, plot.inset(0.35));
    let crane = Crane { foot: (5.2, 3.1), height: 5.0, along: Along::X, reach: -4.2, paint: Paint::Gold };
    crane.stand(&mut picture);
    picture
}

/// The house in the air and the ropes it hangs by.
fn place_house(picture: &mut Picture, on: Lot) {
    let (wall, roof) = (Hour::Day.tones(Paint::Straw), Hour::Day.tones(Paint::Sky));
    let mut house = Mass::new(picture);
    house.block(on, (1.15, 2.2), wall);
    house.glaze(on, (1.2, 2.2), wall, Glazing::Tall, &mut dice(1));
    house.gable(on.inset(-0.08), (2.2, 3.0), Along::X, wall, roof);
    let (x, y) = on.middle();
    let hook = at(x, y, 3.95);
    let ropes: Vec<_> = [on.x0, on.x1].iter().map(|e| super::works::wire(hook, at(*e, y, 3.0))).collect();
    house.faces(&ropes, INK);
    house.faces(&[super::works::wire(hook, at(x, y, 5.0))], INK);
    house.overlay(picture);
}

/// An open book whose right page has become a small town.
pub(super) fn courses() -> Picture {
    let mut picture = sheet((174.0, 110.0), (3.6, 1.6), 104.0, Hour::Day).on(RIVER);
    let on = lot(0.0, 0.0, 9.0, 5.4);
    open_pages(&mut picture, on);
    let mut chance = Chance::new(40);
    for i in 0..8 {
        let (c, r) = (f64::from(i % 3), f64::from(i / 3));
        let plot = lot(5.1 + 1.25 * c, 0.35 + 1.3 * r, 1.05, 1.05);
        houses::building(
            &mut picture,
            plot,
            [2.2, 1.4, 1.0, 1.3, 0.9, 0.7, 0.8, 0.6][i as usize],
            WARDS[(i % 3) as usize],
            &mut chance,
        );
    }
    green::grove(&mut picture, lot(7.6, 2.9, 1.1, 1.2), 3.0, &mut chance);
    Line::walk((0.5, 4.75), &[(8.5, 0.0)])
        .wide(0.2)
        .at_grade()
        .stopping(&[(0.7, 4.75), (6.5, 4.75)])
        .carrying(&[(4.6, 4.75)])
        .draw(&mut picture);
    picture
}

/// A thick book lying open: cover, two blocks of pages, printed lines on the left one.
pub(super) fn open_pages(picture: &mut Picture, on: Lot) {
    plinth(picture, lot(on.x0 - 0.2, on.y0 - 0.2, on.wide() + 0.4, on.deep() + 0.4), 0.12, Paint::Ink, INK);
    plinth(picture, on, 0.0, Paint::White, WHITE);
    let middle = on.middle().0;
    picture.lay(&Lot { x0: middle - 0.2, x1: middle, ..on }.corners(0.0), SAND.mix(INK, 0.12));
    picture.lay(&Lot { x0: middle, x1: middle + 0.12, ..on }.corners(0.0), SAND);
    for i in 0..9 {
        let y = on.y0 + 0.5 + 0.42 * f64::from(i);
        let end = if i % 4 == 3 { 0.62 } else { 0.88 };
        let row = Lot { x0: on.x0 + 0.5, x1: on.x0 + on.wide() * 0.5 * end, y0: y, y1: y + 0.13 };
        picture.lay(&row.corners(0.0), if i == 0 { RIVER } else { SAND.mix(INK, 0.25) });
    }
}

/// A house taken apart by floors, every floor lit.
pub(super) fn audit() -> Picture {
    let mut picture = sheet((174.0, 110.0), (0.3, 0.0), 92.0, Hour::Night);
    plinth(&mut picture, lot(-3.2, -2.0, 8.2, 6.4), 0.2, Paint::Slate, Hour::Night.pavement());
    let wall = Hour::Dusk.tones(Paint::Sky);
    let on = lot(0.0, 0.2, 2.4, 2.4);
    for storey in 0..4 {
        let z = f64::from(storey) * 1.15;
        let mut mass = Mass::new(&picture);
        mass.block(on, (z, z + 0.62), wall);
        mass.glaze(on, (z + 0.08, z + 0.56), wall, Glazing::Punched, &mut dice(storey as u64 + 2));
        floor_plan(&mut mass, on, z + 0.62);
        mass.stand(&mut picture);
    }
    let mut chance = dice(8);
    for (x, y) in [(-2.9, -1.8), (-1.4, -1.8), (3.2, -1.8), (3.2, 0.0), (-2.9, 0.0)] {
        houses::building(&mut picture, lot(x, y, 1.4, 1.5), 0.9, OLD_TOWN, &mut chance);
    }
    Line::walk((-3.2, 3.6), &[(8.2, 0.0)])
        .wide(0.2)
        .at_grade()
        .stopping(&[(-1.6, 3.6), (3.4, 3.6)])
        .carrying(&[(1.0, 3.6)])
        .draw(&mut picture);
    line::sign(&mut picture, at(1.2, 1.4, 4.5), 0.2);
    picture
}

/// Rooms seen from above.
fn floor_plan(mass: &mut Mass, on: Lot, z: f64) {
    mass.face(&on.corners(z), WHITE);
    for part in [
        on.part((0.05, 0.45), (0.05, 0.55)),
        on.part((0.5, 0.95), (0.05, 0.35)),
        on.part((0.5, 0.95), (0.40, 0.95)),
        on.part((0.05, 0.45), (0.60, 0.95)),
    ] {
        mass.face(&part.corners(z), GOLD.mix(SAND, 0.35));
    }
}
