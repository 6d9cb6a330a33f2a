//! Sending a mailing: connections that hand messages over, and one writer that commits what became of them.
//!
//! A connection reports the outcome of its message and asks for the next in one [`Turn`]; the writer gathers the
//! turns that wait and commits them together. The outcome of message n and the claim of n+1 are thus durable before
//! the final dot of n+1, at the price of one `fsync` for all connections. After a crash at any moment nobody is lost
//! and at most one message a connection is uncertain.

mod omens;
mod worker;
mod writer;

use std::io;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{Mutex, watch};

use crate::ledger::{Ledger, MailingState, PauseReason, SqliteLedger, UncertainPolicy};
use crate::letter::mime::Form;
use crate::lock::SenderLock;
use crate::smtp::{Patience, Relay};
use crate::store::{Store, StoreError};
use worker::Office;
use writer::Writer;

// How long a sender that was stopped waits for a list that another program holds.
const GRACE: Duration = Duration::from_millis(1_500);

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a mailing is sent.
#[derive(Clone)]
pub struct SendOptions {
    /// Connections at once, at least 1.
    pub connections: usize,
    /// Tells the time.
    pub clock: Clock,
    /// How long each step may take.
    pub patience: Patience,
    /// How often a relay that cannot be reached is tried.
    pub backoff: Backoff,
    /// What becomes of uncertain deliveries.
    pub uncertain: UncertainPolicy,
}

impl SendOptions {
    /// Four connections and the usual patience.
    pub fn new(clock: Clock) -> SendOptions {
        let (patience, backoff, uncertain) = (Patience::default(), Backoff::default(), UncertainPolicy::default());
        SendOptions { connections: 4, clock, patience, backoff, uncertain }
    }
}

/// How often a relay that cannot be reached is tried.
#[derive(Debug, Clone)]
pub struct Backoff {
    /// The wait after the first failure; it doubles with each.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
    /// The mailing is paused when nothing got through for so long.
    pub give_up: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        let seconds = Duration::from_secs;
        Backoff { first: seconds(5), most: seconds(300), give_up: seconds(600) }
    }
}

/// A way to stop a sender from another thread, within two seconds.
#[derive(Debug, Clone)]
pub struct StopSignal {
    wish: Arc<watch::Sender<Wish>>,
}

/// What the desk wants of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    GoOn,
    Pause,
    Cancel,
}

impl Default for StopSignal {
    fn default() -> StopSignal {
        StopSignal { wish: Arc::new(watch::Sender::new(Wish::GoOn)) }
    }
}

impl StopSignal {
    /// One that has not been given.
    pub fn new() -> StopSignal {
        StopSignal::default()
    }

    /// Pauses the mailing; everybody not yet sent to waits for it to be resumed.
    pub fn pause(&self) {
        self.wish.send_replace(Wish::Pause);
    }

    /// Cancels the mailing; everybody not yet sent to is given up.
    pub fn cancel(&self) {
        self.wish.send_replace(Wish::Cancel);
    }

    pub(crate) fn wish(&self) -> Wish {
        *self.wish.borrow()
    }
}

/// How far a sender is. The counts are of this run; a person resent to counts twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SendProgress {
    /// Deliveries that could be claimed when the run began.
    pub due: u64,
    /// Taken by a server.
    pub accepted: u64,
    /// Put off by a server.
    pub postponed: u64,
    /// Refused for good, hard bounces among them.
    pub refused: u64,
    /// Of those, mailboxes that are not there.
    pub bounced: u64,
    /// Left without an answer after the final dot.
    pub uncertain: u64,
    /// What is in the way at the moment: the relay cannot be reached.
    pub trouble: Option<String>,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendReport {
    /// Deliveries that a sender which died had left half done; each is recorded as uncertain.
    pub recovered: u64,
    /// The counts of this run.
    #[serde(flatten)]
    pub progress: SendProgress,
    /// Where the mailing stands now.
    #[serde(flatten)]
    pub state: MailingState,
    /// When the next of those put off is due; run again then.
    pub next_due: Option<Timestamp>,
}

