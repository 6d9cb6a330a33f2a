//! The desk's Ed25519 key for links and pulls.
//!
//! It lies in the list's own file, which is for its owner only, and not in the keyring: a link in a mail of last year
//! must work from a restored backup on a new computer, so the key has to travel with the list. Whoever has the file has
//! the list itself, which is worth more than the right to unsubscribe its people.

use aws_lc_rs::rand;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rusqlite::{Connection, OptionalExtension};

use crate::store::StoreError;

/// Signs links and pulls. It has no `Debug`, so that no log can show it.
pub(crate) struct LinkKey {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl LinkKey {
    /// The key of this list, made at its first use.
    pub(crate) fn of(db: &Connection) -> Result<LinkKey, StoreError> {
        if let Some(seed) = kept(db)? {
            return Ok(LinkKey::from_seed(seed));
        }
        let mut seed = [0; 32];
        rand::fill(&mut seed).expect("the system gives random bytes");
        // Another process may make it at the same moment; the first one counts.
        db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('link-key', ?1)", [seed])?;
        Ok(LinkKey::from_seed(kept(db)?.unwrap_or(seed)))
    }

    pub(crate) fn from_seed(seed: [u8; 32]) -> LinkKey {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed");
        LinkKey { seed, pair }
    }

    /// What the box verifies with.
    pub(super) fn public(&self) -> [u8; 32] {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        public
    }

    /// A name for a purpose that only this key's holder can tell, always the same.
    pub(crate) fn secret_name(&self, purpose: &str) -> String {
        blake3::keyed_hash(&self.seed, purpose.as_bytes()).to_hex()[..32].to_owned()
    }

    /// The signature of a payload in one of the key's uses; a signature for one use is worth nothing in another.
    pub(super) fn sign(&self, domain: &str, payload: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(&[domain.as_bytes(), payload].concat()).as_ref());
        signature
    }

    pub(super) fn verifies(&self, domain: &str, payload: &[u8], signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&ED25519, self.public());
        public.verify(&[domain.as_bytes(), payload].concat(), signature).is_ok()
    }
}

fn kept(db: &Connection) -> Result<Option<[u8; 32]>, rusqlite::Error> {
    db.query_row("SELECT value FROM meta WHERE key = 'link-key'", [], |row| row.get(0)).optional()
}
