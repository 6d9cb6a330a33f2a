//! The first run, the languages, the relay, and what a crash leaves.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::driver::{Start, Window, eventually, first_journey, journey};
use crate::sample::Sample;
use crate::{editing, planning, posting, reading};

const SOON: Duration = Duration::from_secs(30);
const LAYOUT: Duration = Duration::from_secs(120);
const EXPORT: Duration = Duration::from_secs(300);

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
        window.click("[data-testid=export-close]").await?;

        let relay = format!("smtp://127.0.0.1:{}", posting::server()?);
        window.key_with_control('5').await?;
        posting::fill(window, "sender-relay", &relay).await?;
        window.click("[data-testid=sender-save]").await?;
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
    first_journey(async |sample, window| {
        window.click("[data-testid=new-publication]").await?;
        posting::fill(window, "publication-name", "The Kerb").await?;
        planning::look(window, "new-publication").await?;
        window.click("[data-testid=publication-create]").await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;
        let folder = sample.home("ana").join("The Kerb");
        ensure!(folder.join("assets/publication.toml").is_file(), "no publication in {}", folder.display());
        planning::look(window, "new-issue").await?;

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
        let found = reading::serious_barriers(window).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
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
        lost.push(crate::driver::crash(async |sample, window| die_typing(sample, window, kill).await).await?);
    }
    let line = format!("lost before a kill, ms, of {kills}: {lost:?}\n");
    std::fs::write(crate::driver::pictures()?.join("kills.txt"), &line)?;
    let worst = lost.iter().copied().max().context("no kill")?;
    ensure!(worst <= 1000, "{line}");
    Ok(())
}

/// Types until the kill; answers how many milliseconds before it the oldest lost key was typed.
async fn die_typing(sample: &Sample, window: &Window, kill: usize) -> Result<u128> {
    editing::open_article(window, "audit").await?;
    editing::cursor_into_a_paragraph(window).await?;
    let started = std::time::Instant::now();
    // No clock of its own: the moments differ from kill to kill, within and between saves.
    let until = Duration::from_millis(1500 + (kill as u64 * 7919) % 1700);
    let mut typed = Vec::new();
    while started.elapsed() < until {
        let key = format!("{:03} ", typed.len());
        window.type_keys(&key).await?;
        // Only now was it surely typed.
        typed.push((key, started.elapsed()));
    }
    let killed = started.elapsed();
    window.kill()?;
    let text = sample.article("audit")?;
    let oldest = typed.iter().find(|(key, _)| !text.contains(key.as_str()));
    Ok(oldest.map_or(0, |(_, at)| (killed - *at).as_millis()))
}
