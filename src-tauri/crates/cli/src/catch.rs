//! The mail catcher as a process of its own, for rehearsals and tests.
#![expect(clippy::print_stdout, reason = "the port is this command's result")]

use std::io::{self, Read, Write};
use std::process::ExitCode;

use desk::Failure;

use crate::arguments::Catch;

/// Runs the catcher until standard input ends; prints `{"port": N}` when it listens.
pub(crate) fn catch(catch: &Catch) -> Result<ExitCode, Failure> {
    let ready = |port| {
        println!("{{\"port\": {port}}}");
        // Whoever started the catcher and no longer listens has no use for the port either.
        let _ = io::stdout().flush();
    };
    let until = || {
        let mut rest = [0; 1024];
        while matches!(io::stdin().read(&mut rest), Ok(read) if read > 0) {}
    };
    desk::catch(&catch.folder, &catch.listen, ready, until)?;
    Ok(ExitCode::SUCCESS)
}
