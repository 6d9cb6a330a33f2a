//! The web edition of the sample issue in a real browser: every kind of page, by day and by night, wide and narrow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Tally;
use super::unsubscribe::Server;
use crate::browser::Browser;
use crate::demo::{self, ISSUE};
use crate::masthead::Masthead;
use crate::peers::said;
use crate::ui;
use crate::workspace::Workspace;

/// What a page may weigh before its pictures, in bytes: itself and its style sheet.
const HEAVIEST: usize = 100_000;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let folder = workspace.target.join("web-edition");
    demo::remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let program = workspace.program("cli", false)?;
    let masthead = Masthead { program, publication: workspace.root.clone(), data: folder.join("data") };
    let site = folder.join("site");
    build(&masthead, &site)?;
    let pages = pages(&site)?;
    tally.check("no page is heavy", light(&site, &pages));
    tally.check("the feed is RSS 2.0 and leads to pages that are there", feed(workspace, &site));
    tally.check("the same issue makes the same bytes", same(&masthead, &site, &folder.join("again")));

    let server = Server::start(&site)?;
    let browser = Browser::start(&folder.join("browser"))?;
    let axe = ui::axe(workspace)?;
    let visit = Visit { browser, server, pages, axe, looks: folder.join("looks") };
    fs::create_dir_all(&visit.looks)?;
    tally.check("axe finds nothing by day and by night", visit.accessible());
    tally.check("no page scrolls sideways on a phone or at 200 %", visit.narrow());
    tally.check("nobody else is asked for anything, and everything is there", visit.alone());
    tally.check("every page was seen", visit.seen());
    Ok(())
}

fn build(masthead: &Masthead, site: &Path) -> Result<()> {
    masthead.ask(&["build", ISSUE, "--target", "web", "--out", &site.display().to_string()]).map(drop)
}

/// The pages' paths on the site.
fn pages(site: &Path) -> Result<Vec<String>> {
    let all = files(site)?;
    let pages: Vec<String> = all.keys().filter(|path| path.ends_with(".html")).cloned().collect();
    ensure!(pages.len() > 10, "{} pages", pages.len());
    Ok(pages)
}

fn files(site: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![site.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(site)?.display().to_string(), path);
            }
        }
    }
    Ok(found)
}

fn light(site: &Path, pages: &[String]) -> Result<String> {
    let style = fs::metadata(site.join("style.css"))?.len() as usize;
    let mut heaviest = (0, "");
    for page in pages {
        let bytes = fs::metadata(site.join(page))?.len() as usize + style;
        ensure!(bytes <= HEAVIEST, "{page} and its style have {bytes} bytes");
        heaviest = heaviest.max((bytes, page));
    }
    Ok(format!("at most {} kB, {}", heaviest.0.div_ceil(1000), heaviest.1))
}

fn same(masthead: &Masthead, site: &Path, again: &Path) -> Result<String> {
    build(masthead, again)?;
    let (first, second) = (files(site)?, files(again)?);
    ensure!(first.keys().eq(second.keys()), "the files have other names");
    for (name, path) in &first {
        ensure!(fs::read(path)? == fs::read(&second[name])?, "{name} differs");
    }
    Ok(format!("{} files", first.len()))
}

/// By a parser that is not ours, and the rules of RSS and of site maps.
fn feed(workspace: &Workspace, site: &Path) -> Result<String> {
    let script = workspace.root.join("src-tauri/crates/xtask/checks/feed.py");
    let settings = fs::read_to_string(workspace.root.join("assets/publication.toml"))?;
    let web = settings.lines().find_map(|line| line.strip_prefix("web = \"")?.strip_suffix('"'));
    let web = web.context("the sample publication names no web address")?;
    let read = said(Command::new("python3").arg(script).arg(site).arg(web), "feed.py")?;
    let read: Value = serde_json::from_str(&read)?;
    ensure!(read["faults"] == json!([]), "{}", read["faults"]);
    ensure!(read["items"].as_u64() > Some(5), "{} items", read["items"]);
    Ok(format!("{} articles, {} pages", read["items"], read["places"]))
}

struct Visit {
    browser: Browser,
    server: Server,
    pages: Vec<String>,
    axe: String,
    looks: PathBuf,
}

impl Visit {
    fn open(&self, page: &str) -> Result<()> {
        self.browser.open(&format!("http://127.0.0.1:{}/{page}", self.server.port))
    }

    fn night(&self, night: bool) -> Result<()> {
        let scheme = if night { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.browser.command("Emulation.setEmulatedMedia", &features).map(drop)
    }

    fn accessible(&self) -> Result<String> {
        for night in [false, true] {
            self.night(night)?;
            self.browser.size(1280, 900)?;
            for page in &self.pages {
                self.open(page)?;
                let found = self.browser.axe(&self.axe)?;
                ensure!(found.is_empty(), "{page}: {}", found.join("\n"));
            }
        }
        Ok(format!("{} pages", self.pages.len()))
    }

    fn narrow(&self) -> Result<String> {
        // At 200 % a window of 1280 has 640 CSS pixels.
        for (width, zoom) in [(320, ""), (640, ""), (1280, "document.documentElement.style.fontSize = '200%';")] {
            self.browser.size(width, 800)?;
            for page in &self.pages {
                self.open(page)?;
                let wide = self.browser.run(&format!("{zoom} return document.documentElement.scrollWidth"))?;
                ensure!(wide.as_u64() <= Some(u64::from(width)), "{page} is {wide} wide in a window of {width}");
            }
        }
        Ok(String::new())
    }

    fn alone(&self) -> Result<String> {
        self.browser.requests()?;
        let mut pictures = 0;
        for page in &self.pages {
            self.open(page)?;
            let seen = self.browser.run_until_done(
                "const done = arguments[0]; for (const i of document.images) i.loading = 'eager';\
                 Promise.all([...document.images].map(i => i.decode().catch(() => {}))).then(() =>\
                 done([document.images.length, [...document.images].filter(i => !i.naturalWidth).map(i => i.src)]))",
            )?;
            ensure!(seen[1].as_array().is_some_and(Vec::is_empty), "{page} lacks {}", seen[1]);
            pictures += seen[0].as_u64().unwrap_or(0);
            let scripts = self.browser.run("return document.scripts.length")?;
            ensure!(scripts == 0, "{page} holds {scripts} scripts");
        }
        let own = format!("http://127.0.0.1:{}/", self.server.port);
        let asked = self.browser.requests()?;
        let away: Vec<&String> =
            asked.iter().filter(|url| !url.starts_with(&own) && !url.starts_with("data:")).collect();
        ensure!(away.is_empty() && asked.len() > self.pages.len(), "{away:?}");
        Ok(format!("{} requests, {pictures} pictures", asked.len()))
    }

    /// A picture of every page, wide, narrow and dark, for people to look at.
    fn seen(&self) -> Result<String> {
        let mut count = 0;
        for (look, width, night) in [("day", 1280, false), ("night", 1280, true), ("phone", 390, false)] {
            self.night(night)?;
            self.browser.size(width, 900)?;
            for page in &self.pages {
                self.open(page)?;
                let name = format!("{look}-{}.png", page.replace('/', "-").trim_end_matches(".html"));
                fs::write(self.looks.join(name), self.browser.picture()?)?;
                count += 1;
            }
        }
        Ok(format!("{count} pictures in {}", self.looks.display()))
    }
}
