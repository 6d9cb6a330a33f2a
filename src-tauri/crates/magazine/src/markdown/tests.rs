use expect_test::{Expect, expect};

use super::parse;
use crate::manuscript::{Block, BlockKind, Inline, InlineKind};

/// The tree as nested words, and the findings.
fn check(text: &str, expected: Expect) {
    let (manuscript, findings) = parse("a.md", text, 0);
    let mut shown = String::new();
    blocks(&manuscript.blocks, 0, &mut shown);
    for note in &manuscript.footnotes {
        shown.push_str(&format!("[^{}]\n", note.label));
        blocks(&note.blocks, 1, &mut shown);
    }
    for finding in findings {
        shown.push_str(&format!("{finding}\n"));
    }
    expected.assert_eq(&shown);
}

fn blocks(list: &[Block], indent: usize, shown: &mut String) {
    for block in list {
        let (head, inner) = head(block);
        shown.push_str(&format!("{}{head}\n", "  ".repeat(indent)));
        blocks(&inner, indent + 1, shown);
    }
}

fn head(block: &Block) -> (String, Vec<Block>) {
    match &block.kind {
        BlockKind::Paragraph(content) => (format!("p {}", words(content)), Vec::new()),
        BlockKind::Heading { level, id, content } => (format!("h{level} #{id} {}", words(content)), Vec::new()),
        BlockKind::Quote(body) => ("quote".to_owned(), body.clone()),
        BlockKind::Callout { callout, title, body } => (format!("{callout:?} {}", words(title)), body.clone()),
        BlockKind::List { start, items } => {
            let marks: Vec<_> = items.iter().map(|item| item.task).collect();
            (format!("list {start:?} {marks:?}"), items.iter().flat_map(|item| item.blocks.clone()).collect())
        }
        BlockKind::Table(table) => {
            let rows = std::iter::once(&table.header).chain(&table.rows);
            let rows: Vec<Vec<String>> =
                rows.map(|row| row.iter().map(|cell| words(&cell.content)).collect()).collect();
            (format!("table {:?} {rows:?}", table.alignments), Vec::new())
        }
        BlockKind::Only { output, body } => (format!("only {output:?}"), body.clone()),
        other => (format!("{other:?}"), Vec::new()),
    }
}

