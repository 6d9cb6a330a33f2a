//! The list: importing, looking, counting.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use mailing::{
    Added, Address, Change, Changed, Consent, Field, Filter, HistoryEntry, ImportPlan, ImportReport, Page, Person,
    Progress, Record, SavedSegment, Segment, SegmentCount, Subscriber, Undone, Why,
};

use crate::{Class, Desk, Failure};

/// What to import, and why its people may be mailed.
#[derive(Debug, Clone)]
pub struct ImportFrom {
    /// The CSV file.
    pub file: PathBuf,
    /// Who gathered the list and where.
    pub source: String,
    /// What the people agreed to.
    pub basis: String,
    /// Columns whose meaning is not to be guessed.
    pub columns: Vec<(String, Field)>,
    /// Report only.
    pub dry_run: bool,
    /// The people confirmed by mail elsewhere, so a publication that wants double opt-in need not ask them again.
    pub confirmed: bool,
}

impl Desk {
    /// Imports a list from a CSV or XLSX file, in one transaction, after a copy of the list was made.
    ///
    /// # Errors
    /// When the file cannot be read as a table, has no addresses, or the list cannot be written; then nothing was.
    pub fn import(
        &self,
        from: &ImportFrom,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport, Failure> {
        let mut file = std::fs::File::open(&from.file).map_err(|error| {
            Failure::new(
                Class::Environment,
                "unreadable-file",
                format!("could not read `{}`: {error}", from.file.display()),
            )
        })?;
        let name = from.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let plan = ImportPlan {
            file_name: name,
            source: from.source.clone(),
            basis: from.basis.clone(),
            columns: from.columns.clone(),
            dry_run: from.dry_run,
            ask: self.asks_first()? && !from.confirmed,
        };
        let store = self.store()?;
        if !plan.dry_run {
            store.back_up(Why::Import, self.now())?;
        }
        Ok(store.import(&mut file, &plan, self.now(), progress)?)
    }

    /// Takes an import back.
    ///
    /// # Errors
    /// When there is no such import, or the list cannot be written.
    pub fn undo_import(&self, id: i64) -> Result<Undone, Failure> {
        Ok(self.store()?.undo_import(id, self.now())?)
    }

    /// A page of the list.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn subscribers(&self, filter: &Filter) -> Result<Page, Failure> {
        Ok(self.store()?.subscribers(filter)?)
    }

