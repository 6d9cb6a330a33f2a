//! `masthead new`: first drafts.

use std::process::ExitCode;

use desk::{ArticleKind, Desk, Failure};

use crate::arguments::{Kind, New};
use crate::output::{Output, say};

/// `masthead new issue|article|edition`
pub(crate) fn new(desk: &Desk, command: &New, output: Output) -> Result<ExitCode, Failure> {
    let begun = match command {
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
