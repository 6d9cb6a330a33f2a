//! An issue in memory with the repository's own template and fonts.
#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::path::{Path, PathBuf};

use magazine::{Article, Issue, IssueSettings, PublicationSettings, Slot};
use typesetting::{Engine, EngineCommand, Files, IssueSources, Limits};

const DRAWING: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 6\"><path d=\"M0 0h9v6z\"/></svg>";
const FILE: &str = "issues/2026-q4/issue.toml";

const ORDER: &str = r#"title = "Lights"
date = 2026-12-01
running-order = [
  { page = "cover" },
  { ad = "media/x.svg", alt = "An ad", advertiser = "A", size = "half", headline = "Buy" },
  { ad = "media/x.svg", alt = "An ad", advertiser = "A" },
  { page = "colophon" },
  { page = "back-cover" },
]
"#;

pub(crate) struct Desk {
    issue: Issue,
    texts: Vec<(String, String)>,
    issue_text: String,
    template: Files,
    fonts: Vec<Vec<u8>>,
    media: Files,
}

impl Desk {
    /// An issue with these tables in its `issue.toml`, or one of articles alone.
    pub(crate) fn new(tables: &str) -> Self {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets");
        let publication = fs::read_to_string(assets.join("publication.toml")).unwrap();
        let (publication, _) = PublicationSettings::read("assets/publication.toml", &publication);
        let id = "2026-q4".parse().unwrap();
        let order =
            if tables.is_empty() { "title = \"Lights\"\ndate = 2026-12-01\nrunning-order = []\n" } else { ORDER };
        let issue_text = format!("{order}{tables}");
        let (settings, _) = IssueSettings::read(id, FILE, &issue_text, &publication);
        Self {
            issue: Issue { id, number: 41, settings, articles: Vec::new(), publication },
            texts: Vec::new(),
            issue_text,
            template: files(&assets.join("magazine")),
            fonts: files(&assets.join("fonts")).into_values().collect(),
            media: Files::from([("media/x.svg".to_owned(), DRAWING.to_vec())]),
        }
    }

    /// Adds an article at the end of the running order.
    pub(crate) fn add(&mut self, slug: &str, text: &str) {
        let (article, _) = Article::read(slug, &format!("issues/2026-q4/articles/{slug}.md"), text, "en");
        self.issue.settings.running_order.push(Slot::Article(slug.to_owned()));
        self.issue.articles.push(article);
        self.texts.push((slug.to_owned(), text.to_owned()));
    }

    /// Puts a picture into the issue.
    pub(crate) fn picture(&mut self, file: &str, bytes: Vec<u8>) {
        self.media.insert(file.to_owned(), bytes);
    }

    pub(crate) fn sources(&self) -> IssueSources<'_> {
        IssueSources { issue: &self.issue, template: &self.template, fonts: &self.fonts, media: &self.media }
    }

    pub(crate) fn text(&self, slug: &str) -> &str {
        &self.texts.iter().find(|(known, _)| known == slug).unwrap().1
    }

    pub(crate) fn issue_text(&self) -> &str {
        &self.issue_text
    }
}

/// The template's files and the fonts below a folder, by their paths from there.
fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|ending| ending.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("typ" | "ttf" | "otf") => {
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    drop(files.insert(name, fs::read(&path).unwrap()));
                }
                _ => {}
            }
        }
    }
    files
}

pub(crate) fn engine() -> Engine {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
    Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default())
}
