//! One connection: it connects, takes one message after another, and reports what became of each.
//!
//! It never holds a claim while it connects, so people stay queued while the relay cannot be reached. On a fast relay
//! it claims some messages ahead, as many as it hands over in a moment, and writes each outcome into its journal before
//! it goes on; on a slow one it claims one at a time.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, oneshot, watch};

use super::Pace;
use super::journal::{Journal, Line};
use super::options::{Backoff, Clock, Route};
use crate::ledger::{Claim, Outcome, PauseReason, Settlement, Turn};
use crate::letter::mime::Form;
use crate::smtp::Patience;
use crate::smtp::relay::ConnectError;
use crate::smtp::session::{self, Envelope, Omen, Session};
use crate::store::stamp;

/// What a connection says to the writer.
pub(super) enum Word {
    /// Outcomes, a wish for the next messages, or both.
    Turn {
        turn: Turn,
        /// What each of the outcomes says about the edition.
        omens: Vec<Omen>,
        /// Where the answer goes; absent when none is awaited.
        answer: Option<oneshot::Sender<Handed>>,
    },
    /// The relay could not be reached or refused the sign-in.
    Trouble { lane: usize, text: String, pause: Option<PauseReason>, heard: oneshot::Sender<()> },
    /// The journal could not be written, so nothing more may be sent.
    Unwritten(io::Error),
}

/// What a connection is handed.
#[derive(Debug)]
pub(super) struct Handed {
    pub(super) claims: Vec<Claim>,
    /// When they were claimed: they may lie here for as long as the message before them takes.
    pub(super) since: Instant,
    /// How long until it is worth asking again, when there was nothing.
    pub(super) later: Option<Duration>,
    /// Says that all of it is on disk; when it is dropped, it never will be.
    pub(super) durable: oneshot::Receiver<()>,
}

/// What a connection works with.
pub(super) struct Office {
    pub(super) connection: usize,
    pub(super) lane: usize,
    pub(super) route: Arc<Route>,
    pub(super) patience: Patience,
    pub(super) backoff: Backoff,
    pub(super) clock: Clock,
    pub(super) form: Arc<Form>,
    pub(super) words: mpsc::Sender<Word>,
    pub(super) pace: watch::Receiver<Pace>,
    /// Connections are made one by one, so that a wrong password is tried once and not by each of them.
    pub(super) door: Arc<Mutex<()>>,
    /// The data folder, for the journal.
    pub(super) folder: PathBuf,
}

/// So much work is claimed ahead; where a message takes longer, one at a time.
const AHEAD: Duration = Duration::from_millis(60);
const MOST_AHEAD: usize = 64;
/// What was claimed so long ago is claimed anew: somebody may have unsubscribed.
const STALE: Duration = Duration::from_secs(1);
/// How long a session is kept open for the next message.
pub(super) const KEPT_OPEN: Duration = Duration::from_secs(30);
/// How often a connection that waits asks again: clocks jump, and computers sleep.
const NAP: Duration = Duration::from_millis(250);

/// Why a connection is done with its session.
enum Left {
    /// Nothing is due, or the sender is ending.
    Idle,
    /// The session broke or was closed; `in_vain` when it got nothing through.
    Dropped { in_vain: bool },
}

pub(super) async fn work(office: Office) {
    let mut bench = match Journal::open(&office.folder, office.connection) {
        Ok(journal) => Bench::new(&office, journal),
        Err(error) => return drop(office.words.send(Word::Unwritten(error))),
    };
    let mut failures = 0;
    while *office.pace.borrow() == Pace::Go {
        let left = match office.connect().await {
            None => return,
            Some(Err(())) => Left::Dropped { in_vain: true },
            Some(Ok(session)) => bench.converse(session).await,
        };
        match left {
            Left::Idle => return,
            Left::Dropped { in_vain: false } => failures = 0,
            Left::Dropped { in_vain: true } => {
                failures += 1;
                office.wait(failures).await;
            }
        }
    }
}

impl Office {
    /// Ends when the sender's pace is none of these any more.
    async fn slower_than(&self, kept: &[Pace]) {
        let mut pace = self.pace.clone();
        // An error means the writer is gone, which is a stop, too.
        let _ = pace.wait_for(|pace| !kept.contains(pace)).await;
    }

