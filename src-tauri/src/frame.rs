//! The window's frame: it opens where it stood, and comes forward when the program is started a second time.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use desk::{Called, Doorbell, Failure, Screen, Stood};
use tauri::{App, AppHandle, Emitter, Manager, State, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::window::{Door, environment};

/// Somebody who drags an edge is done when nothing moved for so long.
const STILL: Duration = Duration::from_millis(400);

/// Opens the window where it stood; `doorbell` is heard as long as it is there.
pub(crate) fn open(app: &App, data: PathBuf, doorbell: Option<Doorbell>) -> Result<(), Box<dyn std::error::Error>> {
    let config = app.config().app.windows.first().ok_or("tauri.conf.json names no window")?;
    let stood = Stood::read(&data).on(&screens(app));
    let mut builder = WebviewWindowBuilder::from_config(app, config)?;
    builder = builder.inner_size(stood.width, stood.height).maximized(stood.maximised);
    if let Some(note) = desk::read_note(&data) {
        builder = builder.initialization_script(hand_in(&note));
    }
    if let Some([x, y]) = stood.at {
        builder = builder.position(x, y);
    }
    remember(&builder.build()?, stood);
    if let Some(doorbell) = doorbell {
        let handle = app.handle().clone();
        doorbell.listen(move |ring| come_forward(&handle, ring));
    }
    Ok(())
}

/// Shows the page so many times as large, as a browser does.
#[tauri::command]
pub(crate) async fn zoom(times: f64, window: WebviewWindow) -> Result<(), Failure> {
    // What is no number becomes the usual size.
    let times = if times.is_finite() { times.clamp(0.5, 3.0) } else { 1.0 };
    window.set_zoom(times).map_err(|fault| environment(&fault))
}

/// What the next window is to have of this one, on its way to the disk.
pub(crate) struct Kept {
    notes: Keeper<String>,
    stood: Keeper<Stood>,
}

impl Kept {
    /// Keeps it in this folder.
    pub(crate) fn new(data: &Path) -> Self {
        let (here, there) = (data.to_owned(), data.to_owned());
        let notes = Keeper::new(move |told| keep_notes(told, &here));
        Self { notes, stood: Keeper::new(move |told| keep(told, &there)) }
    }

    /// Waits until all of it is on the disk: what is older would be given to the next window.
    pub(crate) fn finish(&self) {
        self.notes.finish();
        self.stood.finish();
    }
}

/// Writes down what it is told on a thread of its own; nothing more once the window is gone.
struct Keeper<T>(Mutex<Option<(Sender<T>, JoinHandle<()>)>>);

impl<T: Send + 'static> Keeper<T> {
    fn new(keep: impl FnOnce(&Receiver<T>) + Send + 'static) -> Self {
        let (tell, told) = mpsc::channel();
        Self(Mutex::new(Some((tell, std::thread::spawn(move || keep(&told))))))
    }

    fn tell(&self, newest: T) {
        if let Some((tell, _)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = tell.send(newest);
        }
    }

    fn finish(&self) {
        let keeping = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((tell, keeper)) = keeping {
            drop(tell);
            let _ = keeper.join();
        }
    }
}

fn keep_notes(told: &Receiver<String>, data: &Path) {
    while let Ok(note) = told.recv() {
        let newest = told.try_iter().last().unwrap_or(note);
        // The page has what it said; a disk that refuses costs somebody their liking at the next start.
        let _ = desk::keep_note(data, &newest);
    }
}

/// Keeps what the page notes of how its writer likes it. It runs on the window's own thread, so that of two notes the
/// later one stays, and only passes them on.
#[tauri::command]
pub(crate) fn note(text: String, kept: State<'_, Kept>) {
    kept.notes.tell(text);
}

/// Gives the page its note before its own first line runs. Once: a page that is loaded anew has a newer one.
fn hand_in(note: &str) -> String {
    let note = serde_json::Value::from(note);
    format!(
        "if (sessionStorage.getItem('masthead.window') === null) {{
           sessionStorage.setItem('masthead.window', 'open');
           localStorage.setItem('masthead.window', {note});
         }}"
    )
}

