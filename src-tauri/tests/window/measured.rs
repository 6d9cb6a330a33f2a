//! What somebody at the window waits for, beside WebKitGTK's own browser and plain CodeMirror, in the same run.
//!
//! `cargo xtask bench window` prepares what this wants and prints what it writes. Ours and the yardstick take turns, and
//! what is told is a median, or the value that 95 in 100 do not exceed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::driver::{self, Start, Window};
use crate::sample::{self, Sample};
use crate::{breaking, editing, reading};

const TURNS: usize = 5;
const KEYS: usize = 150;
const SOON: Duration = Duration::from_secs(60);
const LAYOUT: Duration = Duration::from_secs(180);
/// Pages of the issues in which a key is followed to its page.
const PAGES: [&str; 2] = ["16", "200"];
/// Frames that a list is scrolled for.
const FRAMES: usize = 240;

#[tokio::test]
#[ignore = "measures for minutes; `cargo xtask bench window` runs it"]
async fn what_somebody_waits_for() -> Result<()> {
    let given = |name: &str| std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set"));
    let plain = given("MASTHEAD_BENCH_PLAIN")?;
    let site = Site::serve(&plain)?;
    let issues = given("MASTHEAD_BENCH_ISSUES")?;
    let wanted = Wanted::told();
    let mut table = Table::begin()?;
    if wanted.has("start") {
        table.add(start(&site).await?)?;
    }
    if wanted.has("typing") {
        table.add(typing(&site, &plain).await?)?;
    }
    for pages in PAGES.iter().filter(|_| wanted.has("painting")) {
        table.add(painting(&issues.join(pages), pages).await?)?;
    }
    if wanted.has("memory") {
        table.add(memory(&site, &issues.join("64")).await?)?;
    }
    if wanted.has("scrolling") {
        table.add([scrolling(&site, &given("MASTHEAD_BENCH_PEOPLE")?).await?])?;
    }
    Ok(())
}

/// Which of the figures are asked for; all of them when none is named.
struct Wanted(Option<String>);

impl Wanted {
    fn told() -> Self {
        Self(std::env::var("MASTHEAD_BENCH_ONLY").ok())
    }

    fn has(&self, figure: &str) -> bool {
        self.0.as_deref().is_none_or(|names| names.split(',').any(|name| name == figure))
    }
}

/// The figures so far, in a file: what was measured is kept when a later one cannot be.
struct Table(fs::File);

impl Table {
    fn begin() -> Result<Self> {
        let mut file = fs::File::create(driver::pictures()?.join("figures.md"))?;
        writeln!(file, "| | ours | yardstick | ÷ | to reach |\n| --- | ---: | ---: | ---: | ---: |")?;
        Ok(Self(file))
    }

    fn add(&mut self, rows: impl IntoIterator<Item = Row>) -> Result<()> {
        rows.into_iter().try_for_each(|row| Ok(self.0.write_all(row.line().as_bytes())?))
    }
}

/// A figure, beside its yardstick where there is one.
struct Row {
    what: String,
    ours: f64,
    theirs: Option<f64>,
    unit: &'static str,
    bound: Bound,
}

/// What a figure is to reach.
enum Bound {
    /// So many times the yardstick.
    Times(f64),
    /// So much by itself.
    Most(f64),
    /// Nothing: it is there to be compared.
    Open,
}

impl Row {
    fn line(&self) -> String {
        let Row { what, ours, theirs, unit, bound } = self;
        let yardstick = theirs.map_or_else(String::new, |theirs| format!("{theirs:.0} {unit}"));
        let ratio = theirs.map(|theirs| ours / theirs);
        let (wanted, reached) = match bound {
            Bound::Times(most) => (format!("≤ {most} ×"), ratio.is_some_and(|ratio| ratio <= *most)),
            Bound::Most(most) => (format!("≤ {most} {unit}"), ours <= most),
            Bound::Open => (String::new(), true),
        };
        let mark = if wanted.is_empty() {
            ""
        } else if reached {
            " ✓"
        } else {
            " ✗"
        };
        let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        format!("| {what} | {ours:.0} {unit} | {yardstick} | {ratio} | {wanted}{mark} |\n")
    }
}

