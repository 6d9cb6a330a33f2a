//! Two hundred texts that want to run, each through every door of the real window: none of them runs, tries to, or
//! becomes an element.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::Value;

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::server::{Answer, Server};
use crate::{editing, posting, sending};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

#[tokio::test]
async fn two_hundred_texts_that_want_to_run_stay_texts_whichever_way_they_come() -> Result<()> {
    journey(async |sample, window| {
        let texts = texts()?;
        ensure!(texts.len() >= 200, "{} texts are too few", texts.len());
        watch(window).await?;
        write(sample, window, &texts).await?;
        bring_in(sample, window, &texts).await?;
        send(window, texts).await?;
        stop_is_heard(window).await
    })
    .await
}

/// The texts, which the component tests use as well.
fn texts() -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/hostile.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let list = |name: &str| -> Result<Vec<String>> { Ok(serde_json::from_value(kept[name].clone())?) };
    let (tags, wraps) = (list("tags")?, list("wraps")?);
    let wrapped = |wrap: &String, tag: &String| {
        let quoted = Value::from(tag.as_str()).to_string();
        wrap.replace("$json", &quoted).replace("$nul", &tag.replace('<', "<\0")).replace('$', tag)
    };
    Ok(wraps.iter().flat_map(|wrap| tags.iter().map(move |tag| wrapped(wrap, tag))).collect())
}

/// Has the window tell of everything that its policy had to stop.
async fn watch(window: &Window) -> Result<()> {
    let watch = "window.attempts = [];
        addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile, sample }) =>
          attempts.push([violatedDirective, sourceFile, sample].join(' ')))";
    window.script(watch).await.map(drop)
}

/// Nothing ran, nothing had to be stopped, and no text became an element.
async fn all_is_text(window: &Window) -> Result<()> {
    let found = window
        .script(
            "const foreign = 'body script, iframe:not([sandbox=\"\"]), object, embed, video, audio, math, marquee, base, ' +
               'form[action], img[src=x], a[href^=javascript], [onload], [onerror], [onfocus], [ontoggle], [onstart], [onclick]';
             return { ran: window.pwned ?? null, stopped: window.attempts,
               elements: [...document.querySelectorAll(foreign)].map((element) => element.outerHTML.slice(0, 200)) }",
        )
        .await?;
    let nothing = serde_json::json!({ "ran": null, "stopped": [], "elements": [] });
    ensure!(found == nothing, "{found}");
    Ok(())
}

/// What would run is noticed: an element that is made from a text is one too many, and its code is stopped aloud.
async fn stop_is_heard(window: &Window) -> Result<()> {
    window.script("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.pwned=1>')").await?;
    eventually("what tries to run is noticed", SOON, || async {
        let heard = window.script("return window.attempts.length > 0 && window.pwned === undefined").await?;
        Ok((heard == true).then_some(()))
    })
    .await?;
    ensure!(all_is_text(window).await.is_err(), "an element made from a text is not noticed");
    Ok(())
}

/// An article of all of them, in its text and in its front matter, seen in the editor, in the findings and as a mail.
async fn write(sample: &Sample, window: &Window, texts: &[String]) -> Result<()> {
    let before = sample.article("audit")?;
    let title = before.lines().find(|line| line.starts_with("title:")).context("a title")?;
    let summary = before.lines().find(|line| line.starts_with("summary:")).context("a summary")?;
    let text = before.replacen(title, &format!("title: {}", Value::from(texts[0].as_str())), 1).replacen(
        summary,
        &format!("summary: {}", Value::from(texts.join(" "))),
        1,
    );
    sample.write_article("audit", &format!("{text}\n\n{}\n", texts.join("\n\n")))?;
    window.type_keys(&char::from(Key::F5).to_string()).await?;
    window.click("[data-testid=article-audit]").await?;
    window.find("[data-testid=editor][data-article=audit] .cm-line", SOON).await?;
    editing::cursor_into_a_paragraph(window).await?;
    scroll_through(window, ".cm-scroller").await?;
    all_is_text(window).await?;
    window.click("[data-testid=preflight-button]").await?;
    window.find("[data-testid=finding]", LAYOUT).await?;
    scroll_through(window, "[data-testid=preflight] .list").await?;
    all_is_text(window).await?;
    window.save_picture("hostile-text").await?;
    window.key_with_control('2').await?;
    window.find("[data-testid=mail]", LAYOUT).await?;
    all_is_text(window).await
}

