//! Whole mails, from the text of an edition.

mod blocks;
mod findings;
mod hostile;
mod payloads;
mod personal;
mod property;
mod sample;
mod teasers;
