//! What a mail is made from.

use std::collections::BTreeMap;

use magazine::{Edition, Issue};

use crate::frame::Frame;
use crate::picture::Pictures;

/// What a mail is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// The text of the edition's file, so that findings can name a line; empty where it is not at hand.
    pub text: &'a str,
    /// The issue it tells of.
    pub issue: &'a Issue,
    /// The frame around it.
    pub frame: &'a Frame,
    /// The pictures that exist. One of `media/mail-head.svg`, `.png` and `.jpg` becomes the head.
    pub pictures: &'a Pictures,
    /// The page of the PDF that each article begins on, counted from 1; teasers of others have no page link.
    pub pages: &'a BTreeMap<String, u32>,
}
