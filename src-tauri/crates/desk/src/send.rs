//! Sending an edition, and what became of it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use magazine::EditionId;
use mailing::{
    Address, Again, Attempt, Audience, Catcher, Certificate, Clock, Delivery, DeliveryState, MailingState,
    MailingSummary, Occasion, PauseReason, Relay, Route, Schedule, Secret, SendOptions, SendProgress, SendReport,
    StopSignal, Store, Terms, Tls, UncertainPolicy,
};
use serde::Serialize;

use crate::password::PasswordSource;
use crate::routes::boot;
use crate::unsubscribe::{Freshness, Ticker};
use crate::{Class, Desk, Failure, relay};

/// How an edition is to be sent.
#[derive(Debug, Clone)]
pub struct SendPlan {
    /// The edition.
    pub edition: EditionId,
    /// The part of the list, as `country = "RO" and tag = "press"`; empty for everybody.
    pub segment: String,
    /// Into the built-in mail catcher, so that no reader gets anything.
    pub rehearse: bool,
    /// Where a rehearsal keeps its mail; otherwise in the data folder.
    pub keep: Option<PathBuf>,
    /// The relays; otherwise the publication's.
    pub relays: Vec<String>,
    /// Where the relays' password comes from.
    pub password: PasswordSource,
    /// Connections to each relay at a time; otherwise as the publication says.
    pub connections: Option<usize>,
    /// When to start, if not at once.
    pub schedule: Option<Schedule>,
    /// Stay until nothing waits any more, through quotas and retries, instead of ending when that takes long.
    pub stay: bool,
    /// Wait for its turn where another edition is being sent, instead of saying so.
    pub patient: bool,
    /// What becomes of people whose copy is uncertain.
    pub uncertain: UncertainPolicy,
    /// People whom an earlier run gave up and who are to be sent to once more; `confirm` is asked for their number.
    pub again: Option<Again>,
    /// Go on although it was paused. Without this a paused edition stays so: what runs by itself every hour must not
    /// undo what a person, or a relay's refusals, stopped.
    pub resume: bool,
}

/// Who an edition would go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AudienceView {
    /// People who will get it.
    pub people: u64,
    /// People who will not, by reason.
    pub excluded: BTreeMap<String, u64>,
    /// Whether the audience was frozen by an earlier run, which this one goes on with.
    pub frozen: bool,
}

/// An edition in the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerView {
    /// The edition.
    pub edition: String,
    /// Where its mailing stands.
    #[serde(flatten)]
    pub state: MailingState,
    /// Everybody in the audience when it was frozen.
    pub candidates: u64,
    /// Deliveries by state; each state is there, and they add up to `candidates`.
    pub counts: BTreeMap<&'static str, u64>,
    /// Excluded people by reason.
    pub excluded: BTreeMap<String, u64>,
    /// When the next delivery that was put off is due.
    pub next_due: Option<String>,
    /// When it is to start, while that is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// What this run did; absent when the ledger was only looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<SendReport>,
    /// Where a rehearsal kept its mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caught: Option<PathBuf>,
    /// What whoever sends should know beside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One delivery with its attempts.
#[derive(Debug, Clone, Serialize)]
pub struct DeliveryHistory {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Its attempts, oldest first.
    #[serde(rename = "history")]
    pub attempts: Vec<Attempt>,
}

