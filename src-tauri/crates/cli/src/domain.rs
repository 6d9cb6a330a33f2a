//! The sender's domain on the command line.

use std::process::ExitCode;
use std::time::Duration;

use desk::{Desk, DomainFinding, Failure, KeyView, LoopbackPlan, PasswordSource, Verdict};

use crate::arguments::{Domain, Keys, Loopback};
use crate::output::Output;

/// What to do where Masthead has no key to sign with.
const UNSIGNED: &str = "\n  hint: `masthead domain key new` makes a key and prints its record; `masthead domain loopback` shows \
                        whether what arrives bears a signature";

/// `masthead domain …`
pub(crate) fn domain(desk: &Desk, command: &Domain, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Domain::Key { command: Keys::New { selector, only_rsa } } => {
            let keys = desk.new_keys(selector, *only_rsa)?;
            output.result(&keys, || made(&keys));
        }
        Domain::Key { command: Keys::List } => {
            let keys = desk.keys()?;
            output.result(&keys, || keys.iter().map(words).collect::<Vec<_>>().join("\n\n"));
        }
        Domain::Check { relays, dns } => {
            let findings = desk.check_domain(relays, dns.dns)?;
            let unsigned = desk.keys()?.is_empty();
            output.result(&findings, || format!("{}{}", told(&findings), if unsigned { UNSIGNED } else { "" }));
            return Ok(verdict(&findings));
        }
        Domain::Loopback(asked) => return loopback(desk, asked, output),
    }
    Ok(ExitCode::SUCCESS)
}

fn loopback(desk: &Desk, asked: &Loopback, output: Output) -> Result<ExitCode, Failure> {
    let plan = LoopbackPlan {
        to: asked.to.clone(),
        relay: asked.relay.clone(),
        password: asked.password.source(),
        mailbox: asked.mailbox.clone(),
        mailbox_password: PasswordSource { file: asked.mailbox_password_file.clone(), descriptor: None },
        dns: asked.dns.dns,
        patience: Duration::from_secs(asked.patience),
    };
    let done = desk.loopback(&plan)?;
    output.result(&done, || {
        let when = done.seconds.map(|seconds| format!("good     arrival    in the mailbox after {seconds:.1} s\n"));
        format!("{}{}", when.unwrap_or_default(), told(&done.findings))
    });
    Ok(verdict(&done.findings))
}

/// An answer that did not come is no clean bill either.
fn verdict(findings: &[DomainFinding]) -> ExitCode {
    let sound = findings.iter().all(|found| matches!(found.verdict, Verdict::Good | Verdict::Advice));
    if sound { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn told(findings: &[DomainFinding]) -> String {
    let line = |found: &DomainFinding| {
        let mark = match found.verdict {
            Verdict::Good => "good",
            Verdict::Advice => "advice",
            Verdict::Unknown => "unknown",
            Verdict::Missing => "missing",
            Verdict::Wrong => "wrong",
        };
        let record = found.record.as_ref().map(|record| {
            format!(
                "\n         name   {}\n         type   {}\n         value  {}",
                record.name, record.kind, record.value
            )
        });
        format!("{mark:<8} {:<10} {}{}", found.subject, found.words, record.unwrap_or_default())
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn made(keys: &[KeyView]) -> String {
    let selectors: Vec<String> = keys.iter().map(|key| format!("\"{}\"", key.record.selector)).collect();
    let records: Vec<String> = keys.iter().map(words).collect();
    format!(
        "{}\n\nAdd these records to the domain. When they are there, switch signing on in assets/publication.toml:\n\n\
         [dkim]\nselectors = [{}]",
        records.join("\n\n"),
        selectors.join(", ")
    )
}

fn words(key: &KeyView) -> String {
    let record = &key.record;
    let used = if key.used { "letters are signed with it" } else { "not in use" };
    format!(
        "name   {}\ntype   TXT\nvalue  {}\n       ({used})\nin a zone file:\n{}",
        record.name, record.value, key.zone_line
    )
}
