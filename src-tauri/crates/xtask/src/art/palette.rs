//! The eight colours of the publication, and every other tone as a mixture of them.
//!
//! A surface has three tones, one a direction: top, left, right. The hour decides how much ink is in them.

/// An opaque colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const INK: Color = Color(0x12, 0x26, 0x3A);
pub(super) const VERMILION: Color = Color(0xE4, 0x43, 0x2D);
pub(super) const RIVER: Color = Color(0x1F, 0x6F, 0xB2);
pub(super) const PARK: Color = Color(0x3B, 0x8C, 0x5A);
pub(super) const GOLD: Color = Color(0xF2, 0xB3, 0x3D);
pub(super) const SAND: Color = Color(0xF1, 0xE9, 0xDC);
pub(super) const FOG: Color = Color(0xE6, 0xEB, 0xEF);
pub(super) const WHITE: Color = Color(0xFF, 0xFF, 0xFF);

impl Color {
    /// This colour with a share of another stirred in.
    pub(super) fn mix(self, other: Color, share: f64) -> Color {
        let stir = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Color(stir(self.0, other.0), stir(self.1, other.1), stir(self.2, other.2))
    }

    pub(super) fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// What a surface is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Paint {
    White,
    Rose,
    Sky,
    Straw,
    Sage,
    Stone,
    Chalk,
    Slate,
    Tile,
    Glass,
    Lawn,
    Timber,
    Vermilion,
    Gold,
    Ink,
}

impl Paint {
    fn base(self) -> Color {
        match self {
            Paint::White => FOG.mix(INK, 0.035),
            Paint::Rose => VERMILION.mix(SAND, 0.70),
            Paint::Sky => RIVER.mix(FOG, 0.60),
            Paint::Straw => GOLD.mix(SAND, 0.52),
            Paint::Sage => PARK.mix(FOG, 0.66),
            Paint::Stone => SAND.mix(INK, 0.10),
            Paint::Chalk => SAND.mix(INK, 0.04),
            Paint::Slate => INK.mix(FOG, 0.52),
            Paint::Tile => VERMILION.mix(SAND, 0.42).mix(INK, 0.06),
            Paint::Glass => RIVER.mix(WHITE, 0.66),
            Paint::Lawn => PARK.mix(SAND, 0.45),
            Paint::Timber => GOLD.mix(INK, 0.30).mix(SAND, 0.30),
            Paint::Vermilion => VERMILION,
            Paint::Gold => GOLD,
            Paint::Ink => INK.mix(FOG, 0.14),
        }
    }
}

/// The three tones of a surface.
#[derive(Clone, Copy)]
pub(super) struct Tones {
    pub(super) top: Color,
    pub(super) left: Color,
    pub(super) right: Color,
}

/// The time of day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hour {
    Day,
    Dusk,
    Night,
}

impl Hour {
    /// The tones of a paint in this light.
    pub(super) fn tones(self, paint: Paint) -> Tones {
        let base = paint.base();
        let mixed = |with, top, left, right| Tones {
            top: base.mix(with, top),
            left: base.mix(INK, left),
            right: base.mix(INK, right),
        };
        match (self, paint) {
            (Hour::Day, Paint::White) => Tones { top: WHITE, left: base, right: base.mix(INK, 0.16) },
            (Hour::Day, Paint::Vermilion | Paint::Gold) => mixed(WHITE, 0.22, 0.0, 0.20),
            (Hour::Day, _) => mixed(WHITE, 0.48, 0.0, 0.19),
            (_, Paint::Vermilion) => mixed(WHITE, 0.12, 0.08, 0.30),
            (_, Paint::Gold) => mixed(WHITE, 0.15, 0.05, 0.25),
            (Hour::Dusk, _) => {
                Tones { top: self.warm(base).mix(INK, 0.16), left: base.mix(INK, 0.40), right: base.mix(INK, 0.66) }
            }
            (Hour::Night, _) => mixed(INK, 0.46, 0.64, 0.81),
        }
    }

    fn warm(self, base: Color) -> Color {
        base.mix(GOLD.mix(VERMILION, 0.5), 0.22)
    }

    /// The paper itself.
    pub(super) fn paper(self) -> Color {
        match self {
            Hour::Day => SAND,
            Hour::Dusk => INK.mix(VERMILION, 0.10),
            Hour::Night => INK,
        }
    }

    /// Paved ground inside a block.
    pub(super) fn pavement(self) -> Color {
        match self {
            Hour::Day => SAND.mix(INK, 0.07),
            Hour::Dusk => INK.mix(SAND, 0.16),
            Hour::Night => INK.mix(FOG, 0.09),
        }
    }

    pub(super) fn water(self) -> Color {
        match self {
            Hour::Day => RIVER.mix(WHITE, 0.52),
            Hour::Dusk => RIVER.mix(INK, 0.25),
            Hour::Night => RIVER.mix(INK, 0.62),
        }
    }

    /// The quay along the water.
    pub(super) fn quay(self) -> Color {
        match self {
            Hour::Day => WHITE,
            Hour::Dusk | Hour::Night => INK.mix(FOG, 0.24),
        }
    }

    pub(super) fn grass(self) -> Color {
        match self {
            Hour::Day => PARK.mix(SAND, 0.56),
            Hour::Dusk => PARK.mix(INK, 0.42),
            Hour::Night => PARK.mix(INK, 0.66),
        }
    }

    /// The shaded and the lit side of a tree.
    pub(super) fn leaves(self) -> [Color; 2] {
        match self {
            Hour::Day => [PARK, PARK.mix(WHITE, 0.26)],
            Hour::Dusk => [PARK.mix(INK, 0.45), PARK.mix(INK, 0.22)],
            Hour::Night => [PARK.mix(INK, 0.58), PARK.mix(INK, 0.38)],
        }
    }

    /// Window glass in a wall of this tone, while nobody has the light on.
    pub(super) fn pane(self, wall: Color) -> Color {
        match self {
            Hour::Day => wall.mix(INK, 0.40),
            Hour::Dusk | Hour::Night => wall.mix(INK, 0.6),
        }
    }

    /// How many windows are lit.
    pub(super) fn lit(self) -> f64 {
        match self {
            Hour::Day => 0.0,
            Hour::Dusk => 0.5,
            Hour::Night => 0.48,
        }
    }

    pub(super) fn shade(self) -> f64 {
        match self {
            Hour::Day => 0.13,
            Hour::Dusk | Hour::Night => 0.30,
        }
    }
}
