//! What careless and ill-meaning hands put into an issue: a finding or a sound page within the limit, the last good
//! pages stay, nothing outside is read and nobody is called.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

#[path = "../positions/desk.rs"]
mod desk;

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use desk::Desk;
use magazine::{Code, Severity};
use typesetting::{Engine, EngineCommand, EngineError, Layout, Limits, PdfTarget, PictureFormat, SlotName};

/// Far above what anything sound takes here.
const LIMIT: Duration = Duration::from_secs(90);

fn engine() -> Engine {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
    Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits { preview: LIMIT, export: LIMIT })
}

/// Lays out until there are pages, and asks for the picture of each: what cannot be laid out or drawn costs its
/// article at most. The engine has to come to rest after a few endings.
fn settled(engine: &mut Engine, desk: &Desk) -> Layout {
    for _ in 0..6 {
        let layout = match engine.layout(&desk.sources()) {
            Ok(layout) => layout,
            Err(EngineError::Killed { .. }) => continue,
            Err(error) => panic!("{error}"),
        };
        let mut drawn = layout.pages.iter().map(|page| engine.picture(&page.hash, 36.0, PictureFormat::Png));
        match drawn.find_map(Result::err) {
            None => return layout,
            Some(EngineError::Killed { .. } | EngineError::NoSuchPage(_)) => {}
            Some(error) => panic!("{error}"),
        }
    }
    panic!("the engine came to no rest")
}

/// An issue with a sound article and one with this picture.
fn with_picture(file: &str, bytes: Vec<u8>) -> Desk {
    let mut desk = Desk::new("");
    desk.add("sound", "---\ntitle: Sound\n---\nWords.\n");
    desk.picture(file, bytes);
    desk.add("hostile", &format!("---\ntitle: Hostile\n---\nWords.\n\n![A picture]({file})\n"));
    desk
}

fn check_picture(name: &str, file: &str, bytes: Vec<u8>) -> Layout {
    let desk = with_picture(file, bytes);
    let mut engine = engine();
    let layout = settled(&mut engine, &desk);
    assert_eq!(layout.articles.len(), 2, "{name}");
    // What could be drawn can be written; what cannot be written in time is ended, and the next layout still comes.
    for target in [PdfTarget::Screen, PdfTarget::Print] {
        match engine.pdf(target) {
            Ok(_) | Err(EngineError::Killed { .. } | EngineError::Refused(_)) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert_eq!(engine.layout(&desk.sources()).unwrap().articles.len(), 2, "{name}");
    let sound = &layout.pages[0];
    assert_eq!(sound.slot, SlotName::Article("sound".to_owned()), "{name}");
    assert!(!layout.findings.iter().any(|finding| finding.place.as_ref().is_some_and(|it| it.file.contains("sound"))));
    layout
}

fn svg(inside: &str) -> Vec<u8> {
    let spaces = "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";
    format!("<svg {spaces} viewBox=\"0 0 90 60\">{inside}<path d=\"M0 0h9v6z\"/></svg>").into_bytes()
}

#[test]
fn drawings_that_unfold_without_end_cost_their_article_at_most() {
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY l0 \"ha\">{entities}]><svg xmlns=\"http://www.w3.org/2000/svg\" \
         viewBox=\"0 0 9 6\"><text>&l11;</text></svg>"
    );
    check_picture("entities", "media/a.svg", laughs.into_bytes());
    let deep = format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000));
    check_picture("nesting", "media/b.svg", svg(&deep));
    let filter = "<filter id=\"f\" x=\"-900\" y=\"-900\" width=\"99999\" height=\"99999\"><feGaussianBlur stdDeviation=\"9999\"/>\
                  <feMorphology radius=\"9999\"/></filter><rect width=\"90\" height=\"60\" filter=\"url(#f)\"/>";
    check_picture("filters", "media/c.svg", svg(filter));
    let huge = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e9\" height=\"1e9\" viewBox=\"0 0 1e9 1e9\"><path d=\"M0 0h9v6z\"/></svg>";
    check_picture("1e9", "media/d.svg", huge.as_bytes().to_vec());
    let uses: String =
        (1..16).map(|n| format!("<g id=\"u{n}\">{}</g>", format!("<use href=\"#u{}\"/>", n - 1).repeat(10))).collect();
    check_picture(
        "uses",
        "media/e.svg",
        svg(&format!("<defs><g id=\"u0\"><path d=\"M0 0h9v6z\"/></g>{uses}</defs><use href=\"#u15\"/>")),
    );
}

