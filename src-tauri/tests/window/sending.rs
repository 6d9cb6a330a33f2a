//! An edition on its way: written, rehearsed, sent, paused, gone on with; late, doubtful, refused, and looked at after.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::driver::{Start, Window, days, eventually, journey};
use crate::sample::Sample;
use crate::server::{Answer, Server};
use crate::{mailbox, people, planning, posting, readers};

const SOON: Duration = Duration::from_secs(90);
const LAYOUT: Duration = Duration::from_secs(240);

/// Of forty people the first ten are served at once. The others wait until the door is opened, so that there is
/// somebody left to be paused, however fast the computer is.
pub(crate) fn behind_the_door(to: &str) -> Answer {
    let of = |number: usize| people::address(number) == to;
    if of(people::GONE) {
        return Answer::Refused("550 5.1.1 no such mailbox here".to_owned());
    }
    if (10..40).any(of) { Answer::TakenBehindTheDoor } else { Answer::Taken }
}

/// Pauses a send that waits behind the door, and opens the door once the ledger says so.
pub(crate) async fn pause(sample: &Sample, window: &Window, server: &Server) -> Result<()> {
    window.click("[data-testid=send-pause]").await?;
    eventually("the ledger says paused", SOON, || async {
        Ok(matches!(sample.ledger()?.state, desk::MailingState::Paused { .. }).then_some(()))
    })
    .await?;
    server.open_the_door();
    window.find("[data-testid=send-over][data-state=paused]", LAYOUT).await.map(drop)
}

/// Reads the mailbox, looks at what came back, and takes one decision back.
async fn what_came_back(sample: &Sample, window: &Window) -> Result<()> {
    let mails = vec![
        mailbox::bounce(&people::address(6), "5.1.1", "550 5.1.1 <img src=x onerror=window.pwned=7> unknown"),
        mailbox::bounce(&people::address(8), "5.2.2", "552 5.2.2 Mailbox full"),
        mailbox::bounce(&people::address(9), "5.7.1", "550 5.7.1 Message refused"),
    ];
    let report = sample.read_inbox(mailbox::serve(mails)?)?;
    ensure!(report.read == 3, "{} mails were read", report.read);
    window.key_with_control('3').await?;
    window.click("[data-testid=people-returns]").await?;
    posting::choose(window, "returns-kind", "hard_bounce").await?;
    eventually("one mailbox does not exist", SOON, || async {
        Ok((window.all("[data-testid=return]").await?.len() == 1).then_some(()))
    })
    .await?;
    posting::choose(window, "returns-kind", "").await?;
    eventually("all that came back is there", SOON, || async {
        Ok((window.all("[data-testid=return]").await?.len() == 3).then_some(()))
    })
    .await?;
    window.click("li:last-child > [data-testid=return]").await?;
    posting::says(window, "return-report", "window.pwned=7").await?;
    posting::nothing_ran(window).await?;
    planning::look(window, "returns").await?;
    window.click("[data-testid=return-undo]").await?;
    posting::noted(window, "gets mail again").await?;
    window.click("[data-testid=returns-close]").await
}

/// The shortest grace that can be chosen.
pub(crate) async fn short_outbox(window: &Window) -> Result<()> {
    window.key_with_control('5').await?;
    posting::choose(window, "look-outbox", "10").await?;
    window.key_with_control('2').await?;
    window.find("[data-testid=mail]", LAYOUT).await.map(drop)
}

/// Sends the edition that is open, through the outbox.
pub(crate) async fn send(window: &Window, people: usize) -> Result<()> {
    window.click("[data-testid=send]").await?;
    posting::says(window, "send-sentence", &format!("{people} people will get this")).await?;
    posting::fill(window, "send-count", &people.to_string()).await?;
    window.click("[data-testid=send-now]").await?;
    window.find("[data-testid=send-progress]", SOON).await.map(drop)
}

pub(crate) async fn finished(window: &Window) -> Result<()> {
    window.find("[data-testid=send-over][data-state=finished]", LAYOUT).await.map(drop)
}

