//! Greek, Cyrillic and Arabic are set wherever words can stand; what no font has is a small frame with its number.

use std::collections::BTreeSet;

use magazine::Code;

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

/// Characters of every kind that Unicode knows, with those of them that the bundled fonts cannot show.
const CLASSES: [(&str, &str, &str); 30] = [
    ("Latin letters", "Aa Éé Łł Șș Țț ß ẞ Ǆ ĳ ſ ﬁ", "Ǆ"),
    ("letters of other scripts", "Ωω Жж Ґґ ع", ""),
    ("letters that no font has", "城 あ 한 א अ ก ა", "城 あ 한 א अ ก ა"),
    ("raised letters", "ª º ʰ ʼ", ""),
    ("marks on letters", "e\u{301} a\u{308} s\u{326} i\u{307}", ""),
    ("marks around letters", "a\u{20DD} 1\u{20E3}", "\u{20DD} \u{20E3}"),
    ("digits", "0 1 2 ٣ ७ ₂ ² ½ Ⅻ ①", "७ Ⅻ ①"),
    ("dashes", "- ‐ – — ―", ""),
    ("opening and closing marks", "( ) [ ] { } ⟨ ⟩ « » ‹ › „ “ ” ‘ ’", ""),
    ("other marks", "! ? … • · ¡ ¿ † ‡ § ¶ % ‰ & @ ; :", ""),
    ("signs of mathematics", "+ − × ÷ = ≠ ≤ ≥ ± ∞ √ ∑ ∫ ∂ ∈", "∈"),
    ("money", "$ € £ ¥ ₽ ₺ ₿ ¢", ""),
    ("accents alone", "´ ` ^ ¨ ˇ", ""),
    ("other signs", "© ® ™ ° № ℮ ♥ ★ ☎ ✓", "★ ☎"),
    ("arrows", "← ↑ → ↓ ↔ ⇒", ""),
    ("boxes and planes", "■ □ ▲ ● ◆ ─ │ █", ""),
    ("pictures", "🙂 🚋 🇷🇴 👩‍🔬", "🙂 🚋 🇷🇴 👩 🔬"),
    ("spaces", "a\u{A0}b a\u{2009}b a\u{202F}b a\u{3000}b a\u{2003}b", ""),
    ("lines and paragraphs", "a\u{2028}b a\u{2029}b a\u{85}b", ""),
    ("control characters", "a\u{1}b a\u{7F}b a\u{9}b", ""),
    ("what directs text", "a\u{200E}b a\u{202A}b\u{202C} a\u{2066}b\u{2069}", ""),
    ("what joins and parts", "a\u{200B}b a\u{200C}b a\u{200D}b a\u{2060}b a\u{AD}b", ""),
    ("what chooses a form", "a\u{FE0F}b a\u{FE0E}b", ""),
    ("marks of byte order", "a\u{FEFF}b", ""),
    ("what stands for another", "a\u{FFFD}b a\u{FFFC}b", "\u{FFFD} \u{FFFC}"),
    ("private use", "\u{E000} \u{F8FF} \u{10FFFD}", "\u{E000} \u{F8FF} \u{10FFFD}"),
    ("never to be used", "a\u{FFFE}b a\u{FDD0}b a\u{10FFFF}b", "\u{FFFE} \u{FDD0} \u{10FFFF}"),
    ("not used yet", "\u{378} \u{E0080}", "\u{378}"),
    ("tags", "a\u{E0041}b a\u{E007F}b", ""),
    ("beyond the first plane", "𝐀 𐍈 𝄞 🜁", "𝐀 𐍈 𝄞 🜁"),
];

/// The characters that the findings say no font has.
fn told(book: &Book) -> BTreeSet<char> {
    let missing = book.layout.findings.iter().filter(|finding| finding.code == Code::MissingGlyph);
    let number = |message: &str| u32::from_str_radix(message.split("(U+").nth(1)?.split(')').next()?, 16).ok();
    missing.filter_map(|finding| char::from_u32(number(&finding.message)?)).collect()
}

#[test]
fn characters_of_every_class_are_shown_or_told_and_never_an_empty_box() {
    let rows = CLASSES.iter().map(|(name, characters, _)| format!("Of {name}: {characters} and no more.\n\n"));
    let mut book = Book::of_one(&format!("---\ntitle: T\nkind: feature\n---\n{}", rows.collect::<String>()));
    let boxes: Vec<_> = book.print().runs.into_iter().filter(|run| run.is_missing && run.size >= 0.2).collect();
    assert!(boxes.is_empty(), "{boxes:?}");
    let told = told(&book);
    let mut wrong = Vec::new();
    for (name, characters, missing) in CLASSES {
        let here: BTreeSet<char> = characters.chars().filter(|character| told.contains(character)).collect();
        let missing: BTreeSet<char> = missing.chars().filter(|character| *character != ' ').collect();
        wrong.extend((here != missing).then(|| format!("{name}: told {here:?}, expected {missing:?}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
