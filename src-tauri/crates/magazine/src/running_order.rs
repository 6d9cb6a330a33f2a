//! Moving an entry of the running order within the text of `issue.toml`, giving an article or an advertisement its place
//! in it, and taking an entry out and putting it back.
//!
//! Everything else in the file stays byte for byte: the entry's own bytes move, with the comments above and behind
//! it, and commas and indents stay where they are. What comes out is read again and compared before anybody gets it.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::issue::AdSize;
use crate::issue_fields::quoted;
use crate::written_list::{WrittenEntry, WrittenList};

/// An advertisement that is to get a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAd {
    /// The picture or one-page PDF, from the issue's folder: `media/ad-x.svg`.
    pub picture: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Who pays for it.
    pub advertiser: String,
    /// How much of the page it takes.
    pub size: AdSize,
}

/// Why an entry was not moved. The text is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReorderError {
    /// The file cannot be understood.
    #[error("`issue.toml` cannot be read: {0}")]
    Unreadable(String),
    /// There is no list to move in, or it is written as `[[running-order]]`.
    #[error("`issue.toml` has no list `running-order = [ … ]`")]
    NoList,
    /// No such entry.
    #[error("the running order has {count} entries, and none of them is number {index}")]
    NoEntry {
        /// Counted from 1, as people count.
        index: usize,
        /// The entries there are.
        count: usize,
    },
}

/// The text of `issue.toml` with the entry at `from` moved so that it stands at `to`; both count from 0. The reverse
/// move gives the text back.
///
/// # Errors
/// When the text cannot be understood or has no such entry.
pub fn reordered(text: &str, from: usize, to: usize) -> Result<String, ReorderError> {
    let (list, spans) = running_order(text)?;
    for index in [from, to] {
        if index >= spans.len() {
            return Err(ReorderError::NoEntry { index: index + 1, count: spans.len() });
        }
    }
    let mut parts = WrittenList::of(text, &list, &spans);
    let moved = parts.entries.remove(from);
    parts.entries.insert(to, moved);
    holds(text, parts.within(text, &list), |entries| {
        let moved = entries.remove(from);
        entries.insert(to, moved);
    })
}

/// The text of `issue.toml` with an article's entry standing at `at`, counted from 0: before the entry that stands
/// there now, or behind the last one.
///
/// # Errors
/// When the text cannot be understood or has no such place.
pub fn with_article(text: &str, at: usize, slug: &str) -> Result<String, ReorderError> {
    with_entry(text, at, &[("article", slug)])
}

/// The text of `issue.toml` with an advertisement's entry standing at `at`, counted from 0: before the entry that stands
/// there now, or behind the last one.
///
/// # Errors
/// When the text cannot be understood or has no such place.
pub fn with_advertisement(text: &str, at: usize, ad: &NewAd) -> Result<String, ReorderError> {
    let NewAd { picture, alt, advertiser, size } = ad;
    with_entry(text, at, &[("ad", picture), ("alt", alt), ("advertiser", advertiser), ("size", size.name())])
}

/// The text of `issue.toml` with the entry back that stood at `at` in the text `before`, and its place now. Where nothing
/// else was changed since, that very text; otherwise the entry as it was written, between the nearest of its neighbours that still stand.
///
/// # Errors
/// When one of the texts cannot be understood, or `before` has no such entry.
pub fn with_entry_back(text: &str, before: &str, at: usize) -> Result<(String, usize), ReorderError> {
    if without_entry(before, at)? == text {
        return Ok((before.to_owned(), at));
    }
    let (stood, stand) = (running_order(before)?.1, running_order(text)?.1);
    let value = &before[stood[at].clone()];
    let stands = |span: &Range<usize>| stand.iter().position(|other| text[other.clone()] == before[span.clone()]);
    let first = stood[..at].iter().rev().find_map(stands).map_or(0, |place| place + 1);
    let last = stood[at + 1..].iter().find_map(stands).unwrap_or(stand.len());
    let place = at.min(last).max(first);
    let read = format!("entry = {value}").parse::<toml::Table>().ok().and_then(|mut read| read.remove("entry"));
    let read = read.ok_or_else(|| ReorderError::Unreadable("an entry of its running order is wrong".to_owned()))?;
    Ok((with_written(text, place, value, read)?, place))
}

