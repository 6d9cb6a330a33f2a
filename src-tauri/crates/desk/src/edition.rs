//! From an edition to a letter that can be sent.

use std::collections::BTreeMap;

use magazine::{
    Code, Edition, EditionId, Finding, Issue, PdfDelivery, Place, Publication, PublicationSettings, Severity,
};
use mailing::{Attachment, InlinePicture, Letter, Person, Recipient};
use newsletter::{Frame, Mail, PictureUse, Sources};
use typesetting::PdfTarget;

use crate::pages::OpenPages;
use crate::pictures::Fonts;
use crate::sent_by::{self, SentBy};
use crate::{Class, Desk, Failure, domain, letter_size, personal_pdf, pictures, unsubscribe};

/// One person's copy of an edition.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The whole message, as it goes over the wire.
    pub message: Vec<u8>,
    /// What stands between the edition and its release.
    pub findings: Vec<Finding>,
}

/// The frame of the mail, below `assets/`.
const FRAME: &str = "frame.mjml";

impl Desk {
    /// Makes one person's copy of an edition: a subscriber's, or that of a person of whom nothing is known.
    ///
    /// # Errors
    /// When there is no such edition or subscriber, the sender is not set up, or the pages cannot be laid out.
    pub fn render(&self, edition: &EditionId, to: Option<&str>) -> Result<Rendered, Failure> {
        let (letter, findings) = self.letter(edition)?;
        let person = match to {
            Some(address) => self.known_person(address)?,
            None => Person::new(letter.from.clone()),
        };
        Ok(Rendered { message: mailing::render(&letter, &Recipient::sample(person), self.now()), findings })
    }

    pub(crate) fn known_person(&self, address: &str) -> Result<Person, Failure> {
        let subscriber = self.person(address)?.subscriber.ok_or_else(|| {
            Failure::new(Class::Usage, "no-subscriber", format!("`{address}` is not on the list"))
                .hint("look for the person by name on the list")
                .command("`masthead subscribers list --search TEXT` finds people")
        })?;
        Ok(subscriber.person)
    }

    /// The letter of an edition, the same for everybody but for its personal pieces, and what was found on the way.
    pub(crate) fn letter(&self, id: &EditionId) -> Result<(Letter, Vec<Finding>), Failure> {
        let publication = self.publication()?;
        let mut pages = OpenPages::open(self, id.issue)?;
        let mut media = issue_media(&publication, &pages.issue);
        let Composed { edition, text, mail, mut findings } = composed(&publication, id, &pages, &mut media)?;
        let fonts = Fonts::of(&publication);
        let attachments = attachments(&mail, &mut pages, &fonts)?;
        let pictures = shown(&mail, &media, &fonts, &mut findings);
        findings.extend(unsubscribe::findings(publication.settings()));
        let (by, more) = SentBy::of(&edition, &text, publication.settings())?;
        findings.extend(more);
        let letter = assemble(id, publication.settings(), by, mail, (pictures, attachments))?;
        findings.extend(letter_size::too_large(&letter, &edition.file, self.now()));
        Ok((letter, findings))
    }

    /// The letter, unless something stands in its way.
    pub(crate) fn releasable_letter(&self, id: &EditionId) -> Result<(Letter, Vec<Finding>), Failure> {
        let (letter, findings) = self.letter(id)?;
        let faults: Vec<String> =
            findings.iter().filter(|found| found.severity == Severity::Error).map(ToString::to_string).collect();
        if faults.is_empty() {
            return Ok((letter, findings));
        }
        let message = format!("the edition cannot be sent yet:\n{}", faults.join("\n"));
        Err(Failure::new(Class::Work, "edition-not-ready", message).hint("put these right, then send again"))
    }
}

/// An edition of an issue that is laid out, as a mail.
pub(crate) struct Composed {
    pub(crate) edition: Edition,
    pub(crate) text: String,
    pub(crate) mail: Mail,
    pub(crate) findings: Vec<Finding>,
}

/// Composes an edition; the pictures that it shows by itself come to those of the issue.
pub(crate) fn composed(
    publication: &Publication,
    id: &EditionId,
    pages: &OpenPages,
    media: &mut BTreeMap<String, Vec<u8>>,
) -> Result<Composed, Failure> {
    let (edition, mut findings) = publication.read_edition(id)?;
    let text = std::fs::read_to_string(publication.folder().join(&edition.file)).unwrap_or_default();
    let (own, missing) = publication.media_of_edition(&edition, &text);
    media.extend(own);
    findings.extend(missing);
    let (frame, more) = frame(publication)?;
    findings.extend(more);
    let (mail, more) = newsletter::compose(&Sources {
        edition: &edition,
        text: &text,
        issue: &pages.issue,
        frame: &frame,
        pictures: &pictures::sizes(media),
        pages: &pages.first_pages(),
    });
    findings.extend(more);
    Ok(Composed { edition, text, mail, findings })
}

pub(crate) fn frame(publication: &Publication) -> Result<(Frame, Vec<Finding>), Failure> {
    let files = publication.assets("newsletter")?;
    let file = format!("assets/newsletter/{FRAME}");
    match files.get(FRAME).map(|bytes| String::from_utf8_lossy(bytes)) {
        Some(mjml) => Ok(Frame::read(&file, &mjml)),
        None => {
            let finding = Finding::note(Code::MissingMedia, "the mail's frame is missing; the house's own is used");
            Ok((Frame::house(), vec![finding.at(Place::file(file))]))
        }
    }
}