/// Why a mailing was not sent, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Another sender is at work on this list, in this program or another.
    #[error("another sender is at work on this list")]
    Locked,
    /// There is no such mailing.
    #[error("there is no mailing {id}")]
    NoSuchMailing {
        /// The number asked for.
        id: i64,
    },
    /// The mailing is paused and must be resumed first.
    #[error("the mailing is paused: {reason}")]
    Paused {
        /// Why it is.
        reason: PauseReason,
    },
    /// The mailing is over.
    #[error("the mailing is {state} already")]
    Over {
        /// `finished` or `cancelled`.
        state: &'static str,
    },
    /// The system refused threads, timers or the lock file.
    #[error("the sender could not be started")]
    System(#[from] io::Error),
    /// The ledger could not be read or written. Nobody is lost: whoever was under way is found uncertain next time.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SendError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            SendError::Locked => "send-locked",
            SendError::NoSuchMailing { .. } => "send-no-such-mailing",
            SendError::Paused { .. } => "send-paused",
            SendError::Over { .. } => "send-over",
            SendError::System(_) => "send-system",
            SendError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            SendError::Locked => "wait for it to end, or pause it with `masthead send EDITION pause`",
            SendError::NoSuchMailing { .. } => "freeze an audience first, by sending the edition",
            SendError::Paused { reason } => reason.hint(),
            SendError::Over { .. } => "look at the ledger for who got it; a new mailing needs a new edition",
            SendError::System(_) => "close other programs and try again; nothing was sent",
            SendError::Store(error) => error.hint(),
        }
    }
}

/// Sends everything of a mailing that is due, first settling what a sender that died left behind.
///
/// Returns when nothing is due any more, the mailing was paused or cancelled, or the ledger failed. Blocks; call it
/// from a plain thread.
pub fn send(
    store: &Store,
    mailing: i64,
    relay: &Relay,
    options: &SendOptions,
    progress: impl Fn(&SendProgress) + Send + Sync,
    stop: &StopSignal,
) -> Result<SendReport, SendError> {
    let _lock = SenderLock::take(store.folder())?.ok_or(SendError::Locked)?;
    let mut ledger = SqliteLedger::open(store, mailing)?.ok_or(SendError::NoSuchMailing { id: mailing })?;
    check_running(ledger.state()?)?;
    let form = ledger.form()?;
    let recovered = patiently(stop, || ledger.recover(options.uncertain, (options.clock)()))?;
    let done = run(&mut ledger, form, relay, options, &progress, stop)?;
    if stop.wish() == Wish::Cancel {
        store.cancel(mailing, (options.clock)())?;
    }
    let waiting = ledger.waiting((options.clock)())?;
    if waiting.due == 0 && waiting.next.is_none() {
        patiently(stop, || ledger.finish((options.clock)()))?;
    } else if stop.wish() == Wish::Pause {
        // It may have been asked for before the first connection was made; otherwise it is paused already.
        patiently(stop, || ledger.pause(&PauseReason::Asked, (options.clock)()))?;
    }
    Ok(SendReport { recovered, progress: done, state: ledger.state()?, next_due: waiting.next })
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

fn run(
    ledger: &mut dyn Ledger,
    form: Form,
    relay: &Relay,
    options: &SendOptions,
    progress: &(dyn Fn(&SendProgress) + Send + Sync),
    stop: &StopSignal,
) -> Result<SendProgress, SendError> {
    let due = ledger.waiting((options.clock)())?.due;
    if due == 0 || stop.wish() != Wish::GoOn {
        return Ok(SendProgress::default());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (words, heard) = mpsc::channel();
    let (pace, paced) = watch::channel(Pace::Go);
    let form = Arc::new(form);
    let writer = Writer::new(ledger, options, progress, stop, pace, due);
    thread::scope(|scope| {
        let writer =
            thread::Builder::new().name("ledger".to_owned()).spawn_scoped(scope, move || writer.write(&heard))?;
        let connections = options.connections.clamp(1, usize::try_from(due).unwrap_or(usize::MAX));
        runtime.block_on(async {
            let door = Arc::new(Mutex::new(()));
            let mut workers = tokio::task::JoinSet::new();
            for connection in 0..connections {
                let office = Office {
                    connection,
                    relay: relay.clone(),
                    patience: options.patience.clone(),
                    backoff: options.backoff.clone(),
                    form: Arc::clone(&form),
                    words: words.clone(),
                    pace: paced.clone(),
                    door: Arc::clone(&door),
                };
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
