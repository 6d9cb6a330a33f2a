//! One mail at a time, outside of the ledger: a test to oneself, a question to a person.

use tokio::runtime::Runtime;

use super::relay::Relay;
use super::session::{Envelope, Patience, Session};
use crate::address::Address;
use crate::ledger::{Outcome, PauseReason};

/// Carries single mails over one connection, made at the first of them. It blocks, so it must live outside of any
/// runtime.
pub struct Postman {
    relay: Relay,
    patience: Patience,
    runtime: Runtime,
    session: Option<Session>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// In a word.
    pub outcome: Outcome,
    /// In the server's words.
    pub text: String,
}

impl Postman {
    /// One for this relay; it connects when there is something to carry.
    pub fn new(relay: Relay, patience: Patience) -> std::io::Result<Postman> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Postman { relay, patience, runtime, session: None })
    }

    /// Makes sure that the relay listens, so that nothing need be promised before it does.
    pub fn arrive(&mut self) -> Result<(), PauseReason> {
        if self.session.is_none() {
            let met = self.runtime.block_on(self.relay.connect(&self.patience));
            let session = met.map_err(|error| {
                error.pause_reason().unwrap_or_else(|| PauseReason::Unreachable { text: error.to_string() })
            })?;
            self.session = Some(session);
        }
        Ok(())
    }

    /// Hands a message over, with CRLF line ends. Each happens at most once: nothing is tried again here.
    pub fn carry(&mut self, from: &Address, to: &Address, message: Vec<u8>) -> Result<Handed, PauseReason> {
        self.arrive()?;
        let Some(mut session) = self.session.take() else {
            return Err(PauseReason::Unreachable { text: "there is no connection".to_owned() });
        };
        let never = std::future::pending::<()>();
        let result = self.runtime.block_on(session.deliver(Envelope { from, to, message }, None, never));
        if result.keep {
            self.session = Some(session);
        }
        Ok(Handed { outcome: result.outcome, text: result.text })
    }
}

impl Drop for Postman {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.runtime.block_on(session.quit());
        }
    }
}
