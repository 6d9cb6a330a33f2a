//! A publication on a real disk, with the faults that people make.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use magazine::{Finding, MediaError, OpenError, Publication, Slot, read_media};

const SETTINGS: &str = "name = \"Weekly\"\nfirst-issue = \"2026-q1\"\nlanguages = [\"en\"]\n";
const ISSUE: &str = "title = \"One\"\nrunning-order = [{ page = \"cover\" }, { article = \"a\" }]\n";
const ARTICLE: &str = "---\ntitle: A\n---\nText.\n";

fn publication(issue: &str, article: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "assets/publication.toml", SETTINGS);
    write(folder.path(), "issues/2026-q2/issue.toml", issue);
    write(folder.path(), "issues/2026-q2/articles/a.md", article);
    folder
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn findings(folder: &Path) -> Vec<Finding> {
    let publication = Publication::open(folder).unwrap();
    let (issue, mut findings) = publication.read_issue("2026-q2".parse().unwrap()).unwrap();
    assert_eq!(issue.number, 2);
    findings.extend(publication.media(&issue).1);
    findings
}

fn check(issue: &str, article: &str, expected: Expect) {
    let folder = publication(issue, article);
    let shown: Vec<String> = findings(folder.path()).iter().map(ToString::to_string).collect();
    expected.assert_eq(&shown.join("\n"));
}

#[test]
fn a_sound_issue_has_no_findings() {
    check(ISSUE, ARTICLE, expect![""]);
}

