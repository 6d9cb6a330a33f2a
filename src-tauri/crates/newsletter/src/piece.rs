//! What a mail is made of: words that are the same for everybody, and the places where a person's own words go.
//!
//! An edition is rendered once. A field never passes through Markdown, MJML or HTML: it is a piece of its own from the
//! moment its braces were read, so no text, however it is written, can pose as one, and no value can become markup.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A part of a subject, an HTML part or a text part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// The same for everybody, ready to be written as it stands.
    Fixed(String),
    /// A person's own value.
    Field {
        /// Which.
        field: PersonField,
        /// What stands there for people who have no value; plain words, escaped like a value.
        fallback: Option<String>,
        /// How the value, or the fallback, is to be written here.
        escape: Escape,
    },
}

/// What a mail can say about the person it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonField {
    /// `first_name`
    FirstName,
    /// `name`
    Name,
    /// `email`
    Email,
    /// `city`
    City,
    /// `country`
    Country,
    /// `language`
    Language,
    /// `organisation`
    Organisation,
    /// `unsubscribe_link`: the address that takes this person off the list.
    UnsubscribeLink,
    /// `preferences_link`: the address where this person says what they want to get.
    PreferencesLink,
}

impl PersonField {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::FirstName,
        Self::Name,
        Self::Email,
        Self::City,
        Self::Country,
        Self::Language,
        Self::Organisation,
        Self::UnsubscribeLink,
        Self::PreferencesLink,
    ];

    /// The field of a name as it is written in `{{ name }}`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Its name as it is written in `{{ name }}`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::Name => "name",
            Self::Email => "email",
            Self::City => "city",
            Self::Country => "country",
            Self::Language => "language",
            Self::Organisation => "organisation",
            Self::UnsubscribeLink => "unsubscribe_link",
            Self::PreferencesLink => "preferences_link",
        }
    }

    /// Whether every delivery has a value for it, so that no fallback is needed.
    #[must_use]
    pub fn is_always_known(self) -> bool {
        matches!(self, Self::Email | Self::UnsubscribeLink | Self::PreferencesLink)
    }
}

/// How a value is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Escape {
    /// Subject and text part: control characters, line ends among them, become spaces.
    Plain,
    /// HTML text or attribute: [`Escape::Plain`], and `& < > " '` become entities.
    Html,
    /// A part of a link: everything but `A-Z a-z 0-9 - . _ ~` is percent-encoded (RFC 3986 2.1).
    Url,
}

impl Escape {
    /// Writes a value.
    #[must_use]
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::Plain => plain(value),
            Self::Html => html(&plain(value)).into_owned(),
            Self::Url => url(value),
        }
    }
}

/// Puts a person's values in; an empty value counts as none, and gives way to the fallback.
#[must_use]
pub fn fill(pieces: &[Piece], value: impl Fn(PersonField) -> String) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Fixed(words) => text.push_str(words),
            Piece::Field { field, fallback, escape } => {
                let value = Some(value(*field)).filter(|value| !value.trim().is_empty());
                text.push_str(&escape.apply(&value.or_else(|| fallback.clone()).unwrap_or_default()));
            }
        }
    }
    text
}

/// Adds fixed text, joined to what stands before it.
pub(crate) fn push_fixed(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Fixed(last)) => last.push_str(text),
        _ => pieces.push(Piece::Fixed(text.to_owned())),
    }
}

/// Adds pieces, the first joined to what stands before it.
pub(crate) fn push_pieces(pieces: &mut Vec<Piece>, more: impl IntoIterator<Item = Piece>) {
    for piece in more {
        match piece {
            Piece::Fixed(text) => push_fixed(pieces, &text),
            field @ Piece::Field { .. } => pieces.push(field),
        }
    }
}

/// The five characters that mean something in HTML text and attributes, as entities.
pub(crate) fn html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    Cow::Owned(escaped)
}

/// One line: control characters and the Unicode line ends become spaces.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|letter| if ends_a_line(letter) { ' ' } else { letter }).collect()
}

fn ends_a_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

fn url(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in PersonField::ALL {
            assert_eq!(PersonField::named(field.name()), Some(field));
        }
        assert_eq!(PersonField::named("First_Name"), None);
    }

    #[test]
    fn a_value_is_never_markup() {
        let hostile = "<b>\"O'Neil\" & co</b>\r\nBcc: all";
        assert_eq!(Escape::Plain.apply(hostile), "<b>\"O'Neil\" & co</b>  Bcc: all");
        assert_eq!(Escape::Html.apply(hostile), "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co&lt;/b&gt;  Bcc: all");
        assert_eq!(Escape::Url.apply("Ana & Ion/ș"), "Ana%20%26%20Ion%2F%C8%99");
    }

    #[test]
    fn a_person_without_a_value_reads_the_fallback() {
        let field = Piece::Field {
            field: PersonField::FirstName,
            fallback: Some("dear reader".to_owned()),
            escape: Escape::Plain,
        };
        let pieces = [Piece::Fixed("Hello ".to_owned()), field];
        assert_eq!(fill(&pieces, |_| "Ana".to_owned()), "Hello Ana");
        assert_eq!(fill(&pieces, |_| "  ".to_owned()), "Hello dear reader");
    }
}
