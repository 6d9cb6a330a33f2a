//! Signed copies, read by a verifier that shares nothing with the signer.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::net::IpAddr;
use std::path::Path;

use mailing::{
    Audience, Catcher, DkimKeys, DnsError, KeyError, KeyKind, KeyRecord, Letter, Resolver, ReturnPath, Seal, Store,
    Texts, Verdict, examine,
};
use support::*;

const DOMAIN: &str = "magazine.example";

/// The domain's records, in place of DNS.
struct Zone<'a>(&'a [KeyRecord]);

impl Resolver for Zone<'_> {
    fn txt(&self, name: &str) -> Result<Texts, DnsError> {
        let found = self.0.iter().filter(|record| record.name == name).map(|record| record.value.clone());
        Ok(Texts { records: found.collect(), alias: None })
    }

    fn mx(&self, _name: &str) -> Result<Vec<String>, DnsError> {
        Ok(Vec::new())
    }

    fn addresses(&self, _name: &str) -> Result<Vec<IpAddr>, DnsError> {
        Ok(Vec::new())
    }
}

/// For each signature of a message, whether it holds.
fn verify(message: &[u8], records: &[KeyRecord]) -> Vec<bool> {
    let found = examine(message, message, &[], &Zone(records));
    let signatures = found.iter().filter(|one| one.words.starts_with("the signature of"));
    signatures.map(|one| one.verdict == Verdict::Good).collect()
}

fn keys(folder: &Path) -> Vec<KeyRecord> {
    let keys = DkimKeys::in_folder(folder);
    [("masthead", KeyKind::Rsa), ("masthead-ed", KeyKind::Ed25519)]
        .map(|(selector, kind)| keys.make(DOMAIN, selector, kind).unwrap())
        .to_vec()
}

fn sealed() -> Letter {
    let seal = Seal { domain: DOMAIN.into(), selectors: vec!["masthead".into(), "masthead-ed".into()] };
    Letter { seal: Some(seal), reply_to: Some(address("editors@magazine.example")), ..letter() }
}

/// A signed copy for each of so many people.
fn copies(store: &Store, count: usize) -> Vec<Vec<u8>> {
    people(store, count);
    let mailing = store.freeze(&edition(), &sealed(), &Audience::default(), now()).unwrap().id;
    let rows = store.deliveries(mailing, None, None, 100).unwrap().deliveries;
    rows.iter().map(|row| store.render_delivery(row.id).unwrap().unwrap()).collect()
}

#[test]
fn both_signatures_of_every_copy_hold_and_a_copy_is_always_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let records = keys(folder.path());
    let store = store(folder.path());
    for copy in copies(&store, 5) {
        assert_eq!(verify(&copy, &records), [true, true]);
    }
    let id = store.mailing(&edition()).unwrap().unwrap().id;
    let first = store.deliveries(id, None, None, 1).unwrap().deliveries[0].id;
    let copy = || store.render_delivery(first).unwrap().unwrap();
    assert_eq!(copy(), copy());
    assert!(String::from_utf8(copy()).unwrap().contains(&format!(" t={};", now().as_second())));
}

#[test]
fn a_changed_header_breaks_both_signatures() {
    let folder = tempfile::tempdir().unwrap();
    let records = keys(folder.path());
    let copy = String::from_utf8(copies(&store(folder.path()), 1).remove(0)).unwrap();
    let (head, body) = copy.split_once("\r\n\r\n").unwrap();
    let signed = ["From:", "To:", "Subject:", "Date:", "Message-ID:", "Reply-To:", "MIME-Version:", "Content-Type:"];
    let lists: Vec<&str> = head.lines().filter(|line| line.starts_with("List-")).collect();
    assert!(lists.len() >= 2, "{head}");
    for name in signed.into_iter().chain(lists.iter().map(|line| line.split_inclusive(':').next().unwrap())) {
        let place =
            head.find(&format!("\r\n{name} ")).unwrap_or_else(|| panic!("no {name} in {head}")) + name.len() + 3;
        let changed = format!("{}x{}\r\n\r\n{body}", &head[..place], &head[place..]);
        assert_eq!(verify(changed.as_bytes(), &records), [false, false], "{name}");
        let header = head.split("\r\n").find(|line| line.starts_with(name)).unwrap();
        let without = format!("{}\r\n\r\n{body}", head.replacen(&format!("{header}\r\n"), "", 1));
        assert!(without.len() < copy.len(), "{name}");
        assert_eq!(verify(without.as_bytes(), &records), [false, false], "{name} taken out");
    }
    let second = format!("From: Somebody Else <mallory@elsewhere.example>\r\n{copy}");
    assert_eq!(verify(second.as_bytes(), &records), [false, false], "a second From");
    let body = copy.replace("the issue is out", "the issue is off");
    assert_eq!(verify(body.as_bytes(), &records), [false, false], "body");
}

