//! What staff do with people and mail: bring a list in, look at a mail, send it, see what became of it.

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually};
use crate::people;
use crate::sample::Sample;

const SOON: Duration = Duration::from_secs(90);

/// Brings a list in through the assistant, from the empty place to the table.
pub(crate) async fn import(window: &Window, list: &std::path::Path) -> Result<()> {
    window.key_with_control('3').await?;
    window.find("[data-testid=subscribers]", SOON).await?;
    window.click("[data-testid=people-import]").await?;
    let input = window.find("[data-testid=import-file]", SOON).await?;
    input.send_keys(&list.to_string_lossy()).await?;
    window.find("[data-testid=import-new]", SOON).await?;
    Ok(())
}

/// Brings people with code for names in, and finds that their names are words wherever they stand.
pub(crate) async fn import_hostile(window: &Window, sample: &Sample) -> Result<()> {
    import(window, &people::hostile_list(sample)?).await?;
    says(window, "import-unreadable", "1").await?;
    nothing_ran(window).await?;
    fill(window, "import-source", "<img src=x onerror=window.pwned=8>").await?;
    fill(window, "import-basis", "asked for it").await?;
    window.click("[data-testid=import-write]").await?;
    says(window, "import-done", &people::HOSTILE.to_string()).await?;
    nothing_ran(window).await?;
    escape(window).await
}

/// Fills a field as a person does.
pub(crate) async fn fill(window: &Window, testid: &str, text: &str) -> Result<()> {
    let field = window.find(&format!("[data-testid={testid}]"), SOON).await?;
    field.click().await?;
    window.key_with_control('a').await?;
    if text.is_empty() {
        return window.type_keys(&char::from(Key::Delete).to_string()).await;
    }
    window.type_keys(text).await
}

/// The words of an element.
pub(crate) async fn words(window: &Window, testid: &str) -> Result<String> {
    let script = format!("return document.querySelector('[data-testid={testid}]')?.textContent ?? ''");
    Ok(window.script(&script).await?.as_str().unwrap_or_default().to_owned())
}

/// Waits until an element says this.
pub(crate) async fn says(window: &Window, testid: &str, part: &str) -> Result<()> {
    eventually(&format!("`{testid}` says `{part}`"), SOON, || async {
        Ok(words(window, testid).await?.contains(part).then_some(()))
    })
    .await
}

/// Waits until a note of the window says this, or has said it since it was listened to.
pub(crate) async fn noted(window: &Window, words: &str) -> Result<String> {
    eventually(&format!("a note says `{words}`"), SOON, || async {
        let notes: Vec<String> = serde_json::from_value(window.script("return window.notes ?? []").await?)?;
        Ok(notes.into_iter().find(|note| note.contains(words)))
    })
    .await
}

/// Nothing that a list, a server or a file name brought has run, or become an element.
pub(crate) async fn nothing_ran(window: &Window) -> Result<()> {
    let found = window
        .script("return [window.pwned ?? null, document.querySelectorAll('img[src=x], svg[onload]').length]")
        .await?;
    ensure!(found[0].is_null() && found[1] == 0, "something ran or became an element: {found}");
    Ok(())
}

pub(crate) async fn escape(window: &Window) -> Result<()> {
    window.type_keys(&char::from(Key::Escape).to_string()).await
}

/// Chooses in a list as a person does, by what stands behind the words.
pub(crate) async fn choose(window: &Window, testid: &str, value: &str) -> Result<()> {
    window.find(&format!("[data-testid={testid}]"), SOON).await?;
    let choose = format!(
        "const s = document.querySelector('[data-testid={testid}]'); s.value = '{value}';
         s.dispatchEvent(new Event('change', {{ bubbles: true }})); return s.value"
    );
    let chosen = window.script(&choose).await?;
    ensure!(chosen == value, "`{value}` is not to be had in `{testid}`");
    Ok(())
}

/// Chooses the last day of a December that is still to come, in a send's dialog.
pub(crate) async fn next_december(window: &Window) -> Result<()> {
    choose(window, "send-when", "later").await?;
    let year =
        "const s = document.querySelector('[data-testid=send-year]'); return s.options[s.options.length - 1].value";
    let year = window.script(year).await?.as_str().unwrap_or_default().to_owned();
    for (testid, value) in [("send-year", year.as_str()), ("send-month", "12"), ("send-day", "31"), ("send-hour", "09")]
    {
        choose(window, testid, value).await?;
    }
    says(window, "send-begins", "31 December").await
}

/// Sets up a server on this computer as the relay, and saves it.
pub(crate) async fn set_relay(window: &Window, port: u16) -> Result<()> {
    window.key_with_control('5').await?;
    choose(window, "sender-security", "smtp").await?;
    fill(window, "sender-host", "127.0.0.1").await?;
    fill(window, "sender-port", &port.to_string()).await?;
    fill(window, "sender-user", "").await?;
    window.click("[data-testid=sender-save]").await
}
