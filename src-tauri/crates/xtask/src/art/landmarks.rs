//! The buildings a reader recognises: town hall, library, market, school, stadium, glasshouses, church, works, museum.

use super::chance::Chance;
use super::geometry::{Lot, at, lot};
use super::green;
use super::houses::{roof_garden, solar};
use super::mass::{Along, Glazing, Mass, circle};
use super::palette::{GOLD, INK, Paint, WHITE};
use super::picture::Picture;
use super::works;

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Landmark {
    TownHall,
    Library,
    Market,
    School,
    Stadium,
    Glasshouse,
    Church,
    Works,
    Museum,
    WaterTower,
    Park,
    Square,
    Citadel,
    Foundation,
    Frame,
    Yard,
}

/// Builds it on a whole block.
pub(super) fn landmark(picture: &mut Picture, kind: Landmark, on: Lot, chance: &mut Chance) {
    match kind {
        Landmark::TownHall => town_hall(picture, on, chance),
        Landmark::Library => library(picture, on, chance),
        Landmark::Market => market(picture, on, chance),
        Landmark::School => school(picture, on, chance),
        Landmark::Stadium => stadium(picture, on),
        Landmark::Glasshouse => glasshouses(picture, on, chance),
        Landmark::Church => church(picture, on, chance),
        Landmark::Works => sawtooth(picture, on, chance),
        Landmark::Museum => museum(picture, on, chance),
        Landmark::WaterTower => water_tower(picture, on, chance),
        Landmark::Park => green::park(picture, on, chance),
        Landmark::Square => square(picture, on, chance),
        Landmark::Citadel => citadel(picture, on, chance),
        Landmark::Foundation => works::foundation(picture, on),
        Landmark::Frame => works::frame(picture, on, 3),
        Landmark::Yard => works::yard(picture, on),
    }
}

/// A long hall, a clock tower, a forecourt with trees.
pub(super) fn town_hall(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let (wall, roof) = (picture.hour.tones(Paint::Straw), picture.hour.tones(Paint::Slate));
    let mut hall = Mass::new(picture);
    let body = on.part((0.08, 0.92), (0.08, 0.48));
    hall.block(body, (0.0, 1.0), wall);
    hall.glaze(body, (0.1, 0.98), wall, Glazing::Tall, chance);
    hall.gable(body.inset(-0.04), (1.0, 1.5), Along::X, wall, roof);
    hall.stand(picture);
    let mut tower = Mass::new(picture);
    let shaft = on.part((0.40, 0.62), (0.49, 0.70));
    tower.block(shaft, (0.0, 2.5), wall);
    tower.glaze(shaft, (0.3, 1.6), wall, Glazing::Tall, chance);
    clock(&mut tower, shaft, 2.05);
    tower.block(shaft.inset(-0.05), (2.5, 2.62), picture.hour.tones(Paint::White));
    tower.pyramid(shaft.inset(-0.02), (2.62, 3.5), roof);
    flag(&mut tower, shaft.middle(), 3.45);
    tower.stand(picture);
    green::avenue(picture, on.part((0.04, 0.96), (0.82, 0.96)), 0.5);
}

/// A clock on both visible walls, at ten past ten.
pub(super) fn clock(mass: &mut Mass, shaft: Lot, z: f64) {
    let r = shaft.wide().min(shaft.deep()) * 0.38;
    let (mx, my) = shaft.middle();
    let rim: Vec<_> = circle(20).iter().map(|p| at(mx + p.0 * r, shaft.y1, z - p.1 * r)).collect();
    let side: Vec<_> = circle(20).iter().map(|p| at(shaft.x1, my - p.0 * r, z - p.1 * r)).collect();
    let lit = mass.hour.lit() > 0.0;
    mass.faces(&[rim, side], if lit { GOLD } else { WHITE });
    let w = r * 0.12;
    let hand = |dx: f64, dz: f64| {
        vec![
            at(mx - w, shaft.y1, z),
            at(mx + dx * r - w, shaft.y1, z + dz * r),
            at(mx + dx * r + w, shaft.y1, z + dz * r),
            at(mx + w, shaft.y1, z),
        ]
    };
    let turn = |dy: f64, dz: f64| {
        vec![
            at(shaft.x1, my + w, z),
            at(shaft.x1, my - dy * r + w, z + dz * r),
            at(shaft.x1, my - dy * r - w, z + dz * r),
            at(shaft.x1, my - w, z),
        ]
    };
    mass.faces(&[hand(-0.55, 0.45), hand(0.65, 0.6), turn(-0.55, 0.45), turn(0.65, 0.6)], INK);
}

