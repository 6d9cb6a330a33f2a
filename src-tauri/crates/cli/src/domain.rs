//! The sender's domain on the command line.

use std::process::ExitCode;

use desk::{Desk, Failure, KeyView};

use crate::arguments::{Domain, Keys};
use crate::output::Output;

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
    }
    Ok(ExitCode::SUCCESS)
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
