//! The publication on disk and the words in it.
//!
//! A [`Publication`] is the folder with `assets/` and `issues/`. Reading it never fails half way: every reader here
//! gives what it could read together with the [`Finding`]s about what it could not. Only the disk itself is an error.
//! The crate knows Markdown, TOML and YAML; it knows nothing of Typst, mail or SQLite.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod article;
mod chart;
mod draft;
mod edition;
mod finding;
mod front_matter;
mod house_style;
mod issn;
mod issue;
mod issue_fields;
mod issue_id;
mod manuscript;
mod markdown;
mod media;
mod preflight;
mod prose;
mod publication;
mod record;
mod running_order;
mod save;
mod sender_text;
mod settings;
mod written_list;

pub use article::{Article, ArticleKind, FrontMatter};
pub use chart::{Chart, ChartKind, Series};
pub use draft::{DraftError, FirstDraft};
pub use edition::{Edition, EditionFrontMatter, EditionId, EditionIdError, PdfDelivery, PictureDelivery};
pub use finding::{Code, Finding, Fix, Place, Severity};
pub use front_matter::front_matter;
pub use house_style::StyleRule;
pub use issn::{Issn, IssnError};
pub use issue::{
    Ad, AdSize, BackCover, Colophon, Contents, Cover, CoverLine, FixedPage, Issue, IssueSettings, Slot, StaffRole,
    season_of,
};
pub use issue_fields::{CoverLineFields, IssueFields, IssueFieldsError, issue_fields, with_issue_fields};
pub use issue_id::{IssueId, IssueIdError};
pub use manuscript::{
    Alignment, Block, BlockKind, Callout, Cell, Footnote, Inline, InlineKind, ListItem, Manuscript, Output, Picture,
    PictureWidth, PlacedPicture, Table, TextSegment, plain_inlines, plain_text,
};
pub use markdown::parse;
pub use media::{MediaError, read_media};
pub use prose::{Passage, Piece, Prose};
pub use publication::{OpenError, Publication};
pub use running_order::{
    NewAd, ReorderError, reordered, running_order_length, with_advertisement, with_article, with_entry_back,
    without_entry,
};
pub use save::{Revision, SaveError, remove, save, write_durably, write_new};
pub use sender_text::with_sender;
pub use settings::{Colours, PageFormat, PrintSettings, PublicationSettings, Sender, SenderRelay, TypeScale};
