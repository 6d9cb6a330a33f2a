//! Values and where they were written, made from TOML or YAML.

use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use toml::de::{DeTable, DeValue};

/// A value and its bytes.
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What a value is.
pub(super) enum Kind {
    Nothing,
    Text(String),
    Whole(i64),
    Number(f64),
    Flag,
    Date,
    List(Vec<Value>),
    Table(Vec<Entry>),
}

/// A key, its value, and the key's bytes.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_range: Range<usize>,
    pub(super) value: Value,
}

/// Why a text could not be parsed.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

impl Value {
    /// What a person would call it.
    pub(super) fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Nothing => "nothing",
            Kind::Text(_) => "a text",
            Kind::Whole(_) => "a whole number",
            Kind::Number(_) => "a number",
            Kind::Flag => "true or false",
            Kind::Date => "a date",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }
}

pub(super) fn parse_toml(text: &str) -> Result<Vec<Entry>, Fault> {
    let table = DeTable::parse(text)
        .map_err(|error| Fault { message: first_line(error.message()), range: error.span().unwrap_or(0..0) })?;
    Ok(toml_entries(table.get_ref()))
}

fn toml_entries(table: &DeTable<'_>) -> Vec<Entry> {
    let entry = |(key, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        key_range: key.span(),
        value: toml_value(value),
    };
    table.iter().map(entry).collect()
}

fn toml_value(value: &toml::Spanned<DeValue<'_>>) -> Value {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Kind::Nothing, Kind::Whole)
        }
        DeValue::Float(number) => number.as_str().parse().map_or(Kind::Nothing, Kind::Number),
        DeValue::Boolean(_) => Kind::Flag,
        DeValue::Datetime(_) => Kind::Date,
        DeValue::Array(list) => Kind::List(list.iter().map(toml_value).collect()),
        DeValue::Table(table) => Kind::Table(toml_entries(table)),
    };
    Value { kind, range: value.span() }
}

pub(super) fn parse_yaml(text: &str, range: Range<usize>) -> Result<Vec<Entry>, Fault> {
    let yaml = &text[range.clone()];
    if let Some(at) = too_deep(yaml) {
        let at = range.start + at;
        return Err(Fault { message: "values are nested too deep".to_owned(), range: at..at });
    }
    let bytes = ByteIndex::new(yaml, range.start);
    let documents = MarkedYaml::load_from_str(yaml).map_err(|error| {
        let at = bytes.of(error.marker().index());
        Fault { message: first_line(error.info()), range: at..at }
    })?;
    match documents.first().map(|document| yaml_value(document, &bytes)) {
        Some(Value { kind: Kind::Table(entries), .. }) => Ok(entries),
        None | Some(Value { kind: Kind::Nothing, .. }) => Ok(Vec::new()),
        Some(other) => {
            Err(Fault { message: format!("expected `key: value` lines, found {}", other.noun()), range: other.range })
        }
    }
}

/// Where values are nested deeper than anybody writes. The parser calls itself once a level, and a stack that is full
/// ends the program and every unsaved text with it.
fn too_deep(yaml: &str) -> Option<usize> {
    const DEEPEST: usize = 64;
    let mut open = 0_usize;
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        let mut words = line;
        let mut levels = 0;
        while let Some(rest) = [" ", "- ", "? ", ": "].iter().find_map(|mark| words.strip_prefix(mark)) {
            words = rest;
            levels += 1;
        }
        for character in words.chars() {
            match character {
                '[' | '{' => open += 1,
                ']' | '}' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        if levels > DEEPEST || open > DEEPEST {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn yaml_value(node: &MarkedYaml<'_>, bytes: &ByteIndex) -> Value {
    let kind = match &node.data {
        YamlData::Value(Scalar::String(text)) => Kind::Text(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Kind::Whole(*number),
        YamlData::Value(Scalar::FloatingPoint(number)) => Kind::Number(number.into_inner()),
        YamlData::Value(Scalar::Boolean(_)) => Kind::Flag,
        YamlData::Sequence(list) => Kind::List(list.iter().map(|item| yaml_value(item, bytes)).collect()),
        YamlData::Mapping(map) => Kind::Table(map.iter().map(|(key, value)| yaml_entry(key, value, bytes)).collect()),
        YamlData::Tagged(_, inner) => return yaml_value(inner, bytes),
        YamlData::Value(Scalar::Null) | YamlData::Representation(..) | YamlData::Alias(_) | YamlData::BadValue => {
            Kind::Nothing
        }
    };
    Value { kind, range: bytes.of(node.span.start.index())..bytes.of(node.span.end.index()) }
}

fn yaml_entry(key: &MarkedYaml<'_>, value: &MarkedYaml<'_>, bytes: &ByteIndex) -> Entry {
    let Value { kind, range } = yaml_value(key, bytes);
    let key = if let Kind::Text(text) = kind { text } else { String::new() };
    Entry { key, key_range: range, value: yaml_value(value, bytes) }
}

/// The YAML parser counts characters; a manuscript counts bytes.
struct ByteIndex {
    starts: Vec<usize>,
    end: usize,
}

impl ByteIndex {
    fn new(yaml: &str, offset: usize) -> Self {
        let starts = yaml.char_indices().map(|(byte, _)| offset + byte).collect();
        Self { starts, end: offset + yaml.len() }
    }

    fn of(&self, character: usize) -> usize {
        self.starts.get(character).copied().unwrap_or(self.end)
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
