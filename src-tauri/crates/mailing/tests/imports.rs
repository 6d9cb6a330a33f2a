//! Whatever file a list comes in, it brings nobody back who left, bounced, complained or was erased.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::ops::ControlFlow;

use mailing::{Field, Filter, ImportError, ImportPlan, Order, Reason, Status, Store};
use support::*;

const GONE: [(&str, Reason); 4] = [
    ("left@example.ro", Reason::Unsubscribed),
    ("dead@example.ro", Reason::Bounced),
    ("angry@example.ro", Reason::Complained),
    ("erased@example.ro", Reason::Erased),
];

/// The rows of every file: two who may be mailed, and those who are gone, each written another way than before.
fn rows() -> Vec<[String; 3]> {
    let mut rows = vec![["email".into(), "nume".into(), "oras".into()]];
    rows.push(["ana@example.ro".into(), "Ana Márquez".into(), "Málaga".into()]);
    rows.extend(GONE.iter().map(|(address, _)| [format!("{} ", address.to_uppercase()), "Gone".into(), "Cluj".into()]));
    rows.push(["ion@example.ro".into(), "Ion \"Z\" Pop".into(), "Arad, Micălaca".into()]);
    rows
}

fn csv(separator: char, end: &str) -> String {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |row: &[String; 3]| row.iter().map(cell).collect::<Vec<_>>().join(&separator.to_string()) + end;
    rows().iter().map(line).collect()
}

fn utf_16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// What an old program makes of the text: a byte a letter, and nothing for those it does not know.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ (0xedb8_8320 * (sum & 1)));
    !bytes.iter().fold(!0, step)
}

/// An archive whose files are stored as they are.
fn packed(files: &[(&str, String)]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let size = text.len() as u32;
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for number in [crc(text.as_bytes()), size, size, name.len() as u32] {
            common.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((body.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        body.extend(b"PK\x03\x04");
        body.extend(&common);
        body.extend(name.as_bytes());
        body.extend(text.as_bytes());
    }
    let (start, size, count) = (body.len() as u32, directory.len() as u32, files.len() as u16);
    body.extend(directory);
    body.extend(b"PK\x05\x06\0\0\0\0");
    body.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    body.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    body.extend([0, 0]);
    body
}

fn workbook() -> Vec<u8> {
    packed(&parts())
}

fn parts() -> Vec<(&'static str, String)> {
    let cell = |(place, text): (usize, &String)| (char::from(b'A' + place as u8), text.replace('"', "&quot;"));
    let row = |(number, row): (usize, &[String; 3])| {
        let cells = row.iter().enumerate().map(cell).map(|(column, text)| {
            format!("<c r=\"{column}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", number + 1)
        });
        format!("<row r=\"{}\">{}</row>", number + 1, cells.collect::<String>())
    };
    let rows: String = rows().iter().enumerate().map(row).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |what: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/{what}\" Target=\"{target}\"/></Relationships>"
        )
    };
    vec![
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"List\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ]
}

/// Twenty-four files: encodings by separators with every line end, quoted and plain, and a workbook.
fn files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    let ends = ["\n", "\r\n", "\r"];
    for (place, separator) in [',', ';', '\t', '|'].into_iter().enumerate() {
        let text = csv(separator, ends[place % 3]);
        files.push(text.clone().into_bytes());
        files.push(format!("\u{feff}{text}").into_bytes());
        files.push(utf_16(&format!("\u{feff}{text}"), true));
        files.push(utf_16(&format!("\u{feff}{text}"), false));
        files.push(latin(&text));
    }
    files.push(csv(',', "\r\n").replace('"', "").replace("Arad, ", "").into_bytes());
    files.push(csv(';', "\n\n").into_bytes());
    files.push(utf_16(&csv(';', "\r\n"), true));
    files.push(workbook());
    files
}

fn gone(store: &Store) {
    for (address, reason) in GONE {
        match reason {
            Reason::Erased => drop(store.forget(&support::address(address), now()).unwrap()),
            reason => drop(store.suppress(&support::address(address), reason, "", now()).unwrap()),
        }
    }
}

