//! Answers to what the window asks of editions and their mailings.

use std::collections::BTreeMap;
use std::time::Instant;

use magazine::{Edition, EditionId, IssueId, PictureDelivery, Revision, save, with_sender};
use mailing::{
    Attempt, Audience, Delivery, DeliveryState, DnsRecord, DomainFinding, Letter, MailingState, MailingSummary,
    Occasion, Person, Recipient, Verdict,
};
use newsletter::{Mail, Sources};

use crate::edition::{assemble, frame};
use crate::findings::views;
use crate::mail_media::MailMedia;
use crate::rpc::{
    ArticleText, AttemptLine, AudienceCount, CoursePoint, DeliveryLine, DeliveryMarks, DeliveryRows, DomainLine,
    EditionLine, EditionPreview, MailAnswer, MailPicture, MailRequest, MailingView, Named, PauseView, RecordLine,
    SavedArticle, SenderView, StateCount, number, whole,
};
use crate::sent_by::SentBy;
use crate::{Class, Desk, Failure, relay};

/// What the window calls a key, as the command line does where no other name is asked for.
const KEY_NAME: &str = "masthead";

/// So many moments of a mailing make its picture.
const MOMENTS: u32 = 60;

impl Desk {
    pub(super) fn answer_mail(&self, request: MailRequest) -> Result<MailAnswer, Failure> {
        use {MailAnswer as Answer, MailRequest as Request};
        Ok(match request {
            Request::Editions { issue } => Answer::Editions(self.edition_lines(issue.parse()?)?),
            Request::ReadEdition { edition } => Answer::ReadEdition(self.read_edition(&edition.parse()?)?),
            Request::SaveEdition { edition, text, revision } => {
                let path = self.publication()?.edition_path(&edition.parse()?);
                let revision = save(&path, &text, &Revision::named(&revision))?;
                Answer::SaveEdition(SavedArticle { revision: revision.name().to_owned() })
            }
            Request::NewEdition { edition } => {
                let begun = self.begin_edition(&edition.parse()?)?;
                Answer::NewEdition(begun.files.into_iter().next().unwrap_or_default())
            }
            Request::DeleteEdition { edition, revision } => {
                Answer::DeleteEdition(self.delete_edition(&edition.parse()?, &revision).map(|()| true)?)
            }
            Request::PutEditionBack { edition, text } => {
                Answer::PutEditionBack(self.put_edition_back(&edition.parse()?, &text).map(|()| true)?)
            }
            Request::PreviewEdition { edition, text, to } => {
                Answer::PreviewEdition(self.preview_edition(&edition.parse()?, &text, to.as_deref())?)
            }
            Request::Audience { edition, segment } => Answer::Audience(self.audience(&edition.parse()?, &segment)?),
            Request::Mailings {} => Answer::Mailings(self.store()?.mailings()?.iter().map(mailing_view).collect()),
            Request::DeliveryMarks { mailing, state, every } => {
                let marks = self.store()?.delivery_marks(mailing.into(), state_named(state)?, every as usize)?;
                let (deliveries, marks) = (whole(marks.rows), marks.marks.into_iter().map(number).collect());
                Answer::DeliveryMarks(DeliveryMarks { deliveries, marks })
            }
            Request::Deliveries { mailing, state, after, limit } => {
                let (state, after) = (state_named(state)?, after.map(i64::from));
                let page = self.store()?.deliveries(mailing.into(), state, after, limit as usize)?;
                Answer::Deliveries(DeliveryRows { deliveries: page.deliveries.iter().map(delivery_line).collect() })
            }
            Request::Attempts { delivery } => {
                Answer::Attempts(self.store()?.attempts(delivery.into())?.iter().map(attempt_line).collect())
            }
            Request::PauseMailing { edition, rehearsal } => {
                self.pause(&edition.parse()?, rehearsal)?;
                Answer::PauseMailing(self.mailing_view(&edition.parse()?, rehearsal)?)
            }
            Request::CancelMailing { edition, rehearsal } => {
                self.cancel(&edition.parse()?, rehearsal)?;
                Answer::CancelMailing(self.mailing_view(&edition.parse()?, rehearsal)?)
            }
            Request::HoldUncertain { edition, rehearsal } => {
                self.hold_uncertain(&edition.parse()?, rehearsal)?;
                Answer::HoldUncertain(self.mailing_view(&edition.parse()?, rehearsal)?)
            }
            Request::Course { mailing } => Answer::Course(self.course(mailing)?),
            Request::Sender {} => Answer::Sender(self.sender()?),
            Request::SaveSender { sender } => Answer::SaveSender(self.save_sender(&sender)?),
            Request::RelayPassword {} => {
                Answer::RelayPassword(self.relay_password()?.map(|place| place.word().to_owned()))
            }
            Request::KeepPassword { password } => {
                Answer::KeepPassword(self.keep_relay_password(password.0)?.word().to_owned())
            }
            Request::ForgetPassword {} => Answer::ForgetPassword(self.forget_relay_password().map(|()| true)?),
            Request::TryRelay {} => Answer::TryRelay(self.try_relay().map(|()| true)?),
            Request::CheckDomain {} => {
                Answer::CheckDomain(self.check_domain(&[], None)?.into_iter().map(domain_line).collect())
            }
            Request::SigningKeys {} => Answer::SigningKeys(self.signing_keys()?),
            Request::MakeSigningKey {} => {
                self.new_keys(KEY_NAME, false)?;
                Answer::MakeSigningKey(self.signing_keys()?)
            }
            Request::SendTest { edition, to } => Answer::SendTest(self.send_one_test(edition.parse()?, &to)?),
            Request::StopWork { work } => Answer::StopWork(self.stop_work(work)),
        })
    }

