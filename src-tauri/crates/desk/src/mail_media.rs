//! The pictures of an issue's mails, kept while somebody writes one: read once, measured once, drawn once a width.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use magazine::{Edition, Issue, IssueId, Publication};
use newsletter::{PictureUse, Pictures};

use crate::pictures::Fonts;
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
    /// The charts of the mail that is looked at now, by what their texts come to.
    charts: BTreeMap<String, String>,
    fonts: Fonts,
}

impl MailMedia {
    fn read(publication: &Publication, issue: &Issue, edition: &Edition, stamps: Stamps) -> Self {
        let mut files = edition::issue_media(publication, issue);
        files.extend(publication.media_of_edition(edition, "").0);
        let names = files.iter().map(|(name, bytes)| (sum(bytes), name.clone())).collect();
        let sizes = pictures::sizes(&files);
        Self {
            issue: issue.id,
            stamps,
            files,
            sizes,
            names,
            drawn: BTreeMap::new(),
            charts: BTreeMap::new(),
            fonts: Fonts::of(publication),
        }
    }

    /// What a file is asked for by; it changes with the file's bytes.
    fn hash_of(&self, used: &PictureUse) -> Option<String> {
        match &used.drawing {
            Some(svg) => Some(sum(svg.as_bytes())),
            None => self.names.iter().find(|(_, name)| **name == used.file).map(|(hash, _)| hash.clone()),
        }
    }

    /// What each picture of the mail that is looked at now is asked for by; charts of the one before are forgotten.
    pub(crate) fn hashes(&mut self, uses: &[PictureUse]) -> Vec<Option<String>> {
        let charts = uses.iter().filter_map(|used| used.drawing.as_ref());
        self.charts = charts.map(|svg| (sum(svg.as_bytes()), svg.clone())).collect();
        let (names, charts) = (&self.names, &self.charts);
        self.drawn.retain(|(hash, _), _| names.contains_key(hash) || charts.contains_key(hash));
        uses.iter().map(|used| self.hash_of(used)).collect()
    }

    fn jpeg(&mut self, hash: &str, width: u32) -> Option<Vec<u8>> {
        let known = self.drawn.get(&(hash.to_owned(), width)).cloned();
        let chart = || pictures::drawn(self.charts.get(hash)?, &self.fonts, width);
        let file = || {
            let name = self.names.get(hash)?;
            pictures::jpeg(name, self.files.get(name)?, width).ok()
        };
        let jpeg = known.or_else(chart).or_else(file)?;
        self.drawn.insert((hash.to_owned(), width), jpeg.clone());
        Some(jpeg)
    }
}

impl Desk {
    /// Works with the pictures of an edition's mail, read again when one of them changed, or when it shows others.
    pub(crate) fn with_mail_media<T>(
        &self,
        publication: &Publication,
        issue: &Issue,
        edition: &Edition,
        work: impl FnOnce(&mut MailMedia) -> T,
    ) -> T {
        let stamps = Stamps::with(publication, issue, publication.pictures_of_edition(edition));
        let mut kept = self.mail_media.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let media = match kept.take() {
            Some(media) if media.issue == issue.id && media.stamps == stamps => media,
            _ => MailMedia::read(publication, issue, edition, stamps),
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