#[test]
fn a_missing_picture_is_named_where_it_is_used() {
    check(
        ISSUE,
        "---\ntitle: A\n---\nText.\n\n![A map](media/map.svg \"Map\")\n",
        expect![[r#"
            warning: the picture `media/map.svg` does not say whose work it is
              at issues/2026-q2/articles/a.md:6:1
              hint: add `{credit="…"}` after it; `{credit=""}` where nobody is to be named
            error: picture not found: `media/map.svg`
              at issues/2026-q2/articles/a.md:6:1
              hint: put the file there, or correct its name"#]],
    );
}

#[test]
fn an_unknown_key_is_named_with_the_nearest_known_one() {
    check(
        "title = \"One\"\nseasn = \"Spring\"\nrunning-order = [{ article = \"a\" }]\n",
        "---\ntitle: A\nstandfrist: Why\ncolumns: 9\nkind: essay\n---\nText.\n",
        expect![[r#"
            warning: unknown key `seasn`
              at issues/2026-q2/issue.toml:2:1 (`seasn`)
              hint: `season` is a known key
            error: `kind`: expected one of `letter`, `feature`, `department`, `numbers`, `listing`, found `essay`
              at issues/2026-q2/articles/a.md:5:7 (`kind`)
            error: `columns`: expected a whole number from 1 to 4, found `9`
              at issues/2026-q2/articles/a.md:4:10 (`columns`)
            warning: unknown key `standfrist`
              at issues/2026-q2/articles/a.md:3:1 (`standfrist`)
              hint: `standfirst` is a known key"#]],
    );
}

#[test]
fn bad_toml_is_told_by_its_line_and_the_articles_are_read_all_the_same() {
    check(
        "title = \"One\nx = 1\n",
        ARTICLE,
        expect![[r#"
            error: invalid basic string, expected `"`
              at issues/2026-q2/issue.toml:1:13
            note: `a` has no place in the running order
              at issues/2026-q2/articles/a.md
              hint: add `{ article = "a" }` to issues/2026-q2/issue.toml"#]],
    );
}

#[test]
fn bad_front_matter_is_told_by_its_line_and_the_text_is_kept() {
    let folder = publication(ISSUE, "---\ntitle: Why: a question\n---\nText stays.\n");
    let publication = Publication::open(folder.path()).unwrap();
    let (issue, findings) = publication.read_issue("2026-q2".parse().unwrap()).unwrap();
    assert_eq!(issue.articles[0].manuscript.words(), 2);
    expect![[r#"
        error: mapping values are not allowed in this context
          at issues/2026-q2/articles/a.md:2:11
          hint: words with `:`, `#` or quotation marks want quotation marks around them"#]]
    .assert_eq(&findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_unknown_article_in_the_running_order_is_a_finding_and_the_others_stay() {
    check(
        "title = \"One\"\nrunning-order = [{ article = \"b1\" }, { article = \"a\" }, { artcle = \"a\" }]\n",
        ARTICLE,
        expect![[r#"
            error: an entry of the running order is a `page`, an `article` or an `ad`
              at issues/2026-q2/issue.toml:2:59
            warning: unknown key `artcle`
              at issues/2026-q2/issue.toml:2:59 (`running-order[2].artcle`)
              hint: `article` is a known key
            error: the running order names an unknown article `b1`
              at issues/2026-q2/issue.toml:2:31 (`running-order`)
              hint: create `articles/b1.md`, or take it out of the running order"#]],
    );
}

#[test]
fn the_running_order_decides_the_order_of_the_articles() {
    let folder = publication("title = \"One\"\nrunning-order = [{ article = \"z\" }, { article = \"a\" }]\n", ARTICLE);
    write(folder.path(), "issues/2026-q2/articles/z.md", ARTICLE);
    write(folder.path(), "issues/2026-q2/articles/b.md", ARTICLE);
    let publication = Publication::open(folder.path()).unwrap();
    let (issue, _) = publication.read_issue("2026-q2".parse().unwrap()).unwrap();
    assert_eq!(issue.articles.iter().map(|article| article.slug.as_str()).collect::<Vec<_>>(), ["z", "a", "b"]);
    assert_eq!(issue.settings.running_order[0], Slot::Article("z".to_owned()));
}

#[test]
fn a_folder_without_settings_is_no_publication() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Publication::open(folder.path()), Err(OpenError::NoPublication { .. })));
    let folder = publication(ISSUE, ARTICLE);
    assert_eq!(Publication::find(&folder.path().join("issues/2026-q2")), Some(folder.path().to_owned()));
}

#[test]
fn pictures_outside_the_issue_are_not_read() {
    let folder = publication(ISSUE, ARTICLE);
    let issue = folder.path().join("issues/2026-q2");
    write(folder.path(), "secret.svg", "secret");
    write(folder.path(), "issues/2026-q2/media/Cover.svg", "cover");
    for outside in ["../../secret.svg", "/etc/passwd", "media/../../../secret.svg"] {
        assert!(matches!(read_media(&issue, outside), Err(MediaError::Outside { .. })), "{outside} was read");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("secret.svg"), issue.join("media/link.svg")).unwrap();
        assert!(matches!(read_media(&issue, "media/link.svg"), Err(MediaError::Outside { .. })));
    }
    let Err(MediaError::Missing { differs_in_case, .. }) = read_media(&issue, "media/cover.svg") else {
        panic!("a name that differs in case was found")
    };
    assert_eq!(differs_in_case.as_deref(), Some("media/Cover.svg"));
}

#[test]
fn faults_in_the_issues_own_file_are_named_by_line_and_comments_are_left_alone() {
    check(
        "title = \"TK: One\"\n# TK is what a writer leaves\nrunning-order = [\n  { article = \"a\" },\n  \
         { ad = \"media/x.svg\", alt = \"An ad\" },\n  { ad = \"media/x.svg\", advertiser = \"A\" },\n]\n[colophon]\n\
         text = \"\"\"\nMade by hand.\n\n#### TK\n\"\"\"\n",
        ARTICLE,
        expect![[r#"
            error: the advertisement does not say who pays for it
              at issues/2026-q2/issue.toml:5:5
              hint: add `advertiser = "…"` beside it: the page prints the name
            warning: the picture `media/x.svg` has no text alternative
              at issues/2026-q2/issue.toml:6:11
              hint: add `alt` beside `running-order[2].ad`
            warning: heading of level 4 where the first is level 2
              at issues/2026-q2/issue.toml:12:1 (`colophon.text`)
              hint: readers who listen move by headings: level 2 comes next
            warning: `TK`: something is still to come here
              at issues/2026-q2/issue.toml:12:6 (`colophon.text`)
              hint: write what is missing, then delete the mark
            warning: `TK`: something is still to come here
              at issues/2026-q2/issue.toml:1:10
              hint: write what is missing, then delete the mark
            error: picture not found: `media/x.svg`
              at issues/2026-q2/issue.toml:5:11
              hint: put the file there, or correct its name"#]],
    );
}

#[test]
fn a_name_in_another_case_is_put_right_where_it_is_written() {
    let folder = publication(ISSUE, "---\ntitle: A\n---\n![map.svg](media/map.svg \"Map\"){credit=\"C\"}\n");
    write(folder.path(), "issues/2026-q2/media/Map.svg", "<svg/>");
    let found = findings(folder.path());
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((fix.range.clone(), fix.replacement.as_str()), (28..41, "media/Map.svg"), "{found:?}");
    assert_eq!(found.len(), 1);
}

#[test]
fn words_that_the_house_writes_otherwise_are_named_by_line_and_column() {
    let folder = publication(ISSUE, "---\ntitle: A\n---\nWrite an email.\n");
    write(
        folder.path(),
        "assets/publication.toml",
        &format!("{SETTINGS}[[style]]\nwrite = \"e-mail\"\nnot = [\"email\"]\nbecause = \"dictionary\"\n"),
    );
    let shown: Vec<String> = findings(folder.path()).iter().map(ToString::to_string).collect();
    expect![[r#"
        note: `email`: the house writes `e-mail`
          at issues/2026-q2/articles/a.md:4:10
          hint: dictionary"#]]
    .assert_eq(&shown.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_or_away_end() {
    let folder = publication(ISSUE, ARTICLE);
    write(folder.path(), "assets/fonts/one.ttf", "");
    write(folder.path(), "elsewhere/two.ttf", "");
    write(folder.path(), "issues/2026-q2/media/tram.svg", "");
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, folder.path().join(from)).unwrap();
    for name in ["a", "b", "c"] {
        link(".", &format!("assets/fonts/{name}"));
        link(".", &format!("issues/2026-q2/media/{name}"));
    }
    link("../../elsewhere", "assets/fonts/shared");
    link("/", "issues/2026-q2/media/disk");
    let publication = Publication::open(folder.path()).unwrap();
    let fonts: Vec<String> = publication.assets("fonts").unwrap().into_keys().collect();
    assert_eq!(fonts, ["one.ttf", "shared/two.ttf"]);
    let media = publication.media_folder("2026-q2".parse().unwrap()).unwrap();
    assert!(media.iter().any(|file| file == "media/tram.svg") && media.len() == 5, "{media:?}");
}
