//! One issue for a screen, a press, readers' tools and the office: each PDF is read back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, RgbImage, Rgba, RgbaImage};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use magazine::{Article, Issue, IssueSettings, PublicationSettings};
use typesetting::{Engine, EngineCommand, EngineError, Files, IssueSources, Limits, PdfTarget};

const ALL: [PdfTarget; 4] = [PdfTarget::Screen, PdfTarget::Print, PdfTarget::Accessible, PdfTarget::Booklet];
const LIGHT: [&str; 4] = ["rg", "RG", "g", "G"];
const INK: [&str; 2] = ["k", "K"];

/// The palette's vermilion and ink beside two other colours, half transparent, and a gradient.
const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90 60\"><defs><linearGradient id=\"g\">\
    <stop offset=\"0\" stop-color=\"#E4432D\"/><stop offset=\"1\" stop-color=\"#3366CC\"/></linearGradient></defs>\
    <rect width=\"90\" height=\"30\" fill=\"#E4432D\"/><rect width=\"40\" height=\"60\" fill=\"#12263A\" opacity=\"0.5\"/>\
    <rect y=\"40\" width=\"90\" height=\"20\" fill=\"url(#g)\"/><path stroke=\"#3366CC\" d=\"M0 0L90 60\"/></svg>";

const SETTINGS: &str = "name = \"Weekly\"\n[print.cmyk]\nvermilion = [1, 86, 88, 3]\nink = [92, 72, 45, 55]\n";
const ISSUE: &str = "title = \"One\"\nseason = \"Summer\"\ndate = 2026-12-01\nrunning-order = [{ page = \"cover\" }, \
    { page = \"contents\" }, { article = \"walk\" }, { page = \"back-cover\" }]\n[cover]\nheadline = \"A cover\"\n\
    picture = \"media/x.svg\"\nalt = \"Planes\"\n";
const WALK: &str = "---\ntitle: A walk\nauthors: [Ana]\nsection: Streets\ncolumns: 2\n---\nThe walk is [long](https://example.org).\n\n\
    ![A street](media/photo.jpg \"A street.\")\n\n![A leaf](media/leaf.png \"A leaf.\")\n\n\
    ![Planes](media/x.svg \"Planes.\")\n\n## A head\n\n> [!facts] Some\n> Facts\n\nThe end.\n";

struct Desk {
    issue: Issue,
    template: Files,
    fonts: Vec<Vec<u8>>,
    media: Files,
}

impl Desk {
    fn new(settings: &str, issue: &str, articles: &[(&str, &str)]) -> Self {
        let (publication, findings) = PublicationSettings::read("assets/publication.toml", settings);
        assert_eq!(findings, []);
        let id = "2026-q4".parse().unwrap();
        let (settings, _) = IssueSettings::read(id, "issues/2026-q4/issue.toml", issue, &publication);
        let article = |(slug, text): &(&str, &str)| {
            Article::read(slug, &format!("issues/2026-q4/articles/{slug}.md"), text, "en").0
        };
        let articles = articles.iter().map(article).collect();
        Self {
            issue: Issue { id, number: 41, settings, articles, publication },
            template: files("magazine").into_iter().collect(),
            fonts: files("fonts")
                .into_iter()
                .filter(|(name, _)| name.ends_with(".ttf"))
                .map(|(_, bytes)| bytes)
                .collect(),
            media: Files::from([
                ("media/x.svg".to_owned(), DRAWING.into()),
                ("media/photo.jpg".to_owned(), photo()),
                ("media/leaf.png".to_owned(), leaf()),
            ]),
        }
    }

    fn walk() -> Self {
        Self::new(SETTINGS, ISSUE, &[("walk", WALK)])
    }

    fn engine(&self) -> Engine {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
        let mut engine = Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default());
        let Self { issue, template, fonts, media } = self;
        let layout = engine.layout(&IssueSources { issue, template, fonts, media }).unwrap();
        let errors: Vec<_> =
            layout.findings.iter().filter(|finding| finding.severity == magazine::Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        engine
    }

    fn pdf(&self, target: PdfTarget) -> Read {
        Read::new(&written(&mut self.engine(), target))
    }
}

