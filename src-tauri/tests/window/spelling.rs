//! A doubtful word: marked as somebody writes, put right by keys, and taken into the magazine's own words.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::{editing, planning, reading};

const SOON: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_doubtful_word_is_put_right_by_keys_and_a_name_is_kept() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        editing::cursor_into_a_paragraph(window).await?;
        window.type_keys(" A wrod by Xylander. ").await?;
        are_marked(window, &["wrod", "Xylander"]).await?;

        step_back_to(window, "wrod").await?;
        window.key_with_control(';').await?;
        let first = window.find("[data-testid=spelling-suggestion]:focus", SOON).await?.text().await?;
        for face in ["light", "dark"] {
            window.find(&format!("html[data-theme={face}]"), SOON).await?;
            window.save_picture(&format!("spelling-menu-{face}")).await?;
            let found = reading::barriers(window).await?;
            ensure!(found.is_empty(), "in {face}:\n{}", found.join("\n"));
            window.script("document.querySelector('[data-testid=theme]').click()").await?;
        }
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        planning::file_says(sample, "audit", &format!(" A {first} by Xylander.")).await?;
        are_marked(window, &["Xylander"]).await?;

        window.click("[data-testid=spelling-state]").await?;
        window.find("[data-testid=doubtful-word]", SOON).await?;
        planning::look(window, "spelling").await?;
        window.click("[data-testid=word-place]").await?;
        window.click("[data-testid=word-add]").await?;
        are_marked(window, &[]).await?;
        eventually("the name is in the list", SOON, || async {
            Ok(own_words(sample)?.lines().any(|line| line == "Xylander").then_some(()))
        })
        .await?;
        window.key_with_control('1').await?;
        window.key_with_control('z').await?;
        planning::file_says(sample, "audit", " A wrod by Xylander.").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_edition_s_doubtful_words_and_hints_are_marked_and_put_right_as_an_article_s_are() -> Result<()> {
    journey(async |sample, window| {
        let edition = sample.publication().join("issues/2026-q4/editions/launch.md");
        let says = async |words: &str| {
            eventually(&format!("the edition says `{words}`"), SOON, || async {
                Ok(std::fs::read_to_string(&edition)?.contains(words).then_some(()))
            })
            .await
        };
        window.key_with_control('2').await?;
        window.find("[data-testid=mail]", SOON).await?;
        window.click("[data-testid=newsletter] .cm-content").await?;
        window.key_with(Key::Control, char::from(Key::End)).await?;
        window.type_keys(" A wrod by email ").await?;
        window.type_keys(&char::from(Key::Left).to_string()).await?;
        are_marked(window, &["wrod"]).await?;
        window.find("[data-testid=newsletter] .md-house-style", SOON).await?;
        window.save_picture("edition-marks").await?;
        window.key_with_control('.').await?;
        says(" A wrod by e-mail").await?;

        step_back_to(window, "wrod").await?;
        window.key_with_control(';').await?;
        let first = window.find("[data-testid=spelling-suggestion]:focus", SOON).await?.text().await?;
        window.save_picture("edition-spelling-menu").await?;
        let found = reading::barriers(window).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        says(&format!(" A {first} by e-mail")).await?;
        are_marked(window, &[]).await
    })
    .await
}

/// Waits until just these words bear a mark.
async fn are_marked(window: &Window, expected: &[&str]) -> Result<()> {
    eventually(&format!("marks at {expected:?} alone"), SOON, || async {
        // With a line that is drawn: a mark that nobody sees is none.
        let marked = "return [...document.querySelectorAll('.md-doubt')]
            .filter((mark) => getComputedStyle(mark).textDecorationLine === 'underline').map((mark) => mark.textContent)";
        Ok((window.script(marked).await? == serde_json::json!(expected)).then_some(()))
    })
    .await
}

/// Goes back from doubtful word to doubtful word until the one is selected.
async fn step_back_to(window: &Window, word: &str) -> Result<()> {
    for _ in 0..5 {
        window.key_with(Key::Shift, char::from(Key::F4)).await?;
        let selected = window.script("return document.getSelection().toString()").await?;
        if selected.as_str() == Some(word) {
            return Ok(());
        }
    }
    None.with_context(|| format!("`{word}` is not among the doubtful words"))
}

fn own_words(sample: &Sample) -> Result<String> {
    Ok(std::fs::read_to_string(sample.publication().join("assets/words.txt"))?)
}
