//! Each kind of block, in HTML and in text.

use expect_test::{Expect, expect};

use super::sample::{body, desk, edition, lines, reader, text};
use crate::{clients, fill};

fn check(markdown: &str, html: Expect, plain: Expect) {
    let (mail, findings) = desk().mail(&edition(markdown));
    html.assert_eq(&body(&mail));
    plain.assert_eq(&text(&mail));
    assert_eq!(lines(&findings), "");
}

#[test]
fn running_text() {
    check(
        "One *two* **three** ~~four~~ `five` [six](https://example.org/?a&b)\\\nseven <https://example.org>.",
        expect![[r#"
            <p class="m-text">One <em>two</em> <strong>three</strong> <s>four</s> <code class="m-box">five</code> <a class="m-link" href="https://example.org/?a&amp;b">six</a>
            <br>seven <a class="m-link" href="https://example.org">https://example.org</a>.</p>"#]],
        expect![[r#"
            One _two_ *three* ~four~ five six [1]
            seven https://example.org."#]],
    );
}

#[test]
fn headings() {
    check(
        "## Two\n\n### Three\n\n#### Four",
        expect![[r#"
        <h2 class="m-text">Two</h2>
        <h3 class="m-text">Three</h3>
        <h4 class="m-text">Four</h4>"#]],
        expect![[r#"
        Two
        ===

        Three
        -----

        Four
        ----"#]],
    );
}

#[test]
fn lists() {
    check(
        "- one\n  - inner\n- two\n\n3. three\n4. four\n\n- [x] done\n- [ ] open",
        expect![[r#"
        <ul class="m-text">
        <li>one<ul class="m-text">
        <li>inner</li>
        </ul>
        </li>
        <li>two</li>
        </ul>
        <ol class="m-text" start="3">
        <li>three</li>
        <li>four</li>
        </ol>
        <ul class="m-text">
        <li>☑ done</li>
        <li>☐ open</li>
        </ul>"#]],
        expect![[r#"
        - one
          - inner
        - two

        3. three
        4. four

        [x] done
        [ ] open"#]],
    );
}

#[test]
fn quotes_and_boxes() {
    check(
        "> Quoted.\n\n> [!pullquote]\n> Large.\n\n> [!sidebar] Beside\n> Words.\n\n> [!facts] Facts\n> - 8\n\n> [!note]\n> Noted.",
        expect![[r#"
            <table>
            <tr>
            <td class="m-line">
            <p class="m-text">Quoted.</p>
            </td>
            </tr>
            </table>
            <table>
            <tr>
            <td class="m-mark m-text">
            <p class="m-text">Large.</p>
            </td>
            </tr>
            </table>
            <table>
            <tr>
            <td class="m-box">
            <p class="m-text">Beside</p>
            <p class="m-text">Words.</p>
            </td>
            </tr>
            </table>
            <table>
            <tr>
            <td class="m-box">
            <p class="m-text">Facts</p>
            <ul class="m-text">
            <li>8</li>
            </ul>
            </td>
            </tr>
            </table>
            <table>
            <tr>
            <td class="m-mark">
            <p class="m-text">Noted.</p>
            </td>
            </tr>
            </table>"#]],
        expect![[r#"
            > Quoted.

            | Large.

            | *Beside*
            |
            | Words.

            | *Facts*
            |
            | - 8

            | Noted."#]],
    );
}

#[test]
fn code_and_rule() {
    check(
        "```\na < b\n  c\n```\n\n---",
        expect![[r#"
            <table>
            <tr>
            <td class="m-box">
            <pre class="m-text">a &lt; b<br>  c</pre>
            </td>
            </tr>
            </table>
            <table>
            <tr>
            <td class="m-rule"> </td>
            </tr>
            </table>"#]],
        expect![[r#"
            a < b
              c

        * * *"#]],
    );
}

#[test]
fn a_table() {
    check(
        "| City | Share |\n| --- | ---: |\n| Sibiu | 12 |\n| Iași | 7 |",
        expect![[r#"
        <table>
        <tr>
        <th class="m-text m-head" align="left" scope="col">City</th>
        <th class="m-text m-head" align="right" scope="col">Share</th>
        </tr>
        <tr>
        <td class="m-text m-line" align="left">Sibiu</td>
        <td class="m-text m-line" align="right">12</td>
        </tr>
        <tr>
        <td class="m-text m-line" align="left">Iași</td>
        <td class="m-text m-line" align="right">7</td>
        </tr>
        </table>"#]],
        expect![[r#"
        City   Share
        -----  -----
        Sibiu     12
        Iași       7"#]],
    );
}

#[test]
fn a_table_too_wide_for_text_becomes_a_list() {
    let long = "a long cell that takes a good part of a line by itself";
    check(
        &format!("| City | What was found |\n| --- | --- |\n| {long} | {long} |"),
        expect![[r#"
            <table>
            <tr>
            <th class="m-text m-head" align="left" scope="col">City</th>
            <th class="m-text m-head" align="left" scope="col">What was found</th>
            </tr>
            <tr>
            <td class="m-text m-line" align="left">a long cell that takes a good part of a line by itself</td>
            <td class="m-text m-line" align="left">a long cell that takes a good part of a line by itself</td>
            </tr>
            </table>"#]],
        expect![[r#"
            - a long cell that takes a good part of a line by itself
              What was found: a long cell that takes a good part of a line by itself"#]],
    );
}

#[test]
fn a_chart_is_a_picture_with_its_words() {
    check(
        "```chart\ntype: bar\ntitle: Read by hand\nalt: Sibiu leads.\nunit: \"%\"\nsource: our count\n---\ncity, share\nSibiu, 62.5\nCluj, 25\n```",
        expect![[r#"
            <p class="m-text">Read by hand</p>
            <table>
            <tr>
            <td>
            <div class="m-day">
            <img src="cid:chart-2@2026-q4.masthead" alt="Sibiu leads.">
            </div>
            <div class="m-night">
            <img src="cid:chart-3@2026-q4.masthead" alt="Sibiu leads.">
            </div>
            <p class="m-soft">Source: our count</p>
            </td>
            </tr>
            </table>"#]],
        expect![[r#"
            Chart: Read by hand

            %      share
            -----  -----
            Sibiu   62.5
            Cluj      25

            Sibiu leads.
            Source: our count"#]],
    );
}

#[test]
fn a_chart_without_a_source_has_its_picture_alone() {
    check(
        "```chart\ntype: line\ntitle: Two\nalt: Both rise.\n---\nyear, a, b\n2025, 1, 2\n2026, 2, 4\n```",
        expect![[r#"
            <p class="m-text">Two</p>
            <table>
            <tr>
            <td>
            <div class="m-day">
            <img src="cid:chart-2@2026-q4.masthead" alt="Both rise.">
            </div>
            <div class="m-night">
            <img src="cid:chart-3@2026-q4.masthead" alt="Both rise.">
            </div>
            </td>
            </tr>
            </table>"#]],
        expect![[r#"
            Chart: Two

                  a  b
            ----  -  -
            2025  1  2
            2026  2  4

            Both rise."#]],
    );
}

#[test]
fn pictures_go_along_by_their_content_id() {
    check(
        "![A tram](media/tram.png \"Going nowhere\"){.wide credit=\"The art desk\"}\n\nA ![small tram](media/tram.png) here.\n\n![A lost one](media/lost.png)",
        expect![[r#"
            <table>
            <tr>
            <td>
            <img src="cid:tram-2@2026-q4.masthead" alt="A tram">
            <p class="m-soft">Going nowhere · Picture: The art desk</p>
            </td>
            </tr>
            </table>
            <p class="m-text">A <img src="cid:tram-2@2026-q4.masthead" alt="small tram"> here.</p>
            <table>
            <tr>
            <td>
            <table>
            <tr>
            <td class="m-box">
            <p class="m-soft">A lost one</p>
            </td>
            </tr>
            </table>
            </td>
            </tr>
            </table>"#]],
        expect![[r#"
            [Picture: A tram]
            Going nowhere
            Picture: The art desk

            A [Picture: small tram] here.

            [Picture: A lost one]"#]],
    );
}

#[test]
fn footnotes_stand_at_the_end_and_those_of_other_outputs_do_not_count() {
    check(
        "::: {.only-pdf}\nGone[^gone].\n:::\n\nOne[^a], two[^b], one again[^a].\n\n[^gone]: Gone.\n[^a]: First.\n[^b]: Second.",
        expect![[r#"
            <p class="m-text">One<sup>1</sup>, two<sup>2</sup>, one again<sup>1</sup>.</p>
            <table>
            <tr>
            <td class="m-line">
            <p class="m-kicker">Notes</p>
            <ol class="m-text">
            <li>First.</li>
            <li>Second.</li>
            </ol>
            </td>
            </tr>
            </table>"#]],
        expect![[r#"
            One(1), two(2), one again(1).

            Notes
            -----
            (1) First.
            (2) Second."#]],
    );
}

#[test]
fn only_what_is_for_the_mail_is_in_it() {
    check(
        "::: {.only-mail}\nMail.\n:::\n\n::: {.only-web}\nWeb.\n:::\n\n::: {.only-pdf}\nPDF.\n:::",
        expect![[r#"<p class="m-text">Mail.</p>"#]],
        expect!["Mail."],
    );
}

#[test]
fn no_block_uses_what_a_mail_program_would_drop() {
    let every = "One *two* `three` [four](https://example.org)[^n] ![a tram](media/tram.png)\n\n## Five\n\n- six\n  1. seven\n\n\
        - [x] eight\n\n> nine\n\n> [!pullquote]\n> ten\n\n> [!sidebar] Eleven\n> twelve\n\n> [!facts]\n> - thirteen\n\n\
        > [!note] x\n> fourteen\n\n```\nfifteen\n```\n\n| a | b |\n| --- | --: |\n| 1 | 2 |\n\n---\n\n\
        ![b](media/tram.png \"Caption\"){.wide credit=\"Ana\"}\n\n![gone](media/gone.png)\n\n\
        ```chart\ntype: bar\ntitle: T\nalt: A\n---\nyear,n\n2024,1\n2025,2\n```\n\n[[audit]]\n\n[[oras]]\n\n[[letter]]\n\n\
        [^n]: A note.";
    let (mail, _) = desk().mail(&edition(every));
    let html = fill(&mail.html, reader);
    assert_eq!(clients::losses(&html), []);
    assert_eq!(clients::unsaid(&html), []);
}
