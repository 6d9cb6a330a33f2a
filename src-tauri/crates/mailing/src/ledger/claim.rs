//! The ledger in SQLite, as the sender drives it.
//!
//! `due_at` says it all: a delivery may be claimed exactly when it is set and past. Everything a turn writes is one
//! transaction, so the outcomes of some messages and the claims of the next are durable together or not at all.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::clock;
use super::quota::{DomainPace, Paces, Quota};
use super::recover::recover;
use super::schedule::{self, Schedule};
use super::settle::{release, settle};
use super::summary::{self, MailingState, PauseReason};
use super::{Allowance, Claim, Handout, Ledger, Outcome, Settlement, Stage, Turn, UncertainPolicy, Waiting};
use crate::letter::mime::Form;
use crate::store::{Store, StoreError, stamp, time};

// Short, so that a sender who waits for another program still hears the desk; it asks again by itself.
const PATIENCE: Duration = Duration::from_millis(500);
// A whole list at one slow domain is given its appointments in portions.
const MOST_APPOINTMENTS: usize = 1_000;

/// One mailing of the list in the data folder.
pub(crate) struct SqliteLedger {
    db: Connection,
    folder: PathBuf,
    mailing: i64,
    /// Drawn by lot when the mailing was frozen, and no other's.
    boundary: String,
    rehearsal: bool,
    /// By lane, where it has one.
    quotas: Vec<Option<Quota>>,
    paces: Paces,
    /// Numbers claims in their order.
    claims: i64,
    /// The last moment that the ledger was told, in milliseconds.
    told: i64,
}

impl SqliteLedger {
    /// The ledger of a mailing, on a connection of its own.
    pub(crate) fn open(store: &Store, mailing: i64) -> Result<Option<SqliteLedger>, StoreError> {
        let db = store.second_connection()?;
        db.busy_timeout(PATIENCE)?;
        let sql = "SELECT rehearsal, boundary FROM mailings WHERE id = ?1";
        let found = db.query_row(sql, [mailing], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let folder = store.folder().to_owned();
        Ok(found.map(|(rehearsal, boundary)| SqliteLedger {
            db,
            folder,
            mailing,
            boundary,
            rehearsal,
            quotas: Vec::new(),
            paces: Paces::default(),
            claims: 0,
            told: 0,
        }))
    }

    /// The ledger of this mailing in the list that lies in the folder now: another one may have been put there. Nothing
    /// where that knows no such mailing, or by another number.
    pub(crate) fn opened_anew(&self, store: &Store) -> Result<Option<SqliteLedger>, StoreError> {
        Ok(SqliteLedger::open(store, self.mailing)?.filter(|anew| anew.boundary == self.boundary))
    }

    /// Where it stands; nothing when a list that was put back gave its number to another one.
    pub(crate) fn standing(&self) -> Result<Option<MailingState>, StoreError> {
        let reading = self.db.unchecked_transaction()?;
        let sql = "SELECT EXISTS (SELECT 1 FROM mailings WHERE id = ?1 AND boundary = ?2)";
        let same = reading.prepare_cached(sql)?.query_row(params![self.mailing, self.boundary], |row| row.get(0))?;
        Ok(if same { Some(summary::state(&reading, self.mailing)?) } else { None })
    }

    /// Pauses it where its hour is longer ago than it may be; answers whether it did.
    pub(crate) fn miss(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(Schedule { at, latest }) = schedule::of(&transaction, self.mailing)?.filter(|set| set.latest < now)
        else {
            return Ok(false);
        };
        let reason = PauseReason::TooLate { planned: at, latest };
        summary::set_state(&transaction, self.mailing, "running", "paused", Some(&reason), now)?;
        transaction.commit()?;
        Ok(true)
    }

    /// The frozen letter.
    pub(crate) fn form(&self) -> Result<Form, StoreError> {
        summary::form(&self.db, &self.folder, self.mailing)
    }

    /// When it is to start, if that is still to come.
    pub(crate) fn schedule(&self) -> Result<Option<Schedule>, StoreError> {
        Ok(schedule::of(&self.db, self.mailing)?)
    }

    /// Takes note of the time; where it was set back, whoever waits does not wait longer for that.
    pub(crate) fn follow_clock(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.told = clock::follow(&self.db, self.mailing, self.told, stamp(now), &mut self.paces)?;
        Ok(())
    }

    /// It has started; nothing later is too late.
    pub(crate) fn start(&self) -> Result<(), StoreError> {
        Ok(schedule::clear(&self.db, self.mailing)?)
    }
}

impl Ledger for SqliteLedger {
    fn recover(&mut self, boot: &str, policy: UncertainPolicy, now: Timestamp) -> Result<u64, StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Before this start writes down anything of its own.
        self.told = clock::last_told(&transaction)?;
        let lost = recover(&transaction, &self.folder, self.mailing, boot, policy, now)?;
        transaction.commit()?;
        Ok(lost)
    }

