//! One picture on its way to SVG: flat ground, solids sorted by depth, and what lies over everything.
//!
//! It knows polygons and ellipses with one fill each, nothing more, because the PDF writer keeps those as vectors. What
//! falls outside the sheet, and windows that a nearer block hides, are left out, which keeps a page's art light.

use std::fmt::Write as _;

use super::geometry::{Bounds, Point, Spot, View, area, inside};
use super::palette::{Color, Hour, INK};

/// An outline on paper.
#[derive(Clone)]
pub(super) enum Ring {
    Polygon(Vec<Spot>),
    Ellipse(Spot, f64, f64),
}

impl Ring {
    /// All outlines turn the same way, so that those that overlap in one path add up under the nonzero rule.
    fn upright(self) -> Ring {
        match self {
            Ring::Polygon(spots) if area(&spots) < 0.0 => Ring::Polygon(spots.into_iter().rev().collect()),
            other => other,
        }
    }

    fn frame(&self) -> [f64; 4] {
        match self {
            Ring::Polygon(spots) => spots.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |f, s| {
                [f[0].min(s.0), f[1].min(s.1), f[2].max(s.0), f[3].max(s.1)]
            }),
            Ring::Ellipse(c, rx, ry) => [c.0 - rx, c.1 - ry, c.0 + rx, c.1 + ry],
        }
    }
}

/// Outlines that share one fill and one path.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) fill: Color,
    pub(super) opacity: f64,
    pub(super) rings: Vec<Ring>,
}

/// Something that stands in the city: its shapes back to front, and what it hides.
pub(super) struct Solid {
    pub(super) bounds: Bounds,
    pub(super) shapes: Vec<Shape>,
    /// Convex outlines that nothing behind shows through.
    pub(super) cover: Vec<Vec<Spot>>,
    /// Outlines on the ground that lie in its shadow.
    pub(super) shadow: Vec<Vec<Spot>>,
}

/// A sheet of paper with a view of the city.
pub(super) struct Picture {
    pub(super) size: Spot,
    pub(super) view: View,
    pub(super) hour: Hour,
    paper: Color,
    ground: Vec<Shape>,
    shadow: Vec<Ring>,
    solids: Vec<Solid>,
    over: Vec<Shape>,
}

impl Picture {
    /// An empty sheet; the size is in millimetres.
    pub(super) fn new(size: Spot, view: View, hour: Hour) -> Picture {
        let size = (size.0 * 10.0, size.1 * 10.0);
        Picture { size, view, hour, paper: hour.paper(), ground: vec![], shadow: vec![], solids: vec![], over: vec![] }
    }

    /// The same sheet on another paper.
    pub(super) fn on(mut self, paper: Color) -> Picture {
        self.paper = paper;
        self
    }

    /// Lays a flat polygon on the ground.
    pub(super) fn lay(&mut self, points: &[Point], fill: Color) {
        let ring = Ring::Polygon(points.iter().map(|p| self.view.project(*p)).collect());
        self.lay_rings(vec![ring], fill, 1.0);
    }

    pub(super) fn lay_rings(&mut self, rings: Vec<Ring>, fill: Color, opacity: f64) {
        self.ground.push(Shape { fill, opacity, rings });
    }

    pub(super) fn shade(&mut self, ring: Vec<Spot>) {
        self.shadow.push(Ring::Polygon(ring));
    }

    /// Stands a solid in the city.
    pub(super) fn stand(&mut self, solid: Solid) {
        for ring in &solid.shadow {
            self.shade(ring.clone());
        }
        self.solids.push(solid);
    }

    /// Draws over everything that stands.
    pub(super) fn overlay(&mut self, shapes: Vec<Shape>) {
        self.over.extend(shapes);
    }

    /// Whether anything of this frame is on the sheet.
    pub(super) fn shows(&self, frame: [f64; 4]) -> bool {
        frame[2] > 0.0 && frame[3] > 0.0 && frame[0] < self.size.0 && frame[1] < self.size.1
    }

    /// The finished file.
    pub(super) fn svg(mut self) -> String {
        let (w, h) = self.size;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{}mm\" height=\"{}mm\">\n<rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
            w / 10.0,
            h / 10.0,
            self.paper.hex()
        );
        let solids = in_order(std::mem::take(&mut self.solids));
        let shadow = Shape { fill: INK, opacity: self.hour.shade(), rings: std::mem::take(&mut self.shadow) };
        let ground = std::mem::take(&mut self.ground);
        let over = std::mem::take(&mut self.over);
        let standing = visible(solids);
        let mut pending: Option<Shape> = None;
        for shape in ground.into_iter().chain([shadow]).chain(standing).chain(over) {
            let shape = self.cropped(shape);
            match &mut pending {
                Some(last) if last.fill == shape.fill && last.opacity == 1.0 && shape.opacity == 1.0 => {
                    last.rings.extend(shape.rings)
                }
                _ => {
                    if let Some(done) = pending.replace(shape) {
                        write_shape(&mut out, &done);
                    }
                }
            }
        }
        if let Some(done) = pending {
            write_shape(&mut out, &done);
        }
        out.push_str("</svg>\n");
        out
    }

    fn cropped(&self, mut shape: Shape) -> Shape {
        shape.rings.retain(|ring| self.shows(ring.frame()));
        shape.rings = shape.rings.into_iter().map(Ring::upright).collect();
        shape
    }
}

