//! The site of a small issue, and of texts that want to be more than text.

use std::collections::BTreeMap;
use std::time::Instant;

use html5gum::{Token, Tokenizer};
use magazine::{Article, Edition, Issue, IssueSettings, PublicationSettings};
use proptest::prelude::*;

use super::*;
use crate::PictureSize;

const ISSUE: &str = "title = \"The audit\"\nseason = \"Winter 2026\"\ndate = 2026-12-01\n\
    running-order = [{ article = \"one\" }, { article = \"two\" }]\n\
    [cover]\npicture = \"media/a.svg\"\nalt = \"A city\"\nheadline = \"Know the city\"\n";

fn issue(front: &str, body: &str) -> Issue {
    let settings = "name = \"Weekly\"\nweb = \"https://weekly.example.org\"\nlanguages = [\"en\"]\n";
    let (publication, _) = PublicationSettings::read("p", settings);
    let id = "2026-q4".parse().unwrap();
    let (settings, _) = IssueSettings::read(id, "i", ISSUE, &publication);
    let read = |slug: &str, text: &str| Article::read(slug, slug, text, "en").0;
    let articles = vec![
        read("one", &format!("---\ntitle: One\n{front}\n---\n{body}")),
        read("two", "---\ntitle: Două\nlanguage: ro\n---\nText.\n"),
    ];
    Issue { id, number: 41, settings, articles, publication }
}

fn made(issue: &Issue) -> Site {
    let size = PictureSize { width: 2000, height: 1000 };
    let pictures = ["media/a.svg", "media/b.jpg"].map(|file| (file.to_owned(), size));
    let pdfs = [("2026-q4-screen.pdf".to_owned(), "screen".to_owned(), 4_200_000)];
    let pictures = BTreeMap::from(pictures);
    site(&SiteSources { issue, pictures: &pictures, pdfs: &pdfs, editions: &[], others: &[] })
}

fn page(body: &str) -> String {
    made(&issue("", body)).files["2026-q4/one/index.html"].clone()
}

#[test]
fn a_site_has_its_pages_and_the_same_bytes_every_time() {
    let site = made(&issue("", "Text."));
    let paths: Vec<&str> = site.files.keys().map(String::as_str).collect();
    let pages = ["2026-q4/index.html", "2026-q4/one/index.html", "2026-q4/two/index.html"];
    assert_eq!(paths, [&pages[..], &["feed.xml", "index.html", "robots.txt", "sitemap.xml", "style.css"]].concat());
    assert_eq!(site, made(&issue("", "Text.")));
    assert!(site.files["2026-q4/two/index.html"].contains("<html lang=\"ro\" dir=\"ltr\">"));
    assert!(site.files["feed.xml"].contains("<link>https://weekly.example.org/2026-q4/one/</link>"));
    assert!(site.files["sitemap.xml"].contains("<loc>https://weekly.example.org/2026-q4/two/</loc>"));
}

#[test]
fn an_older_issue_that_is_built_again_leaves_the_feed_and_the_map_to_the_newest() {
    let (old, new) = (issue("", "Text."), issue("", "Text."));
    let newer = ArchivedIssue { id: "2027-q1".parse().unwrap(), ..ArchivedIssue::of(&new) };
    let site =
        site(&SiteSources { issue: &old, pictures: &BTreeMap::new(), pdfs: &[], editions: &[], others: &[newer] });
    let items: Vec<&str> =
        site.files["feed.xml"].split("<guid>").skip(1).filter_map(|it| it.split('<').next()).collect();
    let web = "https://weekly.example.org";
    let wanted = ["2027-q1/one/", "2027-q1/two/", "2026-q4/one/", "2026-q4/two/"].map(|path| format!("{web}/{path}"));
    assert_eq!(items, wanted);
    assert!(site.files["feed.xml"].contains("<pubDate>Tue, 01 Dec 2026 00:00:00 +0000</pubDate>"));
    assert!(wanted.iter().all(|page| site.files["sitemap.xml"].contains(&format!("<loc>{page}</loc>"))));
}

