//! When a mailing is paused for its own good: what refusals say about everybody who is still to come.

use std::collections::VecDeque;

use crate::ledger::{Outcome, PauseReason, Settlement, Stage};
use crate::smtp::session::Omen;

const REFUSED_IN_A_ROW: u64 = 50;
const WINDOW: usize = 500;
const REFUSED_IN_WINDOW: usize = WINDOW / 5;
const POLICY_IN_A_ROW: u64 = 5;
const UNCERTAIN_IN_A_ROW: u64 = 3;

/// What was seen lately.
#[derive(Default)]
pub(super) struct Omens {
    refused: u64,
    policy: u64,
    uncertain: u64,
    window: VecDeque<bool>,
}

impl Omens {
    /// Takes one outcome in, and answers why the mailing should be paused, if it should.
    pub(super) fn see(&mut self, settled: &Settlement, omen: Omen) -> Option<PauseReason> {
        let text = format!("{}{}", settled.code.map(|code| format!("{code} ")).unwrap_or_default(), settled.text);
        match omen {
            Omen::SenderRefused => return Some(PauseReason::SenderRefused { text }),
            Omen::TooLarge { size, limit } => return Some(PauseReason::TooLarge { size, limit }),
            _ => {}
        }
        self.people(settled, omen, &text)
            .or_else(|| self.policy(settled, omen, &text))
            .or_else(|| self.silence(settled, text))
    }

    fn people(&mut self, settled: &Settlement, omen: Omen, text: &str) -> Option<PauseReason> {
        if settled.stage == Stage::Mail || settled.outcome == Outcome::NotSent {
            return None;
        }
        // A quota is often told after the dot, with a 4xx for everybody who is still to come.
        let put_off = settled.outcome == Outcome::Postponed;
        let refused = put_off || matches!(omen, Omen::PersonRefused | Omen::PolicyRefused);
        self.refused = if refused { self.refused + 1 } else { 0 };
        self.window.push_back(refused);
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
        let in_window = self.window.iter().filter(|refused| **refused).count();
        let of = self.window.len() as u64;
        let many = |refused, of| Some(PauseReason::ManyRefused { refused, of, text: text.to_owned() });
        if self.refused >= REFUSED_IN_A_ROW {
            return many(self.refused, self.refused);
        }
        if in_window >= REFUSED_IN_WINDOW { many(in_window as u64, of) } else { None }
    }

    fn policy(&mut self, settled: &Settlement, omen: Omen, text: &str) -> Option<PauseReason> {
        match settled.outcome {
            _ if omen == Omen::PolicyRefused => self.policy += 1,
            Outcome::Accepted => self.policy = 0,
            _ => {}
        }
        (self.policy >= POLICY_IN_A_ROW).then(|| PauseReason::PolicyRefused { text: text.to_owned() })
    }

    fn silence(&mut self, settled: &Settlement, text: String) -> Option<PauseReason> {
        match settled.outcome {
            Outcome::Uncertain => self.uncertain += 1,
            Outcome::NotSent => {}
            _ => self.uncertain = 0,
        }
        (self.uncertain >= UNCERTAIN_IN_A_ROW).then_some(PauseReason::ManyUncertain { text })
    }
}
