//! What a status means: whose fault it is, and whether it may pass (RFC 3463).

use crate::returns::ReturnKind;

/// What a report or a text comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) kind: ReturnKind,
    pub(super) guessed: bool,
}

/// A report about one recipient.
#[derive(Debug)]
pub(super) struct Status {
    failed: bool,
    delayed: bool,
    code: Option<Code>,
    words: String,
}

/// An enhanced status code, `5.1.1`.
pub(super) type Code = (u16, u16, u16);

/// Words of servers that name the mailbox as missing.
const NOBODY_THERE: [&str; 20] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such mailbox",
    "no such recipient",
    "user doesn't exist",
    "user does not exist",
    "no mailbox here by that name",
    "mailbox not found",
    "mailbox does not exist",
    "account does not exist",
    "doesn't have a yahoo",
    "address rejected: unknown",
    "recipient unknown",
    "unknown recipient",
    "recipientnotfound",
    "unrouteable address",
    "no longer on our server",
    "is not a valid mailbox",
    "address not found",
];

/// Words of servers that turn the sender or the message away.
const TURNED_AWAY: [&str; 16] = [
    "spam",
    "blocked",
    "blacklist",
    "blocklist",
    "block list",
    "spamhaus",
    "barracuda",
    "dmarc",
    "spf",
    "dkim",
    "policy",
    "reputation",
    "access denied",
    "unauthenticated",
    "not authorized",
    "content rejected",
];

impl Status {
    /// The fields of RFC 3464 2.3.
    pub(super) fn of_report(action: &str, status: &str, diagnostic: &str) -> Status {
        let told = code(status);
        // `5.0.0` is what a system writes that has no better word; the server it asked may have had one. A refusal for
        // the sender's sake counts wherever it stands.
        let asked = code(diagnostic);
        let vague = told.is_none_or(|(_, subject, _)| subject == 0);
        let code = if vague || asked.is_some_and(|(_, subject, _)| subject == 7) { asked.or(told) } else { told };
        let action = action.to_ascii_lowercase();
        Status {
            failed: action.starts_with("failed") || action.is_empty() && code.is_none_or(|(class, ..)| class == 5),
            delayed: action.starts_with("delayed") || action.is_empty() && code.is_some_and(|(class, ..)| class == 4),
            code,
            words: diagnostic.to_lowercase(),
        }
    }

    /// What it comes to; nothing when the mail arrived or was only handed on.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let sure = |kind| Some(Verdict { kind, guessed: false });
        if self.delayed {
            return sure(ReturnKind::Delay);
        }
        if !self.failed {
            return None;
        }
        match self.code {
            Some((4, ..)) => sure(ReturnKind::SoftBounce),
            Some((_, 0, _)) | None => Some(Verdict { kind: by_words(&self.words), guessed: true }),
            Some(code) => sure(by_code(code, &self.words)),
        }
    }
}

/// What a permanent code says of the mailbox.
fn by_code((_, subject, detail): Code, words: &str) -> ReturnKind {
    match (subject, detail) {
        // The sender's own address was found wanting.
        (1, 7 | 8) => ReturnKind::Policy,
        // Some servers hide a refusal of the sender behind a missing mailbox. Their words give it away, unless they
        // name the mailbox as missing, too.
        (1, _) if mentions(words, &TURNED_AWAY) && !mentions(words, &NOBODY_THERE) => ReturnKind::Policy,
        (1, _) => ReturnKind::HardBounce,
        // Too large a message, a message they cannot read, a refusal by policy.
        (2 | 3, 3 | 4) | (6 | 7, _) => ReturnKind::Policy,
        // Full, switched off, unroutable: all of it may pass.
        _ => ReturnKind::SoftBounce,
    }
}

fn by_words(words: &str) -> ReturnKind {
    if mentions(words, &NOBODY_THERE) {
        ReturnKind::HardBounce
    } else if mentions(words, &TURNED_AWAY) {
        ReturnKind::Policy
    } else {
        ReturnKind::SoftBounce
    }
}

