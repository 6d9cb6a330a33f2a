//! Subscribers, consent, suppression, the delivery ledger, SMTP and the mail catcher.
//!
//! Finished letters go in; every person's copy comes out as a row that tells the truth about it. The crate knows
//! neither Markdown nor Typst nor the publication, and reads no clock, environment or network unasked: the time, the
//! folder and the relay are arguments. SQLite and lettre stand here alone and in no public type.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop"))]

mod address;
mod base64;
mod catcher;
mod confirmation;
mod consent;
mod dkim;
mod domain;
mod fold;
mod import;
mod inbox;
mod keyring;
mod ledger;
mod letter;
mod lock;
mod loopback;
mod marks;
mod people;
mod returns;
mod segment;
mod sender;
mod smtp;
mod store;
mod suppression;
mod table;
mod test_copies;
mod tls;
mod unsubscribe;

pub use address::{Address, AddressError};
pub use catcher::{Catcher, CatcherError, Caught};
pub use confirmation::{Answer, Asked, Awaited, Confirmation, Invitation, InviteError, Waiter};
pub use consent::Consent;
pub use dkim::{DkimKeys, KeyError, KeyKind, KeyRecord, Seal};
pub use domain::{
    DnsError, DnsRecord, DomainFinding, Resolver, Sender as DomainSender, SystemResolver, Texts, Verdict,
    check as check_domain, probe_relay,
};
pub use import::{Field, ImportError, ImportPlan, ImportReport, PastImport, Progress, RowFault, RowFinding, Undone};
pub use inbox::{InboxError, InboxReport, Mailbox, OwnAddresses, Reading, find_message, read as read_mail};
pub use keyring::{Keyring, KeyringError};
pub use ledger::{
    Again, Allowance, AllowanceError, Attempt, Audience, Certificate, Claim, Delivery, DeliveryPage, DeliveryState,
    DomainPace, FreezeError, Handout, Ledger, MailingState, MailingSummary, Moment, Occasion, Outcome, PauseReason,
    Press, Schedule, Settlement, Stage, Terms, Turn, UncertainPolicy, Waiting, render,
};
pub use letter::{
    Attachment, Escape, InlinePicture, Label, Letter, PersonField, Piece, Recipient, ReturnPath, Spliced,
};
pub use loopback::examine;
pub use marks::Marks;
pub use people::{
    Added, Change, Changed, Filter, HistoryEntry, Note, Order, Page, Person, PersonDelivery, Record, Status, Subscriber,
};
pub use returns::{Recorded, Return, ReturnFilter, ReturnKind, ReturnRecord, ReturnSource, ReturnUndone, Trace};
pub use segment::{SavedSegment, Segment, SegmentCount, SegmentError};
pub use sender::{
    Backoff, Clock, RelayProgress, Route, SendError, SendOptions, SendProgress, SendReport, StopSignal, send, send_over,
};
pub use smtp::{Handed, Patience, Postman, Relay, RelayError, Secret, Tls};
pub use store::{Backup, DatabaseError, KeptBackup, Restored, Store, StoreError, Why};
pub use suppression::{Reason, Suppression, SuppressionEntry};
pub use table::ExportError;
pub use test_copies::{TEST_MARK, TestCopy, TestError};
pub use unsubscribe::{BULK, BoxLook, PullError, Pulled, STALE, is_box_address};
