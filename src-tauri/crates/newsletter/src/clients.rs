//! What mail programs leave out: the trade's rules of thumb, as one table.
//!
//! A mail is read in programs that its maker does not have. Outlook on Windows draws with Word, Gmail cuts out what it
//! does not know, and both do it silently; so every frame is held against this table before a reader sees the hole.
//! Something that merely looks plainer somewhere (a round corner that is square) is no finding: only what moves, hides
//! or loses words and pictures is.

use html5gum::{Token, Tokenizer};

/// One thing of a mail's HTML that some program leaves out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Loss {
    /// As it stands in the HTML: `display:flex`, `<form>`.
    pub(crate) what: String,
    /// What the reader sees instead, and where.
    pub(crate) consequence: &'static str,
    /// What to do.
    pub(crate) hint: &'static str,
}

struct Rule {
    breaks: fn(&Element) -> Option<String>,
    consequence: &'static str,
    hint: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        breaks: |it| it.is_one_of(ACTIVE).then(|| format!("<{}>", it.name)),
        consequence: "is taken out by every mail program",
        hint: "a mail cannot act: lead to a page of the web instead",
    },
    Rule {
        breaks: |it| (it.name == "link" && it.has("href")).then(|| "<link>".to_owned()),
        consequence: "is not fetched by Gmail and Outlook, and a mail that fetches anything tells who reads it",
        hint: "put the styles into `mj-style`",
    },
    Rule {
        breaks: |it| {
            it.attribute("src").filter(|address| address.starts_with("data:")).map(|_| "src=\"data:".to_owned())
        },
        consequence: "shows no picture in Gmail and Outlook",
        hint: "lay the picture into `media/`, it goes along with the mail",
    },
    Rule {
        breaks: |it| (it.name == "img" && !it.has("width")).then(|| "<img> without width".to_owned()),
        consequence: "is drawn by Outlook in the picture's own size, wider than the page",
        hint: "give each picture its `width`",
    },
    Rule {
        breaks: |it| (it.name == "img" && !it.has("alt")).then(|| "<img> without alt".to_owned()),
        consequence: "says nothing to who cannot see it, and Outlook shows no pictures until asked",
        hint: "write `alt`, empty where the picture is decoration",
    },
    Rule {
        breaks: |it| it.declared("display", &["flex", "inline-flex", "grid", "inline-grid"]),
        consequence: "puts everything below one another in Outlook",
        hint: "arrange with `mj-column`, which makes tables",
    },
    Rule {
        breaks: |it| it.declared("position", &["absolute", "fixed", "relative", "sticky"]),
        consequence: "is cut out by Gmail and Outlook",
        hint: "arrange with `mj-section` and `mj-column`",
    },
    Rule {
        breaks: |it| it.declared("background-image", &[]).or_else(|| it.holds("background", "url(")),
        consequence: "shows no picture in Outlook, so words on it may not be readable",
        hint: "give a colour below it, or put the picture above the words",
    },
    Rule {
        breaks: |it| it.declared_any(&["opacity", "transform", "clip-path", "filter", "object-fit"]),
        consequence: "is cut out by Gmail or Outlook",
        hint: "prepare the picture or the colour as it should look",
    },
    Rule {
        breaks: |it| it.any_value(&["var(", "calc(", "clamp(", "min(", "max("]),
        consequence: "is not understood by Outlook and Gmail, which drop the whole declaration",
        hint: "write the value itself",
    },
    Rule {
        breaks: |it| it.any_unit(&["rem", "vw", "vh", "vmin", "vmax", "ch"]),
        consequence: "is not understood by Outlook",
        hint: "write pixels",
    },
    Rule {
        breaks: |it| it.negative_margin(),
        consequence: "is cut out by Gmail and Outlook",
        hint: "make the padding of the part before it smaller",
    },
    Rule {
        breaks: |it| it.padded_outside_a_cell(),
        consequence: "has no padding in Outlook, which knows it for cells alone",
        hint: "give the padding to the `mj-section`, the `mj-column` or a `td`",
    },
];

const ACTIVE: &[&str] = &[
    "script", "form", "input", "button", "select", "textarea", "iframe", "object", "embed", "applet", "video", "audio",
    "canvas", "svg", "math", "base", "dialog",
];

/// Gmail drops a style sheet over this size, and all after it.
const SHEET: usize = 8192;

