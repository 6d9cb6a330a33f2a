//! The unsubscribe box: one click that works while the desk is asleep.
//!
//! Providers ask for an `https` address that unsubscribes by one POST (RFC 8058), and a desk cannot serve one. So the
//! organisation's web space gets one PHP file, the box, that holds a public key and nothing about anybody. [`token`]
//! makes what a link carries, [`key`] signs it, [`script`] writes the file, [`pull`] fetches what people asked for, and
//! [`wishes`] applies it to the list. The web space can lose wishes but not invent them: every line names its token, and
//! the desk checks the signature again.

mod http;
mod key;
mod pull;
mod script;
mod token;
mod wishes;

use jiff::{SignedDuration, Timestamp};

pub use pull::PullError;
pub use script::BoxLook;
pub use wishes::Pulled;

pub(crate) use key::LinkKey;
pub(crate) use token::{Kind, Link};

use crate::store::{Store, StoreError};

/// From so many people on, providers insist on one click, so a mailing that large waits for a fresh pull.
pub const BULK: u64 = 5_000;
/// A pull older than this no longer says who left; RFC 8058 senders are given two days to honour a wish.
pub const STALE: SignedDuration = SignedDuration::from_hours(24);

/// Whether this can be a box's address: `https`, or this computer itself.
pub fn is_box_address(text: &str) -> bool {
    http::Address::parse(text).is_some()
}

impl Store {
    /// The PHP file for the organisation's web space. The same desk always writes the same file, so it can be put
    /// there again at any time.
    pub fn box_script(&self, look: &BoxLook) -> Result<String, StoreError> {
        Ok(script::script(&LinkKey::of(&self.db())?, look))
    }

    /// When the box at this address was last asked with success.
    pub fn last_pull(&self, address: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(pull::last(&self.db(), address)?)
    }

    /// Fetches what people asked of the box at this address since the last time, and does it. `now` is also what the
    /// box checks the request by.
    pub fn pull_box(&self, address: &str, list: &str, now: Timestamp) -> Result<Pulled, PullError> {
        pull::pull(self, address, list, now)
    }
}
