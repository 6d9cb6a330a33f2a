//! SPF (RFC 7208): whether a domain lets the relay send, read as receivers read it.

use std::net::IpAddr;

use super::macros::{self, Asked};
use super::{DnsError, DomainFinding, Found, Resolver, Sender, Verdict, finding, providers, starting};

const VERSION: &str = "v=spf1";
/// RFC 7208 4.6.4: terms that ask DNS, and those of them that may find nothing.
const MOST_LOOKUPS: usize = 10;
const MOST_VOID: usize = 2;

pub(super) fn findings(sender: &Sender, resolver: &dyn Resolver) -> Found {
    let domain = &sender.return_path;
    let relays = Relays::of(sender, resolver)?;
    let records = starting(&resolver.txt(domain)?, VERSION);
    let record = match records.as_slice() {
        [] => return Ok(vec![missing(domain, &relays, resolver)?]),
        [record] => record,
        several => {
            let words = format!(
                "{domain} has {} SPF records, and then none counts (RFC 7208 4.5); leave this one in their place",
                several.len()
            );
            return Ok(vec![finding("spf", Verdict::Wrong, words).with(domain, joined(several))]);
        }
    };
    Ok(vec![judged(record, domain, &relays, resolver)?])
}

/// What is known of the relays.
struct Relays {
    /// Their addresses, but for this computer's own, which nobody outside ever sees.
    addresses: Vec<IpAddr>,
    /// What their providers ask to include. Such a relay sends from other addresses than it takes mail at.
    includes: Vec<&'static str>,
}

impl Relays {
    fn of(sender: &Sender, resolver: &dyn Resolver) -> Result<Relays, DnsError> {
        let mut relays = Relays { addresses: Vec::new(), includes: Vec::new() };
        for host in sender.relays.iter().filter(|host| *host != "localhost") {
            match providers::include(host) {
                Some(include) => relays.includes.push(include),
                None => relays.addresses.extend(resolver.addresses(host)?.iter().filter(|ip| !ip.is_loopback())),
            }
        }
        relays.includes.dedup();
        Ok(relays)
    }

    fn mechanisms(&self) -> Vec<String> {
        let includes = self.includes.iter().map(|include| format!("include:{include}"));
        includes.chain(self.addresses.iter().map(named)).collect()
    }

    fn are_known(&self) -> bool {
        !self.addresses.is_empty() || !self.includes.is_empty()
    }
}

fn named(address: &IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("ip4:{address}"),
        IpAddr::V6(address) => format!("ip6:{address}"),
    }
}

fn missing(domain: &str, relays: &Relays, resolver: &dyn Resolver) -> Result<DomainFinding, DnsError> {
    let missing = |more: &str| {
        finding("spf", Verdict::Missing, format!("{domain} has no SPF record, so anybody could send in its name{more}"))
    };
    let record = |mechanisms: &str| format!("{VERSION} {mechanisms} ~all");
    if relays.are_known() {
        return Ok(missing("").with(domain, record(&relays.mechanisms().join(" "))));
    }
    // A record that names nobody would have every letter doubted.
    if resolver.mx(domain)?.iter().all(String::is_empty) {
        return Ok(missing("; ask the provider that sends your mail which record to add"));
    }
    let words = "; the record below lets the servers that take your mail (`mx`) send it too. If another provider sends \
                 it, put what they say in place of `mx`";
    Ok(missing(words).with(domain, record("mx")))
}

fn judged(record: &str, domain: &str, relays: &Relays, resolver: &dyn Resolver) -> Result<DomainFinding, DnsError> {
    let wrong = |words: String| finding("spf", Verdict::Wrong, words);
    if terms(record).any(|term| matches!(term.to_ascii_lowercase().as_str(), "all" | "+all")) {
        let words = format!("the SPF record of {domain} lets everybody send in its name (`+all`)");
        return Ok(wrong(words).with(domain, ending(record, "~all")));
    }
    // An address that no record names walks through all of it, so this is what receivers pay for a stranger's mail.
    let mut walk = Walk::new(domain, IpAddr::from([0, 0, 0, 0]), resolver);
    let whole = walk.verdict(record, domain)?;
    let lookups = walk.lookups;
    if let Outcome::Permanent(fault) = whole {
        let words = format!("the SPF record of {domain} counts for nothing: {fault}");
        return Ok(wrong(words));
    }
    if whole == Outcome::Pass {
        let words = format!("the SPF record of {domain} lets every address send in its name: `{record}`");
        return Ok(wrong(words));
    }
    let mut left = Vec::new();
    for address in &relays.addresses {
        if Walk::new(domain, *address, resolver).verdict(record, domain)? != Outcome::Pass {
            left.push(named(address));
        }
    }
    let unnamed: Vec<String> =
        (relays.includes.iter().filter(|include| !walk.included.iter().any(|one| one == *include)))
            .map(|include| format!("include:{include}"))
            .collect();
    if !unnamed.is_empty() {
        let words = format!("{domain} does not name the provider of its mail server (`{}`)", unnamed.join(" "));
        return Ok(wrong(words).with(domain, with(record, &unnamed)));
    }
    if !left.is_empty() {
        let words = format!(
            "{domain} does not name your mail server's address ({}); add it, or, if the server passes mail on to others, what \
             its provider says to include",
            left.join(" ")
        );
        return Ok(finding("spf", Verdict::Advice, words).with(domain, with(record, &left)));
    }
    if whole == Outcome::Neutral {
        let words = format!("the SPF record of {domain} says nothing about strangers; end it with `~all`");
        return Ok(finding("spf", Verdict::Advice, words).with(domain, ending(record, "~all")));
    }
    let allows = if relays.are_known() { "allows your mail server to send" } else { "has an SPF record" };
    let words = format!("{domain} {allows}, with {lookups} of {MOST_LOOKUPS} lookups: `{record}`");
    Ok(finding("spf", Verdict::Good, words))
}

