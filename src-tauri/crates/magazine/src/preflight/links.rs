//! Links: words that say where they lead, and addresses that lead there.
//!
//! In an article `standards.md` is another article of the issue, `standards.md#heading` and `#heading` are headings,
//! and a path from the article's or the issue's folder is a file of the publication.

use std::ops::Range;

use super::address::{self, Address};
use super::{Source, walk};
use crate::article::Article;
use crate::finding::{Code, Finding};
use crate::manuscript::{BlockKind, Inline, InlineKind, Manuscript, plain_inlines};

/// Words that say nothing of where they lead, without accents, in English and Romanian.
const VAGUE: [&str; 44] = [
    "here",
    "click here",
    "click",
    "click this",
    "click this link",
    "tap here",
    "press here",
    "see here",
    "read here",
    "go here",
    "this",
    "this link",
    "the link",
    "link",
    "this page",
    "this site",
    "this website",
    "website",
    "more",
    "more here",
    "more info",
    "more information",
    "read more",
    "read more here",
    "learn more",
    "find out more",
    "see more",
    "continue reading",
    "follow this link",
    "aici",
    "click aici",
    "clic aici",
    "da click aici",
    "dati click aici",
    "apasa aici",
    "apasati aici",
    "vezi aici",
    "cititi aici",
    "citeste mai mult",
    "mai mult",
    "mai multe",
    "mai multe aici",
    "afla mai multe",
    "acest link",
];

/// What an article's links may lead to.
pub(crate) struct Neighbours<'a> {
    /// The articles of the issue.
    pub(crate) articles: &'a [Article],
    /// Whether there is a file at a path from the publication's folder.
    pub(crate) is_file: &'a dyn Fn(&str) -> bool,
}

/// Links whose words say nothing.
pub(super) fn words(source: Source<'_>, manuscript: &Manuscript) -> Vec<Finding> {
    let mut findings = Vec::new();
    each(manuscript, &mut |inline, _, content| {
        let shown = plain_inlines(content);
        if !VAGUE.contains(&folded(&shown).as_str()) {
            return;
        }
        let message = format!("the link `{}` does not say where it leads", shown.trim());
        let finding = Finding::warning(Code::VagueLink, message).at(source.place(inline.range.clone()));
        findings.push(finding.hint(
            "link the name of what it leads to: on paper nobody clicks, and readers who listen hear links alone",
        ));
    });
    findings
}

/// Links whose addresses cannot be followed, and words that were meant to be links.
pub(super) fn addresses(source: Source<'_>, manuscript: &Manuscript) -> Vec<Finding> {
    let mut findings = Vec::new();
    each(manuscript, &mut |inline, target, content| {
        let shows = |inline: &Inline| !matches!(&inline.kind, InlineKind::Text(words) if words.trim().is_empty());
        if !content.iter().any(shows) {
            let finding =
                Finding::warning(Code::BadLink, "the link has no words").at(source.place(inline.range.clone()));
            findings.push(finding.hint("write them between the square brackets"));
        }
        if let Address::Wrong(fault) = address::read(target) {
            let finding = Finding::warning(Code::BadLink, fault.message).at(source.place(inline.range.clone()));
            findings.push(corrected(source, finding.hint(fault.hint), inline, target, fault.meant.as_deref()));
        }
    });
    walk::inlines(manuscript, &mut |inline| {
        if let InlineKind::Text(_) = inline.kind {
            findings.extend(torn(source, inline.range.clone()));
            findings.extend(without_note(source, inline.range.clone()));
        }
    });
    findings
}

/// `[^label]` without the line that gives its text: the reader of Markdown takes it for plain words.
fn without_note(source: Source<'_>, range: Range<usize>) -> Option<Finding> {
    let written = &source.text[range.clone()];
    let open = written.find("[^")?;
    let length = written[open..].find(']')? + 1;
    let label = &written[open + 2..open + length - 1];
    if label.is_empty() || label.contains(char::is_whitespace) || source.text[..range.start + open].ends_with('\\') {
        return None;
    }
    let place = source.place(range.start + open..range.start + open + length);
    let finding = Finding::error(Code::MissingFootnote, format!("footnote `[^{label}]` has no text")).at(place);
    Some(finding.hint(format!("add a line `[^{label}]: …`")))
}

/// `[words] (address)` and `[words](address with spaces)`, which are printed as they stand.
fn torn(source: Source<'_>, range: Range<usize>) -> Option<Finding> {
    let written = &source.text[range.clone()];
    let close = written.find("](http").or_else(|| written.find("] (http"))?;
    if source.text[..range.start + close].ends_with('\\') || !written[..close].contains('[') {
        return None;
    }
    let open = close + written[close..].find('(')?;
    let length = written[open..].find(')')?;
    let address = &written[open + 1..open + length];
    let start = range.start + written[..close].rfind('[')?;
    let finding = Finding::warning(Code::BadLink, "this link is printed with its brackets");
    let finding = finding.at(source.place(start..range.start + open + length + 1));
    let right = format!("({})", address.trim().replace(' ', "%20"));
    let brackets = range.start + close + 1..range.start + open + length + 1;
    let hint = "no space stands between `]` and `(`, and none in an address";
    Some(finding.hint(hint).fix(source.fix(brackets, &right, format!("write `]{right}`"))))
}

