//! The house's own template, laid out here: an issue's joined pages are the pages of the whole, and nothing that floats
//! lies on anything else.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use magazine::{Article, FixedPage, Issue, Publication, Slot};
use typst::layout::{Abs, Frame, FrameItem, Point, Rect, Transform};
use typst_layout::PagedDocument;

use crate::chain::Link;
use crate::fingerprint;
use crate::media::Media;
use crate::press::Press;
use crate::printed::{lay_out, settled};
use crate::process::protocol::Blob;
use crate::sources::{self, IssueSources};

/// An issue in a press of its own.
struct House {
    press: Press,
    issue: Issue,
    media: Media,
}

impl House {
    /// An issue of a publication, with the repository's template and fonts.
    fn open(folder: &str, change: impl FnOnce(&mut Issue)) -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = Publication::open(&crate_folder.join("../../..")).unwrap();
        let publication = Publication::open(&crate_folder.join(folder)).unwrap();
        let (mut issue, _) = publication.read_issue("2026-q4".parse().unwrap()).unwrap();
        let (files, _) = publication.media(&issue);
        change(&mut issue);
        let fonts = repository.assets("fonts").unwrap().into_iter().filter(|(name, _)| name.ends_with(".ttf"));
        let fonts: Vec<Vec<u8>> = fonts.map(|(_, bytes)| bytes).collect();
        let template = repository.assets("magazine").unwrap();
        let media = Media::probed(&files);
        let mut press = Press::default();
        let sources = IssueSources { issue: &issue, template: &template, fonts: &fonts, media: &files };
        for (path, bytes) in sources::shared_files(&sources, &media) {
            press.put(&path, bytes);
        }
        let date = issue.settings.date;
        press.set_date(date.year(), date.month(), date.day());
        press.load_fonts(fonts.into_iter().map(Blob).collect());
        Self { press, issue, media }
    }

    fn sample() -> Self {
        Self::open("../../..", |_| {})
    }

    fn specimen() -> Self {
        Self::open("tests/specimen", |_| {})
    }

    fn documents(&mut self) -> Vec<(Link, String, PagedDocument)> {
        settled(&mut self.press, &self.issue, &self.media)
    }
}

/// `within.typ` for an issue that is one document: what an article asks for lies between its own beginning and the next.
const WITHIN_THE_WHOLE: &str = r"
#let begins() = query(<begins>).map(it => it.location().page())
#let bounds() = {
  let here = here().page()
  // In the first of its layouts nothing has a place yet.
  (begins().filter(page => page <= here).at(-1, default: 1), begins().filter(page => page > here).at(0, default: calc.inf))
}
#let own(target) = {
  let (from, to) = bounds()
  query(target).filter(it => from <= it.location().page() and it.location().page() < to)
}
#let page-of(it) = it.location().page() - bounds().first() + 1
#let page-here() = here().page() - bounds().first() + 1
#let binding-of(is-right) = left
";

/// The generated files one after the other, each on a new page and with footnotes of its own.
fn whole(documents: &[(Link, String, PagedDocument)]) -> String {
    let mut text = String::new();
    for (link, _, _) in documents {
        let path = &link.path;
        let _ = write!(
            text,
            "#metadata(none)<begins>#counter(footnote).update(0)#include \"{path}\"\n#pagebreak(weak: true)\n"
        );
    }
    text
}

/// What can be seen in a frame, each thing with its place. In what groups Typst keeps it is nobody's concern.
fn seen(frame: &Frame, transform: Transform, found: &mut Vec<String>) {
    for (place, item) in frame.items() {
        let placed = transform.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => {
                let inside = placed.pre_concat(group.transform);
                found.extend(group.clip.as_ref().map(|clip| told("clip", inside, &clip.bbox(None).max)));
                seen(&group.frame, inside, found);
                found.extend(group.clip.as_ref().map(|_| "all".to_owned()));
            }
            FrameItem::Link(..) | FrameItem::Tag(_) => {}
            _ => {
                let mut state = DefaultHasher::new();
                fingerprint::item(item, &mut state);
                found.push(told(&format!("{:x}", state.finish()), placed, &Point::zero()));
            }
        }
    }
}

fn told(what: &str, placed: Transform, at: &Point) -> String {
    let Point { x, y } = at.transform(placed);
    format!("{what} at {:.3} {:.3} × {:.4} {:.4}", x.to_pt(), y.to_pt(), placed.sx.get(), placed.ky.get())
}

fn pages(document: &PagedDocument) -> Vec<Vec<String>> {
    let on = |frame: &Frame| {
        let mut found = vec![format!("{:?}", frame.size())];
        seen(frame, Transform::identity(), &mut found);
        found
    };
    document.pages().iter().map(|page| on(&page.frame)).collect()
}

