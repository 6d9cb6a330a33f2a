//! A rule a row: words that break it, and awkward words that are right.

use std::path::Path;

use expect_test::{Expect, expect};

use super::{Neighbours, dead_links};
use crate::article::Article;
use crate::finding::{Code, Finding};

const HEAD: &str = "---\ntitle: A\n---\n";

fn read(slug: &str, body: &str) -> (Article, String, Vec<Finding>) {
    let text = format!("{HEAD}{body}");
    let (article, findings) = Article::read(slug, &format!("issues/2026-q2/articles/{slug}.md"), &text, "en");
    (article, text, findings)
}

/// Everything that is found in an article whose issue has another, `standards`, and the picture `media/x.svg`.
fn findings(body: &str) -> (String, Vec<Finding>) {
    let (article, text, mut findings) = read("a", body);
    let (other, _, _) = read("standards", "## One law\n\n## Eight *books* {#books}\n");
    let articles = [article.clone(), other];
    let is_file = |path: &str| Path::new(path) == Path::new("issues/2026-q2/media/x.svg");
    findings.extend(dead_links(&article, &text, &Neighbours { articles: &articles, is_file: &is_file }));
    (text, findings)
}

/// The codes that are found, each with what its fix would leave in the place of the words.
fn found(body: &str) -> Vec<(Code, Option<String>)> {
    let (text, findings) = findings(body);
    let line = |finding: &Finding| {
        let fix = finding.fix.as_ref()?;
        let mut fixed = text.clone();
        fixed.replace_range(fix.range.clone(), &fix.replacement);
        Some(fixed[HEAD.len()..].trim_end().to_owned())
    };
    findings.iter().map(|finding| (finding.code, line(finding))).collect()
}

#[test]
fn each_rule_finds_what_breaks_it() {
    for (body, code) in [
        ("![](media/x.svg \"Caption\"){credit=\"C\"}", Code::MissingAlt),
        ("Words with ![](media/x.svg) between them.", Code::MissingAlt),
        ("![A map](media/x.svg){credit=\"C\"}", Code::MissingCaption),
        ("![A map](media/x.svg \"Caption\")", Code::MissingCredit),
        ("Click [here](https://example.org).", Code::VagueLink),
        ("[Read more »](https://example.org)", Code::VagueLink),
        ("Detalii [aici](https://example.org).", Code::VagueLink),
        ("[Citește **mai mult** →](https://example.org)", Code::VagueLink),
        ("[Citeşte mai mult](https://example.org)", Code::VagueLink),
        ("See [the ministry](ftp://example.org).", Code::BadLink),
        ("See [](https://example.org).", Code::BadLink),
        ("See [the law](laws.md).", Code::DeadLink),
        ("See [the law](../../../etc/passwd).", Code::DeadLink),
        ("See [the report](media/report.pdf).", Code::DeadLink),
        ("See [below](#nowhere).", Code::DeadLink),
        ("A note[^1] without a text.", Code::MissingFootnote),
        ("See [the law](standards.md#nowhere).", Code::DeadLink),
        ("| | |\n|--|--|\n| a | b |", Code::TableWithoutHeader),
        ("The sum is TK.", Code::EditorsMark),
        ("![A map](media/x.svg \"TK\"){credit=\"C\"}", Code::EditorsMark),
        ("![A map](media/x.svg \"Caption\"){credit=\"TK\"}", Code::EditorsMark),
        ("```chart\nalt: TK\n---\nlabel,n\na,1\n```", Code::EditorsMark),
        ("<<<<<<< HEAD", Code::ConflictMark),
    ] {
        assert_eq!(found(body), [(code, None)], "{body}");
    }
}

#[test]
fn a_fix_leaves_what_was_meant() {
    for (body, code, fixed) in [
        ("### One", Code::SkippedHeading, "## One"),
        ("## One\n\n##### *Two* ##", Code::SkippedHeading, "## One\n\n### *Two* ##"),
        ("> [!pulquote]\n> A sentence.", Code::UnknownCallout, "> [!pullquote]\n> A sentence."),
        ("> [!WARNING] Mind\n> the gap.", Code::UnknownCallout, "> [!note] Mind\n> the gap."),
        (
            "![A](media/x.svg \"C\"){.wid credit=\"C\"}",
            Code::UnknownAttribute,
            "![A](media/x.svg \"C\"){.wide credit=\"C\"}",
        ),
        ("[The city](www.example.org/a)", Code::BadLink, "[The city](https://www.example.org/a)"),
        ("[The city](example.org \"Title\")", Code::BadLink, "[The city](https://example.org \"Title\")"),
        ("[The desk](desk@example.org)", Code::BadLink, "[The desk](mailto:desk@example.org)"),
        ("[The city] (https://example.org)", Code::BadLink, "[The city](https://example.org)"),
        ("[The city](https://example.org/a b)", Code::BadLink, "[The city](https://example.org/a%20b)"),
        ("[The law](standards)", Code::DeadLink, "[The law](standards.md)"),
        ("[The law](standrds.md#books)", Code::DeadLink, "[The law](standards.md#books)"),
        ("[The law](standards.md#book)", Code::DeadLink, "[The law](standards.md#books)"),
        ("## Four steps\n\n[Steps](#four-step)", Code::DeadLink, "## Four steps\n\n[Steps](#four-steps)"),
    ] {
        assert_eq!(found(body), [(code, Some(fixed.to_owned()))], "{body}");
    }
}

