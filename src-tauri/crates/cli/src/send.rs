//! Sending and the ledger on the command line.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use desk::{
    Again, AudienceView, Class, DeliveryHistory, DeliveryState, Desk, EditionId, Failure, LedgerView, MailingState,
    SendPlan, SendProgress, StopSignal, TestCopy, TestPlan, UncertainPolicy, certificate_html, certificate_text,
};

use crate::arguments::{Ledger, Send, Steer};
use crate::output::{Output, count, say};
use crate::progress;

/// `masthead send EDITION`
pub(crate) fn send(desk: &Desk, send: &Send, output: Output) -> Result<ExitCode, Failure> {
    let edition: EditionId = send.edition.parse()?;
    if !send.to.is_empty() && !matches!(send.action, Some(Steer::Test)) {
        return Err(Failure::new(Class::Usage, "to-whom", "`--to` names people for a test")
            .hint(format!("write `masthead send {edition} test --to ADDRESS`, or choose people by `--segment`")));
    }
    match send.action {
        Some(Steer::Test) => return test(desk, edition, send, output),
        Some(Steer::Pause) => return steered(output, &desk.pause(&edition, send.rehearse)?),
        Some(Steer::Cancel) => return steered(output, &desk.cancel(&edition, send.rehearse)?),
        Some(Steer::Hold) => return steered(output, &desk.hold_uncertain(&edition, send.rehearse)?),
        Some(Steer::Resume | Steer::RetryFailed | Steer::ResendUncertain) | None => {}
    }
    let plan = SendPlan {
        edition,
        segment: send.segment.clone(),
        rehearse: send.rehearse,
        keep: send.keep.clone(),
        relays: send.relays.clone(),
        password: send.password.source(),
        connections: send.connections.map(usize::from),
        schedule: send.at.as_deref().map(|at| desk.schedule(at, &send.too_late)).transpose()?,
        stay: send.stay,
        patient: false,
        uncertain: if send.hold_uncertain { UncertainPolicy::Hold } else { UncertainPolicy::Resend },
        again: match send.action {
            Some(Steer::RetryFailed) => Some(Again::Failed),
            Some(Steer::ResendUncertain) => Some(Again::Uncertain),
            _ => None,
        },
        resume: matches!(send.action, Some(Steer::Resume)),
    };
    if !send.rehearse {
        desk.relay_warnings(&send.relays)?.iter().for_each(|warning| say(&format!("warning: {warning}")));
    }
    let stop = StopSignal::new();
    let bar = progress::bar(0, "sending");
    let progress = |now: &SendProgress| {
        bar.set_length(now.due);
        bar.set_position(now.accepted + now.postponed + now.refused + now.uncertain);
        bar.set_message(doing(now));
    };
    let sent = desk.send(
        &plan,
        &mut |audience| confirm(audience, send).and_then(|()| heed_interrupts(&stop)),
        &progress,
        &stop,
    );
    bar.finish_and_clear();
    let sent = sent?;
    sent.warnings.iter().for_each(|warning| say(&format!("warning: {warning}")));
    told(output, &sent)
}

/// `masthead send EDITION test --to ADDRESS`
fn test(desk: &Desk, edition: EditionId, send: &Send, output: Output) -> Result<ExitCode, Failure> {
    let plan = TestPlan {
        edition,
        to: send.to.clone(),
        rehearse: send.rehearse,
        keep: send.keep.clone(),
        relay: send.relays.first().cloned(),
        password: send.password.source(),
    };
    let tested = desk.send_test(&plan)?;
    tested.findings.iter().for_each(|finding| say(&finding.to_string()));
    output.result(&tested, || {
        let line = |copy: &TestCopy| format!("{:<40} {:<10} {}", copy.address, copy.outcome, copy.text);
        let caught = tested.caught.iter().map(|folder| format!("  the mail is in {}", folder.display()));
        tested.copies.iter().map(line).chain(caught).collect::<Vec<_>>().join("\n")
    });
    let all = tested.copies.iter().all(TestCopy::is_accepted);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What the sender is at, in a few words.
fn doing(now: &SendProgress) -> String {
    let closed =
        now.relays.iter().find_map(|relay| Some(format!("{} is not used: {}", relay.name, relay.closed.as_ref()?)));
    let waiting = now.waits_until.map(|until| format!("waiting until {until}"));
    waiting.or_else(|| now.trouble.clone()).or(closed).unwrap_or_else(|| "sending".to_owned())
}

/// The number of people must be known to whoever sends: asked for on a terminal, given by `--yes` elsewhere.
fn confirm(audience: &AudienceView, send: &Send) -> Result<(), Failure> {
    let people = audience.people;
    let refuse = |message: String| Err(Failure::new(Class::Usage, "not-confirmed", message));
    match send.yes {
        Some(expected) if expected == people => Ok(()),
        Some(expected) => {
            refuse(format!("`--yes {expected}` was given, but the edition goes to {}", count(people, "person")))
        }
        // A rehearsal reaches nobody, and a send that was confirmed once goes on without being asked again.
        None if send.rehearse || audience.frozen => Ok(()),
        None if !io::stdin().is_terminal() => refuse(format!("the edition goes to {}", count(people, "person")))
            .map_err(|failure| failure.hint(format!("add `--yes {people}` to send it"))),
        None => {
            describe(audience, &send.edition);
            typed_number(people, "send it").map(drop)
        }
    }
}

fn describe(audience: &AudienceView, edition: &str) {
    let without: Vec<String> = audience.excluded.iter().map(|(reason, people)| format!("{people} {reason}")).collect();
    let without = if without.is_empty() { String::new() } else { format!(" (not to: {})", without.join(", ")) };
    say(&format!("{edition} goes to {}{without}.", count(audience.people, "person")));
}

/// Has the number of people typed on a terminal, so that whoever does it has read it.
pub(crate) fn typed_number(people: u64, to: &str) -> Result<u64, Failure> {
    let refuse = |message: String| Err(Failure::new(Class::Usage, "not-confirmed", message));
    if !io::stdin().is_terminal() {
        return refuse(format!("the number of people was not confirmed: {people}"))
            .map_err(|failure| failure.hint(format!("add `--yes {people}` to {to}")));
    }
    let terminal =
        |error| Failure::new(Class::Environment, "terminal", format!("the terminal cannot be read: {error}"));
    write!(io::stderr(), "Type that number to {to}: ").and_then(|()| io::stderr().flush()).map_err(terminal)?;
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).map_err(terminal)?;
    match typed.trim() {
        typed if typed == people.to_string() => Ok(people),
        typed => refuse(format!("`{typed}` is not {people}; nothing was sent")),
    }
}