/// The issue's pictures and, where there is one, the head of its mails.
pub(crate) fn issue_media(publication: &Publication, issue: &Issue) -> BTreeMap<String, Vec<u8>> {
    let (mut media, _) = publication.media(issue);
    let folder = publication.issue_folder(issue.id);
    for head in newsletter::HEADS {
        if let Ok(bytes) = magazine::read_media(&folder, head) {
            media.insert(head.to_owned(), bytes);
        }
    }
    media
}

fn shown(
    mail: &Mail,
    media: &BTreeMap<String, Vec<u8>>,
    fonts: &Fonts,
    findings: &mut Vec<Finding>,
) -> Vec<InlinePicture> {
    let mut shown = Vec::new();
    for used in mail.pictures.iter().filter(|used| used.on_the_web.is_none()) {
        let Some(jpeg) = jpeg(used, media, fonts, used.width_px) else { continue };
        match jpeg {
            Ok(bytes) => shown.push(InlinePicture {
                cid: used.cid.clone(),
                media_type: "image/jpeg".to_owned(),
                file_name: format!("{}.jpg", stem(&used.file)),
                bytes,
            }),
            Err(finding) => findings.push(*finding),
        }
    }
    shown
}

/// A picture of a mail, for a place so many CSS pixels wide; `None` where its file is gone.
pub(crate) fn jpeg(
    used: &PictureUse,
    media: &BTreeMap<String, Vec<u8>>,
    fonts: &Fonts,
    width: u32,
) -> Option<Result<Vec<u8>, Box<Finding>>> {
    match &used.drawing {
        Some(svg) => Some(
            pictures::drawn(svg, fonts, width)
                .ok_or_else(|| Box::new(Finding::error(Code::BadChart, "a chart is too large to be drawn for a mail"))),
        ),
        None => media.get(&used.file).map(|bytes| pictures::jpeg(&used.file, bytes, width)),
    }
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn attachments(mail: &Mail, pages: &mut OpenPages, fonts: &Fonts) -> Result<Vec<Attachment>, Failure> {
    if !mail.pdf.is_attached() {
        return Ok(Vec::new());
    }
    let file_name = format!("{}-screen.pdf", pages.issue.id);
    let bytes = pages.pdf(PdfTarget::Screen)?;
    let colour = &pages.issue.publication.colour;
    Ok(vec![match mail.pdf {
        PdfDelivery::Personal => personal_pdf::labelled(file_name, bytes, fonts, &colour.ink, &colour.vermilion),
        _ => Attachment { file_name, media_type: "application/pdf".to_owned(), label: None, bytes },
    }])
}

/// What the letter is made of beside its words: pictures and files.
pub(crate) type Parts = (Vec<InlinePicture>, Vec<Attachment>);

pub(crate) fn assemble(
    id: &EditionId,
    settings: &PublicationSettings,
    by: SentBy,
    mail: Mail,
    (pictures, attachments): Parts,
) -> Result<Letter, Failure> {
    let sender = &settings.sender;
    // Never to whom one edition comes from: the inbox that is read is the publication's.
    let leave = match [&sender.unsubscribe, &sender.address].into_iter().find(|address| !address.is_empty()) {
        Some(mailbox) => sent_by::address("unsubscribe", mailbox)?,
        None => by.from.clone(),
    };
    let return_path =
        domain::return_path(&sender.return_path).map_err(|error| sent_by::not_set_up("return-path", error))?;
    Ok(Letter {
        from_name: by.name,
        from: by.from,
        reply_to: by.reply_to,
        list_id: unsubscribe::list_id(settings),
        list_name: settings.name.clone(),
        unsubscribe: leave,
        unsubscribe_box: unsubscribe::box_address(settings),
        edition: id.to_string(),
        organisation: settings.publisher.clone(),
        subject: spliced(mail.subject),
        html: spliced(mail.html),
        text: spliced(mail.text),
        pictures,
        attachments,
        return_path,
        seal: domain::seal(settings)?,
    })
}

/// The newsletter's pieces in the words of mailing, which knows nothing of newsletters.
pub(crate) fn spliced(pieces: Vec<newsletter::Piece>) -> mailing::Spliced {
    let piece = |piece| match piece {
        newsletter::Piece::Fixed(text) => mailing::Piece::Fixed(text),
        newsletter::Piece::Field { field, fallback, escape } => {
            mailing::Piece::Field { field: person_field(field), fallback, escape: landing(escape) }
        }
    };
    mailing::Spliced(pieces.into_iter().map(piece).collect())
}

fn person_field(field: newsletter::PersonField) -> mailing::PersonField {
    use mailing::PersonField as Theirs;
    use newsletter::PersonField as Ours;
    match field {
        Ours::FirstName => Theirs::FirstName,
        Ours::Name => Theirs::Name,
        Ours::Email => Theirs::Email,
        Ours::City => Theirs::City,
        Ours::Country => Theirs::Country,
        Ours::Language => Theirs::Language,
        Ours::Organisation => Theirs::Organisation,
        Ours::UnsubscribeLink => Theirs::UnsubscribeLink,
        Ours::PreferencesLink => Theirs::PreferencesLink,
    }
}

fn landing(escape: newsletter::Escape) -> mailing::Escape {
    match escape {
        newsletter::Escape::Plain => mailing::Escape::Text,
        newsletter::Escape::Html => mailing::Escape::Html,
        newsletter::Escape::Url => mailing::Escape::Url,
    }
}
