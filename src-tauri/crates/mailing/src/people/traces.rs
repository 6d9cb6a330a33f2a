//! What a person leaves in files beside the list: rehearsed mail, and bytes anywhere.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::address::Address;
use crate::store::StoreError;

const STRETCH: usize = 1024 * 1024;

/// The ways an address may stand in a file, in lower case.
pub(super) fn spellings(address: &Address) -> Vec<String> {
    let mut all = vec![address.key(), address.to_string().to_lowercase()];
    all.dedup();
    all
}

/// Whether any of the words stands in a file, whatever the case of its ASCII letters.
pub(super) fn stands_in(path: &Path, words: &[String]) -> Result<bool, StoreError> {
    let fault = |source| StoreError::Folder { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(fault)?;
    let longest = words.iter().map(String::len).max().unwrap_or(0);
    let mut stretch = Vec::with_capacity(STRETCH + longest);
    loop {
        let read = Read::by_ref(&mut file).take(STRETCH as u64).read_to_end(&mut stretch).map_err(fault)?;
        if read == 0 {
            return Ok(false);
        }
        if words.iter().any(|word| contains(&stretch, word.as_bytes())) {
            return Ok(true);
        }
        // A word may lie across two stretches.
        let keep = stretch.len().saturating_sub(longest);
        stretch.drain(..keep);
    }
}

/// Whether `word`, which is in lower case, stands in `bytes`.
fn contains(bytes: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return false };
    let here = |place: usize| bytes[place..].get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    (0..bytes.len()).any(|place| bytes[place].eq_ignore_ascii_case(first) && here(place))
}

/// Takes a person's mail out of every rehearsal below `folder`.
pub(super) fn erase_rehearsals(folder: &Path, address: &Address) -> Result<(), StoreError> {
    for shelf in shelves(&folder.join("rehearsals")) {
        erase_shelf(&shelf, address).map_err(|source| StoreError::Folder { path: shelf.clone(), source })?;
    }
    Ok(())
}

/// The folders that caught mail lies in: those with an index, two levels deep.
fn shelves(folder: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    };
    let first = below(folder);
    let second: Vec<PathBuf> = first.iter().flat_map(|folder| below(folder)).collect();
    let all = std::iter::once(folder.to_owned()).chain(first).chain(second);
    all.filter(|folder| folder.join("index.tsv").is_file()).collect()
}

fn erase_shelf(shelf: &Path, address: &Address) -> io::Result<()> {
    let index = fs::read_to_string(shelf.join("index.tsv"))?;
    let theirs = |line: &str| {
        let recipient = line.split('\t').nth(2).unwrap_or("");
        Address::parse(recipient).is_ok_and(|recipient| recipient.key() == address.key())
    };
    let messages: Vec<&str> =
        index.lines().filter(|line| theirs(line)).filter_map(|line| line.split('\t').next()).collect();
    if messages.is_empty() {
        return Ok(());
    }
    // Their places in the mbox are their numbers: both are written in one order.
    let numbers: Vec<usize> = messages.iter().filter_map(|name| name.strip_suffix(".eml")?.parse().ok()).collect();
    without_messages(&shelf.join("caught.mbox"), &numbers)?;
    for name in messages {
        fs::remove_file(shelf.join(name))
            .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    // The number stays taken, so that a later message gets another file.
    let emptied = |line: &str| match line.split('\t').next() {
        Some(name) if theirs(line) => format!("{name}\t\t\n"),
        _ => format!("{line}\n"),
    };
    replace(&shelf.join("index.tsv"), |to| index.lines().try_for_each(|line| to.write_all(emptied(line).as_bytes())))
}

/// Empties the messages with these numbers, from 1, in an mbox; the others keep theirs.
fn without_messages(mbox: &Path, numbers: &[usize]) -> io::Result<()> {
    let mut from = BufReader::new(File::open(mbox)?);
    replace(mbox, |to| {
        let (mut number, mut line) = (0, Vec::new());
        while from.read_until(b'\n', &mut line)? > 0 {
            let begins = line.starts_with(b"From ");
            number += usize::from(begins);
            if begins || !numbers.contains(&number) {
                to.write_all(&line)?;
            }
            line.clear();
        }
        Ok(())
    })
}

/// Writes a file anew; the old bytes go when the new ones are on disk.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let part = path.with_extension("part");
    let file = File::create(&part)?;
    fs::set_permissions(&part, fs::metadata(path)?.permissions())?;
    let mut to = BufWriter::new(file);
    write(&mut to)?;
    to.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&part, path)
}
