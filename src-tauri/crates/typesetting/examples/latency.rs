//! How long an editor waits: cold layout, one word changed, the picture of a page, the PDF.
//! `cargo build --release -p typesetting --bins --examples`, then
//! `target/release/examples/latency PUBLICATION_DIR ISSUE [target/release/typesetting-engine]`.

#![allow(clippy::print_stdout, reason = "its figures are its result")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use magazine::{Article, Publication};
use typesetting::{Engine, EngineCommand, EngineError, IssueSources, Limits, PdfTarget, PictureFormat, with_lines};

const EDITS: usize = 31;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, id) = match arguments.as_slice() {
        [folder, id, ..] => (Path::new(folder), id.parse()?),
        _ => return Err("expected PUBLICATION_DIR ISSUE [ENGINE]".into()),
    };
    let beside = std::env::current_exe()?.with_file_name("../typesetting-engine");
    let program = arguments.get(2).map_or(beside, PathBuf::from);
    let publication = Publication::open(folder)?;
    let (issue, _) = publication.read_issue(id)?;
    let (media, _) = publication.media(&issue);
    let fonts: Vec<Vec<u8>> = publication.assets("fonts")?.into_values().collect();
    let template = publication.assets("magazine")?;
    let sources = IssueSources { issue: &issue, template: &template, fonts: &fonts, media: &media };

    let mut engine = Engine::new(EngineCommand { program, arguments: Vec::new() }, Limits::default());
    let cold = engine.layout(&sources)?;
    println!("{} pages, {} articles", cold.pages.len(), cold.articles.len());
    for article in &cold.articles {
        println!("  {:>3} {:>2} {}", article.first, article.count, article.slug);
    }
    for finding in with_lines(cold.findings.clone(), |file| std::fs::read_to_string(folder.join(file)).ok()) {
        println!("{finding}");
    }
    println!("cold layout        {:8.1} ms", cold.milliseconds);
    println!("nothing changed    {:8.1} ms", engine.layout(&sources)?.milliseconds);

    let longest = cold.articles.iter().max_by_key(|article| article.count).ok_or("the issue has no articles")?;
    let (text, _) = publication.article_text(id, &longest.slug)?;
    let file = format!("issues/{id}/articles/{}.md", longest.slug);
    let middle = text.char_indices().skip(text.len() / 2).find(|(_, letter)| *letter == ' ');
    let at = middle.map_or(text.len(), |(at, _)| at);
    let mut times = Vec::new();
    let mut pages = Vec::new();
    for edit in 0..EDITS {
        let edited = format!("{} word{edit}{}", &text[..at], &text[at..]);
        let since = Instant::now();
        let (article, _) = Article::read(&longest.slug, &file, &edited, &issue.settings.language);
        let layout = engine.update(&article)?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
        pages = layout.pages;
    }
    println!(
        "edit → layout      {:8.1} ms (median of {EDITS}, {} pages of `{}`)",
        median(&mut times),
        longest.count,
        longest.slug
    );

    for (format, name) in [(PictureFormat::Jpeg, "JPEG"), (PictureFormat::Png, "PNG ")] {
        let mut times = Vec::new();
        let mut bytes = 0;
        for page in &pages {
            let since = Instant::now();
            bytes += engine.picture(&page.hash, 108.0, format)?.len();
            times.push(since.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{name} at 108 ppi    {:8.1} ms, {} kB a page", median(&mut times), bytes / pages.len() / 1000);
    }

    let place = engine.locate(&longest.slug, at + 3)?.ok_or("the edited word is on a page")?;
    let since = Instant::now();
    let clicked = engine.click(place.page, place.x + 0.1, place.y + place.height / 2.0)?;
    println!(
        "click              {:8.2} ms, {} bytes off",
        since.elapsed().as_secs_f64() * 1000.0,
        clicked.map_or(0, |c| c.byte.abs_diff(at + 3))
    );

    let since = Instant::now();
    let pdf = engine.pdf(PdfTarget::Screen)?;
    println!("PDF                {:8.1} ms, {} kB", since.elapsed().as_secs_f64() * 1000.0, pdf.len() / 1000);
    match engine.pdf(PdfTarget::Accessible) {
        Ok(pdf) => println!("PDF/UA-1           {} kB", pdf.len() / 1000),
        Err(EngineError::Refused(findings)) => {
            println!("PDF/UA-1           refused:");
            findings.iter().for_each(|finding| println!("{finding}"));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
