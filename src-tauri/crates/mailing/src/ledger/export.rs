//! The ledger as CSV, safe to open in a spreadsheet.

use std::io::Write;

use rusqlite::params;

use super::{DeliveryState, summary};
use crate::store::Store;
use crate::table::{ExportError, write_row};

impl Store {
    /// Writes a mailing's deliveries as CSV, only those in `state` if given; answers how many.
    pub fn export_ledger(
        &self,
        mailing: i64,
        state: Option<DeliveryState>,
        out: impl Write,
    ) -> Result<u64, ExportError> {
        let mut to = csv::Writer::from_writer(out);
        write_row(
            &mut to,
            ["id", "address", "state", "reason", "attempts", "code", "server", "message id", "changed"],
        )?;
        let db = self.db();
        let mut statement =
            db.prepare("SELECT * FROM deliveries WHERE mailing_id = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY id")?;
        let mut count = 0;
        for delivery in statement.query_map(params![mailing, state.map(DeliveryState::word)], summary::delivery)? {
            let delivery = delivery?;
            let (id, attempts) = (delivery.id.to_string(), delivery.attempts.to_string());
            let code = delivery.code.map_or_else(String::new, |code| code.to_string());
            let changed = delivery.changed.to_string();
            let reason = delivery.reason.as_deref().unwrap_or("");
            let state = delivery.state.word();
            write_row(
                &mut to,
                [
                    &id,
                    &delivery.address,
                    state,
                    reason,
                    &attempts,
                    &code,
                    &delivery.text,
                    &delivery.message_id,
                    &changed,
                ],
            )?;
            count += 1;
        }
        to.flush().map_err(csv::Error::from)?;
        Ok(count)
    }
}
