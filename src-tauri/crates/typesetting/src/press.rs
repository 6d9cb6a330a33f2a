//! The page engine inside the child: the world Typst sees, and the documents it has laid out.
//!
//! The world is a map from virtual paths to bytes; there is nothing behind it. A `Source` is changed in place, so
//! that its spans stay and Typst's caches hold; a new path for each edit would also use up Typst's file numbers,
//! which are 16 bits wide and never freed.

mod hurry;
mod print;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;
use std::thread;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::visualize::{ExchangeFormat, Image, ImageKind, RasterImage};
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::{Page, PagedDocument};

use crate::inspect::{self, Inspection};
use crate::letters::Covered;
use crate::process::child::STACK;
use crate::process::protocol::{Blob, Diagnostic, Document, Hit, LaidOut, LetterBox, PageFacts, PdfOrder, PdfTarget};
use crate::proxy;
use crate::refusal::{self, Member};
use crate::{copyfit, fingerprint, letters, pdf, positions};

/// Results that nobody asked for lately are forgotten, for without it memory grows with every key. It takes as long as
/// a small layout, so it waits for a pause after so many compiles.
const COMPILES_BEFORE_TIDYING: usize = 4;
/// Without a pause it is done all the same.
const MOST_BEFORE_TIDYING: usize = 8;
/// The fewest and the most times that something unused is passed over, however many documents there are: half as often
/// as there are documents, or an editor who goes through the issue waits for each article as if it were new.
const LEAST_AND_MOST: (usize, usize) = (3, 50);

/// The engine's files and pages.
pub(crate) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    /// What the fonts have, and the files in which there are letters that they do not have.
    covered: Covered,
    strange: HashSet<FileId>,
    /// Stand-ins for photographs, each made when it is first looked for; `None` where the photographs are shown.
    proxies: Option<HashMap<FileId, OnceLock<Option<Bytes>>>>,
    today: Option<Datetime>,
    documents: BTreeMap<String, PagedDocument>,
    /// Compiles since unused results were forgotten.
    compiles: usize,
}

impl Default for Press {
    fn default() -> Self {
        Self {
            library: LazyHash::new(<Library as LibraryExt>::default()),
            book: LazyHash::new(FontBook::new()),
            fonts: Vec::new(),
            sources: HashMap::new(),
            files: HashMap::new(),
            covered: Covered::default(),
            strange: HashSet::new(),
            proxies: None,
            today: None,
            documents: BTreeMap::new(),
            compiles: 0,
        }
    }
}

impl Press {
    pub(crate) fn load_fonts(&mut self, fonts: Vec<Blob>) {
        self.fonts = fonts.into_iter().flat_map(|Blob(bytes)| Font::iter(Bytes::new(bytes))).collect();
        self.book = LazyHash::new(FontBook::from_fonts(&self.fonts));
        self.covered = Covered::by(&self.fonts);
        let texts = self.sources.iter().map(|(id, source)| (*id, source.text()));
        let data = self.files.iter().filter(|(id, _)| is_data(**id));
        let texts = texts.chain(data.filter_map(|(id, bytes)| Some((*id, std::str::from_utf8(bytes).ok()?))));
        self.strange = texts.filter(|(_, text)| !self.covered.has_all(text)).map(|(id, _)| id).collect();
    }

    pub(crate) fn set_date(&mut self, year: i16, month: i8, day: i8) {
        self.today = pdf::date(year, month, day);
    }

    /// A file. What is text can be imported as well as read.
    pub(crate) fn put(&mut self, path: &str, bytes: Vec<u8>) {
        let Some(id) = file_id(path) else { return };
        if path.ends_with(".typ")
            && let Ok(text) = std::str::from_utf8(&bytes)
        {
            self.put_source(id, text);
        } else if is_data(id) {
            self.look_for_strange_letters(id, &String::from_utf8_lossy(&bytes));
        }
        self.files.insert(id, Bytes::new(bytes));
        self.proxies.iter_mut().for_each(|proxies| drop(proxies.insert(id, OnceLock::new())));
    }

    /// From here on pages show stand-ins for photographs.
    pub(crate) fn use_proxies(&mut self) {
        self.proxies = Some(self.files.keys().map(|id| (*id, OnceLock::new())).collect());
    }