/// A new entry with these fields.
fn with_entry(text: &str, at: usize, fields: &[(&str, &str)]) -> Result<String, ReorderError> {
    let written: Vec<String> = fields.iter().map(|(name, value)| format!("{name} = {}", quoted(value))).collect();
    let value = |(name, value): &(&str, &str)| ((*name).to_owned(), toml::Value::String((*value).to_owned()));
    let read = toml::Value::Table(fields.iter().map(value).collect());
    with_written(text, at, &format!("{{ {} }}", written.join(", ")), read)
}

/// An entry that is written so and reads as that.
fn with_written(text: &str, at: usize, value: &str, read: toml::Value) -> Result<String, ReorderError> {
    let (list, spans) = running_order(text)?;
    if at > spans.len() {
        return Err(ReorderError::NoEntry { index: at + 1, count: spans.len() });
    }
    let mut parts = WrittenList::of(text, &list, &spans);
    let beside = at.saturating_sub(1);
    let line_end = line_end_of(text);
    // On lines of their own where the others are.
    let lines = parts.entries.get(beside).map_or(parts.head.contains('\n'), |entry| entry.behind.contains('\n'));
    let indent = parts.whites.get(beside).map_or(if lines { "  " } else { "" }, |(_, indent)| indent);
    // Of entries on one line the first has no space before it.
    let indent = if !lines && at > 0 && indent.is_empty() { " " } else { indent };
    parts.whites.insert(at, ("", indent));
    parts.entries.insert(at, WrittenEntry { above: "", value, behind: if lines { line_end } else { "" } });
    if let Some((_, indent)) = parts.whites.get_mut(1).filter(|(_, indent)| !lines && at == 0 && indent.is_empty()) {
        *indent = " ";
    }
    holds(text, parts.within(text, &list), |entries| entries.insert(at, read))
}

/// The text of `issue.toml` without the entry at `at`, counted from 0. Comments stay: one above may be of a whole part of
/// the list, or an entry that somebody parked.
///
/// # Errors
/// When the text cannot be understood or has no such entry.
pub fn without_entry(text: &str, at: usize) -> Result<String, ReorderError> {
    let (list, spans) = running_order(text)?;
    if at >= spans.len() {
        return Err(ReorderError::NoEntry { index: at + 1, count: spans.len() });
    }
    let left: String;
    let mut parts = WrittenList::of(text, &list, &spans);
    let gone = parts.entries.remove(at);
    let (blank, indent) = parts.whites.remove(at);
    let rest = format!("{}{}", &gone.value[spans[at].len()..], gone.behind);
    let comments = rest.lines().map(str::trim).filter(|line| line.starts_with('#'));
    let behind: String = comments.map(|line| format!("{indent}{line}{}", line_end_of(text))).collect();
    match (parts.entries.get_mut(at), parts.whites.get_mut(at)) {
        (Some(next), Some((next_blank, _))) => {
            left = format!("{}{behind}{}", gone.above, next.above);
            next.above = &left;
            if next_blank.is_empty() {
                *next_blank = blank;
            }
        }
        _ => {
            left = format!("{}{behind}{}", gone.above, parts.tail);
            parts.tail = &left;
        }
    }
    holds(text, parts.within(text, &list), |entries| drop(entries.remove(at)))
}

fn line_end_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// How many entries the running order has, those that cannot be understood included.
///
/// # Errors
/// When the text cannot be understood or has no list.
pub fn running_order_length(text: &str) -> Result<usize, ReorderError> {
    Ok(running_order(text)?.1.len())
}

/// The bytes of the list with its brackets, and those of its entries.
fn running_order(text: &str) -> Result<(Range<usize>, Vec<Range<usize>>), ReorderError> {
    let table = DeTable::parse(text).map_err(|error| ReorderError::Unreadable(error.message().to_owned()))?;
    let (_, value) =
        table.get_ref().iter().find(|(key, _)| key.get_ref() == "running-order").ok_or(ReorderError::NoList)?;
    let DeValue::Array(entries) = value.get_ref() else { return Err(ReorderError::NoList) };
    let list = value.span();
    // `[[running-order]]` is an array as well, but its bytes are a header's.
    if !text[list.clone()].starts_with('[') || text[list.clone()].starts_with("[[") {
        return Err(ReorderError::NoList);
    }
    Ok((list, entries.iter().map(toml::Spanned::span).collect()))
}

