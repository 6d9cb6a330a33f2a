//! Masthead's window: a thin shell around `desk`.
//!
//! The same program is the page engine when its first argument says so; that is decided before anything of the window
//! is set up. Nothing in here knows what a manuscript, a page or a subscriber is.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod clipboard;
mod frame;
mod reveal;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use desk::{Class, Doorbell, Entry, Failure};
use tauri::{Manager, RunEvent};

use crate::arguments::Arguments;
use crate::window::Door;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(desk::ENGINE_ARGUMENT) {
        return desk::serve_engine();
    }
    let arguments = Arguments::parse();
    #[cfg(target_os = "linux")]
    if let Err(fault) = go_without_dmabuf() {
        return environment_failed(&fault);
    }
    match enter(&arguments) {
        Ok(Entry::First(doorbell)) => open_window(arguments, Some(doorbell)),
        Ok(Entry::Unguarded) => open_window(arguments, None),
        Ok(Entry::Heard) => ExitCode::SUCCESS,
        Err(failure) => refuse(&failure),
    }
}

/// Takes the data folder, or hands over to the window that has it.
fn enter(arguments: &Arguments) -> Result<Entry, Failure> {
    arguments.called()?;
    let here = std::env::current_dir().map_err(|fault| window::environment(&fault))?;
    desk::enter(&arguments.data(), &arguments.ring(&here))
}

fn open_window(arguments: Arguments, doorbell: Option<Doorbell>) -> ExitCode {
    let data = arguments.data();
    let window = tauri::Builder::default()
        .manage(Door::new(arguments))
        .manage(frame::Kept::new(&data))
        .invoke_handler(tauri::generate_handler![
            window::rpc,
            window::called,
            window::export,
            window::work,
            window::hand_over,
            clipboard::clipboard_picture,
            window::reveal,
            window::reveal_list,
            frame::zoom,
            frame::note
        ])
        .register_asynchronous_uri_scheme_protocol("page", window::page)
        .setup(move |app| {
            app.state::<Arc<Door>>().inner().open_ahead();
            frame::open(app, data, doorbell)
        })
        .build(tauri::generate_context!());
    match window {
        Ok(window) => {
            window.run(|app, event| {
                if matches!(event, RunEvent::Exit) {
                    app.state::<frame::Kept>().finish();
                }
            });
            ExitCode::SUCCESS
        }
        Err(fault) => environment_failed(&fault),
    }
}

/// With some graphics drivers WebKitGTK's DMA-BUF renderer leaves the window blank.
#[cfg(target_os = "linux")]
const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// WebKit reads the variable from this process's own environment, which may be changed only while the program has one
/// thread: before anything else is set up.
#[cfg(target_os = "linux")]
fn go_without_dmabuf() -> Result<(), gtk::glib::BoolError> {
    // Whoever set it to something else knows their driver.
    gtk::glib::setenv(DMABUF, "1", false)
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn environment_failed(fault: &dyn std::error::Error) -> ExitCode {
    eprintln!("error: the window could not be opened: {fault}");
    ExitCode::from(3)
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn refuse(failure: &Failure) -> ExitCode {
    eprintln!("error: {}", failure.message);
    if let Some(hint) = &failure.hint {
        eprintln!("  hint: {hint}");
    }
    ExitCode::from(if failure.class == Class::Usage { 2 } else { 3 })
}
