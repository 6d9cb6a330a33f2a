//! The feed (RSS 2.0) and the site map, over every issue that is on the site: which of them was built last does not show.

use magazine::PublicationSettings;

use super::markup::Markup;
use super::{ArchivedIssue, SiteSources, page, web};

/// The articles in the feed: two issues' worth, so that who looks in once a quarter misses nothing.
const ITEMS: usize = 40;

/// The articles of the newest issues.
pub(super) fn rss(sources: &SiteSources<'_>) -> String {
    let publication = &sources.issue.publication;
    let (web, issues) = (web(sources.issue), page::all(sources));
    let mut out = Markup::default();
    out.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>");
    out.text(&publication.name).raw("</title><link>").text(&format!("{web}/")).raw("</link><description>");
    out.text(&about(publication, &issues)).raw("</description><language>").text(publication.main_language());
    out.raw("</language><atom:link rel=\"self\" type=\"application/rss+xml\"")
        .attribute("href", &format!("{web}/feed.xml"))
        .raw("/>");
    let items = issues.iter().flat_map(|issue| issue.articles.iter().map(move |article| (issue, article)));
    for (issue, article) in items.take(ITEMS) {
        let link = format!("{web}/{}/{}/", issue.id, article.slug);
        out.raw("\n<item><title>").text(&article.title).raw("</title><link>").text(&link).raw("</link><guid>");
        out.text(&link)
            .raw("</guid><pubDate>")
            .text(&issue.mail_date)
            .raw("</pubDate><description>")
            .text(&article.about)
            .raw("</description></item>");
    }
    out.raw("\n</channel></rss>\n");
    out.finish()
}

/// RSS wants a description, and no issue is without a title.
fn about(publication: &PublicationSettings, issues: &[ArchivedIssue]) -> String {
    issues.first().map_or_else(|| publication.name.clone(), |issue| issue.title.clone())
}

/// Every page of every issue.
pub(super) fn sitemap(sources: &SiteSources<'_>) -> String {
    let (web, issues) = (web(sources.issue), page::all(sources));
    let mut out = Markup::default();
    out.raw(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
    );
    let mut place = |path: &str, date: &str| {
        out.raw("\n<url><loc>").text(&format!("{web}/{path}")).raw("</loc><lastmod>").text(date);
        out.raw("</lastmod></url>");
    };
    let newest = issues.first().map_or("", |issue| issue.date.as_str());
    place("", newest);
    for issue in &issues {
        place(&format!("{}/", issue.id), &issue.date);
        for article in &issue.articles {
            place(&format!("{}/{}/", issue.id, article.slug), &issue.date);
        }
    }
    out.raw("\n</urlset>\n");
    out.finish()
}
