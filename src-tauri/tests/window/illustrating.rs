//! Pictures on their way into a text.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::driver::{self, Window, eventually, journey};
use crate::{editing, planning, posting, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

/// Puts a picture on the screen's clipboard, as another program would. The program that holds it ends with the next one
/// that takes the clipboard, or with the screen.
fn copy_picture(name: &str) -> Result<()> {
    let file = driver::pictures()?.join(name);
    let mut copy = Command::new("xclip");
    copy.args(["-selection", "clipboard", "-t", "image/png", "-i"]).arg(file);
    let status = copy.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ensure!(status.context("xclip (Debian: xclip)")?.success(), "xclip did not take the picture");
    Ok(())
}

/// Puts words on the clipboard as Word and web pages do.
async fn paste_page(window: &Window, html: &str) -> Result<()> {
    let paste = format!(
        "const data = new DataTransfer(); data.setData('text/html', {html:?}); data.setData('text/plain', 'words alone');
         const paste = new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }});
         document.querySelector('.cm-content').dispatchEvent(paste); return paste.clipboardData != null"
    );
    ensure!(window.script(&paste).await? == true, "this web view makes no such events");
    Ok(())
}

#[tokio::test]
async fn a_pasted_picture_is_described_kept_and_seen_on_the_page() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        window.save_picture("to-paste").await?;
        copy_picture("to-paste.png")?;
        editing::cursor_into_a_paragraph(window).await?;
        let page = editing::show_on_page(window).await?;
        let before = reading::picture(window, &page).await?;
        window.key_with_control('1').await?;
        window.key_with_control('v').await?;
        window.find("[data-testid=picture]", SOON).await?;
        posting::fill(window, "picture-alt", "The desk at night").await?;
        posting::fill(window, "picture-caption", "Where the issue was made.").await?;
        posting::fill(window, "picture-credit", "Ana Pop").await?;
        planning::look(window, "picture").await?;
        window.click("[data-testid=picture-place]").await?;

        let words = "![The desk at night](media/picture.png \"Where the issue was made.\"){.column credit=\"Ana Pop\"}";
        planning::file_says(sample, "audit", words).await?;
        let kept = std::fs::read(sample.publication().join("issues/2026-q4/media/picture.png"))?;
        ensure!(kept.starts_with(b"\x89PNG"), "the picture in the issue is no PNG");
        eventually("the pages show it", LAYOUT, || async {
            let pages =
                "return [...document.querySelectorAll('[data-testid^=page-]')].map((page) => page.dataset.hash)";
            let hashes = window.script(pages).await?;
            let hashes: Vec<String> = serde_json::from_value(hashes)?;
            Ok((!hashes.is_empty() && !hashes.contains(&before.hash)).then_some(()))
        })
        .await?;
        window.save_picture("picture-placed").await?;

        // Taken back in one step; what was kept stays for whoever wants it.
        window.key_with_control('z').await?;
        eventually("the words are gone", SOON, || async {
            Ok((!sample.article("audit")?.contains("The desk at night")).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn what_word_puts_on_the_clipboard_becomes_markdown_that_runs_nothing() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        editing::cursor_into_a_paragraph(window).await?;
        let html = "<h2>Trams</h2><p>A <b>red</b> line<script>window.pwned=1</script></p>\
                    <ul><li>one<img src=x onerror='window.pwned=2'></li><li>two</li></ul>";
        paste_page(window, html).await?;
        planning::file_says(sample, "audit", "## Trams\n\nA **red** line\n\n- one\n- two").await?;
        posting::nothing_ran(window).await
    })
    .await
}
