//! What was seen on the pages, told to the editor where it was written.

use std::collections::BTreeMap;

use magazine::{Code, Finding, FixedPage, Place};

use super::Held;
use super::laid::{Laid, whole};
use crate::chain::{Link, SlotName};
use crate::generate::UsedPicture;
use crate::inks::Inks;
use crate::inspect::{MissingLetter, NearTrim, Overset, SeenPicture, Side};
use crate::media::{Probe, STAND_IN};

/// A press prints 150 lines of dots an inch and wants 1.6 to 2 pixels for each.
const ENOUGH_PPI: f64 = 250.0;

const POINTS_AN_INCH: f64 = 72.0;
const MILLIMETRES_A_POINT: f64 = 25.4 / POINTS_AN_INCH;

/// The findings of one document's pages. Those of what stands in for them are nobody's concern.
pub(super) fn findings(held: &Held, link: &Link, laid: &Laid) -> Vec<Finding> {
    if laid.stand_in.is_some() {
        return Vec::new();
    }
    let told = Told { held, link, laid };
    let mut findings = told.pictures();
    findings.extend(told.missing_letters());
    findings.extend(laid.inspection.near_trim.iter().map(|near| told.near_trim(near)));
    findings.extend(laid.inspection.overset.iter().map(|overset| told.overset(overset)));
    findings.extend(told.second_page());
    findings
}

struct Told<'a> {
    held: &'a Held,
    link: &'a Link,
    laid: &'a Laid,
}

