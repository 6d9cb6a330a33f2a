//! A segment: which part of the list an audience is chosen from.
//!
//! Written as `country = "RO" and (tag = "mayor" or city in ("Cluj", "Iași"))`, with `not`, `!=`, `contains` and
//! `is empty`. Comparing folds case and diacritics. A free attribute's name stands in quotes. The text is parsed into
//! a tree, and the tree becomes SQL whose every value is a parameter: nothing that was typed is ever part of a
//! statement. The default segment is everybody.

mod condition;
mod parse;
mod print;
mod saved;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use parse::SegmentError;
pub use saved::{SavedSegment, SegmentCount};

/// A part of the list; the default is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Segment {
    root: Option<Node>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

/// One condition: `city != "Cluj"`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    field: Field,
    negated: bool,
    asks: Asks,
}

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    Is(String),
    In(Vec<String>),
    Contains(String),
    Empty,
}

/// What people are chosen by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Email,
    Name,
    FirstName,
    City,
    Country,
    Language,
    Organisation,
    Tag,
    Status,
    Attribute(String),
}

/// The words for the fields everybody has.
const FIELDS: &[(&str, Field)] = &[
    ("email", Field::Email),
    ("name", Field::Name),
    ("first_name", Field::FirstName),
    ("city", Field::City),
    ("country", Field::Country),
    ("language", Field::Language),
    ("organisation", Field::Organisation),
    ("tag", Field::Tag),
    ("status", Field::Status),
];

impl Segment {
    /// Whether it is everybody.
    pub fn is_everybody(&self) -> bool {
        self.root.is_none()
    }

    /// The names of free attributes it asks about.
    pub fn attributes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes.iter().rev()),
                Node::Not(inner) => open.push(inner),
                Node::Test(Test { field: Field::Attribute(name), .. }) => names.push(name.as_str()),
                Node::Test(_) => {}
            }
        }
        names
    }
}

impl FromStr for Segment {
    type Err = SegmentError;

    fn from_str(text: &str) -> Result<Segment, SegmentError> {
        parse::parse(text).map(|root| Segment { root })
    }
}

impl TryFrom<String> for Segment {
    type Error = SegmentError;
    fn try_from(text: String) -> Result<Segment, SegmentError> {
        text.parse()
    }
}

impl From<Segment> for String {
    fn from(segment: Segment) -> String {
        segment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = String> {
        prop_oneof!["[a-zșțA-Z ]{0,8}", "\\PC{0,6}", Just("\") or (1=1) --".to_owned()), Just("a\\\"\n\0".to_owned())]
    }

    fn test() -> impl Strategy<Value = Node> {
        let known = (0..FIELDS.len()).prop_map(|place| FIELDS[place].1.clone());
        let field = prop_oneof![known, "\\PC{1,8}".prop_map(Field::Attribute)];
        let asks = prop_oneof![
            value().prop_map(Asks::Is),
            proptest::collection::vec(value(), 1..4).prop_map(Asks::In),
            value().prop_map(Asks::Contains),
            Just(Asks::Empty),
        ];
        (field, any::<bool>(), asks).prop_map(|(field, negated, asks)| Node::Test(Test { field, negated, asks }))
    }

    fn tree() -> impl Strategy<Value = Node> {
        test().prop_recursive(4, 24, 4, |inner| {
            let several = proptest::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                several.clone().prop_map(Node::All),
                several.prop_map(Node::Any),
                inner.prop_map(|node| Node::Not(Box::new(node))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same_tree(root in tree()) {
            let segment = Segment { root: Some(root) };
            let printed = segment.to_string();
            prop_assert_eq!(printed.parse::<Segment>().map(|again| again.to_string()), Ok(printed.clone()));
            prop_assert_eq!(printed.parse::<Segment>(), Ok(segment));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}|([(),=!\" ]|and|or|not|in|is|empty|tag|city|contains|x){0,24}") {
            if let Ok(segment) = text.parse::<Segment>() {
                prop_assert_eq!(segment.to_string().parse::<Segment>(), Ok(segment));
            }
        }
    }
}
