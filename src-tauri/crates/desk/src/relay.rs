//! The relay as a person writes it: `smtp://host:port`, `smtp+starttls://user@host:587`, `smtps://user@host:465`.

use mailing::{Relay, Secret, Tls};

use crate::{Class, Failure};

/// Reads a relay's address. The password is never a part of it.
pub(crate) fn parse(text: &str, password: Option<Secret>) -> Result<Relay, Failure> {
    let wrong = |message: String| {
        Failure::new(Class::Usage, "bad-relay", message)
            .hint("write `smtp://host:port`, `smtp+starttls://user@host:587` or `smtps://user@host:465`")
    };
    let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong(format!("`{text}` is no relay")))?;
    let (tls, usual_port) = match scheme {
        "smtp" => (Tls::None, 25),
        "smtp+starttls" => (Tls::StartTls, 587),
        "smtps" => (Tls::Implicit, 465),
        other => return Err(wrong(format!("unknown kind of relay `{other}`"))),
    };
    let (user, server) = match rest.trim_end_matches('/').rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, rest.trim_end_matches('/')),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return Err(wrong("a password does not belong into the relay's address".to_owned())
            .hint("pass it by `--password-file FILE`, which only you may read"));
    }
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| wrong(format!("`{port}` is no port")))?),
        None => (server, usual_port),
    };
    if host.is_empty() {
        return Err(wrong("the relay has no host".to_owned()));
    }
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Relay { host, port, tls, user: user.map(ToOwned::to_owned), password })
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
        assert_eq!(parse("smtp://[::1]:25", None).unwrap().host, "::1");
    }

    #[test]
    fn what_is_no_relay_is_refused_and_a_password_above_all() {
        for wrong in
            ["", "mail.example.org", "http://mail.example.org", "smtp://host:x", "smtp://:25", "smtps://u:p@host"]
        {
            assert!(parse(wrong, None).is_err(), "{wrong} was taken for a relay");
        }
    }
}
