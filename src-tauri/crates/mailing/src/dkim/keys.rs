//! Keys: made here, kept in the data folder for their owner alone, published by the domain's owner.
//!
//! A key's file is named after the place of its record, `masthead._domainkey.example.org.pem`. The private half never
//! leaves it; what is printed is the record with the public half.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RsaKeyPair};
use jiff::Timestamp;
use serde::Serialize;

use super::{Seal, Signer};
use crate::address::Address;
use crate::base64;
use crate::store::private_folder;

/// The keys in a data folder.
#[derive(Debug, Clone)]
pub struct DkimKeys {
    folder: PathBuf,
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// RSA of 2048 bits, which everybody verifies.
    Rsa,
    /// Ed25519 (RFC 8463), short and fast; not yet verified everywhere, so it stands beside an RSA key.
    Ed25519,
}

/// The record that publishes a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRecord {
    /// The domain that signs.
    pub domain: String,
    /// The key's name in it.
    pub selector: String,
    /// What kind it is.
    pub kind: KeyKind,
    /// Where the record stands: `masthead._domainkey.example.org`.
    pub name: String,
    /// The text of the TXT record.
    pub value: String,
}

impl KeyRecord {
    /// The record as a zone file has it; a string of DNS holds 255 bytes, so a longer text is several.
    pub fn zone_line(&self) -> String {
        let pieces: Vec<String> =
            self.value.as_bytes().chunks(250).map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece))).collect();
        format!("{}. IN TXT ( {} )", self.name, pieces.join(" "))
    }
}

/// Why there is no such key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The name cannot be part of a domain.
    #[error("`{selector}` cannot name a key")]
    BadSelector {
        /// The name.
        selector: String,
    },
    /// The domain is none.
    #[error("`{domain}` is no domain")]
    BadDomain {
        /// The domain.
        domain: String,
    },
    /// There is one with this name already.
    #[error("there is a key `{selector}` for {domain} already")]
    Exists {
        /// Its name.
        selector: String,
        /// Its domain.
        domain: String,
    },
    /// There is none with this name.
    #[error("there is no key `{selector}` for {domain}")]
    Missing {
        /// Its name.
        selector: String,
        /// Its domain.
        domain: String,
    },
    /// The file does not hold a key.
    #[error("`{}` holds no key that can sign", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
    },
    /// No key could be made.
    #[error("the system could not make a key")]
    Making,
    /// The file cannot be read or written.
    #[error("`{}` cannot be read or written", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl KeyError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            KeyError::BadSelector { .. } => "key-bad-selector",
            KeyError::BadDomain { .. } => "key-bad-domain",
            KeyError::Exists { .. } => "key-exists",
            KeyError::Missing { .. } => "key-missing",
            KeyError::Unusable { .. } => "key-unusable",
            KeyError::Making => "key-making",
            KeyError::File { .. } => "key-file",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            KeyError::BadSelector { .. } => "use small letters, digits and hyphens, as in `masthead-2026`",
            KeyError::BadDomain { .. } => "write it as in `example.org`",
            KeyError::Exists { .. } => "a key in use is never written over; look at the keys that are there",
            KeyError::Missing { .. } => "put its file back, or make a new key and publish its record",
            KeyError::Unusable { .. } => "put the file back from a backup, or make a key with another name",
            KeyError::Making => "try again; if it stays so, the system has no randomness to give",
            KeyError::File { .. } => "check that the data folder is yours and that the disk is not full",
        }
    }
}

/// The half that signs. It has no `Debug`.
pub(super) enum PrivateKey {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl DkimKeys {
    /// The keys of this data folder.
    pub fn in_folder(data: &Path) -> DkimKeys {
        DkimKeys { folder: data.join("dkim") }
    }

    /// Makes a key and keeps it in a file that only its owner may read. None is ever written over.
    pub fn make(&self, domain: &str, selector: &str, kind: KeyKind) -> Result<KeyRecord, KeyError> {
        let (domain, selector) = (checked_domain(domain)?, checked_selector(selector)?);
        let path = self.path(&domain, &selector);
        let key = PrivateKey::make(kind)?;
        let fault = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists { selector: selector.clone(), domain: domain.clone() },
            _ => KeyError::File { path: path.clone(), source },
        };
        private_folder(&self.folder).map_err(fault)?;
        write_new(&path, &key.pem()?).map_err(fault)?;
        Ok(key.record(&domain, &selector))
    }