/// A small vermilion flag.
pub(super) fn flag(mass: &mut Mass, foot: (f64, f64), z: f64) {
    let (x, y) = foot;
    let pole = mass.hour.tones(Paint::Slate).left;
    mass.faces(
        &[vec![
            at(x - 0.02, y + 0.02, z),
            at(x - 0.02, y + 0.02, z + 0.6),
            at(x + 0.02, y - 0.02, z + 0.6),
            at(x + 0.02, y - 0.02, z),
        ]],
        pole,
    );
    let red = mass.hour.tones(Paint::Vermilion).left;
    mass.faces(&[vec![at(x, y, z + 0.6), at(x + 0.3, y, z + 0.5), at(x, y, z + 0.34)]], red);
}

/// A reading room whose roof lies open like a book, on a colonnade.
pub(super) fn library(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    let (stone, white) = (hour.tones(Paint::Stone), hour.tones(Paint::White));
    let mut mass = Mass::new(picture);
    let base = on.part((0.06, 0.94), (0.10, 0.80));
    mass.block(base.inset(-0.1), (0.0, 0.12), stone);
    mass.block(base, (0.12, 1.15), white);
    mass.glaze(base, (0.2, 1.15), white, Glazing::Tall, chance);
    open_book(&mut mass, base.inset(-0.14), 1.15);
    mass.stand(picture);
    green::avenue(picture, on.part((0.04, 0.96), (0.88, 0.98)), 0.55);
}

/// Two leaves rising from a spine, printed with lines.
pub(super) fn open_book(mass: &mut Mass, on: Lot, z: f64) {
    let (cover, leaf) = (mass.hour.tones(Paint::Sky), mass.hour.tones(Paint::White));
    let (mx, _) = on.middle();
    let rise = on.wide() * 0.17;
    let (low, high) = (z + 0.1, z + 0.1 + rise);
    mass.face(
        &[at(on.x0, on.y1, z + rise - 0.05), at(on.x0, on.y1, high), at(mx, on.y1, low), at(mx, on.y1, z)],
        cover.left,
    );
    mass.face(
        &[at(mx, on.y1, z), at(mx, on.y1, low), at(on.x1, on.y1, high), at(on.x1, on.y1, z + rise - 0.05)],
        cover.left,
    );
    mass.face(
        &[
            at(on.x1, on.y1, z + rise - 0.05),
            at(on.x1, on.y1, high),
            at(on.x1, on.y0, high),
            at(on.x1, on.y0, z + rise - 0.05),
        ],
        cover.right,
    );
    mass.face(&[at(on.x0, on.y0, high), at(mx, on.y0, low), at(mx, on.y1, low), at(on.x0, on.y1, high)], leaf.left);
    mass.face(&[at(mx, on.y0, low), at(on.x1, on.y0, high), at(on.x1, on.y1, high), at(mx, on.y1, low)], leaf.top);
    let rows = (on.deep() / 0.24) as i32;
    let print = leaf.right.mix(INK, 0.12);
    for i in 1..rows {
        let y = on.y0 + on.deep() * f64::from(i) / f64::from(rows);
        for (from, to) in [(0.08, 0.42), (0.58, if i % 4 == 3 { 0.78 } else { 0.92 })] {
            let edge = |t: f64, y: f64| at(on.x0 + on.wide() * t, y, low + rise * (2.0 * t - 1.0).abs());
            mass.faces(
                &[vec![edge(from, y - 0.03), edge(to, y - 0.03), edge(to, y + 0.03), edge(from, y + 0.03)]],
                print,
            );
        }
    }
}

/// A market hall under a vault, with stalls before it.
pub(super) fn market(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    let mut mass = Mass::new(picture);
    let hall = on.part((0.06, 0.94), (0.06, 0.58));
    let wall = hour.tones(Paint::Rose);
    mass.block(hall, (0.0, 0.62), wall);
    mass.glaze(hall, (0.0, 0.64), wall, Glazing::Tall, chance);
    mass.vault(hall, (0.62, 1.32), Along::X, hour.tones(Paint::Glass));
    mass.stand(picture);
    for i in 0..4 {
        let at_x = 0.06 + 0.23 * f64::from(i);
        stall(picture, on.part((at_x, at_x + 0.17), (0.72, 0.90)), if i % 2 == 0 { Paint::Straw } else { Paint::Tile });
    }
}