/// From the start of the program to the editor on the screen and to the last page's picture, and MiniBrowser's to a bare
/// page.
async fn start(site: &Site) -> Result<Vec<Row>> {
    let (mut ours, mut pictures, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let sample = Sample::copy()?;
    for _ in 0..=TURNS {
        let began = Instant::now();
        let browser = MiniBrowser::open(&site.address("bare.html"))?;
        site.ready.recv_timeout(SOON).context("MiniBrowser shows nothing")?;
        theirs.push(began.elapsed().as_secs_f64() * 1000.0);
        drop(browser);
        let window = Window::open(&sample, Start::Publication).await?;
        let began = started(window.program()?)?;
        ours.push(moment(&window, "ready to type").await? - began);
        pictures.push(moment(&window, "first picture").await? - began);
        wait_until_kept(&sample).await?;
        window.close().await?;
    }
    // The first turn finds nothing in the system's memory, and no picture of another day.
    let [ours, pictures, theirs] = [ours, pictures, theirs].map(|times| percentile(&times[1..], 0.5));
    let row = |what: &str, ours, bound| Row { what: what.to_owned(), ours, theirs: Some(theirs), unit: "ms", bound };
    let typed = "start: until the editor can be typed into; MiniBrowser until a bare page is painted";
    let seen = "start: until the last page's picture is there as well";
    Ok(vec![row(typed, ours, Bound::Times(1.25)), row(seen, pictures, Bound::Open)])
}

/// When the page came to a point, in milliseconds since 1970.
async fn moment(window: &Window, mark: &str) -> Result<f64> {
    let script = format!(
        "const [mark] = performance.getEntriesByName('{mark}'); return mark ? performance.timeOrigin + mark.startTime : null"
    );
    driver::eventually(mark, SOON, || async { Ok(window.script(&script).await?.as_f64()) }).await
}

/// Until the pages are kept for the next start.
async fn wait_until_kept(sample: &Sample) -> Result<()> {
    let note = sample.publication().join(".masthead/seen/pages.json");
    driver::eventually("the pages are kept", SOON, || async { Ok(note.is_file().then_some(())) }).await
}

/// From a key to its page painted, in an issue of so many pages.
async fn painting(issue: &Path, pages: &str) -> Result<Vec<Row>> {
    let sample = Sample::copy()?;
    let window = Window::open_publication(&sample, issue).await?;
    window.find(".cm-line", LAYOUT).await?;
    editing::cursor_into_a_paragraph(&window).await?;
    editing::show_on_page(&window).await?;
    for key in " and so the pages follow the words".chars().cycle().take(KEYS / 2) {
        window.type_keys(&key.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let times = reading::key_to_picture(&window).await?;
    window.close().await?;
    ensure!(times.len() > KEYS / 4, "only {} keys could be followed to their page", times.len());
    let row = |name: &str, share: f64, most: f64| Row {
        what: format!("key to its page painted, {pages} pages, {name}"),
        ours: percentile(&times, share),
        theirs: None,
        unit: "ms",
        bound: Bound::Most(most),
    };
    Ok(vec![row("median", 0.5, 50.0), row("p95", 0.95, 80.0)])
}

/// From a key to its letter painted, in 20,000 words, with the pages beside them; and in plain CodeMirror.
async fn typing(site: &Site, plain: &Path) -> Result<Vec<Row>> {
    let sample = Sample::copy()?;
    let article = long(&sample.article("audit")?);
    sample.write_article("audit", &article)?;
    fs::write(plain.join("text.md"), &article)?;
    let window = Window::open(&sample, Start::Publication).await?;
    editing::open_article(&window, "audit").await?;
    let ours = key_times(&window).await?;
    window.close().await?;
    let browser = Window::browse(&sample, &minibrowser()?, &site.address("index.html")).await?;
    browser.find(".cm-line", SOON).await?;
    let theirs = key_times(&browser).await?;
    browser.close().await?;
    let row = |name: &str, share: f64, bound| Row {
        what: format!("key to its letter painted in 20,000 words, {name}; plain CodeMirror in MiniBrowser"),
        ours: percentile(&ours, share),
        theirs: Some(percentile(&theirs, share)),
        unit: "ms",
        bound,
    };
    let p95 = |bound| row("p95", 0.95, bound);
    Ok(vec![row("median", 0.5, Bound::Open), p95(Bound::Most(50.0)), p95(Bound::Times(1.3))])
}

/// The article with its paragraphs again and again until it has 20,000 words.
fn long(article: &str) -> String {
    let paragraphs: Vec<&str> =
        article.split("\n\n").filter(|part| part.len() > 200 && part.starts_with(char::is_alphabetic)).collect();
    let mut text = article.to_owned();
    let mut words = text.split_whitespace().count();
    for paragraph in paragraphs.iter().cycle() {
        if words >= 20_000 {
            break;
        }
        words += paragraph.split_whitespace().count();
        text.push_str(&format!("\n{paragraph}\n"));
    }
    text
}

async fn key_times(window: &Window) -> Result<Vec<f64>> {
    editing::cursor_into_a_paragraph(window).await?;
    window
        .script(
            "window.keyTimes = [];
             addEventListener('keydown', (event) => requestAnimationFrame(() => {
               const channel = new MessageChannel();
               channel.port1.onmessage = () => keyTimes.push(performance.now() - event.timeStamp);
               channel.port2.postMessage(0);
             }), true)",
        )
        .await?;
    for key in " and so the words go on".chars().cycle().take(KEYS) {
        window.type_keys(&key.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(90)).await;
    }
    let times: Vec<f64> = serde_json::from_value(window.script("return window.keyTimes").await?)?;
    ensure!(times.len() > KEYS / 2, "only {} keys were heard", times.len());
    Ok(times)
}

/// What the window holds with an issue of 64 pages open, shortly after somebody worked in it and at rest; MiniBrowser
/// with a bare page; and the key that ends the rest. Proportional set size, all processes of each.
async fn memory(site: &Site, issue: &Path) -> Result<Vec<Row>> {
    let sample = Sample::copy()?;
    let window = Window::open_publication(&sample, issue).await?;
    window.find(".cm-line", LAYOUT).await?;
    editing::cursor_into_a_paragraph(&window).await?;
    editing::show_on_page(&window).await?;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let at_work = held(window.program()?)?;
    driver::eventually("the page engine rests", LAYOUT, || async {
        Ok(breaking::engines(&window)?.is_empty().then_some(()))
    })
    .await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let at_rest = held(window.program()?)?;
    window.type_keys("x").await?;
    let woken = driver::eventually("the page of the first key", LAYOUT, || async {
        Ok(reading::key_to_picture(&window).await?.first().copied())
    })
    .await?;
    window.close().await?;
    let browser = MiniBrowser::open(&site.address("bare.html"))?;
    site.ready.recv_timeout(SOON).context("MiniBrowser shows nothing")?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let theirs = held(browser.0.id())?;
    let row = |what: &str, ours, bound| Row { what: what.to_owned(), ours, theirs: Some(theirs), unit: "MB", bound };
    Ok(vec![
        row(
            "memory 20 s after the last sign of somebody, 64 pages open; MiniBrowser with a bare page",
            at_work,
            Bound::Open,
        ),
        row("memory at rest, two minutes after the last sign", at_rest, Bound::Times(2.2)),
        Row {
            what: "the key that ends the rest to its page painted, 64 pages".to_owned(),
            ours: woken,
            theirs: None,
            unit: "ms",
            bound: Bound::Open,
        },
    ])
}

/// Frames while a list of 1,000,000 people is scrolled; and one of 10,000 plain rows in MiniBrowser.
async fn scrolling(site: &Site, people: &Path) -> Result<Row> {
    let sample = Sample::copy()?;
    sample::copy(people, &sample.data())?;
    let window = Window::open(&sample, Start::Publication).await?;
    window.key_with_control('3').await?;
    window.find("[data-testid=rows] [role=row]", LAYOUT).await?;
    let (ours, bare) = frames(&window, "[data-testid=rows]", "[role=row]").await?;
    ensure!(bare < FRAMES / 4, "{bare} of {FRAMES} frames showed no row at all");
    window.save_picture("million").await?;
    window.close().await?;
    let browser = Window::browse(&sample, &minibrowser()?, &site.address("rows.html")).await?;
    browser.find("#rows p", SOON).await?;
    let (theirs, _) = frames(&browser, "#rows", "p").await?;
    browser.close().await?;
    let (ours, theirs) = (percentile(&ours, 0.95), percentile(&theirs, 0.95));
    let what = format!(
        "from frame to frame while 1,000,000 people scroll by, p95 ({bare} of {FRAMES} frames without a row); 10,000 plain rows"
    );
    Ok(Row { what, ours, theirs: Some(theirs), unit: "ms", bound: Bound::Open })
}

/// Milliseconds between frames while a list is scrolled by more than its height each frame, and how many frames had no
/// row with words in it.
async fn frames(window: &Window, list: &str, row: &str) -> Result<(Vec<f64>, usize)> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const list = document.querySelector('{list}'); const gaps = []; let bare = 0; let last = performance.now();
         const step = (now) => {{
           gaps.push(now - last); last = now; list.scrollTop += 700;
           const box = list.getBoundingClientRect();
           const seen = [...list.querySelectorAll('{row}')].some((row) => {{
             const {{ top, bottom }} = row.getBoundingClientRect();
             return bottom > box.top && top < box.bottom && row.textContent.trim() !== '';
           }});
           bare += seen ? 0 : 1;
           if (gaps.length < {FRAMES}) requestAnimationFrame(step); else done({{ gaps, bare }});
         }};
         requestAnimationFrame(step)"
    );
    let told: Value = window.script_async(&script).await?;
    let bare = told["bare"].as_u64().context("a count")? as usize;
    Ok((serde_json::from_value(told["gaps"].clone())?, bare))
}

/// The value that this share of the numbers does not exceed.
fn percentile(numbers: &[f64], share: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// WebKitGTK's own small browser, opened as a person would; it ends with this value.
struct MiniBrowser(Child);

impl MiniBrowser {
    fn open(address: &str) -> Result<Self> {
        let mut command = Command::new(minibrowser()?);
        command.arg(address).env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(command.spawn().context("MiniBrowser")?))
    }
}

impl Drop for MiniBrowser {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// It lies beside WebKit's other programs, which no path names.
fn minibrowser() -> Result<PathBuf> {
    let libraries = fs::read_dir("/usr/lib")?.flatten().map(|entry| entry.path());
    let folders = libraries.chain([PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib")]);
    let mut programs = folders.map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"));
    programs.find(|program| program.is_file()).context("MiniBrowser is not there (Debian: libwebkit2gtk-4.1-0)")
}

/// Pages for the yardsticks, on this computer alone.
struct Site {
    port: u16,
    /// Hears each bare page that was painted.
    ready: Receiver<()>,
}

impl Site {
    fn serve(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let (tell, ready) = mpsc::channel();
        let folder = folder.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, tell) = (folder.clone(), tell.clone());
                std::thread::spawn(move || drop(answer(stream, &folder, &tell)));
            }
        });
        Ok(Self { port, ready })
    }

    fn address(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.port)
    }
}

