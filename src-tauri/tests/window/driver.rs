//! WebKit's driver and the window it opens: keys, clicks, scripts, pictures.

use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::sample::Sample;

/// The driver serves one window at a time.
static SCREEN: Mutex<()> = Mutex::const_new(());
const START: Duration = Duration::from_secs(120);
/// Where a journey waits for something, it waits for what is seen; these are for what never comes.
const OPENED: Duration = Duration::from_secs(300);
const SCRIPT: Duration = Duration::from_secs(300);
/// Ports below those that systems give to whoever asks for any: none of these is taken between the asking and the use.
const PORTS: Range<u16> = 12_000..30_000;
const MOST_PICTURES: usize = 4;
/// Looks, a frame apart, that find an element at one place before it is clicked.
const RESTING: usize = 5;

/// What a journey says that waited for something in vain, where no window was killed: `cargo xtask test` goes it again.
const LATE: &str = "a wait ran out";

/// A window that answers no more fails its journey rather than stopping the whole run.
const LONGEST: Duration = Duration::from_secs(1500);

/// Goes a journey in a window of its own, on a copy of the sample publication.
pub(crate) async fn journey(steps: impl AsyncFnOnce(&Sample, &Window) -> Result<()>) -> Result<()> {
    go(Start::Publication, steps).await
}

/// Goes a journey of somebody who has no publication yet.
pub(crate) async fn first_journey(steps: impl AsyncFnOnce(&Sample, &Window) -> Result<()>) -> Result<()> {
    go(Start::Nothing, steps).await
}

/// Opens a window that does not live to be closed, and answers what the steps found out.
pub(crate) async fn crash<T>(steps: impl AsyncFnOnce(&Sample, &Window) -> Result<T>) -> Result<T> {
    let _screen = SCREEN.lock().await;
    let sample = Sample::copy()?;
    let whole = async { steps(&sample, &Window::open(&sample, Start::Publication).await?).await };
    tokio::time::timeout(LONGEST, whole).await.context("the window answers no more")?
}

/// Goes a journey that closes its window itself, and opens the next one.
pub(crate) async fn days(start: Start, steps: impl AsyncFnOnce(&Sample, Window) -> Result<()>) -> Result<()> {
    let _screen = SCREEN.lock().await;
    let sample = Sample::copy()?;
    let whole = async { steps(&sample, Window::open(&sample, start).await?).await };
    tokio::time::timeout(LONGEST, whole).await.context("the window answers no more")?
}

/// What the window is opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The copy of the sample publication.
    Publication,
    /// Nothing: whatever this computer remembers, which at first is nothing.
    Nothing,
}

async fn go(start: Start, steps: impl AsyncFnOnce(&Sample, &Window) -> Result<()>) -> Result<()> {
    let _screen = SCREEN.lock().await;
    let sample = Sample::copy()?;
    let whole = async {
        let window = Window::open(&sample, start).await?;
        steps(&sample, &window).await?;
        window.close().await
    };
    let gone = tokio::time::timeout(LONGEST, whole).await.context("the window answers no more")?;
    gone.map_err(|error| if is_late(&error) { error.context(LATE) } else { error })
}

pub(crate) struct Window {
    client: Client,
    _driver: Driver,
}

impl Window {
    /// Opens the built app on a publication and waits for its first page.
    pub(crate) async fn open(sample: &Sample, start: Start) -> Result<Self> {
        let driver = Driver::start(sample)?;
        let (program, mut arguments) = app(sample)?;
        if start == Start::Publication {
            arguments.extend(["--publication".to_owned(), path(sample.publication())]);
        }
        let client = driver.connect(&program, &arguments).await?;
        client.set_window_size(1440, 900).await.ok();
        let window = Self { client, _driver: driver };
        let first = match start {
            Start::Publication => "[data-testid=pages] .page img",
            Start::Nothing => "[data-testid=welcome], [data-testid=pages] .page img",
        };
        window.find(first, OPENED).await?;
        Ok(window)
    }