#[test]
fn what_a_relay_may_change_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let records = keys(folder.path());
    let copy = String::from_utf8(copies(&store(folder.path()), 1).remove(0)).unwrap();
    let relayed = format!("Received: from desk\r\n\tby relay\r\n{copy}\r\n\r\n");
    let relayed = relayed.replace("Subject: ", "SUBJECT:  ").replace("List-Id: ", "List-Id:\r\n\t");
    assert_eq!(verify(relayed.as_bytes(), &records), [true, true]);
}

#[test]
fn keys_are_their_owners_alone_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let records = keys(folder.path());
    let keys = DkimKeys::in_folder(folder.path());
    assert_eq!(keys.records().unwrap(), records);
    assert!(matches!(keys.make(DOMAIN, "masthead", KeyKind::Rsa), Err(KeyError::Exists { .. })));
    assert_eq!(records[0].name, "masthead._domainkey.magazine.example");
    assert!(records[0].value.starts_with("v=DKIM1; k=rsa; p=MIIBIjAN") && records[1].value.len() < 80);
    assert!(records[0].zone_line().split('"').all(|piece| piece.len() <= 255));
    for wrong in ["../evil", "", "a..b", "-a", "a b"] {
        assert!(matches!(keys.make(DOMAIN, wrong, KeyKind::Rsa), Err(KeyError::BadSelector { .. })), "{wrong}");
    }
    assert!(matches!(keys.make("../evil", "a", KeyKind::Rsa), Err(KeyError::BadDomain { .. })));
    #[cfg(unix)]
    for entry in std::fs::read_dir(folder.path().join("dkim")).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn without_its_key_nothing_is_sent_rather_than_sent_unsigned() {
    let folder = tempfile::tempdir().unwrap();
    keys(folder.path());
    let store = store(folder.path());
    copies(&store, 1);
    std::fs::remove_file(folder.path().join("dkim/masthead-ed._domainkey.magazine.example.pem")).unwrap();
    let id = store.mailing(&edition()).unwrap().unwrap().id;
    let catcher = Catcher::start("127.0.0.1:0".parse().unwrap(), &folder.path().join("mail")).unwrap();
    let options = Hand::new().options(1);
    let stop = mailing::StopSignal::new();
    let refused = mailing::send(&store, id, &relay(catcher.port()), &options, |_| (), &stop).unwrap_err();
    assert_eq!(refused.code(), "key-missing");
    assert!(catcher.messages().is_empty());
}

#[test]
fn each_copy_has_a_return_path_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 2);
    let path = ReturnPath { address: address("bounces@magazine.example"), tagged: true };
    let letter = Letter { return_path: Some(path), ..letter() };
    let id = store.freeze(&edition(), &letter, &Audience::default(), now()).unwrap().id;
    let server = scripted::Server::start();
    send(&store, id, server.port, &Hand::new(), 1);
    for row in store.deliveries(id, None, None, 9).unwrap().deliveries {
        let tag = row.message_id.split('@').next().unwrap();
        let from = format!("MAIL FROM:<bounces+{tag}@magazine.example>");
        assert!(server.heard().iter().any(|line| line.starts_with(&from)), "{from}: {:?}", server.heard());
    }
}