#[test]
fn pictures_too_large_or_cut_off_are_findings() {
    let png = |width: u32, height: u32| {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        head.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
        head.extend([1, 0, 0, 0, 0]);
        let crc = head[12..].iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        });
        head.extend((!crc).to_be_bytes());
        head.extend(b"\0\0\0\x01IDAT\0\0\0\0\0");
        head
    };
    let mut jpeg = Vec::new();
    let noise = image::GrayImage::from_fn(400, 300, |x, y| image::Luma([((x * 37) ^ (y * 91)) as u8]));
    noise.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    let half = jpeg[..jpeg.len() / 2].to_vec();
    let start = jpeg[..12].to_vec();
    for (name, file, bytes) in [
        ("60,000 pixels", "media/a.png", png(60_000, 60_000)),
        ("no start", "media/b.jpg", start),
        ("no picture", "media/c.jpg", b"not a picture".to_vec()),
    ] {
        let layout = check_picture(name, file, bytes);
        assert!(layout.findings.iter().any(|finding| finding.code == Code::BadMedia), "{name}: {:?}", layout.findings);
    }
    // A JPEG goes into a PDF as it is; one that was cut off shows grey below.
    check_picture("half a jpeg", "media/d.jpg", half);
}

#[test]
fn a_drawing_reads_and_calls_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary.png");
    image::RgbImage::from_pixel(40, 40, image::Rgb([255, 0, 255])).save(&canary).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let path = canary.display();
    let up = "../".repeat(30);
    let targets = [
        format!("file://{path}"),
        format!("{path}"),
        format!("{up}{}", path.to_string().trim_start_matches('/')),
        format!("http://127.0.0.1:{port}/a.png"),
        format!("//127.0.0.1:{port}/a.png"),
    ];
    let images: String = targets
        .iter()
        .flat_map(|target| {
            ["href", "xlink:href"].map(|name| format!("<image {name}=\"{target}\" width=\"90\" height=\"60\"/>"))
        })
        .collect();
    let styles = format!(
        "<style>@import url(http://127.0.0.1:{port}/a.css); path {{ fill: url(http://127.0.0.1:{port}/f#g) }}</style>"
    );
    let desk =
        with_picture("media/a.svg", svg(&format!("{styles}{images}<use href=\"http://127.0.0.1:{port}/u.svg#x\"/>")));
    let mut engine = engine();
    let layout = settled(&mut engine, &desk);
    drop(engine.pdf(PdfTarget::Screen));
    for page in &layout.pages {
        let png = engine.picture(&page.hash, 72.0, PictureFormat::Png).unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_rgb8();
        assert!(!picture.pixels().any(|pixel| pixel.0 == [255, 0, 255]), "the canary is on page {}", page.number);
    }
    match listener.accept() {
        Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        Ok((_, from)) => panic!("the page engine called from {from}"),
    }
}

const CODE: [&str; 8] = [
    "#read(\"/etc/passwd\")",
    "#import \"@preview/cetz:0.3.0\": *",
    "#panic(1)",
    "$ #sys.version $",
    "]; #read(\"/etc/passwd\"); [",
    "\\\"); #read(\\\"/etc/passwd\\\"); (\\\"",
    "#set page(width: 1pt)",
    "*/ #eval(\"1\") /*",
];

#[test]
fn code_in_any_field_or_text_is_words() {
    let fields =
        ["title", "section", "standfirst", "authors", "picture-credit", "picture-alt", "language", "summary", "kind"];
    let mut desk = Desk::new(
        "[cover]\nheadline = \"#read(\\\"/etc/passwd\\\")\"\nkicker = \"]; #panic(1); [\"\nstandfirst = \"#eval(\\\"1\\\")\"\n\
         lines = [{ title = \"#panic(2)\", article = \"code0\" }]\n[colophon]\ntext = \"#read(\\\"/etc/passwd\\\") `#a` $x$\"\n\
         [back-cover]\ntext = \"#import \\\"/data/issue.json\\\"\"\n",
    );
    for (number, code) in CODE.iter().enumerate() {
        let yaml = code.replace('\'', "''");
        let front: String = fields.iter().map(|field| format!("{field}: '{yaml}'\n")).collect();
        let text = format!(
            "---\npicture: media/x.svg\n{front}---\n{code}\n\n<!--raw-typst {code} -->\n\n```typst\n{code}\n```\n\n```{{=typst}}\n{code}\n```\n\n\
             `{code}` and `{code}`{{=typst}}\n\n## {code} {{#{code}}}\n\n![{code}](media/x.svg \"{code}\")\n\n[{code}]({code})\n"
        );
        desk.add(&format!("code{number}"), &text);
    }
    let layout = engine().layout(&desk.sources()).unwrap();
    let errors = layout.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(layout.articles.len(), CODE.len());
}

#[test]
fn nested_quotes_and_lists_are_laid_out_within_the_limit() {
    for text in [
        format!("{} deep", ">".repeat(10_000)),
        format!("{}deep", "- ".repeat(10_000)),
        format!("{}deep{}", "*a **b ".repeat(10_000), "** *".repeat(10_000)),
        "[^1]".repeat(2_000) + "\n\n[^1]: Words [^1]\n",
    ] {
        let mut desk = Desk::new("");
        desk.add("sound", "---\ntitle: Sound\n---\nWords.\n");
        desk.add("deep", &format!("---\ntitle: Deep\n---\n{text}\n"));
        let mut engine = engine();
        let layout = settled(&mut engine, &desk);
        assert_eq!(layout.articles.len(), 2);
        assert_eq!(engine.last(), Some(&layout));
    }
}
