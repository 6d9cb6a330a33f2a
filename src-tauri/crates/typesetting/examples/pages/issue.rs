//! A publication made by dice: an issue of so many pages with 40 photographs, the same bytes each time.
//!
//! The text is nonsense of the right kind: sentences of an ordinary length in two and three columns, heads, lists,
//! tables, callouts, footnotes, links and charts. The photographs are 2,400 × 1,600 pixels, as a magazine gets them.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Photographs in an issue, however long it is.
const PICTURES: u32 = 40;
const PICTURE: (u16, u16) = (2400, 1600);
/// Pages that are no articles: cover, contents, colophon, back cover.
const FIXED: u32 = 4;

/// The issue's name.
pub(crate) const ISSUE: &str = "2027-q1";

/// Writes a publication with one issue of about `pages` pages and `ads` advertisements into `folder`; template, fonts
/// and settings are those of `repository`.
pub(crate) fn write(folder: &Path, repository: &Path, pages: u32, ads: u32) -> Result<(), Box<dyn Error>> {
    let issue = folder.join("issues").join(ISSUE);
    fs::create_dir_all(issue.join("articles"))?;
    fs::create_dir_all(issue.join("media"))?;
    copy(&repository.join("assets"), &folder.join("assets"))?;
    for number in 0..PICTURES {
        let file = issue.join(picture_file(number));
        if !file.exists() {
            fs::write(file, photograph(number)?)?;
        }
    }
    let articles = articles(pages);
    for (number, length) in articles.iter().enumerate() {
        let number = u32::try_from(number)?;
        let count = u32::try_from(articles.len())?;
        let pictures: Vec<u32> = (0..PICTURES).filter(|picture| picture % count == number).collect();
        fs::write(issue.join(format!("articles/{}.md", slug(number))), article(number, *length, &pictures))?;
    }
    fs::write(issue.join("issue.toml"), settings(pages, u32::try_from(articles.len())?, ads))?;
    Ok(())
}

/// How many words each article has: features of six pages among shorter pieces.
fn articles(pages: u32) -> Vec<u32> {
    const WORDS_ON_A_PAGE: u32 = 520;
    // The photographs take an eighth of a page each.
    let mut left = (pages.saturating_sub(FIXED) * 8).saturating_sub(PICTURES) / 8;
    let mut lengths = Vec::new();
    while left > 0 {
        let next = [4, 2, 6, 3, 5, 2][lengths.len() % 6].min(left);
        left -= next;
        // What an opener and a last page leave empty.
        lengths.push(next * WORDS_ON_A_PAGE - WORDS_ON_A_PAGE * 2 / 3);
    }
    lengths
}

fn slug(number: u32) -> String {
    format!("article-{number:02}")
}

fn picture_file(number: u32) -> String {
    format!("media/photograph-{number:02}.jpg")
}

fn settings(pages: u32, articles: u32, ads: u32) -> String {
    let mut order = String::from("  { page = \"cover\" },\n  { page = \"contents\" },\n");
    for number in 0..articles.max(ads) {
        if number < articles {
            let _ = writeln!(order, "  {{ article = \"{}\" }},", slug(number));
        }
        if number < ads {
            let picture = picture_file(number % PICTURES);
            let _ = writeln!(
                order,
                "  {{ ad = \"{picture}\", alt = \"A photograph.\", advertiser = \"House\", size = \"full\" }},"
            );
        }
    }
    order.push_str("  { page = \"colophon\" },\n  { page = \"back-cover\" },\n");
    format!(
        "title = \"Made by dice\"\nseason = \"Spring 2027\"\ndate = 2027-03-01\nlanguage = \"en\"\npages = {pages}\n\
         running-order = [\n{order}]\n[cover]\npicture = \"{}\"\nalt = \"A photograph.\"\nheadline = \"Made by dice\"\n\
         lines = [{{ title = \"The first\", article = \"{}\" }}]\n[colophon]\ntext = \"Made by **dice**.\"\n\
         [back-cover]\ntext = \"Until summer\"\n",
        picture_file(0),
        slug(0)
    )
}

fn article(number: u32, words: u32, pictures: &[u32]) -> String {
    let mut dice = Dice(u64::from(number) + 1);
    let kind = ["feature", "department", "feature", "listing"][number as usize % 4];
    let columns = [3, 2][number as usize % 2];
    let mut text = format!(
        "---\ntitle: {}\nkind: {kind}\nsection: Section {}\nstandfirst: {}\nauthors: [The dice]\nlanguage: en\n\
         columns: {columns}\n---\n\n",
        dice.sentence(5).trim_end_matches('.'),
        number % 5,
        dice.sentence(16)
    );
    let mut written = 0;
    let mut pictures = pictures.iter();
    let every = words / u32::try_from(pictures.len() + 1).unwrap_or(1);
    let mut next_picture = every / 2;
    for block in 0.. {
        if written >= words {
            break;
        }
        written += dice.block(block, &mut text);
        if written >= next_picture
            && let Some(picture) = pictures.next()
        {
            next_picture += every;
            dice.picture(*picture, &mut text);
        }
    }
    pictures.for_each(|picture| dice.picture(*picture, &mut text));
    text.push_str("\n[^1]: A note that stands at the foot of its column.\n");
    text
}