/// A market stall under a striped awning.
pub(super) fn stall(picture: &mut Picture, on: Lot, paint: Paint) {
    let (cloth, white) = (picture.hour.tones(paint), picture.hour.tones(Paint::White));
    let mut mass = Mass::new(picture);
    mass.block(on.inset(0.06), (0.0, 0.22), picture.hour.tones(Paint::Timber));
    for i in 0..4 {
        let t = (f64::from(i) * 0.25, f64::from(i) * 0.25 + 0.25);
        let strip = on.part(t, (0.0, 1.0));
        let tone = if i % 2 == 0 { cloth } else { white };
        mass.face(
            &[at(strip.x0, on.y0, 0.5), at(strip.x1, on.y0, 0.5), at(strip.x1, on.y1, 0.36), at(strip.x0, on.y1, 0.36)],
            tone.top.mix(tone.left, 0.5),
        );
    }
    mass.stand(picture);
}

/// Two wings around a playground.
pub(super) fn school(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    let (wall, roof) = (hour.tones(Paint::Rose), hour.tones(Paint::Tile));
    picture.lay(&on.part((0.36, 0.95), (0.42, 0.95)).corners(0.0), hour.tones(Paint::Straw).top);
    picture.lay(&on.part((0.44, 0.87), (0.50, 0.87)).corners(0.0), hour.tones(Paint::Sage).left);
    for (part, along) in
        [(on.part((0.05, 0.95), (0.05, 0.34)), Along::X), (on.part((0.05, 0.32), (0.36, 0.95)), Along::Y)]
    {
        let mut mass = Mass::new(picture);
        mass.block(part, (0.0, 0.82), wall);
        mass.glaze(part, (0.06, 0.82), wall, Glazing::Punched, chance);
        mass.gable(part.inset(-0.03), (0.82, 1.2), along, wall, roof);
        mass.stand(picture);
    }
    let mut mass = Mass::new(picture);
    let (x, y) = on.part((0.36, 0.40), (0.36, 0.40)).middle();
    flag(&mut mass, (x, y), 0.6);
    mass.stand(picture);
    green::avenue(picture, on.part((0.90, 1.0), (0.45, 0.95)), 0.5);
}

/// A bowl around a pitch.
pub(super) fn stadium(picture: &mut Picture, on: Lot) {
    let (white, blue) = (picture.hour.tones(Paint::White), picture.hour.tones(Paint::Sky));
    let (cx, cy) = on.middle();
    let (rx, ry) = (on.wide() * 0.48, on.deep() * 0.40);
    let rim =
        |k: f64, z: f64| circle(40).iter().map(|p| at(cx + p.0 * rx * k, cy + p.1 * ry * k, z)).collect::<Vec<_>>();
    let mut mass = Mass::new(picture);
    mass.cast(Lot { x0: cx - rx * 0.8, y0: cy - ry * 0.8, x1: cx + rx * 0.8, y1: cy + ry * 0.8 }, 0.8);
    let (foot, edge, inner) = (rim(0.9, 0.0), rim(1.0, 0.8), rim(0.58, 0.1));
    for i in 0..40 {
        let j = (i + 1) % 40;
        let tone = if circle(40)[i].1 > circle(40)[i].0 { white.left } else { white.right };
        mass.face(&[foot[i], foot[j], edge[j], edge[i]], if i % 4 == 3 { tone.mix(INK, 0.18) } else { tone });
    }
    mass.face(&edge, white.top);
    let lip = rim(0.93, 0.8);
    mass.face(&lip, blue.left);
    for i in 0..40 {
        let j = (i + 1) % 40;
        let tone = if i % 5 == 4 { white.top } else { [blue.left, blue.top, blue.right][(i / 14).min(2)] };
        mass.face(&[lip[i], lip[j], inner[j], inner[i]], tone);
    }
    mass.face(&rim(0.58, 0.1), picture.hour.grass());
    let pitch = lot(cx - rx * 0.36, cy - ry * 0.36, rx * 0.72, ry * 0.72);
    mass.face(&pitch.corners(0.1), picture.hour.leaves()[1]);
    mass.face(&lot(cx - 0.02, pitch.y0, 0.04, pitch.deep()).corners(0.1), white.top);
    mass.plate(at(cx, cy, 0.1), ry * 0.12, white.top);
    mass.stand(picture);
}