/// Everything in this HTML that some mail program leaves out, each once.
pub(crate) fn losses(html: &str) -> Vec<Loss> {
    let mut losses = Vec::new();
    let mut sheet = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                let element = Element::of(&tag);
                // A preheader is hidden on purpose, in every way at once.
                let shown = element.declared("display", &["none"]).is_none();
                losses.extend(RULES.iter().filter(|_| shown).filter_map(|rule| loss(rule, &element)));
                sheet = (element.name == "style").then(String::new);
            }
            Token::String(text) => {
                if let Some(sheet) = &mut sheet {
                    sheet.push_str(&String::from_utf8_lossy(&text));
                }
            }
            Token::EndTag(_) => losses.extend(sheet.take().iter().flat_map(|sheet| of_sheet(sheet))),
            _ => {}
        }
    }
    losses.sort();
    losses.dedup();
    losses
}

fn loss(rule: &Rule, element: &Element) -> Option<Loss> {
    let what = (rule.breaks)(element)?;
    Some(Loss { what, consequence: rule.consequence, hint: rule.hint })
}

fn of_sheet(sheet: &str) -> Vec<Loss> {
    let loss = |what: &str, consequence, hint| Loss { what: what.to_owned(), consequence, hint };
    let mut losses = Vec::new();
    if sheet.len() > SHEET {
        let consequence = "is over 8 kB, and Gmail drops it whole";
        losses.push(loss("a style sheet", consequence, "part it, or say less in it"));
    }
    // Yahoo rewrites class names and leaves out what it cannot rewrite.
    if let Some(selector) = sheet.split(['{', '}']).find(|part| part.contains('[') && !part.contains(':')) {
        let consequence = "is left out by Yahoo and Gmail, with the rule that it begins";
        losses.push(loss(selector.trim(), consequence, "give what it means a class"));
    }
    for fetching in ["@import", "@font-face", "url("] {
        if sheet.contains(fetching) {
            let consequence = "makes Gmail drop the style sheet it stands in";
            losses.push(loss(fetching, consequence, "a mail fetches nothing: take it out"));
        }
    }
    losses
}

/// What a mail has to say in its head, so that nobody improves it: `<meta name=…>`, what happens without it, what to do.
const SAID: &[(&str, &str, &str)] = &[
    (
        "color-scheme",
        "lets Apple Mail and Outlook turn its colours around by themselves at night",
        "put `<meta name=\"color-scheme\" content=\"light dark\" />` into `mj-raw`",
    ),
    (
        "format-detection",
        "lets Apple Mail make blue links of its dates and numbers",
        "put `<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no\" />` into `mj-raw`",
    ),
    (
        "viewport",
        "is shown by telephones as wide as on a desk, in tiny letters",
        "leave `mj-head` to MJML, or say `width=device-width`",
    ),
];

/// What the head of this mail should say and does not.
pub(crate) fn unsaid(html: &str) -> Vec<Loss> {
    let named = |tag: &html5gum::StartTag<()>| Element::of(tag).attribute("name").unwrap_or_default().to_owned();
    let said: Vec<String> = Tokenizer::new(html)
        .filter_map(|Ok(token)| if let Token::StartTag(tag) = token { Some(named(&tag)) } else { None })
        .collect();
    let missing = SAID.iter().filter(|(name, ..)| !said.iter().any(|said| said == name));
    let loss = |(name, consequence, hint): &(&str, &'static str, &'static str)| Loss {
        what: format!("<meta name=\"{name}\">"),
        consequence,
        hint,
    };
    missing.map(loss).collect()
}

/// An element's name, attributes and inline style.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    style: Vec<(String, String)>,
}

impl Element {
    fn of(tag: &html5gum::StartTag<()>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let attributes: Vec<_> = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
        let style = attributes.iter().find(|(name, _)| name == "style");
        let style = style.map(|(_, style)| declarations(style)).unwrap_or_default();
        Self { name: text(&tag.name), attributes, style }
    }

