//! How a mailing went over time: at a few dozen moments, how many copies had come to an end by then, and to which.
//!
//! It is read off the deliveries as they stand, so a copy counts where it ended, from the moment that it did.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};

use super::DeliveryState;
use crate::store::{Store, StoreError, stamp, time};

/// What had come of a mailing at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// Copies by the state they ended in; states that nobody was in yet are left out.
    pub counts: BTreeMap<DeliveryState, u64>,
}

impl Store {
    /// How a mailing went, at so many moments evenly from its freezing to its last news, or to `now` while something
    /// waits. Empty when nothing came of it yet.
    pub fn course(&self, mailing: i64, moments: u32, now: Timestamp) -> Result<Vec<Moment>, StoreError> {
        let db = self.db();
        let sql =
            "SELECT m.frozen_at, m.state, max(d.changed_at) FROM mailings m JOIN deliveries d ON d.mailing_id = m.id
             WHERE m.id = ?1 AND d.state IN ('accepted', 'uncertain', 'failed', 'bounced', 'expired')";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: Option<(Option<i64>, Option<String>, Option<i64>)> = db.query_row(sql, [mailing], row).optional()?;
        let Some((Some(from), Some(state), Some(last))) = found else { return Ok(Vec::new()) };
        let until = if state == "running" { stamp(now).max(last) } else { last };
        let (parts, span) = (i64::from(moments.max(1)), (until - from).max(1));
        let mut statement = db.prepare_cached(
            "SELECT min(:parts - 1, max(0, (changed_at - :from) * :parts / (:span + 1))) AS part, state, count(*)
             FROM deliveries WHERE mailing_id = :mailing
               AND state IN ('accepted', 'uncertain', 'failed', 'bounced', 'expired')
             GROUP BY part, state ORDER BY part",
        )?;
        let values = named_params! { ":parts": parts, ":from": from, ":span": span, ":mailing": mailing };
        let counted = statement
            .query_map(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<Vec<(i64, String, u64)>, _>>()?;
        Ok(summed(&counted, parts, |part| time(from + span * (part + 1) / parts)))
    }
}

/// Each moment with everything up to it.
fn summed(counted: &[(i64, String, u64)], parts: i64, at: impl Fn(i64) -> Timestamp) -> Vec<Moment> {
    let mut counts = BTreeMap::new();
    let moment = |part: i64| {
        for (_, state, people) in counted.iter().filter(|(of, _, _)| *of == part) {
            if let Some(state) = DeliveryState::named(state) {
                *counts.entry(state).or_insert(0) += people;
            }
        }
        Moment { at: at(part), counts: counts.clone() }
    };
    (0..parts).map(moment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_by_a_moment_stays_counted_after_it() {
        let counted = [(0, "accepted".to_owned(), 3), (2, "accepted".to_owned(), 2), (2, "bounced".to_owned(), 1)];
        let seconds = |part| Timestamp::from_second(part).unwrap();
        let people: Vec<Vec<u64>> =
            summed(&counted, 4, seconds).iter().map(|moment| moment.counts.values().copied().collect()).collect();
        assert_eq!(people, [vec![3], vec![3], vec![5, 1], vec![5, 1]]);
    }
}
