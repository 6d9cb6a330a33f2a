//! Colours of light as percentages of ink.
//!
//! A colour of the palette becomes what the settings say. Any other is converted, through the printer's profile or
//! by formula, and then moved as its neighbours in the palette were: a shade between two colours of the palette
//! stays between them on paper, and no plane of a drawing steps out of its row. Greys are black ink alone.

use std::fmt;

use magazine::Colours;
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformOptions};
use serde_json::{Value, json};

use crate::process::protocol::PressSheet;

/// Cyan, magenta, yellow and black, from 0 to 1.
pub(crate) type Cmyk = [f64; 4];
/// Red, green and blue, from 0 to 1.
pub(crate) type Rgb = [f64; 3];

/// Four inks at their most together: more does not dry on coated paper.
const MOST_INK: f64 = 3.0;
/// How far the palette draws other colours along, as a distance in the cube of red, green and blue.
const REACH: f64 = 0.25;

/// What paints a colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Paint<'a> {
    /// The four inks.
    Process(Cmyk),
    /// An ink of its own, by its name, and what stands in for it on a screen.
    Spot(&'a str, Cmyk),
}

/// The inks of a publication on a press.
pub(crate) struct Inks {
    palette: Vec<Coloured>,
    profile: Option<Profile>,
}

/// A colour of the palette.
struct Coloured {
    name: &'static str,
    rgb: Rgb,
    cmyk: Cmyk,
    spot: Option<String>,
}

/// The conversion that the printer's profile describes.
struct Profile(std::sync::Arc<moxcms::Transform8BitExecutor>);

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProfileError {
    /// It is no ICC profile.
    #[error("the printer's profile is no ICC profile that can be read: {0}")]
    Unreadable(String),
    /// It is for other than four inks.
    #[error("the printer's profile is for {0}, not for cyan, magenta, yellow and black")]
    OtherInks(String),
}

impl fmt::Debug for Inks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inks", self.palette.len())
    }
}

impl Inks {
    /// The inks that the settings and the printer's profile ask for.
    pub(crate) fn new(sheet: &PressSheet) -> Result<Self, ProfileError> {
        let profile = sheet.profile.as_ref().map(|profile| Profile::read(&profile.0)).transpose()?;
        let mut inks = Self { palette: Vec::new(), profile };
        inks.palette = Colours::NAMES.into_iter().filter_map(|name| inks.coloured(sheet, name)).collect();
        Ok(inks)
    }

    fn coloured(&self, sheet: &PressSheet, name: &'static str) -> Option<Coloured> {
        let rgb = from_hex(sheet.colours.named(name)?)?;
        let set = sheet.settings.cmyk.get(name).map(|inks| inks.map(|percent| percent / 100.0));
        let spot = sheet.settings.spot.get(name).cloned();
        Some(Coloured { name, rgb, cmyk: set.unwrap_or_else(|| self.converted(rgb)), spot })
    }

    /// What the template reads: each colour of the palette in per cent of ink, and the inks of their own.
    pub(crate) fn for_template(&self) -> Value {
        let percent = |cmyk: Cmyk| cmyk.map(|part| (part * 10_000.0).round() / 100.0);
        let cmyk = self.palette.iter().map(|colour| (colour.name.to_owned(), json!(percent(colour.cmyk))));
        let spot =
            self.palette.iter().filter_map(|colour| Some((colour.name.to_owned(), json!(colour.spot.as_ref()?))));
        json!({
            "target": "print",
            "cmyk": cmyk.collect::<serde_json::Map<_, _>>(),
            "spot": spot.collect::<serde_json::Map<_, _>>(),
        })
    }

    /// The mix of a palette's colour, by its name.
    pub(crate) fn named(&self, name: &str) -> Option<Cmyk> {
        self.palette.iter().find(|colour| colour.name == name).map(|colour| colour.cmyk)
    }

    /// The inks of their own, each with the mix that stands in for it.
    pub(crate) fn spots(&self) -> impl Iterator<Item = (&str, Cmyk)> {
        self.palette.iter().filter_map(|colour| Some((colour.spot.as_deref()?, colour.cmyk)))
    }

