//! How much a provider, or a receiving domain, is sent in a while.
//!
//! A quota is a log of what counted against it: a message may go when fewer than `messages` did within the last `per`,
//! so that no window of that length ever holds more, whenever it begins. The log lies in the ledger and is written with
//! the claim, and so it outlives a restart. A domain's pace is a row of appointments instead: whoever would come too
//! early is given the next free one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::{StoreError, stamp};

/// So many messages in so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// At most so many messages, at least 1.
    pub messages: u32,
    /// In any span of so many milliseconds.
    pub per_ms: u64,
}

/// Why a text is no allowance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quota")]
pub struct AllowanceError(String);

impl AllowanceError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        "bad-quota"
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "write `gmail`, `workspace`, `microsoft-365`, or as `500/day`, `100/hour`, `30/min`, `5/s`"
    }
}

const DAY: u64 = 24 * 60 * 60 * 1000;

impl FromStr for Allowance {
    type Err = AllowanceError;

    fn from_str(text: &str) -> Result<Allowance, AllowanceError> {
        // What the providers tell their customers; a little less is no fault, one more may lock the account.
        match text.trim() {
            "gmail" => return Ok(Allowance { messages: 500, per_ms: DAY }),
            "workspace" => return Ok(Allowance { messages: 2_000, per_ms: DAY }),
            "microsoft-365" => return Ok(Allowance { messages: 30, per_ms: 60_000 }),
            _ => {}
        }
        let wrong = || AllowanceError(text.to_owned());
        let (messages, per) = text.split_once('/').ok_or_else(wrong)?;
        let per_ms = match per.trim() {
            "s" | "second" => 1_000,
            "min" | "minute" => 60_000,
            "h" | "hour" => 60 * 60_000,
            "d" | "day" => DAY,
            _ => return Err(wrong()),
        };
        let messages = messages.trim().parse().ok().filter(|messages| *messages > 0).ok_or_else(wrong)?;
        Ok(Allowance { messages, per_ms })
    }
}

/// How fast one receiving domain is sent to, over all relays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainPace {
    /// The domain, `gmail.com`.
    pub domain: String,
    /// What it is sent.
    pub allowance: Allowance,
}

impl FromStr for DomainPace {
    type Err = AllowanceError;

    /// `gmail.com 20/min`
    fn from_str(text: &str) -> Result<DomainPace, AllowanceError> {
        let (domain, allowance) = text.trim().split_once(' ').ok_or_else(|| AllowanceError(text.to_owned()))?;
        Ok(DomainPace { domain: domain.to_lowercase(), allowance: allowance.parse()? })
    }
}

/// What counted against one quota lately.
pub(crate) struct Quota {
    name: String,
    allowance: Allowance,
    /// Oldest first, in milliseconds.
    log: VecDeque<i64>,
}

impl Quota {
    /// Reads what the ledger knows of it.
    pub(crate) fn load(db: &Connection, name: &str, allowance: Allowance, now: Timestamp) -> Result<Quota, StoreError> {
        let since = stamp(now) - span(allowance);
        db.execute("DELETE FROM grants WHERE quota = ?1 AND at <= ?2", params![name, since])?;
        let mut statement = db.prepare("SELECT at FROM grants WHERE quota = ?1 ORDER BY at")?;
        let log = statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Quota { name: name.to_owned(), allowance, log })
    }

    /// How many messages may go now.
    pub(crate) fn room(&mut self, now: i64) -> usize {
        // A clock that was set back must not make everybody wait for the future to come round again.
        for at in self.log.iter_mut().rev().take_while(|at| **at > now) {
            *at = now;
        }
        let since = now - span(self.allowance);
        while self.log.front().is_some_and(|at| *at <= since) {
            self.log.pop_front();
        }
        (self.allowance.messages as usize).saturating_sub(self.log.len())
    }

    /// When the next one may go, in milliseconds.
    pub(crate) fn next(&mut self, now: i64) -> i64 {
        if self.room(now) > 0 {
            return now;
        }
        let spare = self.log.len() - self.allowance.messages as usize;
        self.log[spare] + span(self.allowance)
    }

    /// Counts one message, in memory and in the transaction of its claim.
    pub(crate) fn take(&mut self, db: &Connection, now: i64) -> Result<(), StoreError> {
        self.log.push_back(now);
        db.prepare_cached("INSERT INTO grants (quota, at) VALUES (?1, ?2)")?.execute(params![self.name, now])?;
        Ok(())
    }

    /// Takes the latest counts back, of messages that were claimed and never begun.
    pub(crate) fn give_back(&mut self, db: &Connection) -> Result<(), StoreError> {
        self.log.pop_back();
        let sql = "DELETE FROM grants WHERE id = (SELECT max(id) FROM grants WHERE quota = ?1)";
        db.prepare_cached(sql)?.execute([&self.name])?;
        Ok(())
    }
}

fn span(allowance: Allowance) -> i64 {
    i64::try_from(allowance.per_ms).unwrap_or(i64::MAX / 4)
}

/// The appointments of the domains that have a pace.
#[derive(Default)]
pub(crate) struct Paces {
    every: HashMap<String, f64>,
    next: BTreeMap<String, f64>,
    /// Deliveries that have an appointment already.
    booked: std::collections::HashSet<i64>,
}

impl Paces {
    pub(crate) fn new(paces: &[DomainPace]) -> Paces {
        let every = |pace: &DomainPace| pace.allowance.per_ms as f64 / f64::from(pace.allowance.messages.max(1));
        Paces {
            every: paces.iter().map(|pace| (pace.domain.clone(), every(pace))).collect(),
            next: BTreeMap::new(),
            booked: std::collections::HashSet::new(),
        }
    }

