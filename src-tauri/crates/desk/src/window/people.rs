//! Answers to what the window asks of the list.

use std::path::Path;

use mailing::{
    Added, Address, Confirmation, Consent, Filter, KeptBackup, PastImport, Person, Record, Restored, Status,
    Subscriber, Waiter,
};

use super::returns;
use crate::rpc::{
    AwaitedView, BackupLine, ConsentView, DossierView, ImportLine, PeopleAnswer, PeopleFilter, PeopleMarks,
    PeopleRequest, PeopleRows, PersonFields, PersonLine, RestoredView, SuppressionView, UndoneView, WaiterLine,
    WaitingView, number, whole,
};
use crate::{Class, Desk, Failure};

/// So many people who are waited for make a page.
const WAITERS: usize = 100;

impl Desk {
    pub(super) fn answer_people(&self, request: PeopleRequest) -> Result<PeopleAnswer, Failure> {
        use {PeopleAnswer as Answer, PeopleRequest as Request};
        Ok(match request {
            Request::PeopleMarks { filter, every } => Answer::PeopleMarks(self.people_marks(&filter, every)?),
            Request::People { filter, after, limit } => {
                let filter = Filter { after, limit: limit as usize, ..self.people_filter(&filter)? };
                let people = self.subscribers(&filter)?.subscribers.iter().map(line).collect();
                Answer::People(PeopleRows { people })
            }
            Request::CountPeople { filter } => Answer::CountPeople(whole(self.count(&self.people_filter(&filter)?)?)),
            Request::Person { address } => Answer::Person(Box::new(dossier(&self.person(&address)?))),
            Request::AddPerson { person, source, basis } => {
                Answer::AddPerson(self.add_person(&person, &source, &basis)?.to_owned())
            }
            Request::EditPerson { person } => Answer::EditPerson(self.edit_person(&person)?),
            Request::UnsubscribePerson { address } => Answer::UnsubscribePerson(self.unsubscribe(&address)?),
            Request::ErasePerson { address } => Answer::ErasePerson(self.forget(&address)?),
            Request::NotePerson { address, text } => Answer::NotePerson(self.note(&address, &text).map(|()| true)?),
            Request::Segments {} => Answer::Segments(self.segment_views()?),
            Request::SaveSegment { name, expression } => {
                Answer::SaveSegment(self.save_segment(&name, &expression).map(|()| true)?)
            }
            Request::RemoveSegment { name } => Answer::RemoveSegment(self.remove_segment(&name)?),
            Request::Returns { kind, before } => Answer::Returns(self.return_rows(kind.as_deref(), before)?),
            Request::ReturnReport { id } => Answer::ReturnReport(self.returned(i64::from(id))?.report),
            Request::UndoReturn { id } => Answer::UndoReturn(self.take_back(i64::from(id))?),
            Request::Imports {} => Answer::Imports(self.import_lines()?),
            Request::UndoImport { id } => {
                let undone = self.undo_import(i64::from(id))?;
                let (removed, restored, kept) = (whole(undone.removed), whole(undone.restored), whole(undone.kept));
                Answer::UndoImport(UndoneView { removed, restored, kept })
            }
            Request::AwaitedPeople { after } => Answer::AwaitedPeople(self.awaited_people(after)?),
            Request::ConfirmPerson { address, evidence } => {
                Answer::ConfirmPerson(self.confirm(&address, &evidence).map(|()| true)?)
            }
            Request::Backups {} => Answer::Backups(self.backup_lines()?),
            Request::BackUp {} => {
                self.back_up(None)?;
                Answer::BackUp(self.backup_lines()?)
            }
            Request::Restore { name } => Answer::Restore(restored(&self.restore(Path::new(&name))?)),
        })
    }

    /// The filter as the list takes it; a saved segment goes by `@` and its name.
    pub(super) fn people_filter(&self, asked: &PeopleFilter) -> Result<Filter, Failure> {
        let status = asked.status.as_deref().map(|word| {
            Status::named(word)
                .ok_or_else(|| Failure::new(Class::Usage, "no-status", format!("there is no status `{word}`")))
        });
        Ok(Filter {
            status: status.transpose()?,
            text: asked.text.clone(),
            segment: self.segment(&asked.segment)?,
            ..Filter::default()
        })
    }

    /// Replaces what the window shows of a person; what else is known about them stays.
    fn edit_person(&self, fields: &PersonFields) -> Result<bool, Failure> {
        let store = self.store()?;
        let known = store.show(&Address::parse(&fields.address)?)?.subscriber;
        let Some(known) = known else { return Ok(false) };
        let person = Person { attributes: known.person.attributes, ..person(fields)? };
        Ok(store.edit(&person, self.now())?)
    }