fn written(engine: &mut Engine, target: PdfTarget) -> Vec<u8> {
    match engine.pdf(target) {
        Ok(pdf) => pdf,
        Err(EngineError::Refused(findings)) => panic!("{target:?}: {findings:?}"),
        Err(error) => panic!("{target:?}: {error}"),
    }
}

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets").join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// 3,000 pixels across, of a kind that does not compress to nothing.
fn photo() -> Vec<u8> {
    let grain = |x: u32, y: u32, n: u32| ((x * 7 + y * 13 * n) ^ (x * y / 31)) as u8;
    let picture = RgbImage::from_fn(3000, 2000, |x, y| image::Rgb([grain(x, y, 1), grain(x, y, 2), 80]));
    encoded(picture.into(), ImageFormat::Jpeg)
}

fn leaf() -> Vec<u8> {
    let picture = RgbaImage::from_fn(1600, 1200, |x, y| Rgba([(x ^ y) as u8, 140, (x * y / 97) as u8, (x / 7) as u8]));
    encoded(picture.into(), ImageFormat::Png)
}

fn encoded(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PDF that was read back.
struct Read {
    document: Document,
}

impl Read {
    fn new(pdf: &[u8]) -> Self {
        Self { document: Document::load_mem(pdf).unwrap() }
    }

    fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.document.objects.values().filter_map(|object| object.as_stream().ok())
    }

    /// The operations of everything that paints: pages, drawings, patterns.
    fn operations(&self) -> Vec<Operation> {
        let pages = self.document.page_iter().flat_map(|page| self.document.get_page_contents(page));
        let pages = pages.map(|id| self.document.get_object(id).unwrap().as_stream().unwrap());
        let forms = self.streams().filter(|stream| name(&stream.dict, "Subtype") == "Form");
        let content = |stream: &Stream| Content::decode(&stream.get_plain_content().unwrap()).unwrap().operations;
        pages.chain(forms).flat_map(content).collect()
    }

    fn operators(&self) -> BTreeSet<String> {
        self.operations().into_iter().map(|operation| operation.operator).collect()
    }

    /// Every mix of inks that fills something, in per cent.
    fn mixes(&self) -> BTreeSet<[u32; 4]> {
        let inks = self.operations().into_iter().filter(|operation| operation.operator == "k");
        let percent = |part: &Object| (part.as_float().unwrap() * 100.0).round() as u32;
        inks.map(|ink| ink.operands.iter().map(percent).collect::<Vec<_>>().try_into().unwrap()).collect()
    }

    fn boxes(&self, page: ObjectId, key: &str) -> Vec<f64> {
        let dict = self.document.get_dictionary(page).unwrap();
        let corners = dict.get(key.as_bytes()).unwrap().as_array().unwrap();
        corners.iter().map(|corner| (f64::from(corner.as_float().unwrap()) * 10.0).round() / 10.0).collect()
    }

    fn pictures(&self) -> Vec<&Stream> {
        self.streams().filter(|stream| name(&stream.dict, "Subtype") == "Image").collect()
    }

    fn picture(&self, filter: &str) -> &Stream {
        let found = |stream: &&&Stream| name(&stream.dict, "Filter") == filter && !stream.dict.has(b"Matte");
        self.pictures().iter().find(found).copied().unwrap()
    }

    fn catalog(&self) -> &Dictionary {
        self.document.catalog().unwrap()
    }

    fn metadata(&self) -> String {
        let stream = self.catalog().get_deref(b"Metadata", &self.document).unwrap().as_stream().unwrap();
        String::from_utf8(stream.get_plain_content().unwrap()).unwrap()
    }

    fn has_annotations(&self) -> bool {
        self.document.page_iter().any(|page| self.document.get_dictionary(page).unwrap().has(b"Annots"))
    }
}

fn name(dict: &Dictionary, key: &str) -> String {
    let name = dict.get(key.as_bytes()).and_then(Object::as_name).unwrap_or_default();
    String::from_utf8(name.to_vec()).unwrap()
}

/// The sizes at which pictures and drawings stand, in inches, by the matrices around them.
fn placed_inches(read: &Read) -> Vec<(f64, f64)> {
    let (mut now, mut saved, mut placed) = ((1.0, 1.0), Vec::new(), Vec::new());
    for operation in read.operations() {
        match operation.operator.as_str() {
            "q" => saved.push(now),
            "Q" => now = saved.pop().unwrap(),
            "cm" => {
                let part = |n: usize| f64::from(operation.operands[n].as_float().unwrap()).abs();
                now = (now.0 * part(0), now.1 * part(3));
            }
            "Do" => placed.push((now.0 / 72.0, now.1 / 72.0)),
            _ => {}
        }
    }
    placed
}

