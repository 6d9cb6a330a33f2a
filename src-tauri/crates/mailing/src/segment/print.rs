//! A segment as text again, the shortest that parses to the same tree.

use std::fmt;

use super::{Asks, FIELDS, Field, Node, Segment, Test};

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.as_ref().map_or(Ok(()), |root| node(root, f))
    }
}

fn node(node: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match node {
        Node::All(nodes) => joined(nodes, " and ", f),
        Node::Any(nodes) => joined(nodes, " or ", f),
        Node::Not(inner) => {
            f.write_str("not ")?;
            inside(inner, f)
        }
        Node::Test(test) => self::test(test, f),
    }
}

fn joined(nodes: &[Node], word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (place, node) in nodes.iter().enumerate() {
        f.write_str(if place > 0 { word } else { "" })?;
        inside(node, f)?;
    }
    Ok(())
}

// Brackets around everything compound: nobody need remember what binds tighter.
fn inside(inner: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match inner {
        Node::All(_) | Node::Any(_) => {
            f.write_str("(")?;
            node(inner, f)?;
            f.write_str(")")
        }
        Node::Not(_) | Node::Test(_) => node(inner, f),
    }
}

fn test(test: &Test, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &test.field {
        Field::Attribute(name) => quoted(name, f)?,
        field => f.write_str(FIELDS.iter().find(|(_, known)| known == field).map_or("", |(word, _)| word))?,
    }
    let not = if test.negated { "not " } else { "" };
    match &test.asks {
        Asks::Is(value) => {
            f.write_str(if test.negated { " != " } else { " = " })?;
            quoted(value, f)
        }
        Asks::In(values) => {
            write!(f, " {not}in (")?;
            for (place, value) in values.iter().enumerate() {
                f.write_str(if place > 0 { ", " } else { "" })?;
                quoted(value, f)?;
            }
            f.write_str(")")
        }
        Asks::Contains(value) => {
            write!(f, " {not}contains ")?;
            quoted(value, f)
        }
        Asks::Empty => write!(f, " is {not}empty"),
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
