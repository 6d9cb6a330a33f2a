//! Whether the words of a mail stand out from what they stand on, by day and by night.
//!
//! The colours are brand tokens that a publication chooses, in a frame that a designer may change, so what comes out is
//! computed: the finished mail is read as a mail program reads it, inline styles first and the style sheet's rules over
//! them, and every word is held against its ground (WCAG 2.2, 1.4.3). This knows as much of CSS as mail programs do: type
//! and class selectors, children and descendants.

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};

use crate::palette::Colour;

/// Words that hardly stand out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Faint {
    /// The words, as many as one needs to find them.
    pub(crate) words: String,
    /// Their colour.
    pub(crate) words_in: Colour,
    /// What they stand on.
    pub(crate) ground: Colour,
    /// Whether that is so in a mail program that is dark.
    pub(crate) by_night: bool,
    /// How much they should stand out.
    pub(crate) needed: f64,
}

impl Faint {
    pub(crate) fn ratio(&self) -> f64 {
        self.words_in.contrast(self.ground)
    }
}

/// WCAG 2.2, 1.4.3: what words need, and what large ones do.
const WORDS: f64 = 4.5;
const LARGE_WORDS: f64 = 3.0;
/// Large is 18 points, or 14 points in bold; in CSS pixels.
const LARGE: f64 = 24.0;
const LARGE_IF_BOLD: f64 = 18.66;
const SHOWN: usize = 40;

/// Each pair of colours that is too close, by day and by night, with the first words in it.
pub(crate) fn faint(html: &str) -> Vec<Faint> {
    let rules = rules(html);
    let mut page = Page { rules: &rules, open: vec![Element::root()], faint: Vec::new(), seen: BTreeSet::new() };
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => page.words(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    page.faint
}

/// An element that is open, with what holds inside it.
#[derive(Clone)]
struct Element {
    tag: String,
    classes: Vec<String>,
    /// By day and by night.
    looks: [Look; 2],
    size: f64,
    bold: bool,
    hidden: bool,
}

/// Colours where they are known: one that cannot be read here is not judged.
#[derive(Clone, Copy)]
struct Look {
    words: Option<Colour>,
    ground: Option<Colour>,
}

impl Element {
    fn root() -> Self {
        let look = Look { words: Colour::read("#000000"), ground: Colour::read("#FFFFFF") };
        Self { tag: String::new(), classes: Vec::new(), looks: [look; 2], size: 16.0, bold: false, hidden: false }
    }

    fn declare(&mut self, night: Option<bool>, property: &str, value: &str) {
        let sides = match night {
            None => 0..2,
            Some(night) => usize::from(night)..usize::from(night) + 1,
        };
        let value = value.split("!important").next().unwrap_or_default().trim();
        for look in &mut self.looks[sides] {
            match property {
                "color" => look.words = colour(value),
                "background" | "background-color" => look.ground = colour(value).or(look.ground),
                _ => {}
            }
        }
        match property {
            "font-size" => self.size = value.strip_suffix("px").and_then(|px| px.parse().ok()).unwrap_or(self.size),
            "font-weight" => self.bold = value == "bold" || value.parse::<u32>().is_ok_and(|weight| weight >= 700),
            "display" => self.hidden = self.hidden || value == "none",
            _ => {}
        }
    }
}

/// `#RRGGBB`, `#RGB`, `white` or `black`, the first word of a longer value.
fn colour(value: &str) -> Option<Colour> {
    let word = value.split_whitespace().next().unwrap_or_default();
    match (word, word.strip_prefix('#').map(|digits| digits.chars().collect::<Vec<_>>())) {
        ("white", _) => Colour::read("#FFFFFF"),
        ("black", _) => Colour::read("#000000"),
        (_, Some(digits)) if digits.len() == 3 => {
            let doubled: String = digits.iter().flat_map(|digit| [*digit, *digit]).collect();
            Colour::read(&format!("#{doubled}"))
        }
        _ => Colour::read(word),
    }
}

struct Page<'a> {
    rules: &'a [Rule],
    open: Vec<Element>,
    faint: Vec<Faint>,
    seen: BTreeSet<(String, String, bool)>,
}

const VOID: [&str; 6] = ["br", "hr", "img", "meta", "link", "col"];
/// What holds no words that are shown.
const UNSEEN: [&str; 3] = ["head", "style", "title"];

impl Page<'_> {
    fn start(&mut self, tag: &html5gum::StartTag<()>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let name = text(&tag.name);
        if VOID.contains(&name.as_str()) {
            return;
        }
        let attribute = |wanted: &str| tag.attributes.iter().find(|(name, _)| text(name) == wanted);
        let value = |wanted: &str| attribute(wanted).map(|(_, value)| text(value)).unwrap_or_default();
        let mut element = self.open.last().cloned().unwrap_or_else(Element::root);
        element.classes = value("class").split_whitespace().map(str::to_owned).collect();
        element.hidden |= UNSEEN.contains(&name.as_str());
        element.tag = name;
        element.bold |= ["b", "strong", "th", "h1", "h2", "h3", "h4"].contains(&element.tag.as_str());
        element.declare(None, "background", &value("bgcolor"));
        self.open.push(element);
        self.apply(|rule| !rule.important);
        if let Some(element) = self.open.last_mut() {
            declarations(&value("style")).for_each(|(property, value)| element.declare(None, property, value));
        }
        self.apply(|rule| rule.important);
    }

    fn apply(&mut self, which: impl Fn(&Rule) -> bool) {
        for rule in self.rules.iter().filter(|rule| which(rule)) {
            if rule.selector.takes(&self.open)
                && let Some(element) = self.open.last_mut()
            {
                element.declare(rule.night, &rule.property, &rule.value);
            }
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(place) = self.open.iter().rposition(|element| element.tag == name) {
            self.open.truncate(place.max(1));
        }
    }

    fn words(&mut self, text: &str) {
        let Some(element) = self.open.last().filter(|element| !element.hidden && !text.trim().is_empty()) else {
            return;
        };
        let large = element.size >= LARGE || (element.bold && element.size >= LARGE_IF_BOLD);
        let needed = if large { LARGE_WORDS } else { WORDS };
        for (by_night, look) in [(false, element.looks[0]), (true, element.looks[1])] {
            let (Some(words_in), Some(ground)) = (look.words, look.ground) else { continue };
            let pair = (words_in.to_string(), ground.to_string(), by_night);
            if words_in.contrast(ground) < needed && self.seen.insert(pair) {
                let words = text.trim().chars().take(SHOWN).collect();
                self.faint.push(Faint { words, words_in, ground, by_night, needed });
            }
        }
    }
}

