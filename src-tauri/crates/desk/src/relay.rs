//! Servers as a person writes them: `smtp://host:port`, `smtp+starttls://user@host:587`, `smtps://user@host:465`,
//! `imaps://user@host:993`.

use mailing::{Mailbox, Relay, Secret, Tls};

use crate::{Class, Failure};

/// How relays are written.
const RELAYS: Written = Written {
    code: "bad-relay",
    noun: "relay",
    hint: "write `smtp://host:port`, `smtp+starttls://user@host:587` or `smtps://user@host:465`",
    schemes: &[("smtp", Tls::None, 25), ("smtp+starttls", Tls::StartTls, 587), ("smtps", Tls::Implicit, 465)],
};

/// How mailboxes are written.
const MAILBOXES: Written = Written {
    code: "bad-mailbox",
    noun: "mailbox",
    hint: "write `imaps://user@host:993`; an `@` within the user is `%40`",
    schemes: &[("imap", Tls::None, 143), ("imaps", Tls::Implicit, 993)],
};

struct Written {
    code: &'static str,
    noun: &'static str,
    hint: &'static str,
    schemes: &'static [(&'static str, Tls, u16)],
}

/// A server's parts.
#[derive(Debug)]
struct Server {
    host: String,
    port: u16,
    tls: Tls,
    user: Option<String>,
}

/// Reads a relay's address. The password is never a part of it.
pub(crate) fn parse(text: &str, password: Option<Secret>) -> Result<Relay, Failure> {
    let Server { host, port, tls, user } = RELAYS.read(text)?;
    Ok(Relay { host, port, tls, user, password })
}

/// Reads a mailbox's address, without its password.
pub(crate) fn mailbox(text: &str, folder: &str, password: Secret) -> Result<Mailbox, Failure> {
    let Server { host, port, tls, user } = MAILBOXES.read(text)?;
    let user = user.ok_or_else(|| MAILBOXES.wrong(format!("the mailbox `{text}` names no user")))?;
    Ok(Mailbox { host, port, tls, user, password, folder: folder.to_owned() })
}

impl Written {
    fn wrong(&self, message: String) -> Failure {
        Failure::new(Class::Usage, self.code, message).hint(self.hint)
    }

    fn read(&self, text: &str) -> Result<Server, Failure> {
        let noun = self.noun;
        let (scheme, rest) = text.split_once("://").ok_or_else(|| self.wrong(format!("`{text}` is no {noun}")))?;
        let known = self.schemes.iter().find(|(known, ..)| *known == scheme);
        let (_, tls, usual) = known.ok_or_else(|| self.wrong(format!("unknown kind of {noun} `{scheme}`")))?;
        let (user, server) = match rest.trim_end_matches('/').rsplit_once('@') {
            Some((user, server)) => (Some(self.user(user)?), server),
            None => (None, rest.trim_end_matches('/')),
        };
        let (host, port) = self.place(server, *usual)?;
        if host.is_empty() {
            return Err(self.wrong(format!("the {noun} has no host")));
        }
        Ok(Server { host, port, tls: *tls, user })
    }

    fn user(&self, user: &str) -> Result<String, Failure> {
        if user.contains(':') {
            let message = format!("a password does not belong into the {}'s address", self.noun);
            return Err(self.wrong(message).hint("pass it by `--password-file FILE`, which only you may read"));
        }
        decoded(user).ok_or_else(|| self.wrong(format!("`{user}` has a `%` that no two hexadecimal digits follow")))
    }

    /// Host and port; an IPv6 address stands in brackets, so that its colons are its own.
    fn place(&self, server: &str, usual: u16) -> Result<(String, u16), Failure> {
        let port = |text: &str| text.parse().map_err(|_| self.wrong(format!("`{text}` is no port")));
        if let Some(rest) = server.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(|| self.wrong(format!("`{server}` lacks its `]`")))?;
            let host = host.to_owned();
            return match rest.strip_prefix(':') {
                Some(text) => Ok((host, port(text)?)),
                None if rest.is_empty() => Ok((host, usual)),
                None => Err(self.wrong(format!("`{rest}` is no port"))),
            };
        }
        match server.rsplit_once(':') {
            Some((host, text)) if !host.contains(':') => Ok((host.to_owned(), port(text)?)),
            Some(_) => Err(self.wrong(format!("write the address of `{server}` in brackets"))),
            None => Ok((server.to_owned(), usual)),
        }
    }
}

/// RFC 3986 2.1: many accounts are mail addresses, and their `@` is written `%40`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte == b'%' {
            let digits =
                std::str::from_utf8(tail.get(..2)?).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

/// What should be known before mail goes through this relay.
pub(crate) fn warning(relay: &Relay) -> Option<String> {
    let local = relay.host == "localhost" || relay.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (relay.tls == Tls::None && !local).then(|| {
        format!(
            "mail to `{}` goes over the network in clear, and whoever sits on the way can read and change it; \
             write the relay as `smtp+starttls://` or `smtps://` if it offers that",
            relay.host
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_a_kind_a_user_a_host_and_a_port() {
        let relay = parse("smtp+starttls://desk@mail.example.org", None).unwrap();
        assert_eq!((relay.host.as_str(), relay.port, relay.tls), ("mail.example.org", 587, Tls::StartTls));
        assert_eq!(relay.user.as_deref(), Some("desk"));
        assert_eq!(parse("smtp://127.0.0.1:2525", None).unwrap().port, 2525);
        for (text, port) in [("smtp://[::1]:25", 25), ("smtp://[::1]", 25), ("smtps://[::1]/", 465)] {
            let relay = parse(text, None).unwrap();
            assert_eq!((relay.host.as_str(), relay.port), ("::1", port), "{text}");
        }
    }

    #[test]
    fn a_user_may_be_a_mail_address() {
        for text in ["smtps://desk%40example.org@mail.example.org", "smtps://desk@example.org@mail.example.org"] {
            let relay = parse(text, None).unwrap();
            assert_eq!(relay.user.as_deref(), Some("desk@example.org"), "{text}");
            assert_eq!(relay.host, "mail.example.org");
        }
        assert_eq!(mailbox("imaps://a%40b@h", "INBOX", Secret::new("")).unwrap().user, "a@b");
    }

    #[test]
    fn what_is_no_relay_is_refused_and_a_password_above_all() {
        for wrong in [
            "",
            "mail.example.org",
            "http://mail.example.org",
            "smtp://host:x",
            "smtp://:25",
            "smtps://u:p@host",
            "smtp://::1",
            "smtp://[::1",
            "smtp://[::1]x",
            "smtp://u%4@host",
            "smtp://u%zz@host",
            "smtp://u%0a@host",
            "imaps://u@host",
        ] {
            assert!(parse(wrong, None).is_err(), "{wrong} was taken for a relay");
        }
        assert!(mailbox("imaps://host", "INBOX", Secret::new("")).is_err());
    }

    #[test]
    fn mail_in_clear_to_another_computer_is_warned_about() {
        let warned = |text: &str| warning(&parse(text, None).unwrap()).is_some();
        assert!(warned("smtp://relay.example.org") && warned("smtp://192.0.2.1:25"));
        assert!(!warned("smtp://127.0.0.1:25") && !warned("smtp://[::1]") && !warned("smtps://relay.example.org"));
    }
}
