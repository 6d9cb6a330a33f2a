//! What the law and mailbox providers ask of a mail.

use magazine::{Code, Finding, PdfDelivery, Place};

use crate::mail::Mail;
use crate::piece::Piece;
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
    if publication.sender.address.trim().is_empty() {
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
    let size = size(&mail.html);
    if size > LARGEST {
        let message = format!("the mail has {} kB, and Gmail shows only the first 100", size.div_ceil(1000));
        let finding = lacks(&message).at(Place::file(file));
        findings.push(finding.hint("tell less here and more on the web"));
    }
    findings
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
