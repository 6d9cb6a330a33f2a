//! The first sentence of each article, in running order, read from the manuscripts by other means than Masthead's own
//! parser, so that the PDF is checked against what an editor wrote.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Below so many characters a sentence could stand anywhere, and the next one is taken with it.
const DISTINCT: usize = 40;

/// Each article's file name and first sentence.
pub(super) fn in_running_order(issue: &Path) -> Result<Vec<(String, String)>> {
    let file = issue.join("issue.toml");
    let settings = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let first = |slug: String| {
        let article = issue.join("articles").join(format!("{slug}.md"));
        let text = fs::read_to_string(&article).with_context(|| format!("{} cannot be read", article.display()))?;
        let sentence = first_sentence(&text).with_context(|| format!("{} has no paragraph", article.display()))?;
        Ok((slug, sentence))
    };
    articles(&settings)?.into_iter().map(first).collect()
}

/// The articles of the running order in an `issue.toml`.
fn articles(settings: &str) -> Result<Vec<String>> {
    let settings: toml::Table = settings.parse().context("issue.toml cannot be understood")?;
    let order =
        settings.get("running-order").and_then(toml::Value::as_array).context("issue.toml has no running order")?;
    let article = |slot: &toml::Value| slot.get("article")?.as_str().map(str::to_owned);
    Ok(order.iter().filter_map(article).collect())
}

/// The first sentence of the first plain paragraph, without marks.
fn first_sentence(manuscript: &str) -> Option<String> {
    let paragraph = blocks(body(manuscript)).find(|block| is_plain(block))?;
    let text = unmarked(&paragraph);
    let ends = text.match_indices(['.', '!', '?']).map(|(place, mark)| place + mark.len());
    let end = ends.into_iter().find(|end| text[..*end].chars().count() >= DISTINCT && ends_word(&text[*end..]));
    Some(text[..end.unwrap_or(text.len())].to_owned())
}

fn body(manuscript: &str) -> &str {
    let matter = manuscript.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    matter.map_or(manuscript, |(_, body)| body)
}

/// What stands between empty lines; a fenced block or div stays whole, whatever is in it.
fn blocks(body: &str) -> impl Iterator<Item = String> {
    let mut blocks = vec![String::new()];
    let mut fence: Option<String> = None;
    for line in body.lines() {
        let mark: String = line.chars().take_while(|c| "`~:".contains(*c)).collect();
        match &fence {
            Some(open) if line.trim_end() == *open => fence = None,
            None if mark.len() >= 3 => fence = Some(mark),
            _ => {}
        }
        if line.trim().is_empty() && fence.is_none() {
            blocks.push(String::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks.into_iter().filter(|block| !block.is_empty())
}

fn is_plain(block: &str) -> bool {
    let marks = ["#", ">", "!", "|", "`", "~", ":", "<", "- ", "* ", "+ ", "[^", "    ", "---", "***"];
    let numbered = block.split_once(['.', ')']).is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    !numbered && !marks.iter().any(|mark| block.starts_with(mark))
}

fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| c.is_whitespace() || "”\"’)".contains(c))
}

/// The words of a paragraph: link texts without their targets, comments and footnote marks gone. Emphasis, code and
/// escapes need nothing here, because [`letters`] drops their marks.
fn unmarked(paragraph: &str) -> String {
    let mut text = String::new();
    let mut rest = paragraph.trim();
    while let Some(place) = rest.find(['[', ']', '<']) {
        text.push_str(&rest[..place]);
        rest = &rest[place..];
        let close = |start: &str, end: &str| {
            rest.strip_prefix(start).and_then(|rest| rest.split_once(end)).map(|(_, rest)| rest)
        };
        let after = close("<!--", "-->").or_else(|| close("[^", "]")).or_else(|| close("](", ")"));
        rest = after.unwrap_or(&rest[1..]);
    }
    text + rest
}

/// Only letters and digits, ligatures taken apart, in small letters. Line ends, hyphenation, quotation marks and
/// dashes are the page's business, and a lead-in may be set in capitals.
pub(super) fn letters(text: &str) -> String {
    let apart = |c: char| match c {
        'ﬀ' => "ff".to_owned(),
        'ﬁ' => "fi".to_owned(),
        'ﬂ' => "fl".to_owned(),
        'ﬃ' => "ffi".to_owned(),
        'ﬄ' => "ffl".to_owned(),
        'ﬅ' | 'ﬆ' => "st".to_owned(),
        other => other.to_lowercase().filter(|c| c.is_alphanumeric()).collect(),
    };
    text.chars().map(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(manuscript: &str, expected: &str) {
        assert_eq!(first_sentence(manuscript).as_deref(), Some(expected));
    }

    #[test]
    fn the_first_sentence_stands_after_the_front_matter() {
        check(
            "---\ntitle: A. B.\n---\n\nIn most town halls there is a drawer that nobody opens. It holds drawings.\n",
            "In most town halls there is a drawer that nobody opens.",
        );
    }

    #[test]
    fn headings_pictures_callouts_and_fences_are_passed_over() {
        check(
            "## Head\n\n![a](b.jpg)\n\n> [!note]\n> Quiet.\n\n```chart\na\n\nb\n```\n\n::: {.only-mail}\nNot here.\n\nNor here.\n:::\n\nHere at last the article begins with its own words.",
            "Here at last the article begins with its own words.",
        );
    }

    #[test]
    fn a_short_sentence_takes_the_next_with_it() {
        check(
            "Yes. No. Perhaps it is so, perhaps it is otherwise. More.",
            "Yes. No. Perhaps it is so, perhaps it is otherwise.",
        );
    }

    #[test]
    fn link_targets_comments_and_footnote_marks_are_no_words() {
        assert_eq!(
            letters(&unmarked("A [*link*](https://x.org/a.b) there[^1] <!-- no -->and\n`code`")),
            "alinkthereandcode"
        );
    }

    #[test]
    fn what_the_page_does_to_letters_is_undone() {
        assert_eq!(letters("ef\u{FB01}\u{AD}\ncient, “well-\nKNOWN”"), "efficientwellknown");
    }

    #[test]
    fn cover_lines_are_not_the_running_order() -> Result<()> {
        let settings = "[[cover.lines]]\ntitle = \"T\"\narticle = \"x\"\n[[running-order]]\npage = \"cover\"\n[[running-order]]\narticle = \"audit\"\n[[running-order]]\narticle = \"oras\"\n";
        assert_eq!(articles(settings)?, ["audit", "oras"]);
        Ok(())
    }
}
