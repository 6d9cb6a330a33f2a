//! The sender's domain: the keys that sign for it, and the records that publish them.

use std::net::SocketAddr;

use magazine::PublicationSettings;
use mailing::{
    Address, DkimKeys, DomainFinding, DomainSender, KeyError, KeyKind, KeyRecord, Patience, ReturnPath, Seal,
    SystemResolver, Verdict,
};
use serde::Serialize;

use crate::rpc::{KeyLine, RecordLine, SigningKeys};
use crate::{Class, Desk, Failure, relay};

/// A key with what is to be published, and whether letters are signed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// The record.
    #[serde(flatten)]
    pub record: KeyRecord,
    /// The record as a zone file has it.
    pub zone_line: String,
    /// Whether letters are signed with it: it stands under `[dkim]`.
    pub used: bool,
}

impl Desk {
    /// Makes the keys that sign for the sender's domain: RSA under `selector`, Ed25519 beside it unless only RSA is
    /// wanted. Publishing their records and naming them under `[dkim]` is the person's own step.
    ///
    /// # Errors
    /// When the sender is not set up, there is a key with that name already, or the data folder cannot be written.
    pub fn new_keys(&self, selector: &str, only_rsa: bool) -> Result<Vec<KeyView>, Failure> {
        let domain = self.signing_domain()?;
        let keys = DkimKeys::in_folder(&self.data);
        let mut wanted = vec![(selector.to_owned(), KeyKind::Rsa)];
        if !only_rsa {
            wanted.push((format!("{selector}-ed25519"), KeyKind::Ed25519));
        }
        let make = |(selector, kind): &(String, KeyKind)| keys.make(&domain, selector, *kind).map_err(not_made);
        wanted.iter().map(|key| self.key_view(make(key)?)).collect()
    }

    /// The keys of the data folder, with their records.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn keys(&self) -> Result<Vec<KeyView>, Failure> {
        let records = DkimKeys::in_folder(&self.data).records()?;
        records.into_iter().map(|record| self.key_view(record)).collect()
    }

    /// The keys that sign for the sender's domain, as the window shows them.
    pub(crate) fn signing_keys(&self) -> Result<SigningKeys, Failure> {
        let domain = self.signing_domain()?;
        let keys = self.keys()?.into_iter().filter(|key| key.record.domain == domain).map(key_line).collect();
        Ok(SigningKeys { domain, keys })
    }

    /// Looks the sender's domain over in DNS and knocks at its relays, the publication's unless some are named. `dns`
    /// asks that server instead of this computer's own. Nobody signs in, and nothing is sent.
    ///
    /// # Errors
    /// When the sender is not set up, a relay or a key cannot be read, or DNS answers nothing at all.
    pub fn check_domain(&self, relays: &[String], dns: Option<SocketAddr>) -> Result<Vec<DomainFinding>, Failure> {
        let relays = self.named_relays(relays)?;
        let sender = self.domain_sender(relays.iter().map(|relay| relay.host.clone()).collect())?;
        let mut findings = mailing::check_domain(&sender, &SystemResolver::new(dns)?)?;
        if sender.keys.is_empty() {
            findings.extend(self.idle_keys()?);
        }
        findings.extend(relays.iter().map(|relay| mailing::probe_relay(relay, &Patience::default())));
        Ok(findings)
    }

    fn named_relays(&self, named: &[String]) -> Result<Vec<mailing::Relay>, Failure> {
        let publication = self.publication()?;
        let known: Vec<String> = publication.settings().sender.relays.iter().map(|one| one.relay.clone()).collect();
        let chosen = if named.is_empty() { &known[..] } else { named };
        chosen.iter().map(|text| relay::parse(text, None)).collect()
    }

    /// How the publication means to send.
    fn domain_sender(&self, relays: Vec<String>) -> Result<DomainSender, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let from = sender_address(settings)?.domain().to_owned();
        let path = return_path(&settings.sender.return_path)?;
        let return_path = path.map_or_else(|| from.clone(), |path| path.address.domain().to_owned());
        Ok(DomainSender { keys: self.used_keys()?, from, return_path, relays })
    }

    /// The records of the keys that letters are signed with.
    pub(crate) fn used_keys(&self) -> Result<Vec<KeyRecord>, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let (domain, keys) = (signing_domain(settings)?, DkimKeys::in_folder(&self.data));
        settings.dkim.selectors.iter().map(|selector| Ok(keys.record(&domain, selector)?)).collect()
    }

    /// Keys that were made and are not switched on: an easy step to forget.
    fn idle_keys(&self) -> Result<Option<DomainFinding>, Failure> {
        let records = DkimKeys::in_folder(&self.data).records()?;
        let selectors: Vec<String> = records.iter().map(|key| format!("\"{}\"", key.selector)).collect();
        let words = format!(
            "keys were made, but no letter is signed with them; when their records are published, write \
             `selectors = [{}]` under `[dkim]` in assets/publication.toml",
            selectors.join(", ")
        );
        let finding = DomainFinding { subject: "dkim", verdict: Verdict::Advice, words, record: None };
        Ok((!records.is_empty()).then_some(finding))
    }

    fn key_view(&self, record: KeyRecord) -> Result<KeyView, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let used = settings.dkim.selectors.contains(&record.selector)
            && self.signing_domain().is_ok_and(|domain| domain == record.domain);
        Ok(KeyView { zone_line: record.zone_line(), used, record })
    }

    pub(crate) fn signing_domain(&self) -> Result<String, Failure> {
        signing_domain(self.publication()?.settings())
    }
}

