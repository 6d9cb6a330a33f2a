//! Checking and building an issue, with the faults that people make.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;

use support::{ISSUE, Publication};

const ARTICLE_FILE: &str = "issues/2026-q2/articles/a.md";

#[test]
fn a_sound_issue_is_built_without_a_word() {
    let publication = Publication::new();
    let built = publication.run(&["build", "2026-q2"]);
    let pdf = publication.path("build/2026-q2-screen.pdf");
    assert_eq!((built.code, built.stderr.as_str()), (0, ""));
    assert_eq!(built.stdout.trim(), pdf.to_str().unwrap());
    assert!(fs::read(pdf).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn the_same_issue_gives_the_same_bytes() {
    let publication = Publication::new();
    let pdf = |folder: &str| {
        let out = publication.path(folder);
        assert_eq!(publication.run(&["build", "2026-q2", "--out", out.to_str().unwrap()]).code, 0);
        fs::read(out.join("2026-q2-screen.pdf")).unwrap()
    };
    assert!(pdf("one") == pdf("two"), "two builds differ");
}

#[test]
fn a_missing_picture_is_named_and_the_rest_is_built() {
    let publication = Publication::new();
    publication.write(
        ARTICLE_FILE,
        "---\ntitle: A\nlanguage: en\n---\nText.\n\n![A map](media/map.svg \"Map\"){credit=\"A\"}\n",
    );
    let built = publication.run(&["build", "2026-q2"]);
    assert_eq!(built.code, 1);
    assert!(built.stderr.contains("picture not found: `media/map.svg`"), "{}", built.stderr);
    assert!(built.stderr.contains("at issues/2026-q2/articles/a.md:7:1"), "{}", built.stderr);
    assert!(publication.path("build/2026-q2-screen.pdf").exists());
}

#[test]
fn a_warning_fails_a_check_and_not_a_build() {
    let publication = Publication::new();
    publication.write(ARTICLE_FILE, "---\ntitle: A\nstandfrist: why\n---\nText.\n");
    let checked = publication.run(&["check", "2026-q2"]);
    assert_eq!(checked.code, 1, "{}", checked.stdout);
    assert_eq!(publication.run(&["build", "2026-q2"]).code, 0);
    assert!(checked.stdout.contains("unknown key `standfrist`"), "{}", checked.stdout);
    assert!(checked.stdout.contains("hint: `standfirst` is a known key"), "{}", checked.stdout);
}

#[test]
fn a_page_count_off_its_budget_is_a_warning_that_names_both() {
    let publication = Publication::new();
    publication.write("issues/2026-q2/issue.toml", &format!("pages = 5\n{ISSUE}"));
    publication.write(ARTICLE_FILE, "---\ntitle: A\nbudget: 3\n---\nText.\n");
    let checked = publication.run(&["check", "2026-q2"]);
    assert_eq!(checked.code, 1, "{}", checked.stdout);
    for told in [
        "warning: `a` takes 1 page, and its budget is 3\n  at issues/2026-q2/articles/a.md:3:1 (`budget`) [page-budget]\n  \
         hint: lengthen it by 2 pages, or set `budget: 1`",
        "warning: the issue takes 4 pages, and its budget is 5\n  at issues/2026-q2/issue.toml:1:1 (`pages`) [page-budget]\n  \
         hint: add 1 page, or set `pages = 4`",
        "4 pages, 2 findings",
    ] {
        assert!(checked.stdout.contains(told), "{told}\n\n{}", checked.stdout);
    }
}

#[test]
fn a_sum_of_pages_that_no_printer_binds_is_a_warning_in_check_and_build() {
    let publication = Publication::new();
    publication.write("issues/2026-q2/issue.toml", &ISSUE.replace(", { page = \"back-cover\" }", ""));
    for command in ["check", "build"] {
        let found = &publication.json(&[command, "2026-q2"])["findings"];
        assert_eq!((&found[0]["code"], &found[0]["severity"]), (&"page-sum".into(), &"warning".into()), "{found}");
        assert_eq!(found[0]["message"], "3 pages cannot be bound: a sheet has 4");
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    }
}

#[test]
fn pages_are_not_counted_while_something_is_left_out() {
    let publication = Publication::new();
    publication.write(ARTICLE_FILE, "---\ntitle: A\nbudget: 3\n---\n![A map](media/map.svg \"Map\"){credit=\"A\"}\n");
    let found = &publication.json(&["check", "2026-q2"])["findings"];
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["code"], "missing-media");
}

#[test]
fn the_sample_issue_keeps_its_budgets() {
    let desk = Publication::new();
    let mut masthead = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"));
    masthead.arg("--publication").arg(support::repository()).arg("--data").arg(desk.path("data"));
    let checked = support::ended(masthead.args(["check", "2026-q4"]).output().unwrap());
    assert_eq!(checked.stdout, "32 pages, 0 findings\n", "{}", checked.stderr);
}

#[test]
fn bad_toml_is_named_with_its_line() {
    let publication = Publication::new();
    publication.write("issues/2026-q2/issue.toml", &format!("{ISSUE}[cover\n"));
    let checked = publication.run(&["check", "2026-q2"]);
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.contains("at issues/2026-q2/issue.toml:4:"), "{}", checked.stdout);
}