    /// Puts stand-ins and the pages made with them aside; `None` when there are none.
    pub(crate) fn put_proxies_away(&mut self) -> Option<PutAway> {
        let proxies = self.proxies.take()?;
        Some(PutAway { proxies, documents: std::mem::take(&mut self.documents) })
    }

    /// Takes them up again. What was only needed meanwhile is forgotten at once: photographs are large.
    pub(crate) fn take_proxies_again(&mut self, kept: PutAway) {
        (self.proxies, self.documents) = (Some(kept.proxies), kept.documents);
        comemo::evict(0);
    }

    fn proxy(&self, id: FileId) -> Option<&Bytes> {
        let made = self.proxies.as_ref()?.get(&id)?;
        made.get_or_init(|| self.files.get(&id).and_then(|original| proxy::of(original))).as_ref()
    }

    pub(crate) fn remove(&mut self, path: &str) {
        if let Some(id) = file_id(path) {
            self.files.remove(&id);
            self.proxies.iter_mut().for_each(|proxies| drop(proxies.remove(&id)));
            self.sources.remove(&id);
            self.strange.remove(&id);
        }
    }

    pub(crate) fn put_document(&mut self, document: &Document) {
        if let Some(id) = file_id(&document.path) {
            self.put_source(id, &document.text);
        }
    }

    fn look_for_strange_letters(&mut self, id: FileId, text: &str) {
        match self.covered.has_all(text) {
            true => self.strange.remove(&id),
            false => self.strange.insert(id),
        };
    }

    /// Whether everything that a document could show can be set. Then the template need not look for letters that
    /// cannot: it would search every word of the article, at every key.
    fn is_plain(&self, main: FileId) -> bool {
        self.strange.iter().all(|id| *id != main && !is_shared(*id))
    }

    #[cfg(test)]
    pub(crate) fn is_plain_at(&self, path: &str) -> bool {
        file_id(path).is_some_and(|id| self.is_plain(id))
    }

    fn put_source(&mut self, id: FileId, text: &str) {
        self.look_for_strange_letters(id, text);
        match self.sources.get_mut(&id) {
            Some(source) => drop(source.replace(text)),
            None => drop(self.sources.insert(id, Source::new(id, text.to_owned()))),
        }
    }

    /// Lays a document out.
    pub(crate) fn compile(&self, path: &str) -> (Option<PagedDocument>, Vec<Diagnostic>) {
        self.compile_for(path, None)
    }

    /// Lays a document out once, from how it lay before. `None` where that is not enough.
    pub(crate) fn compile_in_a_hurry(&self, path: &str) -> Option<PagedDocument> {
        let view = View { press: self, main: file_id(path)?, target: None };
        hurry::once(&view, self.documents.get(path)?)
    }

    /// Lays a document out for what `target` says instead of for a screen.
    fn compile_for(&self, path: &str, target: Option<&Bytes>) -> (Option<PagedDocument>, Vec<Diagnostic>) {
        let Some(main) = file_id(path) else { return (None, Vec::new()) };
        let view = View { press: self, main, target };
        let result = typst::compile::<PagedDocument>(&view);
        let mut diagnostics: Vec<_> = result.warnings.iter().map(|warning| view.diagnostic(warning)).collect();
        match result.output {
            Ok(document) => (Some(document), diagnostics),
            Err(errors) => {
                diagnostics.extend(errors.iter().map(|error| view.diagnostic(error)));
                (None, diagnostics)
            }
        }
    }

    /// Keeps what was laid out.
    pub(crate) fn keep(&mut self, documents: Vec<(String, PagedDocument)>) {
        self.documents.extend(documents);
        self.compiles += 1;
        if self.compiles >= MOST_BEFORE_TIDYING {
            self.tidy();
        }
    }

    /// Whether a pause should be used.
    pub(crate) fn is_untidy(&self) -> bool {
        self.compiles >= COMPILES_BEFORE_TIDYING
    }

    /// Forgets results that nobody asked for lately.
    pub(crate) fn tidy(&mut self) {
        let (least, most) = LEAST_AND_MOST;
        comemo::evict((self.documents.len() / 2).clamp(least, most));
        self.compiles = 0;
    }

