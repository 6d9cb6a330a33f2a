//! The PDFs read back: what a screen reader, an archive and a reader's window are promised is in the file.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::path::Path;

use hayro_syntax::Pdf;
use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use support::{Publication, repository};

const ISSUE: &str = r#"
title = "One"
season = "Summer 2026"
date = 2026-06-01
running-order = [{ page = "cover" }, { page = "contents" }, { article = "b" }, { article = "a" }]
[cover]
headline = "A cover"
"#;
const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 6\"><path opacity=\"0.5\" d=\"M0 0h9v6z\"/></svg>";
const WALK: &str = "---\ntitle: A walk\n---\nThe walk[^1] comes [first](https://example.org).\n\n## A head\n\n\
                    | A | B |\n| --- | --- |\n| 1 | 2 |\n\n[^1]: A note.\n";
const TOWER: &str =
    "---\ntitle: Turnul\nlanguage: ro\n---\nUn turn.\n\n![A tower](media/x.svg \"It stands.\"){credit=\"A\"}\n";

#[test]
fn every_target_is_written_and_named() {
    let publication = with_a_picture();
    let out = publication.path("out");
    let built = publication.json(&["build", "2026-q2", "--target", "all", "--out", out.to_str().unwrap()]);
    let files = built["files"].as_array().unwrap();
    let named: Vec<_> = files.iter().map(|file| file["target"].as_str().unwrap()).collect();
    assert_eq!(named, ["screen", "print", "accessible", "booklet"]);
    for file in files {
        let path = out.join(format!("2026-q2-{}.pdf", file["target"].as_str().unwrap()));
        assert_eq!(file["path"], path.to_str().unwrap());
        assert_eq!(file["bytes"], fs::metadata(&path).unwrap().len());
        assert_eq!(file["pages"], Read::open(&path).pdf.pages().len());
    }
    let web = out.join("web/2026-q2/index.html");
    assert!(built["web"]["index"] == web.to_str().unwrap() && web.is_file(), "{built}");
}

#[test]
fn an_article_that_is_gone_leaves_the_web_edition_and_a_strangers_file_stays() {
    let publication = with_a_picture();
    let build = || publication.run(&["build", "2026-q2", "--target", "web"]).code;
    let (site, page) = (publication.path("build/web"), |path: &str| publication.path("build/web/2026-q2").join(path));
    assert_eq!(build(), 0);
    assert!(page("a/index.html").is_file() && page("b/index.html").is_file());
    let pictures = fs::read_dir(page("pictures")).unwrap().count();
    fs::create_dir_all(page("b/own")).unwrap();
    for own in ["b/own/note.txt", "pictures/own.png", "own.html"] {
        fs::write(page(own), "mine").unwrap();
    }
    let settings = fs::read_to_string(publication.path("issues/2026-q2/issue.toml")).unwrap();
    publication.write("issues/2026-q2/issue.toml", &settings.replace("{ article = \"b\" }, ", ""));
    build();
    assert!(page("a/index.html").is_file() && !page("b/index.html").exists());
    assert!(fs::read_dir(page("pictures")).unwrap().count() <= pictures);
    assert!(["b/own/note.txt", "pictures/own.png", "own.html"].iter().all(|own| page(own).is_file()));
    assert!(!fs::read_to_string(site.join("sitemap.xml")).unwrap().contains("/b/"));
}

