//! The people who are brought in: ones to look at, and ones whose names are code.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::sample::Sample;

/// The number of the person in a list whom the server does not know.
pub(crate) const GONE: usize = 5;

/// What somebody might write into a list, hoping that a window runs it.
const PAYLOADS: [&str; 4] = [
    "<img src=x onerror=window.pwned=1>",
    "<script>window.pwned=2</script>",
    "\"><svg onload=window.pwned=3>",
    "{{constructor.constructor('window.pwned=4')()}}",
];

/// The first so many of a list are people one would believe in, since they are looked at as pictures.
const BELIEVABLE: usize = 200;
const FIRST: &str = "Ada Adrian Agnes Alexandra Andrei Anna Bogdan Camelia Carmen Cristina Dan Daria David Diana Elena Emil \
    Erika Florin Gabriela George Hanna Ilinca Ioana Irina Ivo Jonas Karin Laura Lucian Maria Marta Mihai \
    Nadia Oana Paul Radu Sofia Stefan Tudor Vera";
const FAMILY: &str = "Popescu Marin Albu Toma Berg Dobre Ionescu Kovács Lazar Novak Stan Moldovan Weber Rusu Horvat Pavel \
    Lindqvist Gheorghiu Santos Neagu Costa Barbu Fischer Oprea Sava Mureșan Dumitru Enache Crișan Voicu";
/// City, country, language and what the people there work for.
const PLACES: [[&str; 4]; 9] = [
    ["Cluj-Napoca", "RO", "ro", "Primăria Cluj-Napoca"],
    ["Oradea", "RO", "ro", "Primăria Oradea"],
    ["Wien", "AT", "de", "Stadt Wien"],
    ["Brașov", "RO", "ro", "Compania Apa Brașov"],
    ["Tallinn", "EE", "en", "Tallinn City Office"],
    ["Chișinău", "MD", "ro", "Primăria Chișinău"],
    ["Timișoara", "RO", "ro", "Universitatea Politehnica"],
    ["Gent", "BE", "en", "Stad Gent"],
    ["Alba Iulia", "RO", "ro", "Primăria Alba Iulia"],
];
const TAGS: [&str; 7] = ["mayor", "", "press", "", "partner", "utility", ""];

/// The name of the person with this number in a list.
fn name(number: usize) -> String {
    if number >= BELIEVABLE {
        return format!("Reader {number}");
    }
    let [first, family] = [FIRST, FAMILY].map(|names| names.split(' ').collect::<Vec<_>>());
    let at = (number * 7 + number / first.len()) % family.len();
    format!("{} {}", first[number % first.len()], family[at])
}

/// The address of the person with this number in a list.
pub(crate) fn address(number: usize) -> String {
    if number >= BELIEVABLE {
        return format!("reader{number:06}@example.org");
    }
    let plain = |sign: char| match sign {
        'á' => 'a',
        'ș' => 's',
        ' ' => '.',
        sign => sign,
    };
    format!("{}@example.org", name(number).to_lowercase().chars().map(plain).collect::<String>())
}

/// A list of so many people; one address cannot be read, one stands there twice.
pub(crate) fn list(sample: &Sample, people: usize) -> Result<PathBuf> {
    let mut text = "E-mail,Prenume,Nume,Organizație,Oraș,Țara,Limba,Tags\n".to_owned();
    for number in 0..people {
        let iasi = ["Iași", "RO", "ro", "Primăria Iași"];
        let [city, country, language, house] = if number % 4 == 0 { iasi } else { PLACES[number % PLACES.len()] };
        let tags = TAGS[number % TAGS.len()];
        let (address, name) = (address(number), name(number));
        let (first, family) = name.split_once(' ').unwrap_or_default();
        text.push_str(&format!("{address},{first},{family},{house},{city},{country},{language},{tags}\n"));
    }
    text.push_str(&format!("info at example.org,,City hall,,,,,\n{},,Twice,,,,,\n", address(1)));
    write(sample, "readers of issue 40.csv", &text)
}

/// A list of people whose names are code, in a file whose name is code.
pub(crate) fn hostile_list(sample: &Sample) -> Result<PathBuf> {
    let mut text = "E-mail,Nume,Oraș\n".to_owned();
    for (number, code) in PAYLOADS.iter().enumerate() {
        let quoted = code.replace('"', "\"\"");
        text.push_str(&format!("{},\"{quoted}\",\"{quoted}\"\n", hostile(number)));
    }
    text.push_str("<svg onload=window.pwned=7>,Nobody,\n");
    write(sample, "people <img src=x onerror=window.pwned=5>.csv", &text)
}

/// The address of a person whose name is code.
pub(crate) fn hostile(number: usize) -> String {
    format!("hostile{number:06}@example.org")
}

/// How many there are of them.
pub(crate) const HOSTILE: usize = PAYLOADS.len();

fn write(sample: &Sample, name: &str, text: &str) -> Result<PathBuf> {
    let path = sample.home(name);
    std::fs::create_dir_all(path.parent().context("a folder")?)?;
    std::fs::write(&path, text)?;
    Ok(path)
}
