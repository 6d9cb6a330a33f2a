//! Sending a mailing: connections that hand messages over, and one writer that commits what became of them.
//!
//! A connection reports outcomes and asks for the next messages in one [`Turn`](crate::Turn); the writer gathers the
//! turns that wait and commits them together, at the price of one `fsync`. No final dot leaves before the claim of its
//! message is durable and the outcome of the one before it is in the [`journal`]. When the program is killed at any
//! moment, nobody is lost and at most one message a connection is uncertain. When the computer loses its power, all
//! that was claimed and not recorded is: one message a connection on a relay that takes its time, some dozens on one
//! that takes thousands a second. Several relays are lanes side by side, each with its own quota and circuit breaker.

pub(crate) mod journal;
mod omens;
mod options;
mod report;
mod worker;
mod writer;

use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Mutex, watch};

use crate::ledger::{Ledger, MailingState, PauseReason, Schedule, SqliteLedger};
use crate::letter::mime::Form;
use crate::lock::SenderLock;
use crate::smtp::Relay;
use crate::store::{Store, StoreError};
use options::Wish;
pub use options::{Backoff, Clock, Route, SendOptions, StopSignal};
pub use report::{RelayProgress, SendError, SendProgress, SendReport};
use worker::{Office, Word};
use writer::{Setting, Writer, Written};

// How soon a sender that waits notices what the desk wants.
const GLANCE: Duration = Duration::from_millis(100);
// What a mailing whose hour has come says while it waits for its turn.
const BEHIND: &str = "another edition is being sent; this one begins after it";
// How long a sender that was stopped waits for a list that another program holds.
const GRACE: Duration = Duration::from_millis(1_500);

/// Sends everything of a mailing that is due through one relay; see [`send_over`].
pub fn send(
    store: &Store,
    mailing: i64,
    relay: &Relay,
    options: &SendOptions,
    progress: impl Fn(&SendProgress) + Send + Sync,
    stop: &StopSignal,
) -> Result<SendReport, SendError> {
    send_over(store, mailing, &[Route::new(relay.clone(), options.connections)], options, progress, stop)
}

/// Sends everything of a mailing that is due, first settling what a sender that died left behind.
///
/// All relays are used at once; one that fails is closed, with its reason, and the others go on. Returns when nothing
/// is due any more or soon (see [`SendOptions::linger`]), the mailing was paused or cancelled, or the ledger failed.
/// Blocks; call it from a plain thread.
pub fn send_over(
    store: &Store,
    mailing: i64,
    routes: &[Route],
    options: &SendOptions,
    progress: impl Fn(&SendProgress) + Send + Sync,
    stop: &StopSignal,
) -> Result<SendReport, SendError> {
    let mut ledger = SqliteLedger::open(store, mailing)?.ok_or(SendError::NoSuchMailing { id: mailing })?;
    check_running(ledger.state()?)?;
    let now = || (options.clock)();
    let setting = Setting { options, progress: &progress, stop };
    let mut told = SendProgress { relays: routes.iter().map(relay_progress).collect(), ..SendProgress::default() };
    let Some(_lock) = enter(store, &mut ledger, &setting, &mut told)? else {
        match stop.wish() {
            Wish::Cancel => drop(store.cancel(mailing, now())?),
            Wish::Pause => patiently(stop, || ledger.pause(&PauseReason::Asked, now()))?,
            Wish::GoOn => {}
        }
        return Ok(SendReport { recovered: 0, progress: told, state: ledger.state()?, next_due: None });
    };
    // Until now somebody may have put another list in the place of this one; from here on nobody can.
    let mut ledger = ledger.opened_anew(store)?.ok_or(SendError::PutBack)?;
    check_running(ledger.state()?)?;
    let form = Arc::new(ledger.form()?);
    let recovered = patiently(stop, || ledger.recover(&options.boot, options.uncertain, now()))?;
    if patiently(stop, || ledger.miss(now()))? {
        return Ok(SendReport { recovered, progress: told, state: ledger.state()?, next_due: None });
    }
    patiently(stop, || ledger.start())?;
    let run = journal::run_name(&options.boot, fresh_number());
    let lanes: Vec<_> = routes.iter().map(|route| (route.name(), route.allowance)).collect();
    journal::begin(store.folder(), &run)?;
    patiently(stop, || ledger.begin(&run, &lanes, &options.paces, now()))?;
    let crew = Crew { form, routes, setting, folder: store.folder() };
    let (told, later) = send_while_due(&mut ledger, &crew, told)?;
    journal::end(store.folder())?;
    if stop.wish() == Wish::Cancel {
        store.cancel(mailing, now())?;
    }
    let waiting = ledger.waiting(now())?;
    if waiting.due == 0 && waiting.next.is_none() {
        patiently(stop, || ledger.finish(now()))?;
    } else if stop.wish() == Wish::Pause {
        // It may have been asked for before the first connection was made; otherwise it is paused already.
        patiently(stop, || ledger.pause(&PauseReason::Asked, now()))?;
    }
    let next_due = if waiting.due > 0 { later } else { waiting.next };
    Ok(SendReport { recovered, progress: told, state: ledger.state()?, next_due })
}