    /// Moves all appointments so many milliseconds back, with the clock.
    pub(crate) fn set_back(&mut self, back: i64) {
        self.next.values_mut().for_each(|next| *next -= back as f64);
    }

    /// When this delivery may go: nothing when now.
    pub(crate) fn appointment(&mut self, delivery: i64, domain: &str, now: i64) -> Option<i64> {
        let every = *self.every.get(domain)?;
        if self.booked.remove(&delivery) {
            return None;
        }
        let next = self.next.entry(domain.to_owned()).or_insert(f64::MIN);
        // After an idle while nobody catches up: the pace is for any moment, not for the average.
        let turn = next.max(now as f64);
        *next = turn + every;
        if turn <= now as f64 {
            return None;
        }
        self.booked.insert(delivery);
        Some(turn.ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        let sql = "CREATE TABLE grants (id INTEGER PRIMARY KEY, quota TEXT NOT NULL, at INTEGER NOT NULL)";
        db.execute_batch(sql).unwrap();
        db
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn quotas_are_written_as_providers_or_as_numbers() {
        let allowance = |text: &str| text.parse::<Allowance>().map(|it| (it.messages, it.per_ms)).ok();
        assert_eq!(allowance("gmail"), Some((500, DAY)));
        assert_eq!(allowance("workspace"), Some((2_000, DAY)));
        assert_eq!(allowance("microsoft-365"), Some((30, 60_000)));
        assert_eq!(allowance("12/s"), Some((12, 1_000)));
        for wrong in ["", "0/day", "many", "5/fortnight", "-1/s"] {
            assert_eq!(allowance(wrong), None, "{wrong}");
        }
        let pace: DomainPace = "Gmail.com 20/min".parse().unwrap();
        assert_eq!((pace.domain.as_str(), pace.allowance.messages), ("gmail.com", 20));
    }

    /// A sender that takes whatever it may, looking every `step` ms; answers when each message went.
    fn greedy(messages: u32, per_ms: u64, step: i64, until: i64) -> Vec<i64> {
        let db = db();
        let mut quota = Quota::load(&db, "q", Allowance { messages, per_ms }, at(0)).unwrap();
        let mut went = Vec::new();
        for now in (0..until).step_by(usize::try_from(step).unwrap()) {
            for _ in 0..quota.room(now) {
                quota.take(&db, now).unwrap();
                went.push(now);
            }
        }
        went
    }

    #[test]
    fn a_quota_is_used_up_and_never_exceeded_in_any_window() {
        for (messages, per_ms, step) in [(30, 60_000, 250), (500, 86_400_000, 60_000), (7, 1_000, 1), (100, 1_000, 9)] {
            let until = 40 * i64::try_from(per_ms).unwrap();
            let went = greedy(messages, per_ms, step, until);
            let share = went.len() as f64 / (40.0 * f64::from(messages));
            assert!((0.98..=1.00).contains(&share), "{messages} per {per_ms} ms: {share}");
            for (first, last) in went.iter().zip(went.iter().skip(messages as usize)) {
                assert!(last - first >= i64::try_from(per_ms).unwrap(), "{messages} and one within {per_ms} ms");
            }
        }
    }

    #[test]
    fn a_quota_outlives_a_restart_and_a_clock_that_was_set_back() {
        let db = db();
        let allowance = Allowance { messages: 2, per_ms: 1_000 };
        let mut quota = Quota::load(&db, "q", allowance, at(5_000)).unwrap();
        quota.take(&db, 5_000).unwrap();
        quota.take(&db, 5_100).unwrap();
        let mut again = Quota::load(&db, "q", allowance, at(5_200)).unwrap();
        assert_eq!((again.room(5_200), again.next(5_200)), (0, 6_000));
        assert_eq!(again.room(6_000), 1);
        let mut back = Quota::load(&db, "q", allowance, at(100)).unwrap();
        assert_eq!((back.room(100), back.next(100)), (0, 1_100));
        assert_eq!(back.room(1_100), 2);
    }

    #[test]
    fn what_was_never_begun_is_given_back() {
        let db = db();
        let mut quota = Quota::load(&db, "q", Allowance { messages: 1, per_ms: 1_000 }, at(0)).unwrap();
        quota.take(&db, 0).unwrap();
        assert_eq!(quota.room(1), 0);
        quota.give_back(&db).unwrap();
        assert_eq!(quota.room(1), 1);
        assert_eq!(Quota::load(&db, "q", Allowance { messages: 1, per_ms: 1_000 }, at(2)).unwrap().room(2), 1);
    }

    #[test]
    fn a_domain_gets_its_pace_and_others_do_not_wait_for_it() {
        let mut paces = Paces::new(&["gmail.com 10/s".parse().unwrap()]);
        let turns: Vec<Option<i64>> = (0..4).map(|n| paces.appointment(n, "gmail.com", 1_000)).collect();
        assert_eq!(turns, [None, Some(1_100), Some(1_200), Some(1_300)]);
        assert_eq!(paces.appointment(9, "example.org", 1_000), None);
        assert_eq!(paces.appointment(1, "gmail.com", 1_100), None, "an appointment is kept");
        assert_eq!(paces.appointment(8, "gmail.com", 1_100), Some(1_400));
        assert_eq!(paces.appointment(7, "gmail.com", 9_000), None, "an idle while is not caught up");
    }

    #[test]
    fn a_pace_goes_along_with_a_clock_that_is_set_back() {
        let mut paces = Paces::new(&["gmail.com 10/s".parse().unwrap()]);
        assert_eq!(paces.appointment(0, "gmail.com", 9_000_000), None);
        paces.set_back(8_000_000);
        assert_eq!(paces.appointment(1, "gmail.com", 1_000_000), Some(1_000_100));
    }
}
