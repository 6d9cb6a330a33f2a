//! Greek, Cyrillic and Arabic are set wherever words can stand; what no font has is a small frame with its number.

use crate::book::Book;

/// A word in each script, wherever a manuscript can have one.
fn everywhere(word: &str) -> String {
    format!(
        "---\ntitle: {word}\nkind: feature\nsection: {word}\nstandfirst: {word}\nauthors: [{word}]\nlanguage: en\n---\n\
         A word: {word}, *{word}*, **{word}**, `{word}`[^1].\n\n## {word}\n\n- {word}\n\n> [!pullquote]\n> {word}\n\n\
         > [!sidebar] {word}\n> {word}\n\n![alt](media/spot-tree.svg \"{word}\"){{credit=\"{word}\"}}\n\n\
         | {word} | B |\n| --- | --- |\n| {word} | 1 |\n\n```\n{word}\n```\n\n\
         ```chart\nkind: bar\ntitle: {word}\nalt: {word}\nsource: {word}\n---\nyear,{word}\n{word},1\nb,2\n```\n\n[^1]: {word}\n"
    )
}

#[test]
fn greek_cyrillic_and_arabic_are_set_everywhere() {
    for word in ["Πόλη ήλιος", "Город ёлка їжак", "مدينة", "Țară și oraș", "Łódź Ğ ő"]
    {
        let mut book = Book::of_one(&everywhere(word));
        let missing: Vec<_> = book.print().runs.into_iter().filter(|run| run.is_missing).collect();
        assert!(missing.is_empty(), "{word}: {missing:?}");
    }
}

#[test]
fn a_letter_that_no_font_has_is_its_number_in_a_frame_and_never_an_empty_box() {
    for word in ["城", "🙂"] {
        let print = Book::of_one(&everywhere(word)).print();
        let (unseen, shown): (Vec<_>, Vec<_>) =
            print.runs.iter().filter(|run| run.is_missing).partition(|run| run.size < 0.2);
        assert!(unseen.len() >= 15, "the letter itself stays, too small to be seen: {unseen:?}");
        assert!(shown.is_empty(), "{word}: {shown:?}");
        assert!(print.runs.iter().any(|run| run.face.contains("Sans") && (run.size - 0.56 * 9.4).abs() < 0.01));
    }
}