    fn edition_lines(&self, issue: IssueId) -> Result<Vec<EditionLine>, Failure> {
        let publication = self.publication()?;
        let store = self.store()?;
        let line = |id: EditionId| -> Result<EditionLine, Failure> {
            let (edition, _) = publication.read_edition(&id)?;
            let mailing = store.mailing(&Occasion::edition(id.to_string()))?;
            Ok(EditionLine {
                edition: id.to_string(),
                name: id.name,
                subject: edition.front_matter.subject.text,
                state: mailing.map(|mailing| state_word(&mailing.state).to_owned()),
            })
        };
        publication.editions(issue)?.into_iter().map(line).collect()
    }

    fn read_edition(&self, id: &EditionId) -> Result<ArticleText, Failure> {
        let (text, revision) = self.publication()?.edition_text(id)?;
        Ok(ArticleText { text, revision: revision.name().to_owned() })
    }

    fn preview_edition(&self, id: &EditionId, text: &str, to: Option<&str>) -> Result<EditionPreview, Failure> {
        let started = Instant::now();
        let publication = self.publication()?;
        let file = format!("issues/{}/editions/{}.md", id.issue, id.name);
        let (mut edition, mut findings) = Edition::read(id, &file, text, publication.settings().main_language());
        findings.extend(publication.house_style(&edition.prose(text)));
        // Pictures that readers fetch from the web are on this computer while somebody writes.
        edition.front_matter.pictures = PictureDelivery::Embed;
        // Page numbers come from the pages on the screen; the engine is free again while the mail is composed.
        let (issue, pages) = self.with_pages(id.issue, |pages| Ok((pages.issue.clone(), pages.first_pages())))?;
        let (frame, more) = frame(&publication)?;
        findings.extend(more);
        let (mail, more, pictures) = self.with_mail_media(&publication, &issue, &edition, |media| {
            // What is there was read once; what is not there is looked for again, and told of.
            if publication.pictures_of_edition(&edition).iter().any(|name| !media.sizes.contains_key(name)) {
                findings.extend(publication.media_of_edition(&edition, text).1);
            }
            let sources = Sources {
                edition: &edition,
                text,
                issue: &issue,
                frame: &frame,
                pictures: &media.sizes,
                pages: &pages,
            };
            let (mail, more) = newsletter::compose(&sources);
            let pictures = mail_pictures(&mail, media);
            (mail, more, pictures)
        });
        findings.extend(more);
        let preheader = mail.preheader.clone();
        let (by, more) = SentBy::of(&edition, text, publication.settings())?;
        findings.extend(more);
        let letter = assemble(id, publication.settings(), by, mail, (Vec::new(), Vec::new()))?;
        let person = match to {
            Some(address) => self.known_person(address)?,
            None => Person::new(letter.from.clone()),
        };
        let findings = views(&crate::findings::in_order(findings), id.issue);
        let copy = Copy { letter, person, preheader };
        Ok(EditionPreview {
            pictures,
            findings,
            milliseconds: whole(started.elapsed().as_millis().try_into().unwrap_or(u64::MAX)),
            ..copy.preview()
        })
    }