/// Three glass vaults between beds.
pub(super) fn glasshouses(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    green::lawn(picture, on);
    let glass = picture.hour.tones(Paint::Glass);
    for i in 0..3 {
        let y = 0.06 + 0.24 * f64::from(i);
        let house = on.part((0.08, 0.92), (y, y + 0.18));
        let mut mass = Mass::new(picture);
        mass.block(house, (0.0, 0.25), glass);
        mass.vault(house, (0.25, 0.62), Along::X, glass);
        for k in 1..6 {
            let x = house.x0 + house.wide() * f64::from(k) / 6.0;
            mass.faces(
                &[vec![
                    at(x - 0.02, house.y1, 0.0),
                    at(x + 0.02, house.y1, 0.0),
                    at(x + 0.02, house.y1, 0.25),
                    at(x - 0.02, house.y1, 0.25),
                ]],
                glass.right,
            );
        }
        mass.stand(picture);
    }
    green::beds(picture, on.part((0.08, 0.92), (0.78, 0.97)), chance);
}

/// Nave, steeple and a wall around them.
pub(super) fn church(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    green::lawn(picture, on);
    let (wall, roof) = (hour.tones(Paint::White), hour.tones(Paint::Tile));
    let mut nave = Mass::new(picture);
    let body = on.part((0.34, 0.86), (0.34, 0.62));
    nave.block(body, (0.0, 0.9), wall);
    nave.glaze(body, (0.15, 0.9), wall, Glazing::Tall, chance);
    nave.gable(body.inset(-0.04), (0.9, 1.65), Along::X, wall, roof);
    nave.stand(picture);
    let mut tower = Mass::new(picture);
    let shaft = on.part((0.10, 0.33), (0.36, 0.60));
    tower.block(shaft, (0.0, 2.2), wall);
    tower.glaze(shaft, (1.3, 2.15), wall, Glazing::Tall, chance);
    tower.block(shaft.inset(-0.05), (2.2, 2.32), wall);
    tower.pyramid(shaft.inset(-0.06), (2.32, 3.7), roof);
    tower.stand(picture);
    green::avenue(picture, on.part((0.05, 0.95), (0.84, 0.96)), 0.55);
}

/// Sawtooth roofs and a chimney, now a place for start-ups.
pub(super) fn sawtooth(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    let (wall, glass) = (hour.tones(Paint::Tile), hour.tones(Paint::Glass));
    let hall = on.part((0.06, 0.94), (0.10, 0.72));
    let mut mass = Mass::new(picture);
    mass.block(hall, (0.0, 0.75), wall);
    mass.glaze(hall, (0.05, 0.75), wall, Glazing::Tall, chance);
    for i in 0..4 {
        let tooth = hall.part((f64::from(i) * 0.25, f64::from(i) * 0.25 + 0.25), (0.0, 1.0));
        let c = tooth.corners(0.75);
        let (a, b) = (at(tooth.x1, tooth.y0, 1.15), at(tooth.x1, tooth.y1, 1.15));
        mass.face(&[c[0], a, b, c[3]], glass.top);
        mass.face(&[c[3], b, c[2]], wall.left);
        mass.face(&[c[2], b, a, c[1]], wall.right);
    }
    mass.stand(picture);
    let mut stack = Mass::new(picture);
    let foot = on.part((0.14, 0.26), (0.80, 0.92)).middle();
    stack.taper(foot, (0.17, 0.11), (0.0, 2.2), wall);
    stack.drum(foot, 0.13, (2.2, 2.3), hour.tones(Paint::White));
    stack.stand(picture);
}

/// Stacked terraces, each a garden.
pub(super) fn museum(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let wall = picture.hour.tones(Paint::White);
    let mut mass = Mass::new(picture);
    let mut floor = on.part((0.08, 0.92), (0.08, 0.92));
    for i in 0..3 {
        let z = f64::from(i) * 0.62;
        mass.block(floor, (z, z + 0.62), wall);
        mass.glaze(floor, (z + 0.06, z + 0.58), wall, Glazing::Bands, chance);
        roof_garden(&mut mass, floor.inset(0.07), z + 0.62, chance);
        floor = floor.part((0.0, 0.72), (0.0, 0.72));
    }
    solar(&mut mass, floor.part((0.1, 1.2), (0.1, 1.2)), 1.86);
    mass.stand(picture);
}

