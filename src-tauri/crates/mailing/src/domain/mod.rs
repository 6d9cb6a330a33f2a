//! What the world must find in DNS before it believes mail from a domain: SPF, DKIM, DMARC, MX, and a relay that speaks
//! TLS.
//!
//! [`check`] asks a [`Resolver`], which is an argument, so that nothing here dials out by itself; [`probe_relay`] is the
//! one part that connects. Each finding says what was found and, where something is missing, the exact record to add.

mod dmarc;
mod dns;
mod keys;
mod macros;
mod mx;
mod probe;
mod providers;
mod spf;

use std::net::IpAddr;

use serde::Serialize;

pub(crate) use dmarc::belongs;
pub use dns::SystemResolver;
pub use probe::probe_relay;

use crate::dkim::KeyRecord;

/// Answers questions about the world's names. A name that is not there has an empty answer.
pub trait Resolver {
    /// The TXT records of a name.
    fn txt(&self, name: &str) -> Result<Texts, DnsError>;
    /// The mail servers of a domain, the preferred one first.
    fn mx(&self, name: &str) -> Result<Vec<String>, DnsError>;
    /// The addresses of a host.
    fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, DnsError>;
}

/// What stands at a name as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// The records, each joined from its strings.
    pub records: Vec<String>,
    /// Where a CNAME led to, when the name itself has no records of its own.
    pub alias: Option<String>,
}

/// Why DNS gave no answer at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("DNS gives no answer about `{name}`: {text}")]
pub struct DnsError {
    /// What was asked about.
    pub name: String,
    /// What was seen.
    pub text: String,
}

impl DnsError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        "dns-no-answer"
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "check the network of this computer and run the check again; nothing was changed"
    }
}

/// How the sender means to send.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The domain of the From line.
    pub from: String,
    /// The domain of the return path, which SPF is about.
    pub return_path: String,
    /// The keys that letters are signed with.
    pub keys: Vec<KeyRecord>,
    /// The relays' hosts.
    pub relays: Vec<String>,
}

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Advice,
    /// DNS or the relay gave no answer, so nobody can say.
    Unknown,
    /// What should be published is not there, and mail will be refused or taken for spam.
    Missing,
    /// What is published is at fault, and mail will be refused or taken for spam.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainFinding {
    /// What: `spf`, `dkim`, `dmarc`, `alignment`, `mx`, `relay`.
    pub subject: &'static str,
    /// How it is to be taken.
    pub verdict: Verdict,
    /// What was found, in a sentence.
    pub words: String,
    /// The record to add or to change to.
    pub record: Option<DnsRecord>,
}

/// A record for whoever keeps the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DnsRecord {
    /// Its place.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its text.
    pub value: String,
}

type Found = Result<Vec<DomainFinding>, DnsError>;

/// Looks a sender's domain over. One question that stays without an answer is a finding of its own; only when none is
/// answered, DNS as such cannot be asked.
pub fn check(sender: &Sender, resolver: &dyn Resolver) -> Found {
    let looked: [(&'static str, Found); 5] = [
        ("spf", spf::findings(sender, resolver)),
        ("dkim", keys::findings(sender, resolver)),
        ("dmarc", dmarc::policy(sender, resolver)),
        ("alignment", dmarc::alignment(sender, resolver)),
        ("mx", mx::findings(sender, resolver)),
    ];
    let asked = looked.iter().filter(|(subject, _)| *subject != "dkim" || !sender.keys.is_empty());
    let failed: Vec<&DnsError> = asked.clone().filter_map(|(_, found)| found.as_ref().err()).collect();
    if failed.len() == asked.count()
        && let Some(error) = failed.first()
    {
        return Err((*error).clone());
    }
    let told = |(subject, found): (&'static str, Found)| {
        found.unwrap_or_else(|error| vec![finding(subject, Verdict::Unknown, error.to_string())])
    };
    Ok(looked.into_iter().flat_map(told).collect())
}

fn finding(subject: &'static str, verdict: Verdict, words: impl Into<String>) -> DomainFinding {
    DomainFinding { subject, verdict, words: words.into(), record: None }
}

impl DomainFinding {
    fn with(self, name: impl Into<String>, value: impl Into<String>) -> DomainFinding {
        DomainFinding { record: Some(DnsRecord { name: name.into(), kind: "TXT", value: value.into() }), ..self }
    }
}

/// The records of a name that begin with a version. What follows it must be its end or a separator, or `v=spf10` would
/// be taken for `v=spf1` (RFC 7208 4.5).
fn starting(texts: &Texts, version: &str) -> Vec<String> {
    let is = |text: &&String| {
        let head = text.get(..version.len()).is_some_and(|head| head.eq_ignore_ascii_case(version));
        head && !text[version.len()..].starts_with(|next: char| next.is_ascii_alphanumeric())
    };
    texts.records.iter().filter(is).cloned().collect()
}

/// The value of a tag in `v=DMARC1; p=none`.
fn tag(record: &str, name: &str) -> Option<String> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Whether a name is another or stands below it.
fn is_within(small: &str, large: &str) -> bool {
    small == large || small.strip_suffix(large).is_some_and(|rest| rest.ends_with('.'))
}
