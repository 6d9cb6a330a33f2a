//! The faces that no journey goes by: what is looked at as a picture, and that none of them shuts a person out.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, first_journey, journey};
use crate::planning::look;
use crate::sample::Sample;
use crate::{editing, people, posting};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);
const LONG: &str =
    "Everything that a town of forty thousand found out about itself when it counted, twice, what it owns";

async fn press(window: &Window, key: Key) -> Result<()> {
    window.type_keys(&char::from(key).to_string()).await
}

/// Runs a command of the window by its name, as the palette does.
pub(crate) async fn run(window: &Window, name: &str) -> Result<()> {
    window.key_with_control('k').await?;
    window.find("dialog[open] input", SOON).await?;
    window.type_keys(name).await?;
    press(window, Key::Enter).await
}

/// Waits until every page of the issue is laid out.
async fn whole(window: &Window) -> Result<()> {
    eventually("all pages are laid out", LAYOUT, || async {
        let last = "return document.querySelector('[data-testid=page-32]') !== null";
        Ok((window.script(last).await? == true).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_writer_s_faces_are_looked_at() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        whole(window).await?;
        look(window, "issue").await?;

        let short = sample.article("letter")?;
        let more = "A tenth birthday is the usual occasion for a look into the future, and nobody has seen one yet. ";
        sample.write_article("letter", &format!("{short}\n\n{}\n", more.repeat(9)))?;
        press(window, Key::F5).await?;
        editing::open_article(window, "letter").await?;
        window.find("[data-testid=show-overset]", LAYOUT).await?;
        window.click("[data-testid=show-overset]").await?;
        look(window, "overset").await?;

        window.click("[data-testid=toggle-grid]").await?;
        window.click("[data-testid=toggle-trim]").await?;
        look(window, "guides").await?;
        window.click("[data-testid=toggle-grid]").await?;
        window.click("[data-testid=toggle-trim]").await?;

        sample.write_article("letter", &short.replacen("night", "noon", 1))?;
        window.key_with_control('1').await?;
        window.type_keys(" Mine.").await?;
        window.find("[data-testid=conflict]", SOON).await?;
        look(window, "conflict").await?;
        window.click("[data-testid=compare]").await?;
        window.find(".cm-mergeView .cm-changedText", LAYOUT).await?;
        look(window, "compare").await?;
        window.click("[data-testid=keep-mine]").await?;
        window.find("[data-testid=save-state][data-state=saved]", SOON).await?;

        run(window, "Focus: text").await?;
        eventually("the text is alone", SOON, || async {
            Ok(window.all("[data-testid=pages]").await?.is_empty().then_some(()))
        })
        .await?;
        look(window, "focus").await
    })
    .await
}

#[tokio::test]
async fn long_names_and_high_contrast_are_looked_at() -> Result<()> {
    journey(async |sample, window| {
        let text = sample.article("audit")?;
        let title = text.lines().find(|line| line.starts_with("title:")).context("a title")?;
        sample.write_article("audit", &text.replacen(title, &format!("title: {LONG}"), 1))?;
        press(window, Key::F5).await?;
        editing::open_article(window, "audit").await?;
        whole(window).await?;
        look(window, "long-names").await?;

        window.key_with_control('5').await?;
        posting::choose(window, "look-theme", "contrast").await?;
        window.find("html[data-theme=contrast]", SOON).await?;
        for (room, name) in [('5', "settings"), ('3', "subscribers"), ('2', "newsletter"), ('1', "issue")] {
            window.key_with_control(room).await?;
            crate::planning::look_once(window, &format!("contrast-{name}")).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_ways_to_a_publication_are_looked_at() -> Result<()> {
    first_journey(async |sample, window| {
        window.click("[data-testid=open-publication]").await?;
        window.find("[data-testid=folder-dialog]", SOON).await?;
        look(window, "open-publication").await?;
        posting::escape(window).await?;
        window.click("[data-testid=open-sample]").await?;
        window.find("[data-testid=pages] .page img", LAYOUT).await?;

        window.key_with_control('2').await?;
        window.find("[data-testid=mail]", LAYOUT).await?;
        window.click("[data-testid=copy-text]").await?;
        look(window, "newsletter-text").await?;
        window.click("[data-testid=new-edition]").await?;
        look(window, "new-edition").await?;
        posting::escape(window).await?;
        let edition = sample.home("ana").join("Masthead sample/issues/2026-q4/editions/launch.md");
        let text = std::fs::read_to_string(&edition)?;
        std::fs::write(&edition, format!("{text}\n[[nowhere]] TK\n"))?;
        run(window, "Open another publication").await?;
        window.find("[data-testid=known-publication]", SOON).await?;
        look(window, "welcome-known").await?;
        // It opens where it was left, at the edition.
        window.click("[data-testid=known-publication]").await?;
        window.find("[data-testid=edition-findings] li", LAYOUT).await?;
        window.click("[data-testid=copy-desktop]").await?;
        look(window, "newsletter-findings").await
    })
    .await
}

#[tokio::test]
async fn the_faces_of_a_list_are_looked_at() -> Result<()> {
    journey(async |sample, window| {
        window.key_with_control('3').await?;
        window.click("[data-testid=people-import]").await?;
        look(window, "import-choose").await?;
        posting::escape(window).await?;
        posting::import(window, &people::list(sample, 60)?).await?;
        posting::fill(window, "import-source", "conference in October").await?;
        posting::fill(window, "import-basis", "asked for the newsletter").await?;
        window.click("[data-testid=import-write]").await?;
        posting::says(window, "import-done", "60").await?;
        look(window, "import-done").await?;
        posting::escape(window).await?;

        posting::fill(window, "people-search", "nobody of that name").await?;
        posting::says(window, "people-count", "0 people").await?;
        look(window, "subscribers-nobody").await?;
        posting::fill(window, "people-search", "").await?;
        posting::says(window, "people-count", "60 people").await?;
        window.click("[data-testid=people-add]").await?;
        posting::fill(window, "person-address", "maria-alexandra.constantinescu-dumitrescu@primaria.example.org")
            .await?;
        posting::fill(window, "person-name", "Maria-Alexandra Constantinescu-Dumitrescu").await?;
        posting::fill(window, "person-source", "sign-up sheet of the October conference").await?;
        posting::fill(window, "person-basis", "asked for the newsletter").await?;
        look(window, "new-person").await?;
        window.click("[data-testid=person-add]").await?;
        posting::says(window, "people-count", "61").await?;
        posting::fill(window, "people-search", "maria-alexandra").await?;
        posting::says(window, "people-count", "1 person").await?;
        window.click("[data-index='0']").await?;
        window.find("[data-testid=person-erase]", SOON).await?;
        look(window, "long-person").await?;
        window.click("[data-testid=person-erase]").await?;
        window.find("[data-testid=erase-address]", SOON).await?;
        look(window, "erase").await
    })
    .await
}

#[tokio::test]
async fn what_can_go_wrong_with_a_send_is_looked_at() -> Result<()> {
    journey(async |sample, window| {
        bring_people(window, sample).await?;
        // Nobody listens there, nor is anybody given it who asks for any port.
        posting::set_relay(window, 1).await?;
        window.find("[data-testid=password-place][data-place=not-wanted]", SOON).await?;
        window.click("[data-testid=relay-try]").await?;
        window.find("[data-testid=relay-trial] [role=alert]", SOON).await?;
        look(window, "relay-failed").await?;

        window.key_with_control('2').await?;
        window.find("[data-testid=mail]", LAYOUT).await?;
        window.click("[data-testid=send]").await?;
        posting::says(window, "send-sentence", "12 people will get this").await?;
        posting::next_december(window).await?;
        posting::fill(window, "send-count", "12").await?;
        look(window, "send-later").await?;
        window.click("[data-testid=rehearse]").await?;
        window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
        look(window, "rehearsed").await?;
        posting::escape(window).await?;
        run(window, "Show what is under way").await?;
        window.find("[data-testid=jobs]", SOON).await?;
        look(window, "jobs").await
    })
    .await
}

async fn bring_people(window: &Window, sample: &Sample) -> Result<()> {
    posting::import(window, &people::list(sample, 12)?).await?;
    posting::fill(window, "import-source", "conference").await?;
    posting::fill(window, "import-basis", "asked for it").await?;
    window.click("[data-testid=import-write]").await?;
    window.find("[data-testid=import-done]", SOON).await?;
    posting::escape(window).await
}

#[tokio::test]
async fn what_finds_nothing_and_what_stops_the_pages_is_looked_at() -> Result<()> {
    journey(async |sample, window| {
        editing::open_article(window, "audit").await?;
        whole(window).await?;
        run(window, "Find in the whole issue").await?;
        window.find("[data-testid=search-words]:focus", SOON).await?;
        window.type_keys("lamplighterless").await?;
        window.find("[data-testid=searching] .face", SOON).await?;
        look(window, "search-none").await?;
        window.click("[data-testid=search-close]").await?;

        run(window, "Find and replace").await?;
        window.find(".find-bar input[name=search]:focus", SOON).await?;
        window.type_keys("city").await?;
        press(window, Key::Enter).await?;
        posting::says(window, "search-place", " of ").await?;
        look(window, "find-in-text").await?;
        window.click(".find-bar button[name=close]").await?;

        // A slip in the template is found where it stands.
        let template = sample.publication().join("assets/magazine/page.typ");
        let right = std::fs::read_to_string(&template)?;
        std::fs::write(&template, format!("{right}\n#let slip = (\n"))?;
        press(window, Key::F5).await?;
        window.click("[data-testid=preflight-button]").await?;
        window.find("[data-testid=finding][data-code=template-error]", LAYOUT).await?;
        posting::says(window, "preflight", "page.typ, line").await?;
        look(window, "template-slip").await?;
        window.click("[data-testid=preflight-button]").await?;

        // Without its own file the issue is not laid out at all: the pages that are there stay, and it is said.
        std::fs::write(&template, right)?;
        press(window, Key::F5).await?;
        whole(window).await?;
        let issue = sample.publication().join("issues/2026-q4/issue.toml");
        let away = issue.with_extension("away");
        std::fs::rename(&issue, &away)?;
        press(window, Key::F5).await?;
        window.find(".strip[role=alert]", LAYOUT).await?;
        look(window, "pages-failed").await?;
        std::fs::rename(&away, &issue)?;
        press(window, Key::F5).await?;
        eventually("the pages are laid out again", LAYOUT, || async {
            Ok(window.all(".strip[role=alert]").await?.is_empty().then_some(()))
        })
        .await
    })
    .await
}
