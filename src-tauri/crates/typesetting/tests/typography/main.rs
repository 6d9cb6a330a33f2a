//! How the pages are set, measured where it counts: in the PDF and in the pictures of its pages.
//!
//! Each issue is laid out once and its PDF read back; the measures are taken from the text matrices of the content
//! streams and from the structure tree, not from what the template meant to do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(clippy::print_stdout, reason = "the measures are worth reading when all is well, too")]

mod balance;
mod book;
mod columns;
mod golden;
mod grid;
mod haste;
mod overset;
mod parted;
mod print;
mod scripts;
