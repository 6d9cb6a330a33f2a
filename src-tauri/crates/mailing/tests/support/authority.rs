//! A certificate authority of a test's own: it issues what a relay should show, and what it should not.
//!
//! The certificates are X.509 (RFC 5280) written byte by byte, as little of it as a verifier asks for, so that the tests
//! need no other program and no key lies in the repository.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const OTHER_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

pub(crate) struct Authority {
    name: &'static str,
    pair: EcdsaKeyPair,
}

impl Authority {
    pub(crate) fn new(name: &'static str) -> Authority {
        Authority { name, pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap() }
    }

    /// What a computer that trusts it keeps.
    pub(crate) fn pem(&self) -> String {
        let authority =
            der(0x30, &[&oid(BASIC_CONSTRAINTS)[..], &der(0x01, &[&[0xff]]), &wrapped(&[&der(0x01, &[&[0xff]])])]);
        let certificate = self.signed(self.name, &self.pair, "20491231", &authority);
        let text = base64(&certificate);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// What a server named `host` shows, good until a day, written as `20491231`.
    pub(crate) fn server(&self, host: &str, until: &str) -> Arc<ServerConfig> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let names = der(0x30, &[&oid(OTHER_NAMES)[..], &wrapped(&[&der(0x82, &[host.as_bytes()])])]);
        let certificate = CertificateDer::from(self.signed(host, &pair, until, &names));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.to_pkcs8v1().unwrap().as_ref().to_vec()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
    }

    fn signed(&self, subject: &str, pair: &EcdsaKeyPair, until: &str, extension: &[u8]) -> Vec<u8> {
        let algorithm = der(0x30, &[&oid(ECDSA_SHA256)]);
        let serial: Vec<u8> = pair.public_key().as_ref()[1..9].iter().map(|byte| byte & 0x7f | 1).collect();
        let time = |day: &str| der(0x18, &[format!("{day}000000Z").as_bytes()]);
        let key = der(0x30, &[&der(0x30, &[&oid(EC_KEY), &oid(P256)])[..], &bits(pair.public_key().as_ref())]);
        let told = der(
            0x30,
            &[
                &der(0xa0, &[&der(0x02, &[&[2]])])[..],
                &der(0x02, &[&serial]),
                &algorithm,
                &named(self.name),
                &der(0x30, &[&time("20200101")[..], &time(until)]),
                &named(subject),
                &key,
                &der(0xa3, &[&der(0x30, &[extension])]),
            ],
        );
        let signature = self.pair.sign(&SystemRandom::new(), &told).unwrap();
        der(0x30, &[&told[..], &algorithm, &bits(signature.as_ref())])
    }
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap();
    let mut bytes = match length {
        0..=0x7f => vec![tag, length.to_be_bytes()[1]],
        0x80..=0xff => vec![tag, 0x81, length.to_be_bytes()[1]],
        _ => [&[tag, 0x82], &length.to_be_bytes()[..]].concat(),
    };
    bytes.extend(content);
    bytes
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    der(0x06, &[bytes])
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    der(0x03, &[&[0], bytes])
}

/// The value of an extension: a sequence within an octet string.
fn wrapped(parts: &[&[u8]]) -> Vec<u8> {
    der(0x04, &[&der(0x30, parts)])
}

fn named(name: &str) -> Vec<u8> {
    der(0x30, &[&der(0x31, &[&der(0x30, &[&oid(COMMON_NAME)[..], &der(0x0c, &[name.as_bytes()])])])])
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |group: u32, place: u32| char::from(LETTERS[(group >> (18 - 6 * place) & 63) as usize]);
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        (0..4).for_each(|place| text.push(if place as usize <= chunk.len() { letter(group, place) } else { '=' }));
    }
    text
}