/// From here on an interrupt pauses the mailing; until then it ends the program, and nothing was frozen.
fn heed_interrupts(stop: &StopSignal) -> Result<(), Failure> {
    let signal = stop.clone();
    ctrlc::set_handler(move || signal.pause())
        .map_err(|error| Failure::new(Class::Environment, "signals", format!("interrupts cannot be heard: {error}")))
}

/// A wish that was fulfilled; how the people fared is no fault of it.
fn steered(output: Output, view: &LedgerView) -> Result<ExitCode, Failure> {
    output.result(view, || words(view));
    Ok(ExitCode::SUCCESS)
}

fn told(output: Output, view: &LedgerView) -> Result<ExitCode, Failure> {
    output.result(view, || words(view));
    let paused = matches!(view.state, MailingState::Paused { .. });
    let troubled =
        ["failed", "bounced", "uncertain"].iter().any(|state| view.counts.get(state).is_some_and(|n| *n > 0));
    Ok(if paused || troubled { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn words(view: &LedgerView) -> String {
    let mut lines = vec![format!("{}: {}", view.edition, state(&view.state))];
    lines.extend(
        view.counts
            .iter()
            .filter(|(_, people)| **people > 0)
            .map(|(state, people)| format!("  {state:<10} {people:>9}")),
    );
    lines.extend(view.excluded.iter().map(|(reason, people)| format!("    excluded, {reason}: {people}")));
    lines.push(format!("  {:<10} {:>9}", "audience", view.candidates));
    lines.extend(view.next_due.iter().map(|due| format!("  run it again at {due} for those who were put off")));
    lines.extend(
        view.schedule.iter().map(|start| format!("  starts at {}, at {} at the latest", start.at, start.latest)),
    );
    let closed = view.run.iter().flat_map(|run| &run.progress.relays);
    lines.extend(
        closed.filter_map(|relay| Some(format!("  {} was not used any more: {}", relay.name, relay.closed.as_ref()?))),
    );
    lines.extend(view.caught.iter().map(|folder| format!("  the mail is in {}", folder.display())));
    lines.join("\n")
}

fn state(state: &MailingState) -> String {
    match state {
        MailingState::Running => "under way".to_owned(),
        MailingState::Paused { reason } => format!("paused: {reason}\n  hint: {}", reason.hint()),
        MailingState::Finished => "finished".to_owned(),
        MailingState::Cancelled => "cancelled".to_owned(),
    }
}

/// `masthead ledger EDITION`
pub(crate) fn ledger(desk: &Desk, ledger: &Ledger, output: Output) -> Result<ExitCode, Failure> {
    let edition: EditionId = ledger.edition.parse()?;
    let state = match &ledger.state {
        None => None,
        Some(word) => Some(DeliveryState::named(word).ok_or_else(|| unknown_state(word))?),
    };
    if ledger.csv {
        desk.ledger_csv(&edition, ledger.rehearsal, state, io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    }
    if ledger.certificate || ledger.html {
        let certificate = desk.certificate(&edition, ledger.rehearsal)?;
        let words = || if ledger.html { certificate_html(&certificate) } else { certificate_text(&certificate) };
        output.result(&certificate, words);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(person) = &ledger.person {
        let one = desk.delivery_to(&edition, ledger.rehearsal, person)?;
        output.result(&one, || history(&one, true));
        return Ok(ExitCode::SUCCESS);
    }
    if ledger.attempts || state.is_some() {
        let mut list = output.list();
        desk.each_delivery(&edition, ledger.rehearsal, state, &mut |one| {
            list.item(&one, || history(&one, ledger.attempts));
            Ok(())
        })?;
        list.end();
        return Ok(ExitCode::SUCCESS);
    }
    let view = desk.ledger(&edition, ledger.rehearsal)?;
    output.result(&view, || words(&view));
    Ok(ExitCode::SUCCESS)
}

/// A person's copy on a line, and its attempts below it.
fn history(one: &DeliveryHistory, attempts: bool) -> String {
    let delivery = &one.delivery;
    let doubts = if delivery.doubts > 0 {
        format!(", {} without an answer", count(delivery.doubts, "copy"))
    } else {
        String::new()
    };
    let mut lines = vec![format!("{:<40} {}{doubts}", delivery.address, delivery.state.word())];
    if attempts {
        let tried = one.attempts.iter();
        lines.extend(
            tried.map(|tried| format!("  {}  {:<10} {}  {}", tried.at, tried.outcome, tried.stage, tried.text)),
        );
    }
    lines.join("\n")
}

fn unknown_state(word: &str) -> Failure {
    let known: Vec<String> = DeliveryState::ALL.iter().map(|state| format!("`{}`", state.word())).collect();
    Failure::new(Class::Usage, "bad-state", format!("there is no state `{word}`"))
        .hint(format!("known: {}", known.join(", ")))
}
