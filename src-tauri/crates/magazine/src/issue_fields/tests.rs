use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

const ISSUE: &str = r#"# The winter number
title = "Old"   # as agreed
season = "Winter 2026"
date = 2026-12-01
language = "en"

running-order = [{ page = "cover" }]

# What readers see first
[cover]
picture = "media/cover.svg"
headline = 'Know the city'  # short
lines = [
  { title = "One", article = "a" },  # the first
  # from the archive
  { title = "Two", article = "b" },
]

# The rest
[contents]
picture = "media/contents.svg"
"#;

#[track_caller]
fn check(text: &str, change: impl FnOnce(&mut IssueFields), expected: &Expect) {
    let mut fields = issue_fields(text).unwrap();
    change(&mut fields);
    let result = with_issue_fields(text, &fields).unwrap();
    assert_eq!(issue_fields(&result).unwrap(), fields, "{result}");
    let (before, after): (Vec<_>, Vec<_>) = (text.lines().collect(), result.lines().collect());
    let mut told = String::new();
    for line in before.iter().filter(|line| !after.contains(line)) {
        told += &format!("- {line}\n");
    }
    for (at, line) in after.iter().enumerate().filter(|(_, line)| !before.contains(line)) {
        told += &format!("{} + {}\n", at + 1, if line.is_empty() { "(a blank line)" } else { line });
    }
    expected.assert_eq(&told);
}

#[track_caller]
fn refused(text: &str, change: impl FnOnce(&mut IssueFields), message: &str, field: Option<&str>) {
    let mut fields = issue_fields(text).unwrap();
    change(&mut fields);
    let error = with_issue_fields(text, &fields).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.field().as_deref()), (message, field));
}

fn line(title: &str, article: &str) -> CoverLineFields {
    CoverLineFields { title: title.to_owned(), article: article.to_owned() }
}

#[test]
fn fields_that_are_as_they_were_change_nothing() {
    check(ISSUE, |_| (), &expect![[""]]);
}

