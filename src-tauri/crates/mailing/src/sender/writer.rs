//! The one writer of the ledger while a mailing is sent: group commit, circuit breakers, pauses, progress.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::omens::Omens;
use super::options::{SendOptions, StopSignal, Wish};
use super::report::{SendError, SendProgress};
use super::worker::{Handed, KEPT_OPEN, Word};
use super::{GRACE, Pace, patiently};
use crate::ledger::{Claim, Handout, Ledger, MailingState, Outcome, PauseReason, Settlement, Stage, Turn};
use crate::smtp::session::Omen;
use crate::store::StoreError;

// How soon a wish of the desk is noticed; a pause from another process, which is read from disk, a little later.
const GLANCE: Duration = Duration::from_millis(100);
const LOOK: Duration = Duration::from_millis(500);
const LARGEST_GROUP: usize = 256;
const HELD: &str = "another program holds the list, an import perhaps; the sender waits for it";

pub(super) struct Writer<'a> {
    ledger: &'a mut dyn Ledger,
    options: &'a SendOptions,
    progress: &'a (dyn Fn(&SendProgress) + Send + Sync),
    stop: &'a StopSignal,
    told: SendProgress,
    lanes: Vec<Lane>,
    in_hand: usize,
    last_look: Instant,
    fault: Option<SendError>,
    /// When it is worth coming back, as the last connection without work was told.
    later: Option<Timestamp>,
}

/// What the writer knows of one relay.
struct Lane {
    pace: watch::Sender<Pace>,
    omens: Omens,
    last_through: Instant,
    /// Why it is used no more.
    closed: Option<PauseReason>,
}

struct Asked {
    connection: usize,
    answer: oneshot::Sender<Handed>,
}

/// What a writer leaves behind.
pub(super) struct Written {
    pub(super) told: SendProgress,
    pub(super) later: Option<Timestamp>,
}

