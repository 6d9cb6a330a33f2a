//! A segment as a condition on the row `s` of `subscribers`: SQL made of fixed words, every value a parameter.
//!
//! Cities, countries, languages, organisations and tags are compared by the spellings the list has for a folded value,
//! so that SQLite compares bytes and can use its indexes.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::{Asks, Field, Node, Segment, Test};
use crate::fold::fold;
use crate::people::spellings;

// More than so many parameters go as one, a JSON array.
const MOST_PARAMETERS: usize = 100;

impl Segment {
    /// The condition; its values are appended to those the statement has already, and numbered on.
    pub(crate) fn condition(&self, db: &Connection, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
        self.root.as_ref().map_or_else(|| Ok("1".to_owned()), |root| node(db, root, values))
    }
}

/// A statement whose rows are people's numbers.
pub(super) struct Ids {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Segment {
    /// A segment that asks for tags and for something else besides, as the people of the latter and of each kind of
    /// tags; nothing for any other.
    pub(super) fn parted(&self, db: &Connection) -> Result<Option<(Ids, Vec<Ids>)>, rusqlite::Error> {
        let Some(Node::All(nodes)) = &self.root else { return Ok(None) };
        let (tagged, rest): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| asked_tag(node).is_some());
        if tagged.is_empty() || rest.is_empty() {
            return Ok(None);
        }
        let mut values = Vec::new();
        let parts: Vec<String> = rest.iter().map(|one| node(db, one, &mut values)).collect::<Result<_, _>>()?;
        let rest = Ids { sql: format!("SELECT s.id FROM subscribers s WHERE {}", parts.join(" AND ")), values };
        let ids = |asks: &Asks| {
            let mut values = Vec::new();
            let tags = parameters(known(db, "tag", asks)?, &mut values);
            Ok(Ids { sql: format!("SELECT t.subscriber_id FROM tags t WHERE t.tag IN {tags}"), values })
        };
        let tags = tagged.iter().filter_map(|node| asked_tag(node)).map(ids).collect::<Result<_, rusqlite::Error>>()?;
        Ok(Some((rest, tags)))
    }
}

/// What is asked of the tags, where a node is that and nothing else.
fn asked_tag(node: &Node) -> Option<&Asks> {
    match node {
        Node::Test(Test { field: Field::Tag, negated: false, asks }) if *asks != Asks::Empty => Some(asks),
        _ => None,
    }
}

fn node(db: &Connection, of: &Node, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
    let mut several = |nodes: &[Node], word: &str| {
        let parts: Vec<String> = nodes.iter().map(|one| node(db, one, values)).collect::<Result<_, _>>()?;
        Ok(format!("({})", parts.join(word)))
    };
    match of {
        Node::All(nodes) => several(nodes, " AND "),
        Node::Any(nodes) => several(nodes, " OR "),
        Node::Not(inner) => Ok(format!("NOT {}", node(db, inner, values)?)),
        Node::Test(test) => {
            let sql = self::test(db, test, values)?;
            Ok(if test.negated { format!("NOT {sql}") } else { sql })
        }
    }
}

fn test(db: &Connection, test: &Test, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
    match &test.field {
        Field::Email => Ok(plain("s.key", &test.asks, values, str::to_lowercase)),
        Field::Name => Ok(plain("s.name_order", &test.asks, values, fold)),
        Field::FirstName => spelled(db, "first_name", &test.asks, values),
        Field::Status => Ok(plain("s.status", &test.asks, values, fold)),
        Field::City => spelled(db, "city", &test.asks, values),
        Field::Country => spelled(db, "country", &test.asks, values),
        Field::Language => spelled(db, "language", &test.asks, values),
        Field::Organisation => spelled(db, "organisation", &test.asks, values),
        Field::Tag => tag(db, &test.asks, values),
        Field::Attribute(name) => Ok(attribute(name, &test.asks, values)),
    }
}

/// A column that is folded as it stands.
fn plain(column: &str, asks: &Asks, values: &mut Vec<Value>, fold: impl Fn(&str) -> String) -> String {
    match asks {
        Asks::Is(value) => format!("({column} = {})", parameter(fold(value), values)),
        Asks::In(list) => format!("({column} IN {})", parameters(list.iter().map(|value| fold(value)), values)),
        Asks::Contains(value) => format!("(instr({column}, {}) > 0)", parameter(fold(value), values)),
        Asks::Empty => format!("({column} = '')"),
    }
}

/// A column whose spellings are known.
fn spelled(db: &Connection, column: &str, asks: &Asks, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
    if *asks == Asks::Empty {
        return Ok(format!("(s.{column} = '')"));
    }
    Ok(format!("(s.{column} IN {})", parameters(known(db, column, asks)?, values)))
}

fn tag(db: &Connection, asks: &Asks, values: &mut Vec<Value>) -> Result<String, rusqlite::Error> {
    if *asks == Asks::Empty {
        return Ok("(NOT EXISTS (SELECT 1 FROM tags t WHERE t.subscriber_id = s.id))".to_owned());
    }
    let tags = parameters(known(db, "tag", asks)?, values);
    Ok(format!("(s.id IN (SELECT t.subscriber_id FROM tags t WHERE t.tag IN {tags}))"))
}

/// The spellings that a condition means.
fn known(db: &Connection, field: &str, asks: &Asks) -> Result<Vec<String>, rusqlite::Error> {
    match asks {
        Asks::Is(value) => spellings::of(db, field, &fold(value)),
        Asks::In(list) => {
            let each = list.iter().map(|value| spellings::of(db, field, &fold(value)));
            Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Asks::Contains(value) => spellings::containing(db, field, &fold(value)),
        Asks::Empty => Ok(vec![String::new()]),
    }
}

fn attribute(name: &str, asks: &Asks, values: &mut Vec<Value>) -> String {
    let name = parameter(fold(name), values);
    let (unless, asked) = match asks {
        Asks::Is(value) if value.is_empty() => ("NOT ", "1".to_owned()),
        Asks::Empty => ("NOT ", "1".to_owned()),
        asks => ("", plain("a.folded", asks, values, fold)),
    };
    format!(
        "({unless}EXISTS (SELECT 1 FROM attributes a WHERE a.subscriber_id = s.id AND a.name_folded = {name} AND {asked}))"
    )
}

fn parameter(value: String, values: &mut Vec<Value>) -> String {
    values.push(Value::Text(value));
    format!("?{}", values.len())
}

fn parameters(list: impl IntoIterator<Item = String>, values: &mut Vec<Value>) -> String {
    let list: Vec<String> = list.into_iter().collect();
    if list.len() > MOST_PARAMETERS {
        let json = serde_json::Value::from(list).to_string();
        return format!("(SELECT value FROM json_each({}))", parameter(json, values));
    }
    let each: Vec<String> = list.into_iter().map(|value| parameter(value, values)).collect();
    format!("({})", each.join(", "))
}
