//! `assets/publication.toml`: what every issue shares.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::house_style::{StyleRule, style_rules};
use crate::issn::Issn;
use crate::issue_id::IssueId;
use crate::record::{Fields, Record};

/// The publication's name, addresses and house style.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicationSettings {
    /// The full name: `Smart City Magazine`.
    pub name: String,
    /// The large word on the cover.
    pub masthead: String,
    /// The small word beside it.
    pub tagline: String,
    /// Who publishes it.
    pub publisher: String,
    /// The serial number of the publication, for the box on the back cover.
    pub issn: Option<Issn>,
    /// The issue that was number 1.
    pub first_issue: IssueId,
    /// The languages it is written in, the main one first (`en`, `ro`).
    pub languages: Vec<String>,
    /// The web address of the publication, without a slash at the end.
    pub web: String,
    /// A telephone number for readers; may be empty.
    pub phone: String,
    /// When it is answered; may be empty.
    pub phone_hours: String,
    /// The postal address, a line each.
    pub postal_address: Vec<String>,
    /// Who the newsletter comes from.
    pub sender: Sender,
    /// Whose signature it bears.
    pub dkim: DkimSettings,
    /// Where what comes back is read.
    pub inbox: InboxSettings,
    /// The palette.
    pub colour: Colours,
    /// The faces and sizes.
    #[serde(rename = "type")]
    pub type_scale: TypeScale,
    /// The format of a page.
    pub page: PageFormat,
    /// What the printer needs.
    pub print: PrintSettings,
    /// How it writes words.
    pub style: Vec<StyleRule>,
}

/// Who the newsletter comes from and the server that takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The name readers see.
    pub name: String,
    /// The address of the From line; empty until it is set up.
    pub address: String,
    /// Where answers go; empty for the sender's address.
    pub reply_to: String,
    /// The list's identifier (RFC 2919).
    pub list_id: String,
    /// The mailbox that takes unsubscribe mails.
    pub unsubscribe: String,
    /// The unsubscribe box on the organisation's web space, `https://example.org/unsubscribe.php`; empty for none.
    pub unsubscribe_box: String,
    /// Whether people who come onto the list are asked by mail, and get no edition before they said yes.
    pub double_opt_in: bool,
    /// `smtp://host:port`, `smtp+starttls://user@host:587` or `smtps://user@host:465`; empty until it is set up.
    pub relay: String,
    /// Every relay that is used, `relay` first.
    pub relays: Vec<SenderRelay>,
    /// How fast some receiving domains are sent to, each as `gmail.com 20/min`.
    pub pace: Vec<String>,
    /// Where bounces go; empty for the sender's address. In `bounces+*@example.org` each copy puts a mark of its own in
    /// place of the star.
    pub return_path: String,
}

/// The keys that the newsletter is signed with (DKIM).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimSettings {
    /// The domain that signs; empty for that of the sender's address.
    pub domain: String,
    /// The names of its keys; none signs when there is none here.
    pub selectors: Vec<String>,
}

/// The mailbox that bounces, complaints and unsubscribe mails come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxSettings {
    /// `imaps://user@host:993`; empty until it is set up.
    pub server: String,
    /// The folder, usually `INBOX`.
    pub folder: String,
}

/// A relay and how it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderRelay {
    /// Its address, written as the sender's `relay`.
    pub relay: String,
    /// What its provider allows: `gmail`, `workspace`, `microsoft-365`, or as `500/day`; empty where nothing limits it.
    pub quota: String,
    /// Connections at a time.
    pub connections: u32,
    /// Whether commands go together where the relay offers it.
    pub pipelining: bool,
}

impl SenderRelay {
    /// A relay of which nothing but its address is set.
    #[must_use]
    pub fn new(relay: impl Into<String>) -> Self {
        Self { relay: relay.into(), quota: String::new(), connections: CONNECTIONS, pipelining: true }
    }
}

/// Enough to fill the wire, few enough for every provider.
const CONNECTIONS: u32 = 4;

/// The palette, each as `#RRGGBB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colours {
    /// Text.
    pub ink: String,
    /// The one loud colour.
    pub vermilion: String,
    /// Standfirsts and links.
    pub river: String,
    /// Parks.
    pub park: String,
    /// Lit windows.
    pub gold: String,
    /// Warm paper.
    pub sand: String,
    /// Cool paper.
    pub fog: String,
}