#[test]
fn a_picture_has_150_pixels_an_inch_on_a_screen_and_all_of_its_bytes_in_print() {
    let desk = Desk::walk();
    let screen = desk.pdf(PdfTarget::Screen);
    let photo = screen.picture("DCTDecode");
    let across = photo.dict.get(b"Width").unwrap().as_i64().unwrap() as f64;
    let down = photo.dict.get(b"Height").unwrap().as_i64().unwrap() as f64;
    let placed = placed_inches(&screen);
    let is_it =
        |(width, height): &(f64, f64)| (width / height - 1.5).abs() < 0.01 && (across / width - 150.0).abs() < 1.0;
    assert!(placed.iter().any(is_it), "{across} × {down} pixels in {placed:?}");
    assert!(across < 3000.0 && (across / down - 1.5).abs() < 0.01);
    assert!(photo.content.len() < desk.media["media/photo.jpg"].len() / 4);
    let leaf = screen.pictures().into_iter().find(|picture| picture.dict.has(b"SMask")).unwrap();
    assert!(leaf.dict.get(b"Width").unwrap().as_i64().unwrap() < 1600, "a picture with holes stays one");

    let print = desk.pdf(PdfTarget::Print);
    assert!(print.picture("DCTDecode").content == desk.media["media/photo.jpg"]);
    let leaf = print.pictures().into_iter().find(|picture| picture.dict.has(b"SMask")).unwrap();
    assert_eq!(leaf.dict.get(b"Width").unwrap().as_i64().unwrap(), 1600);
}

#[test]
fn a_press_gets_inks_alone_and_a_screen_light_alone() {
    let desk = Desk::walk();
    let print = desk.pdf(PdfTarget::Print);
    let operators = print.operators();
    assert!(operators.contains("k") && !LIGHT.iter().any(|light| operators.contains(*light)), "{operators:?}");
    let named = ["cs", "CS", "scn", "SCN"];
    let spaces: Vec<_> = print.operations().into_iter().filter(|one| named.contains(&one.operator.as_str())).collect();
    let is_pattern = |one: &Operation| one.operands.last().is_some_and(|name| name.as_name().is_ok());
    assert!(spaces.iter().all(is_pattern), "{spaces:?}");
    assert!(print.mixes().contains(&[1, 86, 88, 3]), "vermilion as it is set: {:?}", print.mixes());
    assert!(print.mixes().contains(&[92, 72, 45, 55]), "planes in ink as it is set");
    let shadings = print.document.objects.values().filter_map(|object| object.as_dict().ok());
    let shadings: Vec<_> = shadings.filter(|dict| dict.has(b"ShadingType")).collect();
    assert!(!shadings.is_empty());
    assert!(shadings.iter().all(|dict| name(dict, "ColorSpace") == "DeviceCMYK"), "{shadings:?}");
    for target in [PdfTarget::Screen, PdfTarget::Accessible, PdfTarget::Booklet] {
        let operators = desk.pdf(target).operators();
        assert!(!INK.iter().any(|ink| operators.contains(*ink)), "{target:?}: {operators:?}");
    }
}

#[test]
fn small_words_are_in_black_alone() {
    let print = Desk::walk().pdf(PdfTarget::Print);
    let (mut mix, mut size, mut black, mut large) = (Vec::new(), 0.0, 0, 0);
    for operation in print.operations() {
        let parts = || operation.operands.iter().filter_map(|part| part.as_float().ok());
        match operation.operator.as_str() {
            "k" => mix = parts().map(|part| (part * 100.0).round() as u32).collect(),
            "Tf" => size = parts().next().unwrap(),
            "Tj" | "TJ" if mix == [92, 72, 45, 55] => {
                assert!(size >= 18.0, "words of {size} pt on four plates");
                large += 1;
            }
            "Tj" | "TJ" if mix == [0, 0, 0, 100] => black += 1,
            _ => {}
        }
    }
    assert!(black > 10 && large > 0, "{black} in black, {large} large ones in the palette's ink");
}