/// Gives the new text when it says what the old one said, but for this change of its entries.
fn holds(before: &str, after: String, change: impl FnOnce(&mut Vec<toml::Value>)) -> Result<String, ReorderError> {
    let read = |text: &str| -> Result<(Vec<toml::Value>, toml::Table), ReorderError> {
        let mut table: toml::Table =
            toml::from_str(text).map_err(|error| ReorderError::Unreadable(error.message().to_owned()))?;
        let entries = match table.remove("running-order") {
            Some(toml::Value::Array(entries)) => entries,
            _ => Vec::new(),
        };
        Ok((entries, table))
    };
    let mut expected = read(before)?;
    change(&mut expected.0);
    if expected == read(&after)? { Ok(after) } else { Err(ReorderError::NoList) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    const ORDER: &str = r#"title = "A"   # the title

running-order = [  # as agreed
  { page = "cover" },
  # bought in May
  { ad = "media/x.svg" },  # paid
  { article = "a" },

  { article = "b" }
  # the end
]

[cover]
kicker = "K"
"#;

    fn check(text: &str, from: usize, to: usize, expected: &Expect) {
        expected.assert_eq(&reordered(text, from, to).unwrap());
    }

    #[test]
    fn an_entry_moves_with_its_comments_and_the_rest_stays() {
        check(
            ORDER,
            1,
            3,
            &expect![[r#"
            title = "A"   # the title

            running-order = [  # as agreed
              { page = "cover" },
              { article = "a" },
              { article = "b" },

              # bought in May
              { ad = "media/x.svg" }  # paid
              # the end
            ]

            [cover]
            kicker = "K"
        "#]],
        );
    }

    #[test]
    fn the_last_entry_gets_the_comma_it_needs() {
        check(
            "running-order = [{ page = \"cover\" }, { article = \"a\" }]",
            1,
            0,
            &expect![[r#"running-order = [{ article = "a" }, { page = "cover" }]"#]],
        );
    }

    #[test]
    fn the_reverse_move_gives_the_text_back() {
        for (from, to) in [(0, 1), (1, 3), (3, 0), (2, 2), (0, 3)] {
            let moved = reordered(ORDER, from, to).unwrap();
            assert_eq!(reordered(&moved, to, from).unwrap(), ORDER, "{from} to {to}:\n{moved}");
        }
    }

    #[test]
    fn an_article_gets_its_place_on_a_line_of_its_own() {
        expect![[r#"
            title = "A"   # the title

            running-order = [  # as agreed
              { page = "cover" },
              # bought in May
              { ad = "media/x.svg" },  # paid
              { article = "a" },
              { article = "new" },

              { article = "b" }
              # the end
            ]

            [cover]
            kicker = "K"
        "#]]
        .assert_eq(&with_article(ORDER, 3, "new").unwrap());
        let last = with_article(ORDER, 4, "new").unwrap();
        assert!(last.contains("  { article = \"b\" },\n  { article = \"new\" }\n  # the end\n]"), "{last}");
        let first = with_article(ORDER, 0, "new").unwrap();
        assert!(first.contains("# as agreed\n  { article = \"new\" },\n  { page = \"cover\" },\n"), "{first}");
    }

    fn ad() -> NewAd {
        NewAd {
            picture: "media/ad-x.svg".to_owned(),
            alt: "A tram, \"on time\"".to_owned(),
            advertiser: "Șine & Co, # 1 \\".to_owned(),
            size: AdSize::Half,
        }
    }

    #[test]
    fn an_advertisement_gets_its_place_and_its_words_stand_as_they_were_typed() {
        let with = with_advertisement(ORDER, 2, &ad()).unwrap();
        let line = r#"  { ad = "media/ad-x.svg", alt = "A tram, \"on time\"", advertiser = "Șine & Co, # 1 \\", size = "half" },"#;
        let article = "  { article = \"a\" },\n";
        assert_eq!(with, ORDER.replace(article, &format!("{line}\n{article}")));
        assert_eq!(without_entry(&with, 2).unwrap(), ORDER);
        assert!(matches!(with_advertisement(ORDER, 5, &ad()), Err(ReorderError::NoEntry { index: 6, count: 4 })));
    }

    #[test]
    fn an_advertisement_that_is_put_back_stands_as_it_did_with_its_comments() {
        for at in 0..4 {
            let without = without_entry(ORDER, at).unwrap();
            assert_eq!(with_entry_back(&without, ORDER, at).unwrap(), (ORDER.to_owned(), at));
        }
    }

    #[test]
    fn what_was_changed_since_stays_when_an_entry_is_put_back() {
        let without = without_entry(ORDER, 1).unwrap().replace("\"A\"", "\"B\"");
        let (back, _) = with_entry_back(&without, ORDER, 1).unwrap();
        assert!(back.contains("  { page = \"cover\" },\n  { ad = \"media/x.svg\" },\n"), "{back}");
        assert!(back.starts_with("title = \"B\""), "{back}");
        let short = "running-order = [{ page = \"cover\" }]";
        let end = "running-order = [{ page = \"cover\" }, { article = \"b\" }]";
        assert_eq!(with_entry_back(short, ORDER, 3).unwrap().0, end);
        assert!(matches!(with_entry_back(short, ORDER, 4), Err(ReorderError::NoEntry { index: 5, count: 4 })));
    }

    #[test]
    fn an_entry_comes_back_between_its_neighbours_wherever_they_stand_now() {
        let without = without_entry(ORDER, 1).unwrap();
        let entries = |text: &str| -> Vec<String> {
            running_order(text).unwrap().1.into_iter().map(|span| text[span].to_owned()).collect()
        };
        let back = |text: &str| with_entry_back(text, ORDER, 1).unwrap();
        let more = with_article(&with_article(&without, 0, "x").unwrap(), 0, "y").unwrap();
        let (text, place) = back(&more);
        assert_eq!((entries(&text)[3].as_str(), place), ("{ ad = \"media/x.svg\" }", 3));
        let (text, place) = back(&reordered(&without, 1, 2).unwrap());
        assert_eq!((entries(&text)[1].as_str(), place), ("{ ad = \"media/x.svg\" }", 1));
        let (text, place) = back(&without_entry(&without_entry(&without, 0).unwrap(), 0).unwrap());
        assert_eq!((entries(&text)[0].as_str(), place), ("{ ad = \"media/x.svg\" }", 0));
    }

    #[test]
    fn a_file_of_another_system_keeps_its_line_ends() {
        let text = ORDER.replace('\n', "\r\n");
        let with = with_article(&text, 3, "new").unwrap();
        assert_eq!(with, with_article(ORDER, 3, "new").unwrap().replace('\n', "\r\n"));
        assert_eq!(without_entry(&with, 3).unwrap(), text);
    }

    #[test]
    fn a_list_on_one_line_stays_on_one_line() {
        let list = "running-order = [{ page = \"cover\" }, { article = \"a\" }]";
        let at = |at| with_article(list, at, "n").unwrap();
        assert_eq!(at(0), "running-order = [{ article = \"n\" }, { page = \"cover\" }, { article = \"a\" }]");
        assert_eq!(at(1), "running-order = [{ page = \"cover\" }, { article = \"n\" }, { article = \"a\" }]");
        assert_eq!(at(2), "running-order = [{ page = \"cover\" }, { article = \"a\" }, { article = \"n\" }]");
        assert_eq!(with_article("running-order = []", 0, "n").unwrap(), "running-order = [{ article = \"n\" }]");
    }

    #[test]
    fn an_entry_that_is_taken_out_leaves_the_others_as_they_are() {
        let out = without_entry(ORDER, 1).unwrap();
        assert_eq!(out, ORDER.replace("  { ad = \"media/x.svg\" },  # paid\n", "  # paid\n"));
        let last = without_entry(ORDER, 3).unwrap();
        assert!(last.contains("  { article = \"a\" }\n  # the end\n]"), "{last}");
    }

    #[test]
    fn an_entry_that_is_not_there_is_refused() {
        assert!(matches!(without_entry(ORDER, 4), Err(ReorderError::NoEntry { index: 5, count: 4 })));
        assert!(matches!(with_article(ORDER, 5, "x"), Err(ReorderError::NoEntry { index: 6, count: 4 })));
        let error = reordered(ORDER, 4, 0).unwrap_err();
        assert_eq!(error.to_string(), "the running order has 4 entries, and none of them is number 5");
        assert_eq!(reordered("title = \"A\"", 0, 0), Err(ReorderError::NoList));
        assert_eq!(reordered("[[running-order]]\npage = \"cover\"\n", 0, 0), Err(ReorderError::NoList));
        assert!(matches!(reordered("running-order = [", 0, 0), Err(ReorderError::Unreadable(_))));
    }

    /// Lists as people write them: on one line or on many, with comments and white in any place.
    fn list() -> impl Strategy<Value = (String, usize)> {
        let white = prop::sample::select(vec!["", " ", "\n", "\n  ", " # c, d\n", "\n\n  # above\n  "]);
        let entry = (white.clone(), white.clone(), white.clone());
        (prop::collection::vec(entry, 1..6), any::<bool>(), white).prop_map(|(entries, comma, end)| {
            let count = entries.len();
            let mut text = "a = 1\nrunning-order = [".to_owned();
            for (index, (before, after, behind)) in entries.into_iter().enumerate() {
                let comma = if comma || index + 1 < count { "," } else { "" };
                text += &format!("{before}{{ article = \"s{index}, # x\" }}{after}{comma}{behind}");
            }
            (format!("{text}{end}]\n# end\n[b]\nc = 2\n"), count)
        })
    }

    proptest! {
        #[test]
        fn any_list_keeps_its_entries_and_its_comments((text, count) in list(), from in 0usize..6, to in 0usize..6) {
            prop_assume!(from < count && to < count);
            let moved = reordered(&text, from, to).unwrap();
            prop_assert_eq!(moved.matches('#').count(), text.matches('#').count());
            let back: toml::Table = toml::from_str(&reordered(&moved, to, from).unwrap()).unwrap();
            prop_assert_eq!(back, toml::from_str::<toml::Table>(&text).unwrap());
        }

        #[test]
        fn any_list_keeps_its_comments_when_an_entry_goes((text, count) in list(), at in 0usize..6) {
            prop_assume!(at < count);
            let without = without_entry(&text, at).unwrap();
            // The entry's own value has one in its name.
            prop_assert_eq!(without.matches('#').count() + 1, text.matches('#').count());
        }

        #[test]
        fn any_list_takes_an_article_and_gives_it_back((text, count) in list(), at in 0usize..7) {
            prop_assume!(at <= count);
            let with = with_article(&text, at, "new").unwrap();
            prop_assert_eq!(with.matches('#').count(), text.matches('#').count());
            let back: toml::Table = toml::from_str(&without_entry(&with, at).unwrap()).unwrap();
            prop_assert_eq!(back, toml::from_str::<toml::Table>(&text).unwrap());
        }

        #[test]
        fn any_list_takes_an_advertisement_with_any_words(
            (text, count) in list(), at in 0usize..7, alt in any::<String>(), advertiser in any::<String>()
        ) {
            prop_assume!(at <= count);
            let with = with_advertisement(&text, at, &NewAd { alt: alt.clone(), advertiser: advertiser.clone(), ..ad() });
            let with = with.unwrap();
            let read: toml::Table = toml::from_str(&with).unwrap();
            let entry = &read["running-order"][at];
            prop_assert_eq!(entry["alt"].as_str(), Some(alt.as_str()));
            prop_assert_eq!(entry["advertiser"].as_str(), Some(advertiser.as_str()));
            let back: toml::Table = toml::from_str(&without_entry(&with, at).unwrap()).unwrap();
            prop_assert_eq!(back, toml::from_str::<toml::Table>(&text).unwrap());
        }

        #[test]
        fn any_list_has_an_entry_back_as_it_was((text, count) in list(), at in 0usize..6) {
            prop_assume!(at < count);
            let without = without_entry(&text, at).unwrap();
            prop_assert_eq!(with_entry_back(&without, &text, at).unwrap(), (text.clone(), at));
            let changed = format!("{without}# since\n");
            let back: toml::Table = toml::from_str(&with_entry_back(&changed, &text, at).unwrap().0).unwrap();
            prop_assert_eq!(back, toml::from_str::<toml::Table>(&text).unwrap());
        }
    }
}
