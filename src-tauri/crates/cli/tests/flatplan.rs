//! The flatplan as people see it, and moves in the running order.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::process::Command;

use expect_test::expect_file;
use support::{ISSUE, Publication, repository};

const ISSUE_FILE: &str = "issues/2026-q2/issue.toml";

#[test]
fn the_sample_issue_is_drawn_as_spreads() {
    let masthead = env!("CARGO_BIN_EXE_masthead");
    let ended = Command::new(masthead).args(["flatplan", "2026-q4"]).current_dir(repository()).output().unwrap();
    let drawn = String::from_utf8(ended.stdout).unwrap();
    assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    // Where each article ends changes with every word and every touch of the template.
    let (plan, rest) = drawn.split_once("\nArticles\n").unwrap();
    expect_file!["sample-flatplan.txt"].assert_eq(plan);
    assert!(rest.contains("ends "), "{rest}");
}

#[test]
fn the_flatplan_as_json_has_every_page_and_every_article() {
    let publication = Publication::new();
    let plan = publication.json(&["flatplan", "2026-q2"]);
    assert_eq!(plan["sum"]["pages"], 4);
    assert_eq!(plan["spreads"].as_array().unwrap().len(), 3);
    assert_eq!(plan["spreads"][1]["right"]["slot"]["slug"], "a");
    assert_eq!(plan["spreads"][1]["right"]["opens_right"], true);
    assert_eq!(plan["fits"][0]["slug"], "a");
    assert_eq!(plan["fits"][0]["end"]["page"], 3);
}

#[test]
fn an_entry_is_moved_and_moved_back() {
    let publication = Publication::new();
    let moved = publication.run(&["flatplan", "2026-q2", "--move", "3", "--to", "2"]);
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    let text = fs::read_to_string(publication.path(ISSUE_FILE)).unwrap();
    let (article, contents) = (text.find("article").unwrap(), text.find("contents").unwrap());
    assert!(article < contents, "{text}");
    assert_eq!(publication.run(&["flatplan", "2026-q2", "--move", "2", "--to", "3"]).code, 0);
    assert_eq!(fs::read_to_string(publication.path(ISSUE_FILE)).unwrap(), ISSUE);
}

#[test]
fn a_move_of_an_entry_that_is_not_there_is_wrong_usage() {
    let publication = Publication::new();
    let refused = publication.run(&["flatplan", "2026-q2", "--move", "9", "--to", "2"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("none of them is number 9"), "{}", refused.stderr);
}

#[test]
fn a_check_says_how_much_to_cut() {
    let publication = Publication::new();
    let text = "A line of words that goes on.\n\n".repeat(220);
    publication.write("issues/2026-q2/articles/a.md", &format!("---\ntitle: A\nbudget: 1\n---\n{text}"));
    let checked = publication.run(&["check", "2026-q2"]);
    assert!(checked.stdout.contains(" lines over: cut about "), "{}", checked.stdout);
}
