//! MX: whether answers and bounces can arrive.

use super::{DnsError, DomainFinding, Found, Resolver, Sender, Verdict, finding};

pub(super) fn findings(sender: &Sender, resolver: &dyn Resolver) -> Found {
    let mut found = vec![one(&sender.from, "answers cannot arrive", resolver)?];
    if sender.return_path != sender.from {
        found.push(one(&sender.return_path, "bounces cannot arrive", resolver)?);
    }
    Ok(found)
}

fn one(domain: &str, so: &str, resolver: &dyn Resolver) -> Result<DomainFinding, DnsError> {
    let wrong = |words: String| Ok(finding("mx", Verdict::Wrong, words));
    let refused = format!("so {so}, and many servers refuse such senders");
    let servers = resolver.mx(domain)?;
    let Some(first) = servers.first() else {
        // RFC 5321 5.1: without an MX record the host of that name takes the mail.
        if resolver.addresses(domain)?.is_empty() {
            let words =
                format!("{domain} has no mail server (MX), {refused}; ask your mail provider which record to add");
            return Ok(finding("mx", Verdict::Missing, words));
        }
        let words =
            format!("{domain} has no MX record, and its mail goes to the host of that name; add one that says so");
        return Ok(DomainFinding {
            record: Some(super::DnsRecord { name: domain.to_owned(), kind: "MX", value: format!("10 {domain}.") }),
            ..finding("mx", Verdict::Advice, words)
        });
    };
    if first.is_empty() {
        return wrong(format!("{domain} says that it takes no mail at all (RFC 7505), {refused}"));
    }
    for server in &servers {
        if !resolver.addresses(server)?.is_empty() {
            return Ok(finding("mx", Verdict::Good, format!("{domain} takes mail at {server}")));
        }
    }
    wrong(format!("none of the mail servers of {domain} has an address ({}), {refused}", servers.join(", ")))
}
