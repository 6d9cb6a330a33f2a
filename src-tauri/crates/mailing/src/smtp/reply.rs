//! A server's reply: code, enhanced code, words.

/// A whole reply, of one line or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// The text of its lines.
    pub(crate) lines: Vec<String>,
}

/// What a reply's line was: code, whether more follow, text.
pub(crate) fn line(bytes: &[u8]) -> Option<(u16, bool, String)> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    let code: u16 = text.get(..3)?.parse().ok().filter(|code| (200..600).contains(code))?;
    // RFC 5321 4.2.1 allows a bare code without a space.
    let more = match text.as_bytes().get(3) {
        Some(b'-') => true,
        Some(b' ') | None => false,
        Some(_) => return None,
    };
    let words: String = text.get(4..).unwrap_or("").chars().filter(|c| !c.is_control()).collect();
    Some((code, more, words))
}

impl Reply {
    /// 2xx.
    pub(crate) fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx.
    pub(crate) fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// The enhanced status code (RFC 3463), `5.1.1`.
    pub(crate) fn enhanced(&self) -> Option<(u16, u16, u16)> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut numbers = word.split('.').map(|number| number.parse::<u16>().ok());
        let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && matches!(class, 2 | 4 | 5)).then_some((class, subject, detail))
    }

    /// The mailbox is not there (5.1.x), as opposed to the sender's own address being refused (5.1.7, 5.1.8).
    pub(crate) fn is_hard_bounce(&self) -> bool {
        self.code / 100 == 5 && matches!(self.enhanced(), Some((5, 1, detail)) if !matches!(detail, 7 | 8))
    }

    /// 5.7.x: the sender's or the message's fault, never the reader's.
    pub(crate) fn is_policy(&self) -> bool {
        matches!(self.enhanced(), Some((5, 7, _)))
    }

    /// The reply on one line, for the ledger.
    pub(crate) fn text(&self) -> String {
        self.lines.join(" ").chars().take(500).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_reply_is_read_or_refused() {
        assert_eq!(line(b"250-PIPELINING\r\n"), Some((250, true, "PIPELINING".into())));
        assert_eq!(line(b"250 ok\r\n"), Some((250, false, "ok".into())));
        assert_eq!(line(b"354\r\n"), Some((354, false, String::new())));
        for garbage in [&b"HTTP/1.1 200 OK"[..], b"25", b"999 no", b"250_no", b"\xff\xff\xff"] {
            assert_eq!(line(garbage), None);
        }
    }

    #[test]
    fn only_a_missing_mailbox_is_a_hard_bounce() {
        let reply = |code, text: &str| Reply { code, lines: vec![text.to_owned()] };
        assert!(reply(550, "5.1.1 no such user").is_hard_bounce());
        assert!(!reply(550, "5.7.1 blocked").is_hard_bounce());
        assert!(!reply(550, "5.1.8 bad sender").is_hard_bounce());
        assert!(!reply(550, "no such user").is_hard_bounce());
        assert!(!reply(450, "4.1.1 greylisted").is_hard_bounce());
        assert!(reply(550, "5.7.1 blocked").is_policy());
    }
}
