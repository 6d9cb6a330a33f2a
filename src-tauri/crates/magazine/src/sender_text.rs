//! Changing fields of `[sender]` within the text of `publication.toml`; everything else stays byte for byte.

use toml::de::{DeTable, DeValue};

/// The text with these fields of `[sender]` set, in the order given; nothing when the text cannot be understood or
/// writes its sender in a way that cannot be changed in place. What comes out is read again before anybody gets it.
#[must_use]
pub fn with_sender(text: &str, fields: &[(&str, &str)]) -> Option<String> {
    let mut result = text.to_owned();
    for (key, value) in fields {
        if field(&result, key)?.as_deref() != Some(*value) {
            result = with_field(&result, key, value)?;
        }
        if field(&result, key)?.as_deref() != Some(*value) {
            return None;
        }
    }
    Some(result)
}

/// The value of a field; an absent one is told from a text that cannot be read.
fn field(text: &str, key: &str) -> Option<Option<String>> {
    let table: toml::Table = text.parse().ok()?;
    let value = table.get("sender").and_then(|sender| sender.get(key));
    Some(value.and_then(|value| value.as_str()).map(ToOwned::to_owned))
}

fn with_field(text: &str, key: &str, value: &str) -> Option<String> {
    let quoted = toml::Value::String(value.to_owned()).to_string();
    let table = DeTable::parse(text).ok()?;
    let sender = table.get_ref().iter().find(|(name, _)| name.get_ref() == "sender").map(|(_, sender)| sender);
    let Some(sender) = sender else { return Some(format!("{}\n\n[sender]\n{key} = {quoted}\n", text.trim_end())) };
    let DeValue::Table(fields) = sender.get_ref() else { return None };
    if let Some((_, known)) = fields.iter().find(|(name, _)| name.get_ref() == key) {
        let span = known.span();
        return Some(format!("{}{quoted}{}", &text[..span.start], &text[span.end..]));
    }
    // A new field stands below the header, where a table has one.
    let header = text.lines().position(|line| line.trim_start().starts_with("[sender]"))?;
    let at: usize = text.split_inclusive('\n').take(header + 1).map(str::len).sum();
    Some(format!("{}{key} = {quoted}\n{}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::with_sender;

    #[track_caller]
    fn check(text: &str, fields: &[(&str, &str)], expected: &str) {
        assert_eq!(with_sender(text, fields).as_deref(), Some(expected));
    }

    #[test]
    fn a_field_is_replaced_and_its_comment_stays() {
        check(
            "name = \"M\"\n[sender]  # who\nname = 'A' # here\nrelay = \"smtp://a\"\n[page]\n",
            &[("name", "B \"C\"")],
            "name = \"M\"\n[sender]  # who\nname = 'B \"C\"' # here\nrelay = \"smtp://a\"\n[page]\n",
        );
    }

    #[test]
    fn a_missing_field_or_table_is_added() {
        check(
            "[sender]\nname = \"A\"\n",
            &[("reply-to", "r@x.org")],
            "[sender]\nreply-to = \"r@x.org\"\nname = \"A\"\n",
        );
        check("name = \"M\"\n", &[("name", "A")], "name = \"M\"\n\n[sender]\nname = \"A\"\n");
    }

    #[test]
    fn what_cannot_be_changed_in_place_is_left_alone() {
        assert_eq!(with_sender("name = ", &[("name", "A")]), None);
        assert_eq!(with_sender("sender = 1\n", &[("name", "A")]), None);
    }

    #[test]
    fn fields_that_are_as_they_should_be_change_nothing() {
        check("[sender]\nname = \"A\"\n", &[("name", "A")], "[sender]\nname = \"A\"\n");
    }
}
