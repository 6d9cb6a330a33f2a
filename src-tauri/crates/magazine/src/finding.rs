//! What stands between an issue and its release: findings, each with a code, a severity and a place.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing needs to happen.
    Note,
    /// The issue can be built, but a reader would notice.
    Warning,
    /// Something is left out or replaced by a placeholder until this is put right.
    Error,
}

/// What kind of fault a finding is; somebody acts on each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    /// A TOML file could not be understood.
    BadToml,
    /// Front matter could not be understood.
    BadFrontMatter,
    /// A file has no front matter where one is required.
    MissingFrontMatter,
    /// A key that nothing reads.
    UnknownKey,
    /// A value outside the ones that are known.
    BadValue,
    /// The running order names an article that has no file.
    UnknownArticle,
    /// An article has a file but no place in the running order.
    ArticleNotPlaced,
    /// A picture, ad or other file that is named but not there.
    MissingMedia,
    /// A picture that cannot be used: too large, truncated, outside the issue.
    BadMedia,
    /// A picture without a text alternative.
    MissingAlt,
    /// A picture without a caption.
    MissingCaption,
    /// A picture that does not say whose work it is.
    MissingCredit,
    /// An advertisement that does not say who pays for it.
    UnlabelledAd,
    /// A picture with too few pixels for its size on the page.
    LowResolution,
    /// A picture in RGB, which a press cannot print as it is.
    RgbPicture,
    /// Words so near the edge of the page that a knife may cut them.
    NearTrim,
    /// Words that do not fit the room they have.
    Overset,
    /// Pages that were laid out as often as the page engine does it, and still moved.
    Unsettled,
    /// A callout with a name that is not in the dialect.
    UnknownCallout,
    /// A picture class or attribute that is not in the dialect.
    UnknownAttribute,
    /// A fenced div that names no known output, or is not closed.
    BadDiv,
    /// A chart that cannot be drawn.
    BadChart,
    /// Raw HTML, which reaches no output.
    RawHtml,
    /// A file that is not valid UTF-8.
    NotUtf8,
    /// A file over the size that can be laid out.
    TooLarge,
    /// Blocks nested deeper than can be laid out.
    TooDeep,
    /// A footnote reference without its note.
    MissingFootnote,
    /// An editor's mark is still in the text.
    EditorsMark,
    /// Words that the house writes otherwise, or a slip of the pen.
    HouseStyle,
    /// A version-control conflict is still in the text.
    ConflictMark,
    /// A heading level was skipped.
    SkippedHeading,
    /// A table without a header row.
    TableWithoutHeader,
    /// A character that no bundled font can show.
    MissingGlyph,
    /// The template itself failed.
    TemplateError,
    /// The page engine refused a document.
    TypesettingError,
    /// An article or issue takes more or fewer pages than its budget.
    PageBudget,
    /// The page sum is not a multiple of four.
    PageSum,
    /// An edition names an article that the issue does not have.
    UnknownTeaser,
    /// An edition uses a field that subscribers do not have.
    UnknownField,
    /// A field without a fallback for people who have no value.
    FieldWithoutFallback,
    /// The mail lacks something the law or mailbox providers ask for.
    MailRequirement,
    /// Something of a mail that some mail program does not show.
    LostInMail,
    /// A mail that readers or their mail programs may take for spam.
    LooksLikeSpam,
    /// Words that hardly stand out from what they stand on.
    LowContrast,
    /// A link that cannot be used where it will be read.
    BadLink,
    /// A link to an article, heading or file that is not there.
    DeadLink,
    /// A link whose words do not say where it leads.
    VagueLink,
    /// A word that no dictionary of the article's language has.
    DoubtfulWord,
    /// A language without a dictionary, whose words were not looked at.
    NoDictionary,
}

impl Code {
    /// The code as it is written on the terminal and in JSON: `missing-media`.
    #[must_use]
    pub fn name(self) -> String {
        kebab_case(self)
    }
}

fn kebab_case(code: Code) -> String {
    let mut name = String::new();
    for (index, letter) in format!("{code:?}").char_indices() {
        if letter.is_uppercase() && index > 0 {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// Where a finding is: a file of the publication and, as far as it is known, the bytes, line, column and field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path from the publication's folder, with `/` between the parts.
    pub file: String,
    /// Bytes of the file, from its start.
    pub range: Option<Range<usize>>,
    /// Line, counted from 1.
    pub line: Option<usize>,
    /// Column in characters, counted from 1.
    pub column: Option<usize>,
    /// The front-matter or TOML field, as `cover.lines[2].article`.
    pub field: Option<String>,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), range: None, line: None, column: None, field: None }
    }

    /// Bytes of a file, with the line and column of the first.
    #[must_use]
    pub fn of(file: impl Into<String>, text: &str, range: Range<usize>) -> Self {
        let (line, column) = line_and_column(text, range.start);
        Self { line: Some(line), column: Some(column), range: Some(range), ..Self::file(file) }
    }

    /// The same place, naming a field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        match &self.field {
            Some(field) => write!(f, " (`{field}`)"),
            None => Ok(()),
        }
    }
}

