//! What a link carries: no address, and nothing that can be changed.
//!
//! ```text
//! 1   version, 1
//! 1   what it is for: `u` unsubscribing and preferences, `c` confirming a subscription
//! 8   the list
//! 16  the subscriber's random token
//! 2   the language the person reads, `--` where that is not known
//! …   the edition, 1 to 100 bytes
//! 64  Ed25519 signature of all this, in the key's use `masthead link `
//! ```

use super::key::LinkKey;
use crate::base64;

const VERSION: u8 = 1;
const DOMAIN: &str = "masthead link ";
const HEAD: usize = 28;
const SIGNATURE: usize = 64;
const EDITION: usize = 100;

/// What a link is for. One kind never passes for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Unsubscribing and preferences; in every edition.
    Leave,
    /// Confirming a subscription; only in the mail that asks for it.
    Confirm,
}

impl Kind {
    fn letter(self) -> u8 {
        match self {
            Kind::Leave => b'u',
            Kind::Confirm => b'c',
        }
    }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// What it is for.
    pub(crate) kind: Kind,
    /// The subscriber's random token.
    pub(crate) subscriber: [u8; 16],
    /// The language the person reads, in two small letters or `--`.
    pub(crate) language: [u8; 2],
    /// The edition whose mail carries it.
    pub(crate) edition: String,
}

impl Link {
    /// A link for the person with this token, 32 hexadecimal digits; nothing where it is none.
    pub(crate) fn new(kind: Kind, token: &str, language: &str, edition: &str) -> Option<Link> {
        let mut end = edition.len().min(EDITION);
        while !edition.is_char_boundary(end) {
            end -= 1;
        }
        let edition = if end == 0 { "-" } else { &edition[..end] };
        Some(Link { kind, subscriber: unhex(token)?, language: letters(language), edition: edition.to_owned() })
    }

    /// The subscriber's token as the list has it.
    pub(crate) fn subscriber(&self) -> String {
        hex(&self.subscriber)
    }

    /// The token for the list.
    pub(crate) fn signed(&self, key: &LinkKey, list: &str) -> String {
        let mut bytes = vec![VERSION, self.kind.letter()];
        bytes.extend_from_slice(&mark(list));
        bytes.extend_from_slice(&self.subscriber);
        bytes.extend_from_slice(&self.language);
        bytes.extend_from_slice(self.edition.as_bytes());
        let signature = key.sign(DOMAIN, &bytes);
        bytes.extend_from_slice(&signature);
        base64::encode_web(&bytes)
    }

    /// What a token says, where this key signed it for this list.
    pub(crate) fn read(token: &str, key: &LinkKey, list: &str) -> Option<Link> {
        let bytes = base64::decode_web(token)?;
        let (payload, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        if payload.len() <= HEAD || payload.len() > HEAD + EDITION || !key.verifies(DOMAIN, payload, signature) {
            return None;
        }
        if payload[0] != VERSION || payload[2..10] != mark(list) {
            return None;
        }
        let kind = [Kind::Leave, Kind::Confirm].into_iter().find(|kind| kind.letter() == payload[1])?;
        let edition = String::from_utf8(payload[HEAD..].to_vec()).ok()?;
        Some(Link {
            kind,
            subscriber: payload[10..26].try_into().ok()?,
            language: payload[26..28].try_into().ok()?,
            edition,
        })
    }
}

/// What a token and the box know a list by.
pub(super) fn mark(list: &str) -> [u8; 8] {
    let mut mark = [0; 8];
    mark.copy_from_slice(&blake3::hash(list.as_bytes()).as_bytes()[..8]);
    mark
}

fn letters(language: &str) -> [u8; 2] {
    let mut letters = language.bytes().take_while(u8::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) => [first, second],
        _ => *b"--",
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 32 || !text.iter().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(c)) {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PERSON: &str = "00112233445566778899aabbccddeeff";

    fn key() -> LinkKey {
        LinkKey::from_seed([7; 32])
    }

    fn link() -> Link {
        Link::new(Kind::Leave, PERSON, "ro-MD", "2026-q4/launch").unwrap()
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let token = link().signed(&key(), "news.example.org");
        let read = Link::read(&token, &key(), "news.example.org").unwrap();
        assert_eq!((read.subscriber(), read.language, &read.edition), (PERSON.to_owned(), *b"ro", &link().edition));
    }

    #[test]
    fn a_token_of_another_list_or_key_is_refused() {
        let token = link().signed(&key(), "news.example.org");
        assert_eq!(Link::read(&token, &key(), "other.example.org"), None);
        assert_eq!(Link::read(&token, &LinkKey::from_seed([8; 32]), "news.example.org"), None);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let token = link().signed(&key(), "l");
        let bytes = base64::decode_web(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Link::read(&base64::encode_web(&bytes), &key(), "l"), None, "bit {bit}");
        }
        for end in 0..token.len() {
            assert_eq!(Link::read(&token[..end], &key(), "l"), None, "{end} letters");
        }
    }

    #[test]
    fn a_person_without_a_token_has_no_link() {
        for token in ["sample", "", "00112233445566778899AABBCCDDEEFF", &PERSON[1..]] {
            assert_eq!(Link::new(Kind::Leave, token, "", "e"), None);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_signed_comes_back(seed: [u8; 32], subscriber: [u8; 16], language in "\\PC{0,4}",
            edition in "\\PC{0,140}", list in "\\PC{0,40}", confirm: bool
        ) {
            let kind = if confirm { Kind::Confirm } else { Kind::Leave };
            let (key, link) = (LinkKey::from_seed(seed), Link::new(kind, &hex(&subscriber), &language, &edition).unwrap());
            let token = link.signed(&key, &list);
            prop_assert!(token.len() <= 256 && token.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
            prop_assert_eq!(Link::read(&token, &key, &list), Some(link));
        }

        #[test]
        fn a_changed_letter_is_refused(place: prop::sample::Index, letter in "[A-Za-z0-9_-]") {
            let token = link().signed(&key(), "l");
            let place = place.index(token.len());
            let changed = format!("{}{letter}{}", &token[..place], &token[place + 1..]);
            prop_assert_eq!(Link::read(&changed, &key(), "l").is_some(), changed == token);
        }

        #[test]
        fn nothing_that_was_not_signed_is_understood(text in "\\PC{0,300}", bytes: Vec<u8>) {
            prop_assert_eq!(Link::read(&text, &key(), "l"), None);
            prop_assert_eq!(Link::read(&base64::encode_web(&bytes), &key(), "l"), None);
        }
    }
}
