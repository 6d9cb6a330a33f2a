//! The list as CSV that imports again to the same list.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Filter, Subscriber};
use crate::store::Store;
use crate::table::{ExportError, write_row};

const HEADINGS: [&str; 9] =
    ["email", "name", "first name", "city", "country", "language", "organisation", "tags", "status"];

impl Store {
    /// Writes everybody a filter finds as CSV, whatever its page; answers how many. Free attributes are columns
    /// named `attribute: job title`, which an import knows again.
    pub fn export_csv(&self, filter: &Filter, out: impl Write) -> Result<u64, ExportError> {
        let attributes = self.attribute_names()?;
        let mut to = csv::Writer::from_writer(out);
        let free: Vec<String> = attributes.iter().map(|name| format!("attribute: {name}")).collect();
        write_row(&mut to, HEADINGS.into_iter().chain(free.iter().map(String::as_str)))?;
        let mut page = Filter { limit: 1_000, after: None, ..filter.clone() };
        let mut count = 0;
        loop {
            let found = self.subscribers(&page)?;
            count += found.subscribers.len() as u64;
            found.subscribers.iter().try_for_each(|subscriber| row(&mut to, subscriber, &attributes))?;
            match found.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        to.flush().map_err(csv::Error::from)?;
        Ok(count)
    }

    /// The names of free attributes that somebody on the list has.
    pub fn attribute_names(&self) -> Result<BTreeSet<String>, crate::StoreError> {
        let db = self.db();
        let mut statement = db.prepare("SELECT DISTINCT name FROM attributes")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

fn row(
    to: &mut csv::Writer<impl Write>,
    subscriber: &Subscriber,
    attributes: &BTreeSet<String>,
) -> Result<(), csv::Error> {
    let person = &subscriber.person;
    let (address, tags) = (person.address.to_string(), person.tags.join(", "));
    let fields = [
        &address,
        &person.name,
        &person.first_name,
        &person.city,
        &person.country,
        &person.language,
        &person.organisation,
        &tags,
    ];
    let free = attributes.iter().map(|name| person.attributes.get(name).map_or("", String::as_str));
    write_row(to, fields.into_iter().map(String::as_str).chain([subscriber.status.word()]).chain(free))
}