    /// Opens the built app as the person left it: in its size, at its place, in the text that was open.
    pub(crate) async fn open_as_left(sample: &Sample) -> Result<Self> {
        let driver = Driver::start(sample)?;
        let (program, mut arguments) = app(sample)?;
        arguments.extend(["--publication".to_owned(), path(sample.publication())]);
        let window = Self { client: driver.connect(&program, &arguments).await?, _driver: driver };
        window.find("[data-testid=editor]", START).await?;
        Ok(window)
    }

    /// Opens the built app on another publication than the sample.
    pub(crate) async fn open_publication(sample: &Sample, publication: &Path) -> Result<Self> {
        let driver = Driver::start(sample)?;
        let (program, mut arguments) = app(sample)?;
        arguments.extend(["--publication".to_owned(), path(publication.to_owned())]);
        let window = Self { client: driver.connect(&program, &arguments).await?, _driver: driver };
        window.client.set_window_size(1440, 900).await.ok();
        window.find("[data-testid=pages] .page img", OPENED).await?;
        Ok(window)
    }

    /// Opens another program of WebKitGTK's on a page.
    pub(crate) async fn browse(sample: &Sample, program: &Path, address: &str) -> Result<Self> {
        let driver = Driver::start(sample)?;
        let client = driver.connect(&path(program.to_owned()), &["--automation".to_owned()]).await?;
        client.set_window_size(1440, 900).await.ok();
        client.goto(address).await?;
        Ok(Self { client, _driver: driver })
    }

    /// The process of the program on the screen.
    pub(crate) fn program(&self) -> Result<u32> {
        let driver = self._driver.process.id().to_string();
        let children = Command::new("pgrep").args(["-P", &driver]).output()?;
        let first = String::from_utf8_lossy(&children.stdout).lines().next().map(ToOwned::to_owned);
        Ok(first.context("the driver opened nothing")?.parse()?)
    }

