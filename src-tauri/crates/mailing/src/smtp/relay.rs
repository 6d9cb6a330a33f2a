//! The relay: where it is, how to speak to it privately, and how to sign in.

use std::fmt;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::offers::Offers;
use super::reply::Reply;
use super::session::{Patience, Session};
use super::wire::{Stream, Wire, WireError};
use crate::base64;
use crate::ledger::PauseReason;
use crate::tls::{self, TlsFault};

/// A server that takes mail for everybody.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Its name or address.
    pub host: String,
    /// Its port: 587, 465, 25 or the catcher's.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// The account, when it asks for one.
    pub user: Option<String>,
    /// The account's password.
    pub password: Option<Secret>,
}

/// How a connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: for the catcher and relays on this computer. No password is ever sent this way.
    None,
    /// Plain at first, then TLS by STARTTLS; a server that does not offer it is not used.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// A password; it never shows in a log.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a password in.
    pub fn new(secret: impl Into<String>) -> Secret {
        Secret(secret.into())
    }

    /// The password itself, for whoever signs in with it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why no session came about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("the connection could not be made private: {0}")]
    Tls(String),
    #[error("{0}")]
    Certificate(String),
    #[error("the server answered {}: {}", .0.code, .0.text())]
    Refused(Reply),
    #[error("{} {}", .0.code, .0.text())]
    SignIn(Reply),
    #[error("{0}")]
    Unfit(&'static str),
}

impl ConnectError {
    /// Why the mailing is paused at once, where trying again soon cannot help.
    pub(crate) fn pause_reason(&self) -> Option<PauseReason> {
        let text = self.to_string();
        match self {
            ConnectError::SignIn(_) => Some(PauseReason::SignIn { text }),
            ConnectError::Unfit(_) => Some(PauseReason::Unfit { text }),
            ConnectError::Certificate(_) => Some(PauseReason::Untrusted { text }),
            ConnectError::Wire(_) | ConnectError::Tls(_) | ConnectError::Refused(_) => None,
        }
    }
}

impl From<std::io::Error> for ConnectError {
    fn from(error: std::io::Error) -> ConnectError {
        ConnectError::Wire(WireError::Broken(error))
    }
}

impl Relay {
    /// The first of the relay's addresses that answers. Each has the whole limit to itself, so that an address which
    /// swallows everything, as an IPv6 one behind a bad router does, leaves the next its turn.
    async fn socket(&self, limit: Duration) -> Result<TcpStream, ConnectError> {
        let addresses = timeout(limit, lookup_host((self.host.as_str(), self.port)));
        let mut last = ConnectError::Wire(WireError::Silent(limit));
        for address in addresses.await.map_err(|_| WireError::Silent(limit))?? {
            match timeout(limit, TcpStream::connect(address)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(error)) => last = error.into(),
                Err(_) => last = WireError::Silent(limit).into(),
            }
        }
        Err(last)
    }

    /// Connects, makes the connection private, signs in.
    pub(crate) async fn connect(&self, patience: &Patience) -> Result<Session, ConnectError> {
        let socket = self.socket(patience.connect).await?;
        // Without it, Nagle and delayed acknowledgements make 22 messages a second of several thousand.
        socket.set_nodelay(true)?;
        let own = socket.local_addr()?.ip();
        // RFC 5321 4.1.4: an address literal, since a desk has no name in DNS.
        let hello = if own.is_ipv6() { format!("EHLO [IPv6:{own}]\r\n") } else { format!("EHLO [{own}]\r\n") };
        let stream: Box<dyn Stream> = match self.tls {
            Tls::Implicit => self.private(Box::new(socket), patience.connect).await?,
            Tls::None | Tls::StartTls => Box::new(socket),
        };
        let mut wire = Wire::new(stream);
        positive(wire.reply(patience.greeting).await?)?;
        let mut offers = greet(&mut wire, &hello, patience.command).await?;
        if self.tls == Tls::StartTls {
            if !offers.starttls {
                return Err(ConnectError::Unfit(
                    "it does not offer STARTTLS, or something on the way took the offer out",
                ));
            }
            positive(ask(&mut wire, b"STARTTLS\r\n", patience.command).await?)?;
            wire = Wire::new(self.private(wire.into_stream()?, patience.connect).await?);
            // RFC 3207 4.2: what was offered before TLS does not count.
            offers = greet(&mut wire, &hello, patience.command).await?;
        }
        self.sign_in(&mut wire, offers, own.is_loopback(), patience.command).await?;
        Ok(Session::new(wire, offers, patience.clone()))
    }

    async fn private(&self, stream: Box<dyn Stream>, wait: Duration) -> Result<Box<dyn Stream>, ConnectError> {
        match tls::private(&self.host, stream, wait).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(TlsFault::Certificate(text)) => Err(ConnectError::Certificate(text)),
            Err(TlsFault::Other(text)) => Err(ConnectError::Tls(text)),
        }
    }

    async fn sign_in(
        &self,
        wire: &mut Wire,
        offers: Offers,
        loopback: bool,
        wait: Duration,
    ) -> Result<(), ConnectError> {
        let (Some(user), Some(Secret(password))) = (&self.user, &self.password) else { return Ok(()) };
        if self.tls == Tls::None && !loopback {
            return Err(ConnectError::Unfit("a password is not sent over a connection without TLS"));
        }
        let reply = if offers.plain {
            let token = base64::encode(format!("\0{user}\0{password}").as_bytes());
            ask(wire, format!("AUTH PLAIN {token}\r\n").as_bytes(), wait).await?
        } else if offers.login {
            login(wire, user, password, wait).await?
        } else {
            return Err(ConnectError::Unfit("it offers no way to sign in that Masthead knows (PLAIN, LOGIN)"));
        };
        // Some servers repeat what they were given, and the reply goes into the ledger and onto the screen.
        let reply = without(reply, password);
        match reply.code {
            235 => Ok(()),
            _ if reply.is_transient() => Err(ConnectError::Refused(reply)),
            _ => Err(ConnectError::SignIn(reply)),
        }
    }
}