/// The window sends an uncertain copy once more by itself; somebody who holds it, and somebody who is asked later, are
/// both heard.
#[tokio::test]
async fn a_doubtful_copy_is_held_a_refused_one_tried_again_and_all_of_it_certified() -> Result<()> {
    journey(async |sample, window| {
        window.listen().await?;
        let (doubtful, full) = (people::address(3), people::address(4));
        let refusals = AtomicUsize::new(0);
        let server = Server::start(move |to, before| match to {
            to if to == people::address(3) && before == 0 => Answer::Silence,
            to if to == people::address(4) && refusals.fetch_add(1, Ordering::Relaxed) == 0 => {
                Answer::Refused("552 5.2.2 full".to_owned())
            }
            to => behind_the_door(to),
        })?;
        readers::bring(sample, window, 40).await?;
        posting::set_relay(window, server.port()).await?;
        short_outbox(window).await?;
        send(window, 40).await?;
        posting::says(window, "send-progress", "1 uncertain").await?;
        posting::says(window, "send-progress", "2 failed").await?;
        pause(sample, window, &server).await?;
        window.click("[data-testid=send-report]").await?;
        window.find("[data-testid=uncertain]", SOON).await?;
        planning::look(window, "uncertain").await?;
        window.click("[data-testid=mailing-hold]").await?;
        posting::noted(window, "no second copy").await?;
        posting::says(window, "uncertain", "sends them no second copy").await?;
        window.click("[data-testid=mailing-go-on]").await?;
        finished(window).await?;
        ensure!(server.mails_to(&doubtful) == 1, "who was held got another copy");

        window.click("[data-testid=send-report]").await?;
        window.click("[data-testid=mailing-retry]").await?;
        finished(window).await?;
        ensure!(server.mails_to(&full) == 1, "who was refused was not tried again");
        window.click("[data-testid=send-report]").await?;
        window.click("[data-testid=mailing-resend]").await?;
        finished(window).await?;
        ensure!(server.mails_to(&doubtful) == 2, "who was doubtful was not sent to again");
        window.click("[data-testid=send-report]").await?;
        posting::says(window, "state-accepted", "39").await?;
        certify(sample, window).await?;
        what_came_back(sample, window).await
    })
    .await
}

/// Writes what can be certified, and reads it.
async fn certify(sample: &Sample, window: &Window) -> Result<()> {
    window.click("[data-testid=mailing-certificate]").await?;
    let name = "2026-q4-launch-certificate.html";
    posting::noted(window, &format!("certificate was written to {name}")).await?;
    planning::look(window, "certified").await?;
    let certificate = std::fs::read_to_string(sample.data().join("exports").join(name))?;
    for words in ["2026-q4/launch", "39", "bounced"] {
        ensure!(certificate.contains(words), "the certificate does not say `{words}`");
    }
    Ok(())
}

#[tokio::test]
async fn an_edition_that_waits_for_its_hour_is_told_of_in_the_next_window_and_can_be_given_up() -> Result<()> {
    days(Start::Publication, async |sample, first| {
        let window = &first;
        let server = Server::start(|_, _| Answer::Taken)?;
        readers::bring(sample, window, 12).await?;
        posting::set_relay(window, server.port()).await?;
        short_outbox(window).await?;
        window.click("[data-testid=send]").await?;
        posting::says(window, "send-sentence", "12 people will get this").await?;
        posting::next_december(window).await?;
        posting::fill(window, "send-count", "12").await?;
        window.click("[data-testid=send-now]").await?;
        posting::says(window, "send-waits", "31 December").await?;
        planning::look(window, "send-waits").await?;
        first.kill()?;
        drop(first);

        let next = Window::open_as_left(sample).await?;
        let window = &next;
        window.click("[data-testid=notice-action]").await?;
        posting::says(window, "tray", "1 scheduled").await?;
        window.click("[data-testid=tray]").await?;
        window.click("[data-testid=job-show]").await?;
        posting::says(window, "send-waits", "31 December").await?;
        window.click("[data-testid=send-cancel]").await?;
        window.click("[data-testid=send-cancel-yes]").await?;
        window.find("[data-testid=send-over][data-state=cancelled]", LAYOUT).await?;
        ensure!(server.mails() == 0, "it was sent before its hour");
        window.click("[data-testid=send-report]").await?;
        posting::says(window, "state-cancelled", "12").await?;
        next.close().await
    })
    .await
}
