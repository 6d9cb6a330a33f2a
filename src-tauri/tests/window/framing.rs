//! The window itself: where it stands, what it opens with, its size, and that there is one.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Start, Window, crash, days, eventually, journey, start_app};
use crate::sample::Sample;
use crate::{editing, planning, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

/// Waits for the disk to say what the page keeps.
async fn kept(sample: &Sample, words: &str) -> Result<()> {
    in_file(sample, "page.json", words).await
}

/// Waits for the disk to say where the window stands.
async fn stands(sample: &Sample, words: &str) -> Result<()> {
    in_file(sample, "window.json", words).await
}

async fn in_file(sample: &Sample, name: &str, words: &str) -> Result<()> {
    eventually(&format!("{name} says {words}"), SOON, || async {
        let file = std::fs::read_to_string(sample.data().join(name)).unwrap_or_default();
        Ok(file.contains(words).then_some(()))
    })
    .await
}

#[tokio::test]
async fn the_next_window_stands_where_this_one_stood_and_shows_the_last_page_at_once() -> Result<()> {
    days(Start::Publication, async |sample, window| {
        editing::open_article(&window, "standards").await?;
        editing::cursor_into_a_paragraph(&window).await?;
        let line = editing::line_of_the_cursor(&window).await?;
        let page = editing::show_on_page(&window).await?;
        reading::bring_into_view(&window, &page).await?;
        let hash = reading::picture(&window, &page).await?.hash;
        window.resize(1200, 760).await?;
        window.move_to(60, 40).await?;
        stands(sample, "\"width\":1200.0,\"height\":760.0,\"at\":[60.0,40.0]").await?;
        kept(sample, "2026-q4/standards").await?;
        let number: u32 = page.trim_start_matches("page-").parse()?;
        kept(sample, &format!("\"page\":{}", number - number % 2)).await?;
        let pictures = sample.publication().join(".masthead/seen");
        eventually("the picture of the page is kept", LAYOUT, || async {
            let mut kept = std::fs::read_dir(&pictures).into_iter().flatten().flatten();
            let named = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(&hash);
            Ok(kept.any(named).then_some(()))
        })
        .await?;
        window.close().await?;

        let next = Window::open_as_left(sample).await?;
        eventually("it is as large as it was", SOON, || async {
            let size = next.script("return [innerWidth, innerHeight]").await?;
            Ok((size == serde_json::json!([1200, 760])).then_some(()))
        })
        .await?;
        next.find("[data-testid=editor][data-article=standards]", SOON).await?;
        next.find(&format!("[data-testid={page}][data-hash=\"{hash}\"] img"), SOON).await?;
        eventually("the cursor stands where it stood", SOON, || async {
            Ok((editing::line_of_the_cursor(&next).await? == line).then_some(()))
        })
        .await?;
        next.save_picture("as-left").await?;
        next.close().await?;

        // Changed behind its back: what was seen would lie, so it is not shown, and the pages come as they are now.
        let text = sample.article("standards")?;
        sample.write_article("standards", &text.replacen(&line, &format!("{line} And one more thing."), 1))?;
        let changed = Window::open_as_left(sample).await?;
        let remembered = "return performance.getEntriesByName('pages remembered').length";
        changed.find(".page img", LAYOUT).await?;
        ensure!(changed.script(remembered).await? == 0, "pages of another text were shown");
        changed.close().await
    })
    .await
}

#[tokio::test]
async fn the_whole_window_is_twice_as_large_with_its_keys_and_stays_so() -> Result<()> {
    days(Start::Publication, async |sample, window| {
        window.resize(1280, 800).await?;
        let wide = async |window: &Window, width: u32| {
            eventually(&format!("the window is {width} wide"), SOON, || async {
                Ok((window.script("return innerWidth").await? == width).then_some(()))
            })
            .await
        };
        wide(&window, 1280).await?;
        for _ in 0..5 {
            window.key_with_control('+').await?;
        }
        wide(&window, 640).await?;
        window.find("[data-testid=editor]", SOON).await?;
        kept(sample, "\"windowZoom\":200").await?;
        stands(sample, "\"width\":1280.0,\"height\":800.0").await?;
        window.save_picture("zoom-200").await?;
        // By script: the driver aims as if nothing were enlarged.
        window.script("document.querySelector('[data-testid=preflight-button]').click()").await?;
        window.find("[data-testid=preflight]", SOON).await?;
        window.save_picture("zoom-200-preflight").await?;
        // Killed, not closed: what was chosen a moment ago is kept all the same.
        window.kill()?;
        window.close().await.ok();

        let next = Window::open_as_left(sample).await?;
        wide(&next, 640).await?;
        next.key_with(Key::Control, '0').await?;
        wide(&next, 1280).await?;
        next.close().await
    })
    .await
}

/// Waits for a program to end; one that stays is ended.
async fn ended(mut program: Child, long: Duration) -> Result<i32> {
    let started = Instant::now();
    while started.elapsed() < long {
        if let Some(status) = program.try_wait()? {
            return status.code().context("it was killed");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    program.kill()?;
    program.wait()?;
    anyhow::bail!("the second start did not end")
}

fn windows(sample: &Sample) -> Result<usize> {
    let data = sample.data();
    let running =
        Command::new("pgrep").args(["-x", "-c", "-f", &format!(".*masthead-app.*{}.*", data.display())]).output()?;
    Ok(String::from_utf8_lossy(&running.stdout).trim().parse()?)
}

#[tokio::test]
async fn a_second_start_opens_its_file_in_the_first_window_and_goes() -> Result<()> {
    journey(async |sample, window| {
        let file = sample.publication().join("issues/2026-q4/articles/standards.md");
        // A window that has other things to do may be too slow to answer, and then the person tries again.
        eventually("the second start is heard", SOON, || async {
            let second = start_app(sample, &[&file.to_string_lossy()])?.spawn()?;
            let code = ended(second, SOON).await?;
            ensure!(code == 0 || code == 3, "the second start failed: {code}");
            Ok((code == 0).then_some(()))
        })
        .await?;
        window.find("[data-testid=editor][data-article=standards]", SOON).await?;
        ensure!(windows(sample)? == 1, "there are {} windows", windows(sample)?);
        let nowhere = start_app(sample, &["/nowhere.md"])?.spawn()?;
        ensure!(ended(nowhere, SOON).await? == 2, "a path that leads nowhere is wrong usage");
        planning::look(window, "second-start").await
    })
    .await
}

#[tokio::test]
async fn a_first_window_that_was_killed_blocks_no_second_one() -> Result<()> {
    crash(async |sample, window| {
        window.kill()?;
        let next = Window::open_as_left(sample).await?;
        next.close().await
    })
    .await
}

/// What the page may ask of the shell is small, and grows only on purpose: beside our own commands, this.
#[test]
fn the_page_is_given_one_small_capability() -> Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
    let files: Vec<_> = std::fs::read_dir(&folder)?.flatten().map(|entry| entry.file_name()).collect();
    ensure!(files == ["window.json"], "{files:?}");
    let capability: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("window.json"))?)?;
    let allowed = ["core:event:allow-listen", "core:event:allow-unlisten", "core:window:allow-destroy"];
    ensure!(capability["permissions"] == serde_json::json!(allowed), "{}", capability["permissions"]);
    ensure!(capability["windows"] == serde_json::json!(["main"]), "{}", capability["windows"]);
    ensure!(capability.get("remote").is_none(), "no address may ask anything");
    Ok(())
}

/// The policy that stands before the page, and what keeps others from loosening it, word for word: each change of it is
/// one somebody wanted.
#[test]
fn the_page_has_one_policy_and_it_is_this() -> Result<()> {
    let config = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tauri.conf.json");
    let config: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(config)?)?;
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
        img-src 'self' page: http://page.localhost blob: data:; font-src 'self' data:; \
        connect-src ipc: http://ipc.localhost; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";
    let security = serde_json::json!({
        "csp": policy,
        "dangerousDisableAssetCspModification": ["style-src"],
        "freezePrototype": true,
        "capabilities": ["window"],
    });
    ensure!(config["app"]["security"] == security, "{}", config["app"]["security"]);
    ensure!(config["app"]["withGlobalTauri"] == false, "the page's scripts are given the shell's own");
    Ok(())
}
