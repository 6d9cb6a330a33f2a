//! A domain looked over: with answers that a test gives in place of DNS, and with those of a small name server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::collections::HashMap;
use std::net::IpAddr;

use mailing::{
    Attachment, DkimKeys, DnsError, DomainFinding, DomainSender, KeyKind, KeyRecord, Letter, Person, Recipient,
    Resolver, Seal, SystemResolver, Texts, Verdict, check_domain, examine,
};
use support::dns;

#[derive(Default, Clone)]
struct Zone {
    txt: HashMap<String, Texts>,
    mx: HashMap<String, Vec<String>>,
    hosts: HashMap<String, Vec<IpAddr>>,
    down: Vec<&'static str>,
}

impl Zone {
    fn txt(mut self, name: &str, value: &str) -> Zone {
        self.txt.entry(name.to_owned()).or_default().records.push(value.to_owned());
        self
    }

    fn alias(mut self, name: &str, to: &str) -> Zone {
        self.txt.entry(name.to_owned()).or_default().alias = Some(to.to_owned());
        self
    }

    fn host(mut self, name: &str, address: &str) -> Zone {
        self.hosts.entry(name.to_owned()).or_default().push(address.parse().unwrap());
        self
    }

    fn mx(mut self, name: &str, server: &str) -> Zone {
        self.mx.entry(name.to_owned()).or_default().push(server.to_owned());
        self
    }

    fn answer<T: Clone + Default>(&self, name: &str, found: Option<&T>) -> Result<T, DnsError> {
        if self.down.iter().any(|part| name.contains(part)) {
            return Err(DnsError { name: name.to_owned(), text: "no route".to_owned() });
        }
        Ok(found.cloned().unwrap_or_default())
    }
}

impl Resolver for Zone {
    fn txt(&self, name: &str) -> Result<Texts, DnsError> {
        self.answer(name, self.txt.get(name))
    }

    fn mx(&self, name: &str) -> Result<Vec<String>, DnsError> {
        self.answer(name, self.mx.get(name))
    }

    fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, DnsError> {
        self.answer(name, self.hosts.get(name))
    }
}

fn key() -> KeyRecord {
    key_of("example.org")
}

fn key_of(domain: &str) -> KeyRecord {
    let folder = tempfile::tempdir().unwrap();
    DkimKeys::in_folder(folder.path()).make(domain, "masthead", KeyKind::Ed25519).unwrap()
}

fn sender(keys: Vec<KeyRecord>) -> DomainSender {
    DomainSender {
        from: "example.org".into(),
        return_path: "example.org".into(),
        keys,
        relays: vec!["relay.example.net".into()],
    }
}

fn sound(key: &KeyRecord) -> Zone {
    Zone::default()
        .txt("example.org", "some-site-verification=abc")
        .txt("example.org", "v=spf1 ip4:192.0.2.0/24 ~all")
        .txt(&key.name, &key.value)
        .txt("_dmarc.example.org", "v=DMARC1; p=quarantine")
        .mx("example.org", "mx.example.org")
        .host("mx.example.org", "192.0.2.9")
        .host("relay.example.net", "192.0.2.7")
}

fn found(zone: &Zone, sender: &DomainSender, subject: &str) -> DomainFinding {
    check_domain(sender, zone).unwrap().into_iter().find(|found| found.subject == subject).unwrap()
}

#[test]
fn a_sound_domain_has_nothing_to_add() {
    let key = key();
    let findings = check_domain(&sender(vec![key.clone()]), &sound(&key)).unwrap();
    assert!(findings.iter().all(|found| found.verdict == Verdict::Good && found.record.is_none()), "{findings:#?}");
    assert_eq!(findings.len(), 5);
}

#[test]
fn an_empty_domain_is_told_each_record_to_add() {
    let key = key();
    let zone = Zone::default().host("relay.example.net", "192.0.2.7");
    let sender = sender(vec![key.clone()]);
    let record = |subject| {
        let found = found(&zone, &sender, subject);
        assert_eq!(found.verdict, Verdict::Missing, "{subject}");
        found.record.map(|record| (record.name, record.value)).unwrap()
    };
    assert_eq!(record("spf"), ("example.org".into(), "v=spf1 ip4:192.0.2.7 ~all".into()));
    assert_eq!(record("dkim"), (key.name.clone(), key.value.clone()));
    assert_eq!(
        record("dmarc"),
        ("_dmarc.example.org".into(), "v=DMARC1; p=none; rua=mailto:postmaster@example.org".into())
    );
    assert_eq!(found(&zone, &sender, "mx").verdict, Verdict::Missing);
}

