//! The mail that asks whether somebody wants the newsletter, and the mark by which an answer to it is known.
//!
//! It is a letter like an edition's, so it is encoded, signed and can be left like one. Where there is an unsubscribe
//! box it leads to a page there, which asks again with a button, because link scanners follow every link. Without a box
//! it asks for an answer by mail, and its Message-ID has a mark that only its reader can send back.

use jiff::{SignedDuration, Timestamp};

use crate::address::Address;
use crate::dkim::{Seal, Signer};
use crate::letter::mime::Form;
use crate::letter::{Escape, Letter, PersonField, Piece, Recipient, ReturnPath, Spliced, html};
use crate::people::Person;
use crate::unsubscribe::{Kind, Link, LinkKey};

/// What the mail that asks is made from.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The publication's name, which the mail comes from.
    pub name: String,
    /// The address it comes from.
    pub from: Address,
    /// The mailbox that takes answers and unsubscribe mails.
    pub unsubscribe: Address,
    /// Where bounces go, when not to `from`.
    pub return_path: Option<ReturnPath>,
    /// The list's identifier, which the link is signed for.
    pub list_id: String,
    /// Who publishes.
    pub organisation: String,
    /// The unsubscribe box, whose page takes the answer; without one it comes by mail.
    pub page: Option<String>,
    /// The language of people of whom none is known, `en`.
    pub language: String,
    /// The colour of text and of the button, `#12263A`.
    pub ink: String,
    /// The one loud colour.
    pub accent: String,
    /// Whose signatures it bears.
    pub seal: Option<Seal>,
    /// How long after a question without an answer the reminder may go.
    pub remind_after: SignedDuration,
}

/// What every edition's link is signed with in place of its name.
const OCCASION: &str = "invitation";
/// Letters of a subscriber's token, and of the mark beside it.
const HALF: usize = 32;

impl Invitation {
    /// Who the envelope is from.
    pub(super) fn envelope_sender(&self) -> Address {
        self.return_path.as_ref().map_or_else(|| self.from.clone(), |path| path.address.clone())
    }

    /// The mail for one person, and what they agree to by saying yes.
    pub(super) fn question(
        &self,
        person: &Person,
        token: &str,
        key: LinkKey,
        signer: Option<Signer>,
        now: Timestamp,
    ) -> (Vec<u8>, String) {
        let language = if person.language.is_empty() { &self.language } else { &person.language };
        let words = Words::of(language);
        let wording = words.wording.replace("{name}", &self.name);
        let proof = proof(&key, token);
        let link = self.page.as_ref().map(|page| {
            let link = Link::new(Kind::Confirm, token, language, OCCASION);
            format!("{page}?t={}", link.map(|link| link.signed(&key, &self.list_id)).unwrap_or_default())
        });
        let letter = self.letter(words, &wording, link.as_deref(), &proof, language);
        // A reminder has another name than the question, or mail programs take it for the same mail.
        let message_id = format!("confirm.{proof}.{}@{}", now.as_second(), self.from.domain());
        let to = Recipient { message_id, token: token.to_owned(), ..Recipient::sample(person.clone()) };
        let form = Form::new(letter, "mh_confirm", now).signed_by(signer).signing_links(key);
        (form.render(&to), wording)
    }

    fn letter(&self, words: &Words, wording: &str, link: Option<&str>, proof: &str, language: &str) -> Letter {
        Letter {
            from_name: self.name.clone(),
            from: self.from.clone(),
            reply_to: Some(self.unsubscribe.clone()),
            list_id: self.list_id.clone(),
            list_name: self.name.clone(),
            unsubscribe: self.unsubscribe.clone(),
            unsubscribe_box: self.page.clone(),
            edition: OCCASION.to_owned(),
            organisation: self.organisation.clone(),
            subject: Spliced::fixed(words.subject.replace("{name}", &self.name)),
            html: self.html(words, wording, link, proof, language),
            text: self.text(words, wording, link),
            pictures: Vec::new(),
            attachments: Vec::new(),
            return_path: None,
            seal: self.seal.clone(),
        }
    }

    fn text(&self, words: &Words, wording: &str, link: Option<&str>) -> Spliced {
        let ask = link.map_or_else(|| words.reply.to_owned(), |link| format!("{}\n\n{link}", words.open));
        let fill = |text: &str| text.replace("{name}", &self.name);
        let before = format!(
            "{}\n\n{}\n\n{ask}\n\n{}\n\n    {wording}\n\n{}\n\n{} ",
            words.greeting,
            fill(words.why),
            words.agree,
            words.nothing,
            words.never,
        );
        let leave = Piece::Field { field: PersonField::UnsubscribeLink, fallback: None, escape: Escape::Text };
        Spliced(vec![Piece::Fixed(before), leave, Piece::Fixed(format!("\n\n{}\n", self.organisation))])
    }