    fn audience(&self, id: &EditionId, segment: &str) -> Result<AudienceCount, Failure> {
        let store = self.store()?;
        let relay = self.publication()?.settings().sender.relay.clone();
        let relay = relay::parse(&relay, None).map(|relay| format!("{}:{}", relay.host, relay.port));
        let relay = relay.unwrap_or_default();
        if let Some(mailing) = store.mailing(&Occasion::edition(id.to_string()))? {
            let (people, excluded) = (whole(mailing.audience), named(&mailing.excluded));
            return Ok(AudienceCount { people, excluded, frozen: true, relay });
        }
        let audience = Audience { segment: self.segment(segment)?, include_roles: false };
        let (people, excluded) = store.preview_audience(&audience)?;
        let excluded = named(&excluded.into_iter().collect());
        Ok(AudienceCount { people: whole(people), excluded, frozen: false, relay })
    }

    pub(super) fn mailing_view(&self, id: &EditionId, rehearsal: bool) -> Result<MailingView, Failure> {
        Ok(mailing_view(&self.summary(&self.store()?, id, rehearsal)?))
    }

    fn course(&self, mailing: u32) -> Result<Vec<CoursePoint>, Failure> {
        let point = |moment: mailing::Moment| CoursePoint {
            at: moment.at.to_string(),
            counts: moment.counts.into_iter().map(|(state, people)| count(state, people)).collect(),
        };
        Ok(self.store()?.course(mailing.into(), MOMENTS, self.now())?.into_iter().map(point).collect())
    }

    fn sender(&self) -> Result<SenderView, Failure> {
        let publication = self.publication()?;
        let sender = &publication.settings().sender;
        Ok(SenderView {
            name: sender.name.clone(),
            address: sender.address.clone(),
            reply_to: sender.reply_to.clone(),
            unsubscribe: sender.unsubscribe.clone(),
            relay: sender.relay.clone(),
            quota: sender.relays.first().map(|relay| relay.quota.clone()).unwrap_or_default(),
        })
    }

    /// Writes the sender into `publication.toml`, when each field is what it should be.
    fn save_sender(&self, sender: &SenderView) -> Result<SenderView, Failure> {
        for (field, text) in
            [("address", &sender.address), ("reply-to", &sender.reply_to), ("unsubscribe", &sender.unsubscribe)]
        {
            if !text.is_empty() {
                mailing::Address::parse(text)
                    .map_err(|error| Failure { place: Some(field.to_owned()), ..Failure::from(error) })?;
            }
        }
        if !sender.relay.is_empty() {
            relay::parse(&sender.relay, None)
                .map_err(|failure| Failure { place: Some("relay".to_owned()), ..failure })?;
        }
        if !sender.quota.is_empty() {
            let wrong = |error| Failure { place: Some("quota".to_owned()), ..Failure::from(error) };
            sender.quota.parse::<mailing::Allowance>().map_err(wrong)?;
        }
        let path = self.publication()?.folder().join("assets/publication.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(Class::Environment, "disk", format!("could not read `{}`: {error}", path.display()))
        })?;
        let fields = [
            ("name", sender.name.as_str()),
            ("address", &sender.address),
            ("reply-to", &sender.reply_to),
            ("unsubscribe", &sender.unsubscribe),
            ("relay", &sender.relay),
            ("quota", &sender.quota),
        ];
        let changed = with_sender(&text, &fields).ok_or_else(|| {
            Failure::new(Class::Work, "bad-toml", "`[sender]` in assets/publication.toml cannot be changed from here")
                .hint("write its fields by hand, one a line, below `[sender]`")
        })?;
        save(&path, &changed, &Revision::of(text.as_bytes()))?;
        self.sender()
    }
}

