//! From an edition to a letter that can be sent.

use std::collections::BTreeMap;

use magazine::{Code, EditionId, Finding, Issue, PdfDelivery, Place, Publication, PublicationSettings, Severity};
use mailing::{Address, Attachment, InlinePicture, Letter, Person, Recipient};
use newsletter::{Frame, Mail, Sources};
use typesetting::PdfTarget;

use crate::pages::OpenPages;
use crate::{Class, Desk, Failure, domain, pictures, unsubscribe};

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
                .hint("`masthead subscribers list --search TEXT` finds people")
        })?;
        Ok(subscriber.person)
    }

    /// The letter of an edition, the same for everybody but for its personal pieces, and what was found on the way.
    pub(crate) fn letter(&self, id: &EditionId) -> Result<(Letter, Vec<Finding>), Failure> {
        let publication = self.publication()?;
        let (edition, mut findings) = publication.read_edition(id)?;
        let mut pages = OpenPages::open(self, id.issue)?;
        let text = std::fs::read_to_string(publication.folder().join(&edition.file)).unwrap_or_default();
        let (frame, more) = frame(&publication)?;
        findings.extend(more);
        let media = edition_media(&publication, &pages.issue);
        let (mail, more) = newsletter::compose(&Sources {
            edition: &edition,
            text: &text,
            issue: &pages.issue,
            frame: &frame,
            pictures: &pictures::sizes(&media),
            pages: &pages.first_pages(),
        });
        findings.extend(more);
        let attachments = attachments(&mail, &mut pages)?;
        let pictures = shown(&mail, &media, &mut findings);
        findings.extend(unsubscribe::findings(publication.settings()));
        let letter = assemble(id, publication.settings(), mail, pictures, attachments)?;
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

/// The issue's pictures and, where there is one, the head of its mail.
pub(crate) fn edition_media(publication: &Publication, issue: &Issue) -> BTreeMap<String, Vec<u8>> {
    let (mut media, _) = publication.media(issue);
    let folder = publication.issue_folder(issue.id);
    for head in newsletter::HEADS {
        if let Ok(bytes) = magazine::read_media(&folder, head) {
            media.insert(head.to_owned(), bytes);
        }
    }
    media
}

fn shown(mail: &Mail, media: &BTreeMap<String, Vec<u8>>, findings: &mut Vec<Finding>) -> Vec<InlinePicture> {
    let mut shown = Vec::new();
    for used in &mail.pictures {
        let Some(bytes) = media.get(&used.file) else { continue };
        match pictures::jpeg(&used.file, bytes, used.width_px) {
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

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn attachments(mail: &Mail, pages: &mut OpenPages) -> Result<Vec<Attachment>, Failure> {
    if mail.pdf != PdfDelivery::Attach {
        return Ok(Vec::new());
    }
    let file_name = format!("{}-screen.pdf", pages.issue.id);
    let bytes = pages.pdf(PdfTarget::Screen)?;
    Ok(vec![Attachment { file_name, media_type: "application/pdf".to_owned(), bytes }])
}

pub(crate) fn assemble(
    id: &EditionId,
    settings: &PublicationSettings,
    mail: Mail,
    pictures: Vec<InlinePicture>,
    attachments: Vec<Attachment>,
) -> Result<Letter, Failure> {
    let sender = &settings.sender;
    let from = address("address", &sender.address)?;
    let reply_to = if sender.reply_to.is_empty() { None } else { Some(address("reply-to", &sender.reply_to)?) };
    let leave = if sender.unsubscribe.is_empty() { from.clone() } else { address("unsubscribe", &sender.unsubscribe)? };
    let return_path = domain::return_path(&sender.return_path).map_err(|error| not_set_up("return-path", error))?;
    Ok(Letter {
        from_name: if sender.name.is_empty() { settings.name.clone() } else { sender.name.clone() },
        from,
        reply_to,
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

fn address(field: &str, text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|error| not_set_up(field, error))
}

fn not_set_up(field: &str, error: mailing::AddressError) -> Failure {
    let failure =
        Failure::new(Class::Work, "sender-not-set-up", format!("the newsletter's sender is not set up: {error}"));
    let place = format!("assets/publication.toml (`sender.{field}`)");
    Failure { place: Some(place), ..failure.hint(format!("set `{field}` under `[sender]`")) }
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
    }
}

fn landing(escape: newsletter::Escape) -> mailing::Escape {
    match escape {
        newsletter::Escape::Plain => mailing::Escape::Text,
        newsletter::Escape::Html => mailing::Escape::Html,
        newsletter::Escape::Url => mailing::Escape::Url,
    }
}