#[test]
fn an_article_that_is_not_there_leaves_the_others_on_their_pages() {
    let publication = Publication::new();
    publication.write(
        "issues/2026-q2/issue.toml",
        "title = \"One\"\ndate = 2026-06-01\nrunning-order = [{ article = \"b\" }, { article = \"a\" }]\n",
    );
    let built = publication.json(&["build", "2026-q2"]);
    assert_eq!(built["findings"][0]["code"], "unknown-article", "{built}");
    assert!(built["files"][0]["pages"].as_u64().unwrap() >= 1, "{built}");
}

#[test]
fn article_text_is_never_code() {
    let publication = Publication::new();
    publication.write(
        ARTICLE_FILE,
        "---\ntitle: \"#read(\\\"/etc/passwd\\\")\"\nlanguage: en\n---\n#read(\"/etc/passwd\") *a*(read(\"x\")) `#panic()` $x$ @a <b> // c\n",
    );
    let checked = publication.json(&["check", "2026-q2"]);
    let errors = checked["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    assert_eq!(errors.count(), 0, "{checked}");
}

#[test]
fn wrong_usage_is_told_from_faults_in_the_work() {
    let publication = Publication::new();
    for (arguments, hint) in [
        (["check", "2026-q9"], "expected a year and a quarter"),
        (["check", "2027-q1"], "issues: `2026-q2`"),
        (["render", "2026-q2/lunch"], "editions: `2026-q2/launch`"),
    ] {
        let ended = publication.run(&arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
}

/// A file system of one page, made in a mount namespace of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_the_older_pdf_as_it_was() {
    let publication = Publication::new();
    let out = publication.path("small");
    fs::create_dir_all(&out).unwrap();
    let script = "mount -t tmpfs -o size=8k none \"$0\" && printf older > \"$0/2026-q2-screen.pdf\" && \
                  { \"$@\"; echo \"exit $?\"; cat \"$0/2026-q2-screen.pdf\"; ls -A \"$0\"; }";
    let masthead = publication.command(&["build", "2026-q2", "--out", out.to_str().unwrap()]);
    let mut unshare = std::process::Command::new("unshare");
    unshare.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(&out).arg(masthead.get_program());
    let ended = support::ended(unshare.args(masthead.get_args()).output().unwrap());
    assert!(ended.stdout.contains("exit 3\nolder2026-q2-screen.pdf\n"), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("could not write"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: an older PDF of that name is still as it was"), "{}", ended.stderr);
}

#[test]
fn a_new_issue_is_laid_out_at_once_and_names_what_is_to_be_written() {
    let publication = Publication::new();
    assert_eq!(publication.run(&["new", "issue", "2027-q1"]).code, 0);
    let begun = publication.run(&["new", "article", "smart-parking", "--kind", "feature"]);
    assert_eq!(begun.stdout.trim(), "issues/2027-q1/articles/smart-parking.md");
    assert!(begun.stderr.contains("{ article = \"smart-parking\" }"), "{}", begun.stderr);
    assert_eq!(publication.run(&["new", "edition", "2027-q1/launch"]).code, 0);
    let checked = publication.run(&["check", "2027-q1"]);
    assert!(checked.stdout.contains("TK"), "{}", checked.stdout);
    assert!(checked.stdout.contains("5 pages"), "{}", checked.stdout);
    let again = publication.run(&["new", "article", "smart-parking"]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
}
