//! The letter of an edition: finished parts with places for what is personal.
//!
//! It is stored in the ledger when the audience is frozen, so that a copy sent after a crash, or after the edition's
//! file changed, is the same bytes. [`splice`] fills the places, [`mime`] writes the message.

mod encode;
mod head;
mod label;
pub(crate) mod mime;
mod splice;

use serde::{Deserialize, Serialize};

pub use label::Label;
pub(crate) use splice::html;
pub use splice::{Escape, PersonField, Piece, Spliced};

use crate::address::Address;
use crate::dkim::Seal;
use crate::people::Person;

/// A finished letter, the same for everybody but for its personal pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The name the letter comes from.
    pub from_name: String,
    /// The address it comes from.
    pub from: Address,
    /// Where answers go, when not to `from`.
    #[serde(default)]
    pub reply_to: Option<Address>,
    /// The list's identifier, `news.example.org` (RFC 2919).
    pub list_id: String,
    /// The list's name beside it.
    pub list_name: String,
    /// The mailbox that takes unsubscribe mails.
    pub unsubscribe: Address,
    /// The unsubscribe box on the web, where there is one: `https://example.org/unsubscribe.php`. Without it there is
    /// no one-click unsubscribing, and no header promises it.
    #[serde(default)]
    pub unsubscribe_box: Option<String>,
    /// The edition, `2026-q4/launch`.
    #[serde(default)]
    pub edition: String,
    /// Who sends, for the `Organization` header.
    pub organisation: String,
    /// The subject.
    pub subject: Spliced,
    /// The HTML part.
    pub html: Spliced,
    /// The text part.
    pub text: Spliced,
    /// Pictures that the HTML shows by `cid:`.
    #[serde(default)]
    pub pictures: Vec<InlinePicture>,
    /// Files that come with the letter.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Where bounces go, when not to `from`.
    #[serde(default)]
    pub return_path: Option<ReturnPath>,
    /// Whose signatures it bears.
    #[serde(default)]
    pub seal: Option<Seal>,
}

/// Where bounces go: the envelope's sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnPath {
    /// The mailbox.
    pub address: Address,
    /// Whether each copy has an address of its own, `bounces+TAG@example.org`, so that even a bounce which returns
    /// nothing of the letter tells whose it was. The mailbox's server must deliver such addresses to it.
    pub tagged: bool,
}

impl ReturnPath {
    /// The envelope's sender of one copy.
    pub(crate) fn of(&self, to: &Recipient) -> Address {
        let tag = to.message_id.split('@').next().unwrap_or_default();
        if self.tagged { self.address.tagged(tag) } else { self.address.clone() }
    }
}

/// A picture within the HTML part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePicture {
    /// What the HTML names it by: `cid:cover` is `cover`.
    pub cid: String,
    /// Its media type, `image/png`.
    pub media_type: String,
    /// The name it is saved under.
    pub file_name: String,
    /// The file. The ledger keeps it apart from the letter's text.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// A file that comes with the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The name it is saved under.
    pub file_name: String,
    /// Its media type, `application/pdf`.
    pub media_type: String,
    /// Where it says whose copy it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The file. The ledger keeps it apart from the letter's text.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// One person's copy: who it is for, and the identifiers that were fixed for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// What is known about them.
    pub person: Person,
    /// What the unsubscribe link names them by instead of their address.
    pub token: String,
    /// The Message-ID without its angle brackets.
    pub message_id: String,
}

impl Recipient {
    /// A copy for looking at, not for sending: its token and Message-ID say so.
    pub fn sample(person: Person) -> Recipient {
        let message_id = format!("sample@{}", person.address.domain());
        Recipient { person: person.cleaned(), token: "sample".to_owned(), message_id }
    }
}
