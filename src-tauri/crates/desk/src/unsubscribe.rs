//! The unsubscribe box: its file, and what people asked of it.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use magazine::{Code, Finding, Place, PublicationSettings};
use mailing::{BULK, BoxLook, Pulled, STALE, Store};
use serde::Serialize;

use crate::{Class, Desk, Failure};

/// How often the box is asked while a send or the window is open.
pub const PULL_EVERY: Duration = Duration::from_secs(15 * 60);

/// Where the publication's unsubscribe box stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoxState {
    /// Its address; absent where the publication has none.
    pub address: Option<String>,
    /// When it was last asked with success.
    pub last_pull: Option<Timestamp>,
    /// Whether that is so long ago that people who left may not be known.
    pub stale: bool,
}

impl Desk {
    /// The PHP file of the unsubscribe box, for the organisation's web space; the same whenever it is asked for.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn box_script(&self) -> Result<String, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let sender = &settings.sender;
        let contact = if sender.unsubscribe.is_empty() { &sender.address } else { &sender.unsubscribe };
        let look = BoxLook {
            list: list_id(settings),
            name: settings.name.clone(),
            contact: contact.clone(),
            languages: settings.languages.clone(),
            ink: settings.colour.ink.clone(),
            accent: settings.colour.vermilion.clone(),
        };
        Ok(self.store()?.box_script(&look)?)
    }

    /// Writes that file to `path`.
    ///
    /// # Errors
    /// When the list cannot be read or the file not be written.
    pub fn export_box(&self, path: &Path) -> Result<(), Failure> {
        let script = self.box_script()?;
        magazine::write_durably(path, script.as_bytes()).map_err(|error| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
        })
    }

    /// Asks the box what people wanted since the last time, and does it. Nothing where the publication has no box.
    ///
    /// # Errors
    /// When the box cannot be asked, or the list not be written.
    pub fn pull_box(&self) -> Result<Option<Pulled>, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        match box_address(settings) {
            None => Ok(None),
            Some(address) => Ok(Some(self.store()?.pull_box(&address, &list_id(settings), self.now())?)),
        }
    }

    /// Where the box stands.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn box_state(&self) -> Result<BoxState, Failure> {
        let address = box_address(self.publication()?.settings());
        let store = self.store()?;
        let last_pull = address.as_deref().map(|address| store.last_pull(address)).transpose()?.flatten();
        Ok(BoxState { stale: address.is_some() && is_stale(last_pull, self.now()), address, last_pull })
    }

    /// Asks the box before a send; answers what the desk should know if that failed.
    pub(crate) fn heed_box(&self, store: &Store) -> Result<Freshness, Failure> {
        let Some(address) = box_address(self.publication()?.settings()) else { return Ok(Freshness::default()) };
        let trouble = self.pull_box().err();
        let stale = is_stale(store.last_pull(&address)?, self.now());
        Ok(Freshness { trouble, stale })
    }
}

fn is_stale(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.duration_since(last) > STALE)
}

/// Whether the desk knows who left.
#[derive(Debug, Default)]
pub(crate) struct Freshness {
    trouble: Option<Failure>,
    stale: bool,
}

impl Freshness {
    /// Refuses a mailing that is so large that providers insist on one click, when nobody knows who clicked.
    pub(crate) fn allows(&self, people: u64) -> Result<(), Failure> {
        if !self.stale || people <= BULK {
            return Ok(());
        }
        let why = self.trouble.as_ref().map_or_else(String::new, |failure| format!(": {}", failure.message));
        let message =
            format!("the unsubscribe box was not read for a day, and {people} people are too many for that{why}");
        let hint = self.trouble.as_ref().and_then(|failure| failure.hint.clone());
        Err(Failure::new(Class::Environment, "box-stale", message)
            .hint(hint.unwrap_or_else(|| "`masthead unsubscribe-box pull` reads it".to_owned())))
    }

