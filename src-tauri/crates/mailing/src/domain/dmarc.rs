//! DMARC: the domain's policy, and whether what is signed or named belongs to the From line (RFC 7489).
//!
//! The organisation's domain is found by walking up the tree, as the successor of RFC 7489 does: a list of public
//! suffixes would have to be kept up to date here, and a record in DNS says it better.

use super::{DnsError, DomainFinding, Found, Resolver, Sender, Verdict, finding, is_within, starting, tag};

const VERSION: &str = "v=DMARC1";

/// A policy and where it was found.
struct Policy {
    domain: String,
    record: String,
}

pub(super) fn policy(sender: &Sender, resolver: &dyn Resolver) -> Found {
    let from = &sender.from;
    for domain in upwards(from) {
        let name = format!("_dmarc.{domain}");
        let records = starting(&resolver.txt(&name)?, VERSION);
        match records.as_slice() {
            [] => {}
            [record] => return Ok(vec![judged(from, &Policy { domain: domain.to_owned(), record: record.clone() })]),
            several => {
                let words = format!("{name} has {} records, and then none counts; leave the first", several.len());
                return Ok(vec![finding("dmarc", Verdict::Wrong, words).with(name, &several[0])]);
            }
        }
    }
    let words = format!("{from} has no DMARC record, which Gmail, Yahoo and Microsoft ask of bulk senders");
    let record = format!("{VERSION}; p=none; rua=mailto:postmaster@{from}");
    Ok(vec![finding("dmarc", Verdict::Missing, words).with(format!("_dmarc.{from}"), record)])
}

fn judged(from: &str, policy: &Policy) -> DomainFinding {
    let Policy { domain, record } = policy;
    let name = format!("_dmarc.{domain}");
    // A record of a parent may say otherwise for what is below it.
    let below = (domain != from).then(|| tag(record, "sp")).flatten();
    let which = if below.is_some() { "sp" } else { "p" };
    let wanted = below.or_else(|| tag(record, "p")).unwrap_or_default().to_ascii_lowercase();
    let inherited = if domain == from { String::new() } else { format!(", which counts for {from} too") };
    match wanted.as_str() {
        "reject" | "quarantine" => {
            finding("dmarc", Verdict::Good, format!("{name} asks for `{which}={wanted}`{inherited}"))
        }
        "none" => {
            let words = format!(
                "{name} only watches (`{which}=none`){inherited}; that is enough for bulk mail, and `quarantine` would \
                 protect the name once all your mail passes"
            );
            finding("dmarc", Verdict::Advice, words).with(name, with_policy(record, which))
        }
        _ => {
            let words = format!("{name} has no policy that counts: `{record}`");
            finding("dmarc", Verdict::Wrong, words).with(name, format!("{VERSION}; p=none"))
        }
    }
}

/// The record with the policy of one tag made stronger.
fn with_policy(record: &str, which: &str) -> String {
    let stronger = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if key.trim() == which => format!("{which}=quarantine"),
        _ => pair.trim().to_owned(),
    };
    record.split(';').filter(|pair| !pair.trim().is_empty()).map(stronger).collect::<Vec<_>>().join("; ")
}

/// DMARC counts a signature or SPF only for a domain that belongs to the From line's.
pub(super) fn alignment(sender: &Sender, resolver: &dyn Resolver) -> Found {
    let from = sender.from.as_str();
    let record = nearest(from, resolver)?.map(|policy| policy.record).unwrap_or_default();
    let strict = |name: &str| tag(&record, name).is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
    let mut signs = false;
    for key in &sender.keys {
        signs = signs || belongs(&key.domain, from, strict("adkim"), resolver)?;
    }
    let path = belongs(&sender.return_path, from, strict("aspf"), resolver)?;
    let strictly =
        if strict("adkim") || strict("aspf") { " (the DMARC record asks for the very same domain)" } else { "" };
    let (verdict, words) = match (signs, path) {
        (true, true) => (Verdict::Good, format!("signature and return path both belong to {from}")),
        (true, false) => {
            let words = format!(
                "the signature belongs to {from}; the return path's domain {} does not, so SPF alone would not count{strictly}",
                sender.return_path
            );
            (Verdict::Good, words)
        }
        (false, true) => {
            let words = format!(
                "only the return path belongs to {from}{strictly}. Forwarding loses it; a signature would survive"
            );
            (Verdict::Advice, words)
        }
        (false, false) => {
            let words = format!(
                "neither a signature nor the return path's domain {} belongs to {from}{strictly}, so DMARC counts \
                 neither; sign for {from}, or set `return-path` to an address in it",
                sender.return_path
            );
            (Verdict::Wrong, words)
        }
    };
    Ok(vec![finding("alignment", verdict, words)])
}

/// Whether a domain speaks for the From line's.
pub(crate) fn belongs(domain: &str, from: &str, strict: bool, resolver: &dyn Resolver) -> Result<bool, DnsError> {
    if strict {
        return Ok(domain == from);
    }
    if is_within(domain, from) || is_within(from, domain) {
        return Ok(true);
    }
    // Two that are siblings have the same organisation above them, if there is one that says so.
    let (one, other) = (organisation(domain, resolver)?, organisation(from, resolver)?);
    Ok(one.is_some() && one == other)
}

/// The highest domain that has a policy; one that registers names for others (`psd=y`) is nobody's organisation.
fn organisation(domain: &str, resolver: &dyn Resolver) -> Result<Option<String>, DnsError> {
    let mut highest = None;
    for domain in upwards(domain) {
        if let [record] = starting(&resolver.txt(&format!("_dmarc.{domain}"))?, VERSION).as_slice() {
            match tag(record, "psd").as_deref() {
                Some("y") => break,
                Some("n") => return Ok(Some(domain.to_owned())),
                _ => highest = Some(domain.to_owned()),
            }
        }
    }
    Ok(highest)
}

fn nearest(domain: &str, resolver: &dyn Resolver) -> Result<Option<Policy>, DnsError> {
    for domain in upwards(domain) {
        if let [record] = starting(&resolver.txt(&format!("_dmarc.{domain}"))?, VERSION).as_slice() {
            return Ok(Some(Policy { domain: domain.to_owned(), record: record.clone() }));
        }
    }
    Ok(None)
}

/// A domain and those above it, but for the last label, which belongs to a registry. At most eight are asked about, as
/// many as verifiers do.
fn upwards(domain: &str) -> impl Iterator<Item = &str> {
    let parents = std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, parent)| parent));
    parents.filter(|domain| domain.contains('.')).take(8)
}
