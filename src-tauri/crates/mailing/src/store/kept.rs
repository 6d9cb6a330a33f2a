//! A statement that is prepared at its first use and kept: looking one up among the prepared ones by its text costs
//! about as much as a small insert.

use rusqlite::{CachedStatement, Connection, Params};

/// A statement of one connection.
pub(crate) struct Kept<'a> {
    db: &'a Connection,
    sql: &'static str,
    statement: Option<CachedStatement<'a>>,
}

impl<'a> Kept<'a> {
    pub(crate) fn new(db: &'a Connection, sql: &'static str) -> Kept<'a> {
        Kept { db, sql, statement: None }
    }

    /// The statement, prepared.
    pub(crate) fn get(&mut self) -> Result<&mut CachedStatement<'a>, rusqlite::Error> {
        let statement = match self.statement.take() {
            Some(statement) => statement,
            None => self.db.prepare_cached(self.sql)?,
        };
        Ok(self.statement.insert(statement))
    }

    /// Runs it; answers how many rows changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize, rusqlite::Error> {
        self.get()?.execute(params)
    }
}
