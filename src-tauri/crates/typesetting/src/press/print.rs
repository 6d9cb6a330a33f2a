//! Laying the issue out in inks, beside the pages that the window shows.
//!
//! The same generated files are laid out once more, and see another `target.json`: nothing that was laid out for the
//! screen is forgotten, and what was made for print is gone when the PDF is written.

use std::sync::{Mutex, PoisonError};
use std::thread;

use typst::foundations::Bytes;
use typst_layout::PagedDocument;

use super::Press;
use crate::pdf;
use crate::pdf::print::Inks;
use crate::process::child::STACK;
use crate::process::protocol::{Diagnostic, PdfOrder};

type Fault = (String, Diagnostic);

impl Press {
    pub(super) fn print_pdf(&self, order: &PdfOrder) -> Result<Vec<u8>, Vec<Fault>> {
        let inks = Inks::new(&order.press).map_err(|error| vec![fault("", error.to_string())])?;
        let target = Bytes::from_string(inks.for_template().to_string());
        let documents = self.in_ink(&order.documents, &target)?;
        let documents: Vec<(&str, &PagedDocument)> =
            documents.iter().map(|(path, document)| (path.as_str(), document)).collect();
        self.same_pages(&documents)?;
        pdf::write(documents.into_iter(), order, self.today, Some(&inks)).map_err(|errors| self.faults(order, &errors))
    }

    /// The documents laid out in ink, in their order, as many at once as there are processors.
    fn in_ink(&self, paths: &[String], target: &Bytes) -> Result<Vec<(String, PagedDocument)>, Vec<Fault>> {
        let waiting = Mutex::new(paths.iter().enumerate());
        let finished = Mutex::new(Vec::new());
        let work = || {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((number, path)) = next else { return };
                let result = self.compile_for(path, Some(target));
                finished.lock().unwrap_or_else(PoisonError::into_inner).push((number, path, result));
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(paths.len());
        thread::scope(|scope| {
            for _ in 0..threads {
                // A thread that cannot be started leaves its work to the others; with none, the pages are missing.
                drop(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work));
            }
        });
        let mut finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
        finished.sort_by_key(|(number, ..)| *number);
        let mut documents = Vec::new();
        let mut faults = Vec::new();
        for (_, path, (document, diagnostics)) in finished {
            match document {
                Some(document) => documents.push((path.clone(), document)),
                None => faults
                    .extend(diagnostics.into_iter().filter(|fault| fault.is_error).map(|fault| (path.clone(), fault))),
            }
        }
        if faults.is_empty() { Ok(documents) } else { Err(faults) }
    }

    /// A template that breaks pages elsewhere in print would make a magazine that nobody has looked at.
    fn same_pages(&self, documents: &[(&str, &PagedDocument)]) -> Result<(), Vec<Fault>> {
        let count = |document: &PagedDocument| document.pages().len();
        let shown = |path: &str| self.documents.get(path).map_or(0, count);
        let differs = documents.iter().filter(|(path, document)| count(document) != shown(path));
        let faults: Vec<Fault> = differs
            .map(|(path, document)| {
                let (print, screen) = (count(document), shown(path));
                fault(path, format!("the template lays it out on {print} pages for print and on {screen} for a screen"))
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn fault(path: &str, message: String) -> Fault {
    (path.to_owned(), Diagnostic { is_error: true, message, hints: Vec::new(), own: None, elsewhere: None })
}