#[test]
fn twenty_four_files_in_every_mode_bring_nobody_back() {
    let files = files();
    assert_eq!(files.len(), 24);
    for (number, file) in files.iter().enumerate() {
        for known_before in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let store = store(folder.path());
            if known_before {
                let everybody: String = GONE.iter().map(|(address, _)| format!("{address}\n")).collect();
                import(&store, format!("email\n{everybody}ana@example.ro\n"));
            }
            gone(&store);
            for plan in [
                ImportPlan { dry_run: true, ..plan() },
                ImportPlan { dry_run: true, ask: true, ..plan() },
                ImportPlan { ask: true, ..plan() },
                plan(),
                ImportPlan { columns: vec![("nume".into(), Field::Organisation)], ..plan() },
            ] {
                let report = store.import_csv(file, &plan, now(), &mut |_| ControlFlow::Continue(()));
                let report = report.unwrap_or_else(|error| panic!("file {number}: {error}"));
                assert_eq!((report.rows, report.suppressed, report.unreadable), (6, 4, 0), "file {number}: {report:?}");
            }
            let filter = Filter { status: Some(Status::Active), order: Order::Oldest, ..Filter::default() };
            let active = store.subscribers(&filter).unwrap().subscribers;
            let names: Vec<&str> = active.iter().map(|one| one.person.address.local_part()).collect();
            assert_eq!(names, ["ana", "ion"], "file {number}");
            // Nor are they asked whether they would like to come back.
            let awaited = store.awaited(jiff::SignedDuration::ZERO, later()).unwrap();
            let new = 2 - u64::from(known_before);
            assert_eq!((awaited.waiting, awaited.due), (new, new), "file {number}");
            assert!(store.show(&address("erased@example.ro")).unwrap().subscriber.is_none());
            assert_eq!((active[0].person.name.as_str(), active[0].person.city.as_str()), ("Ana Márquez", "Málaga"));
            let undone = store.undo_import(store.imports().unwrap()[0].id, now());
            assert!(undone.is_ok());
            for (address, _) in GONE {
                let status = store.show(&support::address(address)).unwrap().subscriber.map(|one| one.status);
                assert_ne!(status, Some(Status::Active), "file {number}");
            }
        }
    }
}

#[test]
fn what_a_source_calls_its_columns_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let columns = vec![("wohin".into(), Field::Email), ("Job title".into(), Field::Attribute)];
    let run = |text: &str, plan: &ImportPlan| {
        store.import_csv(text.as_bytes(), plan, now(), &mut |_| ControlFlow::Continue(()))
    };
    run("wohin,Job title\nana@example.ro,planner\n", &ImportPlan { columns, ..plan() }).unwrap();
    run("wohin,Job title\nion@example.ro,mayor\n", &plan()).unwrap();
    let other = ImportPlan { source: "another fair".into(), ..plan() };
    assert!(matches!(run("wohin\neva@example.ro\n", &other), Err(ImportError::NoAddresses { .. })));
    let ion = store.show(&address("ion@example.ro")).unwrap().subscriber.unwrap().person;
    assert_eq!(ion.attributes["Job title"], "mayor");
}