/// A list of people who are called so, and come from there, out of a file of such a name.
async fn bring_in(sample: &Sample, window: &Window, texts: &[String]) -> Result<()> {
    posting::import(window, &list(sample, texts)?).await?;
    posting::says(window, "import-new", &texts.len().to_string()).await?;
    all_is_text(window).await?;
    posting::fill(window, "import-source", &texts[1]).await?;
    posting::fill(window, "import-basis", &texts[2]).await?;
    window.click("[data-testid=import-write]").await?;
    window.find("[data-testid=import-done]", SOON).await?;
    all_is_text(window).await?;
    posting::escape(window).await?;
    posting::says(window, "people-count", &texts.len().to_string()).await?;
    scroll_through(window, "[data-testid=rows]").await?;
    all_is_text(window).await?;
    window.click("[data-testid=rows] [role=row]").await?;
    window.find("[data-testid=person]", SOON).await?;
    window.save_picture("hostile-person").await?;
    all_is_text(window).await
}

fn list(sample: &Sample, texts: &[String]) -> Result<PathBuf> {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = texts.iter().enumerate();
    let rows = rows.map(|(at, text)| format!("reader{at:06}@example.org,{},{}\n", cell(text), cell(text)));
    let path = sample.home("<img src=x onerror=window.pwned=1>.csv");
    std::fs::write(&path, format!("E-mail,Nume,Oraș\n{}", rows.collect::<String>()))?;
    Ok(path)
}

/// A server that answers everybody with one of them.
async fn send(window: &Window, texts: Vec<String>) -> Result<()> {
    let people = texts.len();
    let server = Server::start(move |to, _| {
        let at = to.strip_prefix("reader").and_then(|rest| rest.split('@').next()?.parse::<usize>().ok());
        // A reply is one line, and no byte of it is nought (RFC 5321 4.5.2).
        at.and_then(|at| texts.get(at)).map_or(Answer::Taken, |text| Answer::TakenWith(text.replace('\0', " ")))
    })?;
    posting::set_relay(window, server.port()).await?;
    sending::short_outbox(window).await?;
    sending::send(window, people).await?;
    sending::finished(window).await?;
    window.click("[data-testid=send-report]").await?;
    posting::says(window, "state-accepted", &people.to_string()).await?;
    scroll_through(window, "[data-testid=rows]").await?;
    all_is_text(window).await?;
    window.click("[data-testid=rows] [role=row]").await?;
    window.find("[data-testid=delivery]", SOON).await?;
    window.save_picture("hostile-delivery").await?;
    all_is_text(window).await
}

/// Shows all of something long, a little less than its height at a time, each part once its words are there.
async fn scroll_through(window: &Window, css: &str) -> Result<()> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const list = document.querySelector('{css}');
         const filled = () => [...list.querySelectorAll('[role=row]')].every((row) => row.textContent.trim() !== '');
         let before = -1;
         const step = () => {{
           if (!filled()) return setTimeout(step, 20);
           if (list.scrollTop === before) return done(true);
           before = list.scrollTop;
           list.scrollTop += list.clientHeight * 0.8;
           requestAnimationFrame(() => requestAnimationFrame(step));
         }};
         list.scrollTop = 0; step()"
    );
    ensure!(window.script_async(&script).await? == true, "`{css}` was not scrolled");
    Ok(())
}
