//! What a writer does: opens an article, puts the cursor into a paragraph, asks where it stands.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::driver::{Window, eventually};

const SOON: Duration = Duration::from_secs(30);
const PARAGRAPH: usize = 120;

pub(crate) async fn open_article(window: &Window, slug: &str) -> Result<()> {
    window.click(&format!("[data-testid=article-{slug}]")).await?;
    window.find(&format!("[data-testid=editor][data-article={slug}] .cm-line"), SOON).await?;
    eventually("the pictures of the pages in view", SOON, || async {
        let waiting = "const view = document.querySelector('[data-testid=pages]').getBoundingClientRect();
            return [...document.querySelectorAll('.page')].filter((page) => {
              const { top, bottom } = page.getBoundingClientRect();
              return bottom > view.top && top < view.bottom && !page.querySelector('img');
            }).length";
        Ok((window.script(waiting).await? == 0).then_some(()))
    })
    .await
}

/// Clicks into the first long line of text; the cursor goes to the end of the row that was hit.
pub(crate) async fn cursor_into_a_paragraph(window: &Window) -> Result<()> {
    for line in window.all(".cm-line").await? {
        let text = line.text().await?;
        if text.len() > PARAGRAPH && text.starts_with(char::is_alphabetic) {
            line.click().await?;
            let end = char::from(fantoccini::key::Key::End);
            return window.type_keys(&end.to_string()).await;
        }
    }
    None.context("the article has no paragraph of text in view")
}

/// The text of the line that the cursor stands in; empty when it stands in none.
pub(crate) async fn line_of_the_cursor(window: &Window) -> Result<String> {
    let line = "const node = document.getSelection().anchorNode; const element = node instanceof Element ? node : node?.parentElement;
         return element?.closest('.cm-line')?.textContent ?? ''";
    Ok(window.script(line).await?.as_str().unwrap_or_default().to_owned())
}

/// Asks for the cursor's place on the pages; answers the name of the page, and keeps the box for later.
pub(crate) async fn show_on_page(window: &Window) -> Result<String> {
    window.key_with_control('j').await?;
    window.find(".flash", SOON).await?;
    let page = window
        .script(
            "const box = document.querySelector('.flash'); const name = box.parentElement.dataset.testid;
             window.lastBox = { page: name, x: box.offsetLeft + box.offsetWidth / 2, y: box.offsetTop + box.offsetHeight / 2 };
             return name",
        )
        .await?;
    Ok(page.as_str().context("the box is on no page")?.to_owned())
}
