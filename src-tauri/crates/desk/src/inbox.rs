//! What comes back: reading the mailbox, looking at each decision, taking it back.

use mailing::{Address, InboxReport, OwnAddresses, ReturnFilter, ReturnRecord, ReturnUndone};
use serde::Serialize;

use crate::password::{Account, PasswordSource};
use crate::{Class, Desk, Failure, relay};

/// One decision with what it was made from.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnView {
    /// The decision.
    #[serde(flatten)]
    pub decision: ReturnRecord,
    /// The raw report, as far as it is text.
    pub report: String,
}

impl Desk {
    /// Reads what is new in the publication's mailbox and records what came back. Nothing there is changed.
    ///
    /// # Errors
    /// When no mailbox is set up, it cannot be read, or the list cannot be written; what was read until then is kept.
    pub fn read_inbox(
        &self,
        password: &PasswordSource,
        progress: &mut dyn FnMut(&InboxReport),
    ) -> Result<InboxReport, Failure> {
        let mailbox = self.mailbox(password)?;
        let own = self.own_addresses()?;
        Ok(self.store()?.read_inbox(&mailbox, &own, self.now(), progress)?)
    }

    /// The mailbox that bounces come to.
    pub(crate) fn mailbox(&self, password: &PasswordSource) -> Result<mailing::Mailbox, Failure> {
        let server = self.server(Account::Inbox)?;
        let folder = self.publication()?.settings().inbox.folder.clone();
        relay::mailbox(&server, &folder, password.of(&server)?)
    }

    /// What came back, newest first.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn returns(&self, filter: &ReturnFilter) -> Result<Vec<ReturnRecord>, Failure> {
        Ok(self.store()?.returns(filter)?)
    }

    /// One decision with its raw report.
    ///
    /// # Errors
    /// When there is none with this number, or the list cannot be read.
    pub fn returned(&self, id: i64) -> Result<ReturnView, Failure> {
        let store = self.store()?;
        let filter = ReturnFilter { before: id.checked_add(1), limit: 1, ..ReturnFilter::default() };
        let decision = store.returns(&filter)?.into_iter().find(|found| found.id == id).ok_or_else(|| no_return(id))?;
        let report = store.return_report(id)?.unwrap_or_default();
        Ok(ReturnView { decision, report: String::from_utf8_lossy(&report).into_owned() })
    }

    /// Takes a decision back; answers whether the person may be mailed now.
    ///
    /// # Errors
    /// When there is none with this number, or the list cannot be written.
    pub fn undo_return(&self, id: i64) -> Result<ReturnUndone, Failure> {
        match self.store()?.undo_return(id, self.now())? {
            ReturnUndone::Unknown => Err(no_return(id)),
            undone => Ok(undone),
        }
    }

    /// The publication's own mailboxes, of which no report can be about a reader.
    fn own_addresses(&self) -> Result<OwnAddresses, Failure> {
        let publication = self.publication()?;
        let sender = &publication.settings().sender;
        let all = [&sender.address, &sender.reply_to, &sender.unsubscribe, &sender.return_path.replace("+*", "")];
        Ok(OwnAddresses(all.into_iter().filter_map(|text| Address::parse(text).ok()).collect()))
    }
}

fn no_return(id: i64) -> Failure {
    Failure::new(Class::Usage, "no-return", format!("nothing that came back has the number {id}"))
        .hint("look at what came back once more")
        .command("`masthead inbox list` shows the numbers")
}
