//! What staff go through with people and editions, from a list in a file to the report on everybody's copy.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually, journey};
use crate::sample::Sample;
use crate::server::{Answer, Server};
use crate::{people, planning, posting, sending};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

#[tokio::test]
async fn a_list_is_brought_in_looked_through_and_one_of_it_erased() -> Result<()> {
    journey(async |sample, window| {
        let list = people::list(sample, 10_000)?;
        window.key_with_control('3').await?;
        window.find("[data-testid=subscribers] .face", SOON).await?;
        planning::look(window, "subscribers-none").await?;
        posting::import(window, &list).await?;
        posting::says(window, "import-new", "10,000").await?;
        posting::says(window, "import-unreadable", "1").await?;
        posting::says(window, "import-duplicates", "1").await?;
        posting::fill(window, "import-source", "conference in October").await?;
        posting::fill(window, "import-basis", "asked for the newsletter").await?;
        planning::look(window, "import").await?;
        window.click("[data-testid=import-write]").await?;
        posting::says(window, "import-done", "10,000").await?;
        posting::escape(window).await?;

        posting::says(window, "people-count", "10,000").await?;
        // The end of the list, from anywhere.
        window.script("document.querySelector('[data-testid=rows]').scrollTop = 1e9").await?;
        let last = (0..10_000).map(people::address).max().context("a list")?;
        eventually("the last row is there", SOON, || async {
            let row = "return document.querySelector('[data-index=\"9999\"]')?.textContent ?? ''";
            Ok(window.script(row).await?.as_str().is_some_and(|row| row.contains(&last)).then_some(()))
        })
        .await?;
        keep_a_segment(window).await?;
        erase_one(window).await?;
        planning::look(window, "subscribers").await?;
        words_stay_words(sample, window).await
    })
    .await
}

/// Keeps a part of the list under a name, shows it, and the whole list again.
async fn keep_a_segment(window: &Window) -> Result<()> {
    window.click("[data-testid=people-segments]").await?;
    posting::choose(window, "segment-expression-field-0", "city").await?;
    posting::fill(window, "segment-expression-value-0", "Iași").await?;
    posting::fill(window, "segment-name", "iasi").await?;
    posting::says(window, "segment-expression-written", "city = \"Iași\"").await?;
    window.click("[data-testid=segment-keep]").await?;
    posting::says(window, "segment", "2,500").await?;
    planning::look(window, "segments").await?;
    window.click("[data-testid=segment]").await?;
    posting::says(window, "people-count", "2,500").await?;
    posting::choose(window, "people-segment", "").await?;
    posting::says(window, "people-count", "10,000").await
}

async fn erase_one(window: &Window) -> Result<()> {
    let address = people::address(1);
    posting::fill(window, "people-search", &address).await?;
    posting::says(window, "people-count", "1 person").await?;
    window.click("[data-index='0']").await?;
    window.find("[data-testid=person]", SOON).await?;
    planning::look(window, "person").await?;
    window.click("[data-testid=person-erase]").await?;
    posting::fill(window, "erase-address", &address).await?;
    window.click("[data-testid=erase-yes]").await?;
    posting::says(window, "people-count", "0 people").await?;
    posting::fill(window, "people-search", "").await?;
    posting::says(window, "people-count", "9,999").await
}

/// People whose names are code: in the dry run, in the table, on their page, and when one of them is erased.
async fn words_stay_words(sample: &Sample, window: &Window) -> Result<()> {
    posting::import_hostile(window, sample).await?;
    posting::fill(window, "people-search", "hostile00").await?;
    posting::says(window, "people-count", &format!("{} people", people::HOSTILE)).await?;
    posting::says(window, "rows", "<script>").await?;
    posting::nothing_ran(window).await?;
    posting::fill(window, "people-search", "hostile000001").await?;
    posting::says(window, "people-count", "1 person").await?;
    window.click("[data-index='0']").await?;
    posting::says(window, "person", "hostile000001").await?;
    posting::nothing_ran(window).await?;
    window.click("[data-testid=person-erase]").await?;
    posting::fill(window, "erase-address", &people::hostile(1)).await?;
    window.click("[data-testid=erase-yes]").await?;
    posting::says(window, "people-count", "0 people").await?;
    posting::nothing_ran(window).await
}

#[tokio::test]
async fn an_edition_is_written_tested_rehearsed_taken_back_sent_paused_gone_on_with_and_reported() -> Result<()> {
    journey(async |sample, window| {
        let server = Server::start(|to, _| match to {
            to if to == people::hostile(2) => {
                Answer::Refused("550 5.1.1 <img src=x onerror=window.pwned=6> nobody here".to_owned())
            }
            to => sending::behind_the_door(to),
        })?;
        let port = server.port();
        bring(sample, window, 40 - people::HOSTILE).await?;
        posting::import_hostile(window, sample).await?;
        posting::set_relay(window, port).await?;
        eventually("the relay is in the publication", SOON, || async {
            let text = std::fs::read_to_string(sample.publication().join("assets/publication.toml"))?;
            Ok(text.contains(&format!("smtp://127.0.0.1:{port}")).then_some(()))
        })
        .await?;
        planning::look(window, "settings").await?;
        posting::choose(window, "look-outbox", "120").await?;
        compose(sample, window).await?;
        test_and_rehearse(window).await?;
        send_with_a_pause(sample, window, &server).await?;
        report(window).await
    })
    .await
}