#[test]
fn an_exported_list_imports_to_the_same_list() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (store(here.path()), store(there.path()));
    import(
        &here,
        "email,name,city,tags,attribute: rank\nana@example.ro,=1+1,-Cluj,\"a, b\",@top\n'+ion@example.ro,'Ion',,,\n",
    );
    let export = |store: &Store| {
        let mut out = Vec::new();
        store.export_csv(&Filter::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let list = export(&here);
    assert!(
        list.contains("'=1+1,,'-Cluj") && list.contains("'@top") && list.contains("'+ion@example.ro,'Ion'"),
        "{list}"
    );
    assert_eq!(import(&there, &list).new, 2);
    assert_eq!(export(&there), list);
}

#[test]
fn a_workbook_that_would_unpack_to_gigabytes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut bomb = workbook();
    let place = bomb.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    bomb[place + 24..place + 28].copy_from_slice(&0xf000_0000_u32.to_le_bytes());
    let refused = store.import_csv(&bomb, &plan(), now(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(ImportError::TooLarge { .. })), "{refused:?}");
    let broken = store.import_csv(&workbook()[..200], &plan(), now(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(broken, Err(ImportError::Sheet { .. })), "{broken:?}");
}

/// A workbook with one of its files replaced, or another beside them.
fn workbook_with(name: &str, text: String) -> Vec<u8> {
    let mut files = parts();
    files.retain(|(known, _)| *known != name);
    files.push((name, text));
    packed(&files)
}

#[test]
fn a_workbook_made_to_fill_the_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = |rows: &str| format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let text = |text: &str| format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>");
    let import = |bytes: &[u8]| store.import_csv(bytes, &plan(), now(), &mut |_| ControlFlow::Continue(()));
    let strings =
        |count: &str| format!("<sst xmlns=\"{main}\" count=\"1\" uniqueCount={count}><si><t>x</t></si></sst>");
    for (bomb, why) in [
        (workbook_with("xl/sharedStrings.xml", strings("\"99999999999999\"")), "promises more texts"),
        (workbook_with("xl/sharedStrings.xml", strings(" '18446744073709551615'")), "promises more texts"),
        (
            workbook_with("xl/sharedStrings.xml", format!("{}{}", " ".repeat(65_530), strings("\"9999999\""))),
            "promises more texts",
        ),
        (workbook_with("xl/worksheets/sheet1.xml", sheet(&text(&"a".repeat(1_100_000)))), "more than a megabyte"),
        (
            workbook_with(
                "xl/worksheets/sheet1.xml",
                sheet(&format!("<row r=\"1\" x=\"{}\"/>", "b".repeat(1_100_000))),
            ),
            "more than a megabyte",
        ),
    ] {
        let refused = import(&bomb).unwrap_err();
        assert!(refused.to_string().contains(why), "{why}: {refused}");
    }
    // What the directory says is the file's own word: this one says 10 bytes and unpacks to 40 million.
    let long = workbook_with("xl/worksheets/sheet1.xml", sheet(&text("x").repeat(700_000)));
    let mut lies = long.clone();
    for mark in [b"PK\x01\x02".as_slice(), b"PK\x03\x04"] {
        let place = lies.windows(4).rposition(|four| four == mark).unwrap() + if mark[2] == 1 { 24 } else { 22 };
        lies[place..place + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let refused = import(&lies);
    assert!(refused.is_err(), "{refused:?}");
    let honest = workbook_with("xl/sharedStrings.xml", strings("\"1\""));
    assert_eq!(import(&honest).unwrap().unreadable, 0);
}

#[test]
fn a_dry_run_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let rows: String = (0..2_500).map(|n| format!("p{n}@example.org\n")).collect();
    let other = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    let mut told = 0;
    let mut meanwhile = |_| {
        other.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
        told += 1;
        ControlFlow::Continue(())
    };
    let text = format!("email\n{rows}");
    let tried = store.import_csv(text.as_bytes(), &ImportPlan { dry_run: true, ..plan() }, now(), &mut meanwhile);
    assert_eq!((tried.unwrap().new, told), (2_500, 2));
    assert_eq!(store.count(&Filter::default()).unwrap(), 0);
}

#[test]
fn a_big_file_comes_in_all_at_once_and_can_be_stopped_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email,name\np7@example.org,Known\n");
    let rows: String =
        (0..8_000).map(|n| format!("p{}@example.org,Person {n},Cluj-Napoca Mănăștur\n", n % 7_990)).collect();
    let text = format!("email,name,city\n{rows}");
    let mut steps = 0;
    let stopped = store.import_csv(text.as_bytes(), &plan(), now(), &mut |at| {
        steps += usize::from(at.bytes == at.of);
        if steps > 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(ImportError::Stopped)), "{stopped:?}");
    assert_eq!(store.count(&Filter::default()).unwrap(), 1);
    let report = import(&store, &text);
    assert_eq!((report.new, report.changed, report.duplicates), (7_989, 1, 10));
    let firsts: Vec<(u64, String)> = report.findings.iter().map(|one| (one.line, one.fault.to_string())).collect();
    assert_eq!(firsts[0], (7_992, "the address stands on line 2 already".to_owned()));
    assert_eq!(store.search("person 7989", 5).unwrap().len(), 1);
    let again = import(&store, &text);
    assert_eq!((again.new, again.unchanged, again.duplicates), (0, 7_990, 10));
}
