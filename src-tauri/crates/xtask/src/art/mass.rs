//! The forms everything is built of: block, gable, pyramid, vault, drum, cone, tree; and the windows in their walls.
//!
//! A `Mass` collects the faces of one standing thing, back to front, in the light of the picture's hour.

use super::chance::Chance;
use super::geometry::{Bounds, Lot, Point, Spot, View, area, at};
use super::palette::{Color, GOLD, Hour, INK, Paint, Tones};
use super::picture::{Picture, Ring, Shape, Solid};

/// Which way a ridge runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    X,
    Y,
}

/// How a wall is glazed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Glazing {
    Punched,
    Bands,
    Tall,
}

/// One standing thing under construction.
pub(super) struct Mass {
    view: View,
    pub(super) hour: Hour,
    solid: Solid,
}

const SUN: (f64, f64) = (0.42, -0.26);

impl Mass {
    pub(super) fn new(picture: &Picture) -> Mass {
        let solid = Solid { bounds: Bounds::empty(), shapes: vec![], cover: vec![], shadow: vec![] };
        Mass { view: picture.view, hour: picture.hour, solid }
    }

    /// Puts it where it belongs in depth.
    pub(super) fn stand(self, picture: &mut Picture) {
        if !self.solid.shapes.is_empty() {
            picture.stand(self.solid);
        }
    }

    /// Draws it over everything else.
    pub(super) fn overlay(self, picture: &mut Picture) {
        picture.overlay(self.solid.shapes);
    }

    fn rings(&mut self, rings: Vec<Ring>, fill: Color) {
        self.solid.shapes.push(Shape { fill, opacity: 1.0, rings });
    }

    /// A flat face, drawn only if it looks at the reader.
    pub(super) fn face(&mut self, points: &[Point], fill: Color) {
        for p in points {
            self.solid.bounds.include(*p);
        }
        let ring: Vec<Spot> = points.iter().map(|p| self.view.project(*p)).collect();
        if area(&ring) > 0.01 {
            self.rings(vec![Ring::Polygon(ring)], fill);
        }
    }

    /// Faces that share a tone and hide nothing of one another.
    pub(super) fn faces(&mut self, faces: &[Vec<Point>], fill: Color) {
        let rings = faces.iter().map(|f| Ring::Polygon(f.iter().map(|p| self.view.project(*p)).collect())).collect();
        self.rings(rings, fill);
    }

    /// A circle that faces the reader, `radius` in cells.
    pub(super) fn disc(&mut self, centre: Point, radius: f64, fill: Color) {
        self.solid.bounds.include(centre);
        let (c, r) = (self.view.project(centre), radius * self.view.tile);
        self.rings(vec![Ring::Ellipse(c, r, r)], fill);
    }

    /// A circle lying flat.
    pub(super) fn plate(&mut self, centre: Point, radius: f64, fill: Color) {
        self.solid.bounds.include(at(centre.x - radius, centre.y - radius, centre.z));
        self.solid.bounds.include(at(centre.x + radius, centre.y + radius, centre.z));
        let (c, r) = (self.view.project(centre), radius * self.view.tile * std::f64::consts::SQRT_2);
        self.rings(vec![Ring::Ellipse(c, r, r / 2.0)], fill);
    }

    /// The shadow that a block of this height throws on the ground.
    pub(super) fn cast(&mut self, on: Lot, height: f64) {
        let (a, b) = (SUN.0 * height.min(2.6), -SUN.1 * height.min(2.6));
        let outline = [
            at(on.x0, on.y0, 0.0),
            at(on.x0 + a, on.y0 - b, 0.0),
            at(on.x1 + a, on.y0 - b, 0.0),
            at(on.x1 + a, on.y1 - b, 0.0),
            at(on.x1, on.y1, 0.0),
            at(on.x0, on.y1, 0.0),
        ];
        self.solid.shadow.push(outline.iter().map(|p| self.view.project(*p)).collect());
    }

