//! Writes the virtual files of an issue into a folder, as the page engine sees them, for designers and their tools:
//! `cargo run -p typesetting --example sources -- PUBLICATION_DIR ISSUE OUT_DIR`, then
//! `typst compile --root OUT_DIR --font-path OUT_DIR/fonts OUT_DIR/articles/SLUG.typ`.

use std::error::Error;
use std::fs;
use std::path::Path;

use magazine::Publication;
use typesetting::{Files, IssueSources, virtual_files};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, issue, out] = arguments.as_slice() else {
        return Err("expected PUBLICATION_DIR ISSUE OUT_DIR".into());
    };
    let publication = Publication::open(Path::new(folder))?;
    let (issue, _) = publication.read_issue(issue.parse()?)?;
    let template = publication.assets("magazine")?;
    let fonts = publication.assets("fonts")?;
    let (media, _) = publication.media(&issue);
    let sources = IssueSources { issue: &issue, template: &template, fonts: &[], media: &media };
    write_all(Path::new(out), &virtual_files(&sources))?;
    write_all(&Path::new(out).join("fonts"), &fonts)
}

fn write_all(folder: &Path, files: &Files) -> Result<(), Box<dyn Error>> {
    for (name, bytes) in files {
        let path = folder.join(name.trim_start_matches('/'));
        fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
