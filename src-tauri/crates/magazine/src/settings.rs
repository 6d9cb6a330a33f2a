//! `assets/publication.toml`: what every issue shares.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
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
    /// The palette.
    pub colour: Colours,
    /// The faces and sizes.
    #[serde(rename = "type")]
    pub type_scale: TypeScale,
    /// The format of a page.
    pub page: PageFormat,
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
    /// `smtp://host:port`, `smtp+starttls://user@host:587` or `smtps://user@host:465`; empty until it is set up.
    pub relay: String,
}

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
}

impl PublicationSettings {
    /// Reads `publication.toml`; what is missing or wrong takes its default and is a finding.
    #[must_use]
    pub fn read(file: &str, text: &str) -> (Self, Vec<Finding>) {
        let mut fields = Record::toml(file, text).fields();
        let name = fields.required_text("name", "Untitled");
        let settings = Self {
            masthead: fields.text_or("masthead", &name),
            tagline: fields.text_or("tagline", ""),
            publisher: fields.text_or("publisher", &name),
            first_issue: fields.parsed("first-issue").unwrap_or_else(|| FIRST_QUARTER.parse().expect("a quarter")),
            languages: Some(fields.texts("languages")).filter(|list| !list.is_empty()).unwrap_or_else(english),
            web: fields.text_or("web", "").trim_end_matches('/').to_owned(),
            phone: fields.text_or("phone", ""),
            phone_hours: fields.text_or("phone-hours", ""),
            postal_address: fields.texts("postal-address"),
            sender: fields.table("sender", sender),
            colour: fields.table("colour", colours),
            type_scale: fields.table("type", type_scale),
            page: fields.table("page", page_format),
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

fn sender(fields: &mut Fields) -> Sender {
    Sender {
        name: fields.text_or("name", ""),
        address: fields.text_or("address", ""),
        reply_to: fields.text_or("reply-to", ""),
        list_id: fields.text_or("list-id", ""),
        unsubscribe: fields.text_or("unsubscribe", ""),
        relay: fields.text_or("relay", ""),
    }
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
    }
}
