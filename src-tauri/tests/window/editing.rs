//! What a writer does: opens an article, puts the cursor into a paragraph, asks where it stands.

use std::time::Duration;

use anyhow::Result;

use crate::driver::{Window, eventually};

const SOON: Duration = Duration::from_secs(90);
const PARAGRAPH: usize = 120;
/// After so long without a box somebody presses the keys again.
const AGAIN: Duration = Duration::from_secs(10);

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
    eventually("a paragraph of text is in view", SOON, || async {
        for line in window.all(".cm-line").await? {
            let text = line.text().await?;
            if text.len() > PARAGRAPH && text.starts_with(char::is_alphabetic) {
                line.click().await?;
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
    .await?;
    window.type_keys(&char::from(fantoccini::key::Key::End).to_string()).await
}

/// The text of the line that the cursor stands in; empty when it stands in none.
pub(crate) async fn line_of_the_cursor(window: &Window) -> Result<String> {
    let line = "const node = document.getSelection().anchorNode; const element = node instanceof Element ? node : node?.parentElement;
         return element?.closest('.cm-line')?.textContent ?? ''";
    Ok(window.script(line).await?.as_str().unwrap_or_default().to_owned())
}

/// Asks for the cursor's place on the pages; answers the name of the page, and keeps the box for later.
pub(crate) async fn show_on_page(window: &Window) -> Result<String> {
    // The box fades while a slow machine looks elsewhere, so the page itself watches for it.
    let watch = "window.lastBox = null;
         const see = () => {
           const box = document.querySelector('.flash'); const name = box?.parentElement.dataset.testid;
           if (name) window.lastBox = { page: name, x: box.offsetLeft + box.offsetWidth / 2, y: box.offsetTop + box.offsetHeight / 2 };
         };
         window.watching ??= new MutationObserver(see);
         window.watching.observe(document.body, { childList: true, subtree: true })";
    window.script(watch).await?;
    eventually("the cursor's place is shown on a page", SOON, || async {
        // Pages that are still being laid out know no place yet; somebody who sees nothing presses the keys again.
        window.key_with_control('j').await?;
        let shown = eventually("a box on a page", AGAIN, || async {
            Ok(window.script("return window.lastBox?.page ?? null").await?.as_str().map(ToOwned::to_owned))
        });
        Ok(shown.await.ok())
    })
    .await
}
