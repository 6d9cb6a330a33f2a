//! What can be read off the window and off what it wrote.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::driver::{Window, eventually};

const SOON: Duration = Duration::from_secs(90);

/// A page as it is on the screen.
pub(crate) struct Picture {
    /// The page as it is laid out.
    pub(crate) hash: String,
    /// The page that the picture shows.
    pub(crate) shown: String,
    /// The picture, as PNG.
    pub(crate) pixels: Vec<u8>,
}

/// A page's picture, once nothing flashes on it.
pub(crate) async fn picture(window: &Window, page: &str) -> Result<Picture> {
    eventually("the page stands still", SOON, || async { Ok(window.all(".flash").await?.is_empty().then_some(())) })
        .await?;
    let element = window.find(&format!("[data-testid={page}]"), SOON).await?;
    let hash = element.attr("data-hash").await?.context("a page has a hash")?;
    let image = window.find(&format!("[data-testid={page}] img"), SOON).await?;
    let source = image.attr("src").await?.context("a picture has a source")?;
    let shown = source.rsplit('/').nth(1).unwrap_or_default().to_owned();
    window.keep_painting().await?;
    Ok(Picture { hash, shown, pixels: element.screenshot().await? })
}

/// Scrolls to a page and waits until it is drawn and nothing moves any more.
pub(crate) async fn bring_into_view(window: &Window, page: &str) -> Result<()> {
    let scroll = format!("document.querySelector('[data-testid={page}]').scrollIntoView({{ block: 'center' }})");
    window.script(&scroll).await?;
    window.find(&format!("[data-testid={page}] img"), SOON).await?;
    let place = format!("return document.querySelector('[data-testid={page}]').getBoundingClientRect().top");
    eventually("the pages stand still", SOON, || async {
        let before = window.script(&place).await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok((window.script(&place).await? == before).then_some(()))
    })
    .await
}

/// Milliseconds from a key to the picture of its page, for each key that changed one.
pub(crate) async fn key_to_picture(window: &Window) -> Result<Vec<f64>> {
    let script = "return performance.getEntriesByName('key to picture').map((entry) => entry.duration)";
    let times = window.script(script).await?;
    Ok(times.as_array().context("a list")?.iter().filter_map(Value::as_f64).collect())
}

/// Whether the words stand in a PDF, however its lines were broken.
pub(crate) fn pdf_says(pdf: &Path, words: &str) -> Result<bool> {
    let run = Command::new("pdftotext").arg(pdf).arg("-").output().context("pdftotext (Debian: poppler-utils)")?;
    ensure!(run.status.success(), "pdftotext could not read {}", pdf.display());
    Ok(letters(&String::from_utf8_lossy(&run.stdout)).contains(&letters(words)))
}

/// Letters alone: line ends and hyphens fall where the columns want them.
fn letters(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// What is asked of a screen: WCAG 2.2 to its second level, and the good practice beyond it, whatever its weight.
const ALL: &str = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] }";
/// What another face of the same screen can get wrong.
const COLOURS: &str = "{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }";

/// What axe finds against the screen, one line each.
pub(crate) async fn barriers(window: &Window) -> Result<Vec<String>> {
    axe(window, ALL).await
}

/// What axe finds against the colours of the high contrast, in which the screen is shown for as long as that takes.
pub(crate) async fn barriers_in_high_contrast(window: &Window) -> Result<Vec<String>> {
    let face = window.script("return document.documentElement.dataset.theme").await?;
    let wear = |face: &str| format!("document.documentElement.dataset.theme = '{face}'");
    window.script(&wear("contrast")).await?;
    let found = axe(window, COLOURS).await?;
    window.script(&wear(face.as_str().context("a face")?)).await?;
    Ok(found)
}

async fn axe(window: &Window, asked: &str) -> Result<Vec<String>> {
    if window.script("return window.axe === undefined").await? == true {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&axe).with_context(|| format!("{}: `npm ci` in ui/", axe.display()))?;
        window.script(&axe).await?;
    }
    let run = format!(
        "const done = arguments[arguments.length - 1];
         const told = (node) => node.target + ' ' + ([...node.any, ...node.all, ...node.none][0]?.message ?? '');
         axe.run(document, {{ ...{asked}, resultTypes: ['violations'] }}).then(
           ({{ violations }}) => done(violations.map(({{ id, impact, nodes }}) =>
             `${{impact}} ${{id}}: ${{nodes.slice(0, 4).map(told).join(' | ')}}`)),
           (fault) => done([String(fault)]))"
    );
    Ok(serde_json::from_value(window.script_async(&run).await?)?)
}