    /// What paints a colour of light.
    pub(crate) fn paint(&self, rgb: Rgb) -> Paint<'_> {
        let same = |colour: &&Coloured| to_bytes(colour.rgb) == to_bytes(rgb);
        match self.palette.iter().find(same) {
            Some(Coloured { spot: Some(name), cmyk, .. }) => Paint::Spot(name, *cmyk),
            Some(colour) => Paint::Process(colour.cmyk),
            None => Paint::Process(self.drawn_along(rgb)),
        }
    }

    /// Shepard's interpolation of how far the settings are from the conversion. White, black and the greys are where
    /// the conversion puts them.
    fn drawn_along(&self, rgb: Rgb) -> Cmyk {
        let mut cmyk = self.converted(rgb);
        if is_grey(rgb) {
            return cmyk;
        }
        let weight = |other: Rgb| 1.0 / distance_squared(rgb, other).max(1e-9);
        let greys = [0.0, 0.25, 0.5, 0.75, 1.0].map(|grey| weight([grey; 3]));
        let total: f64 = greys.iter().sum::<f64>()
            + self.palette.iter().map(|colour| weight(colour.rgb)).sum::<f64>()
            + 1.0 / (REACH * REACH);
        for colour in &self.palette {
            let share = weight(colour.rgb) / total;
            let before = self.converted(colour.rgb);
            for (part, (set, converted)) in cmyk.iter_mut().zip(colour.cmyk.iter().zip(before)) {
                *part += share * (set - converted);
            }
        }
        within_the_limit(cmyk)
    }

    fn converted(&self, rgb: Rgb) -> Cmyk {
        if is_grey(rgb) {
            return [0.0, 0.0, 0.0, 1.0 - rgb[0]];
        }
        match &self.profile {
            Some(profile) => within_the_limit(profile.converted(rgb)),
            None => by_formula(rgb),
        }
    }
}

impl Profile {
    fn read(bytes: &[u8]) -> Result<Self, ProfileError> {
        let unreadable = |error: moxcms::CmsError| ProfileError::Unreadable(error.to_string());
        let press = ColorProfile::new_from_slice(bytes).map_err(unreadable)?;
        if press.color_space != DataColorSpace::Cmyk {
            return Err(ProfileError::OtherInks(format!("{:?}", press.color_space)));
        }
        let light = ColorProfile::new_srgb();
        let transform = |rendering_intent| {
            let options = TransformOptions { rendering_intent, ..TransformOptions::default() };
            // Four inks travel in four channels, whatever the layout calls them.
            light.create_transform_8bit(Layout::Rgb, &press, Layout::Rgba, options)
        };
        // Plain colours keep their hue best measured against the paper; a small profile has one table for all.
        let transform =
            transform(RenderingIntent::RelativeColorimetric).or_else(|_| transform(RenderingIntent::Perceptual));
        transform.map(Self).map_err(unreadable)
    }

    fn converted(&self, rgb: Rgb) -> Cmyk {
        let mut inks = [0; 4];
        match self.0.transform(&to_bytes(rgb), &mut inks) {
            Ok(()) => inks.map(|ink| f64::from(ink) / 255.0),
            Err(_) => by_formula(rgb),
        }
    }
}

/// The grey that cyan, magenta and yellow have in common is printed in black, which is the driest way: three inks at
/// most, 300 % at most.
fn by_formula([red, green, blue]: Rgb) -> Cmyk {
    let light = red.max(green).max(blue);
    if light <= 0.0 {
        return [0.0, 0.0, 0.0, 1.0];
    }
    let ink = |part: f64| (light - part) / light;
    [ink(red), ink(green), ink(blue), 1.0 - light]
}

/// Takes cyan, magenta and yellow back in proportion where all four together are too much.
fn within_the_limit(cmyk: Cmyk) -> Cmyk {
    let [cyan, magenta, yellow, black] = cmyk.map(|part| part.clamp(0.0, 1.0));
    let colours = cyan + magenta + yellow;
    let share = if colours + black > MOST_INK { (MOST_INK - black) / colours } else { 1.0 };
    [cyan * share, magenta * share, yellow * share, black]
}

fn is_grey(rgb: Rgb) -> bool {
    let [red, green, blue] = to_bytes(rgb);
    red == green && green == blue
}

fn to_bytes(rgb: Rgb) -> [u8; 3] {
    rgb.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
}

fn from_hex(hex: &str) -> Option<Rgb> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue].map(|part| f64::from(part) / 255.0))
}

