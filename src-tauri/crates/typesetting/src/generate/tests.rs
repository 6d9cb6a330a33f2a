//! What the dialect becomes, and that nothing an editor can type becomes code.

use expect_test::{Expect, expect};
use magazine::{Article, ArticleKind};
use proptest::prelude::*;
use typst_syntax::{SyntaxKind, SyntaxNode};

use super::*;
use crate::Files;

fn media() -> Media {
    let drawing = || b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
    Media::probed(&Files::from([("media/x.svg".to_owned(), drawing()), ("media/y.svg".to_owned(), drawing())]))
}

fn generated(text: &str) -> (Article, Generated) {
    let (article, _) = Article::read("a", "issues/2026-q4/articles/a.md", text, "en");
    let media = media();
    let setting = Setting { media: &media, language: "en", issue_file: "issues/2026-q4/issue.toml" };
    let generated = super::article(&setting, &article, 6);
    (article, generated)
}

/// The body of an article, without its first line and its head.
fn body(text: &str) -> String {
    let (_, generated) = generated(&format!("---\ntitle: T\n---\n{text}"));
    assert!(is_sound(&generated), "{}", generated.text);
    let head_end = generated.text.find(");\n").unwrap() + 3;
    generated.text[head_end..].to_owned()
}

#[expect(clippy::needless_pass_by_value, reason = "a case reads better without a borrow")]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&body(text));
}

