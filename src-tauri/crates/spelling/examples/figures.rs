//! What spelling costs: `cargo run -p spelling --example figures`.
//!
//! For each dictionary that comes with the program: the time to read it, the memory it keeps, and the time for an
//! article of 20,000 words, parsed anew as after a pause in typing.
#![expect(clippy::print_stdout, reason = "printing is all it does")]
#![expect(clippy::unwrap_used, reason = "nobody relies on it")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use magazine::Article;
use spelling::{Found, OwnWords, Shelf, Speller, words};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    for (language, sample) in [("en", "audit"), ("en-US", "audit"), ("ro", "oras")] {
        let before = kilobytes();
        let begun = Instant::now();
        let shelf = Shelf::new(vec![root.join("assets/dictionaries")]);
        let Found::Ready(dictionary, name) = shelf.dictionary(language) else { continue };
        let read = begun.elapsed();
        let kept = kilobytes().saturating_sub(before);
        let text = long(&fs::read_to_string(root.join(format!("issues/2026-q4/articles/{sample}.md"))).unwrap());
        let own = OwnWords::default();
        let speller = Speller { dictionary: &dictionary, own: &own, language };
        let mut times: Vec<_> = (0..7)
            .map(|_| {
                let begun = Instant::now();
                let (article, _) = Article::read("a", "a.md", &text, language);
                let doubts = speller.doubtful(&words(&article.prose(&text))).len();
                (begun.elapsed(), article.manuscript.words(), doubts)
            })
            .collect();
        times.sort();
        let (time, count, doubts) = times[times.len() / 2];
        let begun = Instant::now();
        let suggested = speller.suggest("recieved", 5).len();
        let suggestions = begun.elapsed();
        println!(
            "{name}: read in {read:.0?}, keeps {:.1} MB; {count} words looked at in {time:.1?}, {doubts} doubtful; \
             {suggested} suggestions in {suggestions:.1?}",
            kept as f64 / 1000.0
        );
    }
}

/// An article with its body as often as 20,000 words take.
fn long(text: &str) -> String {
    let body = text.find("\n---\n").unwrap() + 5;
    let times = 20_000 / text[body..].split_whitespace().count() + 1;
    format!("{}{}", &text[..body], text[body..].repeat(times))
}

/// The memory of this process, where the system tells it.
fn kilobytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
