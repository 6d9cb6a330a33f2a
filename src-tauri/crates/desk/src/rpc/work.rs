//! Long work: what the window may begin, what it hears meanwhile, and what comes out.
//!
//! The window gives each work a number of its own, and ends it by that number.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{MailingView, PeopleFilter};

/// What takes longer than a moment.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Work {
    /// Sends an edition, or goes on with a send that stopped.
    Send {
        /// The edition.
        edition: String,
        /// The part of the list.
        segment: String,
        /// Into the mail catcher, so that no reader gets anything.
        rehearse: bool,
        /// The people that were confirmed; when there are more or fewer, nothing is sent.
        people: u32,
        /// Go on although it was paused.
        resume: bool,
        /// Whom an earlier run gave up and who are to be sent to once more: `failed` or `uncertain`.
        again: Option<String>,
        /// When to start, as `2026-12-01T09:00` by this computer's clock; nothing: at once.
        at: Option<String>,
    },
    /// Imports a list from a file that was handed over.
    Import {
        /// The file's name, as it was handed over.
        file: String,
        /// Who gathered the list and where.
        source: String,
        /// What the people agreed to.
        basis: String,
        /// Columns whose meaning is not to be guessed.
        columns: Vec<MappedColumn>,
        /// Report only.
        dry_run: bool,
    },
    /// Asks everybody whose turn it is to confirm by mail.
    Invite {
        /// How many were shown; with another number nobody is asked.
        people: u32,
    },
    /// Writes the people a filter finds as CSV.
    ExportPeople {
        /// The filter.
        filter: PeopleFilter,
    },
    /// Writes what can be certified of a mailing, to be printed.
    Certificate {
        /// The edition.
        edition: String,
        /// Whether its rehearsal is meant.
        rehearsal: bool,
    },
    /// Writes a mailing's deliveries as CSV.
    ExportDeliveries {
        /// The edition.
        edition: String,
        /// Whether its rehearsal is meant.
        rehearsal: bool,
        /// Only this state.
        state: Option<String>,
    },
}

/// How far a long work is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum WorkStep {
    /// A send.
    Sending(SendingView),
    /// Questions to people who are to confirm.
    Asking {
        /// People whose turn is over.
        asked: u32,
        /// All whose turn it is.
        of: u32,
    },
    /// An import: the share of the file that is read.
    Reading {
        /// Rows read.
        rows: u32,
        /// From 0 to 1.
        share: f64,
    },
}

/// What a long work came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum WorkDone {
    /// The mailing as it stands.
    Sent(MailingView),
    /// The import, or what it would be.
    Imported(ImportView),
    /// The questions that went out.
    Invited(InvitedView),
    /// A file.
    Written(WrittenFile),
}

/// How far a send is. The counts are of this run.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendingView {
    /// Deliveries that could be claimed when the run began.
    pub due: u32,
    /// Taken by a server.
    pub accepted: u32,
    /// Put off by a server.
    pub postponed: u32,
    /// Refused for good.
    pub refused: u32,
    /// Left without an answer after the final dot.
    pub uncertain: u32,
    /// What is in the way at the moment.
    pub trouble: Option<String>,
    /// Until when it waits: for its start, a quota, a server that put people off.
    pub waits_until: Option<String>,
    /// Whether that is the start that was set for it.
    pub scheduled: bool,
}

/// A column of a list and what it is taken for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappedColumn {
    /// Its heading.
    pub heading: String,
    /// `email`, `name`, …, `ignore`
    pub field: String,
}

/// What an import came to, or would come to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportView {
    /// Its number, to take it back by; absent when nothing was written.
    pub id: Option<u32>,
    /// Rows of the file, the header not counted.
    pub rows: u32,
    /// People who are new on the list.
    pub new: u32,
    /// People of whom something more is known now.
    pub changed: u32,
    /// People of whom nothing new was said.
    pub unchanged: u32,
    /// Rows of people who must not be mailed.
    pub suppressed: u32,
    /// Rows whose address an earlier row had.
    pub duplicates: u32,
    /// Rows that could not be read.
    pub unreadable: u32,
    /// The encoding the file was read in.
    pub encoding: String,
    /// Each heading and what it was taken for.
    pub columns: Vec<MappedColumn>,
    /// What a column can be taken for.
    pub fields: Vec<String>,
    /// The first rows that were not simply taken, each with its line.
    pub findings: Vec<ImportFinding>,
    /// How many such rows there are.
    pub found: u32,
}

/// A row that was not simply taken.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportFinding {
    /// Its line in the file, from 1.
    pub line: u32,
    /// `row-duplicate`, `address-…`
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// What asking people to confirm came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InvitedView {
    /// People whose question a server took.
    pub asked: u32,
    /// People whose server refused it for good.
    pub refused: u32,
    /// People whose question may have gone out.
    pub uncertain: u32,
    /// People whose question was put off to the next time.
    pub postponed: u32,
    /// When the relay's quota lets the next question go, if it ended this.
    pub later: Option<String>,
    /// Whether somebody ended it before everybody's turn had come.
    pub stopped: bool,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenFile {
    /// Where it is.
    pub path: String,
    /// People in it.
    pub people: u32,
}
