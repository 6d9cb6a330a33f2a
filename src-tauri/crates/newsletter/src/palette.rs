//! The colours of a mail by day and by night, made from the publication's palette.
//!
//! Colours for words are darkened, or lightened at night, until they read at 4.5:1 on everything they may stand on
//! (WCAG 2.2, 1.4.3): the vermilion of a cover is too bright for small letters on white.

use std::fmt;

use magazine::Colours;

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(u8, u8, u8);

/// Every colour a mail uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) ink: Colour,
    pub(crate) paper: Colour,
    pub(crate) sand: Colour,
    pub(crate) fog: Colour,
    pub(crate) vermilion: Colour,
    /// Small words in vermilion, and the ground of the one button.
    pub(crate) kicker: Colour,
    pub(crate) link: Colour,
    pub(crate) soft: Colour,
    pub(crate) line: Colour,
    /// The ground at night.
    pub(crate) night: Colour,
    /// What is raised from it.
    pub(crate) night_panel: Colour,
    pub(crate) night_text: Colour,
    pub(crate) night_soft: Colour,
    pub(crate) night_kicker: Colour,
    pub(crate) night_link: Colour,
    pub(crate) night_line: Colour,
}

/// When a drawing is looked at: in a mail program that is light, or in one that is dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hour {
    Day,
    Night,
}

const WHITE: Colour = Colour(255, 255, 255);
const BLACK: Colour = Colour(0, 0, 0);
const READABLE: f64 = 4.5;

impl Palette {
    /// From the publication's colours; one that is not `#RRGGBB` becomes the house's own.
    pub(crate) fn of(colours: &Colours) -> Self {
        let read = |text: &str, house: Colour| Colour::read(text).unwrap_or(house);
        let ink = read(&colours.ink, Colour(0x12, 0x26, 0x3A));
        let sand = read(&colours.sand, Colour(0xF1, 0xE9, 0xDC));
        let fog = read(&colours.fog, Colour(0xE6, 0xEB, 0xEF));
        let vermilion = read(&colours.vermilion, Colour(0xE4, 0x43, 0x2D));
        let river = read(&colours.river, Colour(0x1F, 0x6F, 0xB2));
        let day = [WHITE, sand, fog];
        let night_panel = ink.towards(WHITE, 0.09);
        let night = [ink, night_panel];
        Self {
            kicker: vermilion.readable_on(&day),
            link: river.readable_on(&day),
            soft: ink.towards(WHITE, 0.34).readable_on(&day),
            line: sand.towards(ink, 0.14),
            night: ink,
            night_panel,
            night_text: fog.readable_on(&night),
            night_soft: fog.towards(ink, 0.28).readable_on(&night),
            night_kicker: vermilion.towards(WHITE, 0.2).readable_on(&night),
            night_link: river.towards(WHITE, 0.45).readable_on(&night),
            night_line: ink.towards(WHITE, 0.24),
            paper: WHITE,
            ink,
            sand,
            fog,
            vermilion,
        }
    }

    /// The colours by the names a frame knows them by.
    pub(crate) fn named(&self, name: &str) -> Option<Colour> {
        Some(match name {
            "ink" => self.ink,
            "paper" => self.paper,
            "sand" => self.sand,
            "fog" => self.fog,
            "vermilion" => self.vermilion,
            "kicker" => self.kicker,
            "link" => self.link,
            "soft" => self.soft,
            "line" => self.line,
            "night" => self.night,
            "night-panel" => self.night_panel,
            "night-text" => self.night_text,
            "night-soft" => self.night_soft,
            "night-kicker" => self.night_kicker,
            "night-link" => self.night_link,
            "night-line" => self.night_line,
            _ => return None,
        })
    }

    /// The names a frame knows colours by.
    pub(crate) const NAMES: [&'static str; 16] = [
        "ink",
        "paper",
        "sand",
        "fog",
        "vermilion",
        "kicker",
        "link",
        "soft",
        "line",
        "night",
        "night-panel",
        "night-text",
        "night-soft",
        "night-kicker",
        "night-link",
        "night-line",
    ];
}

impl Colour {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.then_some(Self(channel(0)?, channel(2)?, channel(4)?))
    }

    fn towards(self, other: Self, share: f64) -> Self {
        let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// This colour, moved as little as needed to be read on all of these grounds.
    fn readable_on(self, grounds: &[Self]) -> Self {
        let light = grounds.iter().all(|ground| ground.luminance() > 0.18);
        let goal = if light { BLACK } else { WHITE };
        let steps = (0..=50).map(|step| self.towards(goal, f64::from(step) / 50.0));
        let mut readable = steps.filter(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= READABLE));
        readable.next().unwrap_or(goal)
    }

    /// How much one stands out from the other, from 1 to 21 (WCAG 2.2).
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        (one / two).max(two / one)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> Palette {
        let colour = String::new;
        Palette::of(&Colours {
            ink: colour(),
            vermilion: colour(),
            river: colour(),
            park: colour(),
            gold: colour(),
            sand: colour(),
            fog: colour(),
        })
    }

    #[test]
    fn every_pair_used_for_words_can_be_read() {
        let palette = house();
        for words in [palette.ink, palette.kicker, palette.link, palette.soft] {
            for ground in [palette.paper, palette.sand, palette.fog] {
                assert!(words.contrast(ground) >= READABLE, "{words} on {ground}");
            }
        }
        for words in [palette.night_text, palette.night_soft, palette.night_kicker, palette.night_link] {
            for ground in [palette.night, palette.night_panel] {
                assert!(words.contrast(ground) >= READABLE, "{words} on {ground}");
            }
        }
        assert!(palette.paper.contrast(palette.kicker) >= READABLE);
    }

    #[test]
    fn every_name_has_its_colour() {
        let palette = house();
        assert!(Palette::NAMES.iter().all(|name| palette.named(name).is_some()));
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Colour::read("#12263a").map(|colour| colour.to_string()).as_deref(), Some("#12263A"));
        for wrong in ["", "12263A", "#123", "#12263G", "#+1+2+3", "red;}", "#ééé"] {
            assert_eq!(Colour::read(wrong), None, "{wrong}");
        }
    }
}
