//! Copyfitting against the pages themselves: what the engine says is too much is cut, or what is free is filled, and
//! the page count has to follow to the line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use magazine::{Article, Issue, IssueSettings, PublicationSettings};
use typesetting::{ArticleFit, BudgetFit, Engine, EngineCommand, Files, IssueSources, Limits};

const ORDER: &str = "title = \"T\"\ndate = 2026-12-01\nrunning-order = [{ article = \"a\" }]\n";
/// How far apart the tried lengths are; at 1 the tests take a minute.
const STEP: usize = 29;
const FILE: &str = "issues/2026-q4/articles/a.md";

/// An engine with the real template, and one article in it.
struct Press {
    engine: Engine,
}

impl Press {
    fn new() -> Self {
        let (publication, _) = PublicationSettings::read(
            "assets/publication.toml",
            &String::from_utf8(asset("publication.toml")).unwrap(),
        );
        let id = "2026-q4".parse().unwrap();
        let (settings, _) = IssueSettings::read(id, "issues/2026-q4/issue.toml", ORDER, &publication);
        let (article, _) = Article::read("a", FILE, "---\ntitle: T\n---\nText.\n", "en");
        let issue = Issue { id, number: 41, settings, articles: vec![article], publication };
        let program = PathBuf::from(env!("CARGO_BIN_EXE_typesetting-engine"));
        let mut engine = Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default());
        let template = files("magazine");
        let fonts: Vec<Vec<u8>> =
            files("fonts").into_iter().filter(|(name, _)| name.ends_with(".ttf")).map(|(_, bytes)| bytes).collect();
        let media = Files::new();
        engine.layout(&IssueSources { issue: &issue, template: &template, fonts: &fonts, media: &media }).unwrap();
        Self { engine }
    }

    fn fit(&mut self, text: &str) -> ArticleFit {
        let (article, _) = Article::read("a", FILE, text, "en");
        self.engine.update(&article).unwrap();
        let layout = self.engine.go_on().unwrap();
        layout.fits.into_iter().next().unwrap_or_else(|| panic!("no fit: {:?}", layout.findings))
    }
}

fn asset(path: &str) -> Vec<u8> {
    fs::read(assets().join(path)).unwrap()
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets")
}

