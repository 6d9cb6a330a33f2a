//! Reading fields: `{{ first_name | default: "reader" }}`.
//!
//! Strict: what is not a known field with at most a `default` is a fault. This module knows characters only; where
//! they stand in the manuscript is the caller's business.

use std::ops::Range;

use crate::piece::PersonField;

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Words as they stand.
    Words(&'a str),
    /// A field.
    Field { field: PersonField, fallback: Option<String> },
}

/// What is wrong with a field, and the bytes of the text it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// There is no such field.
    Unknown(String),
    /// `{{` without `}}`.
    Open,
    /// Something other than `default: "…"` stands after the bar.
    Filter(String),
    /// Some people have no value, and there is no fallback.
    NoFallback(PersonField),
}

/// Cuts a text at its fields. A field that is not understood is left out, or is its fallback if it has one.
pub(crate) fn parts(text: &str) -> (Vec<Part<'_>>, Vec<Fault>) {
    let (mut parts, mut faults) = (Vec::new(), Vec::new());
    let mut done = 0;
    while let Some(start) = text[done..].find("{{").map(|at| done + at) {
        let Some(end) = text[start..].find("}}").map(|at| start + at + 2) else {
            faults.push(Fault { kind: FaultKind::Open, range: start..start + 2 });
            break;
        };
        push_words(&mut parts, &text[done..start]);
        let (part, kind) = field(&text[start + 2..end - 2]);
        parts.extend(part);
        faults.extend(kind.map(|kind| Fault { kind, range: start..end }));
        done = end;
    }
    push_words(&mut parts, &text[done..]);
    (parts, faults)
}

fn push_words<'a>(parts: &mut Vec<Part<'a>>, words: &'a str) {
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
}

fn field(inner: &str) -> (Option<Part<'_>>, Option<FaultKind>) {
    let (name, filter) = match inner.split_once('|') {
        Some((name, filter)) => (name.trim(), Some(filter.trim())),
        None => (inner.trim(), None),
    };
    let fallback = filter.and_then(default);
    let Some(field) = PersonField::named(name) else {
        return (fallback.map(Part::Words), Some(FaultKind::Unknown(name.to_owned())));
    };
    let fault = match filter {
        Some(filter) if fallback.is_none() => Some(FaultKind::Filter(filter.to_owned())),
        None if !field.is_always_known() => Some(FaultKind::NoFallback(field)),
        _ => None,
    };
    (Some(Part::Field { field, fallback: fallback.map(str::to_owned) }), fault)
}

/// The words of `default: "words"`; typographic quotes count, because editors' programs write them unasked.
fn default(filter: &str) -> Option<&str> {
    let words = filter.strip_prefix("default")?.trim_start().strip_prefix(':')?.trim();
    let inner = words.strip_prefix(['"', '\'', '“', '”', '„', '‘', '’', '‚', '«'])?;
    inner.strip_suffix(['"', '\'', '“', '”', '‘', '’', '»'])
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: Expect) {
        let (parts, faults) = parts(text);
        let parts: Vec<String> = parts.iter().map(|part| format!("{part:?}")).collect();
        let faults: Vec<String> =
            faults.iter().map(|fault| format!("! {:?} at {:?}", fault.kind, fault.range)).collect();
        expected.assert_eq(&[parts, faults].concat().join("\n"));
    }

    #[test]
    fn a_field_stands_between_words() {
        check(
            r#"Dear {{ first_name | default: "reader" }}, hello"#,
            expect![[r#"
                Words("Dear ")
                Field { field: FirstName, fallback: Some("reader") }
                Words(", hello")"#]],
        );
    }

    #[test]
    fn quotes_may_be_typographic_and_spaces_missing() {
        check("{{city|default:„orașul”}}", expect![[r#"Field { field: City, fallback: Some("orașul") }"#]]);
    }

    #[test]
    fn an_address_needs_no_fallback_and_a_name_does() {
        check(
            "{{email}} {{name}}",
            expect![[r#"
                Field { field: Email, fallback: None }
                Words(" ")
                Field { field: Name, fallback: None }
                ! NoFallback(Name) at 10..18"#]],
        );
    }

    #[test]
    fn an_unknown_field_is_left_out() {
        check(
            r#"a{{ shoe_size }}b{{ x | default: "y" }}"#,
            expect![[r#"
                Words("a")
                Words("b")
                Words("y")
                ! Unknown("shoe_size") at 1..16
                ! Unknown("x") at 17..39"#]],
        );
    }

    #[test]
    fn braces_that_never_close_stay_words() {
        check(
            "a {{ first_name",
            expect![[r#"
                Words("a {{ first_name")
                ! Open at 2..4"#]],
        );
    }

    #[test]
    fn only_default_may_follow_the_bar() {
        check(
            "{{ name | upper }}",
            expect![[r#"
                Field { field: Name, fallback: None }
                ! Filter("upper") at 0..18"#]],
        );
    }
}