    /// A block with its three visible faces.
    pub(super) fn block(&mut self, on: Lot, z: (f64, f64), tones: Tones) {
        let (low, top) = (on.corners(z.0), on.corners(z.1));
        for p in low {
            self.solid.bounds.include(p);
        }
        self.face(&[low[3], top[3], top[2], low[2]], tones.left);
        self.face(&[low[2], top[2], top[1], low[1]], tones.right);
        self.face(&top, tones.top);
        let outline = [low[3], top[3], top[0], top[1], low[1], low[2]];
        self.solid.cover.push(outline.iter().map(|p| self.view.project(*p)).collect());
        if z.0 == 0.0 {
            self.cast(on, z.1);
        }
    }

    /// A roof with two slopes and two gables.
    pub(super) fn gable(&mut self, on: Lot, z: (f64, f64), along: Along, wall: Tones, roof: Tones) {
        let c = on.corners(z.0);
        let (mx, my) = on.middle();
        let (a, b) = match along {
            Along::X => (at(on.x0, my, z.1), at(on.x1, my, z.1)),
            Along::Y => (at(mx, on.y0, z.1), at(mx, on.y1, z.1)),
        };
        match along {
            Along::X => {
                self.face(&[c[0], c[1], b, a], roof.right);
                self.face(&[c[2], b, c[1]], wall.right);
                self.face(&[c[3], a, b, c[2]], roof.top.mix(roof.left, 0.55));
            }
            Along::Y => {
                self.face(&[c[0], a, b, c[3]], roof.top);
                self.face(&[c[3], b, c[2]], wall.left);
                self.face(&[c[2], b, a, c[1]], roof.right);
            }
        }
    }

    /// A roof with four slopes that meet in a point.
    pub(super) fn pyramid(&mut self, on: Lot, z: (f64, f64), roof: Tones) {
        let c = on.corners(z.0);
        let (x, y) = on.middle();
        let tip = at(x, y, z.1);
        self.face(&[c[3], c[0], tip], roof.top);
        self.face(&[c[0], c[1], tip], roof.right);
        self.face(&[c[3], tip, c[2]], roof.left);
        self.face(&[c[2], tip, c[1]], roof.right);
    }

    /// A half-round roof in strips.
    pub(super) fn vault(&mut self, on: Lot, z: (f64, f64), along: Along, tones: Tones) {
        let arc = half_circle(8);
        let place = |t: (f64, f64), far: bool| {
            let z = z.0 + (z.1 - z.0) * t.1;
            match along {
                Along::X => at(if far { on.x0 } else { on.x1 }, on.y0 + on.deep() * t.0, z),
                Along::Y => at(on.x0 + on.wide() * t.0, if far { on.y0 } else { on.y1 }, z),
            }
        };
        for (i, pair) in arc.windows(2).enumerate() {
            let strip = [place(pair[0], true), place(pair[0], false), place(pair[1], false), place(pair[1], true)];
            let back = [strip[3], strip[2], strip[1], strip[0]];
            self.face(if along == Along::X { &strip } else { &back }, bend(tones, along, i));
        }
        let mut end: Vec<Point> = arc.iter().map(|t| place(*t, false)).collect();
        if along == Along::X {
            end.reverse();
        }
        let tone = if along == Along::X { tones.right } else { tones.left };
        self.face(&end, tone);
    }

    /// An upright cylinder.
    pub(super) fn drum(&mut self, centre: (f64, f64), radius: f64, z: (f64, f64), tones: Tones) {
        self.taper(centre, (radius, radius), z, tones);
    }