impl Told<'_> {
    fn pictures(&self) -> Vec<Finding> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        let mut findings = Vec::new();
        for seen in self.laid.inspection.pictures.iter().filter(|seen| seen.path != STAND_IN) {
            let time = times.entry(&seen.path).or_default();
            let Some(used) = self.used(&seen.path, *time) else { continue };
            *time += 1;
            findings.extend(self.low_resolution(seen, used));
            findings.extend(self.in_light(used));
        }
        findings
    }

    /// Where the manuscript names what is seen for the `time`th time, or for the last time that it does.
    fn used(&self, path: &str, time: usize) -> Option<&UsedPicture> {
        let uses = self.laid.shown.pictures.iter().filter(|used| self.held.media.path(&used.file) == path);
        uses.take(time + 1).last()
    }

    fn low_resolution(&self, seen: &SeenPicture, used: &UsedPicture) -> Option<Finding> {
        // What the page shows may be a smaller stand-in, made for speed; the file itself counts.
        let (across, down) = match self.held.media.probe(&used.file)? {
            Probe::Raster { width, height } => (f64::from(width), f64::from(height)),
            Probe::Drawing | Probe::Pdf => return None,
        };
        let (width, height) = (seen.area.width, seen.area.height);
        // A camera may have been held upright without turning the pixels.
        let is_turned = (across > down) != (width > height) && (across / down - height / width).abs() < 0.01;
        let (across, down) = if is_turned { (down, across) } else { (across, down) };
        let ppi = (across / width).min(down / height) * POINTS_AN_INCH;
        if !ppi.is_finite() || ppi.round() >= ENOUGH_PPI {
            return None;
        }
        let enough = |points: f64| (points / POINTS_AN_INCH * ENOUGH_PPI).ceil();
        let millimetres = |points: f64| (points * MILLIMETRES_A_POINT).round();
        let message = format!(
            "the picture `{}` is printed at {ppi:.0} ppi: {across} × {down} pixels on {} × {} mm{}",
            used.file,
            millimetres(width),
            millimetres(height),
            if self.is_cropped(seen) { ", of which the page shows a part" } else { "" },
        );
        let finding = Finding::warning(Code::LowResolution, message).at(used.named_in.clone());
        Some(finding.hint(format!(
            "{} × {} pixels would be enough ({ENOUGH_PPI} ppi); a larger file, or less room for it",
            enough(width),
            enough(height),
        )))
    }

    /// Whether a picture is larger than its page with any bleed.
    fn is_cropped(&self, seen: &SeenPicture) -> bool {
        const MOST_BLEED: f64 = 30.0;
        let page = self.laid.pages.get(seen.area.page);
        page.is_some_and(|page| {
            seen.area.width > page.width + MOST_BLEED || seen.area.height > page.height + MOST_BLEED
        })
    }

    /// Only a note: a press converts it, and an editor may want to do so with more care.
    fn in_light(&self, used: &UsedPicture) -> Option<Finding> {
        self.held.media.inks(&used.file).filter(|inks| *inks == Inks::Rgb)?;
        let message = format!("the picture `{}` is RGB: in print the press converts its colours", used.file);
        let finding = Finding::note(Code::RgbPicture, message).at(used.named_in.clone());
        Some(finding.hint("convert it to CMYK with the printer's profile where its colours have to be exact"))
    }

    /// One finding a letter, where it stands first.
    fn missing_letters(&self) -> Vec<Finding> {
        let mut firsts: BTreeMap<char, (&MissingLetter, usize)> = BTreeMap::new();
        for missing in &self.laid.inspection.missing {
            firsts.entry(missing.character).or_insert((missing, 0)).1 += 1;
        }
        let told = firsts.into_iter().map(|(letter, (first, times))| {
            let code = u32::from(letter);
            let times = if times == 1 { String::new() } else { format!(", {times} times") };
            let message = format!("no bundled font has the letter `{letter}` (U+{code:04X}){times}");
            let written = first.byte.or_else(|| self.laid.shown.text.find(letter));
            let finding = Finding::error(Code::MissingGlyph, message).at(self.place(written));
            finding.hint("readers see its number in a frame; write it another way, or add a font to `assets/fonts`")
        });
        told.collect()
    }

    fn near_trim(&self, near: &NearTrim) -> Finding {
        let page = self.page(near.page);
        let side = match near.side {
            Side::Top => "top",
            Side::Right => "right",
            Side::Bottom => "bottom",
            Side::Left => "left",
        };
        let words: String = near.words.chars().take(40).collect();
        let place = self.place(near.byte);
        if near.distance < 0.0 {
            let message = format!("`{words}` runs off page {page} at the {side}");
            return Finding::error(Code::Overset, message).at(place).hint("shorten the words, or give them more room");
        }
        let millimetres = near.distance * MILLIMETRES_A_POINT;
        let message = format!("`{words}` stands {millimetres:.1} mm from the {side} edge of page {page}");
        let finding = Finding::warning(Code::NearTrim, message).at(place);
        finding.hint("knives wander: a printer asks for 3 mm; shorten the words, or move them in the template")
    }

    fn overset(&self, overset: &Overset) -> Finding {
        let millimetres = (overset.over * MILLIMETRES_A_POINT).max(0.1);
        let page = self.page(overset.page);
        let message = format!("{} on page {page} has {millimetres:.1} mm more than fits its room", overset.what);
        // The template has names for what it measures.
        let hint = match overset.what.as_str() {
            "the chart" => "leave out rows, or make two charts of it",
            what if what.ends_with(" of the table") => "divide its longest word, or leave out a column",
            _ => "shorten its words",
        };
        Finding::error(Code::Overset, message).at(self.place(overset.byte)).hint(hint)
    }

    /// A page of the template that has become two.
    fn second_page(&self) -> Option<Finding> {
        let pages = self.laid.pages.len();
        let (name, field) = match &self.link.name {
            SlotName::Article(_) => return None,
            SlotName::Ad(_) => (format!("the advertisement `{}`", self.link.ad_file().unwrap_or_default()), None),
            SlotName::Page(FixedPage::Cover) => ("the cover".to_owned(), Some("cover.headline")),
            SlotName::Page(FixedPage::Contents) => ("the contents page".to_owned(), Some("running-order")),
            SlotName::Page(FixedPage::Colophon) => ("the colophon".to_owned(), Some("colophon.text")),
            SlotName::Page(FixedPage::BackCover) => ("the back cover".to_owned(), Some("back-cover.text")),
        };
        if pages <= 1 {
            return None;
        }
        let place = Place::file(self.held.issue_file.clone());
        let place = match field {
            Some(field) => place.field(field),
            None => place,
        };
        let finding = Finding::error(Code::Overset, format!("{name} takes {pages} pages instead of one")).at(place);
        Some(finding.hint("shorten its words until they fit the page"))
    }

    fn page(&self, page: usize) -> u32 {
        self.laid.first + u32::try_from(page).unwrap_or_default()
    }

    /// Where a byte of the generated file was written, else the document's file.
    fn place(&self, byte: Option<usize>) -> Place {
        let written = byte.and_then(|byte| self.laid.shown.map.written_for(&(byte..byte + 1)));
        match written {
            Some(written) => Place { range: Some(written.range), ..Place::file(written.file) },
            None => whole(self.held, self.link),
        }
    }
}
