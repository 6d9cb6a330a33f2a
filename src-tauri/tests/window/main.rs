//! The real window, driven by WebKit's own driver: what a person types arrives on the page, in the file and in the PDF.
//!
//! Wants a screen and a session bus: `dbus-run-session -- xvfb-run -a -s "-screen 0 1920x1080x24" cargo test -p
//! masthead-app --test window`. Pictures of what was on the screen are kept in `target/window/`.

#![cfg(target_os = "linux")]

mod beginning;
mod driver;
mod editing;
mod planning;
mod posting;
mod reading;
mod sample;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use driver::{eventually, journey};
use fantoccini::Locator;
use fantoccini::key::Key;

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
        let line = editing::line_of_the_cursor(window).await?;
        ensure!(line.contains("[!pulquote]"), "the cursor stands in `{line}`");
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
        let said = window.find("[data-testid=flatplan-said]", SOON).await?.prop("textContent").await?;
        ensure!(said.is_some_and(|said| said.contains("moved, now page")), "the move was not said");
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
        window.find("[data-testid=export-cancel]", SOON).await?;
        window.click("[data-testid=export-close]").await?;

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
            let found = reading::serious_barriers(window).await?;
            ensure!(found.is_empty(), "in {face}:\n{}", found.join("\n"));
            window.click("[data-testid=theme]").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_list_is_brought_in_looked_through_and_one_of_it_erased() -> Result<()> {
    journey(async |sample, window| {
        let list = posting::list(sample, 3_000)?;
        window.key_with_control('3').await?;
        window.find("[data-testid=subscribers] .face", SOON).await?;
        planning::look(window, "subscribers-none").await?;
        posting::import(window, &list).await?;
        posting::says(window, "import-new", "3,000").await?;
        posting::says(window, "import-unreadable", "1").await?;
        posting::says(window, "import-duplicates", "1").await?;
        posting::fill(window, "import-source", "conference in October").await?;
        posting::fill(window, "import-basis", "asked for the newsletter").await?;
        planning::look(window, "import").await?;
        window.click("[data-testid=import-write]").await?;
        posting::says(window, "import-done", "3,000").await?;
        posting::escape(window).await?;

        posting::says(window, "people-count", "3,000").await?;
        // The end of the list, from anywhere.
        window.script("document.querySelector('[data-testid=rows]').scrollTop = 1e9").await?;
        eventually("the last row is there", SOON, || async {
            let last = "return document.querySelector('[data-index=\"2999\"]')?.textContent ?? ''";
            Ok(window.script(last).await?.as_str().is_some_and(|row| row.contains("reader002999")).then_some(()))
        })
        .await?;
        posting::fill(window, "people-search", "reader000001").await?;
        posting::says(window, "people-count", "1 person").await?;
        window.click("[data-index='0']").await?;
        window.find("[data-testid=person]", SOON).await?;
        posting::nothing_ran(window).await?;
        planning::look(window, "person").await?;

        window.click("[data-testid=person-erase]").await?;
        posting::fill(window, "erase-address", "reader000001@example.org").await?;
        window.click("[data-testid=erase-yes]").await?;
        posting::says(window, "people-count", "0 people").await?;
        posting::fill(window, "people-search", "reader00").await?;
        posting::says(window, "people-count", "2,999").await?;
        planning::look(window, "subscribers").await?;
        posting::nothing_ran(window).await
    })
    .await
}

#[tokio::test]
async fn an_edition_is_looked_at_rehearsed_taken_back_sent_and_reported() -> Result<()> {
    journey(async |sample, window| {
        let relay = format!("smtp://127.0.0.1:{}", posting::server()?);
        posting::import(window, &posting::list(sample, 40)?).await?;
        posting::fill(window, "import-source", "conference").await?;
        posting::fill(window, "import-basis", "asked for it").await?;
        window.click("[data-testid=import-write]").await?;
        window.find("[data-testid=import-done]", SOON).await?;
        posting::escape(window).await?;

        window.key_with_control('5').await?;
        window.find("[data-testid=sender-relay]", SOON).await?;
        posting::fill(window, "sender-relay", &relay).await?;
        window.click("[data-testid=sender-save]").await?;
        eventually("the relay is in the publication", SOON, || async {
            let text = std::fs::read_to_string(sample.publication().join("assets/publication.toml"))?;
            Ok(text.contains(&relay).then_some(()))
        })
        .await?;
        planning::look(window, "settings").await?;
        window.script("const s = document.querySelector('[data-testid=look-outbox]'); s.value = '10'; s.dispatchEvent(new Event('change', { bubbles: true }))").await?;

        window.key_with_control('2').await?;
        window.find("[data-testid=mail]", LAYOUT).await?;
        posting::says(window, "preview-subject", "Number 41").await?;
        posting::fill(window, "copy-to", "reader000000@example.org").await?;
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        posting::nothing_ran(window).await?;
        planning::look(window, "newsletter").await?;
        window.click("[data-testid=copy-dark]").await?;
        window.click("[data-testid=copy-phone]").await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        window.save_picture("newsletter-phone-dark").await?;

        window.click("[data-testid=send]").await?;
        posting::says(window, "send-sentence", "40 people will get this").await?;
        planning::look(window, "send").await?;
        window.click("[data-testid=rehearse]").await?;
        window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
        window.click("[data-testid=send-again]").await?;

        posting::fill(window, "send-count", "40").await?;
        window.click("[data-testid=send-now]").await?;
        window.find("[data-testid=outbox]", SOON).await?;
        planning::look(window, "outbox").await?;
        window.script("document.querySelector('[data-testid=undo-send]')?.click()").await?;
        posting::fill(window, "send-count", "40").await?;
        window.click("[data-testid=send-now]").await?;
        window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
        planning::look(window, "sent").await?;

        window.click("[data-testid=send-report]").await?;
        posting::says(window, "state-accepted", "39").await?;
        window.click("[data-testid=state-bounced]").await?;
        eventually("one person is left in the table", SOON, || async {
            Ok((window.all("[data-testid=rows] [role=row]").await?.len() == 1).then_some(()))
        })
        .await?;
        window.click("[data-index='0']").await?;
        posting::says(window, "delivery", "5.1.1").await?;
        posting::nothing_ran(window).await?;
        planning::look(window, "deliveries").await
    })
    .await
}