fn check_whole(mut house: House) {
    let documents = house.documents();
    let joined: Vec<Vec<String>> = documents.iter().flat_map(|(_, _, document)| pages(document)).collect();
    house.press.put("/magazine/within.typ", WITHIN_THE_WHOLE.as_bytes().to_vec());
    let whole = pages(&lay_out(&mut house.press, "/whole.typ", &whole(&documents)));
    let unlike: Vec<usize> = (0..joined.len()).filter(|page| whole.get(*page) != joined.get(*page)).collect();
    assert_eq!(unlike, [0; 0], "of {} joined and {} whole", joined.len(), whole.len());
    assert_eq!(joined.len(), whole.len());
}

#[test]
fn the_joined_pages_of_the_sample_issue_are_the_pages_of_the_whole() {
    check_whole(House::sample());
}

#[test]
fn the_joined_pages_of_the_specimen_are_the_pages_of_the_whole() {
    check_whole(House::specimen());
}

/// Something that stands on a page.
struct Seen {
    area: Rect,
    words: String,
}

/// The floats and footnotes of a page, and its lines of text.
#[derive(Default)]
struct Standing {
    floats: Vec<Seen>,
    lines: Vec<Seen>,
}

impl Standing {
    fn on(frame: &Frame) -> Self {
        let mut standing = Self::default();
        standing.walk(frame, Transform::identity(), None);
        // A float in a float belongs to the outer one; one of nothing but tags stands nowhere.
        standing.floats.retain(|float| float.area.min.x <= float.area.max.x);
        standing
    }

