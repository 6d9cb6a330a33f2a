//! The things an editor waits for.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use magazine::{Article, Issue, Publication};
use serde_json::{Value, json};
use typesetting::{Engine, EngineCommand, Files, IssueSources, Limits, PdfTarget, PictureFormat, virtual_files};

use crate::issue::Dice;
use crate::usage;

type Outcome = Result<Value, Box<dyn Error>>;

/// A page on a screen of ordinary fineness.
const PPI: f64 = 108.0;
/// Nobody types faster.
const BETWEEN_KEYS: Duration = Duration::from_millis(60);
/// After so many keys somebody looks up, and what was laid out in a hurry is laid out from nothing.
const KEYS_TO_A_REST: usize = 10;

/// An issue read from disk.
struct Read {
    issue: Issue,
    template: Files,
    fonts: Vec<Vec<u8>>,
    media: Files,
    texts: Vec<String>,
}

impl Read {
    fn from(folder: &Path, id: &str) -> Result<Self, Box<dyn Error>> {
        let publication = Publication::open(folder)?;
        let (issue, _) = publication.read_issue(id.parse()?)?;
        let (media, _) = publication.media(&issue);
        let fonts = publication.assets("fonts")?.into_iter();
        let is_font = |name: &str| name.ends_with(".ttf") || name.ends_with(".otf");
        let fonts = fonts.filter(|(name, _)| is_font(name)).map(|(_, bytes)| bytes).collect();
        let template = publication.assets("magazine")?;
        let texts = issue.articles.iter().map(|article| fs::read_to_string(folder.join(&article.file)));
        let texts = texts.collect::<Result<_, _>>()?;
        Ok(Self { issue, template, fonts, media, texts })
    }

    fn sources(&self) -> IssueSources<'_> {
        IssueSources { issue: &self.issue, template: &self.template, fonts: &self.fonts, media: &self.media }
    }
}

fn engine(program: &Path) -> Result<Engine, Box<dyn Error>> {
    let command = EngineCommand { program: program.to_owned(), arguments: Vec::new() };
    Ok(Engine::new(command, Limits::default()))
}

