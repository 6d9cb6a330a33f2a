//! Test copies of an edition: to named people, marked as tests, and in no ledger.

use std::path::PathBuf;

use magazine::{EditionId, Finding};
use mailing::{Address, Person, TestCopy};
use serde::Serialize;

use crate::password::PasswordSource;
use crate::{Class, Desk, Failure};

/// More are no test any more, but a mailing that no ledger knows.
const MOST: usize = 20;

/// What to test and with whom.
#[derive(Debug, Clone)]
pub struct TestPlan {
    /// The edition.
    pub edition: EditionId,
    /// Who gets a test copy.
    pub to: Vec<String>,
    /// Into the built-in mail catcher instead of the relay.
    pub rehearse: bool,
    /// Where the catcher keeps it; otherwise in the data folder.
    pub keep: Option<PathBuf>,
    /// The relay; otherwise the publication's first.
    pub relay: Option<String>,
    /// Where the relay's password comes from.
    pub password: PasswordSource,
}

/// What became of a test.
#[derive(Debug, Clone, Serialize)]
pub struct TestReport {
    /// The edition.
    pub edition: String,
    /// Each copy, in the order in which people were named.
    pub copies: Vec<TestCopy>,
    /// What stands between the edition and its release; none of it kept the test from going out.
    pub findings: Vec<Finding>,
    /// Where the mail catcher kept the copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caught: Option<PathBuf>,
}

impl Desk {
    /// Sends test copies of an edition. People on the list see what they will see, others what a stranger would; nobody
    /// is counted in the ledger, and the edition may still have findings: a test is for looking.
    ///
    /// # Errors
    /// When nobody or too many are named, one of the addresses is none, the mail cannot be made, or the relay cannot be
    /// used at all.
    pub fn send_test(&self, plan: &TestPlan) -> Result<TestReport, Failure> {
        let people = self.test_people(&plan.to)?;
        let (letter, findings) = self.letter(&plan.edition)?;
        let store = self.store()?;
        let catcher = if plan.rehearse { Some(self.catcher(&plan.edition, plan.keep.as_deref())?) } else { None };
        let relay = match &catcher {
            Some((catcher, _)) => crate::send::local(catcher.port()),
            None => self.single_route(plan.relay.as_deref(), &plan.password)?.relay,
        };
        let copies = store.send_test(&letter, &people, &relay, self.now())?;
        let caught = catcher.map(|(catcher, folder)| {
            catcher.stop();
            folder
        });
        Ok(TestReport { edition: plan.edition.to_string(), copies, findings, caught })
    }

    /// Sends one test copy; answers the server's words.
    ///
    /// # Errors
    /// As [`Desk::send_test`], and when the server did not take it.
    pub(crate) fn send_one_test(&self, edition: EditionId, to: &str) -> Result<String, Failure> {
        let (to, password) = (vec![to.trim().to_owned()], PasswordSource::default());
        let tested = self.send_test(&TestPlan { edition, to, rehearse: false, keep: None, relay: None, password })?;
        let copy = tested.copies.into_iter().next();
        copy.map_or(Ok(String::new()), |copy| match copy.is_accepted() {
            true => Ok(copy.code.map_or(String::new(), |code| format!("{code} ")) + &copy.text),
            false => Err(Failure::new(Class::Work, "test-not-taken", format!("{}: {}", copy.address, copy.text))
                .hint("read the server's words; nothing stands in the ledger")),
        })
    }

    fn test_people(&self, to: &[String]) -> Result<Vec<Person>, Failure> {
        let usage = |code, message: String| Failure::new(Class::Usage, code, message);
        if to.is_empty() {
            return Err(usage("no-test-address", "a test needs somebody to go to".to_owned())
                .hint("name them: `--to ana@example.org --to ion@example.org`"));
        }
        if to.len() > MOST {
            return Err(usage("too-many-tests", format!("{} addresses are too many for a test", to.len()))
                .hint(format!("name at most {MOST}; to more people, send the edition to a segment")));
        }
        let person = |text: &String| {
            let address: Address = text.parse().map_err(|error| {
                usage("bad-address", format!("`{text}`: {error}")).hint("write it as `ana@example.org`")
            })?;
            Ok(match self.person(text)?.subscriber {
                Some(known) => known.person,
                None => Person::new(address),
            })
        };
        to.iter().map(person).collect()
    }
}
