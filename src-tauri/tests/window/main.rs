//! The real window, driven by WebKit's own driver: what a person types arrives on the page, in the file and in the PDF.
//!
//! Wants a screen and a session bus: `dbus-run-session -- xvfb-run -a -s "-screen 0 1920x1080x24" cargo test -p
//! masthead-app --test window`. Pictures of what was on the screen are kept in `target/window/`.

#![cfg(target_os = "linux")]

mod beginning;
mod breaking;
mod driver;
mod editing;
mod framing;
mod hostile;
mod illustrating;
mod mailbox;
mod making;
mod measured;
mod people;
mod picturing;
mod planning;
mod posting;
mod readers;
mod reading;
mod sample;
mod searching;
mod sending;
mod server;
mod spelling;
mod zooming;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use driver::{eventually, journey};
use fantoccini::Locator;
use fantoccini::key::Key;

const ARTICLE: &str = "audit";
const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);
const EXPORT: Duration = Duration::from_secs(400);
/// Nobody waits longer for the page before the next key.
const NEXT_KEY: Duration = Duration::from_secs(10);
/// Keys that are followed to the picture of their page.
const FOLLOWED: usize = 25;

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
        window.click("[data-testid=export-start]").await?;
        window.find("[data-testid=export-path]", EXPORT).await?;
        let path = planning::paths(window).await?.pop().context("no path")?;
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
        let mut times = Vec::new();
        // As somebody types who looks at the page after each letter, however slow the computer is.
        for key in "andsothepagesfollowthewords".chars().cycle().take(3 * FOLLOWED) {
            window.type_keys(&key.to_string()).await?;
            let follows = eventually("the page follows a key", NEXT_KEY, || async {
                let now = reading::key_to_picture(window).await?;
                Ok((now.len() > times.len()).then_some(now))
            });
            // Two keys may come to the page as one.
            times = follows.await.unwrap_or(times);
            if times.len() >= FOLLOWED {
                break;
            }
        }
        ensure!(times.len() >= FOLLOWED, "only {} of the keys could be followed to the page", times.len());
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
async fn a_finding_is_gone_to_and_put_right_open_or_closed() -> Result<()> {
    journey(async |sample, window| {
        let wrong = |slug: &str| -> Result<()> {
            let text = sample.article(slug)?;
            sample.write_article(slug, &format!("{text}\n> [!pulquote]\n> Walk first.\n"))
        };
        wrong("audit")?;
        wrong("standards")?;
        window.type_keys(&char::from(Key::F5).to_string()).await?;
        window.click("[data-testid=preflight-button]").await?;
        window.find("[data-testid=finding][data-code=unknown-callout]", LAYOUT).await?;

        planning::step_to(window, "unknown-callout", "audit").await?;
        eventually("the cursor stands in what was found", SOON, || async {
            Ok(editing::line_of_the_cursor(window).await?.contains("[!pulquote]").then_some(()))
        })
        .await?;
        planning::look(window, "preflight").await?;

        planning::fix(window, "unknown-callout", 0).await?;
        planning::file_says(sample, "audit", "> [!pullquote]\n> Walk first.").await?;
        window.key_with_control('z').await?;
        planning::file_says(sample, "audit", "> [!pulquote]\n> Walk first.").await?;

        eventually("both findings are there again", LAYOUT, || async {
            let rows = window.all("[data-testid=finding][data-code=unknown-callout]").await?;
            Ok((rows.len() == 2).then_some(()))
        })
        .await?;
        planning::fix(window, "unknown-callout", 1).await?;
        planning::file_says(sample, "standards", "> [!pullquote]\n> Walk first.").await?;
        window.find("[data-testid=editor][data-article=audit]", SOON).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_entry_of_the_flatplan_is_moved_by_keys_and_back() -> Result<()> {
    journey(async |sample, window| {
        let before = sample.issue()?;
        window.type_keys(&char::from(Key::F7).to_string()).await?;
        window.find("[data-testid=plan-12] img", LAYOUT).await?;
        planning::look(window, "flatplan").await?;

        planning::focus_entry(window, "Eight standards").await?;
        window.key_with(Key::Alt, char::from(Key::Right)).await?;
        eventually("the running order is moved in the file", SOON, || async {
            let now = sample.issue()?;
            let at = |slug: &str| now.find(&format!("article = \"{slug}\" }},"));
            Ok((at("financing") < at("standards")).then_some(()))
        })
        .await?;
        posting::says(window, "flatplan-said", "moved, now page").await?;
        window.find("[data-testid=flatplan][data-busy=false]", LAYOUT).await?;
        window.save_picture("flatplan-moved").await?;

        window.key_with_control('z').await?;
        eventually("the file is as it was", SOON, || async { Ok((sample.issue()? == before).then_some(())) }).await?;
        window.find("[data-testid=flatplan][data-busy=false]", LAYOUT).await?;
        planning::focus_entry(window, "Eight standards").await?;
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        window.find("[data-testid=editor][data-article=standards]", SOON).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_target_is_exported_while_somebody_writes_on() -> Result<()> {
    journey(async |_, window| {
        editing::open_article(window, ARTICLE).await?;
        editing::cursor_into_a_paragraph(window).await?;
        let page = editing::show_on_page(window).await?;
        let before = reading::picture(window, &page).await?;
        window.click("[data-testid=export]").await?;
        window.click("[data-testid=export-all]").await?;
        planning::look(window, "export").await?;
        window.click("[data-testid=export-start]").await?;
        // It may be through before anybody looks.
        window.find("[data-testid=export-cancel], [data-testid=export-path]", SOON).await?;
        window.click("[data-testid=dialog-close]").await?;

        window.key_with_control('1').await?;
        window.type_keys(" Meanwhile the words go on.").await?;
        eventually("the page follows the words during an export", EXPORT, || async {
            Ok((planning::shown(window, &page).await? != before.shown).then_some(()))
        })
        .await?;

        window.click("[data-testid=export]").await?;
        window.find("[data-testid=export-start]", EXPORT).await?;
        let paths = planning::paths(window).await?;
        let targets = window.all("[data-testid^=target-]").await?;
        window.save_picture("exported-all").await?;
        ensure!(paths.len() == targets.len(), "{} of {} targets were written", paths.len(), targets.len());
        for path in paths {
            ensure!(std::fs::read(&path)?.starts_with(b"%PDF-"), "no PDF in {path}");
        }
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
            let found = reading::barriers(window).await?;
            ensure!(found.is_empty(), "in {face}:\n{}", found.join("\n"));
            window.click("[data-testid=theme]").await?;
        }
        // A second `main` is of moderate weight, and words outside of every landmark are good practice alone.
        window.script("document.body.insertAdjacentHTML('beforeend', '<div role=main></div><p>Astray.</p>')").await?;
        let found = reading::barriers(window).await?.join("\n");
        for rule in ["landmark-no-duplicate-main", "region"] {
            ensure!(found.contains(rule), "`{rule}` is not looked for:\n{found}");
        }
        Ok(())
    })
    .await
}
