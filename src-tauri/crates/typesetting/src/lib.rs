//! From manuscript to Typst to pages, PDFs and positions.
//!
//! Data flows one way: an issue becomes generated files ([`generate`]), the files become pages in a child process
//! that has no file system, no network and a limit on its time and memory, and the pages come back as hashes,
//! pictures and PDFs. The desk talks to an [`Engine`]; the child runs [`serve`]. Nothing here reads the disk or the
//! clock: every byte and the date come in as arguments.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod chain;
mod copyfit;
mod engine;
mod fingerprint;
pub mod generate;
#[cfg(test)]
mod house;
mod inks;
mod inspect;
mod letters;
mod media;
mod pdf;
mod picture;
mod positions;
mod press;
#[cfg(test)]
mod printed;
mod process;
mod proxy;
mod refusal;
mod shrink;
mod side_map;
mod sources;

pub use chain::SlotName;
pub use engine::{
    ArticleFit, ArticlePages, BudgetFit, Engine, EngineError, Layout, Limits, ManuscriptPlace, PageInfo, PagePlace,
    TextEnd, with_lines,
};
pub use media::{Probe, ProbeError, probe};
pub use pdf::room::{Roomy, with_room};
pub use process::child::serve;
pub use process::parent::{Ending, EngineCommand};
pub use process::protocol::{PdfTarget, PictureFormat};
pub use side_map::{SideMap, Written};
pub use sources::{Files, IssueSources, virtual_files};
