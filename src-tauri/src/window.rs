//! The window's two doors to the desk: the `rpc` command and the `page:` protocol.
//!
//! Both only hand over; what a request means is known by `desk` alone. The desk is opened beside the window and,
//! after a failure, again with the next request, so that the window comes up at once and "Try again" means it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use desk::rpc::{
    CalledView, ExportStep, Exported, WelcomeAnswer, WelcomeRequest, WindowAnswer, WindowRequest, Work, WorkDone,
    WorkStep,
};
use desk::{Called, Class, Desk, ENGINE_ARGUMENT, EngineCommand, Failure, Welcome};
use tauri::http::{Response, StatusCode, header};
use tauri::ipc::{Channel, InvokeBody};
use tauri::{Manager, State, UriSchemeContext, UriSchemeResponder, Wry};

use crate::arguments::Arguments;
use crate::reveal;

/// The desk behind the window, once it could be opened.
pub(crate) struct Door {
    arguments: Arguments,
    desk: Mutex<Option<Arc<Desk>>>,
    /// What somebody asked to open, until the page hears of it.
    called: Mutex<Option<Called>>,
}

impl Door {
    pub(crate) fn new(arguments: Arguments) -> Arc<Self> {
        // A path that leads nowhere was refused before there was a window.
        let called = Mutex::new(arguments.called().ok().flatten());
        Arc::new(Self { arguments, desk: Mutex::new(None), called })
    }

    /// Something is to be opened when the page asks next.
    pub(crate) fn call(&self, called: Called) {
        *self.called.lock().unwrap_or_else(PoisonError::into_inner) = Some(called);
    }

    fn take_call(&self) -> Option<CalledView> {
        let called = self.called.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        Some(called.view(desk.as_ref().map(|desk| desk.folder())))
    }

    /// The desk, opened now if it is not yet. Blocks while it opens.
    fn desk(&self) -> Result<Arc<Desk>, Failure> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = desk.as_ref() {
            return Ok(Arc::clone(open));
        }
        let opened = Arc::new(self.open()?);
        *desk = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Opens the desk while the web view comes up. The first request takes it, or finds out anew why there is none.
    pub(crate) fn open_ahead(self: &Arc<Self>) {
        let door = Arc::clone(self);
        std::thread::spawn(move || drop(door.desk()));
    }

    fn open(&self) -> Result<Desk, Failure> {
        let here = std::env::current_dir().map_err(|fault| environment(&fault))?;
        let publication = match self.arguments.publication(&here) {
            Some(publication) => publication,
            None => self.welcome()?.last().ok_or_else(|| {
                Failure::new(Class::Usage, "no-publication-yet", "no publication was opened on this computer yet")
            })?,
        };
        self.desk_of(&publication)
    }

    fn desk_of(&self, publication: &Path) -> Result<Desk, Failure> {
        let engine = EngineCommand { program: program()?, arguments: vec![ENGINE_ARGUMENT.to_owned()] };
        Desk::open(publication, &self.arguments.data(), engine)
    }

    /// Answers what is asked before a publication is open, or to open another one.
    fn answer_welcome(&self, request: WelcomeRequest) -> Result<WelcomeAnswer, Failure> {
        self.welcome()?.answer(request, |publication| {
            let opened = Arc::new(self.desk_of(publication)?);
            *self.desk.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
            Ok(())
        })
    }

    fn welcome(&self) -> Result<Welcome, Failure> {
        let place = desk::default_place();
        Ok(Welcome::new(&self.arguments.data(), &place, self.arguments.house(&program()?)))
    }
}

fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|fault| environment(&fault))
}

/// Answers one request of the page.
#[tauri::command]
pub(crate) async fn rpc(request: WindowRequest, door: State<'_, Arc<Door>>) -> Result<WindowAnswer, Failure> {
    let door = Arc::clone(&door);
    let answer = tauri::async_runtime::spawn_blocking(move || match request {
        WindowRequest::Welcome(request) => door.answer_welcome(request).map(WindowAnswer::Welcome),
        WindowRequest::Desk(request) => door.desk()?.answer(request).map(WindowAnswer::Desk),
    });
    answer.await.unwrap_or_else(|fault| Err(environment(&fault)))
}

/// What somebody asked to open when they started the program, here or a second time; told once.
#[tauri::command]
pub(crate) async fn called(door: State<'_, Arc<Door>>) -> Result<Option<CalledView>, Failure> {
    let door = Arc::clone(&door);
    tauri::async_runtime::spawn_blocking(move || door.take_call()).await.map_err(|fault| environment(&fault))
}

/// Writes an issue's PDFs and tells how far it is.
#[tauri::command]
pub(crate) async fn export(
    issue: String,
    targets: Vec<String>,
    told: Channel<ExportStep>,
    door: State<'_, Arc<Door>>,
) -> Result<Exported, Failure> {
    let door = Arc::clone(&door);
    let run = move || {
        // A window that is gone hears nothing more; its export goes on to the end.
        door.desk()?.export_pdfs(&issue, &targets, |step| drop(told.send(step)))
    };
    tauri::async_runtime::spawn_blocking(run).await.unwrap_or_else(|fault| Err(environment(&fault)))
}