/// The key of a field in a TOML file or YAML head: `cover.lines[2].article` is looked for after the line `[cover]`.
fn field_in(text: &str, field: &str) -> Option<Range<usize>> {
    let key = |part: &str| part.split('[').next().unwrap_or_default().to_owned();
    let mut parts = field.split('.').map(key);
    let (first, last) = (parts.next()?, parts.next_back());
    let Some(last) = last else { return key_in(text, 0, &first) };
    let table = text.find(&format!("\n[{first}]"))? + 1;
    key_in(text, table, &last).or(Some(table..table + first.len() + 2))
}

/// The first line from `start` on that begins with a key.
fn key_in(text: &str, start: usize, key: &str) -> Option<Range<usize>> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let after = line.strip_prefix(key).map(str::trim_start);
        if after.is_some_and(|rest| rest.starts_with([':', '='])) {
            return Some(at..at + key.len());
        }
        at += line.len();
    }
    None
}

/// The first place where a text has one of the names that a message puts in backticks.
fn mentioned(text: &str, message: &str) -> Option<Range<usize>> {
    const SHORTEST: usize = 4;
    let names = message.split('`').skip(1).step_by(2).filter(|name| name.len() >= SHORTEST);
    names.filter_map(|name| text.find(name).map(|at| at..at + name.len())).next()
}

/// Line and column of a byte, both from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}

/// One fault in the work, told to the person who can put it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of fault it is.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What to do about it, where that is known to be true.
    pub hint: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// What would put it right, where that needs no judgement.
    #[serde(default)]
    pub fix: Option<Fix>,
}

/// A change of a file that puts a finding right: safe to make without asking what the author meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, as a person would say it: ``write `## ` for `#### ` ``.
    pub label: String,
    /// Path from the publication's folder, with `/` between the parts.
    pub file: String,
    /// The bytes of the file that give way.
    pub range: Range<usize>,
    /// What takes their place.
    pub replacement: String,
}

impl Finding {
    /// A finding that leaves something out of the issue.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), hint: None, place: None, fix: None }
    }

    /// A finding that a reader would notice.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A finding that is only worth knowing.
    #[must_use]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same finding with a change that puts it right.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The same finding with line and column, `text` being that of its file. What knows no bytes is led to its field,
    /// else to the first mention of a name that its message quotes, else to the file's first line.
    #[must_use]
    pub fn in_text(mut self, text: &str) -> Self {
        self.place = self.place.map(|place| match place.line {
            Some(_) => place,
            None => {
                let field = || place.field.as_deref().and_then(|field| field_in(text, field));
                let range = place.range.clone().or_else(field).or_else(|| mentioned(text, &self.message));
                Place { field: place.field, ..Place::of(place.file, text, range.unwrap_or(0..0)) }
            }
        });
        self
    }
}

impl fmt::Display for Finding {
    /// As the terminal shows it: the sentence, the place, the hint, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let text = "ș\nțară nouă";
        let byte = text.find("nouă").unwrap();
        assert_eq!(Place::of("a.md", text, byte..byte + 4).to_string(), "a.md:2:6");
    }

    #[test]
    fn a_finding_without_bytes_is_led_to_its_field_or_to_what_it_names() {
        let toml =
            "pages = 32\nrunning-order = [\n  { ad = \"media/ad.svg\" },\n]\n[cover]\npicture = \"media/x.svg\"\n";
        for (field, message, place) in [
            (Some("pages"), "the issue takes 4 pages", "i.toml:1:1 (`pages`)"),
            (Some("cover.picture"), "no", "i.toml:6:1 (`cover.picture`)"),
            (Some("cover.lines[1].article"), "no", "i.toml:5:1 (`cover.lines[1].article`)"),
            (None, "picture not found: `media/ad.svg`", "i.toml:3:11"),
            (None, "nothing that is there", "i.toml:1:1"),
        ] {
            let at = field.map_or(Place::file("i.toml"), |field| Place::file("i.toml").field(field));
            let found = Finding::error(Code::BadValue, message).at(at).in_text(toml);
            assert_eq!(found.place.unwrap().to_string(), place);
        }
    }

    #[test]
    fn a_code_is_written_as_serde_writes_it() {
        assert_eq!(Code::MissingMedia.name(), "missing-media");
    }
}
