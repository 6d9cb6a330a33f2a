//! DKIM: whether each key that letters are signed with stands where verifiers look for it (RFC 6376 3.6).

use super::{DnsError, DomainFinding, Found, Resolver, Sender, Texts, Verdict, finding, tag};
use crate::dkim::KeyRecord;

pub(super) fn findings(sender: &Sender, resolver: &dyn Resolver) -> Found {
    if sender.keys.is_empty() {
        let words = "Masthead does not sign its mail. Most mail providers sign it for you: ask yours whether it does, and \
                     for which domain. Only where nobody signs does Masthead need a key of its own";
        return Ok(vec![finding("dkim", Verdict::Advice, words)]);
    }
    sender.keys.iter().map(|key| one(key, resolver)).collect()
}

fn one(key: &KeyRecord, resolver: &dyn Resolver) -> Result<DomainFinding, DnsError> {
    let texts = resolver.txt(&key.name)?;
    let (verdict, words) = judged(key, &texts);
    if verdict == Verdict::Good {
        return Ok(finding("dkim", verdict, words));
    }
    Ok(match &texts.alias {
        // RFC 1034 3.6.2: beside a CNAME nothing else may stand, so the record cannot be added here.
        Some(alias) => finding(
            "dkim",
            verdict,
            format!(
                "{words}; {} is a CNAME to {alias}, so the record has to change there, or the CNAME to go",
                key.name
            ),
        )
        .with(alias, &key.value),
        None => finding("dkim", verdict, words).with(&key.name, &key.value),
    })
}

fn judged(key: &KeyRecord, texts: &Texts) -> (Verdict, String) {
    let selector = &key.selector;
    let wrong = |words: String| (Verdict::Wrong, words);
    let keys: Vec<&String> = texts.records.iter().filter(|text| tag(text, "p").is_some()).collect();
    let record = match keys.as_slice() {
        [] => return (Verdict::Missing, format!("the key `{selector}` is not published")),
        [record] => *record,
        // RFC 6376 3.6.2.2: with several records the result is undefined.
        several => {
            return wrong(format!("{} has {} keys, and verifiers may take any; leave one", key.name, several.len()));
        }
    };
    let public = |text: &str| tag(text, "p").map(|value| value.replace([' ', '\t'], "")).unwrap_or_default();
    let kind = |text: &str| tag(text, "k").unwrap_or_else(|| "rsa".to_owned());
    if public(record).is_empty() {
        return wrong(format!("the key `{selector}` was taken back (`p=` is empty), so every signature by it fails"));
    }
    if (public(record), kind(record)) != (public(&key.value), kind(&key.value)) {
        return wrong(format!("{} publishes another key than the one letters are signed with", key.name));
    }
    if tag(record, "v").is_some_and(|version| version != "DKIM1") {
        return wrong(format!("{} has a version that verifiers pass over: `{record}`", key.name));
    }
    if tag(record, "h").is_some_and(|hashes| !hashes.split(':').any(|hash| hash.trim() == "sha256")) {
        return wrong(format!("{} allows only hashes that letters are not signed with: `{record}`", key.name));
    }
    if tag(record, "s").is_some_and(|services| !services.split(':').any(|one| matches!(one.trim(), "*" | "email"))) {
        return wrong(format!("{} is published for something else than mail: `{record}`", key.name));
    }
    if tag(record, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y")) {
        return (
            Verdict::Advice,
            format!("the key `{selector}` is published as a trial (`t=y`), which may count as none"),
        );
    }
    let through = texts.alias.as_ref().map(|alias| format!(", through a CNAME to {alias}")).unwrap_or_default();
    (Verdict::Good, format!("the key `{selector}` is published{through}"))
}
