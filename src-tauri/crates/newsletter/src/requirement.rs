//! What the law and mailbox providers ask of a mail.

use magazine::{Code, Finding, PdfDelivery, PictureDelivery, Place};

use crate::contrast::{self, Faint};
use crate::mail::Mail;
use crate::piece::{Piece, fill};
use crate::sources::Sources;
use crate::web::Web;

/// Gmail cuts a mail at about 102 kB, and with it the link to unsubscribe.
const LARGEST: usize = 100_000;
/// What a person's value adds, generously: addresses and links are the longest.
const VALUE: usize = 200;

const SETTINGS: &str = "assets/publication.toml";

/// What a mail lacks.
pub(crate) fn findings(sources: &Sources, web: &Web, mail: &Mail) -> Vec<Finding> {
    let publication = &sources.issue.publication;
    let file = &sources.edition.file;
    let mut findings = Vec::new();
    if mail.subject.is_empty() {
        findings.push(lacks("the edition has no subject").at(Place::file(file).field("subject")));
    }
    if publication.sender.address.trim().is_empty() && !sources.edition.front_matter.from.text.contains('@') {
        let finding = lacks("the newsletter has no sender").at(Place::file(SETTINGS).field("sender.address"));
        findings.push(finding.hint("enter the address that readers see in the From line"));
    }
    if publication.postal_address.iter().all(|line| line.trim().is_empty()) {
        let finding = lacks("the newsletter has no postal address").at(Place::file(SETTINGS).field("postal-address"));
        findings.push(finding.hint("enter the publisher's address, a line each"));
    }
    if mail.pdf == PdfDelivery::Link && web.pdf().is_none() {
        let finding = lacks("the link to the PDF leads nowhere, because the publication has no web address");
        let finding = finding.at(Place::file(SETTINGS).field("web"));
        findings.push(finding.hint("enter an address with https://, or write `pdf: attach` or `pdf: none`"));
    }
    if sources.edition.front_matter.pictures == PictureDelivery::Link {
        findings.push(linked_pictures(web, file));
    }
    let size = size(&mail.html);
    if size > LARGEST {
        let message = format!("the mail has {} kB, and Gmail shows only the first 100", size.div_ceil(1000));
        let finding = lacks(&message).at(Place::file(file));
        findings.push(finding.hint("tell less here and more on the web"));
    }
    findings.extend(contrast::faint(&fill(&mail.html, |field| field.name().to_owned())).iter().map(too_faint));
    findings
}

/// Pictures that do not go along must be somewhere when the first mail is opened.
fn linked_pictures(web: &Web, file: &str) -> Finding {
    let place = Place::file(file).field("pictures");
    if web.pictures().is_none() {
        let finding = lacks("the pictures cannot be linked, because the publication has no web address: they go along");
        return finding.at(place).hint("enter an address with https:// in assets/publication.toml, or write `embed`");
    }
    let message = "the mail shows its pictures from the web edition, which must be on the web before it is sent";
    Finding::note(Code::MailRequirement, message)
        .at(place)
        .hint("export the issue for the web and put it on your web space first")
}

/// Where the words are is the reader's view of it; what makes them faint stands in the palette or the frame.
fn too_faint(faint: &Faint) -> Finding {
    let Faint { words, words_in, ground, by_night, needed } = faint;
    let when = if *by_night { "by night" } else { "by day" };
    let message = format!(
        "\"{words}\" stands out by {:.1}:1 {when}, in {words_in} on {ground}; readers need {needed}:1",
        faint.ratio()
    );
    let hint = "change the palette under `[colour]`, or the colours of these words in assets/newsletter/frame.mjml";
    Finding::warning(Code::LowContrast, message).at(Place::file(SETTINGS).field("colour")).hint(hint)
}

fn lacks(message: &str) -> Finding {
    Finding::error(Code::MailRequirement, message)
}

/// The bytes of a part with everybody's values in.
fn size(pieces: &[Piece]) -> usize {
    let size = |piece: &Piece| match piece {
        Piece::Fixed(text) => text.len(),
        Piece::Field { .. } => VALUE,
    };
    pieces.iter().map(size).sum()
}
