//! What an editor does before the issue goes out: goes through the findings, moves the flatplan, looks at both.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::{editing, picturing, posting, reading};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);
const MOST_FINDINGS: usize = 200;

/// Presses F8 until it has come to a finding of this code in this article.
pub(crate) async fn step_to(window: &Window, code: &str, slug: &str) -> Result<()> {
    let at = "const finding = document.querySelector('[aria-current=true][data-finding]')?.dataset;
        const article = document.querySelector('[data-testid=editor]')?.dataset.article;
        return finding === undefined || (finding.slug ?? article) !== article ? null : [finding.code, article]";
    for _ in 0..MOST_FINDINGS {
        let before = said(window).await?;
        window.type_keys(&char::from(Key::F8).to_string()).await?;
        eventually("F8 says where it went", SOON, || async { Ok((said(window).await? != before).then_some(())) })
            .await?;
        let there = eventually("the article of the finding is open", SOON, || async {
            let there = window.script(at).await?;
            Ok((!there.is_null()).then_some(there))
        })
        .await?;
        if there == serde_json::json!([code, slug]) {
            return Ok(());
        }
    }
    bail!("F8 never came to `{code}` in `{slug}`")
}

async fn said(window: &Window) -> Result<String> {
    let said = window.script("return document.querySelector('[data-testid=preflight-said]').textContent").await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// Presses the fix of a finding of this code, the first being 0.
pub(crate) async fn fix(window: &Window, code: &str, nth: usize) -> Result<()> {
    let press = format!(
        "const rows = [...document.querySelectorAll('[data-finding][data-code={code}]')];
         const fix = rows[{nth}]?.parentElement.querySelector('[data-testid=fix]'); fix?.click(); return fix != null"
    );
    eventually(&format!("finding {nth} of `{code}` has a fix"), SOON, || async {
        Ok((window.script(&press).await? == true).then_some(()))
    })
    .await
}

/// Waits until an article's file has these words.
pub(crate) async fn file_says(sample: &Sample, slug: &str, words: &str) -> Result<()> {
    let what = format!("`{slug}` says `{words}`");
    eventually(&what, SOON, || async { Ok(sample.article(slug)?.contains(words).then_some(())) }).await
}

/// Brings the keys to an entry of the flatplan by the beginning of its name.
pub(crate) async fn focus_entry(window: &Window, name: &str) -> Result<()> {
    let focus = format!(
        "const entry = document.querySelector('[data-part=\"0\"][aria-label^=\"{name}\"]'); entry?.focus();
         return entry != null && document.activeElement === entry"
    );
    eventually("the entry has the keys", SOON, || async { Ok((window.script(&focus).await? == true).then_some(())) })
        .await
}

/// Where the exported files are, as the dialog says it.
pub(crate) async fn paths(window: &Window) -> Result<Vec<String>> {
    let paths = "return [...document.querySelectorAll('[data-testid=export-path]')].map((path) => path.textContent)";
    Ok(serde_json::from_value(window.script(paths).await?)?)
}

/// The page that a page's picture shows now; empty while there is none.
pub(crate) async fn shown(window: &Window, page: &str) -> Result<String> {
    let source = format!("return document.querySelector('[data-testid={page}] img')?.src ?? ''");
    let source = window.script(&source).await?;
    Ok(source.as_str().and_then(|source| source.rsplit('/').nth(1)).unwrap_or_default().to_owned())
}

/// Keeps pictures of the screen in both faces and two sizes, and finds nothing on it that shuts a person out, in high
/// contrast neither.
pub(crate) async fn look(window: &Window, name: &str) -> Result<()> {
    let first = face(window).await?;
    // By script: a dialog lies over the button.
    let turn = "document.querySelector('[data-testid=theme]').click()";
    for (width, height) in [(1920, 1080), (1280, 800)] {
        fit(window, width, height).await?;
        for _ in 0..2 {
            let face = face(window).await?;
            window.save_picture(&format!("{name}-{face}-{width}")).await?;
            if width == 1280 {
                nobody_is_shut_out(window, &format!("{name}, {face}")).await?;
            }
            window.script(turn).await?;
        }
        ensure!(face(window).await? == first, "the face did not come back");
    }
    let found = reading::barriers_in_high_contrast(window).await?;
    ensure!(found.is_empty(), "{name}, in high contrast:\n{}", found.join("\n"));
    fit(window, 1440, 900).await
}

/// Scrolls to something, and again whenever the window gets another size.
pub(crate) async fn keep_in_view(window: &Window, testid: &str) -> Result<()> {
    let keep = format!(
        "const show = () => document.querySelector('[data-testid={testid}]')?.scrollIntoView();
         addEventListener('resize', show); show()"
    );
    window.script(&keep).await.map(drop)
}

/// The same in the one face that is shown.
pub(crate) async fn look_once(window: &Window, name: &str) -> Result<()> {
    for (width, height) in [(1920, 1080), (1280, 800)] {
        fit(window, width, height).await?;
        window.save_picture(&format!("{name}-{width}")).await?;
    }
    nobody_is_shut_out(window, name).await?;
    fit(window, 1440, 900).await
}

async fn face(window: &Window) -> Result<String> {
    let face = window.script("return document.documentElement.dataset.theme").await?;
    Ok(face.as_str().context("a face")?.to_owned())
}

async fn nobody_is_shut_out(window: &Window, what: &str) -> Result<()> {
    let found = reading::barriers(window).await?;
    ensure!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    Ok(())
}

/// Resizes the window and waits until the page has its new room, was drawn in it, and its pictures are there.
pub(crate) async fn fit(window: &Window, width: u32, height: u32) -> Result<()> {
    window.resize(width, height).await?;
    window.keep_painting().await?;
    let drawn = format!(
        "const done = arguments[arguments.length - 1]; let still = 0; let before = '';
         const look = () => {{
           const room = document.querySelector('[data-testid=pages]')?.getBoundingClientRect();
           const waiting = [...document.querySelectorAll('.page')].filter((page) => {{
             const {{ top, bottom }} = page.getBoundingClientRect();
             return room && bottom > room.top && top < room.bottom && !page.querySelector('img');
           }}).length;
           const now = [innerWidth, document.body.querySelectorAll('*').length].join();
           still = innerWidth === {width} && waiting === 0 && now === before ? still + 1 : 0;
           before = now;
           // Something on the screen may never rest: it is seen as it is once the window has its size.
           const late = performance.now() - began > 8000 && innerWidth === {width};
           if (still > 4 || late) done(true); else if (performance.now() - began > 120000) done(false);
           else setTimeout(look, 50);
         }};
         const began = performance.now(); look()"
    );
    ensure!(window.script_async(&drawn).await? == true, "the window did not become {width} wide");
    Ok(())
}

#[tokio::test]
async fn the_headline_of_the_cover_is_written_in_the_issue_settings_and_taken_back() -> Result<()> {
    journey(async |sample, window| {
        let file = sample.issue()?;
        // What leads back is there until it is pressed.
        window.stop_timers(&[5000, 10_000]).await?;
        window.find("[data-testid=page-1]", LAYOUT).await?;
        reading::bring_into_view(window, "page-1").await?;
        let before = shown(window, "page-1").await?;

        picturing::run(window, "Issue settings").await?;
        window.find("[data-testid=issue-title]:focus", SOON).await?;
        look(window, "issue-settings").await?;
        posting::fill(window, "cover-headline", "Count the \"lamps\" first").await?;
        window.click("[data-testid=issue-save]").await?;
        eventually("the form is closed", SOON, || async {
            Ok(window.all("[data-testid=issue-settings]").await?.is_empty().then_some(()))
        })
        .await?;
        let old = "\nheadline = \"Know the city before you wire it\"\n";
        let new = "\nheadline = \"Count the \\\"lamps\\\" first\"\n";
        ensure!(file.contains(old), "the sample's cover has another headline");
        ensure!(sample.issue()? == file.replace(old, new), "more than the headline is another one in the file");
        eventually("the cover shows it", LAYOUT, || async {
            let now = shown(window, "page-1").await?;
            Ok((!now.is_empty() && now != before).then_some(()))
        })
        .await?;
        window.save_picture("issue-settings-saved").await?;

        window.click("[data-testid=notice-action]").await?;
        eventually("the file is as it was", SOON, || async { Ok((sample.issue()? == file).then_some(())) }).await?;
        eventually("the cover is as it was", LAYOUT, || async {
            Ok((shown(window, "page-1").await? == before).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn what_an_article_says_of_itself_is_changed_in_its_settings_and_taken_back() -> Result<()> {
    journey(async |sample, window| {
        let file = sample.article("letter")?;
        // What leads back is there until it is pressed.
        window.stop_timers(&[5000, 10_000]).await?;
        editing::open_article(window, "letter").await?;
        picturing::run(window, "Article settings").await?;
        window.find("[data-testid=setting-title]:focus", SOON).await?;
        look(window, "article-settings").await?;
        // The pictures that the issue names are to be had.
        eventually("the cover's picture can be chosen", SOON, || async {
            Ok(posting::choose(window, "setting-picture", "media/cover.svg").await.ok())
        })
        .await?;
        posting::fill(window, "setting-picture-credit", "Ana: the \"lamps\"").await?;
        posting::choose(window, "setting-columns", "1").await?;
        window.click("[data-testid=setting-author-remove]").await?;
        window.click("[data-testid=setting-save]").await?;
        let mut changed = file.clone();
        for (old, new) in [
            ("\nauthors: [The editors]\n", "\n"),
            ("\npicture: media/letter.svg\n", "\npicture: media/cover.svg\n"),
            ("\npicture-credit: The art desk\n", "\npicture-credit: \"Ana: the \\\"lamps\\\"\"\n"),
            ("\ncolumns: 2\n", "\ncolumns: 1\n"),
        ] {
            ensure!(changed.contains(old), "the sample's letter does not say {old:?}");
            changed = changed.replacen(old, new, 1);
        }
        eventually("the file says it, and no more is another", SOON, || async {
            Ok((sample.article("letter")? == changed).then_some(()))
        })
        .await?;
        window.save_picture("article-settings-saved").await?;

        window.click("[data-testid=notice-action]").await?;
        eventually("the file is as it was", SOON, || async { Ok((sample.article("letter")? == file).then_some(())) })
            .await
    })
    .await
}

#[tokio::test]
async fn an_advertisement_comes_into_the_running_order_by_keys_goes_out_and_comes_back() -> Result<()> {
    journey(async |sample, window| {
        let before = sample.issue()?;
        // What leads back is there until it is pressed.
        window.stop_timers(&[5000, 10_000]).await?;
        window.type_keys(&char::from(Key::F7).to_string()).await?;
        window.find("[data-testid=plan-4] img", LAYOUT).await?;
        focus_entry(window, "Contents").await?;
        picturing::run(window, "Add an advertisement").await?;
        window.find("[data-testid=ad-picture]:focus", SOON).await?;
        posting::says(window, "ad-where", "after “Contents”").await?;
        look(window, "new-advertisement").await?;

        // The pictures that the issue names are to be had.
        eventually("the cover's picture can be chosen", SOON, || async {
            Ok(posting::choose(window, "ad-picture", "media/cover.svg").await.ok())
        })
        .await?;
        let tab = char::from(Key::Tab);
        // By the button for a file to what the picture shows.
        window.type_keys(&format!("{tab}{tab}A lamp, \"for less\"{tab}Lamp & Co{}", char::from(Key::Enter))).await?;
        posting::says(window, "flatplan-said", "Ad: Lamp & Co added, page 4").await?;
        let contents = "  { page = \"contents\" },\n";
        ensure!(before.contains(contents), "the sample's contents page stands elsewhere");
        let line =
            r#"  { ad = "media/cover.svg", alt = "A lamp, \"for less\"", advertiser = "Lamp & Co", size = "full" },"#;
        let with = before.replace(contents, &format!("{contents}{line}\n"));
        ensure!(sample.issue()? == with, "more than the advertisement is new in the file");
        window.find("[data-testid=flatplan][data-busy=false]", LAYOUT).await?;
        window.find("[data-testid=plan-4][aria-label^=\"Ad: Lamp & Co\"]:focus img", LAYOUT).await?;
        window.save_picture("advertisement-added").await?;

        window.type_keys(&char::from(Key::Delete).to_string()).await?;
        eventually("the file is as it was", SOON, || async { Ok((sample.issue()? == before).then_some(())) }).await?;
        posting::says(window, "flatplan-said", "“Ad: Lamp & Co” is out of the running order").await?;
        window.find("[data-testid=flatplan][data-busy=false]", LAYOUT).await?;
        window.save_picture("advertisement-taken-out").await?;

        window.click("[data-testid=notice-action]").await?;
        eventually("the advertisement is in the file again", SOON, || async {
            Ok((sample.issue()? == with).then_some(()))
        })
        .await?;
        posting::says(window, "flatplan-said", "Ad: Lamp & Co is back, page 4").await?;
        window.find("[data-testid=plan-4][aria-label^=\"Ad: Lamp & Co\"]:focus", LAYOUT).await.map(drop)
    })
    .await
}