#[test]
fn spf_is_read_as_receivers_read_it() {
    let key = key();
    let base = || Zone::default().host("relay.example.net", "192.0.2.7").host("a.example.org", "192.0.2.7");
    for (record, verdict, words) in [
        ("v=spf1 ip4:192.0.2.7 -all", Verdict::Good, "0 of 10 lookups"),
        ("v=spf1 ip4:192.0.2.0/29 -all", Verdict::Good, ""),
        ("v=spf1 ip4:192.0.2.8/29 -all", Verdict::Advice, "192.0.2.7"),
        ("v=spf1 a:a.example.org -all", Verdict::Good, "1 of 10 lookups"),
        ("V=SPF1 A:a.example.org/28 -ALL", Verdict::Good, ""),
        ("v=spf1 mx -all", Verdict::Good, ""),
        ("v=spf1 include:_spf.example.net -all", Verdict::Good, "1 of 10 lookups"),
        ("v=spf1 redirect=_spf.example.net", Verdict::Good, ""),
        ("v=spf1 exists:%{i}.hosts.example.net -all", Verdict::Good, ""),
        ("v=spf1 include:soft.example.net -all", Verdict::Advice, ""),
        ("v=spf1 -ip4:192.0.2.7 ip4:192.0.2.0/24 -all", Verdict::Advice, ""),
        ("v=spf1 ip6:2001:db8::/32 -all", Verdict::Advice, ""),
        ("v=spf1 -all", Verdict::Advice, ""),
        ("v=spf1 ip4:192.0.2.7", Verdict::Advice, "strangers"),
        ("v=spf1 +all", Verdict::Wrong, "everybody"),
        ("v=spf1 all", Verdict::Wrong, "everybody"),
        ("v=spf1 ip4:0.0.0.0/0 -all", Verdict::Wrong, "every address"),
        ("v=spf1 include:loop.example.org -all", Verdict::Wrong, "more than ten times"),
        ("v=spf1 include:nobody.example.org -all", Verdict::Wrong, "nobody.example.org, which has no SPF"),
        ("v=spf1 include:twice.example.net -all", Verdict::Wrong, "which has 2 SPF"),
        ("v=spf1 a:x.example.org a:y.example.org a:z.example.org -all", Verdict::Wrong, "do not exist"),
        ("v=spf1 ipv4:192.0.2.7 -all", Verdict::Wrong, "`ipv4:192.0.2.7` is nothing that SPF knows"),
        ("v=spf1 ip4:192.0.2.700 -all", Verdict::Wrong, "is no network"),
        ("v=spf10 ip4:192.0.2.7 -all", Verdict::Missing, "no SPF record"),
    ] {
        let zone = base()
            .txt("example.org", record)
            .txt("_spf.example.net", "v=spf1 ip4:192.0.2.7 -all")
            .txt("soft.example.net", "v=spf1 ~all")
            .txt("twice.example.net", "v=spf1 ~all")
            .txt("twice.example.net", "v=spf1 -all")
            .txt("loop.example.org", "v=spf1 include:loop.example.org -all")
            .host("192.0.2.7.hosts.example.net", "127.0.0.2")
            .mx("example.org", "a.example.org");
        let found = found(&zone, &sender(vec![key.clone()]), "spf");
        assert_eq!(found.verdict, verdict, "{record}: {}", found.words);
        assert!(found.words.contains(words), "{record}: {}", found.words);
    }
}