    /// How many people are on the list.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn count(&self, filter: &Filter) -> Result<u64, Failure> {
        Ok(self.store()?.count(filter)?)
    }

    /// Everything the list knows about one address.
    ///
    /// # Errors
    /// When it is no address, or the list cannot be read.
    pub fn person(&self, address: &str) -> Result<Record, Failure> {
        Ok(self.store()?.show(&Address::parse(address)?)?)
    }

    /// Writes one person's full record as CSV.
    ///
    /// # Errors
    /// When it is no address, or the list cannot be read or the table not be written.
    pub fn person_csv(&self, address: &str, out: impl std::io::Write) -> Result<(), Failure> {
        let record = self.person(address)?;
        record.to_csv(out).map_err(|error| {
            Failure::new(Class::Environment, "disk", format!("the record could not be written: {error}"))
        })
    }

    /// The first people whom a typed text finds, for every keystroke.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Subscriber>, Failure> {
        Ok(self.store()?.search(text, limit)?)
    }

    /// What changed about a person, oldest first.
    ///
    /// # Errors
    /// When it is no address, nobody of that address is on the list, or the list cannot be read.
    pub fn history(&self, address: &str) -> Result<Vec<HistoryEntry>, Failure> {
        let record = self.person(address)?;
        if record.subscriber.is_none() { Err(nobody(address)) } else { Ok(record.history) }
    }

    /// Changes what is known about a person.
    ///
    /// # Errors
    /// When nobody of that address is on the list, a new address is somebody else's or must not be mailed, or the list
    /// cannot be written.
    pub fn change(&self, address: &str, change: &Change) -> Result<(), Failure> {
        let refused = |code: &str, message: &str| {
            Err(Failure::new(Class::Work, code, message)
                .hint("nothing was changed; their page tells more")
                .command("nothing was changed; `masthead subscribers show` tells more"))
        };
        match self.store()?.change(&Address::parse(address)?, change, self.now())? {
            Changed::Done => Ok(()),
            Changed::Unknown => Err(nobody(address)),
            Changed::Taken => refused("address-taken", "the new address belongs to somebody else on the list"),
            Changed::Suppressed => refused("address-suppressed", "the old or the new address must not be mailed"),
        }
    }

    /// Writes a note about a person.
    ///
    /// # Errors
    /// When nobody of that address is on the list, or the list cannot be written.
    pub fn note(&self, address: &str, text: &str) -> Result<(), Failure> {
        let known = self.store()?.note(&Address::parse(address)?, text, self.now())?;
        if known { Ok(()) } else { Err(nobody(address)) }
    }

    /// How many people are in a segment now.
    ///
    /// # Errors
    /// When the expression cannot be read, or the list not.
    pub fn count_segment(&self, expression: &str) -> Result<SegmentCount, Failure> {
        Ok(self.store()?.count_segment(&self.segment(expression)?)?)
    }

    /// The segment of an expression; `@name` is one that was saved.
    ///
    /// # Errors
    /// When it cannot be read, or no segment of that name was saved.
    pub fn segment(&self, expression: &str) -> Result<Segment, Failure> {
        let Some(name) = expression.trim().strip_prefix('@') else { return Ok(expression.parse()?) };
        let saved = self.store()?.segments()?;
        match saved.iter().find(|segment| segment.name == name) {
            Some(segment) => Ok(segment.expression.parse()?),
            None => Err(Failure::new(Class::Usage, "no-segment", format!("there is no segment `{name}`"))
                .hint("choose one of those that are kept")
                .command("`masthead segments list` names them")),
        }
    }

    /// Saves a segment by name.
    ///
    /// # Errors
    /// When the expression cannot be read or the list not be written.
    pub fn save_segment(&self, name: &str, expression: &str) -> Result<(), Failure> {
        Ok(self.store()?.save_segment(name, &expression.parse()?, self.now())?)
    }

    /// Forgets a saved segment; answers whether there was one.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn remove_segment(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.store()?.remove_segment(name)?)
    }

    /// The saved segments, by name.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn segments(&self) -> Result<Vec<SavedSegment>, Failure> {
        Ok(self.store()?.segments()?)
    }

    /// Adds a person, with the basis on which they may be mailed.
    ///
    /// # Errors
    /// When it is no address, or the list cannot be written.
    pub fn add(&self, address: &str, name: &str, source: &str, basis: &str) -> Result<Added, Failure> {
        let mut person = Person::new(Address::parse(address)?);
        name.clone_into(&mut person.name);
        self.sign_up(&person, source, basis)
    }

    /// Puts a person on the list, as somebody at the desk says they may be; where the publication wants double opt-in
    /// they are waited for.
    pub(crate) fn sign_up(&self, person: &Person, source: &str, basis: &str) -> Result<Added, Failure> {
        let (store, now) = (self.store()?, self.now());
        let consent = Consent {
            given: Some(now),
            how: "desk".to_owned(),
            wording: basis.to_owned(),
            source: source.to_owned(),
            evidence: String::new(),
        };
        Ok(match self.asks_first()? {
            true => store.add_asking(person, &consent, now)?,
            false => store.add(person, &consent, now)?,
        })
    }

    /// Takes a person off the list; they stay known as somebody who must not be mailed.
    ///
    /// # Errors
    /// When it is no address, or the list cannot be written.
    pub fn unsubscribe(&self, address: &str) -> Result<bool, Failure> {
        Ok(self.store()?.unsubscribe(&Address::parse(address)?, "by the desk", self.now())?)
    }

    /// Erases a person; only a keyed hash stays, so that no import brings them back.
    ///
    /// # Errors
    /// When it is no address, or the list cannot be written.
    pub fn forget(&self, address: &str) -> Result<bool, Failure> {
        let address = Address::parse(address)?;
        let store = self.store()?;
        // It has the person too, until the erasure goes through the copies.
        store.back_up(Why::Erasure, self.now())?;
        Ok(store.forget(&address, self.now())?)
    }

    /// Writes the list as CSV.
    ///
    /// # Errors
    /// When the list cannot be read or written.
    pub fn export(&self, filter: &Filter, out: impl std::io::Write) -> Result<u64, Failure> {
        Ok(self.store()?.export_csv(filter, out)?)
    }

    /// Writes the list as CSV to a file that only its owner may read. An older file of that name stays until the new
    /// one is whole.
    ///
    /// # Errors
    /// When the list cannot be read or the file not be written.
    pub fn export_to(&self, filter: &Filter, path: &Path) -> Result<u64, Failure> {
        let disk = |error: &dyn std::fmt::Display| {
            Failure::new(Class::Environment, "disk", format!("could not write `{}`: {error}", path.display()))
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A temporary file is its owner's alone from its first byte on.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| disk(&error))?;
        let people = self.export(filter, &mut file)?;
        file.as_file().sync_all().map_err(|error| disk(&error))?;
        file.persist(path).map_err(|error| disk(&error.error))?;
        Ok(people)
    }
}

fn nobody(address: &str) -> Failure {
    Failure::new(Class::Usage, "no-subscriber", format!("`{address}` is not on the list"))
        .hint("look for the person by name on the list")
        .command("`masthead subscribers search` finds people by name and address")
}