    fn begin(
        &mut self,
        run: &str,
        lanes: &[(String, Option<Allowance>)],
        paces: &[DomainPace],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE mailings SET journal = ?2 WHERE id = ?1";
        self.db.execute(sql, params![self.mailing, run])?;
        self.paces = Paces::new(paces);
        let quota = |(name, allowance): &(String, Option<Allowance>)| {
            allowance.map(|allowance| Quota::load(&self.db, name, allowance, now)).transpose()
        };
        self.quotas = lanes.iter().map(quota).collect::<Result<_, _>>()?;
        self.follow_clock(now)
    }

    fn turn(
        &mut self,
        turns: &[Turn],
        policy: UncertainPolicy,
        now: Timestamp,
        hand_out: &mut dyn FnMut(usize, Handout),
    ) -> Result<(), StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.told = clock::follow(&transaction, self.mailing, self.told, stamp(now), &mut self.paces)?;
        for turn in turns {
            for settled in &turn.settled {
                settle(&transaction, self.rehearsal, Some(turn.connection), settled, policy, now)?;
            }
            for delivery in &turn.released {
                release(&transaction, *delivery, now)?;
                if let Some(Some(quota)) = self.quotas.get_mut(turn.lane) {
                    quota.give_back(&transaction)?;
                }
            }
        }
        let running = summary::state(&transaction, self.mailing)? == MailingState::Running;
        for turn in turns.iter().filter(|turn| turn.wants > 0) {
            let mut claiming = Claiming {
                db: &transaction,
                mailing: self.mailing,
                turn,
                quota: self.quotas.get_mut(turn.lane).and_then(Option::as_mut),
                paces: &mut self.paces,
                claims: &mut self.claims,
                now,
            };
            let handout = if running { claiming.claim()? } else { Handout::default() };
            hand_out(turn.connection, handout);
        }
        Ok(transaction.commit()?)
    }

    fn waiting(&self, now: Timestamp) -> Result<Waiting, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE due_at <= ?2), min(due_at) FILTER (WHERE due_at > ?2)
                   FROM deliveries WHERE mailing_id = ?1 AND due_at IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let (due, next) = statement
            .query_row(params![self.mailing, stamp(now)], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)))?;
        Ok(Waiting { due, next: next.map(time) })
    }

    fn state(&self) -> Result<MailingState, StoreError> {
        Ok(summary::state(&self.db, self.mailing)?)
    }

    fn pause(&mut self, reason: &PauseReason, now: Timestamp) -> Result<(), StoreError> {
        summary::set_state(&self.db, self.mailing, "running", "paused", Some(reason), now)?;
        Ok(())
    }

    fn finish(&mut self, now: Timestamp) -> Result<(), StoreError> {
        summary::set_state(&self.db, self.mailing, "running", "finished", None, now)?;
        Ok(())
    }
}

/// The claims of one turn.
struct Claiming<'a> {
    db: &'a Connection,
    mailing: i64,
    turn: &'a Turn,
    quota: Option<&'a mut Quota>,
    paces: &'a mut Paces,
    claims: &'a mut i64,
    now: Timestamp,
}

/// A delivery that is due, before it is known whether it may go.
struct Candidate {
    delivery: i64,
    attempts: i64,
    /// Why it may not.
    excluded: Option<String>,
    /// Nothing when the address cannot be read.
    to: Option<crate::letter::Recipient>,
}