fn distance_squared(one: Rgb, other: Rgb) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::process::protocol::Blob;

    pub(crate) const SPOT: &str = "[print.spot]\nvermilion = \"HKS 10\"\n";

    pub(crate) fn inks(print: &str) -> Inks {
        Inks::new(&sheet(print)).unwrap()
    }

    fn sheet(print: &str) -> PressSheet {
        let text = format!("name = \"Weekly\"\n{print}");
        let (settings, findings) = magazine::PublicationSettings::read("publication.toml", &text);
        assert_eq!(findings, []);
        PressSheet { colours: settings.colour, settings: settings.print, profile: None }
    }

    fn process(inks: &Inks, hex: &str) -> [f64; 4] {
        match inks.paint(from_hex(hex).unwrap()) {
            Paint::Process(cmyk) => cmyk.map(|part| (part * 1000.0).round() / 1000.0),
            Paint::Spot(name, _) => panic!("{name}"),
        }
    }

    const SET: &str = "[print.cmyk]\nink = [92, 72, 45, 55]\ngold = [2, 32, 86, 0]\n";

    #[test]
    fn a_colour_of_the_palette_is_what_the_settings_say_and_any_other_is_converted() {
        assert_eq!(process(&inks(SET), "#12263A"), [0.92, 0.72, 0.45, 0.55]);
        assert_eq!(process(&inks(""), "#12263A"), [0.69, 0.345, 0.0, 0.773]);
        assert_eq!(process(&inks(""), "#FF8000"), [0.0, 0.498, 1.0, 0.0]);
        let told = inks(SET).for_template();
        assert_eq!(told["target"], "print");
        assert_eq!(told["cmyk"]["ink"], json!([92.0, 72.0, 45.0, 55.0]));
        assert_eq!(told["cmyk"].as_object().unwrap().len(), Colours::NAMES.len());
    }

    #[test]
    fn greys_are_black_ink_alone_whatever_the_palette_is() {
        for (hex, black) in [("#000000", 1.0), ("#FFFFFF", 0.0), ("#808080", 0.498), ("#222222", 0.867)] {
            assert_eq!(process(&inks(SET), hex), [0.0, 0.0, 0.0, black], "{hex}");
        }
    }

    #[test]
    fn a_neighbour_of_the_palette_moves_with_it_and_what_is_far_stays() {
        let (set, plain) = (inks(SET), inks(""));
        let moved = |hex: &str| {
            let (one, other) = (process(&set, hex), process(&plain, hex));
            one.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f64>()
        };
        let palette = moved("#12263A");
        assert!(moved("#13273B") > 0.9 * palette, "a step away it is nearly the same");
        assert!(moved("#25384A") > 0.3 * palette && moved("#25384A") < palette);
        assert!(moved("#FF00FF") < 0.1 * palette);
    }

    #[test]
    fn no_colour_takes_more_ink_than_dries() {
        let heavy = inks("[print.cmyk]\nriver = [100, 100, 100, 60]\n");
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let hex = format!("#{red:02X}{green:02X}{blue:02X}");
                    if hex != "#1F6FB2" {
                        let sum: f64 = process(&heavy, &hex).iter().sum();
                        assert!(sum <= MOST_INK + 0.002, "{hex}: {sum}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_printers_profile_converts_what_the_settings_do_not_say() {
        let with_profile =
            |print: &str, profile: Vec<u8>| Inks::new(&PressSheet { profile: Some(Blob(profile)), ..sheet(print) });
        let inks = with_profile(SET, flat_profile(b"CMYK", [51, 102, 153, 25])).unwrap();
        assert_eq!(process(&inks, "#12263A"), [0.92, 0.72, 0.45, 0.55]);
        assert_eq!(process(&inks, "#3B8C5A"), [0.2, 0.4, 0.6, 0.098]);
        assert_eq!(process(&inks, "#000000"), [0.0, 0.0, 0.0, 1.0], "greys stay black");
        let refused = |profile: Vec<u8>| with_profile("", profile).unwrap_err().to_string();
        assert!(refused(b"no profile".to_vec()).starts_with("the printer's profile is no ICC profile"));
        assert!(refused(ColorProfile::new_srgb().encode().unwrap()).contains("is for Rgb"));
    }

    /// A profile of a press that prints every colour in the same mix.
    pub(crate) fn flat_profile(space: &[u8; 4], mix: [u8; 4]) -> Vec<u8> {
        let ramp = || (0..=255_u8).collect::<Vec<u8>>();
        let mut table = b"mft1\0\0\0\0\x03\x04\x02\0".to_vec();
        for n in 0..9 {
            table.extend(if n % 4 == 0 { 65_536_u32 } else { 0 }.to_be_bytes());
        }
        (0..3).for_each(|_| table.extend(ramp()));
        (0..8).for_each(|_| table.extend(mix));
        (0..4).for_each(|_| table.extend(ramp()));
        let mut icc = vec![0; 128];
        icc[8..12].copy_from_slice(&[2, 0x40, 0, 0]);
        icc[12..16].copy_from_slice(b"prtr");
        icc[16..20].copy_from_slice(space);
        icc[20..24].copy_from_slice(b"Lab ");
        icc[36..40].copy_from_slice(b"acsp");
        for (at, part) in [(68, 0xF6D6_u32), (72, 0x1_0000), (76, 0xD32D)] {
            icc[at..at + 4].copy_from_slice(&part.to_be_bytes());
        }
        let tags: [&[u8; 4]; 2] = [b"B2A0", b"B2A1"];
        icc.extend((tags.len() as u32).to_be_bytes());
        let start = 128 + 4 + 12 * tags.len() as u32;
        for tag in tags {
            icc.extend(tag);
            icc.extend(start.to_be_bytes());
            icc.extend((table.len() as u32).to_be_bytes());
        }
        icc.extend(table);
        let size = icc.len() as u32;
        icc[..4].copy_from_slice(&size.to_be_bytes());
        icc
    }
}
