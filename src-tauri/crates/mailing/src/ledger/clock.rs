//! A clock that was set back: whoever waits goes on waiting as long as before, and no longer.
//!
//! Waits are kept as moments. Where a clock ran a year ahead and is put right, people who were put off would wait for
//! that year to come round; so their moments are moved along with the clock.

use rusqlite::{Connection, OptionalExtension, params};

use super::quota::Paces;

/// Less than this is what clocks are corrected by all the time, in milliseconds.
const SLACK: i64 = 60_000;

/// The moment of the last attempt that is written down, which no clock that is right can be before.
pub(super) fn last_told(db: &Connection) -> Result<i64, rusqlite::Error> {
    let sql = "SELECT at FROM attempts ORDER BY id DESC LIMIT 1";
    db.query_row(sql, [], |row| row.get(0)).optional().map(Option::unwrap_or_default)
}

/// Moves what waits in a mailing along, if the clock showed `before` and shows an earlier moment `now`. Answers what it
/// shows now.
pub(super) fn follow(
    db: &Connection,
    mailing: i64,
    before: i64,
    now: i64,
    paces: &mut Paces,
) -> Result<i64, rusqlite::Error> {
    let back = before - now;
    if back > SLACK {
        // Those who wait for their first attempt wait for no moment: 0 is before any.
        let sql = "UPDATE deliveries SET due_at = max(due_at - ?2, 1), first_at = first_at - ?2
                   WHERE mailing_id = ?1 AND due_at > 0";
        db.execute(sql, params![mailing, back])?;
        paces.set_back(back);
    }
    Ok(now)
}
