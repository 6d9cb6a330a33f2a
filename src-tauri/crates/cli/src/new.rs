//! `masthead new`: first drafts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use desk::{ArticleKind, Desk, Failure, Welcome, find_house};

use crate::arguments::{Kind, New};
use crate::output::{Output, say};

/// `masthead new publication FOLDER`
pub(crate) fn publication(
    folder: &Path,
    name: Option<&str>,
    language: &str,
    (data, house): (PathBuf, Option<PathBuf>),
    output: Output,
) -> Result<ExitCode, Failure> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let own = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let place = folder.parent().unwrap_or(&folder);
    let program = crate::program()?;
    let welcome = Welcome::new(&data, place, house.or_else(|| find_house(&program)));
    let begun = welcome.begin(&folder, name.unwrap_or(&own), language)?;
    output.result(&begun, || format!("{}\n{}", begun.folder.display(), begun.files.join("\n")));
    say(&begun.next);
    Ok(ExitCode::SUCCESS)
}

/// `masthead new issue|article|edition`
pub(crate) fn new(desk: &Desk, command: &New, output: Output) -> Result<ExitCode, Failure> {
    let begun = match command {
        // Begun before there is a desk: see `publication`.
        New::Publication { .. } => return Ok(ExitCode::SUCCESS),
        New::Issue { issue } => desk.begin_issue(issue.parse()?)?,
        New::Article { slug, issue, kind } => {
            let issue = issue.as_deref().map(str::parse).transpose()?;
            desk.begin_article(issue, slug, (*kind).into())?
        }
        New::Edition { edition } => desk.begin_edition(&edition.parse()?)?,
    };
    output.result(&begun, || begun.files.join("\n"));
    say(&begun.next);
    Ok(ExitCode::SUCCESS)
}

impl From<Kind> for ArticleKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Letter => Self::Letter,
            Kind::Feature => Self::Feature,
            Kind::Department => Self::Department,
            Kind::Numbers => Self::Numbers,
            Kind::Listing => Self::Listing,
        }
    }
}