    /// Kills the app as a crash would, without a word to it.
    pub(crate) fn kill(&self) -> Result<()> {
        let group = self._driver.process.id().to_string();
        let killed = Command::new("pkill").args(["-KILL", "-g", &group, "-x", "masthead-app"]).status()?;
        anyhow::ensure!(killed.success(), "there was no window to kill");
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    pub(crate) async fn wait(&self, what: Locator<'_>, long: Duration) -> Result<Element> {
        let found = eventually(&format!("{what:?}"), long, || async {
            match self.client.find(what).await {
                Ok(element) => Ok(Some(element)),
                Err(error) if error.is_no_such_element() => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await;
        if found.is_err() {
            self.save_picture("missing").await.ok();
        }
        found
    }

    pub(crate) async fn find(&self, css: &str, long: Duration) -> Result<Element> {
        self.wait(Locator::Css(css), long).await
    }

    pub(crate) async fn all(&self, css: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::Css(css)).await?)
    }

    /// Clicks once the element is at rest and can be pressed: the driver asks where it is and presses there a moment
    /// later, whatever has come to that place meanwhile.
    pub(crate) async fn click(&self, css: &str) -> Result<()> {
        eventually(&format!("{css} is clicked"), START, || async {
            let element = self.find(css, START).await?;
            if !self.rests(css).await? {
                return Ok(None);
            }
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Whether an element stays where it is for a few frames, and takes a click.
    async fn rests(&self, css: &str) -> Result<bool> {
        let look = format!(
            "const [css, looks, answer] = [{}, {RESTING}, arguments[arguments.length - 1]];
             const places = [];
             const look = () => {{
               const element = document.querySelector(css);
               if (element === null || element.disabled) return answer(false);
               const {{ x, y, width, height }} = element.getBoundingClientRect();
               places.push([x, y, width, height].join());
               if (places.length < looks) setTimeout(look, 20);
               else answer(new Set(places).size === 1);
             }};
             look()",
            json!(css)
        );
        Ok(self.script_async(&look).await? == true)
    }

    /// Clicks at pixels from an element's top left corner.
    pub(crate) async fn click_at(&self, css: &str, x: f64, y: f64) -> Result<()> {
        let corner = "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return [b.left, b.top]";
        let corner = self.client.execute(corner, vec![json!(css)]).await?;
        let from = |index: usize| corner[index].as_f64().context("no place");
        let (x, y) = ((from(0)? + x) as i64, (from(1)? + y) as i64);
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveTo { duration: None, x: x as f64, y: y as f64 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Types as on a keyboard, wherever the focus is.
    pub(crate) async fn type_keys(&self, text: &str) -> Result<()> {
        let mut keys = KeyActions::new("keys".to_owned());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    pub(crate) async fn key_with_control(&self, value: char) -> Result<()> {
        self.key_with(Key::Control, value).await
    }

    pub(crate) async fn key_with(&self, held: Key, value: char) -> Result<()> {
        let held = char::from(held);
        let keys = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        Ok(self.client.perform_actions(keys).await?)
    }

    pub(crate) async fn move_to(&self, x: u32, y: u32) -> Result<()> {
        Ok(self.client.set_window_position(x, y).await?)
    }

    pub(crate) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        Ok(self.client.set_window_size(width, height).await?)
    }

    pub(crate) async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script that calls its last argument with the answer.
    pub(crate) async fn script_async(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute_async(script, Vec::new()).await?)
    }

    /// Keeps what the window says for a moment only, so that nobody who looks late misses it; until the page is loaded
    /// anew.
    pub(crate) async fn listen(&self) -> Result<()> {
        let listen = "if (window.notes !== undefined) return;
             window.notes = [];
             const hear = () => document.querySelectorAll('.notice p, .strip[role=alert] p').forEach(({ textContent }) => {
               if (!notes.includes(textContent)) notes.push(textContent);
             });
             new MutationObserver(hear).observe(document.body, { childList: true, subtree: true, characterData: true }); hear()";
        self.script(listen).await.map(drop)
    }

    /// Lets no timer of so many milliseconds run out that is begun from here on, one that comes again neither: what
    /// somebody has to press stays until it is pressed.
    pub(crate) async fn stop_timers(&self, milliseconds: &[u32]) -> Result<()> {
        let stop = format!(
            "const stopped = {milliseconds:?};
             for (const name of ['setTimeout', 'setInterval']) {{
               const begin = window[name];
               window.resume ??= {{}};
               window.resume[name] ??= begin;
               window[name] = (run, after, ...more) => stopped.includes(after) ? 0 : begin(run, after, ...more);
             }}"
        );
        self.script(&stop).await.map(drop)
    }

    /// Lets every timer run out again that is begun from here on.
    pub(crate) async fn resume_timers(&self) -> Result<()> {
        self.script("Object.assign(window, window.resume)").await.map(drop)
    }

    /// WebKit takes a picture with the next frame it paints, and a page at rest paints none: for two seconds a spot of
    /// nearly nothing changes between two colours that nobody can tell apart, the picture no more than the eye.
    pub(crate) async fn keep_painting(&self) -> Result<()> {
        self.script(
            "const spot = document.createElement('i'); let times = 0;
             spot.style.cssText = 'position: fixed; inset: 0 auto auto 0; width: 1px; height: 1px';
             document.body.append(spot);
             const timer = setInterval(() => {
               spot.style.background = times++ % 2 ? '#00000002' : '#01010102';
               if (times > 40) { clearInterval(timer); spot.remove(); }
             }, 50)",
        )
        .await?;
        Ok(())
    }

    /// Keeps what is on the screen in `target/window/NAME.png`. A picture may catch the page half painted, as after a
    /// turn from light to dark: it is taken again until two are the same, or something on it never rests.
    pub(crate) async fn save_picture(&self, name: &str) -> Result<()> {
        self.keep_painting().await?;
        let mut png = self.client.screenshot().await?;
        for _ in 0..MOST_PICTURES {
            self.keep_painting().await?;
            let before = std::mem::replace(&mut png, self.client.screenshot().await?);
            if before == png {
                break;
            }
        }
        Ok(std::fs::write(pictures()?.join(format!("{name}.png")), png)?)
    }
}

/// The folder of the pictures, made when it is missing.
pub(crate) fn pictures() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("the target folder")?;
    let folder = target.join("window");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Asks again until there is an answer.
pub(crate) async fn eventually<T, F>(what: &str, long: Duration, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let started = Instant::now();
    while started.elapsed() < long {
        match ask().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {}
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!(Late { what: what.to_owned(), seconds: long.as_secs() })
}

/// What did not come.
#[derive(Debug, thiserror::Error)]
#[error("not within {seconds} s: {what}")]
struct Late {
    what: String,
    seconds: u64,
}

/// Whether something did not come in time, rather than came out wrong.
fn is_late(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<Late>()) || is_gone(error)
}

/// Whether a step failed because what it looked at is no longer there: its element was drawn anew, or the whole page was
/// loaded anew, as for another language.
fn is_gone(error: &anyhow::Error) -> bool {
    let said = format!("{error:#}").to_lowercase();
    ["node with identifier", "stale element", "before the unload event"].iter().any(|words| said.contains(words))
}

/// The built app as somebody starts it who knows nothing of a driver.
pub(crate) fn start_app(sample: &Sample, arguments: &[&str]) -> Result<Command> {
    let (program, always) = app(sample)?;
    let mut command = Command::new(program);
    command.args(always).args(arguments).env_remove("MASTHEAD_PUBLICATION");
    at_home(&mut command, sample);
    Ok(command)
}

/// What the window remembers of its own look must come neither from nor to the person who runs this.
fn at_home(command: &mut Command, sample: &Sample) {
    command
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("XDG_DATA_HOME", sample.home("share"))
        .env("XDG_CACHE_HOME", sample.home("cache"))
        .env("XDG_CONFIG_HOME", sample.home("config"))
        .env("HOME", sample.home("ana"))
        // Outside of every publication.
        .current_dir(sample.home("ana"));
}

/// The driver's process; it and the window it opened end with this value.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(sample: &Sample) -> Result<Self> {
        std::fs::create_dir_all(sample.home("ana"))?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        at_home(&mut driver, sample);
        let process = driver
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TAURI_AUTOMATION", "true")
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .context("WebKitWebDriver (Debian: webkit2gtk-driver)")?;
        Ok(Self { process, port })
    }

    async fn connect(&self, program: &str, arguments: &[String]) -> Result<Client> {
        let options = json!({ "binary": program, "args": arguments });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        eventually("the driver listens", START, || async {
            Ok(TcpStream::connect(("127.0.0.1", self.port)).is_ok().then_some(()))
        })
        .await?;
        let client = builder.connect(&address).await?;
        // What a page is asked of takes longer than WebDriver's half a minute on a machine that has other things to do.
        client.update_timeouts(TimeoutConfiguration::new(Some(SCRIPT), Some(SCRIPT), None)).await?;
        Ok(client)
    }
}

/// A port that nobody uses, and that nobody is given who does not ask for this very one.
fn free_port() -> Result<u16> {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    // Two runs at a time begin elsewhere.
    let first = (std::process::id() % u32::from(many)) as u16;
    let mut ports = PORTS.map(|_| PORTS.start + (first + ASKED.fetch_add(1, Ordering::Relaxed) % many) % many);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).context("no port is free")
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The window is a child of the driver and in its group: a failed test leaves neither behind.
        let group = format!("-{}", self.process.id());
        Command::new("kill").args(["--", &group]).status().ok();
        self.process.wait().ok();
    }
}

/// The window under test and what it is always told: the one that was built, or the one that `MASTHEAD_APP` names, which
/// has to find what came with it by itself.
fn app(sample: &Sample) -> Result<(String, Vec<String>)> {
    let mut arguments = vec!["--data".to_owned(), path(sample.data())];
    if let Ok(installed) = std::env::var("MASTHEAD_APP") {
        return Ok((installed, arguments));
    }
    // The target folder may lie outside of the checkout, where the program would not find the sample.
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crate lies in the workspace")?;
    arguments.extend(["--house".to_owned(), path(house.to_owned())]);
    Ok((env!("CARGO_BIN_EXE_masthead-app").to_owned(), arguments))
}

fn path(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}
