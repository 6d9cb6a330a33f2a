//! Searches and replacements over a small issue on a real disk.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};

use super::*;
use crate::EngineCommand;
use crate::rpc::{ReplaceIn, ReplacedView};

const AUDIT: &str = "---\ntitle: Audit first\nstandfirst: An audit, by e-mail\n---\n## The audit\n\nThe Audit of cities and the \
                     auditors. See [the audit](https://example.org/audit).\n";
const ORAS: &str = "---\r\ntitle: Orașul\r\nlanguage: ro\r\n---\r\nȚARĂ și ţară, Școala\r\nşi școala.\r\n";
const ISSUE: &str = "title = \"The audit issue\"\nrunning-order = [\n  { article = \"audit\" },\n]\n";

struct House {
    folder: tempfile::TempDir,
    desk: Desk,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "assets/publication.toml", "name = \"City\"\n");
    write(folder.path(), "issues/2026-q4/issue.toml", ISSUE);
    write(folder.path(), "issues/2026-q4/articles/audit.md", AUDIT);
    write(folder.path(), "issues/2026-q4/articles/oras.md", ORAS);
    write(folder.path(), "issues/2026-q4/editions/launch.md", "---\nsubject: Our audit\n---\n[[audit]]\n");
    let engine = EngineCommand { program: PathBuf::from("none"), arguments: Vec::new() };
    let desk = Desk::open(folder.path(), &folder.path().join("data"), engine).unwrap();
    House { folder, desk }
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn issue() -> IssueId {
    "2026-q4".parse().unwrap()
}

/// `aA` for capitals that count, `w` for whole words, `.*` for an expression.
fn sought(words: &str, how: &str) -> SearchFor {
    SearchFor {
        words: words.to_owned(),
        match_case: how.contains("aA"),
        whole_words: how.contains('w'),
        expression: how.contains(".*"),
    }
}

impl House {
    fn search(&self, words: &str, how: &str, replacement: Option<&str>) -> FoundView {
        self.desk.search_issue(issue(), &sought(words, how), replacement, &[]).unwrap()
    }

    fn refused(&self, words: &str, how: &str, replacement: Option<&str>) -> String {
        self.desk.search_issue(issue(), &sought(words, how), replacement, &[]).unwrap_err().to_string()
    }

    /// Replaces every hit that `choose` takes.
    fn replace(
        &self,
        words: &str,
        how: &str,
        replacement: &str,
        choose: impl Fn(&HitView) -> bool,
    ) -> Result<ReplacedView, Failure> {
        let chosen = |found: &FoundFile| ReplaceIn {
            file: found.file.clone(),
            revision: found.revision.clone(),
            starts: found.hits.iter().filter(|hit| choose(hit)).map(|hit| hit.start).collect(),
        };
        let files: Vec<ReplaceIn> = self.search(words, how, Some(replacement)).files.iter().map(chosen).collect();
        self.desk.replace_in_issue(issue(), &sought(words, how), replacement, &files)
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join("issues/2026-q4").join(file)).unwrap()
    }
}

/// A line a hit: file, line, what is before and after, and what would stand there.
fn shown(found: &FoundView) -> String {
    let mut text = String::new();
    for file in &found.files {
        for HitView { line, before, found, after, replaced, address, .. } in &file.hits {
            let name = file.file.rsplit('/').next().unwrap();
            let replaced = replaced.as_ref().map_or_else(String::new, |replaced| format!("→{replaced}"));
            let address = if *address { " (address)" } else { "" };
            text += &format!("{name}:{line} {before}[{found}{replaced}]{after}{address}\n");
        }
    }
    text
}

fn check(words: &str, how: &str, replacement: Option<&str>, expected: Expect) {
    expected.assert_eq(&shown(&house().search(words, how, replacement)));
}

