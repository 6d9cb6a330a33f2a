//! Builds the window's page, capabilities and icons into the executable.

fn main() {
    tauri_build::build();
}
