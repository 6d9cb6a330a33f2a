//! The picture on the clipboard, for web views that keep it from the page.
//!
//! WebKitGTK tells a page that something was pasted and hands it no picture; the other systems' web views do, so there
//! this has nothing to add.

use desk::{Class, Failure};
use tauri::AppHandle;
use tauri::ipc::Response;

/// The clipboard's picture as PNG; no bytes where there is none.
#[tauri::command]
pub(crate) async fn clipboard_picture(app: AppHandle) -> Result<Response, Failure> {
    let (tell, told) = std::sync::mpsc::channel();
    let gone = |fault: &dyn std::fmt::Display| Failure::new(Class::Environment, "clipboard", fault);
    // GTK speaks on the thread of the window alone.
    app.run_on_main_thread(move || drop(tell.send(picture()))).map_err(|fault| gone(&fault))?;
    let bytes = tauri::async_runtime::spawn_blocking(move || told.recv()).await.map_err(|fault| gone(&fault))?;
    Ok(Response::new(bytes.map_err(|fault| gone(&fault))?))
}

#[cfg(target_os = "linux")]
fn picture() -> Vec<u8> {
    let clipboard = gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD);
    let picture = clipboard.wait_for_image().and_then(|picture| picture.save_to_bufferv("png", &[]).ok());
    picture.unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn picture() -> Vec<u8> {
    Vec::new()
}
