//! Reading a record by the names of its fields.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use super::Source;
use super::value::{Entry, Kind, Value};
use crate::finding::{Code, Finding, Fix, Place};
use crate::manuscript::{Picture, TextSegment};

/// The fields of one table. Ask for each by name, then [`finish`](Self::finish).
pub(crate) struct Fields<'a> {
    source: Source<'a>,
    path: String,
    entries: Vec<Entry>,
    asked: Vec<&'static str>,
    findings: Vec<Finding>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(source: Source<'a>, path: String, entries: Vec<Entry>, findings: Vec<Finding>) -> Self {
        Self { source, path, entries, asked: Vec::new(), findings }
    }

    /// The bytes from the first of its fields to the end of the last.
    pub(crate) fn range(&self) -> Range<usize> {
        let start = self.entries.iter().map(|entry| entry.key_range.start).min().unwrap_or_default();
        start..self.entries.iter().map(|entry| entry.value.range.end).max().unwrap_or(start)
    }

    /// Whether the field was written at all.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// A text, or nothing.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.segment_of(key).map(|segment| segment.text)
    }

    /// A text, or a default.
    pub(crate) fn text_or(&mut self, key: &'static str, default: &str) -> String {
        self.text(key).unwrap_or_else(|| default.to_owned())
    }

    /// A text that must be there; a default takes its place and is a finding.
    pub(crate) fn required_text(&mut self, key: &'static str, default: &str) -> String {
        self.required_segment(key, default).text
    }

    /// A text with its place; empty when it is not there.
    pub(crate) fn segment(&mut self, key: &'static str) -> TextSegment {
        self.segment_of(key).unwrap_or_default()
    }

    /// A text with its place that must be there; a default takes its place and is a finding.
    pub(crate) fn required_segment(&mut self, key: &'static str, default: &str) -> TextSegment {
        let found = self.segment_of(key).filter(|segment| !segment.text.trim().is_empty());
        found.unwrap_or_else(|| {
            // A record that could not be parsed has said so already; each of its fields missing is no news.
            if !self.unreadable() {
                let whole = self.entries.first().map_or(0..0, |entry| entry.key_range.clone());
                let field = self.name(key);
                self.findings.push(
                    self.source
                        .fault(Code::BadValue, format!("`{field}` is missing"), whole)
                        .hint(format!("add `{key}`")),
                );
            }
            TextSegment { text: default.to_owned(), range: 0..0 }
        })
    }

    /// Who pays for an advertisement.
    pub(crate) fn advertiser(&mut self, key: &'static str, picture: &'static str) -> String {
        let named = self.segment_of(key).filter(|named| !named.text.trim().is_empty());
        named.map_or_else(
            || {
                let picture = self.entries.iter().find(|entry| entry.key == picture);
                let range = picture.map_or(0..0, |entry| entry.key_range.clone());
                let message = "the advertisement does not say who pays for it";
                let finding = self.source.fault(Code::UnlabelledAd, message, range);
                self.findings.push(finding.hint(format!("add `{key} = \"…\"` beside it: the page prints the name")));
                String::new()
            },
            |named| named.text,
        )
    }

    /// A text or a list of texts.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.segments(key).into_iter().map(|segment| segment.text).collect()
    }

    /// A text or a list of texts, with their places.
    pub(crate) fn segments(&mut self, key: &'static str) -> Vec<TextSegment> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let values = match value.kind {
            Kind::List(values) => values,
            _ => vec![value],
        };
        values.into_iter().filter_map(|value| self.segment_from(key, &value)).collect()
    }

    /// One of the known words.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.segment_of(key)?;
        let found = choices.iter().find(|(name, _)| *name == word.text).map(|(_, choice)| *choice);
        if found.is_none() {
            let known: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
            self.wrong(key, word.range, &format!("one of {}", known.join(", ")), &format!("`{}`", word.text));
        }
        found
    }

    /// A text that a type can be parsed from.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        let word = self.segment_of(key)?;
        match word.text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.findings.push(self.source.fault(Code::BadValue, error.to_string(), word.range));
                None
            }
        }
    }

    /// `#RRGGBB`, or a default.
    pub(crate) fn colour_or(&mut self, key: &'static str, default: &str) -> String {
        let Some(colour) = self.segment_of(key) else { return default.to_owned() };
        let digits = colour.text.strip_prefix('#').unwrap_or_default();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return colour.text;
        }
        self.wrong(key, colour.range, "a colour as `#12263A`", &format!("`{}`", colour.text));
        default.to_owned()
    }

    /// A number within bounds, or a default.
    pub(crate) fn number_or(&mut self, key: &'static str, default: f64, bounds: RangeInclusive<f64>) -> f64 {
        let Some(value) = self.take(key) else { return default };
        let number = match value.kind {
            Kind::Number(number) => Some(number),
            Kind::Whole(number) => Some(number as f64),
            _ => None,
        };
        number.filter(|number| bounds.contains(number)).unwrap_or_else(|| {
            let expected = format!("a number from {} to {}", bounds.start(), bounds.end());
            self.wrong(key, value.range.clone(), &expected, &self.shown(&value));
            default
        })
    }

    /// A list of so many numbers, each within bounds.
    pub(crate) fn numbers<const N: usize>(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<f64>,
    ) -> Option<[f64; N]> {
        let value = self.take(key)?;
        let number = |item: &Value| match item.kind {
            Kind::Number(number) => Some(number),
            Kind::Whole(number) => Some(number as f64),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = match &value.kind {
            Kind::List(items) => items.iter().map(|item| number(item).filter(|n| bounds.contains(n))).collect(),
            _ => None,
        };
        let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
        if numbers.is_none() {
            let expected = format!("{N} numbers from {} to {}", bounds.start(), bounds.end());
            self.wrong(key, value.range.clone(), &expected, &self.shown(&value));
        }
        numbers
    }

    /// A whole number within bounds.
    pub(crate) fn whole(&mut self, key: &'static str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(key)?;
        let number = if let Kind::Whole(number) = value.kind { u32::try_from(number).ok() } else { None };
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            self.wrong(key, value.range.clone(), &expected, &self.shown(&value));
        }
        number
    }

    /// A date as `2026-12-01`, with or without quotation marks.
    pub(crate) fn date(&mut self, key: &'static str) -> Option<jiff::civil::Date> {
        let value = self.take(key)?;
        let date = self.shown(&value).trim_matches(['`', '"', '\'']).parse().ok();
        if date.is_none() {
            self.wrong(key, value.range.clone(), "a date as `2026-12-01`", &self.shown(&value));
        }
        date
    }

    /// A picture from the field with its file and the field with its text alternative.
    pub(crate) fn picture(&mut self, file: &'static str, alt: &'static str) -> Option<Picture> {
        let path = self.segment_of(file);
        let words = self.segment_of(alt);
        let path = path?;
        if words.as_ref().is_none_or(|words| words.text.trim().is_empty()) {
            let field = self.name(file);
            let finding = self.source.fault(
                Code::MissingAlt,
                format!("the picture `{}` has no text alternative", path.text),
                path.range,
            );
            self.findings.push(
                Finding { severity: crate::Severity::Warning, ..finding }.hint(format!("add `{alt}` beside `{field}`")),
            );
        }
        Some(Picture { file: path.text, alt: words.unwrap_or_default().text })
    }

    /// A table read by `read`; an empty one when it is not there.
    pub(crate) fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let entries = match self.take(key) {
            Some(Value { kind: Kind::Table(entries), .. }) => entries,
            Some(other) => {
                self.wrong(key, other.range.clone(), "a table", other.noun());
                Vec::new()
            }
            None => Vec::new(),
        };
        self.within(self.name(key), entries, read)
    }

    /// A list of tables, each read by `read`.
    pub(crate) fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Fields<'_>) -> T) -> Vec<T> {
        let values = match self.take(key) {
            Some(Value { kind: Kind::List(values), .. }) => values,
            Some(other) => {
                self.wrong(key, other.range.clone(), "a list of tables", other.noun());
                return Vec::new();
            }
            None => return Vec::new(),
        };
        let mut tables = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            let path = format!("{}[{index}]", self.name(key));
            match value.kind {
                Kind::Table(entries) => tables.push(self.within(path, entries, &mut read)),
                _ => self.wrong(key, value.range.clone(), "a table", value.noun()),
            }
        }
        tables
    }

    /// Says that what stands at these bytes cannot be used.
    pub(crate) fn wrong_at(&mut self, range: Range<usize>, message: String) {
        self.findings.push(self.source.fault(Code::BadValue, message, range));
    }

    /// Says that this table as a whole is wrong.
    pub(crate) fn complain(&mut self, code: Code, message: &str) {
        self.asked.extend(["page", "article", "ad"]);
        let range = self.entries.first().map_or(0..0, |entry| entry.key_range.clone());
        let finding = self.source.fault(code, message, range);
        self.findings.push(finding);
    }

    /// What was found, unknown keys included.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        let unknown: Vec<Finding> = self
            .entries
            .iter()
            .filter(|entry| !self.asked.contains(&entry.key.as_str()))
            .map(|entry| self.unknown(entry))
            .collect();
        self.findings.extend(unknown);
        self.findings
    }

    fn within<T>(&mut self, path: String, entries: Vec<Entry>, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let mut inner = Fields::new(self.source, path, entries, Vec::new());
        let value = read(&mut inner);
        self.findings.extend(inner.finish());
        value
    }

    fn unknown(&self, entry: &Entry) -> Finding {
        let message = format!("unknown key `{}`", entry.key);
        let place = Place::of(self.source.file, self.source.text, entry.key_range.clone()).field(self.name(&entry.key));
        let finding = Finding::warning(Code::UnknownKey, message).at(place);
        match nearest(&entry.key, &self.asked) {
            // Two keys of one name would be a worse fault.
            Some(known) if self.has(known) => finding.hint(format!("`{known}` is a known key")),
            Some(known) => finding.hint(format!("`{known}` is a known key")).fix(Fix {
                label: format!("write `{known}`"),
                file: self.source.file.to_owned(),
                range: entry.key_range.clone(),
                replacement: known.to_owned(),
            }),
            None => finding.hint(format!("known keys: {}", self.asked.join(", "))),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.asked.push(key);
        let entry = self.entries.iter_mut().find(|entry| entry.key == key)?;
        let range = entry.value.range.clone();
        let value = std::mem::replace(&mut entry.value, Value { kind: Kind::Nothing, range });
        (!matches!(value.kind, Kind::Nothing)).then_some(value)
    }

    fn segment_of(&mut self, key: &'static str) -> Option<TextSegment> {
        let value = self.take(key)?;
        self.segment_from(key, &value)
    }

    fn segment_from(&mut self, key: &str, value: &Value) -> Option<TextSegment> {
        match &value.kind {
            Kind::Text(text) => {
                Some(TextSegment { text: text.clone(), range: self.written(text, value.range.clone()) })
            }
            Kind::Whole(_) | Kind::Number(_) | Kind::Flag | Kind::Date => {
                let text = self.source.text[value.range.clone()].trim().to_owned();
                Some(TextSegment { text, range: value.range.clone() })
            }
            Kind::List(_) | Kind::Table(_) | Kind::Nothing => {
                self.wrong(key, value.range.clone(), "a text", value.noun());
                None
            }
        }
    }

    /// The bytes of the words themselves, without the quotation marks around them.
    fn written(&self, text: &str, range: Range<usize>) -> Range<usize> {
        match self.source.text[range.clone()].find(text) {
            Some(start) => range.start + start..range.start + start + text.len(),
            None => range,
        }
    }

    fn shown(&self, value: &Value) -> String {
        format!("`{}`", self.source.text[value.range.clone()].trim())
    }

    fn wrong(&mut self, key: &str, range: Range<usize>, expected: &str, found: &str) {
        let message = format!("`{}`: expected {expected}, found {found}", self.name(key));
        let mut finding = self.source.fault(Code::BadValue, message, range);
        finding.place = finding.place.map(|place| place.field(self.name(key)));
        self.findings.push(finding);
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn unreadable(&self) -> bool {
        self.entries.is_empty() && !self.findings.is_empty()
    }
}

/// The known word that a mistyped one was probably meant to be.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let close = known.iter().map(|name| (strsim::damerau_levenshtein(word, name), *name));
    close
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
