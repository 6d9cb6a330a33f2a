//! From a file's bytes to text: its encoding, the character that separates its columns, and a reader that decodes.
//!
//! The file is read twice and never held: once to learn its encoding, once for its rows.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8};

const STRETCH: usize = 64 * 1024;

/// How a file is to be read.
pub(super) struct Form {
    pub(super) encoding: &'static Encoding,
    pub(super) separator: char,
    /// Its size in bytes.
    pub(super) size: u64,
}

/// Learns how a file is to be read: by byte order mark, else as UTF-8 if it is valid, else as the detector's guess.
pub(super) fn examine(file: &mut (impl Read + Seek)) -> io::Result<Form> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(STRETCH as u64).read_to_end(&mut head)?;
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None => guess(&head, file)?,
    };
    let size = file.seek(io::SeekFrom::End(0))?;
    file.rewind()?;
    let separator = separator(&encoding.decode(&head).0);
    Ok(Form { encoding, separator, size })
}

fn guess(head: &[u8], file: &mut (impl Read + Seek)) -> io::Result<&'static Encoding> {
    if let Some(encoding) = utf_16_without_mark(head) {
        return Ok(encoding);
    }
    // Telling code pages apart costs ten times what reading costs, and most files need none of it.
    if is_utf_8(file)? {
        return Ok(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    each_stretch(file, |stretch, last| {
        detector.feed(stretch, last);
        true
    })?;
    // Not UTF-8 for certain, so the choice is among the old code pages, and the country of the addresses tells.
    Ok(detector.guess(country(head), Utf8Detection::Deny))
}

fn is_utf_8(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let (mut strict, mut valid) = (UTF_8.new_decoder_without_bom_handling(), true);
    let mut text = vec![0; 3 * STRETCH + 16];
    each_stretch(file, |stretch, last| {
        let (result, ..) = strict.decode_to_utf8_without_replacement(stretch, &mut text, last);
        valid = result == DecoderResult::InputEmpty;
        valid
    })?;
    Ok(valid)
}

/// Hands on the file from its beginning, at last an empty stretch, until `each` has seen enough.
fn each_stretch(file: &mut (impl Read + Seek), mut each: impl FnMut(&[u8], bool) -> bool) -> io::Result<()> {
    let mut stretch = vec![0; STRETCH];
    file.rewind()?;
    loop {
        let read = file.read(&mut stretch)?;
        if !each(&stretch[..read], read == 0) || read == 0 {
            return Ok(());
        }
    }
}

/// The country that most addresses of the list's beginning end in: the `ro` of `ana@example.ro`.
fn country(head: &[u8]) -> Option<&[u8]> {
    let words = head
        .split(|byte| !byte.is_ascii_alphanumeric() && !b".-_@+".contains(byte))
        .filter(|word| word.contains(&b'@'));
    let tops = words.filter_map(|word| word.rsplit(|byte| *byte == b'.').next());
    let mut counts = BTreeMap::new();
    tops.filter(|top| top.len() == 2 && top.iter().all(u8::is_ascii_lowercase))
        .for_each(|top| *counts.entry(top).or_insert(0) += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(top, _)| top)
}

// ASCII text in UTF-16 has a zero in every second byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = head.len() / 2 * 7 / 10;
    match (zeros(0), zeros(1)) {
        (even, 0) if even > most && even > 4 => Some(encoding_rs::UTF_16BE),
        (0, odd) if odd > most && odd > 4 => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// The separator that stands oftenest in the header, outside quotes; a comma when none does.
fn separator(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            c if !quoted => counts.iter_mut().filter(|(sign, _)| *sign == c).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // The first of the best, so that a comma wins a draw.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(sign, _)| *sign)
}

/// The file as UTF-8. Bytes that mean nothing in its encoding become U+FFFD, which the rows report.
pub(super) struct Decoding<R> {
    from: R,
    decoder: Decoder,
    raw: Vec<u8>,
    used: usize,
    over: bool,
    finished: bool,
}

impl<R: Read> Decoding<R> {
    pub(super) fn new(from: R, encoding: &'static Encoding) -> Decoding<R> {
        Decoding { from, decoder: encoding.new_decoder(), raw: Vec::new(), used: 0, over: false, finished: false }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A decoder that was told the end must not be asked again.
        while !self.finished {
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.raw[self.used..], out, self.over);
            self.used += read;
            self.finished = self.over && result == CoderResult::InputEmpty;
            if written > 0 || self.finished {
                return Ok(written);
            }
            if result == CoderResult::OutputFull {
                return Err(io::Error::other("a buffer too small for one character"));
            }
            self.raw.resize(STRETCH, 0);
            let read = self.from.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.used = 0;
            self.over = read == 0;
        }
        Ok(0)
    }
}
