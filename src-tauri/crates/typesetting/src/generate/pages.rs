//! One file for each slot of the running order: articles, cover, contents, advertisements, colophon, back cover.

use std::collections::BTreeMap;

use magazine::{Ad, AdSize, Article, ArticleKind, Code, Issue, Picture, Place, TextSegment};

use super::syllables::Division;
use super::writer::Writer;
use super::{Generated, Setting};

/// A manuscript that generates more than this is not laid out: a slip of the hand, not an article.
const LARGEST: usize = 5 * 1024 * 1024;

/// The file of an article that begins on page `first`.
pub(crate) fn article(setting: &Setting<'_>, article: &Article, first: u32) -> Generated {
    let front = &article.front_matter;
    let mut writer = Writer::new(setting, &article.file);
    let start = writer.here();
    writer.code("#show: article.with(kind: ");
    writer.code(kind(front.kind));
    writer.code(&format!(", first-page: {first}, language: "));
    let language = language(&front.language).or_else(|| language(setting.language)).unwrap_or("en".to_owned());
    writer.string(&language);
    writer.code(&format!(", columns: {}, title: ", front.columns.clamp(1, 4)));
    writer.title(&front.title, &article.slug);
    writer.code(", section: ");
    writer.segment(&front.section);
    writer.code(", standfirst: ");
    writer.segment(&front.standfirst);
    writer.code(", authors: ");
    writer.segments(&front.authors);
    writer.code(", picture: ");
    match &front.picture {
        Some(picture) => {
            writer.open_picture(picture, writer.whole_file().field("picture"));
            writer.code(", credit: ");
            writer.segment(&front.picture_credit);
            writer.code(")");
        }
        None => writer.code("none"),
    }
    if let Some(signature) = &front.signature {
        writer.code(", signature: ");
        writer.open_picture(signature, writer.whole_file().field("signature"));
        writer.code(")");
    }
    writer.code(");");
    writer.block_since(start, &front.title.range);
    writer.stands_for(&front.title.range);
    writer.code("\n");
    writer.division = Division::of(&language).filter(|_| is_narrow(front.kind, front.columns));
    writer.manuscript(&article.manuscript, Some(front.kind));
    if writer.here() > LARGEST {
        writer.complain(Code::TooLarge, "the article is too long to be laid out; 5 MB is the most", &(0..0));
    }
    writer.finish()
}

/// Whether running text stands in columns so narrow that whole words would tear holes into its lines.
fn is_narrow(kind: ArticleKind, columns: u8) -> bool {
    columns > 1 && !matches!(kind, ArticleKind::Letter | ArticleKind::Numbers)
}

/// Whether an article of this length was given up.
pub(crate) fn is_too_large(generated: &Generated) -> bool {
    generated.text.len() > LARGEST
}

/// The cover; `firsts` knows the page of each article.
pub(crate) fn cover(setting: &Setting<'_>, issue: &Issue, firsts: &BTreeMap<&str, u32>, page: u32) -> Generated {
    let cover = &issue.settings.cover;
    let mut writer = Writer::new(setting, setting.issue_file);
    writer.stands_for(&cover.range);
    writer.call(&format!("cover(page: {page}, picture: "));
    writer.picture(cover.picture.as_ref());
    for (name, words) in [("kicker", &cover.kicker), ("headline", &cover.headline), ("standfirst", &cover.standfirst)] {
        writer.code(&format!(", {name}: "));
        writer.segment(words);
    }
    writer.code(", lines: (");
    for line in &cover.lines {
        writer.code("(title: ");
        writer.segment(&line.title);
        writer.code(", page: ");
        match firsts.get(line.article.as_str()) {
            Some(first) => writer.code(&first.to_string()),
            None => writer.code("none"),
        }
        writer.code("),");
    }
    writer.code("));");
    writer.finish()
}

/// The contents page, an entry for each placed article with its first page.
pub(crate) fn contents(setting: &Setting<'_>, issue: &Issue, entries: &[(u32, &Article)], page: u32) -> Generated {
    let mut writer = Writer::new(setting, setting.issue_file);
    writer.stands_for(&issue.settings.contents.range);
    writer.call(&format!("contents(page: {page}, picture: "));
    writer.picture(issue.settings.contents.picture.as_ref());
    writer.code(", staff: (");
    for line in &issue.settings.staff {
        writer.code("(role: ");
        writer.segment(&line.role);
        writer.code(", names: ");
        writer.segments(&line.names);
        writer.code("),");
    }
    writer.code("), entries: (");
    for (first, article) in entries {
        let front = &article.front_matter;
        writer.written_in(&article.file);
        writer.code(&format!("(page: {first}, kind: {}, section: ", kind(front.kind)));
        writer.segment(&front.section);
        writer.code(", title: ");
        writer.title(&front.title, &article.slug);
        writer.code(", standfirst: ");
        writer.segment(&front.standfirst);
        writer.code(", authors: ");
        writer.segments(&front.authors);
        writer.code("),");
    }
    writer.code("));");
    writer.finish()
}