#[test]
fn an_article_begins_with_its_head() {
    let (_, generated) = generated(
        "---\ntitle: \"One, two. Three\"\nkind: feature\nsection: Feature\nauthors: [A. B, C]\nlanguage: ro-RO\n\
         picture: media/x.svg\npicture-alt: An \"x\"\ncolumns: 2\n---\n",
    );
    expect![[r#"
        #import "/magazine/vocabulary.typ": *
        #show: article.with(kind: "feature", first-page: 6, language: "ro", columns: 2, title: [One, two\. Three], section: [Feature], standfirst: none, authors: ([A\. B],[C],), picture: (file: "/media/x.svg", alt: "An \"x\"", credit: none));
    "#]].assert_eq(&generated.text);
    assert!(is_sound(&generated));
}

#[test]
fn words_marks_and_links() {
    check(
        "A *b* **c** ~~d~~ `e` [f](https://g.h/?i=1&j) [k](javascript:l)\nm\\\nn",
        expect![[r##"
            #opening[#[A];  #stress[b];  #strong[c];  #struck[d];  #code[e];  #weblink("https://g.h/?i=1&j")[f];  k  m#linebreak();n];
        "##]],
    );
}

#[test]
fn footnotes_stand_where_they_are_first_named() {
    check(
        "A[^1] b[^1].\n\n[^1]: Note with [^2].\n[^2]: Back to [^1].\n",
        expect![[r#"
            #opening[#[A];#footnote[Note  with  #footnote[Back  to  #footnoteagain(1);\.];\.];  b#footnoteagain(1);\.];
        "#]],
    );
}

#[test]
fn lists_callouts_and_breaks() {
    check(
        "- a\n\n  b\n- c\n\n3. d\n\n- [x] e\n- [ ] f\n\n> g\n\n> [!pullquote]\n> h\n\n> [!sidebar] I *j*\n> k\n\n***\n\n## L {#m}\n",
        expect![[r#"
            #bullets[a#para[b];][c];
            #numbered(start: 3)[d];
            #tasks((true,false,))[e][f];
            #quoted[#para[g];];
            #pullquote[h];
            #sidebar(title: [I #stress[j];])[#para[k];];
            #scenebreak();
            #subhead(level: 2, id: "m")[L];
        "#]],
    );
}

#[test]
fn tables_code_and_pictures() {
    check(
        "| a | b |\n|---|--:|\n| c | **d** |\n\n```rust\nlet \"x\" = \\n;\n\n```\n\n![alt](media/x.svg \"A *caption*.\"){.wide credit=\"C. D\"}\n\n![none](media/z.svg)\n",
        expect![[r##"
            #datatable(align: ("start","end",), header: ([a],[b],), rows: (([c],[#strong[d];],),));
            #codeblock("rust")[let "x" \= \\n;];
            #picture(file: "/media/x.svg", alt: "alt", caption: [A \*caption\*\.], credit: [C\. D], width: "wide");
            #picture(file: "/missing/picture.svg", alt: "none", caption: none, credit: none, width: "column");
        "##]],
    );
}

#[test]
fn figures_stand_out_in_an_article_of_numbers_only() {
    let list = "- **8** ISO standards\n- **27,000** hours";
    let (_, numbers) = generated(&format!("---\ntitle: T\nkind: numbers\n---\n{list}"));
    assert!(numbers.text.ends_with("#figures(([8], [ ISO standards],),([27,000], [ hours],),);\n"), "{}", numbers.text);
    assert!(body(list).starts_with("#bullets["));
}

#[test]
fn what_is_not_for_the_pages_is_not_on_them() {
    check(
        "::: {.only-pdf}\nA\n:::\n\n::: {.only-mail}\nB\n:::\n",
        expect![[r#"
            #opening[#[A];];
        "#]],
    );
}

#[test]
fn a_teaser_in_an_article_leaves_the_article_as_it_is() {
    for text in ["[[x]]\n", "Words.\n\n[[x]]\n\nMore.\n"] {
        let (_, generated) = generated(&format!("---\ntitle: T\n---\n{text}"));
        assert!(is_sound(&generated), "{}", generated.text);
    }
}

#[test]
fn nothing_an_editor_types_is_code() {
    let hostile = [
        "#read(\"/etc/passwd\")",
        "*a*(read(\"x\"))",
        "**a**[b](c)",
        "#import \"/x.typ\": *",
        "``` a `` #b",
        "`` ` #sys ``",
        "*/ a /* b // c",
        "<!--raw-typst #read(\"x\")-->",
        "$x$ @y <z> ~ -- --- ... https://a.b",
        "= a\n\n/ b: c\n\n+ d",
        "a\u{2028}#b\u{85}= c\u{b}d",
        "\\u{41} \\#",
        "[x](https://a\")#b)",
        "![x](media/\"#y.svg)",
        "].where(a) [",
        "a]; #b[",
        "| #a | `|` |\n|-|-|\n| ]) | \\\" |",
        "```a\"#b\n\"); #c(\"\n```",
        "# {#\"x}",
        "[^1]\n\n[^1]: ]; #a[[^1]",
    ];
    for text in hostile {
        body(text);
    }
}

#[test]
fn a_hundred_quotes_deep_is_still_sound() {
    for deep in [format!("{} deep", ">".repeat(100)), format!("{}a{}", "*b ".repeat(90), "*".repeat(90))] {
        let (_, generated) = generated(&format!("---\ntitle: T\n---\n{deep}"));
        assert!(is_sound(&generated));
    }
}

#[test]
fn the_check_refuses_what_the_generator_never_writes() {
    let sound = Generated { text: format!("{FIRST_LINE}#para[a];"), calls: 1, ..Generated::default() };
    assert!(is_sound(&sound));
    for (body, calls) in [
        ("#para[a]", 2),
        ("#read(\"a\");", 1),
        ("#para[a](\"b\");", 2),
        ("#para(read: 1);", 1),
        ("#para(sys);", 1),
        ("#{1}", 0),
        ("#let a = 1", 0),
        ("= a", 0),
        ("`a`", 0),
        ("#show: article.with(title: [a]); #show: article.with(title: [b]);", 0),
        ("#para[", 1),
        ("#para.where();", 1),
    ] {
        let text = format!("{FIRST_LINE}{body}");
        assert!(!is_sound(&Generated { text, calls, ..Generated::default() }), "{body}");
    }
}

#[test]
fn every_word_leads_back_to_the_byte_it_was_written_in() {
    let text = "---\ntitle: Über. Alles\n---\nDie *Straße* von [Iași](https://a.b), „Nr. 5“.\n\n- Ț: **x**\n";
    let (article, generated) = generated(text);
    for word in ["Über", "Alles", "Straße", "von", "Iași", "Nr", "5“", "Ț", "x"] {
        let written = text.find(word).unwrap();
        let at = generated.text.find(word).unwrap();
        assert_eq!(generated.map.written_at(at).unwrap().range.start, written, "{word}");
        assert_eq!(generated.map.generated_at(&article.file, written), Some(at), "{word}");
    }
    let dot = text.find(". 5").unwrap();
    let at = generated.map.generated_at(&article.file, dot).unwrap();
    assert!(generated.text[at..].starts_with("\\.  5"));
}

#[test]
fn soft_hyphens_stand_in_romanian_running_text_and_nowhere_else() {
    let text = "---\ntitle: Orașul\nlanguage: ro\ncolumns: 3\n---\nOrașul *întreabă*[^1].\n\n## Orașul\n\n\
                - trotuarele\n\n> [!sidebar] Orașul\n> trotuarele\n\n[^1]: Trotuarele.\n";
    let (article, romanian) = generated(text);
    assert!(is_sound(&romanian), "{}", romanian.text);
    let body = romanian.text[romanian.text.find(");\n").unwrap() + 3..].replace('\u{AD}', "·");
    expect![[r##"
        #opening[#[O];ra·șul  #stress[în·treabă];#footnote[Trotuarele\.];\.];
        #subhead(level: 2, id: "orașul")[Orașul];
        #bullets[tro·tua·rele];
        #sidebar(title: [Orașul])[#para[trotuarele];];
    "##]]
    .assert_eq(&body);
    for (wide, english) in [("columns: 3", "columns: 1"), ("language: ro", "language: en")] {
        assert!(!self::generated(&text.replace(wide, english)).1.text.contains('\u{AD}'));
    }
    let at = |written: &str| romanian.map.generated_at(&article.file, text.find(written).unwrap()).unwrap();
    assert!(romanian.text[at("șul *")..].starts_with("șul "), "the letter, not the hyphen before it");
    let hyphen = romanian.text.find('\u{AD}').unwrap();
    for byte in hyphen..hyphen + 2 {
        assert_eq!(romanian.map.written_at(byte).unwrap().range.start, text.find("șul *").unwrap());
    }
}

#[test]
fn a_fault_in_a_call_is_told_where_its_block_stands() {
    let text = "---\ntitle: T\n---\na\n\n![alt](media/x.svg)\n\nb\n";
    let (article, generated) = generated(text);
    let start = generated.text.find("picture(file: \"/media").unwrap();
    let end = generated.text[start..].find(';').unwrap() + start;
    let written = generated.map.written_for(&(start..end)).unwrap();
    assert_eq!(written.file, article.file);
    assert!(text[written.range].starts_with("![alt]"));
}

/// The words of a generated file as Typst reads them.
fn words(node: &SyntaxNode, text: &mut String) {
    match node.kind() {
        SyntaxKind::Text | SyntaxKind::Space | SyntaxKind::SmartQuote => text.push_str(node.leaf_text()),
        SyntaxKind::Escape => text.push_str(&node.leaf_text()[1..]),
        _ => node.children().for_each(|child| words(child, text)),
    }
}

pub(crate) fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "#",
        "*",
        "**",
        "_",
        "`",
        "``",
        "```",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "[^1]",
        "[^1]: ",
        "\n",
        "\n\n",
        "\n- ",
        "\n> ",
        "\n1. ",
        "\n## ",
        "\n| a | b |\n|---|---|\n| c | ",
        " | ",
        "![a](",
        "media/x.svg",
        "\"",
        "'",
        "){.full}",
        "](https://a.b)",
        "<!--",
        "-->",
        "<b>",
        "//",
        "/*",
        "*/",
        "\\",
        "$",
        "@a",
        "<a>",
        "=",
        "{",
        "}",
        ";",
        ":",
        "read(\"x\")",
        "#import",
        "#let x = 1",
        "\u{2028}",
        "\u{85}",
        "\u{b}",
        "\u{0}",
        "&amp;",
        "&#35;",
        "~",
        "--",
        "...",
        "a",
        "b c",
        "ș",
        "é",
        "…",
        "\u{202e}",
        "\t",
        "\r\n",
        "> [!facts] t\n> ",
        "::: {.only-pdf}\n",
        "\n:::\n",
        "\n```chart\nkind: bar\n---\na,b\nc,1\n```\n",
        "\n***\n",
        "\\*",
        "]; #",
        "(read)",
        ".with(",
        "[x]",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

/// 20,000, or as many as `PROPTEST_CASES` asks for.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_becomes_code(text in scraps(), numbers in any::<bool>()) {
        let kind = if numbers { "numbers" } else { "feature" };
        let (article, generated) = generated(&format!("---\ntitle: T\nkind: {kind}\n---\n{text}"));
        prop_assert!(article.front_matter.kind != ArticleKind::Letter);
        prop_assert!(is_sound(&generated), "{}", generated.text);
    }

    #[test]
    fn a_title_stays_what_was_written(title in "\\PC{1,40}") {
        let segment = magazine::TextSegment { range: 10..10 + title.len(), text: title.clone() };
        let media = media();
        let setting = Setting { media: &media, language: "en", issue_file: "issue.toml" };
        let mut writer = writer::Writer::new(&setting, "a.md");
        writer.code("#para");
        writer.code("[");
        writer.words(&segment.text, &segment.range);
        writer.code("];");
        let generated = writer.finish();
        let mut read = String::new();
        let body = generated.text.strip_prefix(FIRST_LINE).unwrap();
        words(&typst_syntax::parse(body), &mut read);
        prop_assert_eq!(read, title.replace(['\u{2028}', '\u{2029}'], "\u{FFFD}"));
    }
}
