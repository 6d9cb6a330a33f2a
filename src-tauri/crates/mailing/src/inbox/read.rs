//! What a mail in the mailbox says: a bounce, a complaint, a wish to leave, or nothing to us.
//!
//! Fields made for machines come first (RFC 3464 reports, RFC 5965 complaints); running text is read last, and whatever
//! is read from it is marked as guessed. Nothing here decides whom a mail is about: it gathers traces, and the store
//! follows them. Every input is a stranger's, so nothing here may panic, whatever the bytes.

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::status::{Status, Verdict, prose};
use crate::address::Address;
use crate::confirmation::Answer;
use crate::returns::{Return, ReturnKind, ReturnSource, Trace};

/// Addresses of our own, of which no mail can be a reader's.
#[derive(Debug, Clone, Default)]
pub struct OwnAddresses(pub Vec<Address>);

impl OwnAddresses {
    fn holds(&self, address: &Address) -> bool {
        let base = |local: &str| local.split('+').next().unwrap_or_default().to_lowercase();
        let same =
            |own: &Address| own.domain() == address.domain() && base(own.local_part()) == base(address.local_part());
        self.0.iter().any(same)
    }
}

/// What a mail comes to.
#[derive(Debug)]
pub enum Reading {
    /// What came back, each about one person.
    Returns(Vec<Return>),
    /// A yes to the question whether somebody wants the newsletter.
    Answer(Answer),
    /// An automatic reply, such as an out-of-office note.
    Automatic,
    /// Somebody's own mail, or whatever else does not concern the list.
    Other,
}

/// Reads one mail. `now` stands in for a date that it does not tell.
pub fn read(raw: &[u8], own: &OwnAddresses, now: Timestamp) -> Reading {
    let Some(mail) = MessageParser::default().parse(raw) else { return Reading::Other };
    let reader = Reader { raw, mail: &mail, own, now };
    if let Some(report) = part_of(&mail, "message", &["delivery-status", "global-delivery-status"]) {
        return reader.report(&text(report));
    }
    if let Some(complaint) = part_of(&mail, "message", &["feedback-report"]) {
        return reader.complaint(&text(complaint));
    }
    if reader.is_from_a_mail_system() {
        return reader.prose();
    }
    if reader.is_automatic() {
        return Reading::Automatic;
    }
    reader.yes().map_or_else(|| reader.wish(), Reading::Answer)
}

struct Reader<'a> {
    raw: &'a [u8],
    mail: &'a Message<'a>,
    own: &'a OwnAddresses,
    now: Timestamp,
}

