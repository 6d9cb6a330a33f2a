//! Everyday buildings: gabled houses, flat blocks, stepped towers, and what people put on their roofs.

use super::chance::Chance;
use super::geometry::{Lot, at, lot};
use super::mass::{Along, Glazing, Mass};
use super::palette::{Paint, Tones};
use super::picture::Picture;

/// What a ward of the city builds with.
#[derive(Clone, Copy)]
pub(super) struct Ward {
    pub(super) walls: &'static [Paint],
    pub(super) roofs: &'static [Paint],
}

impl Ward {
    /// Whether every house here has a ridge.
    fn gabled(self) -> bool {
        self.roofs.len() == OLD_TOWN.roofs.len()
    }
}

pub(super) const OLD_TOWN: Ward = Ward {
    walls: &[Paint::White, Paint::Straw, Paint::White, Paint::Rose],
    roofs: &[Paint::Tile, Paint::Tile, Paint::Rose],
};
pub(super) const EXCHANGE: Ward =
    Ward { walls: &[Paint::Sky, Paint::White, Paint::Sky, Paint::Slate], roofs: &[Paint::Slate, Paint::Sky] };
pub(super) const GARDENS: Ward =
    Ward { walls: &[Paint::White, Paint::Sage, Paint::Sage, Paint::Straw], roofs: &[Paint::Sage, Paint::Tile] };
pub(super) const HARBOUR: Ward =
    Ward { walls: &[Paint::Rose, Paint::White, Paint::Rose, Paint::Sky], roofs: &[Paint::Slate, Paint::Tile] };
/// Pale all over, so that what stands among it is seen.
pub(super) const PALE: Ward =
    Ward { walls: &[Paint::White, Paint::White, Paint::Chalk], roofs: &[Paint::Chalk, Paint::White] };
/// The wards where nothing is tall.
pub(super) const LOW_WARDS: [Ward; 4] = [OLD_TOWN, GARDENS, HARBOUR, OLD_TOWN];
pub(super) const WARDS: [Ward; 4] = [OLD_TOWN, EXCHANGE, GARDENS, HARBOUR];

/// A building of about this height on this lot.
pub(super) fn building(picture: &mut Picture, on: Lot, height: f64, ward: Ward, chance: &mut Chance) {
    let on = on.inset(chance.between(0.05, 0.11));
    let slim = on.wide().min(on.deep());
    match height {
        h if h < 0.5 => cottage(picture, on, 0.42, ward, chance),
        h if h < 1.5 && slim < 1.3 && (ward.gabled() || chance.one_in(0.72)) => {
            cottage(picture, on, h * 0.72, ward, chance)
        }
        h if h > 2.6 && slim > 0.7 => tower(picture, on, h, ward, chance),
        h => flats(picture, on, h, ward, chance),
    }
}

/// A house under a gabled or hipped roof; the ridge follows the longer side.
pub(super) fn cottage(picture: &mut Picture, on: Lot, eaves: f64, ward: Ward, chance: &mut Chance) {
    let (wall, roof) = (picture.hour.tones(chance.pick(ward.walls)), picture.hour.tones(chance.pick(ward.roofs)));
    let mut mass = Mass::new(picture);
    mass.block(on, (0.0, eaves), wall);
    mass.glaze(on, (0.02, eaves), wall, Glazing::Punched, chance);
    let slim = on.wide().min(on.deep());
    let along = if on.wide() > on.deep() * chance.between(0.85, 1.15) { Along::X } else { Along::Y };
    if chance.one_in(0.15) {
        mass.pyramid(on.inset(-0.04), (eaves, eaves + slim * 0.42), roof);
    } else {
        mass.gable(on.inset(-0.03), (eaves, eaves + slim * 0.46), along, wall, roof);
        chimney(&mut mass, on, eaves + slim * 0.2, chance);
    }
    mass.stand(picture);
}

fn chimney(mass: &mut Mass, on: Lot, foot: f64, chance: &mut Chance) {
    if chance.one_in(0.6) {
        let wall = mass.hour.tones(Paint::Stone);
        let (x, y) = on.middle();
        mass.block(lot(x - 0.2, y + 0.12, 0.1, 0.1), (foot, foot + 0.34), wall);
    }
}

