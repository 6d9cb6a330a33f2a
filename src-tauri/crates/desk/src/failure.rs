//! Why the desk could not do what it was asked: one shape for the window, `--json` and the terminal.

use std::fmt;

use magazine::{DraftError, EditionIdError, IssueFieldsError, IssueIdError, OpenError, ReorderError, SaveError};
use mailing::{
    AddressError, DnsError, ExportError, FreezeError, ImportError, InboxError, InviteError, KeyError, KeyringError,
    PullError, SegmentError, SendError, StoreError, TestError,
};
use typesetting::EngineError;

pub use crate::rpc::Failure;

/// Whose matter a failure is; the command line's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Something in the work: a file, a list, a letter.
    Work,
    /// The question was wrong: no such issue, no such address.
    Usage,
    /// The disk, the network, another program.
    Environment,
}

impl Failure {
    /// A failure with its code and its sentence.
    #[must_use]
    pub fn new(class: Class, code: &str, message: impl fmt::Display) -> Self {
        Self { code: code.to_owned(), message: message.to_string(), hint: None, place: None, command: None, class }
    }

    /// The same failure with what to do about it, in place of what it said before.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), command: None, ..self }
    }

    /// What to do next, on a terminal.
    #[must_use]
    pub fn what_helps(&self) -> Option<&str> {
        self.command.as_deref().or(self.hint.as_deref())
    }

    /// The same failure with the command that helps; it is said on a terminal alone.
    #[must_use]
    pub fn command(self, command: impl Into<Box<str>>) -> Self {
        Self { command: Some(command.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(hint) = self.what_helps() {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<IssueIdError> for Failure {
    fn from(error: IssueIdError) -> Self {
        Self::new(Class::Usage, "bad-issue-name", error)
    }
}

impl From<EditionIdError> for Failure {
    fn from(error: EditionIdError) -> Self {
        Self::new(Class::Usage, "bad-edition-name", error)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let message = error.to_string();
        let usage = |code, hint: String| Self::new(Class::Usage, code, &message).hint(hint);
        match error {
            OpenError::NoPublication { .. } => usage(
                "no-publication",
                "go to the publication's folder, or name it with `--publication DIR`".to_owned(),
            ),
            OpenError::NoIssue { known, .. } => usage("no-issue", format!("issues: {}", list(&known))),
            OpenError::NoArticle { .. } => usage("no-article", "look into the issue's `articles` folder".to_owned()),
            OpenError::NoEdition { known, .. } => usage("no-edition", format!("editions: {}", list(&known))),
            OpenError::NotUtf8 { .. } => {
                Self::new(Class::Work, "not-utf8", &message).hint("save the file as UTF-8 in the program it comes from")
            }
            OpenError::Outside { .. } => usage("outside", "copy the file into the folder of the issue".to_owned()),
            OpenError::Disk { .. } => Self::new(Class::Environment, "disk", &message),
        }
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        let message = error.to_string();
        match error {
            DraftError::Exists(_) => {
                Self::new(Class::Usage, "exists", message).hint("nothing was written; choose another name")
            }
            DraftError::BadName(_) => Self::new(Class::Usage, "bad-name", message).hint("as in `smart-parking`"),
            DraftError::NotEmpty(_) => Self::new(Class::Usage, "not-empty", message)
                .hint("nothing was written; a publication wants a new folder or an empty one"),
            DraftError::Open(error) => error.into(),
            DraftError::Disk { .. } => Self::new(Class::Environment, "disk", message),
        }
    }
}

fn list<T: fmt::Display>(names: &[T]) -> String {
    if names.is_empty() {
        return "none yet".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl From<ReorderError> for Failure {
    fn from(error: ReorderError) -> Self {
        let message = error.to_string();
        match error {
            ReorderError::NoEntry { .. } => Self::new(Class::Usage, "no-entry", message)
                .hint("look at the flatplan as it is now")
                .command("`masthead flatplan ISSUE` lists the entries with their numbers"),
            ReorderError::Unreadable(_) => Self::new(Class::Work, "bad-toml", message)
                .hint("preflight names the line; put it right, then move")
                .command("`masthead check ISSUE` names the line; put it right, then move"),
            ReorderError::NoList => {
                Self::new(Class::Work, "no-running-order", message).hint("write it as one list in brackets, then move")
            }
        }
    }
}

impl From<IssueFieldsError> for Failure {
    fn from(error: IssueFieldsError) -> Self {
        let message = error.to_string();
        let failure =
            match &error {
                IssueFieldsError::Unreadable(_) => Self::new(Class::Work, "unreadable-issue", message)
                    .hint("preflight names the line; put it right there"),
                IssueFieldsError::NoTitle => Self::new(Class::Usage, "no-title", message).hint("write one"),
                IssueFieldsError::BadPages(_) => Self::new(Class::Usage, "bad-pages", message)
                    .hint("write a whole number from 1 to 1000, or nothing"),
                IssueFieldsError::EmptyLine { .. } => {
                    Self::new(Class::Usage, "empty-line", message).hint("write some, or remove the line")
                }
                IssueFieldsError::Unchangeable(_) => Self::new(Class::Work, "unchangeable-field", message)
                    .hint("change it by hand, or write it on a line of its own below its table"),
            };
        Self { place: error.field(), ..failure }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        let message = error.to_string();
        match error {
            SaveError::ChangedOutside { path } => Self {
                place: Some(path.display().to_string()),
                ..Self::new(Class::Work, "changed-outside", message)
                    .hint("keep your text, take the other one, or compare them")
            },
            SaveError::Exists { path } => Self {
                place: Some(path.display().to_string()),
                ..Self::new(Class::Work, "exists", message)
                    .hint("rename or move the file that is there, then try again")
            },
            SaveError::Disk { path, source } => {
                let full = source.kind() == std::io::ErrorKind::StorageFull;
                let hint = if full {
                    "make room on the disk; the text is still in the window"
                } else {
                    "the text is still in the window; save again when the disk can be written"
                };
                let code = if full { "disk-full" } else { "disk" };
                Self {
                    place: Some(path.display().to_string()),
                    ..Self::new(Class::Environment, code, message).hint(hint)
                }
            }
        }
    }
}

/// Failures of `mailing` bear their code and hint already; only whose matter they are is decided here.
macro_rules! from_mailing {
    ($($error:ty => $class:expr),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let class: fn(&$error) -> Class = $class;
                Self::new(class(&error), error.code(), &error).hint(error.hint())
            }
        }
    )*};
}

from_mailing! {
    StoreError => |_| Class::Environment,
    SegmentError => |_| Class::Usage,
    ImportError => |error| match error {
        ImportError::Store(_) => Class::Environment,
        ImportError::NoSuchColumn { .. } | ImportError::NoBasis | ImportError::NoSuchImport { .. } => Class::Usage,
        _ => Class::Work,
    },
    FreezeError => |error| if matches!(error, FreezeError::Store(_)) { Class::Environment } else { Class::Work },
    ExportError => |_| Class::Environment,
    PullError => |error| if matches!(error, PullError::Address { .. }) { Class::Work } else { Class::Environment },
    InboxError => |error| if matches!(error, InboxError::Plain) { Class::Usage } else { Class::Environment },
    KeyError => |error| match error {
        KeyError::BadSelector { .. } | KeyError::BadDomain { .. } | KeyError::Exists { .. } => Class::Usage,
        KeyError::Missing { .. } => Class::Work,
        KeyError::Unusable { .. } | KeyError::Making | KeyError::File { .. } => Class::Environment,
    },
    KeyringError => |_| Class::Environment,
    DnsError => |_| Class::Environment,
    TestError => |_| Class::Environment,
    InviteError => |error| if matches!(error, InviteError::ManyRefused { .. }) { Class::Work } else { Class::Environment },
    SendError => |error| if matches!(error, SendError::Paused { .. } | SendError::Over { .. }) { Class::Work } else { Class::Environment },
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        Self::new(Class::Usage, error.code(), error)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Start { .. } => Self::new(Class::Environment, "engine-start", message),
            EngineError::Killed { .. } => Self::new(Class::Work, "engine-killed", message)
                .hint("the last good pages stay; shorten or simplify what was just changed"),
            EngineError::Superseded => Self::new(Class::Work, "superseded", message),
            EngineError::NothingLaidOut => Self::new(Class::Work, "no-pages", message),
            EngineError::NoSuchPage(_) => Self::new(Class::Work, "no-such-page", message),
            EngineError::Refused(findings) => {
                let faults: Vec<String> = findings.iter().map(ToString::to_string).collect();
                Self::new(Class::Work, "pdf-refused", format!("{message}\n{}", faults.join("\n")))
            }
        }
    }
}
