//! DKIM (RFC 6376, Ed25519 by RFC 8463): keys that the desk makes and keeps, and signatures over what readers must be
//! able to trust.
//!
//! [`keys`] makes, keeps and publishes keys, [`canonical`] brings a message into the form that is hashed, [`sign`] signs it.
//! Both kinds of signature are deterministic and their time is the frozen date of the mailing, so a copy sent again is
//! the same bytes.

mod canonical;
mod keys;
mod sign;

use serde::{Deserialize, Serialize};

pub use keys::{DkimKeys, KeyError, KeyKind, KeyRecord};
pub(crate) use sign::Signer;

/// Whose signature a letter bears. The ledger keeps it with the letter; the keys themselves stay in their files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The domain that signs.
    pub domain: String,
    /// Its keys; each makes a signature of its own.
    pub selectors: Vec<String>,
}
