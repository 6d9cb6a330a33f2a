//! What an editor does before the issue goes out: goes through the findings, moves the flatplan, looks at both.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually};
use crate::reading;
use crate::sample::Sample;

const SOON: Duration = Duration::from_secs(30);
const MOST_FINDINGS: usize = 200;

/// Presses F8 until it has come to a finding of this code in this article.
pub(crate) async fn step_to(window: &Window, code: &str, slug: &str) -> Result<()> {
    let there = format!(
        "return document.querySelector('[aria-current=true][data-finding]')?.dataset.code === '{code}' &&
           document.querySelector('[data-testid=editor]')?.dataset.article === '{slug}'"
    );
    for _ in 0..MOST_FINDINGS {
        let before = said(window).await?;
        window.type_keys(&char::from(Key::F8).to_string()).await?;
        eventually("F8 says where it went", SOON, || async { Ok((said(window).await? != before).then_some(())) })
            .await?;
        if window.script(&there).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
        if window.script(&there).await? == true {
            return Ok(());
        }
    }
    bail!("F8 never came to `{code}` in `{slug}`")
}

async fn said(window: &Window) -> Result<String> {
    let said = window.script("return document.querySelector('[data-testid=preflight-said]').textContent").await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// Presses the fix of a finding of this code, the first being 0.
pub(crate) async fn fix(window: &Window, code: &str, nth: usize) -> Result<()> {
    let press = format!(
        "const rows = [...document.querySelectorAll('[data-finding][data-code={code}]')];
         const fix = rows[{nth}]?.parentElement.querySelector('[data-testid=fix]'); fix?.click(); return fix != null"
    );
    ensure!(window.script(&press).await? == true, "finding {nth} of `{code}` has no fix");
    Ok(())
}

/// Waits until an article's file has these words.
pub(crate) async fn file_says(sample: &Sample, slug: &str, words: &str) -> Result<()> {
    let what = format!("`{slug}` says `{words}`");
    eventually(&what, SOON, || async { Ok(sample.article(slug)?.contains(words).then_some(())) }).await
}

/// Brings the keys to an entry of the flatplan by the beginning of its name.
pub(crate) async fn focus_entry(window: &Window, name: &str) -> Result<()> {
    let focus = format!(
        "const entry = document.querySelector('[data-part=\"0\"][aria-label^=\"{name}\"]'); entry?.focus();
         return entry != null && document.activeElement === entry"
    );
    eventually("the entry has the keys", SOON, || async { Ok((window.script(&focus).await? == true).then_some(())) })
        .await
}

/// Where the exported files are, as the dialog says it.
pub(crate) async fn paths(window: &Window) -> Result<Vec<String>> {
    let paths = "return [...document.querySelectorAll('[data-testid=export-path]')].map((path) => path.textContent)";
    Ok(serde_json::from_value(window.script(paths).await?)?)
}

/// The page that a page's picture shows now; empty while there is none.
pub(crate) async fn shown(window: &Window, page: &str) -> Result<String> {
    let source = format!("return document.querySelector('[data-testid={page}] img')?.src ?? ''");
    let source = window.script(&source).await?;
    Ok(source.as_str().and_then(|source| source.rsplit('/').nth(1)).unwrap_or_default().to_owned())
}

/// Keeps pictures of the screen in both faces and two sizes, and finds nothing on it that shuts a person out.
pub(crate) async fn look(window: &Window, name: &str) -> Result<()> {
    let face = "return document.documentElement.dataset.theme";
    let first = window.script(face).await?;
    for turn in 0..2 {
        let face = window.script(face).await?.as_str().context("a face")?.to_owned();
        for (width, height) in [(1920, 1080), (1280, 800)] {
            window.resize(width, height).await?;
            tokio::time::sleep(Duration::from_millis(600)).await;
            window.save_picture(&format!("{name}-{face}-{width}")).await?;
        }
        let found = reading::serious_barriers(window).await?;
        ensure!(found.is_empty(), "{name}, {face}:\n{}", found.join("\n"));
        // By script: a dialog lies over the button.
        window.script("document.querySelector('[data-testid=theme]').click()").await?;
        ensure!(turn > 0 || window.script("return document.documentElement.dataset.theme").await? != first);
    }
    window.resize(1440, 900).await
}
