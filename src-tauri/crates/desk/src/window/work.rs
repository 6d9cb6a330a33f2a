//! Long work of the window: begun on a thread of its own, told as it goes, and ended when somebody asks.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use magazine::EditionId;
use mailing::{Again, Asked, Field, ImportReport, RowFinding, SendProgress, StopSignal, UncertainPolicy};

use super::mail::state_named;
use crate::confirmation::InvitePlan;
use crate::rpc::{
    ImportFinding, ImportView, InvitedView, MappedColumn, PeopleFilter, SendingView, Work, WorkDone, WorkStep,
    WrittenFile, number, whole,
};
use crate::send::{AudienceView, SendPlan};
use crate::subscribers::ImportFrom;
use crate::{Class, Desk, Failure};

/// How a work is asked to end: a send pauses, questions stop going out, an import is taken back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop {
    sender: StopSignal,
    is_given: Arc<AtomicBool>,
}

impl Stop {
    fn give(&self) {
        self.is_given.store(true, Ordering::SeqCst);
        self.sender.pause();
    }
}

/// The rows of an import that are listed.
const LISTED: usize = 2_000;

impl Desk {
    /// Does a long work that the window calls `number`. Blocks; call it on a thread of its own.
    ///
    /// # Errors
    /// As the use case itself; what was done until then is where it belongs.
    pub fn work(&self, number: u32, work: Work, tell: &(dyn Fn(WorkStep) + Send + Sync)) -> Result<WorkDone, Failure> {
        let stop = Stop::default();
        self.works().insert(number, stop.clone());
        let done = match work {
            Work::Send { edition, segment, rehearse, people, resume, again, at } => {
                let again = again.as_deref().map(again_named).transpose()?;
                let schedule = at.as_deref().map(|at| self.schedule(at, TOO_LATE)).transpose()?;
                let stay = schedule.is_some();
                let plan = SendPlan { segment, resume, again, schedule, stay, ..plan(edition.parse()?, rehearse) };
                self.send_confirmed(&plan, people, tell, &stop.sender)
            }
            Work::Import { file, source, basis, columns, dry_run } => {
                let from = ImportFrom {
                    file: self.handed_over(&file),
                    source,
                    basis,
                    columns: columns.iter().map(column).collect::<Result<_, _>>()?,
                    dry_run,
                    confirmed: false,
                };
                self.import_told(&from, tell, &stop)
            }
            Work::Invite { people } => self.invite_told(people, tell, &stop),
            Work::ExportPeople { filter } => self.write_people(&filter),
            Work::Certificate { edition, rehearsal } => self.write_certificate(&edition.parse()?, rehearsal),
            Work::ExportDeliveries { edition, rehearsal, state } => {
                self.write_deliveries(&edition.parse()?, rehearsal, state)
            }
        };
        self.works().remove(&number);
        done
    }

    /// Asks a long work to end; answers whether there is one of this number.
    pub(super) fn stop_work(&self, number: u32) -> bool {
        let works = self.works();
        let Some(stop) = works.get(&number) else { return false };
        stop.give();
        true
    }

    fn works(&self) -> MutexGuard<'_, BTreeMap<u32, Stop>> {
        self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send_confirmed(
        &self,
        plan: &SendPlan,
        people: u32,
        tell: &(dyn Fn(WorkStep) + Send + Sync),
        stop: &StopSignal,
    ) -> Result<WorkDone, Failure> {
        let mut confirm = |audience: &AudienceView| {
            if plan.rehearse || audience.frozen || audience.people == u64::from(people) {
                return Ok(());
            }
            let message = format!("{people} people were confirmed, and now {} would get it", audience.people);
            Err(Failure::new(Class::Work, "audience-changed", message)
                .hint("nothing was sent; look at the new number and confirm it"))
        };
        self.send(plan, &mut confirm, &|now| tell(WorkStep::Sending(sending(now))), stop)?;
        Ok(WorkDone::Sent(self.mailing_view(&plan.edition, plan.rehearse)?))
    }