#[test]
fn ten_lookups_are_allowed_and_eleven_are_not() {
    for (count, verdict) in [(10, Verdict::Good), (11, Verdict::Wrong)] {
        let hosts: String = (0..count).map(|n| format!("a:h{n}.example.org ")).collect();
        let mut zone = Zone::default()
            .txt("example.org", &format!("v=spf1 ip4:192.0.2.7 {hosts}-all"))
            .host("relay.example.net", "192.0.2.7");
        for n in 0..count {
            zone = zone.host(&format!("h{n}.example.org"), "198.51.100.1");
        }
        let found = found(&zone, &sender(vec![]), "spf");
        assert_eq!(found.verdict, verdict, "{count}: {}", found.words);
    }
}

#[test]
fn several_spf_records_become_one_to_paste() {
    let zone = Zone::default()
        .txt("example.org", "v=spf1 ip4:192.0.2.7 mx -all")
        .txt("example.org", "v=spf1 include:_spf.google.com mx ~all")
        .host("relay.example.net", "192.0.2.7");
    let found = found(&zone, &sender(vec![]), "spf");
    assert!(found.words.contains("2 SPF records") && found.verdict == Verdict::Wrong, "{}", found.words);
    assert_eq!(found.record.unwrap().value, "v=spf1 ip4:192.0.2.7 mx include:_spf.google.com ~all");
}

#[test]
fn an_advice_names_the_whole_record_to_write() {
    let zone = Zone::default().txt("example.org", "v=spf1 mx -all").host("relay.example.net", "192.0.2.7");
    let record = found(&zone, &sender(vec![]), "spf").record.unwrap();
    assert_eq!(record.value, "v=spf1 ip4:192.0.2.7 mx -all");
    let open = Zone::default().txt("example.org", "v=spf1 mx +all");
    assert_eq!(found(&open, &sender(vec![]), "spf").record.unwrap().value, "v=spf1 mx ~all");
}

#[test]
fn a_known_provider_is_included_and_not_named_by_the_address_it_takes_mail_at() {
    let gmail = DomainSender { relays: vec!["smtp.gmail.com".into()], ..sender(vec![]) };
    let zone =
        Zone::default().host("smtp.gmail.com", "192.0.2.7").txt("_spf.google.com", "v=spf1 ip4:198.51.100.0/24 ~all");
    assert_eq!(found(&zone, &gmail, "spf").record.unwrap().value, "v=spf1 include:_spf.google.com ~all");
    let without = zone.clone().txt("example.org", "v=spf1 mx -all");
    let told = found(&without, &gmail, "spf");
    assert_eq!(
        (told.verdict, told.record.unwrap().value.as_str()),
        (Verdict::Wrong, "v=spf1 include:_spf.google.com mx -all")
    );
    let with = zone.txt("example.org", "v=spf1 include:_spf.google.com -all");
    assert_eq!(found(&with, &gmail, "spf").verdict, Verdict::Good);
    let local = DomainSender { relays: vec!["localhost".into()], ..sender(vec![]) };
    let takes_mail = Zone::default().mx("example.org", "mx.example.org");
    assert_eq!(found(&takes_mail, &local, "spf").record.unwrap().value, "v=spf1 mx ~all");
    // A record that lets nobody send would have every letter doubted.
    for zone in [Zone::default(), Zone::default().mx("example.org", "")] {
        let told = found(&zone, &local, "spf");
        assert!(told.record.is_none() && told.words.contains("ask the provider"), "{told:?}");
    }
}

#[test]
fn a_key_that_is_not_as_it_should_be_is_told() {
    let key = key();
    for (published, verdict, words) in [
        ("v=DKIM1; k=ed25519; p=", Verdict::Wrong, "taken back"),
        ("v=DKIM1; k=ed25519; p=AAAA", Verdict::Wrong, "another key"),
        ("v=spf1 -all", Verdict::Missing, "not published"),
        (&key.value.replace("k=ed25519; ", ""), Verdict::Wrong, "another key"),
        (&format!("{}; t=y", key.value), Verdict::Advice, "trial"),
        (&format!("{}; h=sha1", key.value), Verdict::Wrong, "hashes"),
        (&format!("{}; s=tlsrpt", key.value), Verdict::Wrong, "something else than mail"),
        (&key.value.replace("p=", "p= "), Verdict::Good, "is published"),
    ] {
        let zone = Zone::default().txt(&key.name, published);
        let found = found(&zone, &sender(vec![key.clone()]), "dkim");
        assert!(found.words.contains(words) && found.verdict == verdict, "{published}: {}", found.words);
        assert_eq!(found.record.map(|record| record.value), (verdict != Verdict::Good).then(|| key.value.clone()));
    }
    let twice = Zone::default().txt(&key.name, &key.value).txt(&key.name, "v=DKIM1; k=ed25519; p=AAAA");
    assert!(found(&twice, &sender(vec![key]), "dkim").words.contains("2 keys"));
    let unsigned = found(&Zone::default(), &sender(Vec::new()), "dkim");
    assert!(unsigned.words.contains("providers sign it for you") && unsigned.verdict == Verdict::Advice);
}