/// One record that says what several say.
fn joined(records: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for term in records.iter().flat_map(|record| terms(record)) {
        let is_end = term.trim_start_matches(['+', '-', '~', '?']).eq_ignore_ascii_case("all");
        if !is_end && !term.starts_with("redirect=") && !kept.contains(&term) {
            kept.push(term);
        }
    }
    format!("{VERSION} {} ~all", kept.join(" "))
}

/// A record that names these, too.
fn with(record: &str, mechanisms: &[String]) -> String {
    let rest: Vec<&str> = terms(record).collect();
    format!("{VERSION} {} {}", mechanisms.join(" "), rest.join(" ")).trim_end().to_owned()
}

/// A record with another end.
fn ending(record: &str, end: &str) -> String {
    let is_end = |term: &&str| term.trim_start_matches(['+', '-', '~', '?']).eq_ignore_ascii_case("all");
    let rest: Vec<&str> = terms(record).filter(|term| !is_end(term)).collect();
    format!("{VERSION} {} {end}", rest.join(" ")).replace("  ", " ")
}

fn terms(record: &str) -> impl Iterator<Item = &str> {
    record.split_whitespace().skip(1)
}

/// What a record says of an address (RFC 7208 2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Pass,
    Fail,
    SoftFail,
    Neutral,
    Permanent(String),
}

impl Outcome {
    fn of(qualifier: char) -> Outcome {
        match qualifier {
            '-' => Outcome::Fail,
            '~' => Outcome::SoftFail,
            '?' => Outcome::Neutral,
            _ => Outcome::Pass,
        }
    }
}

/// What ends a walk early: a fault in a record, or DNS.
enum Stop {
    Fault(String),
    Dns(DnsError),
}

impl From<DnsError> for Stop {
    fn from(error: DnsError) -> Stop {
        Stop::Dns(error)
    }
}