    fn import_told(
        &self,
        from: &ImportFrom,
        tell: &(dyn Fn(WorkStep) + Send + Sync),
        stop: &Stop,
    ) -> Result<WorkDone, Failure> {
        let mut progress = |now: mailing::Progress| {
            let share = if now.of == 0 { 1.0 } else { now.bytes as f64 / now.of as f64 };
            tell(WorkStep::Reading { rows: whole(now.rows), share });
            if stop.is_given.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        Ok(WorkDone::Imported(import_view(&self.import(from, &mut progress)?)))
    }

    fn invite_told(
        &self,
        people: u32,
        tell: &(dyn Fn(WorkStep) + Send + Sync),
        stop: &Stop,
    ) -> Result<WorkDone, Failure> {
        let mut stopped = false;
        let mut progress = |now: &Asked| {
            tell(WorkStep::Asking { asked: whole(now.people()), of: people });
            stopped = stop.is_given.load(Ordering::SeqCst);
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let plan = InvitePlan { people: Some(u64::from(people)), ..InvitePlan::default() };
        let asked = self.invite(&plan, &mut progress)?;
        Ok(WorkDone::Invited(InvitedView {
            asked: whole(asked.asked),
            refused: whole(asked.refused),
            uncertain: whole(asked.uncertain),
            postponed: whole(asked.postponed),
            later: asked.later.map(|later| later.to_string()),
            stopped,
        }))
    }

    fn write_people(&self, asked: &PeopleFilter) -> Result<WorkDone, Failure> {
        let path = self.to_be_written(&format!("subscribers-{}.csv", self.today()))?;
        let people = self.export_to(&self.people_filter(asked)?, &path)?;
        Ok(WorkDone::Written(WrittenFile { path: path.display().to_string(), people: whole(people) }))
    }

    fn write_deliveries(&self, id: &EditionId, rehearsal: bool, state: Option<String>) -> Result<WorkDone, Failure> {
        let kind = if rehearsal { "rehearsal" } else { "deliveries" };
        let path = self.to_be_written(&format!("{}-{kind}-{}.csv", id.to_string().replace('/', "-"), self.today()))?;
        let disk = |error: &dyn std::fmt::Display| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
        };
        let folder = path.parent().ok_or_else(|| disk(&"it has no folder"))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| disk(&error))?;
        let people = self.ledger_csv(id, rehearsal, state_named(state)?, &mut file)?;
        file.as_file().sync_all().map_err(|error| disk(&error))?;
        file.persist(&path).map_err(|error| disk(&error.error))?;
        Ok(WorkDone::Written(WrittenFile { path: path.display().to_string(), people: whole(people) }))
    }

    fn write_certificate(&self, id: &EditionId, rehearsal: bool) -> Result<WorkDone, Failure> {
        let certificate = self.certificate(id, rehearsal)?;
        let kind = if rehearsal { "rehearsal-certificate" } else { "certificate" };
        let path = self.to_be_written(&format!("{}-{kind}.html", id.to_string().replace('/', "-")))?;
        magazine::write_durably(&path, crate::certificate_html(&certificate).as_bytes()).map_err(|error| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
        })?;
        Ok(WorkDone::Written(WrittenFile { path: path.display().to_string(), people: whole(certificate.candidates) }))
    }

    fn today(&self) -> String {
        self.now().strftime("%Y-%m-%d").to_string()
    }
}

/// A computer that was off at the hour still sends so long after it.
const TOO_LATE: &str = "6h";

fn plan(edition: EditionId, rehearse: bool) -> SendPlan {
    SendPlan {
        edition,
        segment: String::new(),
        rehearse,
        keep: None,
        relays: Vec::new(),
        password: crate::PasswordSource::default(),
        connections: None,
        schedule: None,
        stay: false,
        // What was confirmed a minute ago is not refused because another edition's hour came since.
        patient: true,
        uncertain: UncertainPolicy::Resend,
        again: None,
        resume: false,
    }
}

fn again_named(word: &str) -> Result<Again, Failure> {
    match word {
        "failed" => Ok(Again::Failed),
        "uncertain" => Ok(Again::Uncertain),
        other => Err(Failure::new(Class::Usage, "no-state", format!("nobody is sent to again for being `{other}`"))),
    }
}

