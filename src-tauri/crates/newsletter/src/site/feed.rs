//! The feed (RSS 2.0) and the site map.

use magazine::{Article, Issue};

use super::markup::Markup;
use super::{SiteSources, page, web};

/// The articles of the newest issue.
pub(super) fn rss(issue: &Issue, articles: &[&Article]) -> String {
    let publication = &issue.publication;
    let web = web(issue);
    let date = issue.settings.date.strftime("%a, %d %b %Y 00:00:00 +0000").to_string();
    let mut out = Markup::default();
    out.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>");
    out.text(&publication.name).raw("</title><link>").text(&format!("{web}/")).raw("</link><description>");
    out.text(&issue.settings.title).raw("</description><language>").text(&issue.settings.language).raw("</language>");
    out.raw("<atom:link rel=\"self\" type=\"application/rss+xml\"")
        .attribute("href", &format!("{web}/feed.xml"))
        .raw("/>");
    for article in articles {
        let front = &article.front_matter;
        let link = format!("{web}/{}/{}/", issue.id, article.slug);
        let about = if front.summary.text.is_empty() { &front.standfirst.text } else { &front.summary.text };
        out.raw("\n<item><title>")
            .text(&front.title.text)
            .raw("</title><link>")
            .text(&link)
            .raw("</link><guid>")
            .text(&link);
        out.raw("</guid><pubDate>").text(&date).raw("</pubDate><description>").text(about).raw("</description></item>");
    }
    out.raw("\n</channel></rss>\n");
    out.finish()
}

/// Every page of this issue, and the first of the others.
pub(super) fn sitemap(sources: &SiteSources<'_>, articles: &[&Article]) -> String {
    let issue = sources.issue;
    let web = web(issue);
    let mut out = Markup::default();
    out.raw(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
    );
    let mut place = |path: &str, date: &str| {
        out.raw("\n<url><loc>")
            .text(&format!("{web}/{path}"))
            .raw("</loc><lastmod>")
            .text(date)
            .raw("</lastmod></url>");
    };
    let today = issue.settings.date.to_string();
    place("", &today);
    for one in page::all(sources) {
        place(&format!("{}/", one.id), &one.date);
    }
    for article in articles {
        place(&format!("{}/{}/", issue.id, article.slug), &today);
    }
    out.raw("\n</urlset>\n");
    out.finish()
}
