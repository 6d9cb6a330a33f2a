//! Indexes laid aside while very many rows go in.
//!
//! An index that is made when all rows are there is sorted once and written in its order; kept row by row it is written
//! all over, and that is most of what a million rows cost. Whoever lays indexes aside makes them again in the same
//! transaction, so that nobody else ever sees the tables without.

use rusqlite::Connection;

/// What was laid aside, as the statements that make it again.
pub(crate) struct Aside(Vec<String>);

impl Aside {
    /// Drops the indexes of these tables, and a trigger if one is named.
    pub(crate) fn lay(db: &Connection, tables: &[&str], trigger: &str) -> Result<Aside, rusqlite::Error> {
        let sql = "SELECT type, name, sql, tbl_name FROM sqlite_master WHERE sql IS NOT NULL
                   AND (type = 'index' OR type = 'trigger' AND name = ?1) ORDER BY name";
        let mut statement = db.prepare(sql)?;
        let all = statement.query_map([trigger], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let all: Vec<(String, String, String, String)> = all.collect::<Result<_, _>>()?;
        let mut made_by = Vec::new();
        for (kind, name, sql, _) in all.into_iter().filter(|(.., table)| tables.contains(&table.as_str())) {
            db.execute_batch(&format!("DROP {kind} {name}"))?;
            made_by.push(sql);
        }
        Ok(Aside(made_by))
    }

    /// Makes them again, one at a time; `between` may stop it.
    pub(crate) fn make<E: From<rusqlite::Error>>(
        self,
        db: &Connection,
        mut between: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        for sql in &self.0 {
            between()?;
            db.execute_batch(sql)?;
        }
        Ok(())
    }
}
