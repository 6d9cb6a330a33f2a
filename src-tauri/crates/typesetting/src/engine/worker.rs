//! The child as the engine uses it: started when it is needed, told only what it does not know yet.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::error::EngineError;
use crate::Files;
use crate::process::parent::{Child, Ending, EngineCommand};
use crate::process::protocol::{Blob, Diagnostic, Document, Haste, LaidOut, Reply, Request};

/// What came of a document.
pub(super) struct Outcome {
    /// Its pages and what is on them, unless it cannot be laid out.
    pub(super) laid_out: Option<LaidOut>,
    /// What the engine had to say.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether a layout from nothing would give the same.
    pub(super) settled: bool,
}

/// A compile that was not finished.
pub(super) struct Interrupted {
    pub(super) ending: Ending,
    /// The documents that were being laid out when it ended.
    pub(super) at: Vec<String>,
}

/// The files every document shares, as the child has to know them.
#[derive(Default)]
pub(super) struct Shared {
    files: BTreeMap<String, (blake3::Hash, Vec<u8>)>,
    fonts: Vec<Vec<u8>>,
    date: jiff::civil::Date,
    fonts_hash: Option<blake3::Hash>,
    /// The pictures that nothing but documents names.
    pictures: BTreeSet<String>,
    /// Counts up when anything is different.
    version: u64,
}

impl Shared {
    /// Takes the current files; says whether anything is different.
    pub(super) fn take(&mut self, files: Files, fonts: &[Vec<u8>], date: jiff::civil::Date) -> bool {
        let taken: BTreeMap<_, _> =
            files.into_iter().map(|(path, bytes)| (path, (blake3::hash(&bytes), bytes))).collect();
        let same_files = self.files.len() == taken.len()
            && taken.iter().all(|(path, (hash, _))| self.files.get(path).is_some_and(|(known, _)| known == hash));
        let is_new = !same_files || self.fonts != fonts || self.date != date;
        if is_new {
            let version = self.version + 1;
            let pictures = pictures(&taken);
            *self = Self { files: taken, fonts: fonts.to_vec(), date, fonts_hash: None, pictures, version };
            self.fonts_hash = Some(fonts_hash(self));
        }
        is_new
    }

    /// Which state of the files this is.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The pictures that a document names.
    fn named_in<'a>(&'a self, document: &Document) -> impl Iterator<Item = &'a str> {
        self.pictures.iter().map(String::as_str).filter(|path| document.text.contains(path))
    }

    /// A file's bytes.
    pub(super) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|(_, bytes)| bytes.as_slice())
    }
}

/// The child, and what it was told.
pub(super) struct Worker {
    command: EngineCommand,
    has_proxies: bool,
    child: Option<Child>,
    told: BTreeMap<String, blake3::Hash>,
    told_fonts: Option<blake3::Hash>,
    documents: BTreeMap<String, blake3::Hash>,
}

impl Worker {
    pub(super) fn new(command: EngineCommand) -> Self {
        Self {
            command,
            has_proxies: false,
            child: None,
            told: BTreeMap::new(),
            told_fonts: None,
            documents: BTreeMap::new(),
        }
    }

    /// Pages show small stand-ins for photographs, from the next child on.
    pub(super) fn use_proxies(&mut self) {
        self.has_proxies = true;
    }

    /// The number of the child's process, while there is one.
    pub(super) fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Whether the child has pages for this text.
    pub(super) fn has(&self, document: &Document) -> bool {
        self.child.is_some() && self.documents.get(&document.path) == Some(&hash(document))
    }

    /// Starts the child if there is none, and tells it the shared files it does not know. Documents laid out with
    /// other files are forgotten.
    pub(super) fn prepare(&mut self, shared: &Shared) -> Result<(), EngineError> {
        if self.child.is_none() {
            let start = |source| EngineError::Start { program: self.command.program.clone(), source };
            let mut child = Child::start(&self.command).map_err(start)?;
            let told = if self.has_proxies { child.send(&Request::Proxies) } else { Ok(()) };
            self.child = Some(child);
            told.map_err(|ending| self.lost(ending))?;
        }
        self.tell(shared).map_err(|ending| self.lost(ending))
    }

    fn tell(&mut self, shared: &Shared) -> Result<(), Ending> {
        let Some(child) = &mut self.child else { return Err(Ending::Died) };
        if self.told_fonts.is_none() || self.told_fonts != shared.fonts_hash {
            child.send(&Request::Date(shared.date.year(), shared.date.month(), shared.date.day()))?;
            child.send(&Request::Fonts(shared.fonts.iter().cloned().map(Blob).collect()))?;
            self.told_fonts = shared.fonts_hash;
            self.documents.clear();
        }
        for (path, (hash, bytes)) in &shared.files {
            // A picture is told with the first document that names it: the first page need not wait for all of them.
            let waits = !self.told.contains_key(path) && shared.pictures.contains(path);
            if !waits && self.told.get(path) != Some(hash) {
                child.send(&Request::Put(path.clone(), Blob(bytes.clone())))?;
                self.told.insert(path.clone(), *hash);
                self.documents.clear();
            }
        }
        let gone: Vec<String> = self.told.keys().filter(|path| !shared.files.contains_key(*path)).cloned().collect();
        for path in gone {
            self.told.remove(&path);
            child.send(&Request::Remove(path))?;
            self.documents.clear();
        }
        Ok(())
    }

