//! What can go wrong around the page engine. What is wrong in an issue is a finding instead.

use std::path::PathBuf;
use std::time::Duration;

use magazine::Finding;

use crate::SlotName;
use crate::process::parent::Ending;

/// The page engine could not answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The child did not start.
    #[error("the page engine `{}` did not start: {source}", program.display())]
    Start {
        /// The executable.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The child took too long or too much memory and was ended. The last pages stay; the next call starts another.
    #[error("{}", killed(ending, slots))]
    Killed {
        /// Why.
        ending: Ending,
        /// What it was laying out; these are placeholders until they change.
        slots: Vec<SlotName>,
    },
    /// A newer edit came while this one was being laid out; the last pages stay.
    #[error("a newer edit came first")]
    Superseded,
    /// Nothing was laid out yet.
    #[error("no issue is laid out yet")]
    NothingLaidOut,
    /// The page has changed since, or never was.
    #[error("there is no page `{0}`")]
    NoSuchPage(String),
    /// The PDF was not written, for these reasons.
    #[error("the PDF was not written: it does not pass its standard")]
    Refused(Vec<Finding>),
}

fn killed(ending: &Ending, slots: &[SlotName]) -> String {
    let cause = match ending {
        Ending::TimeLimit(limit) => format!("the page engine took longer than {}", seconds(*limit)),
        Ending::Superseded => "the page engine was ended for a newer edit".to_owned(),
        Ending::Died => "the page engine ended unexpectedly, most likely out of memory".to_owned(),
    };
    let names: Vec<String> = slots.iter().map(|slot| format!("`{}`", name(slot))).collect();
    if names.is_empty() { cause } else { format!("{cause} over {}", names.join(" and ")) }
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// A slot as people call it.
pub(crate) fn name(slot: &SlotName) -> String {
    match slot {
        SlotName::Article(slug) => slug.clone(),
        SlotName::Ad(number) => format!("ad {number}"),
        SlotName::Page(magazine::FixedPage::Cover) => "cover".to_owned(),
        SlotName::Page(magazine::FixedPage::Contents) => "contents".to_owned(),
        SlotName::Page(magazine::FixedPage::Colophon) => "colophon".to_owned(),
        SlotName::Page(magazine::FixedPage::BackCover) => "back cover".to_owned(),
    }
}