#[test]
fn linked_pictures_of_a_mail_are_in_the_web_edition_and_not_in_the_mail() {
    let publication = with_a_picture();
    let edition = "---\nsubject: Out\npictures: link\n---\n![A tower](media/x.svg)\n\n\
                   ```chart\ntype: bar\ntitle: Trams\nalt: More.\n---\nyear,trams\n2025,3\n2026,4\n```\n";
    publication.write("issues/2026-q2/editions/launch.md", edition);
    assert_eq!(publication.run(&["build", "2026-q2", "--target", "web"]).code, 0);
    let mail = publication.run(&["render", "2026-q2/launch"]).stdout;
    assert!(!mail.contains("image/jpeg") && !mail.contains("cid:"), "{mail}");
    let whole = mail.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=");
    let web = "src=\"https://weekly.example.org/";
    let shown: Vec<&str> = whole.split(web).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(shown.len(), 3, "the tower, and the chart by day and by night: {whole}");
    for path in shown {
        let jpeg = fs::read(publication.path("build/web").join(path)).unwrap();
        assert!(jpeg.starts_with(&[0xff, 0xd8]), "{path}");
    }
    publication.write("issues/2026-q2/editions/launch.md", &edition.replace("pictures: link\n", ""));
    let mail = publication.run(&["render", "2026-q2/launch"]).stdout;
    assert_eq!(mail.matches("Content-Type: image/jpeg").count(), 3, "embedded, each goes along");
}

#[test]
fn a_mail_leads_to_its_own_page_and_both_show_the_pictures_that_it_alone_has() {
    let publication = Publication::new();
    let square = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><rect width=\"9\" height=\"9\"/></svg>";
    publication.write("issues/2026-q2/media/own.svg", square);
    let edition = "---\nsubject: Out\npreheader: It is.\n---\nDear {{ first_name | default: \"reader\" }},\n\n\
                   ![A square](media/own.svg)\n\n[[a]]\n\n![A hole](media/hole.svg)\n";
    publication.write("issues/2026-q2/editions/launch.md", edition);
    let rendered = publication.run(&["render", "2026-q2/launch"]);
    assert_eq!(rendered.code, 1, "a picture is missing");
    let (mail, said) = (rendered.stdout.replace("=\r\n", "").replace("=\n", "").replace("=3D", "="), rendered.stderr);
    assert!(said.contains("picture not found: `media/hole.svg`") && said.contains("editions/launch.md:11:"), "{said}");
    assert_eq!(mail.matches("Content-Type: image/jpeg").count(), 1, "{mail}");
    let page = mail.split("href=\"https://weekly.example.org/").find_map(|rest| rest.split_once("mail/launch/\""));
    let issue = page.expect("the mail leads to its own page").0;
    assert_eq!(publication.run(&["build", "2026-q2", "--target", "web"]).code, 0);
    let page = publication.path("build/web").join(issue).join("mail/launch");
    let text = fs::read_to_string(page.join("index.html")).unwrap();
    assert!(
        text.contains("<p>Dear reader,</p>") && text.contains("<h2><a href=\"../../a/\">A walk</a></h2>"),
        "{text}"
    );
    let shown = text.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(fs::read(page.join(shown)).unwrap().starts_with(&[0xff, 0xd8]), "{shown}");
}

#[test]
fn a_personal_pdf_has_its_readers_name_on_the_cover_and_nothing_else_of_its_own() {
    let publication = with_a_picture();
    publication.write("issues/2026-q2/editions/launch.md", "---\nsubject: Out\npdf: personal\n---\nHello.\n");
    publication.write("list.csv", "email,name\nana@example.org,Ana Țăranu\nion@example.org,Ion\nli@example.org,李\n");
    let list = publication.path("list.csv");
    publication.run(&["subscribers", "import", list.to_str().unwrap(), "--source", "x", "--basis", "y"]);
    let attached = |to: &str| {
        let mail = publication.run(&["render", "2026-q2/launch", "--to", to]).stdout;
        let lines = mail.split("filename=\"2026-q2-screen.pdf\"").nth(1).unwrap().trim_start();
        base64(lines.split("--").next().unwrap())
    };
    let (ana, ion, nobody) = (attached("ana@example.org"), attached("ion@example.org"), attached("li@example.org"));
    assert_eq!((ana.len(), ana.len()), (ion.len(), nobody.len()));
    let cover = |pdf: &[u8]| Pdf::new(pdf.to_vec()).unwrap().pages()[0].page_stream().unwrap().to_vec();
    let letters = |pdf: &[u8]| {
        let cover = String::from_utf8_lossy(&cover(pdf)).into_owned();
        cover.split("/Artifact BMC\nq 1 1 1 rg").nth(1).map_or(0, |label| label.matches("\nf\n").count())
    };
    assert_eq!((letters(&ana), letters(&ion), letters(&nobody)), (9, 3, 0));
    let apart: Vec<usize> = (0..ana.len()).filter(|place| ana[*place] != nobody[*place]).collect();
    assert!(apart.last().unwrap() - apart[0] < 16_000, "the label alone tells two copies apart");
    assert!(Pdf::new(ana).unwrap().pages().len() > 2, "the issue is whole");
}