impl Desk {
    /// Sends an edition, or goes on with a send that was interrupted.
    ///
    /// `confirm` is asked once, before the audience is frozen and anything is sent; it says whether to go on.
    ///
    /// # Errors
    /// When the edition is not ready, nobody may be mailed, it was not confirmed, another sender is at work, or the
    /// ledger cannot be written. Whatever was sent until then is in the ledger.
    pub fn send(
        &self,
        plan: &SendPlan,
        confirm: &mut dyn FnMut(&AudienceView) -> Result<(), Failure>,
        progress: &(dyn Fn(&SendProgress) + Send + Sync),
        stop: &StopSignal,
    ) -> Result<LedgerView, Failure> {
        let store = self.store()?;
        let occasion = occasion(plan);
        // Before anything is frozen: an audience and a letter, once fixed, stay so.
        let catcher = if plan.rehearse { Some(self.catcher(&plan.edition, plan.keep.as_deref())?) } else { None };
        // Once for all relays: what stands in a descriptor can be read only once.
        let given = if plan.rehearse { None } else { plan.password.given()? };
        let routes = match &catcher {
            Some((catcher, _)) => vec![Route::new(local(catcher.port()), plan.connections.unwrap_or(4))],
            None => self.routes(plan, &|text| self.relay_at(text, given.as_ref()))?,
        };
        // A rehearsal reaches nobody, so it needs no network.
        let freshness = if plan.rehearse { Freshness::default() } else { self.heed_box(&store)? };
        let mut confirm = |audience: &AudienceView| freshness.allows(audience.people).and_then(|()| confirm(audience));
        let paces = if plan.rehearse { Vec::new() } else { self.paces()? };
        if !plan.rehearse {
            store.back_up_daily(self.now())?;
        }
        let mailing = self.frozen(&store, plan, &occasion, &mut confirm)?;
        let clock: Clock = Arc::new(self.clock);
        let options = SendOptions {
            uncertain: plan.uncertain,
            paces,
            patient: plan.patient,
            boot: boot(),
            ..SendOptions::new(clock)
        };
        // Whoever set an hour is not there to go on after a quota or a first refusal, in whatever window it waits.
        let is_set = store.mailing(&occasion)?.is_some_and(|mailing| mailing.schedule.is_some());
        let options = if plan.stay || is_set { SendOptions { linger: FOREVER, ..options } } else { options };
        let sending = || mailing::send_over(&store, mailing, &routes, &options, progress, stop);
        let report = self.with_box_read(plan.rehearse, sending)?;
        let folder = catcher.map(|(catcher, folder)| {
            catcher.stop();
            folder
        });
        let summary = store.mailing(&occasion)?.ok_or_else(|| not_sent(&plan.edition))?;
        Ok(LedgerView { run: Some(report), caught: folder, warnings: freshness.warnings(), ..view(&summary) })
    }

    /// Sends while the unsubscribe box is read every quarter of an hour: who leaves while it runs gets nothing more.
    fn with_box_read<T>(&self, rehearsing: bool, send: impl FnOnce() -> T) -> T {
        if rehearsing {
            return send();
        }
        let ticker = Ticker::default();
        thread::scope(|scope| {
            // A box that does not answer now is asked again; the send tells at its start how old the last answer is.
            scope.spawn(|| ticker.run(self.box_every, || drop(self.pull_box())));
            let done = send();
            ticker.stop();
            done
        })
    }

    /// The mailing of an occasion: the one that was frozen before, or a new one.
    fn frozen(
        &self,
        store: &Store,
        plan: &SendPlan,
        occasion: &Occasion,
        confirm: &mut dyn FnMut(&AudienceView) -> Result<(), Failure>,
    ) -> Result<i64, Failure> {
        if let Some(whom) = plan.again {
            return self.again(store, plan, occasion, whom, confirm);
        }
        if let Some(mailing) = store.mailing(occasion)?
            && !(plan.rehearse && matches!(mailing.state, MailingState::Finished | MailingState::Cancelled))
        {
            if plan.schedule.is_some() {
                return Err(frozen_before(&plan.edition));
            }
            confirm(&AudienceView {
                // As it was confirmed, so that the same command goes on although somebody unsubscribed since.
                people: mailing.audience,
                excluded: mailing.excluded.clone(),
                frozen: true,
            })?;
            match mailing.state {
                MailingState::Paused { .. } if plan.resume => drop(store.resume(mailing.id, self.now())?),
                MailingState::Paused { reason } => return Err(paused(&plan.edition, &reason)),
                _ => {}
            }
            return Ok(mailing.id);
        }
        if plan.resume {
            return Err(not_sent(&plan.edition));
        }
        let (letter, _) = self.releasable_letter(&plan.edition)?;
        let audience = Audience { segment: self.segment(&plan.segment)?, include_roles: false };
        let (people, excluded) = store.preview_audience(&audience)?;
        confirm(&AudienceView { people, excluded: excluded.into_iter().collect(), frozen: false })?;
        let terms = Terms { confirmed: Some(people), schedule: plan.schedule };
        Ok(store.freeze_on(occasion, &letter, &audience, &terms, self.now())?.id)
    }

