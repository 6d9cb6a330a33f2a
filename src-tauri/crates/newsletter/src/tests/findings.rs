//! What stands between an edition and its release.

use expect_test::{Expect, expect};

use super::sample::{desk, edition, lines};

fn check(markdown: &str, expected: Expect) {
    let (_, findings) = desk().mail(&edition(markdown));
    expected.assert_eq(&lines(&findings));
}

#[test]
fn an_unknown_article_is_found_with_the_nearest() {
    check(
        "Hello.\n\n[[audits]]\n\n[[zzz]]",
        expect![[r#"
        error: the issue has no article `audits`
          at issues/2026-q4/editions/launch.md:6:1
          hint: did you mean `[[audit]]`?
        error: the issue has no article `zzz`
          at issues/2026-q4/editions/launch.md:8:1"#]],
    );
}

#[test]
fn a_link_that_leads_nowhere_is_found_and_its_words_stay() {
    check(
        "See [the page](articles/audit.md).",
        expect![[r#"
        error: a mail cannot lead to `articles/audit.md`
          at issues/2026-q4/editions/launch.md:4:5
          hint: write the whole address, with https:// or mailto: in front"#]],
    );
}

#[test]
fn editors_marks_are_not_reported_twice() {
    check("TK and <!-- a comment -->", expect![""]);
}

#[test]
fn a_mail_needs_a_subject_a_sender_and_a_postal_address() {
    let mut desk = desk();
    desk.issue.publication.sender.address = String::new();
    desk.issue.publication.postal_address = vec![" ".to_owned()];
    let (_, findings) = desk.mail("---\nsubject: ''\n---\nHello.\n");
    expect![[r#"
        error: the edition has no subject
          at issues/2026-q4/editions/launch.md (`subject`)
        error: the newsletter has no sender
          at assets/publication.toml (`sender.address`)
          hint: enter the address that readers see in the From line
        error: the newsletter has no postal address
          at assets/publication.toml (`postal-address`)
          hint: enter the publisher's address, a line each"#]]
    .assert_eq(&lines(&findings));
}

#[test]
fn a_mail_that_gmail_would_cut_is_found() {
    check(
        &"A paragraph of some length, again and again.\n\n".repeat(700),
        expect![[r#"
        error: the mail has 140 kB, and Gmail shows only the first 100
          at issues/2026-q4/editions/launch.md
          hint: tell less here and more on the web"#]],
    );
}
