//! The mailbox that bounces, complaints and unsubscribe mails come to.
//!
//! [`imap`] fetches what is new and changes nothing there: the folder is opened read-only, and what was read is kept
//! here as UIDVALIDITY and UID. [`read`] says what a mail is, and the store decides whom it is about.

mod imap;
mod read;
mod status;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

pub use imap::{InboxError, Mailbox, find_message};
pub use read::{OwnAddresses, Reading, read};

use crate::returns::{Recorded, ReturnKind};
use crate::store::{Store, StoreError, stamp};

/// What reading the mailbox came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InboxReport {
    /// Mails read.
    pub read: u64,
    /// Returns recorded by this run.
    pub recorded: u64,
    /// Of those, mailboxes that are not there.
    pub hard_bounces: u64,
    /// Of those, copies that failed for a reason that may pass.
    pub soft_bounces: u64,
    /// Of those, notes that a server still tries.
    pub delays: u64,
    /// Of those, refusals for the sender's or the message's sake: something for the desk to look at.
    pub alerts: u64,
    /// Of those, complaints.
    pub complaints: u64,
    /// Of those, wishes to leave.
    pub unsubscribed: u64,
    /// People who answered that they want the newsletter.
    pub confirmed: u64,
    /// Returns that were recorded before.
    pub again: u64,
    /// Returns that lead to nobody on the list.
    pub nobody: u64,
    /// Automatic replies, which say nothing.
    pub automatic: u64,
    /// Other mail.
    pub other: u64,
    /// Where the mailbox was numbered anew and read from its start.
    pub restarted: bool,
}

/// How far a folder was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    uid_validity: u32,
    last_uid: u32,
}

impl Store {
    /// Reads what is new in a mailbox and records what came back. Nothing in it is marked, moved or deleted, and a run
    /// that was cut off is gone on with by the next.
    pub fn read_inbox(
        &self,
        mailbox: &Mailbox,
        own: &OwnAddresses,
        now: Timestamp,
        progress: &mut dyn FnMut(&InboxReport),
    ) -> Result<InboxReport, InboxError> {
        let mut report = InboxReport::default();
        let account = mailbox.account();
        let before = self.inbox_place(&account)?;
        let since = self.first_mailing()?;
        imap::fetch_new(mailbox, before.map(|place| (place.uid_validity, place.last_uid)), since, |fetched| {
            let place = Place { uid_validity: fetched.uid_validity, last_uid: fetched.uid };
            report.restarted |= before.is_some_and(|before| before.uid_validity != fetched.uid_validity);
            if let Some(raw) = fetched.raw {
                self.take_in(raw, own, now, &mut report)?;
                progress(&report);
            }
            self.keep_place(&account, place, now)
        })?;
        Ok(report)
    }

    /// Records what one mail says.
    fn take_in(
        &self,
        raw: &[u8],
        own: &OwnAddresses,
        now: Timestamp,
        report: &mut InboxReport,
    ) -> Result<(), StoreError> {
        report.read += 1;
        let returns = match read(raw, own, now) {
            Reading::Returns(returns) => returns,
            Reading::Answer(answer) => {
                // A second yes says nothing new.
                let newly = self.record_answer(&answer, now)?;
                *if newly { &mut report.confirmed } else { &mut report.nobody } += 1;
                return Ok(());
            }
            Reading::Automatic => {
                report.automatic += 1;
                return Ok(());
            }
            Reading::Other => {
                report.other += 1;
                return Ok(());
            }
        };
        for returned in returns {
            match self.record_return(&returned, now)? {
                Recorded::New { .. } => report.count(returned.kind),
                Recorded::Again { .. } => report.again += 1,
                Recorded::Nobody => report.nobody += 1,
            }
        }
        Ok(())
    }

    fn inbox_place(&self, account: &str) -> Result<Option<Place>, StoreError> {
        let sql = "SELECT uid_validity, last_uid FROM inbox_places WHERE account = ?1";
        let place = |row: &rusqlite::Row<'_>| Ok(Place { uid_validity: row.get(0)?, last_uid: row.get(1)? });
        Ok(self.db().query_row(sql, [account], place).optional()?)
    }

    fn keep_place(&self, account: &str, place: Place, now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO inbox_places (account, uid_validity, last_uid, read_at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (account) DO UPDATE SET uid_validity = excluded.uid_validity,
                       last_uid = excluded.last_uid, read_at = excluded.read_at";
        self.db().execute(sql, params![account, place.uid_validity, place.last_uid, stamp(now)])?;
        Ok(())
    }

    /// Nothing can come back from before the first mailing or question, so older mail need not be fetched.
    fn first_mailing(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(at) FROM (SELECT min(frozen_at) AS at FROM mailings WHERE rehearsal = 0
                                        UNION ALL SELECT min(asked_at) FROM confirmations)";
        Ok(self.db().query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?.map(crate::store::time))
    }
}

impl InboxReport {
    fn count(&mut self, kind: ReturnKind) {
        self.recorded += 1;
        *match kind {
            ReturnKind::HardBounce => &mut self.hard_bounces,
            ReturnKind::SoftBounce => &mut self.soft_bounces,
            ReturnKind::Delay => &mut self.delays,
            ReturnKind::Policy => &mut self.alerts,
            ReturnKind::Complaint => &mut self.complaints,
            ReturnKind::Unsubscribe => &mut self.unsubscribed,
        } += 1;
    }
}
