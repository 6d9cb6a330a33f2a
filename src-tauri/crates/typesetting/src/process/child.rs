//! The child's side.

use std::io::{self, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::protocol::{self, Blob, Diagnostic, Haste, PdfOrder, PictureFormat, Reply, Request};
use crate::picture::{self, Easel};
use crate::press::Press;

/// What the process may map: 2 GiB for pages, and 1.5 for the program, its libraries and the stacks of its threads,
/// which count as well although nobody touches them.
#[cfg(unix)]
const ADDRESS_SPACE: u64 = 3_584 * 1024 * 1024;

/// Deeply nested tables and lists need more than the usual 2 MiB.
pub(crate) const STACK: usize = 32 * 1024 * 1024;

/// The child's side: answers requests from standard input on standard output until the input ends.
///
/// Limits its own memory first. Nothing else may write to standard output meanwhile.
///
/// # Errors
/// When the limit cannot be set or the pipe breaks.
pub fn serve() -> io::Result<()> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, ADDRESS_SPACE, ADDRESS_SPACE)?;
    let requests = requests();
    let output = Mutex::new(BufWriter::new(io::stdout()));
    let mut desk = Desk::default();
    loop {
        match desk.next(&requests) {
            Ok(request) => desk.answer(request, &output)?,
            Err(RecvTimeoutError::Timeout) => desk.press.tidy(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// After a layout the picture is asked for within a millisecond or two; what waits longer than this is a person.
const PAUSE: Duration = Duration::from_millis(12);

/// What the child has before it.
#[derive(Default)]
struct Desk {
    press: Press,
    easel: Easel,
}

/// Reads on a thread of its own, so that a parent that has gone is noticed during a compile that never ends.
fn requests() -> Receiver<Request> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut input = BufReader::new(io::stdin());
        while let Ok(request) = protocol::read(&mut input) {
            if sender.send(request).is_err() {
                return;
            }
        }
        std::process::exit(0);
    });
    receiver
}

impl Desk {
    fn next(&self, requests: &Receiver<Request>) -> Result<Request, RecvTimeoutError> {
        match self.press.is_untidy() {
            true => requests.recv_timeout(PAUSE),
            false => requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn answer(&mut self, request: Request, output: &Mutex<impl Write + Send>) -> io::Result<()> {
        let Some(request) = self.learn(request) else { return Ok(()) };
        let press = &mut self.press;
        let reply = match request {
            Request::Compile(documents, haste) => {
                let paths: Vec<String> = documents.iter().map(|document| document.path.clone()).collect();
                for document in &documents {
                    press.put_document(document);
                }
                compile(press, &paths, haste, output)?;
                Reply::Done
            }
            Request::Picture { path, page, ppi, format } => {
                Reply::Bytes(self.picture(&path, page, ppi, format).map(Blob))
            }
            Request::Pdf(order) => pdf(press, &order)?,
            Request::Click { path, page, x, y } => Reply::Hit(press.click(&path, page, x, y)),
            Request::Locate { path, byte } => Reply::Box(press.locate(&path, byte)),
            Request::Fonts(_) | Request::Date(..) | Request::Put(..) | Request::Remove(_) | Request::Proxies => {
                return Ok(());
            }
        };
        send(output, &reply)
    }

    fn picture(&mut self, path: &str, number: usize, ppi: f64, format: PictureFormat) -> Option<Vec<u8>> {
        let page = self.press.document(path)?.pages().get(number)?;
        match format {
            _ if ppi > picture::WHILE_TYPING => picture::draw(&self.press.sharp(page), ppi, format),
            PictureFormat::Jpeg => self.easel.draw(path, number, page, ppi),
            PictureFormat::Png => picture::draw(page, ppi, format),
        }
    }

    /// Takes what only changes the files; gives back what asks for an answer.
    fn learn(&mut self, request: Request) -> Option<Request> {
        let press = &mut self.press;
        match request {
            Request::Fonts(fonts) => press.load_fonts(fonts),
            Request::Date(year, month, day) => press.set_date(year, month, day),
            Request::Put(path, Blob(bytes)) => press.put(&path, bytes),
            Request::Remove(path) => press.remove(&path),
            Request::Proxies => press.use_proxies(),
            other => return Some(other),
        }
        None
    }
}

/// The PDF, with the photographs themselves although the pages before the editor may stand with stand-ins.
fn pdf(press: &mut Press, order: &PdfOrder) -> io::Result<Reply> {
    let kept = press.put_proxies_away();
    if kept.is_some() {
        let laid_out = Mutex::new(Vec::new());
        at_once(&order.documents, |path| {
            lock(&laid_out).extend(lay_out(press, path).0.map(|document| (path.to_owned(), document)));
            Ok(())
        })?;
        press.keep(laid_out.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
    let reply = match press.pdf(order) {
        Ok(bytes) => Reply::Bytes(Some(Blob(bytes))),
        Err(faults) => Reply::Refused(faults),
    };
    if let Some(kept) = kept {
        press.take_proxies_again(kept);
    }
    Ok(reply)
}

/// Lays documents out and tells of each as it is finished.
fn compile(press: &mut Press, paths: &[String], haste: Haste, output: &Mutex<impl Write + Send>) -> io::Result<()> {
    let finished = Mutex::new(Vec::new());
    at_once(paths, |path| {
        send(output, &Reply::Started(path.to_owned()))?;
        let soon = (haste == Haste::Yes).then(|| lay_out_in_a_hurry(press, path)).flatten();
        let settled = soon.is_none();
        let (document, diagnostics) = soon.map_or_else(|| lay_out(press, path), |soon| (Some(soon), Vec::new()));
        let outcome = document.as_ref().map(|document| press.laid_out(path, document)).ok_or(());
        send(output, &Reply::Compiled { path: path.to_owned(), outcome, diagnostics, settled })?;
        lock(&finished).extend(document.map(|document| (path.to_owned(), document)));
        Ok(())
    })?;
    press.keep(finished.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(())
}

/// Does something with each document, as many at once as there are processors.
fn at_once(paths: &[String], work: impl Fn(&str) -> io::Result<()> + Sync) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    let waiting = Mutex::new(paths.iter());
    let work = || -> io::Result<()> {
        loop {
            let Some(path) = lock(&waiting).next() else { return Ok(()) };
            work(path)?;
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)).collect();
        workers.into_iter().try_for_each(|worker| match worker?.join() {
            Ok(result) => result,
            Err(_) => Err(io::Error::other("a worker of the page engine failed")),
        })
    })
}

/// A fault of the engine itself costs one document, not the process.
fn lay_out(press: &Press, path: &str) -> (Option<typst_layout::PagedDocument>, Vec<Diagnostic>) {
    catch_unwind(AssertUnwindSafe(|| press.compile(path))).unwrap_or_else(|_| {
        let message = "the page engine itself failed on this document".to_owned();
        (None, vec![Diagnostic { is_error: true, message, hints: Vec::new(), own: None, elsewhere: None }])
    })
}

/// A fault of the engine itself is told when it comes up again, without the hurry.
fn lay_out_in_a_hurry(press: &Press, path: &str) -> Option<typst_layout::PagedDocument> {
    catch_unwind(AssertUnwindSafe(|| press.compile_in_a_hurry(path))).ok().flatten()
}

fn send(output: &Mutex<impl Write>, reply: &Reply) -> io::Result<()> {
    protocol::write(&mut *lock(output), reply)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
