//! The pictures of an issue's mails, kept while somebody writes one: read once, measured once, drawn once a width.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use magazine::{Issue, IssueId, Publication};
use newsletter::Pictures;

use crate::stamps::Stamps;
use crate::{Class, Desk, Failure, edition, pictures};

/// What the mails of one issue may show, as the files were when they were read.
pub(crate) struct MailMedia {
    issue: IssueId,
    stamps: Stamps,
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) sizes: Pictures,
    /// Each file's name by what its bytes come to.
    names: BTreeMap<String, String>,
    drawn: BTreeMap<(String, u32), Vec<u8>>,
}

impl MailMedia {
    fn read(publication: &Publication, issue: &Issue, stamps: Stamps) -> Self {
        let files = edition::edition_media(publication, issue);
        let names = files.iter().map(|(name, bytes)| (sum(bytes), name.clone())).collect();
        let sizes = pictures::sizes(&files);
        Self { issue: issue.id, stamps, files, sizes, names, drawn: BTreeMap::new() }
    }

    /// What a file is asked for by; it changes with the file's bytes.
    pub(crate) fn hash_of(&self, file: &str) -> Option<String> {
        self.names.iter().find(|(_, name)| *name == file).map(|(hash, _)| hash.clone())
    }

    fn jpeg(&mut self, hash: &str, width: u32) -> Option<Vec<u8>> {
        let name = self.names.get(hash)?;
        let known = self.drawn.get(&(hash.to_owned(), width)).cloned();
        let jpeg = known.or_else(|| pictures::jpeg(name, self.files.get(name)?, width).ok())?;
        self.drawn.insert((hash.to_owned(), width), jpeg.clone());
        Some(jpeg)
    }
}

impl Desk {
    /// Works with the pictures of an issue's mails, read again when one of them changed.
    pub(crate) fn with_mail_media<T>(
        &self,
        publication: &Publication,
        issue: &Issue,
        work: impl FnOnce(&MailMedia) -> T,
    ) -> T {
        let stamps = Stamps::of(publication, issue);
        let mut kept = self.mail_media.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let media = match kept.take() {
            Some(media) if media.issue == issue.id && media.stamps == stamps => media,
            _ => MailMedia::read(publication, issue, stamps),
        };
        work(kept.insert(media))
    }

    /// A picture of a mail as JPEG, for a place `width` CSS pixels wide.
    ///
    /// # Errors
    /// When the mail it belongs to is not being looked at any more.
    pub fn mail_picture(&self, hash: &str, width: u32) -> Result<Vec<u8>, Failure> {
        let mut kept = self.mail_media.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let jpeg = kept.as_mut().and_then(|media| media.jpeg(hash, width.clamp(1, 1200)));
        jpeg.ok_or_else(|| Failure::new(Class::Work, "no-such-picture", "no mail shows such a picture any more"))
    }
}

/// Good enough to tell one picture from its next version; nothing is protected by it.
fn sum(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
