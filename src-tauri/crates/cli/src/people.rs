//! The list on the command line.

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use desk::{Change, Class, Desk, Failure, Field, Filter, ImportFrom, ImportReport, InvitePlan, Order, Status};
use serde_json::json;

use crate::arguments::{Chosen, Edit, Import, Invite, List, Segments, Subscribers};
use crate::output::{Output, count, say};
use crate::progress;
use crate::send::typed_number;

/// `masthead subscribers …`
pub(crate) fn subscribers(desk: &Desk, command: &Subscribers, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Subscribers::Import(from) => import(desk, from, output),
        Subscribers::UndoImport { id } => {
            let undone = desk.undo_import(*id)?;
            done(output, &undone, || format!("import {id} was taken back"))
        }
        Subscribers::List(asked) => list(desk, asked, output),
        Subscribers::Count(chosen) => {
            let people = desk.count(&filter(desk, chosen)?)?;
            done(output, &json!({ "count": people }), || people.to_string())
        }
        Subscribers::Search { text, limit } => {
            let found = desk.search(text, *limit)?;
            done(output, &found, || found.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        Subscribers::Show { address, csv: true } => {
            desk.person_csv(address, std::io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        Subscribers::Show { address, csv: false } => {
            let person = desk.person(address)?;
            done(output, &person, || serde_json::to_string_pretty(&person).unwrap_or_default())
        }
        Subscribers::History { address } => history(desk, address, output),
        Subscribers::Edit(asked) => {
            desk.change(&asked.address, &change(asked)?)?;
            done(output, &json!({ "changed": asked.address }), || format!("{}: changed", asked.address))
        }
        Subscribers::Tag { address, tags, remove } => {
            let (tag, untag) = if *remove { (Vec::new(), tags.clone()) } else { (tags.clone(), Vec::new()) };
            desk.change(address, &Change { tag, untag, ..Change::default() })?;
            done(output, &json!({ "changed": address }), || format!("{address}: changed"))
        }
        Subscribers::Note { address, text } => {
            desk.note(address, text)?;
            done(output, &json!({ "noted": address }), || format!("{address}: noted"))
        }
        Subscribers::Add { address, name, source, basis } => {
            let added = desk.add(address, name, source, basis)?;
            remind_to_ask(desk)?;
            done(output, &json!({ "added": added }), || format!("{address}: {added:?}").to_lowercase())
        }
        Subscribers::Invite(asked) => invite(desk, asked, output),
        Subscribers::Confirm { address, evidence } => {
            desk.confirm(address, evidence)?;
            done(output, &json!({ "confirmed": address }), || format!("{address} gets the newsletter"))
        }
        Subscribers::Unsubscribe { address } => {
            let changed = desk.unsubscribe(address)?;
            done(output, &json!({ "unsubscribed": changed }), || format!("{address} gets no more mail"))
        }
        Subscribers::Forget { address } => {
            let known = desk.forget(address)?;
            done(output, &json!({ "forgotten": known }), || "erased; no import brings them back".to_owned())
        }
        Subscribers::Export { chosen, out } => export(desk, chosen, out.as_deref(), output),
    }
}

fn done<T: serde::Serialize>(output: Output, value: &T, words: impl FnOnce() -> String) -> Result<ExitCode, Failure> {
    output.result(value, words);
    Ok(ExitCode::SUCCESS)
}

fn import(desk: &Desk, asked: &Import, output: Output) -> Result<ExitCode, Failure> {
    let from = ImportFrom {
        file: asked.file.clone(),
        source: asked.source.clone(),
        basis: asked.basis.clone(),
        columns: asked.map.iter().map(|pair| column(pair)).collect::<Result<_, _>>()?,
        dry_run: asked.dry_run,
        confirmed: asked.confirmed,
    };
    let stopped = stop_on_interrupt()?;
    let bar = progress::bar(0, "importing");
    let report = desk.import(&from, &mut |progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.bytes);
        if stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    let report = report?;
    output.result(&report, || told(&report, asked.dry_run));
    remind_to_ask(desk)?;
    Ok(if report.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Whoever puts people on a list that asks first should know that nothing goes to them by itself.
fn remind_to_ask(desk: &Desk) -> Result<(), Failure> {
    let due = desk.awaited(None)?.due;
    if due > 0 {
        say(&format!("{} to be asked first: `masthead subscribers invite`", count(due, "person")));
    }
    Ok(())
}

fn invite(desk: &Desk, asked: &Invite, output: Output) -> Result<ExitCode, Failure> {
    let found = desk.awaited(Some(&asked.remind_after))?;
    let waiting = format!("{} waited for, {} to be asked now", count(found.waiting, "person"), found.due);
    if asked.dry_run {
        return done(output, &found, || waiting);
    }
    let people = match asked.yes {
        Some(people) => people,
        // There is nobody to be sure about.
        None if found.due == 0 => 0,
        None => {
            say(&waiting);
            typed_number(found.due, "ask them")?
        }
    };
    let plan = InvitePlan {
        people: Some(people),
        remind_after: Some(asked.remind_after.clone()),
        relay: asked.relay.clone(),
        password: asked.password.source(),
    };
    let stopped = stop_on_interrupt()?;
    let bar = progress::bar(found.due, "asking");
    let done = desk.invite(&plan, &mut |now| {
        bar.set_position(now.people());
        if stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    let done = done?;
    output.result(&done, || {
        let later = done.later.map(|later| format!("; the relay's quota lets the others go at {later}"));
        format!(
            "{} asked ({} of them reminded), {} refused, {} uncertain, {} put off to the next run{}",
            count(done.asked, "person"),
            done.reminded,
            done.refused,
            done.uncertain,
            done.postponed,
            later.unwrap_or_default()
        )
    });
    Ok(if done.refused + done.uncertain + done.postponed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::new(Class::Environment, "signals", format!("interrupts cannot be heard: {error}")))?;
    Ok(stopped)
}

fn column(pair: &str) -> Result<(String, Field), Failure> {
    let wrong = |message: String| Failure::new(Class::Usage, "bad-column", message).hint("write `--map Heading=email`");
    let (heading, field) = pair.split_once('=').ok_or_else(|| wrong(format!("`{pair}` maps no column")))?;
    let field = Field::named(field).ok_or_else(|| wrong(format!("there is no field `{field}`")))?;
    Ok((heading.to_owned(), field))
}

fn told(report: &ImportReport, dry_run: bool) -> String {
    let mut lines = vec![format!(
        "{}: {} new, {} changed, {} unchanged, {} suppressed, {} suspicious, {} twice in the file, {} unreadable",
        count(report.rows, "row"),
        report.new,
        report.changed,
        report.unchanged,
        report.suppressed,
        report.suspicious,
        report.duplicates,
        report.unreadable
    )];
    lines.extend(report.findings.iter().map(|finding| format!("  line {}: {}", finding.line, finding.fault)));
    lines.push(match report.id {
        Some(id) => format!("import {id}; `masthead subscribers undo-import {id}` takes it back"),
        None if dry_run => "nothing was written: this was a dry run".to_owned(),
        None => "nothing was written".to_owned(),
    });
    lines.join("\n")
}

fn list(desk: &Desk, asked: &List, output: Output) -> Result<ExitCode, Failure> {
    let order = Order::named(&asked.order).ok_or_else(|| {
        let known: Vec<String> = Order::ALL.iter().map(|order| format!("`{}`", order.word())).collect();
        Failure::new(Class::Usage, "bad-order", format!("there is no order `{}`", asked.order))
            .hint(format!("known: {}", known.join(", ")))
    })?;
    let filter = Filter { limit: asked.limit, after: asked.after.clone(), order, ..filter(desk, &asked.chosen)? };
    let page = desk.subscribers(&filter)?;
    done(output, &page, || {
        let mut lines: Vec<String> = page.subscribers.iter().map(line).collect();
        lines.extend(page.next.as_ref().map(|next| format!("more after `{next}`: add `--after {next}`")));
        lines.join("\n")
    })
}

fn line(one: &desk::Subscriber) -> String {
    format!("{:<40} {:<14} {}", one.person.address.to_string(), one.status.word(), one.person.name)
}

fn history(desk: &Desk, address: &str, output: Output) -> Result<ExitCode, Failure> {
    let history = desk.history(address)?;
    done(output, &history, || {
        let line = |one: &desk::HistoryEntry| {
            format!("{}  {:<20} {}: `{}` became `{}`", one.at, one.source, one.field, one.before, one.after)
        };
        history.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn change(asked: &Edit) -> Result<Change, Failure> {
    let pair = |set: &String| {
        let wrong = || {
            Failure::new(Class::Usage, "bad-attribute", format!("`{set}` sets no attribute"))
                .hint("write `--set \"job title=planner\"`")
        };
        set.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(wrong)
    };
    Ok(Change {
        address: asked.email.as_deref().map(str::parse).transpose()?,
        name: asked.name.clone(),
        first_name: asked.first_name.clone(),
        city: asked.city.clone(),
        country: asked.country.clone(),
        language: asked.language.clone(),
        organisation: asked.organisation.clone(),
        attributes: asked.set.iter().map(pair).collect::<Result<_, _>>()?,
        ..Change::default()
    })
}

/// `masthead segments …`
pub(crate) fn segments(desk: &Desk, command: &Segments, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Segments::List => {
            let saved = desk.segments()?;
            done(output, &saved, || {
                saved.iter().map(|one| format!("{:<20} {}", one.name, one.expression)).collect::<Vec<_>>().join("\n")
            })
        }
        Segments::Save { name, expression } => {
            desk.save_segment(name, expression)?;
            done(output, &json!({ "saved": name }), || format!("`--segment @{name}` means these people"))
        }
        Segments::Remove { name } => {
            let removed = desk.remove_segment(name)?;
            output.result(&json!({ "removed": removed }), || {
                if removed { format!("{name}: removed") } else { format!("there was no segment `{name}`") }
            });
            Ok(if removed { ExitCode::SUCCESS } else { ExitCode::from(2) })
        }
        Segments::Count { expression } => {
            let found = desk.count_segment(expression)?;
            done(output, &found, || {
                let unknown = found.unknown.iter().map(|name| format!("\nnobody has an attribute `{name}`"));
                format!("{}{}", found.people, unknown.collect::<String>())
            })
        }
    }
}

fn export(desk: &Desk, chosen: &Chosen, out: Option<&std::path::Path>, output: Output) -> Result<ExitCode, Failure> {
    let filter = filter(desk, chosen)?;
    match out {
        None => desk.export(&filter, std::io::stdout().lock())?,
        Some(path) => {
            let people = desk.export_to(&filter, path)?;
            output.result(&json!({ "path": path, "people": people }), || {
                format!("{} in {}", count(people, "person"), path.display())
            });
            people
        }
    };
    Ok(ExitCode::SUCCESS)
}

fn filter(desk: &Desk, chosen: &Chosen) -> Result<Filter, Failure> {
    let status = match &chosen.status {
        None => None,
        Some(word) => Some(Status::named(word).ok_or_else(|| {
            Failure::new(Class::Usage, "bad-status", format!("there is no status `{word}`"))
                .hint("known: `active`, `unsubscribed`, `bounced`")
        })?),
    };
    Ok(Filter { status, text: chosen.search.clone(), segment: desk.segment(&chosen.segment)?, ..Filter::default() })
}