/// One person's copy, to be looked at.
struct Copy {
    letter: Letter,
    person: Person,
    preheader: Vec<newsletter::Piece>,
}

impl Copy {
    fn preview(self) -> EditionPreview {
        let to = Recipient::sample(self.person);
        let fill = |pieces: &mailing::Spliced| pieces.fill(&self.letter, &to);
        let html = fill(&self.letter.html);
        EditionPreview {
            subject: fill(&self.letter.subject),
            preheader: fill(&crate::edition::spliced(self.preheader)),
            from: format!("{} <{}>", self.letter.from_name, self.letter.from),
            to: to.person.address.to_string(),
            bytes: whole(html.len() as u64),
            html,
            text: fill(&self.letter.text),
            pictures: Vec::new(),
            findings: Vec::new(),
            milliseconds: 0,
        }
    }
}

fn mail_pictures(mail: &Mail, media: &mut MailMedia) -> Vec<MailPicture> {
    let hashes = media.hashes(&mail.pictures).into_iter();
    let known = mail.pictures.iter().zip(hashes);
    let picture = |(used, hash): (&newsletter::PictureUse, Option<String>)| {
        Some(MailPicture { cid: used.cid.clone(), hash: hash?, width: used.width_px })
    };
    known.filter_map(picture).collect()
}

pub(super) fn mailing_view(mailing: &MailingSummary) -> MailingView {
    MailingView {
        id: number(mailing.id),
        edition: mailing.occasion.edition.clone(),
        rehearsal: mailing.occasion.rehearsal,
        state: state_word(&mailing.state).to_owned(),
        pause: pause(&mailing.state),
        frozen: mailing.frozen_at.to_string(),
        starts_at: mailing.schedule.map(|schedule| schedule.at.to_string()),
        candidates: whole(mailing.candidates),
        audience: whole(mailing.audience),
        counts: DeliveryState::ALL.iter().map(|state| count(*state, mailing.count(*state))).collect(),
        excluded: named(&mailing.excluded),
        next_due: mailing.next_due.map(|due| due.to_string()),
        second_copies: whole(mailing.second_copies),
    }
}

fn pause(state: &MailingState) -> Option<PauseView> {
    let MailingState::Paused { reason } = state else { return None };
    Some(PauseView { code: reason.code().to_owned(), message: reason.to_string(), hint: reason.hint().to_owned() })
}

fn count(state: DeliveryState, people: u64) -> StateCount {
    StateCount { state: state.word().to_owned(), people: whole(people) }
}

fn domain_line(found: DomainFinding) -> DomainLine {
    let verdict = match found.verdict {
        Verdict::Good => "good",
        Verdict::Advice => "advice",
        Verdict::Unknown => "unknown",
        Verdict::Missing => "missing",
        Verdict::Wrong => "wrong",
    };
    DomainLine {
        subject: found.subject.to_owned(),
        verdict: verdict.to_owned(),
        words: found.words,
        record: found.record.map(|DnsRecord { name, kind, value }| RecordLine { name, kind: kind.to_owned(), value }),
    }
}

fn state_word(state: &MailingState) -> &'static str {
    match state {
        MailingState::Running => "running",
        MailingState::Paused { .. } => "paused",
        MailingState::Finished => "finished",
        MailingState::Cancelled => "cancelled",
    }
}

/// The largest first.
fn named(people: &BTreeMap<String, u64>) -> Vec<Named> {
    let mut all: Vec<Named> =
        people.iter().map(|(name, people)| Named { name: name.clone(), people: whole(*people) }).collect();
    all.sort_by_key(|named| std::cmp::Reverse(named.people));
    all
}

/// The state that a word names.
pub(super) fn state_named(word: Option<String>) -> Result<Option<DeliveryState>, Failure> {
    let named = |word: String| {
        DeliveryState::named(&word)
            .ok_or_else(|| Failure::new(Class::Usage, "no-state", format!("no delivery is ever `{word}`")))
    };
    word.map(named).transpose()
}