    pub(crate) fn document(&self, path: &str) -> Option<&PagedDocument> {
        self.documents.get(path)
    }

    /// A page with the photographs themselves in place of their stand-ins.
    pub(crate) fn sharp(&self, page: &Page) -> Page {
        let mut page = page.clone();
        if self.proxies.is_some() {
            self.sharpen(&mut page.frame);
        }
        page
    }

    fn sharpen(&self, frame: &mut Frame) {
        // The one way into a frame's items that changes them.
        frame.retain(|item| {
            match item {
                FrameItem::Group(group) => self.sharpen(&mut group.frame),
                FrameItem::Image(image, ..) => {
                    if let Some(original) = self.original(image) {
                        *image = Image::new(original, image.alt().map(Into::into), image.scaling());
                    }
                }
                FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
            true
        });
    }

    /// The photograph that a stand-in stands for.
    fn original(&self, image: &Image) -> Option<RasterImage> {
        let ImageKind::Raster(shown) = image.kind() else { return None };
        let path = self.path_of(shown.data());
        let id = file_id(&path)?;
        self.proxy(id)?;
        RasterImage::plain(self.files.get(&id)?.clone(), ExchangeFormat::Jpg).ok()
    }

    /// What the parent has to know of a document.
    pub(crate) fn laid_out(&self, path: &str, document: &PagedDocument) -> LaidOut {
        let facts = document.pages().iter().map(|page| PageFacts {
            hash: fingerprint::of(page),
            width: page.frame.width().to_pt(),
            height: page.frame.height().to_pt(),
        });
        let source = file_id(path).and_then(|id| self.sources.get(&id));
        let fit = || source.and_then(|source| copyfit::measure(document, source));
        // A key waits for this: where there is a second processor, it takes its part.
        thread::scope(|scope| {
            let other =
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || (self.inspect(path, document), fit()));
            let pages = facts.collect();
            let seen = other.ok().and_then(|other| other.join().ok());
            let (inspection, fit) = seen.unwrap_or_else(|| (self.inspect(path, document), fit()));
            LaidOut { pages, inspection, fit }
        })
    }

    fn inspect(&self, path: &str, document: &PagedDocument) -> Inspection {
        let source = file_id(path).and_then(|id| self.sources.get(&id));
        let inspect = |source| inspect::inspect(document.pages(), source, &|bytes| self.path_of(bytes));
        source.map(inspect).unwrap_or_default()
    }

    /// The path of the file with these bytes. Two files with the same bytes are the same picture.
    fn path_of(&self, bytes: &[u8]) -> String {
        let same = |held: &Bytes| held.len() == bytes.len() && (held.as_ptr() == bytes.as_ptr() || **held == *bytes);
        // One that was not made yet is on no page.
        let made = |id: &FileId| self.proxies.as_ref()?.get(id)?.get()?.as_ref();
        let paths = self.files.iter().filter(|(id, held)| same(made(id).unwrap_or(held)));
        paths.map(|(id, _)| id.get().vpath().get_with_slash().to_string()).min().unwrap_or_default()
    }

    /// The joined PDF, or the faults that keep it from being written, each with the document it is in.
    pub(crate) fn pdf(&self, order: &PdfOrder) -> Result<Vec<u8>, Vec<(String, Diagnostic)>> {
        if order.target == PdfTarget::Print {
            return self.print_pdf(order);
        }
        let documents = order.documents.iter().filter_map(|path| Some((path.as_str(), self.documents.get(path)?)));
        pdf::write(documents, order, self.today, None).map_err(|errors| self.faults(order, &errors))
    }

