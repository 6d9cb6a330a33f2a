//! Who an edition comes from and where answers go: as its front matter says, otherwise as the publication does.

use magazine::{Code, Edition, Finding, Place, PublicationSettings, TextSegment};
use mailing::Address;

use crate::{Class, Failure, domain};

/// Who an edition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentBy {
    pub(crate) name: String,
    pub(crate) from: Address,
    pub(crate) reply_to: Option<Address>,
}

impl SentBy {
    /// Reads it; what an edition says wrongly is a finding, and the publication's own stands in.
    pub(crate) fn of(
        edition: &Edition,
        text: &str,
        settings: &PublicationSettings,
    ) -> Result<(Self, Vec<Finding>), Failure> {
        let (front, sender) = (&edition.front_matter, &settings.sender);
        let mut reader = Reader { edition, text, findings: Vec::new() };
        let (name, own) = parts(&front.from.text);
        let own = own.and_then(|address| reader.address("from", &front.from, address));
        let answers = Some(front.reply_to.text.trim()).filter(|address| !address.is_empty());
        let answers = answers.and_then(|address| reader.address("reply-to", &front.reply_to, address));
        let reply_to = match answers {
            Some(address) => Some(address),
            None if sender.reply_to.is_empty() => None,
            None => Some(address("reply-to", &sender.reply_to)?),
        };
        let from = match own {
            Some(own) => own,
            None => address("address", &sender.address)?,
        };
        reader.align(&front.from, from.domain(), settings);
        let usual = if sender.name.is_empty() { &settings.name } else { &sender.name };
        let name = if name.is_empty() { usual } else { name };
        Ok((Self { name: name.to_owned(), from, reply_to }, reader.findings))
    }
}

/// `Ana Pop <ana@example.org>`, `ana@example.org` or `Ana Pop`: the name, empty where there is none, and the address.
fn parts(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    if let Some((name, rest)) = text.rsplit_once('<') {
        let address = rest.strip_suffix('>').unwrap_or(rest);
        return (name.trim().trim_matches('"').trim(), Some(address.trim()));
    }
    if text.contains('@') { ("", Some(text)) } else { (text, None) }
}

struct Reader<'a> {
    edition: &'a Edition,
    text: &'a str,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn address(&mut self, field: &str, segment: &TextSegment, address: &str) -> Option<Address> {
        match Address::parse(address) {
            Ok(address) => Some(address),
            Err(error) => {
                let finding =
                    Finding::error(Code::BadValue, format!("`{field}` is no address that mail can go to: {error}"));
                let hint = "write `Name <name@example.org>`, or take the line out: the publication's sender stands in";
                self.findings.push(finding.at(self.place(field, segment)).hint(hint));
                None
            }
        }
    }

    /// DMARC asks that the domain readers see is the one that signs, or one below it.
    fn align(&mut self, segment: &TextSegment, from: &str, settings: &PublicationSettings) {
        let Ok(signing) = domain::signing_domain(settings) else { return };
        if of_one_house(from, &signing) {
            return;
        }
        let place = if segment.text.contains('@') {
            self.place("from", segment)
        } else {
            Place::file("assets/publication.toml").field("sender.address")
        };
        let signs = !settings.dkim.selectors.is_empty();
        let (message, hint) = if signs {
            let message = format!("letters come from `{from}` and are signed by `{signing}`");
            let hint = "mailbox providers refuse that or take it for spam (DMARC): let both be of one domain";
            (message, hint.to_owned())
        } else {
            let message = format!("the edition comes from `{from}`, and the publication's mail from `{signing}`");
            let hint = format!("a relay signs for its own domain: keep `from` at `{signing}` and set `reply-to`");
            (message, hint)
        };
        self.findings.push(Finding::warning(Code::MailRequirement, message).at(place).hint(hint));
    }

    fn place(&self, field: &str, segment: &TextSegment) -> Place {
        let file = &self.edition.file;
        let known = segment.range.end <= self.text.len();
        let place = if known { Place::of(file, self.text, segment.range.clone()) } else { Place::file(file) };
        place.field(field)
    }
}

