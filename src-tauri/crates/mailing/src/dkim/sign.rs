//! Signatures: `From` twice, so that nobody can put a second one over it, everything that names the person, the list
//! or the way out of it, and the body.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256};
use jiff::Timestamp;

use super::canonical::{self, Header};
use super::keys::PrivateKey;
use crate::base64;

/// What is signed when it is there, beside every `List-` header. RFC 8058 4 asks for the list's own; the rest is what
/// RFC 6376 5.4.1 advises.
const SIGNED: [&str; 16] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "feedback-id",
    "precedence",
    "organization",
];

/// Signs messages for one domain, with each of its keys.
pub(crate) struct Signer {
    domain: String,
    keys: Vec<(String, PrivateKey)>,
    time: Timestamp,
}

impl Signer {
    /// One that signs as of `time`, with these keys by their selectors. A key that cannot sign is found here.
    pub(super) fn new(domain: &str, keys: Vec<(String, PrivateKey)>, time: Timestamp) -> Result<Signer, Unspecified> {
        let signer = Signer { domain: domain.to_owned(), keys, time };
        signer.try_sign(b"\r\n").map(|_| signer)
    }

    /// The message with a signature of each key before it.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.try_sign(message).expect("every key signed when the signer was made")
    }

    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (headers, body) = canonical::cut(message);
        let chosen = chosen(&headers);
        let mut text = Vec::with_capacity(2_048);
        for header in chosen.iter().flatten() {
            canonical::header(*header, &mut text);
            text.extend_from_slice(b"\r\n");
        }
        let names = names(&chosen);
        let body_hash = base64::encode(digest(&SHA256, &canonical::body(body)).as_ref());
        let mut signed = Vec::with_capacity(message.len() + 1_024 * self.keys.len());
        for (selector, key) in &self.keys {
            let header = self.header(selector, key, &names, &body_hash);
            signed.extend_from_slice(header.as_bytes());
            push_folded(&base64::encode(&signature(key, &text, &header)?), &mut signed);
            signed.extend_from_slice(b"\r\n");
        }
        signed.extend_from_slice(message);
        Ok(signed)
    }

    /// The header up to and with `b=`.
    fn header(&self, selector: &str, key: &PrivateKey, names: &str, body_hash: &str) -> String {
        let algorithm = match key {
            PrivateKey::Rsa(_) => "rsa-sha256",
            PrivateKey::Ed25519(_) => "ed25519-sha256",
        };
        format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={}; s={selector};\r\n t={};\r\n h={names};\r\n \
             bh={body_hash};\r\n b=",
            self.domain,
            self.time.as_second(),
        )
    }
}

/// The headers to sign, in their order. `None` stands for the second `From`, which is not there and must not come.
fn chosen<'a>(headers: &[Header<'a>]) -> Vec<Option<Header<'a>>> {
    let mut chosen = Vec::with_capacity(headers.len() + 1);
    // RFC 6376 5.4.2: of several with one name the last is signed first.
    for header in headers.iter().rev() {
        let name = header.name.to_ascii_lowercase();
        if name.starts_with("list-") || SIGNED.contains(&name.as_str()) {
            chosen.push(Some(*header));
        }
    }
    chosen.push(None);
    chosen
}

fn names(chosen: &[Option<Header<'_>>]) -> String {
    let mut names = String::new();
    let mut column = 3;
    for (place, header) in chosen.iter().enumerate() {
        let name = header.map_or("From", |header| header.name);
        if column + name.len() > 76 {
            names.push_str("\r\n  ");
            column = 2;
        }
        names.push_str(name);
        if place + 1 < chosen.len() {
            names.push(':');
        }
        column += name.len() + 1;
    }
    names
}

fn signature(key: &PrivateKey, headers: &[u8], own: &str) -> Result<Vec<u8>, Unspecified> {
    let mut text = Vec::with_capacity(headers.len() + own.len());
    text.extend_from_slice(headers);
    let (name, value) = own.split_once(':').ok_or(Unspecified)?;
    canonical::header(Header { name, value: value.as_bytes() }, &mut text);
    match key {
        PrivateKey::Rsa(pair) => {
            let mut bytes = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &text, &mut bytes)?;
            Ok(bytes)
        }
        // RFC 8463 3: what is signed is the hash.
        PrivateKey::Ed25519(pair) => sign_hash(pair, &text),
    }
}

fn sign_hash(pair: &Ed25519KeyPair, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
    debug_assert_eq!(pair.public_key().as_ref().len(), 32);
    Ok(pair.try_sign(digest(&SHA256, text).as_ref())?.as_ref().to_vec())
}

fn push_folded(text: &str, out: &mut Vec<u8>) {
    for (place, piece) in text.as_bytes().chunks(72).enumerate() {
        if place > 0 {
            out.extend_from_slice(b"\r\n ");
        }
        out.extend_from_slice(piece);
    }
}
