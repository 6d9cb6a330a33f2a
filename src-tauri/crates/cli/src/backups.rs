//! Copies of the list on the command line.

use std::path::Path;
use std::process::ExitCode;

use desk::{Desk, Failure, KeptBackup, Restored};

use crate::output::{Output, count};

/// `masthead backup`
pub(crate) fn backup(desk: &Desk, to: Option<&Path>, output: Output) -> Result<ExitCode, Failure> {
    let made = desk.back_up(to)?;
    output.result(&made, || format!("{} in {}", count(made.people, "person"), made.path.display()));
    Ok(ExitCode::SUCCESS)
}

/// `masthead backups`
pub(crate) fn backups(desk: &Desk, output: Output) -> Result<ExitCode, Failure> {
    let kept = desk.backups()?;
    output.result(&kept, || match kept.as_slice() {
        [] => "no copies yet; `masthead backup` makes one".to_owned(),
        kept => kept.iter().map(line).collect::<Vec<_>>().join("\n"),
    });
    Ok(ExitCode::SUCCESS)
}

fn line(kept: &KeptBackup) -> String {
    let made = kept.made.strftime("%Y-%m-%d %H:%M:%S UTC");
    let people = kept.people.map_or_else(|| "cannot be read".to_owned(), |people| count(people, "person"));
    format!("{:<52} {made}  {:<16} {people:>16} {:>9.1} MB", kept.name, kept.why, kept.bytes as f64 / 1e6)
}

/// `masthead restore BACKUP`
pub(crate) fn restore(desk: &Desk, backup: &Path, output: Output) -> Result<ExitCode, Failure> {
    let restored = desk.restore(backup)?;
    output.result(&restored, || words(&restored));
    Ok(ExitCode::SUCCESS)
}

fn words(restored: &Restored) -> String {
    let mut lines = vec![format!("{} on the list", count(restored.people, "person"))];
    let said = |number: u64, noun: &str, what: &str| (number > 0).then(|| format!("  {} {what}", count(number, noun)));
    lines.extend(said(restored.suppressions, "suppression", "from after the copy was made, kept"));
    lines.extend(said(restored.mailings, "mailing", "from after the copy was made, with what it sent"));
    let wait = if restored.paused == 1 { "waits" } else { "wait" };
    let wait = format!("{wait} for you: look at `masthead ledger EDITION`, then `masthead send EDITION resume`");
    lines.extend(said(restored.paused, "mailing", &wait));
    lines
        .extend(restored.before.as_ref().map(|path| format!("  the list as it was before lies in {}", path.display())));
    lines.join("\n")
}