#[test]
fn a_key_behind_a_cname_is_found_and_a_wrong_one_is_put_right_where_it_leads() {
    let key = key();
    let sender = sender(vec![key.clone()]);
    let led = Zone::default().txt(&key.name, &key.value).alias(&key.name, "keys.provider.example");
    let good = found(&led, &sender, "dkim");
    assert!(good.verdict == Verdict::Good && good.words.contains("keys.provider.example"), "{}", good.words);
    let astray = Zone::default().txt(&key.name, "v=DKIM1; k=ed25519; p=AAAA").alias(&key.name, "keys.provider.example");
    assert_eq!(found(&astray, &sender, "dkim").record.unwrap().name, "keys.provider.example");
}

#[test]
fn a_policy_is_that_of_the_domain_or_of_the_organisation_above_it() {
    let below = DomainSender { from: "news.example.org".into(), ..sender(vec![]) };
    let policy = |record: &str| Zone::default().txt("_dmarc.example.org", record);
    for (record, verdict, words) in [
        ("v=DMARC1; p=reject", Verdict::Good, "p=reject"),
        ("v=DMARC1; p=reject; sp=none", Verdict::Advice, "sp=none"),
        ("v=DMARC1; p=none; sp=quarantine", Verdict::Good, "sp=quarantine"),
        ("v=DMARC1; p=whatever", Verdict::Wrong, "no policy that counts"),
        ("p=reject", Verdict::Missing, "no DMARC record"),
    ] {
        let found = found(&policy(record), &below, "dmarc");
        assert!(found.verdict == verdict && found.words.contains(words), "{record}: {}", found.words);
    }
    let watching = found(&policy("v=DMARC1; p=none; rua=mailto:a@b"), &sender(Vec::new()), "dmarc");
    let record = watching.record.unwrap();
    assert_eq!((watching.verdict, record.value.as_str()), (Verdict::Advice, "v=DMARC1; p=quarantine; rua=mailto:a@b"));
    let twice = policy("v=DMARC1; p=none").txt("_dmarc.example.org", "v=DMARC1; p=reject");
    assert_eq!(found(&twice, &sender(Vec::new()), "dmarc").verdict, Verdict::Wrong);
}

#[test]
fn a_signature_counts_for_its_own_organisation_only() {
    let organisation = |record: &str| Zone::default().txt("_dmarc.example.org", record);
    let news = |domain: &str, path: &str| DomainSender {
        from: "news.example.org".into(),
        return_path: path.into(),
        ..sender(vec![key_of(domain)])
    };
    for (signing, path, record, verdict) in [
        ("example.org", "example.org", "v=DMARC1; p=none", Verdict::Good),
        // Siblings below one organisation.
        ("mail.example.org", "provider.example", "v=DMARC1; p=none", Verdict::Good),
        ("provider.example", "bounces.example.org", "v=DMARC1; p=none", Verdict::Advice),
        ("provider.example", "provider.example", "v=DMARC1; p=none", Verdict::Wrong),
        ("example.org", "provider.example", "v=DMARC1; p=none; adkim=s", Verdict::Wrong),
        ("news.example.org", "provider.example", "v=DMARC1; p=none; adkim=s", Verdict::Good),
        ("provider.example", "bounces.example.org", "v=DMARC1; p=none; aspf=s", Verdict::Wrong),
    ] {
        let found = found(&organisation(record), &news(signing, path), "alignment");
        assert_eq!(found.verdict, verdict, "{signing} {path} {record}: {}", found.words);
    }
    // Whoever registers names for others is nobody's organisation.
    let registry = Zone::default().txt("_dmarc.co.example", "v=DMARC1; p=none; psd=y");
    let one = DomainSender { from: "one.co.example".into(), return_path: "two.co.example".into(), ..sender(vec![]) };
    assert_eq!(found(&registry, &one, "alignment").verdict, Verdict::Wrong);
}

