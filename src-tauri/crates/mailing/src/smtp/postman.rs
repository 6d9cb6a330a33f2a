//! One mail at a time, outside of the ledger: trying a relay out, a test copy, a letter to oneself, a question to a
//! person.

use std::io;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::relay::{ConnectError, Relay};
use super::session::{Envelope, Patience, Session};
use crate::address::Address;
use crate::ledger::Outcome;

/// Carries single mails over one connection, made at the first of them. It blocks, so it must live outside of any
/// runtime.
pub struct Postman {
    relay: Relay,
    patience: Patience,
    /// There until it is dropped.
    runtime: Option<Runtime>,
    session: Option<Session>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// In a word.
    pub outcome: Outcome,
    /// The server's reply code, if it gave one.
    pub code: Option<u16>,
    /// In the server's words.
    pub text: String,
}

/// Why a relay was of no use.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Nobody answers there, or not as a mail server does.
    #[error("`{server}` could not be reached: {text}")]
    Unreachable {
        /// The relay, `host:port`.
        server: String,
        /// What happened.
        text: String,
    },
    /// The connection could not be made private.
    #[error("the connection to `{server}` is not private: {text}")]
    NotPrivate {
        /// The relay.
        server: String,
        /// What happened.
        text: String,
    },
    /// The account or its password was refused.
    #[error("`{server}` refused the sign-in: {text}")]
    SignIn {
        /// The relay.
        server: String,
        /// The server's words.
        text: String,
    },
    /// The relay cannot be used as it is set up.
    #[error("`{server}` cannot be used: {text}")]
    Unfit {
        /// The relay.
        server: String,
        /// Why.
        text: String,
    },
    /// The system refused.
    #[error(transparent)]
    System(#[from] io::Error),
}

impl RelayError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            RelayError::Unreachable { .. } => "relay-unreachable",
            RelayError::NotPrivate { .. } => "relay-not-private",
            RelayError::SignIn { .. } => "relay-sign-in",
            RelayError::Unfit { .. } => "relay-unfit",
            RelayError::System(_) => "system",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            RelayError::Unreachable { .. } => {
                "compare its name and port with what the provider says, and look at the network"
            }
            RelayError::NotPrivate { .. } => "compare the kind of TLS and the host's name with what the provider says",
            RelayError::SignIn { .. } => "many providers want an app password here, not the account's own",
            RelayError::Unfit { .. } => "choose another kind of TLS, or another mail server",
            RelayError::System(_) => "try again",
        }
    }
}

impl Postman {
    /// One for this relay; it connects when there is something to carry.
    pub fn new(relay: Relay, patience: Patience) -> io::Result<Postman> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Postman { relay, patience, runtime: Some(runtime), session: None })
    }

    /// Makes sure that the relay listens, so that nothing need be promised before it does.
    pub fn arrive(&mut self) -> Result<(), RelayError> {
        let session = self.session()?;
        self.session = Some(session);
        Ok(())
    }

    /// Hands a message over, with CRLF line ends. Each happens at most once: nothing is tried again here.
    pub fn carry(&mut self, from: &Address, to: &Address, message: Vec<u8>) -> Result<Handed, RelayError> {
        let mut session = self.session()?;
        let never = std::future::pending::<()>();
        let result = self.block_on(session.deliver(Envelope { from, to, message }, None, never))?;
        if result.keep {
            self.session = Some(session);
        }
        Ok(Handed { outcome: result.outcome, code: result.reply.map(|reply| reply.code), text: result.text })
    }

    /// The session that is open, or a new one.
    fn session(&mut self) -> Result<Session, RelayError> {
        match self.session.take() {
            Some(session) => Ok(session),
            None => self.block_on(self.relay.connect(&self.patience))?.map_err(|error| self.relay.trouble(&error)),
        }
    }

    fn block_on<T>(&self, work: impl Future<Output = T>) -> io::Result<T> {
        let runtime = self.runtime.as_ref().ok_or_else(|| io::Error::other("the postman has gone home"))?;
        Ok(runtime.block_on(work))
    }
}

impl Drop for Postman {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        if let Some(session) = self.session.take() {
            runtime.block_on(session.quit());
        }
        // Dropped, it would wait for a name that is still being looked up.
        runtime.shutdown_background();
    }
}

/// So long each step of a trial may take: somebody is waiting for it.
fn briefly() -> Patience {
    let step = Duration::from_secs(15);
    Patience { connect: step, greeting: step, command: step, message: 4 * step, after_dot: 4 * step }
}

impl Relay {
    /// Connects, makes the connection private and signs in, as far as the relay is set up to; then says goodbye.
    ///
    /// # Errors
    /// Says how far it came.
    pub fn try_out(&self) -> Result<(), RelayError> {
        Postman::new(self.clone(), briefly())?.arrive()
    }

    fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn trouble(&self, error: &ConnectError) -> RelayError {
        let (server, text) = (self.place(), error.to_string());
        match error {
            ConnectError::Tls(_) | ConnectError::Certificate(_) => RelayError::NotPrivate { server, text },
            ConnectError::SignIn(_) => RelayError::SignIn { server, text },
            ConnectError::Unfit(_) => RelayError::Unfit { server, text },
            ConnectError::Wire(_) | ConnectError::Refused(_) => RelayError::Unreachable { server, text },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catcher;
    use crate::smtp::Tls;

    fn local(port: u16) -> Relay {
        Relay { host: "127.0.0.1".to_owned(), port, tls: Tls::None, user: None, password: None }
    }

    #[test]
    fn a_relay_that_answers_is_good_and_one_that_is_gone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let catcher = Catcher::start(([127, 0, 0, 1], 0).into(), folder.path()).unwrap();
        let relay = local(catcher.port());
        relay.try_out().unwrap();
        catcher.stop();
        let gone = relay.try_out().unwrap_err();
        assert!(matches!(&gone, RelayError::Unreachable { server, .. } if *server == relay.place()), "{gone}");
    }

    #[test]
    fn a_relay_without_starttls_is_not_used_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let catcher = Catcher::start(([127, 0, 0, 1], 0).into(), folder.path()).unwrap();
        let relay = Relay { tls: Tls::StartTls, ..local(catcher.port()) };
        let refused = relay.try_out().unwrap_err();
        assert_eq!(refused.code(), "relay-unfit", "{refused}");
        catcher.stop();
    }
}