/// Brings a list of so many people in.
pub(crate) async fn bring(sample: &Sample, window: &Window, many: usize) -> Result<()> {
    posting::import(window, &people::list(sample, many)?).await?;
    posting::fill(window, "import-source", "conference").await?;
    posting::fill(window, "import-basis", "asked for it").await?;
    window.click("[data-testid=import-write]").await?;
    window.find("[data-testid=import-done]", SOON).await?;
    posting::escape(window).await
}

/// Writes a sentence into the edition, and looks at the mail in every way.
async fn compose(sample: &Sample, window: &Window) -> Result<()> {
    window.key_with_control('2').await?;
    window.find("[data-testid=mail]", LAYOUT).await?;
    posting::says(window, "preview-subject", "Number 41").await?;
    eventually("the edition has its text", SOON, || async {
        let Some(line) = window.all("[data-testid=newsletter] .cm-line").await?.pop() else { return Ok(None) };
        line.click().await?;
        Ok(Some(()))
    })
    .await?;
    window.key_with(Key::Control, char::from(Key::End)).await?;
    window.type_keys(" Lamplighters welcome.").await?;
    let file = sample.publication().join("issues/2026-q4/editions/launch.md");
    eventually("the sentence is in the edition", SOON, || async {
        Ok(std::fs::read_to_string(&file)?.contains("Lamplighters welcome.").then_some(()))
    })
    .await?;
    for reader in [people::hostile(0), people::address(0)] {
        posting::fill(window, "copy-to", &reader).await?;
        window.type_keys(&char::from(Key::Enter).to_string()).await?;
        shown_to(window, &reader).await?;
        posting::nothing_ran(window).await?;
    }
    planning::look(window, "newsletter").await?;
    window.click("[data-testid=copy-dark]").await?;
    window.click("[data-testid=copy-phone]").await?;
    window.find("[data-testid=copy-phone][aria-pressed=true]", SOON).await?;
    window.find("[data-testid=preview][aria-busy=false]", LAYOUT).await?;
    window.save_picture("newsletter-phone-dark").await
}

/// Waits until the mail is the copy of this reader.
async fn shown_to(window: &Window, reader: &str) -> Result<()> {
    window.find(&format!("[data-testid=preview][data-to='{reader}'][aria-busy=false]"), LAYOUT).await.map(drop)
}

async fn test_and_rehearse(window: &Window) -> Result<()> {
    window.click("[data-testid=test]").await?;
    posting::fill(window, "test-to", "me@example.org").await?;
    window.click("[data-testid=test-send]").await?;
    posting::says(window, "test-said", "2.0.0 taken").await?;
    planning::look(window, "test").await?;
    posting::escape(window).await?;

    window.click("[data-testid=send]").await?;
    posting::says(window, "send-sentence", "40 people will get this").await?;
    planning::look(window, "send").await?;
    window.click("[data-testid=rehearse]").await?;
    window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
    window.click("[data-testid=send-again]").await?;
    Ok(())
}

/// Sends, takes it back, sends, pauses in the middle and goes on to the end.
async fn send_with_a_pause(sample: &Sample, window: &Window, server: &Server) -> Result<()> {
    posting::fill(window, "send-count", "40").await?;
    // It does not leave while it is looked at from every side.
    window.stop_timers(&[1000]).await?;
    window.click("[data-testid=send-now]").await?;
    window.find("[data-testid=outbox]", SOON).await?;
    window.resume_timers().await?;
    planning::look(window, "outbox").await?;
    window.script("document.querySelector('[data-testid=undo-send]').click()").await?;
    posting::says(window, "send-sentence", "40 people will get this").await?;
    posting::escape(window).await?;
    window.key_with_control('5').await?;
    posting::choose(window, "look-outbox", "10").await?;
    window.key_with_control('2').await?;
    window.click("[data-testid=send]").await?;
    posting::says(window, "send-sentence", "40 people will get this").await?;
    posting::fill(window, "send-count", "40").await?;
    window.click("[data-testid=send-now]").await?;
    posting::says(window, "send-progress", "accepted").await?;
    sending::pause(sample, window, server).await?;
    let paused = posting::words(window, "send-over").await?;
    ensure!(paused.contains("queued"), "nobody waits after a pause: {paused}");
    planning::look(window, "paused").await?;
    window.click("[data-testid=send-resume]").await?;
    window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await?;
    planning::look(window, "sent").await
}

