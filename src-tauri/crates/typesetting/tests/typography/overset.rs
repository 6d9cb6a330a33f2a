//! What is too large for the room it stands in is told where it was written: the house's template measures it.

use expect_test::{Expect, expect};
use magazine::Code;

use crate::book::Book;

fn check(columns: u32, body: &str, expected: Expect) {
    let text =
        format!("---\ntitle: T\nkind: feature\ncolumns: {columns}\n---\nA line of text.\n\n{body}\n\nThe end.\n");
    let findings = Book::of_one(&text).layout.findings.into_iter().filter(|finding| finding.code == Code::Overset);
    let told: Vec<String> =
        typesetting::with_lines(findings.collect(), |_| Some(text.clone())).iter().map(ToString::to_string).collect();
    expected.assert_eq(&told.join("\n"));
}

/// A chart of lying bars, each with a label of its own.
fn chart(bars: u32) -> String {
    let rows: String = (1..=bars).map(|bar| format!("A place with number {bar},{bar}\n")).collect();
    format!("```chart\ntype: bar\ntitle: Places\nalt: Places\nsource: Us\n---\nplace,count\n{rows}```")
}

#[test]
fn a_chart_that_is_taller_than_its_column_is_a_finding() {
    check(
        2,
        &chart(60),
        expect![[r#"
        error: `Source: Us` runs off page 1 at the bottom
          at issues/2026-q4/articles/one.md:1:1
          hint: shorten the words, or give them more room
        error: the chart on page 1 has 494.5 mm more than fits its room
          at issues/2026-q4/articles/one.md:8:1
          hint: leave out rows, or make two charts of it"#]],
    );
    check(2, &chart(6), expect![[r#""#]]);
}

#[test]
fn a_word_that_is_broader_than_its_column_of_a_table_is_a_finding() {
    let table = |word: &str| {
        format!(
            "| What | Where | When | Who | Why |\n| --- | --- | --- | --- | --- |\n| One | {word} | 1 | Ana | Two words |\n"
        )
    };
    check(
        3,
        &table("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
        expect![[r#"
            error: column 2 of the table on page 1 has 17.8 mm more than fits its room
              at issues/2026-q4/articles/one.md:8:3
              hint: divide its longest word, or leave out a column"#]],
    );
    check(3, &table("Sibiu"), expect![[r#""#]]);
}

#[test]
fn a_headline_of_one_word_that_cannot_be_broken_is_set_as_small_as_it_has_to_be() {
    let size = |title: &str| {
        let mut book = Book::of_one(&format!("---\ntitle: {title}\nkind: feature\n---\nA line of text.\n"));
        book.print().runs.iter().map(|run| run.size).fold(0.0, f64::max)
    };
    let hyphenated = size("Verkehrsinfrastrukturfinanzierungsgesellschaft");
    assert!(size("https://www.example.org/averyveryverylongunbreakableaddress") < 0.9 * hyphenated);
    assert!(size(&"X".repeat(36)) < 0.6 * hyphenated);
}
