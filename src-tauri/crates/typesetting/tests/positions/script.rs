//! Articles made up by chance, with every letter that must stand on their pages and the byte it was written in.

use std::fmt::Write;

/// Numbers by chance, the same in every run (an LCG: Knuth, TAOCP 2, 3.3.4).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    pub(crate) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A letter on the page: where it was written, and in what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) byte: usize,
    pub(crate) character: char,
    pub(crate) within: &'static str,
}

/// An article while it is written.
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) letters: Vec<Letter>,
    chance: Chance,
    notes: Vec<String>,
    within: &'static str,
}

const WORDS: &[&str] = &[
    "street",
    "office",
    "fluffy",
    "first",
    "efficient",
    "difficulty",
    "neighbourhood",
    "municipality",
    "infrastructure",
    "a",
    "of",
    "the",
    "Straße",
    "știință",
    "București",
    "Αθήνα",
    "Москва",
    "naïve",
    "27,000",
    "3.5",
    "co-operation",
    "(so)",
    "50%",
    "end.",
    "Why?",
    "„Gänse“",
    "it's",
    "2026",
    "well;",
    "A/B",
    "x_y",
    "#4",
    "$5",
    "@home",
    "~7",
    "=",
    "it’s",
    "…",
    "e.g.",
    "é",
    "ț",
    "—",
    "–",
    "+40",
    "1-2",
];
const PLAIN: &[&str] =
    &["Councils", "decide", "Every", "morning", "affluent", "trams", "flow", "office", "Überall", "ștrand"];

impl Script {
    pub(crate) fn new(seed: u64) -> Self {
        let chance = Chance(seed);
        Self { text: String::new(), letters: Vec::new(), chance, notes: Vec::new(), within: "front matter" }
    }

    /// A whole article.
    pub(crate) fn article(mut self, kind: &str, language: &str, blocks: usize) -> Self {
        let columns = 1 + self.chance.below(3);
        self.mark(&format!("---\nkind: {kind}\nlanguage: {language}\ncolumns: {columns}\n"));
        for (field, words) in [
            ("title", "An office in the first street"),
            ("section", "Größe și flow"),
            ("standfirst", "Why the difficult finish first"),
            ("authors", "Ana Știr"),
        ] {
            self.mark(&format!("{field}: \""));
            self.print(words);
            self.mark("\"\n");
        }
        self.mark("picture: media/x.svg\npicture-alt: A drawing\npicture-credit: \"");
        self.print("Ioana Flori");
        self.mark("\"\n---\n");
        self.paragraph();
        for _ in 0..blocks {
            self.block();
        }
        for note in std::mem::take(&mut self.notes) {
            self.mark(&format!("[^{note}]: "));
            self.within = "footnote";
            self.print("Notes find their office too.");
            self.mark("\n\n");
        }
        self
    }

    /// What is on no page.
    fn mark(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// What is on a page as it stands.
    fn print(&mut self, text: &str) {
        for character in text.chars() {
            if !character.is_whitespace() {
                self.letter(character);
            }
            self.text.push(character);
        }
    }

    fn letter(&mut self, character: char) {
        self.letters.push(Letter { byte: self.text.len(), character, within: self.within });
    }

    fn one_letter(&mut self, character: char, written: &str) {
        self.letter(character);
        self.text.push_str(written);
    }

    fn wrapped(&mut self, within: &'static str, open: &str, close: &str) {
        let before = std::mem::replace(&mut self.within, within);
        self.mark(open);
        let words = format!("{} {}", self.chance.pick(PLAIN), self.chance.pick(PLAIN));
        self.print(&words);
        self.mark(close);
        self.within = before;
    }

    fn word(&mut self) {
        match self.chance.below(16) {
            0 => self.wrapped("emphasis", "*", "*"),
            1 => self.wrapped("strong", "**", "**"),
            2 => self.wrapped("struck", "~~", "~~"),
            3 => self.wrapped("code", "`", "`"),
            4 => self.wrapped("link", "[", "](https://a.example/b?c=d)"),
            5 => self.one_letter('&', "&amp;"),
            6 => self.one_letter('*', "\\*"),
            7 => {
                self.print("\"");
                let word = self.chance.pick(PLAIN);
                self.print(word);
                self.print("\"");
            }
            8 => {
                self.one_letter('<', "&lt;");
                self.print("b");
                self.one_letter('é', "&eacute;");
            }
            _ => {
                let word = self.chance.pick(WORDS);
                self.print(word);
            }
        }
    }

    /// Words of a paragraph; a line of its own now and then.
    fn line(&mut self, words: usize, breaks: bool) {
        let first = self.chance.pick(PLAIN);
        self.print(first);
        for _ in 0..words {
            match self.chance.below(12) {
                0 if breaks => {
                    self.mark("\n");
                    let word = self.chance.pick(PLAIN);
                    self.print(word);
                }
                1 if breaks => {
                    self.mark("\\\n");
                    let word = self.chance.pick(PLAIN);
                    self.print(word);
                }
                _ => {
                    self.mark(" ");
                    self.word();
                }
            }
        }
    }

    fn within(&mut self, within: &'static str, open: &str, words: usize, close: &str) {
        self.within = within;
        self.mark(open);
        self.line(words, false);
        self.mark(close);
    }

    fn paragraph(&mut self) {
        self.within = "running text";
        let words = 12 + self.chance.below(40);
        self.line(words, true);
        if self.chance.below(3) == 0 {
            let mut name = String::new();
            write!(name, "n{}", self.notes.len()).unwrap();
            self.mark(&format!("[^{name}]"));
            self.notes.push(name);
        }
        self.mark("\n\n");
    }

    fn block(&mut self) {
        match self.chance.below(14) {
            0 => self.within("heading", "## ", 3, "\n\n"),
            1 => {
                self.within("list", "- ", 6, "\n");
                self.within("list", "- ", 6, "\n");
                self.within("list", "  - ", 3, "\n\n");
            }
            2 => {
                self.within("numbered list", "7. ", 6, "\n");
                self.within("numbered list", "8. ", 4, "\n\n");
            }
            3 => self.within("tasks", "- [x] ", 4, "\n\n"),
            4 => self.within("quotation", "> ", 12, "\n\n"),
            5 => self.within("pull quote", "> [!pullquote]\n> ", 9, "\n\n"),
            6 => {
                self.within("callout title", "> [!sidebar] ", 2, "\n");
                self.within("callout", "> ", 12, "\n\n");
            }
            7 => {
                self.within("callout title", "> [!facts] ", 2, "\n");
                self.within("callout", "> - ", 5, "\n\n");
            }
            8 => {
                self.within("table", "| ", 1, " | ");
                self.within("table", "", 1, " |\n|---|--:|\n| ");
                self.within("table", "", 3, " | ");
                self.within("table", "", 1, " |\n\n");
            }
            9 => self.caption(),
            10 => self.code_block(),
            _ => self.paragraph(),
        }
    }

    /// A caption holds words only: its marks are printed as they stand.
    fn caption(&mut self) {
        self.within = "caption";
        self.mark("![A drawing](media/x.svg \"");
        let words = format!("{} *{}*, {}.", self.chance.pick(PLAIN), self.chance.pick(PLAIN), self.chance.pick(PLAIN));
        self.print(&words);
        self.mark("\"){.column credit=\"A\"}\n\n");
    }

    fn code_block(&mut self) {
        self.within = "code block";
        self.mark("```rust\n");
        self.print("let  first = \"office\";\n");
        self.print("    fluffy(*first);\n\n");
        self.print("end\n");
        self.mark("```\n\n");
    }
}
