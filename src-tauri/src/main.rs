//! Masthead's window: a thin shell around `desk`.
//!
//! The same program is the page engine when its first argument says so; that is decided before anything of the window
//! is set up. Nothing in here knows what a manuscript, a page or a subscriber is.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod reveal;
mod window;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::window::Door;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(desk::ENGINE_ARGUMENT) {
        return desk::serve_engine();
    }
    let arguments = Arguments::parse();
    #[cfg(target_os = "linux")]
    if std::env::var_os(DMABUF).is_none() {
        return start_again_without_dmabuf();
    }
    open_window(arguments)
}

fn open_window(arguments: Arguments) -> ExitCode {
    let window = tauri::Builder::default()
        .manage(Door::new(arguments))
        .invoke_handler(tauri::generate_handler![
            window::rpc,
            window::export,
            window::work,
            window::hand_over,
            window::reveal,
            window::reveal_list
        ])
        .register_asynchronous_uri_scheme_protocol("page", window::page)
        .run(tauri::generate_context!());
    match window {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => environment_failed(&fault),
    }
}

/// With some graphics drivers WebKitGTK's DMA-BUF renderer leaves the window blank.
#[cfg(target_os = "linux")]
const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// WebKit reads the variable from this process's own environment, and changing that while the program runs is unsafe
/// in Rust: so the program takes its own place once more, with the variable set from the start. The process id stays.
#[cfg(target_os = "linux")]
fn start_again_without_dmabuf() -> ExitCode {
    use std::os::unix::process::CommandExt;

    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(fault) => return environment_failed(&fault),
    };
    let fault = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(DMABUF, "1").exec();
    environment_failed(&fault)
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn environment_failed(fault: &dyn std::error::Error) -> ExitCode {
    eprintln!("error: the window could not be opened: {fault}");
    ExitCode::from(3)
}