#[test]
fn a_field_is_changed_where_it_stands_and_its_comment_stays() {
    check(
        ISSUE,
        |fields| fields.title = "A \"new\"\nC:\\one".to_owned(),
        &expect![[r#"
        - title = "Old"   # as agreed
        2 + title = "A \"new\"\nC:\\one"   # as agreed
    "#]],
    );
    check(
        ISSUE,
        |fields| fields.headline = "Wire it".to_owned(),
        &expect![[r#"
        - headline = 'Know the city'  # short
        12 + headline = "Wire it"  # short
    "#]],
    );
    check(
        ISSUE,
        |fields| fields.date = "2027-03-01".parse().ok(),
        &expect![[r#"
        - date = 2026-12-01
        4 + date = 2027-03-01
    "#]],
    );
}

#[test]
fn a_new_field_stands_behind_the_one_that_people_write_before_it() {
    check(
        ISSUE,
        |fields| {
            fields.pages = Some(32);
            fields.alt = "A city".to_owned();
            fields.kicker = "The audit".to_owned();
            fields.standfirst = "Why".to_owned();
        },
        &expect![[r#"
            6 + pages = 32
            13 + alt = "A city"
            14 + kicker = "The audit"
            16 + standfirst = "Why"
        "#]],
    );
    check(
        "# a\nlanguage = \"en\"\n[cover]\n",
        |fields| fields.title = "T".to_owned(),
        &expect![[r#"
        2 + title = "T"
    "#]],
    );
}

#[test]
fn an_empty_field_goes_and_a_comment_behind_it_stays() {
    check(
        ISSUE,
        |fields| {
            fields.season = String::new();
            fields.date = None;
            fields.headline = String::new();
            fields.lines.clear();
        },
        &expect![[r#"
            - season = "Winter 2026"
            - date = 2026-12-01
            - headline = 'Know the city'  # short
            - lines = [
            -   { title = "One", article = "a" },  # the first
            -   # from the archive
            -   { title = "Two", article = "b" },
            - ]
            10 + # short
        "#]],
    );
}

#[test]
fn a_cover_that_is_not_there_is_made_above_the_next_table() {
    let text = "title = \"T\"\n\n# The rest\n[contents]\npicture = \"c\"\n";
    let cover = |fields: &mut IssueFields| {
        fields.kicker = "K".to_owned();
        fields.lines = vec![line("One", "a"), line("Two", "")];
    };
    check(
        text,
        cover,
        &expect![[r#"
        3 + [cover]
        4 + kicker = "K"
        5 + lines = [
        6 +   { title = "One", article = "a" },
        7 +   { title = "Two" },
        8 + ]
    "#]],
    );
    check(
        "title = \"T\"",
        cover,
        &expect![[r#"
            2 + (a blank line)
            3 + [cover]
            4 + kicker = "K"
            5 + lines = [
            6 +   { title = "One", article = "a" },
            7 +   { title = "Two" },
            8 + ]
        "#]],
    );
    check(
        "title = \"T\"\r\n[contents]\r\n",
        |fields| fields.kicker = "K".to_owned(),
        &expect![[r#"
            2 + [cover]
            3 + kicker = "K"
            4 + (a blank line)
        "#]],
    );
}

#[test]
fn cover_lines_move_come_and_go_with_their_comments() {
    let mut turned = issue_fields(ISSUE).unwrap();
    turned.lines.swap(0, 1);
    let text = with_issue_fields(ISSUE, &turned).unwrap();
    let second = "  # from the archive\n  { title = \"Two\", article = \"b\" },\n";
    let first = "  { title = \"One\", article = \"a\" },  # the first\n";
    assert!(text.contains(&format!("lines = [\n{second}{first}]")), "{text}");
    check(
        ISSUE,
        |fields| fields.lines[1].title = "Zwei".to_owned(),
        &expect![[r#"
        -   { title = "Two", article = "b" },
        16 +   { title = "Zwei", article = "b" },
    "#]],
    );
    check(
        ISSUE,
        |fields| fields.lines.insert(1, line("New", "n")),
        &expect![[r#"
        15 +   { title = "New", article = "n" },
    "#]],
    );
    check(
        ISSUE,
        |fields| drop(fields.lines.remove(0)),
        &expect![[r#"
        -   { title = "One", article = "a" },  # the first
    "#]],
    );
    let short = "title = \"T\"\n[cover]\nlines = [{ title = \"One\", page = 3 }] # c\n";
    check(
        short,
        |fields| fields.lines.push(line("Two", "b")),
        &expect![[r#"
        - lines = [{ title = "One", page = 3 }] # c
        3 + lines = [{ title = "One", page = 3 }, { title = "Two", article = "b" }] # c
    "#]],
    );
    check(
        short,
        |fields| fields.lines[0].title = "Eins".to_owned(),
        &expect![[r#"
        - lines = [{ title = "One", page = 3 }] # c
        3 + lines = [{ title = "Eins", page = 3 }] # c
    "#]],
    );
}

#[test]
fn a_table_on_one_line_is_changed_in_place_and_no_further() {
    let text = "title = \"T\"\ncover = { headline = \"H\" }\n";
    check(
        text,
        |fields| fields.headline = "I".to_owned(),
        &expect![[r#"
        - cover = { headline = "H" }
        2 + cover = { headline = "I" }
    "#]],
    );
    let message = "`cover.kicker` in `issue.toml` is written in a way that cannot be changed from here";
    refused(text, |fields| fields.kicker = "K".to_owned(), message, Some("cover.kicker"));
    let message = "`cover.headline` in `issue.toml` is written in a way that cannot be changed from here";
    refused(text, |fields| fields.headline = String::new(), message, Some("cover.headline"));
    let tables = "title = \"T\"\n[[cover.lines]]\ntitle = \"One\"\n";
    let message = "`cover.lines` in `issue.toml` is written in a way that cannot be changed from here";
    refused(tables, |fields| fields.lines.clear(), message, Some("cover.lines"));
}

#[test]
fn fields_that_no_issue_has_are_refused() {
    refused(ISSUE, |fields| fields.title = " ".to_owned(), "the issue has no title", Some("title"));
    let message = "the page budget is a whole number from 1 to 1000, not 0";
    refused(ISSUE, |fields| fields.pages = Some(0), message, Some("pages"));
    refused(ISSUE, |fields| fields.lines.push(line("", "a")), "cover line 3 has no words", Some("cover.lines[2]"));
    assert!(matches!(issue_fields("title = "), Err(IssueFieldsError::Unreadable(_))));
}

#[test]
fn a_field_that_is_wrong_stays_until_it_is_filled_in() {
    let text = "title = \"T\"\ndate = \"soon\"\npages = \"many\"\nseason = 4\n[cover]\nheadline = [1]\n";
    check(
        text,
        |fields| fields.title = "U".to_owned(),
        &expect![[r#"
        - title = "T"
        1 + title = "U"
    "#]],
    );
    check(
        text,
        |fields| fields.pages = Some(4),
        &expect![[r#"
        - pages = "many"
        3 + pages = 4
    "#]],
    );
}

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "A", "a \"b\"", "c\\d", "# no", "e\nf\t\u{7}\u{7f}", "'''", "Orașul, [1] = {x}"])
        .prop_map(ToOwned::to_owned)
}

fn fields() -> impl Strategy<Value = IssueFields> {
    let title = words().prop_filter("an issue has a title", |title| !title.is_empty());
    let date =
        prop::sample::select(vec![None, Some(jiff::civil::date(2027, 3, 1)), Some(jiff::civil::date(999, 1, 1))]);
    let pages = prop::option::of(1u32..=1000);
    let lines = prop::collection::vec((words(), words()), 0..5).prop_map(|lines| {
        let titled = lines.into_iter().filter(|(title, _)| !title.is_empty());
        titled.map(|(title, article)| CoverLineFields { title, article }).collect()
    });
    (title, words(), date, pages, [words(), words(), words(), words()], lines).prop_map(
        |(title, season, date, pages, [kicker, headline, standfirst, alt], lines)| IssueFields {
            title,
            season,
            date,
            pages,
            kicker,
            headline,
            standfirst,
            alt,
            lines,
        },
    )
}

/// Files as people write them: with fields in any order, with comments and white in any place.
fn file() -> impl Strategy<Value = String> {
    let own = ["title = \"T\"", "season = 'W'  # s", "date = 2026-12-01", "pages = 32 # p", "language = \"en\" # l"];
    let cover = [
        "picture = \"p\" # pic",
        "headline = \"\"\"\nH # h\n\"\"\"",
        "kicker = \"K\" # k",
        "lines = [{ title = \"A\", article = \"x\" }, {title='B'}] # one line",
        "alt = '#'",
    ];
    let list = "lines = [ # as agreed\n  # above\n  { title = \"A\" } # no comma\n  , { article = \"y\", title = \"c\\\\d\" }, # c\n\n  { title = \"B\", more = 1 }\n  # end\n]";
    let other = prop::sample::select(vec![
        "",
        "# end\n",
        "\n# above\n[contents]\npicture = \"c\" # c\n",
        "[[staff]]\nrole = \"R\"\n",
    ]);
    let between = prop::sample::select(vec!["\n", "\n\n", "\n# own\n", "\r\n"]);
    let own = prop::sample::subsequence(own.to_vec(), 0..=5).prop_shuffle();
    let cover = prop::option::of((prop::sample::subsequence(cover.to_vec(), 0..=5).prop_shuffle(), any::<bool>()));
    (own, cover, other, between).prop_map(move |(own, cover, other, between)| {
        let mut text = own.iter().map(|line| format!("{line}{between}")).collect::<String>();
        if let Some((fields, long)) = cover {
            text += &format!("[cover] # the cover{between}");
            let listed = |line: &str| if long && line.starts_with("lines") { list.to_owned() } else { line.to_owned() };
            text += &fields.iter().map(|line| format!("{}{between}", listed(line))).collect::<String>();
        }
        text + other
    })
}

proptest! {
    #[test]
    fn any_file_takes_any_fields_and_keeps_the_rest(text in file(), wanted in fields()) {
        let result = with_issue_fields(&text, &wanted).unwrap();
        prop_assert_eq!(issue_fields(&result).unwrap(), wanted.clone());
        prop_assert_eq!(rest(&result).unwrap(), rest(&text).unwrap());
        // Comments go only with a line of the cover that goes, or with a value that holds the sign.
        for comment in ["# s", "# p", "# l", "# pic", "# k", "# own", "# above\n[contents]", "# as agreed", "# the cover"] {
            prop_assert!(!text.contains(comment) || result.contains(comment), "`{comment}` is lost:\n{result}");
        }
        // Once more changes nothing, and the fields as they were come back.
        prop_assert_eq!(&with_issue_fields(&result, &wanted).unwrap(), &result);
        let before = issue_fields(&text).unwrap();
        if before.check().is_ok() {
            prop_assert_eq!(issue_fields(&with_issue_fields(&result, &before).unwrap()).unwrap(), before);
        }
    }

    #[test]
    fn a_field_alone_changes_no_other_line(text in file(), season in words()) {
        let before = issue_fields(&text).unwrap();
        let wanted = IssueFields { title: "T".to_owned(), season, ..before.clone() };
        prop_assume!(before.title == "T" && wanted.check().is_ok());
        let result = with_issue_fields(&text, &wanted).unwrap();
        let others = |text: &str| text.lines().filter(|line| !line.starts_with("season") && *line != "# s").map(ToOwned::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(others(&result), others(&text));
    }
}
