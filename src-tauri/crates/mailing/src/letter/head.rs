//! The headers of a copy, by lettre where there is something to encode.
//!
//! Most are the same for everybody and written once per mailing; only four lines are personal.

use lettre::message::header::{self, HeaderName, HeaderValue, Headers};
use lettre::message::{Mailbox, Mailboxes};

use super::splice::{Links, Piece, Spliced};
use super::{Letter, Recipient};
use crate::address::Address;
use crate::people::clean;

/// All headers of a letter, in their order.
pub(super) struct Head(Vec<Line>);

enum Line {
    /// The same for everybody.
    Fixed(String),
    To,
    Subject(Spliced),
    MessageId,
    Unsubscribe,
}

impl Head {
    /// `content_type` is that of the whole message.
    pub(super) fn new(letter: &Letter, date: &str, content_type: &str) -> Head {
        let mut head = Head(Vec::new());
        head.encoded(header::From::from(Mailboxes::from(mailbox(&letter.from_name, &letter.from))));
        head.0.push(Line::To);
        if let Some(reply_to) = &letter.reply_to {
            head.encoded(header::ReplyTo::from(Mailboxes::from(mailbox("", reply_to))));
        }
        head.subject(&letter.subject);
        if !letter.organisation.is_empty() {
            head.fixed(organisation(&letter.organisation));
        }
        head.raw("Date", date);
        head.0.push(Line::MessageId);
        head.raw("List-Id", &list_id(letter));
        head.0.push(Line::Unsubscribe);
        head.raw("List-Help", &format!("<mailto:{}?subject=help>", letter.unsubscribe));
        head.raw("Feedback-ID", &feedback_id(letter));
        head.raw("Precedence", "bulk");
        head.raw("MIME-Version", "1.0");
        head.raw("Content-Type", content_type);
        if letter.unsubscribe_box.is_some() {
            head.raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        head.fixed("\r\n".to_owned());
        head
    }

    /// Writes one person's headers, and the empty line after them.
    pub(super) fn write(&self, to: &Recipient, links: &Links, message: &mut Vec<u8>) {
        for line in &self.0 {
            let personal = match line {
                Line::Fixed(text) => {
                    message.extend_from_slice(text.as_bytes());
                    continue;
                }
                Line::To => encoded(header::To::from(Mailboxes::from(mailbox(&to.person.name, &to.person.address)))),
                Line::Subject(subject) => encoded_subject(&subject.filled(to, links)),
                Line::MessageId => format!("Message-ID: <{}>\r\n", to.message_id),
                Line::Unsubscribe => list_unsubscribe(links),
            };
            message.extend_from_slice(personal.as_bytes());
        }
    }

    fn fixed(&mut self, text: String) {
        match self.0.last_mut() {
            Some(Line::Fixed(before)) => before.push_str(&text),
            _ => self.0.push(Line::Fixed(text)),
        }
    }

    fn encoded(&mut self, header: impl header::Header) {
        self.fixed(encoded(header));
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.fixed(format!("{name}: {value}\r\n"));
    }

    fn subject(&mut self, subject: &Spliced) {
        match subject.0.iter().map(fixed_text).collect::<Option<String>>() {
            Some(text) => self.fixed(encoded_subject(&text)),
            None => self.0.push(Line::Subject(subject.clone())),
        }
    }
}

fn fixed_text(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Fixed(text) => Some(text),
        Piece::Field { .. } => None,
    }
}

fn encoded(header: impl header::Header) -> String {
    let mut headers = Headers::new();
    headers.set(header);
    headers.to_string()
}

fn encoded_subject(text: &str) -> String {
    encoded(header::Subject::from(clean_line(text)))
}

fn organisation(name: &str) -> String {
    let mut headers = Headers::new();
    headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("Organization"), clean(name)));
    headers.to_string()
}

// RFC 8058 3.1: the https address for one click, and a mailbox for everybody else. Folded, since a token is long.
fn list_unsubscribe(links: &Links) -> String {
    let Links { mail, web, .. } = links;
    match web {
        Some(web) => format!("List-Unsubscribe: <{web}>,\r\n <{mail}>\r\n"),
        None => format!("List-Unsubscribe: <{mail}>\r\n"),
    }
}

// Four parts, as Gmail reads it: the mailing, the publication, the kind of mail, the sender.
fn feedback_id(letter: &Letter) -> String {
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' }).take(64).collect()
    };
    let edition = if letter.edition.is_empty() { "edition" } else { &letter.edition };
    format!("{}:{}:newsletter:{}", plain(edition), plain(&letter.list_id), plain(letter.from.domain()))
}

// A subject may be as long as its author wants; only what would end the header goes.
fn clean_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

// The name is cleaned on the way into the list and here again: lettre panics on a CR or LF in it and loses the whole
// header to a NUL (facts of 0.11.23).
fn mailbox(name: &str, address: &Address) -> Mailbox {
    let name = clean(name);
    // `Address` has checked it, and takes what lettre's own check does not (RFC 6532 local parts).
    let email = lettre::Address::new_dangerous(address.local_part(), address.domain());
    Mailbox::new((!name.is_empty()).then_some(name), email)
}

// RFC 2919: a phrase and the identifier, which keeps to the letters of a domain.
fn list_id(letter: &Letter) -> String {
    let id: String = letter.list_id.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_".contains(*c)).collect();
    let name = clean(&letter.list_name).replace(['"', '\\', '<', '>'], "");
    if name.is_empty() {
        return format!("<{id}>");
    }
    if name.is_ascii() {
        return format!("\"{name}\" <{id}>");
    }
    // RFC 2047 5: encoded words mean nothing within quotes, so the whole name is encoded, as lettre does for a sender.
    let mut headers = Headers::new();
    headers.set(header::Sender::from(mailbox(&name, &letter.from)));
    let line = headers.to_string();
    let name = line.trim_start_matches("Sender:").rsplit_once('<').map_or("", |(name, _)| name).trim();
    format!("{name} <{id}>")
}