    /// What whoever sends should know.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let told = self.trouble.iter().map(|failure| failure.message.clone());
        let old = "the unsubscribe box was not read for more than 24 hours: people who left since may get this mail";
        told.chain(self.stale.then(|| old.to_owned())).collect()
    }
}

/// Does something every so often until it is told to stop.
#[derive(Default)]
pub(crate) struct Ticker {
    over: Mutex<bool>,
    changed: Condvar,
}

impl Ticker {
    /// Runs `work` after each `every`; returns soon after [`Ticker::stop`].
    pub(crate) fn run(&self, every: Duration, mut work: impl FnMut()) {
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*over {
            let waited = self.changed.wait_timeout(over, every).unwrap_or_else(PoisonError::into_inner);
            over = waited.0;
            if !*over && waited.1.timed_out() {
                drop(over);
                work();
                over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Ends the run.
    pub(crate) fn stop(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// The list's identifier; the sender's domain where none is set.
pub(crate) fn list_id(settings: &PublicationSettings) -> String {
    let sender = &settings.sender;
    let domain = || sender.address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    if sender.list_id.is_empty() { domain() } else { sender.list_id.clone() }
}

/// The address of the box, where the publication has one.
pub(crate) fn box_address(settings: &PublicationSettings) -> Option<String> {
    let address = settings.sender.unsubscribe_box.trim();
    (!address.is_empty()).then(|| address.to_owned())
}

/// What the publication's way to unsubscribe means for an edition.
pub(crate) fn findings(settings: &PublicationSettings) -> Vec<Finding> {
    let place = || Place::file("assets/publication.toml").field("sender.unsubscribe-box");
    let finding = match box_address(settings) {
        None => Finding::note(
            Code::MailRequirement,
            "people can unsubscribe by mail only: there is no one-click address, so the mail does not promise one",
        )
        .hint(
            "Gmail, Yahoo and Microsoft ask for one click from about 5,000 mails a day; \
             `masthead unsubscribe-box export` writes the file for your web space",
        ),
        Some(address) if !mailing::is_box_address(&address) => {
            Finding::error(Code::MailRequirement, "the unsubscribe box has no address that a mail could carry")
                .hint("write the whole address of the PHP file, as `https://example.org/unsubscribe.php`")
        }
        Some(_) => return Vec::new(),
    };
    vec![finding.at(place())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_pull_is_stale_after_a_day_and_when_there_was_none() {
        let now = at("2026-11-21T10:00:00Z");
        assert!(is_stale(None, now) && is_stale(Some(at("2026-11-20T09:59:59Z")), now));
        assert!(!is_stale(Some(at("2026-11-20T10:00:00Z")), now));
    }

    #[test]
    fn more_than_the_bulk_limit_waits_for_a_fresh_pull() {
        let stale = Freshness { trouble: None, stale: true };
        assert!(stale.allows(BULK).is_ok() && !stale.warnings().is_empty());
        assert_eq!(stale.allows(BULK + 1).unwrap_err().code, "box-stale");
        assert!(Freshness::default().allows(1_000_000).is_ok() && Freshness::default().warnings().is_empty());
    }

    #[test]
    fn a_ticker_works_between_its_waits_and_stops_at_once() {
        let (ticker, done) = (Ticker::default(), Mutex::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                ticker.run(Duration::from_millis(1), || {
                    *done.lock().unwrap() += 1;
                    if *done.lock().unwrap() == 3 {
                        ticker.stop();
                    }
                });
            });
        });
        assert_eq!(*done.lock().unwrap(), 3);
    }

    #[test]
    fn a_publication_without_a_box_is_told_what_that_means() {
        let read = |line: &str| PublicationSettings::read("p", &format!("name = \"W\"\n[sender]\n{line}")).0;
        assert_eq!(findings(&read(""))[0].severity, magazine::Severity::Note);
        assert_eq!(
            findings(&read("unsubscribe-box = \"http://example.org/b.php\""))[0].severity,
            magazine::Severity::Error
        );
        assert!(findings(&read("unsubscribe-box = \"https://example.org/b.php\"")).is_empty());
    }
}
