//! From manuscript to mail: an edition of an issue as HTML and text.
//!
//! [`compose`] renders an edition once for all its readers: what is a person's own stays a [`Piece::Field`], which
//! whoever delivers the mail fills for each. The crate knows the manuscript and nothing of MIME, sending or people; it
//! reads no file and no clock.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod clients;
mod compose;
mod content;
mod contrast;
mod courtesy;
mod field;
mod frame;
mod html;
mod link;
mod mail;
mod name;
mod palette;
mod picture;
mod piece;
mod reading;
mod requirement;
mod site;
mod sources;
#[cfg(test)]
mod tests;
mod text;
mod web;
mod words;

pub use compose::{HEADS, compose};
pub use frame::{Frame, HOUSE_FRAME, WholeFrame};
pub use mail::Mail;
pub use picture::{PictureSize, PictureUse, Pictures};
pub use piece::{Escape, PersonField, Piece, fill};
pub use site::{ArchivedArticle, ArchivedIssue, Site, SitePicture, SiteSources, site};
pub use sources::Sources;