/// The site of an issue with one edition, and the edition's page.
fn mailed(issue: &Issue, text: &str) -> (Site, String) {
    let (edition, _) = Edition::read(&"2026-q4/launch".parse().unwrap(), "launch.md", text, "en");
    let size = PictureSize { width: 2000, height: 1000 };
    let pictures = ["media/b.jpg", "media/mail-head.svg"].map(|file| (file.to_owned(), size)).into();
    let pdfs = [("2026-q4-screen.pdf".to_owned(), "screen".to_owned(), 4_200_000)];
    let site = site(&SiteSources { issue, pictures: &pictures, pdfs: &pdfs, editions: &[edition], others: &[] });
    let page = site.files["2026-q4/mail/launch/index.html"].clone();
    (site, page)
}

#[test]
fn an_edition_has_a_page_for_everybody_that_only_its_mail_leads_to() {
    let text = "---\nsubject: \"For {{ first_name | default: \\\"you\\\" }}, {{ email }}\"\npreheader: '{{ city | default: \"Here\" }} it is.'\n---\n\
        Dear *{{ name | default: \"A & B\" }}*, from {{\ncity | default: \"your city\" }}: [leave]({{unsubscribe_link}}), \
        [yours](https://example.org/?m={{email}}), `{{ name }}`.\n\n[[one]]\n\n[[none]]\n\n::: {.only-mail}\nReply.\n:::\n";
    let issue = issue("section: Feature\nsummary: Why & how.\npicture: media/b.jpg\npicture-alt: A tram", "Text.");
    let (site, page) = mailed(&issue, text);
    assert!(page.contains("<h1>For you, …</h1><p class=\"standfirst\">Here it is.</p>"), "{page}");
    assert!(page.contains("Dear <em>A &amp; B</em>, from your city: leave, "), "{page}");
    assert!(page.contains("<a href=\"https://example.org/?m=\">yours</a>") && page.contains("<code>{{ name }}</code>"));
    assert!(
        page.contains("alt=\"A tram\"")
            && page.contains("<h2><a href=\"../../one/\">One</a></h2><p>Why &amp; how.</p>")
    );
    assert!(
        page.contains("href=\"../../2026-q4-screen.pdf\"")
            && page.contains("src=\"../../pictures/mail-45head-46svg-960.jpg\"")
    );
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">") && !page.contains("Reply."));
    let leads = |name: &str| site.files[name].contains("/launch/");
    assert!(!["feed.xml", "sitemap.xml", "index.html", "2026-q4/index.html"].into_iter().any(leads));
}

#[test]
fn a_picture_comes_in_sizes_with_its_words() {
    let page = page("![A tram](media/b.jpg \"On time\"){.full credit=\"Ana\"}");
    let set = "srcset=\"../pictures/b-46jpg-480.jpg 480w, ../pictures/b-46jpg-960.jpg 960w, ../pictures/b-46jpg-1600.jpg 1600w\"";
    assert!(
        page.contains(set) && page.contains("alt=\"A tram\"") && page.contains("width=\"960\" height=\"480\""),
        "{page}"
    );
    assert!(page.contains("<figcaption>On time <span class=\"credit\">Picture: Ana</span></figcaption>"));
}

#[test]
fn a_chart_has_words_and_figures() {
    let page = page(
        "```chart\ntype: bar\ntitle: Trams\nalt: More each year\nunit: km\n---\nyear,length\n2024,3\n2025,4.5\n```\n",
    );
    assert!(page.contains("<svg role=\"img\"") && page.contains("aria-label=\"More each year\""), "{page}");
    assert!(page.contains("<th scope=\"row\">2025</th><td class=\"end\">4.5</td>"));
}

#[test]
fn notes_lead_there_and_back() {
    let page = page("Text[^a] and again[^a].\n\n[^a]: The note.\n");
    assert!(page.contains("href=\"#note-1\" id=\"mark-1\"") && page.contains("<li id=\"note-1\">"));
    assert_eq!(page.matches("id=\"mark-1\"").count(), 1);
    assert!(page.contains("role=\"doc-backlink\" href=\"#mark-1\""));
}

#[test]
fn links_lead_to_headings_articles_and_out() {
    let page =
        page("# Part\n\n[a](#part) [b](two.md) [c](https://example.org/?a=\"b\") [d](javascript:x) [e](none.md)\n");
    assert!(page.contains("<a href=\"#t-part\">a</a>") && page.contains("id=\"t-part\""), "{page}");
    assert!(
        page.contains("<a href=\"../two/\">b</a>") && page.contains("<a href=\"https://example.org/?a=%22b%22\">c</a>")
    );
    assert!(page.contains(" d e</p>"), "{page}");
}

