//! One connection: it connects, takes one message after another, and reports what became of each.
//!
//! It never holds a claim while it connects, so people stay queued while the relay cannot be reached.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::{Mutex, oneshot, watch};

use super::{Backoff, Pace};
use crate::ledger::{Claim, Settlement, Turn};
use crate::letter::mime::Form;
use crate::smtp::relay::ConnectError;
use crate::smtp::session::{self, Envelope, Omen, Session};
use crate::smtp::{Patience, Relay};

/// What a connection says to the writer.
pub(super) enum Word {
    /// An outcome, a wish for the next message, or both.
    Turn {
        turn: Turn,
        omen: Omen,
        /// Where the next claim goes; absent when none is wanted.
        answer: Option<oneshot::Sender<Handed>>,
    },
    /// The relay could not be reached or refused the sign-in.
    Trouble { text: String, sign_in: bool, heard: oneshot::Sender<()> },
}

/// What a connection is handed.
pub(super) struct Handed {
    pub(super) claim: Option<Claim>,
    /// Says that the claim is on disk; when it is dropped, it never will be.
    pub(super) durable: oneshot::Receiver<()>,
}

/// What a connection works with.
pub(super) struct Office {
    pub(super) connection: usize,
    pub(super) relay: Relay,
    pub(super) patience: Patience,
    pub(super) backoff: Backoff,
    pub(super) form: Arc<Form>,
    pub(super) words: mpsc::Sender<Word>,
    pub(super) pace: watch::Receiver<Pace>,
    /// Connections are made one by one, so that a wrong password is tried once and not by each of them.
    pub(super) door: Arc<Mutex<()>>,
}

/// Why a connection is done with its session.
enum Left {
    /// Nothing is due, or the sender is ending.
    Idle,
    /// The session broke or was closed; `in_vain` when it got nothing through.
    Dropped { in_vain: bool },
}

pub(super) async fn work(office: Office) {
    let mut failures = 0;
    while *office.pace.borrow() == Pace::Go {
        let left = match office.connect().await {
            None => return,
            Some(Err(())) => Left::Dropped { in_vain: true },
            Some(Ok(session)) => office.converse(session).await,
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
    /// Ends when the sender's pace is no longer `slowest_kept` or faster.
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
            match self.relay.connect(&self.patience).await {
                Ok(session) => Some(Ok(session)),
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
        let trouble = Word::Trouble { text: error.to_string(), sign_in: error.is_sign_in(), heard };
        if self.words.send(trouble).is_ok() {
            // The next connection goes through the door only when the writer has drawn its conclusion.
            let _ = ear.await;
        }
    }

    async fn wait(&self, failures: u32) {
        let wait = self.backoff.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        tokio::select! {
            () = self.slower_than(&[Pace::Go]) => {}
            () = tokio::time::sleep(wait.min(self.backoff.most).max(Duration::from_millis(1))) => {}
        }
    }

    async fn converse(&self, mut session: Session) -> Left {
        let mut settled = None;
        let mut in_vain = true;
        loop {
            let Some((claim, durable)) = self.next(settled.take()).await else {
                session.quit().await;
                return Left::Idle;
            };
            let result = self.deliver(&mut session, &claim, durable).await;
            let keep = result.keep && result.omen != Omen::SenderRefused;
            let report = (settlement(&claim, &result), result.omen);
            in_vain &= report.0.in_vain();
            if keep {
                settled = Some(report);
                continue;
            }
            // Nothing is held back while the next session is sought.
            self.settle(report);
            return Left::Dropped { in_vain };
        }
    }

    async fn next(&self, settled: Option<(Settlement, Omen)>) -> Option<(Claim, oneshot::Receiver<()>)> {
        let (answer, handed) = oneshot::channel();
        let (settled, omen) = settled.map_or((None, Omen::None), |(settled, omen)| (Some(settled), omen));
        let turn = Turn { connection: self.connection, settled, wants: true };
        self.words.send(Word::Turn { turn, omen, answer: Some(answer) }).ok()?;
        let handed = handed.await.ok()?;
        Some((handed.claim?, handed.durable))
    }

    fn settle(&self, (settled, omen): (Settlement, Omen)) {
        let turn = Turn { connection: self.connection, settled: Some(settled), wants: false };
        // Without a writer the delivery stays `sending` and is found uncertain at the next start, as after a crash.
        let _ = self.words.send(Word::Turn { turn, omen, answer: None });
    }

    async fn deliver(&self, session: &mut Session, claim: &Claim, durable: oneshot::Receiver<()>) -> session::Result {
        let message = self.form.render(&claim.to);
        let envelope = Envelope { from: self.form.sender(), to: &claim.to.person.address, message: &message };
        session.deliver(&envelope, durable, self.slower_than(&[Pace::Go, Pace::WindDown])).await
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