    fn html(&self, words: &Words, wording: &str, link: Option<&str>, proof: &str, language: &str) -> Spliced {
        let fill = |text: &str| html(&text.replace("{name}", &self.name));
        let mail = format!("mailto:{}?subject=confirm%20{proof}", self.unsubscribe);
        let ask = if link.is_some() { words.open } else { words.reply };
        let (ink, accent) = (html(&self.ink), html(&self.accent));
        let before = format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{subject}</title></head>\n\
             <body style=\"margin:0;padding:0;background:#ffffff\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td align=\"center\" \
             style=\"padding:32px 16px\">\n\
             <table role=\"presentation\" width=\"520\" cellpadding=\"0\" cellspacing=\"0\" \
             style=\"width:100%;max-width:520px;text-align:left;font:16px/1.5 Georgia,serif;color:{ink}\">\n\
             <tr><td style=\"padding:0 0 20px;border-bottom:3px solid {accent};font:700 20px/1.3 Arial,sans-serif\">{name}</td></tr>\n\
             <tr><td style=\"padding:20px 0 0\">{greeting}</td></tr>\n\
             <tr><td style=\"padding:16px 0 0\">{why}</td></tr>\n\
             <tr><td style=\"padding:16px 0 0\">{ask}</td></tr>\n\
             <tr><td style=\"padding:24px 0\"><table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\"><tr>\
             <td bgcolor=\"{ink}\" style=\"padding:12px 24px\"><a href=\"{href}\" \
             style=\"color:#ffffff;font:700 16px/1.3 Arial,sans-serif;text-decoration:none\">{button}</a></td></tr></table></td></tr>\n\
             <tr><td>{agree}</td></tr>\n\
             <tr><td style=\"padding:8px 0 0 16px;font-style:italic\">{wording}</td></tr>\n\
             <tr><td style=\"padding:20px 0 0\">{nothing}</td></tr>\n\
             <tr><td style=\"padding:20px 0 0;font:13px/1.5 Arial,sans-serif\">{never} <a style=\"color:{ink}\" href=\"",
            lang = html(language),
            subject = fill(words.subject),
            name = html(&self.name),
            greeting = html(words.greeting),
            why = fill(words.why),
            ask = html(ask),
            href = html(link.unwrap_or(&mail)),
            button = html(words.button),
            agree = html(words.agree),
            wording = html(wording),
            nothing = html(words.nothing),
            never = html(words.never),
        );
        let leave = Piece::Field { field: PersonField::UnsubscribeLink, fallback: None, escape: Escape::Url };
        let after = format!(
            "\">{}</a><br>{}</td></tr>\n</table>\n</td></tr></table>\n</body></html>\n",
            html(words.leave),
            html(&self.organisation)
        );
        Spliced(vec![Piece::Fixed(before), leave, Piece::Fixed(after)])
    }
}

/// What only the mail to this person tells: their token, and that this desk wrote it.
fn proof(key: &LinkKey, token: &str) -> String {
    format!("{token}{}", key.secret_name(&format!("confirmation of {token}")))
}

/// The token of the person whose answer a mark is; nothing where the mark is not this desk's.
pub(super) fn holder(key: &LinkKey, given: &str) -> Option<String> {
    let token = given.get(..HALF)?;
    (proof(key, token) == given).then(|| token.to_owned())
}

/// What the mail says.
struct Words {
    subject: &'static str,
    greeting: &'static str,
    why: &'static str,
    open: &'static str,
    reply: &'static str,
    button: &'static str,
    agree: &'static str,
    wording: &'static str,
    nothing: &'static str,
    never: &'static str,
    leave: &'static str,
}

impl Words {
    fn of(language: &str) -> &'static Words {
        if language.to_lowercase().starts_with("ro") { &ROMANIAN } else { &ENGLISH }
    }
}

const ENGLISH: Words = Words {
    subject: "Please confirm: {name} by mail",
    greeting: "Hello,",
    why: "this address was given for the newsletter of {name}.",
    open: "If you want it, open this page and press its button:",
    reply: "If you want it, answer this mail with the word yes.",
    button: "Yes, I want it",
    agree: "By that you say:",
    wording: "I want to receive {name} by mail. I can leave at any time by the link in each mail.",
    nothing: "If you did not ask for it, you need not do anything: without your answer you get no newsletter.",
    never: "Never ask this address again:",
    leave: "no more mail",
};

const ROMANIAN: Words = Words {
    subject: "Vă rugăm să confirmați: {name} prin e-mail",
    greeting: "Bună ziua,",
    why: "această adresă a fost dată pentru buletinul {name}.",
    open: "Dacă îl doriți, deschideți această pagină și apăsați butonul:",
    reply: "Dacă îl doriți, răspundeți la acest mesaj cu cuvântul da.",
    button: "Da, îl doresc",
    agree: "Prin aceasta spuneți:",
    wording: "Doresc să primesc {name} prin e-mail. Mă pot dezabona oricând, prin legătura din fiecare mesaj.",
    nothing: "Dacă nu l-ați cerut, nu trebuie să faceți nimic: fără răspunsul dumneavoastră nu primiți buletinul.",
    never: "Nu mai întrebați niciodată această adresă:",
    leave: "niciun alt mesaj",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_leads_to_its_person_and_no_other_text_does() {
        let key = LinkKey::from_seed([7; 32]);
        let token = "00112233445566778899aabbccddeeff";
        let mark = proof(&key, token);
        assert_eq!(holder(&key, &mark).as_deref(), Some(token));
        assert_eq!(holder(&LinkKey::from_seed([8; 32]), &mark), None);
        for place in 0..mark.len() {
            let other = if mark.as_bytes()[place] == b'0' { '1' } else { '0' };
            let changed = format!("{}{other}{}", &mark[..place], &mark[place + 1..]);
            assert_eq!(holder(&key, &changed), None, "{changed}");
            assert_eq!(holder(&key, &mark[..place]), None);
        }
        assert_eq!(holder(&key, "ăăăăăăăăăăăăăăăăăăăăăăăăăăăăăăăă"), None);
    }
}