    /// Lets people be sent to once more whom an earlier run gave up, after their number was confirmed.
    fn again(
        &self,
        store: &Store,
        plan: &SendPlan,
        occasion: &Occasion,
        whom: Again,
        confirm: &mut dyn FnMut(&AudienceView) -> Result<(), Failure>,
    ) -> Result<i64, Failure> {
        let mailing = store.mailing(occasion)?.ok_or_else(|| not_sent(&plan.edition))?;
        if let MailingState::Paused { reason } = &mailing.state {
            return Err(paused(&plan.edition, reason));
        }
        let people = store.count_again(mailing.id, whom)?;
        if people == 0 {
            return Err(nobody_again(&plan.edition, whom));
        }
        confirm(&AudienceView { people, excluded: BTreeMap::new(), frozen: false })?;
        store.send_again(mailing.id, whom, self.now())?;
        Ok(mailing.id)
    }

    /// A relay with its password: as it was given, as it is kept while the desk is open, or from the keyring.
    pub(crate) fn relay_at(&self, text: &str, given: Option<&Secret>) -> Result<Relay, Failure> {
        relay_at(text, given.cloned().or_else(|| self.kept_here(text)).as_ref())
    }

    /// The mail catcher with the folder it keeps its mail in.
    pub(crate) fn catcher(&self, edition: &EditionId, keep: Option<&Path>) -> Result<(Catcher, PathBuf), Failure> {
        let usual = || self.data.join("rehearsals").join(edition.to_string().replace('/', "-"));
        let folder = keep.map_or_else(usual, Path::to_owned);
        Ok((Catcher::start(LOCAL, &folder).map_err(catching)?, folder))
    }

    /// What should be known before mail goes through these relays, the publication's unless some are named.
    ///
    /// # Errors
    /// When one of them cannot be understood.
    pub fn relay_warnings(&self, named: &[String]) -> Result<Vec<String>, Failure> {
        let publication = self.publication()?;
        let known: Vec<String> = publication.settings().sender.relays.iter().map(|one| one.relay.clone()).collect();
        let relays = if named.is_empty() { &known[..] } else { named };
        let parsed = relays.iter().map(|text| relay::parse(text, None)).collect::<Result<Vec<_>, _>>()?;
        Ok(parsed.iter().filter_map(relay::warning).collect())
    }

    /// Pauses a mailing, or the rehearsal of one, that another process is sending; it stops within two seconds.
    ///
    /// # Errors
    /// When the edition was never sent, or the ledger cannot be written.
    pub fn pause(&self, edition: &EditionId, rehearsal: bool) -> Result<LedgerView, Failure> {
        self.steer(edition, rehearsal, |store, mailing| store.pause(mailing, self.now()))
    }

    /// Gives up everybody whom an edition, or its rehearsal, was not sent to yet.
    ///
    /// # Errors
    /// When the edition was never sent, or the ledger cannot be written.
    pub fn cancel(&self, edition: &EditionId, rehearsal: bool) -> Result<LedgerView, Failure> {
        self.steer(edition, rehearsal, |store, mailing| store.cancel(mailing, self.now()))
    }

    /// Takes the people whose copy is uncertain out of what waits, so that nobody gets a second one.
    ///
    /// # Errors
    /// When the edition was never sent, or the ledger cannot be written.
    pub fn hold_uncertain(&self, edition: &EditionId, rehearsal: bool) -> Result<LedgerView, Failure> {
        self.steer(edition, rehearsal, |store, mailing| Ok(store.hold_uncertain(mailing, self.now())? > 0))
    }

    fn steer(
        &self,
        edition: &EditionId,
        rehearsal: bool,
        steer: impl FnOnce(&Store, i64) -> Result<bool, mailing::StoreError>,
    ) -> Result<LedgerView, Failure> {
        let store = self.store()?;
        steer(&store, self.summary(&store, edition, rehearsal)?.id)?;
        Ok(view(&self.summary(&store, edition, rehearsal)?))
    }

    /// What became of an edition.
    ///
    /// # Errors
    /// When it was never sent, or the ledger cannot be read.
    pub fn ledger(&self, edition: &EditionId, rehearsal: bool) -> Result<LedgerView, Failure> {
        Ok(view(&self.summary(&self.store()?, edition, rehearsal)?))
    }

