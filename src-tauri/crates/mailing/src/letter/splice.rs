//! Text with places for what is personal.
//!
//! Every value is cleaned of control characters when it enters the list and escaped for where it lands, so no name
//! can become markup, a link or a header.

use serde::{Deserialize, Serialize};

use super::{Letter, Recipient};
use crate::unsubscribe::{Kind, Link, LinkKey};

/// Text with personal pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spliced(pub Vec<Piece>);

/// A piece of a spliced text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// The same for everybody.
    Fixed(String),
    /// Personal.
    Field {
        /// What stands here.
        field: PersonField,
        /// What stands here when it is not known of a person.
        #[serde(default)]
        fallback: Option<String>,
        /// Where it lands.
        escape: Escape,
    },
}

/// Something personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonField {
    /// The name a letter greets by.
    FirstName,
    /// The full name.
    Name,
    /// The mail address.
    Email,
    /// The city.
    City,
    /// The country.
    Country,
    /// The language.
    Language,
    /// Where they work.
    Organisation,
    /// The link that unsubscribes them.
    UnsubscribeLink,
    /// The link where they say what they want.
    PreferencesLink,
}

/// Where a value lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Plain text.
    Text,
    /// HTML text or a quoted attribute.
    Html,
    /// A part of a web address, within a quoted HTML attribute. A link that the desk makes is a whole address already
    /// and is only escaped for HTML.
    Url,
}

impl Spliced {
    /// Text that is the same for everybody.
    pub fn fixed(text: impl Into<String>) -> Spliced {
        Spliced(vec![Piece::Fixed(text.into())])
    }

    /// The text for one person; a link to the unsubscribe box in it is not signed and leads nowhere.
    pub fn fill(&self, letter: &Letter, to: &Recipient) -> String {
        self.filled(to, &Links::of(letter, to, None))
    }

    pub(super) fn filled(&self, to: &Recipient, links: &Links) -> String {
        self.0.iter().map(|piece| piece.fill(to, links)).collect()
    }
}

impl From<&str> for Spliced {
    fn from(text: &str) -> Spliced {
        Spliced::fixed(text)
    }
}

impl Piece {
    pub(super) fn fill(&self, to: &Recipient, links: &Links) -> String {
        match self {
            Piece::Fixed(text) => text.clone(),
            Piece::Field { field, fallback, escape } => {
                let known = field.of(to, links);
                let value = if known.is_empty() { fallback.clone().unwrap_or_default() } else { known };
                escape.apply(&value, *field)
            }
        }
    }
}

impl PersonField {
    fn of(self, to: &Recipient, links: &Links) -> String {
        let person = &to.person;
        match self {
            PersonField::FirstName => person.first_name.clone(),
            PersonField::Name => person.name.clone(),
            PersonField::Email => person.address.to_string(),
            PersonField::City => person.city.clone(),
            PersonField::Country => person.country.clone(),
            PersonField::Language => person.language.clone(),
            PersonField::Organisation => person.organisation.clone(),
            PersonField::UnsubscribeLink => links.best().to_owned(),
            PersonField::PreferencesLink => links.preferences.clone(),
        }
    }
}

/// The ways one person can leave.
pub(super) struct Links {
    /// A `mailto:` whose subject names the person by their token, so that the desk need not guess from the sender.
    pub(super) mail: String,
    /// The page and one-click address in the unsubscribe box, where there is one.
    pub(super) web: Option<String>,
    /// The page of the box where they choose; without a box a mail to whom answers go, never to the mailbox that takes
    /// people off the list.
    preferences: String,
}

impl Links {
    /// The links of one copy; `key` signs the one to the box.
    pub(super) fn of(letter: &Letter, to: &Recipient, key: Option<&LinkKey>) -> Links {
        let token = percent(&to.token);
        let mail = format!("mailto:{}?subject=unsubscribe%20{token}", letter.unsubscribe);
        let web = letter.unsubscribe_box.as_ref().map(|address| {
            let link = Link::new(Kind::Leave, &to.token, &to.person.language, &letter.edition);
            let signed = link.zip(key).map(|(link, key)| link.signed(key, &letter.list_id));
            // A copy for looking at has no token; its link shows the box's page for links that do not work.
            format!("{address}?t={}", signed.unwrap_or(token))
        });
        let answers = letter.reply_to.as_ref().unwrap_or(&letter.from);
        let preferences = match &web {
            Some(web) => format!("{web}&preferences"),
            None => format!("mailto:{answers}?subject=preferences%20{token}", token = percent(&to.token)),
        };
        Links { mail, web, preferences }
    }

    fn best(&self) -> &str {
        self.web.as_deref().unwrap_or(&self.mail)
    }
}

impl Escape {
    fn apply(self, value: &str, field: PersonField) -> String {
        match self {
            Escape::Text => value.to_owned(),
            Escape::Html => html(value),
            Escape::Url if matches!(field, PersonField::UnsubscribeLink | PersonField::PreferencesLink) => html(value),
            Escape::Url => percent(value),
        }
    }
}

/// Text as HTML writes it, in an element or a quoted attribute.
pub(crate) fn html(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    value.replace('"', "&quot;").replace('\'', "&#39;")
}

// RFC 3986 2.3: everything but the unreserved characters.
fn percent(value: &str) -> String {
    let mut url = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(byte)),
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}
