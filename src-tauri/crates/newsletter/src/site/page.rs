//! The pages: an article, an issue, the archive, and what stands around each of them.

use magazine::{Article, Issue, TextSegment};

use super::body::{self, Body, caption_of};
use super::markup::Markup;
use super::shelf;
use super::{ArchivedIssue, Shelf, SiteSources, Voice, web};
use crate::words::{direction, say, tag};

/// What the head of a page says.
pub(super) struct Head<'a> {
    pub(super) title: String,
    pub(super) description: &'a str,
    pub(super) language: &'a str,
    /// From the site's root, with a slash at the end unless it is the root.
    pub(super) path: String,
    /// From the page to the root: `../../`.
    pub(super) root: &'static str,
    /// From the page to its issue's cover, unless it is that or stands above it: `../`.
    pub(super) cover: &'static str,
    pub(super) kind: &'static str,
    pub(super) picture: Option<(String, &'a str)>,
    /// Whether search engines are asked to pass by.
    pub(super) unlisted: bool,
}

pub(super) fn shell(issue: &Issue, head: &Head<'_>, voice: &Voice, body: Markup) -> String {
    let publication = &issue.publication;
    let mut out = Markup::default();
    out.raw("<!doctype html>\n<html")
        .attribute("lang", &language(head.language))
        .attribute("dir", direction(head.language));
    out.raw("><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    // The pages hold no script; this keeps it so whatever stands in a text.
    out.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'\">");
    out.raw("<title>").text(&head.title).raw("</title>");
    if !head.description.is_empty() {
        out.raw("<meta name=\"description\"").attribute("content", head.description).raw(">");
    }
    if head.unlisted {
        out.raw("<meta name=\"robots\" content=\"noindex\">");
    }
    out.raw("<link rel=\"stylesheet\"").attribute("href", &format!("{}style.css", head.root));
    out.raw("><link rel=\"icon\" href=\"data:,\">");
    if !web(issue).is_empty() {
        let feed = format!("{}feed.xml", head.root);
        out.raw("<link rel=\"alternate\" type=\"application/rss+xml\"").attribute("href", &feed);
        out.attribute("title", &publication.name).raw(">");
        open_graph(&mut out, issue, head);
    }
    out.raw("</head>\n<body><a class=\"skip\" href=\"#text\">")
        .text(voice.site.skip)
        .raw("</a>\n<header class=\"bar\">");
    out.raw("<a class=\"mast\"")
        .attribute("href", head.root_or_here())
        .raw(">")
        .text(&publication.masthead)
        .raw(" <span>");
    out.text(&publication.tagline).raw("</span></a>");
    if !head.cover.is_empty() {
        let number = say(voice.site.number, &issue.number.to_string());
        out.raw("<a")
            .attribute("href", head.cover)
            .raw(">")
            .text(&format!("{number}, {}", issue.settings.season))
            .raw("</a>");
    }
    if !head.root.is_empty() {
        out.raw("<a").attribute("href", head.root).raw(">").text(voice.site.archive).raw("</a>");
    }
    out.raw("</header>\n<main id=\"text\">").markup(body).raw("</main>\n");
    foot(&mut out, issue, head, voice);
    out.raw("</body></html>\n");
    out.finish()
}

impl Head<'_> {
    fn root_or_here(&self) -> &'static str {
        if self.root.is_empty() { "./" } else { self.root }
    }
}

fn open_graph(out: &mut Markup, issue: &Issue, head: &Head<'_>) {
    let web = web(issue);
    let address = format!("{web}/{}", head.path);
    out.raw("<link rel=\"canonical\"").attribute("href", &address).raw(">");
    let picture = head.picture.as_ref().map(|(path, _)| format!("{web}/{path}")).unwrap_or_default();
    let alt = head.picture.as_ref().map_or("", |(_, alt)| alt);
    let said = [
        ("og:type", head.kind),
        ("og:site_name", issue.publication.name.as_str()),
        ("og:title", head.title.as_str()),
        ("og:description", head.description),
        ("og:url", address.as_str()),
        ("og:locale", head.language),
        ("og:image", picture.as_str()),
        ("og:image:alt", alt),
    ];
    for (property, content) in said.into_iter().filter(|(_, content)| !content.is_empty()) {
        out.raw("<meta").attribute("property", property).attribute("content", content).raw(">");
    }
    if !picture.is_empty() {
        out.raw("<meta name=\"twitter:card\" content=\"summary_large_image\">");
    }
}

fn foot(out: &mut Markup, issue: &Issue, head: &Head<'_>, voice: &Voice) {
    let publication = &issue.publication;
    out.raw("<footer class=\"foot\"><p><strong>").text(&publication.name).raw("</strong></p><p>");
    out.text(&publication.postal_address.join(", ")).raw("</p>");
    if let Some(issn) = &publication.issn {
        out.raw("<p>ISSN ").text(&issn.to_string()).raw("</p>");
    }
    if !web(issue).is_empty() {
        out.raw("<p><a")
            .attribute("href", &format!("{}feed.xml", head.root))
            .raw(">")
            .text(voice.site.feed)
            .raw("</a></p>");
    }
    out.raw("</footer>\n");
}

