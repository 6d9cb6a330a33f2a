//! The one writer of the ledger while a mailing is sent: group commit, pauses, progress.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::omens::Omens;
use super::worker::{Handed, Word};
use super::{GRACE, Pace, SendError, SendOptions, SendProgress, StopSignal, Wish, patiently};
use crate::ledger::{Claim, Ledger, MailingState, Outcome, PauseReason, Settlement, Stage, Turn};
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
    pace: watch::Sender<Pace>,
    told: SendProgress,
    omens: Omens,
    in_hand: usize,
    last_through: Instant,
    last_look: Instant,
    fault: Option<StoreError>,
}

struct Asked {
    connection: usize,
    answer: oneshot::Sender<Handed>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        ledger: &'a mut dyn Ledger,
        options: &'a SendOptions,
        progress: &'a (dyn Fn(&SendProgress) + Send + Sync),
        stop: &'a StopSignal,
        pace: watch::Sender<Pace>,
        due: u64,
    ) -> Writer<'a> {
        let (told, omens) = (SendProgress { due, ..SendProgress::default() }, Omens::default());
        let now = Instant::now();
        Writer {
            ledger,
            options,
            progress,
            stop,
            pace,
            told,
            omens,
            in_hand: 0,
            last_through: now,
            last_look: now,
            fault: None,
        }
    }

    /// Commits turns until every connection has gone.
    pub(super) fn write(mut self, heard: &Receiver<Word>) -> Result<SendProgress, SendError> {
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
        self.fault.map_or(Ok(self.told), |fault| Err(fault.into()))
    }

    fn slow_to(&self, pace: Pace) {
        self.pace.send_if_modified(|present| {
            let slower = *present == Pace::Go || *present == Pace::WindDown && pace == Pace::Stop;
            if slower {
                *present = pace;
            }
            slower
        });
    }

    fn fail(&mut self, fault: StoreError) {
        self.fault.get_or_insert(fault);
        self.slow_to(Pace::Stop);
    }

    fn group(&mut self, words: Vec<Word>) {
        let mut turns = Vec::new();
        let mut asked = Vec::new();
        let mut seen = Vec::new();
        for word in words {
            match word {
                Word::Trouble { text, sign_in, heard } => {
                    self.trouble(text, sign_in);
                    // A connection that left meanwhile need not hear it.
                    let _ = heard.send(());
                }
                Word::Turn { turn, omen, answer } => {
                    asked.extend(answer.map(|answer| Asked { connection: turn.connection, answer }));
                    seen.extend(turn.settled.clone().map(|settled| (settled, omen)));
                    turns.push(turn);
                }
            }
        }
        if turns.is_empty() || self.fault.is_some() {
            return;
        }
        let reason = seen.iter().filter_map(|(settled, omen)| self.see(settled, *omen)).next();
        if let Some(reason) = reason {
            // Before the claims of this very group, so that not one more person meets the same fault.
            self.pause(&reason);
        }
        if let Err(fault) = self.commit(&turns, asked) {
            return self.fail(fault);
        }
        self.wind_down_when_done();
        (self.progress)(&self.told);
    }

    fn see(&mut self, settled: &Settlement, omen: Omen) -> Option<PauseReason> {
        self.in_hand = self.in_hand.saturating_sub(1);
        let told = &mut self.told;
        match settled.outcome {
            Outcome::Accepted => told.accepted += 1,
            Outcome::Postponed => told.postponed += 1,
            Outcome::Refused => told.refused += 1,
            Outcome::HardBounce => {
                told.refused += 1;
                told.bounced += 1;
            }
            Outcome::Uncertain => told.uncertain += 1,
            Outcome::NotSent => {}
        }
        // A sender who is put off got no further than one whom nobody let in.
        if settled.outcome != Outcome::NotSent && settled.stage != Stage::Mail {
            self.last_through = Instant::now();
            told.trouble = None;
        }
        // A relay that greets and then hangs up on everybody is as good as none.
        self.omens.see(settled, omen).or_else(|| self.unreachable(&settled.text))
    }

    fn unreachable(&self, text: &str) -> Option<PauseReason> {
        let long = self.last_through.elapsed() >= self.options.backoff.give_up;
        long.then(|| PauseReason::Unreachable { text: text.to_owned() })
    }

    /// One durable commit for all. A connection begins its envelope while the disk is busy and holds the final dot
    /// until it hears from us.
    fn commit(&mut self, turns: &[Turn], asked: Vec<Asked>) -> Result<(), StoreError> {
        let mut asked: Vec<Option<Asked>> = asked.into_iter().map(Some).collect();
        let mut durable = Vec::new();
        let mut handed = 0;
        let mut hand_out = |connection: usize, claim: Option<Claim>| {
            let place =
                asked.iter_mut().find(|asked| asked.as_ref().is_some_and(|asked| asked.connection == connection));
            let Some(Asked { answer, .. }) = place.and_then(Option::take) else { return };
            let (sender, receiver) = oneshot::channel();
            handed += usize::from(claim.is_some());
            durable.push(sender);
            // A connection that is gone leaves its claim `sending`, to be found uncertain: no worse than a crash.
            let _ = answer.send(Handed { claim, durable: receiver });
        };
        let begun = Instant::now();
        let mut waited = false;
        while let Err(fault) = self.ledger.turn(turns, self.options.uncertain, (self.options.clock)(), &mut hand_out) {
            let may_wait = self.stop.wish() == Wish::GoOn || begun.elapsed() < GRACE;
            // The list is held before anything is handed out; a fault after that is another one.
            if !fault.is_busy() || !may_wait {
                return Err(fault);
            }
            waited = true;
            self.told.trouble = Some(HELD.to_owned());
            (self.progress)(&self.told);
        }
        if waited {
            self.told.trouble = None;
        }
        self.in_hand += handed;
        for sender in durable {
            let _ = sender.send(());
        }
        Ok(())
    }

    // Connections that sleep until the relay may be tried again must not keep a mailing open that is done.
    fn wind_down_when_done(&mut self) {
        if self.in_hand > 0 {
            return;
        }
        match self.ledger.waiting((self.options.clock)()) {
            Ok(waiting) if waiting.due == 0 => self.slow_to(Pace::WindDown),
            Ok(_) => {}
            Err(fault) => self.fail(fault),
        }
    }

    fn trouble(&mut self, text: String, sign_in: bool) {
        if sign_in {
            self.pause(&PauseReason::SignIn { text: text.clone() });
        } else if let Some(reason) = self.unreachable(&text) {
            self.pause(&reason);
        }
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
            Wish::Pause if *self.pace.borrow() != Pace::Stop => {
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
