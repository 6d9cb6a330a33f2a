//! Where a link may lead from a mail: the web and mailboxes.
//!
//! Everything else, `javascript:` and `data:` before all, is refused by not being on this list of three.

use std::borrow::Cow;

use crate::field::{self, Fault, Part};
use crate::piece::{Escape, PersonField, Piece, html, push_fixed};

/// An address that was checked: `http`, `https` or `mailto`, or a person's unsubscribe link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target(Vec<TargetPart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum TargetPart {
    Fixed(String),
    Field { field: PersonField, fallback: Option<String>, escape: Escape },
}

impl Target {
    /// Reads an address that may hold fields. `None` when a mail must not lead there.
    pub(crate) fn read(text: &str) -> (Option<Self>, Vec<Fault>) {
        let text = with_scheme(text.trim());
        let (parts, faults) = field::parts(&text);
        let target = match parts.as_slice() {
            [Part::Field { field: PersonField::UnsubscribeLink, .. }] => Some(Self::unsubscribe()),
            [Part::Field { field: PersonField::PreferencesLink, .. }] => Some(Self::preferences()),
            [Part::Words(first), rest @ ..] if leads_out(first, !rest.is_empty()) => Some(Self::joined(&parts)),
            _ => None,
        };
        (target, faults)
    }

    /// An address made by the program, without fields. `None` when a mail must not lead there.
    pub(crate) fn fixed(text: &str) -> Option<Self> {
        leads_out(text, false).then(|| Self(vec![TargetPart::Fixed(encoded(text))]))
    }

    /// The link that takes the reader off the list.
    pub(crate) fn unsubscribe() -> Self {
        Self::whole(PersonField::UnsubscribeLink)
    }

    /// The link to the page where the reader says what they want.
    pub(crate) fn preferences() -> Self {
        Self::whole(PersonField::PreferencesLink)
    }

    fn whole(field: PersonField) -> Self {
        // The value is a whole address, made by the program: percent-encoding would break it.
        Self(vec![TargetPart::Field { field, fallback: None, escape: Escape::Plain }])
    }

    /// As the value of an attribute.
    pub(crate) fn html(&self) -> Vec<Piece> {
        self.pieces(|text| html(text).into_owned(), Escape::Html)
    }

    /// As words.
    pub(crate) fn text(&self) -> Vec<Piece> {
        self.pieces(str::to_owned, Escape::Plain)
    }

    /// Whether anybody on the way can read and change what is behind it.
    pub(crate) fn is_unencrypted(&self) -> bool {
        let starts = |text: &str| text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
        matches!(self.0.first(), Some(TargetPart::Fixed(text)) if starts(text))
    }

    /// Whether these words are the address itself, so that it need not be said again.
    pub(crate) fn is_said_by(&self, words: &[Piece]) -> bool {
        let address = self.text();
        let mailbox = match (address.as_slice(), words) {
            ([Piece::Fixed(address)], [Piece::Fixed(words)]) => address.strip_prefix("mailto:") == Some(words),
            _ => false,
        };
        mailbox || address == words
    }

    fn joined(parts: &[Part]) -> Self {
        let part = |part: &Part| match part {
            Part::Words(words) => TargetPart::Fixed(encoded(words)),
            Part::Field { field, fallback } => {
                TargetPart::Field { field: *field, fallback: fallback.clone(), escape: Escape::Url }
            }
        };
        Self(parts.iter().map(part).collect())
    }

    fn pieces(&self, fixed: impl Fn(&str) -> String, whole: Escape) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in &self.0 {
            match part {
                TargetPart::Fixed(text) => push_fixed(&mut pieces, &fixed(text)),
                TargetPart::Field { field, fallback, escape } => pieces.push(Piece::Field {
                    field: *field,
                    fallback: fallback.clone(),
                    escape: if *escape == Escape::Plain { whole } else { *escape },
                }),
            }
        }
        pieces
    }
}

/// `<desk@example.org>` and `[us](desk@example.org)` mean a mailbox.
fn with_scheme(text: &str) -> Cow<'_, str> {
    let is_mailbox = text.contains('@') && !text.contains([':', '/', '?', '#', '{']);
    if is_mailbox { Cow::Owned(format!("mailto:{text}")) } else { Cow::Borrowed(text) }
}

/// Whether an address, or its beginning when fields follow, says by itself where it leads. A person's value may end a
/// path or a query; it may not choose the host or the mailbox.
fn leads_out(text: &str, fields_follow: bool) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            has_a_host(host) && (!fields_follow || host.len() < rest.len())
        }),
        "mailto" => {
            let mailbox = rest.split('?').next().unwrap_or_default();
            mailbox.contains('@') && (!fields_follow || mailbox.len() < rest.len())
        }
        _ => false,
    }
}

fn has_a_host(authority: &str) -> bool {
    let host = authority.rsplit('@').next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':') && !host.contains(|c: char| c == '\\' || c.is_whitespace())
}

/// Characters that have no place in an address, percent-encoded.
fn encoded(text: &str) -> String {
    let mut address = String::with_capacity(text.len());
    for letter in text.chars() {
        let odd = letter.is_control() || letter.is_whitespace() || "\"<>\\^`{|}".contains(letter);
        if odd {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                address.push_str(&format!("%{byte:02X}"));
            }
        } else {
            address.push(letter);
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Option<String> {
        let (target, _) = Target::read(text);
        target.map(|target| crate::fill(&target.html(), |field| format!("[{} ]", field.name())))
    }

    #[test]
    fn the_web_and_mailboxes_can_be_reached() {
        for good in ["https://example.org", "HTTP://example.org/a?b#c", "mailto:desk@example.org?subject=Hello"] {
            assert_eq!(written(good).as_deref(), Some(good));
        }
    }

    #[test]
    fn a_bare_mailbox_is_one() {
        assert_eq!(written("desk@example.org").as_deref(), Some("mailto:desk@example.org"));
    }

    #[test]
    fn nothing_else_can() {
        for bad in [
            "",
            "page.html",
            "/page",
            "#part",
            "//example.org",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " data:text/html,x",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "https:",
            "https:example.org",
            "https://",
            "https:///path",
            "https://exa mple.org/",
            "mailto:",
            "ftp://example.org",
        ] {
            assert_eq!(written(bad), None, "{bad} was let through");
        }
    }

    #[test]
    fn quotes_cannot_leave_the_attribute() {
        let hostile = r#"https://example.org/" onclick="alert(1)"#;
        assert_eq!(written(hostile).as_deref(), Some("https://example.org/%22%20onclick=%22alert(1)"));
    }

    #[test]
    fn a_field_may_end_an_address_but_not_choose_the_host() {
        assert_eq!(
            written("https://example.org/?c={{email}}").as_deref(),
            Some("https://example.org/?c=%5Bemail%20%5D")
        );
        for bad in ["{{email}}", "https://{{email}}/", "https://a.org{{email}}", "mailto:{{email}}", "{{email}}://x"] {
            assert_eq!(written(bad), None, "{bad} was let through");
        }
    }

    #[test]
    fn the_unsubscribe_link_is_a_whole_address() {
        assert_eq!(written("{{unsubscribe_link}}").as_deref(), Some("[unsubscribe_link ]"));
    }
}