pub(super) fn language(text: &str) -> String {
    match tag(text) {
        "" => "en".to_owned(),
        tag => tag.to_owned(),
    }
}

/// The page of one article.
pub(super) fn article(sources: &SiteSources<'_>, articles: &[&Article], place: usize, shelf: &mut Shelf) -> String {
    let (issue, article) = (sources.issue, articles[place]);
    let front = &article.front_matter;
    let voice = Voice::of(&front.language);
    let mut out = Markup::default();
    out.raw("<article>");
    opener(&mut out, article, &voice, shelf);
    let slugs: Vec<&str> = articles.iter().map(|article| article.slug.as_str()).collect();
    out.raw("<div class=\"text\">").markup(body::article(article, &voice, shelf, &slugs)).raw("</div></article>");
    onward(&mut out, articles, place, &voice);
    let picture = front.picture.as_ref();
    let picture = picture.and_then(|picture| Some((shelf.shared(&picture.file)?, picture.alt.as_str())));
    let head = Head {
        title: format!("{} · {}", front.title.text, issue.publication.name),
        description: first(&[&front.summary, &front.standfirst]),
        language: &front.language,
        path: format!("{}/{}/", issue.id, article.slug),
        root: "../../",
        cover: "../",
        kind: "article",
        picture,
        unlisted: false,
    };
    shell(issue, &head, &voice, out)
}

pub(super) fn first<'a>(texts: &[&'a TextSegment]) -> &'a str {
    texts.iter().map(|text| text.text.as_str()).find(|text| !text.is_empty()).unwrap_or_default()
}

fn opener(out: &mut Markup, article: &Article, voice: &Voice, shelf: &mut Shelf) {
    let front = &article.front_matter;
    out.raw(if front.picture.is_some() {
        "<header class=\"opener with-art\"><div>"
    } else {
        "<header class=\"opener\"><div>"
    });
    if !front.section.text.is_empty() {
        out.raw("<p class=\"kicker\">").text(&front.section.text).raw("</p>");
    }
    out.raw("<h1>").text(&front.title.text).raw("</h1>");
    if !front.standfirst.text.is_empty() {
        out.raw("<p class=\"standfirst\">").text(&front.standfirst.text).raw("</p>");
    }
    let authors: Vec<&str> = front.authors.iter().map(|author| author.text.as_str()).collect();
    if !authors.is_empty() {
        out.raw("<p class=\"byline\">").text(&say(voice.site.by, &authors.join(", "))).raw("</p>");
    }
    out.raw("</div>");
    if let Some(picture) = &front.picture {
        out.raw("<figure>");
        shelf.picture(out, &picture.file, &picture.alt, "(min-width: 64rem) 58vw, 100vw", 1600, false);
        caption_of(out, None, Some(&front.picture_credit.text), voice);
        out.raw("</figure>");
    }
    out.raw("</header>");
}

fn onward(out: &mut Markup, articles: &[&Article], place: usize, voice: &Voice) {
    let before = place.checked_sub(1).map(|place| (voice.site.before, articles[place]));
    let after = articles.get(place + 1).map(|article| (voice.site.after, *article));
    if before.is_none() && after.is_none() {
        return;
    }
    out.raw("<nav class=\"onward\"").attribute("aria-label", voice.site.in_this_issue).raw(">");
    for (word, article) in before.into_iter().chain(after) {
        out.raw("<a").attribute("href", &format!("../{}/", article.slug)).raw("><span class=\"kicker\">").text(word);
        out.raw("</span><span").attribute("lang", &language(&article.front_matter.language)).raw(">");
        out.text(&article.front_matter.title.text).raw("</span></a>");
    }
    out.raw("</nav>");
}

/// An issue's cover and contents.
pub(super) fn issue(sources: &SiteSources<'_>, articles: &[&Article], shelf: &mut Shelf) -> String {
    let issue = sources.issue;
    let (settings, cover) = (&issue.settings, &issue.settings.cover);
    let voice = Voice::of(&settings.language);
    let mut out = Markup::default();
    out.raw(if cover.picture.is_some() { "<div class=\"cover\">" } else { "<div class=\"cover bare\">" });
    if let Some(picture) = &cover.picture {
        shelf.picture(&mut out, &picture.file, &picture.alt, "(min-width: 78rem) 78rem, 100vw", 1600, false);
    }
    out.raw("<div class=\"panel\">");
    if !cover.kicker.text.is_empty() {
        out.raw("<p class=\"kicker\">").text(&cover.kicker.text).raw("</p>");
    }
    let headline = if cover.headline.text.is_empty() { &settings.title } else { &cover.headline.text };
    out.raw("<h1>").text(headline).raw("</h1><p class=\"standfirst\">").text(&cover.standfirst.text).raw("</p>");
    let number = say(voice.site.number, &issue.number.to_string());
    out.raw("<p class=\"number\">").text(&format!("{number} · {}", settings.season)).raw("</p></div></div>");
    contents(&mut out, articles, &voice, &settings.language);
    pdfs(&mut out, sources, &voice);
    colophon(&mut out, issue, &voice, shelf);
    let picture = cover.picture.as_ref();
    let picture = picture.and_then(|picture| Some((shelf.shared(&picture.file)?, picture.alt.as_str())));
    let head = Head {
        title: format!("{headline} · {} {}", issue.publication.name, issue.number),
        description: &cover.standfirst.text,
        language: &settings.language,
        path: format!("{}/", issue.id),
        root: "../",
        cover: "",
        kind: "website",
        picture,
        unlisted: false,
    };
    shell(issue, &head, &voice, out)
}

