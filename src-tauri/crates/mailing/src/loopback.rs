//! What arrived, held against what was sent: a test to one's own mailbox.
//!
//! Servers on the way may rewrite, strip and re-encode, and only the far end shows it. [`examine`] compares the parts,
//! the headers that bulk mail must keep, and every signature, with the keys as DNS publishes them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use crate::dkim::{DkimKeys, KeyRecord};
use crate::domain::{DnsError, DomainFinding, Resolver, Verdict, belongs};
use crate::letter::mime::Form;
use crate::letter::{Letter, Recipient};
use crate::store::{Store, StoreError};
use crate::unsubscribe::LinkKey;

/// Headers that must arrive as they were sent, beside every `List-` one.
const KEPT: [&str; 7] = ["from", "to", "subject", "date", "message-id", "reply-to", "feedback-id"];

impl Store {
    /// One copy of a letter that stands in no ledger: signed, and with true links, as an edition's copies are.
    /// `boundary` and the recipient's Message-ID are the caller's choice, and must be new.
    pub fn single_copy(
        &self,
        letter: &Letter,
        to: &Recipient,
        boundary: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, StoreError> {
        let keys = DkimKeys::in_folder(self.folder());
        let signer = letter.seal.as_ref().map(|seal| keys.signer(seal, now)).transpose()?;
        let form = Form::new(letter.clone(), boundary, now).signed_by(signer);
        Ok(form.signing_links(LinkKey::of(&self.db())?).render(to))
    }
}

/// Compares what arrived with what was sent. `keys` are those it was signed with; DNS says what the world sees of them.
pub fn examine(sent: &[u8], arrived: &[u8], keys: &[KeyRecord], resolver: &dyn Resolver) -> Vec<DomainFinding> {
    let parser = MessageParser::default();
    let (Some(before), Some(after)) = (parser.parse(sent), parser.parse(arrived)) else {
        return vec![told("parts", Verdict::Wrong, "what arrived is no mail")];
    };
    let mut findings = vec![parts(&before, &after), headers(&before, &after)];
    findings.extend(signatures(&after, arrived, keys, resolver));
    findings.extend(receiver(&after));
    findings
}

fn told(subject: &'static str, verdict: Verdict, words: impl Into<String>) -> DomainFinding {
    DomainFinding { subject, verdict, words: words.into(), record: None }
}

/// Each part by its kind and its decoded bytes: how it was encoded on the way is nobody's matter.
fn parts(before: &Message<'_>, after: &Message<'_>) -> DomainFinding {
    let (sent, arrived) = (contents(before), contents(after));
    let kinds =
        |parts: &[(String, Vec<u8>)]| parts.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(", ");
    if sent.iter().map(|part| &part.0).ne(arrived.iter().map(|part| &part.0)) {
        let words = format!("{} were sent, and {} arrived", kinds(&sent), kinds(&arrived));
        return told("parts", Verdict::Wrong, words);
    }
    match sent.iter().zip(&arrived).find(|(sent, arrived)| sent.1 != arrived.1) {
        Some((changed, _)) => told("parts", Verdict::Wrong, format!("the {} part was changed on the way", changed.0)),
        None => {
            told("parts", Verdict::Good, format!("{} parts arrived as they were sent: {}", sent.len(), kinds(&sent)))
        }
    }
}

fn contents(mail: &Message<'_>) -> Vec<(String, Vec<u8>)> {
    let whole = mail.parts.iter().filter(|part| !matches!(part.body, PartType::Multipart(_)));
    let kind = |part: &mail_parser::MessagePart<'_>| {
        part.content_type().map_or_else(
            || "text/plain".to_owned(),
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase(),
        )
    };
    let bytes = |part: &mail_parser::MessagePart<'_>| {
        let text = part.is_text() || part.is_text_html();
        // A server may add an empty line at the end, which says nothing.
        if text { part.contents().trim_ascii_end().to_vec() } else { part.contents().to_vec() }
    };
    whole.map(|part| (kind(part), bytes(part))).collect()
}

fn headers(before: &Message<'_>, after: &Message<'_>) -> DomainFinding {
    let (sent, arrived) = (kept(before), kept(after));
    let lost: Vec<&str> = sent.iter().filter(|one| !arrived.contains(one)).map(|(name, _)| name.as_str()).collect();
    if !lost.is_empty() {
        let words = format!("changed or taken out on the way: {}", lost.join(", "));
        return told("headers", Verdict::Wrong, words);
    }
    let lists: Vec<&str> =
        sent.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("list-")).collect();
    told(
        "headers",
        Verdict::Good,
        format!("{} headers arrived as they were sent, among them {}", sent.len(), lists.join(", ")),
    )
}

/// The headers that must be kept, unfolded.
fn kept(mail: &Message<'_>) -> Vec<(String, String)> {
    let all = mail
        .headers_raw()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" ")));
    all.filter(|(name, _)| KEPT.contains(&name.as_str()) || name.starts_with("list-")).collect()
}

