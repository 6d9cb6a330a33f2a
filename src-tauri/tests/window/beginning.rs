//! The first run, the languages, the relay, and what a crash leaves.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Start, Window, crash, days, eventually, first_journey, journey};
use crate::sample::Sample;
use crate::server::{Answer, Server};
use crate::{editing, planning, posting, reading, zooming};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);
const EXPORT: Duration = Duration::from_secs(400);
const MOST_TABS: usize = 120;

async fn done(window: &Window, step: &str) -> Result<()> {
    window.find(&format!("[data-testid=step-{step}][data-done=true]"), LAYOUT).await.map(drop)
}

#[tokio::test]
async fn somebody_new_opens_the_sample_and_each_first_step_ticks_itself() -> Result<()> {
    first_journey(async |sample, window| {
        planning::look(window, "welcome").await?;
        window.click("[data-testid=open-sample]").await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;
        window.find("[data-testid=step-edit][data-done=false]", SOON).await?;
        let ticked = window.all("[data-testid^=step-][data-done=true]").await?.len();
        ensure!(ticked == 0, "{ticked} steps are done before anything happened");
        planning::look(window, "first-steps").await?;

        editing::open_article(window, "audit").await?;
        editing::cursor_into_a_paragraph(window).await?;
        editing::show_on_page(window).await?;
        window.type_keys(" Mine.").await?;
        done(window, "edit").await?;
        done(window, "page").await?;
        window.click("[data-testid=export]").await?;
        window.click("[data-testid=export-start]").await?;
        window.find("[data-testid=export-path]", EXPORT).await?;
        done(window, "export").await?;
        window.click("[data-testid=dialog-close]").await?;

        posting::set_relay(window, Server::start(|_, _| Answer::Taken)?.port()).await?;
        window.find("[data-testid=password-place][data-place=not-wanted]", SOON).await?;
        window.click("[data-testid=relay-try]").await?;
        window.find("[data-testid=relay-good]", SOON).await?;
        planning::look(window, "settings-relay").await?;
        window.key_with_control('2').await?;
        window.click("[data-testid=test]").await?;
        posting::fill(window, "test-to", "me@example.org").await?;
        window.click("[data-testid=test-send]").await?;
        posting::says(window, "test-said", "2.0.0 taken").await?;
        done(window, "test").await?;
        posting::escape(window).await?;
        planning::look(window, "first-steps-done").await?;
        let kept = sample.home("ana").join("Masthead sample/issues/2026-q4/articles/audit.md");
        ensure!(std::fs::read_to_string(kept)?.contains(" Mine."), "the sample is not the person's own copy");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_publication_is_made_and_opened_again_the_next_day() -> Result<()> {
    days(Start::Nothing, async |sample, window| {
        window.click("[data-testid=new-publication]").await?;
        posting::fill(&window, "publication-name", "The Kerb").await?;
        planning::look(&window, "new-publication").await?;
        window.click("[data-testid=publication-create]").await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;
        let folder = sample.home("ana").join("The Kerb");
        ensure!(folder.join("assets/publication.toml").is_file(), "no publication in {}", folder.display());
        planning::look(&window, "new-issue").await?;
        window.close().await?;

        let next_day = Window::open(sample, Start::Nothing).await?;
        next_day.find("[data-testid=pages] .page img", LAYOUT).await?;
        ensure!(next_day.all("[data-testid=welcome]").await?.is_empty(), "the publication is not remembered");
        next_day.close().await
    })
    .await
}

#[tokio::test]
async fn the_window_speaks_romanian_when_it_is_asked_to() -> Result<()> {
    journey(async |_, window| {
        window.key_with_control('5').await?;
        window.find("[data-testid=look-language]", SOON).await?;
        let choose = "const s = document.querySelector('[data-testid=look-language]'); s.value = 'ro';
                      s.dispatchEvent(new Event('change', { bubbles: true }))";
        window.script(choose).await?;
        window.find("html[lang=ro]", LAYOUT).await?;
        eventually("the places have Romanian names", SOON, || async {
            let rail = "return document.querySelector('[data-testid=room-subscribers]')?.textContent ?? ''";
            Ok(window.script(rail).await?.as_str().is_some_and(|name| name.contains("Abonați")).then_some(()))
        })
        .await?;
        planning::look(window, "romanian-settings").await?;
        window.key_with_control('1').await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;
        planning::look(window, "romanian").await?;
        let found = reading::barriers(window).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        // Its words are longer than English ones: the smallest window has room for them too.
        planning::fit(window, 1040, 640).await?;
        for (key, room) in [('1', "issues"), ('2', "newsletter"), ('3', "subscribers")] {
            window.key_with_control(key).await?;
            window.find(&format!("[data-testid=room-{room}][aria-current]"), SOON).await?;
            zooming::nothing_is_cut_off(window, &format!("{room} in the smallest window")).await?;
        }
        Ok(())
    })
    .await
}

/// Brings the keys to a control as somebody without a mouse does.
async fn tab_to(window: &Window, testid: &str) -> Result<()> {
    let here = "return document.activeElement?.dataset?.testid ?? ''";
    // Round and round: what it goes to may still be coming.
    eventually(&format!("the Tab key comes to `{testid}`"), SOON, || async {
        for _ in 0..MOST_TABS {
            if window.script(here).await? == testid {
                return Ok(Some(()));
            }
            window.type_keys(&char::from(Key::Tab).to_string()).await?;
        }
        Ok(None)
    })
    .await
}

async fn press_enter(window: &Window) -> Result<()> {
    window.type_keys(&char::from(Key::Enter).to_string()).await
}

/// Types into a field that the Tab key came to.
async fn tab_and_type(window: &Window, testid: &str, text: &str) -> Result<()> {
    tab_to(window, testid).await?;
    window.key_with_control('a').await?;
    window.type_keys(text).await
}

#[tokio::test]
async fn without_a_mouse_somebody_comes_from_the_first_run_to_a_rehearsed_send() -> Result<()> {
    first_journey(async |_, window| {
        tab_to(window, "open-sample").await?;
        press_enter(window).await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;

        // The person on the list, by the palette.
        window.key_with_control('k').await?;
        window.find("dialog[open] input", SOON).await?;
        window.type_keys("Add a subscriber").await?;
        press_enter(window).await?;
        window.find("[data-testid=new-person]", SOON).await?;
        tab_and_type(window, "person-address", "ana@example.org").await?;
        tab_and_type(window, "person-name", "Ana Pop").await?;
        tab_and_type(window, "person-source", "at the counter").await?;
        tab_and_type(window, "person-basis", "asked for it").await?;
        tab_to(window, "person-add").await?;
        press_enter(window).await?;
        posting::says(window, "people-count", "1 person").await?;
        posting::escape(window).await?;

        window.key_with_control('2').await?;
        window.find("[data-testid=mail]", LAYOUT).await?;
        window.key_with_control(char::from(Key::Enter)).await?;
        posting::says(window, "send-sentence", "1 person will get this").await?;
        tab_to(window, "rehearse").await?;
        press_enter(window).await?;
        window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
        posting::says(window, "send-over", "1 copy was written").await
    })
    .await
}

#[tokio::test]
async fn after_a_crash_the_window_says_so_and_brings_back_what_was_there_before() -> Result<()> {
    crash(async |sample, window| {
        let before = sample.article("audit")?;
        editing::open_article(window, "audit").await?;
        editing::cursor_into_a_paragraph(window).await?;
        window.type_keys(" Written before the lights went out.").await?;
        window.find("[data-testid=save-state][data-state=saved]", SOON).await?;
        window.kill()?;
        ensure!(sample.article("audit")? != before, "nothing was saved");

        let next = Window::open(sample, Start::Publication).await?;
        next.find("[data-testid=notice-action]", SOON).await?;
        planning::look(&next, "interrupted").await?;
        next.click("[data-testid=notice-action]").await?;
        next.find("[data-testid=version-compared] .cm-changedText", SOON).await?;
        planning::look(&next, "versions").await?;
        next.click("[data-testid=version-restore]").await?;
        eventually("the article is as it was", SOON, || async {
            Ok((sample.article("audit")? == before).then_some(()))
        })
        .await?;
        next.key_with_control('z').await?;
        planning::file_says(sample, "audit", "Written before the lights went out.").await?;
        next.close().await
    })
    .await
}

/// How often the window is killed; `MASTHEAD_KILLS` asks for more.
const KILLS: usize = 5;

/// Each key's moment stands in the text: what is missing afterwards tells how old it was.
#[tokio::test]
async fn killed_while_somebody_types_the_window_loses_at_most_a_second() -> Result<()> {
    let kills = std::env::var("MASTHEAD_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut lost = Vec::new();
    for kill in 0..kills {
        lost.push(crash(async |sample, window| die_typing(sample, window, kill).await).await?);
    }
    let line = format!("lost before a kill, ms, of {kills}: {lost:?}\n");
    std::fs::write(crate::driver::pictures()?.join("kills.txt"), &line)?;
    let worst = lost.iter().copied().max().context("no kill")?;
    ensure!(worst <= 1000, "{line}");
    Ok(())
}

/// Four keys are heard well within this, unless the machine stands still.
const HEARD: Duration = Duration::from_millis(500);

/// Types until the kill; answers how many milliseconds before it the oldest lost key was typed, without those in which
/// the window heard no key.
async fn die_typing(sample: &Sample, window: &Window, kill: usize) -> Result<u128> {
    editing::open_article(window, "audit").await?;
    editing::cursor_into_a_paragraph(window).await?;
    let started = Instant::now();
    // No clock of its own: the moments differ from kill to kill, within and between saves.
    let until = Duration::from_millis(1500 + (kill as u64 * 7919) % 1700);
    let mut typed = Vec::new();
    while started.elapsed() < until {
        let key = format!("{:03} ", typed.len());
        let begun = Instant::now();
        window.type_keys(&key).await?;
        // Only now was it surely typed. Keys go through the program and its page: while neither heard one, neither was
        // given time to save.
        typed.push((key, started.elapsed(), begun.elapsed().saturating_sub(HEARD)));
    }
    let killed = started.elapsed();
    window.kill()?;
    let text = sample.article("audit")?;
    let Some(oldest) = typed.iter().position(|(key, ..)| !text.contains(key.as_str())) else { return Ok(0) };
    let stood_still: Duration = typed[oldest + 1..].iter().map(|(.., still)| *still).sum();
    Ok((killed - typed[oldest].1).saturating_sub(stood_still).as_millis())
}