impl Claiming<'_> {
    fn claim(&mut self) -> Result<Handout, StoreError> {
        let now = stamp(self.now);
        let wants = match &mut self.quota {
            Some(quota) => self.turn.wants.min(quota.room(now)),
            None => self.turn.wants,
        };
        let mut handout = Handout::default();
        let mut appointments = 0;
        while handout.claims.len() < wants && appointments < MOST_APPOINTMENTS {
            let candidates = self.candidates(wants - handout.claims.len())?;
            if candidates.is_empty() {
                break;
            }
            for candidate in candidates {
                let before = handout.claims.len();
                handout.claims.extend(self.consider(candidate)?);
                appointments += usize::from(before == handout.claims.len());
            }
        }
        if handout.claims.is_empty() {
            handout.later = self.later()?;
        }
        Ok(handout)
    }

    /// When it is worth asking again: the quota has room, or somebody's appointment has come.
    fn later(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let now = stamp(self.now);
        let full = self.quota.as_mut().map(|quota| quota.next(now)).filter(|next| *next > now);
        let sql = "SELECT due_at FROM deliveries WHERE mailing_id = ?1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1";
        let due: Option<i64> = self.db.prepare_cached(sql)?.query_row([self.mailing], |row| row.get(0)).optional()?;
        Ok(due.map(|due| time(due.max(full.unwrap_or(0)).max(now))))
    }

    fn consider(&mut self, candidate: Candidate) -> Result<Option<Claim>, StoreError> {
        let Candidate { delivery, attempts, excluded, to } = candidate;
        // Somebody may have unsubscribed since the audience was frozen, even a second ago, or an import was taken back.
        if let Some(reason) = excluded {
            self.exclude(delivery, &reason)?;
            return Ok(None);
        }
        if let Some(to) = &to
            && let Some(turn) = self.paces.appointment(delivery, to.person.address.domain(), stamp(self.now))
        {
            let sql = "UPDATE deliveries SET due_at = ?2 WHERE id = ?1";
            self.db.prepare_cached(sql)?.execute(params![delivery, turn])?;
            return Ok(None);
        }
        self.take(delivery)?;
        let Some(to) = to else {
            self.unreadable(delivery)?;
            return Ok(None);
        };
        if let Some(quota) = &mut self.quota {
            quota.take(self.db, stamp(self.now))?;
        }
        Ok(Some(Claim { delivery, attempt: attempts + 1, to }))
    }

    fn take(&mut self, delivery: i64) -> Result<(), StoreError> {
        *self.claims += 1;
        self.db
            .prepare_cached(
                "UPDATE deliveries SET resends = resends + (state = 'uncertain'), state = 'sending', due_at = NULL,
                                       attempts = attempts + 1, connection = ?2, first_at = coalesce(first_at, ?3),
                                       changed_at = ?3, claim = ?4 WHERE id = ?1",
            )?
            .execute(params![delivery, self.turn.connection, stamp(self.now), *self.claims])?;
        Ok(())
    }

    fn exclude(&self, delivery: i64, reason: &str) -> Result<(), StoreError> {
        let sql = "UPDATE deliveries SET reason = iif(doubts > 0, NULL, ?2),
                                         state = iif(doubts > 0, 'uncertain', 'excluded'), due_at = NULL,
                                         changed_at = ?3 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![delivery, reason, stamp(self.now)])?;
        Ok(())
    }

    // One row that something else wrote must not stop everybody behind it.
    fn unreadable(&self, delivery: i64) -> Result<(), StoreError> {
        let settled = Settlement {
            delivery,
            stage: Stage::Recipient,
            code: None,
            text: "the address in the ledger is no mail address".to_owned(),
            outcome: Outcome::Refused,
        };
        settle(self.db, true, None, &settled, UncertainPolicy::Hold, self.now)
    }

    fn candidates(&self, most: usize) -> Result<Vec<Candidate>, StoreError> {
        let sql = "SELECT d.*, x.reason AS suppressed, s.id IS NULL AS gone, k.since IS NOT NULL AS unconfirmed
                   FROM deliveries d LEFT JOIN suppressions x ON x.hash = d.hash
                                     LEFT JOIN subscribers s ON s.hash = d.hash
                                     LEFT JOIN confirmations k ON k.subscriber_id = s.id AND k.confirmed_at IS NULL
                   WHERE d.mailing_id = ?1 AND d.due_at <= ?2 ORDER BY d.due_at, d.id LIMIT ?3";
        let mut statement = self.db.prepare_cached(sql)?;
        let found = statement.query_map(params![self.mailing, stamp(self.now), most], |row| {
            let suppressed: Option<String> = row.get("suppressed")?;
            let gone: bool = row.get("gone")?;
            let to = match summary::recipient(row) {
                Ok(to) => Some(to),
                Err(rusqlite::Error::InvalidColumnName(_)) => None,
                Err(error) => return Err(error),
            };
            // Taken off the list and put on it anew since the audience was frozen, and not yet asked.
            let unconfirmed: bool = row.get("unconfirmed")?;
            let reason = [(gone, "removed"), (unconfirmed, "unconfirmed")].into_iter().find(|(holds, _)| *holds);
            let excluded = suppressed.or_else(|| reason.map(|(_, word)| word.to_owned()));
            Ok(Candidate { delivery: row.get("id")?, attempts: row.get("attempts")?, excluded, to })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Consent;
    use crate::ledger::{Audience, DeliveryState, Occasion};
    use crate::letter::Letter;
    use crate::people::Person;
    use crate::sender::journal::{self, Journal, Line};
    use crate::{Address, MailingSummary};

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn frozen(store: &Store, people: usize) -> MailingSummary {
        let consent =
            Consent { given: None, how: "desk".into(), wording: "w".into(), source: "s".into(), evidence: "e".into() };
        for number in 0..people {
            let address = Address::parse(&format!("p{number}@example.org")).unwrap();
            store.add(&Person::new(address), &consent, now()).unwrap();
        }
        let from = Address::parse("desk@example.org").unwrap();
        let letter = Letter {
            from_name: "Desk".into(),
            unsubscribe: from.clone(),
            from,
            reply_to: None,
            list_id: "news.example.org".into(),
            list_name: "News".into(),
            organisation: String::new(),
            unsubscribe_box: None,
            edition: "e".into(),
            subject: "s".into(),
            html: "h".into(),
            text: "t".into(),
            pictures: Vec::new(),
            attachments: Vec::new(),
            return_path: None,
            seal: None,
        };
        store.freeze(&Occasion::edition("e"), &letter, &Audience::default(), now()).unwrap()
    }

    fn turn(settled: Option<(i64, Outcome)>, wants: bool) -> Turn {
        let settled = settled.map(|(delivery, outcome)| Settlement {
            delivery,
            stage: Stage::AfterDot,
            code: Some(250),
            text: "ok".into(),
            outcome,
        });
        Turn { settled: settled.into_iter().collect(), wants: usize::from(wants), ..Turn::default() }
    }

    #[test]
    fn an_outcome_and_the_next_claim_become_durable_together() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 2).id;
        let states = || {
            let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
            rows.into_iter().map(|row| row.state).collect::<Vec<_>>()
        };
        use DeliveryState::{Accepted, Queued, Sending};
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        let policy = UncertainPolicy::Resend;
        let mut first = None;
        ledger.turn(&[turn(None, true)], policy, now(), &mut |_, mut out| first = out.claims.pop()).unwrap();
        assert_eq!(states(), [Sending, Queued]);
        let outcome = (first.unwrap().delivery, Outcome::Accepted);
        // Nobody else can see one of the two without the other, however the moment is chosen.
        ledger
            .turn(&[turn(Some(outcome), true)], policy, now(), &mut |_, _| assert_eq!(states(), [Sending, Queued]))
            .unwrap();
        assert_eq!(states(), [Accepted, Sending]);
    }

    #[test]
    fn where_the_outcome_or_the_next_claim_cannot_be_written_neither_is() {
        for fault in [
            "BEFORE INSERT ON attempts BEGIN SELECT RAISE(ABORT, 'no'); END",
            "BEFORE UPDATE ON deliveries WHEN new.state = 'sending' BEGIN SELECT RAISE(ABORT, 'no'); END",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), now()).unwrap();
            let mailing = frozen(&store, 2).id;
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            let policy = UncertainPolicy::Resend;
            let mut first = None;
            ledger.turn(&[turn(None, true)], policy, now(), &mut |_, mut out| first = out.claims.pop()).unwrap();
            let outcome = (first.unwrap().delivery, Outcome::Accepted);
            store.db().execute_batch(&format!("CREATE TRIGGER fault {fault}")).unwrap();
            assert!(ledger.turn(&[turn(Some(outcome), true)], policy, now(), &mut |_, _| ()).is_err());
            let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
            let states: Vec<DeliveryState> = rows.into_iter().map(|row| row.state).collect();
            assert_eq!(states, [DeliveryState::Sending, DeliveryState::Queued], "{fault}");
        }
    }

    /// A ledger whose run has a journal, as a sender begins it.
    fn begun(store: &Store, mailing: i64) -> (SqliteLedger, Journal) {
        let run = journal::run_name("boot", 7);
        journal::begin(store.folder(), &run).unwrap();
        let mut ledger = SqliteLedger::open(store, mailing).unwrap().unwrap();
        ledger.begin(&run, &[], &[], now()).unwrap();
        (ledger, Journal::open(store.folder(), 0).unwrap())
    }

    fn put_off(delivery: i64) -> Settlement {
        let text = "450 later".to_owned();
        Settlement { delivery, stage: Stage::Recipient, code: Some(450), text, outcome: Outcome::Postponed }
    }

    #[test]
    fn what_the_journal_says_of_an_earlier_attempt_says_nothing_of_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 1).id;
        let (mut ledger, mut journal) = begun(&store, mailing);
        let policy = UncertainPolicy::Hold;
        let mut first = None;
        ledger.turn(&[turn(None, true)], policy, now(), &mut |_, mut out| first = out.claims.pop()).unwrap();
        let first = first.unwrap();
        let settled = put_off(first.delivery);
        journal.write(&Line { attempt: first.attempt, at: stamp(now()), settled: settled.clone() }).unwrap();
        ledger.turn(&[Turn { settled: vec![settled], ..Turn::default() }], policy, now(), &mut |_, _| ()).unwrap();
        let later = now() + jiff::SignedDuration::from_mins(16);
        let mut claimed = 0;
        ledger.turn(&[turn(None, true)], policy, later, &mut |_, out| claimed = out.claims.len()).unwrap();
        assert_eq!(claimed, 1);
        // Killed now: the second attempt may have been taken.
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        assert_eq!(ledger.recover("boot", policy, later).unwrap(), 1);
        let row = store.deliveries(mailing, None, None, 9).unwrap().deliveries.remove(0);
        assert_eq!((row.state, row.doubts), (DeliveryState::Uncertain, 1));
    }

    #[test]
    fn of_several_claims_without_a_word_the_one_claimed_first_is_in_doubt() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 2).id;
        let (mut ledger, _journal) = begun(&store, mailing);
        let policy = UncertainPolicy::Hold;
        let mut first = None;
        ledger.turn(&[turn(None, true)], policy, now(), &mut |_, mut out| first = out.claims.pop()).unwrap();
        let settled = vec![put_off(first.unwrap().delivery)];
        ledger.turn(&[Turn { settled, ..Turn::default() }], policy, now(), &mut |_, _| ()).unwrap();
        // Whoever was put off comes after everybody who waits for a first attempt, whatever their numbers.
        let later = now() + jiff::SignedDuration::from_mins(16);
        let mut order = Vec::new();
        ledger
            .turn(&[Turn { wants: 2, ..Turn::default() }], policy, later, &mut |_, out| {
                order = out.claims.iter().map(|claim| claim.delivery).collect();
            })
            .unwrap();
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        assert_eq!(ledger.recover("boot", policy, later).unwrap(), 1);
        let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
        let state = |delivery: i64| rows.iter().find(|row| row.id == delivery).unwrap().state;
        assert!(order[0] > order[1], "{order:?}");
        assert_eq!((state(order[0]), state(order[1])), (DeliveryState::Uncertain, DeliveryState::Retry));
    }

    #[test]
    fn whoever_is_in_doubt_stays_so_when_their_next_copy_is_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 1).id;
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        let policy = UncertainPolicy::Resend;
        let mut claimed = Vec::new();
        let mut claim = |ledger: &mut SqliteLedger, turn: Turn| {
            ledger.turn(&[turn], policy, now(), &mut |_, out| claimed.extend(out.claims)).unwrap();
            claimed.last().unwrap().delivery
        };
        let first = claim(&mut ledger, turn(None, true));
        let again = claim(&mut ledger, turn(Some((first, Outcome::Uncertain)), true));
        let released = Turn { released: vec![again], ..Turn::default() };
        ledger.turn(&[released], policy, now(), &mut |_, _| ()).unwrap();
        let row = store.deliveries(mailing, None, None, 9).unwrap().deliveries.remove(0);
        assert_eq!((row.state, row.doubts, row.attempts), (DeliveryState::Uncertain, 1, 1));
        assert_eq!(ledger.waiting(now()).unwrap().due, 1);
    }

    #[test]
    fn the_pace_of_a_domain_goes_along_when_the_clock_is_set_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 2).id;
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        ledger.begin("b/1", &[], &["example.org 1/min".parse().unwrap()], now()).unwrap();
        let policy = UncertainPolicy::Resend;
        ledger.turn(&[turn(None, true)], policy, now(), &mut |_, _| ()).unwrap();
        let before = now() - jiff::SignedDuration::from_hours(1_000);
        let mut later = None;
        ledger.turn(&[turn(None, true)], policy, before, &mut |_, out| later = out.later).unwrap();
        assert_eq!(later, Some(before + jiff::SignedDuration::from_mins(1)));
    }

    #[test]
    fn nobody_is_claimed_from_the_moment_a_pause_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), now()).unwrap();
        let mailing = frozen(&store, 2).id;
        let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
        let policy = UncertainPolicy::Resend;
        let claimed = |ledger: &mut SqliteLedger| {
            let mut claims = 0;
            ledger.turn(&[turn(None, true)], policy, now(), &mut |_, out| claims = out.claims.len()).unwrap();
            claims
        };
        assert_eq!(claimed(&mut ledger), 1);
        assert!(store.pause(mailing, now()).unwrap());
        assert_eq!(claimed(&mut ledger), 0);
        assert!(store.resume(mailing, now()).unwrap());
        assert_eq!(claimed(&mut ledger), 1);
    }

    #[test]
    fn cancelling_names_whom_a_dead_sender_left_and_leaves_a_living_one_its_own() {
        for (alive, expected) in [
            (false, [DeliveryState::Uncertain, DeliveryState::Cancelled]),
            (true, [DeliveryState::Sending, DeliveryState::Cancelled]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), now()).unwrap();
            let mailing = frozen(&store, 2).id;
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            ledger.turn(&[turn(None, true)], UncertainPolicy::Resend, now(), &mut |_, _| ()).unwrap();
            let sender = alive.then(|| crate::lock::SenderLock::take(folder.path()).unwrap().unwrap());
            assert!(store.cancel(mailing, now()).unwrap());
            let rows = store.deliveries(mailing, None, None, 9).unwrap().deliveries;
            assert_eq!(rows.into_iter().map(|row| row.state).collect::<Vec<_>>(), expected);
            assert_eq!(ledger.waiting(now()).unwrap(), Waiting { due: 0, next: None });
            drop(sender);
        }
    }

    #[test]
    fn what_a_dead_sender_left_is_uncertain_and_goes_again_or_is_held() {
        for (policy, due) in [(UncertainPolicy::Resend, 2), (UncertainPolicy::Hold, 1)] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), now()).unwrap();
            let mailing = frozen(&store, 2).id;
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            ledger.turn(&[turn(None, true)], policy, now(), &mut |_, _| ()).unwrap();
            drop(ledger);
            let mut ledger = SqliteLedger::open(&store, mailing).unwrap().unwrap();
            assert_eq!(ledger.recover("", policy, now()).unwrap(), 1);
            assert_eq!(ledger.recover("", policy, now()).unwrap(), 0);
            assert_eq!(ledger.waiting(now()).unwrap().due, due);
            let row = store.deliveries(mailing, Some(DeliveryState::Uncertain), None, 9).unwrap().deliveries.remove(0);
            assert_eq!(store.attempts(row.id).unwrap()[0].stage, "recovery");
            // Leaving or being erased does not make it known whether the mail went out.
            store.forget(&Address::parse(&row.address).unwrap(), now()).unwrap();
            let summary = store.mailing(&Occasion::edition("e")).unwrap().unwrap();
            assert_eq!((summary.count(DeliveryState::Uncertain), summary.excluded.len()), (1, 0));
        }
    }
}