/// What the receiving server itself found, if it says so: only it can know about SPF.
fn receiver(after: &Message<'_>) -> Option<DomainFinding> {
    let mut all = after.headers_raw();
    let (_, value) = all.find(|(name, _)| name.eq_ignore_ascii_case("authentication-results"))?;
    let words: Vec<&str> = value.split_whitespace().collect();
    let said = words.join(" ");
    let failed = said.to_ascii_lowercase().split([' ', ';']).any(|word| {
        word.split_once('=').is_some_and(|(what, found)| {
            ["spf", "dkim", "dmarc"].contains(&what) && ["fail", "permerror", "softfail"].contains(&found)
        })
    });
    let verdict = if failed { Verdict::Wrong } else { Verdict::Good };
    Some(told("receiver", verdict, format!("the receiving server says: {said}")))
}

/// Whether each signature holds, by the key that DNS publishes; and whether one of them belongs to the From line.
fn signatures(after: &Message<'_>, raw: &[u8], keys: &[KeyRecord], resolver: &dyn Resolver) -> Vec<DomainFinding> {
    let parsed = AuthenticatedMessage::parse(raw);
    let Some(parsed) = parsed.filter(|parsed| !parsed.dkim_headers.is_empty()) else {
        let words = "what arrived bears no signature; `masthead domain key new` makes a key to sign with";
        return vec![told("dkim", if keys.is_empty() { Verdict::Advice } else { Verdict::Wrong }, words)];
    };
    let signers: Vec<(String, String)> =
        parsed.dkim_headers.iter().map(|one| (one.header.d.clone(), one.header.s.clone())).collect();
    let (published, mut findings) = published(&signers, keys, resolver);
    let held = verified(&parsed, &published);
    for ((domain, selector), held) in signers.iter().zip(&held) {
        findings.push(match held {
            true => told("dkim", Verdict::Good, format!("the signature of {domain} by the key `{selector}` holds")),
            false => told(
                "dkim",
                Verdict::Wrong,
                format!("the signature of {domain} by the key `{selector}` does not hold: the mail was changed on the way, or the key is another"),
            ),
        });
    }
    let holding = signers.iter().zip(&held).filter(|(_, held)| **held).map(|((domain, _), _)| domain.as_str());
    findings.push(aligned(after, holding, resolver));
    findings
}

fn aligned<'a>(
    after: &Message<'_>,
    mut domains: impl Iterator<Item = &'a str>,
    resolver: &dyn Resolver,
) -> DomainFinding {
    let from = after.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default();
    let from = from.rsplit('@').next().unwrap_or_default();
    match domains.find(|domain| belongs(domain, from, false, resolver).unwrap_or(*domain == from)) {
        Some(domain) => told(
            "alignment",
            Verdict::Good,
            format!("a signature that holds, of {domain}, belongs to the From line's {from}"),
        ),
        None => told(
            "alignment",
            Verdict::Wrong,
            format!("no signature that holds belongs to the From line's domain {from}"),
        ),
    }
}

/// The keys of these signatures by the names verifiers ask for, and what is amiss with their publishing.
fn published(
    signers: &[(String, String)],
    keys: &[KeyRecord],
    resolver: &dyn Resolver,
) -> (Published, Vec<DomainFinding>) {
    let (mut known, mut findings) = (HashMap::new(), Vec::new());
    for (domain, selector) in signers {
        let name = format!("{selector}._domainkey.{domain}");
        let own = keys.iter().find(|key| key.name == name).map(|key| key.value.clone());
        let record = match resolver.txt(&name) {
            Ok(texts) if texts.records.is_empty() => {
                let words = format!("the key `{selector}` is not published, so nobody else can verify its signature");
                findings.push(told("dkim", Verdict::Wrong, words));
                own
            }
            Ok(texts) => texts.records.into_iter().next(),
            Err(DnsError { text, .. }) => {
                let words = format!("DNS gave no answer about {name} ({text}), so the key kept here was taken");
                findings.push(told("dkim", Verdict::Unknown, words));
                own
            }
        };
        if let Some(key) = record.and_then(|record| DomainKey::parse(record.as_bytes()).ok()) {
            known.insert(format!("{name}.").into_boxed_str(), Txt::DomainKey(Arc::new(key)));
        }
    }
    (Published(known), findings)
}

/// For each signature whether it holds.
fn verified(parsed: &AuthenticatedMessage<'_>, published: &Published) -> Vec<bool> {
    // It is told every key beforehand and has nobody to ask.
    let nowhere = ResolverConfig::from_parts(None, vec![], vec![]);
    let authenticator = MessageAuthenticator::new(nowhere, ResolverOpts::default()).ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok();
    let (Some(authenticator), Some(runtime)) = (authenticator, runtime) else { return Vec::new() };
    let parameters = Parameters::new(parsed).with_txt_cache(published);
    let found = runtime.block_on(authenticator.verify_dkim(parameters));
    found.iter().map(|one| one.result() == &DkimResult::Pass).collect()
}

/// Keys that were asked for already.
struct Published(HashMap<Box<str>, Txt>);

impl ResolverCache<Box<str>, Txt> for Published {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned()
    }

    fn remove<Q>(&self, _name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _key: Box<str>, _value: Txt, _until: Instant) {}
}
