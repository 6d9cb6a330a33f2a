//! Checking, building and rendering.

use std::io::Write;
use std::process::ExitCode;

use desk::{Class, Desk, Failure, Finding, Severity, Target};
use serde_json::json;

use crate::arguments::{self, Build, Render};
use crate::output::{self, Output, count, say};
use crate::progress;

/// `masthead check ISSUE`
pub(crate) fn check(desk: &Desk, issue: &str, output: Output) -> Result<ExitCode, Failure> {
    let checked = desk.check(issue.parse()?)?;
    output.result(&json!({ "pages": checked.pages, "findings": checked.findings }), || {
        let sum = format!("{}, {}", count(checked.pages, "page"), count(checked.findings.len() as u64, "finding"));
        [output::findings(&checked.findings), sum].join("\n\n").trim_start().to_owned()
    });
    Ok(code(&checked.findings))
}

/// `masthead build ISSUE`
pub(crate) fn build(desk: &Desk, build: &Build, output: Output) -> Result<ExitCode, Failure> {
    let targets: &[Target] = match build.target {
        arguments::Target::Screen => &[Target::Screen],
        arguments::Target::Print => &[Target::Print],
        arguments::Target::Accessible => &[Target::Accessible],
        arguments::Target::Booklet => &[Target::Booklet],
        arguments::Target::All => &Target::ALL,
    };
    let bar = progress::bar(targets.len() as u64, "laying out");
    let begins = &mut |target: Target| {
        bar.set_position(targets.iter().position(|one| *one == target).unwrap_or_default() as u64);
        bar.set_message(target.name());
    };
    let built = desk.build(build.issue.parse()?, targets, build.out.as_deref(), begins);
    bar.finish_and_clear();
    let built = built?;
    if !built.findings.is_empty() {
        say(&output::findings(&built.findings));
    }
    for failed in &built.failures {
        say(&format!("error: {}: {}", failed.target.name(), failed.failure));
    }
    output.result(&built, || built.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>().join("\n"));
    Ok(match built.failures.first() {
        Some(failed) => crate::exit_code(failed.failure.class),
        None => code(&built.findings),
    })
}

/// `masthead render EDITION`
pub(crate) fn render(desk: &Desk, render: &Render, output: Output) -> Result<ExitCode, Failure> {
    let rendered = desk.render(&render.edition.parse()?, render.to.as_deref())?;
    if !rendered.findings.is_empty() {
        say(&output::findings(&rendered.findings));
    }
    match &render.out {
        Some(file) => {
            std::fs::write(file, &rendered.message).map_err(|error| {
                Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", file.display()))
            })?;
            let result = json!({ "path": file, "bytes": rendered.message.len(), "findings": rendered.findings });
            output.result(&result, || file.display().to_string());
        }
        None => std::io::stdout().write_all(&rendered.message).map_err(|error| {
            Failure::new(Class::Environment, "output", format!("could not write the message: {error}"))
        })?,
    }
    Ok(code(&rendered.findings))
}

/// An error in the work is exit code 1; a warning is not.
fn code(findings: &[Finding]) -> ExitCode {
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    if failed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