/// A water tower over allotments.
pub(super) fn water_tower(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    green::beds(picture, on.part((0.06, 0.94), (0.62, 0.94)), chance);
    let hour = picture.hour;
    let c = on.part((0.2, 0.7), (0.1, 0.6)).middle();
    let mut mass = Mass::new(picture);
    mass.taper(c, (0.34, 0.24), (0.0, 1.5), hour.tones(Paint::Stone));
    mass.taper(c, (0.26, 0.62), (1.5, 1.85), hour.tones(Paint::Sky));
    mass.drum(c, 0.62, (1.85, 2.35), hour.tones(Paint::Sky));
    mass.taper(c, (0.68, 0.0), (2.35, 2.8), hour.tones(Paint::Slate));
    mass.stand(picture);
}

/// Paving, a fountain, trees at the edge.
pub(super) fn square(picture: &mut Picture, on: Lot, _chance: &mut Chance) {
    let hour = picture.hour;
    picture.lay(&on.corners(0.0), hour.tones(Paint::Stone).top);
    let (x, y) = on.middle();
    for k in 1..5 {
        let t = f64::from(k) * 0.2;
        picture.lay(&on.part((0.0, 1.0), (t - 0.006, t + 0.006)).corners(0.0), hour.pavement());
        picture.lay(&on.part((t - 0.006, t + 0.006), (0.0, 1.0)).corners(0.0), hour.pavement());
    }
    let mut fountain = Mass::new(picture);
    fountain.drum((x, y), 0.5, (0.0, 0.16), hour.tones(Paint::White));
    fountain.plate(at(x, y, 0.16), 0.42, hour.water());
    fountain.drum((x, y), 0.09, (0.16, 0.5), hour.tones(Paint::White));
    fountain.plate(at(x, y, 0.5), 0.16, hour.water());
    fountain.stand(picture);
    green::avenue(picture, on.part((0.02, 0.98), (0.03, 0.15)), 0.6);
    green::avenue(picture, on.part((0.03, 0.15), (0.15, 0.98)), 0.6);
}

/// A fortified church, as in the villages of Transylvania: ring wall, corner towers, a keep with a steep roof.
pub(super) fn citadel(picture: &mut Picture, on: Lot, chance: &mut Chance) {
    let hour = picture.hour;
    let (wall, roof) = (hour.tones(Paint::Stone), hour.tones(Paint::Tile));
    green::lawn(picture, on);
    let thick = 0.12;
    let (x0, y0, x1, y1) = (on.x0 + 0.2, on.y0 + 0.2, on.x1 - 0.2, on.y1 - 0.2);
    for side in [
        lot(x0, y0, x1 - x0, thick),
        lot(x0, y0 + thick, thick, y1 - y0 - thick),
        lot(x1 - thick, y0 + thick, thick, y1 - y0 - thick),
        lot(x0, y1 - thick, x1 - x0 - thick, thick),
    ] {
        let mut mass = Mass::new(picture);
        mass.block(side, (0.0, 0.5), wall);
        mass.stand(picture);
    }
    for (x, y) in [(x0, y0), (x1, y0), (x0, y1), (x1, y1)] {
        turret(picture, lot(x - 0.2, y - 0.2, 0.42, 0.42), 0.95, chance);
    }
    let mut nave = Mass::new(picture);
    let body = on.part((0.42, 0.80), (0.36, 0.60));
    nave.block(body, (0.0, 1.1), hour.tones(Paint::White));
    nave.glaze(body, (0.35, 1.1), hour.tones(Paint::White), Glazing::Tall, chance);
    nave.gable(body.inset(-0.05), (1.1, 1.95), Along::X, hour.tones(Paint::White), roof);
    nave.stand(picture);
    turret(picture, on.part((0.18, 0.41), (0.36, 0.60)), 2.5, chance);
}

/// A square tower under a steep tiled roof with a wooden gallery.
pub(super) fn turret(picture: &mut Picture, on: Lot, height: f64, chance: &mut Chance) {
    let hour = picture.hour;
    let (wall, roof) = (hour.tones(Paint::White), hour.tones(Paint::Tile));
    let mut mass = Mass::new(picture);
    mass.block(on, (0.0, height), wall);
    mass.glaze(on, (height * 0.35, height), wall, Glazing::Punched, chance);
    let gallery = on.inset(-0.06);
    mass.block(gallery, (height, height + 0.16), hour.tones(Paint::Timber));
    mass.pyramid(gallery.inset(-0.03), (height + 0.16, height + 0.16 + on.wide() * 1.5), roof);
    mass.stand(picture);
}
