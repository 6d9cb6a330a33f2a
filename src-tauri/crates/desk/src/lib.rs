//! The desk: what editors and staff do, as use cases that the window and the command line share.
//!
//! It joins the rooms below it: the publication on disk, its pages, its mail, and the people it goes to. Everything
//! answers with data or a [`Failure`]; nothing here prints, and only [`Desk::open`] chooses the clock.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod added_picture;
mod backups;
mod budget;
mod build;
mod called;
mod certificate;
mod confirmation;
mod deleting;
mod domain;
mod doorbell;
mod draft;
mod edition;
mod engine;
mod export;
mod failure;
mod findings;
mod fixes;
mod flatplan;
mod handed;
mod inbox;
mod issue_settings;
mod letter_size;
mod loopback;
mod mail_media;
mod media_folder;
mod note;
mod page_sum;
mod pages;
mod password;
mod personal_pdf;
mod pictures;
mod plan;
mod put_right;
mod relay;
mod relay_trial;
mod routes;
pub mod rpc;
mod search;
mod seen;
mod send;
mod sent_by;
mod site;
mod spelling;
mod stamps;
mod stood;
mod subscribers;
mod test_copies;
mod unsubscribe;
mod versions;
mod welcome;
mod window;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::Timestamp;
use magazine::{Issue, IssueId, Publication};
use mailing::Store;

pub use build::{Built, BuiltFile, Checked, FailedTarget, Target};
pub use called::Called;
pub use certificate::{certificate_html, certificate_text};
pub use confirmation::InvitePlan;
pub use domain::KeyView;
pub use doorbell::{Doorbell, Entry, Ring, enter};
pub use draft::Begun;
pub use edition::Rendered;
pub use engine::{ENGINE_ARGUMENT, EngineCommand, serve_engine};
pub use failure::{Class, Failure};
pub use flatplan::{Flatplan, Opening, OrderEntry, PlannedPage, PlannedSlot, Reordered, Spread};
pub use inbox::ReturnView;
pub use loopback::{Loopback, LoopbackPlan};
pub use magazine::{AdSize, ArticleKind, EditionId, Finding, Fix, Severity};
pub use mailing::{
    Address, Again, Asked, Attempt, Awaited, Backup, Certificate, Change, Consent, Delivery, DeliveryState, DnsRecord,
    DomainFinding, Field, Filter, HistoryEntry, ImportReport, InboxReport, KeptBackup, MailingState, Note, Order, Page,
    Person, PersonDelivery, Progress, Pulled, Record, Restored, ReturnFilter, ReturnKind, ReturnRecord, ReturnUndone,
    SavedSegment, Segment, SegmentCount, SendProgress, SendReport, Status, StopSignal, Subscriber, Suppression,
    TestCopy, UncertainPolicy, Verdict,
};
pub use note::{keep_note, read_note};
pub use page_sum::PageSum;
pub use password::{Account, PasswordSource};
pub use put_right::PutRight;
pub use relay_trial::PasswordPlace;
pub use send::{AudienceView, DeliveryHistory, LedgerView, SendPlan, catch};
pub use site::BuiltSite;
pub use spelling::{DoubtfulWord, Spelling, WordPlace};
pub use stood::{Screen, Stood};
pub use subscribers::ImportFrom;
pub use test_copies::{TestPlan, TestReport};
pub use typesetting::{ArticleFit, BudgetFit, TextEnd};
pub use unsubscribe::{BoxState, PULL_EVERY};
pub use welcome::{Founded, Welcome, find_house};

/// A publication and the people it goes to, opened by one person at one machine.
pub struct Desk {
    publication: PathBuf,
    data: PathBuf,
    clock: fn() -> Timestamp,
    /// How often the unsubscribe box is read while an edition is sent.
    box_every: std::time::Duration,
    engine: EngineCommand,
    pages: Mutex<Option<pages::OpenPages>>,
    newest_preview: std::sync::Arc<std::sync::atomic::AtomicU32>,
    exporting: export::Exporting,
    mail_media: Mutex<Option<mail_media::MailMedia>>,
    /// Passwords that no keyring could keep, by their servers; gone when the desk is.
    passwords: Mutex<std::collections::BTreeMap<String, mailing::Secret>>,
    works: Mutex<std::collections::BTreeMap<u32, window::Stop>>,
    session: versions::Session,
    replaced: Mutex<search::Undo>,
    dictionaries: ::spelling::Shelf,
}

impl Desk {
    /// Opens the publication in `publication`, with the data about people in `data`; neither is read yet.
    ///
    /// # Errors
    /// When the folder is no publication.
    pub fn open(publication: &Path, data: &Path, engine: EngineCommand) -> Result<Self, Failure> {
        Publication::open(publication)?;
        let dictionaries = spelling::shelf(publication, &engine.program);
        Ok(Self {
            publication: publication.to_owned(),
            data: data.to_owned(),
            clock: Timestamp::now,
            box_every: PULL_EVERY,
            engine,
            pages: Mutex::new(None),
            newest_preview: std::sync::Arc::default(),
            exporting: export::Exporting::default(),
            mail_media: Mutex::new(None),
            passwords: Mutex::default(),
            works: Mutex::default(),
            session: versions::Session::default(),
            replaced: Mutex::default(),
            dictionaries,
        })
    }

    /// The folder of its publication.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.publication
    }

    /// The publication as it stands on disk now.
    pub(crate) fn publication(&self) -> Result<Publication, Failure> {
        Ok(Publication::open(&self.publication)?)
    }

    /// An issue as it stands on disk now, with what was found in its files.
    pub(crate) fn issue(&self, id: IssueId) -> Result<(Publication, Issue, Vec<Finding>), Failure> {
        let publication = self.publication()?;
        let (issue, found) = publication.read_issue(id)?;
        let mut findings = publication.findings().to_vec();
        findings.extend(found);
        Ok((publication, issue, findings))
    }

    /// The list and the ledger.
    pub(crate) fn store(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.data, self.now())?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The nearest folder from `from` upwards that is a publication.
#[must_use]
pub fn find_publication(from: &Path) -> Option<PathBuf> {
    Publication::find(from)
}

/// Where data about people lives when nobody says otherwise: the platform's folder for the data of programs.
#[must_use]
pub fn default_data_folder() -> PathBuf {
    let base =
        directories::ProjectDirs::from("org", "masthead", "masthead").map(|dirs| dirs.data_local_dir().to_owned());
    base.unwrap_or_else(|| PathBuf::from(".masthead-data"))
}

/// Where new publications go when nobody says otherwise: the person's documents, or their home.
#[must_use]
pub fn default_place() -> PathBuf {
    let dirs = directories::UserDirs::new();
    let documents = dirs.as_ref().and_then(|dirs| dirs.document_dir().map(Path::to_owned));
    documents.or_else(|| dirs.map(|dirs| dirs.home_dir().to_owned())).unwrap_or_default()
}
