//! Words in all the texts of an issue: its articles, its editions, and what `issue.toml` says.
//!
//! What is unsaved in an editor counts as it stands there. In front matter and in `issue.toml` the words are looked
//! through and the names of the fields are not: those belong to the program. A hit in an address or in a file's name
//! is told apart, because a link that was good would lead nowhere afterwards.

mod pattern;
mod replace;

pub(crate) use replace::Undo;

use std::ops::Range;
use std::sync::LazyLock;
use std::time::Instant;

use magazine::{EditionId, IssueId, Publication, Revision, front_matter};
use regex::Regex;

use crate::rpc::{FoundFile, FoundView, HitView, SearchFor, UnsavedText, whole};
use crate::{Class, Desk, Failure};
use pattern::{Hit, Pattern};

/// So many hits are shown; a search that finds more wants to be narrowed.
const SHOWN: usize = 1000;
/// Characters of a line that are shown before a hit, of it, and after it, at most: two lines of the narrowest list.
const BEFORE: usize = 40;
const WITHIN: usize = 160;
const AFTER: usize = 56;

/// A text of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Article(String),
    Edition(EditionId),
    Settings,
}

impl Part {
    fn all(publication: &Publication, issue: IssueId) -> Result<Vec<Self>, Failure> {
        // An issue without its file is none.
        publication.issue_text(issue)?;
        let articles = publication.articles(issue)?.into_iter().map(Self::Article);
        let editions = publication.editions(issue)?.into_iter().map(Self::Edition);
        Ok(articles.chain(editions).chain([Self::Settings]).collect())
    }

    fn file(&self, issue: IssueId) -> String {
        match self {
            Self::Article(slug) => format!("issues/{issue}/articles/{slug}.md"),
            Self::Edition(id) => format!("issues/{issue}/editions/{}.md", id.name),
            Self::Settings => format!("issues/{issue}/issue.toml"),
        }
    }

    fn read(&self, publication: &Publication, issue: IssueId) -> Result<(String, Revision), Failure> {
        Ok(match self {
            Self::Article(slug) => publication.article_text(issue, slug)?,
            Self::Edition(id) => publication.edition_text(id)?,
            Self::Settings => publication.issue_text(issue)?,
        })
    }

    /// What of a text is not words: fences and the names of fields.
    fn keys(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Settings => toml_keys(text),
            Self::Article(_) | Self::Edition(_) => {
                front_matter(text).map_or_else(Vec::new, |head| yaml_keys(text, head))
            }
        }
    }
}

impl Desk {
    /// Looks for words in every text of an issue, and says what would stand there with a replacement.
    pub(crate) fn search_issue(
        &self,
        issue: IssueId,
        asked: &SearchFor,
        replacement: Option<&str>,
        unsaved: &[UnsavedText],
    ) -> Result<FoundView, Failure> {
        let started = Instant::now();
        let mut found = FoundView { files: Vec::new(), hits: 0, milliseconds: 0 };
        let Some(pattern) = Pattern::new(asked, replacement)? else { return Ok(found) };
        let publication = self.publication()?;
        let mut shown = 0;
        for part in Part::all(&publication, issue)? {
            let file = part.file(issue);
            let (text, revision) = match unsaved.iter().find(|unsaved| unsaved.file == file) {
                Some(unsaved) => (unsaved.text.clone(), Revision::of(unsaved.text.as_bytes())),
                // What cannot be read is a finding of the issue already.
                None => match part.read(&publication, issue) {
                    Ok(read) => read,
                    Err(_) => continue,
                },
            };
            let keys = part.keys(&text);
            let hits = pattern.hits(&text, &keys);
            found.hits = found.hits.saturating_add(whole(hits.len() as u64));
            let shown_here = &hits[..hits.len().min(SHOWN - shown)];
            let settings = (part == Part::Settings).then_some(keys.as_slice());
            let views = views(&text, shown_here, settings);
            shown += views.len();
            if views.is_empty() {
                continue;
            }
            let (slug, edition) = match &part {
                Part::Article(slug) => (Some(slug.clone()), None),
                Part::Edition(id) => (None, Some(id.to_string())),
                Part::Settings => (None, None),
            };
            found.files.push(FoundFile { file, slug, edition, revision: revision.name().to_owned(), hits: views });
        }
        found.milliseconds = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(found)
    }
}

