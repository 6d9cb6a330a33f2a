//! Trying a relay out before anything depends on it: one connection, as private and signed in as it would be.

use std::future::Future;
use std::io;
use std::time::Duration;

use crate::smtp::relay::ConnectError;
use crate::smtp::{Patience, Relay};

/// Why a trial came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
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

impl TrialError {
    /// A stable name for this fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            TrialError::Unreachable { .. } => "relay-unreachable",
            TrialError::NotPrivate { .. } => "relay-not-private",
            TrialError::SignIn { .. } => "relay-sign-in",
            TrialError::Unfit { .. } => "relay-unfit",
            TrialError::System(_) => "system",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            TrialError::Unreachable { .. } => {
                "compare host and port with what the provider says, and look at the network"
            }
            TrialError::NotPrivate { .. } => "compare the kind of TLS and the host's name with what the provider says",
            TrialError::SignIn { .. } => "many providers want an app password here, not the account's own",
            TrialError::Unfit { .. } => "choose another kind of TLS, or another relay",
            TrialError::System(_) => "try again",
        }
    }
}

/// So long each step of a trial may take: somebody is waiting for it.
fn patience() -> Patience {
    let step = Duration::from_secs(15);
    Patience { connect: step, greeting: step, command: step, message: 4 * step, after_dot: 4 * step }
}

impl Relay {
    /// Connects, makes the connection private and signs in, as far as the relay is set up to; then says goodbye.
    ///
    /// # Errors
    /// Says how far it came.
    pub fn try_out(&self) -> Result<(), TrialError> {
        block_on(async {
            let session = self.connect(&patience()).await.map_err(|error| self.trouble(&error))?;
            session.quit().await;
            Ok(())
        })
    }

    fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(crate) fn trouble(&self, error: &ConnectError) -> TrialError {
        let (server, text) = (self.place(), error.to_string());
        match error {
            ConnectError::Tls(_) | ConnectError::Certificate(_) => TrialError::NotPrivate { server, text },
            ConnectError::SignIn(_) => TrialError::SignIn { server, text },
            ConnectError::Unfit(_) => TrialError::Unfit { server, text },
            ConnectError::Wire(_) | ConnectError::Refused(_) => TrialError::Unreachable { server, text },
        }
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, TrialError>>) -> Result<T, TrialError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // Dropped, it would wait for a name that is still being looked up.
    runtime.shutdown_background();
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catcher, Tls};

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
        assert!(matches!(&gone, TrialError::Unreachable { server, .. } if *server == relay.place()), "{gone}");
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
