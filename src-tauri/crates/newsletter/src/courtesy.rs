//! What makes readers and their mail programs turn away: a subject that shouts or is cut off, a line after it that nobody
//! wrote.

use magazine::{Code, Finding, Place};

use crate::mail::Mail;
use crate::piece::Piece;
use crate::sources::Sources;

/// What a wide list of mails shows of a subject; a telephone shows about half.
const SUBJECT: usize = 70;
/// What stands after the subject in most lists.
const PREHEADER: usize = 140;
/// Fewer capitals than these may be an abbreviation.
const SHOUT: usize = 8;

/// What would cost the mail readers.
pub(crate) fn findings(sources: &Sources, mail: &Mail) -> Vec<Finding> {
    let subject = Line { name: "subject", pieces: &mail.subject };
    let preheader = Line { name: "preheader", pieces: &mail.preheader };
    let found = [
        subject.too_long(SUBJECT, "what is over is cut off in every list of mails: say the main thing first"),
        subject.shouts(),
        subject.insists(),
        preheader.missing(),
        preheader.too_long(PREHEADER, "mail programs show about 90 characters of it"),
        preheader.shouts(),
    ];
    found.into_iter().flatten().map(|(field, finding)| at(sources, field, finding)).collect()
}

fn at(sources: &Sources, field: &str, finding: Finding) -> Finding {
    finding.at(Place::file(&sources.edition.file).field(field)).in_text(sources.text)
}

/// A line of the front matter, as readers get it.
struct Line<'a> {
    name: &'static str,
    pieces: &'a [Piece],
}

type Found = Option<(&'static str, Finding)>;

impl Line<'_> {
    /// What is the same for everybody.
    fn words(&self) -> String {
        let words = self.pieces.iter().map(|piece| match piece {
            Piece::Fixed(text) => text.as_str(),
            Piece::Field { fallback, .. } => fallback.as_deref().unwrap_or_default(),
        });
        words.collect()
    }

    fn found(&self, code: Code, message: String, hint: &str) -> Found {
        Some((self.name, Finding::warning(code, message).hint(hint)))
    }

    fn too_long(&self, most: usize, hint: &str) -> Found {
        let letters = self.words().chars().count();
        let message = format!("the {} has {letters} characters, {most} are seen", self.name);
        if letters > most { self.found(Code::MailRequirement, message, hint) } else { None }
    }

    fn shouts(&self) -> Found {
        let words = self.words();
        let capitals = words.chars().filter(|letter| letter.is_uppercase()).count();
        let shouts = capitals >= SHOUT && !words.chars().any(char::is_lowercase);
        let message = format!("the {} is in capitals, as spam is", self.name);
        if shouts { self.found(Code::LooksLikeSpam, message, "write it as a sentence") } else { None }
    }

    fn insists(&self) -> Found {
        let words = self.words();
        let insists = ["!!", "??", "?!", "!?", "$$", "€€"].iter().any(|marks| words.contains(marks));
        let message = format!("the {} insists with its punctuation, as spam does", self.name);
        if insists { self.found(Code::LooksLikeSpam, message, "one mark is enough") } else { None }
    }

    fn missing(&self) -> Found {
        let finding = Finding::note(Code::MailRequirement, format!("the edition has no {}", self.name));
        let hint = "mail programs then show the first words of the mail after the subject";
        self.words().trim().is_empty().then(|| (self.name, finding.hint(hint)))
    }
}