fn mentions(words: &str, known: &[&str]) -> bool {
    known.iter().any(|word| words.contains(word))
}

/// What a mail system says in running text, and the line that says it.
pub(super) fn prose(text: &str, subject: &str) -> Option<(ReturnKind, String)> {
    let small = text.to_lowercase();
    let subject = subject.to_lowercase();
    if ["delayed", "warning"].iter().any(|word| subject.contains(word)) {
        return Some((ReturnKind::Delay, line_with(text, "delay")));
    }
    if let Some((found, line)) = text.lines().find_map(|line| Some((code(line)?, line.trim().to_owned()))) {
        let kind = match found {
            (4, ..) => ReturnKind::SoftBounce,
            (_, 0, _) => by_words(&small),
            found => by_code(found, &small),
        };
        return Some((kind, line));
    }
    let about_failure = ["undeliver", "failure", "returned", "not be delivered", "couldn't be delivered"];
    if let Some(word) = NOBODY_THERE.iter().chain(&TURNED_AWAY).find(|word| small.contains(**word)) {
        return Some((by_words(&small), line_with(text, word)));
    }
    let failed = about_failure.iter().any(|word| subject.contains(word) || small.contains(word));
    failed.then(|| (ReturnKind::SoftBounce, line_with(text, "deliver")))
}

fn line_with(text: &str, word: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or_default().to_owned();
    lines.find(|line| line.to_lowercase().contains(word)).map_or(first, str::to_owned)
}

/// The first enhanced status code of a permanent or passing failure in a text. Addresses of four numbers are none.
pub(super) fn code(text: &str) -> Option<Code> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
        let word = word.trim_matches('.');
        let mut numbers = word.split('.').map(|number| number.parse::<u16>().ok().filter(|_| number.len() <= 3));
        let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && matches!(class, 4 | 5) && subject <= 7).then_some((class, subject, detail))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReturnKind::{Delay, HardBounce, Policy, SoftBounce};

    #[test]
    fn a_status_says_whose_fault_it_is() {
        for (action, status, diagnostic, expected) in [
            ("failed", "5.1.1", "550 5.1.1 no such user", Some((HardBounce, false))),
            ("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Some((HardBounce, false))),
            ("failed", "5.1.8", "bad sender", Some((Policy, false))),
            ("failed", "5.1.1", "550 5.7.1 blocked", Some((Policy, false))),
            ("failed", "5.1.0", "554 your address is on a blocklist", Some((Policy, false))),
            ("failed", "5.2.2", "552 5.2.2 mailbox full", Some((SoftBounce, false))),
            ("failed", "4.4.1", "connection timed out", Some((SoftBounce, false))),
            ("failed", "5.7.26", "unauthenticated", Some((Policy, false))),
            ("failed", "5.0.0", "550 no such user here", Some((HardBounce, true))),
            ("failed", "5.0.0", "550 go away", Some((SoftBounce, true))),
            ("failed", "5.0.0", "550 5.1.1 gone", Some((HardBounce, false))),
            ("failed", "5.3.4", "message too big", Some((Policy, false))),
            ("failed", "", "", Some((SoftBounce, true))),
            ("delayed", "4.4.1", "", Some((Delay, false))),
            ("delivered", "2.0.0", "", None),
            ("relayed", "2.1.9", "", None),
            ("expanded", "2.0.0", "", None),
        ] {
            let verdict = Status::of_report(action, status, diagnostic).verdict();
            assert_eq!(verdict.map(|found| (found.kind, found.guessed)), expected, "{action} {status} {diagnostic}");
        }
    }

    #[test]
    fn an_address_of_four_numbers_is_no_code() {
        assert_eq!(code("host mx [5.1.1.4] said 550 5.2.1"), Some((5, 2, 1)));
        assert_eq!(code("(#5.1.1)"), Some((5, 1, 1)));
        assert_eq!(code("2.0.0 fine, 10.5.1"), None);
    }
}