/// A block with a flat roof.
pub(super) fn flats(picture: &mut Picture, on: Lot, height: f64, ward: Ward, chance: &mut Chance) {
    let wall = picture.hour.tones(chance.pick(ward.walls));
    let glazing = chance.pick(&[Glazing::Punched, Glazing::Punched, Glazing::Bands, Glazing::Tall]);
    let mut mass = Mass::new(picture);
    mass.block(on, (0.0, height), wall);
    mass.glaze(on, (0.06, height - 0.08), wall, glazing, chance);
    roof_life(&mut mass, on, height, wall, chance);
    mass.stand(picture);
}

/// A tower: a podium perhaps, one or two setbacks, something on top.
pub(super) fn tower(picture: &mut Picture, on: Lot, height: f64, ward: Ward, chance: &mut Chance) {
    let wall = picture.hour.tones(chance.pick(ward.walls));
    let glazing = chance.pick(&[Glazing::Punched, Glazing::Bands, Glazing::Tall]);
    let mut mass = Mass::new(picture);
    let steps = if chance.one_in(0.5) && on.wide().min(on.deep()) > 0.9 { chance.pick(&[2, 3]) } else { 1 };
    let (mut z, mut floor) = (0.0, on);
    for step in 0..steps {
        let top = if step + 1 == steps { height } else { z + (height - z) * chance.between(0.45, 0.65) };
        mass.block(floor, (z, top), wall);
        mass.glaze(floor, (z + 0.06, top - 0.06), wall, glazing, chance);
        z = top;
        if step + 1 < steps {
            floor = floor.inset(floor.wide().min(floor.deep()) * 0.13);
        }
    }
    roof_life(&mut mass, floor, height, wall, chance);
    mass.stand(picture);
}

/// What stands on a flat roof.
pub(super) fn roof_life(mass: &mut Mass, on: Lot, z: f64, wall: Tones, chance: &mut Chance) {
    let rim = on.inset(0.08);
    match chance.unit() {
        u if u < 0.28 => roof_garden(mass, rim, z, chance),
        u if u < 0.52 => solar(mass, rim, z),
        u if u < 0.62 => water_tank(mass, rim, z),
        u if u < 0.90 => {
            mass.face(&rim.corners(z), wall.top.mix(wall.left, 0.5));
            mass.block(on.part((0.25, 0.6), (0.25, 0.6)), (z, z + 0.16), wall);
        }
        _ => mass.pyramid(on, (z, z + on.wide().min(on.deep()) * 0.5), mass.hour.tones(Paint::Slate)),
    }
}

/// Grass and bushes on a roof.
pub(super) fn roof_garden(mass: &mut Mass, on: Lot, z: f64, chance: &mut Chance) {
    mass.face(&on.corners(z), mass.hour.grass());
    let [dark, light] = mass.hour.leaves();
    for (x, y) in [(0.3, 0.3), (0.7, 0.35), (0.35, 0.72), (0.72, 0.7)] {
        if chance.one_in(0.7) {
            let p = at(on.x0 + on.wide() * x, on.y0 + on.deep() * y, z + 0.07);
            mass.disc(p, 0.11, dark);
            mass.disc(at(p.x, p.y, z + 0.11), 0.07, light);
        }
    }
}

/// Rows of tilted panels.
pub(super) fn solar(mass: &mut Mass, on: Lot, z: f64) {
    mass.face(&on.corners(z), mass.hour.tones(Paint::Stone).top);
    let glass = mass.hour.tones(Paint::Sky).right;
    let rows = (on.deep() / 0.28).floor().max(1.0) as i32;
    let step = on.deep() / f64::from(rows);
    for i in 0..rows {
        let y = on.y0 + step * f64::from(i);
        let (x0, x1) = (on.x0 + 0.05, on.x1 - 0.05);
        mass.face(
            &[
                at(x0, y + 0.04, z + 0.1),
                at(x1, y + 0.04, z + 0.1),
                at(x1, y + step * 0.78, z),
                at(x0, y + step * 0.78, z),
            ],
            glass,
        );
    }
}

fn water_tank(mass: &mut Mass, on: Lot, z: f64) {
    let tones = mass.hour.tones(Paint::Timber);
    let c = on.middle();
    let r = on.wide().min(on.deep()) * 0.24;
    mass.drum(c, r, (z + 0.08, z + 0.08 + r * 1.7), tones);
    mass.taper(c, (r * 1.1, 0.0), (z + 0.08 + r * 1.7, z + 0.1 + r * 2.4), mass.hour.tones(Paint::Slate));
}
