//! What stands between an edition and its release.

use std::path::Path;

use expect_test::{Expect, expect};
use magazine::Publication;

use super::sample::{desk, edition, lines, reader};
use crate::{Frame, PictureSize, Sources, clients, compose, fill};

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
              at issues/2026-q4/editions/launch.md:7:1
              hint: did you mean `[[audit]]`?
            error: the issue has no article `zzz`
              at issues/2026-q4/editions/launch.md:9:1"#]],
    );
}

#[test]
fn a_link_that_leads_nowhere_is_found_and_its_words_stay() {
    check(
        "See [the page](articles/audit.md).",
        expect![[r#"
            error: a mail cannot lead to `articles/audit.md`
              at issues/2026-q4/editions/launch.md:5:5
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
          hint: enter the publisher's address, a line each
        note: the edition has no preheader
          at issues/2026-q4/editions/launch.md:1:1 (`preheader`)
          hint: mail programs then show the first words of the mail after the subject"#]]
    .assert_eq(&lines(&findings));
}

#[test]
fn a_mail_that_gmail_would_cut_is_found() {
    check(
        &"A paragraph of some length, again and again.\n\n".repeat(700),
        expect![[r#"
            error: the mail has 142 kB, and Gmail shows only the first 100
              at issues/2026-q4/editions/launch.md
              hint: tell less here and more on the web"#]],
    );
}

fn check_front(front: &str, expected: Expect) {
    let (_, findings) = desk().mail(&format!("---\n{front}\n---\nHello.\n"));
    expected.assert_eq(&lines(&findings));
}

#[test]
fn a_subject_that_is_cut_off_or_shouts_is_found_where_it_stands() {
    check_front(
        &format!("preheader: Short.\nsubject: {}", "so long ".repeat(12)),
        expect![[r#"
        warning: the subject has 95 characters, 70 are seen
          at issues/2026-q4/editions/launch.md:3:1 (`subject`)
          hint: what is over is cut off in every list of mails: say the main thing first"#]],
    );
    check_front(
        "subject: READ THE AUDIT ISSUE NOW!!\npreheader: IN THE AUDIT ISSUE",
        expect![[r#"
        warning: the subject is in capitals, as spam is
          at issues/2026-q4/editions/launch.md:2:1 (`subject`)
          hint: write it as a sentence
        warning: the subject insists with its punctuation, as spam does
          at issues/2026-q4/editions/launch.md:2:1 (`subject`)
          hint: one mark is enough
        warning: the preheader is in capitals, as spam is
          at issues/2026-q4/editions/launch.md:3:1 (`preheader`)
          hint: write it as a sentence"#]],
    );
    check_front("subject: \"{{ first_name | default: \\\"READER\\\" }}, the WSCO audit\"\npreheader: x", expect![[""]]);
}

#[test]
fn a_mail_without_a_preheader_is_told_what_stands_in_its_place() {
    check_front(
        "subject: Number 41",
        expect![[r#"
        note: the edition has no preheader
          at issues/2026-q4/editions/launch.md:1:1 (`preheader`)
          hint: mail programs then show the first words of the mail after the subject"#]],
    );
}

#[test]
fn a_link_without_encryption_is_found() {
    check(
        "[The page](http://example.org) and [another](https://example.org).",
        expect![[r#"
        warning: the link leads to a page without encryption
          at issues/2026-q4/editions/launch.md:5:1
          hint: write https:// in front; most pages answer there too"#]],
    );
}

#[test]
fn a_link_to_a_page_that_the_issues_own_web_edition_lacks_is_found() {
    let mut desk = desk();
    let text = "---\ntitle: A\n---\n## First step {#step}\n\nText[^n].\n\n[^n]: Note.\n";
    desk.issue.articles[0] = magazine::Article::read("audit", "audit.md", text, "en").0;
    desk.issue.settings.running_order = ["audit", "oras"].map(|slug| magazine::Slot::Article(slug.to_owned())).into();
    let web = "https://magazine.example.org/2026-q4";
    let (_, findings) = desk.mail(&edition(&format!(
        "[a]({web}/audit/) [b]({web}/audit/#t-step) [c]({web}/audit#note-1) [d]({web}/) [e]({web}/2026-q4-screen.pdf#page=3)\n\n\
         [f](https://magazine.example.org/2019-q1/other/) [g]({web}/audits/)\n\n[h]({web}/audit/#t-steps) [i]({web}/audit/#note-2)\n\n\
         [[letter]]"
    )));
    expect![[r#"
        error: the web edition has no article `audits`
          at issues/2026-q4/editions/launch.md:7:50
          hint: did you mean `audit`?
        error: the article `audit` has no place `#t-steps`
          at issues/2026-q4/editions/launch.md:9:1
          hint: did you mean `t-step`?
        error: the article `audit` has no place `#note-2`
          at issues/2026-q4/editions/launch.md:9:58
        error: the article `letter` is not in the running order, so its teaser leads nowhere
          at issues/2026-q4/editions/launch.md:11:1
          hint: put it into `running-order` in the issue's issue.toml"#]]
    .assert_eq(&lines(&findings));
}

#[test]
fn words_that_hardly_stand_out_are_found() {
    let mut desk = desk();
    let frame = crate::HOUSE_FRAME.replace("color=\"{{soft}}\"", "color=\"#AAAAAA\"");
    desk.frame = Frame::read("frame.mjml", &frame).0;
    let (_, findings) = desk.mail(&edition("Hello."));
    expect![[r#"
        warning: "Published by The Organization" stands out by 1.9:1 by day, in #AAAAAA on #F1E9DC; readers need 4.5:1
          at assets/publication.toml (`colour`)
          hint: change the palette under `[colour]`, or the colours of these words in assets/newsletter/frame.mjml"#]]
    .assert_eq(&lines(&findings));
}

#[test]
fn the_sample_edition_says_nothing_that_a_mail_program_would_drop_and_lacks_nothing() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let publication = Publication::open(&repository).unwrap();
    let id = "2026-q4/launch".parse().unwrap();
    let (edition, mut findings) = publication.read_edition(&id).unwrap();
    let text = std::fs::read_to_string(repository.join(&edition.file)).unwrap();
    let (issue, _) = publication.read_issue(id.issue).unwrap();
    let (frame, more) =
        Frame::read("frame.mjml", &String::from_utf8_lossy(&publication.assets("newsletter").unwrap()["frame.mjml"]));
    findings.extend(more);
    let names = publication.pictures(&issue).into_iter().chain(publication.pictures_of_edition(&edition));
    let names = names.chain(["media/mail-head.svg".to_owned()]);
    let pictures = names.map(|name| (name, PictureSize { width: 1600, height: 900 })).collect();
    let pages = issue.articles.iter().map(|article| (article.slug.clone(), 4)).collect();
    let sources =
        Sources { edition: &edition, text: &text, issue: &issue, frame: &frame, pictures: &pictures, pages: &pages };
    let (mail, more) = compose(&sources);
    findings.extend(more);
    assert_eq!(lines(&findings), "");
    let html = fill(&mail.html, reader);
    assert_eq!((clients::losses(&html), clients::unsaid(&html)), (vec![], vec![]));
}