const ELEMENTS: &str = " a article aside b blockquote body br code details div em figcaption figure footer g h1 h2 h3 head \
    header hr html img li line link main meta nav ol p polygon polyline pre rect s section span strong style sub summary sup \
    svg table tbody td text th thead title tr ul circle ";
const ATTRIBUTES: &str = " aria-label aria-labelledby alt charset class content cx cy decoding dir fetchpriority height href \
    http-equiv id lang loading name points property r rel role rx scope sizes src srcset start tabindex text-anchor title \
    type viewbox width x x1 x2 y y1 y2 ";

/// Nothing in a page but what the house writes: elements, attributes, and where they lead.
fn check(page: &str) -> Result<(), String> {
    for token in Tokenizer::new(page) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if !ELEMENTS.contains(&format!(" {name} ")) {
            return Err(format!("<{name}>"));
        }
        for (key, value) in &tag.attributes {
            let (key, value) =
                (String::from_utf8_lossy(key).to_lowercase(), String::from_utf8_lossy(value).into_owned());
            if !ATTRIBUTES.contains(&format!(" {key} ")) {
                return Err(format!("<{name} {key}>"));
            }
            let leads = ["href", "src"].contains(&key.as_str());
            let safe = [
                "#",
                "../",
                "./",
                "https://",
                "http://",
                "mailto:",
                "pictures/",
                "2026-q4",
                "one/",
                "two/",
                "style.css",
                "feed.xml",
            ];
            let icon = name == "link" && value == "data:,";
            if leads && !icon && !safe.iter().any(|start| value.starts_with(start)) {
                return Err(format!("<{name} {key}={value}>"));
            }
        }
    }
    Ok(())
}

/// Texts that have run as script somewhere, and what they are put into.
fn payloads() -> Vec<String> {
    let scripts = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=javascript:alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<object data=data:text/html,x>",
        "<embed src=x>",
        "<form action=x><input name=a>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<base href=//x>",
        "<link rel=stylesheet href=x>",
        "<style>@import 'x'</style>",
        "<body onload=x>",
        "<math><mtext></p><style><img src onerror=x>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<svg></p><style><a id='</style><img src=1 onerror=x>'>",
        "<template><script>x</script></template>",
        "<details open ontoggle=x>",
        "<video><source onerror=x>",
        "<marquee onstart=x>",
        "<a href=javascript:alert(1)>x</a>",
        "\" onmouseover=\"x",
        "' onmouseover='x",
        "\"><script>x</script>",
        "--><script>x</script>",
        "]]><script>x</script>",
        "</title><script>x</script>",
        "</style><script>x</script>",
        "<!--><img src=x onerror=x>",
        "<![CDATA[<script>x</script>]]>",
        "<?xml <script>x</script>?>",
        "&lt;script&gt;",
        "&#60;script&#62;x",
        "\u{0}<script>x",
        "<scr\u{0}ipt>x",
        "<\u{2028}script>",
        "<SCRIPT SRC=//x>",
        "<img/src='x'/onerror=x>",
        "<svg/onload=x>",
        "{{constructor}}",
        "${x}",
    ];
    let links = [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "java\tscript:x",
        "&#106;avascript:x",
        "data:text/html,<script>x</script>",
        "vbscript:x",
        "//evil.example",
        "\\\\evil",
        "https:evil",
        "file:///etc/passwd",
        "jar:x",
        "blob:x",
        "https://x/\"onclick=\"x",
        "mailto:x",
    ];
    let places = [
        "@",
        "# @",
        "> @",
        "- @",
        "| @ |\n| - |\n| @ |",
        "`@`",
        "```\n@\n```",
        "```@\nx\n```",
        "> [!sidebar] @\n> @",
        "> [!pullquote] @\n> @",
        "[^a]\n\n[^a]: @",
        "![@](media/b.jpg \"@\"){credit=\"@\"}",
        "```chart\ntype: line\ntitle: '@'\nalt: '@'\n---\na,@\n@,1\nb,2\n```",
        "# h {#@}",
    ];
    let mut all: Vec<String> =
        places.iter().flat_map(|place| scripts.iter().map(|script| place.replace('@', script))).collect();
    all.extend(links.iter().flat_map(|link| {
        [
            format!("[x]({link})"),
            format!("[x](<{link}>)"),
            format!("<{link}>"),
            format!("![x]({link})"),
            format!("[x][r]\n\n[r]: {link}"),
        ]
    }));
    all
}