fn delivery_line(delivery: &Delivery) -> DeliveryLine {
    DeliveryLine {
        id: number(delivery.id),
        address: delivery.address.clone(),
        state: delivery.state.word().to_owned(),
        reason: delivery.reason.clone(),
        attempts: whole(delivery.attempts),
        code: delivery.code.map(u32::from),
        text: delivery.text.clone(),
        due: delivery.due.map(|due| due.to_string()),
        changed: delivery.changed.to_string(),
    }
}

fn attempt_line(attempt: &Attempt) -> AttemptLine {
    AttemptLine {
        at: attempt.at.to_string(),
        stage: attempt.stage.clone(),
        code: attempt.code.map(u32::from),
        text: attempt.text.clone(),
        outcome: attempt.outcome.clone(),
    }
}

#[cfg(test)]
mod tests {
    use mailing::{Address, Escape, PauseReason, PersonField, Piece, Spliced};

    use super::*;

    const PAYLOADS: [&str; 12] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "</style><script>alert(1)</script>",
        "<!--[if mso]><script>alert(1)</script><![endif]-->",
        "&lt;script&gt;",
        "javascript:alert(1)",
        "<svg><style><img src onerror=alert(1)>",
        "{{unsubscribe}}<script>",
        "\u{2028}<meta http-equiv=refresh content=0>",
        "<base href=//evil.example>",
    ];

    /// A copy whose reader has this in every field that somebody may fill.
    fn preview(value: &str) -> EditionPreview {
        use PersonField::{City, Country, FirstName, Language, Name, Organisation, PreferencesLink, UnsubscribeLink};
        let field = |field, escape| Piece::Field { field, fallback: None, escape };
        let mut html = Vec::new();
        for one in [FirstName, Name, City, Country, Language, Organisation, UnsubscribeLink, PreferencesLink] {
            html.push(Piece::Fixed("<p>".into()));
            html.push(field(one, Escape::Html));
            html.push(Piece::Fixed("<a href=\"https://example.org/?q=".into()));
            html.push(field(one, Escape::Url));
            html.push(Piece::Fixed("\">x</a></p>".into()));
        }
        let from = Address::parse("desk@example.org").unwrap();
        let letter = serde_json::json!({ "from_name": "Desk", "from": from, "list_id": "l", "list_name": "L",
            "unsubscribe": from, "organisation": "O", "subject": Spliced(vec![field(Name, Escape::Text)]),
            "html": Spliced(html), "text": Spliced(vec![field(Name, Escape::Text)]) });
        let all = || value.to_owned();
        let person = Person {
            first_name: all(),
            name: all(),
            city: all(),
            country: all(),
            language: all(),
            organisation: all(),
            ..Person::new(from)
        };
        Copy { letter: serde_json::from_value(letter).unwrap(), person, preheader: Vec::new() }.preview()
    }

    #[test]
    fn nothing_that_is_known_of_a_reader_lives_in_the_preview() {
        let (tags, quotes) = (|html: &str| html.matches('<').count(), |html: &str| html.matches('"').count());
        let harmless = preview("Ana").html;
        for payload in PAYLOADS {
            let shown = preview(payload);
            assert_eq!(
                (tags(&shown.html), quotes(&shown.html)),
                (tags(&harmless), quotes(&harmless)),
                "{}",
                shown.html
            );
            assert!(!shown.html.contains('\'') && !shown.html.contains("q=javascript:"), "{}", shown.html);
            assert!(!shown.subject.contains(['\r', '\n', '\0']), "{:?}", shown.subject);
        }
    }

    #[test]
    fn a_pause_that_somebody_asked_for_is_told_from_one_that_something_forced() {
        let code = |reason| pause(&MailingState::Paused { reason }).unwrap().code;
        assert_eq!(code(PauseReason::Asked), "pause-asked");
        let refused = PauseReason::SignIn { text: "535 no".to_owned() };
        let told = pause(&MailingState::Paused { reason: refused.clone() }).unwrap();
        assert_eq!((told.code.as_str(), told.message), ("pause-sign-in", refused.to_string()));
        for state in [MailingState::Running, MailingState::Finished, MailingState::Cancelled] {
            assert_eq!(pause(&state), None);
        }
    }
}
