//! The list on the command line.

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use desk::{Class, Desk, Failure, Field, Filter, ImportFrom, ImportReport, Status};
use serde_json::json;

use crate::arguments::{Chosen, Import, List, Subscribers};
use crate::output::{Output, count};
use crate::progress;

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
            let people = desk.count(&filter(chosen)?)?;
            done(output, &json!({ "count": people }), || people.to_string())
        }
        Subscribers::Show { address } => {
            let person = desk.person(address)?;
            done(output, &person, || serde_json::to_string_pretty(&person).unwrap_or_default())
        }
        Subscribers::Add { address, name, source, basis } => {
            let added = desk.add(address, name, source, basis)?;
            done(output, &json!({ "added": added }), || format!("{address}: {added:?}").to_lowercase())
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
    Ok(if report.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
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
        "{}: {} new, {} changed, {} unchanged, {} suppressed, {} twice in the file, {} unreadable",
        count(report.rows, "row"),
        report.new,
        report.changed,
        report.unchanged,
        report.suppressed,
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
    let filter = Filter { limit: asked.limit, after: asked.after.clone(), ..filter(&asked.chosen)? };
    let page = desk.subscribers(&filter)?;
    done(output, &page, || {
        let line = |one: &desk::Subscriber| {
            format!("{:<40} {:<14} {}", one.person.address.to_string(), one.status.word(), one.person.name)
        };
        let mut lines: Vec<String> = page.subscribers.iter().map(line).collect();
        lines.extend(page.next.as_ref().map(|next| format!("more after `{next}`: add `--after {next}`")));
        lines.join("\n")
    })
}

fn export(desk: &Desk, chosen: &Chosen, out: Option<&std::path::Path>, output: Output) -> Result<ExitCode, Failure> {
    let filter = filter(chosen)?;
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

fn filter(chosen: &Chosen) -> Result<Filter, Failure> {
    let status = match &chosen.status {
        None => None,
        Some(word) => Some(Status::named(word).ok_or_else(|| {
            Failure::new(Class::Usage, "bad-status", format!("there is no status `{word}`"))
                .hint("known: `active`, `unsubscribed`, `bounced`")
        })?),
    };
    Ok(Filter { status, text: chosen.search.clone(), segment: chosen.segment.parse()?, ..Filter::default() })
}
