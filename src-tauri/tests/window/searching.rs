//! What a sub-editor does: finds and replaces over the whole issue, takes a hint of the house, writes a table.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::{editing, planning};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

/// Runs a command by its name, as the palette does.
async fn run(window: &Window, name: &str) -> Result<()> {
    window.key_with_control('k').await?;
    window.find("dialog[open] input", SOON).await?;
    window.type_keys(name).await?;
    window.type_keys(&char::from(Key::Enter).to_string()).await
}

async fn text(window: &Window, css: &str) -> Result<String> {
    let text = window.script(&format!("return document.querySelector('{css}')?.textContent ?? ''")).await?;
    Ok(text.as_str().context("no text")?.to_owned())
}

#[tokio::test]
async fn words_are_replaced_over_the_whole_issue_and_taken_back_as_one() -> Result<()> {
    journey(async |sample, window| {
        let slugs = ["audit", "letter", "partners-programme", "standards"];
        let texts = || slugs.iter().map(|slug| sample.article(slug)).collect::<Result<Vec<_>>>();
        let before = texts()?;

        // What leads back or on is there until it is pressed.
        window.stop_timers(&[5000, 10_000]).await?;
        editing::open_article(window, "audit").await?;
        run(window, "Replace in the whole issue").await?;
        window.find("[data-testid=search-words]:focus", SOON).await?;
        window.type_keys("lamp").await?;
        window.click("[data-testid=search-wholeWords]").await?;
        window.click("[data-testid=search-replacement]").await?;
        window.type_keys("lantern").await?;
        eventually("every hit is shown with what would stand there", SOON, || async {
            let shown = "return document.querySelectorAll('[data-testid=hit] ins').length === 8 &&
                 [...document.querySelectorAll('[data-testid=hit] ins')].every((ins) => ins.textContent === 'lantern')";
            Ok((window.script(shown).await? == true).then_some(()))
        })
        .await?;
        planning::look(window, "search").await?;

        // One by the keys, the others by the button.
        window.click("[data-testid=search-replacement]").await?;
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        window.key_with(Key::Shift, char::from(Key::Enter)).await?;
        eventually("one is replaced", SOON, || async {
            Ok((text(window, "[data-testid=replace-all]").await? == "Replace 6").then_some(()))
        })
        .await?;
        window.click("[data-testid=replace-all]").await?;
        // The one in an address begins without its tick, and stays.
        eventually("one is left", SOON, || async { Ok((window.all("[data-hit]").await?.len() == 1).then_some(())) })
            .await?;
        for now in texts()? {
            ensure!(now.contains("lantern"), "an article was left out");
        }
        eventually("the last replacement is taken back", SOON, || async {
            let undo = "const all = [...document.querySelectorAll('[data-testid=notice-action]')];
                 all.at(-1)?.click(); return all.length > 0";
            Ok((window.script(undo).await? == true).then_some(()))
        })
        .await?;
        eventually("seven hits are there again", SOON, || async {
            Ok((window.all("[data-hit]").await?.len() == 7).then_some(()))
        })
        .await?;
        let changed = texts()?.iter().zip(&before).filter(|(now, then)| now != then).count();
        ensure!(changed == 1, "{changed} articles are not as they were, and one hit was replaced alone");
        replaced_in_the_settings(sample, window).await
    })
    .await
}

/// What stands in `issue.toml` has no editor: it is told by its field, and replaced from there.
async fn replaced_in_the_settings(sample: &Sample, window: &Window) -> Result<()> {
    window.click("[data-testid=search-replacing]").await?;
    window.click("[data-testid=search-words]").await?;
    window.key_with_control('a').await?;
    window.type_keys("last kerb").await?;
    eventually("it stands in the settings alone", SOON, || async {
        Ok((text(window, "[data-testid=hit] mark").await? == "last kerb").then_some(()))
    })
    .await?;
    window.click("[data-testid=hit]").await?;
    eventually("its field is named", SOON, || async {
        Ok(text(window, "[data-testid=hit-told]").await?.contains("Running order › Headline").then_some(()))
    })
    .await?;
    planning::look(window, "search-settings").await?;
    window.click("[data-testid=hit-replace]").await?;
    window.find("[data-testid=search-replacement]:focus", SOON).await?;
    window.type_keys("first kerb").await?;
    eventually("it is shown as it would stand there", SOON, || async {
        Ok((text(window, "[data-testid=hit] ins").await? == "first kerb").then_some(()))
    })
    .await?;
    window.click("[data-testid=replace-all]").await?;
    eventually("it stands in the file", SOON, || async {
        Ok(sample.issue()?.contains("From the vision to the first kerb.").then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_hint_is_taken_by_a_key_and_a_table_is_written_from_cell_to_cell() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "letter").await?;
        editing::cursor_into_a_paragraph(window).await?;
        // A line of the window ends in the middle of a sentence.
        window.type_keys(" Write an email ").await?;
        window.type_keys(&char::from(Key::Left).to_string()).await?;
        window.find(".md-house-style", LAYOUT).await?;
        window.save_picture("hint").await?;
        window.key_with_control('.').await?;
        planning::file_says(sample, "letter", " Write an e-mail").await?;

        window.type_keys(&char::from(Key::End).to_string()).await?;
        window.click("[data-testid=tool-table]").await?;
        window.find("[data-testid=table-picker] button:focus", SOON).await?;
        window.type_keys(&char::from(Key::Left).to_string()).await?;
        window.save_picture("table-picker").await?;
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        window.find("[data-testid=tool-rowBelow]", SOON).await?;
        let tab = char::from(Key::Tab);
        window.type_keys(&format!("City{tab}Lamps{tab}Oradea{tab}40{tab}Cluj{tab}120{tab}Iași")).await?;
        planning::look(window, "table").await?;
        // Out of the table by Escape and Tab, and its pipes stand under each other once the cursor is elsewhere.
        window.type_keys(&char::from(Key::Escape).to_string()).await?;
        window.type_keys(&tab.to_string()).await?;
        let inside = "return document.activeElement?.classList.contains('cm-content') === true";
        ensure!(window.script(inside).await? == false, "Tab was caught in the table");
        editing::cursor_into_a_paragraph(window).await?;
        let table =
            "| City   | Lamps |\n| ------ | ----- |\n| Oradea | 40    |\n| Cluj   | 120   |\n| Iași   |       |\n";
        planning::file_says(sample, "letter", table).await
    })
    .await
}