impl Colours {
    /// The names of the palette, in the order of the settings.
    pub const NAMES: [&str; 7] = ["ink", "vermilion", "river", "park", "gold", "sand", "fog"];

    /// A colour of the palette by its name, as `#RRGGBB`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&str> {
        Some(match name {
            "ink" => &self.ink,
            "vermilion" => &self.vermilion,
            "river" => &self.river,
            "park" => &self.park,
            "gold" => &self.gold,
            "sand" => &self.sand,
            "fog" => &self.fog,
            _ => return None,
        })
    }
}

/// What the printer needs to know, and what the magazine needs to know of the printer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PrintSettings {
    /// The printer's ICC profile, a file's path inside `assets/`; empty for none.
    pub profile: String,
    /// The name of the printing condition, as `FOGRA51`; empty for none.
    pub condition: String,
    /// Palette colours in cyan, magenta, yellow and black, each in per cent. A colour that is not here is converted.
    pub cmyk: BTreeMap<String, [f64; 4]>,
    /// Palette colours that have an ink of their own, with the ink's name as the printer knows it.
    pub spot: BTreeMap<String, String>,
}

/// Faces by family name; sizes in points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeScale {
    /// The face of running text.
    pub serif: String,
    /// The face of captions, kickers and numbers.
    pub sans: String,
    /// The size of running text, in points.
    pub size: f64,
    /// From baseline to baseline, in points.
    pub pitch: f64,
    /// The largest a feature's headline gets.
    pub headline: f64,
    /// The largest a department's headline gets.
    pub lesser_headline: f64,
    /// Headings inside an article.
    pub subhead: f64,
    /// The sentence below a headline.
    pub standfirst: f64,
    /// A pull quote in one column; one over several columns is a quarter larger.
    pub pull_quote: f64,
    /// The letter's text.
    pub letter: f64,
    /// Sidebars, fact boxes and notes.
    pub sidebar: f64,
    /// Tables.
    pub table: f64,
    /// The capitals above a headline.
    pub kicker: f64,
    /// Captions, folios, credits.
    pub caption: f64,
}

/// The format of a page, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageFormat {
    /// Trimmed width.
    pub width: f64,
    /// Trimmed height.
    pub height: f64,
    /// What is printed beyond the trim on each side.
    pub bleed: f64,
    /// Margin above the text.
    pub top: f64,
    /// Margin below the text.
    pub bottom: f64,
    /// Margin at the spine.
    pub inside: f64,
    /// Margin at the edge.
    pub outside: f64,
    /// Columns of the layout grid, which widths of pictures and boxes are counted in.
    pub columns: f64,
    /// Between two columns.
    pub gutter: f64,
}

impl PublicationSettings {
    /// The language of what names none of its own.
    #[must_use]
    pub fn main_language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }

    /// Reads `publication.toml`; what is missing or wrong takes its default and is a finding.
    #[must_use]
    pub fn read(file: &str, text: &str) -> (Self, Vec<Finding>) {
        let mut fields = Record::toml(file, text).fields();
        let name = fields.required_text("name", "Untitled");
        let settings = Self {
            masthead: fields.text_or("masthead", &name),
            tagline: fields.text_or("tagline", ""),
            publisher: fields.text_or("publisher", &name),
            issn: fields.parsed("issn"),
            first_issue: fields.parsed("first-issue").unwrap_or_else(|| FIRST_QUARTER.parse().expect("a quarter")),
            languages: Some(fields.texts("languages")).filter(|list| !list.is_empty()).unwrap_or_else(english),
            web: fields.text_or("web", "").trim_end_matches('/').to_owned(),
            phone: fields.text_or("phone", ""),
            phone_hours: fields.text_or("phone-hours", ""),
            postal_address: fields.texts("postal-address"),
            sender: fields.table("sender", sender),
            dkim: fields.table("dkim", dkim),
            inbox: fields.table("inbox", inbox),
            colour: fields.table("colour", colours),
            type_scale: fields.table("type", type_scale),
            page: fields.table("page", page_format),
            print: fields.table("print", print),
            style: style_rules(&mut fields),
            name,
        };
        (settings, fields.finish())
    }
}