fn relay_progress(route: &Route) -> RelayProgress {
    RelayProgress { name: route.name(), ..RelayProgress::default() }
}

/// A number that no other run has, without a clock: where the allocator put things, mixed with a hasher's own keys.
fn fresh_number() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

/// Makes this the one sender at work; nothing when the desk, here or elsewhere, wants something else meanwhile.
///
/// A mailing with an hour waits for it in front of the door, so that others are sent until then, and for its turn when
/// one of them is still at work.
fn enter(
    store: &Store,
    ledger: &mut SqliteLedger,
    setting: &Setting<'_>,
    told: &mut SendProgress,
) -> Result<Option<SenderLock>, SendError> {
    let Setting { options, progress, stop } = setting;
    let schedule = patiently(stop, || ledger.schedule())?;
    if let Some(Schedule { at, .. }) = schedule {
        // What the letter lacks is told now, while somebody is there.
        drop(ledger.form()?);
        told.is_scheduled = true;
        if !wait_until(at, |now| now >= at, ledger, setting, told)? {
            return Ok(None);
        }
        told.is_scheduled = false;
        progress(told);
    }
    let mut lock = SenderLock::take(store.folder())?;
    let waits = schedule.is_some() || lock.is_none();
    if lock.is_none() {
        if schedule.is_none() && !options.patient {
            return Err(SendError::Locked);
        }
        told.trouble = Some(BEHIND.to_owned());
        progress(told);
    }
    while lock.is_none() {
        if !goes_on(ledger, stop)? || patiently(stop, || ledger.miss((options.clock)()))? {
            return Ok(None);
        }
        thread::sleep(GLANCE);
        lock = SenderLock::take(store.folder())?;
    }
    told.trouble = None;
    // Whoever was at work may have sent this one.
    Ok(if !waits || goes_on(ledger, stop)? { lock } else { None })
}

/// Whether nobody, here or elsewhere, wants this mailing to stop, and nobody else has sent it.
fn goes_on(ledger: &SqliteLedger, stop: &StopSignal) -> Result<bool, SendError> {
    let standing = match ledger.standing() {
        // Another program holds the list; the next look tells more.
        Err(error) if error.is_busy() => Some(MailingState::Running),
        known => known?,
    };
    Ok(standing.ok_or(SendError::PutBack)? == MailingState::Running && stop.wish() == Wish::GoOn)
}

/// Waits by the clock on the wall, which goes on while a computer sleeps. Answers whether the time has `come`; not when
/// the desk, here or elsewhere, wants something else meanwhile.
fn wait_until(
    at: Timestamp,
    come: impl Fn(Timestamp) -> bool,
    ledger: &SqliteLedger,
    setting: &Setting<'_>,
    told: &mut SendProgress,
) -> Result<bool, SendError> {
    told.waits_until = Some(at);
    (setting.progress)(told);
    while !come((setting.options.clock)()) {
        if !goes_on(ledger, setting.stop)? {
            return Ok(false);
        }
        thread::sleep(GLANCE);
    }
    told.waits_until = None;
    Ok(true)
}