fn without(reply: Reply, secret: &str) -> Reply {
    let encoded = base64::encode(secret.as_bytes());
    let clean = |line: &String| line.replace(secret, "…").replace(&encoded, "…");
    Reply { lines: reply.lines.iter().map(clean).collect(), ..reply }
}

async fn login(wire: &mut Wire, user: &str, password: &str, wait: Duration) -> Result<Reply, WireError> {
    let mut reply = ask(wire, b"AUTH LOGIN\r\n", wait).await?;
    for word in [user, password] {
        if reply.code != 334 {
            return Ok(reply);
        }
        reply = ask(wire, format!("{}\r\n", base64::encode(word.as_bytes())).as_bytes(), wait).await?;
    }
    Ok(reply)
}

async fn ask(wire: &mut Wire, command: &[u8], wait: Duration) -> Result<Reply, WireError> {
    wire.write(command, wait).await?;
    wire.reply(wait).await
}

fn positive(reply: Reply) -> Result<Reply, ConnectError> {
    if reply.is_positive() { Ok(reply) } else { Err(ConnectError::Refused(reply)) }
}

async fn greet(wire: &mut Wire, hello: &str, wait: Duration) -> Result<Offers, ConnectError> {
    Ok(Offers::read(&positive(ask(wire, hello.as_bytes(), wait).await?)?))
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// Signs in over a line that is read by others, or stays on this computer; answers what went over it.
    fn said(tls: Tls, loopback: bool) -> (bool, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(4_096);
            tokio::io::AsyncWriteExt::write_all(&mut theirs, b"235 welcome\r\n").await.unwrap();
            let (user, password) = (Some("desk".into()), Some(Secret::new("hunter2")));
            let relay = Relay { host: "mail.example.org".into(), port: 587, tls, user, password };
            let mut wire = Wire::new(Box::new(ours));
            let offers = Offers { plain: true, ..Offers::default() };
            let signed_in = relay.sign_in(&mut wire, offers, loopback, Duration::from_secs(60)).await;
            drop(wire);
            let mut heard = String::new();
            theirs.read_to_string(&mut heard).await.unwrap();
            (signed_in.is_ok(), heard)
        })
    }

    #[test]
    fn a_password_leaves_this_computer_in_private_only() {
        assert_eq!(said(Tls::None, false), (false, String::new()));
        let plain = format!("AUTH PLAIN {}\r\n", base64::encode(b"\0desk\0hunter2"));
        for (tls, loopback) in [(Tls::None, true), (Tls::StartTls, false), (Tls::Implicit, false)] {
            assert_eq!(said(tls, loopback), (true, plain.clone()), "{tls:?}");
        }
    }
}
