//! Whole mails, from the text of an edition.

mod blocks;
mod findings;
mod hostile;
mod payloads;
mod personal;
mod property;
mod sample;
mod teasers;

/// How long a hostile text may take on the busiest machine: one that grows with its square takes minutes. On a quiet one
/// it is far below a second.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);
