//! A real Chromium without a screen, driven through its own driver (W3C WebDriver).

use std::fs;
use std::net::TcpListener;
use std::ops::Range;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::http;

/// How long the driver may take to answer at first, and a page to come after a click, on a machine with other work.
const START: Duration = Duration::from_secs(120);
/// Milliseconds that a script or a page may take.
const LONGEST: u64 = 280_000;
/// Ports below those that systems give to whoever asks for any: none of these is taken between the asking and the use.
const PORTS: Range<u16> = 12_000..30_000;
// No first-run pages, no sandbox that needs rights a container lacks, and nothing that connects by itself.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one page. It ends with this value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts one with an empty profile in `folder`.
    pub(crate) fn start(folder: &Path) -> Result<Browser> {
        let profile = folder.join("profile");
        fs::create_dir_all(&profile)?;
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = command.spawn().context("chromedriver could not be started")?;
        let mut browser = Browser { driver, port, session: String::new() };
        answers(port)?;
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "timeouts": { "script": LONGEST, "pageLoad": LONGEST },
            "goog:chromeOptions": { "args": flags }, "goog:loggingPrefs": { "performance": "ALL" } } } });
        let session = browser.ask("POST", "/session", &wanted)?;
        browser.session = session["sessionId"].as_str().context("the driver names no session")?.to_owned();
        Ok(browser)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        // A request that takes nothing must come without a body: the driver refuses to end a session with `null`.
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let answer = http::ask(self.port, method, path, &[("Content-Type", "application/json")], &body)?;
        let mut value: Value = serde_json::from_str(&answer.body).context("the driver answered no JSON")?;
        ensure!(answer.status == 200, "the browser refused {path}: {}", value["value"]["message"]);
        Ok(value["value"].take())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// Opens a page and waits until it is loaded.
    pub(crate) fn open(&self, address: &str) -> Result<()> {
        self.post("/url", &json!({ "url": address })).map(drop)
    }

    /// What a script on the page returns.
    pub(crate) fn run(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script on the page returns that ends by calling its last argument.
    pub(crate) fn run_until_done(&self, script: &str) -> Result<Value> {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Clicks what a CSS selector finds first.
    pub(crate) fn click(&self, selector: &str) -> Result<()> {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }))?;
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let id = id.with_context(|| format!("`{selector}` is not on the page"))?;
        self.post(&format!("/element/{id}/click"), &json!({})).map(drop)
    }

    /// Clicks what leads to another page, and waits until that page is loaded. The driver itself answers a click as
    /// soon as the mouse is up, which may be before the server was even asked.
    pub(crate) fn follow(&self, selector: &str) -> Result<()> {
        self.run("window.isBehind = true")?;
        self.click(selector)?;
        let until = Instant::now() + START;
        // Between two pages there is none that could run a script.
        while self.run("return !window.isBehind && document.readyState === 'complete'").ok() != Some(json!(true)) {
            ensure!(Instant::now() < until, "`{selector}` led nowhere in {} s", START.as_secs());
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// A command of the browser's own protocol.
    pub(crate) fn command(&self, name: &str, parameters: &Value) -> Result<Value> {
        self.post("/goog/cdp/execute", &json!({ "cmd": name, "params": parameters }))
    }

    /// Makes the page so many CSS pixels wide and high.
    pub(crate) fn size(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", &metrics).map(drop)
    }

    /// What the page looks like now, as PNG.
    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        let picture = self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null)?;
        picture.as_str().and_then(base64).context("the browser took no picture")
    }

    /// The addresses that pages asked for since the last time this was called.
    pub(crate) fn requests(&self) -> Result<Vec<String>> {
        let log = self.post("/se/log", &json!({ "type": "performance" }))?;
        let entries = log.as_array().context("the browser keeps no log")?;
        let address = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            let asked = message["method"] == "Network.requestWillBeSent";
            asked.then(|| message["params"]["request"]["url"].as_str().map(str::to_owned)).flatten()
        };
        // The browser's own first page is made of parts of itself.
        let of_a_page = |url: &String| !url.starts_with("chrome");
        Ok(entries.iter().filter_map(address).filter(of_a_page).collect())
    }

    /// What axe finds on the page by WCAG 2.2 A and AA, each as rule and place. `axe` is axe's own source.
    pub(crate) fn axe(&self, axe: &str) -> Result<Vec<String>> {
        self.run(&format!("{axe}; window.axe = axe;"))?;
        let tags = json!(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
        let script = format!(
            "const done = arguments[0]; window.axe.run(document, {{ runOnly: {{ type: 'tag', values: {tags} }} }})\
             .then(r => done({{ passes: r.passes.length, found: r.violations.flatMap(v => v.nodes.map(n => v.id + ' at ' + n.target + ': ' + n.failureSummary)) }}),\
             e => done({{ passes: 0, found: [String(e)] }}));"
        );
        let result = self.run_until_done(&script)?;
        ensure!(result["passes"].as_u64() > Some(5), "axe checked nothing: {result}");
        let found = result["found"].as_array().context("axe answered nothing")?;
        Ok(found.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser it started; killed at once, it would leave it running.
        let _ = self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Bytes out of base64 with padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut group: u32 = 0;
        for letter in chunk {
            group = group << 6 | u32::try_from(LETTERS.iter().position(|known| known == letter)?).ok()?;
        }
        group <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&group.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

/// A port that nobody uses, and that nobody is given who does not ask for this very one.
pub(crate) fn free_port() -> Result<u16> {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    // Two runs at a time begin elsewhere.
    let first = (std::process::id() % u32::from(many)) as u16;
    for _ in PORTS {
        let port = PORTS.start + (first + ASKED.fetch_add(1, Ordering::Relaxed) % many) % many;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port from {} to {} is free", PORTS.start, PORTS.end)
}

/// Waits until something listens on a port.
pub(crate) fn answers(port: u16) -> Result<()> {
    let until = Instant::now() + START;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > until {
            bail!("nothing listens on port {port} after {} s", START.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