fn answer(mut stream: TcpStream, folder: &Path, tell: &mpsc::Sender<()>) -> Result<()> {
    let mut asked = String::new();
    let mut lines = BufReader::new(stream.try_clone()?);
    lines.read_line(&mut asked)?;
    let path = asked.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
    let mut header = String::new();
    while lines.read_line(&mut header)? > 2 {
        header.clear();
    }
    let body = match path.as_str() {
        "painted" => {
            tell.send(())?;
            Vec::new()
        }
        "bare.html" => b"<!doctype html><p>Bare<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch('painted')))</script>".to_vec(),
        "rows.html" => rows().into_bytes(),
        file if !file.contains("..") => fs::read(folder.join(file)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let kind = match Path::new(&path).extension().and_then(|ending| ending.to_str()) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("md") => "text/plain; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    Ok(stream.write_all(&body)?)
}

fn rows() -> String {
    let row = |number: usize| format!("<p>reader{number:06}@example.org</p>");
    let rows: String = (0..10_000).map(row).collect();
    format!(
        "<!doctype html><style>p {{ margin: 0; height: 36px }} #rows {{ height: 90vh; overflow: auto }}</style><div id=rows>{rows}</div>"
    )
}

/// When a process was started, in milliseconds since 1970.
fn started(process: u32) -> Result<f64> {
    let ticks: f64 = stat(process)?.get(19).context("a start")?.parse()?;
    let uptime: f64 = fs::read_to_string("/proc/uptime")?.split(' ').next().context("an uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    // Linux counts these ticks a hundred times a second on every machine.
    Ok((now - uptime + ticks / 100.0) * 1000.0)
}

/// What follows a process's name in its `stat`.
fn stat(process: u32) -> Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("a name")?;
    Ok(rest.split_whitespace().map(ToOwned::to_owned).collect())
}

/// Megabytes that a process and all below it hold, what is shared counted by its share.
fn held(process: u32) -> Result<f64> {
    let mut below: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = stat(id) else { continue };
        if let Some(parent) = stat.get(1).and_then(|parent| parent.parse().ok()) {
            below.entry(parent).or_default().push(id);
        }
    }
    let (mut waiting, mut kilobytes) = (vec![process], 0.0);
    while let Some(id) = waiting.pop() {
        waiting.extend(below.get(&id).into_iter().flatten());
        let Ok(rollup) = fs::read_to_string(format!("/proc/{id}/smaps_rollup")) else { continue };
        let share =
            rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes += share.unwrap_or(0.0);
    }
    Ok(kilobytes / 1024.0)
}
