//! The PHP file of the box: a template and what differs between lists.

use super::key::LinkKey;
use super::token::{hex, mark};

const TEMPLATE: &str = include_str!("box.php");

/// What the pages of the box show, and whose list they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxLook {
    /// The list's identifier.
    pub list: String,
    /// The publication's name.
    pub name: String,
    /// The mailbox to write to where a link does not work.
    pub contact: String,
    /// The languages the newsletter comes in, `en`.
    pub languages: Vec<String>,
    /// The colour of text, `#12263A`.
    pub ink: String,
    /// The one loud colour.
    pub accent: String,
}

pub(super) fn script(key: &LinkKey, look: &BoxLook) -> String {
    let languages: Vec<String> = look.languages.iter().map(|code| literal(&letters(code))).collect();
    [
        ("'@PUBLIC_KEY@'", literal(&hex(&key.public()))),
        ("'@LIST@'", literal(&hex(&mark(&look.list)))),
        ("'@VAULT@'", literal(&format!("masthead-{}", key.secret_name("box folder")))),
        ("'@NAME@'", literal(&look.name)),
        ("'@CONTACT@'", literal(&look.contact)),
        ("'@LANGUAGES@'", languages.join(", ")),
        ("'@INK@'", literal(&colour(&look.ink, "#12263A"))),
        ("'@ACCENT@'", literal(&colour(&look.accent, "#E4432D"))),
    ]
    .iter()
    .fold(TEMPLATE.to_owned(), |script, (place, value)| script.replacen(place, value, 1))
}

/// A string as PHP writes it: within single quotes only these two mean anything.
fn literal(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn letters(code: &str) -> String {
    code.chars().take_while(char::is_ascii_alphabetic).take(3).collect::<String>().to_ascii_lowercase()
}

// It lands in a style sheet, where a string's quoting would not help.
fn colour(text: &str, otherwise: &str) -> String {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let fits = matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit());
    if fits { text.to_owned() } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, ink: &str) -> BoxLook {
        BoxLook {
            list: "news.example.org".into(),
            name: name.into(),
            contact: "leave@example.org".into(),
            languages: vec!["en".into(), "ro-MD".into()],
            ink: ink.into(),
            accent: "#E4432D".into(),
        }
    }

    fn line(script: &str, name: &str) -> String {
        script.lines().find(|line| line.starts_with(&format!("const {name} "))).unwrap().to_owned()
    }

    #[test]
    fn every_place_of_the_template_is_filled() {
        let script = script(&LinkKey::from_seed([1; 32]), &look("News", "#123456"));
        let places = ["PUBLIC_KEY", "LIST", "VAULT", "NAME", "CONTACT", "LANGUAGES", "INK", "ACCENT"];
        assert!(places.iter().all(|place| !script.contains(&format!("'@{place}@'"))), "{script}");
        assert_eq!(line(&script, "LANGUAGES"), "const LANGUAGES = ['en', 'ro'];");
        assert_eq!(line(&script, "INK"), "const INK = '#123456';");
        assert_eq!(script, super::script(&LinkKey::from_seed([1; 32]), &look("News", "#123456")));
    }

    #[test]
    fn a_name_cannot_become_code_nor_a_colour_style() {
        let script = script(&LinkKey::from_seed([1; 32]), &look("'; system('id'); // \\'\n?>", "#fff}</style>"));
        assert_eq!(line(&script, "NAME"), r"const NAME = '\'; system(\'id\'); // \\\' ?>';");
        assert_eq!(line(&script, "INK"), "const INK = '#12263A';");
    }

    #[test]
    fn the_private_key_is_not_in_the_file() {
        let script = script(&LinkKey::from_seed([0xab; 32]), &look("News", "#123456"));
        assert!(!script.contains(&hex(&[0xab; 32])) && !script.contains(&hex(&[0xab; 16])));
    }
}