    fn is_one_of(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    fn has(&self, attribute: &str) -> bool {
        self.attribute(attribute).is_some()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A declaration of this property with one of these values; with any value where none are named.
    fn declared(&self, property: &str, values: &[&str]) -> Option<String> {
        let found = self.style.iter().find(|(name, value)| {
            name == property && (values.is_empty() || values.contains(&value.split(' ').next().unwrap_or_default()))
        });
        found.map(written)
    }

    fn declared_any(&self, properties: &[&str]) -> Option<String> {
        self.style.iter().find(|(name, _)| properties.contains(&name.as_str())).map(written)
    }

    fn holds(&self, property: &str, part: &str) -> Option<String> {
        self.style.iter().find(|(name, value)| name == property && value.contains(part)).map(written)
    }

    fn any_value(&self, parts: &[&str]) -> Option<String> {
        self.style.iter().find(|(_, value)| parts.iter().any(|part| value.contains(part))).map(written)
    }

    fn any_unit(&self, units: &[&str]) -> Option<String> {
        let has_unit = |value: &str| {
            units.iter().any(|unit| {
                let number = value.strip_suffix(unit).unwrap_or_default();
                number.ends_with(|c: char| c.is_ascii_digit())
            })
        };
        self.style.iter().find(|(_, value)| value.split([' ', ',']).any(has_unit)).map(written)
    }

    fn negative_margin(&self) -> Option<String> {
        let negative = |value: &str| value.split(' ').any(|part| part.starts_with('-'));
        self.style.iter().find(|(name, value)| name.starts_with("margin") && negative(value)).map(written)
    }

    /// Space around words that are no cell's, unless Outlook is told the same in its own way. What is no more than
    /// the space around a word may be lost.
    fn padded_outside_a_cell(&self) -> Option<String> {
        let cell = self.is_one_of(&["td", "th", "table", "ul", "ol"]);
        let told = self.style.iter().any(|(name, _)| name == "mso-padding-alt");
        let wide =
            |part: &str| part.strip_suffix("px").and_then(|px| px.parse::<f64>().ok()).is_some_and(|px| px > 6.0);
        let padded = self.style.iter().find(|(name, value)| name.starts_with("padding") && value.split(' ').any(wide));
        padded.filter(|_| !cell && !told).map(|it| format!("{} on <{}>", written(it), self.name))
    }
}

fn written((property, value): &(String, String)) -> String {
    format!("{property}:{value}")
}

fn declarations(style: &str) -> Vec<(String, String)> {
    let pair = |declaration: &str| {
        let (property, value) = declaration.split_once(':')?;
        Some((property.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
    };
    style.split(';').filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<String> {
        losses(html).into_iter().map(|loss| loss.what).collect()
    }

    #[test]
    fn every_rule_finds_what_it_is_for() {
        for (html, what) in [
            ("<FORM>", "<form>"),
            ("<link href='x.css'>", "<link>"),
            ("<img alt width=1 src='data:image/png;base64,'>", "src=\"data:"),
            ("<img alt=''>", "<img> without width"),
            ("<img width=1>", "<img> without alt"),
            ("<p style='display: FLEX'>", "display:flex"),
            ("<p style='position:absolute'>", "position:absolute"),
            ("<td style='background:#fff url(x.png)'>", "background:#fff url(x.png)"),
            ("<td style='background-image:url(x.png)'>", "background-image:url(x.png)"),
            ("<p style='opacity:0.5'>", "opacity:0.5"),
            ("<p style='color:var(--ink)'>", "color:var(--ink)"),
            ("<p style='margin:0 2rem'>", "margin:0 2rem"),
            ("<p style='margin:0 -4px'>", "margin:0 -4px"),
            ("<div style='padding:0 0 22px'>", "padding:0 0 22px on <div>"),
            ("<style>@import 'x'</style>", "@import"),
            ("<style>p { margin: 0 } a[href] { color: #fff }</style>", "a[href]"),
        ] {
            assert_eq!(found(html), [what], "{html}");
        }
        assert_eq!(found(&format!("<style>{}</style>", " ".repeat(SHEET + 1))), ["a style sheet"]);
    }

    #[test]
    fn what_a_mail_does_not_say_of_itself_is_found() {
        let said = |html: &str| unsaid(html).into_iter().map(|loss| loss.what).collect::<Vec<_>>();
        let head = "<meta name=viewport><meta name='color-scheme'><p>format-detection";
        assert_eq!(said(head), ["<meta name=\"format-detection\">"]);
        assert_eq!(said("").len(), SAID.len());
    }

    #[test]
    fn what_only_looks_plainer_somewhere_is_no_loss() {
        let plain = "<td style='padding:20px;border-radius:6px'><a style='display:inline-block;padding:15px 26px;\
                     mso-padding-alt:0px'>x</a><code style='padding:1px 4px'>y</code><img alt='' width='600' src='cid:x'>";
        assert_eq!(found(plain), [""; 0]);
    }

    #[test]
    fn what_stands_in_words_and_comments_is_not_there() {
        assert_eq!(found("<!-- <form> --> &lt;form&gt; <p title='<form>'>"), [""; 0]);
    }
}