    fn tell_pictures(&mut self, documents: &[Document], shared: &Shared) -> Result<(), Ending> {
        let Some(child) = &mut self.child else { return Err(Ending::Died) };
        for path in documents.iter().flat_map(|document| shared.named_in(document)) {
            if let Some((hash, bytes)) = shared.files.get(path).filter(|_| !self.told.contains_key(path)) {
                child.send(&Request::Put(path.to_owned(), Blob(bytes.clone())))?;
                self.told.insert(path.to_owned(), *hash);
            }
        }
        Ok(())
    }

    /// Lays documents out.
    pub(super) fn compile(
        &mut self,
        (documents, haste): (Vec<Document>, Haste),
        shared: &Shared,
        limit: Duration,
        superseded: &dyn Fn(Duration) -> bool,
    ) -> Result<BTreeMap<String, Outcome>, Interrupted> {
        let hashes: Vec<_> = documents.iter().map(|document| (document.path.clone(), hash(document))).collect();
        let mut at = Vec::new();
        let told = self.tell_pictures(&documents, shared);
        let next = |child: &Child, since| child.reply(since, limit, superseded);
        match told.and_then(|()| self.run(Request::Compile(documents, haste), &mut at, &next)) {
            Ok(outcomes) => {
                self.documents.extend(hashes);
                Ok(outcomes)
            }
            Err(ending) => {
                self.forget();
                Err(Interrupted { ending, at })
            }
        }
    }

    fn run(
        &mut self,
        compile: Request,
        at: &mut Vec<String>,
        next: &dyn Fn(&Child, Instant) -> Result<Reply, Ending>,
    ) -> Result<BTreeMap<String, Outcome>, Ending> {
        let Some(child) = &mut self.child else { return Err(Ending::Died) };
        let since = Instant::now();
        child.send(&compile)?;
        let mut outcomes = BTreeMap::new();
        loop {
            match next(child, since)? {
                Reply::Started(path) => at.push(path),
                Reply::Compiled { path, outcome, diagnostics, settled } => {
                    at.retain(|started| *started != path);
                    outcomes.insert(path, Outcome { laid_out: outcome.ok(), diagnostics, settled });
                }
                Reply::Done => return Ok(outcomes),
                Reply::Bytes(_) | Reply::Refused(_) | Reply::Hit(_) | Reply::Box(_) => return Err(Ending::Died),
            }
        }
    }

    /// Asks for one reply.
    pub(super) fn ask(&mut self, request: &Request, limit: Duration) -> Result<Reply, EngineError> {
        self.ask_unless(request, limit, &|_| false)
    }

    /// Asks for one reply, and ends the child when it is `superseded` before that comes.
    pub(super) fn ask_unless(
        &mut self,
        request: &Request,
        limit: Duration,
        superseded: &dyn Fn(Duration) -> bool,
    ) -> Result<Reply, EngineError> {
        let reply = match &mut self.child {
            Some(child) => {
                let since = Instant::now();
                child.send(request).and_then(|()| child.reply(since, limit, superseded))
            }
            None => Err(Ending::Died),
        };
        reply.map_err(|ending| match self.lost(ending) {
            EngineError::Killed { ending: Ending::Superseded, .. } => EngineError::Superseded,
            error => error,
        })
    }

    fn lost(&mut self, ending: Ending) -> EngineError {
        self.forget();
        EngineError::Killed { ending, slots: Vec::new() }
    }

    /// Ends the child; the next one knows nothing.
    pub(super) fn forget(&mut self) {
        self.child = None;
        self.told.clear();
        self.told_fonts = None;
        self.documents.clear();
    }
}

/// The hash of a document's text.
pub(super) fn hash(document: &Document) -> blake3::Hash {
    blake3::hash(document.text.as_bytes())
}

/// Pictures that no template, no data and no other file but a document can name. One whose name is written otherwise
/// in Typst, with a quote or a backslash, is none of these.
fn pictures(files: &BTreeMap<String, (blake3::Hash, Vec<u8>)>) -> BTreeSet<String> {
    let is_picture = |path: &str| path.starts_with("/media/") && !path.contains(['"', '\\']);
    let others = files.iter().filter(|(path, _)| !is_picture(path));
    let others: Vec<_> = others.map(|(_, (_, bytes))| String::from_utf8_lossy(bytes)).collect();
    let is_named = |path: &str| others.iter().any(|text| text.contains(path.trim_start_matches('/')));
    files.keys().filter(|path| is_picture(path) && !is_named(path)).cloned().collect()
}

fn fonts_hash(shared: &Shared) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(shared.date.to_string().as_bytes());
    for font in &shared.fonts {
        hasher.update(blake3::hash(font).as_bytes());
    }
    hasher.finalize()
}