#[test]
fn no_hostile_text_lives_in_a_page() {
    let payloads = payloads();
    assert!(payloads.len() >= 200, "{}", payloads.len());
    for payload in payloads {
        check(&page(&payload)).unwrap_or_else(|found| panic!("{found} of {payload:?}"));
    }
}

#[test]
fn no_hostile_text_lives_in_the_page_of_an_edition() {
    let issue = issue("", "Text.");
    for payload in payloads() {
        for text in [
            format!("---\nsubject: s\n---\n{payload}"),
            format!(
                "---\nsubject: s\n---\n{{{{ name | default: \"{payload}\" }}}} [x](https://example.org/{{{{ city | default: \"{payload}\" }}}})"
            ),
            format!(
                "---\nsubject: >\n  {payload}\npreheader: >\n  {payload}\nlanguage: >\n  {payload}\n---\n[[{payload}]]"
            ),
        ] {
            check(&mailed(&issue, &text).1).unwrap_or_else(|found| panic!("{found} of {text:?}"));
        }
    }
}

#[test]
fn no_hostile_setting_lives_in_a_page() {
    for hostile in payloads().iter().take(42) {
        let mut issue = issue("", "Text.");
        let publication = &mut issue.publication;
        for text in [&mut publication.name, &mut publication.masthead, &mut publication.tagline, &mut publication.web] {
            text.clone_from(hostile);
        }
        publication.colour.ink = "red}</style><script>".to_owned();
        publication.postal_address = vec![hostile.clone()];
        let settings = &mut issue.settings;
        for text in
            [&mut settings.title, &mut settings.season, &mut settings.language, &mut settings.cover.headline.text]
        {
            text.clone_from(hostile);
        }
        let front = &mut issue.articles[0].front_matter;
        for text in [&mut front.title.text, &mut front.section.text, &mut front.standfirst.text, &mut front.language] {
            text.clone_from(hostile);
        }
        let site = made(&issue);
        for (path, text) in site.files.iter().filter(|(path, _)| path.ends_with(".html")) {
            check(text).unwrap_or_else(|found| panic!("{found} in {path} of {hostile:?}"));
        }
        assert!(!site.files["style.css"].contains('<'));
    }
}

#[test]
fn no_hostile_file_name_lives_in_a_page_or_leaves_its_folder() {
    for hostile in payloads().iter().take(42).map(String::as_str).chain(["../../etc/passwd", "..\\x", "/x", "a\0b"]) {
        let file = format!("media/{hostile}");
        let mut issue = issue("", "Text.");
        issue.articles[0].front_matter.picture = Some(Picture { file: file.clone(), alt: hostile.to_owned() });
        let pictures = BTreeMap::from([(file, PictureSize { width: 2000, height: 1000 })]);
        let site = site(&SiteSources { issue: &issue, pictures: &pictures, pdfs: &[], editions: &[], others: &[] });
        check(&site.files["2026-q4/one/index.html"]).unwrap_or_else(|found| panic!("{found} of {hostile:?}"));
        for picture in &site.pictures {
            let name = picture.path.strip_prefix("2026-q4/pictures/").unwrap();
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.'), "{name}");
            assert!(!name.contains(".."), "{name}");
        }
    }
}

#[test]
fn ten_thousand_nested_elements_are_a_page_all_the_same() {
    for nested in
        ["> ".repeat(10_000), "- ".repeat(10_000), "*a **b ".repeat(5_000), "[".repeat(10_000), "<div>".repeat(10_000)]
    {
        let begun = Instant::now();
        check(&page(&format!("{nested}x"))).unwrap();
        assert!(begun.elapsed() < crate::tests::PATIENCE, "{:?} for {}", begun.elapsed(), &nested[..8]);
    }
}

proptest! {
    #[test]
    fn whatever_is_written_stays_text(text in "([<>\"'&=/!#*\\[\\](){}|`~:. \na-z-]|<script|onload=|javascript:|</p>){0,200}") {
        prop_assert_eq!(check(&page(&text)), Ok(()));
    }
}