#[test]
fn a_domain_that_takes_no_mail_is_told() {
    let of = |zone: &Zone| found(zone, &sender(vec![]), "mx");
    for (zone, verdict, words) in [
        (Zone::default().mx("example.org", ""), Verdict::Wrong, "RFC 7505"),
        (Zone::default().mx("example.org", "gone.example.org"), Verdict::Wrong, "none of the mail servers"),
        (Zone::default().host("example.org", "192.0.2.1"), Verdict::Advice, "no MX record"),
    ] {
        let found = of(&zone);
        assert!(found.verdict == verdict && found.words.contains(words), "{}", found.words);
    }
    let bounces = DomainSender { return_path: "bounces.example.org".into(), ..sender(vec![]) };
    let findings = check_domain(&bounces, &sound(&key())).unwrap();
    let last = findings.iter().rfind(|found| found.subject == "mx").unwrap();
    assert!(last.words.starts_with("bounces.example.org") && last.verdict == Verdict::Missing, "{}", last.words);
}

#[test]
fn dns_that_does_not_answer_is_no_finding_about_the_domain() {
    let down = Zone { down: vec![""], ..Zone::default() };
    let error = check_domain(&sender(vec![key()]), &down).unwrap_err();
    assert_eq!(error.code(), "dns-no-answer");
    let key = key();
    let partly = Zone { down: vec!["_domainkey"], ..sound(&key) };
    let findings = check_domain(&sender(vec![key]), &partly).unwrap();
    let verdicts: Vec<Verdict> = findings.iter().map(|found| found.verdict).collect();
    assert_eq!(verdicts, [Verdict::Good, Verdict::Unknown, Verdict::Good, Verdict::Good, Verdict::Good]);
}

#[test]
fn a_real_name_server_is_asked_over_udp_and_tcp() {
    let folder = tempfile::tempdir().unwrap();
    let keys = DkimKeys::in_folder(folder.path());
    let rsa = keys.make("example.org", "masthead", KeyKind::Rsa).unwrap();
    let ed = keys.make("example.org", "masthead-ed25519", KeyKind::Ed25519).unwrap();
    for cuts in [false, true] {
        let zone = dns::Zone::default()
            .cutting(cuts)
            .txt("example.org", "v=spf1 include:_spf.example.net -all")
            .txt("_spf.example.net", "v=spf1 ip6:2001:db8::/32 -all")
            .cname(&rsa.name, "masthead.keys.example.net")
            .txt("masthead.keys.example.net", &rsa.value)
            .txt(&ed.name, &ed.value)
            .txt("_dmarc.example.org", "v=DMARC1; p=reject")
            .mx("example.org", 20, "backup.example.org")
            .mx("example.org", 10, "mx.example.org")
            .host("mx.example.org", "192.0.2.9".parse().unwrap())
            .host("relay.example.net", "2001:db8::7".parse().unwrap())
            .broken("broken.example.org");
        let resolver = SystemResolver::new(Some(zone.serve().unwrap())).unwrap();
        let findings = check_domain(&sender(vec![rsa.clone(), ed.clone()]), &resolver).unwrap();
        assert!(findings.iter().all(|found| found.verdict == Verdict::Good), "{findings:#?}");
        assert!(findings[1].words.contains("masthead.keys.example.net"), "{}", findings[1].words);
        assert!(findings.last().unwrap().words.ends_with(" mx.example.org"), "the lower number goes first");
        assert_eq!(resolver.txt("nothing.example.org").unwrap(), Texts::default());
        assert!(resolver.txt("broken.example.org").is_err());
    }
}