#[test]
fn a_press_gets_the_bleed_and_nothing_that_only_a_screen_can_use() {
    let desk = Desk::walk();
    let print = desk.pdf(PdfTarget::Print);
    assert_eq!(print.document.version, "1.6");
    for page in print.document.page_iter() {
        assert_eq!(print.boxes(page, "MediaBox"), [0.0, 0.0, 612.3, 810.7]);
        assert_eq!(print.boxes(page, "BleedBox"), [0.0, 0.0, 612.3, 810.7]);
        assert_eq!(print.boxes(page, "TrimBox"), [8.5, 8.5, 603.8, 802.2]);
    }
    assert!(!print.has_annotations());
    assert!(!print.catalog().has(b"Outlines") && !print.catalog().has(b"StructTreeRoot"));
    let info = print.document.trailer.get_deref(b"Info", &print.document).unwrap().as_dict().unwrap();
    assert_eq!(name(info, "Trapped"), "False");
    let screen = desk.pdf(PdfTarget::Screen);
    assert_eq!(screen.boxes(screen.document.page_iter().next().unwrap(), "MediaBox"), [0.0, 0.0, 595.3, 793.7]);
    assert!(screen.has_annotations() && screen.catalog().has(b"Outlines"));
    for said in ["Weekly 41, Summer: One<", ">Ana<", ">Streets<", "2026-12-01T12:00:00", "<rdf:li>en<"] {
        assert!(screen.metadata().contains(said), "{said}: {}", screen.metadata());
    }
}

#[test]
fn pages_break_in_print_where_they_break_on_a_screen() {
    let long = "Words that fill a line of this page and a bit of the next one. ".repeat(40);
    let text = format!("{WALK}\n{}", format!("{long}\n\n").repeat(12));
    let desk = Desk::new(SETTINGS, ISSUE, &[("walk", &text)]);
    let words = |target| {
        let read = desk.pdf(target);
        let pages: Vec<_> = read.document.page_iter().collect();
        let shown = |page: &ObjectId| {
            let content = Content::decode(&read.document.get_page_content(*page)).unwrap();
            let text = content.operations.into_iter().filter(|one| ["Tj", "TJ"].contains(&one.operator.as_str()));
            format!("{:?}", text.map(|one| one.operands).collect::<Vec<_>>())
        };
        pages.iter().map(shown).collect::<Vec<_>>()
    };
    let (screen, print) = (words(PdfTarget::Screen), words(PdfTarget::Print));
    assert!(screen.len() > 8, "{}", screen.len());
    assert!(screen == print);
}

#[test]
fn a_template_that_breaks_pages_elsewhere_in_print_is_refused_by_name() {
    let mut desk = Desk::walk();
    let template = desk.template.get_mut("vocabulary.typ").unwrap();
    template.extend(b"\n#let quiet-article = article\n#let article(..all) = { quiet-article(..all); if json(\"/data/target.json\").target == \"print\" { pagebreak(); [more] } }\n");
    let mut engine = desk.engine();
    assert!(engine.pdf(PdfTarget::Screen).is_ok());
    match engine.pdf(PdfTarget::Print) {
        Err(EngineError::Refused(findings)) => {
            assert!(findings[0].message.starts_with("the template lays it out on "), "{findings:?}");
        }
        other => panic!("{:?}", other.map(|pdf| pdf.len())),
    }
}

#[test]
fn an_ink_of_its_own_paints_the_template_and_the_drawings() {
    let settings = format!("{SETTINGS}[print.spot]\nvermilion = \"HKS 10 K\"\n");
    let print = Desk::new(&settings, ISSUE, &[("walk", WALK)]).pdf(PdfTarget::Print);
    assert!(!print.mixes().contains(&[1, 86, 88, 3]));
    let arrays = print.document.objects.values().filter_map(|object| object.as_array().ok());
    let named = |object: &Object, name: &[u8]| object.as_name().is_ok_and(|known| known == name);
    let separations: Vec<_> =
        arrays.filter(|array| array.first().is_some_and(|name| named(name, b"Separation"))).collect();
    assert!(!separations.is_empty());
    assert!(separations.iter().all(|array| named(&array[1], b"HKS 10 K")), "{separations:?}");
    let tints = print.operations().into_iter().filter(|one| one.operator == "scn" && one.operands.len() == 1);
    assert!(tints.count() > 3);
}