    fn people_marks(&self, filter: &PeopleFilter, every: u32) -> Result<PeopleMarks, Failure> {
        let marks = self.store()?.people_marks(&self.people_filter(filter)?, every as usize)?;
        Ok(PeopleMarks { people: whole(marks.rows), marks: marks.marks })
    }

    fn add_person(&self, fields: &PersonFields, source: &str, basis: &str) -> Result<&'static str, Failure> {
        Ok(match self.sign_up(&person(fields)?, source, basis)? {
            Added::New => "new",
            Added::Changed => "changed",
            Added::Suppressed => "suppressed",
        })
    }

    fn awaited_people(&self, after: Option<u32>) -> Result<AwaitedView, Failure> {
        let found = self.awaited(None)?;
        let mut people = self.store()?.waiters(after.map_or(0, i64::from), WAITERS + 1)?;
        let more = people.len() > WAITERS;
        people.truncate(WAITERS);
        let line = |one: &Waiter| WaiterLine {
            id: number(one.id),
            address: one.address.clone(),
            name: one.name.clone(),
            standing: waiting(&one.confirmation),
        };
        let (waiting, due) = (whole(found.waiting), whole(found.due));
        Ok(AwaitedView { waiting, due, people: people.iter().map(line).collect(), more })
    }

    fn backup_lines(&self) -> Result<Vec<BackupLine>, Failure> {
        let line = |kept: &KeptBackup| BackupLine {
            name: kept.name.clone(),
            why: kept.why.clone(),
            made: kept.made.to_string(),
            people: kept.people.map(whole),
            megabytes: kept.bytes as f64 / 1e6,
        };
        Ok(self.backups()?.iter().map(line).collect())
    }

    fn import_lines(&self) -> Result<Vec<ImportLine>, Failure> {
        let line = |past: PastImport| ImportLine {
            id: number(past.id),
            at: past.at.to_string(),
            file_name: past.file_name,
            source: past.source,
            new: whole(past.new),
            changed: whole(past.changed),
        };
        Ok(self.store()?.imports()?.into_iter().map(line).collect())
    }
}

fn restored(restored: &Restored) -> RestoredView {
    let name = |path: &std::path::PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    RestoredView {
        people: whole(restored.people),
        before: restored.before.as_ref().and_then(name),
        suppressions: whole(restored.suppressions),
        mailings: whole(restored.mailings),
        paused: whole(restored.paused),
    }
}

fn waiting(standing: &Confirmation) -> WaitingView {
    WaitingView {
        since: standing.since.to_string(),
        asks: standing.asks,
        asked: standing.asked.map(|asked| asked.to_string()),
        refused: standing.refused.clone(),
    }
}

fn person(fields: &PersonFields) -> Result<Person, Failure> {
    let mut person = Person::new(Address::parse(&fields.address)?);
    person.name.clone_from(&fields.name);
    person.first_name.clone_from(&fields.first_name);
    person.city.clone_from(&fields.city);
    person.country.clone_from(&fields.country);
    person.language.clone_from(&fields.language);
    person.organisation.clone_from(&fields.organisation);
    person.tags.clone_from(&fields.tags);
    Ok(person)
}

fn line(subscriber: &Subscriber) -> PersonLine {
    let person = &subscriber.person;
    PersonLine {
        id: number(subscriber.id),
        status: subscriber.status.word().to_owned(),
        role: subscriber.role,
        since: subscriber.since.to_string(),
        person: PersonFields {
            address: person.address.to_string(),
            name: person.name.clone(),
            first_name: person.first_name.clone(),
            city: person.city.clone(),
            country: person.country.clone(),
            language: person.language.clone(),
            organisation: person.organisation.clone(),
            tags: person.tags.clone(),
        },
    }
}

fn dossier(known: &Record) -> DossierView {
    let consent = |consent: &Consent| ConsentView {
        given: consent.given.map(|given| given.to_string()),
        how: consent.how.clone(),
        wording: consent.wording.clone(),
        source: consent.source.clone(),
        evidence: consent.evidence.clone(),
    };
    DossierView {
        subscriber: known.subscriber.as_ref().map(line),
        consents: known.consents.iter().map(consent).collect(),
        awaited: known.confirmation.as_ref().filter(|standing| standing.confirmed.is_none()).map(waiting),
        suppression: known.suppression.as_ref().map(|why| SuppressionView {
            reason: why.reason.word().to_owned(),
            since: why.since.to_string(),
            note: why.note.clone(),
        }),
        notes: returns::notes(known),
        history: returns::history(known),
        copies: returns::copies(known),
    }
}