/// What a sender works with besides its ledger.
pub(super) struct Setting<'a> {
    pub(super) options: &'a SendOptions,
    pub(super) progress: &'a (dyn Fn(&SendProgress) + Send + Sync),
    pub(super) stop: &'a StopSignal,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        ledger: &'a mut dyn Ledger,
        setting: &Setting<'a>,
        told: SendProgress,
        paces: Vec<watch::Sender<Pace>>,
    ) -> Writer<'a> {
        let now = Instant::now();
        let lane = |pace| Lane { pace, omens: Omens::default(), last_through: now, closed: None };
        Writer {
            ledger,
            options: setting.options,
            progress: setting.progress,
            stop: setting.stop,
            told,
            lanes: paces.into_iter().map(lane).collect(),
            in_hand: 0,
            last_look: now,
            fault: None,
            later: None,
        }
    }

    /// Commits turns until every connection has gone.
    pub(super) fn write(mut self, heard: &Receiver<Word>) -> Result<Written, SendError> {
        loop {
            match heard.recv_timeout(GLANCE) {
                Ok(word) => {
                    let rest = heard.try_iter().take(LARGEST_GROUP);
                    let words = std::iter::once(word).chain(rest).collect();
                    self.group(words);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.look();
        }
        self.fault.map_or(Ok(Written { told: self.told, later: self.later }), Err)
    }

    fn slow_to(&self, pace: Pace) {
        self.lanes.iter().for_each(|lane| lane.slow_to(pace));
    }

    fn fail(&mut self, fault: impl Into<SendError>) {
        self.fault.get_or_insert(fault.into());
        self.slow_to(Pace::Stop);
    }

    fn group(&mut self, words: Vec<Word>) {
        let mut turns = Vec::new();
        let mut asked = Vec::new();
        for word in words {
            match word {
                Word::Trouble { lane, text, pause, heard } => {
                    self.trouble(lane, text, pause);
                    // A connection that left meanwhile need not hear it.
                    let _ = heard.send(());
                }
                Word::Unwritten(error) => self.fail(io::Error::new(error.kind(), format!("the journal: {error}"))),
                Word::Turn { turn, omens, answer } => {
                    // Before the claims of this very group, so that not one more person meets the same fault.
                    self.see_all(&turn, &omens);
                    asked.extend(answer.map(|answer| Asked { connection: turn.connection, answer }));
                    turns.push(turn);
                }
            }
        }
        if turns.is_empty() || self.fault.is_some() {
            return;
        }
        for turn in &mut turns {
            turn.wants = if self.lanes[turn.lane].closed.is_some() { 0 } else { turn.wants };
        }
        if let Err(fault) = self.commit(&turns, asked) {
            return self.fail(fault);
        }
        self.wind_down_when_done();
        (self.progress)(&self.told);
    }

    fn see_all(&mut self, turn: &Turn, omens: &[Omen]) {
        self.in_hand = self.in_hand.saturating_sub(turn.settled.len() + turn.released.len());
        for (settled, omen) in turn.settled.iter().zip(omens) {
            if let Some(reason) = self.see(turn.lane, settled, *omen) {
                self.close(turn.lane, reason);
            }
        }
    }

    fn see(&mut self, lane: usize, settled: &Settlement, omen: Omen) -> Option<PauseReason> {
        self.told.count(settled.outcome);
        let relay = &mut self.told.relays[lane];
        relay.accepted += u64::from(settled.outcome == Outcome::Accepted);
        // A sender who is put off got no further than one whom nobody let in.
        if settled.outcome != Outcome::NotSent && settled.stage != Stage::Mail {
            self.lanes[lane].last_through = Instant::now();
            relay.trouble = None;
            self.told.trouble = None;
        }
        // A relay that greets and then hangs up on everybody is as good as none.
        self.lanes[lane].omens.see(settled, omen).or_else(|| self.unreachable(lane, &settled.text))
    }

    fn unreachable(&self, lane: usize, text: &str) -> Option<PauseReason> {
        let long = self.lanes[lane].last_through.elapsed() >= self.options.backoff.give_up;
        long.then(|| PauseReason::Unreachable { text: text.to_owned() })
    }

    /// Uses a relay no more. The others go on; without another the mailing is paused.
    fn close(&mut self, lane: usize, reason: PauseReason) {
        if self.lanes[lane].closed.is_some() {
            return;
        }
        self.lanes[lane].slow_to(Pace::WindDown);
        self.told.relays[lane].closed = Some(reason.to_string());
        self.lanes[lane].closed = Some(reason.clone());
        if self.lanes.iter().all(|lane| lane.closed.is_some()) {
            self.pause(&reason);
        }
    }

    /// One durable commit for all. A connection begins its envelope while the disk is busy and holds the final dot
    /// until it hears from us.
    fn commit(&mut self, turns: &[Turn], asked: Vec<Asked>) -> Result<(), StoreError> {
        let mut counter = Counter::new(asked, (self.options.clock)());
        let begun = Instant::now();
        let mut waited = false;
        let policy = self.options.uncertain;
        while let Err(fault) = self.ledger.turn(turns, policy, (self.options.clock)(), &mut |connection, handout| {
            counter.hand_out(connection, handout)
        }) {
            let may_wait = self.stop.wish() == Wish::GoOn || begun.elapsed() < GRACE;
            // The list is held before anything is handed out; a fault after that is another one.
            if !fault.is_busy() || !may_wait || counter.begun {
                return Err(fault);
            }
            waited = true;
            self.told.trouble = Some(HELD.to_owned());
            (self.progress)(&self.told);
        }
        if waited {
            self.told.trouble = None;
        }
        self.told.commits += 1;
        self.in_hand += counter.handed;
        self.later = counter.later.or(self.later);
        counter.say_durable();
        Ok(())
    }

    // Connections that sleep until the relay may be tried again must not keep a mailing open that is done.
    fn wind_down_when_done(&mut self) {
        if self.in_hand > 0 {
            return;
        }
        let now = (self.options.clock)();
        match self.ledger.waiting(now) {
            Ok(waiting) if waiting.due == 0 && waiting.next.is_none_or(|next| span(now, next) > KEPT_OPEN) => {
                self.slow_to(Pace::WindDown)
            }
            Ok(_) => {}
            Err(fault) if fault.is_busy() => {}
            Err(fault) => self.fail(fault),
        }
    }

    fn trouble(&mut self, lane: usize, text: String, pause: Option<PauseReason>) {
        if let Some(reason) = pause.or_else(|| self.unreachable(lane, &text)) {
            self.close(lane, reason);
        }
        self.told.relays[lane].trouble = Some(text.clone());
        self.told.trouble = Some(text);
        (self.progress)(&self.told);
    }

    fn pause(&mut self, reason: &PauseReason) {
        if let Err(fault) = patiently(self.stop, || self.ledger.pause(reason, (self.options.clock)())) {
            self.fail(fault);
        }
        self.slow_to(Pace::WindDown);
    }

    /// Notices what the desk wants, from this process or another.
    fn look(&mut self) {
        match self.stop.wish() {
            Wish::GoOn => {}
            Wish::Pause if self.lanes.iter().any(|lane| *lane.pace.borrow() != Pace::Stop) => {
                self.pause(&PauseReason::Asked);
                self.slow_to(Pace::Stop);
            }
            Wish::Pause | Wish::Cancel => self.slow_to(Pace::Stop),
        }
        if self.last_look.elapsed() < LOOK {
            return;
        }
        self.last_look = Instant::now();
        match self.ledger.state() {
            Ok(MailingState::Running) => {}
            // A pause of our own lets messages in hand finish; the desk's word, from elsewhere, does not wait.
            Ok(MailingState::Paused { reason: PauseReason::Asked } | MailingState::Cancelled) => {
                self.slow_to(Pace::Stop)
            }
            Ok(_) => self.slow_to(Pace::WindDown),
            Err(fault) if fault.is_busy() => {}
            Err(fault) => self.fail(fault),
        }
    }
}

impl Lane {
    fn slow_to(&self, pace: Pace) {
        self.pace.send_if_modified(|present| {
            let slower = *present == Pace::Go || *present == Pace::WindDown && pace == Pace::Stop;
            if slower {
                *present = pace;
            }
            slower
        });
    }
}

/// Gives claims to the connections that asked for them.
struct Counter {
    asked: Vec<Asked>,
    now: Timestamp,
    durable: Vec<oneshot::Sender<()>>,
    handed: usize,
    begun: bool,
    later: Option<Timestamp>,
}

impl Counter {
    fn new(asked: Vec<Asked>, now: Timestamp) -> Counter {
        Counter { asked, now, durable: Vec::new(), handed: 0, begun: false, later: None }
    }

    fn hand_out(&mut self, connection: usize, handout: Handout) {
        self.begun = true;
        self.later = handout.later.or(self.later);
        let later = handout.later.map(|later| span(self.now, later));
        self.answer(connection, handout.claims, later);
    }

    fn answer(&mut self, connection: usize, claims: Vec<Claim>, later: Option<Duration>) {
        let Some(place) = self.asked.iter().position(|asked| asked.connection == connection) else { return };
        let Asked { answer, .. } = self.asked.swap_remove(place);
        let (sender, durable) = oneshot::channel();
        self.handed += claims.len();
        self.durable.push(sender);
        // A connection that is gone leaves its claims `sending`, to be found uncertain: no worse than a crash.
        let _ = answer.send(Handed { claims, since: Instant::now(), later, durable });
    }

    /// Tells everybody, also those who asked for nothing but this word.
    fn say_durable(mut self) {
        while let Some(connection) = self.asked.first().map(|asked| asked.connection) {
            self.answer(connection, Vec::new(), None);
        }
        for sender in self.durable {
            let _ = sender.send(());
        }
    }
}

fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