    /// A cylinder that narrows or widens towards its top.
    pub(super) fn taper(&mut self, centre: (f64, f64), radius: (f64, f64), z: (f64, f64), tones: Tones) {
        let round = circle(20);
        let rim = |r: f64, z: f64, i: usize| at(centre.0 + round[i % 20].0 * r, centre.1 + round[i % 20].1 * r, z);
        for i in 0..20 {
            let face =
                [rim(radius.0, z.0, i), rim(radius.0, z.0, i + 1), rim(radius.1, z.1, i + 1), rim(radius.1, z.1, i)];
            let (nx, ny) = (round[i].0 + round[(i + 1) % 20].0, round[i].1 + round[(i + 1) % 20].1);
            self.face(&face, if ny > nx { tones.left } else { tones.right });
        }
        if radius.1 > 0.01 {
            let top: Vec<Point> = (0..20).map(|i| rim(radius.1, z.1, i)).collect();
            self.face(&top, tones.top);
        }
        if z.0 == 0.0 {
            let r = radius.0 * 0.8;
            self.cast(Lot { x0: centre.0 - r, y0: centre.1 - r, x1: centre.0 + r, y1: centre.1 + r }, z.1);
        }
    }

    /// Windows in the two visible walls of a block.
    pub(super) fn glaze(&mut self, on: Lot, z: (f64, f64), tones: Tones, glazing: Glazing, chance: &mut Chance) {
        let walls = [
            (at(on.x0, on.y1, 0.0), at(on.x1, on.y1, 0.0), tones.left),
            (at(on.x1, on.y1, 0.0), at(on.x1, on.y0, 0.0), tones.right),
        ];
        for (from, to, wall) in walls {
            let panes = panes((from, to), z, glazing);
            let lit: Vec<bool> = panes.iter().map(|_| chance.one_in(self.hour.lit())).collect();
            let glow = if wall == tones.left { GOLD } else { GOLD.mix(INK, 0.16) };
            let of = |want: bool| {
                panes.iter().zip(&lit).filter(|(_, l)| **l == want).map(|(p, _)| p.clone()).collect::<Vec<_>>()
            };
            self.faces(&of(false), self.hour.pane(wall));
            self.faces(&of(true), glow);
        }
    }

    /// A tree with a round crown.
    pub(super) fn tree(&mut self, x: f64, y: f64, size: f64) {
        let [dark, light] = self.hour.leaves();
        let trunk = self.hour.tones(Paint::Timber).right;
        let r = size * 0.34;
        self.bound_tree(x, y, size);
        let thin = 0.035;
        self.face(
            &[
                at(x - thin, y + thin, 0.0),
                at(x - thin, y + thin, size * 0.6),
                at(x + thin, y - thin, size * 0.6),
                at(x + thin, y - thin, 0.0),
            ],
            trunk,
        );
        self.disc(at(x, y, size * 0.66), r, dark);
        self.disc(at(x - 0.07 * size, y + 0.07 * size, size * 0.78), r * 0.64, light);
    }

    /// An old tree with a broad crown, for pictures where it stands alone.
    pub(super) fn oak(&mut self, x: f64, y: f64, size: f64) {
        let [dark, light] = self.hour.leaves();
        let bark = self.hour.tones(Paint::Timber);
        self.bound_tree(x, y, size);
        let w = size * 0.035;
        self.block(Lot { x0: x - w, y0: y - w, x1: x + w, y1: y + w }, (0.0, size * 0.5), bark);
        let crown = [
            (-0.20, 0.55, 0.20),
            (0.20, 0.55, 0.20),
            (-0.13, 0.72, 0.22),
            (0.14, 0.70, 0.22),
            (0.0, 0.56, 0.24),
            (0.0, 0.86, 0.19),
        ];
        for (tone, shrink, lift) in [(dark.mix(INK, 0.14), 1.0, 0.0), (dark, 0.86, 0.03), (light, 0.5, 0.07)] {
            for (side, z, r) in crown {
                let shift = side - lift * 0.6;
                self.disc(
                    at(x + shift * size / 2.0, y - shift * size / 2.0, (z + lift) * size),
                    r * shrink * size,
                    tone,
                );
            }
        }
    }

    /// A narrow tall tree.
    pub(super) fn poplar(&mut self, x: f64, y: f64, size: f64) {
        let [dark, light] = self.hour.leaves();
        self.bound_tree(x, y, size * 1.5);
        let t = self.view.tile * size;
        let c = self.view.project(at(x, y, size * 0.8));
        self.rings(vec![Ring::Ellipse(c, t * 0.2, t * 0.68)], dark);
        self.rings(vec![Ring::Ellipse((c.0 - t * 0.06, c.1 - t * 0.04), t * 0.1, t * 0.55)], light);
    }

