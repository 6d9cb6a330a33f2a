//! Showing a file in the system's own file manager.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Opens the file's folder with the file chosen, as far as the system can.
pub(crate) fn in_folder(file: &Path) -> io::Result<()> {
    if cfg!(target_os = "macos") {
        return succeed(Command::new("open").arg("-R").arg(file));
    }
    if cfg!(windows) {
        // Explorer answers 1 even when it did what was asked.
        return run(Command::new("explorer").arg(format!("/select,{}", file.display()))).map(drop);
    }
    succeed(&mut file_manager(file)).or_else(|_| {
        let folder = file.parent().unwrap_or(file);
        succeed(Command::new("xdg-open").arg(folder))
    })
}

/// The freedesktop call that file managers answer by showing the folder and choosing the file.
fn file_manager(file: &Path) -> Command {
    let mut call = Command::new("dbus-send");
    call.args(["--session", "--print-reply", "--reply-timeout=3000", "--dest=org.freedesktop.FileManager1"])
        .args(["--type=method_call", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowItems"])
        .arg(format!("array:string:{}", address(file)))
        .arg("string:");
    call
}

/// A file's address, with every sign in it that addresses or `dbus-send` read as something else written as a number.
fn address(file: &Path) -> String {
    let sign = |byte: u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    format!("file://{}", file.as_os_str().as_encoded_bytes().iter().map(|byte| sign(*byte)).collect::<String>())
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let status = run(command)?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

fn run(command: &mut Command) -> io::Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::address;

    #[test]
    fn a_files_address_holds_no_sign_that_means_something_else() {
        let file = Path::new("/home/ana/Orașul, 1/2026-q4-screen.pdf");
        assert_eq!(address(file), "file:///home/ana/Ora%C8%99ul%2C%201/2026-q4-screen.pdf");
    }
}
