//! People and the parts of the list.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PasswordFrom;

#[derive(Debug, Subcommand)]
pub(crate) enum Subscribers {
    /// Import people from a CSV file.
    Import(Import),
    /// Take an import back.
    UndoImport {
        /// The import's number.
        id: i64,
    },
    /// List people.
    List(List),
    /// Count people.
    Count(Chosen),
    /// Find people by words of their name or address, as one types.
    Search {
        /// Beginnings of words of the name or the address.
        text: String,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show everything that is known about an address: the person's full record.
    Show {
        /// The address.
        address: String,
        /// As a table instead of JSON.
        #[arg(long)]
        csv: bool,
    },
    /// What changed about a person, when and from where.
    History {
        /// The address.
        address: String,
    },
    /// Change what is known about a person.
    Edit(Edit),
    /// Give a person tags, or take them away.
    Tag {
        /// The address.
        address: String,
        /// The tags.
        #[arg(required = true)]
        tags: Vec<String>,
        /// Take them away.
        #[arg(long)]
        remove: bool,
    },
    /// Note something about a person.
    Note {
        /// The address.
        address: String,
        /// The note.
        text: String,
    },
    /// Add a person.
    Add {
        /// The address.
        address: String,
        /// Their name.
        #[arg(long, default_value = "")]
        name: String,
        /// Who gathered the address and where.
        #[arg(long)]
        source: String,
        /// What they agreed to.
        #[arg(long)]
        basis: String,
    },
    /// Ask people by mail to confirm that they want the newsletter, where the publication wants that.
    Invite(Invite),
    /// Record that a person confirmed in another way than by the mail that asks.
    Confirm {
        /// The address.
        address: String,
        /// How they did: `by telephone on 3 March`.
        #[arg(long, value_name = "TEXT")]
        evidence: String,
    },
    /// Take a person off the list; no import brings them back.
    Unsubscribe {
        /// The address.
        address: String,
    },
    /// Erase a person; only a keyed hash of the address stays, so that no import brings them back.
    Forget {
        /// The address.
        address: String,
    },
    /// Write the list as CSV.
    Export {
        /// Who to export.
        #[command(flatten)]
        chosen: Chosen,
        /// The file to write; otherwise standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// The address.
    pub(crate) address: String,
    /// Their new address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// The full name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The name a letter greets them by.
    #[arg(long)]
    pub(crate) first_name: Option<String>,
    /// The city.
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// The country.
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// The language.
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// Where they work.
    #[arg(long)]
    pub(crate) organisation: Option<String>,
    /// An attribute of your own: `--set "job title=planner"`; an empty value takes it away.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Segments {
    /// The saved ones.
    List,
    /// Save an expression under a name; `--segment @NAME` uses it.
    Save {
        /// The name.
        name: String,
        /// The expression: `country = "RO" and tag = "press"`.
        expression: String,
    },
    /// Forget a saved one.
    Remove {
        /// The name.
        name: String,
    },
    /// Count the people an expression means.
    Count {
        /// The expression, or `@NAME`.
        expression: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The CSV file.
    pub(crate) file: PathBuf,
    /// Who gathered the list and where.
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: String,
    /// What the people agreed to, or the other basis on which they may be mailed.
    #[arg(long, value_name = "TEXT")]
    pub(crate) basis: String,
    /// What a column means where its heading does not say: `--map Mail=email`.
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    pub(crate) map: Vec<String>,
    /// Report only, write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The people confirmed by mail elsewhere; with `double-opt-in` the others are asked first.
    #[arg(long)]
    pub(crate) confirmed: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// The number of people to ask; asked for on a terminal.
    #[arg(long, value_name = "COUNT")]
    pub(crate) yes: Option<u64>,
    /// Only say how many are waited for and how many would be asked.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How long after a question without an answer the one reminder goes, as `7d`.
    #[arg(long, value_name = "SPAN", default_value = "7d")]
    pub(crate) remind_after: String,
    /// The relay, as `smtp+starttls://user@host:587`; otherwise the publication's.
    #[arg(long, value_name = "URL")]
    pub(crate) relay: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
}

#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Only these people: `country = "RO" and tag = "press"`, or `@NAME` of a saved segment.
    #[arg(long, value_name = "EXPRESSION", default_value = "")]
    pub(crate) segment: String,
    /// Only this status: `active`, `unsubscribed`, `bounced`.
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Only people in whose name and address every word of this begins a word.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) search: String,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
    /// In this order: `address`, `name`, `newest`, `oldest`, `changed`.
    #[arg(long, default_value = "address")]
    pub(crate) order: String,
    /// Go on where the page before ended: its `next`.
    #[arg(long, value_name = "NEXT")]
    pub(crate) after: Option<String>,
}