impl Reader<'_> {
    /// RFC 3464: a block about the message, then one for each recipient.
    fn report(&self, status: &str) -> Reading {
        let mut returns = Vec::new();
        for fields in status.replace("\r\n", "\n").split("\n\n").map(Fields::read) {
            if fields.get("final-recipient").or_else(|| fields.get("original-recipient")).is_none() {
                continue;
            }
            let action = fields.get("action").unwrap_or_default();
            let diagnostic = fields.get("diagnostic-code").map(|text| untyped(&text)).unwrap_or_default();
            let verdict = Status::of_report(&action, &fields.get("status").unwrap_or_default(), &diagnostic).verdict();
            let Some(verdict) = verdict else { continue };
            let mut traces = self.traces();
            for name in ["original-recipient", "final-recipient"] {
                let address = fields.get(name).and_then(|text| Address::parse(&untyped(&text)).ok());
                traces.extend(address.filter(|address| !self.own.holds(address)).map(Trace::Address));
            }
            let words = if diagnostic.is_empty() { fields.get("status").unwrap_or_default() } else { diagnostic };
            returns.push(self.returned(verdict, traces, words, returns.len()));
        }
        if returns.is_empty() { Reading::Other } else { Reading::Returns(returns) }
    }

    /// RFC 5965.
    fn complaint(&self, report: &str) -> Reading {
        let fields = Fields::read(&report.replace("\r\n", "\n"));
        let kind = fields.get("feedback-type").unwrap_or_default().to_ascii_lowercase();
        let kind = match kind.as_str() {
            "not-spam" => return Reading::Other,
            "auth-failure" => ReturnKind::Policy,
            "opt-out" | "opt-out-list" => ReturnKind::Unsubscribe,
            _ => ReturnKind::Complaint,
        };
        let mut traces = self.traces();
        traces.extend(fields.get("original-mail-from").and_then(|from| tag(&from)).map(Trace::ReturnPath));
        let to = fields.get("original-rcpt-to").and_then(|to| Address::parse(&to).ok());
        traces.extend(to.filter(|address| !self.own.holds(address)).map(Trace::Address));
        let from = fields.get("user-agent").or_else(|| fields.get("reported-domain")).unwrap_or_default();
        let words = format!("reported as {} {from}", fields.get("feedback-type").unwrap_or_default());
        Reading::Returns(vec![self.returned(Verdict { kind, guessed: false }, traces, words, 0)])
    }

    /// Bounces that are written for people: qmail, older Exim and Exchange.
    fn prose(&self) -> Reading {
        let text = self.own_words();
        let subject = self.mail.subject().unwrap_or_default();
        let Some((kind, words)) = prose(&text, subject) else { return Reading::Other };
        let mut traces = self.traces();
        // Exim names whom it is about in a header of its own.
        let named = self.header("X-Failed-Recipients").unwrap_or_default();
        let failed = named.split(',').filter_map(|one| Address::parse(one).ok());
        traces.extend(failed.filter(|address| !self.own.holds(address)).map(Trace::Address));
        let found = text.split([' ', '<', '>', '\n', '\r', '\t', '"', ',', ';']).filter(|word| word.contains('@'));
        let guesses = found.filter_map(|word| Address::parse(word.trim_end_matches([':', '.'])).ok());
        traces.extend(guesses.filter(|address| !self.own.holds(address)).take(5).map(Trace::Guess));
        Reading::Returns(vec![self.returned(Verdict { kind, guessed: true }, traces, words, 0)])
    }

    /// A yes: the mail that the question's link writes, or an answer to the question that begins with the word.
    fn yes(&self) -> Option<Answer> {
        let subject = self.mail.subject().unwrap_or_default().trim().to_lowercase();
        let body = self.mail.body_text(0).unwrap_or_default();
        let first = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_lowercase();
        let proof = match subject.strip_prefix("confirm ") {
            Some(proof) => proof.trim().to_owned(),
            None => {
                let id = answered(self.mail).filter(|_| agrees(&first))?;
                id.strip_prefix("confirm.")?.split(['.', '@']).next()?.to_owned()
            }
        };
        let told = self.mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
        let happened = told.unwrap_or(self.now).min(self.now);
        let from = self.sender().map(|address| address.to_string()).unwrap_or_default();
        let id = self.mail.message_id().unwrap_or_default();
        let said = if agrees(&first) { &first } else { "confirm" };
        let words = crate::people::clean(&format!("answered by mail from {from}: `{said}`, Message-ID {id}"));
        Some(Answer { proof, happened, words })
    }

    /// A wish to leave: the mail that an unsubscribe link writes, or one that says nothing else.
    fn wish(&self) -> Reading {
        let subject = self.mail.subject().unwrap_or_default().trim().to_lowercase();
        let body = self.mail.body_text(0).unwrap_or_default();
        let first = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_lowercase();
        let asked = [&subject, &first].into_iter().find_map(|line| wished(line));
        let Some(token) = asked else { return Reading::Other };
        let mut traces: Vec<Trace> = token.map(Trace::Token).into_iter().collect();
        traces.extend(answered(self.mail).map(Trace::MessageId));
        traces.extend(self.sender().filter(|address| !self.own.holds(address)).map(Trace::Address));
        let words = format!("asked by mail: {subject}");
        let verdict = Verdict { kind: ReturnKind::Unsubscribe, guessed: false };
        Reading::Returns(vec![self.returned(verdict, traces, words, 0)])
    }

    fn returned(&self, verdict: Verdict, traces: Vec<Trace>, words: String, place: usize) -> Return {
        let told = self.mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
        let mut mark = self.raw.to_vec();
        mark.extend_from_slice(format!("\0{place}").as_bytes());
        Return {
            kind: verdict.kind,
            source: ReturnSource::Inbox,
            traces,
            guessed: verdict.guessed,
            // A clock elsewhere may be wrong; nothing comes back from the future.
            happened: told.unwrap_or(self.now).min(self.now),
            words,
            report: self.raw.to_vec(),
            mark,
        }
    }

    /// What leads to a copy: our Message-ID in what was returned, then the address that the report itself came to.
    fn traces(&self) -> Vec<Trace> {
        let mut traces: Vec<Trace> = returned_id(self.mail).map(Trace::MessageId).into_iter().collect();
        for name in ["To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"] {
            traces.extend(self.header(name).and_then(|value| tag(&value)).map(Trace::ReturnPath));
        }
        traces
    }

    fn is_from_a_mail_system(&self) -> bool {
        let local = self.sender().map(|address| address.local_part().to_lowercase()).unwrap_or_default();
        let system = ["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"].contains(&local.as_str());
        system || self.header("X-Failed-Recipients").is_some()
    }

    // RFC 3834 5; the others came before it and are still written.
    fn is_automatic(&self) -> bool {
        let said = |name: &str| self.header(name).map(|value| value.trim().to_ascii_lowercase());
        said("Auto-Submitted").is_some_and(|value| value != "no")
            || said("X-Autoreply").is_some()
            || said("X-Autorespond").is_some()
            || said("Precedence").is_some_and(|value| ["auto_reply", "bulk", "junk", "list"].contains(&value.as_str()))
    }

    fn sender(&self) -> Option<Address> {
        Address::parse(self.mail.from()?.first()?.address()?).ok()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.mail.header_raw(name.to_owned()).map(|value| value.trim().to_owned())
    }

    /// What the mail system wrote itself: its text up to the copy of our letter.
    fn own_words(&self) -> String {
        let text = self.mail.body_text(0).unwrap_or_default();
        let copies =
            ["--- Below this line", "------ This is a copy of", "----- Original message", "Return-Path:", "Received:"];
        let end = copies.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
        text[..end].chars().take(8_000).collect()
    }
}