/// Relaxed alignment (RFC 7489 3.1.1), as far as it can be told without the list of public suffixes.
fn of_one_house(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let below = |under: &str, above: &str| under.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'));
    one == other || below(&one, &other) || below(&other, &one)
}

pub(crate) fn address(field: &str, text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|error| not_set_up(field, error))
}

pub(crate) fn not_set_up(field: &str, error: mailing::AddressError) -> Failure {
    let failure =
        Failure::new(Class::Work, "sender-not-set-up", format!("the newsletter's sender is not set up: {error}"));
    let place = format!("assets/publication.toml (`sender.{field}`)");
    Failure {
        place: Some(place),
        ..failure.hint("write it down under Sender, in the settings").command(format!("set `{field}` under `[sender]`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(front: &str, settings: &str) -> (SentBy, Vec<String>) {
        let house = "name = \"City\"\n[sender]\naddress = \"desk@example.org\"\nreply-to = \"answers@example.org\"\n";
        let (settings, _) = PublicationSettings::read("assets/publication.toml", &format!("{house}{settings}"));
        let text = format!("---\nsubject: s\n{front}---\nText.\n");
        let (edition, _) = Edition::read(&"2026-q4/launch".parse().unwrap(), "launch.md", &text, "en");
        let (sent_by, findings) = SentBy::of(&edition, &text, &settings).unwrap();
        (sent_by, findings.iter().map(ToString::to_string).collect())
    }

    fn check(front: &str, name: &str, from: &str, reply_to: &str) {
        let (sent_by, findings) = read(front, "");
        let SentBy { name: named, from: by, reply_to: answers } = sent_by;
        assert_eq!((named.as_str(), by.to_string().as_str()), (name, from), "{front}");
        assert_eq!(answers.unwrap().to_string(), reply_to);
        assert_eq!(findings, [""; 0], "{front}");
    }

    #[test]
    fn an_edition_may_come_from_somebody_of_its_own() {
        check("", "City", "desk@example.org", "answers@example.org");
        check("from: Ana Pop <ana@example.org>\n", "Ana Pop", "ana@example.org", "answers@example.org");
        check("from: ana@news.example.org\n", "City", "ana@news.example.org", "answers@example.org");
        check("from: Ana Pop\nreply-to: ana@gmail.com\n", "Ana Pop", "desk@example.org", "ana@gmail.com");
    }

    #[test]
    fn an_address_that_is_none_is_named_where_it_stands() {
        let (sent_by, findings) = read("from: \"Ana\\r\\nBcc: all@example.org <x@>\"\nreply-to: nobody\n", "");
        assert_eq!(sent_by.from.to_string(), "desk@example.org");
        assert!(
            findings[0].starts_with("error: `from` is no address") && findings[0].contains("launch.md:3:"),
            "{findings:?}"
        );
        assert!(findings[1].contains("launch.md:4:") && findings[1].contains("`reply-to`"), "{findings:?}");
    }

    #[test]
    fn whom_letters_come_from_and_who_signs_them_must_be_of_one_house() {
        let keys = "[dkim]\nselectors = [\"m1\"]\n";
        let warned = |front: &str, settings: &str| read(front, settings).1.join("\n");
        assert_eq!(warned("from: a@news.example.org\n", keys), "");
        assert!(warned("from: a@notexample.org\n", keys).contains("signed by `example.org`"));
        assert!(warned("from: a@other.org\n", "").contains("keep `from` at `example.org`"));
        let elsewhere = warned("", "[dkim]\ndomain = \"relay.net\"\nselectors = [\"m1\"]\n");
        assert!(elsewhere.contains("assets/publication.toml (`sender.address`)"), "{elsewhere}");
    }
}
