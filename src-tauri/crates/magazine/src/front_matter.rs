//! Where front matter ends and the text begins.

use std::ops::Range;

/// A file cut into its front matter and the rest.
pub(crate) struct Parts {
    /// The YAML between the two `---` lines.
    pub(crate) front_matter: Option<FrontMatterText>,
    /// The first byte after the front matter.
    pub(crate) body_start: usize,
}

/// The bytes of the YAML.
#[derive(Clone, Default)]
pub(crate) struct FrontMatterText {
    pub(crate) range: Range<usize>,
}

/// The bytes between the two `---` lines on top of a file, if it has them.
#[must_use]
pub fn front_matter(text: &str) -> Option<Range<usize>> {
    split(text).front_matter.map(|front_matter| front_matter.range)
}

/// Cuts a file after the line that closes its front matter; a byte-order mark before it is allowed.
pub(crate) fn split(text: &str) -> Parts {
    let none = Parts { front_matter: None, body_start: 0 };
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text[bom..].split_inclusive('\n').scan(bom, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let Some((start, first)) = lines.next() else { return none };
    if first.trim_end() != "---" {
        return none;
    }
    let yaml_start = start + first.len();
    match lines.find(|(_, line)| matches!(line.trim_end(), "---" | "...")) {
        Some((at, line)) => {
            Parts { front_matter: Some(FrontMatterText { range: yaml_start..at }), body_start: at + line.len() }
        }
        None => none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_after_the_closing_line() {
        let text = "\u{feff}---\r\ntitle: x\r\n---\r\nText";
        let parts = split(text);
        assert_eq!(&text[parts.front_matter.unwrap().range], "title: x\r\n");
        assert_eq!(&text[parts.body_start..], "Text");
    }

    #[test]
    fn a_rule_further_down_is_no_front_matter() {
        assert!(split("Text\n\n---\n\nmore").front_matter.is_none());
        assert!(split("---\nnever closed").front_matter.is_none());
    }
}