fn screens(app: &App) -> Vec<Screen> {
    let screen = |monitor: &tauri::window::Monitor| {
        let scale = monitor.scale_factor();
        let (at, size) = (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
        Screen { at: [at.x, at.y], size: [size.width, size.height] }
    };
    app.available_monitors().unwrap_or_default().iter().map(screen).collect()
}

/// Keeps where the window stands, a moment after it moved: one that is killed opens there too. One that is closed before
/// that moment is over keeps it on its way out.
fn remember(window: &WebviewWindow, stood: Stood) {
    let stood = Mutex::new(stood);
    let moved = window.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Resized(_) | WindowEvent::Moved(_) | WindowEvent::CloseRequested { .. }) {
            // Asked here, on the window's own thread: when the other one gets to it, the window may be gone.
            let mut stood = stood.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = now(&moved, &mut stood).map(|()| moved.state::<Kept>().stood.tell(*stood));
        }
    });
}

fn keep(told: &Receiver<Stood>, data: &Path) {
    while let Ok(mut stood) = told.recv() {
        while let Ok(newer) = told.recv_timeout(STILL) {
            stood = newer;
        }
        // A place that could not be kept costs somebody a drag of the mouse.
        let _ = stood.keep(data);
    }
}

/// A window that fills its screen keeps the size it had before, and one that is put away says nothing.
fn now(window: &WebviewWindow, stood: &mut Stood) -> tauri::Result<()> {
    if window.is_minimized()? {
        return Ok(());
    }
    stood.maximised = window.is_maximized()?;
    if !stood.maximised {
        let scale = window.scale_factor()?;
        let size = window.inner_size()?.to_logical::<f64>(scale);
        let at = window.outer_position()?.to_logical::<f64>(scale);
        *stood = Stood { width: size.width, height: size.height, at: Some([at.x, at.y]), maximised: false };
    }
    Ok(())
}

/// The program was started again: what that start was to open is opened here.
fn come_forward(app: &AppHandle, ring: desk::Ring) {
    if let Some(called) = ring.open.as_deref().and_then(|path| Called::of(path).ok()) {
        app.state::<Arc<Door>>().call(called);
        // A window that is still loading asks by itself.
        let _ = app.emit("called", ());
    }
    let handle = app.clone();
    // A window that cannot come forward is there all the same.
    let _ = app.run_on_main_thread(move || {
        if let Some(window) = handle.get_webview_window("main") {
            let _ = raise(&window, ring.token.as_deref());
        }
    });
}

fn raise(window: &WebviewWindow, token: Option<&str>) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(token) = token {
        gtk::prelude::GtkWindowExt::set_startup_id(&window.gtk_window()?, token);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = token;
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

#[cfg(test)]
mod tests {
    use desk::Stood;

    use super::Kept;

    #[test]
    fn the_last_note_before_the_end_is_the_one_that_is_kept() {
        let data = tempfile::tempdir().expect("a folder");
        let kept = Kept::new(data.path());
        for number in 0..200 {
            kept.notes.tell(format!("{{\"page\":{number}}}"));
        }
        kept.finish();
        assert_eq!(desk::read_note(data.path()).as_deref(), Some("{\"page\":199}"));
        kept.finish();
        kept.notes.tell("{}".to_owned());
    }

    #[test]
    fn a_window_that_is_closed_at_once_keeps_where_it_was_moved_to() {
        let data = tempfile::tempdir().expect("a folder");
        let kept = Kept::new(data.path());
        let last = Stood { width: 1100.0, height: 700.0, at: Some([40.0, 30.0]), maximised: true };
        for left in 0..50 {
            kept.stood.tell(Stood { at: Some([f64::from(left), 0.0]), maximised: false, ..last });
        }
        kept.stood.tell(last);
        kept.finish();
        assert_eq!(Stood::read(data.path()), last);
    }
}
