//! From an edition and its issue to a mail.

use magazine::{Finding, Issue, PdfDelivery, PublicationSettings};

use crate::content::Content;
use crate::courtesy;
use crate::frame::{self, Slots};
use crate::html;
use crate::link::Target;
use crate::mail::Mail;
use crate::palette::Palette;
use crate::picture::WHOLE;
use crate::piece::{Escape, Piece, html as escaped, plain, push_fixed, push_pieces};
use crate::reading::Reader;
use crate::requirement;
use crate::sources::Sources;
use crate::text::{self, Around};
use crate::web::Web;
use crate::words::{self, Words, say};

/// The pictures that can be a mail's head, the first that exists.
pub const HEADS: [&str; 3] = ["media/mail-head.svg", "media/mail-head.png", "media/mail-head.jpg"];

/// Renders an edition. Never fails: what a mail cannot show is left out, and is a finding.
///
/// Findings about the edition's Markdown itself come from reading it and are not repeated here.
#[must_use]
pub fn compose(sources: &Sources) -> (Mail, Vec<Finding>) {
    let Sources { edition, issue, .. } = sources;
    let front = &edition.front_matter;
    let web = Web::of(issue, edition);
    let words = Words::of(&front.language);
    let mut reader = Reader::new(sources, &web);
    let subject = reader.line(&front.subject);
    let preheader = reader.line(&front.preheader);
    let head = reader.album.first_of(&HEADS).and_then(|file| reader.album.take(file, "", WHOLE).source);
    let content = reader.content(&edition.manuscript);
    let palette = Palette::of(&issue.publication.colour);
    let slots = slots(sources, &web, &palette, (&content, &preheader, head));
    let html = frame::fill(&sources.frame.render(&slots.sections()), |name| slots.filling(name, &palette));
    let text = text::part(&content, &around(issue, front.pdf, &web, words), words);
    let (pictures, mut findings) = reader.finish();
    let mail = Mail { subject, preheader, html, text, pictures, pdf: front.pdf };
    findings.extend(requirement::findings(sources, &web, &mail));
    findings.extend(courtesy::findings(sources, &mail));
    (mail, findings)
}

fn slots(
    sources: &Sources,
    web: &Web,
    palette: &Palette,
    (content, preheader, head): (&Content, &[Piece], Option<String>),
) -> Slots {
    let Sources { edition, issue, .. } = sources;
    let (front, publication) = (&edition.front_matter, &issue.publication);
    let words = Words::of(&front.language);
    let language = words::tag(&front.language);
    let mut slots = Slots::default();
    slots.say("language", language);
    slots.say("direction", words::direction(language));
    let (start, end) = words::sides(language);
    slots.say("start", start);
    slots.say("end", end);
    slots.say("title", &format!("{} · {}", publication.name, issue_line(issue, words)));
    slots.put("preheader", hidden(preheader));
    slots.say("name", &publication.name);
    slots.say("masthead", &publication.masthead);
    slots.say("tagline", &publication.tagline);
    slots.put("issue-line", linked_issue_line(issue, web, palette, words));
    slots.say("head-picture", &head.unwrap_or_default());
    slots.put("body", html::body(content, palette, words, language));
    slots.put("browser", web.edition().map(|target| target.html()).unwrap_or_default());
    slots.say("browser-label", words.in_browser);
    slots.put("pdf", web.pdf().map(|target| target.html()).unwrap_or_default());
    slots.say("pdf-label", words.open_pdf);
    slots.say("attached", if front.pdf.is_attached() { words.pdf_attached } else { "" });
    slots.say("published-by", &published_by(publication, words).unwrap_or_default());
    slots.put("address", address(&publication.postal_address));
    slots.say("reason", &say(words.reason, &publication.name));
    slots.put("unsubscribe", Target::unsubscribe().html());
    slots.say("unsubscribe-label", words.unsubscribe);
    slots.put("preferences", Target::preferences().html());
    slots.say("preferences-label", words.preferences);
    slots
}

/// `No. 41 · Winter 2026`
fn issue_line(issue: &Issue, words: &Words) -> String {
    plain(&format!("{} · {}", say(words.number, &issue.number.to_string()), issue.settings.season))
}

/// The same, leading to the issue on the web where it is there.
fn linked_issue_line(issue: &Issue, web: &Web, palette: &Palette, words: &Words) -> Vec<Piece> {
    let line = escaped(&issue_line(issue, words)).into_owned();
    let Some(target) = web.issue() else { return vec![Piece::Fixed(line)] };
    let mut pieces = vec![Piece::Fixed("<a class=\"m-text\" href=\"".to_owned())];
    push_pieces(&mut pieces, target.html());
    push_fixed(&mut pieces, &format!("\" style=\"color:{};text-decoration:none\">{line}</a>", palette.ink));
    pieces
}

/// Who publishes it, unless the postal address begins by saying so.
fn published_by(publication: &PublicationSettings, words: &Words) -> Option<String> {
    let said = publication.postal_address.first().is_some_and(|line| line.trim() == publication.publisher.trim());
    (!said).then(|| say(words.published_by, &publication.publisher))
}

/// The postal address, a line each.
fn address(lines: &[String]) -> Vec<Piece> {
    let lines: Vec<String> = lines.iter().map(|line| escaped(&plain(line)).into_owned()).collect();
    vec![Piece::Fixed(lines.join("<br>"))]
}

/// The preheader, and behind it so much of nothing that no mail program shows the body's first words after it.
fn hidden(preheader: &[Piece]) -> Vec<Piece> {
    if preheader.is_empty() {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    for piece in preheader {
        match piece {
            Piece::Fixed(text) => push_fixed(&mut pieces, &escaped(text)),
            Piece::Field { field, fallback, .. } => {
                pieces.push(Piece::Field { field: *field, fallback: fallback.clone(), escape: Escape::Html });
            }
        }
    }
    push_fixed(&mut pieces, &"&#847;&zwnj;&nbsp;".repeat(80));
    pieces
}

fn around(issue: &Issue, pdf: PdfDelivery, web: &Web, words: &'static Words) -> Around {
    let publication = &issue.publication;
    let ways = [(words.on_the_web, web.issue()), (words.open_pdf, web.pdf()), (words.in_browser, web.edition())];
    let published = published_by(publication, words);
    let address = published.into_iter().chain(publication.postal_address.iter().cloned()).map(|line| plain(&line));
    Around {
        head: [plain(&publication.name), issue_line(issue, words)],
        links: ways.into_iter().filter_map(|(words, target)| Some((words, target?))).collect(),
        foot: vec![address.collect(), vec![plain(&say(words.reason, &publication.name))]],
        attached: pdf.is_attached().then_some(words.pdf_attached),
    }
}
