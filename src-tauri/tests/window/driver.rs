//! WebKit's driver and the window it opens: keys, clicks, scripts, pictures.

use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::sample::Sample;

/// The driver serves one window at a time.
static SCREEN: Mutex<()> = Mutex::const_new(());
const START: Duration = Duration::from_secs(60);

/// A window that answers no more fails its journey rather than stopping the whole run.
const LONGEST: Duration = Duration::from_secs(400);

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
    tokio::time::timeout(LONGEST, whole).await.context("the window answers no more")?
}

pub(crate) struct Window {
    client: Client,
    _driver: Driver,
}

impl Window {
    /// Opens the built app on a publication and waits for its first page.
    pub(crate) async fn open(sample: &Sample, start: Start) -> Result<Self> {
        let driver = Driver::start(sample)?;
        let client = driver.connect(sample, start).await?;
        client.set_window_size(1440, 900).await.ok();
        let window = Self { client, _driver: driver };
        let first = match start {
            Start::Publication => "[data-testid=pages] .page img",
            Start::Nothing => "[data-testid=welcome], [data-testid=pages] .page img",
        };
        window.find(first, Duration::from_secs(180)).await?;
        Ok(window)
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
        let found = self.client.wait().at_most(long).for_element(what).await;
        if found.is_err() {
            self.save_picture("missing").await?;
        }
        found.with_context(|| format!("{what:?}"))
    }

    pub(crate) async fn find(&self, css: &str, long: Duration) -> Result<Element> {
        self.wait(Locator::Css(css), long).await
    }

    pub(crate) async fn all(&self, css: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::Css(css)).await?)
    }

    pub(crate) async fn click(&self, css: &str) -> Result<()> {
        Ok(self.find(css, START).await?.click().await?)
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

    /// WebKit takes a picture with the next frame it paints, and a page at rest paints none: for two seconds a spot of
    /// nearly nothing comes and goes.
    pub(crate) async fn keep_painting(&self) -> Result<()> {
        self.script(
            "const spot = document.createElement('i'); let times = 0;
             spot.style.cssText = 'position: fixed; inset: 0 auto auto 0; width: 1px; height: 1px; background: #00000003';
             document.body.append(spot);
             const timer = setInterval(() => {
               spot.style.visibility = times++ % 2 ? 'hidden' : 'visible';
               if (times > 40) { clearInterval(timer); spot.remove(); }
             }, 50)",
        )
        .await?;
        Ok(())
    }

    /// Keeps what is on the screen in `target/window/NAME.png`.
    pub(crate) async fn save_picture(&self, name: &str) -> Result<()> {
        self.keep_painting().await?;
        let png = self.client.screenshot().await?;
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
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("not within {} s: {what}", long.as_secs())
}

/// The driver's process; it and the window it opened end with this value.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(sample: &Sample) -> Result<Self> {
        std::fs::create_dir_all(sample.home("ana"))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TAURI_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            // What the window remembers of its own look must come neither from nor to the person who runs this.
            .env("XDG_DATA_HOME", sample.home("share"))
            .env("XDG_CACHE_HOME", sample.home("cache"))
            .env("XDG_CONFIG_HOME", sample.home("config"))
            .env("HOME", sample.home("ana"))
            // Outside of every publication.
            .current_dir(sample.home("ana"))
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .context("WebKitWebDriver (Debian: webkit2gtk-driver)")?;
        Ok(Self { process, port })
    }

    async fn connect(&self, sample: &Sample, start: Start) -> Result<Client> {
        // The target folder may lie outside of the checkout, where the program would not find the sample.
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crate lies in the workspace")?;
        let mut arguments =
            vec!["--data".to_owned(), path(sample.data()), "--house".to_owned(), path(house.to_owned())];
        if start == Start::Publication {
            arguments.extend(["--publication".to_owned(), path(sample.publication())]);
        }
        let options = json!({ "binary": env!("CARGO_BIN_EXE_masthead-app"), "args": arguments });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        eventually("the driver listens", START, || async {
            Ok(TcpStream::connect(("127.0.0.1", self.port)).is_ok().then_some(()))
        })
        .await?;
        Ok(builder.connect(&address).await?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The window is a child of the driver and in its group: a failed test leaves neither behind.
        let group = format!("-{}", self.process.id());
        Command::new("kill").args(["--", &group]).status().ok();
        self.process.wait().ok();
    }
}

fn path(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}