fn words(content: &[Inline]) -> String {
    content
        .iter()
        .map(|inline| match &inline.kind {
            InlineKind::Text(text) => text.clone(),
            InlineKind::Emphasis(inner) => format!("<em>{}</em>", words(inner)),
            InlineKind::Strong(inner) => format!("<b>{}</b>", words(inner)),
            InlineKind::Link { target, content } => format!("<a {target}>{}</a>", words(content)),
            InlineKind::Footnote(index) => format!("<fn {index}>"),
            InlineKind::SoftBreak => "␣".to_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn paragraphs_headings_and_marks() {
    check(
        "## One *two*\n\nText with **strong**\nand [a link](https://example.org).\n\n### One\n\n### One\n",
        expect![[r##"
            h2 #one-two One <em>two</em>
            p Text with <b>strong</b>␣and <a https://example.org>a link</a>.
            h3 #one One
            h3 #one-2 One
        "##]],
    );
}

#[test]
fn callouts_keep_their_title_and_body() {
    check(
        "> [!sidebar] What it *costs*\n> First.\n>\n> Second.\n\n> [!pullquote]\n> A sentence.\n\n> [!warning] No\n> such.\n\n> plain\n",
        expect![[r#"
            Sidebar What it <em>costs</em>
              p First.
              p Second.
            PullQuote 
              p A sentence.
            quote
              p such.
            quote
              p plain
            warning: unknown callout `warning`
              at a.md:9:5
              hint: known callouts: `pullquote`, `sidebar`, `facts`, `note`
        "#]],
    );
}

#[test]
fn a_picture_alone_takes_caption_credit_and_width() {
    check(
        "![A map](media/map.svg \"The \\\"old\\\" map\"){.wide credit=\"Art desk\"}\n\n![](media/x.svg){.huge}\n",
        expect![[r#"
            Picture(PlacedPicture { picture: Picture { file: "media/map.svg", alt: "A map" }, caption: Some(TextSegment { text: "The \"old\" map", range: 24..39 }), credit: Some("Art desk"), width: Wide })
            Picture(PlacedPicture { picture: Picture { file: "media/x.svg", alt: "" }, caption: None, credit: None, width: Column })
            warning: the picture `media/x.svg` has no text alternative
              at a.md:3:1
              hint: write what it shows between `![` and `]`
            warning: unknown picture attribute `huge`
              at a.md:3:18
              hint: known: `.column`, `.wide`, `.full`, `.page`, `.bleed`, `.spread`, `credit="…"`
        "#]],
    );
}

#[test]
fn lists_tasks_and_tables() {
    check(
        "- one\n- two\n\n  more\n\n3. three\n\n- [x] done\n- [ ] open\n\n| a | b |\n|:-:|--:|\n| 1 |\n",
        expect![[r#"
            list None [None, None]
              p one
              p two
              p more
            list Some(3) [None]
              p three
            list None [Some(true), Some(false)]
              p done
              p open
            table [Center, End] [["a", "b"], ["1", ""]]
        "#]],
    );
}

#[test]
fn a_chart_is_read_by_rows() {
    check(
        "```chart\ntype: bar\ntitle: Years\nalt: Most have more.\n---\nlabel,share\nMore,74\nLess,26\n```\n",
        expect![[r#"
            Chart(Chart { kind: Bar, title: "Years", alt: "Most have more.", unit: "", source: "", labels: ["More", "Less"], series: [Series { name: "share", values: [74.0, 26.0] }] })
        "#]],
    );
}

#[test]
fn a_bad_row_of_a_chart_is_named_and_the_others_are_drawn() {
    check(
        "Text.\n\n```chart\ntype: bra\nalt: x\n---\nlabel,share\nMore,74\nLess,many\n```\n",
        expect![[r#"
            p Text.
            Chart(Chart { kind: Bar, title: "", alt: "x", unit: "", source: "", labels: ["More"], series: [Series { name: "share", values: [74.0] }] })
            error: `type`: expected one of `bar`, `line`, `area`, `pie`, found `bra`
              at a.md:4:7 (`type`)
            error: expected a label and 1 figure here
              at a.md:9:1
        "#]],
    );
}

#[test]
fn a_div_is_for_one_output_and_its_fences_are_not_text() {
    check(
        "Before.\n::: {.only-pdf}\nInside.\n\nStill.\n:::\nAfter.\n\n::: {.only-fax}\nx\n:::\n",
        expect![[r#"
            p Before.
            only Pdf
              p Inside.
              p Still.
            p After.
            p x
            warning: unknown div `{.only-fax}`: its blocks go to every output
              at a.md:9:1
              hint: known divs: `{.only-pdf}`, `{.only-mail}`, `{.only-web}`
        "#]],
    );
}

#[test]
fn footnotes_are_numbered_by_their_first_reference() {
    check(
        "One[^b] and two[^a].\n\n[^a]: First.\n[^b]: Second.\n",
        expect![[r#"
            p One<fn 0> and two<fn 1>.
            [^b]
              p Second.
            [^a]
              p First.
        "#]],
    );
}

#[test]
fn html_comments_and_editors_marks_are_reported_where_they_stand() {
    check(
        "Text TK here <b>bold</b>.\n\n<!-- ask the printer -->\n\n<div>no</div>\n\n<<<<<<< HEAD\n",
        expect![[r#"
            p Text TK here bold.
            p <<<<<<< HEAD
            warning: `TK`: something is still to come here
              at a.md:1:6
              hint: write what is missing, then delete the mark
            warning: raw HTML is left out
              at a.md:1:14
              hint: write it in Markdown; a `<` meant as a letter is written `\<`
            warning: raw HTML is left out
              at a.md:1:21
              hint: write it in Markdown; a `<` meant as a letter is written `\<`
            warning: raw HTML is left out
              at a.md:5:1
              hint: write it in Markdown; a `<` meant as a letter is written `\<`
            error: two versions of this text were not joined
              at a.md:7:1
              hint: keep the words that are right and delete the lines with `<<<<<<<`, `=======`, `>>>>>>>`
        "#]],
    );
}

#[test]
fn a_teaser_stands_alone_in_its_paragraph() {
    check(
        "[[audit]]\n\nSee [[audit]].\n",
        expect![[r#"
            Teaser { slug: "audit" }
            p See [[audit]].
        "#]],
    );
}

#[test]
fn ten_thousand_nested_quotes_become_plain_words() {
    let text = format!("{} deep\n", ">".repeat(10_000));
    let (manuscript, findings) = parse("a.md", &text, 0);
    assert_eq!(manuscript.words(), 1);
    assert!(findings.iter().any(|finding| finding.code == crate::Code::TooDeep));
}

#[test]
fn words_written_as_they_stand_map_byte_for_byte() {
    let text = "Orașul, *citit* din nou \\* și & gata\n";
    let (manuscript, _) = parse("a.md", text, 0);
    let BlockKind::Paragraph(content) = &manuscript.blocks[0].kind else { panic!("a paragraph") };
    let mapped = content.iter().filter_map(|inline| match &inline.kind {
        InlineKind::Text(words) if words.len() == inline.range.len() => Some((words, &text[inline.range.clone()])),
        _ => None,
    });
    for (words, written) in mapped {
        assert_eq!(words, written);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_parsed_and_every_range_is_inside_it(text in "[ -~\n>*_`\\[\\]!{}:|#^ăș-]{0,300}") {
        let (manuscript, findings) = parse("a.md", &text, 0);
        for block in &manuscript.blocks {
            assert!(text.get(block.range.clone()).is_some(), "{:?}", block.range);
        }
        for finding in findings {
            assert!(finding.place.is_some());
        }
    }
}