/// Whether a line says yes, and nothing that takes it back.
fn agrees(line: &str) -> bool {
    const WORDS: [&str; 10] = ["yes", "yes please", "yes, please", "da", "da, vă rog", "ja", "oui", "sí", "si", "sim"];
    WORDS.contains(&line.trim_end_matches(['.', '!']))
}

/// Whether a line wishes to leave, and the token in it: 32 hexadecimal letters.
fn wished(line: &str) -> Option<Option<String>> {
    const WORDS: [&str; 8] = [
        "unsubscribe",
        "unsubscribe me",
        "please unsubscribe me",
        "remove me",
        "dezabonare",
        "dezabonează-mă",
        "dezaboneaza-ma",
        "abmelden",
    ];
    let line = line.trim_start_matches("re:").trim().trim_end_matches(['.', '!']);
    if WORDS.contains(&line) {
        return Some(None);
    }
    let token = line.strip_prefix("unsubscribe")?.trim();
    let is_token = token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then(|| Some(token.to_owned()))
}

/// The Message-ID that a mail answers.
fn answered(mail: &Message<'_>) -> Option<String> {
    let raw = mail.header_raw("In-Reply-To")?;
    raw.split(['<', '>']).nth(1).map(str::to_owned)
}

/// Our Message-ID within what a report returned: a whole message, its headers, or text that quotes them.
fn returned_id(mail: &Message<'_>) -> Option<String> {
    for part in &mail.parts {
        let headers =
            is_type(part, "text", &["rfc822-headers"]) || is_type(part, "message", &["rfc822", "global-headers"]);
        let id = match &part.body {
            PartType::Message(inner) => inner.message_id().map(str::to_owned),
            _ if headers => quoted_id(&text(part)),
            _ => None,
        };
        if id.is_some() {
            return id;
        }
    }
    mail.parts.iter().filter(|part| matches!(part.body, PartType::Text(_))).find_map(|part| quoted_id(&text(part)))
}

fn quoted_id(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| {
        !line.trim_start_matches(['>', ' ']).get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:"))
    });
    // It may be folded onto the next line.
    let value: String = lines.by_ref().take(2).collect::<Vec<_>>().join(" ");
    let id = value.split(['<', '>']).nth(1)?.trim();
    (id.contains('@') && !id.contains(' ')).then(|| id.to_owned())
}

/// The tag of a return path: 32 hexadecimal letters between a `+` and the `@`.
fn tag(address: &str) -> Option<String> {
    let local = address.split('@').next()?;
    let tag = local.rsplit('+').next()?;
    (local.contains('+') && tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| tag.to_ascii_lowercase())
}

fn part_of<'a>(mail: &'a Message<'a>, kind: &str, subtypes: &[&str]) -> Option<&'a MessagePart<'a>> {
    mail.parts.iter().find(|part| is_type(part, kind, subtypes))
}

fn is_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|known| known.eq_ignore_ascii_case(subtype))
    })
}

fn text(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.clone().into_owned(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartType::Message(inner) => String::from_utf8_lossy(inner.raw_message()).into_owned(),
        PartType::Multipart(_) => String::new(),
    }
}

/// `rfc822; ana@example.org` without its type.
fn untyped(value: &str) -> String {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim().to_owned()
}

/// A block of fields as RFC 822 writes them.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(block: &str) -> Fields {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Fields(fields)
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }
}