fn key_line(key: KeyView) -> KeyLine {
    let KeyRecord { selector, name, value, .. } = key.record;
    KeyLine { selector, used: key.used, record: RecordLine { name, kind: "TXT".to_owned(), value } }
}

fn not_made(error: KeyError) -> Failure {
    let exists = matches!(error, KeyError::Exists { .. });
    let failure = Failure::from(error);
    if !exists {
        return failure;
    }
    failure.command("a key in use is never written over; for a new one choose another name with `--selector NAME`")
}

/// The address of the From line.
pub(crate) fn sender_address(settings: &PublicationSettings) -> Result<Address, Failure> {
    Address::parse(&settings.sender.address).map_err(|error| {
        Failure::new(Class::Work, "sender-not-set-up", format!("the newsletter's sender is not set up: {error}"))
            .hint("write the sender's address down first, in the settings")
            .command("set `address` under `[sender]` in assets/publication.toml")
    })
}

/// The domain that signs: the one under `[dkim]`, otherwise that of the From line.
pub(crate) fn signing_domain(settings: &PublicationSettings) -> Result<String, Failure> {
    let domain = settings.dkim.domain.as_str();
    if domain.is_empty() {
        return Ok(sender_address(settings)?.domain().to_owned());
    }
    let parsed = Address::parse(&format!("key@{domain}")).map_err(|_| {
        Failure::new(Class::Work, "key-bad-domain", format!("`{domain}` is no domain that could sign"))
            .hint("set `domain` under `[dkim]` in assets/publication.toml, as in `example.org`")
    })?;
    Ok(parsed.domain().to_owned())
}

/// Whose signatures letters bear; none when `[dkim]` names no key.
pub(crate) fn seal(settings: &PublicationSettings) -> Result<Option<Seal>, Failure> {
    if settings.dkim.selectors.is_empty() {
        return Ok(None);
    }
    Ok(Some(Seal { domain: signing_domain(settings)?, selectors: settings.dkim.selectors.clone() }))
}

/// Where bounces go; `bounces+*@example.org` gives each copy an address of its own.
pub(crate) fn return_path(text: &str) -> Result<Option<ReturnPath>, mailing::AddressError> {
    if text.is_empty() {
        return Ok(None);
    }
    let tagged = text.contains("+*@");
    Ok(Some(ReturnPath { address: Address::parse(&text.replacen("+*@", "@", 1))?, tagged }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineCommand;
    use crate::rpc::{Answer, MailAnswer, MailRequest, Request};

    /// The answer to a request of the window about keys.
    fn asked(desk: &Desk, request: MailRequest) -> Result<SigningKeys, Failure> {
        match desk.answer(Request::Mail(request))? {
            Answer::Mail(MailAnswer::SigningKeys(keys) | MailAnswer::MakeSigningKey(keys)) => Ok(keys),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_window_makes_the_keys_of_the_command_line_once_and_shows_their_records() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("assets/publication.toml");
        std::fs::create_dir_all(folder.path().join("assets")).unwrap();
        std::fs::write(&settings, "name = \"City\"\n").unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), &folder.path().join("data"), engine).unwrap();
        assert_eq!(asked(&desk, MailRequest::MakeSigningKey {}).unwrap_err().code, "sender-not-set-up");

        let write = |more: &str| {
            let text = format!("name = \"City\"\n[sender]\naddress = \"desk@example.org\"\n{more}");
            std::fs::write(&settings, text).unwrap();
        };
        write("");
        assert!(asked(&desk, MailRequest::SigningKeys {}).unwrap().keys.is_empty());
        let made = asked(&desk, MailRequest::MakeSigningKey {}).unwrap();
        let records: Vec<String> = desk.keys().unwrap().into_iter().map(|key| key.record.value).collect();
        assert_eq!(made.domain, "example.org");
        let names: Vec<&str> = made.keys.iter().map(|key| key.record.name.as_str()).collect();
        assert_eq!(names, ["masthead._domainkey.example.org", "masthead-ed25519._domainkey.example.org"]);
        assert_eq!(made.keys.iter().map(|key| key.record.value.clone()).collect::<Vec<_>>(), records);
        assert!(made.keys.iter().all(|key| !key.used));

        let again = asked(&desk, MailRequest::MakeSigningKey {}).unwrap_err();
        assert_eq!(again.code, "key-exists");
        assert!(!again.hint.unwrap().contains("--"), "the window has no options");
        assert!(again.command.unwrap().contains("--selector"));

        write("[dkim]\nselectors = [\"masthead\"]\n");
        let used: Vec<bool> =
            asked(&desk, MailRequest::SigningKeys {}).unwrap().keys.iter().map(|key| key.used).collect();
        assert_eq!(used, [true, false]);
    }

    #[test]
    fn a_star_gives_each_copy_a_return_path_of_its_own() {
        let read = |text| return_path(text).unwrap().map(|path| (path.address.to_string(), path.tagged));
        assert_eq!(read("bounces+*@example.org"), Some(("bounces@example.org".to_owned(), true)));
        assert_eq!(read("bounces@example.org"), Some(("bounces@example.org".to_owned(), false)));
        assert_eq!(read(""), None);
        assert!(return_path("+*@").is_err());
    }
}