/// Links to what is not there.
pub(super) fn dead(source: Source<'_>, article: &Article, neighbours: &Neighbours<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    each(&article.manuscript, &mut |inline, target, _| {
        let dead = match address::read(target) {
            Address::Heading(id) => dead_heading(article, id).map(|(hint, meant)| {
                (format!("the article has no heading `#{id}`"), hint, meant.map(|id| format!("#{id}")))
            }),
            Address::File(path, heading) => dead_file(article, path, heading, neighbours),
            Address::Outside | Address::Wrong(_) => None,
        };
        if let Some((message, hint, meant)) = dead {
            let finding = Finding::warning(Code::DeadLink, message).at(source.place(inline.range.clone()));
            findings.push(corrected(source, finding.hint(hint), inline, target, meant.as_deref()));
        }
    });
    findings
}

/// What is wrong, what to do, and the address that was meant.
type Dead = (String, String, Option<String>);

fn dead_file(article: &Article, path: &str, heading: Option<&str>, neighbours: &Neighbours<'_>) -> Option<Dead> {
    let folder = article.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let issue = folder.rsplit_once('/').map_or("", |(issue, _)| issue);
    let plain = path.replace("%20", " ");
    let candidates = [joined(folder, &plain), joined(issue, &plain)];
    let reached = neighbours.articles.iter().find(|other| candidates.iter().flatten().any(|at| *at == other.file));
    if let Some(other) = reached {
        let (hint, meant) = dead_heading(other, heading?)?;
        let message = format!("the article `{}` has no heading `#{}`", other.slug, heading.unwrap_or_default());
        return Some((message, hint, meant.map(|id| format!("{path}#{id}"))));
    }
    if candidates.iter().flatten().any(|at| (neighbours.is_file)(at)) {
        return None;
    }
    let heading = heading.map(|id| format!("#{id}")).unwrap_or_default();
    let name = plain.rsplit('/').next().unwrap_or_default();
    let slug = name.trim_end_matches(".md").trim_end_matches(".html");
    let slugs: Vec<&str> = neighbours.articles.iter().map(|other| other.slug.as_str()).collect();
    let meant = nearest(slug, &slugs).map(|slug| format!("{slug}.md{heading}"));
    let hint = match &meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "an article of the issue is linked as `its-name.md`, a page of the web as `https://…`".to_owned(),
    };
    Some((format!("the link leads to `{path}`, which is not there"), hint, meant))
}

/// What to do about a heading that an article does not have, and the heading that was meant.
fn dead_heading(article: &Article, id: &str) -> Option<(String, Option<String>)> {
    let mut ids = Vec::new();
    walk::blocks(&article.manuscript, &mut |block| {
        if let BlockKind::Heading { id, .. } = &block.kind {
            ids.push(id.as_str());
        }
    });
    if ids.contains(&id) {
        return None;
    }
    let meant = nearest(id, &ids).map(ToOwned::to_owned);
    let shown: Vec<String> = ids.iter().take(8).map(|id| format!("`#{id}`")).collect();
    let hint = match (&meant, shown.as_slice()) {
        (Some(meant), _) => format!("did you mean `#{meant}`?"),
        (None, []) => "it has no headings; link the article as a whole".to_owned(),
        (None, shown) => format!("its headings: {}", shown.join(", ")),
    };
    Some((hint, meant))
}

/// The one name that a mistyped one was meant to be.
fn nearest<'n>(word: &str, known: &[&'n str]) -> Option<&'n str> {
    let word = word.to_lowercase();
    let close = known.iter().map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), *name));
    let mut close: Vec<_> = close.filter(|(distance, name)| *distance <= (name.len() / 4).min(2)).collect();
    close.sort_unstable();
    match close.as_slice() {
        [(_, only)] => Some(only),
        [(first, name), (second, _), ..] if first < second => Some(name),
        _ => None,
    }
}

/// A path from a folder, both from the publication's folder; `None` when it leads out of that.
fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Visits every link with its address and its words.
fn each<'m>(manuscript: &'m Manuscript, visit: &mut dyn FnMut(&'m Inline, &'m str, &'m [Inline])) {
    walk::inlines(manuscript, &mut |inline| {
        if let InlineKind::Link { target, content } = &inline.kind {
            visit(inline, target, content);
        }
    });
}

/// The finding with its fix, where the address that was meant is known and stands in the link as it was read.
fn corrected(source: Source<'_>, finding: Finding, inline: &Inline, target: &str, meant: Option<&str>) -> Finding {
    let written = &source.text[inline.range.clone()];
    match (meant, written.rfind(target).filter(|_| !target.is_empty())) {
        (Some(meant), Some(at)) => {
            let start = inline.range.start + at;
            finding.fix(source.fix(start..start + target.len(), meant, format!("write `{meant}`")))
        }
        _ => finding,
    }
}

/// Lower case, without accents, without the arrows and stops around it.
fn folded(words: &str) -> String {
    let plain = |letter: char| match letter {
        'ă' | 'â' => 'a',
        'î' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        other => other,
    };
    let letters: String = words.to_lowercase().chars().map(plain).collect();
    let words: Vec<&str> =
        letters.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