fn files(folder: &str) -> Files {
    let mut files = Files::new();
    let mut folders = vec![assets().join(folder)];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(assets().join(folder)).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn head(kind: &str, columns: u32, budget: u32) -> String {
    format!("---\ntitle: The title\nkind: {kind}\ncolumns: {columns}\nbudget: {budget}\n---\n")
}

/// Paragraphs of these numbers of lines, each line one line of a column.
fn paragraphs(lengths: &[usize]) -> String {
    let mut text = String::new();
    for length in lengths {
        for line in 1..=*length {
            write!(text, "Words of a line{}", if line < *length { "\\\n" } else { "\n\n" }).unwrap();
        }
    }
    text
}

/// Paragraphs of several lengths with so many lines together.
fn lengths(lines: usize, seed: usize) -> Vec<usize> {
    let mut left = lines;
    let mut lengths = Vec::new();
    while left > 0 {
        let next = [5, 3, 1, 7, 2, 4, 9, 3][(lengths.len() + seed) % 8].min(left);
        lengths.push(next);
        left -= next;
    }
    lengths
}

/// The paragraphs without their last lines.
fn cut(mut lengths: Vec<usize>, lines: u32) -> Vec<usize> {
    for _ in 0..lines {
        let Some(last) = lengths.last_mut() else { break };
        *last -= 1;
        if lengths.last() == Some(&0) {
            lengths.pop();
        }
    }
    lengths
}

fn budget(fit: &ArticleFit) -> &BudgetFit {
    fit.budget.as_ref().unwrap()
}

/// Cuts or fills to the line, and one line less or more.
fn holds(press: &mut Press, kind: &str, columns: u32, budget_pages: u32, lines: usize, seed: usize) {
    let head = head(kind, columns, budget_pages);
    let before = lengths(lines, seed);
    let fit = press.fit(&format!("{head}{}", paragraphs(&before)));
    let case = format!("{kind}, {columns} columns, {lines} lines, seed {seed}: {fit:?}");
    assert_eq!(fit.lines as usize, lines, "{case}");
    let BudgetFit { over_lines, under_lines, .. } = *budget(&fit);
    let mut pages = |lengths: &[usize]| press.fit(&format!("{head}{}", paragraphs(lengths))).pages;
    if fit.pages > budget_pages {
        assert_eq!(under_lines, 0, "{case}");
        assert!(pages(&cut(before.clone(), over_lines)) <= budget_pages, "too little: {case}");
        assert!(pages(&cut(before, over_lines - 1)) > budget_pages, "too much: {case}");
    } else {
        assert_eq!(over_lines, 0, "{case}");
        let filled = |more: u32| [before.clone(), vec![1; more as usize]].concat();
        assert!(pages(&filled(under_lines)) <= budget_pages, "too much: {case}");
        assert!(pages(&filled(under_lines + 1)) > budget_pages, "too little: {case}");
    }
}

#[test]
fn what_is_over_or_free_is_exact_to_the_line() {
    let mut press = Press::new();
    for columns in [1, 2, 3] {
        for (step, lines) in (20..420).step_by(STEP).enumerate() {
            holds(&mut press, "listing", columns, 1 + step as u32 % 3, lines, step);
        }
    }
}

/// The text is running prose; what is marked as overset is cut, and the words around the mark decide.
#[test]
fn cutting_the_overset_text_and_no_line_less_makes_prose_fit() {
    let mut press = Press::new();
    for (columns, kind, paragraphs) in
        [(1, "department", 70), (2, "feature", 33), (3, "feature", 37), (3, "department", 34)]
    {
        let text = format!("{}{}", head(kind, columns, 2), prose(paragraphs));
        let fit = press.fit(&text);
        let overset = budget(&fit).overset.unwrap_or_else(|| panic!("not over: {fit:?}"));
        let words = word_starts(&text);
        let mark = words.iter().position(|word| *word >= overset).unwrap();
        let line = fit.words_per_line.ceil() as usize;
        let mut fits = |word: usize| press.fit(text[..words[word]].trim_end()).pages <= 2;
        assert!(fits(mark - 3), "the end sign needs room for two words: {fit:?}");
        assert!(!fits(mark + line + 1), "{fit:?}");
    }
}

/// Paragraphs of several lengths, made of words of several lengths.
fn prose(paragraphs: usize) -> String {
    let words = ["the", "sensor", "of", "a", "municipality", "knows", "where", "its", "lamps", "stand", "and", "why"];
    let paragraph = |number: usize| {
        let count = 18 + number * 29 % 83;
        let words: Vec<&str> =
            (0..count).map(|word| words[(word * 7 + number * 5 + word * word / 3) % words.len()]).collect();
        words.join(" ")
    };
    (0..paragraphs).map(paragraph).collect::<Vec<_>>().join(".\n\n") + "."
}

fn word_starts(text: &str) -> Vec<usize> {
    let white = |at: usize| text[..at].ends_with(char::is_whitespace);
    text.char_indices().map(|(at, _)| at).filter(|at| white(*at)).collect()
}

/// Paragraphs with a heading above every third one.
fn with_headings(lengths: &[usize]) -> String {
    let paragraph = |(number, length): (usize, &usize)| {
        let heading = if number % 3 == 2 { "## Heading\n\n" } else { "" };
        heading.to_owned() + &paragraphs(&[*length])
    };
    lengths.iter().enumerate().map(paragraph).collect()
}

/// A heading takes two lines, and its white is lost at a column's head: three lines of text at most.
#[test]
fn text_with_headings_fits_when_what_is_over_is_cut() {
    let mut press = Press::new();
    for columns in [1, 2, 3] {
        for (seed, lines) in (120..300).step_by(STEP).enumerate() {
            let head = head("department", columns, 1);
            let before = lengths(lines, seed);
            let mut fit = |lengths: &[usize]| press.fit(&format!("{head}An opening.\n\n{}", with_headings(lengths)));
            let first = fit(&before);
            let over = budget(&first).over_lines;
            let shorter = cut(before.clone(), over);
            assert_eq!(fit(&shorter).pages, 1, "{first:?}");
            let headings = before.len() / 3 - shorter.len() / 3;
            let less = over.saturating_sub(3 * headings.max(1) as u32 + 1);
            assert!(over == 0 || fit(&cut(before, less)).pages > 1, "{first:?}");
        }
    }
}

#[test]
fn text_ends_where_its_last_line_stands() {
    let mut press = Press::new();
    let end = |fit: &ArticleFit| fit.end.unwrap();
    let one = press.fit(&format!("{}{}", head("listing", 1, 1), paragraphs(&[4])));
    let two = press.fit(&format!("{}{}", head("listing", 1, 1), paragraphs(&[4, 1])));
    assert_eq!((end(&one).page, end(&one).column), (1, 1));
    assert_eq!(end(&two).line, end(&one).line + 1);
    assert_eq!(end(&two).free_lines, end(&one).free_lines - 1);
    assert_eq!(end(&one).line + end(&one).free_lines, one.rows);
    // Balanced: five lines a column, the last one shorter.
    let three = press.fit(&format!("{}{}", head("listing", 3, 1), paragraphs(&[1; 14])));
    assert_eq!((end(&three).column, end(&three).line), (3, end(&one).line));
    assert_eq!(end(&three).free_lines, 3 * (end(&one).free_lines + 4) - 14);
}

#[test]
fn an_article_without_a_budget_or_without_lines_has_no_advice() {
    let mut press = Press::new();
    let free = press.fit("---\ntitle: T\n---\nText.\n");
    assert_eq!(free.budget, None);
    let empty = press.fit("---\ntitle: T\nkind: numbers\nbudget: 1\n---\n");
    assert_eq!((empty.lines, empty.end, budget(&empty).over_lines), (0, None, 0));
}
