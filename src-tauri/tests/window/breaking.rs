//! What is broken off in the middle: a work that somebody stops, and a page engine that is killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::server::{Answer, Server};
use crate::{editing, people, picturing, planning, posting, readers, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

/// What ends a work, in the tray.
const STOP: &str = "[data-testid=job] button[aria-label^=\"Stop: \"]";

/// Presses what may lie below something else, once it can be pressed.
async fn press(window: &Window, css: &str) -> Result<()> {
    let press = format!(
        "const button = document.querySelector('{css}'); const ready = button?.disabled === false;
         if (ready) button.click(); return ready"
    );
    eventually(&format!("{css} is pressed"), SOON, || async {
        Ok((window.script(&press).await? == true).then_some(()))
    })
    .await
}

/// Another program that has the list in hand, so that a work of the window's waits in its middle.
struct Held(Child);

impl Held {
    fn take(sample: &Sample) -> Result<Self> {
        let hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60); \
                    c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()";
        let mut python = Command::new("python3");
        python.args(["-c", hold]).arg(sample.data().join("subscribers.sqlite"));
        let mut held = Self(python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("python3")?);
        let said = held.0.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        ensure!(line == "held\n", "the list could not be taken in hand");
        Ok(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn an_import_that_is_stopped_in_the_tray_leaves_the_list_as_it_was() -> Result<()> {
    journey(async |sample, window| {
        picturing::run(window, "Show what is under way").await?;
        window.find("[data-testid=jobs]", SOON).await?;
        posting::import(window, &people::list(sample, 3_000)?).await?;
        posting::says(window, "import-new", "3,000").await?;
        posting::fill(window, "import-source", "conference").await?;
        posting::fill(window, "import-basis", "asked for it").await?;

        let held = Held::take(sample)?;
        window.click("[data-testid=import-write]").await?;
        eventually("the import has begun", SOON, || async {
            let copies = std::fs::read_dir(sample.data().join("backups")).into_iter().flatten().flatten();
            let mut names = copies.map(|entry| entry.file_name().to_string_lossy().into_owned());
            Ok(names.any(|name| name.contains("import")).then_some(()))
        })
        .await?;
        // By script: the import's own dialog lies over the tray.
        press(window, STOP).await?;
        posting::says(window, "jobs", "Stopping…").await?;
        drop(held);
        window.find("[data-testid=job] .icon.stopped", SOON).await?;
        posting::says(window, "jobs-said", "stopped").await?;
        planning::look(window, "import-stopped").await?;
        posting::escape(window).await?;

        // Nobody of it is on the list, and nothing that could be taken back.
        readers::bring(sample, window, 12).await?;
        posting::says(window, "people-count", "12 people").await?;
        window.click("[data-testid=people-import]").await?;
        window.find("[data-testid=import-undo]", SOON).await?;
        let imports = window.all("[data-testid=import-undo]").await?.len();
        ensure!(imports == 1, "{imports} imports are kept");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn questions_that_are_stopped_in_the_middle_go_on_later_and_nobody_gets_two() -> Result<()> {
    journey(async |sample, window| {
        let settings = sample.publication().join("assets/publication.toml");
        let text = std::fs::read_to_string(&settings)?;
        std::fs::write(&settings, text.replacen("# double-opt-in = true", "double-opt-in = true", 1))?;
        // Whoever comes first is served at once, the others wait for the door.
        let first = Mutex::new(None::<String>);
        let server = Server::start(move |to, _| {
            let mut first = first.lock().expect("no clerk panics with it in hand");
            if first.get_or_insert_with(|| to.to_owned()) == to { Answer::Taken } else { Answer::TakenBehindTheDoor }
        })?;
        posting::set_relay(window, server.port()).await?;
        readers::bring(sample, window, 4).await?;
        window.click("[data-testid=people-awaited]").await?;
        posting::says(window, "awaited-count", "4").await?;
        picturing::run(window, "Show what is under way").await?;
        window.find("[data-testid=jobs]", SOON).await?;
        // By script: the tray may lie over what is pressed.
        press(window, "[data-testid=awaited-ask]").await?;
        press(window, "[data-testid=awaited-yes]").await?;
        posting::says(window, "jobs", "1 of 4 asked").await?;
        press(window, STOP).await?;
        posting::says(window, "jobs", "Stopping…").await?;
        server.open_the_door();
        window.find("[data-testid=job] .icon.stopped", SOON).await?;
        posting::says(window, "awaited-ask", "2").await?;
        ensure!(server.mails() == 2, "{} questions went out", server.mails());
        planning::look(window, "awaited-stopped").await?;

        press(window, "[data-testid=awaited-ask]").await?;
        press(window, "[data-testid=awaited-yes]").await?;
        window.find("[data-testid=awaited-state][data-state=asked]", SOON).await?;
        eventually("everybody was asked", SOON, || async { Ok((server.mails() == 4).then_some(())) }).await?;
        let most = (0..4).map(|number| server.mails_to(&people::address(number))).max();
        ensure!(most == Some(1), "somebody got {most:?} questions");
        Ok(())
    })
    .await
}

/// The page engines of a window, by their process.
pub(crate) fn engines(window: &Window) -> Result<Vec<String>> {
    let program = window.program()?.to_string();
    let found = Command::new("pgrep").args(["-P", &program, "-f", "--", desk::ENGINE_ARGUMENT]).output()?;
    Ok(String::from_utf8_lossy(&found.stdout).lines().map(ToOwned::to_owned).collect())
}

#[tokio::test]
async fn a_page_engine_that_is_killed_takes_no_word_with_it_and_the_pages_come_back() -> Result<()> {
    journey(async |sample, window| {
        window.listen().await?;
        editing::open_article(window, "audit").await?;
        editing::cursor_into_a_paragraph(window).await?;
        let page = editing::show_on_page(window).await?;
        let before = reading::picture(window, &page).await?;
        window.key_with_control('1').await?;
        window.type_keys(" Before it died.").await?;
        let old = engines(window)?;
        ensure!(!old.is_empty(), "there is no engine to kill");
        let killed = Command::new("kill").arg("-KILL").args(&old).status()?;
        ensure!(killed.success(), "the engine could not be killed");
        window.type_keys(" And after.").await?;

        planning::file_says(sample, "audit", " Before it died. And after.").await?;
        eventually("the page shows what was written", LAYOUT, || async {
            let now = reading::picture(window, &page).await?;
            let is_new = now.hash != before.hash && now.shown == now.hash;
            Ok((is_new && window.all(".strip[role=alert]").await?.is_empty()).then_some(()))
        })
        .await?;
        let new = engines(window)?;
        ensure!(!new.is_empty() && new.iter().all(|engine| !old.contains(engine)), "the same engine: {new:?}");
        let said: Vec<String> = serde_json::from_value(window.script("return window.notes").await?)?;
        // An engine that nobody waited for is begun anew without a word.
        let mut told = said.iter().filter(|words| words.contains("engine"));
        let plain = |words: &String| words.contains("ended unexpectedly") && words.contains("last good pages");
        ensure!(told.all(plain), "other words: {said:?}");
        window.save_picture("engine-killed").await
    })
    .await
}