/// Does a long work that the page calls `number`, and tells how far it is.
#[tauri::command]
pub(crate) async fn work(
    number: u32,
    work: Work,
    told: Channel<WorkStep>,
    door: State<'_, Arc<Door>>,
) -> Result<WorkDone, Failure> {
    let door = Arc::clone(&door);
    // A window that is gone hears nothing more; what it began goes on or stops where the ledger can tell.
    let run = move || door.desk()?.work(number, work, &|step| drop(told.send(step)));
    tauri::async_runtime::spawn_blocking(run).await.unwrap_or_else(|fault| Err(environment(&fault)))
}

/// Keeps a file that somebody handed over; the body is its bytes, the header `name` its name as in an address.
#[tauri::command]
pub(crate) async fn hand_over(request: tauri::ipc::Request<'_>, door: State<'_, Arc<Door>>) -> Result<String, Failure> {
    let InvokeBody::Raw(bytes) = request.body().clone() else {
        return Err(Failure::new(Class::Usage, "no-bytes", "a file is handed over as bytes"));
    };
    let name = request.headers().get("name").and_then(|name| name.to_str().ok()).map(from_address).unwrap_or_default();
    let door = Arc::clone(&door);
    let run = move || door.desk()?.take_file(&name, &bytes);
    tauri::async_runtime::spawn_blocking(run).await.unwrap_or_else(|fault| Err(environment(&fault)))
}

/// Shows a list that was written in the system's file manager.
#[tauri::command]
pub(crate) async fn reveal_list(name: String, door: State<'_, Arc<Door>>) -> Result<(), Failure> {
    let door = Arc::clone(&door);
    let run = move || show(&door.desk()?.written_file(&name)?);
    tauri::async_runtime::spawn_blocking(run).await.unwrap_or_else(|fault| Err(environment(&fault)))
}

/// Shows a PDF that was written in the system's file manager.
#[tauri::command]
pub(crate) async fn reveal(issue: String, target: String, door: State<'_, Arc<Door>>) -> Result<(), Failure> {
    let door = Arc::clone(&door);
    let run = move || show(&door.desk()?.exported_file(&issue, &target)?);
    tauri::async_runtime::spawn_blocking(run).await.unwrap_or_else(|fault| Err(environment(&fault)))
}

fn show(file: &Path) -> Result<(), Failure> {
    reveal::in_folder(file).map_err(|fault| {
        let message = format!("the folder could not be shown: {fault}");
        Failure::new(Class::Environment, "no-file-manager", message).hint(format!("the file is `{}`", file.display()))
    })
}

/// `a%C8%99i.csv` as `ași.csv`.
fn from_address(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digits = others.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Answers `page://localhost/ISSUE/HASH/PPI.jpg` with the picture of a page, and `…/mail/HASH/WIDTH.jpg` with that of a
/// mail, from a thread of its own.
pub(crate) fn page(
    context: UriSchemeContext<'_, Wry>,
    request: tauri::http::Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let door = Arc::clone(&context.app_handle().state::<Arc<Door>>());
    tauri::async_runtime::spawn_blocking(move || responder.respond(picture(&door, request.uri().path())));
}

fn picture(door: &Door, path: &str) -> Response<Vec<u8>> {
    let Some((issue, hash, ppi)) = picture_parts(path) else {
        return refusal(StatusCode::BAD_REQUEST, "not a page's address");
    };
    let drawn = door.desk().and_then(|desk| match issue {
        "mail" => desk.mail_picture(hash, ppi),
        issue => desk.page_picture(issue, hash, ppi),
    });
    match drawn {
        Ok(jpeg) => response(StatusCode::OK, "image/jpeg", jpeg),
        Err(failure) => refusal(StatusCode::NOT_FOUND, &failure.message),
    }
}

/// `/2026-q4/9f3c/108.jpg` as its issue, hash and pixels an inch.
fn picture_parts(path: &str) -> Option<(&str, &str, u32)> {
    let (issue, rest) = path.strip_prefix('/')?.split_once('/')?;
    let (hash, file) = rest.split_once('/')?;
    let ppi = file.strip_suffix(".jpg")?.parse().ok()?;
    Some((issue, hash, ppi))
}

fn refusal(status: StatusCode, message: &str) -> Response<Vec<u8>> {
    response(status, "text/plain; charset=utf-8", message.as_bytes().to_vec())
}

fn response(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    // A hash names its page for good, so a picture never grows stale; a refusal may be different next time.
    let keep = if status == StatusCode::OK { "public, max-age=31536000, immutable" } else { "no-store" };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(keep));
    response
}

pub(crate) fn environment(fault: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Environment, "environment", fault)
}

#[cfg(test)]
mod tests {
    use super::{from_address, picture_parts};

    #[test]
    fn a_handed_over_name_may_have_any_letter() {
        assert_eq!(from_address("abona%C8%9Bi%202026.csv"), "abonați 2026.csv");
        assert_eq!(from_address("100%.csv"), "100%.csv");
        assert_eq!(from_address("%"), "%");
    }

    #[test]
    fn a_pictures_address_names_issue_hash_and_sharpness() {
        assert_eq!(picture_parts("/2026-q4/9f3c/108.jpg"), Some(("2026-q4", "9f3c", 108)));
        for other in
            ["", "/", "/2026-q4", "/2026-q4/9f3c", "/2026-q4/9f3c/108.png", "/2026-q4/9f3c/-1.jpg", "/a/b/c/1.jpg"]
        {
            assert_eq!(picture_parts(other), None, "{other}");
        }
    }
}