    fn walk(&mut self, frame: &Frame, transform: Transform, float: Option<usize>) {
        for (place, item) in frame.items() {
            let placed = transform.pre_concat(Transform::translate(place.x, place.y));
            match item {
                FrameItem::Group(group) => {
                    let inside = placed.pre_concat(group.transform);
                    let begins = group.parent.is_some() && float.is_none();
                    let float = if begins { Some(self.begin()) } else { float };
                    // What is clipped shows no more than its own frame.
                    if group.clip.is_some() {
                        self.stand(float, inside, Rect::from_pos_size(Point::zero(), group.frame.size()), "");
                    } else {
                        self.walk(&group.frame, inside, float);
                    }
                }
                FrameItem::Text(text) => {
                    let (above, below) = (Point::with_y(-0.7 * text.size), Point::new(text.width(), 0.15 * text.size));
                    self.stand(float, placed, Rect::new(above, below), &text.text);
                }
                FrameItem::Shape(shape, _) if float.is_some() => self.stand(float, placed, shape.bbox(false), ""),
                FrameItem::Image(_, size, _) if float.is_some() => {
                    self.stand(float, placed, Rect::from_pos_size(Point::zero(), *size), "");
                }
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn begin(&mut self) -> usize {
        let nothing = Rect::new(Point::splat(Abs::inf()), Point::splat(-Abs::inf()));
        self.floats.push(Seen { area: nothing, words: String::new() });
        self.floats.len() - 1
    }

    fn stand(&mut self, float: Option<usize>, placed: Transform, area: Rect, words: &str) {
        let (one, other) = (area.min.transform(placed), area.max.transform(placed));
        let area = Rect::new(one.min(other), one.max(other));
        match float.and_then(|number| self.floats.get_mut(number)) {
            Some(float) => {
                float.area = Rect::new(float.area.min.min(area.min), float.area.max.max(area.max));
                if float.words.len() < 40 {
                    float.words.push_str(words);
                }
            }
            None => self.lines.push(Seen { area, words: words.to_owned() }),
        }
    }

    /// What lies on something else, of what stands between these heights.
    fn collisions(&self, top: f64, bottom: f64) -> Vec<String> {
        let overlap = |one: &Rect, other: &Rect| {
            let across = one.max.x.min(other.max.x) - one.min.x.max(other.min.x);
            let down = one.max.y.min(other.max.y) - one.min.y.max(other.min.y);
            across > Abs::pt(1.0) && down > Abs::pt(1.0)
        };
        let is_text = |line: &&Seen| line.area.min.y.to_pt() > top && line.area.max.y.to_pt() < bottom;
        let mut found = Vec::new();
        for (number, float) in self.floats.iter().enumerate() {
            let others = self.floats[number + 1..].iter().chain(self.lines.iter().filter(is_text));
            let others = others.filter(|other| overlap(&float.area, &other.area));
            found.extend(others.map(|other| format!("`{}` and `{}`", float.words, other.words)));
        }
        found
    }
}

/// What lies on something else, by page; and how many floats were looked at.
fn collisions(house: &mut House) -> (Vec<String>, usize) {
    let format = house.issue.publication.page;
    let (top, bottom) = (format.top * MILLIMETRE, (format.height - format.bottom) * MILLIMETRE);
    let (mut found, mut floats, mut number) = (Vec::new(), 0, 0);
    for (link, _, document) in house.documents() {
        for page in document.pages() {
            number += 1;
            if link.slug().is_some() {
                let standing = Standing::on(&page.frame);
                floats += standing.floats.len();
                found.extend(standing.collisions(top, bottom).into_iter().map(|it| format!("page {number}: {it}")));
            }
        }
    }
    (found, floats)
}

fn check_collisions(mut house: House, at_least: usize) {
    let (found, floats) = collisions(&mut house);
    assert!(floats >= at_least, "{floats} floats");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nothing_lies_on_anything_else_in_the_sample_issue() {
    check_collisions(House::sample(), 40);
}

#[test]
fn nothing_lies_on_anything_else_in_the_specimen() {
    check_collisions(House::specimen(), 20);
}

/// An article of paragraphs and boxes, by dice.
fn by_dice(seed: u32, columns: u32) -> String {
    let mut dice = seed.wrapping_mul(2_654_435_761).wrapping_add(columns);
    let mut throw = |sides: u32| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 16) % sides
    };
    let mut text = format!("---\ntitle: Dice\nkind: feature\ncolumns: {columns}\n---\n");
    for _ in 0..26 {
        text += &"Words that fill the better part of a line. ".repeat(4 + throw(9) as usize);
        text += "\n\n";
        let row = "| Some words | Some more words | And the rest of them |\n";
        text += &match throw(6) {
            0 => format!(
                "> [!sidebar] A box\n{}\n",
                "> A line of the box that says something.\n".repeat(4 + throw(24) as usize)
            ),
            1 => format!("| A | B | C |\n| --- | --- | --- |\n{}\n", row.repeat(2 + throw(8) as usize)),
            2 => "![Layers](media/audit-layers.svg \"Layers\"){.wide credit=\"A\"}\n\n".to_owned(),
            3 => "![A bridge](media/spot-bridge.svg \"A bridge\"){credit=\"A\"}\n\n".to_owned(),
            4 => "> [!pullquote]\n> A few words that are said very large here.\n\n".to_owned(),
            _ => format!("| A | B |\n| --- | --- |\n{}\n", "| One | Two words |\n".repeat(3 + throw(16) as usize)),
        };
    }
    text
}

#[test]
fn nothing_lies_on_anything_else_whatever_is_written() {
    let mut house = House::open("../../..", |issue| {
        issue.articles.clear();
        issue.settings.running_order = vec![Slot::Article("one".to_owned())];
    });
    let (mut found, mut floats) = (Vec::new(), 0);
    for seed in 0..8 {
        for columns in [2, 3] {
            let (article, _) = Article::read("one", "one.md", &by_dice(seed, columns), "en");
            house.issue.articles = vec![article];
            let (here, count) = collisions(&mut house);
            floats += count;
            found.extend(here.into_iter().map(|it| format!("seed {seed}, {columns} columns, {it}")));
        }
    }
    assert!(floats > 200, "{floats} floats");
    assert!(found.is_empty(), "{found:#?}");
}

const MILLIMETRE: f64 = 72.0 / 25.4;

/// A page's folio, the left edge of the picture across a spread, and the letters in the text's area.
struct Side {
    folio: u32,
    picture: Option<f64>,
    letters: usize,
}

/// An article with a picture across a spread after so many paragraphs of numbered words; and how many words there are.
fn with_spread(columns: u32, before: usize, waiting: &str) -> (String, usize) {
    let mut text = format!("---\ntitle: T\nkind: feature\ncolumns: {columns}\n---\n");
    let mut words = 0;
    for paragraph in 0..84 {
        if paragraph == before {
            text += waiting;
            text += "![A street](media/opener-audit.svg \"Across\"){.spread credit=\"A\"}\n\n";
        }
        for _ in 0..40 {
            let _ = write!(text, "q{words}q ");
            words += 1;
        }
        text += "\n\n";
    }
    (text, words)
}

/// The pages of the one article, and its words as they were set.
fn sides(house: &mut House) -> (Vec<Side>, String) {
    let format = house.issue.publication.page;
    let (top, bottom) = (format.top * MILLIMETRE, (format.height - format.bottom) * MILLIMETRE);
    let across = (2.0 * format.width + 2.0 * format.bleed) * MILLIMETRE;
    let (mut sides, mut words, mut folio) = (Vec::new(), String::new(), 0);
    for (link, _, document) in house.documents() {
        for page in document.pages() {
            folio += 1;
            if link.slug().is_some() {
                let mut pictures = Vec::new();
                images(&page.frame, Transform::identity(), &mut pictures);
                // A picture of another shape is cut; the middle is the spine all the same.
                let picture = pictures.into_iter().find(|(_, width)| *width > across - 0.1);
                let picture = picture.map(|(left, width)| left + (width - across) / 2.0);
                let standing = Standing::on(&page.frame);
                let inside = |line: &&Seen| line.area.min.y.to_pt() > top && line.area.max.y.to_pt() < bottom;
                let lines: Vec<&str> = standing.lines.iter().filter(inside).map(|line| line.words.as_str()).collect();
                sides.push(Side { folio, picture, letters: lines.iter().map(|line| line.len()).sum() });
                words += &(lines.join(" ") + " ");
            }
        }
    }
    (sides, words)
}

/// The left edge and the width of each picture.
fn images(frame: &Frame, transform: Transform, found: &mut Vec<(f64, f64)>) {
    for (place, item) in frame.items() {
        let placed = transform.pre_concat(Transform::translate(place.x, place.y));
        match item {
            FrameItem::Group(group) => images(&group.frame, placed.pre_concat(group.transform), found),
            FrameItem::Image(_, size, _) => found.push((placed.tx.to_pt(), size.x.to_pt())),
            _ => {}
        }
    }
}

/// Why a picture across a spread does not stand as it should.
fn fault(sides: &[Side], house: &House) -> Option<String> {
    let format = &house.issue.publication.page;
    let halves: Vec<&Side> = sides.iter().filter(|side| side.picture.is_some()).collect();
    let [left, right] = halves[..] else { return Some(format!("{} halves", halves.len())) };
    let stands = |side: &Side, at: f64| side.picture.is_some_and(|left| (left - at * MILLIMETRE).abs() < 0.1);
    if !left.folio.is_multiple_of(2) || right.folio != left.folio + 1 {
        return Some(format!("on pages {} and {}", left.folio, right.folio));
    }
    // Cut at the spine: what the left page shows up to its right edge goes on at the left edge of the right page.
    if !stands(left, -format.bleed) || !stands(right, -format.bleed - format.width) {
        return Some(format!("from {:?} and {:?}", left.picture, right.picture));
    }
    (left.letters + right.letters > 0).then(|| "with words of the text on it".to_owned())
}

#[test]
fn a_picture_across_a_spread_begins_on_a_left_hand_page_and_no_word_is_lost() {
    const WAITING: [&str; 2] = [
        "",
        "![Steps](media/financing-steps.svg \"Steps\"){.wide credit=\"A\"}\n\n> [!pullquote]\n> So few words so large\n\n",
    ];
    let mut house = House::open("../../..", |_| {});
    let mut faults = Vec::new();
    for opens_on in [1, 2] {
        let before = (1..opens_on).map(|_| Slot::Page(FixedPage::Colophon));
        house.issue.settings.running_order = before.chain([Slot::Article("one".to_owned())]).collect();
        for (columns, before) in [(2, 1), (2, 14), (2, 26), (3, 2), (3, 15), (3, 30)] {
            for (kind, waiting) in WAITING.iter().enumerate() {
                let (text, count) = with_spread(columns, before, waiting);
                house.issue.articles = vec![Article::read("one", "one.md", &text, "en").0];
                let (sides, words) = sides(&mut house);
                let set: Vec<&str> = words.split_whitespace().collect();
                let is_astray = |n: &usize| set.iter().filter(|word| **word == format!("q{n}q")).count() != 1;
                // The first word begins with a letter of its own.
                let astray: Vec<usize> = (1..count).filter(is_astray).collect();
                let fault =
                    fault(&sides, &house).or_else(|| (!astray.is_empty()).then(|| format!("astray: {astray:?}")));
                let case =
                    || format!("{columns} columns from page {opens_on}, after {before} paragraphs, waiting {kind}");
                faults.extend(fault.map(|fault| format!("{}: {fault}", case())));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn an_article_without_a_letter_that_is_missing_is_not_searched_for_one() {
    let mut house = House::sample();
    let documents = house.documents();
    assert!(documents.iter().all(|(link, ..)| house.press.is_plain_at(&link.path)));
    let article = documents.iter().find(|(link, ..)| link.slug().is_some()).unwrap();
    lay_out(&mut house.press, &article.0.path, &format!("{}中", article.1));
    assert!(!house.press.is_plain_at(&article.0.path));
}