async fn report(window: &Window) -> Result<()> {
    window.click("[data-testid=send-report]").await?;
    posting::says(window, "state-accepted", "38").await?;
    window.find("[data-testid=course] path", SOON).await?;
    window.click("[data-testid=state-bounced]").await?;
    rows(window, 2).await?;
    // The server answered with code, which is words here.
    window.click("[data-index='1']").await?;
    posting::says(window, "delivery", &people::hostile(2)).await?;
    posting::says(window, "delivery", "5.1.1 <img src=x").await?;
    posting::nothing_ran(window).await?;
    window.click("[data-testid=state-all]").await?;
    posting::says(window, "rows", &people::address(0)).await?;
    window.click(&format!("[data-index='{}']", people::GONE)).await?;
    posting::says(window, "delivery", "no such mailbox").await?;
    planning::look(window, "deliveries").await
}

/// Waits until so many people are in the table.
async fn rows(window: &Window, many: usize) -> Result<()> {
    eventually(&format!("{many} people are left in the table"), SOON, || async {
        Ok((window.all("[data-testid=rows] [role=row]").await?.len() == many).then_some(()))
    })
    .await
}

#[tokio::test]
async fn the_rooms_that_are_seldom_seen_shut_nobody_out() -> Result<()> {
    journey(async |sample, window| {
        bring(sample, window, 40).await?;
        window.click("[data-testid=people-returns]").await?;
        window.find("[data-testid=returns-close]", SOON).await?;
        planning::look(window, "returns").await?;
        window.click("[data-testid=returns-close]").await?;

        window.key_with_control('5').await?;
        window.find("[data-testid=backups]", SOON).await?;
        window.click("[data-testid=back-up]").await?;
        window.find("[data-testid=backup]", SOON).await?;
        planning::keep_in_view(window, "backups").await?;
        planning::look(window, "backups").await?;
        // No DNS is asked here for a domain that nobody owns: whatever comes, it is said plainly.
        planning::keep_in_view(window, "domain-check").await?;
        window.click("[data-testid=domain-try]").await?;
        window.find("[data-testid=domain-check] [role=alert], [data-testid=domain-found] li", LAYOUT).await?;
        planning::look(window, "domain").await?;

        window.key_with_control('4').await?;
        planning::look(window, "deliveries-none").await?;
        window.key_with_control('k').await?;
        planning::look(window, "palette").await?;
        posting::escape(window).await?;
        window.type_keys(&char::from(Key::F1).to_string()).await?;
        planning::look(window, "shortcuts").await
    })
    .await
}

#[tokio::test]
async fn an_import_is_taken_back_and_a_copy_of_the_list_put_back() -> Result<()> {
    journey(async |sample, window| {
        window.listen().await?;
        bring(sample, window, 12).await?;
        posting::says(window, "people-count", "12 people").await?;
        window.key_with_control('5').await?;
        window.click("[data-testid=back-up]").await?;
        window.find("[data-testid=restore]", SOON).await?;

        bring(sample, window, 20).await?;
        posting::says(window, "people-count", "20 people").await?;
        window.click("[data-testid=people-import]").await?;
        window.find("[data-testid=import-undo]", SOON).await?;
        planning::look(window, "import-past").await?;
        window.click("[data-testid=import-undo]").await?;
        posting::noted(window, "8 people removed").await?;
        posting::escape(window).await?;
        posting::says(window, "people-count", "12 people").await?;

        bring(sample, window, 20).await?;
        posting::says(window, "people-count", "20 people").await?;
        window.key_with_control('5').await?;
        window.click("[data-testid=restore]").await?;
        window.click("[data-testid=restore-yes]").await?;
        eventually("the copy is back", SOON, || async {
            Ok(posting::words(window, "backups").await?.contains("12 people").then_some(()))
        })
        .await?;
        planning::keep_in_view(window, "backups").await?;
        planning::look(window, "restored").await?;
        window.key_with_control('3').await?;
        posting::says(window, "people-count", "12 people").await
    })
    .await
}

#[tokio::test]
async fn who_signed_up_is_asked_by_mail_once_and_counted_when_they_say_yes() -> Result<()> {
    journey(async |sample, window| {
        let settings = sample.publication().join("assets/publication.toml");
        let text = std::fs::read_to_string(&settings)?;
        std::fs::write(&settings, text.replacen("# double-opt-in = true", "double-opt-in = true", 1))?;
        let server = Server::start(|_, _| Answer::Taken)?;
        posting::set_relay(window, server.port()).await?;
        bring(sample, window, 4).await?;
        window.click("[data-testid=people-awaited]").await?;
        posting::says(window, "awaited-count", "4").await?;
        planning::look(window, "awaited").await?;
        window.click("[data-testid=awaited-ask]").await?;
        window.click("[data-testid=awaited-yes]").await?;
        eventually("each of them got a question", SOON, || async { Ok((server.mails() == 4).then_some(())) }).await?;
        window.find("[data-testid=awaited-state][data-state=asked]", SOON).await?;

        window.click("[data-testid=waiter]").await?;
        posting::says(window, "person-awaited", "asked").await?;
        posting::fill(window, "confirm-evidence", "said so at the counter").await?;
        planning::look(window, "awaited-asked").await?;
        window.click("[data-testid=confirm-write]").await?;
        posting::says(window, "awaited-count", "3").await
    })
    .await
}