/// Number 1 is the publication's own matter; a new one starts counting in the first quarter it could appear in.
const FIRST_QUARTER: &str = "2026-q1";

fn english() -> Vec<String> {
    vec!["en".to_owned()]
}

fn sender_relay(fields: &mut Fields, relay: String) -> SenderRelay {
    SenderRelay {
        relay,
        quota: fields.text_or("quota", ""),
        connections: fields.whole("connections", 1..=64).unwrap_or(CONNECTIONS),
        pipelining: fields.choice("pipelining", &[("true", true), ("false", false)]).unwrap_or(true),
    }
}

fn sender(fields: &mut Fields) -> Sender {
    let relay = fields.text_or("relay", "");
    let first = sender_relay(fields, relay.clone());
    let more = fields.tables("relays", |fields| {
        let relay = fields.required_text("relay", "");
        sender_relay(fields, relay)
    });
    Sender {
        name: fields.text_or("name", ""),
        address: fields.text_or("address", ""),
        reply_to: fields.text_or("reply-to", ""),
        list_id: fields.text_or("list-id", ""),
        unsubscribe: fields.text_or("unsubscribe", ""),
        unsubscribe_box: fields.text_or("unsubscribe-box", ""),
        double_opt_in: fields.choice("double-opt-in", &[("true", true), ("false", false)]).unwrap_or(false),
        relays: std::iter::once(first).chain(more).filter(|one| !one.relay.is_empty()).collect(),
        pace: fields.texts("pace"),
        relay,
        return_path: fields.text_or("return-path", ""),
    }
}

fn dkim(fields: &mut Fields) -> DkimSettings {
    DkimSettings { domain: fields.text_or("domain", ""), selectors: fields.texts("selectors") }
}

fn inbox(fields: &mut Fields) -> InboxSettings {
    InboxSettings { server: fields.text_or("server", ""), folder: fields.text_or("folder", "INBOX") }
}

fn colours(fields: &mut Fields) -> Colours {
    Colours {
        ink: fields.colour_or("ink", "#12263A"),
        vermilion: fields.colour_or("vermilion", "#E4432D"),
        river: fields.colour_or("river", "#1F6FB2"),
        park: fields.colour_or("park", "#3B8C5A"),
        gold: fields.colour_or("gold", "#F2B33D"),
        sand: fields.colour_or("sand", "#F1E9DC"),
        fog: fields.colour_or("fog", "#E6EBEF"),
    }
}

fn type_scale(fields: &mut Fields) -> TypeScale {
    TypeScale {
        serif: fields.text_or("serif", "Source Serif 4 Variable"),
        sans: fields.text_or("sans", "SourceSans3VF"),
        size: fields.number_or("size", 9.4, 4.0..=40.0),
        pitch: fields.number_or("pitch", 12.6, 5.0..=60.0),
        headline: fields.number_or("headline", 46.0, 12.0..=120.0),
        lesser_headline: fields.number_or("lesser-headline", 30.0, 10.0..=120.0),
        subhead: fields.number_or("subhead", 12.6, 6.0..=40.0),
        standfirst: fields.number_or("standfirst", 12.5, 6.0..=40.0),
        pull_quote: fields.number_or("pull-quote", 17.5, 8.0..=60.0),
        letter: fields.number_or("letter", 11.0, 6.0..=40.0),
        sidebar: fields.number_or("sidebar", 8.6, 5.0..=40.0),
        table: fields.number_or("table", 8.4, 5.0..=40.0),
        kicker: fields.number_or("kicker", 8.0, 5.0..=40.0),
        caption: fields.number_or("caption", 7.5, 5.0..=40.0),
    }
}

fn page_format(fields: &mut Fields) -> PageFormat {
    PageFormat {
        width: fields.number_or("width", 210.0, 60.0..=500.0),
        height: fields.number_or("height", 280.0, 60.0..=700.0),
        bleed: fields.number_or("bleed", 3.0, 0.0..=20.0),
        top: fields.number_or("top", 18.0, 0.0..=100.0),
        bottom: fields.number_or("bottom", 22.0, 0.0..=100.0),
        inside: fields.number_or("inside", 18.0, 0.0..=100.0),
        outside: fields.number_or("outside", 15.0, 0.0..=100.0),
        columns: fields.number_or("columns", 12.0, 4.0..=24.0),
        gutter: fields.number_or("gutter", 5.0, 1.0..=30.0),
    }
}