/// Numbers that fall the same way for the same seed (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or(0) % end.max(1)
    }

    fn sentence(&mut self, words: usize) -> String {
        let mut sentence: Vec<String> = (0..words).map(|_| WORDS[self.below(WORDS.len())].to_owned()).collect();
        if let Some(first) = sentence.first_mut() {
            first[..1].make_ascii_uppercase();
        }
        format!("{}.", sentence.join(" "))
    }

    fn paragraph(&mut self) -> (String, u32) {
        let sentences: Vec<String> = (0..3 + self.below(4))
            .map(|_| {
                let words = 8 + self.below(16);
                self.sentence(words)
            })
            .collect();
        let mut text = sentences.join(" ");
        let words = u32::try_from(text.split(' ').count()).unwrap_or(0);
        match self.below(8) {
            0 => text.push_str(" It is *not* the last **word** on the matter."),
            1 => text.push_str(" See [the record](https://magazine.example.org/record) for more."),
            _ => {}
        }
        (text, words)
    }

    /// One block; how many words it has.
    fn block(&mut self, number: u32, text: &mut String) -> u32 {
        let words = match number % 19 {
            3 | 12 => {
                let _ = write!(text, "## {}", self.sentence(4).trim_end_matches('.'));
                4
            }
            6 => self.lines("- ", 4, text),
            9 => self.table(text),
            11 => self.callout("> [!pullquote]\n> ", text),
            14 => self.callout("> [!facts] What is known\n> ", text),
            16 => self.callout("> [!sidebar] Beside it\n> ", text),
            18 => self.lines("1. ", 3, text),
            _ => {
                let (paragraph, words) = self.paragraph();
                text.push_str(&paragraph);
                if number == 1 {
                    text.push_str("[^1]");
                }
                words
            }
        };
        text.push_str("\n\n");
        words
    }

    fn lines(&mut self, mark: &str, count: usize, text: &mut String) -> u32 {
        for _ in 0..count {
            let _ = writeln!(text, "{mark}{}", self.sentence(9));
        }
        u32::try_from(count * 9).unwrap_or(0)
    }

    fn table(&mut self, text: &mut String) -> u32 {
        text.push_str("| What | Where | How much |\n| --- | --- | ---: |\n");
        for _ in 0..5 {
            let _ = writeln!(text, "| {} | {} | {} |", self.sentence(3), self.sentence(2), self.below(900));
        }
        30
    }

    fn callout(&mut self, opening: &str, text: &mut String) -> u32 {
        let _ = write!(text, "{opening}{}", self.sentence(14));
        14
    }

    fn picture(&mut self, number: u32, text: &mut String) {
        let width = if number % 5 == 4 { ".wide" } else { ".column" };
        let _ = write!(
            text,
            "![{}]({} \"{}\"){{{width} credit=\"The dice\"}}\n\n",
            self.sentence(6),
            picture_file(number),
            self.sentence(8)
        );
    }
}

/// A photograph of nothing: soft light, a few shapes and the grain of a sensor, so that it weighs what one weighs.
fn photograph(number: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let (width, height) = PICTURE;
    let mut dice = Dice(u64::from(number) + 1000);
    let discs: Vec<(i64, i64, i64, usize)> = (0..24)
        .map(|_| (dice.below(2400), dice.below(1600), 40 + dice.below(300), dice.below(200)))
        .map(|(x, y, r, tone)| Ok((i64::try_from(x)?, i64::try_from(y)?, i64::try_from(r)?, tone)))
        .collect::<Result<_, std::num::TryFromIntError>>()?;
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..i64::from(height) {
        for x in 0..i64::from(width) {
            let disc = discs.iter().rev().find(|(cx, cy, r, _)| (x - cx).pow(2) + (y - cy).pow(2) < r * r);
            let tone = disc.map_or(60, |(.., tone)| *tone);
            let grain = dice.below(13);
            let light = |at: i64, of: u16| usize::try_from(at * 40 / i64::from(of)).unwrap_or(0);
            let (across, down) = (light(x, width), light(y, height));
            pixels
                .extend([tone + across + grain, tone / 2 + down + grain, 200 - tone + grain].map(|v| v.min(255) as u8));
        }
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)?;
    Ok(bytes)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

const WORDS: &[&str] = &[
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "that",
    "is",
    "was",
    "for",
    "on",
    "with",
    "as",
    "by",
    "at",
    "from",
    "which",
    "or",
    "an",
    "it",
    "not",
    "but",
    "city",
    "street",
    "council",
    "water",
    "meter",
    "bridge",
    "lamp",
    "office",
    "plan",
    "budget",
    "library",
    "school",
    "station",
    "neighbour",
    "committee",
    "engineer",
    "contract",
    "drawing",
    "register",
    "department",
    "administration",
    "infrastructure",
    "measurement",
    "responsibility",
    "conversation",
    "afternoon",
    "winter",
    "question",
    "answer",
    "reading",
    "works",
    "keeps",
    "counts",
    "finds",
    "asks",
    "opens",
    "closes",
    "builds",
    "repairs",
    "measures",
    "writes",
    "understands",
    "considers",
    "whole",
    "cheap",
    "quiet",
    "honest",
    "careful",
    "public",
    "ordinary",
    "complicated",
    "unexpected",
    "reasonable",
    "slowly",
    "seldom",
    "usually",
    "together",
    "afterwards",
];