/// The hits with their lines, in settings with their values and by the names of their fields. Lines are counted on from
/// hit to hit, so a long text is read once.
fn views(text: &str, hits: &[Hit], settings: Option<&[Range<usize>]>) -> Vec<HitView> {
    let addresses = addresses(text);
    let (mut line, mut counted) = (1, 0);
    let mut view = |hit: &Hit| {
        let Range { start, end } = hit.range.clone();
        line += text[counted..start].matches('\n').count();
        counted = start;
        let line_here = line_around(text, &hit.range);
        let value = settings.map_or(0..text.len(), |keys| toml_value(text, keys, &hit.range));
        let around = line_here.start.max(value.start)..line_here.end.min(value.end);
        HitView {
            start: whole(start as u64),
            end: whole(end as u64),
            line: whole(line as u64),
            before: tail(&text[around.start..start]),
            found: head(&text[start..end], WITHIN),
            after: head(&text[end..around.end], AFTER),
            replaced: hit.replaced.clone(),
            address: addresses.iter().any(|address| overlap(address, &hit.range)),
            field: settings.map(|keys| toml_field(text, keys, start)),
        }
    };
    hits.iter().map(&mut view).collect()
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The lines that a hit stands in, without their end.
fn line_around(text: &str, hit: &Range<usize>) -> Range<usize> {
    let start = text[..hit.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[hit.end..].find(['\r', '\n']).map_or(text.len(), |at| hit.end + at);
    start..end
}

/// The beginning of a text, to the end of a word; a word that is too long by itself is cut.
fn head(text: &str, most: usize) -> String {
    let Some((at, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = &text[..at];
    let whole = if text[at..].starts_with(char::is_whitespace) { Some(at) } else { cut.rfind(char::is_whitespace) };
    format!("{}…", whole.map_or(cut, |end| cut[..end].trim_end()))
}

/// The end of a text, from the beginning of a word; a word that is too long by itself is cut.
fn tail(text: &str) -> String {
    let Some((at, _)) = text.char_indices().rev().nth(BEFORE - 1).filter(|(at, _)| *at > 0) else {
        return text.to_owned();
    };
    let cut = &text[at..];
    let whole = if text[..at].ends_with(char::is_whitespace) { Some(0) } else { cut.find(char::is_whitespace) };
    format!("…{}", whole.map_or(cut, |start| cut[start..].trim_start()))
}

/// What leads somewhere: web addresses, a link's target, a picture's file and classes, the name of an article or a
/// file in a setting, a teaser.
fn addresses(text: &str) -> Vec<Range<usize>> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?x)
              (?: https?:// | mailto: | www\. | media/ ) [^\s)>"'\]]*
            | \]\( [^)\s]*
            | \{ [.\#] [\w-]+ (?: \s+ [.\#] [\w-]+ )*
            | \b (?: article | ad | picture ) \s* = \s* "[^"\n]*"
            | \[\[ [^\]\n]* \]\]
            "#,
        )
        .expect("it is written here")
    });
    ADDRESS.find_iter(text).map(|found| found.range()).collect()
}

/// The keys of front matter, with the lines around it. A key begins its line: what is indented is a value's.
fn yaml_keys(text: &str, head: Range<usize>) -> Vec<Range<usize>> {
    let mut keys: Vec<_> = std::iter::once(0..head.start).collect();
    let mut at = head.start;
    for line in text[head.clone()].split_inclusive('\n') {
        let name = line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        if name > 0 && line[name..].starts_with(':') {
            keys.push(at..at + name + 1);
        }
        at += line.len();
    }
    let closing = text[head.end..].find('\n').map_or(text.len(), |end| head.end + end);
    keys.push(head.end..closing);
    keys
}

/// The keys and table names of TOML, outside texts of several lines.
fn toml_keys(text: &str) -> Vec<Range<usize>> {
    static KEY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[{,])\s*[\w.-]+\s*=|^\s*\[[^\]\n]*\]+\s*(?:#|$)").expect("it is written here")
    });
    let mut keys = Vec::new();
    let (mut at, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let marks = line.matches("\"\"\"").count() + line.matches("'''").count();
        if !inside {
            let words = line.trim_end();
            keys.extend(KEY.find_iter(words).map(|key| at + key.start()..at + key.end()));
        }
        inside ^= marks % 2 == 1;
        at += line.len();
    }
    keys
}

/// What a hit in TOML is read in: the words between the quotation marks around it, or what stands behind its key.
fn toml_value(text: &str, keys: &[Range<usize>], hit: &Range<usize>) -> Range<usize> {
    let key = keys.iter().take_while(|key| key.end <= hit.start).last().map_or(0, |key| key.end);
    let bare = hit.start - text[key..hit.start].trim_start().len();
    let mut at = key;
    while let Some(words) = toml_words(text, at..hit.start) {
        if hit.start < words.end {
            return if words.start <= hit.start && hit.end <= words.end { words } else { bare..text.len() };
        }
        // Behind the mark that ends them.
        at = words.end + 1;
    }
    bare..text.len()
}

/// The words between the first quotation marks that open in a part of a text of TOML.
fn toml_words(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?s)"""(.*?)"""|'''(.*?)'''|"((?:[^"\\]|\\.)*)"|'([^']*)'"#).expect("it is written here")
    });
    let found =
        WORDS.captures_at(text, part.start).filter(|found| found.get(0).is_some_and(|all| all.start() < part.end))?;
    found.iter().skip(1).flatten().next().map(|words| words.range())
}

/// The field that a byte of `issue.toml` stands in, with what is around it: `cover › lines › title`.
fn toml_field(text: &str, keys: &[Range<usize>], at: usize) -> String {
    let (mut table, mut field, mut inner) = ("", "", "");
    for key in keys.iter().take_while(|key| key.start <= at) {
        let written = text[key.clone()].trim();
        let name = written.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | ',' | '=' | '#'));
        match written.chars().next() {
            Some('[') => (table, field, inner) = (name, "", ""),
            Some('{' | ',') => inner = name,
            _ => (field, inner) = (name, ""),
        }
    }
    [table, field, inner].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" › ")
}

fn no_such_text(file: &str) -> Failure {
    Failure::new(Class::Usage, "no-text", format!("`{file}` is no text of this issue")).hint("search again")
}

#[cfg(test)]
mod tests;