struct Walk<'a> {
    sender: &'a str,
    address: IpAddr,
    resolver: &'a dyn Resolver,
    lookups: usize,
    void: usize,
    included: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(sender: &'a str, address: IpAddr, resolver: &'a dyn Resolver) -> Walk<'a> {
        Walk { sender, address, resolver, lookups: 0, void: 0, included: Vec::new() }
    }

    fn verdict(&mut self, record: &str, domain: &str) -> Result<Outcome, DnsError> {
        match self.evaluate(record, domain) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Fault(words)) => Ok(Outcome::Permanent(words)),
            Err(Stop::Dns(error)) => Err(error),
        }
    }

    fn evaluate(&mut self, record: &str, domain: &str) -> Result<Outcome, Stop> {
        let mut redirect = None;
        for term in terms(record) {
            if let Some(target) = term.strip_prefix("redirect=") {
                if redirect.replace(target).is_some() {
                    return Err(Stop::Fault(format!("`redirect=` stands in it twice: `{record}`")));
                }
                continue;
            }
            if is_modifier(term) {
                continue;
            }
            let qualifier = term.chars().next().filter(|first| "+-~?".contains(*first));
            if self.matches(&term[usize::from(qualifier.is_some())..], domain)? {
                return Ok(Outcome::of(qualifier.unwrap_or('+')));
            }
        }
        match redirect {
            Some(target) => {
                self.ask()?;
                let target = self.expand(target, domain);
                self.evaluate(&self.record(&target, "redirect")?, &target)
            }
            None => Ok(Outcome::Neutral),
        }
    }

    fn matches(&mut self, mechanism: &str, domain: &str) -> Result<bool, Stop> {
        let end = mechanism.find([':', '/']).unwrap_or(mechanism.len());
        let (name, rest) = mechanism.split_at(end);
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        match name.to_ascii_lowercase().as_str() {
            "all" => Ok(true),
            "ip4" | "ip6" => {
                within(self.address, rest).ok_or_else(|| Stop::Fault(format!("`{mechanism}` is no network")))
            }
            "a" => {
                let (target, lengths) = self.host(rest, domain);
                self.ask()?;
                let found = self.resolver.addresses(&target)?;
                self.note(found.is_empty())?;
                Ok(found.iter().any(|one| self.near(*one, &lengths)))
            }
            "mx" => self.mail_servers(rest, domain),
            "include" => self.include(rest, domain),
            "exists" => {
                let target = self.expand(rest, domain);
                self.ask()?;
                let found = self.resolver.addresses(&target)?;
                self.note(found.is_empty())?;
                Ok(!found.is_empty())
            }
            // RFC 7208 5.5: it must not be published, and costs a lookup where it is. Nothing is taken from it.
            "ptr" => self.ask().map(|()| false),
            _ => Err(Stop::Fault(format!("`{mechanism}` is nothing that SPF knows"))),
        }
    }

    fn mail_servers(&mut self, rest: &str, domain: &str) -> Result<bool, Stop> {
        let (target, lengths) = self.host(rest, domain);
        self.ask()?;
        let servers = self.resolver.mx(&target)?;
        self.note(servers.is_empty())?;
        if servers.len() > MOST_LOOKUPS {
            return Err(Stop::Fault(format!("{target} has more than ten mail servers")));
        }
        for server in servers {
            if self.resolver.addresses(&server)?.iter().any(|one| self.near(*one, &lengths)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn include(&mut self, rest: &str, domain: &str) -> Result<bool, Stop> {
        self.ask()?;
        let target = self.expand(rest, domain);
        self.included.push(target.to_ascii_lowercase());
        let record = self.record(&target, "include")?;
        Ok(self.evaluate(&record, &target)? == Outcome::Pass)
    }

    fn record(&self, target: &str, by: &str) -> Result<String, Stop> {
        let mut records = starting(&self.resolver.txt(target)?, VERSION);
        match (records.pop(), records.len()) {
            (Some(record), 0) => Ok(record),
            (None, _) => Err(Stop::Fault(format!("`{by}` leads to {target}, which has no SPF record"))),
            (Some(_), more) => {
                Err(Stop::Fault(format!("`{by}` leads to {target}, which has {} SPF records", more + 1)))
            }
        }
    }

    fn ask(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups <= MOST_LOOKUPS {
            return Ok(());
        }
        Err(Stop::Fault(
            "it asks DNS more than ten times (RFC 7208 4.6.4); take out an `include` that is no longer needed, or put \
             `ip4:` in place of `a` and `mx`"
                .to_owned(),
        ))
    }

    fn note(&mut self, void: bool) -> Result<(), Stop> {
        self.void += usize::from(void);
        if self.void <= MOST_VOID {
            return Ok(());
        }
        Err(Stop::Fault("more than two of its names do not exist (RFC 7208 4.6.4); take them out".to_owned()))
    }

    /// The host of `a` or `mx`, and its two network lengths.
    fn host(&self, rest: &str, domain: &str) -> (String, Lengths) {
        let (host, length) = rest.split_once('/').map_or((rest, ""), |(host, length)| (host, length));
        let (v4, v6) = length.split_once("//").unwrap_or(match length.strip_prefix('/') {
            Some(v6) => ("", v6),
            None => (length, ""),
        });
        let lengths = Lengths { v4: v4.parse().unwrap_or(32), v6: v6.parse().unwrap_or(128) };
        (if host.is_empty() { domain.to_owned() } else { self.expand(host, domain) }, lengths)
    }

    fn expand(&self, text: &str, domain: &str) -> String {
        macros::expand(text, &Asked { sender: self.sender, domain, address: self.address })
    }

    fn near(&self, found: IpAddr, lengths: &Lengths) -> bool {
        found.is_ipv4() == self.address.is_ipv4()
            && same_network(found, self.address, if found.is_ipv4() { lengths.v4 } else { lengths.v6 })
    }
}

struct Lengths {
    v4: u32,
    v6: u32,
}

/// `exp=…` and whatever else may come; a name, an equals sign, and no colon before it.
fn is_modifier(term: &str) -> bool {
    let name = term.split('=').next().unwrap_or_default();
    name.len() < term.len() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Whether an address lies in `192.0.2.0/24`; nothing where that is no network.
fn within(address: IpAddr, network: &str) -> Option<bool> {
    let (base, length) = network.split_once('/').map_or((network, None), |(base, length)| (base, Some(length)));
    let base: IpAddr = base.parse().ok()?;
    let most = if base.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Ok(most), str::parse).ok().filter(|length| *length <= most)?;
    Some(base.is_ipv4() == address.is_ipv4() && same_network(base, address, length))
}

fn same_network(one: IpAddr, other: IpAddr, length: u32) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    };
    length == 0 || (bits(one) ^ bits(other)) >> (128 - length.min(128)) == 0
}