    /// The record of a key.
    pub fn record(&self, domain: &str, selector: &str) -> Result<KeyRecord, KeyError> {
        let (domain, selector) = (checked_domain(domain)?, checked_selector(selector)?);
        Ok(self.load(&domain, &selector)?.record(&domain, &selector))
    }

    /// The records of all keys, by name.
    pub fn records(&self) -> Result<Vec<KeyRecord>, KeyError> {
        let fault = |source| KeyError::File { path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(fault)?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
            let place = name.strip_suffix(".pem").and_then(|name| name.split_once("._domainkey."));
            names.extend(place.map(|(selector, domain)| (domain.to_owned(), selector.to_owned())));
        }
        names.sort();
        names.iter().map(|(domain, selector)| self.record(domain, selector)).collect()
    }

    /// A signer with the keys of a seal, which signs as of `time`.
    pub(crate) fn signer(&self, seal: &Seal, time: Timestamp) -> Result<Signer, KeyError> {
        let key = |selector: &String| Ok((selector.clone(), self.load(&seal.domain, selector)?));
        let keys = seal.selectors.iter().map(key).collect::<Result<_, KeyError>>()?;
        Signer::new(&seal.domain, keys, time).map_err(|_| KeyError::Unusable { path: self.folder.clone() })
    }

    fn load(&self, domain: &str, selector: &str) -> Result<PrivateKey, KeyError> {
        let path = self.path(domain, selector);
        match fs::read_to_string(&path) {
            Ok(pem) => PrivateKey::read(&pem).ok_or(KeyError::Unusable { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(KeyError::Missing { selector: selector.to_owned(), domain: domain.to_owned() })
            }
            Err(source) => Err(KeyError::File { path, source }),
        }
    }

    fn path(&self, domain: &str, selector: &str) -> PathBuf {
        self.folder.join(format!("{selector}._domainkey.{domain}.pem"))
    }
}

impl PrivateKey {
    fn make(kind: KeyKind) -> Result<PrivateKey, KeyError> {
        match kind {
            KeyKind::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).map(|pair| PrivateKey::Rsa(Box::new(pair))),
            KeyKind::Ed25519 => Ed25519KeyPair::generate().map(|pair| PrivateKey::Ed25519(Box::new(pair))),
        }
        .map_err(|_| KeyError::Making)
    }

    fn read(pem: &str) -> Option<PrivateKey> {
        let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = base64::decode(&text)?;
        let rsa = RsaKeyPair::from_pkcs8(&der).map(|pair| PrivateKey::Rsa(Box::new(pair)));
        rsa.or_else(|_| Ed25519KeyPair::from_pkcs8(&der).map(|pair| PrivateKey::Ed25519(Box::new(pair)))).ok()
    }

    fn pem(&self) -> Result<String, KeyError> {
        let der = match self {
            PrivateKey::Rsa(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair.as_ref()),
            PrivateKey::Ed25519(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair.as_ref()),
        };
        let text = base64::encode(der.map_err(|_| KeyError::Making)?.as_ref());
        let lines: Vec<&[u8]> = text.as_bytes().chunks(64).collect();
        let body = String::from_utf8_lossy(&lines.join(&b'\n')).into_owned();
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
    }

    fn record(&self, domain: &str, selector: &str) -> KeyRecord {
        // RFC 6376 3.6.1 publishes an RSA key in its frame, RFC 8463 4.1 an Ed25519 key bare.
        let (kind, word, public) = match self {
            PrivateKey::Rsa(pair) => {
                let der = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key());
                (KeyKind::Rsa, "rsa", der.map(|der| der.as_ref().to_vec()).unwrap_or_default())
            }
            PrivateKey::Ed25519(pair) => (KeyKind::Ed25519, "ed25519", pair.public_key().as_ref().to_vec()),
        };
        KeyRecord {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            kind,
            name: format!("{selector}._domainkey.{domain}"),
            value: format!("v=DKIM1; k={word}; p={}", base64::encode(&public)),
        }
    }
}

fn checked_domain(domain: &str) -> Result<String, KeyError> {
    let address = Address::parse(&format!("key@{}", domain.trim()));
    address.map(|address| address.domain().to_owned()).map_err(|_| KeyError::BadDomain { domain: domain.to_owned() })
}

fn checked_selector(selector: &str) -> Result<String, KeyError> {
    let part = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty()
            && part.len() <= 63
            && part.bytes().all(plain)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let small = selector.to_ascii_lowercase();
    let good = small.len() <= 120 && small.split('.').all(part);
    if good { Ok(small) } else { Err(KeyError::BadSelector { selector: selector.to_owned() }) }
}

/// Writes a file that did not exist, readable by its owner alone from its first byte on.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
