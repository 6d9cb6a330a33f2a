//! Checking, building and rendering.

use std::io::Write;
use std::process::ExitCode;

use desk::{Built, BuiltSite, Checked, Class, Desk, Failure, Finding, Severity, Target};
use serde::Serialize;
use serde_json::json;

use crate::arguments::{self, Build, Render};
use crate::output::{self, Output, count, say};
use crate::progress;

/// `masthead check ISSUE`; with `fix`, what needs no judgement is put right before, and with `spelling` the words that
/// no dictionary has are named, too.
///
/// A check is asked what stands between the issue and its release, so a warning is exit code 1 as well.
pub(crate) fn check(
    desk: &Desk,
    issue: &str,
    (fix, spelling): (bool, bool),
    output: Output,
) -> Result<ExitCode, Failure> {
    let issue = issue.parse()?;
    let fixed = if fix { desk.put_right(issue)? } else { Vec::new() };
    let Checked { pages, mut findings } = desk.check(issue)?;
    if spelling {
        findings.extend(desk.spelling(issue)?.findings());
    }
    output.result(&json!({ "pages": pages, "findings": findings, "fixed": fixed }), || {
        let fixed: String = fixed.iter().map(|made| format!("fixed: {}\n  at {}\n", made.label, made.place)).collect();
        let told = [fixed.trim_end().to_owned(), output::findings(&findings), sum(pages, &findings)];
        told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    });
    Ok(if findings.iter().any(|finding| finding.severity > Severity::Note) {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// `4 pages, 3 findings: 1 error, 2 notes; 1 can be fixed with --fix`
fn sum(pages: u32, findings: &[Finding]) -> String {
    let all = format!("{}, {}", count(pages, "page"), count(findings.len() as u64, "finding"));
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(severity, noun)| (findings.iter().filter(|finding| finding.severity == severity).count(), noun))
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number as u64, noun))
        .collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
    match findings.iter().filter(|finding| finding.fix.is_some()).count() {
        0 => format!("{all}{kinds}"),
        fixes => format!("{all}{kinds}; {fixes} can be fixed with `--fix`"),
    }
}

/// `masthead build ISSUE --target web`
fn site(desk: &Desk, build: &Build, output: Output) -> Result<ExitCode, Failure> {
    let built = desk.build_site(build.issue.parse()?, build.out.as_deref())?;
    if !built.findings.is_empty() {
        say(&output::findings(&built.findings));
    }
    output.result(&built, || built.index.clone());
    Ok(code(&built.findings))
}

/// `masthead build ISSUE`
pub(crate) fn build(desk: &Desk, build: &Build, output: Output) -> Result<ExitCode, Failure> {
    let targets: &[Target] = match build.target {
        arguments::Target::Screen => &[Target::Screen],
        arguments::Target::Print => &[Target::Print],
        arguments::Target::Accessible => &[Target::Accessible],
        arguments::Target::Booklet => &[Target::Booklet],
        arguments::Target::All => &Target::ALL,
        arguments::Target::Web => return site(desk, build, output),
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
    let (web, failed) = if build.target == arguments::Target::All { beside(desk, build) } else { (None, None) };
    let all = All { built: &built, web: web.as_ref() };
    output.result(&all, || {
        let paths = built.files.iter().map(|file| &file.path).chain(web.iter().map(|web| &web.index));
        paths.cloned().collect::<Vec<_>>().join("\n")
    });
    Ok(match built.failures.first().map(|failed| failed.failure.class).or(failed) {
        Some(class) => crate::exit_code(class),
        None => code(&built.findings),
    })
}

/// What was built: PDFs, and the web edition where that was asked for, too.
#[derive(Serialize)]
struct All<'a> {
    #[serde(flatten)]
    built: &'a Built,
    #[serde(skip_serializing_if = "Option::is_none")]
    web: Option<&'a BuiltSite>,
}

/// The web edition beside the PDFs, in a folder of its own; otherwise whose matter its failure is, which was said.
fn beside(desk: &Desk, build: &Build) -> (Option<BuiltSite>, Option<Class>) {
    let folder = build.out.as_ref().map(|out| out.join("web"));
    match build.issue.parse().map_err(Failure::from).and_then(|issue| desk.build_site(issue, folder.as_deref())) {
        Ok(web) => (Some(web), None),
        Err(failure) => {
            say(&format!("error: web: {failure}"));
            (None, Some(failure.class))
        }
    }
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

/// A file was made all the same, so an error in the work is exit code 1 and a warning is not.
fn code(findings: &[Finding]) -> ExitCode {
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    if failed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