#[test]
fn words_are_found_in_every_text_and_not_in_the_names_of_fields() {
    check(
        "audit",
        "",
        None,
        expect![[r#"
        audit.md:2 title: [Audit] first
        audit.md:3 standfirst: An [audit], by e-mail
        audit.md:5 ## The [audit]
        audit.md:7 The [Audit] of cities and the auditors. See [the…
        audit.md:7 The Audit of cities and the [audit]ors. See [the audit](https://example.org/audit).
        audit.md:7 …of cities and the auditors. See [the [audit]](https://example.org/audit).
        audit.md:7 …See [the audit](https://example.org/[audit]). (address)
        launch.md:2 subject: Our [audit]
        launch.md:4 [[[audit]]] (address)
        issue.toml:1 The [audit] issue
        issue.toml:3 [audit] (address)
    "#]],
    );
    check("title", "", None, expect![""]);
    check("article", "", None, expect![""]);
}

#[test]
fn a_hit_in_the_settings_is_told_by_its_field() {
    let house = house();
    let settings = "title = \"The tram\"\nrunning-order = [\n  { ad = \"a.svg\", alt = \"A tram\" },\n]\n[cover]\nkicker = \
                    \"Tram\"\nlines = [\n  { title = \"By tram\" },\n]\n[colophon] # tramlines\ntext = \"\"\"\nOur = tram\n\"\"\"\n";
    write(house.folder.path(), "issues/2026-q4/issue.toml", settings);
    let found = house.search("tram", "w", None);
    let fields: Vec<_> = found.files[0].hits.iter().map(|hit| hit.field.as_deref().unwrap()).collect();
    let expected = ["title", "running-order › alt", "cover › kicker", "cover › lines › title", "colophon › text"];
    assert_eq!(fields, expected);
    expect![[r#"
        issue.toml:1 The [tram]
        issue.toml:3 A [tram]
        issue.toml:6 [Tram]
        issue.toml:8 By [tram]
        issue.toml:12 Our = [tram]
    "#]]
    .assert_eq(&shown(&found));
    let in_articles = house.search("cities", "", None);
    assert_eq!(in_articles.files[0].hits[0].field, None);
}

#[test]
fn capitals_count_and_words_are_whole_where_that_is_asked() {
    check(
        "Audit",
        "aA",
        None,
        expect![[r#"
        audit.md:2 title: [Audit] first
        audit.md:7 The [Audit] of cities and the auditors. See [the…
    "#]],
    );
    check("auditor", "w", None, expect![""]);
    check(
        "e-mail",
        "w",
        None,
        expect![[r#"
        audit.md:3 standfirst: An audit, by [e-mail]
    "#]],
    );
}

#[test]
fn romanian_letters_fold_with_their_capitals_and_their_old_forms() {
    check(
        "ȘI",
        "w",
        None,
        expect![[r#"
        oras.md:5 ȚARĂ [și] ţară, Școala
        oras.md:6 [şi] școala.
    "#]],
    );
    check(
        "țară",
        "",
        None,
        expect![[r#"
        oras.md:5 [ȚARĂ] și ţară, Școala
        oras.md:5 ȚARĂ și [ţară], Școala
    "#]],
    );
    check(
        "școala",
        "aA",
        None,
        expect![[r#"
        oras.md:6 şi [școala].
    "#]],
    );
}

#[test]
fn an_expression_has_groups_and_ends_lines_as_the_file_does() {
    check(
        r"(\w+)\.$",
        ".*",
        Some("${1}!"),
        expect![[r#"
        oras.md:6 şi [școala.→școala!]
    "#]],
    );
    // Plain words are replaced by plain words.
    check(
        "școala.",
        "aA",
        Some("$1"),
        expect![[r#"
        oras.md:6 şi [școala.→$1]
    "#]],
    );
    check("q*", ".*", None, expect![""]);
    check("", ".*", None, expect![""]);
}

#[test]
fn an_expression_that_cannot_be_read_is_told_in_one_sentence() {
    let house = house();
    expect![[r#"
        the expression cannot be read: unclosed group
          hint: a sign that is meant as itself wants a `\` before it, or take plain words"#]]
    .assert_eq(&house.refused("(a", ".*", None));
    assert!(house.refused("a)(b", ".*w", None).contains("unopened group"));
    assert!(house.refused(r"(\w{1000}){1000}", ".*", None).contains("too much memory"));
    expect![[r#"
        the expression has no group `1st`
          hint: write `${1}st` for the group 1 before letters, and `$$` for a dollar sign"#]]
    .assert_eq(&house.refused("(a)", ".*", Some("$1st")));
    assert!(house.refused("(a)", ".*", Some("$2")).contains("no group `2`"));
    assert!(!house.search("(?<who>audit)", ".*", Some("$$5 $ ${who} $0")).files.is_empty());
}

#[test]
fn what_is_unsaved_counts_as_it_stands_in_the_editor() {
    let house = house();
    let unsaved = [UnsavedText { file: "issues/2026-q4/articles/audit.md".into(), text: "A new word".into() }];
    let found = house.desk.search_issue(issue(), &sought("new", ""), None, &unsaved).unwrap();
    assert_eq!(shown(&found), "audit.md:1 A [new] word\n");
}

#[test]
fn a_long_line_is_cut_and_a_long_list_is_counted() {
    let house = house();
    let text = format!("---\ntitle: A\n---\n{}\n", "word ".repeat(2000));
    write(house.folder.path(), "issues/2026-q4/articles/audit.md", &text);
    let found = house.search("word", "", None);
    assert_eq!((found.hits, found.files[0].hits.len()), (2000, SHOWN));
    let hit = &found.files[0].hits[500];
    assert!(hit.before.chars().count() <= BEFORE + 1 && hit.after.chars().count() <= AFTER + 1);
    assert!(hit.before.starts_with("…word ") && hit.after.ends_with(" word…"), "{hit:?}");
}

#[test]
fn an_excerpt_is_cut_between_words_and_within_those_alone_that_are_longer_than_it() {
    let cut = |text: &str| (tail(text), head(text, AFTER));
    let words = "before the first camera is bought, somebody has to walk the building and count what is there";
    let (before, after) = cut(words);
    assert_eq!(before, "…the building and count what is there");
    assert_eq!(after, "before the first camera is bought, somebody has to walk…");
    let address = format!("https://example.org/{}", "a".repeat(90));
    let (before, after) = cut(&address);
    assert_eq!(before, format!("…{}", "a".repeat(BEFORE)));
    assert_eq!(after.chars().count(), AFTER + 1);
}

#[test]
fn a_value_of_the_settings_is_shown_without_what_is_written_around_it() {
    let house = house();
    let settings = "title = \"A \\\"tram\\\" town\" # the tram\nstaff = [\n  { role = 'Tram', names = [\"One\", \"Two Tram\"] },\n]\n\
                    pages = 32\n";
    write(house.folder.path(), "issues/2026-q4/issue.toml", settings);
    expect![[r#"
        issue.toml:1 A \"[tram]\" town
        issue.toml:1 "A \"tram\" town" # the [tram]
        issue.toml:3 [Tram]
        issue.toml:3 Two [Tram]
    "#]]
    .assert_eq(&shown(&house.search("tram", "", None)));
    assert_eq!(shown(&house.search("32", "", None)), "issue.toml:5 [32]\n");
}

#[test]
fn chosen_hits_are_replaced_over_all_files_and_taken_back_as_one() {
    let house = house();
    let made = house.replace("audit", "w", "survey", |hit| !hit.address && hit.line != 5).unwrap();
    assert_eq!((made.places, made.files.len()), (6, 3));
    expect![[r#"
        ---
        title: survey first
        standfirst: An survey, by e-mail
        ---
        ## The audit

        The survey of cities and the auditors. See [the survey](https://example.org/audit).
    "#]]
    .assert_eq(&house.text("articles/audit.md"));
    assert!(house.text("issue.toml").starts_with("title = \"The survey issue\"\n"));
    assert_eq!(house.text("editions/launch.md"), "---\nsubject: Our survey\n---\n[[audit]]\n");
    let kept = house.desk.versions(issue(), "audit").unwrap();
    assert_eq!(house.desk.version(issue(), "audit", &kept[0].name).unwrap(), AUDIT);

    let back = house.desk.take_back_replacement(made.number).unwrap();
    assert_eq!((back.files.len(), back.changed.len()), (3, 0));
    assert_eq!((house.text("articles/audit.md").as_str(), house.text("issue.toml").as_str()), (AUDIT, ISSUE));
    assert_eq!(house.desk.take_back_replacement(made.number).unwrap_err().code, "nothing-to-take-back");
}

#[test]
fn a_version_is_kept_before_each_replacement_even_in_the_same_second() {
    let house = house();
    house.replace("audit", "w", "survey", |hit| hit.line == 5).unwrap();
    house.replace("survey", "w", "look", |hit| hit.line == 5).unwrap();
    assert_eq!(house.desk.versions(issue(), "audit").unwrap().len(), 2);
}

#[test]
fn line_ends_of_windows_stay() {
    let house = house();
    house.replace("școala", "", "casa", |_| true).unwrap();
    assert_eq!(house.text("articles/oras.md"), ORAS.replace("Școala", "casa").replace("școala", "casa"));
}

#[test]
fn an_article_that_was_changed_since_is_left_alone() {
    let house = house();
    let made = house.replace("audit", "w", "survey", |hit| !hit.address).unwrap();
    write(house.folder.path(), "issues/2026-q4/articles/audit.md", "theirs");
    let back = house.desk.take_back_replacement(made.number).unwrap();
    assert_eq!(back.changed, ["issues/2026-q4/articles/audit.md"]);
    assert_eq!(house.text("articles/audit.md"), "theirs");
    assert_eq!(house.text("issue.toml"), ISSUE);
}

#[test]
fn nothing_is_replaced_anywhere_when_a_file_is_not_the_one_that_was_searched() {
    let house = house();
    let found = house.search("audit", "", None);
    write(house.folder.path(), "issues/2026-q4/issue.toml", "title = \"Another audit\"\n");
    let all = |file: &FoundFile| ReplaceIn {
        file: file.file.clone(),
        revision: file.revision.clone(),
        starts: file.hits.iter().map(|hit| hit.start).collect(),
    };
    let files: Vec<ReplaceIn> = found.files.iter().map(all).collect();
    let refused = house.desk.replace_in_issue(issue(), &sought("audit", ""), "x", &files).unwrap_err();
    assert_eq!(refused.code, "changed-outside");
    assert_eq!(house.text("articles/audit.md"), AUDIT);
    let elsewhere = [ReplaceIn { file: "assets/publication.toml".into(), revision: String::new(), starts: vec![1] }];
    let refused = house.desk.replace_in_issue(issue(), &sought("audit", ""), "x", &elsewhere).unwrap_err();
    assert_eq!(refused.code, "no-text");
}

#[test]
fn a_replacement_that_would_break_the_head_of_a_file_is_refused_with_its_place() {
    let house = house();
    for (words, replacement, place) in [
        ("Audit first", "Audit: first", "issues/2026-q4/articles/audit.md:2:"),
        ("The audit issue", "The \"audit\" issue", "issues/2026-q4/issue.toml:1:"),
    ] {
        let refused = house.replace(words, "aA", replacement, |_| true).unwrap_err();
        assert_eq!(refused.code, "breaks-head");
        assert!(refused.place.as_ref().unwrap().starts_with(place), "{refused}");
    }
    assert_eq!((house.text("articles/audit.md").as_str(), house.text("issue.toml").as_str()), (AUDIT, ISSUE));
}
