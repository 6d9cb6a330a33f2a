//! What an editor makes: an article, which comes into the issue, goes out of it and comes back; the next issue.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::driver::{Window, eventually, journey};
use crate::{editing, picturing, planning, posting, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);
const SLUG: &str = "sase-banci-la-umbra";

#[tokio::test]
async fn an_article_is_begun_taken_out_and_deleted_and_comes_back_to_its_pages() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "standards").await?;
        window.click("[data-testid=new-article]").await?;
        posting::fill(window, "article-title", "Șase bănci la umbră").await?;
        posting::choose(window, "article-kind", "department").await?;
        posting::says(window, "begin-article", "articles/sase-banci-la-umbra.md").await?;
        planning::look(window, "new-article").await?;
        window.click("[data-testid=article-create]").await?;
        window.find(&format!("[data-testid=editor][data-article={SLUG}] .cm-line"), SOON).await?;
        has_pages(window, true).await?;
        let text = sample.article(SLUG)?;
        ensure!(text.contains("title: \"Șase bănci la umbră\"") && text.contains("kind: department"), "{text}");
        let behind = "  { article = \"standards\" },\n  { article = \"sase-banci-la-umbra\" },\n";
        ensure!(sample.issue()?.contains(behind), "it stands elsewhere:\n{}", sample.issue()?);
        eventually("the page of the new article is in view", LAYOUT, || async {
            let heading =
                window.script("return document.querySelector('[data-testid=pages-heading]').textContent").await?;
            Ok(heading.as_str().is_some_and(|heading| heading.contains("16")).then_some(()))
        })
        .await?;

        picturing::run(window, "Take the article out").await?;
        window.find("[data-testid=unplaced]", SOON).await?;
        has_pages(window, false).await?;
        eventually("the pages are those without it", LAYOUT, || async {
            let count = "return document.querySelectorAll('.page').length";
            Ok((window.script(count).await? == 32).then_some(()))
        })
        .await?;
        ensure!(!sample.issue()?.contains(SLUG) && sample.article(SLUG)? == text, "the text did not stay");
        planning::look(window, "taken-out").await?;
        window.click("[data-testid=delete-article]").await?;
        eventually("the article beside it is open", SOON, || async {
            let open = "return document.querySelector('[data-testid=editor]')?.dataset.article ?? null";
            let open = window.script(open).await?;
            Ok(open.as_str().is_some_and(|open| open != SLUG).then_some(()))
        })
        .await?;
        ensure!(sample.article(SLUG).is_err(), "its file is still there");
        window.click("[data-testid=notice-action]").await?;
        window.find(&format!("[data-testid=editor][data-article={SLUG}] .cm-line"), SOON).await?;
        ensure!(sample.article(SLUG)? == text, "it came back with another text");
        window.click("[data-testid=place-article]").await?;
        has_pages(window, true).await?;
        ensure!(sample.issue()?.contains(SLUG), "it did not come back");
        ensure!(window.all("[data-testid=unplaced]").await?.is_empty(), "it is told to be out");
        let found = reading::barriers(window).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_next_issue_is_begun_and_has_its_pages() -> Result<()> {
    journey(async |sample, window| {
        window.find("[data-testid=issue-picker]", SOON).await?;
        // The picker goes back to the issue that is open at once.
        let choose = "const picker = document.querySelector('[data-testid=issue-picker]'); picker.value = 'new';
                      picker.dispatchEvent(new Event('change', { bubbles: true })); return picker.value";
        ensure!(window.script(choose).await? == "2026-q4", "the picker names an issue that is not open");
        posting::says(window, "begin-issue", "Issue 42").await?;
        planning::look(window, "begin-issue").await?;
        window.click("[data-testid=issue-create]").await?;
        window.find("[data-testid=article-letter][aria-current=true]", SOON).await?;
        eventually("the first pages of the new issue", LAYOUT, || async {
            let script = "return [document.querySelector('[data-testid=issue-picker]').value,
                                  document.querySelectorAll('.page').length]";
            Ok((window.script(script).await? == serde_json::json!(["2027-q1", 5])).then_some(()))
        })
        .await?;
        let issue = sample.publication().join("issues/2027-q1/issue.toml");
        ensure!(issue.is_file(), "there is no {}", issue.display());
        Ok(())
    })
    .await
}

/// Waits until the new article stands in the list with its pages, or without any.
async fn has_pages(window: &Window, some: bool) -> Result<()> {
    let script = format!(
        "const said = document.querySelector('[data-testid=article-{SLUG}] .pages');
         return said === null ? null : /[0-9]/.test(said.textContent)"
    );
    let what = if some { "the new article has pages" } else { "the article has no pages" };
    eventually(what, LAYOUT, || async { Ok((window.script(&script).await? == some).then_some(())) }).await
}
