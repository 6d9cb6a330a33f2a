//! The real window, driven by WebKit's own driver: what a person types arrives on the page, in the file and in the PDF.
//!
//! Wants a screen and a session bus: `dbus-run-session -- xvfb-run -a -s "-screen 0 1440x900x24" cargo test -p
//! masthead-app --test window`. Pictures of what was on the screen are kept in `target/window/`.

#![cfg(target_os = "linux")]

mod driver;
mod editing;
mod reading;
mod sample;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use driver::{eventually, journey};
use fantoccini::Locator;

const ARTICLE: &str = "audit";
const SOON: Duration = Duration::from_secs(20);
const LAYOUT: Duration = Duration::from_secs(90);
const EXPORT: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_sentence_typed_in_the_window_reaches_the_page_the_file_and_the_pdf() -> Result<()> {
    journey(async |sample, window| {
        let sentence = " Quizzical lamplighters vex our jumpy governor.";

        editing::open_article(window, ARTICLE).await?;
        window.save_picture("issue").await?;
        editing::cursor_into_a_paragraph(window).await?;
        let page = editing::show_on_page(window).await?;
        let before = reading::picture(window, &page).await?;
        window.type_keys(sentence).await?;

        let after = eventually("the page shows the sentence", LAYOUT, || async {
            let now = reading::picture(window, &page).await?;
            Ok((now.hash != before.hash && now.shown == now.hash).then_some(now))
        })
        .await?;
        ensure!(after.pixels != before.pixels, "another hash, but the same picture");
        window.find("[data-testid=save-state][data-state=saved]", SOON).await?;
        ensure!(sample.article(ARTICLE)?.contains(sentence), "the sentence is not in the file");
        window.save_picture("typed").await?;

        window.click("[data-testid=export]").await?;
        let path = window.find("[data-testid=export-path]", EXPORT).await?.text().await?;
        ensure!(reading::pdf_says(path.as_ref(), sentence)?, "the sentence is not in {path}");
        window.save_picture("exported").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_key_reaches_the_page_while_somebody_reads_along() -> Result<()> {
    journey(async |_, window| {
        editing::open_article(window, ARTICLE).await?;
        editing::cursor_into_a_paragraph(window).await?;
        editing::show_on_page(window).await?;
        for key in " and so the pages follow the words".chars() {
            window.type_keys(&key.to_string()).await?;
            tokio::time::sleep(Duration::from_millis(160)).await;
        }
        let mut times = reading::key_to_picture(window).await?;
        ensure!(times.len() >= 10, "only {} of the keys could be followed to the page", times.len());
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let line = format!("key to picture, ms: p50 {:.0}, p95 {:.0}, of {}\n", at(0.5), at(0.95), times.len());
        std::fs::write(driver::pictures()?.join("key-to-picture.txt"), line)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_click_on_a_page_brings_the_cursor_to_its_words() -> Result<()> {
    journey(async |_, window| {
        editing::open_article(window, ARTICLE).await?;
        editing::cursor_into_a_paragraph(window).await?;
        editing::show_on_page(window).await?;
        window.key_with_control('1').await?;
        let written = editing::line_of_the_cursor(window).await?;

        // Away from there, and back by the box that showed where it was.
        editing::open_article(window, "letter").await?;
        let page = window.script("return window.lastBox").await?;
        let (x, y) = (page["x"].as_f64().context("no box")?, page["y"].as_f64().context("no box")?);
        let number = page["page"].as_str().context("no page")?.to_owned();
        reading::bring_into_view(window, &number).await?;
        window.click_at(&format!("[data-testid={number}]"), x, y).await?;
        window.find(&format!("[data-testid=editor][data-article={ARTICLE}]"), LAYOUT).await?;
        eventually(&format!("the cursor stands in `{written}`"), SOON, || async {
            Ok((editing::line_of_the_cursor(window).await? == written).then_some(()))
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_changed_outside_is_not_written_over() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, ARTICLE).await?;
        editing::cursor_into_a_paragraph(window).await?;
        let theirs = sample.article(ARTICLE)?.replacen("drawer", "cupboard", 1);
        sample.write_article(ARTICLE, &theirs)?;
        window.type_keys(" Mine.").await?;

        window.find("[data-testid=conflict]", SOON).await?;
        ensure!(sample.article(ARTICLE)? == theirs, "their text was written over");
        window.click("[data-testid=compare]").await?;
        window.find(".cm-mergeView .cm-changedText", LAYOUT).await?;
        window.save_picture("compare").await?;
        window.click("[data-testid=keep-mine]").await?;
        window.find("[data-testid=save-state][data-state=saved]", SOON).await?;
        let kept = sample.article(ARTICLE)?;
        ensure!(kept.contains(" Mine.") && !kept.contains("cupboard"), "my text was not kept");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_on_the_screen_shuts_a_person_out() -> Result<()> {
    journey(async |_, window| {
        editing::open_article(window, ARTICLE).await?;
        for face in ["light", "dark"] {
            window.wait(Locator::Css(&format!("html[data-theme={face}]")), LAYOUT).await?;
            window.save_picture(face).await?;
            let found = reading::serious_barriers(window).await?;
            ensure!(found.is_empty(), "in {face}:\n{}", found.join("\n"));
            window.click("[data-testid=theme]").await?;
        }
        Ok(())
    })
    .await
}
