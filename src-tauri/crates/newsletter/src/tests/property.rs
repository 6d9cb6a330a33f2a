//! What holds for any manuscript.

use proptest::prelude::*;

use super::sample::{desk, edition, reader};
use crate::fill;

/// Pieces of Markdown, sound and broken, that a random manuscript is put together from.
const SHARDS: [&str; 44] = [
    "word ",
    "\n",
    "\n\n",
    "# ",
    "## ",
    "> ",
    "> [!note] ",
    "> [!pullquote]\n",
    "- ",
    "1. ",
    "- [x] ",
    "  ",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```\n",
    "```chart\n",
    "type: bar\n---\na, b\nc, 1\n```\n",
    "[",
    "](",
    ")",
    "https://example.org",
    "javascript:x",
    "data:",
    "![",
    "](media/tram.png)",
    "{.wide credit=\"",
    "\"}",
    "| a | b |\n| - | - |\n",
    "| ",
    "[[audit]]",
    "[^1]",
    "\n[^1]: ",
    "::: {.only-mail}\n",
    ":::\n",
    "<script>",
    "<img onerror=x>",
    "\" onload=\"x",
    "{{ ",
    " }}",
    "first_name",
    "&lt;&#60;",
];

/// Elements that HTML never closes.
const VOID: [&str; 4] = ["br", "img", "meta", "link"];

/// The tags of an HTML text, comments left out; each with its name and attributes.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let end = if after.starts_with("!--") { "-->" } else { ">" };
        let (tag, after) = after.split_once(end).expect("every tag ends");
        if !tag.starts_with('!') {
            tags.push(tag);
        }
        rest = after;
    }
    tags
}

fn name(tag: &str) -> &str {
    tag.split([' ', '/', '\n']).next().unwrap_or_default()
}

fn balanced(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(html) {
        match tag.strip_prefix('/') {
            Some(closed) if open.last() == Some(&closed) => drop(open.pop()),
            Some(closed) => return Err(format!("`{closed}` closes {open:?}")),
            None if VOID.contains(&name(tag)) || tag.ends_with('/') => {}
            None => open.push(name(tag)),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

/// Attribute names of a tag; values are in double quotes throughout.
fn attributes(tag: &str) -> Vec<&str> {
    let outside: Vec<&str> = tag.split('"').step_by(2).collect();
    outside.iter().flat_map(|part| part.split_whitespace()).filter_map(|word| word.strip_suffix('=')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_manuscript_becomes_sound_html(shards in prop::collection::vec(prop::sample::select(&SHARDS[..]), 0..60)) {
        let (mail, _) = desk().mail(&edition(&shards.concat()));
        let html = fill(&mail.html, |field| format!("\"><script>{}", field.name()));
        prop_assert!(!html.contains("<script"), "{html}");
        prop_assert_eq!(balanced(&html), Ok(()), "{}", html);
        for tag in tags(&html) {
            prop_assert!(attributes(tag).iter().all(|name| !name.starts_with("on")), "{tag}");
        }
        let text = fill(&mail.text, reader);
        prop_assert!(text.contains("[unsubscribe_link]"));
    }

    #[test]
    fn any_text_becomes_sound_html(text in any::<String>()) {
        let (mail, _) = desk().mail(&edition(&text));
        let html = fill(&mail.html, reader);
        prop_assert_eq!(balanced(&html), Ok(()), "{}", html);
    }
}