/// What base64 says, by hand: the tests know none of the program's own.
fn base64(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: u8| alphabet.iter().position(|known| *known == letter).map(|place| place as u32);
    let values: Vec<u32> = text.bytes().filter_map(value).collect();
    let group = |group: &[u32]| {
        let bits = group.iter().enumerate().fold(0, |bits, (place, value)| bits | value << (18 - 6 * place));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    values.chunks(4).flat_map(group).collect()
}

#[test]
fn the_accessible_pdf_of_an_issue_can_be_read_aloud_and_kept() {
    let publication = with_a_picture();
    let pdf = built(publication.command(&["build", "2026-q2", "--target", "accessible"]), &publication.path("out"));
    pdf.is_tagged("en", "Weekly 2, Summer 2026: One");
    pdf.can_be_read_aloud_and_kept();
    assert_eq!(pdf.outline(), ["A cover", "Contents", "Turnul", "A walk"]);
    assert!(pdf.links().contains(&"https://example.org".to_owned()));
    assert_eq!(pdf.alternatives(), ["A tower"]);
}

#[test]
fn the_pdf_for_a_screen_is_tagged_and_promises_no_standard() {
    let publication = with_a_picture();
    let pdf = built(publication.command(&["build", "2026-q2"]), &publication.path("out"));
    pdf.is_tagged("en", "Weekly 2, Summer 2026: One");
    assert_eq!(pdf.outline(), ["A cover", "Contents", "Turnul", "A walk"]);
    assert!(pdf.links().contains(&"https://example.org".to_owned()));
    assert!(!pdf.metadata().contains("pdfuaid:part") && !pdf.metadata().contains("pdfaid:part"));
}

#[test]
fn a_picture_without_words_keeps_the_accessible_pdf_from_being_written_and_no_other() {
    let publication = with_a_picture();
    publication.write("issues/2026-q2/articles/b.md", &TOWER.replace("A tower", ""));
    let ended = publication.run(&["build", "2026-q2", "--target", "all"]);
    assert_eq!(ended.code, 1);
    for told in ["the PDF was not written", "missing alt text", "hint: `masthead check 2026-q2` names"] {
        assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
    }
    assert!(ended.stderr.contains("error: accessible: "), "{}", ended.stderr);
    for written in ["screen", "print", "booklet"] {
        assert!(publication.path(&format!("build/2026-q2-{written}.pdf")).exists(), "{written}");
    }
    assert!(!publication.path("build/2026-q2-accessible.pdf").exists());
}

#[test]
fn the_sample_issue_passes_as_it_is() {
    let desk = Publication::new();
    let mut masthead = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"));
    masthead.arg("--publication").arg(repository()).arg("--data").arg(desk.path("data"));
    masthead.args(["build", "2026-q4", "--target", "accessible"]);
    let pdf = built(masthead, &desk.path("out"));
    pdf.is_tagged("en", "Smart City Magazine 41, Winter 2026: Know the city before you wire it");
    pdf.can_be_read_aloud_and_kept();
    let articles = titles_in_running_order(&repository().join("issues/2026-q4"));
    let outline = pdf.outline();
    let placed: Vec<&String> = outline[2..].iter().take(articles.len()).collect();
    assert_eq!(placed, articles.iter().collect::<Vec<_>>(), "after cover and contents, an entry an article");
    assert!(pdf.alternatives().len() > articles.len());
}

#[test]
fn the_sample_issue_goes_to_press_in_inks_alone_and_to_a_screen_in_light_alone() {
    let desk = Publication::new();
    let mut masthead = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"));
    masthead.arg("--publication").arg(repository()).arg("--data").arg(desk.path("data"));
    masthead.args(["build", "2026-q4", "--target", "all", "--out"]).arg(desk.path("out"));
    assert_eq!(support::ended(masthead.output().unwrap()).code, 0);
    let read = |target: &str| Read::open(&desk.path(&format!("out/2026-q4-{target}.pdf")));
    let (screen, print, booklet) = (read("screen"), read("print"), read("booklet"));
    let accessible = read("accessible");
    assert_eq!(print.operators_of(&["rg", "RG", "cs", "CS", "scn", "SCN"]), 0);
    assert!(print.operators_of(&["k"]) > 10_000, "the drawings too");
    assert_eq!(screen.operators_of(&["k", "K"]), 0);
    assert_eq!(screen.pdf.pages().len(), print.pdf.pages().len());
    assert_eq!(screen.pdf.pages().len().next_multiple_of(4) / 2, booklet.pdf.pages().len());
    assert!(print.links().is_empty() && booklet.links().is_empty());
    assert!(print.pdf.pages().iter().all(|page| page.raw().contains_key("BleedBox")));
    assert!(print.pdf.pages().iter().all(|page| {
        let corners = |key: &str| page.raw().get::<Array>(key).map(|corners| corners.iter::<f64>().collect::<Vec<_>>());
        let (trim, bleed) = (corners("TrimBox").unwrap(), corners("BleedBox").unwrap());
        trim.iter().zip(&bleed).all(|(trim, bleed)| ((trim - bleed).abs() - 3.0 * 72.0 / 25.4).abs() < 0.1)
    }));
    screen.is_tagged("en", "Smart City Magazine 41, Winter 2026: Know the city before you wire it");
    assert_eq!((screen.outline(), screen.alternatives()), (accessible.outline(), accessible.alternatives()));
    assert!(screen.alternatives().iter().all(|alternative| !alternative.is_empty()));
    accessible.can_be_read_aloud_and_kept();
    [screen, print, booklet].iter().for_each(Read::has_every_font);
}

#[test]
fn a_printers_profile_is_in_the_file_and_one_that_is_not_there_is_told() {
    let publication = with_a_picture();
    let settings = fs::read_to_string(publication.path("assets/publication.toml")).unwrap();
    publication.write("assets/publication.toml", &format!("{settings}\n[print]\nprofile = \"press.icc\"\n"));
    let told = |message: &str| {
        let ended = publication.run(&["build", "2026-q2", "--target", "all"]);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.contains(&format!("error: print: {message}")), "{}", ended.stderr);
        assert!(!publication.path("build/2026-q2-print.pdf").exists());
        assert!(publication.path("build/2026-q2-booklet.pdf").exists());
    };
    told("the printer's profile is not there: `press.icc`");
    publication.write("assets/press.icc", "no profile");
    told("the PDF was not written");
    publication.write("assets/publication.toml", &format!("{settings}\n[print]\nprofile = \"../press.icc\"\n"));
    told("the printer's profile is outside `assets`: `../press.icc`");
    publication.write("assets/publication.toml", &format!("{settings}\n[print]\ncondition = \"FOGRA51\"\n"));
    let pdf = built(publication.command(&["build", "2026-q2", "--target", "print"]), &publication.path("out"));
    let intents: Array = pdf.catalog().get("OutputIntents").unwrap();
    let intent = intents.iter::<Dict>().next().unwrap();
    assert_eq!(text(&intent, "OutputConditionIdentifier").as_deref(), Some("FOGRA51"));
    assert!(!pdf.metadata().contains("PDF/X-4"), "nothing is claimed without the profile");
}

