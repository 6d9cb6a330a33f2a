//! The page engine's process: the same executable with one argument.

use std::process::ExitCode;

pub use typesetting::EngineCommand;

/// The first argument that makes an executable the page engine.
pub const ENGINE_ARGUMENT: &str = "typesetting-engine";

/// Serves as the page engine on standard input and output, until the desk closes them.
#[must_use]
pub fn serve_engine() -> ExitCode {
    match typesetting::serve() {
        Ok(()) => ExitCode::SUCCESS,
        // The desk reads the reason from the broken pipe and the exit code; there is nobody else to tell.
        Err(_) => ExitCode::FAILURE,
    }
}
