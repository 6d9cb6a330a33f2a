//! Space as the pictures see it: points on a grid of cells, and the one projection that brings them to paper.
//!
//! `x` runs down to the right, `y` down to the left, `z` straight up; one cell is as high as its half diagonal is wide,
//! so the eye looks along (1, 1, 1) and the rules about who hides whom stay short.

/// A place on the paper, in tenths of a millimetre.
pub(super) type Spot = (f64, f64);

/// A place in the city, in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
}

/// The point at these coordinates.
pub(super) fn at(x: f64, y: f64, z: f64) -> Point {
    Point { x, y, z }
}

/// Where the grid lies on the paper and how large a cell is.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) origin: Spot,
    pub(super) tile: f64,
}

impl View {
    /// The place on paper of a point in the city.
    pub(super) fn project(&self, p: Point) -> Spot {
        let across = (p.x - p.y) * self.tile;
        let down = (p.x + p.y) * self.tile / 2.0 - p.z * self.tile;
        (self.origin.0 + across, self.origin.1 + down)
    }

    /// The point on the ground that is drawn at this place.
    pub(super) fn ground(&self, spot: Spot) -> (f64, f64) {
        let across = (spot.0 - self.origin.0) / self.tile;
        let down = (spot.1 - self.origin.1) / self.tile * 2.0;
        ((down + across) / 2.0, (down - across) / 2.0)
    }
}

/// A rectangle of ground.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    pub(super) x0: f64,
    pub(super) y0: f64,
    pub(super) x1: f64,
    pub(super) y1: f64,
}

/// The rectangle with this back corner and these sides.
pub(super) fn lot(x: f64, y: f64, wide: f64, deep: f64) -> Lot {
    Lot { x0: x, y0: y, x1: x + wide, y1: y + deep }
}

impl Lot {
    pub(super) fn wide(&self) -> f64 {
        self.x1 - self.x0
    }

    pub(super) fn deep(&self) -> f64 {
        self.y1 - self.y0
    }

    pub(super) fn middle(&self) -> (f64, f64) {
        ((self.x0 + self.x1) / 2.0, (self.y0 + self.y1) / 2.0)
    }

    /// The same rectangle with a margin taken off every side.
    pub(super) fn inset(&self, by: f64) -> Lot {
        Lot { x0: self.x0 + by, y0: self.y0 + by, x1: self.x1 - by, y1: self.y1 - by }
    }

    /// The part of the rectangle between these fractions of its sides.
    pub(super) fn part(&self, x: (f64, f64), y: (f64, f64)) -> Lot {
        let (w, d) = (self.wide(), self.deep());
        Lot { x0: self.x0 + w * x.0, y0: self.y0 + d * y.0, x1: self.x0 + w * x.1, y1: self.y0 + d * y.1 }
    }

    /// Its four corners at one height, so ordered that the face looks up.
    pub(super) fn corners(&self, z: f64) -> [Point; 4] {
        [at(self.x0, self.y0, z), at(self.x1, self.y0, z), at(self.x1, self.y1, z), at(self.x0, self.y1, z)]
    }
}

/// The space something fills; decides who is drawn before whom.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) low: Point,
    pub(super) high: Point,
}

impl Bounds {
    /// Bounds of nothing, ready to grow.
    pub(super) fn empty() -> Bounds {
        Bounds { low: at(f64::MAX, f64::MAX, f64::MAX), high: at(f64::MIN, f64::MIN, f64::MIN) }
    }

    pub(super) fn include(&mut self, p: Point) {
        self.low = at(self.low.x.min(p.x), self.low.y.min(p.y), self.low.z.min(p.z));
        self.high = at(self.high.x.max(p.x), self.high.y.max(p.y), self.high.z.max(p.z));
    }

    /// Whether this stands wholly behind or below the other, as the eye sees it.
    pub(super) fn behind(&self, other: &Bounds) -> bool {
        const TOUCH: f64 = 1e-6;
        self.high.x <= other.low.x + TOUCH || self.high.y <= other.low.y + TOUCH || self.high.z <= other.low.z + TOUCH
    }

    /// How near the middle is to the eye.
    pub(super) fn nearness(&self) -> f64 {
        self.low.x + self.high.x + self.low.y + self.high.y + self.low.z + self.high.z
    }
}

/// Twice the signed area of a polygon on paper; positive when the face looks at the reader.
pub(super) fn area(ring: &[Spot]) -> f64 {
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum()
}

/// Whether a spot lies in a convex polygon whose area is positive.
pub(super) fn inside(ring: &[Spot], spot: Spot) -> bool {
    (0..ring.len()).all(|i| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        (b.0 - a.0) * (spot.1 - a.1) - (b.1 - a.1) * (spot.0 - a.0) >= -0.01
    })
}