/// Runs again as long as more becomes due soon. Answers also when the next is due that it did not wait for.
fn send_while_due(
    ledger: &mut SqliteLedger,
    crew: &Crew<'_>,
    mut told: SendProgress,
) -> Result<(SendProgress, Option<Timestamp>), SendError> {
    let Setting { options, stop, .. } = &crew.setting;
    loop {
        patiently(stop, || ledger.follow_clock((options.clock)()))?;
        let Written { told: done, later } = run(ledger, crew, told)?;
        told = done;
        let now = (options.clock)();
        let waiting = ledger.waiting(now)?;
        let next = if waiting.due > 0 { later } else { waiting.next };
        let open = told.relays.iter().any(|relay| relay.closed.is_none());
        let Some(next) = next.filter(|_| open && stop.wish() == Wish::GoOn) else { return Ok((told, later)) };
        let soon = Duration::try_from(next.duration_since(now)).unwrap_or_default() <= options.linger;
        // Where the clock was set back one looks again: what waits was moved along with it.
        let come = |clock| clock >= next || clock < now;
        if !soon
            || ledger.state()? != MailingState::Running
            || !wait_until(next, come, ledger, &crew.setting, &mut told)?
        {
            return Ok((told, Some(next)));
        }
    }
}

/// Does it as soon as no other program holds the list. An import of a large file takes minutes, and that is no reason
/// to leave people uncertain; whoever stops the sender meanwhile need not wait for it.
fn patiently<T>(stop: &StopSignal, mut work: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(error) if error.is_busy() && (stop.wish() == Wish::GoOn || begun.elapsed() < GRACE) => {}
            done => return done,
        }
    }
}

fn check_running(state: MailingState) -> Result<(), SendError> {
    match state {
        MailingState::Running => Ok(()),
        MailingState::Paused { reason } => Err(SendError::Paused { reason }),
        MailingState::Finished => Err(SendError::Over { state: "finished" }),
        MailingState::Cancelled => Err(SendError::Over { state: "cancelled" }),
    }
}

/// How fast connections come to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Take the next message.
    Go,
    /// Finish the message in hand, wait for nothing.
    WindDown,
    /// Leave the message in hand where that costs nothing.
    Stop,
}

/// What every run of a sender works with.
struct Crew<'a> {
    form: Arc<Form>,
    routes: &'a [Route],
    setting: Setting<'a>,
    folder: &'a Path,
}

fn run(ledger: &mut dyn Ledger, crew: &Crew<'_>, mut told: SendProgress) -> Result<Written, SendError> {
    let due = ledger.waiting((crew.setting.options.clock)())?.due;
    if due == 0 || crew.setting.stop.wish() != Wish::GoOn {
        return Ok(Written { told, later: None });
    }
    told.due += due;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (words, heard) = mpsc::channel();
    let (paces, paced): (Vec<_>, Vec<_>) = crew.routes.iter().map(|_| watch::channel(Pace::Go)).unzip();
    let writer = Writer::new(ledger, &crew.setting, told, paces);
    thread::scope(|scope| {
        let writer =
            thread::Builder::new().name("ledger".to_owned()).spawn_scoped(scope, move || writer.write(&heard))?;
        runtime.block_on(async {
            let mut workers = tokio::task::JoinSet::new();
            for office in crew.offices(due, &words, &paced) {
                workers.spawn(worker::work(office));
            }
            drop(words);
            workers.join_all().await;
        });
        // Dropped, it would wait for a name that is still being looked up, half a minute where there is no network.
        runtime.shutdown_background();
        writer.join().map_err(|_| io::Error::other("the ledger's writer ended early"))?
    })
}

impl Crew<'_> {
    /// One for each connection of each relay, but no more than there are people.
    fn offices(&self, due: u64, words: &mpsc::Sender<Word>, paced: &[watch::Receiver<Pace>]) -> Vec<Office> {
        let most = usize::try_from(due).unwrap_or(usize::MAX);
        let mut offices = Vec::new();
        for (lane, route) in self.routes.iter().enumerate() {
            let route = Arc::new(route.clone());
            let door = Arc::new(Mutex::new(()));
            for _ in 0..route.connections.clamp(1, most) {
                offices.push(Office {
                    connection: offices.len(),
                    lane,
                    route: Arc::clone(&route),
                    patience: self.setting.options.patience.clone(),
                    backoff: self.setting.options.backoff.clone(),
                    clock: Arc::clone(&self.setting.options.clock),
                    form: Arc::clone(&self.form),
                    words: words.clone(),
                    pace: paced[lane].clone(),
                    door: Arc::clone(&door),
                    folder: self.folder.to_owned(),
                });
            }
        }
        offices
    }
}