fn contents(out: &mut Markup, articles: &[&Article], voice: &Voice, language_of_issue: &str) {
    out.raw("<nav aria-labelledby=\"contents\"><div class=\"section\"><h2 id=\"contents\">").text(voice.site.contents);
    out.raw("</h2></div><ol class=\"stops\">");
    for article in articles {
        let front = &article.front_matter;
        out.raw("<li");
        if front.language != language_of_issue {
            out.attribute("lang", &language(&front.language));
        }
        out.raw(">");
        if !front.section.text.is_empty() {
            out.raw("<p class=\"kicker\">").text(&front.section.text).raw("</p>");
        }
        out.raw("<h3><a").attribute("href", &format!("{}/", article.slug)).raw(">").text(&front.title.text);
        out.raw("</a></h3><p>").text(first(&[&front.standfirst, &front.summary])).raw("</p></li>");
    }
    out.raw("</ol></nav>");
}

fn pdfs(out: &mut Markup, sources: &SiteSources<'_>, voice: &Voice) {
    if sources.pdfs.is_empty() {
        return;
    }
    out.raw("<section class=\"section\"><h2>").text(voice.site.pages).raw("</h2><ul>");
    for (file, purpose, bytes) in sources.pdfs {
        let megabytes = voice.mail.figure((*bytes as f64 / 100_000.0).round() / 10.0);
        out.raw("<li><a type=\"application/pdf\"").attribute("href", file).raw(">").text(&say(voice.site.pdf, purpose));
        out.raw("</a> (").text(&megabytes).raw("\u{a0}MB)</li>");
    }
    out.raw("</ul></section>");
}

fn colophon(out: &mut Markup, issue: &Issue, voice: &Voice, shelf: &mut Shelf) {
    let text = &issue.settings.colophon.text;
    if text.blocks.is_empty() {
        return;
    }
    let mut body = Body { out: Markup::default(), voice, shelf, slugs: &[], marks: Vec::new(), told: None };
    body.blocks(&text.blocks);
    out.raw("<section class=\"section\">").markup(body.out).raw("</section>");
}

/// Every issue that is on the site, the newest first.
pub(super) fn archive(sources: &SiteSources<'_>, shelf: &mut Shelf) -> String {
    let issue = sources.issue;
    let publication = &issue.publication;
    let main = publication.main_language();
    let voice = Voice::of(main);
    let mut out = Markup::default();
    out.raw("<div class=\"head\"><p class=\"kicker\">")
        .text(voice.site.archive)
        .raw("</p><h1>")
        .text(&publication.name);
    out.raw("</h1></div><ul class=\"issues\">");
    for one in all(sources) {
        archived(&mut out, &one, &voice);
    }
    out.raw("</ul>");
    let cover = issue.settings.cover.picture.as_ref();
    let picture = cover.and_then(|picture| Some((shelf.shared(&picture.file)?, picture.alt.as_str())));
    let head = Head {
        title: publication.name.clone(),
        description: "",
        language: main,
        path: String::new(),
        root: "",
        cover: "",
        kind: "website",
        picture,
        unlisted: false,
    };
    shell(issue, &head, &voice, out)
}

/// This issue and the others, the newest first.
pub(super) fn all(sources: &SiteSources<'_>) -> Vec<ArchivedIssue> {
    let this = ArchivedIssue::of(sources.issue);
    let mut issues: Vec<ArchivedIssue> = sources.others.iter().filter(|other| other.id != this.id).cloned().collect();
    issues.push(this);
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.id));
    issues
}

fn archived(out: &mut Markup, issue: &ArchivedIssue, voice: &Voice) {
    out.raw("<li><a")
        .attribute("href", &format!("{}/", issue.id))
        .attribute("lang", &language(&issue.language))
        .raw(">");
    if let Some(cover) = &issue.cover {
        // The link is named by its words; the picture says nothing that they do not.
        let path = format!("{}/{}", issue.id, shelf::name(&cover.file, 960));
        out.raw("<img alt=\"\" width=\"960\" height=\"1280\"").attribute("src", &path).raw(" loading=\"lazy\">");
    }
    let number = say(voice.site.number, &issue.number.to_string());
    out.raw("<p class=\"kicker\">").text(&format!("{number} · {}", issue.season)).raw("</p><h2>").text(&issue.title);
    out.raw("</h2></a></li>");
}