    /// A session; nothing when the sender is ending; an error, already reported, when there is none to be had.
    async fn connect(&self) -> Option<Result<Session, ()>> {
        let attempt = async {
            let _one_at_a_time = self.door.lock().await;
            if *self.pace.borrow() != Pace::Go {
                return None;
            }
            match self.route.relay.connect(&self.patience).await {
                Ok(session) => Some(Ok(session.pipelining(self.route.pipelining))),
                Err(error) => {
                    self.report(&error).await;
                    Some(Err(()))
                }
            }
        };
        tokio::select! {
            () = self.slower_than(&[Pace::Go]) => None,
            session = attempt => session,
        }
    }

    async fn report(&self, error: &ConnectError) {
        let (heard, ear) = oneshot::channel();
        let (text, pause) = (error.to_string(), error.pause_reason());
        if self.words.send(Word::Trouble { lane: self.lane, text, pause, heard }).is_ok() {
            // The next connection goes through the door only when the writer has drawn its conclusion.
            let _ = ear.await;
        }
    }

    async fn wait(&self, failures: u32) {
        let wait = self.backoff.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        self.sleep(wait.min(self.backoff.most).max(Duration::from_millis(1))).await;
    }

    async fn sleep(&self, wait: Duration) {
        tokio::select! {
            () = self.slower_than(&[Pace::Go]) => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// A claim in hand.
struct Held {
    claim: Claim,
    /// With the first of those claimed together: they are handed over in their order.
    durable: Option<oneshot::Receiver<()>>,
    since: Instant,
}

/// What a connection has before it.
struct Bench<'a> {
    office: &'a Office,
    journal: Journal,
    claims: VecDeque<Held>,
    settled: Vec<Settlement>,
    omens: Vec<Omen>,
    released: Vec<i64>,
    asked: Option<oneshot::Receiver<Handed>>,
    /// How many to claim ahead.
    ahead: usize,
    /// How long a message takes.
    took: Duration,
    /// The last outcome was none of the good ones: the writer decides whether to go on.
    anxious: bool,
}

impl<'a> Bench<'a> {
    fn new(office: &'a Office, journal: Journal) -> Bench<'a> {
        Bench {
            office,
            journal,
            claims: VecDeque::new(),
            settled: Vec::new(),
            omens: Vec::new(),
            released: Vec::new(),
            asked: None,
            ahead: 1,
            took: AHEAD,
            anxious: false,
        }
    }

    async fn converse(&mut self, mut session: Session) -> Left {
        let mut in_vain = true;
        loop {
            let Some(held) = self.next().await else {
                self.hand_back().await;
                session.quit().await;
                return Left::Idle;
            };
            let begun = Instant::now();
            let Held { claim, durable, .. } = held;
            let result = self.deliver(&mut session, &claim, durable).await;
            let keep = result.keep && result.omen != Omen::SenderRefused;
            let settled = settlement(&claim, &result);
            in_vain &= settled.in_vain();
            if let Err(error) = self.note(&claim, settled, result.omen, begun.elapsed()) {
                // Dropped unsettled: the delivery is found uncertain at the next start, as after a crash.
                let _ = self.office.words.send(Word::Unwritten(error));
                return Left::Idle;
            }
            if !keep {
                // Nothing is held back while the next session is sought.
                self.hand_back().await;
                return Left::Dropped { in_vain };
            }
        }
    }

    async fn deliver(
        &self,
        session: &mut Session,
        claim: &Claim,
        durable: Option<oneshot::Receiver<()>>,
    ) -> session::Result {
        let form = &self.office.form;
        let from = form.sender(&claim.to);
        let envelope = Envelope { from: &from, to: &claim.to.person.address, message: form.render(&claim.to) };
        session.deliver(envelope, durable, self.office.slower_than(&[Pace::Go, Pace::WindDown])).await
    }

    /// Writes down what became of a message, before anything else is begun.
    fn note(&mut self, claim: &Claim, settled: Settlement, omen: Omen, took: Duration) -> io::Result<()> {
        let at = stamp((self.office.clock)());
        let line = Line { attempt: claim.attempt, at, settled };
        self.journal.write(&line)?;
        self.anxious |= line.settled.outcome != Outcome::Accepted;
        self.settled.push(line.settled);
        self.omens.push(omen);
        self.took = (self.took * 7 + took) / 8;
        let worth = (AHEAD.as_micros() / self.took.as_micros().max(1)).clamp(1, MOST_AHEAD as u128);
        let worth = usize::try_from(worth).unwrap_or(MOST_AHEAD);
        self.ahead = if self.anxious { 1 } else { worth.min(self.ahead * 2) };
        Ok(())
    }

    /// The next message; nothing when there is none for now, or the sender is ending.
    async fn next(&mut self) -> Option<Held> {
        loop {
            if self.anxious {
                self.hear_the_verdict().await?;
            }
            if *self.office.pace.borrow() != Pace::Go {
                return None;
            }
            self.let_go_of_stale();
            if self.journal.is_long() {
                self.begin_journal_anew().await?;
            }
            if self.asked.is_none() && self.claims.len() <= self.ahead / 2 {
                self.ask((self.ahead - self.claims.len()).max(1))?;
            }
            let later = self.receive().await?;
            if self.let_go_of_stale() {
                continue;
            }
            if let Some(held) = self.claims.pop_front() {
                return Some(held);
            }
            let nap = later.filter(|later| *later <= KEPT_OPEN)?;
            self.office.sleep(nap.min(NAP)).await;
        }
    }

    /// What was asked for, if it came; waits for it only when there is nothing else to do.
    async fn receive(&mut self) -> Option<Option<Duration>> {
        let Some(mut asked) = self.asked.take() else { return Some(None) };
        let handed = if self.claims.is_empty() {
            asked.await.ok()?
        } else {
            match asked.try_recv() {
                Ok(handed) => handed,
                Err(oneshot::error::TryRecvError::Empty) => {
                    self.asked = Some(asked);
                    return Some(None);
                }
                Err(oneshot::error::TryRecvError::Closed) => return None,
            }
        };
        let later = handed.later;
        self.take(handed);
        Some(later)
    }

    fn take(&mut self, handed: Handed) {
        let since = handed.since;
        let mut durable = Some(handed.durable);
        self.claims.extend(handed.claims.into_iter().map(|claim| Held { claim, durable: durable.take(), since }));
    }

    /// Reports everything there is to report, and asks for so many messages.
    fn ask(&mut self, wants: usize) -> Option<()> {
        let (answer, handed) = oneshot::channel();
        self.tell(wants, Some(answer))?;
        self.asked = Some(handed);
        Some(())
    }

    fn tell(&mut self, wants: usize, answer: Option<oneshot::Sender<Handed>>) -> Option<()> {
        let turn = Turn {
            connection: self.office.connection,
            lane: self.office.lane,
            settled: std::mem::take(&mut self.settled),
            released: std::mem::take(&mut self.released),
            wants,
        };
        let omens = std::mem::take(&mut self.omens);
        // Without a writer the deliveries stay `sending` and are found at the next start, as after a crash.
        self.office.words.send(Word::Turn { turn, omens, answer }).ok()
    }

    /// After anything but a good outcome nobody else is tried before the writer has seen it: it may mean everybody.
    async fn hear_the_verdict(&mut self) -> Option<()> {
        if let Some(asked) = self.asked.take() {
            let handed = asked.await.ok()?;
            self.take(handed);
        }
        self.ask(usize::from(self.claims.is_empty()))?;
        let handed = self.asked.take()?.await.ok()?;
        self.take(handed);
        self.anxious = false;
        Some(())
    }

    async fn begin_journal_anew(&mut self) -> Option<()> {
        if let Some(asked) = self.asked.take() {
            let handed = asked.await.ok()?;
            self.take(handed);
        }
        self.ask(0)?;
        let handed = self.asked.take()?.await.ok()?;
        handed.durable.await.ok()?;
        if let Err(error) = self.journal.restart() {
            let _ = self.office.words.send(Word::Unwritten(error));
            return None;
        }
        Some(())
    }

    /// Lets go of what was claimed long ago; answers whether there was any.
    fn let_go_of_stale(&mut self) -> bool {
        let stale = self.claims.front().is_some_and(|held| held.since.elapsed() > STALE);
        if stale {
            self.released.extend(self.claims.drain(..).map(|held| held.claim.delivery));
            self.ahead = 1;
        }
        stale
    }

    /// Reports what is left to report and lets go of everything that was not begun.
    async fn hand_back(&mut self) {
        if let Some(asked) = self.asked.take()
            && let Ok(handed) = asked.await
        {
            self.take(handed);
        }
        self.released.extend(self.claims.drain(..).map(|held| held.claim.delivery));
        self.anxious = false;
        if !self.settled.is_empty() || !self.released.is_empty() {
            self.tell(0, None);
        }
    }
}

fn settlement(claim: &Claim, result: &session::Result) -> Settlement {
    Settlement {
        delivery: claim.delivery,
        stage: result.stage,
        code: result.reply.as_ref().map(|reply| reply.code),
        text: result.text.clone(),
        outcome: result.outcome,
    }
}
