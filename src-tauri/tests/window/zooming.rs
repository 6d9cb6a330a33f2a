//! The window at twice its size: everything that can be done is still there, within its edges, and shuts nobody out.

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, journey};
use crate::{editing, posting, readers, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

#[tokio::test]
async fn every_place_is_whole_at_twice_its_size_and_shuts_nobody_out() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        widen_by_keys(window).await?;
        readers::bring(sample, window, 12).await?;
        window.resize(1280, 800).await?;
        for _ in 0..5 {
            window.key_with_control('+').await?;
        }
        eventually("the window is twice as large", SOON, || async {
            Ok((window.script("return innerWidth").await? == 640).then_some(()))
        })
        .await?;
        issue(window).await?;
        newsletter(window).await?;
        people(window).await?;
        for (key, place) in [('4', "deliveries"), ('5', "settings")] {
            window.key_with_control(key).await?;
            window.find(&format!("[data-testid={place}]"), SOON).await?;
            whole(window, place).await?;
        }
        Ok(())
    })
    .await
}

/// What is dragged between two panes goes by keys as well.
async fn widen_by_keys(window: &Window) -> Result<()> {
    let width = "return document.querySelector('[role=separator]').ariaValueNow";
    let before = window.script(width).await?;
    window.script("document.querySelector('[role=separator]').focus()").await?;
    window.type_keys(&char::from(Key::Right).to_string()).await?;
    eventually("the list is wider", SOON, || async { Ok((window.script(width).await? != before).then_some(())) }).await
}

async fn issue(window: &Window) -> Result<()> {
    window.key_with_control('1').await?;
    panes(window, "issue").await?;
    press(window, "[data-testid=pane-text]").await?;
    window.key_with(Key::Control, 'f').await?;
    window.find(".cm-panel input", SOON).await?;
    whole(window, "search in the text").await?;
    posting::escape(window).await?;
    press(window, "[data-testid=preflight-button]").await?;
    window.find("[data-testid=preflight]", SOON).await?;
    whole(window, "preflight").await?;
    press(window, "[data-testid=preflight-button]").await?;
    dialog(window, "[data-testid=export]", "export").await?;
    window.type_keys(&char::from(Key::F7).to_string()).await?;
    window.find("[data-testid=plan-1]", LAYOUT).await?;
    whole(window, "flatplan").await?;
    window.key_with_control('k').await?;
    window.find("dialog[open] input", SOON).await?;
    whole(window, "palette").await?;
    posting::escape(window).await
}

async fn newsletter(window: &Window) -> Result<()> {
    window.key_with_control('2').await?;
    window.find("[data-testid=newsletter]", LAYOUT).await?;
    panes(window, "newsletter").await?;
    dialog(window, "[data-testid=test]", "test").await?;
    press(window, "[data-testid=send]").await?;
    posting::says(window, "send-sentence", "12 people").await?;
    whole(window, "send").await?;
    press(window, "[data-testid=rehearse]").await?;
    window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
    whole(window, "rehearsed").await?;
    posting::escape(window).await
}

async fn people(window: &Window) -> Result<()> {
    window.key_with_control('3').await?;
    posting::says(window, "people-count", "12 people").await?;
    whole(window, "subscribers").await?;
    press(window, "[data-index=\"0\"]").await?;
    window.find("[data-testid=person]", SOON).await?;
    whole(window, "person").await?;
    posting::escape(window).await?;
    dialog(window, "[data-testid=people-import]", "import").await?;
    dialog(window, "[data-testid=people-segments]", "segments").await
}

/// Presses by script: the driver takes a place in a window of twice its size for one in its own size.
async fn press(window: &Window, css: &str) -> Result<()> {
    let press = format!("const button = document.querySelector('{css}'); button?.click(); return button !== null");
    eventually(&format!("{css} is pressed"), SOON, || async {
        Ok((window.script(&press).await? == true).then_some(()))
    })
    .await
}

/// The three panes of a place of which only one has room.
async fn panes(window: &Window, place: &str) -> Result<()> {
    for pane in ["list", "text", "pages"] {
        press(window, &format!("[data-testid=pane-{pane}]")).await?;
        whole(window, &format!("{place}, {pane}")).await?;
    }
    Ok(())
}

async fn dialog(window: &Window, button: &str, name: &str) -> Result<()> {
    press(window, button).await?;
    window.find("dialog[open]", SOON).await?;
    // It is there before it is painted.
    window
        .script_async(
            "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))",
        )
        .await?;
    let height = window.script("return document.querySelector('dialog[open]').getBoundingClientRect().height").await?;
    ensure!(height.as_f64() > Some(100.0), "{name}: open, and {height} pixels high");
    whole(window, name).await?;
    posting::escape(window).await?;
    eventually("the dialog is closed", SOON, || async {
        Ok(window.all("dialog[open]").await?.is_empty().then_some(()))
    })
    .await
}

/// Nothing that can be pressed, filled or gone to is cut off for good, and axe finds nothing.
async fn whole(window: &Window, what: &str) -> Result<()> {
    window.save_picture(&format!("twice-{}", what.replace([' ', ','], "-"))).await?;
    nothing_is_cut_off(window, &format!("{what}, at twice the size")).await?;
    let found = reading::barriers(window).await?;
    ensure!(found.is_empty(), "{what}, at twice the size:\n{}", found.join("\n"));
    Ok(())
}

pub(crate) async fn nothing_is_cut_off(window: &Window, what: &str) -> Result<()> {
    let cut = window.script(CUT).await?;
    ensure!(cut == serde_json::json!([]), "{what}: cut off: {cut}");
    Ok(())
}

/// Controls whose middle lies outside of the window, or of something that hides what goes beyond it, in a direction in
/// which nobody can scroll to them.
const CUT: &str = "
    const free = (style) => ['auto', 'scroll'].includes(style);
    const hides = (style) => ['hidden', 'clip'].includes(style);
    const beyond = (at, from, to) => at < from - 1 || at > to + 1;
    const cut = (element) => {
      const box = element.getBoundingClientRect();
      const at = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      let [x, y] = [true, true];
      for (let room = element.parentElement; room !== null; room = room.parentElement) {
        const style = getComputedStyle(room);
        const { left, right, top, bottom } = room.getBoundingClientRect();
        if (free(style.overflowX)) x = false;
        if (free(style.overflowY)) y = false;
        if (x && hides(style.overflowX) && beyond(at[0], left, right)) return true;
        if (y && hides(style.overflowY) && beyond(at[1], top, bottom)) return true;
        if (style.position === 'fixed') break;
      }
      return (x && beyond(at[0], 0, innerWidth)) || (y && beyond(at[1], 0, innerHeight));
    };
    const name = (element) => element.dataset.testid ?? element.getAttribute('aria-label') ?? element.textContent.trim();
    const within = document.querySelector('dialog[open]') ?? document;
    return [...within.querySelectorAll('button, input, select, textarea, a[href], [tabindex=\"0\"]')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && cut(element)).map(name);";