#[test]
fn headings_beside_each_other_are_skipped_beside_each_other() {
    let levels = found("## A\n\n#### B\n\n#### C\n\n## D\n\n### E\n");
    assert_eq!(levels.iter().filter(|(code, _)| *code == Code::SkippedHeading).count(), 2, "{levels:?}");
}

#[test]
fn awkward_words_that_are_right_are_left_alone() {
    for body in [
        "![A map](media/x.svg \"Caption\"){credit=\"\"}",
        "![A map](media/x.svg 'Caption'){.full credit=\"Art desk\"}",
        "[Here lies the river](https://example.org) and here is more to read.",
        "[More than a sensor](https://example.org)",
        "Write to <desk@example.org> or to <https://example.org/here>.",
        "[Call us](tel:+442036080161), [write](mailto:desk@example.org?subject=Audit)",
        "[The law](standards.md), [its books](standards.md#books), [the law](standards.md#one-law)",
        "[The law](./standards.md), [the law](../articles/standards.md), [the drawing](../media/x.svg)",
        "[The drawing](media/x.svg)",
        "## Four steps\n\nSee [the steps](#four-steps).\n\n## Four steps\n\nSee [them again](#four-steps-2).",
        "[^1] Notes.\n\n[^1]: See [the report](https://example.org/report_(final).pdf).",
        "A list\\[0\\](https is no link) and `[code](http example)` neither.",
        "An array[i] (see below) is no link, and f(x)[1] neither.",
        "Setext\n===\n\nText\n\nTwo\n---\n\n### Three",
        "## A\n\n### B\n\n#### C\n\n## D\n\n### E",
        "STK, TKO and tk are words; Atk too.",
        "| | 2025 | 2026 |\n|--|--|--|\n| Cities | 1 | 2 |",
        "A row\n\n=======\n\n>>> deep quote",
        "> [!NOTE]\n> GitHub writes it in capitals.",
        "A power 2[^ 3] and \\[^4], and `[^5]`.",
        "> [1] A quotation that begins with a bracket.",
    ] {
        assert_eq!(found(body), [], "{body}");
    }
}

#[test]
fn marks_and_a_credit_are_looked_for_in_the_front_matter() {
    let check = |head: &str, expected: Expect| {
        let text = format!("---\ntitle: A\n{head}---\nText.\n");
        let (_, findings) = Article::read("a", "a.md", &text, "en");
        expected.assert_eq(&findings.iter().map(|finding| format!("{finding}\n")).collect::<String>());
    };
    check(
        "standfirst: TK\nauthors: [ATK]\n",
        expect![[r#"
        warning: `TK`: something is still to come here
          at a.md:3:13
          hint: write what is missing, then delete the mark
    "#]],
    );
    check(
        "picture: media/x.svg\npicture-alt: A map\n",
        expect![[r#"
        warning: the picture `media/x.svg` does not say whose work it is
          at a.md:3:1 (`picture`)
          hint: add `picture-credit: …`; `picture-credit: ""` where nobody is to be named
    "#]],
    );
    check("picture: media/x.svg\npicture-alt: A map\npicture-credit: \"\"\n", expect![""]);
    check(
        "standfrist: Why\n",
        expect![[r#"
        warning: unknown key `standfrist`
          at a.md:3:1 (`standfrist`)
          hint: `standfirst` is a known key
    "#]],
    );
}

#[test]
fn an_edition_is_asked_for_links_that_say_nothing() {
    let text = "---\nsubject: Out now\n---\n[Read more](https://example.org)\n";
    let id = "2026-q2/launch".parse().unwrap();
    let (_, findings) = crate::Edition::read(&id, "e.md", text, "en");
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::VagueLink]);
}

proptest::proptest! {
    #[test]
    fn every_fix_is_inside_its_file(body in "[ -~\n>*_`\\[\\]!{}:|#()ăș.-]{0,200}") {
        let (text, findings) = findings(&body);
        for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
            assert!(text.get(fix.range.clone()).is_some_and(|words| words != fix.replacement), "{fix:?}");
        }
    }
}