/// One declaration of the style sheet that says something of colours.
struct Rule {
    /// `None` where it holds by day and by night.
    night: Option<bool>,
    important: bool,
    selector: Selector,
    property: String,
    value: String,
}

/// The parts of a selector, the last one first, each with whether it must be the parent of the one before.
struct Selector(Vec<(String, bool)>);

impl Selector {
    fn read(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut child = false;
        for word in text.split_whitespace().rev() {
            if word == ">" {
                child = true;
            } else {
                parts.push((word.to_owned(), std::mem::take(&mut child)));
            }
        }
        Self(parts)
    }

    /// Whether it means the last of these elements.
    fn takes(&self, open: &[Element]) -> bool {
        let Some(((last, _), outer)) = self.0.split_first() else { return false };
        let Some((element, mut above)) = open.split_last() else { return false };
        if !is(element, last) {
            return false;
        }
        for (part, parent) in outer {
            let found = if *parent {
                above.len().checked_sub(1).filter(|place| is(&above[*place], part))
            } else {
                above.iter().rposition(|element| is(element, part))
            };
            let Some(place) = found else { return false };
            above = &above[..place];
        }
        true
    }
}

/// `td`, `.m-text`, `td.m-text`
fn is(element: &Element, part: &str) -> bool {
    let mut names = part.split('.');
    let tag = names.next().unwrap_or_default();
    (tag.is_empty() || tag == element.tag) && names.all(|class| element.classes.iter().any(|known| known == class))
}

/// The rules of every style sheet in the mail. Those for narrow screens say nothing of colours.
fn rules(html: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for sheet in html.split("<style").skip(1) {
        let sheet = sheet.split("</style>").next().unwrap_or_default();
        let sheet = sheet.split_once('>').map_or("", |(_, sheet)| sheet);
        read_rules(sheet, None, &mut rules);
    }
    rules
}

fn read_rules(sheet: &str, night: Option<bool>, rules: &mut Vec<Rule>) {
    let mut rest = sheet;
    while let Some((head, after)) = rest.split_once('{') {
        let (body, tail) = block(after);
        let head = head.trim();
        match head.strip_prefix('@') {
            Some(query) if query.contains("prefers-color-scheme") => {
                read_rules(body, Some(query.contains("dark")), rules);
            }
            Some(_) => {}
            None => rules.extend(of_block(head, body, night)),
        }
        rest = tail;
    }
}

fn of_block(head: &str, body: &str, night: Option<bool>) -> Vec<Rule> {
    let rule = |selector: &str, (property, value): (&str, &str)| Rule {
        night,
        important: value.contains("!important"),
        selector: Selector::read(selector),
        property: property.to_owned(),
        value: value.to_owned(),
    };
    head.split(',').flat_map(|selector| declarations(body).map(move |one| rule(selector, one))).collect()
}

/// The text up to the brace that closes, and what comes after it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (place, letter) in text.char_indices() {
        depth += match letter {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return (&text[..place], &text[place + 1..]);
        }
    }
    (text, "")
}

fn declarations(style: &str) -> impl Iterator<Item = (&str, &str)> {
    style.split(';').filter_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        Some((property.trim(), value.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[(&str, bool)]) {
        let found = faint(html);
        let found: Vec<(&str, bool)> = found.iter().map(|one| (one.words.as_str(), one.by_night)).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn words_are_held_against_what_they_stand_on() {
        check("<td style='color:#777777'>x</td>", &[("x", false), ("x", true)]);
        check("<td style='color:#666'>x</td>", &[]);
        check("<td bgcolor='#12263A'><p>x</p></td>", &[("x", false), ("x", true)]);
        check("<p style='color:#8a8a8a;font-size:24px'>large</p>", &[]);
        check("<p style='display:none;color:#fff'>hidden</p><p style='color:#fff'> <br>\u{a0}</p>", &[]);
    }

    #[test]
    fn the_night_has_rules_of_its_own() {
        let mail = |rule: &str| {
            format!(
                "<style>@media (prefers-color-scheme: dark) {{ .p > table {{ background: #12263A !important }} {rule} }}\
                 @media (max-width: 9px) {{ .t {{ color: #fff !important }} }}</style>\
                 <div class='p'><table style='background:#fff'><td class='t' style='color:#12263A'>x</td></table></div>"
            )
        };
        check(&mail(""), &[("x", true)]);
        check(&mail(".p .t { color: #E6EBEF !important }"), &[]);
        check(&mail(".t { color: #E6EBEF }"), &[("x", true)]);
        check(&mail(".p > .t { color: #E6EBEF !important }"), &[("x", true)]);
    }
}