fn column(mapped: &MappedColumn) -> Result<(String, Field), Failure> {
    let field = Field::named(&mapped.field).ok_or_else(|| {
        Failure::new(Class::Usage, "no-field", format!("nothing is kept as `{}`", mapped.field))
            .hint(format!("fields: {}", Field::words().join(", ")))
    });
    Ok((mapped.heading.clone(), field?))
}

fn sending(now: &SendProgress) -> SendingView {
    SendingView {
        due: whole(now.due),
        accepted: whole(now.accepted),
        postponed: whole(now.postponed),
        refused: whole(now.refused),
        uncertain: whole(now.uncertain),
        trouble: now.trouble.clone(),
        waits_until: now.waits_until.map(|until| until.to_string()),
        scheduled: now.is_scheduled,
    }
}

fn import_view(report: &ImportReport) -> ImportView {
    let column =
        |(heading, field): &(String, Field)| MappedColumn { heading: heading.clone(), field: field.word().to_owned() };
    let finding = |found: &RowFinding| ImportFinding {
        line: whole(found.line),
        code: found.fault.code().to_owned(),
        message: found.fault.to_string(),
    };
    ImportView {
        id: report.id.map(number),
        rows: whole(report.rows),
        new: whole(report.new),
        changed: whole(report.changed),
        unchanged: whole(report.unchanged),
        suppressed: whole(report.suppressed),
        duplicates: whole(report.duplicates),
        unreadable: whole(report.unreadable),
        encoding: report.encoding.clone(),
        columns: report.columns.iter().map(column).collect(),
        fields: Field::words().into_iter().map(ToOwned::to_owned).collect(),
        findings: report.findings.iter().take(LISTED).map(finding).collect(),
        found: whole(report.findings.len() as u64),
    }
}

#[cfg(test)]
mod tests {
    use mailing::Catcher;

    use super::*;
    use crate::EngineCommand;
    use crate::rpc::{PeopleRequest, PersonFields, Request};

    /// A desk with people who are to confirm, and a server on this computer that takes every question.
    fn waiting(folder: &std::path::Path, addresses: &[&str]) -> (Desk, Catcher) {
        let catcher = Catcher::start(([127, 0, 0, 1], 0).into(), &folder.join("caught")).unwrap();
        let settings = format!(
            "name = \"City\"\n[sender]\naddress = \"desk@example.org\"\nrelay = \"smtp://127.0.0.1:{}\"\ndouble-opt-in = true\n",
            catcher.port()
        );
        std::fs::create_dir_all(folder.join("assets")).unwrap();
        std::fs::write(folder.join("assets/publication.toml"), settings).unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder, &folder.join("data"), engine).unwrap();
        for address in addresses {
            let person = PersonFields { address: (*address).to_owned(), ..PersonFields::default() };
            let (source, basis) = ("the fair".to_owned(), "wrote on the list".to_owned());
            desk.answer(Request::People(PeopleRequest::AddPerson { person, source, basis })).unwrap();
        }
        (desk, catcher)
    }

    fn invited(done: WorkDone) -> InvitedView {
        match done {
            WorkDone::Invited(view) => view,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn questions_stop_going_out_when_somebody_asks_and_the_others_are_asked_later() {
        let folder = tempfile::tempdir().unwrap();
        let (desk, _catcher) = waiting(folder.path(), &["ana@example.org", "ion@example.org", "eva@example.org"]);
        let stop = |step: WorkStep| {
            if let WorkStep::Asking { asked: 1, of: 3 } = step {
                assert!(desk.stop_work(7));
            }
        };
        let first = invited(desk.work(7, Work::Invite { people: 3 }, &stop).unwrap());
        assert_eq!((first.asked, first.stopped), (1, true));
        assert!(!desk.stop_work(7), "it is over");
        let then = invited(desk.work(8, Work::Invite { people: 2 }, &|_| {}).unwrap());
        assert_eq!((then.asked, then.stopped), (2, false));
    }

    #[test]
    fn nobody_is_asked_when_another_number_was_shown() {
        let folder = tempfile::tempdir().unwrap();
        let (desk, _catcher) = waiting(folder.path(), &["ana@example.org"]);
        let refused = desk.work(7, Work::Invite { people: 2 }, &|_| panic!("nobody's turn")).unwrap_err();
        assert_eq!(refused.code, "not-confirmed");
    }
}