    /// Tells of every delivery of an edition with its attempts, one after the other; only those in `state` if given.
    ///
    /// # Errors
    /// When it was never sent, the ledger cannot be read, or `tell` fails.
    pub fn each_delivery(
        &self,
        edition: &EditionId,
        rehearsal: bool,
        state: Option<DeliveryState>,
        tell: &mut dyn FnMut(DeliveryHistory) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        const PAGE: usize = 1_000;
        let store = self.store()?;
        let mailing = self.summary(&store, edition, rehearsal)?.id;
        let mut after = None;
        loop {
            let page = store.deliveries(mailing, state, after, PAGE)?;
            for delivery in page.deliveries {
                tell(history(&store, delivery)?)?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// What became of one person's copy, attempt by attempt.
    ///
    /// # Errors
    /// When it was never sent, not to this person, or the ledger cannot be read.
    pub fn delivery_to(&self, edition: &EditionId, rehearsal: bool, to: &str) -> Result<DeliveryHistory, Failure> {
        let address: Address = to.parse()?;
        let store = self.store()?;
        let mailing = self.summary(&store, edition, rehearsal)?.id;
        match store.delivery_to(mailing, &address)? {
            Some(delivery) => history(&store, delivery),
            None => {
                let message = format!("`{to}` is not in the audience of `{edition}`");
                Err(Failure::new(Class::Usage, "not-in-audience", message)
                    .hint("their page on the list says what is known of them")
                    .command("`masthead subscribers show ADDRESS` says what is known of them"))
            }
        }
    }

    /// What can be certified of a send: its numbers, its equation, its times.
    ///
    /// # Errors
    /// When it was never sent, or the ledger cannot be read.
    pub fn certificate(&self, edition: &EditionId, rehearsal: bool) -> Result<Certificate, Failure> {
        let occasion = Occasion { edition: edition.to_string(), rehearsal };
        self.store()?.certificate(&occasion, self.now())?.ok_or_else(|| not_sent(edition))
    }

    /// Writes the ledger of an edition as CSV.
    ///
    /// # Errors
    /// When it was never sent, or the ledger cannot be read.
    pub fn ledger_csv(
        &self,
        edition: &EditionId,
        rehearsal: bool,
        state: Option<DeliveryState>,
        out: impl std::io::Write,
    ) -> Result<u64, Failure> {
        let store = self.store()?;
        let mailing = self.summary(&store, edition, rehearsal)?.id;
        Ok(store.export_ledger(mailing, state, out)?)
    }

    pub(crate) fn summary(
        &self,
        store: &Store,
        edition: &EditionId,
        rehearsal: bool,
    ) -> Result<MailingSummary, Failure> {
        let occasion = Occasion { edition: edition.to_string(), rehearsal };
        store.mailing(&occasion)?.ok_or_else(|| not_sent(edition))
    }
}

/// Runs the mail catcher in a folder until `until` returns; `ready` is told the port.
///
/// # Errors
/// When the address is not one of this computer's own, or the folder cannot be written.
pub fn catch(folder: &Path, listen: &str, ready: impl FnOnce(u16), until: impl FnOnce()) -> Result<(), Failure> {
    let address = listen.parse().map_err(|_| {
        Failure::new(Class::Usage, "bad-address", format!("`{listen}` is no address to listen on"))
            .hint("write `127.0.0.1:0`")
    })?;
    let catcher = Catcher::start(address, folder).map_err(catching)?;
    ready(catcher.port());
    until();
    catcher.stop();
    Ok(())
}

/// As long as any quota or server asks for.
const FOREVER: std::time::Duration = std::time::Duration::from_secs(400 * 24 * 60 * 60);

/// Any free port of this computer alone.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A relay with its password: the one that was handed over, else the keyring's.
pub(crate) fn relay_at(text: &str, given: Option<&Secret>) -> Result<Relay, Failure> {
    let relay = relay::parse(text, given.cloned())?;
    match (&relay.user, &relay.password) {
        (Some(_), None) => Ok(Relay { password: Some(PasswordSource::default().of(text)?), ..relay }),
        (None, Some(_)) => {
            let message = "a password was given, but the relay names no user";
            Err(Failure::new(Class::Usage, "no-user", message)
                .hint("write the relay as `smtp+starttls://user@host:587`"))
        }
        _ => Ok(relay),
    }
}

fn occasion(plan: &SendPlan) -> Occasion {
    Occasion { edition: plan.edition.to_string(), rehearsal: plan.rehearse }
}

/// The mail catcher as a relay.
pub(crate) fn local(port: u16) -> Relay {
    Relay { host: "127.0.0.1".to_owned(), port, tls: Tls::None, user: None, password: None }
}

fn frozen_before(edition: &EditionId) -> Failure {
    Failure::new(Class::Usage, "already-frozen", format!("the audience of `{edition}` was frozen before"))
        .hint("a time is set only before an edition is first sent; go on with those who wait")
        .command(format!("`masthead ledger {edition}` says where it stands; a time is set only when it is frozen"))
}

fn not_sent(edition: &EditionId) -> Failure {
    Failure::new(Class::Usage, "not-sent", format!("`{edition}` has no deliveries: it was never sent"))
        .hint("rehearse it first: a rehearsal reaches no reader")
        .command(format!("`masthead send {edition} --rehearse` sends it to nobody but the mail catcher"))
}

fn nobody_again(edition: &EditionId, whom: Again) -> Failure {
    let message = match whom {
        Again::Failed => format!("nobody in `{edition}` was refused or expired"),
        Again::Uncertain => format!("nobody in `{edition}` is uncertain and held"),
    };
    Failure::new(Class::Usage, "nobody-again", message)
        .hint("the deliveries show who is where")
        .command(format!("`masthead ledger {edition}` shows who is where"))
}

fn history(store: &Store, delivery: Delivery) -> Result<DeliveryHistory, Failure> {
    let attempts = store.attempts(delivery.id)?;
    Ok(DeliveryHistory { delivery, attempts })
}

fn paused(edition: &EditionId, reason: &PauseReason) -> Failure {
    Failure::new(Class::Work, "send-paused", format!("`{edition}` is paused: {reason}"))
        .hint(reason.hint())
        .command(format!("{}; `masthead send {edition} resume` goes on", reason.hint()))
}

fn catching(error: mailing::CatcherError) -> Failure {
    Failure::new(Class::Environment, error.code(), &error).hint(error.hint())
}

fn view(summary: &MailingSummary) -> LedgerView {
    LedgerView {
        edition: summary.occasion.edition.clone(),
        state: summary.state.clone(),
        candidates: summary.candidates,
        counts: DeliveryState::ALL.iter().map(|state| (state.word(), summary.count(*state))).collect(),
        excluded: summary.excluded.clone(),
        next_due: summary.next_due.map(|due| due.to_string()),
        schedule: summary.schedule,
        run: None,
        caught: None,
        warnings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::EngineCommand;

    /// A web space that tells of each time its box is asked.
    fn web_space() -> (String, mpsc::Receiver<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/unsubscribe.php", listener.local_addr().unwrap());
        let (asked, hear) = mpsc::channel();
        thread::spawn(move || {
            for mut visitor in listener.incoming().flatten() {
                let read = visitor.read(&mut [0; 4096]);
                let answer =
                    "HTTP/1.1 200 OK\r\nContent-Length: 24\r\nConnection: close\r\n\r\nmasthead-box 1 0 1:0 end";
                // Told before it is answered: who has the answer has been heard.
                if read.is_err() || asked.send(()).is_err() || visitor.write_all(answer.as_bytes()).is_err() {
                    return;
                }
            }
        });
        (address, hear)
    }

    #[test]
    fn the_box_is_read_again_and_again_while_an_edition_is_sent_and_not_after() {
        let folder = tempfile::tempdir().unwrap();
        let (address, asked) = web_space();
        std::fs::create_dir_all(folder.path().join("assets")).unwrap();
        let settings = format!("name = \"City\"\n[sender]\nunsubscribe-box = \"{address}\"\n");
        std::fs::write(folder.path().join("assets/publication.toml"), settings).unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), &folder.path().join("data"), engine).unwrap();
        assert_eq!(desk.box_every, Duration::from_mins(15));
        let desk = Desk { box_every: Duration::from_millis(10), ..desk };

        let long = Duration::from_secs(60);
        let sending = || (0..3).map(|_| asked.recv_timeout(long)).collect::<Result<Vec<()>, _>>();
        desk.with_box_read(false, sending).unwrap();
        while asked.try_recv().is_ok() {}
        let quiet = || asked.recv_timeout(Duration::from_millis(200));
        quiet().unwrap_err();
        desk.with_box_read(true, quiet).unwrap_err();
    }
}
