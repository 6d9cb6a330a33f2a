//! What a sender is asked for: how to send, by which relays, and when to stop.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::ledger::{Allowance, DomainPace, UncertainPolicy};
use crate::smtp::{Patience, Relay};

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
    /// How fast some receiving domains are sent to.
    pub paces: Vec<DomainPace>,
    /// How long the sender waits for what is due later, a quota's or a server's, before it ends and says when.
    pub linger: Duration,
    /// Whether it waits for its turn where another sender is at work, instead of saying so and ending.
    pub patient: bool,
    /// What tells this start of the computer from others, empty where that is not known. With it a sender that was
    /// killed is understood better: without, whatever it had claimed ahead is uncertain.
    pub boot: String,
}

/// A relay and how it is used.
#[derive(Debug, Clone)]
pub struct Route {
    /// The relay.
    pub relay: Relay,
    /// Connections at once, at least 1.
    pub connections: usize,
    /// What its provider allows; nothing where that is not limited.
    pub allowance: Option<Allowance>,
    /// Whether commands go together where the relay offers it, which saves a journey for each.
    pub pipelining: bool,
}

impl Route {
    /// A relay without limits.
    pub fn new(relay: Relay, connections: usize) -> Route {
        Route { relay, connections, allowance: None, pipelining: true }
    }

    /// What reports and quotas know it by: the account, never the password.
    pub fn name(&self) -> String {
        let Relay { host, port, user, .. } = &self.relay;
        user.as_ref().map_or_else(|| format!("{host}:{port}"), |user| format!("{user}@{host}:{port}"))
    }
}

impl SendOptions {
    /// Four connections and the usual patience.
    pub fn new(clock: Clock) -> SendOptions {
        let (patience, backoff, uncertain) = (Patience::default(), Backoff::default(), UncertainPolicy::default());
        let (paces, linger, boot) = (Vec::new(), Duration::from_secs(60), String::new());
        SendOptions { connections: 4, clock, patience, backoff, uncertain, paces, linger, patient: false, boot }
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
