//! Test copies: an edition to a few named addresses, before it goes to anybody else.
//!
//! They go over the same relay with the same signatures and bytes, but leave no trace: no delivery, no attempt, no
//! count. What a test copy says of itself is in its subject and its Message-ID, which is another each time, so that no
//! mail program takes the second test for the first. Somebody who must not be mailed gets none either.

use jiff::Timestamp;
use serde::Serialize;

use crate::address::Address;
use crate::dkim::DkimKeys;
use crate::ledger::Outcome;
use crate::letter::mime::Form;
use crate::letter::{Letter, Piece, Recipient, Spliced};
use crate::people::Person;
use crate::smtp::{Handed, Patience, Postman, Relay, RelayError};
use crate::store::{Store, StoreError};

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
    Relay(#[from] RelayError),
    /// The list or the keys cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TestError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            TestError::Relay(error) => error.code(),
            TestError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            TestError::Relay(error) => error.hint(),
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
        let mut postman = Postman::new(relay.clone(), Patience::default()).map_err(RelayError::from)?;
        let mut copies = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let address = person.address.to_string();
            copies.push(match self.show(&person.address)?.suppression {
                Some(found) => {
                    let text = format!("must not be mailed: {}", found.reason.word());
                    TestCopy { address, outcome: "suppressed", code: None, text }
                }
                None => {
                    let to = recipient(person, now, place);
                    let Handed { outcome, code, text } =
                        postman.carry(&form.sender(&to), &person.address, form.render(&to))?;
                    TestCopy { address, outcome: outcome.word(), code, text }
                }
            });
        }
        Ok(copies)
    }
}

fn marked(letter: &Letter) -> Letter {
    let mut subject = vec![Piece::Fixed(TEST_MARK.to_owned())];
    subject.extend(letter.subject.0.iter().cloned());
    Letter { subject: Spliced(subject), ..letter.clone() }
}

/// Another Message-ID each time: mail programs show a second copy of the same one only once.
fn recipient(person: &Person, now: Timestamp, place: usize) -> Recipient {
    let address: &Address = &person.address;
    let message_id = format!("test.{}.{place}@{}", now.as_millisecond(), address.domain());
    Recipient { message_id, token: "test".to_owned(), ..Recipient::sample(person.clone()) }
}