/// Sorts solids back to front: whatever stands behind another and meets it on paper comes first.
fn in_order(mut solids: Vec<Solid>) -> Vec<Solid> {
    solids.sort_by(|a, b| a.bounds.nearness().total_cmp(&b.bounds.nearness()));
    let frames: Vec<[f64; 4]> = solids.iter().map(frame_of).collect();
    let behind: Vec<Vec<usize>> = (0..solids.len()).map(|i| those_behind(i, &solids, &frames)).collect();
    let mut order = Vec::with_capacity(solids.len());
    let mut seen = vec![false; solids.len()];
    for i in 0..solids.len() {
        visit(i, &behind, &mut seen, &mut order);
    }
    let mut slots: Vec<Option<Solid>> = solids.into_iter().map(Some).collect();
    order.into_iter().filter_map(|i| slots[i].take()).collect()
}

fn those_behind(i: usize, solids: &[Solid], frames: &[[f64; 4]]) -> Vec<usize> {
    (0..solids.len())
        .filter(|&j| j != i && meet(&frames[i], &frames[j]))
        .filter(|&j| solids[j].bounds.behind(&solids[i].bounds) && !solids[i].bounds.behind(&solids[j].bounds))
        .collect()
}

fn visit(i: usize, behind: &[Vec<usize>], seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[i], true) {
        return;
    }
    for &j in &behind[i] {
        visit(j, behind, seen, order);
    }
    order.push(i);
}

fn frame_of(solid: &Solid) -> [f64; 4] {
    solid
        .shapes
        .iter()
        .flat_map(|s| &s.rings)
        .map(Ring::frame)
        .fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |a, b| {
            [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
        })
}

fn meet(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// The shapes of all solids, without the outlines that one nearer block hides completely.
fn visible(solids: Vec<Solid>) -> Vec<Shape> {
    let covers: Vec<(usize, [f64; 4], Vec<Spot>)> = solids
        .iter()
        .enumerate()
        .flat_map(|(i, s)| s.cover.iter().map(move |c| (i, Ring::Polygon(c.clone()).frame(), c.clone())))
        .collect();
    let mut shapes = Vec::new();
    for (i, solid) in solids.into_iter().enumerate() {
        let frame = frame_of(&solid);
        let near: Vec<&Vec<Spot>> =
            covers.iter().filter(|(j, f, _)| *j > i && meet(f, &frame)).map(|(_, _, c)| c).collect();
        for mut shape in solid.shapes {
            shape.rings.retain(|ring| !near.iter().any(|cover| hides(cover, ring)));
            shapes.push(shape);
        }
    }
    shapes
}

fn hides(cover: &[Spot], ring: &Ring) -> bool {
    match ring {
        Ring::Polygon(spots) => spots.iter().all(|s| inside(cover, *s)),
        Ring::Ellipse(..) => {
            let [l, t, r, b] = ring.frame();
            [(l, t), (r, t), (r, b), (l, b)].iter().all(|s| inside(cover, *s))
        }
    }
}

fn write_shape(out: &mut String, shape: &Shape) {
    if shape.rings.is_empty() {
        return;
    }
    let _ = write!(out, "<path fill=\"{}\"", shape.fill.hex());
    if shape.opacity < 1.0 {
        let _ = write!(out, " opacity=\"{}\"", shape.opacity);
    }
    out.push_str(" d=\"");
    for ring in &shape.rings {
        write_ring(out, ring);
    }
    out.push_str("\"/>\n");
}

fn write_ring(out: &mut String, ring: &Ring) {
    match ring {
        Ring::Ellipse(c, rx, ry) => {
            let (rx, ry, d) = (number(tenths(*rx)), number(tenths(*ry)), number(2 * tenths(*rx)));
            let start = pair(tenths(c.0) - tenths(ring_width(ring)), tenths(c.1));
            let _ = write!(out, "M{start}a{rx} {ry} 0 1 1 {d} 0a{rx} {ry} 0 1 1-{d} 0z");
        }
        Ring::Polygon(spots) => write_polygon(out, spots),
    }
}

fn ring_width(ring: &Ring) -> f64 {
    match ring {
        Ring::Ellipse(_, rx, _) => *rx,
        Ring::Polygon(_) => 0.0,
    }
}

/// Steps are taken between rounded corners, so a long outline does not drift.
fn write_polygon(out: &mut String, spots: &[Spot]) {
    let mut last = (0, 0);
    for (i, spot) in spots.iter().enumerate() {
        let here = (tenths(spot.0), tenths(spot.1));
        let (dx, dy) = (here.0 - last.0, here.1 - last.1);
        match (i, dx, dy) {
            (0, _, _) => out.push_str(&format!("M{}", pair(here.0, here.1))),
            (_, 0, 0) => {}
            (_, 0, _) => out.push_str(&format!("v{}", number(dy))),
            (_, _, 0) => out.push_str(&format!("h{}", number(dx))),
            _ => out.push_str(&format!("l{}", pair(dx, dy))),
        }
        last = here;
    }
    out.push('z');
}

fn tenths(value: f64) -> i64 {
    (value * 10.0).round() as i64
}

fn pair(x: i64, y: i64) -> String {
    let gap = if y < 0 { "" } else { " " };
    format!("{}{gap}{}", number(x), number(y))
}

fn number(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}