/// The engine as the window has it.
fn engine_for_typing(program: &Path) -> Result<Engine, Box<dyn Error>> {
    Ok(engine(program)?.with_proxies())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// How many pages an issue has.
pub(crate) fn count(program: &Path, folder: &Path, id: &str) -> Result<u32, Box<dyn Error>> {
    let read = Read::from(folder, id)?;
    Ok(u32::try_from(engine(program)?.layout(&read.sources())?.pages.len())?)
}

/// From nothing to the picture of the first page, and to all pages.
pub(crate) fn open(program: &Path, folder: &Path, id: &str) -> Outcome {
    let since = Instant::now();
    let read = Read::from(folder, id)?;
    let reading = milliseconds(since);
    let mut engine = engine_for_typing(program)?;
    let begun = engine.begin(&read.sources())?;
    let first = begun.pages.first().ok_or("the issue has no pages")?;
    engine.picture(&first.hash, PPI, PictureFormat::Jpeg)?;
    let first_page = milliseconds(since);
    let layout = engine.go_on()?;
    let all = milliseconds(since);
    let cpu = usage::cpu(engine.process().ok_or("the engine runs")?) + usage::cpu(std::process::id());
    Ok(json!({ "pages": layout.pages.len(), "reading": reading, "layout": all, "first_page": first_page, "cpu": cpu }))
}

/// Letters typed at places all over the issue, or all over one article of it, each until the pages it changed are drawn and encoded.
pub(crate) fn keys(program: &Path, folder: &Path, id: &str, seed: u64, edits: usize, stays: bool) -> Outcome {
    let mut read = Read::from(folder, id)?;
    let mut engine = engine_for_typing(program)?;
    engine.layout(&read.sources())?;
    let mut typist = Typist::new(&read, seed);
    if stays {
        let middle = typist.places.len() / 2;
        let article = typist.places[middle].0;
        typist.places.retain(|place| place.0 == article);
    }
    let processor = |engine: &Engine| usage::cpu(engine.process().unwrap_or(0)) + usage::cpu(std::process::id());
    let before = processor(&engine);
    let (mut times, mut layouts, mut pictures, mut unseen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut rests = Vec::new();
    for number in 1..=edits {
        let key = typist.press(&mut read, &mut engine)?;
        unseen.extend(key.unseen);
        times.push(key.all);
        layouts.push(key.layout);
        pictures.push(key.picture);
        thread::sleep(BETWEEN_KEYS);
        if number % KEYS_TO_A_REST == 0 {
            let since = Instant::now();
            engine.go_on()?;
            rests.push(milliseconds(since));
        }
    }
    let process = engine.process().ok_or("the engine runs")?;
    Ok(json!({
        "times": times, "layouts": layouts, "pictures": pictures, "unseen": unseen, "rests": rests,
        "cpu": (processor(&engine) - before) * 1000.0 / edits as f64,
        "peak": usage::megabytes(process, "VmHWM"),
    }))
}

/// The engine's memory after 100 and after 2,000 letters.
pub(crate) fn memory(program: &Path, folder: &Path, id: &str) -> Outcome {
    let mut read = Read::from(folder, id)?;
    let mut engine = engine_for_typing(program)?;
    engine.layout(&read.sources())?;
    let mut typist = Typist::new(&read, 7);
    let mut after = Vec::new();
    for count in 1..=2000 {
        typist.press(&mut read, &mut engine)?;
        if [100, 500, 1000, 2000].contains(&count) {
            after.push(usage::megabytes(engine.process().ok_or("the engine runs")?, "VmRSS"));
        }
    }
    let process = engine.process().ok_or("the engine runs")?;
    Ok(json!({ "after": after, "peak": usage::megabytes(process, "VmHWM") }))
}

/// Markdown to PDF in a fresh process, a target at a time.
pub(crate) fn export(program: &Path, folder: &Path, id: &str) -> Outcome {
    let mut targets = serde_json::Map::new();
    for target in [PdfTarget::Screen, PdfTarget::Accessible] {
        let since = Instant::now();
        let before = usage::cpu(std::process::id());
        let read = Read::from(folder, id)?;
        let mut engine = engine(program)?;
        engine.layout(&read.sources())?;
        let pdf = engine.pdf(target);
        let process = engine.process().ok_or("the engine runs")?;
        let result = match pdf {
            Ok(pdf) => json!({
                "wall": milliseconds(since), "cpu": usage::cpu(process) + usage::cpu(std::process::id()) - before,
                "bytes": pdf.len(), "peak": usage::megabytes(process, "VmHWM"),
            }),
            // The other target is measured all the same.
            Err(error) => json!({ "failed": error.to_string() }),
        };
        targets.insert(serde_json::to_value(target)?.as_str().unwrap_or_default().to_owned(), result);
    }
    Ok(Value::Object(targets))
}

/// Writes the generated Typst, and `main.typ`, which is the whole issue in one document.
pub(crate) fn sources(program: &Path, folder: &Path, id: &str, out: &Path) -> Outcome {
    let read = Read::from(folder, id)?;
    let mut engine = engine(program)?;
    engine.layout(&read.sources())?;
    let mut files = virtual_files(&read.sources());
    let mut main = String::new();
    for (path, text) in engine.documents() {
        main.push_str(&format!("#include \"{path}\"\n"));
        files.insert(path, text.into_bytes());
    }
    files.insert("/main.typ".to_owned(), main.into_bytes());
    for (number, font) in read.fonts.into_iter().enumerate() {
        files.insert(format!("/fonts/{number}.ttf"), font);
    }
    for (name, bytes) in &files {
        let path = out.join(name.trim_start_matches('/'));
        fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(json!({ "files": files.len() }))
}

/// Somebody who types letters all over an issue.
struct Typist {
    dice: Dice,
    /// Every place in the running text, as article and byte; moved by what is typed before them.
    places: Vec<(usize, usize)>,
    /// The pages whose pictures were drawn.
    seen: BTreeSet<String>,
}

/// What one key took, in milliseconds.
struct Key {
    layout: f64,
    picture: f64,
    all: f64,
    /// How long the page to be typed into took to be drawn, when it was not in sight before. No part of the others.
    unseen: Option<f64>,
}

impl Typist {
    fn new(read: &Read, seed: u64) -> Self {
        let placed = |slug: &str| {
            read.issue.settings.running_order.iter().any(|slot| matches!(slot, magazine::Slot::Article(s) if s == slug))
        };
        let articles = read.issue.articles.iter().zip(&read.texts).enumerate();
        let articles = articles.filter(|(_, (article, _))| placed(&article.slug));
        let places = articles.flat_map(|(number, (_, text))| running_text(text).map(move |at| (number, at))).collect();
        Self { dice: Dice(seed), places, seen: BTreeSet::new() }
    }

    /// The page that is typed into is in sight before a key falls, as it is on an editor's screen.
    fn look(&mut self, slug: &str, at: usize, engine: &mut Engine) -> Result<Option<f64>, Box<dyn Error>> {
        let place = engine.locate(slug, at)?;
        let pages = engine.last().map(|layout| layout.pages.as_slice()).unwrap_or_default();
        let page = place.and_then(|place| pages.iter().find(|page| page.number == place.page));
        let Some(hash) = page.map(|page| page.hash.clone()).filter(|hash| !self.seen.contains(hash)) else {
            return Ok(None);
        };
        let since = Instant::now();
        engine.picture(&hash, PPI, PictureFormat::Jpeg)?;
        self.seen.insert(hash);
        Ok(Some(milliseconds(since)))
    }

    /// One letter, to the picture of the page it changed.
    fn press(&mut self, read: &mut Read, engine: &mut Engine) -> Result<Key, Box<dyn Error>> {
        let (number, at) = self.places[self.dice.below(self.places.len())];
        // The text as it is but for one letter, so that an issue does not grow under two thousand of them.
        let letter = char::from(b"aeiounrst"[self.dice.below(9)]);
        read.texts[number].replace_range(at..=at, letter.encode_utf8(&mut [0; 4]));
        let known: Vec<String> =
            engine.last().into_iter().flat_map(|l| &l.pages).map(|page| page.hash.clone()).collect();
        let (slug, file) = (read.issue.articles[number].slug.clone(), read.issue.articles[number].file.clone());
        let unseen = self.look(&slug, at, engine)?;
        let since = Instant::now();
        let (article, _) = Article::read(&slug, &file, &read.texts[number], &read.issue.settings.language);
        let layout = engine.update(&article)?;
        let layout_took = milliseconds(since);
        let changed = layout.pages.iter().find(|page| !known.contains(&page.hash));
        let drawing = Instant::now();
        if let Some(page) = changed {
            engine.picture(&page.hash, PPI, PictureFormat::Jpeg)?;
            self.seen.insert(page.hash.clone());
        }
        Ok(Key { layout: layout_took, picture: milliseconds(drawing), all: milliseconds(since), unseen })
    }
}

/// The bytes of an article's plain paragraphs that are letters inside of words.
fn running_text(text: &str) -> impl Iterator<Item = usize> {
    let body = text.match_indices("\n---\n").next().map_or(0, |(at, _)| at + 5);
    let mut places = Vec::new();
    let mut start = body;
    for line in text[body..].split_inclusive('\n') {
        let is_plain = line.starts_with(|letter: char| letter.is_ascii_uppercase()) && line.len() > 200;
        let bytes = line.as_bytes();
        let plain = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
        if is_plain && !line.contains("](") {
            places.extend(
                (1..bytes.len()).filter(|at| plain(at - 1) && plain(*at) && plain(at + 1)).map(|at| start + at),
            );
        }
        start += line.len();
    }
    places.into_iter()
}
