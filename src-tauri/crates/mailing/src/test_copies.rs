//! Test copies: an edition to a few named addresses, before it goes to anybody else.
//!
//! They go over the same relay with the same signatures and bytes, but leave no trace: no delivery, no attempt, no
//! count. What a test copy says of itself is in its subject and its Message-ID, which is another each time, so that no
//! mail program takes the second test for the first. Somebody who must not be mailed gets none either.

use std::io;

use jiff::Timestamp;
use serde::Serialize;

use crate::address::Address;
use crate::dkim::DkimKeys;
use crate::ledger::Outcome;
use crate::letter::mime::Form;
use crate::letter::{Letter, Piece, Recipient, Spliced};
use crate::people::Person;
use crate::smtp::session::{Envelope, Session};
use crate::smtp::{Patience, Relay};
use crate::store::{Store, StoreError};
use crate::trial::TrialError;

/// What a test copy's subject begins with.
pub const TEST_MARK: &str = "[Test] ";

/// What became of one test copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestCopy {
    /// Who it was for.
    pub address: String,
    /// `accepted`, `postponed`, `refused`, `hard_bounce`, `uncertain`, `not_sent` or `suppressed`.
    pub outcome: &'static str,
    /// The server's reply code.
    pub code: Option<u16>,
    /// The server's words, or why it was not asked.
    pub text: String,
}

impl TestCopy {
    /// Whether a server took it.
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted.word()
    }
}

/// Why no test copy was sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The relay cannot be reached, is not trusted or refuses the sign-in.
    #[error(transparent)]
    Relay(#[from] TrialError),
    /// The system refused a timer or a socket.
    #[error("no connection could be made")]
    System(#[from] io::Error),
    /// The list or the keys cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TestError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            TestError::Relay(error) => error.code(),
            TestError::System(_) => "test-system",
            TestError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            TestError::Relay(error) => error.hint(),
            TestError::System(_) => "close other programs and try again; nothing was sent",
            TestError::Store(error) => error.hint(),
        }
    }
}

impl Store {
    /// Sends each of these people a test copy, one after the other. The ledger does not change.
    ///
    /// # Errors
    /// When the relay cannot be used at all. What it says of one address is in that copy.
    pub fn send_test(
        &self,
        letter: &Letter,
        people: &[Person],
        relay: &Relay,
        now: Timestamp,
    ) -> Result<Vec<TestCopy>, TestError> {
        let keys = DkimKeys::in_folder(self.folder());
        let signer = letter.seal.as_ref().map(|seal| keys.signer(seal, now)).transpose().map_err(StoreError::from)?;
        let form = Form::new(marked(letter), "mh_test", now).signed_by(signer);
        let mut post = Post { relay, form, now, session: None };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut copies = Vec::new();
        for (place, person) in people.iter().enumerate() {
            copies.push(match self.show(&person.address)?.suppression {
                Some(found) => TestCopy {
                    address: person.address.to_string(),
                    outcome: "suppressed",
                    code: None,
                    text: format!("must not be mailed: {}", found.reason.word()),
                },
                None => runtime.block_on(post.copy(person, place))?,
            });
        }
        runtime.block_on(post.end());
        Ok(copies)
    }
}

fn marked(letter: &Letter) -> Letter {
    let mut subject = vec![Piece::Fixed(TEST_MARK.to_owned())];
    subject.extend(letter.subject.0.iter().cloned());
    Letter { subject: Spliced(subject), ..letter.clone() }
}

struct Post<'a> {
    relay: &'a Relay,
    form: Form,
    now: Timestamp,
    session: Option<Session>,
}

impl Post<'_> {
    async fn copy(&mut self, person: &Person, place: usize) -> Result<TestCopy, TestError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect().await?,
        };
        let to = recipient(person, self.now, place);
        let from = self.form.sender(&to);
        let envelope = Envelope { from: &from, to: &to.person.address, message: self.form.render(&to) };
        let result = session.deliver(envelope, None, std::future::pending()).await;
        if result.keep {
            self.session = Some(session);
        }
        Ok(TestCopy {
            address: to.person.address.to_string(),
            outcome: result.outcome.word(),
            code: result.reply.map(|reply| reply.code),
            text: result.text,
        })
    }

    async fn connect(&self) -> Result<Session, TestError> {
        let met = self.relay.connect(&Patience::default()).await;
        met.map_err(|error| self.relay.trouble(&error).into())
    }

    async fn end(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit().await;
        }
    }
}

/// Another Message-ID each time: mail programs show a second copy of the same one only once.
fn recipient(person: &Person, now: Timestamp, place: usize) -> Recipient {
    let address: &Address = &person.address;
    let message_id = format!("test.{}.{place}@{}", now.as_millisecond(), address.domain());
    Recipient { message_id, token: "test".to_owned(), ..Recipient::sample(person.clone()) }
}