fn print(fields: &mut Fields) -> PrintSettings {
    PrintSettings {
        profile: fields.text_or("profile", ""),
        condition: fields.text_or("condition", ""),
        cmyk: fields.table("cmyk", |inks| each_colour(|name| inks.numbers(name, 0.0..=100.0))),
        spot: fields.table("spot", |inks| each_colour(|name| inks.text(name))),
    }
}

fn each_colour<T>(mut read: impl FnMut(&'static str) -> Option<T>) -> BTreeMap<String, T> {
    Colours::NAMES.into_iter().filter_map(|name| Some((name.to_owned(), read(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(print: &str) -> (PrintSettings, Vec<String>) {
        let text = format!("name = \"Weekly\"\n{print}");
        let (settings, findings) = PublicationSettings::read("publication.toml", &text);
        (settings.print, findings.iter().map(|finding| finding.message.clone()).collect())
    }

    #[test]
    fn relays_are_read_with_what_their_providers_allow() {
        let text = "name = \"Weekly\"\n[sender]\nrelay = \"smtp://a\"\nquota = \"gmail\"\npace = [\"gmail.com 20/min\"]\n\
                    [[sender.relays]]\nrelay = \"smtps://b\"\nconnections = 2\npipelining = false\n";
        let (settings, findings) = PublicationSettings::read("publication.toml", text);
        assert!(findings.is_empty(), "{findings:?}");
        let first = SenderRelay { quota: "gmail".into(), ..SenderRelay::new("smtp://a") };
        let second = SenderRelay { connections: 2, pipelining: false, ..SenderRelay::new("smtps://b") };
        assert_eq!(settings.sender.relays, [first, second]);
        assert_eq!((settings.sender.relay.as_str(), settings.sender.pace.len()), ("smtp://a", 1));
        let (settings, findings) =
            PublicationSettings::read("publication.toml", "name = \"Weekly\"\n[sender]\nconnections = 0\n");
        assert_eq!((settings.sender.relays.len(), findings.len()), (0, 1), "{findings:?}");
    }

    #[test]
    fn inks_are_read_by_the_names_of_the_palette() {
        let (print, findings) = read(
            "[print]\nprofile = \"press.icc\"\n[print.cmyk]\nink = [90, 70.5, 0, 55]\n[print.spot]\nvermilion = \"HKS 10\"\n",
        );
        assert_eq!(findings, [""; 0]);
        assert_eq!(print.cmyk, BTreeMap::from([("ink".to_owned(), [90.0, 70.5, 0.0, 55.0])]));
        assert_eq!(print.spot, BTreeMap::from([("vermilion".to_owned(), "HKS 10".to_owned())]));
        assert_eq!((print.profile.as_str(), print.condition.as_str()), ("press.icc", ""));
    }

    #[test]
    fn an_ink_that_is_no_four_percentages_or_has_no_such_colour_is_a_finding() {
        let wrong = "`print.cmyk.ink`: expected 4 numbers from 0 to 100, found";
        for value in ["[1, 2, 3]", "[1, 2, 3, 101]", "[1, 2, 3, \"k\"]", "5"] {
            let (print, findings) = read(&format!("[print.cmyk]\nink = {value}\n"));
            assert_eq!((print.cmyk.len(), findings.len()), (0, 1), "{findings:?}");
            assert!(findings[0].starts_with(wrong), "{findings:?}");
        }
        assert_eq!(read("[print.cmyk]\npink = [0, 50, 0, 0]\n").1, ["unknown key `pink`"]);
    }

    #[test]
    fn every_colour_of_the_palette_has_its_name() {
        let (settings, _) = PublicationSettings::read("publication.toml", "name = \"Weekly\"");
        let colours: toml::Table = toml::Table::try_from(&settings.colour).unwrap();
        assert_eq!(colours.len(), Colours::NAMES.len());
        for (name, colour) in colours {
            assert_eq!(settings.colour.named(&name), colour.as_str());
        }
    }
}
