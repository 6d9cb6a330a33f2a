//! Where the pages of a long table begin, so that it can be paged by key from anywhere and not only from its start.

use rusqlite::{named_params, params_from_iter};

use crate::ledger::DeliveryState;
use crate::people::{Filter, condition};
use crate::segment::Segment;
use crate::store::{Store, StoreError};

/// How many rows there are, and the row that ends each page but the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks<T> {
    /// Rows.
    pub rows: u64,
    /// What the following page comes after.
    pub marks: Vec<T>,
}

impl<T> Marks<T> {
    fn of<E>(keys: impl Iterator<Item = Result<T, E>>, every: usize) -> Result<Marks<T>, E> {
        let mut marks = Marks { rows: 0, marks: Vec::new() };
        let mut last = None;
        for key in keys {
            let key = key?;
            if marks.rows > 0 && marks.rows % every.max(1) as u64 == 0 {
                marks.marks.extend(last.take());
            }
            last = Some(key);
            marks.rows += 1;
        }
        Ok(marks)
    }
}

impl Store {
    /// Where the pages of the people a filter finds begin, in the order of their addresses: each mark is an
    /// `after` of [`Filter`].
    pub fn people_marks(&self, filter: &Filter, every: usize) -> Result<Marks<String>, StoreError> {
        let db = self.db();
        let whole = filter.status.is_none() && filter.text.trim().is_empty() && filter.segment == Segment::default();
        if whole {
            // The index alone answers this: no row of the table is read.
            let mut statement = db.prepare_cached("SELECT key FROM subscribers ORDER BY key")?;
            return Ok(Marks::of(statement.query_map([], |row| row.get(0))?, every)?);
        }
        let mut values = Vec::new();
        let wanted = condition(&db, filter, &mut values)?;
        let mut statement =
            db.prepare_cached(&format!("SELECT s.key FROM subscribers s WHERE {wanted} ORDER BY s.key"))?;
        Ok(Marks::of(statement.query_map(params_from_iter(values), |row| row.get(0))?, every)?)
    }

    /// Where the pages of a mailing's deliveries begin: each mark is an `after` of [`Store::deliveries`].
    pub fn delivery_marks(
        &self,
        mailing: i64,
        state: Option<DeliveryState>,
        every: usize,
    ) -> Result<Marks<i64>, StoreError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id FROM deliveries WHERE mailing_id = :mailing AND (:state IS NULL OR state = :state) ORDER BY id",
        )?;
        let values = named_params! { ":mailing": mailing, ":state": state.map(DeliveryState::word) };
        Ok(Marks::of(statement.query_map(values, |row| row.get(0))?, every)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Consent, Person};

    fn marks(rows: usize, every: usize) -> Marks<usize> {
        Marks::of((1..=rows).map(Ok::<_, ()>), every).unwrap()
    }

    #[test]
    fn a_mark_stands_after_each_full_page_that_another_follows() {
        assert_eq!(marks(0, 3), Marks { rows: 0, marks: vec![] });
        assert_eq!(marks(3, 3), Marks { rows: 3, marks: vec![] });
        assert_eq!(marks(7, 3), Marks { rows: 7, marks: vec![3, 6] });
    }

    #[test]
    fn pages_by_marks_are_the_whole_list_each_person_once() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let store = Store::open(folder.path(), now).unwrap();
        for number in 0..25 {
            let person = Person::new(Address::parse(&format!("p{}@example.org", number * 7 % 25)).unwrap());
            let empty = String::new;
            let consent = Consent { given: None, how: empty(), wording: empty(), source: empty(), evidence: empty() };
            store.add(&person, &consent, now).unwrap();
        }
        for text in ["", "p1"] {
            let filter = Filter { text: text.to_owned(), limit: 4, ..Filter::default() };
            let marks = store.people_marks(&filter, 4).unwrap();
            let starts = std::iter::once(None).chain(marks.marks.into_iter().map(Some));
            let pages: Vec<Vec<i64>> = starts
                .map(|after| store.subscribers(&Filter { after, ..filter.clone() }).unwrap())
                .map(|page| page.subscribers.iter().map(|person| person.id).collect())
                .collect();
            let all = store.subscribers(&Filter { limit: 100, ..filter.clone() }).unwrap();
            let all: Vec<i64> = all.subscribers.iter().map(|person| person.id).collect();
            assert_eq!(pages.concat(), all);
            assert_eq!(marks.rows, all.len() as u64);
            assert_eq!(pages.len(), all.len().div_ceil(4));
        }
    }
}