    /// Faults of a PDF, each with the document it is in.
    fn faults(&self, order: &PdfOrder, errors: &[SourceDiagnostic]) -> Vec<(String, Diagnostic)> {
        let mut faults = Vec::new();
        for (nth, error) in errors.iter().enumerate() {
            let before = errors[..nth].iter().filter(|other| other.span == error.span).count();
            let alike = before + errors[nth..].iter().filter(|other| other.span == error.span).count();
            for fault in self.refused(order, error, before, alike) {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        faults
    }

    /// A fault of the joined pages, told once for each place that may have led to it; it is the `nth` of `alike` ones,
    /// and where there are as many places, each has its own.
    fn refused(
        &self,
        order: &PdfOrder,
        error: &SourceDiagnostic,
        nth: usize,
        alike: usize,
    ) -> Vec<(String, Diagnostic)> {
        let path = error.span.id().map(|id| id.get().vpath().get_with_slash().to_string());
        let own = path.filter(|path| order.documents.contains(path)).unwrap_or_default();
        let main = file_id(&own).unwrap_or_else(detached);
        let fault = View { press: self, main, target: None }.diagnostic(error);
        let members: Vec<Member<'_>> = order.documents.iter().filter_map(|path| self.member(path)).collect();
        let places = if own.is_empty() {
            refusal::places((error.span, refusal::kind(&error.message)), &members, &|bytes| self.path_of(bytes))
        } else {
            Vec::new()
        };
        if places.is_empty() {
            return vec![(own, fault)];
        }
        let told = |(path, byte)| (path, Diagnostic { own: Some(byte..byte + 1), elsewhere: None, ..fault.clone() });
        let range = if places.len() == alike { nth..nth + 1 } else { 0..places.len() };
        places[range].iter().cloned().map(told).collect()
    }

    fn member<'a>(&'a self, path: &'a str) -> Option<Member<'a>> {
        Some(Member { path, document: self.documents.get(path)?, source: self.sources.get(&file_id(path)?)? })
    }

    pub(crate) fn click(&self, path: &str, page: usize, x: f64, y: f64) -> Option<Hit> {
        let source = self.sources.get(&file_id(path)?)?;
        positions::at(self.documents.get(path)?.pages().get(page)?, source, x, y)
    }

    pub(crate) fn locate(&self, path: &str, byte: usize) -> Option<LetterBox> {
        let source = self.sources.get(&file_id(path)?)?;
        positions::box_of(self.documents.get(path)?.pages(), source, byte)
    }
}

/// The number of a virtual path; `None` for a path that leads nowhere.
fn file_id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

fn is_data(id: FileId) -> bool {
    id.get().vpath().get_with_slash().starts_with("/data/")
}

/// Whether every document may show what is in a file: a template or data, but not another document.
fn is_shared(id: FileId) -> bool {
    is_data(id) || id.get().vpath().get_with_slash().starts_with("/magazine/")
}

fn detached() -> FileId {
    Source::detached("").id()
}

/// Stand-ins and the pages made with them, while the photographs are shown.
pub(crate) struct PutAway {
    proxies: HashMap<FileId, OnceLock<Option<Bytes>>>,
    documents: BTreeMap<String, PagedDocument>,
}

/// The world as one document sees it.
struct View<'a> {
    press: &'a Press,
    main: FileId,
    /// What the pages are laid out for, when it is not a screen.
    target: Option<&'a Bytes>,
}

impl View<'_> {
    fn diagnostic(&self, fault: &SourceDiagnostic) -> Diagnostic {
        let trace = fault.trace.iter().map(|point| point.span.into());
        let spans: Vec<typst::syntax::DiagSpan> = std::iter::once(fault.span).chain(trace).collect();
        let own = spans.iter().find(|span| span.id() == Some(self.main)).and_then(|span| self.range(*span));
        let other = fault.span.id().filter(|id| *id != self.main);
        Diagnostic {
            is_error: fault.severity == typst::diag::Severity::Error,
            message: fault.message.to_string(),
            hints: fault.hints.iter().map(|hint| hint.v.to_string()).collect(),
            own,
            elsewhere: other
                .map(|id| (id.get().vpath().get_with_slash().to_string(), self.range(fault.span).unwrap_or_default())),
        }
    }
}

impl World for View<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.press.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some(target) = self.target
            && file_id(crate::sources::TARGET) == Some(id)
        {
            return Ok(target.clone());
        }
        if file_id(crate::sources::LETTERS) == Some(id) && self.press.is_plain(self.main) {
            return Ok(Bytes::from_string(letters::NOTHING_IS_MISSING));
        }
        self.press.proxy(id).or_else(|| self.press.files.get(&id)).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.press.today
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}
