//! What comes back, on the command line; and the passwords it takes.

use std::process::ExitCode;

use desk::{
    Account, Address, Class, Desk, Failure, InboxReport, PasswordSource, ReturnFilter, ReturnKind, ReturnRecord,
    ReturnUndone,
};
use serde_json::json;

use crate::arguments::{Inbox, Password, PasswordFrom, Which};
use crate::output::{Output, count};
use crate::progress;

/// `masthead inbox …`
pub(crate) fn inbox(desk: &Desk, command: &Inbox, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Inbox::Sync { password } => sync(desk, &password.source(), output),
        Inbox::List { kind, address, limit } => {
            let kinds = kind.iter().map(|word| named(word)).collect::<Result<_, _>>()?;
            let address = address.as_deref().map(str::parse::<Address>).transpose()?;
            let found = desk.returns(&ReturnFilter { kinds, address, before: None, limit: *limit })?;
            output.result(&found, || found.iter().map(line).collect::<Vec<_>>().join("\n"));
            Ok(ExitCode::SUCCESS)
        }
        Inbox::Show { id } => {
            let found = desk.returned(*id)?;
            output.result(&found, || format!("{}\n\n{}", line(&found.decision), found.report));
            Ok(ExitCode::SUCCESS)
        }
        Inbox::Undo { id } => {
            let undone = desk.undo_return(*id)?;
            output.result(&undone, || match undone {
                ReturnUndone::Done { active: true } => "taken back; the person gets mail again".to_owned(),
                ReturnUndone::Done { active: false } => "taken back; another reason still stands".to_owned(),
                ReturnUndone::Before | ReturnUndone::Unknown => "it was taken back before".to_owned(),
            });
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn sync(desk: &Desk, password: &PasswordSource, output: Output) -> Result<ExitCode, Failure> {
    let bar = progress::bar(0, "reading the mailbox");
    let report = desk.read_inbox(password, &mut |now| bar.set_position(now.read));
    bar.finish_and_clear();
    let report = report?;
    output.result(&report, || told(&report));
    // An alert is about the sender, and somebody should look at it.
    Ok(if report.alerts > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn told(report: &InboxReport) -> String {
    let mut lines = vec![format!(
        "{} read: {}, {}, {}, {} who left, {} who confirmed",
        count(report.read, "mail"),
        count(report.hard_bounces, "hard bounce"),
        count(report.soft_bounces, "soft bounce"),
        count(report.complaints, "complaint"),
        report.unsubscribed,
        report.confirmed,
    )];
    lines.push(format!(
        "  {} still tried, {} known already, {} about nobody here, {} automatic, {} other",
        report.delays, report.again, report.nobody, report.automatic, report.other
    ));
    if report.restarted {
        lines.push("  the mailbox was numbered anew, so it was read from its start; nothing counted twice".to_owned());
    }
    if report.alerts > 0 {
        lines.push(format!(
            "  {} because of the sender or the letter; no reader was touched\n  hint: `masthead inbox list --kind policy` \
             shows the servers' words, `masthead domain check` looks at SPF, DKIM and DMARC",
            count(report.alerts, "refusal")
        ));
    }
    lines.join("\n")
}

fn line(found: &ReturnRecord) -> String {
    let person = found.address.as_deref().unwrap_or("(erased)");
    let mut marks = Vec::new();
    marks.extend(found.guessed.then_some("guessed"));
    marks.extend((found.known_by == "guess").then_some("changed nobody"));
    marks.extend(found.undone.map(|_| "taken back"));
    let marks = if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join(", ")) };
    format!("{:>6}  {}  {:<12} {person}{marks}: {}", found.id, found.happened, found.kind.word(), found.words)
}

fn named(word: &str) -> Result<ReturnKind, Failure> {
    ReturnKind::named(word).ok_or_else(|| {
        let known: Vec<String> = ReturnKind::ALL.iter().map(|kind| format!("`{}`", kind.word())).collect();
        Failure::new(Class::Usage, "bad-kind", format!("nothing comes back as `{word}`"))
            .hint(format!("known: {}", known.join(", ")))
    })
}

/// `masthead password …`
pub(crate) fn password(desk: &Desk, command: &Password, output: Output) -> Result<ExitCode, Failure> {
    match command {
        Password::Keep { which, from } => {
            let mut source = from.source();
            if source.file.is_none() && source.descriptor.is_none() {
                // Standard input: piped, or typed.
                source.descriptor = Some(0);
            }
            let server = desk.keep_password(which.account(), &source)?;
            output.result(&json!({ "kept": server }), || format!("the keyring holds the password of `{server}`"));
        }
        Password::Forget { which } => {
            let gone = desk.forget_password(which.account())?;
            output.result(&json!({ "forgotten": gone }), || {
                if gone { "taken out of the keyring" } else { "the keyring did not hold it" }.to_owned()
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl PasswordFrom {
    /// Where the password is to be taken from.
    pub(crate) fn source(&self) -> PasswordSource {
        PasswordSource { file: self.password_file.clone(), descriptor: self.password_fd }
    }
}

impl Which {
    fn account(self) -> Account {
        match self {
            Which::Relay => Account::Relay,
            Which::Inbox => Account::Inbox,
        }
    }
}