/// A page of advertisements: one, or several small ones.
pub(crate) fn advert(setting: &Setting<'_>, ads: &[Ad], page: u32) -> Generated {
    let mut writer = Writer::new(setting, setting.issue_file);
    if let Some(first) = ads.first() {
        writer.stands_for(&first.range);
    }
    writer.call(&format!("advert(page: {page}, ads: ("));
    for ad in ads {
        writer.ad(ad);
    }
    writer.code("));");
    writer.finish()
}

/// The colophon.
pub(crate) fn colophon(setting: &Setting<'_>, issue: &Issue, page: u32) -> Generated {
    let mut writer = Writer::new(setting, setting.issue_file);
    writer.stands_for(&issue.settings.colophon.range);
    writer.call(&format!("colophon(page: {page})[\n"));
    writer.manuscript(&issue.settings.colophon.text, None);
    writer.code("];");
    writer.finish()
}

/// The back cover.
pub(crate) fn back_cover(setting: &Setting<'_>, issue: &Issue, page: u32) -> Generated {
    let back = &issue.settings.back_cover;
    let mut writer = Writer::new(setting, setting.issue_file);
    writer.stands_for(&back.range);
    writer.call(&format!("backcover(page: {page}, picture: "));
    writer.picture(back.picture.as_ref());
    writer.code(", text: ");
    writer.segment(&back.text);
    writer.code(");");
    writer.finish()
}

/// The page in place of a slot that cannot be laid out.
pub(crate) fn placeholder(setting: &Setting<'_>, file: &str, title: &str, message: &str, page: u32) -> Generated {
    let mut writer = Writer::new(setting, file);
    writer.stands_for(&(0..0));
    writer.call(&format!("placeholder(page: {page}, title: "));
    writer.string(title);
    writer.code(", message: ");
    writer.string(message);
    writer.code(");");
    writer.finish()
}

/// A page that needs no template, for when the template itself fails.
pub(crate) fn bare_page(title: &str, message: &str, page: u32, issue: &Issue) -> Generated {
    let format = &issue.publication.page;
    let text = format!(
        "#set page(width: {:?}mm, height: {:?}mm, margin: 22mm, fill: luma(96%)); #counter(page).update({page}); \
         #set text(font: \"SourceSans3VF\", size: 11pt, fill: luma(25%), hyphenate: false); #v(1fr); \
         #text(size: 26pt, weight: 600, {}); #v(3mm); #{}; #v(2fr);",
        format.width,
        format.height,
        super::escape::line(title),
        super::escape::line(message),
    );
    Generated { text, ..Generated::default() }
}

impl Writer<'_> {
    /// A title is never missing: the file's name stands in for it.
    fn title(&mut self, title: &TextSegment, slug: &str) {
        if title.text.trim().is_empty() { self.words_within(slug, &title.range) } else { self.segment(title) }
    }

    fn segments(&mut self, segments: &[TextSegment]) {
        self.code("(");
        for segment in segments.iter().filter(|segment| !segment.text.trim().is_empty()) {
            self.segment(segment);
            self.code(",");
        }
        self.code(")");
    }

    fn ad(&mut self, ad: &Ad) {
        self.open_picture(&ad.picture, self.place(&ad.range));
        self.code(", advertiser: ");
        self.string(&ad.advertiser);
        self.code(match ad.size {
            AdSize::Full => ", size: \"full\", headline: ",
            AdSize::Half => ", size: \"half\", headline: ",
            AdSize::Third => ", size: \"third\", headline: ",
            AdSize::Quarter => ", size: \"quarter\", headline: ",
        });
        self.segment(&ad.headline);
        self.code(", text: ");
        self.segment(&ad.text);
        self.code("),");
    }

    fn picture(&mut self, picture: Option<&Picture>) {
        match picture {
            Some(picture) => {
                self.open_picture(picture, self.whole_file());
                self.code(")");
            }
            None => self.code("none"),
        }
    }

    fn open_picture(&mut self, picture: &Picture, named_in: Place) {
        self.code("(file: ");
        self.picture_file(&picture.file, named_in);
        self.code(", alt: ");
        self.string(&picture.alt);
    }
}

fn kind(kind: ArticleKind) -> &'static str {
    match kind {
        ArticleKind::Letter => "\"letter\"",
        ArticleKind::Feature => "\"feature\"",
        ArticleKind::Department => "\"department\"",
        ArticleKind::Numbers => "\"numbers\"",
        ArticleKind::Listing => "\"listing\"",
    }
}

/// Typst refuses a document whose language is not two or three letters.
fn language(written: &str) -> Option<String> {
    let primary = written.split(['-', '_']).next()?.to_ascii_lowercase();
    let is_code = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code.then_some(primary)
}
