//! PDFs while something goes wrong: an export that is cancelled, one that is killed, two at once. Under a PDF's own
//! name there is a whole PDF or none.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use desk::rpc::ExportStep;
use desk::{Desk, EngineCommand};
use hayro_syntax::Pdf;
use support::Publication;

const TARGETS: [&str; 4] = ["screen", "print", "accessible", "booklet"];

fn opened(publication: &Publication) -> Desk {
    let engine = EngineCommand {
        program: env!("CARGO_BIN_EXE_masthead").into(),
        arguments: vec![desk::ENGINE_ARGUMENT.to_owned()],
    };
    Desk::open(publication.folder.path(), &publication.path("data"), engine).unwrap()
}

fn targets() -> Vec<String> {
    TARGETS.map(str::to_owned).to_vec()
}

/// The finished PDFs in a folder; each must be whole.
fn whole_pdfs(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let pdfs = entries.filter(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    pdfs.map(|path| {
        let bytes = fs::read(&path).unwrap();
        let is_whole = bytes.starts_with(b"%PDF") && bytes.trim_ascii_end().ends_with(b"%%EOF");
        assert!(is_whole && Pdf::new(bytes).is_ok_and(|pdf| !pdf.pages().is_empty()), "{}", path.display());
    })
    .count()
}

#[test]
fn an_export_that_is_cancelled_ends_in_the_middle_of_a_file() {
    let publication = Publication::new();
    let words = "A paragraph with some words to fill a line, and another one.\n\n".repeat(900);
    publication.write("issues/2026-q2/articles/a.md", &format!("{}{words}", support::ARTICLE));
    let desk = opened(&publication);
    let told = Mutex::new(Vec::new());
    let exported = desk.export_pdfs("2026-q2", &targets(), |step| {
        if matches!(&step, ExportStep::Writing { target } if target == "print") {
            assert!(desk.stop_export(), "there is one to stop");
        }
        told.lock().unwrap().push(serde_json::to_value(&step).unwrap());
    });
    assert!(exported.unwrap().stopped);
    let told = told.into_inner().unwrap();
    let last = told.last().unwrap().to_string();
    assert!(last.contains("print") && !last.contains("failure"), "nothing comes after it: {told:?}");
    assert_eq!(whole_pdfs(&publication.path("build")), 1, "the one that was finished stays");
    assert!(desk.export_pdfs("2026-q2", &targets(), |_| {}).is_ok_and(|exported| !exported.stopped));
    assert_eq!(whole_pdfs(&publication.path("build")), 4);
}

fn building(publication: &Publication, out: &Path) -> Child {
    let mut masthead = publication.command(&["build", "2026-q2", "--target", "all", "--out"]);
    masthead.arg(out).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_build_that_is_killed_leaves_no_half_of_a_pdf() {
    const STEP: Duration = Duration::from_millis(20);
    let publication = Publication::new();
    let out = publication.path("out");
    // How long one takes differs between machines, so each is let live longer than the one before.
    let mut steps = 2;
    loop {
        let mut build = building(&publication, &out);
        for _ in 0..steps {
            thread::sleep(STEP);
            whole_pdfs(&out);
        }
        let is_done = build.try_wait().unwrap().is_some();
        build.kill().unwrap();
        build.wait().unwrap();
        let count = whole_pdfs(&out);
        if is_done {
            assert_eq!(count, 4);
            return;
        }
        steps += 1 + steps / 3;
    }
}

#[test]
fn two_builds_into_one_folder_leave_whole_pdfs() {
    let publication = Publication::new();
    let out = publication.path("out");
    let mut builds = [building(&publication, &out), building(&publication, &out)];
    for build in &mut builds {
        assert!(build.wait().unwrap().success());
    }
    assert_eq!(whole_pdfs(&out), 4);
    let files = fs::read_dir(&out).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file());
    assert_eq!(files.count(), 4, "no temporary file stays beside the web edition's folder");
}