    /// A conifer of two cones.
    pub(super) fn fir(&mut self, x: f64, y: f64, size: f64) {
        let [dark, light] = self.hour.leaves();
        self.bound_tree(x, y, size * 1.3);
        let c = self.view.project(at(x, y, 0.1));
        let t = self.view.tile * size;
        self.rings(vec![Ring::Polygon(vec![(c.0 - t * 0.3, c.1), (c.0, c.1 - t * 1.3), (c.0, c.1 + t * 0.12)])], light);
        self.rings(vec![Ring::Polygon(vec![(c.0 + t * 0.3, c.1), (c.0, c.1 - t * 1.3), (c.0, c.1 + t * 0.12)])], dark);
    }

    fn bound_tree(&mut self, x: f64, y: f64, height: f64) {
        let r = 0.12;
        self.solid.bounds.include(at(x - r, y - r, 0.0));
        self.solid.bounds.include(at(x + r, y + r, height));
        let c = self.view.project(at(x + 0.16 * height, y - 0.10 * height, 0.0));
        let (rx, ry) = (0.34 * height * self.view.tile, 0.17 * height * self.view.tile);
        self.solid.shadow.push(circle(12).iter().map(|p| (c.0 + p.0 * rx, c.1 + p.1 * ry)).collect());
    }
}

/// The tone of the i-th of eight strips of a vault.
fn bend(tones: Tones, along: Along, i: usize) -> Color {
    let soft = tones.top.mix(tones.left, 0.5);
    match along {
        Along::X => [tones.right, tones.left, soft, tones.top, tones.top, tones.top, soft, tones.left][i],
        Along::Y => [soft, tones.top, tones.top, tones.top, soft, tones.left, tones.left, tones.right][i],
    }
}

/// The windows of one wall between two ground points.
fn panes(wall: (Point, Point), z: (f64, f64), glazing: Glazing) -> Vec<Vec<Point>> {
    let (from, to) = wall;
    let long = (to.x - from.x).abs() + (to.y - from.y).abs();
    let (floor, pitch, wide, high) = match glazing {
        Glazing::Punched => (0.36, 0.27, 0.5, 0.54),
        Glazing::Bands => (0.34, 0.62, 0.94, 0.48),
        Glazing::Tall => (0.62, 0.24, 0.46, 0.72),
    };
    let rows = ((z.1 - z.0 - 0.03) / floor).floor() as i32;
    let columns = ((long - 0.12) / pitch).round().max(1.0) as i32;
    let (edge, step) = (0.07 / long, (1.0 - 0.14 / long) / f64::from(columns));
    let slack = (z.1 - z.0 - f64::from(rows) * floor) / 2.0;
    let spot = |t: f64, z: f64| at(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t, z);
    let mut panes = Vec::new();
    for row in 0..rows {
        let sill = z.0 + slack + (f64::from(row) + (1.0 - high) / 2.0) * floor;
        for column in 0..columns {
            let a = edge + step * (f64::from(column) + (1.0 - wide) / 2.0);
            let (b, head) = (a + step * wide, sill + floor * high);
            panes.push(vec![spot(a, sill), spot(b, sill), spot(b, head), spot(a, head)]);
        }
    }
    panes
}

/// Points around the unit circle, in the direction that makes a plate look up.
pub(super) fn circle(steps: usize) -> Vec<(f64, f64)> {
    (0..steps).map(|i| std::f64::consts::TAU * i as f64 / steps as f64).map(|t| (t.cos(), t.sin())).collect()
}

fn half_circle(steps: usize) -> Vec<(f64, f64)> {
    (0..=steps)
        .map(|i| std::f64::consts::PI * i as f64 / steps as f64)
        .map(|t| (0.5 - t.cos() / 2.0, t.sin()))
        .collect()
}