#[test]
fn every_font_is_in_the_file_and_only_the_letters_that_are_used() {
    let desk = Desk::walk();
    for target in ALL {
        let read = desk.pdf(target);
        let dicts = read.document.objects.values().filter_map(|object| object.as_dict().ok());
        let fonts: Vec<_> = dicts.filter(|dict| name(dict, "Type") == "FontDescriptor").collect();
        assert!(fonts.len() > 1);
        for font in fonts {
            assert!(font.has(b"FontFile2") || font.has(b"FontFile3"), "{target:?}: {font:?}");
            let is_subset = name(font, "FontName").as_bytes().get(6) == Some(&b'+');
            assert!(is_subset, "{target:?}: {font:?}");
        }
    }
}

#[test]
fn the_same_issue_gives_the_same_bytes_for_every_target() {
    let desk = Desk::walk();
    let (mut one, mut other) = (desk.engine(), desk.engine());
    for target in ALL {
        // The other way round in the second engine, so that no target hangs on what was built before it.
        let first = written(&mut one, target);
        assert!(first == written(&mut one, target), "{target:?} twice");
        other.pdf(PdfTarget::Print).unwrap();
        assert!(first == written(&mut other, target), "{target:?} elsewhere");
    }
}

#[test]
fn the_pages_on_the_screen_are_the_same_after_print_was_written() {
    let desk = Desk::walk();
    let mut engine = desk.engine();
    let before = engine.last().cloned().unwrap();
    let process = engine.process();
    engine.pdf(PdfTarget::Print).unwrap();
    let after = engine.update(&desk.issue.articles[0]).unwrap();
    assert_eq!(engine.process(), process);
    let hashes = |layout: &typesetting::Layout| layout.pages.iter().map(|page| page.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&after), hashes(&before));
}

#[test]
fn a_booklet_has_its_pages_in_the_order_of_folded_sheets() {
    let grey = |n: usize| format!("#0000{:02X}", 0x10 * n);
    let ad = |n: usize| format!("{{ ad = \"media/{n}.svg\", alt = \"An ad\", advertiser = \"A\" }}");
    let order: Vec<String> = (1..=6).map(ad).collect();
    let issue = format!("title = \"One\"\ndate = 2026-12-01\nrunning-order = [{}]\n", order.join(", "));
    let mut desk = Desk::new(SETTINGS, &issue, &[]);
    for n in 1..=6 {
        let plane = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 216 286\"><rect width=\"216\" height=\"286\" fill=\"{}\"/></svg>",
            grey(n)
        );
        desk.media.insert(format!("media/{n}.svg"), plane.into_bytes());
    }
    let booklet = desk.pdf(PdfTarget::Booklet);
    let pages: Vec<_> = booklet.document.page_iter().collect();
    let sides: Vec<Vec<(usize, bool)>> = pages.iter().map(|page| standing(&booklet, *page)).collect();
    let (left, right) = (false, true);
    assert_eq!(sides, [vec![(1, right)], vec![(2, left)], vec![(6, left), (3, right)], vec![(4, left), (5, right)]]);
    let trim = 595.28;
    assert!(booklet.boxes(pages[0], "MediaBox")[2] > 2.0 * trim);
    assert!(!booklet.has_annotations());
}

/// The pages of a side by the blue of their planes, and whether each stands right of the fold.
fn standing(read: &Read, page: ObjectId) -> Vec<(usize, bool)> {
    let middle = read.boxes(page, "MediaBox")[2] / 2.0;
    let content = Content::decode(&read.document.get_page_content(page)).unwrap();
    let (mut now, mut saved, mut found) = ((1.0, 0.0), Vec::new(), Vec::new());
    for operation in content.operations {
        let part = |n: usize| f64::from(operation.operands[n].as_float().unwrap());
        match operation.operator.as_str() {
            "q" => saved.push(now),
            "Q" => now = saved.pop().unwrap(),
            "cm" => now = (now.0 * part(0), now.1 + now.0 * part(4)),
            "scn" if operation.operands.len() == 3 && part(0) == 0.0 && part(1) == 0.0 && part(2) > 0.0 => {
                let number = (part(2) * 255.0 / 16.0).round() as usize;
                // A plane begins up to a bleed left of the fold, where it is cut.
                found.push((number, now.1 > middle - 30.0));
            }
            _ => {}
        }
    }
    found.sort_by_key(|(_, is_right)| *is_right);
    found
}