fn with_a_picture() -> Publication {
    let publication = Publication::new();
    publication.write("issues/2026-q2/issue.toml", ISSUE);
    publication.write("issues/2026-q2/articles/a.md", WALK);
    publication.write("issues/2026-q2/articles/b.md", TOWER);
    publication.write("issues/2026-q2/media/x.svg", DRAWING);
    publication
}

/// The one PDF that a build writes.
fn built(mut masthead: std::process::Command, out: &Path) -> Read {
    let ended = support::ended(masthead.arg("--out").arg(out).output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    Read::open(Path::new(ended.stdout.trim()))
}

/// The titles as they stand in the files, so that the outline is not compared with what made it.
fn titles_in_running_order(issue: &Path) -> Vec<String> {
    let order = fs::read_to_string(issue.join("issue.toml")).unwrap();
    let slugs = order.lines().filter_map(|line| line.strip_prefix("  { article = \"")?.split('"').next());
    let title = |slug: &str| {
        let text = fs::read_to_string(issue.join(format!("articles/{slug}.md"))).unwrap();
        text.lines().find_map(|line| line.strip_prefix("title: ").map(str::to_owned)).unwrap()
    };
    slugs.map(title).collect()
}

/// A PDF that was read back.
struct Read {
    pdf: Pdf,
}

impl Read {
    fn open(path: &Path) -> Self {
        Self { pdf: Pdf::new(fs::read(path).unwrap()).unwrap() }
    }

    fn catalog(&self) -> Dict<'_> {
        self.pdf.xref().get(self.pdf.xref().root_id()).unwrap()
    }

    /// What every PDF of ours is: tagged, in a language, under its title.
    fn is_tagged(&self, language: &str, title: &str) {
        let catalog = self.catalog();
        assert_eq!(catalog.get::<Dict>("MarkInfo").unwrap().get::<bool>("Marked"), Some(true));
        assert_eq!(text(&catalog, "Lang").as_deref(), Some(language));
        assert!(self.elements().len() > 4, "a structure tree");
        assert!(self.metadata().contains(&format!(">{title}</rdf:li>")), "{}", self.metadata());
    }

    /// What PDF/UA-1 and PDF/A-2a ask for, beyond what the writer itself refuses.
    fn can_be_read_aloud_and_kept(&self) {
        let metadata = self.metadata();
        for claim in ["<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"] {
            assert!(metadata.contains(claim), "{claim}: {metadata}");
        }
        let preferences: Dict = self.catalog().get("ViewerPreferences").unwrap();
        assert_eq!(preferences.get::<bool>("DisplayDocTitle"), Some(true));
        assert!(self.catalog().contains_key("OutputIntents"), "the colours' meaning");
        assert!(self.alternatives().iter().all(|alternative| !alternative.is_empty()));
        self.has_every_font();
    }

    fn has_every_font(&self) {
        let described = |dict: &Dict| name(dict, "Type").as_deref() == Some("FontDescriptor");
        let descriptors: Vec<Dict> = self.dicts().filter(described).collect();
        assert!(!descriptors.is_empty());
        for descriptor in descriptors {
            let is_in_the_file = ["FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
            let called = name(&descriptor, "FontName").unwrap_or_default();
            assert!(is_in_the_file, "{called} is not embedded");
            // Six letters and a plus: only what is used is in the file.
            assert_eq!(called.find('+'), Some(6), "{called} is there with letters that nobody needs");
        }
        // Type 0 fonts lead to one of these; a font without a descriptor would be one that a reader has to have.
        let bare = self.dicts().find(|dict| {
            name(dict, "Type").as_deref() == Some("Font")
                && !["Type0", "Type3"].contains(&name(dict, "Subtype").unwrap_or_default().as_str())
                && !dict.contains_key("FontDescriptor")
        });
        assert!(bare.is_none(), "{bare:?}");
    }

    /// How often any of these operators stands in what paints.
    fn operators_of(&self, wanted: &[&str]) -> usize {
        let is_form = |stream: &Stream| name(stream.dict(), "Subtype").as_deref() == Some("Form");
        let forms = self.pdf.objects().into_iter().filter_map(Object::into_stream).filter(is_form);
        let forms = forms.map(|form| form.decoded().unwrap().to_vec());
        let pages = self.pdf.pages().iter().map(|page| page.page_stream().unwrap().to_vec());
        let count = |content: Vec<u8>| {
            let (mut operations, mut found) = (UntypedIter::new(&content), 0);
            while let Some(operation) = operations.next() {
                found += usize::from(wanted.iter().any(|name| name.as_bytes() == &**operation.operator));
            }
            found
        };
        pages.chain(forms).map(count).sum()
    }

    fn metadata(&self) -> String {
        let stream: Stream = self.catalog().get("Metadata").unwrap();
        String::from_utf8(stream.decoded().unwrap().to_vec()).unwrap()
    }

    /// The titles of the outline's first level, from the first to the last.
    fn outline(&self) -> Vec<String> {
        let root: Dict = self.catalog().get("Outlines").unwrap();
        let entries = std::iter::successors(root.get::<Dict>("First"), |entry| entry.get("Next"));
        entries.map(|entry| text(&entry, "Title").unwrap()).collect()
    }

    /// Where the pages' links lead; those inside the file lead to an empty text.
    fn links(&self) -> Vec<String> {
        let annotations = self.pdf.pages().iter().filter_map(|page| page.raw().get::<Array>("Annots"));
        let dicts: Vec<Dict> = annotations.flat_map(|array| array.iter::<Dict>().collect::<Vec<_>>()).collect();
        let address = |link: &Dict| text(&link.get::<Dict>("A")?, "URI");
        dicts.iter().map(|link| address(link).unwrap_or_default()).collect()
    }

    /// The text alternatives of the figures in the order of reading; a figure without one gives an empty text.
    fn alternatives(&self) -> Vec<String> {
        let figures = self.elements().into_iter().filter(|element| name(element, "S").as_deref() == Some("Figure"));
        figures.map(|figure| text(&figure, "Alt").unwrap_or_default()).collect()
    }

    /// The elements of the structure tree, from the first to the last.
    fn elements(&self) -> Vec<Dict<'_>> {
        let mut elements = Vec::new();
        walk(&self.catalog().get("StructTreeRoot").unwrap(), &mut elements);
        elements
    }

    fn dicts(&self) -> impl Iterator<Item = Dict<'_>> {
        self.pdf.objects().into_iter().filter_map(Object::into_dict)
    }
}

fn walk<'a>(element: &Dict<'a>, found: &mut Vec<Dict<'a>>) {
    let children: Vec<Object> = match element.get::<Object>("K") {
        Some(Object::Array(array)) => array.iter().collect(),
        Some(only) => vec![only],
        None => Vec::new(),
    };
    for child in children.into_iter().filter_map(Object::into_dict).filter(|child| child.contains_key("S")) {
        found.push(child.clone());
        walk(&child, found);
    }
}

fn name(dict: &Dict, key: &str) -> Option<String> {
    Some(dict.get::<Name>(key)?.as_str().to_owned())
}

/// A text: UTF-16 when it begins with its mark, else ASCII.
fn text(dict: &Dict, key: &str) -> Option<String> {
    let string: PdfString = dict.get(key)?;
    let Some(wide) = string.as_bytes().strip_prefix(b"\xfe\xff") else {
        return String::from_utf8(string.as_bytes().to_vec()).ok();
    };
    let units: Vec<u16> = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}
