//! `masthead`: the desk without a screen.
//!
//! Results go to standard output, as words or with `--json` as data; messages and progress to standard error. Exit
//! codes: 0 done, 1 findings or failures in the work, 2 wrong usage, 3 the environment (disk, network, lock).

mod arguments;
mod backups;
mod catch;
mod domain;
mod flatplan;
mod inbox;
mod issue;
mod new;
mod output;
mod people;
mod progress;
mod send;
mod unsubscribe;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use desk::{Class, Desk, EngineCommand, Failure};

use arguments::{Arguments, Command, New};
use output::Output;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(desk::ENGINE_ARGUMENT) {
        return desk::serve_engine();
    }
    let arguments = Arguments::parse();
    let output = Output { json: arguments.json };
    match run(arguments, output) {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure);
            exit_code(failure.class)
        }
    }
}

/// What a failure ends the program with.
fn exit_code(class: Class) -> ExitCode {
    ExitCode::from(match class {
        Class::Work => 1,
        Class::Usage => 2,
        Class::Environment => 3,
    })
}

fn run(arguments: Arguments, output: Output) -> Result<ExitCode, Failure> {
    if let Command::Catch(catch) = &arguments.command {
        return catch::catch(catch);
    }
    if let Command::New { command: New::Publication { folder, name, language, house } } = &arguments.command {
        let house = house.clone();
        return new::publication(folder, name.as_deref(), language, (data(&arguments), house), output);
    }
    let desk = desk(&arguments)?;
    match &arguments.command {
        Command::New { command } => new::new(&desk, command, output),
        Command::Check { issue, fix, spelling } => issue::check(&desk, issue, (*fix, *spelling), output),
        Command::Flatplan(asked) => flatplan::flatplan(&desk, asked, output),
        Command::Build(build) => issue::build(&desk, build, output),
        Command::Render(render) => issue::render(&desk, render, output),
        Command::Subscribers { command } => people::subscribers(&desk, command, output),
        Command::Segments { command } => people::segments(&desk, command, output),
        Command::Send(send) => send::send(&desk, send, output),
        Command::Inbox { command } => inbox::inbox(&desk, command, output),
        Command::Domain { command } => domain::domain(&desk, command, output),
        Command::Password { command } => inbox::password(&desk, command, output),
        Command::Ledger(ledger) => send::ledger(&desk, ledger, output),
        Command::Backup { to } => backups::backup(&desk, to.as_deref(), output),
        Command::Backups => backups::backups(&desk, output),
        Command::Restore { backup } => backups::restore(&desk, backup, output),
        Command::UnsubscribeBox { command } => unsubscribe::unsubscribe_box(&desk, command, output),
        Command::Catch(_) => Ok(ExitCode::SUCCESS),
    }
}

fn desk(arguments: &Arguments) -> Result<Desk, Failure> {
    let here = || std::env::current_dir().unwrap_or_default();
    let publication = match &arguments.publication {
        Some(folder) => folder.clone(),
        None => desk::find_publication(&here()).unwrap_or_else(here),
    };
    let engine = EngineCommand { program: program()?, arguments: vec![desk::ENGINE_ARGUMENT.to_owned()] };
    Desk::open(&publication, &data(arguments), engine)
}

fn data(arguments: &Arguments) -> PathBuf {
    arguments.data.clone().unwrap_or_else(desk::default_data_folder)
}

fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        Failure::new(Class::Environment, "no-executable", format!("could not find this program: {error}"))
    })
}