/// A signed copy to oneself, and the keys it was signed with.
fn copy_to_oneself() -> (String, Vec<KeyRecord>) {
    let folder = tempfile::tempdir().unwrap();
    let keys = DkimKeys::in_folder(folder.path());
    let domain = "magazine.example";
    let records = vec![
        keys.make(domain, "masthead", KeyKind::Rsa).unwrap(),
        keys.make(domain, "masthead-ed25519", KeyKind::Ed25519).unwrap(),
    ];
    let selectors = records.iter().map(|key| key.selector.clone()).collect();
    let letter = Letter {
        seal: Some(Seal { domain: domain.to_owned(), selectors }),
        unsubscribe_box: Some("https://magazine.example/box.php".into()),
        attachments: vec![Attachment {
            file_name: "a.pdf".into(),
            media_type: "application/pdf".into(),
            label: None,
            bytes: vec![0, 159, 146, 150],
        }],
        ..support::letter()
    };
    let to = Recipient {
        token: "00112233445566778899aabbccddeeff".into(),
        message_id: "loop-1@magazine.example".into(),
        ..Recipient::sample(Person::new(support::address("me@magazine.example")))
    };
    let copy = support::store(folder.path()).single_copy(&letter, &to, "mh_loop", support::now()).unwrap();
    (String::from_utf8(copy).unwrap(), records)
}

#[test]
fn what_arrives_unchanged_is_good_and_every_change_on_the_way_is_named() {
    let (sent, keys) = copy_to_oneself();
    let published = keys.iter().fold(Zone::default(), |zone, key| zone.txt(&key.name, &key.value));
    let look = |arrived: &str, zone: &Zone| examine(sent.as_bytes(), arrived.as_bytes(), &keys, zone);
    let received = format!("Return-Path: <a@b>\r\nReceived: from x\r\n by y\r\n{sent}\r\n");
    let good = look(&received, &published);
    assert!(good.iter().all(|found| found.verdict == Verdict::Good), "{good:#?}");
    let subjects: Vec<&str> = good.iter().map(|found| found.subject).collect();
    assert_eq!(subjects, ["parts", "headers", "dkim", "dkim", "alignment"]);
    assert!(good[0].words.contains("text/plain, text/html, application/pdf"), "{}", good[0].words);
    assert!(good[1].words.contains("list-unsubscribe-post"), "{}", good[1].words);
    let wrong = |arrived: &str, zone: &Zone| -> String {
        let wrong = look(arrived, zone).into_iter().filter(|found| found.verdict == Verdict::Wrong);
        wrong.map(|found| format!("{}: {}\n", found.subject, found.words)).collect()
    };
    let without = |name: &str| {
        let line = sent.split("\r\n").find(|line| line.starts_with(name)).unwrap();
        sent.replacen(&format!("{line}\r\n"), "", 1)
    };
    for (arrived, words) in [
        (sent.replace("the issue is out", "the issue is off"), "parts: the text/plain part was changed"),
        (without("List-Unsubscribe-Post:"), "headers: changed or taken out on the way: list-unsubscribe-post"),
        (sent.replace("Subject: The", "Subject: [List] The"), "headers: changed or taken out on the way: subject"),
        (sent.replace("Subject: The", "Subject: [List] The"), "alignment: no signature that holds"),
        (sent.replace("DKIM-Signature", "X-Old-Signature"), "dkim: what arrived bears no signature"),
        (sent.replace("application/pdf", "text/html"), "parts: text/plain, text/html, application/pdf were sent"),
        (format!("Authentication-Results: mx.example; spf=fail x; dkim=pass\r\n{sent}"), "receiver: the receiving"),
    ] {
        let told = wrong(&arrived, &published);
        assert!(told.contains(words), "{words}: {told}");
    }
    let stranger = key_of("magazine.example");
    let other = Zone::default().txt(&keys[0].name, &stranger.value).txt(&keys[1].name, &stranger.value);
    assert!(wrong(&sent, &other).contains("does not hold"));
    assert!(wrong(&sent, &Zone::default()).contains("`masthead` is not published"));
    // Without an answer of DNS nobody can say what the world sees, but the signature itself can be looked at.
    let silent = look(&sent, &Zone { down: vec!["_domainkey"], ..Zone::default() });
    let verdicts: Vec<Verdict> = silent.iter().skip(2).map(|found| found.verdict).collect();
    assert_eq!(verdicts, [Verdict::Unknown, Verdict::Unknown, Verdict::Good, Verdict::Good, Verdict::Good]);
}
